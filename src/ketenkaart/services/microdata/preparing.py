"""Make the data of an export: pseudonyms, generalisation, top-coding, and the risk that is left."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import numpy as np

from ketenkaart.core.errors import InputError
from ketenkaart.core.monitor.microdata.hierarchies import Levels, level_names, levels_of
from ketenkaart.core.monitor.microdata.lattice import Generalised, Rows, fewest, generalise
from ketenkaart.core.monitor.microdata.pseudonyms import pseudonym
from ketenkaart.core.monitor.microdata.risk import Risk, assess
from ketenkaart.core.monitor.microdata.topcoding import top_code
from ketenkaart.core.monitor.microdata.types import (
    SUPPRESSED,
    ExportCodebook,
    Hierarchy,
    VariableEntry,
)
from ketenkaart.core.monitor.types import Codes, Floats
from ketenkaart.core.provenance import Text
from ketenkaart.services.microdata.columns import (
    STATE_WORDS,
    ExportColumn,
    codes_of,
    number_text,
    read_column,
    require_declared,
    require_harmless,
)
from ketenkaart.services.microdata.wording import (
    PSEUDONYM,
    design_tells,
    generalised,
    lonely,
    merged,
    occurs_once,
    rows_together,
    suppressed,
)
from ketenkaart.sources.reference.document import Document
from ketenkaart.sources.reference.microdata import read_codebook, section_by_division
from ketenkaart.sources.survey.table import SurveyTable, read_table

Told = Callable[[str, float], None]


@dataclass(slots=True)
class Prepared:
    """An export that is ready: its columns in order of pseudonym, risks before and after, notes."""

    codebook: ExportCodebook
    columns: list[ExportColumn]
    dropped: list[VariableEntry]
    found: Generalised
    quasi: list[Levels]
    before: Risk
    after: Risk
    with_design: Risk | None
    source_rows: int
    notes: list[Text] = field(default_factory=list)


def prepare_export(
    data: Path,
    codebook: Path,
    key: bytes,
    *,
    day: date,
    sheet: str | None = None,
    told: Told | None = None,
) -> Prepared:
    """Return what an export would hold, with nothing written.

    Raises `InputError` with file, row and column for columns that are not declared, that look like
    a direct identifier, or whose cells do not fit, and where the rules cannot be met.
    """
    document, content = read_codebook(codebook)
    if content.release.retain_until <= day:
        raise InputError(
            f"The data may be kept until {content.release.retain_until}, which has passed",
            where=document.where(("release", "retain_until")), fix="Give a day to come.",
        )  # fmt: skip
    table = read_table(data, sheet)
    require_declared(table, content, document)
    return _Preparing(table, content, document, key, told).made()


@dataclass(slots=True)
class _Preparing:
    """One export being made."""

    table: SurveyTable
    codebook: ExportCodebook
    document: Document
    key: bytes
    told: Told | None
    columns: dict[str, ExportColumn] = field(default_factory=dict)
    notes: list[Text] = field(default_factory=list)

    def made(self) -> Prepared:
        codebook = self.codebook
        self._tell("reading columns", 0.05)
        kept = [item for item in codebook.variables if not self._is_dropped(item)]
        for item in kept:
            self.columns[item.name] = read_column(self.table, item)
        units = self._units()
        weights = self._weights()
        self._plain(units, weights)
        quasi, rows = self._rows(units)
        before = assess(self._whole(rows), units, rows.sensitive, weights)
        found = fewest(rows, codebook.rules, self._searching)
        self._generalise(quasi, rows, found)
        after = assess(found.classes, units, rows.sensitive, weights)
        with_design = self._with_design(found, units, rows.sensitive, weights)
        self._linked(units, found)
        self._tell("looking for what names somebody", 0.75)
        for item in kept:
            if item.role not in ("pseudonym", "stratum", "cluster", "weight", "population"):
                require_harmless(self.table, self.columns[item.name])
        self._tell("making pseudonyms", 0.8)
        self._pseudonyms(kept)
        self._look_again()
        self._in_order(kept)
        dropped = [item for item in codebook.variables if self._is_dropped(item)]
        return Prepared(
            codebook, [self.columns[item.name] for item in kept], dropped, found,
            list(rows.columns), before, after, with_design, self.table.rows, self.notes,
        )  # fmt: skip

    def _tell(self, what: str, done: float) -> None:
        if self.told is not None:
            self.told(what, done)

    def _searching(self, what: str, done: float) -> None:
        self._tell(what, 0.15 + 0.6 * done)

    def _is_dropped(self, item: VariableEntry) -> bool:
        return item.role == "drop" or (item.role == "text" and item.reviewed is None)

    def _units(self) -> Codes:
        """Return who each row is about; nobody may be missing."""
        for item in self.codebook.of_role("pseudonym"):
            texts = self.columns[item.name].texts
            gone = [row for row, text in enumerate(texts) if text in STATE_WORDS]
            if gone and item.name == self.codebook.unit:
                self.table.refuse(
                    gone[0], item.heading, "The row does not say whom it is about",
                    "Each row needs the identifier of its unit.", more=len(gone) - 1,
                )  # fmt: skip
        return codes_of(self.columns[self.codebook.unit].texts)[1]

    def _weights(self) -> Floats | None:
        entries = self.codebook.of_role("weight")
        if not entries:
            return None
        numbers = self.columns[entries[0].name].numbers
        values = np.zeros(self.table.rows) if numbers is None else numbers
        bad = np.flatnonzero(~(values > 0))
        if len(bad):
            self.table.refuse(
                int(bad[0]), entries[0].heading, "The weight is not above zero",
                "Give each row a weight above zero, or leave the row out.", more=len(bad) - 1,
            )  # fmt: skip
        return values

    def _plain(self, units: Codes, weights: Floats | None) -> None:
        """Change what the codebook says of columns that are no quasi-identifiers."""
        for item in self.codebook.of_role("plain", "sensitive"):
            column = self.columns[item.name]
            if item.hierarchy is not None:
                self._recode(column)
            elif item.top is not None:
                self._top(column, units, weights)

    def _recode(self, column: ExportColumn) -> None:
        levels = self._levels(column)
        names = level_names(levels_hierarchy(column.entry))
        level = column.entry.level or 1
        if level > levels.top:
            raise InputError(
                f"There is no level {level} of {column.entry.name}",
                where=self._where(column.entry),
                fix=f"Its levels are {', '.join(f'{k} {name}' for k, name in enumerate(names))}.",
            )  # fmt: skip
        place = {text: k for k, text in enumerate(levels.values)}
        codes = levels.codes[level]
        own = [place[text] for text in column.texts]
        column.texts = [levels.labels[level][codes[k]] for k in own]
        column.loss = float(levels.losses[level][own].mean())
        column.numbers = None
        column.level = level
        column.changes.append(generalised(names[level], level))

    def _top(self, column: ExportColumn, units: Codes, weights: Floats | None) -> None:
        rule, values = column.entry.top, column.numbers
        if rule is None or values is None:
            return
        known = np.flatnonzero(~np.isnan(values))
        if not len(known):
            return
        heavy = np.ones(len(known)) if weights is None else weights[known]
        try:
            coded, tails = top_code(values[known], units[known], heavy, rule)
        except InputError as error:
            raise InputError(
                f"{column.entry.name}: {error.what}", where=self._where(column.entry), fix=error.fix
            ) from None
        column.numbers = values.copy()
        column.numbers[known] = coded
        for row, value in zip(known.tolist(), coded.tolist(), strict=True):
            column.texts[row] = number_text(value)
        for tail in tails:
            column.changes.append(merged(tail))

    def _rows(self, units: Codes) -> tuple[list[ExportColumn], Rows]:
        quasi = [self.columns[item.name] for item in self.codebook.of_role("quasi")]
        columns, values, least = [], [], []
        for column in quasi:
            if SUPPRESSED in column.texts:
                row = column.texts.index(SUPPRESSED)
                self.table.refuse(
                    row, column.entry.heading, f"The word {SUPPRESSED} stands for what is left out",
                    "Write unknown, or what it was.",
                )  # fmt: skip
            levels = self._levels(column)
            if column.entry.level > levels.top:
                raise InputError(
                    f"There is no level {column.entry.level} of {column.entry.name}",
                    where=self._where(column.entry), fix=f"The last is {levels.top}.",
                )  # fmt: skip
            place = {text: k for k, text in enumerate(levels.values)}
            columns.append(levels)
            values.append([place[text] for text in column.texts])
            least.append(column.entry.level)
        shape = np.array(values, dtype=np.int64).T.reshape(self.table.rows, len(quasi))
        sensitive = tuple(
            _known_codes(self.columns[item.name].texts)
            for item in self.codebook.of_role("sensitive")
        )
        return quasi, Rows(tuple(columns), shape, units, sensitive, tuple(least))

    def _levels(self, column: ExportColumn) -> Levels:
        entry = column.entry
        values = sorted(set(column.texts))
        try:
            return levels_of(
                entry.name, levels_hierarchy(entry), values,
                sections=section_by_division(), importance=entry.importance,
            )  # fmt: skip
        except InputError as error:
            rows = [row for row, text in enumerate(column.texts) if text == error.where]
            if not rows:
                # a value of a coarser level: the hierarchy is at fault, not a row
                raise InputError(error.what, where=self._where(entry), fix=error.fix) from None
            self.table.refuse(
                rows[0], entry.heading, error.what, error.fix or "", more=len(rows) - 1
            )

    def _where(self, entry: VariableEntry) -> str:
        index = self.codebook.variables.index(entry)
        return self.document.where(("variables", index, "hierarchy" if entry.hierarchy else "name"))

    def _whole(self, rows: Rows) -> Codes:
        """Return classes of the quasi-identifiers as they were."""
        if not rows.columns:
            return np.zeros(self.table.rows, dtype=np.int64)
        _, codes = np.unique(rows.values, axis=0, return_inverse=True)
        return np.asarray(codes.ravel(), dtype=np.int64)

    def _generalise(self, quasi: list[ExportColumn], rows: Rows, found: Generalised) -> None:
        gone = int(found.suppressed.sum())
        made = generalise(rows, found, SUPPRESSED)
        for k, column in enumerate(quasi):
            level = found.levels[k]
            names = level_names(levels_hierarchy(column.entry))
            column.texts = made[k]
            column.numbers = None
            column.loss = found.by_column[k]
            column.level = level
            if level:
                column.changes.append(generalised(names[level], level))
            if gone:
                column.changes.append(suppressed(gone))

    def _with_design(
        self, found: Generalised, units: Codes, sensitive: tuple[Codes, ...], weights: Floats | None
    ) -> Risk | None:
        """Return the risk for whoever also knows strata, clusters and weights."""
        design = self.codebook.of_role("stratum", "cluster", "weight", "population")
        if not design:
            return None
        parts = [found.classes]
        parts += [codes_of(self.columns[item.name].texts)[1] for item in design]
        _, classes = np.unique(np.array(parts).T, axis=0, return_inverse=True)
        risk = assess(np.asarray(classes.ravel(), dtype=np.int64), units, sensitive, weights)
        if risk.k < self.codebook.rules.k:
            self.notes.append(design_tells(risk.k))
        for item in self.codebook.of_role("stratum"):
            self._lonely(item)
        return risk

    def _lonely(self, item: VariableEntry) -> None:
        clusters = self.codebook.of_role("cluster") or (self._unit_entry(),)
        pairs = set(
            zip(self.columns[item.name].texts, self.columns[clusters[0].name].texts, strict=True)
        )
        alone = [name for name, count in Counter(name for name, _ in pairs).items() if count == 1]
        if alone:
            self.notes.append(lonely(item.name, len(alone)))

    def _unit_entry(self) -> VariableEntry:
        return next(item for item in self.codebook.variables if item.name == self.codebook.unit)

    def _linked(self, units: Codes, found: Generalised) -> None:
        """Say how far the rows of one unit, taken together, tell it apart."""
        if len(np.unique(units)) == len(units) or not found.levels:
            return
        together: dict[int, list[int]] = {}
        for unit, code in sorted(zip(units.tolist(), found.classes.tolist(), strict=True)):
            together.setdefault(unit, []).append(code)
        fewest_units = min(Counter(tuple(codes) for codes in together.values()).values())
        if fewest_units < self.codebook.rules.k:
            self.notes.append(rows_together(fewest_units))

    def _pseudonyms(self, kept: list[VariableEntry]) -> None:
        self._tell("looking for what names somebody", 0.75)
        for item in kept:
            if item.role not in ("pseudonym", "stratum", "cluster"):
                continue
            column, kind = self.columns[item.name], item.links or item.name
            made: dict[str, str] = {
                text: text if text in STATE_WORDS else pseudonym(self.key, kind, text)
                for text in set(column.texts)
            }
            column.texts = [made[text] for text in column.texts]
            column.changes.append(PSEUDONYM)

    def _look_again(self) -> None:
        """Say of numbers as they were whether they tell rows apart."""
        for name, column in self.columns.items():
            item = column.entry
            if column.numbers is None or item.role not in ("plain", "sensitive"):
                continue
            known = column.numbers[~np.isnan(column.numbers)]
            _, counts = np.unique(known, return_counts=True)
            if len(known) and (counts == 1).sum() > len(known) / 2:
                share = float((counts == 1).sum() / len(known))
                self.notes.append(occurs_once(name, share))

    def _in_order(self, kept: list[VariableEntry]) -> None:
        """Sort rows by pseudonym, so that their order tells nothing of the source's."""
        keys = [self.columns[item.name].texts for item in kept]
        first = self.columns[self.codebook.unit].texts
        order = sorted(
            range(self.table.rows), key=lambda row: (first[row], *(k[row] for k in keys))
        )
        for column in self.columns.values():
            column.texts = [column.texts[row] for row in order]
            if column.numbers is not None:
                column.numbers = column.numbers[order]


def levels_hierarchy(entry: VariableEntry) -> Hierarchy:
    """Return the hierarchy of a column that has one."""
    if entry.hierarchy is None:
        raise InputError(f"{entry.name} has no hierarchy", where="codebook", fix="Give it one.")
    return entry.hierarchy


def _known_codes(texts: list[str]) -> Codes:
    """Return codes of values, -1 where none is known."""
    names, codes = codes_of(texts)
    gone = np.array([name in STATE_WORDS for name in names])
    return np.where(gone[codes], -1, codes)
