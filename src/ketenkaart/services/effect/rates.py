"""What a currency is worth in that of the frame, as the user says it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from ketenkaart.core.errors import InputError

FORM = "Write GBP=1.17 for all years, or GBP:2025=1.19 for one: what one pound is worth in euros."


@dataclass(frozen=True, slots=True)
class FrameRates:
    """Worth of one unit of a currency in the frame's own, by currency and year (None: any)."""

    currency: str
    worth: dict[tuple[str, int | None], float]

    def of(self, currency: str, day: date | None) -> float | None:
        """Return what one unit was worth on a day; None where nobody said.

        >>> FrameRates("EUR", {("GBP", None): 1.2}).of("GBP", None)
        1.2
        """
        if currency == self.currency:
            return 1.0
        year = None if day is None else day.year
        return self.worth.get((currency, year), self.worth.get((currency, None)))


def parse_rates(texts: Sequence[str], currency: str) -> FrameRates:
    """Return rates as a user writes them. Raises `InputError` for what is none."""
    worth: dict[tuple[str, int | None], float] = {}
    for text in texts:
        name, sign, number = text.partition("=")
        code, colon, year = name.strip().upper().partition(":")
        try:
            value = float(number.replace(",", ".")) if sign else math.nan
            when = int(year) if colon else None
        except ValueError:
            value, when = math.nan, None
        if not (len(code) == 3 and code.isalpha() and math.isfinite(value) and value > 0):
            raise InputError(f"{text[:40]!r} is no rate", where="--rate", fix=FORM)
        worth[code, when] = value
    return FrameRates(currency, worth)
