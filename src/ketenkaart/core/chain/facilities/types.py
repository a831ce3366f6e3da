"""The nouns of the registry: facilities, who named them, and the lists they were named in.

Unknown is `None` for a figure and an empty tuple for a set of words; neither is ever zero. A
facility is what the registry holds now; what was given in a list stays as it was given, in a
contribution, and a facility is followed to its contributions by `services.facilities`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class FacilityStatus(StrEnum):
    """Whether a facility stands for itself, and if not, why."""

    ACTIVE = "active"
    CLOSED = "closed"
    """Known to have ended; the id still stands for it."""
    MERGED = "merged"
    """Found to be another facility; the id leads on to that one."""
    SPLIT = "split"
    """Found to be several facilities; the id leads on to each of them."""


class ContributorKind(StrEnum):
    """What kind of organisation gave a list."""

    BRAND = "brand"
    SUPPLIER = "supplier"
    COVENANT = "covenant"
    INITIATIVE = "initiative"
    CERTIFIER = "certifier"
    AUDITOR = "auditor"
    GOVERNMENT = "government"
    CIVIL_SOCIETY = "civil_society"
    UNION = "union"
    RESEARCHER = "researcher"
    REGISTRY = "registry"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Contributor:
    """An organisation that gave lists of facilities.

    `is_named` is false where it may be shown by its kind alone.
    """

    id: str
    name: str
    kind: ContributorKind
    is_named: bool = True


@dataclass(frozen=True, slots=True)
class Workers:
    """How many people work somewhere: from `low` to `high`; equal for a single figure."""

    low: int
    high: int | None
    """`None` where the range is open, as in "more than 5,000"."""


@dataclass(frozen=True, slots=True)
class FacilityRecord:
    """What is said of one place, wherever it stands: in a list, in the registry, in a pair.

    `key` names it: `row:12` for row 12 of the record, an id for a facility. This is all that
    matching compares.
    """

    key: str
    country: str
    name: str
    address: str
    latitude: float | None = None
    longitude: float | None = None
    os_id: str | None = None


@dataclass(frozen=True, slots=True)
class FacilityDraft:
    """What a list or a person says of one facility, checked and not yet placed in the registry.

    `country` is an alpha-3 code; `sectors_given` are the words of the source, `isic4` the
    divisions of ISIC Rev. 4 that they stand for, which may be none. `os_id` is the id under which
    Open Supply Hub knows it. Coordinates are both known or both `None`, in degrees.
    """

    country: str
    name: str
    address: str
    latitude: float | None = None
    longitude: float | None = None
    sectors_given: tuple[str, ...] = ()
    isic4: tuple[str, ...] = ()
    product_types: tuple[str, ...] = ()
    facility_types: tuple[str, ...] = ()
    processing_types: tuple[str, ...] = ()
    workers: Workers | None = None
    parent_company: str | None = None
    native_name: str | None = None
    os_id: str | None = None


@dataclass(frozen=True, slots=True)
class Facility:
    """A facility in the registry, as it stands now.

    `contributors` are the ids of all who named it, `source` is the list that it was first named
    in, `since` the day its id was given. `successors` are the ids that it leads on to, where it
    was merged (one) or split (several). `version` counts changes.
    """

    id: str
    said: FacilityDraft
    status: FacilityStatus
    contributors: tuple[str, ...]
    source: str
    since: date
    successors: tuple[str, ...] = ()
    version: int = 1

    @property
    def country(self) -> str:
        """The alpha-3 code of the country it is in."""
        return self.said.country

    @property
    def name(self) -> str:
        """Its name, in the script of the source."""
        return self.said.name

    @property
    def address(self) -> str:
        """Its address on one line."""
        return self.said.address

    @property
    def record(self) -> FacilityRecord:
        """What matching compares."""
        said = self.said
        return FacilityRecord(
            self.id, said.country, said.name, said.address,
            said.latitude, said.longitude, said.os_id,
        )  # fmt: skip


class ListState(StrEnum):
    """How far a list is on its way into the record; only kept lists are shown to anybody."""

    RECEIVING = "receiving"
    KEPT = "kept"


@dataclass(frozen=True, slots=True)
class FacilityList:
    """A list of facilities that a contributor gave on a day.

    `id` is the number of the list on the record, as text; `rows` counts its accepted rows and
    `waiting` those that no facility has been found or made for yet.
    """

    id: str
    title: str
    contributor: Contributor
    dated: date | None
    licence: str | None
    sha256: str | None
    state: ListState
    rows: int
    waiting: int


@dataclass(frozen=True, slots=True)
class Contribution:
    """One row of a list: what it says, where it stands, and the facility it belongs to.

    `facility` is `None` while nobody has decided. `line` is the row in the file, the header is 1.
    """

    key: str
    list_id: str
    line: int
    said: FacilityDraft
    facility: str | None = None
    warnings: tuple[str, ...] = field(default=())

    @property
    def record(self) -> FacilityRecord:
        """What matching compares."""
        said = self.said
        return FacilityRecord(
            self.key, said.country, said.name, said.address,
            said.latitude, said.longitude, said.os_id,
        )  # fmt: skip
