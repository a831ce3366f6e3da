"""How far an assumption that has no interval of its own is moved: declared, cited figures."""

from __future__ import annotations

from typing import Self

from pydantic import model_validator

from ketenkaart.core.provenance import Citation, Frozen


class Moved(Frozen):
    """The two values at which an assumption is taken beside the declared one."""

    low: float
    high: float
    citation: Citation

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.low >= self.high:
            raise ValueError("low must lie below high")
        return self


class Ground(Frozen):
    """Who says between which alternatives an assumption may lie."""

    citation: Citation


class SensitivityRanges(Frozen):
    """The ranges of `reference/sensitivity.yml`.

    `step_weight` and `issue_weight` are factors, `obligation` is added to a duty in [0, 1],
    `cut_points` is a share of the distance to the next cut point.
    """

    step_weight: Moved
    issue_weight: Moved
    obligation: Moved
    cut_points: Moved
    overlap: Ground
    region_weighting: Ground

    @model_validator(mode="after")
    def _sensible(self) -> Self:
        if min(self.step_weight.low, self.issue_weight.low) < 0:
            raise ValueError("a factor must not be negative")
        if max(abs(self.cut_points.low), abs(self.cut_points.high)) >= 1:
            raise ValueError("cut points move by less than the distance to the next")
        return self
