"""`ketenkaart motives`: ask firms why they act, and see who leads and who lags."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

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
from ketenkaart.cli.progress import Share

if TYPE_CHECKING:
    from ketenkaart.core.monitor.motives.types import Questionnaire
    from ketenkaart.services.motives.segmenting import Segmented

motives_app = typer.Typer(
    help="Ask firms for their motives, and place them: leaders, pack, laggards.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
Questions = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="Your own questionnaire (YAML). Default: the package's."),
]
Rule = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="Your own rule for segments (YAML). Default: the package's."),
]
Data = Annotated[Path, typer.Argument(metavar="ANSWERS", help="From `motives import`.")]
Id = Annotated[str, typer.Option(metavar="COLUMN", help="The column that names each firm.")]
Sheet = Annotated[
    str | None, typer.Option(metavar="NAME", help="The sheet of a workbook; else the first.")
]


class Language(StrEnum):
    """In which language firms are asked."""

    NL = "nl"
    EN = "en"


class Empty(StrEnum):
    """What an empty cell means."""

    UNKNOWN = "unknown"
    NOT_RESEARCHED = "not_researched"
    NOT_APPLICABLE = "not_applicable"
    REFUSED = "refused"


def _asked(questions: Path | None) -> Questionnaire:
    from ketenkaart.sources.reference.motives import load_questionnaire

    return load_questionnaire(questions)


@motives_app.command("form")
def form_(
    out: Annotated[
        Path,
        typer.Option(
            "--out",
            "--output",
            metavar="FILE",
            help="A sheet (.xlsx, .csv) or a form to print (.html).",
        ),
    ],
    firms: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Firms to ask, a row each, as from `sample draw`."),
    ] = None,
    id: Annotated[
        str | None, typer.Option(metavar="COLUMN", help="The column that names each firm.")
    ] = None,
    rows: Annotated[int, typer.Option(min=1, help="Empty rows, where no firms are given.")] = 50,
    language: Annotated[Language, typer.Option(help="Of the form.")] = Language.NL,
    questions: Questions = None,
    force: Force = False,
) -> None:
    """Make the questionnaire: a sheet with a row per firm, or a form to print.

    Example: ketenkaart motives form --firms draw.csv --id kvk --out ask.xlsx
    """
    from ketenkaart.services.motives.forms import write_form

    count = write_form(
        out, _asked(questions), language=language.value, units=firms, unit=id, rows=rows,
        force=force,
    )  # fmt: skip
    say(f"{out} is made" + (f" for {count:,} firms." if count else "."))


@motives_app.command("import")
def import_(
    sheet: Annotated[Path, typer.Argument(metavar="SHEET", help="The filled sheet.")],
    out: Annotated[
        Path, typer.Option("--out", "--output", metavar="ANSWERS.CSV", help="The answers, checked.")
    ],
    id: Id = "firm",
    draw: Annotated[
        Path | None,
        typer.Option(metavar="DRAW.CSV", help="The draw of these firms: its weights go along."),
    ] = None,
    empty: Annotated[
        Empty | None, typer.Option(help="What every empty cell means; else none may be empty.")
    ] = None,
    questions: Questions = None,
    force: Force = False,
    format: Printed = Format.TABLE,
) -> None:
    """Check a filled sheet cell by cell, and write its answers.

    Example: ketenkaart motives import ask.xlsx --id kvk --draw draw.csv --out answers.csv
    """
    from ketenkaart.core.monitor.types import STATES
    from ketenkaart.services.motives.answering import import_answers

    found = import_answers(
        sheet, out, _asked(questions), unit=id, draw=draw,
        empty=None if empty is None else empty.value, force=force,
    )  # fmt: skip
    names = ("question", *STATES)
    rows = [[name, *(states[state] for state in STATES)] for name, states in found.states.items()]
    if format is Format.JSON:
        print_json(
            {
                "rows": [dict(zip(names, row, strict=True)) for row in rows],
                "firms": found.firms,
                "returned": found.returned,
                "not_returned": found.not_returned,
            }
        )
        return
    if format is Format.CSV:
        print_csv(names, rows)
        return
    titles = [state.replace("_", " ").capitalize() for state in STATES]
    print_table(
        [Column("Question"), *(Column(title, "right") for title in titles)],
        [[str(cell) for cell in row] for row in rows],
    )
    say(f"{found.returned:,} of {found.firms:,} firms answered; answers in {out}.")


@motives_app.command("scores")
def scores_(
    data: Data,
    id: Id = "firm",
    out: Annotated[
        Path | None,
        typer.Option("--out", "--output", metavar="FILE.CSV", help="Also write a row per firm."),
    ] = None,
    questions: Questions = None,
    rule: Rule = None,
    sheet: Sheet = None,
    force: Force = False,
    format: Printed = Format.TABLE,
) -> None:
    """Score every scale, and say how well its items hang together (alpha, omega).

    Example: ketenkaart motives scores answers.csv --id kvk
    """
    from ketenkaart.services.monitor.writing import write_rows
    from ketenkaart.services.motives.scoring import score_file, score_rows
    from ketenkaart.sources.reference.motives import load_segment_rule

    asked = _asked(questions)
    found = score_file(data, asked, load_segment_rule(asked, rule), sheet=sheet)
    if out is not None:
        headings, firms = score_rows(found, id)
        write_rows(out, headings, firms, force=force)
    names = ("scale", "kind", "scored", "unscored", "mean", "alpha", "alpha_low", "alpha_high",
             "omega", "whole_answers")  # fmt: skip
    rows = []
    for row in found.rows:
        made = row.reliability
        scale, missing = row.scale, sum(row.missing.values())
        rows.append([scale.id, scale.kind, row.scored, missing, row.mean, made.alpha,
                     made.alpha_low, made.alpha_high, made.omega, made.cases])  # fmt: skip
    if format is Format.JSON:
        print_json(
            {"rows": [dict(zip(names, row, strict=True)) for row in rows], "notes": found.notes}
        )
        return
    if format is Format.CSV:
        print_csv(names, rows)
        for note in found.notes:
            tell(f"- {note}")
        return
    print_table(
        [Column("Scale"), Column("Kind", spare=1),
         *(Column(name, "right") for name in ("Scored", "Not", "Mean", "Alpha", "Low", "High",
                                              "Omega", "Whole"))],
        [[*map(str, row[:4]), *(_figure(cell) for cell in row[4:9]), str(row[9])] for row in rows],
    )  # fmt: skip
    for note in found.notes:
        say(f"- {note}")


@motives_app.command("segment")
def segment_(
    data: Data,
    *,
    id: Id = "firm",
    design: Annotated[
        Path | None,
        typer.Option(metavar="DESIGN.YML", help="How firms were drawn; see `estimate --help`."),
    ] = None,
    size: Annotated[
        str | None,
        typer.Option(metavar="COLUMN", help="Also shares of this, such as turnover."),
    ] = None,
    rule: Rule = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", "--output", metavar="FILE.CSV", help="Also write a row per firm."),
    ] = None,
    shares_out: Annotated[
        Path | None,
        typer.Option(metavar="FILE.YML", help="Also write shares for `mix --shares`."),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Where the model's starts begin.")] = 1,
    draws: Annotated[
        int, typer.Option(min=10, max=1000, help="How often firms are drawn anew for the model.")
    ] = 50,
    level: Annotated[float, typer.Option(min=0.5, max=0.9999, help="Of intervals.")] = 0.95,
    questions: Questions = None,
    sheet: Sheet = None,
    force: Force = False,
    format: Printed = Format.TABLE,
) -> None:
    """Place firms by what they do, estimate the shares, and show motives by segment.

    A firm whose missing answers could change its place is not placed. A model of latent classes is
    held beside the rule as a check.

    Example: ketenkaart motives segment answers.csv --id kvk --design answers.design.yml
    """
    from ketenkaart.services.monitor.writing import require_free, write_rows
    from ketenkaart.services.motives.segmenting import firm_rows, segment_file
    from ketenkaart.services.motives.sharing import write_shares
    from ketenkaart.sources.reference.motives import load_segment_rule

    asked = _asked(questions)
    require_free(*(path for path in (out, shares_out) if path is not None), force=force)
    with Share() as share:
        made = segment_file(
            data, asked, load_segment_rule(asked, rule), design=design, size=size, seed=seed,
            draws=draws, level=level, sheet=sheet, told=share.show,
        )  # fmt: skip
    headings, firms = firm_rows(made, id)
    if out is not None:
        write_rows(out, headings, firms, force=force)
    if shares_out is not None:
        day = datetime.now(UTC).date()
        write_shares(made, shares_out, size=size, day=day, force=force)
    if format is Format.JSON:
        print_json({**_data(made), "firms": [dict(zip(headings, r, strict=True)) for r in firms]})
    elif format is Format.CSV:
        print_csv(headings, firms)
        for note in made.notes:
            tell(f"- {note}")
    else:
        _print(made)


def _figure(value: object) -> str:
    return f"{value:.3f}" if isinstance(value, float) else "–"


FIELDS = ("statistic", "domain", "estimate", "se", "low", "high", "n", "df")


def _data(made: Segmented) -> dict[str, object]:
    def rows(found: list[object]) -> list[dict[str, object]]:
        return [{name: getattr(row, name) for name in FIELDS} for row in found]

    checked = made.checked
    return {
        "shares": rows([*made.shares]),
        "shares_among_placed": rows([*made.among_placed]),
        "shares_of_size": rows([*made.by_size]),
        "motives": rows([*made.motives]),
        "differences": rows([*made.differences]),
        "moved": [{"by": item.by, "shares": list(item.shares)} for item in made.moved],
        "model": None
        if checked is None
        else {
            "firms": checked.firms,
            "bic": checked.bic,
            "best": checked.best,
            "shares": checked.model.shares.tolist(),
            "rule_by_class": checked.table,
            "adjusted_rand": checked.rand,
            "same": checked.same,
            "stability": checked.stable,
        },
        "notes": made.notes,
    }


def _print(made: Segmented) -> None:
    down, up = made.moved
    names = [row.statistic for row in made.shares]
    print_table(
        [Column("Segment"), Column("Firms", "right"), Column("Share (estimate)", "right"),
         Column("Low", "right"), Column("High", "right"),
         Column(f"If thresholds {down.by:+.2f}", "right"), Column(f"{up.by:+.2f}", "right")],
        [
            [row.statistic.replace("_", " "), str(int((made.placed == code).sum())),
             _figure(row.estimate), _figure(row.low), _figure(row.high),
             _figure(down.shares[k]), _figure(up.shares[k])]
            for k, (row, code) in enumerate(zip(made.shares, (0, 1, 2, -1), strict=True))
        ],
    )  # fmt: skip
    if made.by_size:
        print_table(
            [Column("Share of size"), Column("Estimate", "right"), Column("Low", "right"),
             Column("High", "right")],
            [[row.statistic.replace("_", " "), _figure(row.estimate), _figure(row.low),
              _figure(row.high)] for row in made.by_size],
        )  # fmt: skip
    _print_motives(made, names)
    _print_model(made)
    for note in made.notes:
        say(f"- {note}")


def _print_motives(made: Segmented, names: list[str]) -> None:
    width = len(names)
    rows = []
    for k, difference in enumerate(made.differences):
        own = made.motives[k * width : (k + 1) * width]
        cells = [f"{_figure(row.estimate)} ({_figure(row.low)}; {_figure(row.high)})"
                 if row.estimate is not None else "–" for row in own[:3]]  # fmt: skip
        gap = difference
        shown = f"{_figure(gap.estimate)} ({_figure(gap.low)}; {_figure(gap.high)})"
        rows.append([own[0].statistic, *cells, shown if gap.estimate is not None else "–"])
    print_table(
        [Column("Motive (mean, 1 to 5)"), Column("Leaders", "right"), Column("Pack", "right"),
         Column("Laggards", "right"), Column("Leaders less laggards", "right")],
        rows,
    )  # fmt: skip


def _print_model(made: Segmented) -> None:
    checked = made.checked
    if checked is None:
        return
    bic = ", ".join(f"{count}: {value:,.0f}" for count, value in checked.bic.items())
    say(f"Check by a model of latent classes, {checked.firms:,} firms; BIC by classes {bic}.")
    print_table(
        [Column("By the rule"), *(Column(f"Class {name}", "right")
                                  for name in ("high", "middle", "low"))],
        [[name.replace("_", " "), *(str(cell) for cell in row)]
         for name, row in zip(("leaders", "pack", "laggards", "cannot_place"), checked.table,
                              strict=True)],
    )  # fmt: skip
    stable = checked.stable
    say(
        f"Same group of three: {checked.same:.0%} of firms placed; adjusted Rand index "
        f"{checked.rand:.2f}."
        + (
            f" Firms drawn anew: {stable[0]:.2f} (tenth percentile {stable[1]:.2f})."
            if stable
            else ""
        )
    )
