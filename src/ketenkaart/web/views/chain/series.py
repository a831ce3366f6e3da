"""A footprint over the years: bars by year, what changed it, and the table each year is from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse

from ketenkaart.core.chain.change import CAUSES
from ketenkaart.core.errors import InputError
from ketenkaart.core.provenance import Text
from ketenkaart.services.chain.answer import ChainAnswer
from ketenkaart.services.chain.choices import KnownTable
from ketenkaart.services.chain.over_time import (
    IN_ALL_APART,
    ORDERS,
    PRICES,
    PRICES_OF_DEMAND,
)
from ketenkaart.services.chain.question import HOME
from ketenkaart.services.chain.seen_series import SeenSeries, see_series
from ketenkaart.services.world_tables import READERS
from ketenkaart.web.chain.form import ChainForm
from ketenkaart.web.chain.page import chain_page, chain_view
from ketenkaart.web.chain.series_change import said_change
from ketenkaart.web.chain.series_chart import runs_of, series_chart
from ketenkaart.web.chain.series_form import (
    namesake,
    period_of,
    places_of,
    release_name,
    series_form,
    series_of,
    several_years,
)
from ketenkaart.web.chain.wording import capital, extension_label, span, unit_words
from ketenkaart.web.render import language

HERE = "chain_series"


@dataclass(frozen=True, slots=True)
class YearRow:
    """One year in the table: its table and where that is from, amounts, intervals in words."""

    year: int
    edition: str
    title: Text
    source: str
    is_estimate: bool
    total: float
    total_ends: str
    part: float
    part_ends: str
    change: float | None
    change_ends: str
    before: int | None
    causes: tuple[float, ...]


@chain_view
def chain_series(request: HttpRequest) -> HttpResponse:
    """Show a footprint over the years; say what to do where there is one year alone."""
    form = series_form(request.GET.dict(), language())
    if form.errors or form.question is None:
        return chain_page(request, form, HERE, {"answer": None})
    if len(series_of(form.choices.table.id)) < 2:
        return chain_page(request, form, HERE, {"answer": None} | _alone(form))
    try:
        seen = asked_series(form)
    except InputError as error:
        form.refuse(error)
        return chain_page(request, form, HERE, {"answer": None})
    return chain_page(request, form, HERE, _context(form, seen))


def asked_series(form: ChainForm) -> SeenSeries:
    """Return what a form asks of the years; with intervals but for what has ends of its own."""
    question = form.question
    if question is None:
        raise InputError("Nothing is asked", fix="Choose a table.")
    at, outside = places_of(form, question.demand or HOME)
    since, until = period_of(form)
    return see_series(
        question,
        at=at,
        outside=outside,
        extension=form.extension,
        since=since,
        until=until,
        errors=None if form.extension in form.choices.estimates else "shared",
    )


def _context(form: ChainForm, seen: SeenSeries) -> dict[str, Any]:
    answer, chosen = seen.answer, form.language
    where = _where(form, seen)
    counted = extension_label(form.extension, chosen)
    rows = [dict(zip(answer.columns, row, strict=True)) for row in answer.rows]
    estimates = frozenset(y for y, e in seen.tables.items() if e.manifest.estimate is not None)
    has_ends = "uncertainty" in answer.facts
    is_nothing = not any(row["total"] for row in rows)
    names, product = seen.names, form.given.get("product")
    missing = answer.facts.get("missing_years")
    return {
        "answer": answer,
        "is_nothing": is_nothing,
        "where": where,
        "counted_word": capital(counted),
        "product_name": names.sectors[product].in_language(chosen) if product else None,
        "whose": seen.whose.in_language(chosen),
        "unit": unit_words(answer.unit, chosen),
        "chart": None if is_nothing else series_chart(rows, answer.unit, where, estimates, chosen),
        "change": None if is_nothing else said_change(seen, where, counted, chosen),
        "rows": _rows(rows, seen, chosen),
        "missing": runs_of(missing) if missing else "",
        "has_ends": has_ends,
        "causes": [f"chain.cause_{cause}" for cause in CAUSES],
        **_notes(answer),
    }


def _notes(answer: ChainAnswer) -> dict[str, list[Text]]:
    """Return what must be said by where it is said: of prices, of the order of causes, the rest."""
    prices, orders = (PRICES, PRICES_OF_DEMAND), (ORDERS, IN_ALL_APART)
    return {
        "prices": [note for note in answer.notes if note in prices],
        "orders": [note for note in answer.notes if note in orders],
        "others": [note for note in answer.notes if note not in (*prices, *orders)],
    }


def _rows(rows: list[dict[str, Any]], seen: SeenSeries, chosen: str) -> list[YearRow]:
    found, before = [], None
    for row in rows:
        manifest = seen.tables[row["year"]].manifest
        found.append(
            YearRow(
                year=row["year"],
                edition=manifest.id,
                title=manifest.title,
                source=manifest.citation,
                is_estimate=manifest.estimate is not None,
                total=row["total"],
                total_ends=_ends(row, "total", chosen),
                part=row["at_places"],
                part_ends=_ends(row, "at_places", chosen),
                change=row["change"],
                change_ends=_ends(row, "change", chosen),
                before=before,
                causes=tuple(row[cause] for cause in CAUSES if row[cause] is not None),
            )
        )
        before = row["year"]
    return found


def _ends(row: Mapping[str, Any], name: str, chosen: str) -> str:
    low, high = row.get(f"{name}_low"), row.get(f"{name}_high")
    return span(low, high, chosen) if low is not None and high is not None and low < high else ""


def _where(form: ChainForm, seen: SeenSeries) -> str:
    """Say where the part arises of which the change is explained: "outside the Netherlands"."""
    country, sector = form.extra["country"], form.extra["sector"]
    names, chosen = seen.names, form.language
    if country:
        said = names.placed[country].in_language(chosen)
    else:
        home = names.itself(seen.home).in_language(chosen)
        said = f"{'buiten' if chosen == 'nl' else 'outside'} {home}"
    return f"{said} ({names.sectors[sector].in_language(chosen)})" if sector else said


def _alone(form: ChainForm) -> dict[str, Any]:
    """Return what is said where the chosen table has no other year beside it."""
    last = [namesake(entries).manifest for entries in several_years()]
    others = [KnownTable(item.id, item.title, item.year) for item in last]
    here = series_of(form.choices.table.id)
    year = form.choices.table.year
    layout = here[0].manifest.layout if here else "wiod"
    return {
        "alone": form.choices.table,
        "release": _release(form.choices.table, form.language),
        "others": [(item.id, _release(item, form.language)) for item in others],
        "kind": next(kind for kind in READERS if layout.startswith(kind)),
        "years": (year - 1,) if here else (year - 1, year),
    }


def _release(table: KnownTable, language: str) -> str:
    return release_name(table.title.in_language(language), table.year)
