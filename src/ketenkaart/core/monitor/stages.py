"""Lay out the stages of a sample from its columns of codes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ketenkaart.core.errors import InputError
from ketenkaart.core.monitor.types import Codes, Floats, LonelyPolicy, Stage, SurveyDesign


def lay_out(
    weights: Floats | None,
    strata: Sequence[Codes | None],
    clusters: Sequence[Codes | None],
    populations: Sequence[Floats | None],
    *,
    names: Sequence[str] = (),
    lonely: LonelyPolicy = "fail",
) -> SurveyDesign:
    """Return the design of a sample; all codes have shape (rows,) and count from 0.

    Per stage: `strata` (None: one), `clusters` (None: each row its own) and `populations`, the
    number of clusters in the row's stratum or, between 0 and 1, the share of them that was drawn
    (None: as good as infinite). Codes of a later stage need only be unique within the cluster of
    the stage before. Without weights they are the product of population over sample by stage.
    `names` are what the strata of the first stage are called. A later stage counts only when every
    stage up to it has populations, as without them the first stage says all (with replacement).
    """
    rows = _rows(weights, strata, clusters, populations)
    above: Codes | None = None
    multiplier = np.ones(1)
    inverse = np.ones(rows)
    stages: list[Stage] = []
    for k, codes in enumerate(clusters):
        found, first, unit = _clusters(codes, above, rows)
        stratum = _strata(strata[k] if k < len(strata) else None, above, rows)
        upward = np.zeros(0, dtype=np.int64) if above is None else above[first]
        of_cluster = stratum[first]
        sampled = np.bincount(of_cluster).astype(np.float64)
        population = _population(populations, k, stratum, first, sampled)
        before = multiplier[0:1] if above is None else _by_stratum(multiplier, upward, of_cluster)
        stage_names = names if k == 0 and len(names) else [str(h + 1) for h in range(len(sampled))]
        share = np.broadcast_to(before, sampled.shape)
        stages.append(Stage(of_cluster, sampled, population, share, upward, tuple(stage_names)))
        inverse *= (population / sampled)[stratum]
        fraction = sampled / population
        multiplier = (share * fraction)[of_cluster]
        above = unit
        if np.isinf(population).all() or found == rows:
            break
    if weights is None:
        weights = inverse if np.isfinite(inverse).all() else np.ones(rows)
    cell = None if stages[-1].clusters == rows and _is_identity(above) else above
    return SurveyDesign(weights, cell, tuple(stages), lonely)


def _rows(weights: Floats | None, *columns: Sequence[Codes | Floats | None]) -> int:
    for array in (weights, *(item for group in columns for item in group)):
        if array is not None:
            return len(array)
    raise InputError("A design without any column says nothing", fix="Give weights.")


def _is_identity(codes: Codes | None) -> bool:
    return codes is not None and bool((codes == np.arange(len(codes))).all())


def _clusters(codes: Codes | None, above: Codes | None, rows: int) -> tuple[int, Codes, Codes]:
    """Return the number of clusters, the first row of each, and the cluster of each row."""
    if codes is None:
        every = np.arange(rows)
        return rows, every, every
    combined = codes if above is None else above * (int(codes.max()) + 1) + codes
    _, first, unit = np.unique(combined, return_index=True, return_inverse=True)
    return len(first), first.astype(np.int64), unit.astype(np.int64)


def _strata(codes: Codes | None, above: Codes | None, rows: int) -> Codes:
    if above is None:
        return np.zeros(rows, dtype=np.int64) if codes is None else codes
    if codes is None:
        return above
    combined = above * (int(codes.max()) + 1) + codes
    return np.asarray(np.unique(combined, return_inverse=True)[1], dtype=np.int64)


def _by_stratum(values: Floats, upward: Codes, of_cluster: Codes) -> Floats:
    """Return the value of the cluster above for each stratum of a later stage."""
    found = np.zeros(int(of_cluster.max()) + 1)
    found[of_cluster] = values[upward]
    return found


def _population(
    populations: Sequence[Floats | None], k: int, stratum: Codes, first: Codes, sampled: Floats
) -> Floats:
    given = populations[k] if k < len(populations) else None
    if given is None:
        return np.full(len(sampled), np.inf)
    found = np.zeros(len(sampled))
    found[stratum[first]] = given[first]
    return found if (given >= 1).all() and (given > 1).any() else sampled / found
