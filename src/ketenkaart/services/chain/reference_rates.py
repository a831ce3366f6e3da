"""The exchange rates that come with the package, for who asks for them: never by themselves."""

from __future__ import annotations

from ketenkaart.core.chain.money import Rates
from ketenkaart.core.provenance import Citation
from ketenkaart.sources.reference.exchange_rates import (
    EURO_FILE,
    FILE,
    load_euro_rates,
    load_exchange_rates,
)

DOLLAR, EURO = "USD", "EUR"


def reference_rates(into: str) -> tuple[Rates, ...]:
    """Return what currencies were worth in one of them, per year: first those of the ECB.

    Rates of different sources stand apart, so that only those that were used are named. A rate
    between two currencies is that of their means of the year to the euro, or to the dollar where
    the ECB does not quote one. Nothing is returned for a currency that no rate leads to.
    """
    euro, rest = load_euro_rates(), load_exchange_rates()
    target = {} if into == EURO else euro.per_euro.get(into, {})
    if into != EURO and not target:
        return ()
    years = sorted({year for per_year in euro.per_euro.values() for year in per_year})
    per_euro = {**euro.per_euro, EURO: dict.fromkeys(years, 1.0)}
    into_per_euro = per_euro[into]
    quoted: dict[tuple[str, int | None], float] = {
        (currency, year): into_per_euro[year] / rate
        for currency, per_year in per_euro.items()
        for year, rate in per_year.items()
        if currency != into and year in into_per_euro
    }
    others: dict[tuple[str, int | None], float] = {
        (rate.currency, rate.year): worth / rate.per_usd
        for rate in rest.rates
        if (worth := 1.0 if into == DOLLAR else quoted.get((DOLLAR, rate.year))) is not None
    }
    return (
        Rates(quoted, _source(EURO_FILE, euro.citation)),
        Rates(others, _source(FILE, rest.rates_citation)),
    )


def _source(file: str, cited: Citation) -> str:
    return f"reference/{file}: {cited.source}, {cited.locator}, grade {cited.grade}"
