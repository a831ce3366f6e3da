"""Read the columns of an export, and refuse what would give somebody away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import isnan

import numpy as np
import polars as pl

from ketenkaart.core.errors import InputError
from ketenkaart.core.monitor.microdata.identifiers import is_free_text, looks_like
from ketenkaart.core.monitor.microdata.types import SUPPRESSED, ExportCodebook, VariableEntry
from ketenkaart.core.monitor.types import STATES, Floats
from ketenkaart.core.provenance import Text
from ketenkaart.sources.reference.document import Document
from ketenkaart.sources.survey.table import FIRST_ROW, MISSING, SurveyTable

STATE_WORDS = (*STATES[1:], SUPPRESSED)
MANY = 20
NUMBERS = ("number", "money")


@dataclass(slots=True)
class ExportColumn:
    """A column on its way out: its cells as text by row, numbers if it holds any, what was done.

    A cell without a value says why in a word; `numbers` is NaN there. `level` is that of its
    hierarchy, `loss` what this loses (0 to 1).
    """

    entry: VariableEntry
    texts: list[str]
    numbers: Floats | None = None
    changes: list[Text] = field(default_factory=list)
    loss: float = 0.0
    level: int = 0

    @property
    def is_changed(self) -> bool:
        """Return whether any value may differ from the original."""
        return bool(self.changes)


def number_text(value: float) -> str:
    """Return a number so that reading it gives the same number again.

    >>> number_text(12.0), number_text(0.1)
    ('12', '0.1')
    """
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)


def texts_of(table: SurveyTable, heading: str) -> list[str]:
    """Return the cells of a column as text; an empty one is the word unknown."""
    series = table.frame[heading]
    if isinstance(series.dtype, pl.Datetime):
        series = series.dt.date()
    if series.dtype.is_float():
        return [
            "unknown" if value is None or isnan(value) else number_text(value)
            for value in series.to_list()
        ]
    cells = series.cast(pl.String).str.strip_chars().fill_null("").to_list()
    return [STATES[MISSING[cell]] if cell in MISSING else cell for cell in cells]


def read_column(table: SurveyTable, entry: VariableEntry) -> ExportColumn:
    """Return a column as it was: numbers checked, codes among those declared."""
    heading = entry.heading
    texts = texts_of(table, heading)
    if entry.kind in NUMBERS or entry.role in ("weight", "population"):
        values, states = table.numbers(heading)
        texts = [
            number_text(value) if state == 0 else STATES[state]
            for value, state in zip(values.tolist(), states.tolist(), strict=True)
        ]
        return ExportColumn(entry, texts, values)
    if entry.codes:
        allowed = {*entry.codes, *STATES[1:]}
        bad = [k for k, text in enumerate(texts) if text not in allowed]
        if bad:
            table.refuse(
                bad[0], heading, f"{texts[bad[0]][:60]!r} is no declared code",
                f"Correct it, or add it to `codes` of {entry.name}.", more=len(bad) - 1,
            )  # fmt: skip
    return ExportColumn(entry, texts)


def require_declared(table: SurveyTable, codebook: ExportCodebook, document: Document) -> None:
    """Refuse columns that the codebook does not know, saying what they look like."""
    for index, entry in enumerate(codebook.variables):
        key = "column" if entry.column else "name"
        table.require(entry.heading, document.where(("variables", index, key)))
    declared = {entry.heading for entry in codebook.variables}
    undeclared = [name for name in table.columns if name not in declared]
    if not undeclared:
        return
    told = [(name, *_seen(table, name)) for name in undeclared]
    told.sort(key=lambda item: not item[1])
    name, looks, row = told[0]
    rest = [
        f"{other} (looks like {what}, row {at + FIRST_ROW})" if what else other
        for other, what, at in told[1:]
    ]
    also = f"; so are {', '.join(rest)}" if rest else ""
    raise InputError(
        f"Column {name} is not declared" + (f", and looks like {looks}" if looks else "") + also,
        where=table.place(row, name),
        fix="Declare each column in the codebook; with role drop where it must not leave.",
    )


def _seen(table: SurveyTable, name: str) -> tuple[str, int]:
    """Return what a column looks like, and the first row of it."""
    texts = texts_of(table, name)
    values, first = different(texts)
    looks = looks_like(name, values, first)
    if looks is not None:
        return looks.what, looks.row
    place = is_free_text(values)
    return ("free text", first[place]) if place is not None else ("", 0)


def different(texts: Sequence[str]) -> tuple[list[str], list[int]]:
    """Return the different values of a column, and the first row of each."""
    first: dict[str, int] = {}
    for row, text in enumerate(texts):
        first.setdefault(text, row)
    return list(first), list(first.values())


def require_harmless(table: SurveyTable, column: ExportColumn) -> None:
    """Refuse a column whose exported values look like a direct identifier, or single out rows."""
    entry = column.entry
    if entry.not_identifier is not None:
        return
    values, first = different(column.texts)
    looks = looks_like("" if entry.role == "quasi" else entry.heading, values, first)
    if looks is not None:
        shown = "is called like" if looks.by_heading else "holds what looks like"
        table.refuse(
            looks.row, entry.heading, f"The column {shown} {looks.what}",
            "Give it role drop or pseudonym; if it is none, say why in `not_identifier`.",
        )  # fmt: skip
    if entry.role == "text" or column.numbers is not None:
        return
    place = is_free_text(values)
    if place is not None:
        table.refuse(
            first[place], entry.heading, "The column holds free text",
            "Give it role drop, or role text with `reviewed: {by, on}` when each cell was read.",
        )  # fmt: skip
    known = [text for text in column.texts if text not in STATE_WORDS]
    if len(known) >= MANY and len(set(known)) > len(known) / 2 and entry.role != "quasi":
        row = next(k for k, text in enumerate(column.texts) if text not in STATE_WORDS)
        table.refuse(
            row, entry.heading, "Most rows have a value of their own here",
            "Such a column tells rows apart: role quasi, pseudonym or drop; if it does not, say "
            "why in `not_identifier`.",
        )  # fmt: skip


def codes_of(texts: Sequence[str]) -> tuple[tuple[str, ...], np.ndarray]:
    """Return the different texts, sorted, and the place of each row's."""
    found, codes = np.unique(np.array(texts, dtype=object), return_inverse=True)
    return tuple(str(item) for item in found), codes.astype(np.int64)
