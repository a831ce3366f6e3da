"""The share of tenders that have something, by number and by contract value."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np

from ketenkaart.core.monitor.effect.effects import (
    LEAST,
    Answers,
    EffectRow,
    GroupSample,
    Status,
)
from ketenkaart.core.monitor.effect.weighted import Figure, Weighted, answering, weighted_share
from ketenkaart.core.monitor.intervals import proportion_ends
from ketenkaart.core.monitor.types import Codes, Floats, Mask

ShareMethod = Literal["share_of_tenders", "share_of_value"]


def share_rows(
    samples: Sequence[GroupSample],
    answers: Sequence[Answers],
    group: str | None,
    level: float,
) -> tuple[EffectRow, EffectRow]:
    """Return the share of tenders that have something, by number and by contract value.

    `samples` are one group, or all of them; `not_applicable` contracts are outside the share. The
    interval is Wilson's with an effective size, so that it holds near 0 and 1.
    """
    drawn, has, sizes = _joined(samples, answers)
    values = np.where(np.isfinite(sizes), sizes, 0.0)
    status = _status(samples, answers, len(has))
    return (
        _share(samples, answers, group, "share_of_tenders",
               _figure(drawn, has, np.ones(len(has)), status, level)),
        _share(samples, answers, group, "share_of_value",
               _figure(drawn, has, values, status, level)),
    )  # fmt: skip


def _joined(
    samples: Sequence[GroupSample], answers: Sequence[Answers]
) -> tuple[Weighted, Mask, Floats]:
    """Return the answering contracts of some groups, with strata that are those of each group."""
    parts, strata, has, sizes = list[Weighted](), list[Codes](), list[Mask](), list[Floats]()
    start = 0
    for sample, given in zip(samples, answers, strict=True):
        heard = given.known
        if heard.any():
            found, _ = answering(sample.chances, sample.strata, sample.sizes, heard)
            inside = ~given.not_applicable[heard]
            parts.append(found.part(inside))
            strata.append(found.strata[inside] + start)
            has.append(given.values[heard][inside] > 0)
            sizes.append(sample.sizes[heard][inside])
        start += int(sample.strata.max(initial=-1)) + 1
    if not parts:
        none = np.zeros(0)
        return Weighted(none, np.zeros(0, dtype=np.int64), none), np.zeros(0, dtype=bool), none
    codes = np.unique(np.concatenate(strata), return_inverse=True)[1].astype(np.int64)
    joined = Weighted(
        np.concatenate([part.chances for part in parts]), codes,
        np.concatenate([part.sizes for part in parts]),
    )  # fmt: skip
    return joined, np.concatenate(has), np.concatenate(sizes)


def _status(samples: Sequence[GroupSample], answers: Sequence[Answers], heard: int) -> Status:
    pairs = list(zip(samples, answers, strict=True))
    whole = all(s.reached == s.drawn and bool(a.known.all()) for s, a in pairs)
    if whole and heard:
        return Status.COUNTED
    if heard == 0:
        return Status.SILENT
    silent = any(answering(s.chances, s.strata, s.sizes, a.known)[1] for s, a in pairs if s.drawn)
    if silent:
        return Status.SILENT
    return Status.TOO_FEW if heard < LEAST else Status.ESTIMATED


def _figure(
    drawn: Weighted, has: Mask, counts: Floats, status: Status, level: float
) -> tuple[Status, Figure, float | None, float | None]:
    """Return the share, its ends and whether it can be said."""
    none = Figure(None, None, 0.0, len(has))
    if status in (Status.SILENT, Status.TOO_FEW):
        return status, none, None, None
    figure = weighted_share(has, counts, drawn)
    if figure.value is None or figure.variance is None or figure.se is None:
        return Status.TOO_FEW, none, None, None
    share = min(1.0, max(0.0, figure.value))
    if status is Status.COUNTED:
        return status, Figure(share, 0.0, figure.freedom, len(has)), share, share
    expanded = counts / drawn.chances
    kish = float(expanded.sum() ** 2 / (expanded**2).sum())
    low, high = proportion_ends(
        share, figure.se, rows=len(has), kish=kish, df=max(1, int(figure.freedom)), level=level,
        method="wilson",
    )  # fmt: skip
    return status, figure, low, high


def _share(
    samples: Sequence[GroupSample],
    answers: Sequence[Answers],
    group: str | None,
    method: ShareMethod,
    found: tuple[Status, Figure, float | None, float | None],
) -> EffectRow:
    status, figure, low, high = found
    return EffectRow(
        answers[0].name if answers else "", group, samples[0].period if samples else "", method,
        status, figure.value, figure.se, low, high,
        None if figure.variance is None else figure.freedom,
        sum(s.tenders for s in samples), sum(s.drawn for s in samples),
        sum(int(a.known.sum()) for a in answers),
        sum(int(a.not_applicable.sum()) for a in answers),
        sum(int((~a.known).sum()) for a in answers), len(samples),
    )  # fmt: skip
