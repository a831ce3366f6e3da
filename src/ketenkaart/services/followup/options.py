"""Policy options of an impact assessment: what was looked at, and what became of each."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from ketenkaart.core.errors import ConflictError, NotFoundError
from ketenkaart.core.ledger.followup.planning import (
    OptionMark,
    OptionsDossier,
    PolicyOption,
    Project,
    options_dossier,
)
from ketenkaart.core.provenance import Text
from ketenkaart.db.record import models as rows
from ketenkaart.services.actors import Actor, Role
from ketenkaart.services.followup.noting import (
    checked_text,
    dutch_day,
    note,
)
from ketenkaart.services.followup.planning import both_languages
from ketenkaart.services.followup.reading import followed
from ketenkaart.services.followup.registers import (
    citation_columns,
    citation_of,
    recorded_decisions,
    written_here,
)
from ketenkaart.sources.reference.followup import load_followup


def projects(as_of: date) -> tuple[OptionsDossier, ...]:
    """Return the options dossier of every reform project."""
    found = followed(as_of)
    options, taken = _options(), recorded_decisions()
    return tuple(
        options_dossier(project, found, options, taken) for project in load_followup().projects
    )


def find_project(project: str, as_of: date) -> OptionsDossier:
    """Return one options dossier; raises `NotFoundError` for an unknown project."""
    return options_dossier(_project(project), followed(as_of), _options(), recorded_decisions())


def add_option(
    *, project: str, title: str, description: str, source: str, actor: Actor, at: datetime
) -> PolicyOption:
    """Add a way to go to a project; nothing is known yet of how it does on the criteria.

    Raises `RefusedError` unless `actor` is an editor, `NotFoundError` for an unknown project.
    """
    actor.require(Role.EDITOR)
    dutch_day(at)
    option = PolicyOption(
        project=_project(project).id,
        title=checked_text(title, where="title", longest=300),
        description=checked_text(description, where="description"),
        citation=written_here(source),
    )
    with transaction.atomic():
        row = insert_option(option, actor=actor.name, at=at)
    return _option(row)


def insert_option(
    option: PolicyOption, *, actor: str, at: datetime, slug: str | None = None
) -> rows.PolicyOption:
    """Write an option and its line in the audit trail; the caller holds the transaction."""
    title, words = both_languages(option.title), both_languages(option.description)
    row = rows.PolicyOption.objects.create(
        project=option.project,
        slug=slug,
        title_nl=title.nl,
        title_en=title.en,
        description_nl=words.nl,
        description_en=words.en,
        marks={name: mark.value for name, mark in option.marks.items()},
        notes=option.notes,
        **citation_columns(option.citation),
    )
    note("option", option.project, actor=actor, at=at, after=option.model_dump(mode="json"))
    return row


def mark_option(
    *,
    option: int,
    criterion: str,
    mark: OptionMark,
    note_text: str,
    version: int,
    actor: Actor,
    at: datetime,
) -> PolicyOption:
    """Say how an option does on a criterion, and why; marks are never added up.

    Raises `RefusedError` unless `actor` is an editor, `ConflictError` when the option was changed
    in between, `NotFoundError` for an unknown option or criterion.
    """
    actor.require(Role.EDITOR)
    dutch_day(at)
    words = checked_text(note_text, where="note")
    with transaction.atomic():
        row = rows.PolicyOption.objects.filter(pk=option).first()
        if row is None:
            raise NotFoundError(f"There is no option {option}", where="option")
        if all(known.id != criterion for known in _project(row.project).criteria):
            raise NotFoundError(
                f"The project has no criterion {criterion[:80]!r}", where="criterion"
            )
        before = _option(row).model_dump(mode="json")
        changed = rows.PolicyOption.objects.filter(pk=option, version=version).update(
            marks={**row.marks, criterion: mark.value},
            notes={**row.notes, criterion: words},
            version=version + 1,
        )
        if not changed:
            raise ConflictError(
                "This option was changed in between", where="version", fix="Look again."
            )
        row.refresh_from_db()
        after = _option(row)
        note(
            "mark_option",
            row.project,
            actor=actor.name,
            at=at,
            before=before,
            after=after.model_dump(mode="json"),
        )
    return after


def _options() -> tuple[PolicyOption, ...]:
    return tuple(_option(row) for row in rows.PolicyOption.objects.all())


def _option(row: rows.PolicyOption) -> PolicyOption:
    return PolicyOption(
        id=row.pk,
        project=row.project,
        title=Text(nl=row.title_nl, en=row.title_en),
        description=Text(nl=row.description_nl, en=row.description_en),
        marks={name: OptionMark(mark) for name, mark in row.marks.items()},
        notes=row.notes,
        citation=citation_of(row),
        version=row.version,
    )


def _project(name: str) -> Project:
    for project in load_followup().projects:
        if project.id == name:
            return project
    raise NotFoundError(
        f"There is no project {name[:80]!r}",
        where="project",
        fix=f"Known: {', '.join(project.id for project in load_followup().projects)}.",
    )
