"""From countries to the nodes of a table: regions made of many countries are averaged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ketenkaart.core.errors import InputError, NotFoundError
from ketenkaart.core.risk.types import CompositeRegion, CountryIntensity, Floats, NodeIntensity


@dataclass(frozen=True, slots=True)
class Carrier:
    """A country that carries the average of a region: weight x central, `part` of their sum.

    A country without a central value is unknown: `central` and `part` are None.
    """

    country: str
    weight: float
    central: float | None
    part: float | None


@dataclass(frozen=True, slots=True)
class RegionShare:
    """The estimated share of one country in a region's sector, over the weighting schemes."""

    region: str
    country: str
    sector: str
    low: float
    central: float
    high: float


@dataclass(frozen=True, slots=True)
class _Cells:
    """Index ends of some countries: each (issues, countries, sectors), central zero if unknown."""

    low: Floats
    central: Floats
    high: Floats
    known: Floats


def average(
    intensity: CountryIntensity,
    regions: Sequence[str],
    sectors: Sequence[str],
    composites: Sequence[CompositeRegion],
) -> NodeIntensity:
    """Return the likelihood index of every node of a table, one scenario per weighting scheme.

    A single-country region copies its country; one that has no intensity is unknown. A composite
    region is the weighted mean of its members: unknown members bring [0, 1] to low and high and
    nothing to central, and `known` is the weight of what is known. Node order is that of `Table`.
    Raises `InputError` where composites do not share their schemes or sectors do not match.
    """
    if tuple(sectors) != intensity.sectors:
        raise InputError(
            "The intensities and the table do not have the same sectors",
            fix="Use the sectors of reference/sectors.yml for both.",
        )
    schemes = composites[0].schemes if composites else ("single",)
    if any(item.schemes != schemes for item in composites):
        raise InputError(
            "Composite regions have different weighting schemes", fix="Give all the same ones."
        )
    by_region = {item.region: item for item in composites}
    I, R, S, W = len(intensity.issues), len(regions), len(sectors), len(schemes)  # noqa: E741
    ends = {name: np.zeros((W, I, R, S)) for name in ("low", "central", "high", "known")}
    widest = {name: np.zeros((I, R, S)) for name in ("low", "high")}
    for r, region in enumerate(regions):
        composite = by_region.get(region)
        members = composite.members if composite else (region,)
        weights = composite.weights if composite else np.ones((W, 1, S))
        cells = _cells(intensity, members)
        _fill(ends, r, cells, weights)
        carried = np.asarray((weights > 0).any(axis=0))[None, :, :]
        widest["low"][:, r] = np.where(carried, cells.low, np.inf).min(axis=1)
        widest["high"][:, r] = np.where(carried, cells.high, -np.inf).max(axis=1)
    return NodeIntensity(
        issues=intensity.issues,
        scenarios=tuple(schemes),
        low=ends["low"].reshape(W, I, R * S),
        central=ends["central"].reshape(W, I, R * S),
        high=ends["high"].reshape(W, I, R * S),
        known=ends["known"].reshape(W, I, R * S),
        widest_low=widest["low"].reshape(I, R * S),
        widest_high=widest["high"].reshape(I, R * S),
    )


def _fill(ends: dict[str, Floats], r: int, cells: _Cells, weights: Floats) -> None:
    mean = {
        name: np.einsum("wcs,ics->wis", weights, values)
        for name, values in (
            ("low", cells.low),
            ("high", cells.high),
            ("known", cells.known),
            ("central", cells.known * cells.central),
        )
    }
    known = mean["known"]
    # a weighted mean stays in [0, 1]; rounding may leave it an ulp outside
    for name in ("low", "high", "known"):
        ends[name][:, :, r] = np.clip(mean[name], 0.0, 1.0)
    central = np.divide(mean["central"], known, out=np.full(known.shape, np.nan), where=known > 0)
    low, high = ends["low"][:, :, r], ends["high"][:, :, r]
    whole = known >= 1.0
    # only where everything is known must the average of what is known lie in the interval
    ends["central"][:, :, r] = np.where(whole, np.clip(central, low, high), central)


def _cells(intensity: CountryIntensity, members: Sequence[str]) -> _Cells:
    position = {country: k for k, country in enumerate(intensity.countries)}
    shape = (len(intensity.issues), len(members), len(intensity.sectors))
    low, central, high, known = np.zeros(shape), np.zeros(shape), np.ones(shape), np.zeros(shape)
    here = [k for k, country in enumerate(members) if country in position]
    there = [position[members[k]] for k in here]
    low[:, here] = intensity.low[:, there]
    high[:, here] = intensity.high[:, there]
    known[:, here] = intensity.known[:, there]
    central[:, here] = np.nan_to_num(intensity.central[:, there], nan=0.0)
    return _Cells(low, central, high, known)


def carriers(
    intensity: CountryIntensity,
    composite: CompositeRegion,
    issue: str,
    sector: str,
    scheme: int = 0,
    top: int = 10,
) -> tuple[Carrier, ...]:
    """Return the countries that carry a region's average, the largest weight x central first.

    Unknown countries follow, the heaviest first. Raises `NotFoundError` for an issue or sector
    that the intensities do not have.
    """
    i = _position(intensity.issues, issue, "issue")
    s = _position(intensity.sectors, sector, "sector")
    cells = _cells(intensity, composite.members)
    weight = composite.weights[scheme, :, s]
    is_known = cells.known[i, :, s] > 0
    carried = weight * cells.known[i, :, s] * cells.central[i, :, s]
    total = float(carried.sum())
    order: NDArray[np.int64] = np.lexsort((-weight, -carried, ~is_known))
    return tuple(
        Carrier(
            country=composite.members[k],
            weight=float(weight[k]),
            central=float(cells.central[i, k, s]) if is_known[k] else None,
            part=float(carried[k]) / total if is_known[k] and total > 0 else None,
        )
        for k in order[:top]
        if weight[k] > 0
    )


def region_share(
    composites: Sequence[CompositeRegion], sectors: Sequence[str], country: str, sector: str
) -> RegionShare:
    """Return a country's estimated share in its composite region's sector, with its interval.

    Central is the first scheme, low and high are the ends over all schemes. Raises
    `NotFoundError` where no composite region has the country: no share is estimated for it.
    """
    s = _position(sectors, sector, "sector")
    for composite in composites:
        if country in composite.members:
            shares = composite.weights[:, composite.members.index(country), s]
            return RegionShare(
                region=composite.region,
                country=country,
                sector=sector,
                low=float(shares.min()),
                central=float(shares[0]),
                high=float(shares.max()),
            )
    raise NotFoundError(
        f"No composite region of the table has {country} as a member",
        fix="Ask for a country that the edition lists in country_weights.csv.",
    )


def _position(names: Sequence[str], name: str, noun: str) -> int:
    if name not in names:
        raise NotFoundError(f"There is no {noun} {name!r}", fix=f"Use one of {', '.join(names)}.")
    return list(names).index(name)
