"""`ketenkaart facility queue|proposal|claim|release|decide|undecide`: what waits for a person."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ketenkaart.cli.acting import As, acting, open_record
from ketenkaart.cli.facility import facility_app
from ketenkaart.cli.facility_words import plain_value
from ketenkaart.cli.output import (
    Column,
    Format,
    Printed,
    print_csv,
    print_json,
    print_table,
    printed_as_data,
    say,
    tell,
)
from ketenkaart.core.chain.facilities.proposals import ProposalKind, ProposalState, Ruling

if TYPE_CHECKING:
    from ketenkaart.core.chain.facilities.proposals import Proposal
    from ketenkaart.core.chain.facilities.types import FacilityRecord

Number = Annotated[int, typer.Argument(metavar="PROPOSAL", help="Its number: `facility queue`.")]
QUEUE_COLUMNS = (
    "proposal", "kind", "state", "probability", "left", "left_name", "left_address", "right",
    "right_name", "right_address", "asked_by", "asked_at", "claimed_by", "reason",
)  # fmt: skip
PAIR_COLUMNS = (
    "left", "left_country", "left_name", "left_address", "right", "right_country", "right_name",
    "right_address", "is_match", "decided_by", "decided_at",
)  # fmt: skip


@facility_app.command("queue", short_help="List what waits for a decision.")
def queue(
    kind: Annotated[ProposalKind | None, typer.Option(help="Only proposals of this kind.")] = None,
    state: Annotated[
        ProposalState | None, typer.Option(help="Only in this state; else what waits.")
    ] = None,
    skip: Annotated[int, typer.Option(min=0, help="Leave out so many.")] = 0,
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="How many at most.")] = 50,
    format: Printed = Format.TABLE,
) -> None:
    """List what waits for a decision, the surest pairs first.

    Example: ketenkaart facility queue --kind possible_match
    """
    open_record()
    from ketenkaart.services.facilities.queue import list_proposals

    states = (state,) if state else (ProposalState.OPEN, ProposalState.SECOND_NEEDED)
    found, matching = list_proposals(states=states, kind=kind, after=skip, limit=limit)
    rows = [_row(item) for item in found]
    if format is Format.JSON:
        listed = [dict(zip(QUEUE_COLUMNS, row, strict=True)) for row in rows]
        print_json({"matching": matching, "proposals": listed})
    elif format is Format.CSV:
        print_csv(QUEUE_COLUMNS, rows)
    elif not rows:
        say("Nothing waits." if state is None else "No proposal is in that state.")
    else:
        columns = [Column("Proposal", "right"), Column("Kind"), Column("Probability", "right")]
        columns += [Column("One", wide=True), Column("Other", wide=True)]
        columns += [Column("State", spare=1), Column("Claimed by", spare=2)]
        print_table(
            columns,
            [
                [
                    str(item.id), item.kind.value.replace("_", " "),
                    "-" if item.probability is None else f"{item.probability:.3f}",
                    _words(item.left), _words(item.right), item.state.value.replace("_", " "),
                    item.claimed_by or "-",
                ]
                for item in found
            ],
        )  # fmt: skip
        say("", f"{len(rows)} of {matching} proposals.")


@facility_app.command("proposal", short_help="Show one proposal: what is asked, and why.")
def proposal_shown(number: Number, format: Printed = Format.TABLE) -> None:
    """Show one proposal: what is asked, why, and what was decided so far.

    Example: ketenkaart facility proposal 7
    """
    open_record()
    from ketenkaart.services.facilities.queue import find_proposal

    found = find_proposal(number)
    data = dict(zip(QUEUE_COLUMNS, _row(found), strict=True)) | {
        "content": found.content,
        "version": found.version,
        "decisions": [
            {"ruling": item.ruling, "reason": item.reason, "by": item.by,
             "at": item.at.isoformat(timespec="seconds"), "event": item.event}
            for item in found.decisions
        ],
    }  # fmt: skip
    if format is Format.JSON:
        print_json(data)
        return
    from ketenkaart.core.chain.matching.cautions import CAUTIONS, Caution

    cautions = [CAUTIONS[Caution(name)] for name in found.content.get("cautions", ())]
    if cautions:
        data["why_a_person"] = "; ".join(cautions)
    data["claimed_by"] = found.claimed_by or "nobody"
    rows = [[name.replace("_", " "), plain_value(value)] for name, value in data.items()]
    if format is Format.CSV:
        print_csv(("field", "value"), rows)
    else:
        print_table([Column("What"), Column("Here", wide=True)], rows)


@facility_app.command("claim", short_help="Take a proposal up, so that nobody else does.")
def claim_one(number: Number, actor: As = None) -> None:
    """Take a proposal up, so that nobody else decides it for a day.

    Example: ketenkaart facility claim 7 --as anna
    """
    who = acting(actor)
    from ketenkaart.services.facilities.queue import claim

    claim(proposal=number, actor=who, at=datetime.now(UTC))
    say(f"Proposal {number} is yours for a day.")


@facility_app.command("release", short_help="Give back a proposal that you claimed.")
def release_one(number: Number, actor: As = None) -> None:
    """Give a proposal that you claimed back for others.

    Example: ketenkaart facility release 7 --as anna
    """
    who = acting(actor)
    from ketenkaart.services.facilities.queue import release

    release(proposal=number, actor=who, at=datetime.now(UTC))
    say(f"Proposal {number} is free.")


@facility_app.command("decide", short_help="Accept or reject a proposal.")
def decide_one(
    number: Number,
    ruling: Annotated[Ruling, typer.Argument(help="What you make of it.")],
    reason: Annotated[str, typer.Option(help="Why, in a few words. It stays on the record.")],
    version: Annotated[
        int | None, typer.Option(help="The version you looked at; refused if it changed since.")
    ] = None,
    actor: As = None,
) -> None:
    """Accept or reject a proposal; what follows from it is done at once.

    Example: ketenkaart facility decide 7 accept --reason "same gate" --as anna
    """
    who = acting(actor)
    from ketenkaart.services.facilities.queue import decide

    found = decide(
        proposal=number,
        ruling=ruling,
        reason=reason,
        version=version,
        actor=who,
        at=datetime.now(UTC),
    )
    say(f"Proposal {number} is {found.state.value.replace('_', ' ')}.")
    if found.state is ProposalState.SECOND_NEEDED:
        tell("Others may use the id that goes: a second moderator must agree.")


@facility_app.command("undecide", short_help="Take back the newest decision on a proposal.")
def undecide(
    number: Number,
    reason: Annotated[str, typer.Option(help="Why, in a few words. It stays on the record.")],
    actor: As = None,
) -> None:
    """Take back the newest decision on a proposal, with what it did; it waits again.

    Example: ketenkaart facility undecide 7 --reason "wrong building" --as anna
    """
    who = acting(actor)
    from ketenkaart.services.facilities.queue import undo_decision

    undo_decision(proposal=number, reason=reason, actor=who, at=datetime.now(UTC))
    say(f"Proposal {number} waits again.")


@facility_app.command("decided", short_help="Print every decided pair with its records.")
def decided(format: Printed = Format.CSV) -> None:
    """Print every decided pair with its records as they stood: labelled pairs for matching.

    Example: ketenkaart facility decided > pairs.csv
    """
    open_record()
    from ketenkaart.services.facilities.pairs import decided_pairs

    rows = [
        [
            pair.left.key, pair.left.country, pair.left.name, pair.left.address,
            pair.right.key, pair.right.country, pair.right.name, pair.right.address,
            pair.is_match, pair.decided_by, pair.decided_at.isoformat(timespec="seconds"),
        ]
        for pair in decided_pairs()
    ]  # fmt: skip
    if printed_as_data(format, PAIR_COLUMNS, rows):
        return
    if not rows:
        say("No pair was decided yet: `ketenkaart facility queue`.")
    else:
        columns = [Column("One", wide=True), Column("Other", wide=True), Column("Same")]
        columns += [Column("Decided by")]
        print_table(
            columns,
            [[f"{row[2]} ({row[0]})", f"{row[6]} ({row[4]})", "yes" if row[8] else "no",
              str(row[9])] for row in rows],
        )  # fmt: skip


def _row(item: Proposal) -> list[Any]:
    return [
        item.id, item.kind.value, item.state.value, item.probability,
        *_parts(item.left), *_parts(item.right),
        item.asked_by, item.asked_at.isoformat(timespec="seconds"), item.claimed_by, item.reason,
    ]  # fmt: skip


def _parts(record: FacilityRecord | None) -> tuple[str | None, str | None, str | None]:
    return (None, None, None) if record is None else (record.key, record.name, record.address)


def _words(record: FacilityRecord | None) -> str:
    return "-" if record is None else f"{record.name}, {record.address} ({record.key})"
