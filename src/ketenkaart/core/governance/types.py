"""The nouns of governance: instruments and what is known of them, dated and cited."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Literal, Self

from pydantic import Field, model_validator

from ketenkaart.core.governance.dossier import (
    BindingTrait,
    CriterionScore,
    Crosswalk,
    EnforcementTrait,
    Evidence,
    InstrumentBaseline,
    Listing,
    Measure,
    Party,
    RemedyTrait,
    Secretariat,
    Term,
)
from ketenkaart.core.provenance import Citation, Frozen, Identifier, State, Text

LAYERS: tuple[str, ...] = ("0", "1", "2", "3", "rest")
"""Production layers: 0 is the producer of what was bought; `rest` is layer 4 and deeper."""

BUYERS: tuple[str, ...] = ("households", "government", "fixed_capital")
"""Buyers of final demand; households include non-profit institutions serving them."""

STEPS: tuple[str, ...] = ("embed", "identify", "act", "track", "communicate", "remedy")
"""The six steps of the OECD Due Diligence Guidance for RBC (2018)."""

Layer = Literal["0", "1", "2", "3", "rest"]
Buyer = Literal["households", "government", "fixed_capital"]


class Kind(StrEnum):
    """What sort of measure an instrument is."""

    LAW = "law"
    COVENANT = "covenant"
    FINANCE = "finance"
    FUND = "fund"
    PROCUREMENT = "procurement"
    INITIATIVE = "initiative"
    TARGET = "target"
    STANDARD = "standard"
    POST = "post"
    INFORMATION = "information"
    SUPERVISION = "supervision"
    RESEARCH = "research"


class Status(StrEnum):
    """Where an instrument stands on a day."""

    PROPOSED = "proposed"
    SIGNED = "signed"
    ADOPTED_NOT_APPLICABLE_YET = "adopted_not_applicable_yet"
    ADOPTED_NOT_IN_FORCE = "adopted_not_in_force"
    IN_FORCE = "in_force"
    ENDED = "ended"
    REPEALED = "repealed"


class ActsOn(StrEnum):
    """Which part of a chain an instrument takes hold of (DESIGN.md, point 5).

    `product_bought`: what final buyers in the Netherlands buy, by its sector;
    `border_product`: goods that cross the border, by the producing sector;
    `buyer`: everything that a class of buyers buys; `financed_flow`: activities abroad that
    are financed or insured; `site`: places of production.
    """

    PRODUCT_BOUGHT = "product_bought"
    BORDER_PRODUCT = "border_product"
    BUYER = "buyer"
    FINANCED_FLOW = "financed_flow"
    SITE = "site"


class DatedStatus(Frozen):
    """The status from a day on; an unknown start day sorts first."""

    start: date
    value: Status
    citation: Citation


class Uptake(Frozen):
    """The share of the flow in scope that takes part, from a day on, in [0, 1].

    `state` is `known` with low <= value <= high; `unknown` with the missing fact named (the share
    then lies anywhere in [0, 1]); or `not_applicable` where the instrument does not act on Dutch
    final demand at all (the share is zero, and `missing` says why).
    """

    start: date
    state: State = State.KNOWN
    low: float | None = Field(default=None, ge=0, le=1)
    value: float | None = Field(default=None, ge=0, le=1)
    high: float | None = Field(default=None, ge=0, le=1)
    measure: Text | None = None
    missing: Text | None = None
    citation: Citation

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.state is State.KNOWN:
            if self.low is None or self.value is None or self.high is None:
                raise ValueError("a known uptake needs low, value and high")
            if not self.low <= self.value <= self.high:
                raise ValueError("a known uptake needs low <= value <= high")
            if self.measure is None:
                raise ValueError("a known uptake says what it measures")
        else:
            if (self.low, self.value, self.high) != (None, None, None):
                raise ValueError(f"an uptake that is {self.state} has no figures")
            if self.missing is None:
                raise ValueError(f"an uptake that is {self.state} names the missing fact or why")
        return self


class LayerReach(Frozen):
    """Down to which production layer an instrument takes hold: narrowest, declared, widest."""

    low: Layer
    value: Layer
    high: Layer
    citation: Citation

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        depths = [LAYERS.index(layer) for layer in (self.low, self.value, self.high)]
        if depths != sorted(depths):
            raise ValueError("layers go from the narrowest to the widest: low <= value <= high")
        return self


class Scope(Frozen):
    """What an instrument covers by its own terms.

    `sectors`, `issues` and `buyers` are ids, or `None` for all. `outside` lists regions whose
    producers or products are out of scope because the instrument starts at that border: ISO
    alpha-3 codes, `NLD` or the word `EU`. The Netherlands itself is never in the headline.
    """

    acts_on: ActsOn
    sectors: tuple[Identifier, ...] | None
    issues: tuple[Identifier, ...] | None
    buyers: tuple[Buyer, ...] | None
    outside: tuple[str, ...] = ()
    layers: LayerReach
    citation: Citation


class StepObligation(Frozen):
    """How far one due-diligence step is asked for: 1 a duty, 0.5 partly or indirectly, 0 not."""

    value: float
    citation: Citation

    @model_validator(mode="after")
    def _allowed(self) -> Self:
        if self.value not in (0, 0.5, 1):
            raise ValueError("an obligation is 1 (duty), 0.5 (partly or indirectly) or 0 (none)")
        return self


class Steps(Frozen):
    """Obligations per step of the OECD Due Diligence Guidance (2018), from a day on."""

    start: date
    embed: StepObligation
    identify: StepObligation
    act: StepObligation
    track: StepObligation
    communicate: StepObligation
    remedy: StepObligation


class Fact(Frozen):
    """Another dated figure or statement about an instrument, shown but not calculated with.

    A `known` fact has a value; other states have none and say in `note` what is missing.
    """

    start: date
    key: Identifier
    label: Text
    state: State = State.KNOWN
    value: float | str | None = None
    unit: str | None = None
    note: Text | None = None
    citation: Citation

    @model_validator(mode="after")
    def _stated(self) -> Self:
        if (self.value is None) is (self.state is State.KNOWN):
            raise ValueError("a known fact has a value, any other state has none")
        if self.state is not State.KNOWN and self.note is None:
            raise ValueError("a fact that is not known says in `note` what is missing")
        return self


class Instrument(Frozen):
    """A measure that can reach part of a chain, as dated, cited facts.

    Instruments that are not worked out stand in the register with their name, kind, sector and
    dates only: `worked_out` is false and `scope`, `uptake` and `steps` are empty. `status`,
    `scope`, `uptake`, `force` and `steps` are calculated with; everything after `facts` is shown,
    compared and exported. There an absent value means that nobody looked: it is not researched.
    """

    id: Identifier
    name: Text
    kind: Kind
    theme: int = Field(ge=1, le=9)
    rbc_role: Literal["condition", "objective"] | None = None
    sector: Text | None = None
    summary: Text | None = None
    worked_out: bool
    status: tuple[DatedStatus, ...] = ()
    scope: Scope | None = None
    uptake: tuple[Uptake, ...] = ()
    force: Identifier | None = None
    steps: tuple[Steps, ...] = ()
    facts: tuple[Fact, ...] = ()
    term: Term | None = None
    parties: tuple[Party, ...] = ()
    secretariat: tuple[Secretariat, ...] = ()
    countries: Listing | None = None
    goods: Listing | None = None
    segments: Listing | None = None
    bindingness: tuple[BindingTrait, ...] = ()
    enforcement: tuple[EnforcementTrait, ...] = ()
    remedy: tuple[RemedyTrait, ...] = ()
    measures: tuple[Measure, ...] = ()
    baselines: tuple[InstrumentBaseline, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    checklist: tuple[CriterionScore, ...] = ()
    crosswalks: tuple[Crosswalk, ...] = ()
    citation: Citation

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        for name in ("status", "uptake", "steps"):
            starts = [item.start for item in getattr(self, name)]
            if starts != sorted(set(starts)):
                raise ValueError(f"{name}: dates must rise, each only once")
        if self.worked_out and (
            self.scope is None or not self.uptake or not self.steps or self.force is None
        ):
            raise ValueError("a worked-out instrument has scope, uptake, steps and force")
        return self

    def status_on(self, day: date) -> DatedStatus | None:
        """Return the status that holds on `day`, or `None` before the first known one."""
        return next((item for item in reversed(self.status) if item.start <= day), None)

    def uptake_on(self, day: date) -> Uptake | None:
        """Return the uptake that holds on `day`, or `None` before the first dated one."""
        return next((item for item in reversed(self.uptake) if item.start <= day), None)

    def steps_on(self, day: date) -> Steps | None:
        """Return the obligations that hold on `day`, or `None` before the first dated ones."""
        return next((item for item in reversed(self.steps) if item.start <= day), None)

    def measure(self, key: str) -> Measure | None:
        """Return the measure with this key, such as `companies`, or `None`."""
        return next((item for item in self.measures if item.key == key), None)


class Force(Frozen):
    """How binding a class of instruments is, in [0, 1]: a declared judgement, as an interval."""

    id: Identifier
    label: Text
    low: float = Field(ge=0, le=1)
    value: float = Field(ge=0, le=1)
    high: float = Field(ge=0, le=1)
    citation: Citation

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if not self.low <= self.value <= self.high:
            raise ValueError("force needs low <= value <= high")
        return self


class DepthTable(Frozen):
    """The declared tables behind depth: forces, and one weight per due-diligence step.

    Depth = force x the sum over six steps of weight x obligation; the weights sum to one.
    """

    step_weights: dict[str, float]
    step_weights_citation: Citation
    forces: tuple[Force, ...]

    @model_validator(mode="after")
    def _sums_to_one(self) -> Self:
        if set(self.step_weights) != set(STEPS):
            raise ValueError(f"step_weights needs exactly the steps {', '.join(STEPS)}")
        if any(w < 0 for w in self.step_weights.values()):
            raise ValueError("step_weights must not be negative")
        if abs(sum(self.step_weights.values()) - 1) > 1e-9:
            raise ValueError("step_weights must sum to 1")
        return self
