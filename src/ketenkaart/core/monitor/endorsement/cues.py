"""The rules of wording by which endorsement is read, compiled once."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from pydantic import Field

from ketenkaart.core.provenance import Frozen


class CueKind(StrEnum):
    """What a cue tells of the words it is found in."""

    GUIDELINES = "guidelines"
    ANAPHORA = "anaphora"
    INSTRUMENT = "instrument"
    STANDARD = "standard"
    CONTEXT = "context"
    NEAR_CONTEXT = "near_context"
    FRAME = "frame"
    AFFIRMS = "affirms"
    ABOUT = "about"
    OWN = "own"
    OTHER_ACTOR = "other_actor"
    REQUIRES = "requires"
    HEDGE = "hedge"
    DENIAL = "denial"
    NO_DENIAL = "no_denial"
    FORMER = "former"
    INDEX = "index"
    SEPARATES = "separates"
    DILIGENCE = "diligence"
    STEP = "step"
    EVERYDAY_STEP = "everyday_step"


class EndorsementCue(Frozen):
    """One rule: a pattern, what it tells, and texts that it must and must not match.

    `value` is the instrument's id for an instrument, the step for a step, and `weak` for a frame
    that speaks of the Guidelines without taking them as one's own.
    """

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    kind: CueKind
    value: str | None = None
    pattern: str
    case: bool = False
    note: str | None = None
    examples: tuple[str, ...]
    counterexamples: tuple[str, ...] = ()

    def compiled(self) -> re.Pattern[str]:
        """Return the pattern, blind to case unless `case` says otherwise."""
        return re.compile(self.pattern, 0 if self.case else re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Hit:
    """A cue found in a sentence: characters `start` up to, not including, `end`."""

    start: int
    end: int
    cue: EndorsementCue


@dataclass(frozen=True)
class EndorsementCues:
    """Every cue, by kind; `sha256` is that of the file that they were read from."""

    cues: tuple[EndorsementCue, ...]
    sha256: str
    _by_kind: dict[CueKind, tuple[tuple[EndorsementCue, re.Pattern[str]], ...]] = field(
        init=False, repr=False, compare=False, hash=False, default_factory=dict
    )

    def __post_init__(self) -> None:
        """Compile the patterns."""
        for kind in CueKind:
            self._by_kind[kind] = tuple(
                (cue, cue.compiled()) for cue in self.cues if cue.kind is kind
            )

    @cached_property
    def names_something(self) -> re.Pattern[str]:
        """A pattern that every sentence matches in which an instrument may be named."""
        return re.compile(r"oecd|oeso|ocde|leits|guideline|richtlijn|multinational", re.IGNORECASE)

    def has(self, kind: CueKind, text: str) -> bool:
        """Say whether any cue of a kind is found in a text."""
        return any(pattern.search(text) for _, pattern in self._by_kind[kind])

    def hits(self, kind: CueKind, text: str) -> list[Hit]:
        """Return where cues of a kind are found in a text, in order, longest first."""
        found = [
            Hit(match.start(), match.end(), cue)
            for cue, pattern in self._by_kind[kind]
            for match in pattern.finditer(text)
            if match.end() > match.start()
        ]
        return sorted(found, key=lambda hit: (hit.start, -hit.end))
