"""The questionnaire on motives, the rule for segments, and what answers are turned into."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from ketenkaart.core.monitor.types import Floats
from ketenkaart.core.provenance import Citation, Frozen, Identifier, Text

ScaleKind = Literal["motive", "behaviour"]
SegmentName = Literal["leaders", "pack", "laggards"]
SEGMENT_NAMES: tuple[SegmentName, ...] = ("leaders", "pack", "laggards")
CANNOT_PLACE = "cannot_place"
States = NDArray[np.int8]
Share = Annotated[float, Field(ge=0, le=1)]


class AnswerOption(Frozen):
    """One answer that can be given, by its code."""

    code: int
    label: Text


class NoAnswer(Frozen):
    """One way of giving no answer; it is none of the answers."""

    code: Literal["unknown", "not_applicable", "refused"]
    label: Text


class AnswerOptions(Frozen):
    """The answers to each kind of question."""

    motive: tuple[AnswerOption, ...] = Field(min_length=2)
    behaviour: tuple[AnswerOption, ...] = Field(min_length=2)
    no_answer: tuple[NoAnswer, ...] = Field(min_length=3, max_length=3)


class MotiveItem(Frozen):
    """One sentence; where `is_reversed`, agreeing counts for the opposite of its scale."""

    id: Identifier
    text: Text
    is_reversed: bool = False


class MotiveScale(Frozen):
    """Items that ask for one thing: a motive, or a step of due diligence."""

    id: Identifier
    kind: ScaleKind
    label: Text
    items: tuple[MotiveItem, ...] = Field(min_length=2)


class Questionnaire(Frozen):
    """All that firms are asked."""

    version: int
    title: Text
    intro: Text
    answers: AnswerOptions
    scales: tuple[MotiveScale, ...] = Field(min_length=2)
    citation: Citation

    @model_validator(mode="after")
    def _once(self) -> Self:
        names = [item.id for scale in self.scales for item in scale.items]
        names += [scale.id for scale in self.scales]
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice is not None:
            raise ValueError(f"{twice} stands there twice")
        return self

    def of_kind(self, kind: ScaleKind) -> tuple[MotiveScale, ...]:
        """Return the scales of a kind, in order."""
        return tuple(scale for scale in self.scales if scale.kind == kind)

    def codes(self, kind: ScaleKind) -> tuple[int, ...]:
        """Return the codes of the answers to a kind of question, in order."""
        options = self.answers.motive if kind == "motive" else self.answers.behaviour
        return tuple(option.code for option in options)


class LeaderRule(Frozen):
    """A leader's least behaviour score, and the least score of single steps."""

    from_: Share = Field(alias="from")
    each_step: dict[Identifier, Share] = Field(default_factory=dict)


class LaggardRule(Frozen):
    """Below which behaviour score a firm is a laggard."""

    under: Share


class SegmentRule(Frozen):
    """When a firm is a leader or a laggard; all others are the pack. Scores lie in [0, 1]."""

    step_weights: dict[Identifier, Annotated[float, Field(ge=0)]]
    leaders: LeaderRule
    laggards: LaggardRule
    moved_by: Share
    least_for_model: int = Field(ge=20)
    motives_answered: Share
    citation: Citation

    @model_validator(mode="after")
    def _apart(self) -> Self:
        if self.laggards.under >= self.leaders.from_:
            raise ValueError("laggards end below where leaders begin")
        if not sum(self.step_weights.values()) > 0:
            raise ValueError("some step has weight")
        return self


@dataclass(frozen=True, slots=True)
class Answers:
    """Answers by firm and item, shape (firms, items); NaN where `states` is not 0 (known)."""

    values: Floats
    states: States


@dataclass(frozen=True, slots=True)
class Behaviour:
    """Behaviour scores by firm, in [0, 1], and by firm and step; NaN where nothing is known.

    `low` and `high` are what the score would be if every item without an answer were a no or a
    yes; items that do not apply count for nothing.
    """

    low: Floats
    high: Floats
    central: Floats
    step_low: Floats
    step_high: Floats
