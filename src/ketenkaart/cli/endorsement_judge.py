"""`ketenkaart endorsement keep` and `endorsement judge ...`."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ketenkaart.cli.acting import As, acting, open_record
from ketenkaart.cli.endorsement import endorsement_app
from ketenkaart.cli.endorsement_score import score
from ketenkaart.cli.output import Column, Format, Printed, print_csv, print_json, print_table, say
from ketenkaart.core.errors import InputError

if TYPE_CHECKING:
    from ketenkaart.services.endorsement_judging.samples import OpenSample, SampleItem

judge_app = typer.Typer(
    help="People judge a random sample of what was read; the machine's errors follow from it.",
    no_args_is_help=True,
)
endorsement_app.add_typer(
    judge_app, name="judge", short_help="Judge a random sample of what was read."
)
Sample = Annotated[
    str | None, typer.Option("--sample", metavar="SAMPLE", help="Its name; else the newest.")
]
Number = Annotated[int, typer.Argument(metavar="NUMBER", min=1, help="Of the document.")]


class AllocationName(StrEnum):
    """How a sample is spread over the levels that the machine gave."""

    EQUAL = "equal"
    PROPORTIONAL = "proportional"


@endorsement_app.command("keep", short_help="Keep results on the record, to draw and judge.")
def keep(
    results: Annotated[
        Path, typer.Argument(metavar="RESULTS", help="Written by `read --output`; not CSV.")
    ],
    *,
    name: Annotated[str, typer.Option(metavar="NAME", help="What to call them.")],
    acts_as: As = None,
) -> None:
    """Keep the results of a run on the record; the same rows are kept once.

    Example: ketenkaart endorsement keep read.parquet --name reports-2024 --as ed
    """
    from ketenkaart.services.endorsement.results import read_results

    if results.suffix.casefold() == ".csv":
        raise InputError(
            "CSV holds no passages to judge", where=str(results),
            fix="Give the results as .parquet, .json or .jsonl.",
        )  # fmt: skip
    documents = read_results(results)
    actor = acting(acts_as)
    from ketenkaart.services.endorsement_judging.keeping import keep_run

    kept = keep_run(name=name, documents=documents, actor=actor, at=datetime.now(UTC))
    state = "kept" if kept.is_new else "known already, nothing changed"
    say(
        f"{kept.name}: {state}; {kept.documents} files.",
        f"Draw a sample: ketenkaart endorsement judge draw --run {kept.name} --size 120 "
        f"--name check-1 --as {actor.name}",
    )


@judge_app.command("draw")
def draw(
    *,
    run: Annotated[str, typer.Option(metavar="NAME", help="Results that were kept.")],
    name: Annotated[str, typer.Option(metavar="SAMPLE", help="What to call the sample.")],
    size: Annotated[int, typer.Option(metavar="N", help="How many documents to judge.")] = 120,
    seed: Annotated[int, typer.Option(help="Same seed, same documents.")] = 1,
    allocation: Annotated[
        AllocationName, typer.Option(help="Over the machine's levels.")
    ] = AllocationName.EQUAL,
    acts_as: As = None,
) -> None:
    """Draw documents at random, within each level that the machine gave.

    Example: ketenkaart endorsement judge draw --run reports-2024 --name check-1 --as ed
    """
    actor = acting(acts_as)
    from ketenkaart.services.endorsement_judging.keeping import Allocation, draw_sample

    drawn = draw_sample(
        run=run, name=name, size=size, seed=seed, actor=actor, at=datetime.now(UTC),
        allocation=Allocation(allocation.value),
    )  # fmt: skip
    parts = ", ".join(f"{m} of {n} at level {level}" for level, n, m in drawn.strata)
    say(
        f"{drawn.name}: {parts} (seed {drawn.seed}).",
        f"Judge them: ketenkaart endorsement judge next --sample {drawn.name} --as NAME",
    )


@judge_app.command("list")
def list_items(
    sample: Sample = None,
    format: Printed = Format.TABLE,
    open_only: Annotated[bool, typer.Option("--open", help="Only what is not settled.")] = False,
) -> None:
    """List the drawn documents: what the machine read, who judged what, what counts as true.

    Example: ketenkaart endorsement judge list --sample check-1 --open
    """
    found = _opened(sample)
    settled = {"agreed", "resolved"}
    items = [i for i in found.items if not open_only or i.truth.state.value not in settled]
    columns = ("number", "file", "machine_level", "judged", "truth", "state")
    rows: list[list[Any]] = [
        [
            item.number, item.document.file, item.document.level,
            ", ".join(f"{who} {level.value}" for who, level in sorted(item.truth.by_coder.items())),
            None if item.truth.level is None else item.truth.level.value, item.truth.state.value,
        ]
        for item in items
    ]  # fmt: skip
    if format is Format.JSON:
        print_json(
            {"sample": found.name, "rows": [dict(zip(columns, r, strict=True)) for r in rows]}
        )
    elif format is Format.CSV:
        print_csv(columns, rows)
    else:
        heads = [
            Column("Number", "right"), Column("File", wide=True), Column("Machine", "right"),
            Column("Judged", wide=True), Column("True"), Column("State"),
        ]  # fmt: skip
        shown = [
            [str(r[0]), r[1], str(r[2]), r[3] or "nobody yet", r[4] or "unknown", r[5]]
            for r in rows
        ]
        print_table(heads, shown, title=f"Sample {found.name}, drawn from {found.run}")


@judge_app.command("next")
def show_next(
    sample: Sample = None,
    number: Annotated[
        int | None, typer.Option(metavar="NUMBER", help="This document instead.")
    ] = None,
    machine: Annotated[
        bool, typer.Option("--machine", help="Show the machine's level too.")
    ] = False,
    acts_as: As = None,
) -> None:
    """Show the next document that you have not judged, with every passage that was found.

    The machine's level is not shown unless you ask: who has not seen it judges more freely.

    Example: ketenkaart endorsement judge next --as anna
    """
    actor = acting(acts_as)
    found = _opened(sample)
    item = found.item(number) if number else found.next_open(actor.name)
    if item is None:
        say(f"{actor.name} has judged all {len(found.items)} documents of {found.name}.")
        return
    done = sum(one.own(actor.name) is not None for one in found.items)
    say(f"{found.name}, document {item.number}; judged by you: {done} of {len(found.items)}.", "")
    say(*_document(item, machine=machine), "")
    say(
        f"ketenkaart endorsement judge decide {item.number} --level 0|1|2|3|cannot_tell "
        f"--sample {found.name} --as {actor.name}"
    )


def _document(item: SampleItem, *, machine: bool) -> list[str]:
    document = item.document
    lines = [f"File: {document.file}"]
    if document.is_partial:
        lines.append(f"Partly read: {document.reason}")
    if not document.passages:
        lines.append("No passage names the Guidelines, as far as the machine read: look yourself.")
    for passage in document.passages:
        page = f"p. {passage['page']}: " if passage.get("page") else ""
        lines += ["", f"  {page}“{_plain(passage)}”"]
        if machine:
            lines.append(f"    machine: level {passage.get('level')}, {passage.get('ground')}")
    if document.steps:
        lines += ["", "Described steps of due diligence:"]
        lines += [f"  {step.get('step')}: “{_plain(step)}”" for step in document.steps]
    if machine:
        lines += ["", f"The machine proposes level {document.level}."]
    return lines


def _plain(passage: dict[str, Any]) -> str:
    return " ".join(str(passage.get("text", "")).split())


@judge_app.command("decide")
def decide(
    number: Number,
    *,
    level: Annotated[str, typer.Option(metavar="0|1|2|3|cannot_tell", help="Your judgement.")],
    note: Annotated[str | None, typer.Option(help="Why, in a few words.")] = None,
    resolve: Annotated[
        bool, typer.Option("--resolve", help="Settle a disagreement (editor; needs --note).")
    ] = False,
    sample: Sample = None,
    acts_as: As = None,
) -> None:
    """Give a document its level; judging again replaces what you said before.

    Example: ketenkaart endorsement judge decide 7 --level 2 --as anna
    """
    actor = acting(acts_as)
    from ketenkaart.services.endorsement_judging.exchange import level_named
    from ketenkaart.services.endorsement_judging.judge import judge_document, resolve_document

    wanted, found, now = level_named(level), _opened(sample), datetime.now(UTC)
    if resolve:
        resolve_document(
            sample=found.name, number=number, level=wanted, reason=note or "", actor=actor, at=now
        )
    else:
        judge_document(
            sample=found.name, number=number, level=wanted, actor=actor, at=now, remark=note
        )
    item = found.item(number)
    said = "settled as" if resolve else "judged"
    say(
        f"{found.name} {number}: {said} {wanted.value.replace('_', ' ')}; the machine proposed "
        f"{(item.document.level_name or '').replace('_', ' ')}."
    )


@judge_app.command("undo")
def undo(
    number: Annotated[
        int | None, typer.Argument(metavar="[NUMBER]", help="Of the document; else your latest.")
    ] = None,
    *,
    sample: Sample = None,
    acts_as: As = None,
) -> None:
    """Take back your latest judgement; what stood before it stands again.

    Example: ketenkaart endorsement judge undo --as anna
    """
    actor = acting(acts_as)
    from ketenkaart.services.endorsement_judging.judge import withdraw_document

    name = _opened(sample).name
    taken = withdraw_document(sample=name, actor=actor, at=datetime.now(UTC), number=number)
    say(f"{name} {taken.item}: your judgement was taken back.")


@judge_app.command("export")
def export(
    sample: Sample = None,
    coder: Annotated[
        str | None, typer.Option(help="To fill in: this coder's, without the machine's level.")
    ] = None,
    format: Printed = Format.CSV,
) -> None:
    """Print the judgements, one row per document and coder; open ones have no level.

    Example: ketenkaart endorsement judge export --coder anna > anna.csv
    """
    found = _opened(sample)
    from ketenkaart.services.endorsement_judging.exchange import COLUMNS, export_rows

    rows = export_rows(found, coder)
    if format is Format.JSON:
        print_json(rows)
    elif format is Format.CSV:
        print_csv(COLUMNS, [[row[name] for name in COLUMNS] for row in rows])
    else:
        heads = [
            Column("Number", "right"), Column("File", wide=True), Column("Coder"), Column("Level"),
        ]  # fmt: skip
        shown = [
            [str(row["number"]), row["file"], row["coder"] or "-", row["level"] or "to judge"]
            for row in rows
        ]
        print_table(heads, shown)


@judge_app.command("import")
def import_file(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="CSV or JSON, as exported.")],
    *,
    sample: Sample = None,
    acts_as: As = None,
) -> None:
    """Give the judgements of a file, all of them or none; rows without a level are passed over.

    Example: ketenkaart endorsement judge import anna.csv --as anna
    """
    actor = acting(acts_as)
    from ketenkaart.services.endorsement_judging.exchange import import_judgements, read_rows

    if not file.is_file():
        raise InputError(
            f"There is no file {str(file)[:200]!r}", where="FILE", fix="Check its name."
        )
    name = _opened(sample).name
    rows = read_rows(file.read_bytes(), file.name)
    done = import_judgements(sample=name, rows=rows, actor=actor, at=datetime.now(UTC))
    say(f"{name}: {done.added} judgements added, {done.unchanged} stood already.")


def _opened(name: str | None) -> OpenSample:
    """Return the sample of that name, or the newest."""
    open_record()
    from ketenkaart.services.endorsement_judging.samples import newest_sample, open_sample

    return open_sample(name or newest_sample())


judge_app.command("score")(score)
