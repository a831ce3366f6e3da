"""The variance of a weighted total under a design of one or more stages."""

from __future__ import annotations

import numpy as np

from ketenkaart.core.errors import InputError
from ketenkaart.core.monitor.types import Floats, Mask, Stage, SurveyDesign, add_up

TAKE_ALL = 1e-7


def variance(design: SurveyDesign, cells: Floats, present: Floats | None = None) -> Floats:
    """Return the variance of column totals of `cells`, shape (clusters of the last stage, k).

    A cell is the sum of weighted, linearised values in a cluster. Stage s adds
    Σ_h m_h (1 − f_h) n_h / (n_h − 1) Σ (t_hi − mean)², with m_h the product of the sampling
    fractions of the stages before. `present`, of the same shape, counts rows: it is asked for by
    the policy `average` only. Source: Särndal, Swensson & Wretman (1992), Model Assisted Survey
    Sampling, section 4.3 (result 4.3.1); Lumley (2010), Complex Surveys, section 3.2.
    """
    totals = np.zeros(cells.shape[1])
    values, rows = cells, present
    for stage in reversed(design.stages):
        totals += _of_stage(stage, values, rows, design)
        if len(stage.upward):
            size = int(stage.upward.max()) + 1
            values = add_up(values, stage.upward, size)
            rows = None if rows is None else add_up(rows, stage.upward, size)
    return totals


def _of_stage(stage: Stage, values: Floats, present: Floats | None, design: SurveyDesign) -> Floats:
    strata = len(stage.sampled)
    n, size = stage.sampled, stage.population
    rest = np.where(np.isinf(size), 1.0, 1 - n / size)
    rest[rest < TAKE_ALL] = 0.0
    lonely = (n == 1) & (rest > 0)
    require_company(stage, lonely, design)
    scale = stage.multiplier * rest * np.where(n > 1, n / np.maximum(n - 1, 1), 1.0)
    if strata == 1:
        centred = values - values.mean(axis=0)
        if lonely.any() and design.lonely == "adjust":
            centred = values
        return np.asarray(scale[0] * np.einsum("ij,ij->j", centred, centred))
    means = add_up(values, stage.stratum, strata) / n[:, None]
    if design.lonely == "adjust":
        means[lonely] = 0.0
    centred = values - means[stage.stratum]
    np.square(centred, out=centred)
    found = scale @ add_up(centred, stage.stratum, strata)
    if design.lonely == "average" and lonely.any():
        found = found * _stretch(stage, present, lonely, values.shape[1])
    return np.asarray(found)


def require_company(stage: Stage, lonely: Mask, design: SurveyDesign) -> None:
    """Raise `InputError` naming the stratum of one unit, where no policy says what then."""
    if design.lonely == "average" and lonely.all():
        raise InputError(
            "Every stratum has one unit, so there is no average variance to take",
            where="design, key 'lonely'",
            fix="Join strata, or say `lonely: adjust`.",
        )
    if design.lonely == "fail" and lonely.any():
        name = stage.names[int(np.flatnonzero(lonely)[0])]
        unit = "sampled unit" if not len(stage.upward) else "unit of a later stage"
        raise InputError(
            f"Stratum {name!r} has one {unit}, so its variance cannot be estimated"
            + (f"; {int(lonely.sum()) - 1} more strata are so" if lonely.sum() > 1 else ""),
            where="design, key 'lonely'",
            fix="Join it with another stratum, or say `lonely: certainty`, `adjust` or `average`.",
        )


def _stretch(stage: Stage, present: Floats | None, lonely: Mask, columns: int) -> Floats:
    """Return, per column, the number of strata over the number whose variance is known."""
    if present is None:
        there = np.ones((len(stage.sampled), columns), dtype=bool)
    else:
        there = add_up(present, stage.stratum, len(stage.sampled)) > 0
    known = there & ~lonely[:, None]
    found = np.divide(
        there.sum(axis=0), known.sum(axis=0), out=np.ones(columns), where=known.any(axis=0)
    )
    return np.asarray(found)
