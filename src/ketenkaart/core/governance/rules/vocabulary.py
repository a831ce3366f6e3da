"""The facts that can be asked of a firm: what they mean, how they are counted, how to answer."""

from __future__ import annotations

from collections.abc import Iterable
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


class GroupMember(Frozen):
    """A choice that belongs to a group from `start` up to and including `end`; `None` is open.

    A choice may stand there twice, for two periods that differ in what they rest on.
    """

    code: str
    start: date
    end: date | None = None
    citation: Citation

    def is_on(self, day: date) -> bool:
        """Return whether it belongs on `day`."""
        return self.start <= day and (self.end is None or day <= self.end)


class Vocabulary(Frozen):
    """All facts of one version of the vocabulary, and the day that laws are looked at by default.

    `groups` are names for several choices at once, such as EU for its member states, each with the
    days on which it belongs; `spellings` lead from other ways to write a choice, such as NL, to the
    choice.
    """

    version: int = Field(ge=1)
    as_of: date
    citation: Citation
    facts: tuple[FactDefinition, ...] = Field(min_length=1)
    groups: dict[str, tuple[GroupMember, ...]] = Field(default_factory=dict)
    spellings: dict[str, str] = Field(default_factory=dict)

    def find(self, fact: str) -> FactDefinition | None:
        """Return the definition of a fact, or `None` where there is none of that name."""
        return next((item for item in self.facts if item.id == fact), None)

    def members(self, name: str, day: date) -> tuple[str, ...]:
        """Return the choices that a name stands for on `day`; a choice stands for itself."""
        if name not in self.groups:
            return (name,)
        return tuple(item.code for item in self.groups[name] if item.is_on(day))

    def membership(self, names: Iterable[str], code: str, day: date) -> GroupMember | None:
        """Return by what a choice belongs to one of the groups named on `day`, if it does."""
        members = (item for name in names for item in self.groups.get(name, ()))
        return next((item for item in members if item.code == code and item.is_on(day)), None)

    @property
    def asked_together(self) -> frozenset[str]:
        """The facts of which all choices or lines are asked in one question."""
        return frozenset(fact.id for fact in self.facts if fact.kind in ("list", "quantities"))
