"""`ketenkaart endorsement read`."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ketenkaart.cli.endorsement import endorsement_app
from ketenkaart.cli.output import print_json, say, tell
from ketenkaart.cli.progress import Tally
from ketenkaart.core.errors import InputError

if TYPE_CHECKING:
    from ketenkaart.services.endorsement.rows import DocumentRow, RunSummary

LONGEST_SHOWN = 400
MOST_SHOWN = 3
FULL_LEVEL = 3


class ReadFormat(StrEnum):
    """How what was read is printed."""

    TEXT = "text"
    JSON = "json"


class EngineName(StrEnum):
    """Where reports are read."""

    OWN = "own"
    SPARK = "spark"


@endorsement_app.command("read", short_help="Read reports: level, passages, other instruments.")
def read(
    files: Annotated[
        list[str],
        typer.Argument(metavar="FILE...", help="Files, folders with all below, or 'patterns'."),
    ],
    *,
    processes: Annotated[
        int | None, typer.Option(metavar="N", help="How many at once; else one per processor.")
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with a run that was cut short.")
    ] = False,
    restart: Annotated[
        bool, typer.Option("--restart", help="Begin anew, whatever was read before.")
    ] = False,
    journal: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Keep what is done here; else beside --output, or in "
            "the data folder. Removed when the run is done, unless named here.",
        ),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "--out",
            metavar="FILE",
            help="Write the rows: .json, .jsonl, .csv or .parquet.",
        ),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Write over a file.")] = False,
    level: Annotated[
        list[str] | None,
        typer.Option(metavar="0|1|2|3|2+", help="Show only these levels; may be repeated."),
    ] = None,
    engine: Annotated[EngineName, typer.Option(help="Where to read.")] = EngineName.OWN,
    format: Annotated[ReadFormat, typer.Option(help="How to print.")] = ReadFormat.TEXT,
) -> None:
    """Read how far reports go with the OECD Guidelines, with the passages that say so.

    Levels: 0 not named, 1 mentioned, 2 reference framework, 3 endorsement with due diligence
    described. What a machine reads is a proposal. A file that cannot be read is a row with its
    reason, and never level 0. The same content is counted once.

    Example: ketenkaart endorsement read reports/ --output read.parquet
    """  # fmt: skip
    from ketenkaart.services.endorsement.files import find_reports
    from ketenkaart.services.endorsement.results import require_form, run_data, write_results
    from ketenkaart.services.endorsement.running import ReadingEngine, journal_of, read_reports

    wanted = _levels(level)
    if resume and restart:
        raise InputError(
            "--resume and --restart exclude each other", where="--resume", fix="Say one."
        )
    if output is not None:
        require_form(output, force=force)
    found = find_reports(files)
    kept_at = journal or journal_of(files, output)
    with Tally("reading", len(found.files)) as tally:
        try:
            run = read_reports(
                found,
                processes=processes,
                engine=ReadingEngine(engine.value),
                journal=kept_at,
                resume=resume,
                restart=restart,
                told=tally.show,
            )
        except KeyboardInterrupt:
            tell(f"Stopped; what was read is kept in {kept_at}. Go on with --resume.")
            raise
    rows = [row for row in run.rows if wanted is None or row.level in wanted]
    if output is not None:
        write_results(output, run, rows, force=force)
    if journal is None:
        kept_at.unlink(missing_ok=True)
    if format is ReadFormat.JSON:
        print_json(run_data(run, rows))
        return
    if output is None:
        for row in rows:
            say(*_lines(row))
        say("")
    say(*_summary(run.summary))
    if output is not None:
        say(f"Written: {output} ({len(rows)} rows)")


def _levels(asked: list[str] | None) -> frozenset[int] | None:
    """Return the levels to show; `None` for everything, what was not read too.

    >>> sorted(_levels(["2+"]))
    [2, 3]
    """
    from ketenkaart.core.monitor.endorsement.types import Level

    if not asked:
        return None
    by_name = {item.word: {int(item)} for item in Level}
    by_name |= {str(int(item)): {int(item)} for item in Level}
    by_name |= {f"{int(item)}+": set(range(item, 4)) for item in Level}
    found: set[int] = set()
    for text in asked:
        if text.casefold() not in by_name:
            raise InputError(
                f"There is no level {text[:20]!r}", where="--level", fix="Use 0, 1, 2, 3 or 2+."
            )
        found |= by_name[text.casefold()]
    return frozenset(found)


def _lines(row: DocumentRow) -> list[str]:
    name = "".join(sign if sign.isprintable() else "?" for sign in row.file)
    if row.level is None:
        word = "same file" if row.state.value == "duplicate" else "not read"
        return [f"{name}: {word}. {row.reason}"]
    head = f"{name}: {row.level} {(row.level_name or '').replace('_', ' ')}"
    if row.stance not in (None, "none"):
        head += f" ({row.stance})"
    if row.is_boilerplate:
        head += ", in lists of standards only"
    lines = [head]
    if row.is_partial:
        lines.append(f"    Partly read, so at least this level. {row.reason}")
    lines += [
        f"    {_place(passage)}“{_cut(passage['text'])}”" for passage in row.deciding[:MOST_SHOWN]
    ]
    if len(row.deciding) > MOST_SHOWN:
        lines.append(f"    and {len(row.deciding) - MOST_SHOWN} more (--format json gives all)")
    if row.level == FULL_LEVEL:
        lines += [
            f"    {name}: {_place(item)}“{_cut(item['text'])}”"
            for name, item in row.told_steps.items()
        ]
    named = sorted({str(item["instrument"]).replace("_", " ") for item in row.other_instruments})
    if named:
        lines.append(f"    Other OECD instruments, kept apart: {', '.join(named)}")
    return lines


def _place(passage: dict[str, object]) -> str:
    return f"p. {passage['page']}: " if passage.get("page") else ""


def _cut(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= LONGEST_SHOWN else plain[:LONGEST_SHOWN] + "…"


def _summary(found: RunSummary) -> list[str]:
    levels = ", ".join(f"{name.replace('_', ' ')} {count}" for name, count in found.levels.items())
    many = "document" if found.documents == 1 else "documents"
    lines = [f"{found.documents} {many}; {found.read} read: {levels} (a machine's proposals)."]
    missing = found.unreadable + found.refused
    if missing:
        lines.append(
            f"Not read, and so without a level: {found.unreadable} unreadable, {found.refused} "
            "refused."
        )
    if found.duplicates:
        lines.append(f"{found.duplicates} files were copies of others and are counted once.")
    if found.resumed:
        lines.append(f"{found.resumed} were read by the run before, and not again.")
    if found.passed_over:
        lines.append(f"{found.passed_over} files of other kinds were passed over in folders.")
    return lines + found.notes
