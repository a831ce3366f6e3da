"""Facts about instruments beside each other, and about who enforces what: dated and cited."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Self

from pydantic import Field, model_validator

from ketenkaart.core.provenance import Citation, Frozen, Identifier, State, Text


class RelationKind(StrEnum):
    """How two instruments stand to each other, by a source that says so."""

    COMPLEMENTARY = "complementary"
    OVERLAPPING = "overlapping"
    CONFLICTING = "conflicting"
    SUCCEEDING = "succeeding"


class RelationFact(Frozen):
    """What a source says of two instruments beside each other, from a day on where it is known."""

    between: tuple[Identifier, Identifier]
    kind: RelationKind
    start: date | None = None
    about: Text
    citation: Citation

    @model_validator(mode="after")
    def _two(self) -> Self:
        if self.between[0] == self.between[1]:
            raise ValueError("a relation is between two different instruments")
        return self

    def joins(self, a: str, b: str) -> bool:
        """Return whether the fact is about these two, in either order."""
        return set(self.between) == {a, b}


class SingleIssue(Frozen):
    """An instrument that looks at one risk only and is not worked out, by a source."""

    instrument: Identifier
    issue: Identifier
    citation: Citation


class Enforcer(Frozen):
    """Who enforces a rule against a risk, from a day on; `not_researched` names what is missing.

    `rule` is the law or treaty, `instrument` its id in the register where it has one, `reaches`
    says whose conduct it takes hold of.
    """

    state: State = State.KNOWN
    name: Text | None = None
    rule: Text
    instrument: Identifier | None = None
    start: date | None = None
    reaches: Text | None = None
    missing: Text | None = None
    citation: Citation

    @model_validator(mode="after")
    def _stated(self) -> Self:
        if (self.name is None) is (self.state is State.KNOWN):
            raise ValueError("a known enforcer has a name, any other state has none")
        if self.state is not State.KNOWN and self.missing is None:
            raise ValueError("an enforcer that is not known says in `missing` what is")
        return self


class EnforcedRisk(Frozen):
    """One risk with the issues it shows in, what the letter answered, and who enforces."""

    id: Identifier
    label: Text
    issues: tuple[Identifier, ...] = Field(min_length=1)
    citation: Citation
    answered: Text
    answered_citation: Citation
    enforcers: tuple[Enforcer, ...] = Field(min_length=1)
    help_abroad: Text | None = None
    help_abroad_citation: Citation | None = None

    @model_validator(mode="after")
    def _cited(self) -> Self:
        if (self.help_abroad is None) is not (self.help_abroad_citation is None):
            raise ValueError("help abroad is cited, or left out with its citation")
        return self


class HighRisk(Frozen):
    """From which central value of the index on a risk counts as high."""

    from_value: float = Field(ge=0, le=1)
    citation: Citation


class TogetherFacts(Frozen):
    """The content of `reference/together.yml`."""

    high_risk: HighRisk
    relations: tuple[RelationFact, ...]
    single_issue: tuple[SingleIssue, ...]
    goals_at_odds: Text
    goals_at_odds_citation: Citation
    enforcement: tuple[EnforcedRisk, ...]
