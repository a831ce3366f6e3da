"""Publish a judged letter: what was agreed or resolved becomes its ledger."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from ketenkaart.core.errors import InputError
from ketenkaart.core.ledger.publishing import LetterFacts, codes_for, ledger_of, require_settled
from ketenkaart.db.record import models as rows
from ketenkaart.services.actors import Actor, Role
from ketenkaart.services.judging.readings import OpenLetter, open_letter
from ketenkaart.services.ledger import Published, publish_ledger
from ketenkaart.sources.reference import shipped_letters


def publish_judged(*, letter: str, facts: LetterFacts, actor: Actor, at: datetime) -> Published:
    """Turn what was judged into the letter's ledger and publish it, in one transaction.

    An entry keeps the code under which it was first published, whatever comes before it later.

    Raises `InputError` while proposals are unjudged or coders disagree, and for a letter whose
    ledger ships with the package; `NotFoundError` for an unknown letter; `RefusedError` unless
    `actor` is an editor.
    """
    actor.require(Role.EDITOR)
    if letter in shipped_letters():
        raise InputError(
            f"The ledger of {letter} ships with the package, so its figures stay as published",
            where="letter",
            fix="Compare your judgements with it: `ketenkaart letter evaluate`.",
        )
    if facts.id != letter:
        raise InputError(
            f"These are the facts of {facts.id}, not of {letter}",
            where="facts",
            fix="Name the same letter.",
        )
    with transaction.atomic():
        found = open_letter(letter)
        require_settled(found.folded)
        _check_number(facts)
        given = dict(rows.EntryCode.objects.filter(letter=letter).values_list("key", "code"))
        codes = codes_for(found.folded, given)
        rows.EntryCode.objects.bulk_create(
            rows.EntryCode(letter=letter, key=key, code=code)
            for key, code in codes.items()
            if key not in given
        )
        ledger = ledger_of(facts, found.folded, codes, found.original)
        return publish_ledger(ledger, actor=actor.name, at=at)


def proposed_facts(found: OpenLetter) -> dict[str, str]:
    """Return what is known of a letter, for an editor to confirm: published, else read."""
    row = rows.Letter.objects.filter(id=found.id).first()
    if row is not None:
        return {
            "title_nl": row.title_nl,
            "title_en": row.title_en if row.title_en != row.title_nl else "",
            "sender": row.sender,
            "date": row.date.isoformat(),
            "dossier": row.dossier or "",
            "number": row.number or "",
        }
    document = found.reading.document
    is_english = document.language == "en"
    title = document.title or ""
    return {
        "title_nl": "" if is_english else title,
        "title_en": title if is_english else "",
        "sender": document.sender or "",
        "date": document.date.isoformat() if document.date else "",
        "dossier": " ".join(
            part for part in (_spaced(document.dossier or ""), document.suffix) if part
        ),
        "number": document.number or "",
    }


def _spaced(dossier: str) -> str:
    """Return a dossier's number as people write it.

    >>> _spaced("26485"), _spaced("21501-20")
    ('26 485', '21 501-20')
    """
    first, mark, rest = dossier.partition("-")
    parted = f"{first[:2]} {first[2:]}" if len(first) == 5 and first.isdigit() else first
    return f"{parted}{mark}{rest}"


def _check_number(facts: LetterFacts) -> None:
    """Return unless another letter has this dossier and number."""
    if facts.dossier is None or facts.number is None:
        return
    other = (
        rows.Letter.objects.filter(dossier=facts.dossier, number=facts.number)
        .exclude(id=facts.id)
        .first()
    )
    if other is not None:
        raise InputError(
            f"Letter {other.id} has number {facts.number} in dossier {facts.dossier} already",
            where="number",
            fix="Correct the number, or leave dossier and number out.",
        )
