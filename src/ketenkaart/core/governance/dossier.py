"""The nouns of an instrument's dossier: who takes part, since when, what is measured and known.

None of these is calculated with in the gap; they are shown, compared over time and exported. A
thing that was never looked for is `not_researched`, a thing looked for and not found is
`unknown`, a thing that cannot exist for this instrument is `not_applicable`: three different words.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from ketenkaart.core.provenance import (
    Baseline,
    BaselineState,
    Citation,
    Frozen,
    Identifier,
    State,
    Text,
)

UnitCode = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z_/]*$", max_length=40)]
"""An id of `units.yml`: a word, or the code of a currency."""


class PartyKind(StrEnum):
    """What sort of organisation takes part in an instrument."""

    COMPANY = "company"
    TRADE_ASSOCIATION = "trade_association"
    TRADE_UNION = "trade_union"
    CIVIL_SOCIETY = "civil_society"
    GOVERNMENT = "government"
    FINANCIAL_INSTITUTION = "financial_institution"
    IMPLEMENTER = "implementer"
    INITIATIVE = "initiative"


class Party(Frozen):
    """An organisation that takes part, or a number of them that a source counts but does not name.

    `joined` and `left` are the first and the last day; either is `None` where it is not known.
    """

    name: Text
    kind: PartyKind
    count: int | None = Field(default=None, ge=1)
    joined: date | None = None
    left: date | None = None
    citation: Citation


class Secretariat(Frozen):
    """Who keeps the instrument going, from a day on."""

    start: date
    state: State = State.KNOWN
    name: Text | None = None
    note: Text | None = None
    citation: Citation

    @model_validator(mode="after")
    def _stated(self) -> Self:
        if (self.name is None) is (self.state is State.KNOWN):
            raise ValueError("a known secretariat has a name, any other state has none")
        return self


class Segment(StrEnum):
    """Which companies an instrument is made for, by how far they are (IOB's three groups)."""

    LEADERS = "leaders"
    PACK = "pack"
    LAGGARDS = "laggards"


class Listing(Frozen):
    """A list of codes, with its citation; `known` with codes, any other state without."""

    state: State = State.KNOWN
    values: tuple[str, ...] = ()
    note: Text | None = None
    citation: Citation

    @model_validator(mode="after")
    def _stated(self) -> Self:
        if bool(self.values) is not (self.state is State.KNOWN):
            raise ValueError("a known list has values, any other state has none")
        return self


class Term(Frozen):
    """The first and the last day that were agreed or set.

    `end` is `None` with `end_state` `unknown`, `not_researched`, or `not_applicable` where no end
    was set.
    """

    start: date
    end: date | None = None
    end_state: State = State.KNOWN
    note: Text | None = None
    citation: Citation

    @model_validator(mode="after")
    def _stated(self) -> Self:
        if (self.end is None) is (self.end_state is State.KNOWN):
            raise ValueError("a known end has a day, any other end_state has none")
        return self


class Point(Frozen):
    """One value of a measure on a day, with its interval where the source gives one.

    `known` has `value`, and `low` and `high` or neither of them; any other state has no figures
    and says in `note` what is missing.
    """

    on: date
    state: State = State.KNOWN
    low: float | None = None
    value: float | None = None
    high: float | None = None
    note: Text | None = None
    citation: Citation

    @model_validator(mode="after")
    def _stated(self) -> Self:
        figures = (self.low, self.value, self.high)
        if self.state is not State.KNOWN:
            if figures != (None, None, None):
                raise ValueError(f"a point that is {self.state} has no figures")
            if self.note is None:
                raise ValueError("a point that is not known says in `note` what is missing")
            return self
        if self.value is None:
            raise ValueError("a known point has a value")
        if (self.low is None) is not (self.high is None):
            raise ValueError("a point has both low and high, or neither")
        low, high = self.ends
        if not low <= self.value <= high:
            raise ValueError("a point needs low <= value <= high")
        return self

    @property
    def ends(self) -> tuple[float, float]:
        """The interval of a known point; the value twice where the source gives no interval."""
        value = self.value or 0.0
        return (
            value if self.low is None else self.low,
            value if self.high is None else self.high,
        )


class Measure(Frozen):
    """One thing counted over time: companies, market share, production locations.

    `unit` is an id of `units.yml`; shares lie in [0, 1]. Days rise, each only once.
    """

    key: Identifier
    label: Text
    unit: UnitCode
    points: tuple[Point, ...] = Field(min_length=1)

    def on(self, day: date) -> Point | None:
        """Return the newest point up to `day`, or `None` before the first."""
        return next((item for item in reversed(self.points) if item.on <= day), None)


class Bindingness(StrEnum):
    """What makes somebody keep to an instrument."""

    STATUTE = "statute"
    CONTRACT = "contract"
    CONDITION_OF_SUPPORT = "condition_of_support"
    SIGNED_AGREEMENT = "signed_agreement"
    VOLUNTARY = "voluntary"


class Enforcement(StrEnum):
    """What happens to somebody who does not keep to an instrument."""

    SUPERVISOR_WITH_SANCTIONS = "supervisor_with_sanctions"
    COURTS = "courts"
    BINDING_DISPUTES_COMMITTEE = "binding_disputes_committee"
    YEARLY_REVIEW = "yearly_review"
    WITHDRAWAL_OF_SUPPORT = "withdrawal_of_support"
    CONTRACT_MANAGEMENT = "contract_management"
    REPORTING_ONLY = "reporting_only"
    NONE = "none"


class RemedyRoute(StrEnum):
    """Where people who are harmed can go under an instrument."""

    COMPLAINTS_COMMITTEE = "complaints_committee"
    INDEPENDENT_MECHANISM = "independent_mechanism"
    CIVIL_LIABILITY = "civil_liability"
    COMPLAINT_TO_SUPERVISOR = "complaint_to_supervisor"
    OWN_PROCEDURE = "own_procedure"
    NATIONAL_CONTACT_POINT = "national_contact_point"
    NONE = "none"


class _Trait(Frozen):
    start: date
    state: State = State.KNOWN
    value: StrEnum | None = None
    note: Text | None = None
    citation: Citation

    @model_validator(mode="after")
    def _stated(self) -> Self:
        if (self.value is None) is (self.state is State.KNOWN):
            raise ValueError("a known trait has a value, any other state has none")
        return self


class BindingTrait(_Trait):
    """How binding an instrument is, from a day on."""

    value: Bindingness | None = None


class EnforcementTrait(_Trait):
    """How an instrument is enforced, from a day on."""

    value: Enforcement | None = None


class RemedyTrait(_Trait):
    """Which route to remedy an instrument offers, from a day on."""

    value: RemedyRoute | None = None


class InstrumentBaseline(Baseline):
    """A baseline of one measure of an instrument: which measure, and its unit.

    One that is not measured says why in `note`.
    """

    key: Identifier
    label: Text
    unit: UnitCode | None = None

    @model_validator(mode="after")
    def _in_a_unit(self) -> Self:
        is_measured = self.state is BaselineState.MEASURED
        if is_measured is (self.unit is None):
            raise ValueError("a measured baseline has a unit, and no other has one")
        if not is_measured and self.note is None:
            raise ValueError("a baseline that is not measured says why in `note`")
        return self


class Finding(StrEnum):
    """What a study says of the effect of an instrument."""

    POSITIVE = "positive"
    MIXED = "mixed"
    NO_EFFECT = "no_effect"
    NEGATIVE = "negative"
    NOT_MEASURED = "not_measured"


class Evidence(Frozen):
    """A study of what an instrument brings about; `design` is an id of `study_designs.yml`."""

    id: Identifier
    title: Text
    on: date
    design: Identifier
    finding: Finding
    about: Text
    citation: Citation


class Verdict(StrEnum):
    """Whether an instrument meets a criterion that government published."""

    MET = "met"
    PARTLY = "partly"
    NOT_MET = "not_met"
    UNKNOWN = "unknown"
    NOT_RESEARCHED = "not_researched"
    NOT_APPLICABLE = "not_applicable"


class CriterionScore(Frozen):
    """The verdict on one criterion of `covenant_criteria.yml`, with what it rests on."""

    criterion: Identifier
    verdict: Verdict
    evidence: Text | None = None
    citation: Citation

    @model_validator(mode="after")
    def _shown(self) -> Self:
        if self.verdict is not Verdict.NOT_RESEARCHED and self.evidence is None:
            raise ValueError("a verdict gives its evidence; without any it is not_researched")
        return self


class Relation(StrEnum):
    """How a covenant takes up a commitment that an existing initiative already has."""

    TAKEN_OVER = "taken_over"
    EXTENDED = "extended"
    NARROWED = "narrowed"
    LEFT_OUT = "left_out"
    ADDED = "added"
    UNKNOWN = "unknown"
    NOT_RESEARCHED = "not_researched"


class CrosswalkItem(Frozen):
    """One commitment of an initiative beside what the covenant makes of it."""

    id: Identifier
    commitment: Text
    relation: Relation
    counterpart: Text | None = None
    citation: Citation

    @model_validator(mode="after")
    def _shown(self) -> Self:
        shown = {Relation.TAKEN_OVER, Relation.EXTENDED, Relation.NARROWED, Relation.ADDED}
        if self.relation in shown and self.counterpart is None:
            raise ValueError(f"a commitment that is {self.relation} says in `counterpart` as what")
        return self


class Crosswalk(Frozen):
    """The commitments of an existing initiative that an instrument builds on."""

    initiative: Identifier
    items: tuple[CrosswalkItem, ...] = Field(min_length=1)
    citation: Citation


class Unit(Frozen):
    """What a figure about an instrument counts; `is_share` where it lies in [0, 1]."""

    id: UnitCode
    label: Text
    is_share: bool = False


class StudyDesign(Frozen):
    """A rung of the ladder on which studies of effect stand: 0 says least, 5 most."""

    id: Identifier
    level: int = Field(ge=0, le=5)
    label: Text
    asks: Text
    citation: Citation


class CriterionOrigin(StrEnum):
    """Whose expectation a criterion is, and how firm: from the cabinet itself to a thought."""

    ADOPTED = "adopted"
    STANDING_POLICY = "standing_policy"
    ADVICE = "advice"
    TO_BE_CONSIDERED = "to_be_considered"


class Criterion(Frozen):
    """One thing that government expects of a covenant, or that it was advised to expect."""

    id: Identifier
    name: Text
    question: Text
    origin: CriterionOrigin
    start: date
    citation: Citation
