"""All that may be told to anybody of one facility, and nothing of who buys there.

Left out on purpose: organisations that did not agree to be named, the titles of their lists, how
many there are, and the days on which another list named the facility, which would tell.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from ketenkaart.core.chain.facilities.history import EventKind
from ketenkaart.core.chain.facilities.types import Facility, Workers
from ketenkaart.core.chain.facility_nodes import FacilityNode
from ketenkaart.core.chain.facility_statements import ProgrammeLink, WageStatement
from ketenkaart.core.chain.programmes import ProgrammeHere, programmes_at
from ketenkaart.core.chain.wages import WageGap
from ketenkaart.services.facilities.history import history_of
from ketenkaart.services.facilities.noting import dutch_day
from ketenkaart.services.facilities.registry import find_facility, resolve
from ketenkaart.services.facility_facts.nodes import node_of
from ketenkaart.services.facility_facts.programmes import programme_links
from ketenkaart.services.facility_facts.sharing import named_at
from ketenkaart.services.facility_facts.stating import ids_behind
from ketenkaart.services.facility_facts.wages import gap_of, wages_of
from ketenkaart.sources.reference.labels import load_sectors
from ketenkaart.sources.reference.programmes import load_programmes

TOLD = (
    EventKind.REGISTERED, EventKind.CORRECTED, EventKind.CLOSED, EventKind.MERGED,
    EventKind.SPLIT, EventKind.UNDONE,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ToldEvent:
    """A change that anybody may know of: what, on which day, and the other ids."""

    kind: EventKind
    day: date
    others: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FacilityProfile:
    """One facility as the public page shows it, on a day.

    `asked` is the id that was asked for: another one where it was merged into this. `parts` are
    what an id that was split stands for today, and empty for any other.
    """

    asked: str
    facility: Facility
    parts: tuple[Facility, ...]
    earlier_ids: tuple[str, ...]
    named_by: tuple[str, ...]
    sectors: tuple[str, ...]
    links: tuple[ProgrammeLink, ...]
    programmes: tuple[ProgrammeHere, ...]
    wages: tuple[WageStatement, ...]
    gap: WageGap
    edition: str
    node: FacilityNode
    events: tuple[ToldEvent, ...]
    day: date

    def as_json(self) -> dict[str, Any]:
        """Return the profile as plain data; what is not known is null or empty."""
        said = self.facility.said
        return {
            "asked": self.asked,
            "id": self.facility.id,
            "status": self.facility.status.value,
            "parts": [part.id for part in self.parts],
            "earlier_ids": list(self.earlier_ids),
            "name": said.name,
            "native_name": said.native_name,
            "address": said.address,
            "country": said.country,
            "latitude": said.latitude,
            "longitude": said.longitude,
            "os_id": said.os_id,
            "sectors_given": list(said.sectors_given),
            "isic4": list(said.isic4),
            "sectors": list(self.sectors),
            "product_types": list(said.product_types),
            "facility_types": list(said.facility_types),
            "processing_types": list(said.processing_types),
            "workers": _workers(said.workers),
            "parent_company": said.parent_company,
            "since": self.facility.since.isoformat(),
            "named_by": list(self.named_by),
            "day": self.day.isoformat(),
            "programmes": [
                {
                    "number": link.number,
                    "programme": link.programme,
                    "start": link.start.isoformat() if link.start else None,
                    "end": link.end.isoformat() if link.end else None,
                    "source": link.source,
                }
                for link in self.links
            ],
            "programmes_here": [
                {"id": here.programme.id, "running": here.running.value} for here in self.programmes
            ],
            "wages": [
                {"number": item.number, "area": item.area, "source": item.source}
                | item.pay.model_dump(mode="json")
                for item in self.wages
            ],
            "wage_gap": gap_json(self.gap),
            "node": {"edition": self.edition} | node_json(self.node),
            "history": [
                {"kind": event.kind.value, "day": event.day.isoformat(), "ids": list(event.others)}
                for event in self.events
            ],
        }


def profile_of(
    text: str, *, day: date, edition: str | None = None, data_folder: Path | None = None
) -> FacilityProfile:
    """Return what may be told of a facility on a day, by the id that it has or ever had.

    Raises `FacilityIdError` for a text that is no id, `NotFoundError` for an id never given.
    """
    asked = find_facility(text)
    ends = resolve(text)
    one = ends[0] if len(ends) == 1 else asked
    sector_of = {division: item.id for item in load_sectors() for division in item.isic4}
    sectors = tuple(dict.fromkeys(sector_of[d] for d in one.said.isic4 if d in sector_of))
    wages = wages_of(one.id)
    table, node = node_of(one, edition, data_folder)
    return FacilityProfile(
        asked=asked.id,
        facility=one,
        parts=ends if len(ends) > 1 else (),
        earlier_ids=ids_behind(one.id)[1:],
        named_by=tuple(name for _, name in named_at([one.id]).get(one.id, ())),
        sectors=sectors,
        links=programme_links(one.id),
        programmes=programmes_at(load_programmes(), country=one.country, sectors=sectors, day=day),
        wages=wages,
        gap=gap_of(wages, one.country),
        edition=table,
        node=node,
        events=_told(one.id),
        day=day,
    )


def gap_json(gap: WageGap) -> dict[str, Any]:
    """Return a wage gap as plain data: shares of the living wage, null unless known."""
    return {
        "state": gap.state.value,
        "low": gap.low,
        "high": gap.high,
        "reasons": [reason.value for reason in gap.reasons],
        "benchmarks": [item.model_dump(mode="json") for item in gap.benchmarks],
    }


def node_json(node: FacilityNode) -> dict[str, Any]:
    """Return a node as plain data: the table's codes, with how sure the sector is."""
    return {
        "state": node.state.value,
        "country": node.region,
        "sectors": [
            {"sector": sector, "weight": weight} for sector, weight in node.sectors.items()
        ],
        "grade": node.grade.value if node.grade else None,
        "reasons": [reason.value for reason in node.reasons],
    }


def _told(key: str) -> tuple[ToldEvent, ...]:
    """Return the events anybody may know of; ids of others only where they lead here or from here.

    An undoing is told when what it took back was.
    """
    found = history_of(key)
    secret = {event.id for event in found if event.kind is EventKind.JOINED}
    leads = (EventKind.MERGED, EventKind.SPLIT)
    return tuple(
        ToldEvent(event.kind, dutch_day(event.at), event.others if event.kind in leads else ())
        for event in found
        if event.kind in TOLD and event.undoes not in secret
    )


def _workers(workers: Workers | None) -> dict[str, int | None] | None:
    return {"low": workers.low, "high": workers.high} if workers else None
