"""`ketenkaart endorsement estimate`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ketenkaart.cli.acting import open_record
from ketenkaart.cli.endorsement import endorsement_app
from ketenkaart.cli.endorsement_score import error_words
from ketenkaart.cli.output import Column, Format, Printed, print_csv, print_json, print_table, say
from ketenkaart.core.errors import InputError

if TYPE_CHECKING:
    from ketenkaart.core.monitor.judged_share import EndorsementShare
    from ketenkaart.core.monitor.machine_error import JudgedStratum
    from ketenkaart.services.endorsement.estimating import EstimatedShare

COLUMNS = (
    "domain", "machine", "machine_se", "machine_low", "machine_high", "corrected", "corrected_se",
    "low", "high", "se_sample", "se_machine", "companies", "read", "unreadable", "missing",
    "answered", "if_none", "if_all",
)  # fmt: skip


@endorsement_app.command("estimate", short_help="The share of companies that endorse.")
def estimate(
    results: Annotated[Path, typer.Argument(metavar="RESULTS", help="Written by `read --output`.")],
    frame: Annotated[
        Path, typer.Option(metavar="FRAME", help="The companies drawn: CSV, Parquet, .xlsx.")
    ],
    company: Annotated[str, typer.Option(metavar="COLUMN", help="The company's id in it.")],
    *,
    design: Annotated[
        Path | None,
        typer.Option(
            metavar="DESIGN.YML",
            help="How they were drawn, as for `estimate`; the "
            "column report_read, 1 or 0, is there for its nonresponse.",
        ),
    ] = None,
    level: Annotated[
        int, typer.Option(metavar="1|2|3", help="Count companies at this level or above.")
    ] = 2,
    by: Annotated[
        list[str] | None, typer.Option(metavar="COLUMN", help="Split by a column of the frame.")
    ] = None,
    links: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Columns company, file; else by the file's name: "
            "ID.pdf, ID_2023.pdf, ID/report.pdf.",
        ),
    ] = None,
    sample: Annotated[
        str | None, typer.Option(metavar="SAMPLE", help="Judged sample on the record.")
    ] = None,
    judgements: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Or judgements as `judge export` prints them."),
    ] = None,
    format: Printed = Format.TABLE,
) -> None:
    """Estimate the share of companies at a level or above, with the machine's errors put right.

    Sensitivity and specificity are measured on the judged sample and carried into the interval.
    Companies without a readable report are non-response, never level 0.

    Example: ketenkaart endorsement estimate read.parquet --frame companies.csv --company kvk
    --design design.yml --by size --sample check-1
    """  # fmt: skip
    from ketenkaart.services.endorsement.estimating import estimate_share
    from ketenkaart.services.endorsement.results import read_results

    if sample is not None and judgements is not None:
        raise InputError(
            "Two judged samples are named", where="--judgements", fix="Give --sample or this."
        )
    documents = read_results(results)
    found = estimate_share(
        documents,
        frame,
        company=company,
        line=level,
        design=design,
        links=links,
        by=by or (),
        strata=_strata(sample, judgements, {row.reader for row in documents if row.reader}),
    )
    if format is Format.JSON:
        print_json(_data(found))
    elif format is Format.CSV:
        print_csv(COLUMNS, [_cells(row) for row in found.found.rows])
    else:
        _print_shares(found)


def _strata(
    sample: str | None, judgements: Path | None, readers: set[str]
) -> tuple[JudgedStratum, ...]:
    if judgements is not None:
        from ketenkaart.services.endorsement.judged_file import read_judged

        return read_judged(judgements)
    if sample is None:
        return ()
    open_record()
    from ketenkaart.services.endorsement_judging.samples import open_sample

    found = open_sample(sample)
    if readers and readers != {found.reader}:
        raise InputError(
            f"Sample {sample} was drawn from what another version of the reader read, and its "
            "errors are not those of this one",
            where="--sample",
            fix="Keep these results and draw a sample from them, or estimate from the old results.",
        )
    return found.strata


def _cells(row: EndorsementShare) -> list[Any]:
    machine, right = row.machine, row.corrected
    corrected = (
        [None] * 6
        if right is None
        else [right.estimate, right.se, right.low, right.high, right.se_sample, right.se_machine]
    )
    return [
        row.domain, machine.estimate, machine.se, machine.low, machine.high, *corrected,
        row.companies, row.read, row.unreadable, row.missing, row.answered, row.if_none, row.if_all,
    ]  # fmt: skip


def _data(found: EstimatedShare) -> dict[str, Any]:
    from ketenkaart.services.endorsement.estimating import error_data

    return {
        "level": found.found.line,
        "confidence": found.found.confidence,
        "rows": [dict(zip(COLUMNS, _cells(row), strict=True)) for row in found.found.rows],
        "machine": error_data(found.found.error),
        "not_corrected": found.found.not_corrected,
        "documents": found.documents,
        "matched": found.matched,
        "notes": list(found.notes),
    }


def _print_shares(found: EstimatedShare) -> None:
    share = found.found
    say(f"Companies at level {share.line} or above, of those with a report that was read:", "")
    heads = [
        Column("Group", wide=True), Column("As read (estimate)", "right"),
        Column(f"{share.confidence:.0%} interval", spare=2),
        Column("Put right (estimate)", "right"), Column(f"{share.confidence:.0%} interval"),
        Column("Read", "right"), Column("Unreadable", "right"), Column("No report", "right"),
        Column("All companies, at the ends", spare=1),
    ]  # fmt: skip
    print_table(heads, [_shown(row) for row in share.rows])
    say("")
    if share.error is not None:
        say(f"The machine: {error_words(share.error)}.")
    say(
        "At the ends: the share of all companies if none, or all, of those without a level were "
        "at it."
    )
    say(*found.notes)


def _shown(row: EndorsementShare) -> list[str]:
    right = row.corrected
    return [
        row.domain or "all",
        _share(row.machine.estimate),
        _between(row.machine.low, row.machine.high),
        "not corrected" if right is None else _share(right.estimate),
        "-" if right is None else _between(right.low, right.high),
        str(row.read), str(row.unreadable), str(row.missing),
        _between(row.if_none, row.if_all),
    ]  # fmt: skip


def _share(value: float | None) -> str:
    return "not applicable" if value is None else f"{value:.1%}"


def _between(low: float | None, high: float | None) -> str:
    return "unknown" if low is None or high is None else f"{low:.1%} to {high:.1%}"
