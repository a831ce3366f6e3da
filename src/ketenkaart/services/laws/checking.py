"""Put the facts about a firm to the laws of a day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from ketenkaart.core.governance.rules.answering import Answers
from ketenkaart.core.governance.rules.assess import assess
from ketenkaart.core.governance.rules.values import Facts
from ketenkaart.services.laws.book import find_law, law_book, law_day
from ketenkaart.sources.facts import parse_facts, read_facts


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
