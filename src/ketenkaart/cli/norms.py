"""`ketenkaart norms ...`: standards scored by alignment, covenants laid beside their norms."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ketenkaart.cli.dates import day
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

if TYPE_CHECKING:
    from ketenkaart.core.governance.norms.scoring import Scored, Verdict
    from ketenkaart.services.exports import Cell

norms_app = typer.Typer(
    help="Standards scored on due diligence, covenants clause by clause beside their norms.",
    no_args_is_help=True,
)


class SheetForm(StrEnum):
    """The form of an empty score sheet."""

    CSV = "csv"
    YAML = "yaml"


@norms_app.command("criteria", short_help="The criteria of the assessment.")
def list_criteria(format: Printed = Format.TABLE) -> None:
    """List the criteria by which a standard or initiative is scored.

    Example: ketenkaart norms criteria
    """
    from ketenkaart.services.norms import criteria
    from ketenkaart.services.norms.rows import CRITERION_COLUMNS, criterion_row

    rows = [criterion_row(item) for item in criteria()]
    columns = [
        Column("Criterion"), Column("Part"), Column("Step"), Column("Question", wide=True),
        Column("Grade", spare=1),
    ]  # fmt: skip
    _print(format, "criteria", CRITERION_COLUMNS, rows, columns, (0, 1, 2, 5, 7))


@norms_app.command("standards", short_help="Standards with their verdict, or what is missing.")
def list_standards(format: Printed = Format.TABLE) -> None:
    """List the standards and initiatives with their scores.

    There is no verdict while a criterion is not researched: what nobody looked at counts neither
    for nor against.

    Example: ketenkaart norms standards
    """
    from ketenkaart.services.norms import list_scored
    from ketenkaart.services.norms.rows import STANDARD_COLUMNS, standard_row

    rows = [standard_row(item) for item in list_scored()]
    columns = [
        Column("Standard"), Column("Name", wide=True), Column("Verdict"), Column("Fully", "right"),
        Column("Partly", "right"), Column("Not", "right"), Column("Not researched", "right"),
    ]  # fmt: skip
    _print(format, "standards", STANDARD_COLUMNS, rows, columns, (0, 2, 5, 7, 8, 9, 10))
    if format is Format.TABLE:
        say("No verdict: criteria are missing. Score one with `norms sheet` and `norms score`.")


@norms_app.command("sheet", short_help="Write an empty score sheet to fill in.")
def sheet(
    form: Annotated[SheetForm, typer.Option(help="CSV for a spreadsheet, or YAML.")] = (
        SheetForm.CSV
    ),
) -> None:
    """Print an empty score sheet: every criterion, not researched, with its question.

    Example: ketenkaart norms sheet > my_standard.csv
    """
    from ketenkaart.services.norms import SHEET_COLUMNS, criteria
    from ketenkaart.services.norms.rows import empty_sheet

    if form is SheetForm.CSV:
        print_csv(SHEET_COLUMNS, empty_sheet(criteria()))
        return
    lines = [
        "id: my_standard",
        'name: {nl: "Naam", en: "Name"}',
        "initiative_of: many_parties  # or industry, or government; never one company",
        "assessed_on: null",
        "scores:",
    ]
    for item in criteria():
        lines += [
            f"  # {item.question.en}",
            f"  - {{criterion: {item.id}, alignment: not_researched}}",
        ]
    lines += [
        "# A score reads: {criterion: ID, alignment: fully|partly|not|not_applicable,",
        '#   evidence: "what was found", citation: {source: ID, locator: "page", grade: sure}}',
        "citation: {source: own, grade: assumed}",
    ]
    say(*lines)


@norms_app.command("score", short_help="Check and score a sheet that somebody filled in.")
def score_sheet(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A score sheet, CSV or YAML.")],
    format: Printed = Format.TABLE,
) -> None:
    """Check a score sheet and show the verdicts per part and per due-diligence step.

    Example: ketenkaart norms score my_standard.csv
    """
    from ketenkaart.services.norms import score_file

    _print_scored(score_file(file), format)


@norms_app.command("show", short_help="Show one standard, criterion by criterion.")
def show(
    standard: Annotated[str, typer.Argument(metavar="STANDARD", help="Its id, or a file.")],
    format: Printed = Format.TABLE,
) -> None:
    """Show the scores of one standard with their evidence.

    Example: ketenkaart norms show agt
    """
    from ketenkaart.services.norms import find_scored

    _print_scored(find_scored(standard), format)


@norms_app.command("compare", short_help="Lay standards side by side, criterion by criterion.")
def compare_standards(
    standards: Annotated[
        list[str], typer.Argument(metavar="STANDARD...", help="Ids or files, two or more.")
    ],
    format: Printed = Format.TABLE,
) -> None:
    """Lay two or more standards side by side; files of one's own may be among them.

    Example: ketenkaart norms compare agt my_standard.csv
    """
    from ketenkaart.core.errors import InputError
    from ketenkaart.services.norms import find_scored
    from ketenkaart.services.norms.rows import compare_rows

    if len(standards) < 2:
        raise InputError("One standard is no comparison", where="STANDARD", fix="Name another.")
    found = [find_scored(name) for name in standards]
    names, rows = compare_rows(found)
    columns = [Column("Criterion"), Column("Part", spare=1), Column("Step")]
    columns += [Column(item.sheet.name.en, wide=True) for item in found]
    _print(format, "criteria", names, rows, columns, tuple(range(len(names))))
    if format is Format.TABLE:
        for item in found:
            say(f"{item.sheet.name.en}: {_sentence(item.total)}")


@norms_app.command("benchmark", short_help="Sectors with and without a covenant on a day.")
def benchmark_sectors(
    as_of: Annotated[
        str | None, typer.Option(metavar="YYYY-MM-DD", help="Day. Default: the edition's date.")
    ] = None,
    without: Annotated[
        bool, typer.Option("--without", help="Only sectors without a covenant in force.")
    ] = False,
    format: Printed = Format.TABLE,
) -> None:
    """List the high-risk sectors: covenants on a day, and standards known where there is none.

    Example: ketenkaart norms benchmark --without --as-of 2019-11-22
    """
    from ketenkaart.services.installed import edition_day
    from ketenkaart.services.norms import CovenantState, benchmark
    from ketenkaart.services.norms.rows import BENCHMARK_COLUMNS, benchmark_row

    on = day(as_of) or edition_day()
    rows = [
        benchmark_row(item)
        for item in benchmark(on)
        if not (without and item.state is CovenantState.IN_FORCE)
    ]
    columns = [
        Column("Sector", wide=True), Column(f"Covenant on {on}"), Column("Covenants", wide=True),
        Column("Standards", wide=True), Column("Grade", spare=1),
    ]  # fmt: skip
    _print(format, "sectors", BENCHMARK_COLUMNS, rows, columns, (2, 3, 4, 5, 7))


@norms_app.command("agreements", short_help="The covenants that are laid beside their norms.")
def agreements(format: Printed = Format.TABLE) -> None:
    """List the agreements of which clauses are known.

    Example: ketenkaart norms agreements
    """
    from ketenkaart.services.norms import list_agreements

    names = ("id", "name_nl", "name_en", "clauses", "known_to_lack", "is_read")
    rows: list[list[Cell]] = [
        [a.id, a.name.nl, a.name.en, len(a.clauses), len(a.absent), a.is_read]
        for a in list_agreements()
    ]
    columns = [
        Column("Agreement"), Column("Name", wide=True), Column("Clauses", "right"),
        Column("Known to lack", "right"), Column("Read whole"),
    ]  # fmt: skip
    _print(format, "agreements", names, rows, columns, (0, 2, 3, 4, 5))


@norms_app.command("matrix", short_help="A covenant's clauses beside every norm.")
def clause_matrix(
    covenant: Annotated[
        str, typer.Argument(metavar="COVENANT", help="Its id, `template`, or a YAML file.")
    ],
    format: Printed = Format.TABLE,
) -> None:
    """Show for every norm which clauses of a covenant follow it, fully or partly.

    Silent means that the text says nothing; not researched that nobody read it whole.

    Example: ketenkaart norms matrix agt
    """
    from ketenkaart.services.norms import find_agreement, matrix
    from ketenkaart.services.norms.rows import MATRIX_COLUMNS, matrix_rows

    agreement = find_agreement(covenant)
    rows = matrix_rows(agreement, matrix(agreement))
    columns = [
        Column("Norm"), Column("In short", wide=True), Column("Followed"),
        Column("Clauses", wide=True), Column("Grade", spare=1),
    ]  # fmt: skip
    _print(format, "norms", MATRIX_COLUMNS, rows, columns, (2, 4, 5, 6, 9))
    if format is Format.TABLE and agreement.note is not None:
        say(agreement.note.en)


@norms_app.command("diff", short_help="Two agreements, or one and the template, by element.")
def diff_agreements(
    left: Annotated[str, typer.Argument(metavar="A", help="An id, `template`, or a file.")],
    right: Annotated[str, typer.Argument(metavar="B", help="An id, `template`, or a file.")],
    format: Printed = Format.TABLE,
) -> None:
    """Show per element what two agreements say, and why they differ where that is known.

    Example: ketenkaart norms diff template floriculture
    """
    from ketenkaart.services.norms import diff, find_agreement
    from ketenkaart.services.norms.rows import DIFF_COLUMNS, diff_rows

    one, other = find_agreement(left), find_agreement(right)
    rows = diff_rows(diff(one, other))
    if format is Format.TABLE:
        rows = [_filled(row) for row in rows]
    columns = [
        Column("Element"), Column("Where"), Column(one.name.en, wide=True),
        Column(other.name.en, wide=True), Column("Why", wide=True, spare=1),
    ]  # fmt: skip
    _print(format, "elements", DIFF_COLUMNS, rows, columns, (2, 3, 6, 7, 9))


def _filled(row: list[Cell]) -> list[Cell]:
    """Return a row of a comparison in which no side is left blank."""
    side = str(row[3])
    unseen = {"unknown": (6, 7), "unknown_left": (6,), "unknown_right": (7,)}.get(side, ())
    return [
        cell if cell is not None or k not in (6, 7)
        else "not researched" if k in unseen else "silent"
        for k, cell in enumerate(row)
    ]  # fmt: skip


def _print(
    format: Format,
    key: str,
    names: Sequence[str],
    rows: Sequence[Sequence[Cell]],
    columns: Sequence[Column],
    shown: Sequence[int],
) -> None:
    if not printed_as_data(format, names, rows, key):
        print_table(columns, [[_cell(row[k]) for k in shown] for row in rows])


def _cell(cell: Any) -> str:
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    return "" if cell is None else str(cell)


def _print_scored(scored: Scored, format: Format) -> None:
    from ketenkaart.services.norms.rows import SCORE_COLUMNS, score_rows, scored_json

    if format is Format.JSON:
        print_json(scored_json(scored))
        return
    rows = score_rows(scored)
    if format is Format.CSV:
        print_csv(SCORE_COLUMNS, rows)
        return
    say(scored.sheet.name.en)
    if scored.sheet.note is not None:
        say(scored.sheet.note.en)
    columns = [
        Column("Criterion"), Column("Step"), Column("Aligned"), Column("Evidence", wide=True),
        Column("Source", spare=2), Column("Grade", spare=1),
    ]  # fmt: skip
    print_table(columns, [[_cell(row[k]) for k in (1, 3, 4, 5, 6, 8)] for row in rows])
    for part, verdict in scored.parts.items():
        say(f"{part.value}: {_sentence(verdict)}")
    say(f"overall: {_sentence(scored.total)}")
    sys.stdout.flush()


def _sentence(verdict: Verdict) -> str:
    if verdict.alignment is None:
        return f"no verdict, {verdict.missing} criteria not researched"
    if verdict.share is None:
        return verdict.alignment.value
    return f"{verdict.alignment.value} ({100 * verdict.share:.0f}% of the points, grade check)"
