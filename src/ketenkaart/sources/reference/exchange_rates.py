"""Read what currencies were worth: pegs, and rates to the US dollar by country and year."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Annotated

from pydantic import Field

from ketenkaart.core.provenance import Citation, Frozen
from ketenkaart.sources.reference.folder import read_file, reference_root

FILE = "exchange_rates.yml"
EURO_FILE = "exchange_rates_ecb.yml"
Code = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
Positive = Annotated[float, Field(gt=0)]


class Peg(Frozen):
    """A currency tied to that of a country: so many units for one of the anchor's."""

    currency: str
    anchor: Code
    units: float = Field(gt=0)


class YearRate(Frozen):
    """Units of a country's currency (ISO 4217) per US dollar, mean of a year."""

    country: Code
    currency: Code
    year: int = Field(ge=1950, le=2100)
    per_usd: float = Field(gt=0)


class ExchangeRates(Frozen):
    """The content of `exchange_rates.yml`."""

    pegs: tuple[Peg, ...]
    pegs_citation: Citation
    rates: tuple[YearRate, ...]
    rates_citation: Citation

    def of_country(self, country: str, year: int) -> float | None:
        """Return units of its currency per US dollar in a year; None where it is not known."""
        found = (r.per_usd for r in self.rates if (r.country, r.year) == (country, year))
        return next(found, None)


class EuroRates(Frozen):
    """The content of `exchange_rates_ecb.yml`: units of a currency per euro, mean of each year."""

    per_euro: dict[Code, dict[Annotated[int, Field(ge=1999, le=2100)], Positive]]
    citation: Citation


@lru_cache(maxsize=4)
def _read(root: Path) -> ExchangeRates:
    document, content = read_file(root, FILE, ExchangeRates)
    document.require_unique(("pegs",), [item.currency for item in content.pegs])
    document.require_unique(("rates",), [f"{item.country} {item.year}" for item in content.rates])
    document.require_unique(("rates",), [f"{item.currency} {item.year}" for item in content.rates])
    return content


def load_exchange_rates(root: Path | None = None) -> ExchangeRates:
    """Return pegs and rates; raises `ReferenceDataError` with file and line."""
    return _read(reference_root(root))


@lru_cache(maxsize=4)
def _read_euro(root: Path) -> EuroRates:
    return read_file(root, EURO_FILE, EuroRates)[1]


def load_euro_rates(root: Path | None = None) -> EuroRates:
    """Return what the ECB quotes per euro; raises `ReferenceDataError` with file and line."""
    return _read_euro(reference_root(root))
