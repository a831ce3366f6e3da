"""The form of every answer about the chain: facts about the whole, and rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ketenkaart.core.errors import InputError
from ketenkaart.core.provenance import Text
from ketenkaart.services.exports import Cell


@dataclass(frozen=True, slots=True)
class ChainAnswer:
    """Rows under named columns, with what holds for all of them.

    `facts` hold the totals and, where rows were left out, `rest`: every answer adds up. `unit` is
    that of every amount; shares are from 0 to 1. An empty cell (None) is not applicable or not
    known, as the notes say; it is never zero.
    """

    edition: str
    year: int
    unit: str
    title: str
    facts: Mapping[str, Any]
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    notes: tuple[Text, ...] = ()
    shares: frozenset[str] = frozenset()

    def as_json(self) -> dict[str, Any]:
        """Return the answer as plain data: edition, unit, facts, rows, and notes if there are."""
        data: dict[str, Any] = {"edition": self.edition, "unit": self.unit, **self.facts}
        data["rows"] = [dict(zip(self.columns, row, strict=True)) for row in self.rows]
        if self.notes:
            data["notes"] = [note.model_dump() for note in self.notes]
        return data


def largest(
    rows: Sequence[tuple[Cell, ...]], sizes: Sequence[float], top: int | None
) -> tuple[tuple[tuple[Cell, ...], ...], float | None]:
    """Return the rows from large to small, and what those left out add up to.

    Without `top` nothing is left out, and that is None. Rows of one size keep their order. Raises
    `InputError` for a `top` below one.

    >>> largest([("a",), ("b",), ("c",)], [1.0, 3.0, 2.0], 2)
    ((('b',), ('c',)), 1.0)
    """
    if top is not None and top < 1:
        raise InputError(f"{top} is no number of rows", where="--top", fix="Use 1 or more.")
    order = sorted(range(len(rows)), key=lambda k: -sizes[k])
    kept = order if top is None else order[:top]
    rest = None if top is None else float(sum(sizes[k] for k in order[top:]))
    return tuple(rows[k] for k in kept), rest
