"""Facilities and the chain: where one stands in a table, and who is known where a path runs.

That a facility is known at a node says that it makes this kind of thing in that country. It does
not say that it supplies the chain: no table knows companies.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from ketenkaart.core.chain.facilities.types import Facility
from ketenkaart.core.chain.facility_nodes import FacilityNode
from ketenkaart.core.provenance import Text
from ketenkaart.db.record import models as rows
from ketenkaart.services.chain.choices import table_stamp
from ketenkaart.services.chain.facility_nodes import NodeFinder
from ketenkaart.services.chain.tables import STARTER, chosen_table
from ketenkaart.services.exports import Cell
from ketenkaart.services.facilities.registry import LIVING

SHOWN = 3
KNOWN_NOT_SUPPLYING = Text(
    nl="Bedrijven en fabrieken die het register kent in dat land en die sector. Of zij aan deze "
    "keten leveren, is niet bekend.",
    en="Facilities that the registry knows in that country and sector. Whether they supply this "
    "chain is not known.",
)
Node = tuple[str, str]
Fingerprint = tuple[object, ...]
KNOWN_COLUMNS = ("known_at_source", "first_at_source")


@dataclass(frozen=True, slots=True)
class KnownPlace:
    """A facility by its id and name."""

    id: str
    name: str
    country: str


@dataclass(frozen=True, slots=True)
class PlacesHere:
    """Facilities known at a node: how many, the first few by name, and in which countries."""

    count: int
    first: tuple[KnownPlace, ...]
    countries: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return the count and the first few as plain data."""
        return {
            "known_in_registry": self.count,
            "first": [
                {"id": item.id, "name": item.name, "country": item.country} for item in self.first
            ],
        }


NOBODY = PlacesHere(0, ())


def node_of(
    facility: Facility, edition: str | None = None, data_folder: Path | None = None
) -> tuple[str, FacilityNode]:
    """Return the edition asked and where a facility stands in it; by default the starter edition.

    Raises as `chosen_table` does for an edition that is not there.
    """
    table = chosen_table(edition or STARTER, data_folder)
    return table.edition, NodeFinder(table).node(facility.country, facility.said.isic4)


def places_at_nodes(
    edition: str | None = None, data_folder: Path | None = None
) -> Mapping[Node, PlacesHere]:
    """Return the facilities known at every node of a table where there are any.

    One that belongs to several sectors is known at each of them. Worked out once for a state of
    the registry and of the table.
    """
    name = edition or STARTER
    return _at_nodes(name, data_folder, table_stamp(name, data_folder), registry_state())


@lru_cache(maxsize=8)
def _at_nodes(
    edition: str, data_folder: Path | None, _stamp: str, state: Fingerprint
) -> Mapping[Node, PlacesHere]:
    finder = NodeFinder(chosen_table(edition, data_folder))
    counts: dict[Node, int] = defaultdict(int)
    first: dict[Node, list[KnownPlace]] = defaultdict(list)
    countries: dict[Node, set[str]] = defaultdict(set)
    for place, divisions in living_places(state):
        for node in finder.node(place.country, divisions).nodes:
            counts[node] += 1
            countries[node].add(place.country)
            if len(first[node]) < SHOWN:
                first[node].append(place)
    return MappingProxyType(
        {
            node: PlacesHere(count, tuple(first[node]), tuple(sorted(countries[node])))
            for node, count in counts.items()
        }
    )


def registry_state() -> Fingerprint:
    """Return what changes with every change of the registry: its newest event and facility."""
    events = rows.FacilityEvent.objects.order_by("-pk").values_list("pk", "at")
    last = rows.Facility.objects.order_by("-pk").values_list("pk", "name")
    return (events.first(), last.first(), rows.Facility.objects.count())


@lru_cache(maxsize=2)
def living_places(_state: Fingerprint) -> tuple[tuple[KnownPlace, tuple[str, ...]], ...]:
    """Return every living facility with its ISIC Rev. 4 divisions, in the order of their ids."""
    found = rows.Facility.objects.filter(status__in=LIVING).order_by("pk")
    columns = ("pk", "name", "country", "said__isic4")
    return tuple(
        (KnownPlace(key, name, country), tuple(divisions or ()))
        for key, name, country, divisions in found.values_list(*columns).iterator(chunk_size=5000)
    )


def paths_with_places(told: dict[str, Any], known: Mapping[Node, PlacesHere]) -> dict[str, Any]:
    """Return an answer about paths as plain data, with what is known at every node of every path.

    `told` is the answer's own plain data; it is left as it was.
    """
    rows = [
        row
        | {
            "nodes": [
                node | known.get((node["country"], node["sector"]), NOBODY).as_json()
                for node in row["nodes"]
            ]
        }
        for row in told["rows"]
    ]
    return told | {"facilities_note": KNOWN_NOT_SUPPLYING.model_dump(), "rows": rows}


def cells_with_places(
    cells: Iterable[Sequence[Cell]],
    sources: Iterable[Node],
    known: Mapping[Node, PlacesHere],
) -> list[list[Cell]]:
    """Return rows about paths with what is known where each begins, under `KNOWN_COLUMNS`."""
    found = along(sources, known)
    return [
        [*row, here.count, "; ".join(f"{place.id} {place.name}" for place in here.first)]
        for row, here in zip(cells, found, strict=True)
    ]


def along(nodes: Iterable[Node], known: Mapping[Node, PlacesHere]) -> tuple[PlacesHere, ...]:
    """Return what is known at each node of a path, source first."""
    return tuple(known.get(node, NOBODY) for node in nodes)
