"""The effect of contracts by product group and over all groups, from those that were drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, NamedTuple

import numpy as np

from ketenkaart.core.monitor.effect.weighted import (
    Figure,
    add_figures,
    answering,
    weighted_ratio,
    weighted_total,
)
from ketenkaart.core.monitor.intervals import t_quantile
from ketenkaart.core.monitor.types import Codes, Floats, Mask

WithoutData = Literal["respondents", "zero", "refuse"]
Method = Literal["horvitz_thompson", "ratio", "share_of_tenders", "share_of_value"]
LEAST = 2


class Status(StrEnum):
    """Whether an effect can be said, or why not."""

    ESTIMATED = "estimated"
    COUNTED = "counted"
    TOO_FEW = "cannot_estimate_too_few"
    SILENT = "cannot_estimate_nobody_answered"
    NOT_SAMPLED = "not_sampled"
    NOT_APPLICABLE = "not_applicable"


SAID = (Status.ESTIMATED, Status.COUNTED)


@dataclass(frozen=True, slots=True)
class GroupSample:
    """The contracts drawn in one product group, arrays of shape (drawn,).

    `strata` are the ways of drawing (with certainty, by size, without a size), drawn apart;
    `sizes` is NaN where a contract has no known value. `tenders` and `with_size` count the frame,
    `reached` those of it that could be drawn, `total_size` is the value of those that have one.
    """

    group: str
    period: str
    tenders: int
    with_size: int
    total_size: float
    reached: int
    chances: Floats
    strata: Codes
    sizes: Floats

    @property
    def drawn(self) -> int:
        """Return how many contracts were drawn."""
        return len(self.chances)


@dataclass(frozen=True, slots=True)
class Answers:
    """One figure per drawn contract: its value, and which contracts gave one.

    A contract that the figure does not apply to has `known` and the value zero: it adds nothing.
    `not_applicable` says which those are.
    """

    name: str
    values: Floats
    known: Mask
    not_applicable: Mask


@dataclass(frozen=True, slots=True)
class EffectRow:
    """One estimate: of a group, or over groups (`group` None), with what it rests on.

    `answered` counts contracts that gave the figure, `without_data` those drawn that did not.
    What cannot be said is None. `freedom` are degrees of freedom of the interval.
    """

    figure: str
    group: str | None
    period: str
    method: Method
    status: Status
    estimate: float | None
    se: float | None
    low: float | None
    high: float | None
    freedom: float | None
    tenders: int
    drawn: int
    answered: int
    not_applicable: int
    without_data: int
    groups: int = 1


@dataclass(frozen=True, slots=True)
class GroupEffect:
    """What was estimated for one group and figure: the row, and the figure that adds up."""

    row: EffectRow
    figure: Figure
    contributions: Floats


def group_effects(
    sample: GroupSample, answers: Answers, without_data: WithoutData, level: float
) -> tuple[GroupEffect, GroupEffect]:
    """Return the plain estimate of a group's total and the one by the ratio to contract value.

    `respondents`: contracts that answered stand for those that did not, within the way in which
    they were drawn. `zero`: those without data count as nothing, so the total is at least this if
    effects are not negative. A group with no or one answer is not estimated, unless it is counted
    whole. Contracts without a known value take part in the ratio estimate by their plain total.
    """
    known = answers.known if without_data != "zero" else np.ones(sample.drawn, dtype=bool)
    values = np.where(answers.known, answers.values, 0.0)
    if answers.known.any() and answers.not_applicable[answers.known].all():
        said = _Said(Status.NOT_APPLICABLE, Figure(None, None, 0.0, 0))
        none = np.zeros(sample.drawn)
        plain, contributions, ratio = said, none, said
    else:
        plain, contributions = _plain(sample, values, known)
        ratio = _ratio(sample, values, known)
    return (
        GroupEffect(
            _row(sample, answers, "horvitz_thompson", plain, level), plain.figure, contributions
        ),
        GroupEffect(_row(sample, answers, "ratio", ratio, level), ratio.figure, contributions),
    )


class _Said(NamedTuple):
    """What can be said: whether, and what."""

    status: Status
    figure: Figure


def _plain(sample: GroupSample, values: Floats, known: Mask) -> tuple[_Said, Floats]:
    """Return the plain total, and what each contract adds to its error."""
    none = Figure(None, None, 0.0, int(known.sum()))
    found = np.zeros(sample.drawn)
    status = _status(sample, known)
    if status not in SAID:
        return _Said(status, none), found
    drawn, silent = answering(sample.chances, sample.strata, sample.sizes, known)
    if silent:
        return _Said(Status.SILENT, none), found
    figure = weighted_total(values[known], drawn)
    if figure.variance is None:
        return _Said(Status.TOO_FEW, none), found
    expanded = values[known] / drawn.chances
    for code in np.unique(drawn.strata):
        inside = drawn.strata == code
        expanded[inside] = expanded[inside] - expanded[inside].mean()
    found[known] = expanded
    return _Said(status, figure), found


def _status(sample: GroupSample, known: Mask) -> Status:
    heard = int(known.sum())
    if sample.drawn == 0:
        return Status.NOT_SAMPLED
    whole = sample.reached == sample.drawn
    if whole and heard == sample.drawn and (sample.chances >= 1 - 1e-12).all():
        return Status.COUNTED
    if heard < LEAST:
        return Status.SILENT if heard == 0 and sample.drawn >= LEAST else Status.TOO_FEW
    return Status.ESTIMATED


def _ratio(sample: GroupSample, values: Floats, known: Mask) -> _Said:
    """Return the total by the ratio to value; contracts without one add their plain total."""
    none = Figure(None, None, 0.0, int(known.sum()))
    status = _status(sample, known)
    if status not in SAID:
        return _Said(status, none)
    sized = np.isfinite(sample.sizes)
    parts: list[Figure] = []
    if sized.any():
        heard = sized & known
        if heard.sum() < LEAST and not known[sized].all():
            return _Said(Status.TOO_FEW, none)
        parts.append(
            weighted_ratio(
                values[heard],
                sample.sizes[heard],
                sample.total_size,
                sample.chances[heard],
                sample.strata[heard],
            )
        )
    if not sized.all():
        inside = known & ~sized
        drawn, silent = answering(
            sample.chances[~sized], sample.strata[~sized], sample.sizes[~sized], known[~sized]
        )
        if silent:
            return _Said(Status.SILENT, none)
        parts.append(weighted_total(values[inside], drawn))
    figure = add_figures(parts)
    if figure.value is None or figure.variance is None:
        return _Said(Status.TOO_FEW, none)
    return _Said(status, figure)


def _row(
    sample: GroupSample,
    answers: Answers,
    method: Method,
    said: _Said,
    level: float,
) -> EffectRow:
    status, figure = said
    low, high = ends(figure, level)
    return EffectRow(
        answers.name, sample.group, sample.period, method, status, figure.value, figure.se, low,
        high, None if figure.variance is None else figure.freedom, sample.tenders, sample.drawn,
        int(answers.known.sum()), int(answers.not_applicable.sum()),
        int((~answers.known).sum()),
    )  # fmt: skip


def ends(figure: Figure, level: float) -> tuple[float | None, float | None]:
    """Return the ends of Student's interval; none where there is no variance."""
    if figure.value is None or figure.variance is None or figure.se is None:
        return None, None
    if figure.variance == 0:
        return figure.value, figure.value
    if figure.freedom <= 0:
        return None, None
    reach = t_quantile(level, figure.freedom) * figure.se
    return figure.value - reach, figure.value + reach


def over_groups(
    name: str, period: str, parts: Sequence[GroupEffect], level: float, method: Method
) -> EffectRow:
    """Return the sum over the groups that were estimated; groups that were not are not in it."""
    there = [part for part in parts if part.figure.value is not None]
    figure = add_figures([part.figure for part in there])
    status = Status.ESTIMATED if there else Status.TOO_FEW
    if there and all(part.row.status is Status.COUNTED for part in there):
        status = Status.COUNTED
    low, high = ends(figure, level)
    rows = [part.row for part in there]
    return EffectRow(
        name, None, period, method, status, figure.value, figure.se, low, high,
        None if figure.variance is None else figure.freedom,
        sum(row.tenders for row in rows), sum(row.drawn for row in rows),
        sum(row.answered for row in rows), sum(row.not_applicable for row in rows),
        sum(row.without_data for row in rows), len(there),
    )  # fmt: skip
