"""`ketenkaart letter resolve`: list where coders differ, and decide."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ketenkaart.cli.acting import As, acting, open_record
from ketenkaart.cli.output import (
    Column,
    Format,
    print_table,
    printed_as_data,
    say,
)
from ketenkaart.core.errors import InputError

if TYPE_CHECKING:
    from ketenkaart.core.ledger.folding import Group
    from ketenkaart.core.ledger.judgement import Fields
    from ketenkaart.services.judging.readings import OpenLetter

HEADINGS = ("codes", "kind", "state", "differs", "coder", "field", "value", "reason")


def resolve(
    letter: Annotated[str, typer.Argument(metavar="LETTER", help="Id of a kept letter.")],
    code: Annotated[
        str | None, typer.Option(metavar="CODE", help="The passage to decide on, as R3.")
    ] = None,
    follow: Annotated[
        str | None, typer.Option(metavar="CODER", help="Take what this coder made of it.")
    ] = None,
    none: Annotated[bool, typer.Option("--none", help="It is none: nothing of it stays.")] = False,
    setting: Annotated[
        list[str] | None,
        typer.Option(
            "--set", metavar="FIELD=VALUE", help="Another answer: what was proposed, with this."
        ),
    ] = None,
    reason: Annotated[str | None, typer.Option(help="Why; it is published with it.")] = None,
    consensus: Annotated[
        bool, typer.Option("--consensus", help="The coders decided this together.")
    ] = False,
    acts_as: As = None,
    format: Annotated[Format, typer.Option(help="How to print the list.")] = Format.TABLE,
) -> None:
    """Show where coders differ; with --code, decide what holds, and why.

    An editor decides, or a coder notes with --consensus what the coders decided together. What
    the coders found stays on the record.

    Example: ketenkaart letter resolve kst-36061-12 --code R3 --follow anna --reason "..." --as ed
    """
    if code is None:
        if follow or none or setting or reason:
            raise InputError(
                "Nothing says which passage to decide on", where="--code", fix="Add `--code R3`."
            )
        _list(letter, format)
        return
    actor = acting(acts_as)
    from ketenkaart.core.ledger.judgement import Action
    from ketenkaart.services.judging.judge import Decision, judge
    from ketenkaart.services.judging.readings import open_letter
    from ketenkaart.services.judging.resolving import disagreement_about, name_of

    found = open_letter(letter)
    group = disagreement_about(found, code)
    entries = _entries(found, group, follow, none=none, setting=setting)
    if not (reason or "").strip():
        raise InputError(
            "A resolution gives its reason", where="--reason", fix='Add `--reason "..."`.'
        )
    decision = Decision(
        action=Action.RESOLVE,
        keys=group.keys,
        fields=entries,
        note=reason,
        by_consensus=consensus,
    )
    judge(letter=letter, decision=decision, actor=actor, at=datetime.now(UTC))
    say(f"{name_of(found, group)}: resolved, {len(entries)} in the ledger.")


def _entries(
    found: OpenLetter,
    group: Group,
    follow: str | None,
    *,
    none: bool,
    setting: list[str] | None,
) -> tuple[Fields, ...]:
    from ketenkaart.services.judging.resolving import base_of, changed, entries_by

    if sum((follow is not None, none, bool(setting))) != 1:
        raise InputError(
            "A resolution takes one answer",
            where="--follow, --none, --set",
            fix="Give one of `--follow CODER`, `--none` and `--set FIELD=VALUE`.",
        )
    if follow is not None:
        return entries_by(group, follow)
    if none:
        return ()
    values = {}
    for given in setting or ():
        name, mark, value = given.partition("=")
        if not mark:
            raise InputError(
                f"{given[:60]!r} sets nothing", where="--set", fix="Write FIELD=VALUE."
            )
        values[name.strip()] = value.strip()
    return (changed(found, base_of(found, group), values),)


def _list(letter: str, format: Format) -> None:
    open_record()
    from ketenkaart.services.judging.readings import open_letter
    from ketenkaart.services.judging.resolving import disagreements

    found = open_letter(letter)
    rows = [row for group in disagreements(found) for row in _rows(found, group)]
    if printed_as_data(format, HEADINGS, rows):
        return
    if not rows:
        say("Coders do not differ, or only one of them judged.")
    else:
        heads = [
            Column("Codes"), Column("State", spare=1), Column("Differs", spare=2), Column("Coder"),
            Column("Field"), Column("Says", wide=True),
        ]  # fmt: skip
        print_table(heads, [[r[0], r[2], r[3], r[4], r[5], r[6]] for r in rows])


def _rows(found: OpenLetter, group: Group) -> list[list[Any]]:
    """Return, per coder, the fields in which coders differ, with what they say there."""
    from ketenkaart.services.judging.filling import shown
    from ketenkaart.services.judging.resolving import name_of

    said: dict[str, list[dict[str, str]]] = {
        coder: [shown(found, entry.fields) for entry in made]
        for coder, made in group.by_coder.items()
        if made is not None
    }
    names = dict.fromkeys(name for entries in said.values() for one in entries for name in one)
    start = [
        name_of(found, group), group.kind.value, group.state.value,
        " ".join(group.differs).replace("_", " "),
    ]  # fmt: skip
    reason = group.resolution.note if group.resolution else ""
    rows: list[list[Any]] = []
    for coder, entries in said.items():
        if not entries:
            rows.append([*start, coder, "", "none: rejected, or not noticed", reason])
        for name in names if entries else ():
            values = {other: [one.get(name) for one in made] for other, made in said.items()}
            if any(values[other] not in ([], values[coder]) for other in values):
                words = " | ".join(one.get(name) or "-" for one in entries)
                rows.append([*start, coder, name, words, reason])
        if entries and not any(row[4] == coder for row in rows):
            rows.append([*start, coder, "quote", entries[0].get("quote", ""), reason])
    return rows
