"""`ketenkaart letter drift`: what became of one letter's promises in a later one."""

from __future__ import annotations

from enum import StrEnum
from html import escape
from typing import Annotated, Any

import typer

from ketenkaart.cli.dates import day
from ketenkaart.cli.output import Column, print_csv, print_json, print_table, say
from ketenkaart.core.ledger.drift_types import Change, Drift, DriftItem, DriftReason

HEADINGS = (
    "change", "old_id", "old_line", "old_text", "old_due", "new_id", "new_line", "new_text",
    "new_due", "likeness", "shared", "reasons",
)  # fmt: skip


class DriftFormat(StrEnum):
    """How the comparison of two letters is printed."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    HTML = "html"


def drift_letters(
    old: Annotated[str, typer.Argument(metavar="OLD", help="The older letter: file, URL or id.")],
    new: Annotated[str, typer.Argument(metavar="NEW", help="The newer letter: file, URL or id.")],
    old_date: Annotated[
        str | None, typer.Option(metavar="YYYY-MM-DD", help="The older letter's date, if unknown.")
    ] = None,
    new_date: Annotated[
        str | None, typer.Option(metavar="YYYY-MM-DD", help="The newer letter's date, if unknown.")
    ] = None,
    format: Annotated[DriftFormat, typer.Option(help="How to print.")] = DriftFormat.TABLE,
) -> None:
    """Show which promises were repeated, reworded, weakened, strengthened or dropped, or are new.

    It proposes; a person decides. Both passages are shown, with the words that differ.

    Example: ketenkaart letter drift letter-2019.txt letter-2021.txt
    """
    from ketenkaart.services.letter_drift import drift_between

    found = drift_between(old, new, old_date=day(old_date), new_date=day(new_date))
    if format is DriftFormat.JSON:
        print_json(found.model_dump(mode="json"))
    elif format is DriftFormat.CSV:
        print_csv(HEADINGS, [_row(item) for item in found.items])
    elif format is DriftFormat.HTML:
        say(as_page(found))
    else:
        _print(found)


def _row(item: DriftItem) -> list[Any]:
    sides: list[Any] = []
    for passage in (item.old, item.new):
        if passage is None:
            sides += [None, None, None, None]
        else:
            sides += [passage.id, passage.line, passage.text, passage.deadline.end]
    reasons = "; ".join(said(reason) for reason in item.reasons)
    return [item.change.value, *sides, item.likeness, " ".join(item.shared), reasons]


def said(reason: DriftReason) -> str:
    """Return a difference in words.

    >>> from ketenkaart.core.ledger.drift_types import Aspect
    >>> said(DriftReason(aspect=Aspect.SCOPE, direction="weaker", new="some"))
    "scope weaker: - -> 'some'"
    """
    words = [f"'{text}'" if text else "-" for text in (reason.old, reason.new)]
    aspect = reason.aspect.value.replace("_", " ")
    if reason.old is None and reason.new is None:
        return f"{aspect} ({reason.direction})"
    return f"{aspect} {reason.direction}: {words[0]} -> {words[1]}"


def _counts(found: Drift) -> str:
    return ", ".join(f"{found.count(change)} {change.value.replace('_', ' ')}" for change in Change)


def _print(found: Drift) -> None:
    say(f"{found.old} -> {found.new}: proposals, to be judged by a person", "")
    if not found.items:
        say("No promise was found in either letter.")
        return
    columns = [
        Column("Change"), Column("Older letter", wide=True), Column("Newer letter", wide=True),
        Column("Why", wide=True),
    ]  # fmt: skip
    rows = [
        [
            item.change.value.replace("_", " "),
            item.old.text if item.old else "",
            item.new.text if item.new else "",
            "; ".join(said(reason) for reason in item.reasons),
        ]
        for item in found.items
    ]
    print_table(columns, rows)
    say("", _counts(found) + ".")


def as_page(found: Drift) -> str:
    """Return the comparison as one HTML page with a table, without scripts or outside files."""
    rows = "\n".join(_page_row(item) for item in found.items)
    title = escape(f"{found.old} → {found.new}")
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>\n"
        "body{font-family:sans-serif;line-height:1.5;margin:1rem;max-width:80rem}\n"
        "table{border-collapse:collapse;width:100%}\n"
        "th,td{border-bottom:1px solid #767676;padding:.5rem;text-align:left;vertical-align:top}\n"
        "td{min-width:8rem;overflow-wrap:anywhere}\n</style>\n</head>\n<body>\n"
        f"<h1>{title}</h1>\n<p>Proposals, to be judged by a person. {escape(_counts(found))}.</p>\n"
        '<table>\n<thead><tr><th scope="col">Change</th><th scope="col">Older letter</th>'
        '<th scope="col">Newer letter</th><th scope="col">Why</th></tr></thead>\n'
        f"<tbody>\n{rows}\n</tbody>\n</table>\n</body>\n</html>"
    )


def _page_row(item: DriftItem) -> str:
    reasons = "<br>".join(escape(said(reason)) for reason in item.reasons)
    old = escape(item.old.text) if item.old else "–"
    new = escape(item.new.text) if item.new else "–"
    change = escape(item.change.value.replace("_", " "))
    return f"<tr><th scope='row'>{change}</th><td>{old}</td><td>{new}</td><td>{reasons}</td></tr>"
