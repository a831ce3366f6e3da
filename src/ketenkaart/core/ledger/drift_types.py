"""How promises change from one letter to a later one."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from pydantic import Field

from ketenkaart.core.ledger.reading.types import Offsets, ReadDeadline
from ketenkaart.core.provenance import Citation, Frozen, Identifier


class Change(StrEnum):
    """What became of a promise.

    `reported_done` says only that the newer letter calls it done. `weakened` holds whenever
    anything is weaker, even where something else is stronger.
    """

    REPEATED = "repeated"
    REWORDED = "reworded"
    WEAKENED = "weakened"
    STRENGTHENED = "strengthened"
    REPORTED_DONE = "reported_done"
    DROPPED = "dropped"
    NEW = "new"


class Aspect(StrEnum):
    """In which respect two wordings of one promise differ."""

    DEADLINE = "deadline"
    CERTAINTY = "certainty"
    CONDITION = "condition"
    SCOPE = "scope"
    FORCE = "force"
    FREQUENCY = "frequency"
    NUMBER = "number"
    QUALIFICATION = "qualification"
    WITHDRAWN = "withdrawn"
    NOT_A_PROMISE = "not_a_promise"


class DriftReason(Frozen):
    """One difference: its aspect, which way it goes, and the words in both letters.

    `old` or `new` is `None` where that letter has no such words.
    """

    aspect: Aspect
    direction: Literal["weaker", "stronger", "other"]
    old: str | None = None
    new: str | None = None


class DriftPassage(Frozen):
    """A sentence of one letter; `id` is `None` where it was not read as a promise."""

    id: str | None
    text: str
    span: Offsets
    line: int | None = Field(default=None, ge=1)
    deadline: ReadDeadline = ReadDeadline()


class DriftItem(Frozen):
    """One promise in both letters, and what changed.

    `likeness` in [0, 1] is how much of what they are about the two sentences share; `shared` are
    the rarest words that they share, which is why they were paired.
    """

    change: Change
    old: DriftPassage | None
    new: DriftPassage | None
    likeness: float | None = Field(default=None, ge=0, le=1)
    shared: tuple[str, ...] = ()
    reasons: tuple[DriftReason, ...] = ()


class Drift(Frozen):
    """Every promise of two letters, in the order of the older one; new ones stand last."""

    old: str
    new: str
    items: tuple[DriftItem, ...]

    def count(self, change: Change) -> int:
        """Return how many promises changed in this way."""
        return sum(item.change is change for item in self.items)


class Step(Frozen):
    """Phrases of one strength on a scale; the higher the rank, the less is promised."""

    rank: int = Field(ge=1)
    phrases: tuple[str, ...] = Field(min_length=1)


class Scale(Frozen):
    """An aspect of a promise with its steps; no phrase at all is rank 0, the firmest."""

    id: Identifier
    steps: tuple[Step, ...] = Field(min_length=1)


class DriftLexicon(Frozen):
    """The words by which two letters are compared; see `reference/drift.yml`."""

    citation: Citation | None = None
    scales: tuple[Scale, ...]
    universals: tuple[str, ...]
    strong_duties: tuple[str, ...]
    duties: tuple[str, ...]
    withdrawals: tuple[str, ...]
    caps: tuple[str, ...]
    synonyms: tuple[tuple[str, ...], ...]
    silent: tuple[str, ...]
