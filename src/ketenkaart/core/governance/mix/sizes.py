"""Which share of turnover firms above a size make: a threshold as a share, with its ends."""

from __future__ import annotations

from bisect import bisect_left
from math import log
from typing import Literal, Self

from pydantic import Field, model_validator

from ketenkaart.core.provenance import Citation, Frozen


class SizeShare(Frozen):
    """The share of turnover, in [0, 1], of firms with at least so many employees."""

    employees: int = Field(ge=1)
    low: float = Field(ge=0, le=1)
    value: float = Field(ge=0, le=1)
    high: float = Field(ge=0, le=1)
    citation: Citation

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if not self.low <= self.value <= self.high:
            raise ValueError("a share needs low <= value <= high")
        return self


class SizeShares(Frozen):
    """The content of `size_classes.yml`: shares that fall as the size rises."""

    unit: Literal["share_of_turnover"]
    sizes: tuple[SizeShare, ...] = Field(min_length=2)
    citation: Citation

    @model_validator(mode="after")
    def _falling(self) -> Self:
        for before, after in zip(self.sizes, self.sizes[1:], strict=False):
            if after.employees <= before.employees:
                raise ValueError("sizes rise, each only once")
            if any(getattr(after, end) > getattr(before, end) for end in ("low", "value", "high")):
                raise ValueError(
                    f"firms above {after.employees} cannot make more than smaller ones"
                )
        return self

    def share_above(self, employees: int) -> tuple[float, float, float]:
        """Return (low, central, high) share of turnover of firms with at least `employees`.

        Between two sizes of the table the centre lies on a straight line over log(employees), the
        low end is that of the larger size and the high end that of the smaller. Above the largest
        size the low end and the centre fall to zero: nothing is known there.

        >>> here = Citation(source="own", grade="assumed")
        >>> table = SizeShares(unit="share_of_turnover", citation=here, sizes=(
        ...     SizeShare(employees=1, low=1, value=1, high=1, citation=here),
        ...     SizeShare(employees=100, low=0.3, value=0.4, high=0.5, citation=here)))
        >>> table.share_above(100), table.share_above(10)
        ((0.3, 0.4, 0.5), (0.3, 0.7, 1.0))
        """
        numbers = [item.employees for item in self.sizes]
        place = bisect_left(numbers, employees)
        if place < len(numbers) and numbers[place] == employees:
            found = self.sizes[place]
            return found.low, found.value, found.high
        if place == 0:
            return 1.0, 1.0, 1.0
        below = self.sizes[place - 1]
        if place == len(numbers):
            return 0.0, 0.0, below.high
        above = self.sizes[place]
        part = log(employees / below.employees) / log(above.employees / below.employees)
        centre = below.value + (above.value - below.value) * part
        return above.low, round(centre, 12), below.high
