"""`ketenkaart facility merge|split|close|correct|undo`: change the registry."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ketenkaart.cli.acting import As, acting
from ketenkaart.cli.facility import facility_app
from ketenkaart.cli.output import say, tell
from ketenkaart.core.errors import InputError
from ketenkaart.services.actors import Actor, Role

if TYPE_CHECKING:
    from ketenkaart.core.chain.facilities.proposals import Proposal

Id = Annotated[str, typer.Argument(metavar="ID", help="Its id, as BGD-2026326-00001-PQ.")]
Why = Annotated[str, typer.Option(help="Why, in a few words. It stays on the record.")]
NUMBERS = {"latitude", "longitude"}
LISTS = {"sectors_given", "isic4", "product_types", "facility_types", "processing_types"}


@facility_app.command("merge", short_help="Say that two facilities are one.")
def merge(
    gone: Annotated[str, typer.Argument(metavar="GONE", help="The id that will lead on.")],
    into: Annotated[str, typer.Argument(metavar="INTO", help="The id that stays.")],
    reason: Why,
    actor: As = None,
) -> None:
    """Say that two facilities are one; the first id leads to the second from now on.

    Where others may use the first id, a second moderator must agree: `facility decide`.

    Example: ketenkaart facility merge BGD-2026326-00002-KA BGD-2026326-00001-PQ
    --reason "same gate" --as anna
    """
    who = acting(actor)
    from ketenkaart.services.facilities.asking import propose_merge

    asked = propose_merge(gone=gone, into=into, reason=reason, actor=who, at=datetime.now(UTC))
    _follow(asked, reason, who, f"{gone} leads to {into} now.")


@facility_app.command("split", short_help="Say that a facility is several.")
def split_one(
    id: Id,
    part: Annotated[
        list[str], typer.Option(metavar="KEYS", help="Rows of a part: row:1,row:4. Twice or more.")
    ],
    reason: Why,
    actor: As = None,
) -> None:
    """Say that a facility is several: each part is made of rows that lists give of it.

    `facility show ID` has the keys of its rows. The old id leads to all parts.

    Example: ketenkaart facility split BGD-2026326-00001-PQ --part row:1 --part row:2,row:3
    --reason "two sites" --as anna
    """
    who = acting(actor)
    from ketenkaart.services.facilities.changing import split

    parts = [[key.strip() for key in keys.split(",") if key.strip()] for keys in part]
    made = split(facility=id, parts=parts, reason=reason, actor=who, at=datetime.now(UTC))
    say(f"{id} leads to {', '.join(item.id for item in made)} now.")


@facility_app.command("close", short_help="Note that a facility has ended.")
def close(id: Id, reason: Why, actor: As = None) -> None:
    """Note that a facility has ended; who is no moderator asks for it.

    Example: ketenkaart facility close BGD-2026326-00001-PQ --reason "shut in May" --as anna
    """
    who = acting(actor)
    from ketenkaart.services.facilities.asking import propose_closure

    asked = propose_closure(facility=id, reason=reason, actor=who, at=datetime.now(UTC))
    _follow(asked, reason, who, f"{id} is closed now.")


@facility_app.command("correct", short_help="Correct what the registry says of a facility.")
def correct(
    id: Id,
    change: Annotated[
        list[str],
        typer.Option("--set", metavar="FIELD=VALUE", help="As address='1 New Road'; repeatable."),
    ],
    reason: Why,
    actor: As = None,
) -> None:
    """Correct what the registry says of a facility; who is no moderator asks for it.

    An empty value makes a field unknown; several words are parted by a bar. What lists say stays
    as they said it.

    Example: ketenkaart facility correct BGD-2026326-00001-PQ --set latitude=23.85
    --set longitude=90.26 --reason "seen on the map" --as anna
    """
    who = acting(actor)
    from ketenkaart.services.facilities.asking import propose_correction

    changes = dict(_change(text) for text in change)
    asked = propose_correction(
        facility=id, changes=changes, reason=reason, actor=who, at=datetime.now(UTC)
    )
    _follow(asked, reason, who, f"{id} is corrected.")


@facility_app.command("undo", short_help="Take back a merge, split, closure or correction.")
def undo_event(
    event: Annotated[int, typer.Argument(metavar="EVENT", help="Its number: `facility history`.")],
    reason: Why,
    actor: As = None,
) -> None:
    """Take back a merge, split, closure, correction or joining; it stays in the history.

    Example: ketenkaart facility undo 12 --reason "two gates after all" --as anna
    """
    who = acting(actor)
    from ketenkaart.services.facilities.undoing import undo

    number = undo(event=event, reason=reason, actor=who, at=datetime.now(UTC))
    say(f"Event {event} is undone by event {number}.")


def _follow(asked: Proposal, reason: str, who: Actor, done: str) -> None:
    """Do at once what a moderator asks; what anybody else asks waits in the queue."""
    from ketenkaart.core.chain.facilities.proposals import ProposalState
    from ketenkaart.services.facilities.asking import do_at_once

    if Role.MODERATOR not in who.roles:
        say(f"Asked as proposal {asked.id}; a moderator decides: `ketenkaart facility queue`.")
        return
    found = do_at_once(asked, reason=reason, actor=who, at=datetime.now(UTC))
    if found.state is ProposalState.SECOND_NEEDED:
        tell("Others may use the id that goes: a second moderator must agree.")
        say(f"Proposal {found.id} waits: `ketenkaart facility decide {found.id} accept`.")
    else:
        say(done)


def _change(text: str) -> tuple[str, Any]:
    name, mark, value = text.partition("=")
    name, value = name.strip(), value.strip()
    if not mark or not name:
        raise InputError(
            f"{text[:60]!r} is no change", where="--set", fix="Write it as name='Anna Knit Ltd.'."
        )
    if name in LISTS:
        return name, [word.strip() for word in value.split("|") if word.strip()]
    if name == "workers" and value:
        from ketenkaart.core.chain.facilities.listing.workers import read_workers

        found = read_workers(value)
        if found is None:
            raise InputError(
                f"{value[:40]!r} is no number of workers", where="--set", fix="As 200-500."
            )
        return name, {"low": found.low, "high": found.high}
    if not value and name not in ("name", "address", "country"):
        return name, None
    return name, value
