"""`ketenkaart gap validate`."""

from __future__ import annotations

import getpass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from ketenkaart.cli.dates import day
from ketenkaart.cli.gap import OnDay
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
from ketenkaart.core.errors import InputError
from ketenkaart.core.governance.answers import GapQuery, Kind, Measure
from ketenkaart.core.governance.defence.validation_answers import (
    Compared,
    KeptValidation,
    Range,
    Unknown,
    ValidationAnswer,
)

SHOWN = 15


def validate(
    *,
    cases: Annotated[
        Path | None,
        typer.Argument(metavar="CASES.csv", help="Known cases: country, sector, issue.."),
    ] = None,
    measure: Annotated[Measure, typer.Option(help="What exposure counts.")] = "value_added",
    kind: Annotated[Kind, typer.Option(help="The gap in breadth or in depth.")] = "breadth",
    as_of: OnDay = None,
    compared: Annotated[
        Compared, typer.Option(help="Which other cells the cases must stand above.")
    ] = "issues",
    unknown: Annotated[
        Unknown, typer.Option(help="Cells of unknown risk: left out, or ranked lowest.")
    ] = "left_out",
    origin: Annotated[
        str | None, typer.Option(metavar="TEXT", help="Where the list comes from.")
    ] = None,
    independent: Annotated[
        str | None,
        typer.Option(metavar="TEXT", help="Why it owes nothing to the risk data used here."),
    ] = None,
    keep_good: Annotated[
        bool, typer.Option("--keep-good", help="Leave bad rows out, and name them.")
    ] = False,
    draws: Annotated[
        int, typer.Option(min=100, max=100_000, help="Draws of whole countries.")
    ] = 2000,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the draws.")] = 20191122,
    actor: Annotated[
        str | None, typer.Option("--as", metavar="NAME", help="Who validates; else the user.")
    ] = None,
    show_kept: Annotated[
        bool, typer.Option("--list", help="List what was kept, and validate nothing.")
    ] = False,
    forget: Annotated[
        str | None,
        typer.Option(metavar="HASH", help="Take away what was kept of a list."),
    ] = None,
    format: Printed = Format.TABLE,
) -> None:
    """Rank held-out cases by the gap, by exposure alone and by a plain risk list.

    Columns country, sector, issue; weight and date if you like. With --origin and --independent
    the result is kept, and every gap says that it was validated.

    Example: ketenkaart gap validate cases.csv --origin "NCP cases" --independent "not in any list"
    """
    if forget is not None:
        from ketenkaart.services.governance.standing import forget_validation

        say(f"Taken away: {forget_validation(forget)}.")
        return
    if show_kept:
        from ketenkaart.services.governance.standing import kept_validations

        _print_kept(kept_validations(), format)
        return
    if cases is None:
        raise InputError(
            "No list of cases is named",
            where="CASES.csv",
            fix="Name a file with the columns country, sector and issue; or use --list.",
        )
    from ketenkaart.services.governance.defence import validate as rank
    from ketenkaart.services.governance.standing import keep_validation

    answer = rank(
        cases,
        GapQuery(kind=kind, measure=measure, as_of=day(as_of)),
        compared=compared,
        unknown=unknown,
        origin=origin,
        independent=independent,
        keep_good=keep_good,
        draws=draws,
        seed=seed,
    )
    if answer.is_independent:
        keep_validation(answer, actor=actor or getpass.getuser(), at=datetime.now(UTC))
        tell(f"Kept, under sha256 {answer.file.sha256[:16]}.")
    if format is Format.JSON:
        print_json(answer.model_dump(mode="json"))
    elif format is Format.CSV:
        from ketenkaart.services.governance.defence.exports import RANKED_COLUMNS, ranked_rows

        print_csv(RANKED_COLUMNS, ranked_rows(answer))
    else:
        _print(answer)


def _print(answer: ValidationAnswer) -> None:
    from ketenkaart.services.governance.standing import SCORE_NAMES, validation_standing

    print_table(
        [
            Column("Ranked by", wide=True),
            Column("AUC", "right"),
            Column("95% by country", "right"),
            Column("95% DeLong", "right"),
            Column("Weighted", "right", spare=1),
        ],
        [
            [
                SCORE_NAMES[item.score].en,
                f"{item.auc:.3f}",
                _range(item.clustered),
                _range(item.delong),
                "–" if item.weighted is None else f"{item.weighted:.3f}",
            ]
            for item in answer.scores
        ],
        title=(
            f"{answer.cases} cases in {answer.countries} countries against {answer.others} other "
            f"cells, in {answer.kind}, on {answer.as_of} (0.5 is chance)"
        ),
    )
    say("")
    for item in answer.differences:
        say(
            f"{SCORE_NAMES[item.first].en} minus {SCORE_NAMES[item.second].en}: "
            f"{item.value:+.3f} ({_range(item.clustered)} by country; "
            f"{_range(item.delong)} DeLong)."
        )
    if answer.best is not None:
        say(f"Best: {SCORE_NAMES[answer.best].en}, beyond doubt.")
    else:
        say(
            "No score is shown to be best: the differences may be chance. Highest: "
            f"{SCORE_NAMES[answer.highest].en}."
        )
    _print_file(answer)
    standing = validation_standing(answer.edition)
    say("", standing.text.en)
    if not answer.is_independent:
        say("This run is not kept: give --origin and --independent to have it count.")
    for note in answer.notes:
        say(f"- {note.en}")


def _print_file(answer: ValidationAnswer) -> None:
    file = answer.file
    counted = {
        "rows could not be used": file.rejected,
        "rows name a cell that was named before": file.doubles,
        "rows name a place that Dutch demand does not reach": file.without_exposure,
        "cases stand where the risk is unknown": file.risk_unknown,
        "cases are not dated: whether the risk data knew them cannot be told": file.undated,
        "cases are no younger than the risk data, which may have known them": file.not_after_data,
    }
    say("", f"{file.name}: {file.rows} rows, sha256 {file.sha256[:16]}.")
    for words, count in counted.items():
        if count:
            say(f"! {count} {words}.")


def _print_kept(kept: tuple[KeptValidation, ...], format: Format) -> None:
    if format is Format.JSON:
        print_json([item.model_dump(mode="json") for item in kept])
        return
    names = ("sha256", "file", "origin", "independent", "edition", "as_of", "kind", "cases",
             "auc_gap", "auc_exposure", "auc_risk_list", "best", "kept_at", "actor")  # fmt: skip
    rows = [
        [
            item.answer.file.sha256[:16], item.answer.file.name, item.answer.file.origin,
            item.answer.file.independent, item.answer.edition, item.answer.as_of.isoformat(),
            item.answer.kind, item.answer.cases, *(score.auc for score in item.answer.scores),
            item.answer.best, item.kept_at.isoformat(timespec="seconds"), item.actor,
        ]
        for item in kept
    ]  # fmt: skip
    if format is Format.CSV:
        print_csv(names, rows)
        return
    for row in rows:
        say(f"{row[0]}  {row[1]}: {row[7]} cases; {row[2]}; edition {row[4]}; gap {row[8]:.3f}, "
            f"exposure {row[9]:.3f}, risk list {row[10]:.3f}; {row[12]} by {row[13]}")  # fmt: skip
    if not rows:
        say("Nothing is kept: the gap is not validated.")


def _range(ends: Range) -> str:
    if ends.low is None or ends.high is None:
        return "too little for an interval"
    return f"{ends.low:.3f} to {ends.high:.3f}"
