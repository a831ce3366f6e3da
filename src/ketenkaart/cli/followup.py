"""`ketenkaart followup due|show|calendar|letter|dossier`: what stands, and what goes out."""

from __future__ import annotations

import sys
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ketenkaart.cli.acting import open_record
from ketenkaart.cli.dates import day
from ketenkaart.cli.output import Column, Format, Printed, print_csv, print_json, print_table, say

if TYPE_CHECKING:
    from ketenkaart.core.ledger.followup.types import Claim, Evidence, Followed, IndependentVerdict

followup_app = typer.Typer(
    help="Follow each recommendation and promise: claims, evidence, verdicts, dates.",
    no_args_is_help=True,
)


class ShowList(StrEnum):
    """Which items a list holds."""

    ALL = "all"
    OPEN = "open"
    DUE = "due"
    OVERDUE = "overdue"
    AWAITING = "awaiting"
    UNDATED = "undated"
    SLIPPED = "slipped"
    UNOWNED = "unowned"


class Language(StrEnum):
    """In which language words come out."""

    NL = "nl"
    EN = "en"


AsOf = Annotated[
    str | None, typer.Option(metavar="YYYY-MM-DD", help="State on this day; else today.")
]
Owner = Annotated[str | None, typer.Option(metavar="NAME", help="Only this owner's items.")]
Theme = Annotated[int | None, typer.Option(min=1, max=9, help="Only this theme.")]
Key = Annotated[
    str, typer.Argument(metavar="ITEM", help="As kst-26485-319/K22; K22 means the first letter's.")
]


def on_day(text: str | None) -> date:
    """Return the day that is asked for, or today in the Netherlands."""
    from ketenkaart.services.followup.noting import dutch_day

    return day(text) or dutch_day(datetime.now(UTC))


def full_key(item: str) -> str:
    """Return the key of an item; a bare code belongs to the letter that ships.

    >>> full_key("k7"), full_key("kst-1/R2")
    ('kst-26485-319/K07', 'kst-1/R2')
    """
    from ketenkaart.cli.ledger import record_code
    from ketenkaart.sources.reference.ledger import FIRST_LETTER

    return item if "/" in item else f"{FIRST_LETTER}/{record_code(item)}"


@followup_app.command("due")
def due(
    show: Annotated[ShowList, typer.Option(help="Which list.")] = ShowList.OPEN,
    owner: Owner = None,
    theme: Theme = None,
    as_of: AsOf = None,
    format: Printed = Format.TABLE,
) -> None:
    """List what waits for something: due soon, overdue, undated, unowned.

    Example: ketenkaart followup due --show overdue --as-of 2020-10-01
    """
    items = _listed(show, owner, theme, as_of)
    from ketenkaart.services.followup.rows import LIST_COLUMNS, list_json, list_row

    if format is Format.JSON:
        print_json({"count": len(items), "rows": [list_json(item) for item in items]})
    elif format is Format.CSV:
        print_csv(LIST_COLUMNS, [list_row(item) for item in items])
    elif not items:
        say("Nothing on this list.")
    else:
        columns = [
            Column("Item"), Column("What", wide=True), Column("State"), Column("Due"),
            Column("Days", "right"), Column("Owner"),
        ]  # fmt: skip
        print_table(columns, [_line(item) for item in items])
        count = "1 item" if len(items) == 1 else f"{len(items)} items"
        say("", f"{count}. Without a verdict, nothing is late or broken.")


@followup_app.command("show")
def show_item(item: Key, as_of: AsOf = None, format: Printed = Format.TABLE) -> None:
    """Show one item: what its owner says, what the evidence shows, what a verifier found.

    Example: ketenkaart followup show K22
    """
    from ketenkaart.core.ledger.followup.dossier import in_words

    open_record()
    from ketenkaart.services.followup.reading import follow_one

    found = follow_one(full_key(item), on_day(as_of))
    standing = found.standing
    if format is Format.JSON:
        print_json(found.model_dump(mode="json"))
        return
    rows = [
        ["State", _words(standing.state)],
        ["First deadline", str(standing.due or "none")],
        ["Expected", f"{standing.expected} (slipped)" if standing.has_slipped else "as above"],
        ["Owner", standing.owner or "nobody yet"],
        ["Asked for", ", ".join(standing.asks) or "nothing"],
    ]
    if found.item.reason is not None:
        rows.append(["Reason", found.item.reason.en])
    rows += [_said("Owner says", claim, claim.text) for claim in found.history.claims]
    rows += [_said("Evidence", shown, shown.title) for shown in found.history.evidence]
    rows += [_said("Verdict", judged, judged.statement) for judged in found.history.verdicts]
    rows += [
        ["Date", f"{change.due}, given {change.day} by {in_words(change.by, 'en')}"]
        for change in found.history.deadlines
    ]
    if format is Format.CSV:
        print_csv(("field", "value"), rows)
        return
    say(f"{found.item.key}  {found.item.summary.en}", "")
    print_table([Column("What"), Column(f"On {standing.as_of}", wide=True)], rows)


def _said(title: str, record: Claim | Evidence | IndependentVerdict, words: Any) -> list[str]:
    from ketenkaart.core.ledger.followup.dossier import in_words

    kind = getattr(record, "value", None) or getattr(record, "kind", None)
    name = f"{title} {record.id}" if record.id else title
    gone = "  [withdrawn]" if record.withdrawn else ""
    where = getattr(record, "url", None) or getattr(record, "sha256", None) or ""
    label = f"{_words(kind)}: " if kind else ""
    source = f" ({where})" if where else ""
    return [name, f"{record.day or 'undated'}  {label}{in_words(words, 'en')}{source}{gone}"]


@followup_app.command("calendar")
def calendar(
    show: Annotated[ShowList, typer.Option(help="Which list.")] = ShowList.OPEN,
    owner: Owner = None,
    theme: Theme = None,
    language: Annotated[Language, typer.Option(help="Language of the events.")] = Language.NL,
    as_of: AsOf = None,
) -> None:
    """Write the deadlines as an iCalendar file on standard output.

    Example: ketenkaart followup calendar > deadlines.ics
    """
    items = _listed(show, owner, theme, as_of)
    from ketenkaart.services.followup.calendar import deadlines_calendar

    feed = deadlines_calendar(items, language=language.value, at=datetime.now(UTC))
    sys.stdout.buffer.write(feed)
    sys.stdout.flush()


@followup_app.command("letter")
def draft(
    show: Annotated[ShowList, typer.Option(help="Which list.")] = ShowList.ALL,
    owner: Owner = None,
    theme: Theme = None,
    language: Annotated[Language, typer.Option(help="Language of the letter.")] = Language.NL,
    as_of: AsOf = None,
) -> None:
    """Write a draft letter to parliament, in Markdown, on standard output; somebody edits it.

    Example: ketenkaart followup letter --show open > concept.md
    """
    items = _listed(show, owner, theme, as_of)
    from ketenkaart.core.ledger.followup.dossier import draft_letter
    from ketenkaart.services.followup.wording import letter_phrases
    from ketenkaart.services.register import source_titles

    text = draft_letter(
        items,
        language=language.value,
        as_of=on_day(as_of),
        phrases=letter_phrases(language.value),
        titles=source_titles(),
    )
    say(text.rstrip("\n"))


@followup_app.command("dossier")
def dossier(
    article: Annotated[str, typer.Argument(metavar="ARTICLE", help="Such as bhos_1.")] = "bhos_1",
    as_of: AsOf = None,
    format: Printed = Format.TABLE,
) -> None:
    """Print everything claimed, shown and judged under a budget article.

    Example: ketenkaart followup dossier bhos_1 --format csv > review-2026-11-22.csv
    """
    open_record()
    from ketenkaart.core.ledger.followup.dossier import DossierRow, dossier_rows
    from ketenkaart.services.followup.planning import review_dossier

    on = on_day(as_of)
    found_article, found = review_dossier(article, on)
    rows = [row.model_dump(mode="json") for row in dossier_rows(found)]
    columns = tuple(DossierRow.model_fields)
    if format is Format.JSON:
        about = found_article.model_dump(mode="json")
        print_json({"article": about, "as_of": on.isoformat(), "rows": rows})
    elif format is Format.CSV:
        print_csv(columns, [[row[name] for name in columns] for row in rows])
    else:
        named = [Column("Item"), Column("Lane"), Column("Day"), Column("What", wide=True)]
        print_table(
            named,
            [[r["item"], r["lane"], r["day"] or "undated", r["text_en"]] for r in rows],
            title=found_article.title.en,
        )
        say("", f"{len(found)} items, {len(rows)} lines, as of {on}.")


def _listed(
    show: ShowList, owner: str | None, theme: int | None, as_of: str | None
) -> tuple[Followed, ...]:
    open_record()
    from ketenkaart.core.ledger.followup.lists import SHOWS, select
    from ketenkaart.services.followup.reading import followed

    chosen = next(name for name in SHOWS if name == show.value)
    return select(followed(on_day(as_of)), show=chosen, owner=owner, theme=theme)


def _line(found: Followed) -> list[str]:
    standing = found.standing
    slipped = " (slipped)" if standing.has_slipped else ""
    return [
        found.item.key,
        found.item.summary.en,
        _words(standing.state),
        f"{standing.expected}{slipped}" if standing.expected else "–",
        "–" if standing.days_left is None else str(standing.days_left),
        standing.owner or "–",
    ]


def _words(code: str | None) -> str:
    return (code or "").replace("_", " ")
