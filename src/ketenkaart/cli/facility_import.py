"""`ketenkaart facility import`: a list is looked at row by row, and kept when asked."""

from __future__ import annotations

import csv
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ketenkaart.cli.acting import As, acting, open_record
from ketenkaart.cli.dates import day
from ketenkaart.cli.facility import facility_app
from ketenkaart.cli.facility_words import country_code, facilities, rows_said
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
from ketenkaart.cli.progress import Share
from ketenkaart.core.chain.facilities.listing.findings import (
    FINDING_COLUMNS,
    ListReport,
    finding_row,
)
from ketenkaart.core.chain.facilities.types import Contributor, ContributorKind
from ketenkaart.core.errors import InputError

if TYPE_CHECKING:
    from ketenkaart.services.facilities.importing import ListFile, ListImport

SHOWN_MOST = 40
Day = Annotated[str | None, typer.Option(metavar="YYYY-MM-DD", help="Day of the list.")]


@facility_app.command("import", short_help="Look at a list row by row; keep it with --keep.")
def import_file(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A list: CSV, text or .xlsx.")],
    *,
    keep: Annotated[
        bool, typer.Option("--keep", help="Keep it; else it is only looked at.")
    ] = False,
    by: Annotated[
        str | None, typer.Option(metavar="ID", help="Who gave it, as 'merk-bv'. Needed to keep.")
    ] = None,
    by_name: Annotated[
        str | None, typer.Option(metavar="NAME", help="Its full name, the first time.")
    ] = None,
    by_kind: Annotated[
        ContributorKind | None, typer.Option(help="What kind of organisation, the first time.")
    ] = None,
    unnamed: Annotated[
        bool, typer.Option("--unnamed", help="Show this contributor by its kind only.")
    ] = False,
    title: Annotated[
        str | None, typer.Option(help="What the list is called; else its file.")
    ] = None,
    dated: Day = None,
    licence: Annotated[str | None, typer.Option(help="Under which licence it was given.")] = None,
    country: Annotated[
        str | None, typer.Option(metavar="BGD", help="Country of rows that name none.")
    ] = None,
    encoding: Annotated[
        str | None, typer.Option(help="Encoding of a text; else found out. As cp1252.")
    ] = None,
    sheet: Annotated[
        str | None, typer.Option(help="Sheet of a workbook; else the first fit.")
    ] = None,
    mend_places: Annotated[
        bool,
        typer.Option("--mend-places", help="Swap or sign coordinates where only that fits."),
    ] = False,
    keep_good: Annotated[
        bool, typer.Option("--keep-good", help="Keep the other rows where some are refused.")
    ] = False,
    register: Annotated[
        bool, typer.Option("--register", help="Make facilities of all rows that match none.")
    ] = False,
    report: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write all findings: .csv or .json.")
    ] = None,
    format: Printed = Format.TABLE,
    actor: As = None,
) -> None:
    """Look at a list of facilities row by row, and keep it when asked.

    Without --keep nothing is stored. A list with refused rows is kept only with --keep-good. An
    import that was cut short goes on when the same file is given again.

    Example: ketenkaart facility import list.csv --keep --by merk-bv --by-name "Merk BV"
    --by-kind brand --as anna
    """
    if report is not None and report.suffix.lower() not in (".csv", ".json"):
        raise InputError(
            f"{report.name} is neither .csv nor .json", where="--report", fix="Give one of these."
        )
    who = acting(actor) if keep else None
    if not keep:
        open_record()
    from ketenkaart.services.facilities.importing import (
        ListFile,
        ListImport,
        import_list,
        look_at_list,
    )

    chosen = ListFile(file, encoding, sheet, country_code(country), mend_places)
    with Share() as share:
        if who is None:
            found = ListImport(look_at_list(chosen, share.show))
        else:
            found = import_list(
                chosen,
                contributor=_contributor(by, by_name, by_kind, is_named=not unnamed),
                title=title or file.name,
                dated=day(dated, "--dated"),
                licence=licence,
                actor=who,
                at=datetime.now(UTC),
                keep_good=keep_good,
                register=register,
                told=share.show,
            )
    if report is not None:
        _write_report(report, found.report, chosen)
    _print_import(found, chosen, format)
    _conclude(found, is_kept_asked=keep)


def _contributor(
    by: str | None, name: str | None, kind: ContributorKind | None, *, is_named: bool
) -> Contributor:
    from ketenkaart.services.facilities.contributors import list_contributors

    if by is None:
        raise InputError(
            "Nobody is named as the one who gave the list",
            where="--by",
            fix="Add --by ID, with --by-name and --by-kind the first time.",
        )
    known = {item.id: item for item in list_contributors()}.get(by)
    if known is not None and name is None and kind is None:
        return known
    if known is not None:
        name, kind = name or known.name, kind or known.kind
    if name is None or kind is None:
        given = (("--by-name", name, '"Merk BV"'), ("--by-kind", kind, "brand"))
        missing = " ".join(f"{option} {as_in}" for option, value, as_in in given if value is None)
        raise InputError(
            f"{by[:40]!r} gave no list before",
            where="--by",
            fix=f"Say who it is, such as: {missing}.",
        )
    return Contributor(by, name, kind, is_named)


def _summary(found: ListImport) -> dict[str, Any]:
    report = found.report
    return {
        "reading": report.reading,
        "columns": report.columns,
        "unused": list(report.unused),
        "rows": report.rows,
        "accepted": report.accepted,
        "warned": report.warned,
        "refused": report.refused,
        "blank": report.blank,
        "codes": dict(report.codes),
        "list": found.kept.id if found.kept else None,
        "joined": found.joined,
        "registered": found.registered,
        "waiting": found.kept.waiting if found.kept else None,
    }


def _print_import(found: ListImport, chosen: ListFile, format: Format) -> None:
    report = found.report
    rows = [finding_row(finding) for finding in report.findings]
    if format is Format.JSON:
        findings = [dict(zip(FINDING_COLUMNS, row, strict=True)) for row in rows]
        print_json({"file": chosen.path.name, **_summary(found), "findings": findings})
        return
    if format is Format.CSV:
        print_csv(FINDING_COLUMNS, rows)
        return
    say(f"{chosen.path.name}: {report.reading}.")
    read = ", ".join(f"{heading!r} is {name}" for heading, name in report.columns.items())
    say(f"Columns: {read.replace('_', ' ')}.")
    if report.unused:
        say(f"Not used: {', '.join(map(repr, report.unused))}.")
    say(
        f"{rows_said(report.rows)}: {report.accepted} accepted ({report.warned} with a warning), "
        f"{report.refused} refused."
    )
    if rows:
        say("")
        columns = [Column("Row", "right"), Column("Column"), Column("Result")]
        columns += [Column("What", wide=True), Column("What to do", wide=True)]
        columns += [Column("Cell", wide=True, spare=1)]
        shown = [[str(row[0]), *map(str, (*row[1:3], *row[4:6], str(row[6])[:40]))] for row in rows]
        print_table(columns, shown[:SHOWN_MOST])
        more = len(rows) + report.unlisted - SHOWN_MOST
        if more > 0:
            noun = "finding" if more == 1 else "findings"
            say("", f"{more:,} {noun} more: --format csv, or --report FILE.")


def _conclude(found: ListImport, *, is_kept_asked: bool) -> None:
    report = found.report
    if found.was_kept_before and found.kept is not None:
        tell(f"This file was kept before, as list {found.kept.id}; nothing changed.")
    elif found.kept is not None:
        tell(
            f"Kept as list {found.kept.id}: {rows_said(found.joined)} joined to facilities, "
            f"{facilities(found.registered)}; still waiting: {found.kept.waiting}."
        )
        if found.kept.waiting:
            tell(f"Match them: `ketenkaart facility place {found.kept.id}`.")
    elif is_kept_asked:
        tell("Nothing was kept: mend the refused rows, or add --keep-good to keep the others.")
        raise typer.Exit(2)
    elif report.refused:
        tell("Looked at only; some rows are refused.")
        raise typer.Exit(2)
    else:
        tell("Looked at only: --keep keeps it.")


def _write_report(path: Path, report: ListReport, chosen: ListFile) -> None:
    from ketenkaart.services.exports import safe

    part = path.with_name(f"{path.name}.part")
    rows = [finding_row(finding) for finding in report.findings]
    with part.open("w", encoding="utf-8", newline="") as stream:
        if path.suffix.lower() == ".csv":
            writer = csv.writer(stream, lineterminator="\r\n")
            writer.writerow(FINDING_COLUMNS)
            writer.writerows([safe(cell) for cell in row] for row in rows)
        else:
            content = {
                "file": chosen.path.name,
                "accepted": report.accepted,
                "warned": report.warned,
                "refused": report.refused,
                "unlisted": report.unlisted,
                "findings": [dict(zip(FINDING_COLUMNS, row, strict=True)) for row in rows],
            }
            json.dump(content, stream, ensure_ascii=False, indent=2)
    part.replace(path)
