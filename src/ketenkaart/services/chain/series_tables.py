"""Which tables make a series: those of one release, one a year."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from ketenkaart.core.errors import InputError, NotFoundError
from ketenkaart.services.chain.starter import is_starter
from ketenkaart.services.world_tables import TableEntry, world_tables


def all_series(data_folder: Path | None = None) -> tuple[tuple[TableEntry, ...], ...]:
    """Return the tables there are by release, each by year; the release of most years first.

    Tables with the same regions, sectors and unit are of one release. An estimate gives way to a
    table that was published of its year. A release with two tables of one year comes last.
    """
    groups: dict[tuple[object, ...], list[TableEntry]] = {}
    for entry in world_tables(data_folder):
        groups.setdefault(_nodes(entry), []).append(entry)
    series = [tuple(_by_year(group, None)) for group in groups.values()]
    return tuple(sorted(series, key=_last_choice))


def tables_of_series(edition: str | None, data_folder: Path | None = None) -> list[TableEntry]:
    """Return the tables of one release by year, one a year.

    An estimate gives way to a table that was published of its year, unless it is asked for by name.
    Raises `InputError` where it is not clear which release is meant or which table of a year, and
    `NotFoundError` where there is none.
    """
    entries = world_tables(data_folder)
    if not entries:
        raise NotFoundError(
            "There is no world table to ask",
            fix="Add one first, such as: ketenkaart edition add wiod PATH --year 2011.",
        )
    known = ", ".join(entry.manifest.id for entry in entries)
    if edition is not None and is_starter(edition):
        raise InputError(
            "The starter edition is of one year",
            where="--edition",
            fix=f"Name one table of a series: {known}.",
        )
    if edition is not None:
        chosen = [entry for entry in entries if entry.manifest.id == edition]
        if not chosen:
            raise NotFoundError(
                f"There is no world table {edition[:80]!r}", fix=f"Known tables: {known}."
            )
        nodes = _nodes(chosen[0])
    else:
        nodes = _nodes(entries[0])
    alike = [entry for entry in entries if _nodes(entry) == nodes]
    if edition is None and len(alike) < len(entries):
        raise InputError(
            "The world tables there are do not have the same regions, sectors and unit",
            where="--edition",
            fix=f"Name one of the series that is meant: {known}.",
        )
    alike = _by_year(alike, edition)
    for first, second in pairwise(alike):
        if first.manifest.year == second.manifest.year:
            raise InputError(
                f"{first.manifest.id} and {second.manifest.id} are both of {first.manifest.year}",
                where="--edition",
                fix="Compare them with `ketenkaart chain compare`, or remove one.",
            )
    return alike


def in_period(
    entries: Sequence[TableEntry], since: int | None, until: int | None
) -> list[TableEntry]:
    """Return the tables from one year to another, both of which there must be a table of.

    Raises `InputError` for a year without a table, and where the first is not before the last.
    """
    years = [entry.manifest.year for entry in entries]
    for year, where in ((since, "--since"), (until, "--until")):
        if year is not None and year not in years:
            raise InputError(
                f"There is no table of {year} in this series",
                where=where,
                fix=f"Years there are: {', '.join(map(str, years))}.",
            )
    first, last = years[0] if since is None else since, years[-1] if until is None else until
    if first > last or (first == last and since is not None and until is not None):
        raise InputError(
            f"{first} is not before {last}",
            where="--until",
            fix="Name an earlier year with --since, or a later one with --until.",
        )
    return [entry for entry in entries if first <= entry.manifest.year <= last]


def years_missing(years: Sequence[int]) -> list[int]:
    """Return the years between the first and the last of which there is no table.

    >>> years_missing([1995, 1996, 1999])
    [1997, 1998]
    """
    return sorted({*range(min(years), max(years))} - {*years})


def _nodes(entry: TableEntry) -> tuple[object, ...]:
    manifest = entry.manifest
    return manifest.regions, manifest.sectors, manifest.unit


def _by_year(alike: Sequence[TableEntry], edition: str | None) -> list[TableEntry]:
    published = {e.manifest.year for e in alike if e.manifest.estimate is None}
    kept = [
        entry
        for entry in alike
        if entry.manifest.id == edition
        or entry.manifest.estimate is None
        or entry.manifest.year not in published
    ]
    return sorted(kept, key=lambda entry: entry.manifest.year)


def _last_choice(series: Sequence[TableEntry]) -> tuple[bool, int, int, str]:
    """Order series: without two tables of a year, of most years, of the latest year."""
    years = {entry.manifest.year for entry in series}
    return len(years) < len(series), -len(years), -max(years), series[-1].manifest.id
