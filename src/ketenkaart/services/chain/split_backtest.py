"""Back-test the split on WIOD: hide named countries in the rest, and find them again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from ketenkaart.core.chain.split.backtest import Trial, try_out
from ketenkaart.core.chain.split.types import Prior
from ketenkaart.core.chain.world import WorldTable
from ketenkaart.core.errors import InputError
from ketenkaart.services.chain.split_evidence import read_evidence
from ketenkaart.services.chain.split_preparing import subject_of
from ketenkaart.sources.reference.splitting import load_split_reference
from ketenkaart.sources.wiod.world import open_wiod2013

LAYOUT = "wiod2013"
FOLDER = "wiod2013"


def run_trials(
    source: Path,
    groups: Sequence[tuple[str, ...]],
    years: Sequence[int],
    priors: Sequence[Prior] = tuple(Prior),
    progress: Callable[[str, float], None] = lambda _name, _done: None,
) -> tuple[Trial, ...]:
    """Return the trials of every group of countries, in every year, from every prior.

    `source` holds WIOD and the other publishers' files. Raises `InputError` for a year or file
    that is not there, or a country without accounts in that year.
    """
    layout = next(item for item in load_split_reference().layouts if item.layout == LAYOUT)
    found: list[Trial] = []
    todo = [(year, group) for year in years for group in groups]
    for k, (year, group) in enumerate(todo):
        if k == 0 or todo[k - 1][0] != year:
            subject = subject_of(
                table_of(source, year), layout, read_evidence(source, year).evidence
            )
        unknown = set(group) - set(subject.table.regions)
        if unknown:
            raise InputError(
                f"The table does not name {', '.join(sorted(unknown))}",
                where="groups",
                fix=f"Use {', '.join(subject.table.regions)}.",
            )
        found += try_out(subject, group, priors)
        progress(f"{year} {'/'.join(group)}", (k + 1) / len(todo))
    return tuple(found)


def table_of(source: Path, year: int) -> WorldTable:
    """Return WIOD of one year, in memory, from the folder of source data."""
    opened = open_wiod2013(source / FOLDER, year)
    heading = opened.heading
    Z = np.zeros((heading.n, heading.n))
    parts = opened.fill(Z, lambda _label, _done: None)
    return WorldTable(
        regions=heading.regions,
        sectors=heading.sectors,
        A=np.divide(Z, parts.x, out=np.zeros_like(Z), where=parts.x > 0),
        Y=parts.Y,
        x=parts.x,
        V=parts.value_added,
        satellites={},
        final_demand=heading.final_demand,
        inventory=heading.inventory,
        unit=heading.unit,
        year=year,
        edition=f"{LAYOUT}-{year}",
    )
