"""`ketenkaart gap together`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ketenkaart.cli.dates import day
from ketenkaart.cli.gap import OnDay, OneCountry, OneIssue, OneSector
from ketenkaart.cli.numbers import between, percent
from ketenkaart.cli.output import Column, Format, Printed, print_csv, print_json, print_table, say
from ketenkaart.core.governance.defence.together_answers import (
    Columns,
    EnforcementRow,
    Pair,
    TogetherAnswer,
    TogetherQuery,
)

SHOWN = 15


def together(
    *,
    issue: OneIssue = None,
    sector: OneSector = None,
    country: OneCountry = None,
    columns: Annotated[
        Columns, typer.Option(help="What the columns of the matrix stand for.")
    ] = "issue",
    as_of: OnDay = None,
    analysis: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE.csv",
            help="Also say where this analysis (country, sector, issue) looks at one risk only.",
        ),
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Print every pair and every cell.")
    ] = False,
    format: Printed = Format.TABLE,
) -> None:
    """Show how instruments go together: overlap, complement, conflict, and where there are none.

    With --format csv: the matrix, one row per instrument and column.

    Example: ketenkaart gap together --sector textiles --columns country --as-of 2019-11-22
    """
    from ketenkaart.services.governance.defence import compute_together

    answer = compute_together(
        TogetherQuery(
            issue=issue, sector=sector, country=country, columns=columns, as_of=day(as_of)
        )
    )
    warnings = None
    if analysis is not None:
        from ketenkaart.services.governance.defence.analysis import check_analysis

        warnings = check_analysis(analysis, as_of=day(as_of))
    if format is Format.JSON:
        data = answer.model_dump(mode="json")
        if warnings is not None:
            data["analysis"] = warnings.model_dump(mode="json")
        print_json(data)
    elif format is Format.CSV:
        from ketenkaart.services.governance.defence.exports import TOGETHER_COLUMNS, together_rows

        print_csv(TOGETHER_COLUMNS, together_rows(answer))
    else:
        _print(answer, everything=everything)
        if warnings is not None:
            say("", f"Analysis {warnings.name}: {warnings.looked_at} places looked at.")
            for item in warnings.narrow:
                others = ", ".join(f"{name.en} ({index:.2f})" for name, index in item.others)
                say(
                    f"! Row {item.row}: {item.country_label.en}, {item.sector_label.en} looks at "
                    f"{item.issue_label.en} only; also high there: {others}."
                )
            if not warnings.narrow:
                say("No place is looked at for one risk only where others are high.")


def _print(answer: TogetherAnswer, *, everything: bool) -> None:
    heads = answer.heads if everything else answer.heads[:8]
    shown = {head.key for head in heads}
    print_table(
        [
            Column("Instrument", wide=True),
            Column("Binding", spare=1),
            Column("In scope", "right"),
            *(Column(head.label.en[:14], "right", spare=2 + k) for k, head in enumerate(heads)),
        ],
        [
            [
                row.label.en,
                row.binding,
                percent(row.scope),
                *(percent(cell.scope) for cell in row.cells if cell.column in shown),
            ]
            for row in answer.matrix
        ],
        title=f"Share of the known risk weight in scope of each instrument, on {answer.as_of}",
    )
    if not answer.matrix:
        say("No instrument applies to this part of the chain on this day.")
    if not answer.weight_is_known:
        say("Nothing is known of the risk here, so nothing can be shared out: not zero.")
    left = len(answer.heads) - len(heads)
    if left > 0:
        say(f"{left} more columns; --all or --format csv has them.")
    whole = answer.whole
    say(
        "",
        f"Of this weight {percent(whole.none)} lies in scope of no instrument, "
        f"{percent(whole.one)} of one, {percent(whole.more)} of more than one. The gap: "
        f"{percent(whole.gap.central)} ({between(whole.gap.low, whole.gap.high)}).",
        "",
    )
    pairs = answer.pairs if everything else answer.pairs[:SHOWN]
    print_table(
        [
            Column("Pair", wide=True),
            Column("How", wide=True),
            Column("Both", "right"),
            Column("Only first", "right", spare=1),
            Column("Only second", "right", spare=1),
            Column("Steps both ask", wide=True, spare=2),
            Column("Conflict", spare=1),
        ],
        [_pair(pair) for pair in pairs],
        title="Pairs, by the weight that both are about",
    )
    if len(answer.pairs) > len(pairs):
        say(f"{len(answer.pairs) - len(pairs)} more pairs; --all prints them.")
    for pair in answer.pairs:
        for fact in pair.facts:
            say(
                f"+ {pair.label_a.en} and {pair.label_b.en}: {fact.about.en} "
                f"[{fact.citation.source}; {fact.citation.grade.value}]"
            )
    _print_holes(answer, everything=everything)
    for note in answer.notes:
        say(f"- {note.en}")


def _print_holes(answer: TogetherAnswer, *, everything: bool) -> None:
    say("")
    for warning in answer.single_issue:
        others = ", ".join(f"{item.label.en} {percent(item.share)}" for item in warning.largest)
        about = (
            f"{percent(warning.others)} of the weight in its scope is other risk ({others})"
            if warning.others is not None
            else "it does not apply on this day, or is not worked out"
        )
        say(f"! {warning.label.en} looks at {warning.issue.en} only: {about}.")
    cells = answer.empty if everything else answer.empty[:SHOWN]
    print_table(
        [
            Column("Risk"),
            Column("Sector", wide=True),
            Column("Country", wide=True),
            Column("Index", "right"),
            Column("Of the weight", "right"),
            Column("Nothing applies", "right"),
            Column("Not shown to be reached", "right"),
        ],
        [
            [
                cell.issue_label.en,
                cell.sector_label.en,
                cell.country_label.en,
                f"{cell.intensity:.2f}",
                percent(cell.weight),
                percent(cell.unscoped),
                percent(cell.unreached),
            ]
            for cell in cells
        ],
        title=(
            f"High risk (index from {answer.high_from:g}, {answer.high_grade.value}) not shown "
            f"to be wholly reached: {answer.empty_count} cells, what nothing applies to first"
        ),
    )
    if not answer.empty:
        say("No cell of high risk is without an instrument of known reach.")
    say("", "Who enforces:")
    for row in answer.enforcement:
        say(_enforced(row))


def _enforced(row: EnforcementRow) -> str:
    parts = []
    if row.applying:
        parts.append("; ".join(
            f"{item.name.en if item.name else '?'} under {item.rule.en} "
            f"[{item.citation.grade.value}]" for item in row.applying
        ))  # fmt: skip
    else:
        parts.append("no enforcer known on this day")
    parts += [
        f"from {item.start} {item.name.en if item.name else '?'} ({item.rule.en})"
        for item in row.foreseen
    ]
    parts += [
        f"{item.state.value.replace('_', ' ')}: {item.missing.en if item.missing else ''}"
        for item in row.missing
    ]
    weight = "no data" if row.state != "known" else f"{percent(row.weight)} of the weight"
    return f"* {row.label.en} ({weight}): {'. '.join(parts)}. {row.answered.en}"


def _pair(pair: Pair) -> list[str]:
    return [
        f"{pair.label_a.en} / {pair.label_b.en}",
        ", ".join(pair.bearings) or "–",
        percent(pair.both),
        percent(pair.only_a),
        percent(pair.only_b),
        ", ".join(pair.steps_both) or "–",
        pair.conflict.value.replace("_", " "),
    ]
