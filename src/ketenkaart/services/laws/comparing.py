"""Laws and their versions side by side."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

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
