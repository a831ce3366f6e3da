"""Programmes on the spot: in which country and sector one runs on a day, as far as is known."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from pydantic import Field, model_validator

from ketenkaart.core.provenance import Citation, Frozen, Identifier, Text


class Running(StrEnum):
    """Whether a programme runs somewhere on a day. Not known is neither of the other two."""

    RUNNING = "running"
    NOT_RUNNING = "not_running"
    UNKNOWN = "unknown"


class ProgrammeKind(StrEnum):
    """What a programme does at the places where it runs."""

    ASSESSMENT_AND_ADVICE = "assessment_and_advice"
    SAFETY_INSPECTION = "safety_inspection"
    WAGE_SETTING = "wage_setting"
    VERIFICATION_OF_BRANDS = "verification_of_brands"


class DayRange(Frozen):
    """A day of which only the earliest and the latest possibility are known; both may be equal."""

    earliest: date
    latest: date

    @model_validator(mode="after")
    def _ordered(self) -> DayRange:
        if self.earliest > self.latest:
            raise ValueError(f"the earliest day {self.earliest} is after the latest {self.latest}")
        return self


class Presence(Frozen):
    """A programme in one country: from when, until when, and for how long that is known.

    `start` null: it ran by `known_from`, and what came before is not known. `end` null: no end is
    known; after `known_until`, the day of the newest word on it, nothing is known. `sectors` are
    those of `sectors.yml`; `is_whole_sector` says that the law there brings every site in.
    """

    country: str = Field(pattern=r"^[A-Z]{3}$")
    sectors: tuple[Identifier, ...] = Field(min_length=1)
    start: DayRange | None
    known_from: date
    end: DayRange | None = None
    known_until: date
    is_whole_sector: bool | None = None
    note: Text | None = None
    citation: Citation

    @model_validator(mode="after")
    def _in_order(self) -> Presence:
        if self.known_from > self.known_until:
            raise ValueError("known_from is after known_until")
        if self.start is not None and self.known_from < self.start.latest:
            raise ValueError("known_from lies before the latest start")
        if self.end is not None and self.end.earliest < self.known_from:
            raise ValueError("it ends before it is known to run")
        return self


class Programme(Frozen):
    """A programme that works on conditions at sites or on wages in producing countries.

    `takes_in_sites` is true where sites take part by name, false where it works on rules alone.
    """

    id: Identifier
    name: Text
    kind: ProgrammeKind
    operator: str
    takes_in_sites: bool
    summary: Text
    presences: tuple[Presence, ...] = Field(min_length=1)
    citation: Citation


@dataclass(frozen=True, slots=True)
class ProgrammeHere:
    """What is known of one programme in one country and sector on one day."""

    programme: Programme
    presence: Presence
    running: Running


def running_on(presence: Presence, day: date) -> Running:
    """Return whether the programme runs in that country on `day`.

    Between the earliest and the latest possible start or end, before `known_from` where the start
    is not known, and after `known_until` where no end is, the answer is unknown.

    >>> from ketenkaart.core.provenance import Grade
    >>> july = DayRange(earliest=date(2009, 7, 1), latest=date(2009, 7, 31))
    >>> here = Presence(
    ...     country="VNM", sectors=("textiles",), start=july, known_from=date(2009, 7, 31),
    ...     known_until=date(2023, 11, 22), citation=Citation(source="own", grade=Grade.LIKELY),
    ... )
    >>> [running_on(here, date(year, 7, 15)).value for year in (2008, 2009, 2019, 2026)]
    ['not_running', 'unknown', 'running', 'unknown']
    """
    if day < presence.known_from:
        is_before = presence.start is not None and day < presence.start.earliest
        return Running.NOT_RUNNING if is_before else Running.UNKNOWN
    if presence.end is not None:
        if day > presence.end.latest:
            return Running.NOT_RUNNING
        return Running.UNKNOWN if day > presence.end.earliest else Running.RUNNING
    return Running.RUNNING if day <= presence.known_until else Running.UNKNOWN


def programmes_at(
    programmes: Iterable[Programme], *, country: str, sectors: Iterable[str], day: date
) -> tuple[ProgrammeHere, ...]:
    """Return the programmes that have anything to do with a country and sectors, by id.

    `sectors` empty means every sector. One that does not run is in the answer: that it once ran,
    or is yet to start, is known. A country that no programme names has an empty answer, which is
    all that was looked up here and no proof that there is nothing.
    """
    wanted = set(sectors)
    return tuple(
        ProgrammeHere(programme, presence, running_on(presence, day))
        for programme in sorted(programmes, key=lambda item: item.id)
        for presence in programme.presences
        if presence.country == country and (not wanted or wanted & set(presence.sectors))
    )
