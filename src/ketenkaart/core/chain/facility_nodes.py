"""From a facility to the nodes of a table: where in a chain a named place would stand.

A node is a country × sector, an average of thousands of firms. That a facility lies at a node says
that it makes this kind of thing there; it never says that it supplies anybody in the chain.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from ketenkaart.core.chain.concordance import Weights
from ketenkaart.core.provenance import Grade, State


class NodeReason(StrEnum):
    """Why a facility has no node, or what to keep in mind with the one it has."""

    SECTOR_UNKNOWN = "sector_unknown"
    COUNTRY_NOT_IN_TABLE = "country_not_in_table"
    NO_LIST_TO_SECTORS = "no_list_to_sectors"
    SEVERAL_SECTORS = "several_sectors"
    COUNTRY_WITHIN_REGION = "country_within_region"


@dataclass(frozen=True, slots=True)
class FacilityNode:
    """The node or nodes of a table at which a facility stands.

    `region` is the table's code; `sectors` are its sectors with weights that sum to 1, largest
    first, and empty unless `state` is known. Weights say how unsure the sector is, not how much is
    made of what.
    """

    state: State
    region: str | None
    sectors: Weights
    grade: Grade | None
    reasons: tuple[NodeReason, ...] = ()

    @property
    def nodes(self) -> tuple[tuple[str, str], ...]:
        """The (region, sector) pairs, the likeliest first."""
        return tuple((self.region, sector) for sector in self.sectors) if self.region else ()


def facility_node(
    country: str,
    divisions: Iterable[str],
    *,
    regions: Mapping[str, str],
    own: Iterable[str],
    places: Mapping[str, tuple[Weights, Grade]],
) -> FacilityNode:
    """Return the nodes of a facility in `country` whose activities are ISIC Rev. 4 `divisions`.

    `regions` leads from alpha-3 codes to the table's regions; `own` are the regions that stand for
    one country; `places` leads from a division to sectors of the table with weights. Divisions
    share alike: an assumption, graded as one.

    >>> places = {"13": ({"c4": 1.0}, Grade.LIKELY), "15": ({"c5": 1.0}, Grade.LIKELY)}
    >>> found = facility_node(
    ...     "BGD", ["13", "15"], regions={"BGD": "RoW"}, own=["IND"], places=places
    ... )
    >>> found.nodes, found.grade.value, [reason.value for reason in found.reasons]
    ((('RoW', 'c4'), ('RoW', 'c5')), 'assumed', ['several_sectors', 'country_within_region'])
    """
    region = regions.get(country)
    if region is None:
        return _none(NodeReason.COUNTRY_NOT_IN_TABLE)
    given = list(dict.fromkeys(divisions))
    if not given:
        return _none(NodeReason.SECTOR_UNKNOWN, region)
    known = [places[division] for division in given if division in places]
    if not known:
        return _none(NodeReason.NO_LIST_TO_SECTORS, region)
    total: dict[str, float] = defaultdict(float)
    for weights, _ in known:
        for sector, weight in weights.items():
            total[sector] += weight / len(known)
    reasons = []
    grades = {grade for _, grade in known}
    grade = Grade.ASSUMED if len(total) > 1 or Grade.ASSUMED in grades else Grade.LIKELY
    if len(total) > 1:
        reasons.append(NodeReason.SEVERAL_SECTORS)
    if region not in set(own):
        reasons.append(NodeReason.COUNTRY_WITHIN_REGION)
    order = sorted(total, key=lambda name: (-total[name], name))
    sectors = {name: total[name] for name in order}
    return FacilityNode(State.KNOWN, region, sectors, grade, tuple(reasons))


def _none(reason: NodeReason, region: str | None = None) -> FacilityNode:
    return FacilityNode(State.UNKNOWN, region, {}, None, (reason,))
