"""What is asked of the gap and what is answered: the shapes that every face shares."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field

from ketenkaart.core.provenance import Citation, Frozen, Identifier, Text

By = Literal["issue", "sector", "country", "layer", "buyer"]
Measure = Literal["value_added", "person_years"]
Kind = Literal["breadth", "depth"]
View = Literal["demand", "trade"]


class GapQuery(Frozen):
    """A question about the gap. Codes are checked by the service, which knows what exists."""

    issue: str | None = None
    country: str | None = None
    sector: str | None = None
    by: By = "issue"
    measure: Measure = "value_added"
    kind: Kind = "breadth"
    as_of: date | None = None
    without: tuple[str, ...] = ()
    view: View = "demand"


class FactsVersion(Frozen):
    """Which facts about instruments were used: a hash, and the ids published in the data folder.

    With nothing published, the facts are the ones that came with the package.
    """

    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    published: tuple[Identifier, ...] = ()


class Interval(Frozen):
    """Low, central and high; `null` where undefined, or where too little is known for a centre."""

    low: float | None
    central: float | None
    high: float | None


class Between(Frozen):
    """Two ends without a centre."""

    low: float | None
    high: float | None


class UnknownShare(Frozen):
    """Shares of exposure x severity: of unknown intensity, and in scope of unknown reach."""

    risk: float | None
    reach: float | None


class Credit(Frozen):
    """The weight an instrument is credited with, and its share of all weight; `null` if unknown."""

    value: float | None
    share: float | None


class InstrumentCredit(Frozen):
    """An instrument that may reach part of the row, with its credit where its reach is known."""

    id: Identifier
    label: Text
    reach_is_known: bool
    credit: Credit


class Carrier(Frozen):
    """A country that carries the average of a composite region, and its part of the index."""

    country: str
    label: Text
    share: float


class CompositeNote(Frozen):
    """What stands behind a row of a region made of several countries.

    `widest` is the risk-weighted exposure if every producer were in its least or its most risky
    single country; `carriers` are the countries that make up most of the average.
    """

    members: int
    schemes: tuple[str, ...]
    widest: Between
    carriers: tuple[Carrier, ...]


class MemberNote(Frozen):
    """What stands behind a row of one country inside a composite region: an estimate."""

    region: str
    share: Interval
    schemes: tuple[str, ...]


class TotalRow(Frozen):
    """One row of figures: amounts in the answer's unit, shares in [0, 1].

    `exposure` counts each flow once, in the measure asked for; `exposures` gives it in every
    measure (MUSD, person-years), because value added alone counts the worst paid least.
    `risk_weighted` is exposure x intensity x severity;
    `weak_at_home` is the part of the weight that no instrument reaches and that stands in countries
    whose own law is weak: reported apart, never part of the gap.
    `gap_known_reach` repeats the ends of the gap without instruments of unknown reach.
    """

    id: str
    exposure: float
    exposure_interval: Interval
    exposures: dict[Measure, Interval]
    is_estimate: bool
    risk_weighted: Interval
    gap: Interval
    gap_known_reach: Between
    weak_at_home: Interval
    unknown_share: UnknownShare
    instruments: tuple[InstrumentCredit, ...]
    composite: CompositeNote | None = None
    member: MemberNote | None = None


class GapRow(TotalRow):
    """One row of figures with its key: an issue, sector, country, layer or buyer."""

    key: str
    label: Text


class IssueRange(Frozen):
    """How the composite over issues moves: over single issues, and over every set of weights s.

    `issues` runs from the smallest to the largest central gap of a single issue (`null` where no
    issue has one); `weights` from the lowest low to the highest high end: the exact extremes over
    all severity weights, since the composite is a weighted mean of the issues.
    """

    issues: Between
    weights: Between


class Absence(Frozen):
    """An instrument that reaches nobody in this view on this day, and why."""

    id: Identifier
    label: Text
    reason: str


class MissingFact(Frozen):
    """A fact that nobody has published, and what it could be worth.

    `at_most` is the largest share of all weight, in [0, 1], that the instrument could add to what
    instruments of known reach cover, were it the only one of unknown reach.
    """

    id: Identifier
    label: Text
    missing: Text
    at_most: float | None


class Years(Frozen):
    """The years behind a figure: of the table, of the risk data per issue, of the instruments."""

    table: int
    risk: dict[str, int]
    instruments: int


class GapAnswer(Frozen):
    """The answer to a `GapQuery`: the rows, and their total over the same selection.

    `validation` says whether this edition's gap was tested against known cases of independent
    origin; the sentence about it is the last of the notes.
    """

    edition: str
    as_of: date
    view: View = "demand"
    kind: Kind
    measure: Measure
    by: By
    unit: str
    years: Years
    total: TotalRow
    rows: tuple[GapRow, ...]
    issue_range: IssueRange
    missing_facts: tuple[MissingFact, ...]
    absent: tuple[Absence, ...]
    not_researched: tuple[str, ...]
    validation: Literal["not_validated", "validated", "outdated"] = "not_validated"
    notes: tuple[Text, ...]
    facts: FactsVersion


class Step(Frozen):
    """One step on the way back from a figure to its sources."""

    title: Text
    detail: Text | None = None
    value: str | None = None
    citation: Citation | None = None
    steps: tuple[Step, ...] = ()


class Trace(Frozen):
    """The way back of one figure: what it is, how it was computed, from what, and from where."""

    id: str
    figure: Text
    steps: tuple[Step, ...] = Field(min_length=1)


class SeriesPoint(Frozen):
    """The gap at the end of one year, with the instruments of that day and the same table."""

    as_of: date
    gap: Interval
    gap_known_reach: Between
    in_force: tuple[str, ...]
