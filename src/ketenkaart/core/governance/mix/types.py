"""The nouns of the mix: candidates with levels and costs, and the conditions between them."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from ketenkaart.core.governance.types import Kind, Scope, StepObligation, Steps, Uptake
from ketenkaart.core.provenance import Citation, Frozen, Identifier, Text

Rule = Literal["independent", "largest"]
"""How reaches add up in a cell: 1 - prod(1 - a), or the largest a alone."""

Objective = Literal["gap", "worst-sector"]


PlainId = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]*$", max_length=60)]
"""An id without a dot: a dot stands between a candidate and its level."""


class Lever(StrEnum):
    """By which of the five V's of Dutch policy a measure moves a company.

    The first three are carrots, the last two are sticks.
    """

    INFORM = "inform"
    ENTICE = "entice"
    FACILITATE = "facilitate"
    CONDITION = "condition"
    OBLIGE = "oblige"

    @property
    def is_stick(self) -> bool:
        """Return whether the measure costs a company something that it does not choose.

        >>> Lever.OBLIGE.is_stick, Lever.ENTICE.is_stick
        (True, False)
        """
        return self in {Lever.CONDITION, Lever.OBLIGE}


class Cost(Frozen):
    """What a level costs the government, all its years spread evenly, in `unit`.

    Either `value`, with or without its ends, or a range `low` to `high` whose middle nobody knows:
    then a budget counts the high end, and the answer says what changes at the low one.
    """

    low: float | None = Field(default=None, ge=0)
    value: float | None = Field(default=None, ge=0)
    high: float | None = Field(default=None, ge=0)
    unit: Literal["eur_per_year"]
    citation: Citation

    @model_validator(mode="after")
    def _enough(self) -> Self:
        if (self.low is None) is not (self.high is None):
            raise ValueError("a cost with one end needs the other: low and high")
        if self.value is None and self.low is None:
            raise ValueError("a cost is a value, or a range from low to high; unknown is refused")
        low, value, high = self.ends()
        if not low <= value <= high:
            raise ValueError("a cost needs low <= value <= high")
        return self

    def ends(self) -> tuple[float, float, float]:
        """Return (low, counted, high): what is counted is the value, or the high end without one.

        >>> here = Citation(source="own", grade="assumed")
        >>> Cost(low=1, high=4, unit="eur_per_year", citation=here).ends()
        (1.0, 4.0, 4.0)
        """
        if self.low is not None and self.high is not None:
            counted = self.high if self.value is None else self.value
            return self.low, counted, self.high
        value = self.value or 0.0
        return value, value, value


class Taken(Frozen):
    """The share of the flow in scope that would take part at a level: an expectation, [0, 1]."""

    low: float = Field(ge=0, le=1)
    value: float = Field(ge=0, le=1)
    high: float = Field(ge=0, le=1)
    measure: Text
    citation: Citation

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if not self.low <= self.value <= self.high:
            raise ValueError("an uptake needs low <= value <= high")
        return self


class Asked(Frozen):
    """How far each due-diligence step is asked for (1, 0.5 or 0), with one citation for all."""

    embed: float
    identify: float
    act: float
    track: float
    communicate: float
    remedy: float
    citation: Citation

    def as_steps(self, start: Uptake) -> Steps:
        """Return the same as dated obligations, from the day of `start` on."""
        each = {
            name: StepObligation(value=getattr(self, name), citation=self.citation)
            for name in ("embed", "identify", "act", "track", "communicate", "remedy")
        }
        return Steps(start=start.start, **each)


class Level(Frozen):
    """One step up of a candidate: what takes part at it, and what it costs from nothing."""

    id: PlainId
    name: Text
    uptake: Taken
    cost: Cost


class Candidate(Frozen):
    """A measure that could be taken: new, or an extension of the instrument that it names.

    An extension inherits from that instrument what it leaves out: scope, force and steps. `levels`
    rise: each reaches at least as much as the one before, and costs at least as much.
    """

    id: PlainId
    name: Text
    summary: Text
    extends: Identifier | None = None
    kind: Kind
    lever: Lever
    scope: Scope | None = None
    force: Identifier | None = None
    steps: Asked | None = None
    levels: tuple[Level, ...] = Field(min_length=1)
    citation: Citation

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.extends is None:
            for name in ("scope", "force", "steps"):
                if getattr(self, name) is None:
                    raise ValueError(f"a new instrument needs {name}; only an extension inherits")
        for before, after in zip(self.levels, self.levels[1:], strict=False):
            for end in ("low", "value", "high"):
                if getattr(after.uptake, end) < getattr(before.uptake, end):
                    raise ValueError(f"level {after.id!r} reaches less than the one before it")
            if any(b < a for a, b in zip(before.cost.ends(), after.cost.ends(), strict=True)):
                raise ValueError(f"level {after.id!r} costs less than the one before it")
        return self


class AtMostOne(Frozen):
    """Candidates of which at most one can be chosen, and why."""

    of: tuple[Identifier, ...] = Field(min_length=2)
    because: Text


class Requirement(Frozen):
    """A candidate that makes sense only beside another candidate, at any level."""

    candidate: Identifier
    needs: Identifier
    because: Text


class Cap(Frozen):
    """The most that may be spent on candidates whose scope names one of these sectors.

    A candidate for all sectors does not count.
    """

    sectors: tuple[Identifier, ...] = Field(min_length=1)
    at_most: float = Field(ge=0)
    unit: Literal["eur_per_year"]
    because: Text


class Candidates(Frozen):
    """The content of a file of candidates."""

    candidates: tuple[Candidate, ...] = Field(min_length=1)
    at_most_one: tuple[AtMostOne, ...] = ()
    requires: tuple[Requirement, ...] = ()
    caps: tuple[Cap, ...] = ()
    citation: Citation
