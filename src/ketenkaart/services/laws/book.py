"""The laws that come with the package: find one, or its version of a day."""

from __future__ import annotations

from datetime import date
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path

from ketenkaart.core.errors import InputError, NotFoundError, ReferenceDataError
from ketenkaart.core.governance.rules.book import LawBook
from ketenkaart.core.governance.rules.moving import thresholds
from ketenkaart.core.governance.rules.types import Law, LawVersion, Number
from ketenkaart.sources.reference.laws import load_law_files, load_laws


@lru_cache(maxsize=1)
def law_book() -> LawBook:
    """Return the laws that come with the package, their vocabulary and their tables."""
    return load_laws()


def law_day() -> date:
    """Return the day of the law files: the default of every question about laws."""
    return law_book().vocabulary.as_of


def find_law(name: str, book: LawBook | None = None) -> Law:
    """Return the law with this id or alias; raises `NotFoundError` with what comes near.

    Without `book`, among the laws that come with the package.
    """
    book = book or law_book()
    law = book.find(name)
    if law is None:
        names = [one for each in book.laws for one in (each.id, *each.aliases)]
        near = get_close_matches(name, names, cutoff=0.4) or [each.id for each in book.laws[:5]]
        raise NotFoundError(
            f"There is no law '{name[:60]}'",
            where="--law",
            fix=f"Choose one of `ketenkaart law list`, such as {', '.join(near[:3])}.",
        )
    return law


def find_version(name: str, as_of: date | None) -> tuple[Law, LawVersion]:
    """Return a law and its version: `law.version`, or `law` for the version of a day.

    A law that has no version on that day gives its first or last one. Raises `NotFoundError`.
    """
    head, _, tail = name.partition(".")
    law = find_law(head)
    if tail:
        for version in law.versions:
            if version.id == tail:
                return law, version
        known = ", ".join(version.id for version in law.versions)
        raise NotFoundError(
            f"{law.id} has no version '{tail[:60]}'", fix=f"Its versions are {known}."
        )
    day = as_of or law_day()
    found = law.version_on(day)
    return law, found or (law.versions[0] if day < law.versions[0].start else law.versions[-1])


def law_thresholds(name: str, *, as_of: date | None = None) -> dict[str, Number | date | None]:
    """Return the thresholds of a law on a day, by the id with which a sweep moves them."""
    return thresholds(find_law(name), law_book(), as_of or law_day())


def own_book(path: Path) -> LawBook:
    """Return the laws in somebody's own file or folder, with the shipped vocabulary and tables.

    Raises `InputError` with file, line and key for the first thing that cannot be.
    """
    try:
        return load_law_files(path)
    except ReferenceDataError as error:
        raise InputError(error.what, where=error.where, fix=error.fix) from None
