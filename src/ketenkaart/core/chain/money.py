"""Money in the unit of a table: which currency it is in, and at which rate another one counts."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from ketenkaart.core.errors import InputError

MILLION = 1e6
_UNIT = re.compile(r"\s*(M|MN|MIO|MILLION)?[ ._]*([A-Z]{3})\s*")
_RATE = re.compile(r"\s*([A-Za-z]{3})(?:@([0-9]{4}))?\s*=\s*([0-9]+(?:\.[0-9]+)?)\s*")


@dataclass(frozen=True, slots=True)
class Money:
    """The unit of a table's money: `millions` of a currency (ISO 4217), or single units of it."""

    currency: str
    factor: float

    @classmethod
    def of(cls, unit: str) -> Money:
        """Return the money that a table's unit names.

        Raises `InputError` for a unit that names no currency.

        >>> Money.of("MUSD"), Money.of("M.EUR"), Money.of("EUR")
        (Money(currency='USD', factor=1000000.0), Money(currency='EUR', factor=1000000.0), Money(currency='EUR', factor=1.0))
        """  # noqa: E501 - the output of a doctest stands on one line
        found = _UNIT.fullmatch(unit.upper())
        if found is None:
            raise InputError(
                f"The unit {unit[:30]!r} of the table names no currency",
                where="amount",
                fix="Give values in the table's own unit, in a column called value.",
            )
        return cls(found[2], MILLION if found[1] else 1.0)


@dataclass(frozen=True, slots=True)
class Rates:
    """What one unit of other currencies is worth in the table's, per year or for any year.

    `by_year` is keyed by currency and year, None for a rate that holds for every year; `source`
    says where they come from. No rate is guessed.

    >>> Rates.parsed(["EUR@2011=1.392", "GBP=1.6"], "ECB").of("EUR", 2011)
    1.392
    """

    by_year: Mapping[tuple[str, int | None], float] = field(default_factory=dict)
    source: str | None = None

    @classmethod
    def parsed(cls, texts: Iterable[str], source: str | None) -> Rates:
        """Return the rates behind texts such as `EUR=1.392` and `EUR@2011=1.392`.

        Raises `InputError` for one that is no rate, is given twice, or has no source.
        """
        found: dict[tuple[str, int | None], float] = {}
        for text in texts:
            match = _RATE.fullmatch(text)
            rate = float(match[3]) if match else math.nan
            if match is None or not 0 < rate < 1e9:
                raise InputError(
                    f"{text[:40]!r} is no rate",
                    where="--rate",
                    fix="Write EUR=1.392 or EUR@2011=1.392: what one of it is worth in the "
                    "table's currency.",
                )
            key = (match[1].upper(), int(match[2]) if match[2] else None)
            if key in found:
                raise InputError(
                    f"The rate of {key[0]} is given twice",
                    where="--rate",
                    fix="Keep one, or add a year: EUR@2011=1.392.",
                )
            found[key] = rate
        if found and not (source or "").strip():
            raise InputError(
                "The rates have no source",
                where="--rate-source",
                fix='Say where they come from, such as "ECB, mean of 2011" (--rate-source).',
            )
        return cls(found, (source or "").strip() or None)

    def joined(self, other: Rates) -> Rates:
        """Return these rates and, for what they lack, those of another source; both are named.

        A rate that holds for every year goes before another source's of one year.
        """
        always = {name for name, year in self.by_year if year is None}
        more = {key: rate for key, rate in other.by_year.items() if key[0] not in always}
        sources = dict.fromkeys(filter(None, (self.source, other.source)))
        return Rates({**more, **self.by_year}, "; ".join(sources) or None)

    def known(self, currency: str, year: int | None) -> float | None:
        """Return the rate of a currency in a year, or the one for every year; None for neither."""
        return self.by_year.get((currency, year), self.by_year.get((currency, None)))

    def of(self, currency: str, year: int | None) -> float:
        """Return the rate of a currency in a year, or the one for every year.

        Raises `InputError` where neither is given.
        """
        found = self.known(currency, year)
        if found is not None:
            return found
        years = sorted(y for name, y in self.by_year if name == currency and y is not None)
        when = f" of {year}" if year is not None and years else ""
        raise InputError(
            f"There is no rate for {currency}{when}",
            where="--rate",
            fix="Give one, with its source "
            f"(--rate {currency}{f'@{year}' if when else ''}=RATE --rate-source TEXT)."
            if not years or when
            else f"Give the row a year ({_listed(years)}), or a rate without one.",
        )


def _listed(years: Sequence[int]) -> str:
    """Return years as people write them: 2009, 2011, or 1999-2025 where none between is missing."""
    if len(years) > 2 and years[-1] - years[0] == len(years) - 1:
        return f"{years[0]}-{years[-1]}"
    return ", ".join(map(str, years))
