"""Replicates: what totals would be had the sample come out otherwise, never a matrix of weights."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from ketenkaart.core.errors import InputError
from ketenkaart.core.monitor.types import Codes, Floats, Stage, SurveyDesign, add_up
from ketenkaart.core.monitor.variance import require_company

ReplicateMethod = Literal["jk1", "jkn", "brr", "fay", "bootstrap", "given"]
BLOCK = 200_000
LARGEST_SHORT = 4_096
FEW_COLUMNS = 6


@dataclass(frozen=True, slots=True)
class Replication:
    """How replicates are made, and how their spread becomes a variance.

    v = scale × Σ_r rscales_r (θ_r − centre)², the centre being the estimate itself (`mse`) or the
    mean of the replicates. `weights` (rows, replicates) is there for given ones only. `share` is
    Fay's: how much weight is left to the half that is out.
    """

    method: ReplicateMethod
    count: int = 0
    seed: int = 0
    share: float = 0.0
    mse: bool = True
    scale: float | None = None
    rscales: Floats | None = None
    weights: Floats | None = None


def replicate_variance(replication: Replication, made: Made, full: Floats) -> Floats:
    """Return the variance of estimates: values by replicate in `made`, `full` of shape (k,)."""
    values = made.totals
    centre = full if replication.mse else values[made.rscales > 0].mean(axis=0)
    return np.asarray(made.scale * (made.rscales @ np.square(values - centre)))


@dataclass(frozen=True, slots=True)
class Made:
    """Totals by replicate, shape (replicates, k), with the scales that go with them."""

    totals: Floats
    scale: float
    rscales: Floats


def made_totals(design: SurveyDesign, replication: Replication, cells: Floats) -> Made:
    """Return the totals of each replicate from totals by cluster of the last stage, shape (m, k).

    Raises `InputError` where the design does not suit the method. Sources: Wolter (2007),
    Introduction to Variance Estimation, chapters 3 and 4; Rao & Wu (1988), J. Am. Stat. Assoc. 83.
    """
    units = design.first_stage(cells)
    stage = design.stages[0]
    require_company(stage, (stage.sampled == 1) & (stage.sampled < stage.population), design)
    if replication.method in ("jk1", "jkn"):
        return _jackknife(stage, units, replication)
    if replication.method in ("brr", "fay"):
        share = replication.share
        totals = np.stack([factors @ units for factors in _halves(stage, share)])
        return Made(totals, 1 / (len(totals) * (1 - share) ** 2), np.ones(len(totals)))
    return _bootstrap(stage, units, replication)


def factors_of(design: SurveyDesign, replication: Replication) -> Iterator[Floats]:
    """Yield, per replicate, the factor of each row's weight: for what is not linear in totals."""
    stage = design.stages[0]
    primary = design.primary_of_rows()
    require_company(stage, (stage.sampled == 1) & (stage.sampled < stage.population), design)
    if replication.method in ("jk1", "jkn"):
        for out in range(stage.clusters):
            n = stage.sampled[stage.stratum[out]]
            factors = np.ones(stage.clusters)
            factors[stage.stratum == stage.stratum[out]] = n / max(n - 1, 1)
            factors[out] = 0.0
            yield factors[primary]
    elif replication.method in ("brr", "fay"):
        for factors in _halves(stage, replication.share):
            yield factors[primary]
    else:
        for factors in _drawn_factors(stage, replication):
            yield factors[primary]


def scales_of(design: SurveyDesign, replication: Replication) -> tuple[float, Floats]:
    """Return the scale and the scale of each replicate that belong to a method."""
    stage = design.stages[0]
    if replication.method in ("jk1", "jkn"):
        _require_one(stage, replication)
        return 1.0, _jackknife_scales(stage)
    if replication.method in ("brr", "fay"):
        count = len(hadamard(len(stage.sampled) + 1))
        return 1 / (count * (1 - replication.share) ** 2), np.ones(count)
    return 1 / (replication.count - 1), np.ones(replication.count)


def _require_one(stage: Stage, replication: Replication) -> None:
    if replication.method == "jk1" and len(stage.sampled) > 1:
        raise InputError(
            "The jackknife JK1 is for designs without strata",
            where="design, key 'replicates'",
            fix="Use jkn.",
        )


def _jackknife_scales(stage: Stage) -> Floats:
    n = stage.sampled
    rest = np.where(np.isinf(stage.population), 1.0, 1 - n / stage.population)
    return np.asarray(((n - 1) / n * rest)[stage.stratum])


def _jackknife(stage: Stage, units: Floats, replication: Replication) -> Made:
    _require_one(stage, replication)
    n = np.maximum(stage.sampled, 2.0)
    sums = add_up(units, stage.stratum, len(n))
    moved = (sums[stage.stratum] - n[stage.stratum, None] * units) / (n - 1)[stage.stratum, None]
    moved[stage.sampled[stage.stratum] == 1] = 0.0
    return Made(units.sum(axis=0) + moved, 1.0, _jackknife_scales(stage))


def _halves(stage: Stage, share: float) -> Iterator[Floats]:
    """Yield factors of half-samples: 2 - share for the half that is in, share for the other."""
    if (stage.sampled != 2).any():
        name = stage.names[int(np.flatnonzero(stage.sampled != 2)[0])]
        raise InputError(
            f"Balanced replicates need two units in every stratum; {name!r} has another number",
            where="design, key 'replicates'",
            fix="Use jkn or bootstrap.",
        )
    second = np.zeros(stage.clusters)
    second[np.unique(stage.stratum, return_index=True)[1]] = 1.0
    signs = hadamard(len(stage.sampled) + 1)
    for row in signs[:, 1 : len(stage.sampled) + 1]:
        in_half = (row[stage.stratum] > 0) == (second > 0)
        yield np.where(in_half, 2.0 - share, share)


def hadamard(least: int) -> Floats:
    """Return a Hadamard matrix of an order of at least `least`, its first column ones.

    Sylvester's doubling of Paley's matrices of order q + 1, q a prime that leaves 3 modulo 4.

    >>> H = hadamard(3); (H.T @ H).tolist() == (4 * np.eye(4)).tolist()
    True
    """
    best = (1 << (max(least, 1) - 1).bit_length(), 0)
    for q in (3, 7, 11, 19, 23, 31, 43, 47, 59, 67, 71, 79, 83, 103, 107, 127, 131, 139, 151, 163):
        order = q + 1
        while order < least:
            order *= 2
        best = min(best, (order, q))
    matrix = np.ones((1, 1)) if best[1] == 0 else _paley(best[1])
    while len(matrix) < best[0]:
        matrix = np.block([[matrix, matrix], [matrix, -matrix]])
    return np.asarray(matrix * matrix[:, :1])


def _paley(q: int) -> Floats:
    squares = {k * k % q for k in range(1, q)}
    sign = np.array([0] + [1 if k in squares else -1 for k in range(1, q)])
    Q = sign[(np.arange(q)[:, None] - np.arange(q)[None, :]) % q]
    S = np.zeros((q + 1, q + 1))
    S[0, 1:], S[1:, 0], S[1:, 1:] = 1, -1, Q
    return S + np.eye(q + 1)


def _bootstrap(stage: Stage, units: Floats, replication: Replication) -> Made:
    """Draw n − 1 of n units per stratum, with replacement; only their totals are ever formed."""
    totals = np.tile(units.sum(axis=0), (replication.count, 1))
    for members, draws, pull in _draws(stage, replication):
        own = np.ascontiguousarray(units[members].T)
        n = len(members)
        for start, drawn in draws:
            part = slice(start, start + len(drawn))
            sums = _drawn_sums(own, drawn)
            totals[part] += pull * ((n / (n - 1)) * sums - own.sum(axis=1))
    count = replication.count
    return Made(totals, 1 / (count - 1), np.ones(count))


def _drawn_sums(own: Floats, drawn: Codes) -> Floats:
    """Return, by replicate and column, the sum of `own` (columns, n) over the units drawn."""
    size, n = len(drawn), own.shape[1]
    if len(own) <= FEW_COLUMNS:
        ones = np.ones(drawn.shape[1])
        return np.stack([np.take(column, drawn) @ ones for column in own], axis=1)
    offset = np.arange(size, dtype=np.int64)[:, None] * n
    times = np.bincount((drawn + offset).ravel(), minlength=size * n).reshape(size, n)
    return np.asarray(times.astype(np.float64) @ own.T)


def _draws(
    stage: Stage, replication: Replication
) -> Iterator[tuple[Codes, Iterator[tuple[int, Codes]], float]]:
    """Yield, per stratum, its members, their draws in blocks of replicates, and √(1 − f)."""
    random = np.random.Generator(np.random.PCG64(replication.seed))
    order = np.argsort(stage.stratum, kind="stable")
    ends = np.cumsum(np.bincount(stage.stratum, minlength=len(stage.sampled)))
    for h, members in enumerate(np.split(order, ends[:-1])):
        n = len(members)
        if n < 2:
            continue
        pull = np.sqrt(max(0.0, 1 - n / stage.population[h]))
        yield members, _blocks(random, n, replication.count), float(pull)


def _blocks(random: np.random.Generator, n: int, count: int) -> Iterator[tuple[int, Codes]]:
    step = max(1, BLOCK // n)
    for start in range(0, count, step):
        size = min(step, count - start)
        yield start, _places(random, n, size * (n - 1)).reshape(size, n - 1)


def _places(random: np.random.Generator, n: int, count: int) -> Codes:
    """Return `count` places in 0..n-1, each as likely: four from 64 random bits where n is small.

    Multiply and shift; what would make some places likelier is drawn again (Lemire 2019, ACM
    Trans. Model. Comput. Simul. 29).
    """
    if n > LARGEST_SHORT:
        return random.integers(0, n, size=count, dtype=np.int64)
    bits = random.integers(0, 2**64 - 1, size=-(-count // 4), dtype=np.uint64, endpoint=True)
    scaled = bits.view(np.uint16)[:count].astype(np.uint32)
    scaled *= np.uint32(n)
    again = np.flatnonzero(scaled.astype(np.uint16) < 65_536 % n)
    places = (scaled >> np.uint32(16)).astype(np.int64)
    places[again] = random.integers(0, n, size=len(again))
    return places


def _drawn_factors(stage: Stage, replication: Replication) -> Iterator[Floats]:
    """Yield factors per unit of each replicate; the draws are those of `_bootstrap`."""
    factors = np.ones((replication.count, stage.clusters), dtype=np.float32)
    for members, draws, pull in _draws(stage, replication):
        n = len(members)
        for start, drawn in draws:
            for k, row in enumerate(drawn):
                times = np.bincount(row, minlength=n)
                factors[start + k, members] = 1 + pull * (times * n / (n - 1) - 1)
    for row in factors:
        yield row.astype(np.float64)
