"""`ketenkaart ledger list|show`."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from ketenkaart.cli.gap import day
from ketenkaart.cli.output import Column, Format, print_csv, print_json, print_table, say
from ketenkaart.core.errors import NotFoundError
from ketenkaart.core.ledger.types import FollowUp, Position, ResponseClass

ledger_app = typer.Typer(
    help="The ledger: what was recommended, answered, promised and done.", no_args_is_help=True
)

COLUMNS = ("id", "theme", "summary_en", "summary_nl", "response_class", "position", "follow_up")


@ledger_app.command("list")
def list_recommendations(
    theme: Annotated[int | None, typer.Option(min=1, max=9, help="Only this theme.")] = None,
    response: Annotated[ResponseClass | None, typer.Option(help="Only this answer.")] = None,
    position: Annotated[Position | None, typer.Option(help="Only this position.")] = None,
    follow_up: Annotated[FollowUp | None, typer.Option(help="Only this follow-up.")] = None,
    format: Annotated[Format, typer.Option(help="How to print.")] = Format.TABLE,
) -> None:
    """List the recommendations of the letter with the answer each one got.

    Example: ketenkaart ledger list --theme 3 --response not_adopted
    """
    from ketenkaart.services.stores import stored_ledger

    found = [
        item
        for item in stored_ledger().recommendations
        if theme in (None, item.theme)
        and response in (None, item.response_class)
        and position in (None, item.position)
        and follow_up in (None, item.follow_up)
    ]
    rows: list[list[Any]] = [
        [
            item.id, item.theme, item.summary.en, item.summary.nl, item.response_class.value,
            item.position.value, item.follow_up.value,
        ]
        for item in found
    ]  # fmt: skip
    if format is Format.JSON:
        print_json({"count": len(rows), "rows": [dict(zip(COLUMNS, r, strict=True)) for r in rows]})
    elif format is Format.CSV:
        print_csv(COLUMNS, rows)
    elif not rows:
        say("No recommendation has that theme, answer, position and follow-up together.")
    else:
        columns = [
            Column("Id"), Column("Theme", "right"), Column("Recommendation", wide=True),
            Column("Answer"), Column("Position"), Column("Follow-up"),
        ]  # fmt: skip
        print_table(columns, [[r[0], str(r[1]), r[2], *r[4:]] for r in rows])
        say("", f"{len(rows)} recommendations.")


@ledger_app.command("show")
def show_record(
    record: Annotated[str, typer.Argument(help="R1-R55 or K01-K38.")],
    as_of: Annotated[
        str | None, typer.Option(metavar="YYYY-MM-DD", help="Day. Default: the edition's date.")
    ] = None,
    format: Annotated[Format, typer.Option(help="How to print.")] = Format.TABLE,
) -> None:
    """Show one recommendation or commitment: where it stands, what was answered, what came of it.

    Example: ketenkaart ledger show R1
    """
    from ketenkaart.core.ledger.status import deadline_state
    from ketenkaart.services.installed import edition_day
    from ketenkaart.services.stores import stored_ledger

    ledger = stored_ledger()
    on = day(as_of) or edition_day()
    name = record.upper()
    recommendations = {item.id: item for item in ledger.recommendations}
    commitments = {item.id: item for item in ledger.commitments}
    if name not in recommendations and name not in commitments:
        raise NotFoundError(
            f"Nothing in the ledger is called {record[:20]!r}",
            where="record",
            fix=f"Use R1-R{len(recommendations)} or K01-K{len(commitments)}.",
        )
    chosen = recommendations.get(name) or commitments[name]
    linked = getattr(chosen, "commitments", (name,))
    states = {k: deadline_state(commitments[k], ledger.verdicts, on) for k in linked}
    data = chosen.model_dump(mode="json") | {"as_of": on.isoformat(), "deadline_states": states}
    if format is Format.JSON:
        print_json(data)
        return
    rows = _pairs(data)
    if format is Format.CSV:
        print_csv(("field", "value"), rows)
        return
    print_table([Column("Field"), Column("Value", wide=True)], [[a, str(b)] for a, b in rows])


def _pairs(data: dict[str, Any], prefix: str = "") -> list[list[Any]]:
    found: list[list[Any]] = []
    for key, value in data.items():
        name = f"{prefix}{key}"
        if isinstance(value, dict):
            found.extend(_pairs(value, f"{name}."))
        elif isinstance(value, list):
            found.append([name, ", ".join(str(item) for item in value)])
        elif value is not None:
            found.append([name, value])
    return found
