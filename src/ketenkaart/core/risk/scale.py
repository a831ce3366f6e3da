"""What a source value means for an issue: classes, listings and the intervals they stand for."""

from __future__ import annotations

from enum import StrEnum
from typing import Self

from pydantic import Field, model_validator

from ketenkaart.core.provenance import Citation, Frozen, Identifier, Text
from ketenkaart.core.risk.types import IntensityClass

NOT_APPLICABLE = "not_applicable"
UNKNOWN = "unknown"


class Extent(StrEnum):
    """What is listed: a whole country, regions of it, or goods of a sector there."""

    WHOLE = "whole"
    PART = "part"
    GOODS = "goods"


class ListingClass(Frozen):
    """What being on a list stands for: the interval [low, 1], with a declared central value.

    A listing never lowers what the class of the source value says: low and central are the larger
    of the two. With `widen_to_class`, low is that of the class instead, where there is one: a
    listed region says little about the rest of its country.
    """

    id: Identifier
    label: Text
    extent: Extent
    source: Identifier
    year: int
    low: float = Field(ge=0, le=1)
    central: float = Field(ge=0, le=1)
    widen_to_class: bool = False

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.low > self.central:
            raise ValueError("a listing needs low <= central")
        return self


class Scale(Frozen):
    """The declared intensity table of one issue.

    `classes` run from low to high risk and cover every source value. `widen` is the number of
    neighbouring classes that the interval reaches on either side, `widen_if_inexact` the same where
    the value does not speak of the cell itself (a country's value where sectors differ, a
    forecast), `margin_stderr` the number of standard errors either way that the interval covers.
    The issue arises in `sectors`; in `not_applicable` it does not (a known zero, class
    `not_applicable`), and in all others it is unknown. `cut_points` cites, and grades, where the
    cut points and class values come from.
    """

    issue: Identifier
    source: Identifier | None
    column: Text
    unit: Text
    year: int | None
    higher_is_worse: bool
    classes: tuple[IntensityClass, ...] = ()
    widen: int = Field(default=0, ge=0)
    widen_if_inexact: int = Field(default=0, ge=0)
    margin_stderr: float = Field(default=0, ge=0)
    listings: tuple[ListingClass, ...] = ()
    sectors: tuple[Identifier, ...] = Field(min_length=1)
    not_applicable: tuple[Identifier, ...] = ()
    reading: Text
    cut_points: Citation

    @model_validator(mode="after")
    def _coherent(self) -> Self:
        if (self.source is None) != (not self.classes):
            raise ValueError("classes need a source, and a source needs classes")
        if not self.classes and not self.listings:
            raise ValueError("an issue needs classes or a listing")
        if both := set(self.sectors) & set(self.not_applicable):
            raise ValueError(f"sector {min(both)} is both in sectors and in not_applicable")
        self._check_cut_points()
        return self

    def _check_cut_points(self) -> None:
        if not self.classes:
            return
        first, *rest = (item.from_value for item in self.classes)
        values = [value for value in rest if value is not None]
        if first is not None or len(values) != len(rest):
            raise ValueError("only the first class, the one of lowest risk, has from_value null")
        ordered = sorted(values, reverse=not self.higher_is_worse)
        if values != ordered or len(set(values)) != len(values):
            raise ValueError("cut points must run from low to high risk, each one once")
        for end in ("low", "central", "high"):
            ends = [getattr(item, end) for item in self.classes]
            if ends != sorted(ends):
                raise ValueError(f"{end} may not fall from one class to the next")

    def cuts(self) -> tuple[float, ...]:
        """Return the cut points between the classes, from low to high risk."""
        return tuple(item.from_value for item in self.classes[1:] if item.from_value is not None)
