"""What is read of endorsement in a report: levels, stances, grounds, passages."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum


class Level(IntEnum):
    """How far a text goes with the OECD Guidelines for Multinational Enterprises.

    `NONE`: not named. `MENTION`: named, but not as the writer's own frame. `REFERENCE_FRAMEWORK`:
    the writer says that it follows, endorses or builds on them. `ENDORSEMENT`: the same, with due
    diligence described. A report that could not be read has no level.
    """

    NONE = 0
    MENTION = 1
    REFERENCE_FRAMEWORK = 2
    ENDORSEMENT = 3

    @property
    def word(self) -> str:
        """The level as a stored word.

        >>> Level.REFERENCE_FRAMEWORK.word
        'reference_framework'
        """
        return self.name.lower()


class Stance(StrEnum):
    """How a passage stands to following the Guidelines: done, only intended, denied, or neither."""

    FIRM = "firm"
    INTENDED = "intended"
    DENIED = "denied"
    NONE = "none"


class Ground(StrEnum):
    """Why a passage that names the Guidelines has its level."""

    OWN_FRAME = "own_frame"
    OWN_FRAME_AND_STEPS = "own_frame_and_steps"
    INTENDED = "intended"
    DENIED = "denied"
    FORMER = "former"
    QUESTION = "question"
    OF_OTHERS = "of_others"
    LISTED = "listed"
    INDEX_ROW = "index_row"
    TITLE = "title"
    NAMED_ONLY = "named_only"


class Step(StrEnum):
    """A step of due diligence (OECD Due Diligence Guidance for RBC, 2018)."""

    EMBED = "embed"
    IDENTIFY = "identify"
    ACT = "act"
    TRACK = "track"
    COMMUNICATE = "communicate"
    REMEDY = "remedy"


class Form(StrEnum):
    """What a sentence stands in."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ITEM = "item"
    CELL = "cell"
    FOOTNOTE = "footnote"


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of a report: its words, paragraph (from 0), page (from 1) and place.

    `start` and `end` are characters of the report's text as it was received; `page` is `None`
    where the format knows no pages.
    """

    text: str
    paragraph: int
    page: int | None
    start: int
    end: int
    form: Form = Form.PARAGRAPH


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage that names the Guidelines, with its level and why.

    `text` is the sentence with what belongs to it; `cues` are the ids of the rules that decided;
    `steps` the steps of due diligence described in the passage itself; `is_deciding` is true of
    passages at the level that the report got its frame from.
    """

    text: str
    page: int | None
    start: int
    end: int
    level: Level
    stance: Stance
    ground: Ground
    cues: tuple[str, ...]
    steps: tuple[Step, ...] = ()
    is_deciding: bool = False


@dataclass(frozen=True, slots=True)
class DescribedStep:
    """A sentence in which the writer describes a step of its own due diligence."""

    step: Step
    text: str
    page: int | None
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class OtherInstrument:
    """Another instrument of the OECD that the report names: its id, the words, the place."""

    instrument: str
    text: str
    page: int | None
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class EndorsementReading:
    """What one report says of the Guidelines: a proposal of the reader, to be judged by people.

    `stance` is that of the deciding passages, the furthest where they differ (firm before intended
    before denied), and `Stance.NONE` at level 0; `is_boilerplate` says that every mention stands
    in a list of standards or an index.
    """

    level: Level
    stance: Stance
    passages: tuple[Passage, ...]
    steps: tuple[DescribedStep, ...]
    others: tuple[OtherInstrument, ...]
    is_boilerplate: bool
