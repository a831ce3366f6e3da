"""The ledger in the database: publish one, read one."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from ketenkaart.core.errors import InputError, NotFoundError, ReferenceDataError, StoreError
from ketenkaart.core.ledger.types import Ledger
from ketenkaart.core.provenance import Text
from ketenkaart.db.record import models as rows
from ketenkaart.services.ledger_reading import ledger_of
from ketenkaart.services.ledger_writing import insert_ledger
from ketenkaart.sources.reference import FIRST_LETTER

DEFAULT_LETTER = FIRST_LETTER
"""The letter that ledger pages and commands show when nobody names one."""


@dataclass(frozen=True, slots=True)
class Published:
    """What a publication left in the record; `is_changed` is false when it was there already."""

    letter: str
    is_changed: bool
    themes: int
    recommendations: int
    commitments: int
    references: int
    verdicts: int
    findings: int


def content_hash(ledger: Ledger) -> str:
    """Return the SHA-256 of the ledger's canonical JSON, in hexadecimal."""
    return hashlib.sha256(ledger.model_dump_json().encode()).hexdigest()


def publish_ledger(ledger: Ledger, *, actor: str, at: datetime) -> Published:
    """Put `ledger` in the record, in one transaction, and note it in the audit trail.

    The same content again changes nothing and adds no note. Other content for the same letter
    replaces the rows; what stood there is named in the trail by its hash.

    Raises `InputError` when `at` has no time zone and `ReferenceDataError` when the two sides of
    a link disagree, as in a recommendation that names a promise which does not name it back.
    """
    if at.tzinfo is None:
        raise InputError("The time has no time zone", where="at", fix="Give a time in UTC.")
    _check_links(ledger)
    counts = {
        "themes": len(ledger.themes),
        "recommendations": len(ledger.recommendations),
        "commitments": len(ledger.commitments),
        "references": len(ledger.references),
        "verdicts": len(ledger.verdicts),
        "findings": len(ledger.findings),
    }
    after = content_hash(ledger)
    with transaction.atomic():
        present = rows.Letter.objects.filter(id=ledger.letter.id).first()
        before = present.content_sha256 if present else None
        if before == after:
            return Published(letter=ledger.letter.id, is_changed=False, **counts)
        if present:
            present.delete()
        insert_ledger(ledger, after)
        rows.AuditEntry.objects.create(
            at=at,
            actor=actor,
            action="publish_ledger",
            subject=ledger.letter.id,
            before_sha256=before,
            after_sha256=after,
            counts=counts,
        )
    return Published(letter=ledger.letter.id, is_changed=True, **counts)


def read_ledger(letter_id: str) -> Ledger:
    """Return the published ledger of one letter, equal to what was published.

    Raises `NotFoundError` when no such letter was published.
    """
    letter = rows.Letter.objects.filter(id=letter_id).first()
    if letter is None:
        raise NotFoundError(
            f"No letter {letter_id!r} in the record",
            where="letter",
            fix="Run `ketenkaart up --no-serve` to publish the ledger.",
        )
    return ledger_of(letter)


def published_letters() -> tuple[str, ...]:
    """Return the ids of all published letters, oldest letter first."""
    return tuple(rows.Letter.objects.order_by("date", "id").values_list("id", flat=True))


def current_ledger(letter: str | None = None) -> Ledger:
    """Return the ledger of `letter`, or of the letter that ships with the package.

    Raises `NotFoundError` for a letter that was not published and `StoreError` when nothing has
    been published yet.
    """
    if letter:
        return read_ledger(letter)
    letters = published_letters()
    if not letters:
        raise StoreError(
            "The record holds no letter yet",
            where="record",
            fix="Run `ketenkaart up --no-serve` to fill it.",
        )
    return read_ledger(DEFAULT_LETTER if DEFAULT_LETTER in letters else letters[-1])


def letter_titles() -> tuple[tuple[str, Text], ...]:
    """Return the id and title of every published letter, oldest first."""
    found = rows.Letter.objects.order_by("date", "id").values_list("id", "title_nl", "title_en")
    return tuple((letter, Text(nl=nl, en=en)) for letter, nl, en in found)


def _check_links(ledger: Ledger) -> None:
    forward = {(r.id, k) for r in ledger.recommendations for k in r.commitments}
    backward = {(r, k.id) for k in ledger.commitments for r in k.recommendations}
    cited = {(r.id, d) for r in ledger.recommendations for d in r.references}
    citing = {(r, d.id) for d in ledger.references for r in d.cited_by}
    for name, one, other in (
        ("commitment", forward, backward),
        ("reference", cited, citing),
    ):
        odd = sorted(one ^ other)
        if odd:
            raise ReferenceDataError(
                f"Recommendation {odd[0][0]} and {name} {odd[0][1]} are linked on one side only",
                where=f"ledger of {ledger.letter.id}",
                fix="Name the link in both records, or in neither.",
            )
