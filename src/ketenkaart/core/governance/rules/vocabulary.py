"""The facts that can be asked of a firm: what they mean, how they are counted, how to answer."""

from __future__ import annotations

from datetime import date
from typing import Literal, Self

from pydantic import Field, model_validator

from ketenkaart.core.governance.rules.types import Number
from ketenkaart.core.provenance import Citation, Frozen, Identifier, Text

FactKind = Literal["yes_no", "count", "money", "date", "code", "list", "quantities", "month_day"]


class FactDefinition(Frozen):
    """One fact: its kind, whether it is given per year, for whom, and how it is counted.

    `when_not_applicable` is the answer that a stated "not applicable" stands for; `same_as` names
    the fact that stands in for it (a firm without a group is its own group). Without either, "not
    applicable" is no answer here and is refused.
    """

    id: Identifier
    kind: FactKind
    label: Text
    question: Text
    per: Literal["financial_year", "calendar_year"] | None = None
    level: Literal["company", "group", "parent"] = "company"
    counted: Text | None = None
    choices: tuple[str, ...] = ()
    table: Identifier | None = None
    when_not_applicable: Literal["yes", "no"] | Number | None = None
    same_as: Identifier | None = None

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if (self.kind in ("code", "list")) is not bool(self.choices):
            raise ValueError("codes and lists, and only these, name their choices")
        if (self.kind == "quantities") is (self.table is None):
            raise ValueError("quantities, and only these, name their table of lines")
        if self.when_not_applicable is not None and self.same_as is not None:
            raise ValueError("give when_not_applicable or same_as, not both")
        if len(set(self.choices)) != len(self.choices):
            raise ValueError("a choice stands there twice")
        return self


class Vocabulary(Frozen):
    """All facts of one version of the vocabulary, and the day that laws are looked at by default.

    `groups` are names for several choices at once, such as EU for its member states; `spellings`
    lead from other ways to write a choice, such as NL, to the choice.
    """

    version: int = Field(ge=1)
    as_of: date
    citation: Citation
    facts: tuple[FactDefinition, ...] = Field(min_length=1)
    groups: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    spellings: dict[str, str] = Field(default_factory=dict)

    def find(self, fact: str) -> FactDefinition | None:
        """Return the definition of a fact, or `None` where there is none of that name."""
        return next((item for item in self.facts if item.id == fact), None)

    @property
    def asked_together(self) -> frozenset[str]:
        """The facts of which all choices or lines are asked in one question."""
        return frozenset(fact.id for fact in self.facts if fact.kind in ("list", "quantities"))
