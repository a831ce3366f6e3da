"""`ketenkaart letter`: read a letter by machine, measure the reading, compare two letters."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from ketenkaart.cli.dates import day
from ketenkaart.cli.letter_drift import drift_letters
from ketenkaart.cli.letter_evaluate import evaluate_letter
from ketenkaart.cli.letter_judge import mount as mount_judging
from ketenkaart.cli.output import (
    Column,
    Format,
    Printed,
    print_csv,
    print_json,
    print_table,
    say,
    tell,
)

letter_app = typer.Typer(
    help="Letters: read one by machine, judge what was read, follow what was promised.",
    no_args_is_help=True,
)
letter_app.command("evaluate")(evaluate_letter)
letter_app.command("drift")(drift_letters)
mount_judging(letter_app)

HEADINGS = (
    "kind", "id", "section", "quote", "text", "start", "end", "page", "line", "adviser",
    "position", "follow_up", "response_class", "response", "deadline_start", "deadline_end",
    "deadline_kind", "responsible", "confidence",
)  # fmt: skip


@letter_app.command("read")
def read(
    letter: Annotated[
        str, typer.Argument(metavar="LETTER", help="A file, an address, or an id: kst-26485-319.")
    ],
    on: Annotated[
        str | None,
        typer.Option(
            "--date", metavar="YYYY-MM-DD", help="The letter's date, if it gives none itself."
        ),
    ] = None,
    format: Printed = Format.TABLE,
) -> None:
    """Read a letter: what was recommended, how it was answered, what is promised and cited.

    Everything printed is a machine's proposal with its passage, for a person to judge.

    Example: ketenkaart letter read letter.pdf --format json
    """
    from ketenkaart.services.letters import read_target

    reading = read_target(letter, on=day(on)).reading
    data = reading.model_dump(mode="json")
    for note in reading.document.notes:
        tell(f"ketenkaart: {note}")
    if format is Format.JSON:
        print_json(data)
    elif format is Format.CSV:
        print_csv(HEADINGS, _rows(data))
    else:
        _print(data)


def _rows(data: dict[str, Any]) -> list[list[Any]]:
    titles = {section["id"]: section["title"] for section in data["sections"]}
    rows: list[list[Any]] = []
    for kind in ("recommendation", "commitment"):
        for item in data[f"{kind}s"]:
            due = item.get("deadline") or {}
            rows.append([
                kind, item["id"], titles.get(item["section"]), item["quote"], item["text"],
                *item["span"], item["locator"]["page"], item["locator"]["line"],
                item.get("adviser"), item.get("position"), item.get("follow_up"),
                item.get("response_class"), item.get("response_text"), due.get("start"),
                due.get("end"), due.get("kind"), item.get("responsible"), item["confidence"],
            ])  # fmt: skip
    return rows + [
        [
            "reference", item["id"], None, item["label"], item["text"], *item["span"],
            item["locator"]["page"], item["locator"]["line"], *[None] * 5,
            item["date"], item["date"], item["kind"], None, None,
        ]
        for item in data["references"]
    ]  # fmt: skip


def _print(data: dict[str, Any]) -> None:
    document = data["document"]
    name = document["id"] or document["title"] or "The letter"
    say(
        f"{name}, {document['date'] or 'date not given'}: a machine's proposals, not yet judged", ""
    )
    _print_recommendations(data)
    _print_commitments(data)
    cited = {item["label"]: item for item in data["references"] if not item["is_own"]}
    if cited:
        rows = [[label, item["kind"], item["date"] or ""] for label, item in cited.items()]
        say("")
        print_table([Column("Cited", wide=True), Column("Kind"), Column("Day")], rows)
    say(
        "",
        f"{len(data['recommendations'])} recommendations, {len(data['commitments'])} promises, "
        f"{len(cited)} papers cited; {len(data['rejects'])} sentences looked alike and were left.",
    )


def _print_recommendations(data: dict[str, Any]) -> None:
    if not data["recommendations"]:
        say("No recommendation was found.")
        return
    columns = [
        Column("Id"), Column("Line", "right"), Column("Recommended", wide=True),
        Column("By", spare=2), Column("Answer"), Column("Follow-up", spare=1),
    ]  # fmt: skip
    rows = [
        [
            item["id"], str(item["locator"]["line"]), item["quote"], item["adviser"] or "",
            item["response_class"] if item["response_span"] else "no answer found",
            item["follow_up"],
        ]
        for item in data["recommendations"]
    ]  # fmt: skip
    print_table(columns, rows)


def _print_commitments(data: dict[str, Any]) -> None:
    if not data["commitments"]:
        return
    columns = [
        Column("Id"), Column("Line", "right"), Column("Promised", wide=True),
        Column("Due"), Column("Kind", spare=1), Column("By", spare=2),
    ]  # fmt: skip
    rows = [
        [
            item["id"], str(item["locator"]["line"]), item["quote"], _due(item["deadline"]),
            item["tense"], item["responsible"] or "",
        ]
        for item in data["commitments"]
    ]  # fmt: skip
    say("")
    print_table(columns, rows)


def _due(deadline: dict[str, Any]) -> str:
    """Return the last day of a deadline, its words where they give none, or nothing.

    >>> _due({"end": "2020-03-31", "text": "Q1 2020"}), _due({"end": None, "text": None})
    ('2020-03-31', '')
    """
    return deadline["end"] or deadline["text"] or ""
