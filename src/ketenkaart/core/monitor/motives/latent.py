"""Latent classes: groups of firms that answers themselves suggest, as a check on the rule.

Within a class the items are independent; an item without an answer says nothing of the class
(missing at random). Lazarsfeld & Henry (1968), *Latent Structure Analysis*; Goodman (1974),
Biometrika 61; estimated by expectation and maximisation (Dempster, Laird & Rubin 1977, J. R. Stat.
Soc. B 39) from many starts.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ketenkaart.core.monitor.motives.placing import adjusted_rand
from ketenkaart.core.monitor.types import Codes, Floats

LEAST_CHANCE = 1e-6
STEPS = 1000
SHORT = 15
KEPT = 4
SMALL = 1e-8


@dataclass(frozen=True, slots=True)
class LatentClasses:
    """A fitted model: log-likelihood, BIC (smaller is better), and per class its share and chances.

    `chances[item]` has shape (classes, answers); `membership` has shape (firms, classes): the
    chance that a firm is in a class given its answers. Classes are in order of falling mean answer.
    """

    classes: int
    log_likelihood: float
    bic: float
    parameters: int
    shares: Floats
    chances: tuple[Floats, ...]
    membership: Floats

    @property
    def placed(self) -> Codes:
        """Return the likeliest class of each firm."""
        return np.asarray(self.membership.argmax(axis=1), dtype=np.int64)


@dataclass(slots=True)
class _Model:
    shares: Floats
    chances: Floats
    log_likelihood: float = -np.inf


def fit_classes(
    answers: Codes, sizes: tuple[int, ...], classes: int, rng: np.random.Generator, *,
    starts: int = 20,
) -> LatentClasses:  # fmt: skip
    """Return the likeliest model of `starts` begun at random, of which the best go on to the end.

    Biernacki, Celeux & Govaert (2003), Comput. Stat. Data Anal. 41, for short runs first.

    `answers` has shape (firms, items): 0 to sizes[item] − 1, or -1 without an answer. Every row has
    an answer to something.
    """
    shown = _shown(answers, sizes)
    begun = [_climb(shown, sizes, _start(sizes, classes, rng), SHORT) for _ in range(starts)]
    begun.sort(key=lambda model: -model.log_likelihood)
    ended = [_climb(shown, sizes, model) for model in begun[:KEPT]]
    best = max(ended, key=lambda model: model.log_likelihood)
    return _ordered(best, shown, sizes, classes)


def stability(
    answers: Codes, sizes: tuple[int, ...], fitted: LatentClasses, rng: np.random.Generator, *,
    draws: int = 50,
) -> tuple[float, float] | None:  # fmt: skip
    """Return the median and tenth percentile of agreement between the groups and those refitted.

    Each time firms are drawn with replacement, the model is fitted to these, and all firms are
    placed by it; agreement is the adjusted Rand index (Hennig 2007, Comput. Stat. Data Anal. 52).
    None for a single class.
    """
    if fitted.classes < 2:
        return None
    shown, placed = _shown(answers, sizes), fitted.placed
    begun = _Model(fitted.shares, np.concatenate(fitted.chances, axis=1))
    found = []
    for _ in range(draws):
        rows = rng.integers(0, len(answers), len(answers))
        made = max(
            (
                _climb(shown[rows], sizes, start)
                for start in (begun, _start(sizes, fitted.classes, rng))
            ),
            key=lambda model: model.log_likelihood,
        )
        found.append(adjusted_rand(placed, _expected(made, shown)[0].argmax(axis=1)))
    return float(np.median(found)), float(np.quantile(found, 0.1))


def _shown(answers: Codes, sizes: tuple[int, ...]) -> Floats:
    """Return a column of 0 and 1 per item and answer; all 0 where there is no answer."""
    return np.concatenate(
        [answers[:, [j]] == np.arange(size) for j, size in enumerate(sizes)], axis=1
    ).astype(np.float64)


def _parts(sizes: tuple[int, ...]) -> list[slice]:
    ends = np.cumsum(sizes).tolist()
    return [slice(end - size, end) for end, size in zip(ends, sizes, strict=True)]


def _start(sizes: tuple[int, ...], classes: int, rng: np.random.Generator) -> _Model:
    chances = [rng.dirichlet(np.full(size, 1.5), classes) for size in sizes]
    return _Model(rng.dirichlet(np.full(classes, 8.0)), np.concatenate(chances, axis=1))


def _expected(model: _Model, shown: Floats) -> tuple[Floats, float]:
    """Return the chance of each class by firm, and the log-likelihood."""
    joint = shown @ np.log(np.maximum(model.chances, LEAST_CHANCE)).T
    joint += np.log(np.maximum(model.shares, LEAST_CHANCE))
    top = joint.max(axis=1, keepdims=True)
    scaled = np.exp(joint - top)
    total = scaled.sum(axis=1, keepdims=True)
    return scaled / total, float((np.log(total) + top).sum())


def _climb(shown: Floats, sizes: tuple[int, ...], model: _Model, steps: int = STEPS) -> _Model:
    """Return where expectation and maximisation end from a start."""
    parts = _parts(sizes)
    shares, chances, before = model.shares, model.chances, -np.inf
    for _ in range(steps):
        membership, likelihood = _expected(_Model(shares, chances), shown)
        if likelihood - before < SMALL * (1 + abs(likelihood)):
            break
        before = likelihood
        shares = membership.mean(axis=0)
        counts = membership.T @ shown
        chances = np.concatenate([_by_item(counts[:, part]) for part in parts], axis=1)
    return _Model(shares, chances, likelihood)


def _by_item(counts: Floats) -> Floats:
    """Return chances of the answers to an item by class; even where a class has none."""
    total = counts.sum(axis=1, keepdims=True)
    even = np.full_like(counts, 1 / counts.shape[1])
    return np.asarray(np.divide(counts, total, out=even, where=total > 0), dtype=np.float64)


def _ordered(model: _Model, shown: Floats, sizes: tuple[int, ...], classes: int) -> LatentClasses:
    parts = _parts(sizes)
    level = np.concatenate([np.arange(size) / max(1, size - 1) for size in sizes])
    order = np.argsort(-(model.chances @ level), kind="stable")
    shares, chances = model.shares[order], model.chances[order]
    membership, likelihood = _expected(_Model(shares, chances), shown)
    parameters = classes - 1 + classes * sum(size - 1 for size in sizes)
    return LatentClasses(
        classes, likelihood, parameters * float(np.log(len(shown))) - 2 * likelihood, parameters,
        shares, tuple(chances[:, part] for part in parts), membership,
    )  # fmt: skip
