"""The nouns of exchange: a shared series with what it measures, and how two of them compare."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Self

from pydantic import Field, model_validator

from ketenkaart.core.monitor.indicators import Measurement, Scale
from ketenkaart.core.provenance import Citation, Frozen, Grade, Identifier, State, Text

AREA = r"^[A-Z]{3}$"


class SharedPoint(Measurement):
    """One measurement of a shared series, with its grade and who says so."""

    grade: Grade
    source: str = Field(min_length=1)


class SharedSeries(Frozen):
    """The measurements of one indicator in one area under one definition and frame.

    `area` is an ISO 3166-1 alpha-3 code. Points rise in time, each day once. Raises `ValueError`
    otherwise, and for a share outside 0 to 1.
    """

    sender: str = Field(min_length=1)
    area: str = Field(pattern=AREA)
    indicator: Identifier
    name: Text
    scale: Scale
    rises: bool
    unit: Text
    definition: Identifier
    definition_start: date
    definition_text: Text
    unit_of_analysis: Text
    frame: Identifier
    frame_text: Text
    frame_size: int | None = Field(default=None, ge=1)
    frame_size_state: State = State.KNOWN
    points: tuple[SharedPoint, ...] = ()

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if (self.frame_size is None) is (self.frame_size_state is State.KNOWN):
            raise ValueError("a known size has a number, any other state has none")
        days = [point.on for point in self.points]
        if days != sorted(set(days)):
            raise ValueError("measurements rise in time, each day once")
        figures = [
            value
            for point in self.points
            for value in (point.low, point.value, point.high)
            if value is not None
        ]
        if self.scale is Scale.SHARE and not all(0 <= value <= 1 for value in figures):
            raise ValueError("a share lies between 0 and 1: 90% is 0.9")
        if self.scale is Scale.COUNT and not all(value >= 0 for value in figures):
            raise ValueError("a count is at least zero")
        return self


class JointDefinition(Frozen):
    """A definition in the joint document, with the hash of what it says."""

    indicator: Identifier
    definition: Identifier
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")


class Adoption(Frozen):
    """A country that measures by the joint definitions, from a day on, or does not say."""

    area: str = Field(pattern=AREA)
    state: State
    on: date | None = None
    citation: Citation

    @model_validator(mode="after")
    def _stated(self) -> Self:
        if (self.on is None) is (self.state is State.KNOWN):
            raise ValueError("a known adoption has a day, any other state has none")
        return self


class JointDocument(Frozen):
    """The joint definitions, by version: what is measured alike, and who said that they do."""

    version: int = Field(ge=1)
    since: date
    definitions: tuple[JointDefinition, ...]
    adopted: tuple[Adoption, ...] = ()
    citation: Citation


class Aspect(StrEnum):
    """In what two series may differ."""

    SCALE = "scale"
    UNIT = "unit"
    DIRECTION = "direction"
    DEFINITION = "definition"
    UNIT_OF_ANALYSIS = "unit_of_analysis"
    FRAME = "frame"


class Comparability(StrEnum):
    """Whether two series may stand in one table."""

    COMPARABLE = "comparable"
    WITH_BRIDGE = "comparable_with_bridge"
    NOT_COMPARABLE = "not_comparable"


@dataclass(frozen=True, slots=True)
class Difference:
    """One aspect in which two series differ, with what each says."""

    aspect: Aspect
    ours: Text
    theirs: Text


@dataclass(frozen=True, slots=True)
class SeriesBridge:
    """A day on which one area measured both ways: what to add on the scale of the trend.

    `se` is the error of the shift; None where one of the two says nothing of its error.
    """

    area: str
    on: date
    shift: float
    se: float | None


@dataclass(frozen=True, slots=True)
class JoinedPoint:
    """A measurement of theirs moved to our definition: an estimate, with its interval if known."""

    on: date
    state: State
    value: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two series side by side: what differs, the verdict, and theirs moved to ours if it may be."""

    ours: SharedSeries
    theirs: SharedSeries
    differences: tuple[Difference, ...]
    comparability: Comparability
    bridge: SeriesBridge | None
    joined: tuple[JoinedPoint, ...]
