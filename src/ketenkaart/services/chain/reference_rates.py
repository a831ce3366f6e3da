"""The exchange rates that come with the package, for who asks for them: never by themselves."""

from __future__ import annotations

from ketenkaart.core.chain.money import Rates
from ketenkaart.sources.reference.exchange_rates import load_exchange_rates


def reference_rates() -> Rates:
    """Return what currencies were worth in US dollars, per year, with the source and its grade.

    They hold for tables in dollars alone.
    """
    found = load_exchange_rates()
    cited = found.rates_citation
    source = f"reference/exchange_rates.yml: {cited.source}, {cited.locator}, grade {cited.grade}"
    return Rates({(r.currency, r.year): 1 / r.per_usd for r in found.rates}, source)
