"""Where a value comes from: sources, citations, grades, periods and bilingual text."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

Identifier = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_.-]*$", max_length=80)]


class Frozen(BaseModel):
    """Base for data that crosses trust: immutable, unknown keys refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Grade(StrEnum):
    """How sure a value is. A grade is copied from its source and never raised."""

    SURE = "sure"
    LIKELY = "likely"
    CHECK = "check"
    ASSUMED = "assumed"

    def in_language(self, language: str) -> str:
        """Return the grade in Dutch for `nl`, in English for anything else.

        >>> Grade.ASSUMED.in_language("nl")
        'aangenomen'
        """
        return _DUTCH_GRADES[self.value] if language == "nl" else self.value


_DUTCH_GRADES = {
    "sure": "zeker",
    "likely": "waarschijnlijk",
    "check": "na te gaan",
    "assumed": "aangenomen",
}


class State(StrEnum):
    """What stands where a value could stand. Zero is a known value, none of the others is."""

    KNOWN = "known"
    UNKNOWN = "unknown"
    NOT_RESEARCHED = "not_researched"
    NOT_APPLICABLE = "not_applicable"
    REFUSED = "refused"


class Text(Frozen):
    """The same words in Dutch and English.

    >>> Text(nl="keten", en="chain").in_language("nl")
    'keten'
    """

    nl: str = Field(min_length=1)
    en: str = Field(min_length=1)

    def in_language(self, language: str) -> str:
        """Return the Dutch text for `nl`, the English text for anything else."""
        return self.nl if language == "nl" else self.en


class Source(Frozen):
    """A document or data set that values are taken from."""

    id: Identifier
    title: Text
    publisher: str
    published: str | None = None
    url: str | None = None
    licence: str | None = None
    licence_grade: Grade | None = None


class Citation(Frozen):
    """One source, the place in it, and how sure the value read there is."""

    source: Identifier
    locator: str | None = None
    grade: Grade
    note: Text | None = None


class Period(Frozen):
    """Days from `start` up to and including `end`; an open end is `None`.

    >>> Period(start=date(2016, 7, 4), end=None).contains(date(2020, 1, 1))
    True
    """

    start: date | None
    end: date | None

    @model_validator(mode="after")
    def _ordered(self) -> Period:
        if self.start and self.end and self.start > self.end:
            raise ValueError(f"period ends on {self.end}, before it starts on {self.start}")
        return self

    def contains(self, day: date) -> bool:
        """Return whether `day` lies in the period."""
        return (self.start is None or self.start <= day) and (self.end is None or day <= self.end)


class BaselineState(StrEnum):
    """Whether there was a measurement before the policy began. That there is none is a finding."""

    MEASURED = "measured"
    NONE_EXISTS = "none_exists"
    UNKNOWN = "unknown"
    NOT_RESEARCHED = "not_researched"
    NOT_APPLICABLE = "not_applicable"


class Baseline(Frozen):
    """The value before a policy began, with its day and method; or that there is none."""

    state: BaselineState
    value: float | None = None
    on: date | None = None
    method: Text | None = None
    note: Text | None = None
    citation: Citation

    @model_validator(mode="after")
    def _measured_or_not(self) -> Self:
        given = (self.value, self.on, self.method)
        if self.state is BaselineState.MEASURED and None in given:
            raise ValueError("a measured baseline has value, on and method")
        if self.state is not BaselineState.MEASURED and given != (None, None, None):
            raise ValueError(f"a baseline that is {self.state} has no value, on or method")
        return self


class GlossaryTerm(Frozen):
    """A word of the field or of this tool, explained in both languages.

    `types` names the public types that the term explains, where there are any.
    """

    id: Identifier
    term: Text
    definition: Text
    types: tuple[str, ...] = ()
    citation: Citation
