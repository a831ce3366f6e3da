"""`ketenkaart ledger list|show`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from ketenkaart.cli.dates import day
from ketenkaart.cli.output import Column, Format, Printed, print_csv, print_json, print_table, say
from ketenkaart.core.errors import NotFoundError
from ketenkaart.core.ledger.types import (
    Commitment,
    FollowUp,
    Locator,
    Position,
    Recommendation,
    ResponseClass,
    Verdict,
)
from ketenkaart.core.provenance import Citation

ledger_app = typer.Typer(
    help="The ledger: what was recommended, answered, promised and done.", no_args_is_help=True
)

LETTER = typer.Option(
    metavar="ID", help="A published letter; else the one that ships with the package."
)
COLUMNS = ("id", "theme", "summary_en", "summary_nl", "response_class", "position", "follow_up")


@ledger_app.command("list")
def list_recommendations(
    theme: Annotated[int | None, typer.Option(min=1, help="Only this theme.")] = None,
    response: Annotated[ResponseClass | None, typer.Option(help="Only this answer.")] = None,
    position: Annotated[Position | None, typer.Option(help="Only this position.")] = None,
    follow_up: Annotated[FollowUp | None, typer.Option(help="Only this follow-up.")] = None,
    letter: Annotated[str | None, LETTER] = None,
    format: Printed = Format.TABLE,
) -> None:
    """List the recommendations of the letter with the answer each one got.

    Example: ketenkaart ledger list --theme 3 --response not_adopted
    """
    from ketenkaart.services.stores import stored_ledger

    found = [
        item
        for item in stored_ledger(letter=letter).recommendations
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


def record_code(text: str) -> str:
    """Return a record's code as the ledger writes it.

    >>> record_code("k7"), record_code("r01"), record_code("K24")
    ('K07', 'R1', 'K24')
    """
    letter, digits = text[:1].upper(), text[1:]
    if letter not in {"K", "R"} or not (digits.isascii() and digits.isdigit()):
        return text.upper()
    return f"{letter}{int(digits):0{2 if letter == 'K' else 1}}"


@ledger_app.command("show")
def show_record(
    record: Annotated[str, typer.Argument(metavar="RECORD", help="R1-R55 or K01-K38.")],
    letter: Annotated[str | None, LETTER] = None,
    as_of: Annotated[
        str | None,
        typer.Option(metavar="YYYY-MM-DD", help="State on this day; else on the edition's."),
    ] = None,
    format: Printed = Format.TABLE,
) -> None:
    """Show one recommendation or commitment: where it stands, what was answered, what came of it.

    Example: ketenkaart ledger show R1
    """
    from ketenkaart.core.ledger.status import deadline_state, verdict_on
    from ketenkaart.services.installed import edition_day
    from ketenkaart.services.stores import stored_ledger

    ledger = stored_ledger(letter=letter)
    on = day(as_of) or edition_day()
    name = record_code(record)
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
    if isinstance(chosen, Recommendation):
        shown = _recommendation(chosen, commitments, states)
    else:
        shown = _commitment(chosen, verdict_on(chosen, ledger.verdicts, on), states[name])
    say(f"{chosen.id}  {chosen.summary.en}", f"{' ' * len(chosen.id)}  {chosen.summary.nl}", "")
    print_table([Column("What"), Column(f"On {on}", wide=True)], shown)


def _words(code: str) -> str:
    return code.replace("_", " ")


def _place(locator: Locator) -> str:
    return f"line {locator.line}, characters {locator.start}-{locator.end}: '{locator.quote}'"


def _recommendation(
    item: Recommendation, commitments: Mapping[str, Commitment], states: Mapping[str, str]
) -> list[list[str]]:
    rows = [
        ["Answer", _words(item.response_class)],
        ["Position", _words(item.position)],
        ["Follow-up", _words(item.follow_up)],
        ["Verdict word in letter", "yes" if item.response_explicit else "no"],
    ]
    for title, text in (
        ("Why refused", item.reason_if_refused),
        ("Why coded so", item.coding_note),
        ("Carried into", item.project),
    ):
        if text is not None:
            rows.append([title, text.en])
    rows += [
        [f"Promise {name}", f"{commitments[name].summary.en} - {_words(states[name])}"]
        for name in item.commitments
    ]
    rows += [["Refers to", name] for name in item.references]
    rows.append(["Asked in", _place(item.locator)])
    if item.response_locator is not None:
        rows.append(["Answered in", _place(item.response_locator)])
    return [*rows, _source(item.citation)]


def _commitment(item: Commitment, verdict: Verdict | None, state: str) -> list[list[str]]:
    rows = [
        ["State", _words(state)],
        ["In the letter", item.status_in_letter.en],
        ["Responsible", item.responsible.en],
        ["Kind of date", _words(item.date_type)],
    ]
    if item.date_text is not None:
        rows.append(["Date", item.date_text.en])
    if item.deadline is not None:
        rows.append(["Due", f"{item.deadline.due}. {item.deadline.reading.en}"])
    if verdict is not None:
        rows.append(["Verdict", f"{_words(verdict.value)}. {verdict.statement.en}"])
        rows.append(_source(verdict.citation))
    rows += [["Answers", name] for name in item.recommendations]
    return [*rows, ["Stands in", _place(item.locator)], _source(item.citation)]


def _source(citation: Citation) -> list[str]:
    place = f", {citation.locator}" if citation.locator else ""
    return ["Source", f"{citation.source}{place} ({citation.grade})"]


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
