"""The form of the page of series: which release and years, whose demand, and where it arises."""

from __future__ import annotations

from collections.abc import Sequence

from ketenkaart.services.chain.choices import KnownTable
from ketenkaart.services.chain.series_tables import all_series
from ketenkaart.services.world_tables import TableEntry
from ketenkaart.web.chain.form import ChainForm
from ketenkaart.web.chain.series_chart import runs_of
from ketenkaart.web.text import say

FIELDS = ("edition", "demand", "buyer", "product", "code", "extension")
Series = tuple[TableEntry, ...]


def series_form(given: dict[str, str], language: str) -> ChainForm:
    """Return the form of a series; without a choice, of the release of which there are most years.

    `since` and `until` are years of that release; `country` and `sector` say where it arises.
    """
    known = several_years()
    asked = dict(given)
    if not asked.get("edition", "").strip() and known:
        asked["edition"] = namesake(known[0]).manifest.id
    plain = ChainForm.read(asked, language, common=FIELDS, has_risks=False)
    years = [str(entry.manifest.year) for entry in series_of(plain.choices.table.id)]
    years = years or [str(plain.choices.table.year)]
    extra = {
        "since": [(year, year) for year in years],
        "until": [(year, year) for year in reversed(years)],
    }
    form = ChainForm.read(asked, language, extra, FIELDS, has_risks=False)
    form.read_places()
    form.options["edition"] = tuple(_releases(form.choices.table, known, language))
    everywhere = ("", say("chain.series_abroad", language))
    form.options["country"] = (everywhere, *form.options["country"][1:])
    since, until = period_of(form)
    if since >= until and len(years) > 1 and "until" not in form.errors:
        form.errors["until"] = say("chain.series_error_years", language, since=since)
        form.question = None
    return form


def period_of(form: ChainForm) -> tuple[int, int]:
    """Return the years between which is asked: without a choice the first and last there are."""
    since, until = form.extra["since"], form.extra["until"]
    years = [int(value) for value, _ in form.options["since"]]
    return int(since) if since else years[0], int(until) if until else years[-1]


def places_of(form: ChainForm, home: str) -> tuple[tuple[str, ...], str | None]:
    """Return the places that the fields country and sector mean, and the region left out of them.

    Without a country only what arises abroad is meant.
    """
    country, sector = form.extra["country"], form.extra["sector"]
    if country:
        return (f"{country}.{sector}" if sector else country,), None
    return ((sector,), home) if sector else ((), None)


def several_years() -> tuple[Series, ...]:
    """Return the releases of which there are tables of two years or more."""
    return tuple(entries for entries in all_series() if len(entries) > 1)


def series_of(edition: str) -> Series:
    """Return the tables of the release that a table is of; none for the starter edition."""
    for entries in all_series():
        if edition in {entry.manifest.id for entry in entries}:
            return entries
    return ()


def _releases(chosen: KnownTable, known: Sequence[Series], language: str) -> list[tuple[str, str]]:
    """Return the releases to choose from; the one asked goes by the table that was named."""
    found = []
    for entries in known:
        ids = [entry.manifest.id for entry in entries]
        last = namesake(entries).manifest
        years = runs_of([entry.manifest.year for entry in entries])
        name = release_name(last.title.in_language(language), last.year)
        found.append((chosen.id if chosen.id in ids else last.id, f"{years}: {name}"))
    if chosen.id not in {value for value, _ in found}:
        name = release_name(chosen.title.in_language(language), chosen.year)
        found.insert(0, (chosen.id, f"{chosen.year}: {name}"))
    return found


def namesake(entries: Series) -> TableEntry:
    """Return the table that a release is called after: the last that was published, if one was."""
    published = [entry for entry in entries if entry.manifest.estimate is None]
    return (published or entries)[-1]


def release_name(title: str, year: int) -> str:
    """Return the title of a table without its year, which is what tables of a release share.

    >>> release_name("World Input-Output Database, release 2013, 2011", 2011)
    'World Input-Output Database, release 2013'
    """
    return title.removesuffix(f", {year}")
