"""Where a promise stands on a day, and how answers and deadlines add up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import get_args

from ketenkaart.core.ledger.types import (
    Commitment,
    DeadlineState,
    FollowUp,
    Ledger,
    Position,
    ResponseClass,
    Theme,
    Verdict,
    VerdictValue,
)

DEADLINE_STATES: tuple[DeadlineState, ...] = get_args(DeadlineState)

_OF_VERDICT: Mapping[VerdictValue, DeadlineState] = {
    VerdictValue.KEPT: "kept",
    VerdictValue.KEPT_LATE: "kept_late",
    VerdictValue.PARTLY_KEPT: "partly_kept",
    VerdictValue.NOT_KEPT: "not_kept",
}


@dataclass(frozen=True, slots=True)
class ThemeCount:
    """How many recommendations one theme has, in all and per code; absent codes count zero."""

    theme: Theme
    total: int
    responses: Mapping[ResponseClass, int]
    positions: Mapping[Position, int]
    follow_ups: Mapping[FollowUp, int]


@dataclass(frozen=True, slots=True)
class DeadlineCounts:
    """How many promises stand in each state, in all and among those whose deadline has passed."""

    as_of: date
    commitments: int
    states: Mapping[DeadlineState, int]
    passed: int
    passed_states: Mapping[DeadlineState, int]


def verdict_on(commitment: Commitment, verdicts: Iterable[Verdict], as_of: date) -> Verdict | None:
    """Return the last verdict about `commitment` that was known on `as_of`.

    A verdict without a day of its own counts from the day after the deadline, or always where
    there is no deadline.
    """
    due = commitment.deadline.due if commitment.deadline else None
    known = [
        verdict
        for verdict in verdicts
        if verdict.commitment == commitment.id
        and (
            verdict.found_on <= as_of
            if verdict.found_on is not None
            else due is None or due < as_of
        )
    ]
    return max(known, key=lambda verdict: verdict.found_on or date.min, default=None)


def deadline_state(
    commitment: Commitment, verdicts: Iterable[Verdict], as_of: date
) -> DeadlineState:
    """Return where a promise stands on `as_of`.

    Only a verdict makes a promise late or broken. A deadline that has passed without a verdict is
    `not_researched`; one that has not is `not_due`; the day itself is still in time.

    >>> from ketenkaart.core.provenance import Text
    >>> from ketenkaart.core.ledger.types import DateType, Deadline, Locator
    >>> from ketenkaart.core.provenance import Citation, Grade
    >>> cited = Citation(source="s01", grade=Grade.SURE)
    >>> promise = Commitment(
    ...     id="K1", summary=Text(nl="een overzicht", en="an overview"), date_text=None,
    ...     date_type=DateType.QUARTER_END, responsible=Text(nl="RVO", en="RVO"),
    ...     status_in_letter=Text(nl="toegezegd", en="promised"),
    ...     deadline=Deadline(due=date(2020, 3, 31), reading=Text(nl="k", en="q"), citation=cited),
    ...     locator=Locator(quote="first quarter", start=0, end=13, line=1), citation=cited)
    >>> deadline_state(promise, (), date(2020, 3, 31))
    'not_due'
    >>> deadline_state(promise, (), date(2020, 4, 1))
    'not_researched'
    """
    verdict = verdict_on(commitment, verdicts, as_of)
    if verdict is not None:
        return _OF_VERDICT[verdict.value]
    if commitment.deadline is None:
        return "no_deadline"
    return "not_due" if as_of <= commitment.deadline.due else "not_researched"


def count_by_theme(ledger: Ledger) -> tuple[ThemeCount, ...]:
    """Return the counts of recommendations per theme, in the order of the themes."""
    counts = []
    for theme in ledger.themes:
        found = [item for item in ledger.recommendations if item.theme == theme.number]
        responses = Counter(item.response_class for item in found)
        positions = Counter(item.position for item in found)
        follow_ups = Counter(item.follow_up for item in found)
        counts.append(
            ThemeCount(
                theme=theme,
                total=len(found),
                responses={code: responses[code] for code in ResponseClass},
                positions={code: positions[code] for code in Position},
                follow_ups={code: follow_ups[code] for code in FollowUp},
            )
        )
    return tuple(counts)


def count_deadlines(ledger: Ledger, as_of: date) -> DeadlineCounts:
    """Return how the promises of `ledger` stand on `as_of`.

    The states of all commitments add up to `commitments`; those of commitments with a deadline
    before `as_of` add up to `passed`.
    """
    states: Counter[DeadlineState] = Counter()
    passed: Counter[DeadlineState] = Counter()
    for commitment in ledger.commitments:
        state = deadline_state(commitment, ledger.verdicts, as_of)
        states[state] += 1
        if commitment.deadline is not None and commitment.deadline.due < as_of:
            passed[state] += 1
    return DeadlineCounts(
        as_of=as_of,
        commitments=len(ledger.commitments),
        states={state: states[state] for state in DEADLINE_STATES},
        passed=passed.total(),
        passed_states={state: passed[state] for state in DEADLINE_STATES},
    )
