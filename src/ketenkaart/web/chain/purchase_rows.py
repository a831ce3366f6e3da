"""How a purchase list was read, in words: what has a place, what has none, and what to do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ketenkaart.core.provenance import Grade
from ketenkaart.services.chain.naming import Names
from ketenkaart.services.chain.purchases import PlacedRow, PurchaseList, Rejected, rows_in_words
from ketenkaart.web.chain.wording import capital, figure, finer_percent
from ketenkaart.web.refusals import said
from ketenkaart.web.text import say

SHOWN = 100
NAMED = 20
SUPPLIERS = ("leverancier", "supplier")


@dataclass(frozen=True, slots=True)
class BadRows:
    """Rows that were left out for one reason: which, in which column, why, and what to do."""

    rows: str
    count: int
    column: str
    given: str
    why: str
    fix: str


@dataclass(frozen=True, slots=True)
class GoodRow:
    """A row that has its place: what was bought, where it was laid, and how sure that is."""

    number: int
    description: str
    code: str
    sectors: str
    region: str
    amount: str
    grade: str


@dataclass(frozen=True, slots=True)
class ReadRows:
    """The list as it was read: a summary, what was left out, what was placed, what to know."""

    placed: int
    rows: int
    share: str
    bad: tuple[BadRows, ...]
    more_bad: int
    good: tuple[GoodRow, ...]
    more_good: int
    cautions: tuple[str, ...]
    is_code_wrong: bool


def read_rows(
    found: PurchaseList, names: Names, language: str, *, factor: float, country_heading: str = ""
) -> ReadRows:
    """Return a list as it was read; amounts of the table count `factor` times.

    `country_heading` is what the column of countries is called in the file.
    """
    groups: dict[tuple[str, str | None], list[Rejected]] = {}
    for item in found.rejected:
        groups.setdefault((item.reason, item.column), []).append(item)
    bad = [_bad(items, names, language) for items in groups.values()]
    facts = found.facts()
    share = facts["placed_share"]
    return ReadRows(
        placed=found.lines,
        rows=found.lines + len(found.rejected),
        share="" if share is None else finer_percent(share, language),
        bad=tuple(bad[:SHOWN]),
        more_bad=sum(item.count for item in bad[SHOWN:]),
        good=tuple(_good(item, names, language, factor) for item in found.placed[:SHOWN]),
        more_good=max(0, found.lines - SHOWN),
        cautions=(*_of_supplier(country_heading, language), *_cautions(found, language)),
        is_code_wrong=any(item.is_code for item in found.rejected),
    )


def _bad(items: list[Rejected], names: Names, language: str) -> BadRows:
    first = items[0]
    return BadRows(
        rows=rows_in_words([item.row for item in items], say("purchases.and_more", language)),
        count=len(items),
        column=first.column or "",
        given=", ".join(dict.fromkeys(filter(None, (item.description for item in items[:3])))),
        why=said(first.why, language)[0],
        fix=_fix(first, names, language),
    )


def _fix(item: Rejected, names: Names, language: str) -> str:
    """Say what to do: a whole list of sectors stands below, and those named go by their names."""
    if item.is_code and item.fix.startswith("Use one of"):
        return say("purchases.fix_code", language)
    text = said(item.fix, language)[0]
    for code, name in names.sectors.items():
        here = f"{name.in_language(language)} ({code})"
        text = text.replace(f"{code} ({name.en})", here)
    return text


def _good(item: PlacedRow, names: Names, language: str, factor: float) -> GoodRow:
    weights = item.coded.weights
    sectors = [
        capital(names.sectors[code].in_language(language))
        + (f" {finer_percent(weight, language)}" if len(weights) > 1 else "")
        for code, weight in weights.items()
    ]
    if item.region is None:
        region = say("purchases.spread", language)
    else:
        region = capital(names.regions[item.region].in_language(language))
    return GoodRow(
        number=item.row,
        description=item.description,
        code="" if item.coded.code in weights else item.coded.code,
        sectors=", ".join(sectors),
        region=region,
        amount=figure(item.value * factor, language),
        grade=item.coded.grade.in_language(language) if item.coded.grade != Grade.SURE else "",
    )


def _rates(used: Mapping[str, float], language: str) -> list[str]:
    """Return rates in words; a currency with one rate for all its years goes without a year."""
    found: dict[str, dict[str, float]] = {}
    for name, rate in used.items():
        currency, _, year = name.partition("@")
        found.setdefault(currency, {})[year] = rate
    return [
        f"{currency} {year}: {figure(rate, language)}"
        if year and len(set(by_year.values())) > 1
        else f"{currency} {figure(rate, language)}"
        for currency, by_year in found.items()
        for year, rate in (
            by_year.items() if len(set(by_year.values())) > 1 else list(by_year.items())[:1]
        )
    ]


def _of_supplier(heading: str, language: str) -> tuple[str, ...]:
    """Say that the country of a supplier is often not where a thing was made."""
    if not any(word in heading.casefold() for word in SUPPLIERS):
        return ()
    return (say("purchases.caution_supplier", language, heading=heading),)


def _cautions(found: PurchaseList, language: str) -> tuple[str, ...]:
    """Say what must be kept in mind of the rows that were placed, with their share of the value."""
    facts = found.facts()
    shares = {
        name: facts[f"{name}_share"]
        for name in ("spread", "rest_of_world", "assumed", "other_years")
        if facts[f"{name}_share"]
    }
    notes = [
        say(
            f"purchases.caution_{name}",
            language,
            share=finer_percent(share, language),
            year=found.year,
        )
        for name, share in shares.items()
    ]
    if facts["rates"]:
        rates = _rates(facts["rates"], language)
        sources = "; ".join(facts["rate_sources"])
        notes.append(
            say("purchases.caution_rates", language, rates="; ".join(rates), sources=sources)
        )
    if found.is_money:
        notes.append(say("purchases.caution_prices", language))
    if found.unused:
        names = ", ".join(found.unused[:NAMED])
        notes.append(say("purchases.caution_unused", language, names=names))
    return tuple(notes)
