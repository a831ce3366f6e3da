"""Items with their history and standing, read from the record once per question."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache

from ketenkaart.core.errors import NotFoundError
from ketenkaart.core.ledger.followup.items import items_of, split_key
from ketenkaart.core.ledger.followup.status import follow
from ketenkaart.core.ledger.followup.types import (
    Assignment,
    Claim,
    ClaimValue,
    DeadlineChange,
    Evidence,
    EvidenceKind,
    Followed,
    FollowUpRules,
    Handover,
    HandoverState,
    History,
    IndependentValue,
    IndependentVerdict,
    Item,
    Withdrawn,
)
from ketenkaart.core.ledger.papers import PARLIAMENT_LEDGER
from ketenkaart.core.ledger.types import Ledger
from ketenkaart.db.record import models as rows
from ketenkaart.services.ledger import read_ledger
from ketenkaart.services.parliament.items import find_commitment_item
from ketenkaart.sources.reference.followup import load_followup

EMPTY = History()
Taken = Mapping[tuple[str, int], Withdrawn]


def rules() -> FollowUpRules:
    """Return the periods that follow-up works with."""
    return load_followup().rules


def ledgers() -> tuple[Ledger, ...]:
    """Return every published ledger, the oldest letter first."""
    return tuple(_ledger(letter, content) for letter, content in _published())


def followed(as_of: date) -> tuple[Followed, ...]:
    """Return every item of every published letter with its history and standing on `as_of`."""
    recorded = _histories()
    items = [item for pair in _published() for item in _items(*pair)]
    # Parliament keeps thousands of promises; those that somebody here works with are listed.
    items += filter(None, (_parliaments(key) for key in sorted(recorded)))
    periods = rules()
    return tuple(follow(item, recorded.get(item.key, EMPTY), as_of, periods) for item in items)


def find_item(key: str) -> Item:
    """Return the item that a key names; raises `NotFoundError` where no letter has it."""
    letter, code = split_key(key)
    for pair in _published():
        if pair[0] == letter:
            for item in _items(*pair):
                if item.code == code:
                    return item
    found = _parliaments(key)
    if found is not None:
        return found
    raise NotFoundError(
        f"No published letter has an item {key[:80]!r}",
        where="item",
        fix="`ketenkaart followup due --show all` and the site's follow-up page list all items.",
    )


def follow_one(key: str, as_of: date) -> Followed:
    """Return one item with its history and standing on `as_of`."""
    item = find_item(key)
    return follow(item, _histories(key).get(key, EMPTY), as_of, rules())


def orphans() -> tuple[str, ...]:
    """Return the keys with follow-up records that no published letter has an item for.

    This happens when a letter is published anew with another coding; the records are kept.
    """
    known = {item.key for pair in _published() for item in _items(*pair)}
    return tuple(key for key in sorted(set(_histories()) - known) if _parliaments(key) is None)


def _parliaments(key: str) -> Item | None:
    """Return a promise that parliament itself keeps, or `None` for any other key."""
    letter, code = split_key(key)
    return find_commitment_item(code) if letter == PARLIAMENT_LEDGER else None


def _published() -> tuple[tuple[str, str], ...]:
    """Return the id of every published letter and the hash of its content, oldest letter first."""
    found = rows.Letter.objects.order_by("date", "id")
    return tuple(found.values_list("id", "content_sha256"))


# The hash is part of the question: a letter that is published anew is read anew.
@lru_cache(maxsize=64)
def _ledger(letter: str, content_sha256: str) -> Ledger:  # noqa: ARG001
    return read_ledger(letter)


@lru_cache(maxsize=64)
def _items(letter: str, content_sha256: str) -> tuple[Item, ...]:
    return items_of(_ledger(letter, content_sha256))


def _histories(key: str | None = None) -> dict[str, History]:
    """Return what was recorded per item, in the order in which it was added."""
    wanted = {} if key is None else {"item": key}
    taken = {
        (row.table, row.record): Withdrawn(by=row.by, at=row.recorded_at, reason=row.reason)
        for row in rows.Withdrawal.objects.all()
    }
    parts: dict[str, dict[str, list[object]]] = {}

    def add(item: str, lane: str, record: object) -> None:
        parts.setdefault(item, {}).setdefault(lane, []).append(record)

    for claim in rows.Claim.objects.filter(**wanted):
        add(claim.item, "claims", _claim(claim, taken))
    for evidence in rows.Evidence.objects.filter(**wanted):
        add(evidence.item, "evidence", _evidence(evidence, taken))
    for verdict in rows.IndependentVerdict.objects.filter(**wanted):
        add(verdict.item, "verdicts", _verdict(verdict, taken))
    for change in rows.DeadlineChange.objects.filter(**wanted):
        add(
            change.item,
            "deadlines",
            DeadlineChange(
                id=change.pk, due=change.due, day=change.day, by=change.by, reason=change.reason
            ),
        )
    for given in rows.Assignment.objects.filter(**wanted):
        add(
            given.item,
            "assignments",
            Assignment(id=given.pk, owner=given.owner, day=given.day, by=given.by),
        )
    for handover in rows.Handover.objects.filter(**wanted):
        add(handover.item, "handovers", handover_of(handover))
    return {item: History.model_validate(lanes) for item, lanes in parts.items()}


def _claim(row: rows.Claim, taken: Taken) -> Claim:
    return Claim(
        id=row.pk,
        day=row.day,
        value=ClaimValue(row.value),
        text=row.text,
        by=row.by,
        withdrawn=taken.get(("claim", row.pk)),
    )


def _evidence(row: rows.Evidence, taken: Taken) -> Evidence:
    return Evidence(
        id=row.pk,
        kind=EvidenceKind(row.kind),
        title=row.title,
        day=row.document_day,
        by=row.by,
        url=row.url,
        sha256=row.sha256,
        file_name=row.file_name,
        media_type=row.media_type,
        size_bytes=row.size_bytes,
        withdrawn=taken.get(("evidence", row.pk)),
    )


def _verdict(row: rows.IndependentVerdict, taken: Taken) -> IndependentVerdict:
    return IndependentVerdict(
        id=row.pk,
        day=row.day,
        value=IndependentValue(row.value),
        kept_on=row.kept_on,
        statement=row.statement,
        by=row.by,
        withdrawn=taken.get(("verdict", row.pk)),
    )


def handover_of(row: rows.Handover) -> Handover:
    """Return a handover as it stands."""
    return Handover(
        id=row.pk,
        giver=row.giver,
        taker=row.taker,
        day=row.day,
        note=row.note,
        state=HandoverState(row.state),
        answered_on=row.answered_on,
        version=row.version,
    )
