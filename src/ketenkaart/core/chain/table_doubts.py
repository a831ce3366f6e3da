"""Doubts about a table that adds up: its sums may all be right, and its figures wrong.

A country in another unit, a region that was left out together with its row, jobs below zero: none
of them shows where rows are added up, least of all where value added is what remains.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from ketenkaart.core.chain.incoming import Heading, Note, Parts
from ketenkaart.core.chain.table_checks import WORST_IMBALANCE, Finding, worst
from ketenkaart.core.errors import TableError

MORE_THAN_THE_WORLD_MAKES = 1e10
"""Output in millions of dollars or euros: some fifty times that of the world in 2023."""
_MILLIONS = {"MUSD": 1.0, "MEUR": 1.0, "M.EUR": 1.0, "M.USD": 1.0, "USD": 1e-6, "EUR": 1e-6}


def doubts(heading: Heading, parts: Parts, belonging: Sequence[str] = ()) -> tuple[Finding, ...]:
    """Return what is doubtful in a table that was checked, worst first.

    `belonging` are the regions of the release, where these are known. Raises `TableError` where
    value added is what remains and losses come to more than 1 % of output, and where more is made
    than the world makes: both are another unit.
    """
    _refuse_losses(heading, parts)
    _refuse_more_than_the_world(heading, parts)
    return (*_missing(heading, belonging), *_negative_satellites(heading, parts))


def _refuse_losses(heading: Heading, parts: Parts) -> None:
    if not parts.is_residual:
        return
    lost = np.minimum(np.sum(list(parts.value_added.values()), axis=0), 0.0)
    share = float(-lost.sum() / parts.x.sum())
    if share > WORST_IMBALANCE:
        raise TableError(
            f"Nodes buy more than they make: the difference comes to {share:.2%} of all output, "
            f"where at most {WORST_IMBALANCE:.0%} is taken",
            where=f"columns {', '.join(worst(heading, lost))}",
            fix="Look for a region or sector in another unit, or columns in another order.",
        )


def _refuse_more_than_the_world(heading: Heading, parts: Parts) -> None:
    total = float(parts.x.sum()) * _MILLIONS.get(heading.unit, 0.0)
    if total > MORE_THAN_THE_WORLD_MAKES:
        raise TableError(
            f"Output comes to {parts.x.sum():,.6g} {heading.unit}, more than the world makes in a "
            "year",
            where="units",
            fix="Look whether the figures are in thousands or units of that instead.",
        )


def _missing(heading: Heading, belonging: Sequence[str]) -> Iterator[Finding]:
    gone = tuple(code for code in belonging if code not in heading.regions)
    if gone:
        text = (
            f"{len(gone)} regions of the release are not in this table; what they sell to others "
            "and buy from them is in no figure."
        )
        yield Finding(Note("missing_regions", text), gone)


def _negative_satellites(heading: Heading, parts: Parts) -> Iterator[Finding]:
    below = [
        f"{name} at {', '.join(worst(heading, np.minimum(row, 0.0), 3))}"
        for name, row in zip(parts.satellites.names, parts.satellites.values, strict=True)
        if (row < 0).any()
    ]
    if below:
        text = f"{len(below)} satellites are negative somewhere; they are kept, with their sign."
        yield Finding(Note("negative_satellites", text), tuple(below[:10]))
