"""Leaders, pack and laggards: which carrots and sticks move whom, and who is left untouched."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from ketenkaart.core.governance.answers import Between
from ketenkaart.core.governance.mix.types import Lever
from ketenkaart.core.governance.types import Instrument, Kind
from ketenkaart.core.provenance import Citation, Frozen, Identifier, Text

Segment = Literal["leaders", "pack", "laggards"]
Effect = Literal["full", "partly", "none", "unknown"]
SEGMENTS: tuple[Segment, ...] = ("leaders", "pack", "laggards")


class SegmentEnds(Frozen):
    """The share of companies of a sector, by turnover, that belongs to a segment, in [0, 1]."""

    low: float = Field(ge=0, le=1)
    value: float = Field(ge=0, le=1)
    high: float = Field(ge=0, le=1)

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if not self.low <= self.value <= self.high:
            raise ValueError("a share needs low <= value <= high")
        return self


class SegmentShares(Frozen):
    """The segments of one sector, or of every sector that has no row (`sector` is null)."""

    sector: Identifier | None
    leaders: SegmentEnds
    pack: SegmentEnds
    laggards: SegmentEnds
    citation: Citation

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if abs(sum(getattr(self, name).value for name in SEGMENTS) - 1) > 1e-9:
            raise ValueError("the central shares of the three segments sum to 1")
        return self


class MeasuredShares(Frozen):
    """The content of a file of shares that somebody measured; see docs/methods/motives.md."""

    shares: tuple[SegmentShares, ...] = Field(min_length=1)


class Works(Frozen):
    """How far one lever moves each segment."""

    lever: Lever
    leaders: Effect
    pack: Effect
    laggards: Effect


class LeverOf(Frozen):
    """The lever of a kind of instrument, or of that kind in one role."""

    kind: Kind
    role: Literal["condition", "objective"] | None = None
    lever: Lever


class Reward(Frozen):
    """Something that an instrument gives to companies of some segments that do well."""

    instrument: Identifier
    what: Text
    segments: tuple[Segment, ...]
    citation: Citation


class SegmentFacts(Frozen):
    """The content of `segments.yml`."""

    shares: tuple[SegmentShares, ...]
    works: tuple[Works, ...]
    works_citation: Citation
    levers: tuple[LeverOf, ...]
    rewards: tuple[Reward, ...]
    citation: Citation

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if {item.lever for item in self.works} != set(Lever) or len(self.works) != len(Lever):
            raise ValueError("works names each lever once")
        sectors = [item.sector for item in self.shares]
        if len(set(sectors)) != len(sectors):
            raise ValueError("shares names each sector once")
        return self

    def lever_of(self, instrument: Instrument) -> Lever | None:
        """Return by what an instrument moves companies: its kind in its role, else its kind."""
        found = [item for item in self.levers if item.kind is instrument.kind]
        own = [item for item in found if item.role and item.role == instrument.rbc_role]
        plain = [item for item in found if item.role is None]
        return next((item.lever for item in (*own, *plain)), None)

    def effect(self, lever: Lever, segment: Segment) -> Effect:
        """Return how far a lever moves a segment."""
        row = next(item for item in self.works if item.lever is lever)
        return {"leaders": row.leaders, "pack": row.pack, "laggards": row.laggards}[segment]

    def shares_of(self, sector: str | None) -> SegmentShares | None:
        """Return the segments of a sector: its own row, else the one for every sector."""
        plain = next((item for item in self.shares if item.sector is None), None)
        return next((item for item in self.shares if item.sector == sector), plain)


class SegmentMeasure(Frozen):
    """A measure that moves a segment; `reach` is the part of the segment that may take part."""

    id: Identifier
    label: Text
    lever: Lever
    effect: Effect
    is_new: bool
    reach: Between


class Incentive(Frozen):
    """One line of the ledger: a reward or a sanction, of whom, for whom."""

    instrument: Identifier
    label: Text
    is_reward: bool
    what: Text
    segments: tuple[str, ...]
    citation: Citation


class SegmentScore(Frozen):
    """One segment: its share, the carrots and sticks that move it, and whether any stick does."""

    segment: Segment
    share: SegmentEnds | None
    share_citation: Citation | None
    carrots: tuple[SegmentMeasure, ...]
    sticks: tuple[SegmentMeasure, ...]


def part_reached(uptake: Between, share: SegmentEnds) -> Between:
    """Return the least and the most of a segment that takes part, given uptake over all companies.

    Nothing is assumed of who takes part: the bounds of Fréchet, max(0, (u - (1 - p)) / p) and
    min(1, u / p), over the ends of uptake u and share p.

    >>> ends = SegmentEnds(low=0.2, value=0.2, high=0.2)
    >>> found = part_reached(Between(low=0.9, high=0.9), ends)
    >>> round(found.low, 6), found.high
    (0.5, 1.0)
    """
    if uptake.low is None or uptake.high is None:
        return Between(low=None, high=None)
    low = min(
        (max(0.0, (uptake.low - (1 - p)) / p) if p > 0 else 0.0) for p in (share.low, share.high)
    )
    high = max((min(1.0, uptake.high / p) if p > 0 else 1.0) for p in (share.low, share.high))
    return Between(low=low, high=high)
