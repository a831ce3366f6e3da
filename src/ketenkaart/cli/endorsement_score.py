"""`ketenkaart endorsement judge score`: how often the machine was wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from ketenkaart.cli.acting import open_record
from ketenkaart.cli.output import Column, Format, Printed, print_csv, print_json, print_table, say

if TYPE_CHECKING:
    from ketenkaart.core.ledger.agreement import Kappa
    from ketenkaart.core.monitor.machine_error import LevelError, MachineError
    from ketenkaart.services.endorsement_judging.scoring import LineScore, Score

COLUMNS = ("level", "documents", "judged", "wrong", "error", "low", "high", "recall")


def score(
    sample: Annotated[
        str | None, typer.Option("--sample", metavar="SAMPLE", help="Its name; else the newest.")
    ] = None,
    format: Printed = Format.TABLE,
) -> None:
    """Show how often the machine was wrong per level, and how far coders agree.

    Example: ketenkaart endorsement judge score --sample check-1
    """
    open_record()
    from ketenkaart.services.endorsement_judging.samples import newest_sample, open_sample
    from ketenkaart.services.endorsement_judging.scoring import score_data, score_sample

    found = score_sample(open_sample(sample or newest_sample()))
    if format is Format.JSON:
        print_json(score_data(found))
    elif format is Format.CSV:
        print_csv(COLUMNS, [_cells(item) for item in found.levels])
    else:
        _print_score(found)


def _cells(item: LevelError) -> list[float | int | None]:
    return [
        item.level, item.population, item.judged, item.wrong, item.error, item.low, item.high,
        item.recall,
    ]  # fmt: skip


def _print_score(found: Score) -> None:
    states = ", ".join(f"{count} {state.value}" for state, count in found.states.items())
    say(f"Sample {found.sample}: {states}.")
    if found.cannot_tell:
        say(f"{found.cannot_tell} cannot be told from the document and count as not judged.")
    say("")
    heads = [
        Column("Machine's level", "right"), Column("Documents", "right"), Column("Judged", "right"),
        Column("Wrong", "right"), Column("Error (estimate)", "right"), Column("95% interval"),
        Column("Recall (estimate)", "right"),
    ]  # fmt: skip
    rows = [
        [
            str(item.level), str(item.population), str(item.judged), str(item.wrong),
            _share(item.error), _between(item.low, item.high), _share(item.recall),
        ]
        for item in found.levels
    ]  # fmt: skip
    print_table(heads, rows)
    say("", *(_line(item) for item in found.lines))
    say(*(_kappa(item) for item in found.kappas))


def _line(item: LineScore) -> str:
    if item.error is None:
        return f"Level {item.line} or above: too few were judged: {item.reason}."
    return f"Level {item.line} or above: {error_words(item.error)}."


def error_words(error: MachineError) -> str:
    """Return the machine's sensitivity and specificity in words."""
    parts = [
        f"{name} {getattr(error, name):.0%} (95% {_between(*error.ends(name))})"
        for name in ("sensitivity", "specificity")
    ]
    judged = error.judged_above + error.judged_below
    return f"{' and '.join(parts)}, estimates on {judged} judged documents"


def _kappa(item: Kappa) -> str:
    if item.value is None:
        return f"{item.variable}: {item.equal} of {item.items} alike; kappa cannot be computed."
    between = f", 95% {item.low:.2f} to {item.high:.2f}" if item.low is not None else ""
    return f"{item.variable}: {item.equal} of {item.items} alike, kappa {item.value:.2f}{between}."


def _share(value: float | None) -> str:
    return "unknown" if value is None else f"{value:.1%}"


def _between(low: float | None, high: float | None) -> str:
    return "unknown" if low is None or high is None else f"{low:.1%} to {high:.1%}"
