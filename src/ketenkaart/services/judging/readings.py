"""Keep what was read of a letter, and open a letter with everything that people made of it."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Protocol

from django.db import transaction
from pydantic import TypeAdapter

from ketenkaart.core.errors import InputError, NotFoundError
from ketenkaart.core.ledger.agreement import Agreement, agreement
from ketenkaart.core.ledger.candidates import Change, Places, candidates_of, changes
from ketenkaart.core.ledger.folding import Folded, fold
from ketenkaart.core.ledger.judgement import (
    Action,
    Candidate,
    Coding,
    Fields,
    Judgement,
    coding_of,
)
from ketenkaart.core.ledger.publishing import Original
from ketenkaart.core.ledger.reading.normal import normalise
from ketenkaart.core.ledger.reading.sentences import sentences
from ketenkaart.core.ledger.reading.source import Extract, NormalText, Part, Run
from ketenkaart.core.ledger.reading.types import Offsets, Reading
from ketenkaart.db.record import models as rows
from ketenkaart.services.actors import Actor, RefusedError, Role

IDENTIFIER = re.compile(r"[a-z0-9][a-z0-9_.-]{0,79}")
FIELDS: TypeAdapter[Fields] = TypeAdapter(Fields)


class LetterRead(Protocol):
    """A reading with its text and its original, as the reader hands it over."""

    @property
    def reading(self) -> Reading:
        """Return everything that was proposed."""

    @property
    def text(self) -> NormalText:
        """Return the text of all spans."""

    @property
    def extract(self) -> Extract:
        """Return the original."""


@dataclass(frozen=True, slots=True)
class ReadAgain:
    """A kept letter, read by the reader as it is now."""

    reading: Reading
    text: NormalText
    extract: Extract


@dataclass(frozen=True)
class OpenLetter:
    """A letter under judgement: its latest reading, and every judgement about it.

    `number` is that of the reading; `sentences` are those of `text`.
    """

    id: str
    number: int
    name: str
    read_at: datetime
    read_by: str
    reading: Reading
    text: str
    sentences: tuple[Offsets, ...]
    candidates: tuple[Candidate, ...]
    judgements: tuple[Judgement, ...]
    places: Places
    published_on: date | None

    @cached_property
    def folded(self) -> Folded:
        """Return the letter's groups and entries."""
        return fold(self.candidates, self.judgements)

    @cached_property
    def by_key(self) -> dict[str, Candidate]:
        """Return the proposals by key."""
        return {item.key: item for item in self.candidates}

    @property
    def title(self) -> str:
        """Return what the letter is called: its own title, else the name of the file."""
        return self.reading.document.title or self.name

    @property
    def original(self) -> Original:
        """Return the original for whoever publishes it."""
        return Original(
            sha256=self.reading.document.sha256,
            characters=len(self.places.raw),
            sections=self.reading.sections,
            text=self.text,
            place=self.places.place,
        )

    def coding(self, coder: str) -> Coding:
        """Return what one coder made of the letter."""
        return coding_of(coder, self.judgements)

    def agreement(self, first: str, second: str) -> Agreement:
        """Return how far two coders agree.

        Raises `InputError` when the two are one, or one of them judged nothing here.
        """
        if first == second:
            raise InputError("Agreement takes two coders", where="coder", fix="Name two.")
        for name in (first, second):
            if name not in self.folded.coders:
                raise InputError(
                    f"{name} has judged nothing in {self.id}",
                    where="coder",
                    fix=f"Judged by: {', '.join(self.folded.coders) or 'nobody yet'}.",
                )
        return agreement(self.candidates, self.coding(first), self.coding(second))


@dataclass(frozen=True, slots=True)
class Kept:
    """What keeping a reading did: `changes` against the reading before; empty for a first one."""

    letter: str
    is_new: bool
    proposals: int
    changes: tuple[Change, ...]


def require_any(actor: Actor, *roles: Role) -> None:
    """Return when the actor holds one of `roles`; raise `RefusedError` otherwise."""
    if not actor.roles & set(roles):
        raise RefusedError(
            f"{actor.name} does not hold the role {' or '.join(role.value for role in roles)}",
            fix="Ask an administrator: `ketenkaart account roles NAME --role ROLE`.",
        )


def letter_id(reading: Reading) -> str:
    """Return the name of a letter: its own id, else one from the hash of its file."""
    own = (reading.document.id or "").lower()
    return own if IDENTIFIER.fullmatch(own) else f"letter-{reading.document.sha256[:12]}"


def keep_reading(*, read: LetterRead, name: str, actor: Actor, at: datetime) -> Kept:
    """Keep a reading as the one to judge; the same reading again changes nothing.

    Judgements about an earlier reading stay: a proposal that was there keeps its key.

    Raises `RefusedError` unless `actor` is a coder or an editor, `InputError` for a time without
    zone.
    """
    require_any(actor, Role.CODER, Role.EDITOR)
    check_time(at)
    letter = letter_id(read.reading)
    content = read.reading.model_dump(mode="json")
    places = Places(read.text, read.extract.raw, read.extract.parts)
    with transaction.atomic():
        last = rows.Reading.objects.filter(letter=letter).order_by("-id").first()
        if last is not None and last.content == content and last.text == read.text.text:
            return Kept(letter, False, last.candidates.count(), ())
        before = _candidates(last) if last else ()
        found = candidates_of(read.reading, places, (*before, *_added(letter, before)))
        row = rows.Reading.objects.create(
            letter=letter,
            name=name[:200],
            sha256=read.reading.document.sha256,
            media_type=read.reading.document.media_type[:100],
            extractor=read.reading.document.extractor[:80],
            lexicon_sha256=read.reading.document.lexicon_sha256,
            read_at=at,
            read_by=actor.name,
            extract=read.extract.model_dump(mode="json"),
            text=read.text.text,
            runs=[[run.start, run.origin] for run in read.text.runs],
            sentences=[list(span) for span in sentences(read.text)],
            content=content,
            supersedes=last,
        )
        rows.Candidate.objects.bulk_create(_row(row, n, item) for n, item in enumerate(found))
        note(
            "keep_reading",
            letter,
            actor.name,
            at,
            before=_hash(last.content) if last else None,
            after=_hash(content),
            counts={"proposals": len(found), "reading": row.pk},
        )
    return Kept(letter, True, len(found), changes(before, found) if last else ())


def open_letter(letter: str) -> OpenLetter:
    """Return a letter under judgement.

    Raises `NotFoundError` when no reading of it was kept.
    """
    row = rows.Reading.objects.filter(letter=letter).order_by("-id").first()
    if row is None:
        raise NotFoundError(
            f"No letter {letter[:80]!r} has been read",
            where="letter",
            fix="See `ketenkaart letter list`; keep it first: `ketenkaart letter keep FILE`.",
        )
    published = rows.Letter.objects.filter(id=letter).values_list("date", flat=True).first()
    return OpenLetter(
        id=letter,
        number=row.pk,
        name=row.name,
        read_at=row.read_at,
        read_by=row.read_by,
        reading=Reading.model_validate(row.content),
        text=row.text,
        sentences=tuple((start, end) for start, end in row.sentences),
        candidates=_candidates(row),
        judgements=judgements_of(letter),
        places=places_of(row),
        published_on=published,
    )


def reread_letter(*, letter: str, actor: Actor, at: datetime) -> Kept:
    """Read a kept letter again with the reader as it is now, and keep what comes of it.

    What people judged stays. Raises `NotFoundError` for an unknown letter, `RefusedError` unless
    `actor` is a coder or an editor.
    """
    # Reading needs libraries that judging does without.
    from ketenkaart.core.ledger.reading.read import read_letter  # noqa: PLC0415
    from ketenkaart.sources.reference.lexicon import load_lexicon  # noqa: PLC0415

    require_any(actor, Role.CODER, Role.EDITOR)
    found = open_letter(letter)
    extract = stored_extract(letter)
    reading = read_letter(extract, load_lexicon(), date=found.reading.document.date)
    read = ReadAgain(reading, normalise(extract), extract)
    return keep_reading(read=read, name=found.name, actor=actor, at=at)


def stored_extract(letter: str) -> Extract:
    """Return the original of a letter's latest reading, to read it again.

    Raises `NotFoundError` when no reading of it was kept.
    """
    open_letter(letter)
    row = rows.Reading.objects.filter(letter=letter).latest("id")
    return Extract.model_validate(row.extract)


def last_changes(letter: str) -> tuple[Change, ...]:
    """Return what the latest reading changed against the one before; nothing for a first one.

    Raises `NotFoundError` when no reading was kept.
    """
    found = list(rows.Reading.objects.filter(letter=letter).order_by("-id")[:2])
    if not found:
        open_letter(letter)
    return changes(_candidates(found[1]), _candidates(found[0])) if len(found) == 2 else ()


def judgements_of(letter: str) -> tuple[Judgement, ...]:
    """Return every judgement about a letter, oldest first."""
    return tuple(
        Judgement(
            id=row.pk,
            coder=row.coder,
            at=row.at,
            action=Action(row.action),
            keys=tuple(row.keys),
            fields=tuple(FIELDS.validate_python(item) for item in row.value),
            note=row.note,
            by_consensus=row.by_consensus,
            withdraws=row.withdraws_id,
        )
        for row in rows.Judgement.objects.filter(letter=letter)
    )


def places_of(row: rows.Reading) -> Places:
    """Return the way from a reading's text to its original."""
    runs = tuple(Run(start, origin) for start, origin in row.runs)
    return Places(
        text=NormalText(row.text, runs, (), ()),
        raw=row.extract["raw"],
        parts=tuple(Part.model_validate(part) for part in row.extract["parts"]),
    )


def check_time(at: datetime) -> None:
    """Return when `at` has a time zone; raise `InputError` otherwise."""
    if at.tzinfo is None:
        raise InputError("The time has no time zone", where="at", fix="Give a time in UTC.")


def note(
    action: str,
    subject: str,
    actor: str,
    at: datetime,
    *,
    before: str | None,
    after: str,
    counts: dict[str, int],
) -> None:
    """Add one entry to the audit trail; the caller holds the transaction."""
    rows.AuditEntry.objects.create(
        at=at,
        actor=actor,
        action=action,
        subject=subject,
        before_sha256=before,
        after_sha256=after,
        counts=counts,
    )


def _candidates(row: rows.Reading) -> tuple[Candidate, ...]:
    return tuple(Candidate.model_validate(item.proposal) for item in row.candidates.all())


def _added(letter: str, before: Iterable[Candidate]) -> list[Candidate]:
    """Return what people added, as earlier proposals that a new reading may continue."""
    known = {item.key for item in before}
    found: dict[str, Candidate] = {}
    for judgement in judgements_of(letter):
        if judgement.action is Action.ADD and judgement.keys[0] not in known:
            key = judgement.keys[0]
            found[key] = Candidate(key=key, code="", fields=judgement.fields[0])
    return list(found.values())


def _row(reading: rows.Reading, position: int, item: Candidate) -> rows.Candidate:
    start, end = item.fields.quote_span
    return rows.Candidate(
        reading=reading,
        position=position,
        kind=item.kind.value,
        key=item.key,
        code=item.code,
        span_start=start,
        span_end=end,
        confidence=item.confidence,
        proposal=item.model_dump(mode="json"),
    )


def _hash(content: object) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
