"""What is known of a firm: one number, or two ends, per cell; a cell that is absent is unknown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from ketenkaart.core.provenance import State

Span = tuple[float, float]


@dataclass(frozen=True, slots=True, order=True)
class Cell:
    """The smallest thing that can be known: a fact, in a unit or on a line, of one year.

    `unit` is a currency, a line of a table or one choice of a list; empty where there is none.
    `year` is the calendar year in which the financial year ends; 0 for facts without a year and
    for an answer that holds in every year.
    """

    fact: str
    unit: str = ""
    year: int = 0


@dataclass(frozen=True, slots=True)
class Facts:
    """The known cells of a firm, and why others are not known.

    Numbers stand as two ends, equal where the value is exact. Yes is 1 and no is 0; a code is its
    place among the choices; a date its ordinal; a day of the year is 100 x month + day. `states`
    says of facts (with the year, or 0) why they are unknown.
    """

    known: Mapping[Cell, Span] = field(default_factory=dict)
    states: Mapping[tuple[str, int], State] = field(default_factory=dict)

    def span(self, cell: Cell) -> Span | None:
        """Return what is known of a cell: of that year, else of every year."""
        found = self.known.get(cell)
        if found is None and cell.year and not self.is_stated(cell):
            found = self.known.get(replace(cell, year=0))
        return found

    def effective(self, cell: Cell) -> Cell:
        """Return the cell that an answer really stood in: of that year, or of every year."""
        return cell if cell in self.known else replace(cell, year=0)

    def is_stated(self, cell: Cell) -> bool:
        """Return whether the very year of a cell is stated to be unknown."""
        return (cell.fact, cell.year) in self.states

    def is_answered(self, cell: Cell) -> bool:
        """Return whether the firm has said that it cannot or will not give this."""
        return self.is_stated(cell) or (cell.fact, 0) in self.states

    def state(self, cell: Cell) -> State:
        """Return why a cell is unknown, or that it is known."""
        if self.span(cell) is not None:
            return State.KNOWN
        given = self.states.get((cell.fact, cell.year)) or self.states.get((cell.fact, 0))
        return given or State.UNKNOWN

    def years(self) -> list[int]:
        """Return the years for which anything is given, oldest first."""
        return sorted({cell.year for cell in self.known if cell.year})
