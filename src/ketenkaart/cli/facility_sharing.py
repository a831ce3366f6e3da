"""`ketenkaart facility sharing|contact`: how many others name a facility, asking for contact."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from ketenkaart.cli.acting import As, acting
from ketenkaart.cli.facility import facility_app
from ketenkaart.cli.facility_facts import Id
from ketenkaart.cli.output import Column, Format, Printed, print_csv, print_json, print_table, say

OWN_COLUMNS = ("id", "name", "country", "others", "named")
CONTACT_COLUMNS = ("number", "facility", "contributor", "state", "asked", "words", "answer")

sharing_app = typer.Typer(
    help="How many others name a facility: in bands, never by name.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
contact_app = typer.Typer(
    help="Ask the others at a facility for contact, through a moderator.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
facility_app.add_typer(sharing_app, name="sharing", short_help="How many others, in bands.")
facility_app.add_typer(contact_app, name="contact", short_help="Ask the others for contact.")


@sharing_app.command("voice", short_help="Let an account speak for a contributor.")
def voice(
    account: Annotated[str, typer.Argument(help="An account with the role contributor.")],
    contributor: Annotated[str, typer.Argument(help="Id of an organisation that gave lists.")],
    *,
    name: As = None,
) -> None:
    """Let an account speak for an organisation that gave lists.

    Example: ketenkaart facility sharing voice anna example-brand --as mo
    """
    actor = acting(name)
    from ketenkaart.services.facility_facts.sharing import give_voice

    give_voice(account=account, contributor=contributor, actor=actor, at=datetime.now(UTC))
    say(f"{account} speaks for {contributor}.")


@sharing_app.command("release", short_help="Count anew how many name each facility.")
def release(*, name: As = None) -> None:
    """Work out anew how many others name each facility, at most once in 28 days.

    What is shown for a facility changes only where at least four organisations came or went.

    Example: ketenkaart facility sharing release --as mo
    """
    actor = acting(name)
    from ketenkaart.services.facility_facts.sharing import release_sharing

    facilities, changed = release_sharing(actor=actor, at=datetime.now(UTC))
    say(f"{facilities} facilities were counted; for {changed} of them what is kept changed.")


@sharing_app.command("own", short_help="One's own facilities, with bands.")
def own(
    *,
    after: Annotated[str | None, typer.Option(metavar="ID", help="Go on after this id.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="How many at most.")] = 50,
    format: Printed = Format.TABLE,
    name: As = None,
) -> None:
    """Show the facilities that one's own organisation named, and how many others name them.

    Example: ketenkaart facility sharing own --as anna
    """
    actor = acting(name)
    from ketenkaart.services.facility_facts.sharing import own_places

    found = own_places(actor=actor, after=after, limit=limit)
    rows = [
        [x.id, x.name, x.country, x.band.value if x.band else None, "; ".join(x.named)]
        for x in found.places
    ]
    if format is Format.JSON:
        released = found.released_on.isoformat() if found.released_on else None
        print_json({
            "contributor": found.contributor.id, "released_on": released,
            "matching": found.matching,
            "rows": [dict(zip(OWN_COLUMNS, row, strict=True)) for row in rows],
        })  # fmt: skip
    elif format is Format.CSV:
        print_csv(OWN_COLUMNS, rows)
    else:
        print_table(
            [
                Column("Id"),
                Column("Name", wide=True),
                Column("Country"),
                Column("Others"),
                Column("By name", wide=True, spare=1),
            ],
            [["not released yet" if x is None else str(x) for x in row] for row in rows],
            title=f"Facilities of {found.contributor.name}",
        )


@contact_app.command("ask", short_help="Ask for contact at one's own facility.")
def ask(
    key: Id,
    words: Annotated[str, typer.Argument(help="What to talk about.")],
    *,
    name: As = None,
) -> None:
    """Ask a moderator to reach the others at a facility; no names come back.

    Example: ketenkaart facility contact ask BGD-2026326-00001-PQ "Visit together?" --as anna
    """
    actor = acting(name)
    from ketenkaart.services.facility_facts.sharing import ask_contact

    made = ask_contact(facility=key, words=words, actor=actor, at=datetime.now(UTC))
    say(f"Request {made.number} is with a moderator.")


@contact_app.command("answer", short_help="Say what became of a request.")
def answer(
    number: Annotated[int, typer.Argument(help="Number of the request.")],
    words: Annotated[str, typer.Argument(help="The answer, without names.")],
    *,
    declined: Annotated[bool, typer.Option("--declined", help="It was not passed on.")] = False,
    name: As = None,
) -> None:
    """Say that a request was passed on, or with --declined that it was not.

    Example: ketenkaart facility contact answer 1 "I asked whoever is there." --as mo
    """
    actor = acting(name)
    from ketenkaart.services.facility_facts.sharing import answer_contact

    done = answer_contact(
        number=number, passed_on=not declined, answer=words, actor=actor, at=datetime.now(UTC)
    )
    say(f"Request {done.number}: {done.state.value.replace('_', ' ')}.")


@contact_app.command("list", short_help="Requests: open ones, or one's own.")
def contact_list(*, format: Printed = Format.TABLE, name: As = None) -> None:
    """Show a moderator the open requests, a contributor its own.

    Example: ketenkaart facility contact list --as mo
    """
    actor = acting(name)
    from ketenkaart.services.facility_facts.sharing import contacts

    rows = [
        [x.number, x.facility, x.contributor, x.state.value, x.asked_at.date(), x.words, x.answer]
        for x in contacts(actor=actor)
    ]
    if format is Format.JSON:
        print_json([dict(zip(CONTACT_COLUMNS, row, strict=True)) for row in rows])
    elif format is Format.CSV:
        print_csv(CONTACT_COLUMNS, [[str(x) if x is not None else None for x in r] for r in rows])
    elif rows:
        columns = [
            Column(title.capitalize(), wide=title in {"words", "answer"})
            for title in CONTACT_COLUMNS
        ]
        print_table(columns, [["-" if x is None else str(x) for x in row] for row in rows])
    else:
        say("No requests are waiting.")
