"""Figures of indicators that are computed from facts at hand, with what they were counted from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from ketenkaart.core.provenance import Text


class Counted(StrEnum):
    """Whether a thing counts in a computed share."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that was counted: its id, what it is called, whether it counts, and why."""

    id: str
    name: Text
    counted: Counted
    why: Text


@dataclass(frozen=True, slots=True)
class ComputedFigure:
    """An indicator computed on a day: ends between which it lies, and a value where that is known.

    `parts` are what it was counted from; `trace` is the figure that `ketenkaart why` follows, where
    it is no count. `value`, `low` and `high` are None where nothing can be divided.
    """

    on: date
    value: float | None
    low: float | None
    high: float | None
    parts: tuple[Part, ...]
    how: Text
    trace: str | None = None


def share_of_parts(parts: Sequence[Part]) -> tuple[float | None, float | None, float | None]:
    """Return the share of parts that count: value, and its ends when the unknown ones do not or do.

    The value is that of the known parts, and None where fewer than half are known.

    >>> name = Text(nl="deel", en="part")
    >>> yes, no, open_ = (Part(kind.value, name, kind, name) for kind in Counted)
    >>> share_of_parts([yes, no, yes, open_])
    (0.6666666666666666, 0.5, 0.75)
    """
    yes = sum(part.counted is Counted.YES for part in parts)
    unknown = sum(part.counted is Counted.UNKNOWN for part in parts)
    if not parts:
        return None, None, None
    known = len(parts) - unknown
    value = yes / known if 2 * known >= len(parts) and known else None
    return value, yes / len(parts), (yes + unknown) / len(parts)
