"""Laws: which apply to a firm on a day, what they ask, and how they differ."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path

from ketenkaart.core.errors import NotFoundError
from ketenkaart.core.governance.rules.answering import Answers
from ketenkaart.core.governance.rules.assess import assess
from ketenkaart.core.governance.rules.book import LawBook
from ketenkaart.core.governance.rules.comparing import Comparison, compare
from ketenkaart.core.governance.rules.moving import thresholds
from ketenkaart.core.governance.rules.types import Law, LawVersion, Number
from ketenkaart.core.governance.rules.values import Facts
from ketenkaart.sources.facts import parse_facts, read_facts
from ketenkaart.sources.reference.laws import load_laws


@lru_cache(maxsize=1)
def law_book() -> LawBook:
    """Return the laws that come with the package, their vocabulary and their tables."""
    return load_laws()


def law_day() -> date:
    """Return the day of the law files: the default of every question about laws."""
    return law_book().vocabulary.as_of


def find_law(name: str) -> Law:
    """Return the law with this id or alias; raises `NotFoundError` with what comes near."""
    book = law_book()
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


def check_file(path: Path, *, as_of: date | None = None, laws: Sequence[str] = ()) -> Answers:
    """Return what each law says on a day to the firm that a file of facts describes.

    Without `laws`, all of them. Raises `InputError` for a file that does not fit the vocabulary.
    """
    return check_facts(read_facts(path, law_book()), as_of=as_of, laws=laws)


def check_text(
    text: str, name: str, *, as_of: date | None = None, laws: Sequence[str] = ()
) -> Answers:
    """Return what each law says to the facts in a text; `name` is what messages call it."""
    return check_facts(parse_facts(text, name, law_book()), as_of=as_of, laws=laws)


def check_facts(facts: Facts, *, as_of: date | None = None, laws: Sequence[str] = ()) -> Answers:
    """Return what each law says to a firm with these facts."""
    book = law_book()
    day = as_of or law_day()
    chosen = list(dict.fromkeys(find_law(name).id for name in laws))
    asked = [law for law in book.laws if not chosen or law.id in chosen]
    return Answers(
        as_of=day,
        vocabulary=book.vocabulary.version,
        results=tuple(assess(law, facts, book, day) for law in asked),
    )


def compare_laws(names: Sequence[str], *, as_of: date | None = None) -> Comparison:
    """Return laws or versions side by side: scope, dates, steps, enforcement, liability.

    One law alone is laid beside itself: all its versions.
    """
    day = as_of or law_day()
    if len(names) == 1 and "." not in names[0]:
        law = find_law(names[0])
        return compare([(law, version) for version in law.versions], law_book(), day)
    return compare([find_version(name, day) for name in names], law_book(), day)


def law_thresholds(name: str, *, as_of: date | None = None) -> dict[str, Number | date | None]:
    """Return the thresholds of a law on a day, by the id with which a sweep moves them."""
    return thresholds(find_law(name), law_book(), as_of or law_day())
