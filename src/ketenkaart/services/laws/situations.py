"""Test the laws against situations that lawyers write down."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ketenkaart.core.errors import InputError
from ketenkaart.core.governance.rules.assess import assess
from ketenkaart.services.laws.book import find_law, law_book
from ketenkaart.sources.law_situations import Situation, read_situations

TESTED = ("in_scope", "status", "version", "applies_now", "applies_from")


@dataclass(frozen=True, slots=True)
class Outcome:
    """A situation and, per thing that came out otherwise, what was expected and what was found."""

    situation: Situation
    differences: tuple[tuple[str, str, str], ...]


def find_situations(path: Path) -> tuple[Situation, ...]:
    """Return the situations of a file, or of every YAML file in a folder, by name.

    Raises `InputError` for a path that is neither, or a situation that cannot be read.
    """
    if path.is_dir():
        files: Sequence[Path] = sorted(path.glob("*.yml"))
        if not files:
            raise InputError(
                "There are no situations in the folder",
                where=str(path),
                fix="Put .yml files there.",
            )
    elif path.is_file():
        files = [path]
    else:
        raise InputError(
            "There is no such file or folder", where=str(path), fix="Name a file of situations."
        )
    book = law_book()
    return tuple(item for file in files for item in read_situations(file, book))


def try_situation(situation: Situation) -> Outcome:
    """Return how the answer of the laws differs from what a situation expects."""
    expected = situation.expected
    answer = assess(find_law(situation.law), situation.facts, law_book(), expected.as_of)
    found = [
        (name, str(getattr(expected, name)), str(getattr(answer, name)))
        for name in TESTED
        if getattr(expected, name) is not None and getattr(expected, name) != getattr(answer, name)
    ]
    asked = answer.next_question.fact if answer.next_question else None
    if expected.next_question is not None and expected.next_question != asked:
        found.append(("next_question", expected.next_question, str(asked)))
    return Outcome(situation, tuple(found))
