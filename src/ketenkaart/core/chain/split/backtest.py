"""Add named countries to the rest of a table, split them off again, and compare with the truth."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ketenkaart.core.chain.solve import System
from ketenkaart.core.chain.split.cut import join, put
from ketenkaart.core.chain.split.errors import absolute_error
from ketenkaart.core.chain.split.estimate import Draft, Subject, draft
from ketenkaart.core.chain.split.types import Prior
from ketenkaart.core.chain.types import Floats
from ketenkaart.core.chain.world import WorldTable


@dataclass(frozen=True, slots=True)
class Trial:
    """One back-test: per hidden country and sector what was estimated and what is true.

    All of shape (countries, sectors), in the unit of the table. `output`; `footprint`: value added
    embodied in the home country's final demand; `cells`, flat: every flow of the hidden countries
    with named ones, and within each, both ways. `whole_output` and `whole_footprint` are the
    totals of the region that was split.
    """

    year: int
    countries: tuple[str, ...]
    prior: Prior
    output: Floats
    true_output: Floats
    footprint: Floats
    true_footprint: Floats
    cells: Floats
    true_cells: Floats
    whole_output: float
    whole_footprint: float

    def errors(self) -> dict[str, float]:
        """Return the absolute error of output, cells and footprint, by node and by country."""
        return {
            "output": absolute_error(self.output, self.true_output),
            "cells": absolute_error(self.cells, self.true_cells),
            "footprint": absolute_error(self.footprint, self.true_footprint),
            "footprint_by_country": absolute_error(
                self.footprint.sum(axis=1), self.true_footprint.sum(axis=1)
            ),
        }


def try_out(
    subject: Subject,
    countries: Sequence[str],
    priors: Sequence[Prior],
    progress: Callable[[str, float], None] = lambda _name, _done: None,
) -> tuple[Trial, ...]:
    """Return a trial per prior: `countries`, which the table names, hidden in the region.

    `subject.table` is the true table. Nothing of the hidden countries' own table is used, neither
    for their shares nor for the pattern of labour.
    """
    table = subject.table
    folded = join(table, countries, subject.region)
    attempt = draft(
        replace(subject, table=folded),
        [subject.other_codes.get(country, country) for country in countries],
    )
    truth = _flows(table, countries, subject.region)
    true_output = np.asarray(table.x)[_nodes(table, countries)]
    true_footprint = _footprint(table, subject.home)[_nodes(table, countries)]
    whole = _footprint(folded, subject.home)[attempt.places.inner]
    found = []
    for k, prior in enumerate(priors):
        made = _made(folded, attempt, prior)
        new = [subject.other_codes.get(country, country) for country in countries]
        found.append(
            Trial(
                year=table.year,
                countries=tuple(countries),
                prior=prior,
                output=np.asarray(made.x)[_nodes(made, new)],
                true_output=true_output,
                footprint=_footprint(made, subject.home)[_nodes(made, new)],
                true_footprint=true_footprint,
                cells=_flows(made, new, subject.region),
                true_cells=truth,
                whole_output=float(np.asarray(folded.x)[attempt.places.inner].sum()),
                whole_footprint=float(whole.sum()),
            )
        )
        progress(prior.value, (k + 1) / len(priors))
    return tuple(found)


def _made(table: WorldTable, attempt: Draft, prior: Prior) -> WorldTable:
    shares = attempt.shares(prior)
    flows = attempt.split(prior, shares).flows
    n = len(attempt.places.regions) * len(table.sectors)
    Z = np.zeros((n, n))
    Y, x, V, _ = put(table, attempt.places, shares, flows, Z)
    return replace(
        table,
        regions=attempt.places.regions,
        A=np.divide(Z, x, out=np.zeros_like(Z), where=x > 0),
        Y=Y,
        x=x,
        V=V,
        final_demand=attempt.places.final_demand,
    )


def _nodes(table: WorldTable, countries: Sequence[str]) -> NDArray[np.int64]:
    S = len(table.sectors)
    first = np.array([table.regions.index(country) * S for country in countries], dtype=np.int64)
    return first[:, None] + np.arange(S, dtype=np.int64)[None]


def _footprint(table: WorldTable, home: str) -> Floats:
    X = System.of(table).output_for(table.demand_of(home))
    x = np.asarray(table.x)
    added = x * (1 - np.asarray(table.A).sum(axis=0))
    return np.asarray(np.divide(added, x, out=np.zeros_like(x), where=x > 0) * X)


def _flows(table: WorldTable, countries: Sequence[str], region: str) -> Floats:
    """Return the flows of some countries with all that are neither hidden nor the region's own."""
    hidden = {*countries, region}
    others = [code for code in table.regions if code not in hidden]
    inside, outside = _nodes(table, countries), _nodes(table, others).ravel()
    A, x = np.asarray(table.A), np.asarray(table.x)
    parts = []
    for nodes in inside:
        parts.append((A[np.ix_(nodes, outside)] * x[outside]).ravel())
        parts.append((A[np.ix_(outside, nodes)] * x[nodes]).ravel())
        parts.append((A[np.ix_(nodes, nodes)] * x[nodes]).ravel())
    final = [k for k, c in enumerate(table.final_demand) if c.region not in hidden]
    parts.append(np.asarray(table.Y)[inside.ravel()][:, final].ravel())
    return np.concatenate(parts)
