"""The answer of `ketenkaart mix` as tables for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ketenkaart.cli.numbers import amount, between, percent
from ketenkaart.cli.output import Column, print_table, say

if TYPE_CHECKING:
    from ketenkaart.core.governance.mix.answers import MixAnswer
    from ketenkaart.core.governance.mix.segments import SegmentMeasure, SegmentScore


def print_mix(answer: MixAnswer) -> None:
    """Print an answer as tables: the mix, the others, how stable it is, and its notes."""
    title = (
        f"The mix for {millions(answer.budget)} million euro a year, gap in {answer.kind}, "
        f"on {answer.as_of}"
    )
    often = [Column("Chosen in draws", "right", spare=2)] if answer.draws else []
    columns = [
        Column("Measure", wide=True),
        Column("Level", wide=True),
        Column("Moves by"),
        Column("Cost", "right"),
        Column("Low–high", "right", spare=1),
        Column("Closes", "right"),
        *often,
    ]
    rows = [
        [
            item.label.en + (f" (extends {item.extends})" if item.extends else ""),
            item.level_label.en,
            _lever(item.lever.value, item.lever.is_stick),
            millions(item.cost.counted) + (" (high end)" if item.cost_is_range else ""),
            f"{millions(item.cost.low)}–{millions(item.cost.high)}",
            percent(item.alone_less),
            *([percent(item.share_of_draws)] if answer.draws else []),
        ]
        for item in answer.chosen
    ]
    print_table(columns, rows, title=title)
    if not rows:
        say("Nothing fits this budget and these conditions.")
    spent = answer.spent
    say(
        "",
        f"Cost: {millions(spent.counted)} million euro a year "
        f"({millions(spent.low)}–{millions(spent.high)}). Closes: what leaving it out would lose.",
        f"Gap before: {_gap(answer.before)}. After: {_gap(answer.after)}.",
        _proof(answer),
    )
    if answer.worst_before is not None and answer.worst_after is not None:
        say(
            f"Worst sector before: {answer.worst_before.label.en} "
            f"({percent(answer.worst_before.before)}); after: {answer.worst_after.label.en} "
            f"({percent(answer.worst_after.after)})."
        )
    _print_steps(answer)
    _print_others(answer)
    _print_worlds(answer)
    _print_frontier(answer)
    _print_segments(answer)
    say("", *(f"- {note.en}" for note in answer.notes))


def millions(value: float) -> str:
    """Return euro in millions.

    >>> millions(2_500_000.0), millions(20_000_000.0), millions(0.0)
    ('2.5', '20', '0')
    """
    return f"{value / 1e6:,.3f}".rstrip("0").rstrip(".")


def _lever(name: str, is_stick: bool) -> str:
    return f"{name} ({'stick' if is_stick else 'carrot'})"


def _gap(gap: object) -> str:
    low, central, high = (getattr(gap, end) for end in ("low", "central", "high"))
    return f"{percent(central)} ({between(low, high)})"


def _proof(answer: MixAnswer) -> str:
    if answer.method == "proven_best":
        return "Proven: on central values no other mix within these conditions closes more."
    return (
        f"Not proven to be the best: another mix could reach at most "
        f"{percent(answer.optimality_gap)} more of what it reaches."
    )


def _print_steps(answer: MixAnswer) -> None:
    if not answer.steps:
        return
    say("")
    print_table(
        [
            Column("In order of what a euro closes", wide=True),
            Column("Adds to cost", "right"),
            Column("Closes", "right"),
            Column("Gap then", "right"),
        ],
        [
            [step.label.en, millions(step.cost), percent(step.closes), percent(step.gap)]
            for step in answer.steps
        ],
    )


REASONS = {
    "left_out": "left out as asked",
    "at_most_one": "cannot stand beside",
    "budget": "does not fit what is left",
    "cap": "a condition leaves no room",
    "adds_nothing": "adds nothing to the mix",
    "less": "adds less than what is chosen",
}


def _print_others(answer: MixAnswer) -> None:
    if not answer.not_chosen:
        return
    often = [Column("Chosen in draws", "right", spare=2)] if answer.draws else []
    say("")
    print_table(
        [
            Column("Not in the mix", wide=True),
            Column("Moves by", spare=1),
            Column("Cost", "right"),
            Column("Would close", "right"),
            Column("Why not", wide=True),
            *often,
        ],
        [
            [
                item.label.en,
                _lever(item.lever.value, item.lever.is_stick),
                millions(item.cost.counted),
                percent(item.closes),
                " ".join([REASONS[item.reason], *(name.en for name in item.of)]),
                *([percent(item.share_of_draws)] if answer.draws else []),
            ]
            for item in answer.not_chosen
        ],
    )


WORLDS = {
    "reach_low": "all uptake and force at the low end",
    "reach_high": "all uptake and force at the high end",
    "risk_low": "all risks at the low end",
    "risk_high": "all risks at the high end",
    "cost_low": "all costs at the low end",
    "cost_high": "all costs at the high end",
}


def _print_worlds(answer: MixAnswer) -> None:
    if not answer.regrets:
        return
    say("")
    print_table(
        [
            Column("If", wide=True),
            Column("This mix covers", "right"),
            Column("Best there", "right"),
            Column("Regret", "right"),
            Column("Over budget", "right"),
            Column("The best there adds and drops", wide=True, spare=1),
        ],
        [
            [
                WORLDS[item.world],
                percent(item.covered),
                percent(item.best_covered),
                percent(max(0.0, item.regret)),
                millions(item.over) if item.over > 0 else "no",
                _differs(answer, item.best),
            ]
            for item in answer.regrets
        ],
    )


def _differs(answer: MixAnswer, best: tuple[str, ...]) -> str:
    """Return what another mix adds to this one and drops from it."""
    own = [f"{item.candidate}.{item.level}" for item in answer.chosen]
    added = [f"+{name}" for name in best if name not in own]
    dropped = [f"-{name}" for name in own if name not in best]
    return " ".join([*added, *dropped]) or "the same"


def _print_frontier(answer: MixAnswer) -> None:
    if not answer.frontier:
        return
    say("")
    print_table(
        [
            Column("Budget", "right"),
            Column("Spent", "right"),
            Column("Gap", "right"),
            Column("Closed per million more", "right"),
            Column("Mix", wide=True, spare=1),
        ],
        [
            [
                millions(point.budget),
                millions(point.spent),
                percent(point.gap),
                percent(point.per_million),
                ", ".join(point.levels) or amount(0.0),
            ]
            for point in answer.frontier
        ],
    )


def _print_segments(answer: MixAnswer) -> None:
    if not answer.segments:
        return
    rows = [
        [score.segment, _size(score), kind, *_measure(item)]
        for score in answer.segments
        for kind, measures in (("carrot", score.carrots), ("stick", score.sticks))
        for item in measures or (None,)
    ]
    say("")
    print_table(
        [
            Column("Segment"),
            Column("Of companies", spare=2),
            Column("By"),
            Column("Measure", wide=True),
            Column("Works", spare=1),
            Column("Of the segment"),
        ],
        rows,
    )
    if answer.incentives:
        say("")
        print_table(
            [
                Column("Instrument", wide=True),
                Column("Kind"),
                Column("Reward or sanction", wide=True),
                Column("For"),
                Column("Grade", spare=1),
            ],
            [
                [
                    item.label.en,
                    "reward" if item.is_reward else "sanction",
                    item.what.en,
                    ", ".join(item.segments) or "not researched",
                    item.citation.grade.value,
                ]
                for item in answer.incentives
            ],
        )


def _size(score: SegmentScore) -> str:
    if score.share is None or score.share_citation is None:
        return "not researched"
    ends = between(score.share.low, score.share.high)
    return f"{ends} ({score.share_citation.grade.value})"


def _measure(item: SegmentMeasure | None) -> list[str]:
    if item is None:
        return ["nothing", "", ""]
    reach = item.reach
    part = "unknown" if reach.low is None else between(reach.low, reach.high)
    return [item.label.en + (" (new)" if item.is_new else ""), item.effect, part]
