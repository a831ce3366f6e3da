"""From countries to the nodes of a table: regions made of many countries are averaged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ketenkaart.core.errors import InputError
from ketenkaart.core.risk.types import CompositeRegion, CountryIntensity, Floats, NodeIntensity


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
    # what is unknown widens the interval to [0, 1] by its part, so the average of what is known
    # lies inside; rounding may leave it an ulp outside
    ends["central"][:, :, r] = np.clip(central, ends["low"][:, :, r], ends["high"][:, :, r])


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
