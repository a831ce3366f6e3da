"""Countries inside a composite region: their own intensity, their share, and who carries it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ketenkaart.core.errors import NotFoundError
from ketenkaart.core.risk.average import average
from ketenkaart.core.risk.types import CompositeRegion, CountryIntensity, Floats, NodeIntensity


def member_shares(composite: CompositeRegion, country: str) -> Floats:
    """Return the estimated share of a member in its region, per scheme and sector, in [0, 1].

    Shape (schemes, sectors). Raises `NotFoundError` for a country that is no member.
    """
    if country not in composite.members:
        raise NotFoundError(
            f"{country} is no member of {composite.region}",
            fix="Ask for a country that the edition lists in country_weights.csv.",
        )
    return composite.weights[:, composite.members.index(country), :]


def member_intensity(
    nodes: NodeIntensity,
    countries: CountryIntensity,
    member: str,
    region: str,
    regions: Sequence[str],
) -> NodeIntensity:
    """Return the intensities of a table in which a whole composite region is one of its members.

    Shapes as in `NodeIntensity`. A member without data is unknown, never zero.
    """
    own = average(countries, (member,), countries.sectors, ())
    first = list(regions).index(region) * len(countries.sectors)
    here = slice(first, first + len(countries.sectors))

    def placed(whole: Floats, part: Floats) -> Floats:
        copy = whole.copy()
        copy[..., here] = part
        return copy

    return replace(
        nodes,
        low=placed(nodes.low, own.low[0]),
        central=placed(nodes.central, own.central[0]),
        high=placed(nodes.high, own.high[0]),
        known=placed(nodes.known, own.known[0]),
        widest_low=placed(nodes.widest_low, own.widest_low),
        widest_high=placed(nodes.widest_high, own.widest_high),
    )


def carried_by(
    composite: CompositeRegion, countries: CountryIntensity, amounts: Floats
) -> dict[str, float]:
    """Return the part of a region's central risk-weighted amount that each member carries.

    `amounts[i, s]` is exposure x severity per issue and sector of the region. Parts sum to one
    over the members of known intensity, the largest first; members that carry nothing are left
    out. Weights are those of the central scheme.
    """
    position = {country: k for k, country in enumerate(countries.countries)}
    members = [member for member in composite.members if member in position]
    at = [position[member] for member in members]
    weights = composite.weights[0][[composite.members.index(member) for member in members]]
    index = np.nan_to_num(countries.central[:, at]) * countries.known[:, at]
    carried = np.einsum("is,cs,ics->c", amounts, weights, index)
    total = float(carried.sum())
    if total <= 0:
        return {}
    order = np.argsort(-carried, kind="stable")
    return {members[k]: float(carried[k]) / total for k in order if carried[k] > 0}
