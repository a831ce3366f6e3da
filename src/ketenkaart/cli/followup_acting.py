"""`ketenkaart followup claim|evidence|verdict|deadline|assign|decide|remind` and the like."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from ketenkaart.cli.acting import As, acting, open_record
from ketenkaart.cli.dates import day, needed_day
from ketenkaart.cli.followup import AsOf, Key, full_key, on_day
from ketenkaart.cli.followup_plans import followup_app
from ketenkaart.cli.output import (
    Column,
    Format,
    Printed,
    print_table,
    printed_as_data,
    say,
    tell,
)
from ketenkaart.core.errors import InputError, StoreError
from ketenkaart.core.ledger.followup.types import ClaimValue, Followed, IndependentValue

__all__ = ["followup_app"]

Day = Annotated[str | None, typer.Option(metavar="YYYY-MM-DD", help="On which day; else today.")]
Words = Annotated[str, typer.Option(help="In a few words.")]


@followup_app.command("claim")
def claim(
    item: Key,
    value: Annotated[ClaimValue, typer.Argument(help="What the owner says.")],
    text: Words,
    on: Day = None,
    actor: As = None,
) -> None:
    """Say, as its owner, what was done about an item.

    Example: ketenkaart followup claim K22 done --text "It is on our site" --as bz.imvo
    """
    who = acting(actor)
    from ketenkaart.services.followup.claims import make_claim

    found = make_claim(
        item=full_key(item),
        value=value,
        text=text,
        day=day(on, "--on"),
        actor=who,
        at=datetime.now(UTC),
    )
    _say_state(found)


@followup_app.command("evidence")
def evidence(
    item: Key,
    source: Annotated[str, typer.Argument(metavar="FILE|URL", help="A file or an address.")],
    title: Words,
    on: Annotated[
        str | None,
        typer.Option(metavar="YYYY-MM-DD", help="Day of the document; left out: unknown."),
    ] = None,
    actor: As = None,
) -> None:
    """Add an address or a file that shows something about an item; files are public.

    Example: ketenkaart followup evidence K22 report.pdf --title "Annual report" --on 2020-03-01
    """
    who = acting(actor)
    from ketenkaart.services.followup.evidence import LARGEST_BYTES, file_document, file_link

    document_day, now = day(on, "--on"), datetime.now(UTC)
    if source.startswith(("http://", "https://")):
        found = file_link(
            item=full_key(item), url=source, title=title, day=document_day, actor=who, at=now
        )
    else:
        file = Path(source)
        if not file.is_file():
            raise InputError(f"There is no file {source[:200]!r}", where="FILE", fix="Check it.")
        with file.open("rb") as handle:
            data = handle.read(LARGEST_BYTES + 1)
        found = file_document(
            item=full_key(item),
            data=data,
            name=file.name,
            title=title,
            day=document_day,
            actor=who,
            at=now,
        )
    say(f"{found.item.key}: evidence is {found.standing.evidence}.")


@followup_app.command("verdict")
def verdict(
    item: Key,
    value: Annotated[IndependentValue, typer.Argument(help="What was found.")],
    text: Words,
    kept_on: Annotated[
        str | None, typer.Option(metavar="YYYY-MM-DD", help="When it was done, if known.")
    ] = None,
    on: Day = None,
    actor: As = None,
) -> None:
    """Give an independent verdict on an item, as a verifier who never owned it.

    Example: ketenkaart followup verdict K22 kept --text "Seen" --kept-on 2020-03-20 --as rekenkamer
    """
    who = acting(actor)
    from ketenkaart.services.followup.verdicts import give_verdict

    found = give_verdict(
        item=full_key(item),
        value=value,
        statement=text,
        kept_on=day(kept_on, "--kept-on"),
        day=day(on, "--on"),
        actor=who,
        at=datetime.now(UTC),
    )
    _say_state(found)


@followup_app.command("deadline")
def deadline(
    item: Key,
    due: Annotated[str, typer.Argument(metavar="YYYY-MM-DD", help="The new date.")],
    text: Words,
    actor: As = None,
) -> None:
    """Give an item a date; the letter's own date stays and decides about lateness.

    Example: ketenkaart followup deadline K11 2027-06-30 --text "Agreed in the debate"
    """
    who = acting(actor)
    from ketenkaart.services.followup.claims import propose_deadline

    found = propose_deadline(
        item=full_key(item),
        due=needed_day(due, "DUE"),
        reason=text,
        actor=who,
        at=datetime.now(UTC),
    )
    slipped = ", slipped" if found.standing.has_slipped else ""
    say(f"{found.item.key}: expected {found.standing.expected}{slipped}.")


@followup_app.command("assign")
def assign(
    item: Key,
    owner: Annotated[str, typer.Argument(metavar="OWNER", help="Name of the account.")],
    actor: As = None,
) -> None:
    """Make an account the owner of an item.

    Example: ketenkaart followup assign K22 bz.imvo --as redactie
    """
    who = acting(actor)
    from ketenkaart.services.followup import owners

    found = owners.assign(item=full_key(item), owner=owner, actor=who, at=datetime.now(UTC))
    say(f"{found.item.key} belongs to {found.standing.owner}.")


@followup_app.command("handover")
def handover(
    item: Key,
    taker: Annotated[str, typer.Argument(metavar="TAKER", help="Who is to own it.")],
    text: Words,
    actor: As = None,
) -> None:
    """Offer an item to another owner, who accepts or declines.

    Example: ketenkaart followup handover K22 rvo.beleid --text "It is theirs to carry out"
    """
    who = acting(actor)
    from ketenkaart.services.followup.owners import offer_handover

    offer = offer_handover(
        item=full_key(item), taker=taker, note_text=text, actor=who, at=datetime.now(UTC)
    )
    say(f"Offer {offer.id}: {full_key(item)} from {offer.giver} to {offer.taker}, pending.")


@followup_app.command("answer")
def answer(
    offer: Annotated[int, typer.Argument(metavar="OFFER", help="Number of the offer.")],
    accept: Annotated[bool, typer.Option("--accept/--decline", help="What to answer.")],
    actor: As = None,
) -> None:
    """Answer an item that was offered to you.

    Example: ketenkaart followup answer 3 --accept --as rvo.beleid
    """
    who = acting(actor)
    from ketenkaart.services.followup.owners import answer_handover

    found = answer_handover(
        handover=offer, accept=accept, version=1, actor=who, at=datetime.now(UTC)
    )
    say(f"Offer {found.id}: {found.state}.")


@followup_app.command("withdraw")
def withdraw(
    table: Annotated[str, typer.Argument(metavar="LANE", help="claim, evidence or verdict.")],
    record: Annotated[int, typer.Argument(metavar="NUMBER", help="As `followup show` prints it.")],
    text: Words,
    actor: As = None,
) -> None:
    """Say that a claim, a piece of evidence or a verdict no longer counts; it stays visible.

    Example: ketenkaart followup withdraw evidence 12 --text "Wrong letter"
    """
    who = acting(actor)
    from ketenkaart.services.followup import withdrawals

    item = withdrawals.withdraw(
        table=table, record=record, reason=text, actor=who, at=datetime.now(UTC)
    )
    say(f"{item}: {table} {record} is withdrawn.")


@followup_app.command("decide")
def decide(  # noqa: PLR0917 - each is an option of its own
    about: Annotated[
        str, typer.Argument(metavar="ABOUT", help="An item, or a countdown, plan or project.")
    ],
    title: Words,
    outcome: Words,
    reason: Words,
    by: Annotated[str, typer.Option(help="Who decided.")],
    source: Annotated[str, typer.Option(help="Where it can be read.")],
    on: Day = None,
    options: Annotated[str, typer.Option(help="Which options there were.")] = "",
    roles: Annotated[str, typer.Option(help="Who gets which role.")] = "",
    cost: Annotated[str, typer.Option(help="What it costs.")] = "",
    actor: As = None,
) -> None:
    """Record a decision with its reason; it stays, and later ones stand beside it.

    Example: ketenkaart followup decide binding_measures --title "A duty" --outcome "A legal duty"
    --reason "Voluntary steps fell short" --by government --source "26 485 no. 337" --on 2020-10-16
    """
    who = acting(actor)
    from ketenkaart.core.ledger.followup.registers import NewDecision
    from ketenkaart.services.followup.registers import record_decision

    recorded = record_decision(
        decision=NewDecision(
            about=about,
            title=title,
            outcome=outcome,
            reason=reason,
            decided_by=by,
            decided_on=day(on, "--on"),
            source=source,
            options=options,
            roles=roles,
            cost=cost,
        ),
        actor=who,
        at=datetime.now(UTC),
    )
    say(f"Decision {recorded.id} about {recorded.about} is recorded.")


@followup_app.command("address")
def address(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The account.")],
    email: Annotated[str, typer.Argument(metavar="EMAIL", help="Where reminders go; '' is none.")],
    actor: As = None,
) -> None:
    """Say where an account's reminders go.

    Example: ketenkaart followup address bz.imvo imvo@example.org --as chief
    """
    who = acting(actor)
    from ketenkaart.services.followup.reminders import set_address

    set_address(name=name, address=email, actor=who, at=datetime.now(UTC))
    say(f"{name}: reminders {'go to that address' if email.strip() else 'are off'}.")


@followup_app.command("remind")
def remind(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Send nothing, note nothing.")] = False,
    again: Annotated[
        bool,
        typer.Option("--again", help="Send once more what may or may not have arrived before."),
    ] = False,
    as_of: AsOf = None,
    format: Printed = Format.TABLE,
) -> None:
    """Send each owner one message with what is due; the same reminder never goes out twice.

    Run it once a day. The mail server comes from KETENKAART_MAIL_HOST, _PORT, _TLS (starttls, tls
    or none), _USER, _PASSWORD and _FROM. `followup address` says where an owner's mail goes.

    Example: ketenkaart followup remind --dry-run
    """
    open_record()
    from ketenkaart.services.followup import reminders

    now = datetime.now(UTC)
    if again and not dry_run:
        reminders.require_mail()
        reminders.give_up_doubtful(at=now)
    before = reminders.doubtful()
    outcomes = reminders.send_reminders(at=now, as_of=on_day(as_of), is_trial=dry_run)
    rows = [[item.owner, item.outcome, " ".join(item.items)] for item in outcomes]
    rows += [[item.owner, "unknown_before", item.item] for item in before]
    columns = ("owner", "outcome", "items")
    is_data = printed_as_data(format, columns, rows, "rows")
    if not is_data and not rows:
        say("Nobody has anything to be reminded of.")
    elif not is_data:
        named = [Column("Owner"), Column("Outcome"), Column("Items", wide=True)]
        print_table(named, [[row[0], row[1].replace("_", " "), row[2]] for row in rows])
    if any(row[1].startswith("unknown") for row in rows):
        tell("Unknown: nobody can tell whether it arrived. It is sent once more only by --again.")
    failed = [item.owner for item in outcomes if item.outcome == "failed"]
    if failed:
        raise StoreError(
            f"The mail server did not take the message to {', '.join(failed)}",
            where="KETENKAART_MAIL_HOST",
            fix="It counts as not sent: mend the settings or the server, and run this again.",
        )


def _say_state(found: Followed) -> None:
    from ketenkaart.services.followup.wording import phrase

    say(f"{found.item.key}: noted. It stands at: {phrase(f'state_{found.standing.state}', 'en')}.")
