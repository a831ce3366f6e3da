"""`ketenkaart gap sensitivity`."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from ketenkaart.cli.dates import day
from ketenkaart.cli.gap import OnDay, OneCountry, OneIssue, OneSector, Without
from ketenkaart.cli.numbers import between, percent
from ketenkaart.cli.output import Column, Format, Printed, print_csv, print_json, print_table, say
from ketenkaart.cli.progress import Share
from ketenkaart.core.governance.answers import By, GapQuery, Kind, Measure, View
from ketenkaart.core.governance.defence.answers import (
    Figure,
    SensitivityAnswer,
    SensitivityQuery,
    Standing,
    Swing,
)
from ketenkaart.core.governance.defence.wording import KIND_LABELS

SHOWN = 20


def sensitivity(
    *,
    issue: OneIssue = None,
    country: OneCountry = None,
    sector: OneSector = None,
    by: Annotated[
        By | None, typer.Option(help="Also for each of these, with what moves it most.")
    ] = None,
    measure: Annotated[Measure, typer.Option(help="What exposure counts.")] = "value_added",
    kind: Annotated[Kind, typer.Option(help="The gap in breadth or in depth.")] = "breadth",
    view: Annotated[View, typer.Option(help="Demand, or what is imported.")] = "demand",
    as_of: OnDay = None,
    without: Without = None,
    figure: Annotated[
        Figure, typer.Option(help="Which figure of the gap the assumptions are judged by.")
    ] = "central",
    everything: Annotated[
        bool, typer.Option("--all", help="Print every assumption, also those that move nothing.")
    ] = False,
    format: Printed = Format.TABLE,
) -> None:
    """Show which assumption moves the gap most, and the gap at everybody's best and worst.

    Every assumption is taken at both its ends, one at a time, through the whole calculation; then
    all together.

    Example: ketenkaart gap sensitivity --as-of 2019-11-22 --by issue
    """
    from ketenkaart.services.governance.defence import compute_sensitivity

    query = SensitivityQuery(
        gap=GapQuery(
            issue=issue,
            country=country,
            sector=sector,
            by=by or "issue",
            measure=measure,
            kind=kind,
            as_of=day(as_of),
            without=tuple(without or ()),
            view=view,
        ),
        figure=figure,
        is_split=by is not None,
    )
    with Share() as share:
        answer = compute_sensitivity(query, progress=share.show)
    if format is Format.JSON:
        print_json(answer.model_dump(mode="json"))
    elif format is Format.CSV:
        from ketenkaart.services.governance.defence.exports import (
            SENSITIVITY_COLUMNS,
            sensitivity_rows,
        )

        print_csv(SENSITIVITY_COLUMNS, sensitivity_rows(answer))
    else:
        _print(answer, everything=everything)


def _print(answer: SensitivityAnswer, *, everything: bool) -> None:
    moving = [swing for swing in answer.swings if everything or swing.swing != 0]
    shown = moving if everything else moving[:SHOWN]
    columns: list[Any] = [
        Column("Assumption", wide=True),
        Column("About"),
        Column("Declared", wide=True, spare=3),
        Column("At", wide=True),
        Column("gap", "right"),
        Column("At", wide=True),
        Column("gap ", "right"),
        Column("Swing", "right"),
        Column("Grade", spare=2),
    ]
    print_table(
        columns,
        [_cells(swing, answer) for swing in shown],
        title=(
            f"What moves the {answer.figure} figure of the gap in {answer.kind} on "
            f"{answer.as_of}: {_gap(answer.declared)}"
        ),
    )
    if not shown:
        say("No assumption moves this figure.")
    left = len(moving) - len(shown)
    if left > 0:
        say(f"{left} more move it less; --all prints them.")
    say(
        "",
        f"All assumptions at their best: {_gap(answer.best)}.",
        f"All at their worst: {_gap(answer.worst)}.",
    )
    if answer.unmoved:
        say(f"{answer.unmoved} of {len(answer.swings)} assumptions do not move this figure alone.")
    for row in answer.rows:
        first = "; ".join(
            f"{KIND_LABELS[swing.kind].en}, {swing.label.en} ({percent(swing.swing)})"
            for swing in row.largest
            if swing.swing
        )
        say(
            f"* {row.label.en}: {_gap(row.declared)}; best {_gap(row.best)}, worst "
            f"{_gap(row.worst)}. {first or 'Nothing moves it alone'}."
        )
    _print_grades(answer)
    for note in answer.notes:
        say(f"- {note.en}")


def _print_grades(answer: SensitivityAnswer) -> None:
    if answer.weakest is None:
        return
    say("", f"The weakest grade that this result rests on: {answer.weakest.value}.")
    for item in answer.grades:
        parts = [f"{grade.value} {percent(value)}" for grade, value in item.shares.items()]
        if item.not_known:
            parts.append(f"not known {percent(item.not_known)}")
        say(f"  {item.ingredient.en} (of {item.basis.en}): {', '.join(parts)}.")


def _cells(swing: Swing, answer: SensitivityAnswer) -> list[str]:
    name = answer.figure
    return [
        swing.label.en,
        KIND_LABELS[swing.kind].en,
        swing.declared.en,
        swing.low_value.en,
        percent(getattr(swing.at_low.gap, name)),
        swing.high_value.en,
        percent(getattr(swing.at_high.gap, name)),
        percent(swing.swing),
        swing.citation.grade.value,
    ]


def _gap(setting: Standing) -> str:
    gap = setting.gap
    return f"{percent(gap.central)} ({between(gap.low, gap.high)})"
