"""Rules of reading as data: cues with the words that they must and must not find."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field

from ketenkaart.core.provenance import Citation, Frozen, Identifier


class Cue(Frozen):
    """One pattern that means something, in the syntax that RE2 and Python's `re` share.

    `kind` groups cues that one step of the reader asks for together ("advice", "answer",
    "negation", "promise", ...); `value` is what the cue stands for within its kind, as "adopted"
    for an answer. `weight` in (0, 1] is how much the cue is worth. Named groups carry parts, as
    `adviser`. Case does not count. Every example holds a match, no counter-example does.
    """

    id: Identifier
    kind: Identifier
    value: str | None = None
    language: Literal["nl", "en"] = "nl"
    pattern: str = Field(min_length=2)
    weight: float = Field(default=1.0, gt=0, le=1)
    examples: tuple[str, ...] = Field(min_length=1)
    counterexamples: tuple[str, ...] = Field(min_length=1)
    note: str | None = None


class Recess(Frozen):
    """Days on which the House of Representatives does not meet, the first and the last included.

    Only years that a source gives are listed: "before the recess" of another year has no day.
    """

    kind: Literal["summer", "autumn", "christmas", "spring", "may"]
    start: date
    end: date
    citation: Citation


class Lexicon(Frozen):
    """All cues of the reader and the recesses it knows.

    `sha256` is that of the files of cues in order of name, and of the file of recesses.
    """

    cues: tuple[Cue, ...]
    recesses: tuple[Recess, ...] = ()
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")

    def of_kind(self, kind: str) -> tuple[Cue, ...]:
        """Return the cues of one kind, in the order of the files."""
        return tuple(cue for cue in self.cues if cue.kind == kind)
