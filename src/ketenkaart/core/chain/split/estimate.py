"""Estimate the countries inside a region of a world table, from the evidence on each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ketenkaart.core.chain.split.balance import balance
from ketenkaart.core.chain.split.cut import Classes, Places, cut, places_of
from ketenkaart.core.chain.split.shares import Parts, gather, labour_slopes, make_shares
from ketenkaart.core.chain.split.trading import make_flows, make_openness, neighbour_factor
from ketenkaart.core.chain.split.types import Balanced, Evidence, Prior, Region, Shares
from ketenkaart.core.chain.types import Floats
from ketenkaart.core.chain.world import WorldTable
from ketenkaart.core.errors import InputError


@dataclass(frozen=True, slots=True)
class Subject:
    """The region to split, how the table is to be read, and what is known of all countries.

    `evidence` is on every country of the world; `other_codes` leads from the table's codes to
    those of the evidence where they differ; `home` is the country whose imports by origin the
    evidence has; `missing_quantile` as in `filled`.
    """

    table: WorldTable
    region: str
    classes: Classes
    evidence: Evidence
    other_codes: Mapping[str, str]
    home: str
    missing_quantile: float

    def outside(self) -> Evidence:
        """Return the evidence on the countries that the table does not name."""
        named = {self.other_codes.get(code, code) for code in self.table.regions}
        wanted = [k for k, code in enumerate(self.evidence.countries) if code not in named]
        return self.evidence.only(np.array(wanted, dtype=np.int64))


@dataclass(frozen=True, slots=True)
class Draft:
    """A region cut loose, its new countries, and everything that a prior is made from."""

    places: Places
    region: Region
    parts: Parts
    slopes: Floats
    named_neighbours: tuple[str, ...]
    factor: float

    def shares(self, prior: Prior) -> Shares:
        """Return the shares that a prior gives every new country."""
        return make_shares(self.region, self.parts, prior, self.slopes)

    def split(
        self,
        prior: Prior,
        shares: Shares,
        progress: Callable[[float], None] = lambda _done: None,
    ) -> Balanced:
        """Return the balanced flows that a prior leads to."""
        first = make_flows(
            self.region, self.parts, shares, prior, self.named_neighbours, self.factor
        )
        openness = make_openness(self.region, self.parts, prior)
        return balance(self.region, shares, first, openness, progress)


def draft(subject: Subject, countries: Sequence[str]) -> Draft:
    """Return what the split of a region into `countries` and a remainder is made from.

    Raises `InputError` for a region that the table lacks, a country given twice, one that the
    table names itself, or one without accounts.
    """
    table = subject.table
    if subject.region not in table.regions:
        raise InputError(
            f"{table.edition} has no region {subject.region[:20]!r} to split",
            where="region",
            fix=f"Use one of {', '.join(table.regions[:60])}.",
        )
    named = [code for code in table.regions if code != subject.region]
    for k, country in enumerate(countries):
        if country in countries[:k] or country in named:
            raise InputError(
                f"{country} {'is given twice' if country in countries[:k] else 'stands apart'}",
                where="countries",
                fix="Give countries inside the region, each once.",
            )
    if not countries:
        raise InputError("No country is given", where="countries", fix="Name at least one.")
    parts = gather(subject.outside(), countries, subject.missing_quantile)
    places = places_of(table, subject.region, (*countries, subject.region))
    region = cut(table, places, subject.classes, subject.home)
    number = {code: k for k, code in enumerate(subject.evidence.countries)}
    at = [number.get(subject.other_codes.get(code, code)) for code in region.named]
    neighbours = tuple("" if k is None else subject.evidence.neighbours[k] for k in at)
    workers = np.array([np.nan if k is None else subject.evidence.workers[k] for k in at])
    S = len(table.sectors)
    Z = np.asarray(table.A) * np.asarray(table.x)
    added = (np.asarray(table.x) - Z.sum(axis=0))[places.outer].reshape(-1, S)
    per_worker = np.maximum(added.sum(axis=1), 1e-300) / workers
    is_near = np.array([[bool(a) and a == b for b in neighbours] for a in neighbours])
    return Draft(
        places=places,
        region=region,
        parts=parts,
        slopes=labour_slopes(added, per_worker, subject.classes.activity),
        named_neighbours=neighbours,
        factor=neighbour_factor(_between(table, places, Z), is_near),
    )


def _between(table: WorldTable, places: Places, Z: Floats) -> Floats:
    """Return what the other regions sell each other, to producers and final users together."""
    S, count = len(table.sectors), len(table.regions)
    sold = Z.reshape(count, S, count, S).sum(axis=(1, 3))
    number = {code: k for k, code in enumerate(table.regions)}
    for k, column in enumerate(table.final_demand):
        sold[:, number[column.region]] += np.asarray(table.Y)[:, k].reshape(count, S).sum(axis=1)
    others = [number[table.regions[k // S]] for k in places.outer[::S]]
    return np.asarray(np.maximum(sold[np.ix_(others, others)], 0.0))
