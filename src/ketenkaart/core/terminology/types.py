"""The nouns of terminology: concepts, and the names that they had over time."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from itertools import combinations
from typing import Literal, Self

from pydantic import Field, model_validator

from ketenkaart.core.provenance import Citation, Frozen, Identifier, Text

Language = Literal["nl", "en"]


class NameState(StrEnum):
    """What a name is on a day.

    `maybe`: it changed in that year, and the day of the change is not known. `proposed`: somebody
    asked for it, and nobody is known to have adopted it.
    """

    CURRENT = "current"
    MAYBE = "maybe"
    FORMER = "former"
    FUTURE = "future"
    PROPOSED = "proposed"


class TermName(Frozen):
    """A name of a concept, from `start` until the day before `end`; `None` is open or unknown.

    With `is_year_only` the sources give years: on a day in the year of `start` or `end` nobody
    knows which name held. A preferred name is the one to write; others of that time are synonyms.
    `forms` are further ways of writing it, such as abbreviations and plurals. A short form
    (`is_short`) may stand beside the full name without mixing terms.
    """

    text: str = Field(min_length=2, max_length=200)
    language: Language
    forms: tuple[str, ...] = ()
    is_preferred: bool = True
    is_proposed: bool = False
    is_short: bool = False
    start: date | None = None
    end: date | None = None
    is_year_only: bool = False
    citation: Citation

    @model_validator(mode="after")
    def _sound(self) -> Self:
        if self.start and self.end and self.start >= self.end:
            raise ValueError(f"the name ends on {self.end}, before or as it starts")
        if self.is_proposed and (self.is_preferred or self.end or not self.start):
            raise ValueError("a proposed name has a start, no end, and is_preferred: false")
        for day in (self.start, self.end):
            if self.is_year_only and day is not None and (day.month, day.day) != (1, 1):
                raise ValueError("with is_year_only, days are the first of January of the year")
        return self

    @property
    def spellings(self) -> tuple[str, ...]:
        """Return every way of writing the name."""
        return (self.text, *self.forms)

    def on(self, day: date) -> NameState:
        """Return what the name is on a day.

        >>> cited = {"source": "own", "grade": "sure"}
        >>> name = TermName(text="OAR", language="en", start=date(2019, 1, 1),
        ...                 end=date(2022, 1, 1), is_year_only=True, citation=cited)
        >>> [name.on(date(year, 6, 1)).value for year in (2018, 2020, 2022, 2023)]
        ['future', 'current', 'maybe', 'former']
        """
        if self.start is not None and day < self.start:
            return NameState.FUTURE
        if self.is_proposed:
            return NameState.PROPOSED
        if self.end is not None and day >= _sure(self.end, self.is_year_only):
            return NameState.FORMER
        if self.is_year_only and day.year in {d.year for d in (self.start, self.end) if d}:
            return NameState.MAYBE
        return NameState.CURRENT


def _sure(day: date, is_year_only: bool) -> date:
    return day.replace(year=day.year + 1) if is_year_only else day


class Concept(Frozen):
    """A thing with the names that it had over time, in Dutch and English.

    `glossary` is the term of the glossary that explains it, where there is one; its id never
    changes, so a link to it holds whatever the thing is called.
    """

    id: Identifier
    glossary: Identifier | None = None
    names: tuple[TermName, ...] = Field(min_length=1)
    note: Text | None = None
    citation: Citation

    @model_validator(mode="after")
    def _one_preferred(self) -> Self:
        preferred = [name for name in self.names if name.is_preferred]
        for one, other in combinations(preferred, 2):
            if one.language == other.language and _overlap(one, other):
                raise ValueError(
                    f"'{one.text}' and '{other.text}' are both preferred at one time; "
                    "end one, or make it a synonym with is_preferred: false"
                )
        return self

    def preferred(self, day: date, language: Language) -> TermName | None:
        """Return the name to write on a day: the preferred one, or `None` where none is known."""
        for wanted in (NameState.CURRENT, NameState.MAYBE):
            for name in self.names:
                if name.is_preferred and name.language == language and name.on(day) is wanted:
                    return name
        return None


def _overlap(one: TermName, other: TermName) -> bool:
    first = max(one.start or date.min, other.start or date.min)
    last = min(one.end or date.max, other.end or date.max)
    return first < last


class Ambiguity(Frozen):
    """A word that means different things, and what these are; the reader has to choose."""

    id: Identifier
    language: Language
    forms: tuple[str, ...] = Field(min_length=1)
    not_after: tuple[str, ...] = ()
    not_before: tuple[str, ...] = ()
    senses: tuple[Text, ...] = Field(min_length=2)
    citation: Citation


class Vocabulary(Frozen):
    """All concepts with their names, and the words that are ambiguous.

    `as_then` are words that introduce a former name on purpose, such as "formerly".
    """

    concepts: tuple[Concept, ...]
    ambiguous: tuple[Ambiguity, ...] = ()
    as_then: tuple[str, ...] = ()
    citation: Citation

    def find(self, words: str) -> tuple[Concept, ...]:
        """Return the concepts that have, had, or were proposed to have this name."""
        wanted = " ".join(words.split()).casefold()
        return tuple(
            concept
            for concept in self.concepts
            if wanted in {concept.id, concept.glossary}
            or any(wanted == form.casefold() for n in concept.names for form in n.spellings)
        )
