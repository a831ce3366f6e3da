"""Publish totals of firms without giving a firm away; check a table that is to be published."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ketenkaart.core.errors import ConflictError, InputError, StoreError
from ketenkaart.core.monitor.disclosure.audit import exposures, reader_bounds
from ketenkaart.core.monitor.disclosure.primary import unsafe
from ketenkaart.core.monitor.disclosure.protect import Protected, protect
from ketenkaart.core.monitor.disclosure.releases import (
    Release,
    changed_members,
    public_already,
    release_of,
)
from ketenkaart.core.monitor.disclosure.tabulate import tabulate
from ketenkaart.core.monitor.disclosure.types import (
    TOTAL,
    Contributions,
    Dimension,
    Flags,
    Floats,
    Ints,
    Rules,
    Table,
)
from ketenkaart.core.monitor.types import STATES
from ketenkaart.sources.survey.table import FIRST_ROW, SurveyTable, read_table, state_of

Progress = Callable[[str, float], None]
WITHHELD, EMPTY, PUBLISHED = "withheld", "empty", "published"
MARKS = ("", WITHHELD, "x", "c", ".", "..", "-", "*", "#", "geheim", "onderdrukt", "suppressed")
KIND = "ketenkaart release, secret"


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be published: which columns cut the table, what is added up, whose it is.

    Without `value` firms' rows are counted. `group` names the column of the group of firms that
    decide together. `above` is a file with columns dimension, code, above: which code holds which.
    """

    data: Path
    by: tuple[str, ...]
    group: str
    value: str | None = None
    above: Path | None = None
    sheet: str | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell as it may be published, and, for those who protect it alone, why it is withheld.

    `state` is published, withheld, or empty (nobody contributes: the total is zero). `value` and
    `groups` are None where it is withheld. `reason`, `low` and `high` (what a reader can still
    compute) are secret.
    """

    key: tuple[str, ...]
    state: str
    value: float | None
    groups: int | None
    reason: str | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Safe:
    """A table that is safe to publish.

    `kept` and `safe` count the cells published, and those safe by themselves; `absent` the rows
    without a figure, by why there is none: they are in no total.
    """

    by: tuple[str, ...]
    unit: str
    cells: tuple[Cell, ...]
    kept: int
    safe: int
    absent: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Exposed:
    """An unsafe total that somebody can find: who, and between which bounds."""

    key: tuple[str, ...]
    reason: str
    by_whom: str
    low: float
    high: float


def protect_file(
    asked: Asked,
    rules: Rules,
    *,
    earlier: Sequence[Path] = (),
    name: str = "",
    keep: Path | None = None,
    bounds: bool = False,
    told: Progress | None = None,
) -> Safe:
    """Return the table of a file, with what must be withheld of it.

    `earlier` are kept releases of the same table. With `bounds`, what a reader can still compute
    of a withheld cell is found too: two linear programmes for each. With `keep` this release is
    kept as a file that only its owner can read: it holds the figures of each group. Raises
    `InputError` for a wrong cell (file, row, column), for releases of another table, and where an
    earlier release gives a total away; `ConflictError` where the file to keep exists. Nothing is
    kept unless all is.
    """
    say = told or (lambda _name, _share: None)
    if keep is not None and keep.exists():
        raise ConflictError(
            f"{keep.name} is there already", where=str(keep), fix="Name another file."
        )
    say("reading", 0.0)
    before = [read_release(path, asked.by) for path in earlier]
    table, absent = _tabled(asked)
    reasons = {**changed_members(table, before, rules), **unsafe(table, rules)}
    done = protect(
        table,
        reasons,
        rules,
        public=public_already(table, before),
        told=lambda share: say("withholding", share),
    )
    if keep is not None:
        label = name or keep.stem
        _keep(keep, release_of(label, table, done.withheld), asked, rules)
    say("withholding", 1.0)
    kept, safe = done.kept
    return Safe(asked.by, asked.value or "firms", _cells(done, bounds=bounds), kept, safe, absent)


def audit_file(
    asked: Asked, published: Path, rules: Rules, *, told: Progress | None = None
) -> list[Exposed]:
    """Return what a table made elsewhere gives away of the firms in a file.

    `published` has a column for each dimension and one for the figure; a cell without a number, or
    without a row, is withheld. Raises `InputError` for a cell that is not in the table and for a
    number that is not its total.
    """
    say = told or (lambda _name, _share: None)
    table, _ = _tabled(asked)
    withheld = _withheld_in(read_table(published), asked, table)
    reasons = unsafe(table, rules)
    found = exposures(table, withheld, reasons, rules, told=lambda share: say("attacking", share))
    say("attacking", 1.0)
    return [
        Exposed(
            table.keys[item.cell],
            reasons[item.cell].value,
            "any reader" if item.group is None else f"a member of {item.group}",
            item.low,
            item.high,
        )
        for item in found
    ]


def read_release(path: Path, by: Sequence[str]) -> Release:
    """Return a kept release. Raises `InputError` for another file, or one of another table."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        if data["kind"] != KIND:
            raise ValueError(data["kind"])
        cut = tuple(data["by"])
        published = {
            tuple(map(str, cell["key"])): {
                str(group): float(value) for group, value in cell["gives"].items()
            }
            for cell in data["published"]
        }
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise InputError(
            f"{path.name} is no kept release", where=str(path),
            fix="Name a file that `ketenkaart disclosure protect --keep` wrote.",
        ) from error  # fmt: skip
    if cut != tuple(by):
        raise InputError(
            f"{path.name} is a release by {', '.join(cut)}, not by {', '.join(by)}",
            where=str(path), fix="Name releases of the same table.",
        )  # fmt: skip
    return Release(str(data.get("name", path.stem)), published)


def _tabled(asked: Asked) -> tuple[Table, dict[str, int]]:
    data = read_table(asked.data, asked.sheet)
    for column in asked.by:
        data.require(column, "--by")
    if len(set(asked.by)) < len(asked.by):
        raise InputError("A column stands twice", where="--by", fix="Name each once.")
    if asked.value in asked.by:
        raise InputError(
            f"{asked.value} both cuts the table and is added up", where="--by",
            fix="Cut by columns of groups, such as sector.",
        )  # fmt: skip
    _refuse_twice(data)
    group, groups = data.codes(data.require(asked.group, "--group"))
    _refuse_nameless(data, asked.group, group, groups)
    value, states = _figures(data, asked.value)
    there = states == 0
    above = _read_above(asked.above, asked.by)
    dimensions, places = [], []
    for column in asked.by:
        codes, names = data.codes(column)
        _refuse_nameless(data, column, codes, names)
        dimensions.append(Dimension(column, names, above.get(column, {})))
        places.append(codes)
    who = Contributions(group[there], np.stack(places, axis=1)[there], value[there], groups)
    absent = {
        state: int((states == k).sum())
        for k, state in enumerate(STATES)
        if k and (states == k).any()
    }
    return tabulate(who, dimensions), absent


def _figures(data: SurveyTable, column: str | None) -> tuple[Floats, NDArray[np.int8]]:
    if column is None:
        return np.ones(data.rows), np.zeros(data.rows, dtype=np.int8)
    value, states = data.numbers(data.require(column, "--value"))
    below = np.flatnonzero(value < 0)
    if len(below):
        data.refuse(
            int(below[0]), column, f"{data.cell(int(below[0]), column)} is below zero",
            "The rules are for figures of at least zero: give gains and losses as two columns.",
        )  # fmt: skip
    return value, states


def _refuse_twice(data: SurveyTable) -> None:
    twice = data.repeated_units()
    if twice is not None:
        row, before, column = twice
        data.refuse(
            row, column, f"The row is the same as row {before + FIRST_ROW} in every column",
            "Remove it: it would count twice.",
        )  # fmt: skip


def _refuse_nameless(
    data: SurveyTable, column: str, codes: Ints,
    names: Sequence[str],
) -> None:  # fmt: skip
    if "" in names:
        row = int(np.flatnonzero(codes == names.index(""))[0])
        data.refuse(row, column, "This cell is empty", "Say what it is; write unknown if it is.")
    if TOTAL in names:
        row = int(np.flatnonzero(codes == names.index(TOTAL))[0])
        data.refuse(
            row, column, f"A row is called {TOTAL!r}, which is everything together",
            "Leave totals out of the data: they are computed.",
        )  # fmt: skip


def _read_above(path: Path | None, by: Sequence[str]) -> dict[str, dict[str, str]]:
    if path is None:
        return {}
    data = read_table(path)
    columns = [data.require(name, "--above") for name in ("dimension", "code", "above")]
    found: dict[str, dict[str, str]] = {}
    for row, (dimension, code, above) in enumerate(
        zip(*(data.frame[name].to_list() for name in columns), strict=True)
    ):
        if dimension not in by:
            data.refuse(row, "dimension", f"{dimension!r} cuts no table here", "Name it in --by.")
        if not code or not above:
            data.refuse(row, "code", "A code, or what holds it, is empty", "Give both.")
        if found.setdefault(dimension, {}).setdefault(str(code), str(above)) != str(above):
            data.refuse(row, "code", f"{code} is held by two codes", "Keep one.")
    return found


def _cells(done: Protected, *, bounds: bool) -> tuple[Cell, ...]:
    table, count = done.table, done.table.count()
    known = reader_bounds(table, done.withheld) if bounds else {}
    found = []
    for cell, key in enumerate(table.keys):
        if cell in done.reasons:
            low, high = known.get(cell, (None, None))
            why = done.reasons[cell].value
            end = high if high is not None and math.isfinite(high) else None
            found.append(Cell(key, WITHHELD, None, None, why, low, end))
        else:
            state = PUBLISHED if count[cell] else EMPTY
            groups = int(count[cell])
            found.append(Cell(key, state, _rounded(table.value[cell]), groups, None, None, None))
    return tuple(found)


def _rounded(value: float) -> float:
    """Return a sum without the noise of adding: to twelve digits."""
    return float(f"{value:.12g}")


def _withheld_in(given: SurveyTable, asked: Asked, table: Table) -> Flags:
    for column in asked.by:
        given.require(column, given.name)
    name = given.require(
        "value" if "value" in given.columns else asked.value or "value", given.name
    )
    text = [str(cell or "").strip() for cell in given.frame[name].to_list()]
    at = {key: cell for cell, key in enumerate(table.keys)}
    withheld = table.count() > 0
    for row, key in enumerate(zip(*(_texts(given, column) for column in asked.by), strict=True)):
        if key not in at:
            given.refuse(
                row, asked.by[0], f"There is no cell {' / '.join(key)}",
                "Use the codes of the data, and total for everything.",
            )  # fmt: skip
        value = _published_number(given, row, name, text[row])
        if value is None:
            continue
        total = float(table.value[at[key]])
        if not math.isclose(value, total, rel_tol=1e-6, abs_tol=1e-6):
            given.refuse(
                row, name, f"{text[row]} is not the total of the data, {total:.10g}",
                "Give the table and the data that belong together.",
            )  # fmt: skip
        withheld[at[key]] = False
    return withheld


def _published_number(given: SurveyTable, row: int, name: str, text: str) -> float | None:
    """Return a published figure; None for a cell that says that it is withheld."""
    if text.casefold() in MARKS or state_of(text):
        return None
    try:
        return float(text.replace(",", ".") if text.count(",") == 1 else text)
    except ValueError:
        return given.refuse(
            row, name, f"{text[:40]!r} is neither a figure nor a sign that it is withheld",
            "Write a number without a sign between thousands; or nothing, x or withheld.",
        )  # fmt: skip


def _texts(data: SurveyTable, column: str) -> list[str]:
    codes, names = data.codes(column)
    return [names[code] for code in codes.tolist()]


def _keep(path: Path, release: Release, asked: Asked, rules: Rules) -> None:
    """Write a release for its owner's eyes only, whole or not at all."""
    content = {
        "kind": KIND,
        "name": release.name,
        "by": list(asked.by),
        "value": asked.value,
        "rules": {
            "least_groups": rules.least_groups,
            "percent": rules.percent,
            "dominance": rules.dominance,
        },
        "published": [
            {"key": list(key), "gives": dict(gives)} for key, gives in release.published.items()
        ],
    }
    staged = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with open(os.open(staged, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            json.dump(content, file, ensure_ascii=False, indent=1)
            file.flush()
            os.fsync(file.fileno())
        os.link(staged, path)
    except FileExistsError as error:
        raise ConflictError(
            f"{path.name} is there already", where=str(path), fix="Name another file."
        ) from error
    except OSError as error:
        raise StoreError(
            f"The release cannot be kept: {error.strerror}", where=str(path),
            fix="Choose a folder that can be written to; nothing is to be published.",
        ) from error  # fmt: skip
    finally:
        staged.unlink(missing_ok=True)
