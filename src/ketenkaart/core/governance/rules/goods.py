"""Imports row by row, spread over the lines of a table of goods with thresholds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import inf

from ketenkaart.core.governance.rules.spans import line_fit
from ketenkaart.core.governance.rules.types import LineTable
from ketenkaart.core.governance.rules.values import Cell, Span


@dataclass(frozen=True, slots=True)
class ImportedGoods:
    """One import: a code of goods, the calendar year, and the quantity in the table's unit."""

    code: str
    year: int
    quantity: float


def cells_of_imports(
    rows: Iterable[ImportedGoods], fact: str, table: LineTable, *, is_complete: bool = False
) -> dict[Cell, Span]:
    """Return per line and year what was imported, as a low and a high end.

    Rows add up: each is an import of its own, under whatever code it was declared. A row inside a
    line counts for it; a wider code, or one of which the line is only a part, may count at most.
    Where the rows are not all imports of their years, the high end is open and lines without a row
    are absent; where they are, those are zero.
    """
    given = list(rows)
    found: dict[Cell, Span] = {}
    for year in sorted({row.year for row in given}):
        for line in table.lines:
            low = high = 0.0
            for row in given:
                if row.year != year:
                    continue
                fits = line_fit(row.code, line)
                low += row.quantity if fits in ("is", "inside") else 0.0
                high += row.quantity if fits != "outside" else 0.0
            if is_complete or low > 0:
                found[Cell(fact, line.id, year)] = (low, high if is_complete else inf)
    return found
