"""The share of companies that go as far as a level: as a machine read it, and put right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ketenkaart.core.monitor.estimating import Survey, estimate
from ketenkaart.core.monitor.intervals import t_quantile
from ketenkaart.core.monitor.machine_error import (
    JudgedStratum,
    MachineError,
    correct_for_machine,
    logit_ends,
    machine_error,
    too_few,
)
from ketenkaart.core.monitor.types import Codes, Domains, EstimateRow, Mask, Statistic, Variable


@dataclass(frozen=True, slots=True)
class PutRight:
    """A share put right for the machine's errors; `se_machine` is what of its error is theirs."""

    estimate: float
    se: float
    low: float
    high: float
    se_sample: float
    se_machine: float


@dataclass(frozen=True, slots=True)
class EndorsementShare:
    """The share at a level or above in one domain, of companies with a report that was read.

    `machine` is what the reader says, `corrected` what it comes to with its errors put right;
    `None` where too few were judged. Companies without a level are not among those below it:
    `unreadable` and `missing` count them, `answered` is the weighted share of companies with a
    level, and `if_none` and `if_all` say what the share of all companies would be if none, or all,
    of the others were at the level.
    """

    domain: str | None
    machine: EstimateRow
    corrected: PutRight | None
    companies: int
    read: int
    unreadable: int
    missing: int
    answered: float
    if_none: float | None
    if_all: float | None


@dataclass(frozen=True, slots=True)
class EndorsementEstimate:
    """Shares by domain, the machine's errors they were put right with, or why they were not."""

    line: int
    confidence: float
    rows: tuple[EndorsementShare, ...]
    error: MachineError | None
    not_corrected: str | None


NEVER, READ, UNREADABLE, MISSING = -1, 0, 1, 2
"""States of a company; `NEVER` is no level."""


def estimate_endorsement(
    survey: Survey,
    levels: Codes,
    states: Codes,
    line: int,
    strata: Sequence[JudgedStratum],
    domains: Domains | None = None,
    *,
    confidence: float = 0.95,
) -> EndorsementEstimate:
    """Return the share at `line` or above by domain, as read and put right.

    `levels` is the level of each company, shape (rows,), -1 without one; `states` is `READ`,
    `UNREADABLE` or `MISSING`. Companies without a level are left out as non-response; a design
    may weigh the others for them. `strata` is the judged sample; too small a one leaves the shares
    as the machine read them, and says why. The machine is taken to err alike in every domain.
    """
    reason = too_few(strata, line) if strata else "nothing was judged"
    error = None if reason else machine_error(strata, line)
    known: Mask = levels != NEVER
    variable = Variable(f"level {line} or above", (levels >= line).astype(np.float64), known)
    statistic = Statistic(f"level>={line}", "proportion", variable)
    found = estimate(survey, [statistic], domains, level=confidence).rows
    is_same = domains is None and _are_same(survey, levels, strata)
    freedom = float("inf") if not strata else float(sum(max(0, s.judged - 1) for s in strata))
    rows = tuple(
        _share(survey, row, k, domains, states, _Put(error, freedom, confidence, is_same))
        for k, row in enumerate(found)
    )
    return EndorsementEstimate(line, confidence, rows, error, reason)


def _are_same(survey: Survey, levels: Codes, strata: Sequence[JudgedStratum]) -> bool:
    """Return whether what was judged was drawn from these companies, all of one weight."""
    known = survey.weights[levels != NEVER]
    counted = {item.level: item.population for item in strata}
    there = {int(k): int(n) for k, n in zip(*np.unique(levels, return_counts=True), strict=True)}
    there.pop(NEVER, None)
    is_even = len(known) > 0 and bool(np.allclose(known, known[0]))
    return is_even and {k: n for k, n in counted.items() if n} == there


@dataclass(frozen=True, slots=True)
class _Put:
    """With what shares are put right."""

    error: MachineError | None
    freedom: float
    confidence: float
    is_same: bool


def _share(
    survey: Survey,
    row: EstimateRow,
    number: int,
    domains: Domains | None,
    states: Codes,
    by: _Put,
) -> EndorsementShare:
    inside = np.ones(len(states), dtype=np.bool_)
    if domains is not None:
        inside = domains.codes == number
    weights = survey.design.weights
    whole = float(weights[inside].sum())
    answered = float(weights[inside & (states == READ)].sum()) / whole if whole else 0.0
    corrected = None
    if by.error is not None and row.estimate is not None and row.se is not None and row.df > 0:
        corrected = _put_right(row.estimate, row.se, row.df, by.error, by)
    share = corrected.estimate if corrected else row.estimate
    return EndorsementShare(
        domain=row.domain,
        machine=row,
        corrected=corrected,
        companies=int(inside.sum()),
        read=int((inside & (states == READ)).sum()),
        unreadable=int((inside & (states == UNREADABLE)).sum()),
        missing=int((inside & (states == MISSING)).sum()),
        answered=answered,
        if_none=None if share is None else share * answered,
        if_all=None if share is None else share * answered + 1 - answered,
    )


def _put_right(share: float, se: float, df: int, error: MachineError, by: _Put) -> PutRight:
    found = correct_for_machine(share, se, error, is_same=by.is_same)
    # Satterthwaite: the two errors have degrees of freedom of their own.
    parts = ((found.se_sample, float(df)), (found.se_coding, by.freedom))
    below = sum(part**4 / free for part, free in parts if free > 0)
    joint = found.se**4 / below if below else float(df)
    low, high = logit_ends(found.value, found.se, by.confidence, joint)
    if found.value in (0.0, 1.0) and found.se == 0:
        reach = t_quantile(by.confidence, float(df)) * se
        low, high = max(0.0, found.value - reach), min(1.0, found.value + reach)
    return PutRight(found.value, found.se, low, high, found.se_sample, found.se_coding)
