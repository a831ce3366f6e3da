"""Motions in the record: list them, search them, show one with what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import Q, QuerySet

from ketenkaart.core.errors import InputError, NotFoundError
from ketenkaart.core.ledger.execution import (
    EXECUTION_STATES,
    WITHOUT_EXECUTION,
    ExecutionState,
    MotionNote,
    NoteKind,
    execution_state,
)
from ketenkaart.core.ledger.motions import Appreciation, Motion, Request, VoteResult
from ketenkaart.core.ledger.papers import Paper, PaperKind, paper_id
from ketenkaart.core.ledger.types import VerdictValue
from ketenkaart.core.provenance import Citation, Grade, Text
from ketenkaart.db.record import models as rows
from ketenkaart.sources.reference.parliament import FollowedMotion, load_parliament

LONGEST_SEARCH = 100


@dataclass(frozen=True, slots=True)
class MotionShown:
    """A motion with what came of it on a day.

    `subject` has both languages where this project wrote it; `citation` is then its source.
    `replaced_by` are later versions, as far as the record has them.
    """

    id: str
    subject: Text
    motion: Motion
    notes: tuple[MotionNote, ...]
    state: ExecutionState
    citation: Citation | None
    replaced_by: tuple[str, ...] = ()

    @property
    def items(self) -> tuple[str, ...]:
        """The keys of the ledger's items that carry it out, each once."""
        return tuple(dict.fromkeys(note.item for note in self.notes if note.item))

    @property
    def has_text(self) -> bool:
        """Whether its text was imported."""
        return bool(self.motion.paragraphs)


@dataclass(frozen=True, slots=True)
class MotionQuery:
    """What to list; an empty field asks for everything."""

    about: str = ""
    appreciation: Appreciation | None = None
    state: ExecutionState | None = None
    followed: bool = False
    limit: int = 50
    offset: int = 0


@dataclass(frozen=True, slots=True)
class MotionList:
    """One page of the motions that match, newest first, and how many there are in all."""

    motions: tuple[MotionShown, ...]
    matching: int
    imported: int
    appreciations: Mapping[Appreciation | None, int]


def list_motions(query: MotionQuery, *, as_of: date) -> MotionList:
    """Return the motions that match a query; those that are followed come first.

    `appreciations` counts all matching motions by government's advice before the vote; `None`
    stands for motions of which the data say nothing. Raises `InputError` for an unknown state.
    """
    if query.state is not None and query.state not in EXECUTION_STATES:
        raise InputError(
            f"{query.state!r} is no state of execution",
            where="--state",
            fix=f"Use one of {', '.join(EXECUTION_STATES)}.",
        )
    followed = _followed()
    shown = [item for item in (_stated(f, as_of) for f in followed) if _matches(item, query)]
    others = _others(query, [item.id for item in followed])
    counts: dict[Appreciation | None, int] = {}
    said = [item.motion.appreciation for item in shown]
    said += [_appreciation(word) for word in others.values_list("appreciation", flat=True)]
    for word in said:
        counts[word] = counts.get(word, 0) + 1
    first = shown[query.offset : query.offset + query.limit]
    start = max(0, query.offset - len(shown))
    rest = others[start : start + query.limit - len(first)]
    return MotionList(
        motions=(*first, *(_stated(_shown(row, (), None), as_of) for row in rest)),
        matching=len(shown) + others.count(),
        imported=rows.Motion.objects.count(),
        appreciations=counts,
    )


def find_motion(number: str, *, as_of: date) -> MotionShown:
    """Return one motion by the number of its paper, in any notation, or by its case number.

    Raises `NotFoundError` when the record has no such motion.
    """
    wanted = paper_id(number) or number.strip()
    row = (
        rows.Motion.objects.select_related("paper")
        .filter(Q(paper__paper=wanted) | Q(paper__key=wanted))
        .first()
    )
    own = (row.paper.paper or row.paper.key) if row else wanted
    seed = load_parliament().motions.get(own)
    if row is None and seed is None:
        raise NotFoundError(
            f"No motion {number[:40]!r} in the record",
            where="motion",
            fix="Import it: `ketenkaart parliament import FILE`; `parliament motions` lists them.",
        )
    notes = (*(seed.notes if seed else ()), *_notes(own).get(own, ()))
    found = _stated(_shown(row, notes, seed), as_of)
    later = rows.Paper.objects.exclude(replaces=[]).values_list("paper", "key", "replaces")
    names = tuple(paper or key for paper, key, earlier in later if own in earlier)
    return replace(found, replaced_by=names)


def _followed() -> list[MotionShown]:
    """Return the motions that something is noted about, those cited here first."""
    seeds = load_parliament().motions
    notes = _notes()
    names = [*seeds, *(name for name in notes if name not in seeds)]
    known = {
        (row.paper.paper or row.paper.key): row
        for row in rows.Motion.objects.select_related("paper").filter(
            Q(paper__paper__in=names) | Q(paper__key__in=names)
        )
    }
    found = []
    for name in names:
        seed, row = seeds.get(name), known.get(name)
        if seed is not None or row is not None:
            told = (*(seed.notes if seed else ()), *notes.get(name, ()))
            found.append(_shown(row, told, seed))
    return found


def _matches(item: MotionShown, query: MotionQuery) -> bool:
    sought = query.about.strip().casefold()[:LONGEST_SEARCH]
    words = " ".join(
        (item.id, item.subject.nl, item.subject.en, *item.motion.movers, *item.motion.paragraphs)
    )
    return (
        (not sought or sought in words.casefold())
        and query.appreciation in (None, item.motion.appreciation)
        and query.state in (None, item.state)
    )


def _others(query: MotionQuery, followed: list[str]) -> QuerySet[rows.Motion]:
    """Return the motions that nothing is noted about, and that match."""
    found = rows.Motion.objects.select_related("paper").exclude(paper__is_removed=True)
    found = found.exclude(paper__paper__in=followed).exclude(paper__key__in=followed)
    sought = query.about.strip().casefold()[:LONGEST_SEARCH]
    if sought:
        found = found.filter(paper__search__contains=sought)
    if query.appreciation is not None:
        found = found.filter(appreciation=query.appreciation.value)
    needless = [vote.value for vote in WITHOUT_EXECUTION]
    if query.followed or query.state not in (None, "no_execution_reported", "not_applicable"):
        return found.none()
    if query.state == "not_applicable":
        return found.filter(vote__in=needless)
    if query.state == "no_execution_reported":
        return found.filter(Q(vote__isnull=True) | ~Q(vote__in=needless))
    return found


def _stated(item: MotionShown, as_of: date) -> MotionShown:
    return replace(item, state=execution_state(item.motion, item.notes, as_of))


def _shown(
    row: rows.Motion | None, notes: tuple[MotionNote, ...], seed: FollowedMotion | None
) -> MotionShown:
    """Return a motion from the record, from this project's own sources, or from both."""
    motion = motion_of_row(row) if row else None
    if motion is None and seed is not None:
        paper = Paper(key=seed.paper, id=seed.paper, kind=PaperKind.MOTION, subject=seed.subject.nl)
        motion = Motion(paper=paper, movers=seed.movers)
    if motion is None:
        raise NotFoundError("No such motion", where="motion")
    if not motion.movers and seed is not None:
        motion = motion.model_copy(update={"movers": seed.movers})
    words = motion.paper.subject or motion.paper.dossier_title or motion.paper.key
    return MotionShown(
        id=motion.paper.id or motion.paper.key,
        subject=seed.subject if seed else Text(nl=words, en=words),
        motion=motion,
        notes=notes,
        state="no_execution_reported",
        citation=seed.citation if seed else None,
    )


def motion_of_row(row: rows.Motion) -> Motion:
    """Return the core type of a motion's row."""
    return Motion(
        paper=paper_of_row(row.paper),
        movers=tuple(row.movers),
        and_others=row.and_others,
        signatories=tuple(row.signatories),
        requests=tuple(Request.model_validate(request) for request in row.requests),
        paragraphs=tuple(row.paragraphs),
        appreciation=_appreciation(row.appreciation),
        appreciation_words=row.appreciation_words,
        vote=VoteResult(row.vote) if row.vote else None,
        voted_on=row.voted_on,
    )


def paper_of_row(row: rows.Paper) -> Paper:
    """Return the core type of a paper's row."""
    return Paper(
        key=row.key,
        uid=row.uid,
        id=row.paper,
        kind=PaperKind(row.kind),
        kind_words=row.kind_words,
        dossier_title=row.dossier_title,
        subject=row.subject,
        number=row.number,
        dated=row.dated,
        session_year=row.session_year,
        case=row.case,
        document=row.document,
        replaces=tuple(row.replaces),
        also=tuple(row.also),
        is_removed=row.is_removed,
    )


def _appreciation(value: str | None) -> Appreciation | None:
    return Appreciation(value) if value else None


def _notes(motion: str | None = None) -> dict[str, tuple[MotionNote, ...]]:
    """Return the notes that still count, by motion; of one motion, or of all."""
    wanted = rows.MotionNote.objects.exclude(kind=NoteKind.WITHDRAWAL.value).filter(
        withdrawn_by__isnull=True
    )
    if motion is not None:
        wanted = wanted.filter(motion=motion)
    found: dict[str, list[MotionNote]] = {}
    for row in wanted:
        found.setdefault(row.motion, []).append(note_of_row(row))
    return {name: tuple(notes) for name, notes in found.items()}


def note_of_row(row: rows.MotionNote) -> MotionNote:
    """Return the core type of a note's row."""
    remark = None
    if row.citation_note_nl is not None and row.citation_note_en is not None:
        remark = Text(nl=row.citation_note_nl, en=row.citation_note_en)
    return MotionNote(
        kind=NoteKind(row.kind),
        item=row.item,
        value=VerdictValue(row.value) if row.value else None,
        found_on=row.found_on,
        statement=Text(nl=row.statement_nl, en=row.statement_en),
        citation=Citation(
            source=row.citation_source,
            locator=row.citation_locator,
            grade=Grade(row.citation_grade),
            note=remark,
        ),
        by=row.by,
        id=row.pk,
    )
