"""`ketenkaart effect estimate`: effects by product group and over groups, with intervals."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ketenkaart.cli.output import (
    Column,
    Force,
    Format,
    Printed,
    print_csv,
    print_json,
    print_table,
    say,
    tell,
)

if TYPE_CHECKING:
    from ketenkaart.core.monitor.effect.change import Difference
    from ketenkaart.core.monitor.effect.effects import EffectRow
    from ketenkaart.services.effect.estimating import EffectAnswer


class Span(StrEnum):
    """What an effect is over."""

    TERM = "term"
    YEAR = "year"


class Silent(StrEnum):
    """What drawn contracts without a figure count for."""

    RESPONDENTS = "respondents"
    ZERO = "zero"
    REFUSE = "refuse"


class Language(StrEnum):
    """In which language a report is."""

    EN = "en"
    NL = "nl"


STATUS = {
    "estimated": "",
    "counted": "counted whole",
    "cannot_estimate_too_few": "cannot estimate: too few",
    "cannot_estimate_nobody_answered": "cannot estimate: no answers",
    "not_sampled": "not sampled: unknown",
    "not_applicable": "not applicable",
}
METHODS = {
    "horvitz_thompson": "plain",
    "ratio": "ratio",
    "share_of_tenders": "by number",
    "share_of_value": "by value",
}
FIGURES = {
    "mvi": "Tenders with sustainability features",
    "ambition": "Tenders with a recorded level of ambition",
}


def estimate(  # noqa: PLR0917 - each is an option of its own
    answers: Annotated[Path, typer.Argument(metavar="ANSWERS.CSV", help="From `effect import`.")],
    before: Annotated[
        Path | None,
        typer.Option(metavar="ANSWERS.CSV", help="Answers of an earlier period: the difference."),
    ] = None,
    per: Annotated[Span, typer.Option(help="Over the term of contracts, or per year.")] = Span.TERM,
    without_data: Annotated[
        Silent,
        typer.Option(
            help="Contracts without a figure: the others stand for them, they count as nothing (a "
            "floor), or it is an error."
        ),
    ] = Silent.RESPONDENTS,
    effect: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="Only this effect; may be repeated.")
    ] = None,
    level: Annotated[float, typer.Option(min=0.5, max=0.9999, help="Of the interval.")] = 0.95,
    groups: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Your own product groups, as for `frame`.")
    ] = None,
    report: Annotated[
        Path | None, typer.Option(metavar="FILE.html", help="Also write a page with a picture.")
    ] = None,
    language: Annotated[Language, typer.Option(help="Of the page.")] = Language.EN,
    force: Force = False,
    format: Printed = Format.TABLE,
) -> None:
    """Estimate effects by product group and over groups, plainly and by the ratio to value.

    Example: ketenkaart effect estimate answers.csv --before answers-2019.csv --report effect.html
    """
    from ketenkaart.services.effect.estimating import EffectPlan, estimate_effect
    from ketenkaart.services.effect.out import effect_data, effect_table

    plan = EffectPlan(per.value, without_data.value, level, tuple(effect or ()), groups)
    found = estimate_effect(answers, plan, before=before)
    if report is not None:
        from ketenkaart.services.effect.page import write_effect_page

        write_effect_page(found, report, language.value, force=force)
    if format is Format.JSON:
        print_json(effect_data(found))
    elif format is Format.CSV:
        names, rows = effect_table(found)
        print_csv(names, rows)
        for note in found.notes:
            tell(f"- {note.en}")
    else:
        _print(found)
        if report is not None:
            say(f"The report is in {report}.")


def _print(found: EffectAnswer) -> None:
    reach = f"{found.plan.level:.0%} interval"
    for name, unit in found.units.items():
        rows = [row for row in found.rows if row.figure == name]
        over = "over the term" if found.plan.per == "term" else "per year"
        _table(f"{name}: {unit} {over}, {found.record.period}, estimate", rows, reach)
    for name, title in FIGURES.items():
        rows = [row for row in found.shares if row.figure == name]
        _table(f"{title}, {found.record.period}, estimate", rows, reach, is_share=True)
    if found.differences:
        _print_differences(found, reach)
    for note in found.notes:
        say(f"- {note.en}")


def _table(title: str, rows: list[EffectRow], reach: str, *, is_share: bool = False) -> None:
    print_table(
        [
            Column("Product group", wide=True), Column("Method"), Column("Estimate", "right"),
            Column(reach, "right"), Column("Tenders", "right", spare=1), Column("Drawn", "right"),
            Column("Answered", "right"), Column("Remark", wide=True),
        ],
        [
            [
                row.group or f"all {row.groups} groups", METHODS[row.method],
                figure(row.estimate, is_share=is_share), interval(row, is_share=is_share),
                f"{row.tenders:,}", f"{row.drawn:,}", f"{row.answered:,}", STATUS[row.status.value],
            ]
            for row in rows
        ],
        title=title,
    )  # fmt: skip
    say("")


def _print_differences(found: EffectAnswer, reach: str) -> None:
    def cells(item: Difference) -> list[str]:
        is_share = item.figure in FIGURES
        return [
            item.figure, item.group or "all", METHODS[item.method],
            figure(item.estimate, is_share=is_share), interval(item, is_share=is_share),
            f"{item.shared:,}",
        ]  # fmt: skip

    first = found.differences[0]
    print_table(
        [
            Column("Figure"), Column("Product group", wide=True), Column("Method"),
            Column("Difference", "right"), Column(reach, "right"), Column("In both", "right"),
        ],
        [cells(item) for item in found.differences],
        title=f"{first.after} less {first.before}, estimate",
    )  # fmt: skip
    say("")


def figure(value: float | None, *, is_share: bool = False) -> str:
    """Return a figure in words that fit a cell; a dash where it cannot be said.

    >>> figure(1234.6), figure(0.873, is_share=True), figure(None)
    ('1,235', '87.3 %', '-')
    """
    if value is None:
        return "-"
    if is_share:
        return f"{value * 100:.1f} %"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:,.3g}"


def interval(row: Any, *, is_share: bool = False) -> str:
    """Return the ends of an interval, or a dash."""
    if row.low is None or row.high is None:
        return "-"
    return f"{figure(row.low, is_share=is_share)} to {figure(row.high, is_share=is_share)}"
