"""`ketenkaart letter keep|list|judge|undo|resolve|judgements|agreement|reread|publish`."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ketenkaart.cli.acting import As, acting, open_record
from ketenkaart.cli.dates import day
from ketenkaart.cli.letter_resolve import resolve
from ketenkaart.cli.output import (
    Column,
    Format,
    Printed,
    print_csv,
    print_json,
    print_table,
    printed_as_data,
    say,
)
from ketenkaart.core.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ketenkaart.core.ledger.candidates import Change

judgements_app = typer.Typer(
    help="Judgements as a file: take them out, bring a batch in.", no_args_is_help=True
)
Letter = Annotated[str, typer.Argument(metavar="LETTER", help="Id of a kept letter.")]


def keep_letter(
    letter: Annotated[
        str, typer.Argument(metavar="LETTER", help="A file, an address, or an id: kst-26485-319.")
    ],
    acts_as: As = None,
    on: Annotated[
        str | None,
        typer.Option(
            "--date", metavar="YYYY-MM-DD", help="The letter's date, if it gives none itself."
        ),
    ] = None,
) -> None:
    """Read a letter and keep what is proposed, so that people can judge it.

    Example: ketenkaart letter keep letter.pdf --as anna
    """
    actor = acting(acts_as)
    from ketenkaart.services.judging.readings import keep_reading
    from ketenkaart.services.letters import read_target

    read = read_target(letter, on=day(on))
    kept = keep_reading(
        read=read, name=Path(letter).name or letter, actor=actor, at=datetime.now(UTC)
    )
    state = "kept" if kept.is_new else "known already, nothing changed"
    say(f"{kept.letter}: {state}; {kept.proposals} proposals.")
    _print_changes(kept.changes)
    say(f"Judge them: ketenkaart letter judge {kept.letter} --as {actor.name}")


def list_letters(
    format: Printed = Format.TABLE,
    page: Annotated[int, typer.Option(min=1, help="Which 50: the latest read are page 1.")] = 1,
) -> None:
    """List the letters that were read, with who judged how much.

    Example: ketenkaart letter list
    """
    open_record()
    from ketenkaart.services.judging.listing import LETTERS_SHOWN, letter_list

    found = letter_list(page)
    columns = ("id", "title", "date", "proposals", "judged_by", "disagreements", "is_published")
    rows: list[list[Any]] = [
        [
            line.id, line.title, line.date.isoformat() if line.date else None, line.proposals,
            ", ".join(f"{name} {count}/{line.proposals}" for name, count in line.judged_by),
            line.disagreements, line.is_published,
        ]
        for line in found
    ]  # fmt: skip
    if printed_as_data(format, columns, rows):
        return
    if not rows:
        say(
            "No letter was kept yet: ketenkaart letter keep FILE --as NAME"
            if page == 1
            else f"There is no page {page}."
        )
    else:
        heads = [
            Column("Id"), Column("Title", wide=True), Column("Date", spare=1),
            Column("Proposals", "right"), Column("Judged by", wide=True),
            Column("Disagreements", "right", spare=2), Column("State"),
        ]  # fmt: skip
        print_table(
            heads,
            [
                [r[0], r[1], r[2] or "unknown", str(r[3]), r[4] or "nobody yet", str(r[5]),
                 "published" if r[6] else "not published"]
                for r in rows
            ],
        )  # fmt: skip
        if len(rows) == LETTERS_SHOWN:
            say("", f"There may be more: ketenkaart letter list --page {page + 1}")


def judge_letter(
    letter: Letter,
    acts_as: As = None,
    code: Annotated[
        str | None, typer.Option(metavar="CODE", help="Begin at this proposal, as R3.")
    ] = None,
) -> None:
    """Judge the proposals of a letter one by one; begins where you left off.

    Each proposal is shown with its passage. Answer with one letter: a accept, c correct, s split,
    m merge, r reject, u take back, n skip, q quit. Everything is kept at once.

    Example: ketenkaart letter judge kst-36061-12 --as anna
    """
    actor = acting(acts_as)
    from ketenkaart.cli.letter_session import Session

    Session(letter, actor, code).run()


def undo_letter(letter: Letter, acts_as: As = None) -> None:
    """Take back your latest judgement; what stood before it stands again.

    Example: ketenkaart letter undo kst-36061-12 --as anna
    """
    actor = acting(acts_as)
    from ketenkaart.services.judging.judge import withdraw

    taken = withdraw(letter=letter, actor=actor, at=datetime.now(UTC))
    say(f"Judgement {taken.withdraws} was taken back.")


@judgements_app.command("export")
def export_judgements(
    letter: Letter,
    coder: Annotated[str | None, typer.Option(help="Only this coder's judgements.")] = None,
    format: Printed = Format.CSV,
) -> None:
    """Print the judgements in force, and what is left to judge, one row per entry.

    Example: ketenkaart letter judgements export kst-36061-12 --coder anna > anna.csv
    """
    open_record()
    from ketenkaart.services.judging.exchange import COLUMNS, export_rows
    from ketenkaart.services.judging.readings import open_letter

    rows = export_rows(open_letter(letter), coder)
    if format is Format.JSON:
        print_json(rows)
    elif format is Format.CSV:
        print_csv(COLUMNS, [[row[name] for name in COLUMNS] for row in rows])
    else:
        print_table(
            [Column("Coder"), Column("Action"), Column("Codes"), Column("Words", wide=True)],
            [
                [row["coder"], row["action"] or "to judge", row["codes"], row["quote"]]
                for row in rows
            ],
        )


@judgements_app.command("import")
def import_file(
    letter: Letter,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="CSV or JSON, as exported.")],
    acts_as: As = None,
) -> None:
    """Give the judgements of a file, all of them or none; what stands already is passed over.

    Fill in the column `action` of an export: accept, correct, split, merge, reject or add.

    Example: ketenkaart letter judgements import kst-36061-12 anna.csv --as anna
    """
    actor = acting(acts_as)
    from ketenkaart.services.judging.exchange import import_judgements, read_rows

    if not file.is_file():
        raise InputError(
            f"There is no file {str(file)[:200]!r}", where="FILE", fix="Check its name."
        )
    rows = read_rows(file.read_bytes(), file.name)
    done = import_judgements(letter=letter, rows=rows, actor=actor, at=datetime.now(UTC))
    say(f"{done.added} judgements added, {done.unchanged} stood already.")


def show_agreement(
    letter: Letter,
    coder_a: Annotated[
        list[str] | None,
        typer.Option("--coder", help="A coder; give two, or leave out for the first two."),
    ] = None,
    format: Printed = Format.TABLE,
) -> None:
    """Show how far two coders agree: counts, per cents, and kappa with its 95% interval.

    Example: ketenkaart letter agreement kst-36061-12 --coder anna --coder bram
    """
    open_record()
    from ketenkaart.services.judging.readings import open_letter

    found = open_letter(letter)
    pair = coder_a or list(found.folded.coders[:2])
    if len(pair) != 2:
        raise InputError(
            f"Agreement takes two coders, and {len(pair)} can be compared",
            where="--coder",
            fix=f"Judged by: {', '.join(found.folded.coders) or 'nobody yet'}.",
        )
    result = found.agreement(pair[0], pair[1])
    columns = ("variable", "items", "equal", "share", "kappa", "low", "high", "undefined")
    rows: list[list[Any]] = [
        [k.variable, k.items, k.equal, k.share, k.value, k.low, k.high, k.undefined]
        for k in result.kappas
    ]
    if format is Format.JSON:
        print_json(
            {
                "first": result.first, "second": result.second, "compared": result.compared,
                "only_first": result.only_first, "only_second": result.only_second,
                "rows": [dict(zip(columns, row, strict=True)) for row in rows],
            }
        )  # fmt: skip
    elif format is Format.CSV:
        print_csv(columns, rows)
    else:
        say(
            f"{result.first} and {result.second} both judged {result.compared} proposals; "
            f"only {result.first} added {result.only_first}, only {result.second} "
            f"{result.only_second}.",
            "",
        )
        heads = [
            Column("Variable"), Column("Alike", "right"), Column("Share", "right"),
            Column("Kappa (estimate)", "right"), Column("95% interval", wide=True),
        ]  # fmt: skip
        print_table(heads, [_agreed(row) for row in rows])


UNDEFINED = {
    "no_items": "cannot be computed: nothing coded by both",
    "one_category": "cannot be computed: one value throughout",
}


def _agreed(row: list[Any]) -> list[str]:
    variable, items, equal, share, value, low, high, undefined = row
    between = "cannot be computed: too little variation"
    if low is not None:
        between = f"{low:.2f} to {high:.2f}"
    return [
        variable.replace("_", " "),
        f"{equal}/{items}",
        "not applicable" if share is None else f"{share:.0%}",
        "-" if value is None else f"{value:.2f}",
        UNDEFINED[undefined] if undefined else between,
    ]


def reread(letter: Letter, acts_as: As = None, format: Printed = Format.TABLE) -> None:
    """Read a kept letter again with the reader as it is now; judgements stay.

    Prints only what changed: proposals that are new, gone, or read otherwise.

    Example: ketenkaart letter reread kst-36061-12 --as anna
    """
    actor = acting(acts_as)
    from ketenkaart.services.judging.readings import reread_letter

    kept = reread_letter(letter=letter, actor=actor, at=datetime.now(UTC))
    rows = [
        {
            "change": item.kind.value,
            "code": item.candidate.code,
            "kind": item.candidate.kind.value,
            "variables": " ".join(item.variables),
            "quote": item.candidate.fields.quote,
        }
        for item in kept.changes
    ]
    if format is Format.JSON:
        print_json({"is_new": kept.is_new, "proposals": kept.proposals, "changes": rows})
    elif format is Format.CSV:
        print_csv(
            ("change", "code", "kind", "variables", "quote"), [list(r.values()) for r in rows]
        )
    else:
        say(f"{letter}: {'read anew' if kept.is_new else 'nothing changed'}.")
        _print_changes(kept.changes)


def _print_changes(changes: Iterable[Change]) -> None:
    rows = [
        [
            item.kind.value, item.candidate.code, " ".join(item.variables).replace("_", " "),
            item.candidate.fields.quote,
        ]
        for item in changes
    ]  # fmt: skip
    if rows:
        heads = [Column("Change"), Column("Code"), Column("Otherwise"), Column("Words", wide=True)]
        print_table(heads, rows)


def publish(
    letter: Letter,
    acts_as: As = None,
    title_nl: Annotated[str | None, typer.Option(help="Title in Dutch.")] = None,
    title_en: Annotated[str | None, typer.Option(help="Title in English.")] = None,
    sender: Annotated[str | None, typer.Option(help="Who signed it.")] = None,
    date: Annotated[str | None, typer.Option(metavar="YYYY-MM-DD", help="Its date.")] = None,
    dossier: Annotated[str | None, typer.Option(help="Dossier, as '26 485'.")] = None,
    number: Annotated[str | None, typer.Option(help="Number in the dossier.")] = None,
) -> None:
    """Publish what was agreed or resolved as the letter's ledger; codes stay the same.

    What was read or published before stands unless you say otherwise here.

    Example: ketenkaart letter publish kst-36061-12 --as ed
    """
    actor = acting(acts_as)
    from pydantic import ValidationError

    from ketenkaart.core.ledger.publishing import LetterFacts
    from ketenkaart.services.judging.publish import proposed_facts, publish_judged
    from ketenkaart.services.judging.readings import open_letter

    given = {
        "title_nl": title_nl, "title_en": title_en, "sender": sender, "date": date,
        "dossier": dossier, "number": number,
    }  # fmt: skip
    known = proposed_facts(open_letter(letter))
    chosen = known | {name: value for name, value in given.items() if value is not None}
    try:
        facts = LetterFacts.model_validate(
            {"id": letter, **{name: value for name, value in chosen.items() if value}}
        )
    except ValidationError as error:
        name = str(error.errors()[0]["loc"][0])
        raise InputError(
            f"The letter's {name.replace('_', ' ')} is missing or cannot be",
            where=f"--{name.replace('_', '-')}",
            fix=f"Give it: `--{name.replace('_', '-')} ...`.",
        ) from error
    done = publish_judged(letter=letter, facts=facts, actor=actor, at=datetime.now(UTC))
    state = "published" if done.is_changed else "unchanged"
    say(
        f"{letter} {state}: {done.recommendations} recommendations, {done.commitments} "
        f"commitments, {done.references} papers.",
        f"Show it: ketenkaart ledger list --letter {letter}",
    )


def mount(letter_app: typer.Typer) -> None:
    """Give `ketenkaart letter` the commands of judging."""
    letter_app.command("keep")(keep_letter)
    letter_app.command("list")(list_letters)
    letter_app.command("judge")(judge_letter)
    letter_app.command("undo")(undo_letter)
    letter_app.command("resolve")(resolve)
    letter_app.command("agreement")(show_agreement)
    letter_app.command("reread")(reread)
    letter_app.command("publish")(publish)
    letter_app.add_typer(
        judgements_app, name="judgements", short_help="Judgements as a file, out and in."
    )
