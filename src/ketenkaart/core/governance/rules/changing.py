"""What changed in the laws between two days?"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Literal

from ketenkaart.core.governance.rules.book import LawBook
from ketenkaart.core.governance.rules.comparing import LawRow, compare
from ketenkaart.core.governance.rules.types import Condition, Law, LawStatus, LawVersion
from ketenkaart.core.provenance import Citation, Frozen, Identifier, Text


class LawChange(Frozen):
    """One dated change: a law's status, its text, whom it applies to, or what its words reach.

    `differences` are the rows on which the text of before and after differ.
    """

    on: date
    law: Identifier
    name: Text
    kind: Literal["status", "version", "application", "goods", "membership"]
    before: str | None
    after: str | None
    citation: Citation
    differences: tuple[LawRow, ...] = ()


class LawChanges(Frozen):
    """Every change after `since`, up to and including `until`, by day and law."""

    since: date
    until: date
    laws: tuple[Identifier, ...]
    changes: tuple[LawChange, ...]


def changes_between(laws: tuple[Law, ...], book: LawBook, since: date, until: date) -> LawChanges:
    """Return what changed in these laws after `since`, up to and including `until`."""
    found: list[LawChange] = []
    for law in laws:
        found += _statuses(law)
        found += _versions(law, book)
        found += _applications(law)
        found += _goods(law, book)
        found += _members(law, book)
    kept = [item for item in found if since < item.on <= until]
    order = [law.id for law in laws]
    kept.sort(key=lambda item: (item.on, order.index(item.law)))
    return LawChanges(
        since=since, until=until, laws=tuple(order), changes=tuple(dict.fromkeys(kept))
    )


def days_of_change(law: Law, book: LawBook) -> list[date]:
    """Return, in order, the days on which the answer of a law for some firm can change by itself.

    Besides its own dates, those of the thresholds of its goods and of the groups it names.
    """
    days = set(law.days_of_change())
    days |= {item.on for item in (*_goods(law, book), *_members(law, book))}
    return sorted(days)


def _statuses(law: Law) -> list[LawChange]:
    before = LawStatus.NOT_YET
    found = []
    for item in law.status:
        found.append(
            LawChange(
                on=item.start, law=law.id, name=law.name, kind="status", before=before.value,
                after=item.value.value, citation=item.citation,
            )
        )  # fmt: skip
        before = item.value
    return found


def _versions(law: Law, book: LawBook) -> list[LawChange]:
    found = []
    for old, new in zip(law.versions, law.versions[1:], strict=False):
        table = compare(((law, old), (law, new)), book, new.start)
        own = ("name", "version", "holds from", "holds until", "status")
        found.append(
            LawChange(
                on=new.start, law=law.id, name=law.name, kind="version", before=old.id,
                after=new.id, citation=new.citation,
                differences=tuple(r for r in table.rows if r.differs and r.key not in own),
            )
        )  # fmt: skip
    return found


def _applications(law: Law) -> list[LawChange]:
    found = []
    for version in law.versions:
        for item in version.application:
            day = next(day for day in item.days if day is not None)
            holds = version.start <= day and (version.end is None or day <= version.end)
            if holds and day != version.start:
                whom = "some" if item.when is not None else "all"
                found.append(
                    LawChange(
                        on=day, law=law.id, name=law.name, kind="application", before=None,
                        after=whom, citation=item.citation,
                    )
                )  # fmt: skip
    return found


def _conditions(version: LawVersion) -> list[Condition]:
    waiting = [*version.rules.values(), *([version.scope] if version.scope else [])]
    waiting += [item.when for item in version.application if item.when is not None]
    found = []
    while waiting:
        condition = waiting.pop()
        found.append(condition)
        waiting.extend(condition.parts())
    return found


def _goods(law: Law, book: LawBook) -> list[LawChange]:
    tables = {
        condition.any_line.table
        for version in law.versions
        for condition in _conditions(version)
        if condition.any_line is not None
    }
    found = []
    for name in sorted(tables):
        for line in book.tables[name].lines:
            for old, new in zip(line.thresholds, line.thresholds[1:], strict=False):
                found.append(
                    LawChange(
                        on=new.start, law=law.id, name=law.name, kind="goods",
                        before=f"{line.code}: {_open(old.value)}",
                        after=f"{line.code}: {_open(new.value)} {book.tables[name].unit}",
                        citation=new.citation,
                    )
                )  # fmt: skip
    return found


def _open(value: float | None) -> str:
    return "open" if value is None else f"{value:_}"


def _members(law: Law, book: LawBook) -> list[LawChange]:
    """Return when a country came to count, or ceased to, while a text names its group."""
    found = []
    for version in law.versions:
        names = {
            name
            for condition in _conditions(version)
            for name in condition.in_any_of or ()
            if name in book.vocabulary.groups
        }
        for name in sorted(names):
            for item in book.vocabulary.groups[name]:
                for day, comes in ((item.start, True), (_after(item.end), False)):
                    if day is None or not _holds(version, day):
                        continue
                    was = item.code in book.vocabulary.members(name, day - timedelta(days=1))
                    if was is comes or comes is not (
                        item.code in book.vocabulary.members(name, day)
                    ):
                        continue
                    found.append(
                        LawChange(
                            on=day, law=law.id, name=law.name, kind="membership",
                            before=None if comes else f"{item.code} in {name}",
                            after=f"{item.code} in {name}" if comes else None,
                            citation=item.citation,
                        )
                    )  # fmt: skip
    return found


def _after(end: date | None) -> date | None:
    return None if end is None else end + timedelta(days=1)


def _holds(version: LawVersion, day: date) -> bool:
    return version.start < day and (version.end is None or day <= version.end)
