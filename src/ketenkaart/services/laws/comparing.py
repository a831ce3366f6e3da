"""Laws and their versions side by side."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from ketenkaart.core.errors import InputError
from ketenkaart.core.governance.rules.changing import LawChanges, changes_between
from ketenkaart.core.governance.rules.comparing import Comparison, compare
from ketenkaart.services.laws.book import find_law, find_version, law_book, law_day


def compare_laws(names: Sequence[str], *, as_of: date | None = None) -> Comparison:
    """Return laws or versions side by side: scope, dates, steps, enforcement, liability.

    One law alone is laid beside itself: all its versions.
    """
    day = as_of or law_day()
    if len(names) == 1 and "." not in names[0]:
        law = find_law(names[0])
        return compare([(law, version) for version in law.versions], law_book(), day)
    return compare([find_version(name, day) for name in names], law_book(), day)


def law_changes(since: date, until: date | None = None, *, laws: Sequence[str] = ()) -> LawChanges:
    """Return what changed in the laws after `since`, up to and including `until`.

    Without `until`, up to the day of the law files; without `laws`, all of them. Raises
    `InputError` for a period that goes back, `NotFoundError` for a law that does not exist.
    """
    end = until or law_day()
    if end < since:
        raise InputError(
            f"The period goes back: from {since} to {end}", where="--until", fix="Turn it around."
        )
    book = law_book()
    chosen = tuple(dict.fromkeys(find_law(name).id for name in laws))
    asked = tuple(law for law in book.laws if not chosen or law.id in chosen)
    return changes_between(asked, book, since, end)
