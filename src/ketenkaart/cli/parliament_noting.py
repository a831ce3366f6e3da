"""`ketenkaart parliament note|withdraw`: put on record what came of a motion."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from ketenkaart.cli.acting import As, acting
from ketenkaart.cli.dates import day
from ketenkaart.cli.output import say
from ketenkaart.core.errors import InputError
from ketenkaart.core.ledger.execution import NoteKind
from ketenkaart.core.ledger.types import VerdictValue
from ketenkaart.core.provenance import Citation, Grade, Text


def note(
    motion: Annotated[str, typer.Argument(metavar="NUMBER", help="As '35 000 XVII, nr. 34'.")],
    *,
    kind: Annotated[NoteKind, typer.Option(help="What is noted.")],
    nl: Annotated[str, typer.Option(help="What happened, in Dutch, in your own words.")],
    en: Annotated[str, typer.Option(help="The same in English.")],
    source: Annotated[str, typer.Option(help="Id of a declared source, as s01.")],
    locator: Annotated[str | None, typer.Option(help="The place in the source.")] = None,
    grade: Annotated[Grade, typer.Option(help="How sure it is.")] = Grade.LIKELY,
    item: Annotated[
        str | None, typer.Option(help="Item that carries it out, as kst-26485-319/K31.")
    ] = None,
    verdict: Annotated[
        VerdictValue | None, typer.Option(help="What was found; for an independent verdict.")
    ] = None,
    found_on: Annotated[
        str | None, typer.Option(metavar="YYYY-MM-DD", help="Day of the report or verdict.")
    ] = None,
    name: As = None,
) -> None:
    """Note what came of a motion: a linked item, a report by government, a verdict by others.

    Example: ketenkaart parliament note 35000-XVII-34 --kind link --item kst-26485-319/K31
    --nl "Dit punt voert de motie uit." --en "This item carries it out." --source s01 --as anna
    """
    actor = acting(name)
    from ketenkaart.services.parliament import following

    given: dict[str, Any] = {
        "statement": Text(nl=_words(nl, "--nl"), en=_words(en, "--en")),
        "citation": Citation(source=_source(source), locator=locator, grade=grade),
        "actor": actor,
        "at": datetime.now(UTC),
    }
    on = day(found_on, "--found-on")
    if kind is NoteKind.LINK:
        if item is None:
            raise _missing("--item")
        made = following.link_motion(motion, item, **given)
    elif kind is NoteKind.GOVERNMENT_REPORT:
        made = following.report_execution(motion, found_on=on, item=item, **given)
    elif kind is NoteKind.INDEPENDENT_VERDICT:
        if verdict is None:
            raise _missing("--verdict")
        made = following.judge_execution(motion, verdict, found_on=on, **given)
    else:
        raise InputError(
            "A withdrawal names a note", where="--kind", fix="Use `parliament withdraw NOTE`."
        )
    say(f"Note {made.id} on the record.")


def withdraw(
    number: Annotated[int, typer.Argument(metavar="NOTE", help="Number of the note.")],
    nl: Annotated[str, typer.Option(help="Why, in Dutch.")],
    en: Annotated[str, typer.Option(help="Why, in English.")],
    name: As = None,
) -> None:
    """Take a note about a motion back; it stays on the record with the reason.

    Example: ketenkaart parliament withdraw 3 --nl "Verkeerde motie." --en "Wrong motion." --as anna
    """
    actor = acting(name)
    from ketenkaart.services.parliament.following import withdraw_note

    reason = Text(nl=_words(nl, "--nl"), en=_words(en, "--en"))
    withdraw_note(number, reason=reason, actor=actor, at=datetime.now(UTC))
    say(f"Note {number} no longer counts.")


def _words(text: str, where: str) -> str:
    if not text.strip():
        raise InputError("There are no words", where=where, fix="Say it in your own words.")
    return text.strip()


def _missing(where: str) -> InputError:
    return InputError("This kind of note needs one more fact", where=where, fix=f"Add {where}.")


def _source(text: str) -> str:
    if not re.fullmatch(r"[a-z0-9][a-z0-9_.-]{0,79}", text):
        raise InputError(
            f"{text[:60]!r} is no id of a source", where="--source", fix="Write it as s01."
        )
    return text
