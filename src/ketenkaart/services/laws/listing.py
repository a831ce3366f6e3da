"""The laws as rows, one per law, for every face that lists them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from ketenkaart.core.governance.rules.answering import Answers
from ketenkaart.core.governance.rules.book import LawBook
from ketenkaart.core.governance.rules.changing import LawChanges
from ketenkaart.core.governance.rules.types import Law, LawStatus
from ketenkaart.services.laws.wording import decided_words

LIST_COLUMNS = (
    "id", "name_en", "name_nl", "jurisdiction", "status", "since", "grade", "version",
)  # fmt: skip


def list_rows(laws: Iterable[Law], on: date) -> list[list[str | None]]:
    """Return per law its names, status and version on a day, as `LIST_COLUMNS` has them."""
    rows: list[list[str | None]] = []
    for item in laws:
        status, version = item.status_on(on), item.version_on(on)
        rows.append([
            item.id, item.name.en, item.name.nl, item.jurisdiction,
            status.value.value if status else LawStatus.NOT_YET.value,
            status.start.isoformat() if status else None,
            status.citation.grade.value if status else item.citation.grade.value,
            version.id if version else None,
        ])  # fmt: skip
    return rows


CHANGE_COLUMNS = (
    "on", "law", "name_en", "name_nl", "kind", "before", "after", "differs", "source", "grade",
)  # fmt: skip


def change_rows(changes: LawChanges) -> list[list[str | None]]:
    """Return one row per change, as `CHANGE_COLUMNS` has them."""
    return [
        [
            item.on.isoformat(), item.law, item.name.en, item.name.nl, item.kind, item.before,
            item.after, "; ".join(row.key for row in item.differences) or None,
            item.citation.source, item.citation.grade.value,
        ]
        for item in changes.changes
    ]  # fmt: skip


ANSWER_COLUMNS = (
    "as_of", "law", "name_en", "name_nl", "version", "status", "status_grade", "in_scope",
    "applies_now", "applies_from", "applies_from_at_latest", "grade", "decided_by", "citations",
    "duties", "next_fact", "next_year", "next_unit", "next_question_en", "next_question_nl",
    "open_checks",
)  # fmt: skip


def answer_rows(answers: Answers) -> list[list[str | int | None]]:
    """Return one row per law, as `ANSWER_COLUMNS` has them."""
    rows: list[list[str | int | None]] = []
    for item in answers.results:
        ask = item.next_question
        rows.append([
            answers.as_of.isoformat(), item.law, item.name.en, item.name.nl, item.version,
            item.status.value, item.status_grade.value, item.in_scope, item.applies_now,
            item.applies_from.isoformat() if item.applies_from else None,
            item.applies_from_at_latest.isoformat() if item.applies_from_at_latest else None,
            item.grade.value,
            "; ".join(decided_words(one) for one in item.decided_by),
            "; ".join(f"{c.source} {c.locator or ''} [{c.grade}]" for c in item.citations),
            "; ".join(f"{d.step} ({d.level})" for d in item.duties),
            *((ask.fact, ask.year, ask.unit, ask.question.en, ask.question.nl) if ask
              else (None,) * 5),
            "; ".join(check.text.en for check in item.open_checks),
        ])  # fmt: skip
    return rows


VERIFIED_COLUMNS = ("id", "name_en", "versions", "comparisons", "open_checks")


def verified_rows(book: LawBook) -> list[list[str | int]]:
    """Return per law how much its file holds, as `VERIFIED_COLUMNS` has it."""
    rows: list[list[str | int]] = []
    for law in book.laws:
        waiting = [part for version in law.versions for part in version.rules.values()]
        waiting += [version.scope for version in law.versions if version.scope is not None]
        comparisons = 0
        while waiting:
            part = waiting.pop()
            comparisons += part.fact is not None or part.any_line is not None
            waiting.extend(part.parts())
        checks = len(law.open_checks) + sum(len(v.open_checks) for v in law.versions)
        rows.append([law.id, law.name.en, len(law.versions), comparisons, checks])
    return rows
