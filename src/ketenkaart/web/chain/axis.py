"""A scale with round marks, from zero or below it, and the words for its unit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil, floor, log10

from ketenkaart.web.chain.wording import BILLION, MILLIONS, unit_words
from ketenkaart.web.formats import number
from ketenkaart.web.text import say

STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)


@dataclass(frozen=True, slots=True)
class Axis:
    """A scale that holds zero: its ends, its marks by value with their labels, and its unit."""

    low: float
    high: float
    marks: tuple[tuple[float, str], ...]
    unit: str

    def share(self, value: float) -> float:
        """Return how far along the scale a value lies, from 0 to 1."""
        return (value - self.low) / (self.high - self.low)


def axis_of(values: Iterable[float], unit: str, language: str, parts: int = 4) -> Axis:
    """Return a scale for values that begins at zero, or lower where values lie below it.

    >>> axis = axis_of([105000.0, 231000.0], "MUSD", "en")
    >>> axis.unit, [label for _, label in axis.marks]
    ('billion USD', ['0', '100', '200', '300'])
    """
    held = [0.0, *values]
    low, high = min(held), max(held)
    step = _step((high - low) / parts)
    first, last = floor(low / step + 1e-9), ceil(high / step - 1e-9)
    last = max(last, first + 1)
    is_large = unit in MILLIONS and max(abs(low), high) >= BILLION
    scale = BILLION if is_large else 1.0
    words = f"chain.billion_{MILLIONS[unit].lower()}" if is_large else ""
    digits = next(d for d in range(12) if d == 11 or _is_whole(step / scale * 10**d))
    marks = tuple(
        (k * step, number(k * step / scale, language, digits)) for k in range(first, last + 1)
    )
    said = say(words, language) if words else unit_words(unit, language)
    return Axis(first * step, last * step, marks, said)


def _is_whole(value: float) -> bool:
    return abs(value - round(value)) < 1e-9 * value


def _step(least: float) -> float:
    """Return the next of 1, 2, 2.5, 5 or 10 times a power of ten.

    >>> _step(57750.0), _step(0.3), _step(0.0)
    (100000.0, 0.5, 1.0)
    """
    if least <= 0:
        return 1.0
    power = 10.0 ** floor(log10(least))
    return next(k * power for k in STEPS if k * power >= least * (1 - 1e-12))
