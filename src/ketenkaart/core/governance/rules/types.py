"""What a law file says: versions side by side, conditions as trees, duties, dates, open checks."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum
from typing import Literal, Self

from pydantic import Field, model_validator

from ketenkaart.core.governance.types import STEPS
from ketenkaart.core.provenance import Citation, Frozen, Identifier, Text

Step = Literal["embed", "identify", "act", "track", "communicate", "remedy"]
Number = int | float
NODES = (
    "all", "any", "none", "count", "rule", "in_each_of_last", "in_one_of_last", "sustained",
    "years_back", "any_line", "fact",
)  # fmt: skip
TESTS = (
    "is", "more_than", "at_least", "less_than", "at_most", "equals", "in_any_of", "includes_any",
    "on_or_after", "before",
)  # fmt: skip


class LawStatus(StrEnum):
    """Where a law stands on a day; `not_yet` before the first day that its file knows of."""

    NOT_YET = "not_yet"
    PROPOSED = "proposed"
    ADOPTED_NOT_APPLICABLE_YET = "adopted_not_applicable_yet"
    ADOPTED_NOT_IN_FORCE = "adopted_not_in_force"
    IN_FORCE = "in_force"
    REPEALED = "repealed"


class Statement(Frozen):
    """Words about a law with where they come from; `key` names what stays to be checked."""

    text: Text
    citation: Citation
    key: Identifier | None = None


class Count(Frozen):
    """At least so many of these conditions hold."""

    at_least: int = Field(ge=1)
    of: tuple[Condition, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _possible(self) -> Self:
        if self.at_least > len(self.of):
            raise ValueError(f"at least {self.at_least} of {len(self.of)} conditions cannot hold")
        return self


class YearTest(Frozen):
    """A condition looked at over so many financial years, the last closed one first."""

    years: int = Field(ge=1, le=5)
    of: Condition


class LineTest(Frozen):
    """Some line of a table is reached: the quantity on it is at least its threshold."""

    fact: Identifier
    table: Identifier


class Condition(Frozen):
    """One node of the tree that says when something holds: exactly one kind of node.

    `all`, `any`, `none` and `count` combine; `rule` reuses a named condition; the year nodes look
    back; a comparison names a fact, one test and its threshold, inclusive or exclusive as written:
    `more_than` and `less_than` leave the threshold out, `at_least` and `at_most` take it in. `id`
    names a threshold so that it can be moved; `article` says where the law has it.
    """

    id: Identifier | None = None
    label: Text | None = None
    article: str | None = None
    citation: Citation | None = None

    all: tuple[Condition, ...] | None = Field(default=None, min_length=1)
    any: tuple[Condition, ...] | None = Field(default=None, min_length=1)
    none: tuple[Condition, ...] | None = Field(default=None, min_length=1)
    count: Count | None = None
    rule: Identifier | None = None
    in_each_of_last: YearTest | None = None
    in_one_of_last: YearTest | None = None
    sustained: YearTest | None = None
    years_back: YearTest | None = None
    any_line: LineTest | None = None

    fact: Identifier | None = None
    is_: Literal["yes", "no"] | None = Field(default=None, alias="is")
    more_than: Number | None = None
    at_least: Number | None = None
    less_than: Number | None = None
    at_most: Number | None = None
    equals: Number | str | None = None
    in_any_of: tuple[str, ...] | None = Field(default=None, min_length=1)
    includes_any: tuple[str, ...] | None = Field(default=None, min_length=1)
    on_or_after: date | None = None
    before: date | None = None
    unit: str | None = None

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        kinds = [name for name in NODES if getattr(self, name) is not None]
        if len(kinds) != 1:
            found = " and ".join(kinds) or "none"
            raise ValueError(f"a condition has exactly one of {', '.join(NODES)}; found {found}")
        tests = self.tests
        if self.fact is None and (tests or self.unit is not None):
            raise ValueError("a test or a unit belongs to a fact")
        if self.fact is not None and len(tests) != 1:
            found = " and ".join(tests) or "none"
            raise ValueError(f"a comparison has exactly one of {', '.join(TESTS)}; found {found}")
        if self.sustained is not None and self.sustained.years != 2:
            raise ValueError("a sustained condition takes two years to gain and two to lose")
        return self

    @property
    def tests(self) -> list[str]:
        """The names of the tests that stand in this node."""
        names = {name: "is_" if name == "is" else name for name in TESTS}
        return [name for name, field in names.items() if getattr(self, field) is not None]

    def parts(self) -> tuple[Condition, ...]:
        """Return the conditions that stand directly under this one."""
        several = self.all or self.any or self.none or (self.count.of if self.count else ())
        for test in (self.in_each_of_last, self.in_one_of_last, self.sustained, self.years_back):
            if test is not None:
                return (test.of,)
        return several


class StatusFrom(Frozen):
    """The status that begins on a day."""

    start: date
    value: LawStatus
    citation: Citation

    @model_validator(mode="after")
    def _stored(self) -> Self:
        if self.value is LawStatus.NOT_YET:
            raise ValueError("not_yet is what holds before the first date; leave it out")
        return self


class Application(Frozen):
    """From when the law applies to the firms of which `when` holds; the first that holds counts.

    A day, or the start of the first financial year that starts on or after a day, or the end of the
    first one that ends on or after a day.
    """

    when: Condition | None = None
    start: date | None = None
    financial_year_starting: date | None = None
    financial_year_ending: date | None = None
    citation: Citation

    @model_validator(mode="after")
    def _one_date(self) -> Self:
        if sum(day is not None for day in self.days) != 1:
            raise ValueError("give one of start, financial_year_starting and financial_year_ending")
        return self

    @property
    def days(self) -> tuple[date | None, date | None, date | None]:
        """The three ways to give the day; exactly one is set."""
        return self.start, self.financial_year_starting, self.financial_year_ending


class Duty(Frozen):
    """What a law asks in one due-diligence step: a duty, or partly or indirectly asked for.

    `when` limits it to the firms of which that holds.
    """

    step: Step
    level: Literal["duty", "partial"]
    article: str | None = None
    text: Text
    when: Condition | None = None
    citation: Citation


class Consequences(Frozen):
    """What stands behind the duties: who supervises, enforcement, civil liability and remedy."""

    supervisor: Statement | None = None
    enforcement: Statement | None = None
    liability: Statement | None = None
    remedy: Statement | None = None


class LawVersion(Frozen):
    """The text that holds from `start` up to and including `end`; `None` is open.

    Without `scope` the file knows of no test that can be put to facts, and nobody's answer is
    known. `duties` and `consequences` replace those of the law where given. `features` are other
    dated facts, by key, that versions and laws are compared on.
    """

    id: Identifier
    name: Text
    start: date
    end: date | None = None
    scope: Condition | None
    rules: dict[Identifier, Condition] = Field(default_factory=dict)
    application: tuple[Application, ...] = ()
    duties: tuple[Duty, ...] | None = None
    consequences: Consequences | None = None
    features: tuple[Statement, ...] = ()
    assumptions: tuple[Statement, ...] = ()
    open_checks: tuple[Statement, ...] = ()
    citation: Citation

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.end is not None and self.end < self.start:
            raise ValueError(f"the version ends on {self.end}, before it starts on {self.start}")
        return self


class Law(Frozen):
    """A law as dated facts: its status over time and its versions, one after the other."""

    id: Identifier
    name: Text
    kind: Literal["regulation", "directive", "act", "bill", "draft"]
    jurisdiction: str
    aliases: tuple[str, ...] = ()
    status: tuple[StatusFrom, ...] = Field(min_length=1)
    versions: tuple[LawVersion, ...] = Field(min_length=1)
    duties: tuple[Duty, ...] = ()
    consequences: Consequences = Consequences()
    assumptions: tuple[Statement, ...] = ()
    open_checks: tuple[Statement, ...] = ()
    citation: Citation

    def status_on(self, day: date) -> StatusFrom | None:
        """Return the status that holds on `day`, or `None` before the first one."""
        return next((item for item in reversed(self.status) if item.start <= day), None)

    def version_on(self, day: date) -> LawVersion | None:
        """Return the version that holds on `day`, or `None` outside all of them."""
        return next(
            (v for v in self.versions if v.start <= day and (v.end is None or day <= v.end)), None
        )

    def duties_of(self, version: LawVersion) -> tuple[Duty, ...]:
        """Return the duties under `version`, in the order of the due-diligence steps."""
        duties = self.duties if version.duties is None else version.duties
        return tuple(sorted(duties, key=lambda duty: STEPS.index(duty.step)))

    def consequences_of(self, version: LawVersion) -> Consequences:
        """Return what stands behind the duties under `version`."""
        if version.consequences is None:
            return self.consequences
        own = version.consequences.model_dump(exclude_none=True)
        return Consequences.model_validate({**self.consequences.model_dump(), **own})

    def days_of_change(self) -> list[date]:
        """Return, in order, the days on which the answer for some firm can change by itself."""
        days = {item.start for item in self.status}
        for version in self.versions:
            days.add(version.start)
            if version.end is not None:
                days.add(version.end + timedelta(days=1))
            for item in version.application:
                days |= {day for day in item.days if day is not None}
        return sorted(days)


class LineThreshold(Frozen):
    """The quantity from which a line counts, from a day on; `None` while it is still open."""

    start: date
    value: Number | None
    citation: Citation


class Line(Frozen):
    """One line of a table of goods: a code, whole or in part, and its thresholds over time.

    `code` is the prefix of goods codes without spaces; with `is_part` only part of what that code
    holds is meant, and `full_code`, where there is one, is the longer code of exactly that part.
    """

    id: Identifier
    part: str
    label: Text
    code: str = Field(pattern=r"^[0-9]{2,10}$")
    is_part: bool = False
    full_code: str | None = Field(default=None, pattern=r"^[0-9]{8,10}$")
    thresholds: tuple[LineThreshold, ...] = Field(min_length=1)
    citation: Citation

    def threshold_on(self, day: date) -> LineThreshold | None:
        """Return the threshold that holds on `day`, or `None` before the first one."""
        return next((item for item in reversed(self.thresholds) if item.start <= day), None)


class LineTable(Frozen):
    """An annex of goods with thresholds, as data, with the day it was last brought up to date."""

    id: Identifier
    name: Text
    unit: str
    version_date: date
    lines: tuple[Line, ...] = Field(min_length=1)
    citation: Citation
