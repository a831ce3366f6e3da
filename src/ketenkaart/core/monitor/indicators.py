"""The nouns of monitoring: an indicator, its definitions, its baseline, its waves, its target.

Five things are kept apart: unknown, not researched, not applicable, refused, and zero.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Self

from pydantic import Field, model_validator

from ketenkaart.core.provenance import Baseline, Citation, Frozen, Identifier, State, Text

LEAST_TOLD = 0.2


class Scale(StrEnum):
    """What sort of figure an indicator is; it decides how a trend is drawn."""

    SHARE = "share"
    """A part of a whole, from 0 to 1: its trend is drawn on log odds."""
    COUNT = "count"
    """A number of things, above zero: its trend is drawn on logarithms."""
    AMOUNT = "amount"
    """Anything else, in `unit`: its trend is drawn as it is."""


class Coverage(StrEnum):
    """Which units of the frame a wave looked at."""

    CENSUS = "census"
    SAMPLE = "sample"
    """Drawn by chance, so that an interval can be made."""
    SELECTED = "selected"
    """Chosen otherwise, or by those who took part themselves: no interval, no estimate."""
    UNKNOWN = "unknown"


class Definition(Frozen):
    """What is counted, from a day on. A wave names the definition by which it was measured."""

    id: Identifier
    start: date
    text: Text
    unit_of_analysis: Text
    citation: Citation


class Population(Frozen):
    """The population that a wave speaks of, and how many units are in it."""

    id: Identifier
    text: Text
    size: int | None = Field(default=None, ge=1)
    size_state: State = State.KNOWN
    citation: Citation

    @model_validator(mode="after")
    def _stated(self) -> Self:
        if (self.size is None) is (self.size_state is State.KNOWN):
            raise ValueError("a known size has a number, any other size_state has none")
        return self


class CodingMethod(StrEnum):
    """How coders' errors became known."""

    GOLD = "gold"
    """From units of which the truth was settled."""
    LATENT_CLASSES = "latent_classes"
    """From the labels alone, truth being unknown: coders are taken to err independently."""


class WaveCoding(Frozen):
    """How well a wave was coded, from units that were coded more than once.

    `value` of the wave is what was coded; sensitivity and specificity, each with a standard error,
    put it right. `kappa` and `alpha` say how far coders agreed.
    """

    method: CodingMethod
    units: int = Field(ge=1)
    coders: int = Field(ge=1)
    sensitivity: float = Field(gt=0, le=1)
    sensitivity_se: float = Field(ge=0)
    specificity: float = Field(gt=0, le=1)
    specificity_se: float = Field(ge=0)
    kappa: float | None = Field(default=None, ge=-1, le=1)
    alpha: float | None = Field(default=None, le=1)
    citation: Citation

    @model_validator(mode="after")
    def _tells(self) -> Self:
        if self.sensitivity + self.specificity < 1 + LEAST_TOLD:
            raise ValueError(
                "sensitivity and specificity add up to 1.2 or more, or tell too little"
            )
        return self


class Measurement(Frozen):
    """What was found on a day: a known value with what is known of its error, or why there is none.

    `on` is the day that it speaks of. `low` and `high` are a 95 % interval as published; `n` is
    the number of units looked at, from which an interval of a share can be made if they were a
    sample.
    """

    on: date
    state: State = State.KNOWN
    value: float | None = None
    low: float | None = None
    high: float | None = None
    n: int | None = Field(default=None, ge=1)
    coverage: Coverage = Coverage.UNKNOWN

    @model_validator(mode="after")
    def _stated(self) -> Self:
        if self.state is not State.KNOWN:
            if (self.value, self.low, self.high) != (None, None, None):
                raise ValueError(f"a measurement that is {self.state} has no figures")
            return self
        if self.value is None:
            raise ValueError("a known measurement has a value")
        if (self.low is None) is not (self.high is None):
            raise ValueError("a measurement has both low and high, or neither")
        if (
            self.low is not None
            and self.high is not None
            and not (self.low <= self.value <= self.high)
        ):
            raise ValueError("a measurement needs low <= value <= high")
        return self


class Wave(Measurement):
    """One measurement of an indicator, under a definition and of a frame.

    `coding` says how often coders erred, where it is known: then `value` is as coded, and is put
    right wherever it is used.
    """

    definition: Identifier
    frame: Identifier
    coding: WaveCoding | None = None
    note: Text | None = None
    citation: Citation


class Outcome(StrEnum):
    """What a source says became of a target."""

    REACHED = "reached"
    NOT_REACHED = "not_reached"


class Target(Frozen):
    """A value to be reached on a day, who set it, and what a source says became of it."""

    value: float
    on: date
    set_on: date
    outcome: Outcome | None = None
    outcome_citation: Citation | None = None
    citation: Citation

    @model_validator(mode="after")
    def _stated(self) -> Self:
        if self.set_on > self.on:
            raise ValueError("a target is set before its day")
        if (self.outcome is None) is not (self.outcome_citation is None):
            raise ValueError("an outcome has a citation, and no outcome has none")
        return self


class Computed(StrEnum):
    """Which facts of Ketenkaart's own an indicator can be computed from, on any day."""

    SECTOR_COVERAGE = "sector_coverage"
    INSTRUMENT_COVERAGE = "instrument_coverage"
    GOVERNANCE_GAP = "governance_gap"
    AGREEMENTS = "agreements"


class Indicator(Frozen):
    """What is measured again and again to see whether a policy works.

    `code` is its number in a set, such as GC1; `formula` and `caveat` say what is divided by what,
    and what that hides. `computed` names the facts of our own from which it follows. `rises` says
    that more is better; `citation` speaks for the name and the choice. Waves rise in time; targets
    are the newest last. Raises `ValueError` for a wave of an unknown definition or frame, and for
    a share outside 0 to 1.
    """

    id: Identifier
    name: Text
    code: str | None = Field(default=None, pattern=r"^[A-Z]{1,4}[0-9]{1,3}$")
    instrument: Identifier | None = None
    scale: Scale
    unit: Text
    rises: bool = True
    formula: Text | None = None
    caveat: Text | None = None
    computed: Computed | None = None
    definitions: tuple[Definition, ...] = Field(min_length=1)
    frames: tuple[Population, ...] = Field(min_length=1)
    baseline: Baseline
    waves: tuple[Wave, ...] = ()
    targets: tuple[Target, ...] = ()
    citation: Citation

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        known = {item.id for item in self.definitions}
        frames = {item.id for item in self.frames}
        for wave in self.waves:
            if wave.definition not in known:
                raise ValueError(f"the wave of {wave.on} names no definition: {wave.definition}")
            if wave.frame not in frames:
                raise ValueError(f"the wave of {wave.on} names no frame: {wave.frame}")
        days = [(wave.on, wave.frame, wave.definition) for wave in self.waves]
        if days != sorted(days) or len(set(days)) < len(days):
            raise ValueError("waves rise in time, and none stands twice")
        figures = [
            value
            for wave in self.waves
            for value in (wave.low, wave.value, wave.high)
            if value is not None
        ]
        figures += [target.value for target in self.targets]
        figures += [] if self.baseline.value is None else [self.baseline.value]
        if self.scale is Scale.SHARE and not all(0 <= value <= 1 for value in figures):
            raise ValueError("a share lies between 0 and 1: 90% is 0.9")
        if self.scale is not Scale.SHARE and any(wave.coding for wave in self.waves):
            raise ValueError("only a share is put right for coding")
        if self.scale is Scale.COUNT and not all(value >= 0 for value in figures):
            raise ValueError("a count is at least zero")
        return self
