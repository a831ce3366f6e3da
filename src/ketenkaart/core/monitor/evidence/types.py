"""The nouns of evidence: studies with their findings, searches, and initiatives."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Self

from pydantic import Field, model_validator

from ketenkaart.core.provenance import Citation, Frozen, Identifier, State, Text


class Reached(StrEnum):
    """How far along the policy theory a finding was measured, in this order."""

    OUTPUT = "output"
    """What was done or delivered: participants, tenders, plans."""
    OUTCOME = "outcome"
    """What companies or buyers do otherwise, such as steps of due diligence."""
    IMPACT = "impact"
    """What people or nature notice: fewer or smaller harms."""
    REMEDY = "remedy"
    """Whether who was harmed was heard or compensated."""


class Way(StrEnum):
    """Which way a finding points; `not_measured`: the study says that it did not look."""

    POSITIVE = "positive"
    MIXED = "mixed"
    NO_EFFECT = "no_effect"
    NEGATIVE = "negative"
    NOT_MEASURED = "not_measured"


class Compulsion(StrEnum):
    """Whether those concerned must keep to a measure or choose to."""

    BINDING = "binding"
    VOLUNTARY = "voluntary"
    BOTH = "both"
    UNKNOWN = "unknown"


class Independence(StrEnum):
    """How far who studied stood from what was studied."""

    INDEPENDENT = "independent"
    """Neither run nor paid by those who run or pay for the measure."""
    COMMISSIONED = "commissioned"
    """Another body, paid by those who run or pay for the measure."""
    OWN = "own"
    """Those who run the measure speak of themselves."""
    UNKNOWN = "unknown"


class EffectMeasure(StrEnum):
    """On which scale an effect stands; an interval must be symmetric there to be averaged."""

    DIFFERENCE = "difference"
    """A difference in `unit`, such as a share of companies; no effect is 0."""
    STANDARDISED_DIFFERENCE = "standardised_difference"
    """A difference in standard deviations (Cohen's d, Hedges' g); no effect is 0."""
    LOG_RATIO = "log_ratio"
    """The logarithm of a ratio of risks, rates or means; no effect is 0."""
    LOG_ODDS_RATIO = "log_odds_ratio"
    """The logarithm of a ratio of odds; no effect is 0."""


class Effect(Frozen):
    """The size of an effect as the source gives it, with its interval at `level`.

    Above zero is better for people or nature, whatever the sign in the source. `low` and `high`
    are None where the source gives no interval. `measures` names what was measured: effects are
    only ever averaged with others of the same name, measure and unit.
    """

    measures: Identifier
    measure: EffectMeasure
    unit: Identifier | None = None
    value: float
    low: float | None = None
    high: float | None = None
    level: float = Field(default=0.95, gt=0.5, lt=1)

    @model_validator(mode="after")
    def _stated(self) -> Self:
        if (self.low is None) is not (self.high is None):
            raise ValueError("an effect has both low and high, or neither")
        if (
            self.low is not None
            and self.high is not None
            and not (self.low <= self.value <= self.high and self.low < self.high)
        ):
            raise ValueError("an effect needs low <= value <= high, with low below high")
        if (self.unit is None) is (self.measure is EffectMeasure.DIFFERENCE):
            raise ValueError("a difference has a unit, any other measure of effect has none")
        return self


class StudyFinding(Frozen):
    """One thing that a study found, at one step of the policy theory.

    `kinds` and `instruments` say of what; `effect` is None where the source gives no size, and
    `effect_state` then says why: unknown, not researched (we did not read so far) or not
    applicable (nothing was measured). `sample` names the people or companies looked at, so that
    two reports on the same ones are never counted twice; None means the study's own.
    """

    id: Identifier
    about: Text
    step: Reached
    kinds: tuple[Identifier, ...] = Field(min_length=1)
    instruments: tuple[Identifier, ...] = ()
    compulsion: Compulsion = Compulsion.UNKNOWN
    way: Way
    effect: Effect | None = None
    effect_state: State = State.KNOWN
    sample: Identifier | None = None
    countries: tuple[str, ...] | None = None
    sectors: tuple[Identifier, ...] | None = None
    citation: Citation

    @model_validator(mode="after")
    def _stated(self) -> Self:
        if (self.effect is None) is (self.effect_state is State.KNOWN):
            raise ValueError("a known effect has a size, any other effect_state has none")
        if self.effect is not None and self.way is Way.NOT_MEASURED:
            raise ValueError("what was not measured has no effect")
        return self


class DossierLink(Frozen):
    """Findings that stand in the dossiers of instruments under this id, and the step they are at.

    Without `instruments` it is every dossier with that id. The findings themselves are read from
    the dossiers; nothing of them is repeated here, only what a dossier has no place for: the step
    and, for one instrument, the size of the effect.
    """

    evidence: Identifier
    instruments: tuple[Identifier, ...] = ()
    step: Reached
    effect: Effect | None = None
    effect_state: State = State.NOT_RESEARCHED
    citation: Citation

    @model_validator(mode="after")
    def _stated(self) -> Self:
        if (self.effect is None) is (self.effect_state is State.KNOWN):
            raise ValueError("a known effect has a size, any other effect_state has none")
        if self.effect is not None and len(self.instruments) != 1:
            raise ValueError("the size of an effect belongs to one instrument")
        return self


class Study(Frozen):
    """A study of what measures bring about; `design` is an id of `study_designs.yml`.

    `start` and `end` bound the time it looks at. `n` is how
    many were studied, in words of `n_of`. `countries` (ISO 3166-1 alpha-3) and `sectors` are
    where, None for not restricted. `citation` is graded by what we read of it. Raises
    `ValueError` where a period ends before it starts or a finding stands twice.
    """

    id: Identifier
    title: Text
    by: str
    published: date
    start: date | None = None
    end: date | None = None
    question: Text
    design: Identifier
    design_note: Text | None = None
    population: Text
    n: int | None = Field(default=None, ge=1)
    n_of: Text | None = None
    n_state: State = State.KNOWN
    countries: tuple[str, ...] | None = None
    sectors: tuple[Identifier, ...] | None = None
    independence: Independence
    funding: Text | None = None
    limits: tuple[Text, ...] = Field(min_length=1)
    findings: tuple[StudyFinding, ...] = ()
    dossiers: tuple[DossierLink, ...] = ()
    citation: Citation

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.start and self.end and self.start > self.end:
            raise ValueError("a period ends after it starts")
        if (self.n is None) is (self.n_state is State.KNOWN):
            raise ValueError("a known n has a number, any other n_state has none")
        if (self.n is None) is not (self.n_of is None):
            raise ValueError("n says in n_of of what, and without n there is none")
        names = [item.id for item in self.findings]
        if len(set(names)) < len(names):
            raise ValueError("every finding has an id of its own")
        if not self.findings and not self.dossiers:
            raise ValueError("a study has findings, or names those in the dossiers")
        return self


class Search(Frozen):
    """A search for studies: when, where, with which words, by whom, and what came of it.

    It covers every pair of `kinds` and `steps`, or of those only the `instruments` named. `found`
    names the studies it led to; none is an answer too. `is_complete` says that all hits were
    looked at, so that finding nothing means something.
    """

    id: Identifier
    searched_on: date
    where: Text
    terms: tuple[str, ...] = Field(min_length=1)
    by: str
    kinds: tuple[Identifier, ...] = Field(min_length=1)
    steps: tuple[Reached, ...] = Field(min_length=1)
    instruments: tuple[Identifier, ...] = ()
    found: tuple[Identifier, ...] = ()
    is_complete: bool
    note: Text | None = None
    citation: Citation


class LeftOut(Frozen):
    """A document that was looked at and is no study of effect, with the reason."""

    id: Identifier
    title: Text
    by: str
    why: Text
    citation: Citation


class Response(Frozen):
    """What those who run an initiative say to the advice or to the evidence about them."""

    on: date
    by: str
    text: Text
    citation: Citation


class Initiative(Frozen):
    """A multi-stakeholder initiative of the portfolio; `instrument` is its id in the register."""

    id: Identifier
    instrument: Identifier
    aim: Text
    support: Text | None = None
    responses: tuple[Response, ...] = ()
    citation: Citation


class Choice(StrEnum):
    """What a person decided about an initiative; never filled in by a machine."""

    KEEP = "keep"
    KEEP_WITH_CONDITIONS = "keep_with_conditions"
    STOP = "stop"
    WAIT_FOR_EVIDENCE = "wait_for_evidence"


class PortfolioDecision(Frozen):
    """A decision by a person, with what the advice was that day and the hash of its evidence."""

    initiative: Identifier
    choice: Choice
    reason: str = Field(min_length=1, max_length=4000)
    by: str = Field(min_length=1, max_length=200)
    at: str
    advice: str
    evidence_sha256: str
