"""Registers: decisions with their reasons, goals that pull apart, remarks about scope."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from ketenkaart.core.errors import ConflictError, NotFoundError
from ketenkaart.core.ledger.followup.registers import (
    Decision,
    NewDecision,
    RegisterEntry,
    RegisterKind,
    RegisterState,
    refusals,
)
from ketenkaart.core.provenance import Citation, Grade, Text
from ketenkaart.db.record import models as rows
from ketenkaart.services.actors import Actor, Role
from ketenkaart.services.followup.noting import checked_day, checked_text, dutch_day, note
from ketenkaart.services.followup.reading import find_item, ledgers
from ketenkaart.sources.reference.followup import load_followup

WRITTEN_HERE = "own"


def decisions() -> tuple[Decision, ...]:
    """Return every decision: the refusals of each letter first, then what was recorded since."""
    refused = tuple(item for ledger in ledgers() for item in refusals(ledger))
    return (*refused, *recorded_decisions())


def recorded_decisions() -> tuple[Decision, ...]:
    """Return the decisions that were recorded, in that order."""
    return tuple(
        Decision.model_validate(
            {
                **row.content,
                "about": row.about,
                "decided_on": row.decided_on,
                "citation": citation_of(row),
                "recorded_by": row.recorded_by,
                "id": row.pk,
            }
        )
        for row in rows.Decision.objects.all()
    )


def record_decision(*, decision: NewDecision, actor: Actor, at: datetime) -> Decision:
    """Record a decision with its reason.

    It is about an item, named by its key, or a countdown, project, plan or register entry, named
    by its id.

    Raises `RefusedError` unless `actor` is an editor, `InputError` for a missing reason or a day
    to come, `NotFoundError` for something to decide about that does not exist.
    """
    actor.require(Role.EDITOR)
    found = Decision(
        about=checked_text(decision.about, where="about", longest=200),
        title=checked_text(decision.title, where="title", longest=300),
        outcome=checked_text(decision.outcome, where="outcome"),
        reason=checked_text(decision.reason, where="reason"),
        decided_by=checked_text(decision.decided_by, where="decided_by", longest=200),
        decided_on=checked_day(decision.decided_on, at, where="decided_on"),
        options=_perhaps(decision.options, "options"),
        roles=_perhaps(decision.roles, "roles"),
        cost=_perhaps(decision.cost, "cost"),
        citation=written_here(decision.source),
        recorded_by=actor.name,
    )
    with transaction.atomic():
        _require_known(found.about)
        row = insert_decision(found, actor=actor.name, at=at)
    return found.model_copy(update={"id": row.pk})


def _perhaps(text: str, where: str) -> str | None:
    return checked_text(text, where=where) if text.strip() else None


def insert_decision(
    found: Decision, *, actor: str, at: datetime, slug: str | None = None
) -> rows.Decision:
    """Write a decision and its line in the audit trail; the caller holds the transaction."""
    apart = {"about", "decided_on", "citation", "recorded_by", "id"}
    content = found.model_dump(mode="json", exclude=apart)
    row = rows.Decision.objects.create(
        about=found.about,
        content=content,
        decided_on=found.decided_on,
        slug=slug,
        recorded_by=actor,
        recorded_at=at,
        **citation_columns(found.citation),
    )
    note(
        "decision",
        found.about,
        actor=actor,
        at=at,
        after={**content, "about": found.about, "decided_on": found.decided_on},
    )
    return row


def entries(kind: RegisterKind | None = None) -> tuple[RegisterEntry, ...]:
    """Return the entries of one register, or of all."""
    wanted = {} if kind is None else {"kind": kind.value}
    return tuple(_entry(row) for row in rows.RegisterEntry.objects.filter(**wanted))


def add_entry(
    *,
    kind: RegisterKind,
    title: str,
    description: str,
    items: tuple[str, ...],
    source: str,
    actor: Actor,
    at: datetime,
) -> RegisterEntry:
    """Add an entry to a register, about items that exist.

    Raises `RefusedError` unless `actor` is an editor, `InputError` for an empty text,
    `NotFoundError` for an unknown item.
    """
    actor.require(Role.EDITOR)
    dutch_day(at)
    name = checked_text(title, where="title", longest=300)
    words = checked_text(description, where="description")
    with transaction.atomic():
        for item in items:
            find_item(item)
        number = rows.RegisterEntry.objects.filter(kind=kind.value).count() + 1
        entry = RegisterEntry(
            id=f"{kind.value}.{number}.{at:%Y%m%d%H%M%S}",
            kind=kind,
            title=Text(nl=name, en=name),
            description=Text(nl=words, en=words),
            items=items,
            citation=written_here(source),
        )
        insert_entry(entry, actor=actor.name, at=at)
    return entry


def insert_entry(entry: RegisterEntry, *, actor: str, at: datetime) -> None:
    """Write an entry and its line in the audit trail; the caller holds the transaction."""
    rows.RegisterEntry.objects.create(
        slug=entry.id,
        kind=entry.kind.value,
        title_nl=entry.title.nl,
        title_en=entry.title.en,
        description_nl=entry.description.nl,
        description_en=entry.description.en,
        items=list(entry.items),
        state=entry.state.value,
        note=entry.note,
        **citation_columns(entry.citation),
    )
    note("register_entry", entry.id, actor=actor, at=at, after=entry.model_dump(mode="json"))


def set_entry_state(
    *,
    entry: str,
    state: RegisterState,
    note_text: str,
    version: int,
    actor: Actor,
    at: datetime,
) -> RegisterEntry:
    """Close an entry of a register, or open it again, saying why.

    Raises `RefusedError` unless `actor` is an editor, `ConflictError` when it was changed in
    between, `NotFoundError` for an unknown entry.
    """
    actor.require(Role.EDITOR)
    words = checked_text(note_text, where="note")
    dutch_day(at)
    with transaction.atomic():
        row = rows.RegisterEntry.objects.filter(slug=entry).first()
        if row is None:
            raise NotFoundError(f"There is no entry {entry[:80]!r} in a register", where="entry")
        before = _entry(row).model_dump(mode="json")
        changed = rows.RegisterEntry.objects.filter(slug=entry, version=version).update(
            state=state.value, note=words, version=version + 1
        )
        if not changed:
            raise ConflictError(
                "This entry was changed in between", where="version", fix="Look again."
            )
        row.refresh_from_db()
        after = _entry(row)
        note(
            "register_state",
            entry,
            actor=actor.name,
            at=at,
            before=before,
            after=after.model_dump(mode="json"),
        )
    return after


def written_here(source: str, *, where: str = "source") -> Citation:
    """Return the citation of what somebody writes on the site: their own words say where from."""
    place = checked_text(source, where=where, longest=500)
    return Citation(source=WRITTEN_HERE, locator=place, grade=Grade.CHECK)


def citation_columns(citation: Citation) -> dict[str, str | None]:
    """Return a citation as columns."""
    return {
        "citation_source": citation.source,
        "citation_locator": citation.locator,
        "citation_grade": citation.grade.value,
        "citation_note_nl": citation.note.nl if citation.note else None,
        "citation_note_en": citation.note.en if citation.note else None,
    }


def citation_of(row: rows.Cited) -> Citation:
    """Return the citation that columns hold."""
    has_note = row.citation_note_nl is not None and row.citation_note_en is not None
    return Citation(
        source=row.citation_source,
        locator=row.citation_locator,
        grade=Grade(row.citation_grade),
        note=Text(nl=row.citation_note_nl or "", en=row.citation_note_en or "")
        if has_note
        else None,
    )


def _entry(row: rows.RegisterEntry) -> RegisterEntry:
    return RegisterEntry(
        id=row.slug,
        kind=RegisterKind(row.kind),
        title=Text(nl=row.title_nl, en=row.title_en),
        description=Text(nl=row.description_nl, en=row.description_en),
        items=tuple(row.items),
        state=RegisterState(row.state),
        note=row.note,
        citation=citation_of(row),
        version=row.version,
    )


def _require_known(about: str) -> None:
    """Return when `about` names something to decide about; raise `NotFoundError` otherwise."""
    if "/" in about:
        find_item(about)
        return
    known = {row.slug for row in rows.RegisterEntry.objects.all()}
    known |= {row.slug for row in rows.Plan.objects.all()}
    known |= {project.id for project in load_followup().projects}
    if about not in known:
        raise NotFoundError(
            f"There is no {about[:80]!r} to decide about",
            where="about",
            fix="Use the key of an item, or the id of a countdown, plan, project or entry.",
        )
