"""`ketenkaart indicator list|show|baselines|correct`: what is measured, are targets met."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

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
    from ketenkaart.core.monitor.computed import ComputedFigure
    from ketenkaart.core.monitor.indicators import Scale
    from ketenkaart.services.monitor.indicators import IndicatorAnswer, SeenWave, TargetAnswer

indicator_app = typer.Typer(
    help="What is measured, from which baseline, and whether targets are reached.",
    no_args_is_help=True,
)
STATES = {
    "measured": "measured",
    "none_exists": "none exists",
    "unknown": "unknown",
    "not_researched": "not researched",
    "not_applicable": "not applicable",
    "refused": "refused",
}
STANDINGS = {
    "reached": "reached",
    "not_reached": "not reached",
    "undecided": "undecided: the interval holds the target",
    "not_measured": "its day is past, and nothing was measured since",
    "ahead": "its day is still to come",
}
THIN = {
    "no_wave": "no forecast: nothing was measured",
    "too_few_waves": "no forecast: fewer than three comparable waves, and no prior",
    "no_error": "no forecast: the waves lie on a line, and none says how sure it is",
}


@indicator_app.command("list", short_help="Which indicators there are.")
def list_(format: Printed = Format.TABLE) -> None:
    """List the indicators that come with the package.

    Example: ketenkaart indicator list
    """
    from ketenkaart.services.monitor.indicators import list_indicators

    found = list_indicators()
    columns = ("id", "code", "name_en", "name_nl", "instrument", "baseline", "waves", "targets")
    rows = [
        [
            item.id, item.code, item.name.en, item.name.nl, item.instrument,
            item.baseline.state.value, sum(wave.value is not None for wave in item.waves),
            len(item.targets),
        ]
        for item in found
    ]  # fmt: skip
    if not printed_as_data(format, columns, rows, "indicators"):
        print_table(
            [Column("Id"), Column("Code"), Column("Indicator", wide=True), Column("Baseline"),
             Column("Waves", "right"), Column("Targets", "right")],
            [
                [
                    item.id, item.code or "", item.name.en, STATES[item.baseline.state.value],
                    str(row[6]), str(row[7]),
                ]
                for item, row in zip(found, rows, strict=True)
            ],
        )  # fmt: skip


@indicator_app.command("show", short_help="One indicator: waves, baseline, targets, forecast.")
def show(
    indicator: Annotated[
        str, typer.Argument(metavar="ID|FILE.YML", help="An indicator, or a file of your own.")
    ],
    as_of: Annotated[
        str | None, typer.Option(metavar="YYYY-MM-DD", help="Day to look at. Default: all waves.")
    ] = None,
    prior: Annotated[
        str | None,
        typer.Option(
            metavar="SLOPE,SD,NOISE",
            help="What is believed of the trend a year, on its scale (log odds for shares).",
        ),
    ] = None,
    format: Printed = Format.TABLE,
) -> None:
    """Show what was measured, and whether targets are reached, or how likely that is.

    A forecast names its model, and is not made from two waves or fewer unless you give a prior.

    Example: ketenkaart indicator show endorsement --as-of 2026-11-22
    """
    from datetime import date

    from ketenkaart.services.installed import edition_day
    from ketenkaart.services.monitor.indicators import (
        computed_figure,
        read_prior,
        show_indicator,
    )
    from ketenkaart.services.monitor.indicators_out import WAVE_COLUMNS, answer_data, wave_row

    on = day(as_of) or date.max
    answer = show_indicator(indicator, as_of=on, prior=read_prior(prior))
    if format is Format.JSON:
        figure = computed_figure(answer, edition_day=edition_day())
        print_json(answer_data(answer, as_of, figure))
    elif format is Format.CSV:
        print_csv(WAVE_COLUMNS, [wave_row(wave) for wave in answer.waves])
    else:
        _print(answer)
        figure = computed_figure(answer, edition_day=edition_day())
        if figure is not None:
            _say_computed(figure, answer.indicator.scale)


@indicator_app.command("baselines", short_help="Every baseline, and where there is none.")
def show_baselines(
    missing: Annotated[
        bool, typer.Option("--missing", help="Only those that were not measured.")
    ] = False,
    format: Printed = Format.TABLE,
) -> None:
    """List the baseline of every indicator and instrument; that none exists is an answer.

    Example: ketenkaart indicator baselines --missing
    """
    from ketenkaart.services.monitor.indicators import baselines, in_words
    from ketenkaart.services.monitor.indicators_out import BASELINE_COLUMNS, baseline_row

    rows = [row for row in baselines() if not missing or row.value is None]
    data = [baseline_row(row) for row in rows]
    if format is Format.JSON:
        found = [dict(zip(BASELINE_COLUMNS, row, strict=True)) for row in data]
        print_json({"baselines": found})
    elif format is Format.CSV:
        print_csv(BASELINE_COLUMNS, data)
    else:
        print_table(
            [Column("Of"), Column("What", wide=True), Column("Baseline"), Column("Value", "right"),
             Column("Day"), Column("Grade", spare=1)],
            [
                [row.of, row.name.en, STATES[row.state.value],
                 "" if row.value is None else in_words(row.value, row.scale),
                 row.on.isoformat() if row.on else "", row.grade.value]
                for row in rows
            ],
        )  # fmt: skip
        measured = sum(row.value is not None for row in rows)
        say(f"{measured:,} of {len(rows):,} were measured.")


@indicator_app.command("correct", short_help="Put a coded share right for coding errors.")
def correct(
    share: Annotated[float, typer.Option(help="The share that was coded, 0 to 1.")],
    n: Annotated[int, typer.Option(help="How many were coded.")],
    hits: Annotated[str, typer.Option(metavar="A/B", help="Of B true cases, A were coded so.")],
    rejections: Annotated[
        str, typer.Option(metavar="A/B", help="Of B others, A were coded as not.")
    ],
    format: Printed = Format.TABLE,
) -> None:
    """Put a share right for how often coders, or a machine, err; the interval holds both errors.

    Example: ketenkaart indicator correct --share 0.3 --n 200 --hits 45/50 --rejections 190/200
    """
    from ketenkaart.services.monitor.indicators import correct_share

    found = correct_share(share, n, hits, rejections)
    low, high = max(0.0, found.value - 1.96 * found.se), min(1.0, found.value + 1.96 * found.se)
    row = [share, found.value, found.se, low, high, found.se_sample, found.se_coding]
    columns = ("coded", "estimate", "se", "low", "high", "se_sample", "se_coding")
    if format is Format.JSON:
        print_json(dict(zip(columns, row, strict=True)))
    elif format is Format.CSV:
        print_csv(columns, [row])
    else:
        say(f"Coded {share:.1%}; estimate {found.value:.1%} ({low:.1%} to {high:.1%}).")
        say(f"Standard error {found.se:.4f}: sample {found.se_sample:.4f}, coding "
            f"{found.se_coding:.4f}.")  # fmt: skip


def _print(answer: IndicatorAnswer) -> None:
    from ketenkaart.services.monitor.indicators import MODEL, in_words

    indicator = answer.indicator
    scale = indicator.scale
    code = f"{indicator.code} " if indicator.code else ""
    say(f"{code}{indicator.name.en} ({indicator.unit.en})")
    if indicator.formula:
        say(f"Formula: {indicator.formula.en}.")
    if indicator.caveat:
        say(f"Mind: {indicator.caveat.en}")
    base = indicator.baseline
    if base.value is not None and base.on is not None:
        say(f"Baseline: {in_words(base.value, scale)} on {base.on.isoformat()}.")
    else:
        note = f": {base.note.en}" if base.note else "."
        say(f"Baseline: {STATES[base.state.value]}{note}")
    if not answer.waves:
        say("No wave yet.")
    else:
        print_table(
            [Column("Day"), Column("Value", "right"), Column("95% interval"), Column("n", "right"),
             Column("Frame"), Column("Comparable"), Column("Grade"), Column("Note", wide=True)],
            [_wave_words(wave, scale) for wave in answer.waves],
        )  # fmt: skip
    for bridge in answer.series.bridges:
        say(f"Joined on {bridge.on.isoformat()}: {' / '.join(bridge.old)} to "
            f"{' / '.join(bridge.new)}.")  # fmt: skip
    for item in answer.targets:
        _say_target(item, scale)
    if any(item.projection for item in answer.targets):
        say(f"Estimate. Model: {MODEL.en}.")


def _say_computed(figure: ComputedFigure, scale: Scale) -> None:
    from ketenkaart.services.monitor.indicators import in_words

    value = "no single value" if figure.value is None else in_words(figure.value, scale)
    ends = ""
    if figure.low is not None and figure.high is not None and figure.low != figure.high:
        ends = f", between {in_words(figure.low, scale)} and {in_words(figure.high, scale)}"
    say(f"Computed for {figure.on.isoformat()}: {value}{ends} ({figure.how.en}).")
    for part in figure.parts:
        say(f"  {part.counted.value:8} {part.name.en}: {part.why.en}")
    if figure.trace is not None:
        say(f"  Follow it back: ketenkaart why {figure.trace}")


def _wave_words(wave: SeenWave, scale: Scale) -> list[str]:
    from ketenkaart.services.monitor.indicators import in_words

    interval = ""
    if wave.low is not None and wave.high is not None:
        interval = f"{in_words(wave.low, scale)} to {in_words(wave.high, scale)}"
    return [
        wave.on.isoformat(),
        STATES[wave.state.value] if wave.value is None else in_words(wave.value, scale),
        interval,
        "" if wave.n is None else f"{wave.n:,}",
        wave.frame,
        "yes" if wave.is_comparable else "no",
        wave.grade.value,
        _noted(wave, scale),
    ]


def _noted(wave: SeenWave, scale: Scale) -> str:
    """Return the note of a wave, with what was coded where it was put right."""
    from ketenkaart.services.monitor.indicators import in_words

    note = wave.note.en if wave.note else ""
    if wave.coded is None or wave.coding is None:
        return note
    by = wave.coding
    how = "truth known" if by.method.value == "gold" else "truth not known"
    said = (
        f"Coded {in_words(wave.coded, scale)}, put right for coding (finds {by.sensitivity:.0%}, "
        f"leaves {by.specificity:.0%} alone; {by.units} units, {how})."
    )
    return f"{said} {note}".strip()


def _say_target(item: TargetAnswer, scale: Scale) -> None:
    from ketenkaart.services.monitor.indicators import in_words

    target = item.target
    head = f"Target {in_words(target.value, scale)} by {target.on.isoformat()}"
    say(f"{head}: {STANDINGS[item.standing.value]}.")
    if item.cannot is not None:
        say(f"  {THIN[item.cannot.value][0].upper()}{THIN[item.cannot.value][1:]}.")
    if item.projection is not None:
        ahead = item.projection
        say(f"  Expected then {in_words(ahead.value, scale)} ({in_words(ahead.low, scale)} to "
            f"{in_words(ahead.high, scale)}); chance of reaching it "
            f"{100 * ahead.probability:.0f}%.")  # fmt: skip
    if item.back_tests:
        inside = sum(test.is_inside for test in item.back_tests)
        say(f"  Back-test: {inside} of {len(item.back_tests)} later waves fell in the 95 % "
            "interval forecast for them.")  # fmt: skip
