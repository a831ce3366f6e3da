"""How far several coders agree beyond chance, where not all coded everything."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from ketenkaart.core.monitor.types import Floats

Metric = Literal["nominal", "ordinal", "interval"]


@dataclass(frozen=True, slots=True)
class Alpha:
    """Krippendorff's alpha: an estimate with its 95 % interval, over `units` coded at least twice.

    `value` is None where nothing differs or nothing was coded twice: agreement beyond chance is
    then not defined. The interval comes of drawing units again; it is None with fewer than ten.
    """

    value: float | None
    low: float | None
    high: float | None
    units: int
    metric: Metric


LEAST_UNITS = 10
DRAWS = 1_000


def krippendorff_alpha(
    codes: Sequence[Sequence[str | None]],
    *,
    metric: Metric = "nominal",
    order: Sequence[str] | None = None,
    seed: int = 1,
) -> Alpha:
    """Return the agreement of coders: a row per unit, a label or None per coder.

    `order` lists the labels from low to high for `ordinal`; for `interval` labels are numbers.
    Source: Krippendorff (2011), Computing Krippendorff's alpha-reliability; interval by the
    bootstrap over units.

    >>> found = krippendorff_alpha([["a", "a"], ["b", "b"], ["a", "b"], ["b", "b"], ["a", None]])
    >>> round(found.value, 4), found.units
    (0.5333, 4)
    """
    labels = list(order) if order else sorted({c for row in codes for c in row if c is not None})
    place = {label: k for k, label in enumerate(labels)}
    counts = np.zeros((len(codes), len(labels)))
    for unit, row in enumerate(codes):
        for code in row:
            if code is not None:
                counts[unit, place[code]] += 1
    counts = counts[counts.sum(axis=1) >= 2]
    value = _alpha(counts, _distances(counts, labels, metric))
    low = high = None
    if value is not None and len(counts) >= LEAST_UNITS:
        random = np.random.Generator(np.random.PCG64(seed))
        made = []
        for _ in range(DRAWS):
            drawn = counts[random.integers(0, len(counts), len(counts))]
            again = _alpha(drawn, _distances(drawn, labels, metric))
            # where all is coded alike the coders agree
            made.append(1.0 if again is None else again)
        low, high = (float(end) for end in np.quantile(made, [0.025, 0.975]))
    return Alpha(value, low, high, len(counts), metric)


def _alpha(counts: Floats, distance: Floats) -> float | None:
    """Return one less observed over expected disagreement; None where none is expected."""
    coded = counts.sum(axis=1)
    if not len(counts):
        return None
    pairs = (counts.T / (coded - 1)) @ counts - np.diag((counts / (coded - 1)[:, None]).sum(axis=0))
    totals = pairs.sum(axis=0)
    everything = totals.sum()
    expected = (np.outer(totals, totals) * distance).sum()
    if expected <= 0:
        return None
    return float(1 - (everything - 1) * (pairs * distance).sum() / expected)


def _distances(counts: Floats, labels: Sequence[str], metric: Metric) -> Floats:
    size = len(labels)
    if metric == "nominal":
        return 1.0 - np.eye(size)
    if metric == "interval":
        numbers = np.array([float(label) for label in labels])
        return np.asarray(np.square(numbers[:, None] - numbers[None, :]))
    total = counts.sum(axis=0)
    running = np.cumsum(total)
    # the weight between two ranks, their own counted by half
    middle = running - total / 2
    return np.asarray(np.square(middle[:, None] - middle[None, :]))


@dataclass(frozen=True, slots=True)
class LatentRates:
    """What coders' labels tell of truth when nobody knows it: estimates by maximum likelihood.

    `sensitivity` and `specificity` hold a value per coder, `prevalence` one per group; the `_se`
    are standard errors from drawing units again.
    """

    sensitivity: tuple[float, ...]
    specificity: tuple[float, ...]
    prevalence: Mapping[str, float]
    sensitivity_se: tuple[float, ...]
    specificity_se: tuple[float, ...]


ROUNDS = 2_000
SETTLED = 1e-7
HALF = 0.5
REDRAWN = 200


def can_be_told(coders: int, groups: int) -> bool:
    """Return whether labels hold enough to tell errors of coders and prevalences apart.

    >>> can_be_told(2, 1), can_be_told(2, 2), can_be_told(3, 1)
    (False, True, True)
    """
    return groups * ((1 << coders) - 1) >= groups + 2 * coders


def latent_rates(labels: Floats, groups: Sequence[str], *, seed: int = 1) -> LatentRates:
    """Return coders' sensitivity and specificity without knowing the truth.

    `labels` (units, coders) are 1 and 0; `groups` names the part of the population of each unit.
    Two coders need two groups that differ in prevalence; three coders need one. Coders are taken to
    err independently given the truth, equally in all groups, and better than by chance: where they
    err on the same passages, both look better than they are. Sources: Dawid & Skene (1979), Appl.
    Stat. 28; Hui & Walter (1980), Biometrics 36.
    """
    names = sorted(set(groups))
    where = np.array([names.index(group) for group in groups])
    patterns, table = _patterns(labels, where, len(names))
    random = np.random.Generator(np.random.PCG64(seed))
    flat = table.ravel()
    drawn = random.multinomial(labels.shape[0], flat / flat.sum(), size=REDRAWN)
    tables = np.concatenate([flat[None], drawn]).reshape(-1, *table.shape)
    made = _fit(patterns, tables.astype(np.float64))
    found = [values[0] for values in made]
    spread = [values[1:].std(axis=0, ddof=1) for values in made[:2]]
    return LatentRates(
        tuple(found[0].tolist()),
        tuple(found[1].tolist()),
        dict(zip(names, found[2].tolist(), strict=True)),
        tuple(spread[0].tolist()),
        tuple(spread[1].tolist()),
    )


def _patterns(labels: Floats, where: np.ndarray, groups: int) -> tuple[Floats, Floats]:
    """Return all patterns of labels (2^coders, coders), and units by group and pattern."""
    coders = labels.shape[1]
    codes = (labels.astype(int) * (1 << np.arange(coders))).sum(axis=1)
    patterns = (np.arange(1 << coders)[:, None] >> np.arange(coders)) & 1
    table = np.zeros((groups, 1 << coders))
    np.add.at(table, (where, codes), 1)
    return patterns.astype(np.float64), table


def _fit(patterns: Floats, tables: Floats) -> tuple[Floats, Floats, Floats]:
    """Return sensitivity and specificity by coder and prevalence by group, by the EM algorithm.

    `tables` has shape (samples, groups, patterns); all samples are fitted at once.
    """
    hit = np.full((len(tables), patterns.shape[1]), 0.9)
    rejected = hit.copy()
    size = np.maximum(tables.sum(axis=2), 1)
    # a start on the right side of chance: what most coders say
    mean = patterns.mean(axis=1)
    rate = np.clip((tables @ ((mean > HALF) + HALF * (mean == HALF))) / size, 0.02, 0.98)
    for _ in range(ROUNDS):
        yes = np.exp(np.log(hit) @ patterns.T + np.log(1 - hit) @ (1 - patterns).T)
        no = np.exp(np.log(1 - rejected) @ patterns.T + np.log(rejected) @ (1 - patterns).T)
        above = rate[:, :, None] * yes[:, None]
        share = above / (above + (1 - rate)[:, :, None] * no[:, None])
        cases = tables * share
        others = tables - cases
        before = np.concatenate([hit, rejected, rate], axis=1)
        hit = _inside(cases.sum(axis=1) @ patterns, cases.sum(axis=(1, 2))[:, None])
        rejected = _inside(others.sum(axis=1) @ (1 - patterns), others.sum(axis=(1, 2))[:, None])
        rate = _inside(cases.sum(axis=2), size)
        if np.abs(np.concatenate([hit, rejected, rate], axis=1) - before).max() < SETTLED:
            break
    return hit, rejected, rate


def _inside(some: Floats, all_of: Floats) -> Floats:
    return np.asarray(np.clip(some / np.maximum(all_of, 1e-12), 1e-6, 1 - 1e-6))
