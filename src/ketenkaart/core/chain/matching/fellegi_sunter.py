"""The weight of evidence that two records are one facility (Fellegi & Sunter 1969).

`m` is the chance of a level among pairs that are one facility, `u` among pairs that are not; a
field adds log2(m/u) to the weight, and the fields are taken as independent, which they are not
quite: so people see more than the probability, and rules can only make a match less automatic.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from ketenkaart.core.chain.matching.comparing import (
    COMPARISONS,
    FIELDS,
    NAME_OWN_SAME,
    NAME_SAME,
    UNKNOWN,
    Levels,
)
from ketenkaart.core.errors import InputError

Floats = npt.NDArray[np.float64]
MODEL_FORM = 1
LEAST_SHARE = 1e-5
TERM_PRIOR = 2_000.0
DECIDED_COUNTS = 10.0
_SMOOTH = 0.5
_PASSES = 200
_STILL = 1e-7


@dataclass(frozen=True, slots=True)
class Model:
    """A trained model: what each level of each field is worth, and where the bands begin.

    `m` and `u` hold a probability per level, in the order of `COMPARISONS`; `prior` is the
    probability of a match of a pair that shares a key; `automatic` and `human` the least
    probabilities of the two upper bands. `trained_on` says on what, in words.
    """

    m: Mapping[str, tuple[float, ...]]
    u: Mapping[str, tuple[float, ...]]
    prior: float
    automatic: float
    human: float
    trained_on: str
    version: int = MODEL_FORM

    def bits(self) -> dict[str, Floats]:
        """Return log2(m/u) per level by field; one more at the end, 0, for what is not known."""
        return {
            field: np.append(np.log2(np.array(self.m[field]) / np.array(self.u[field])), 0.0)
            for field in FIELDS
        }


def check(model: Model) -> Model:
    """Return a model that can be used; raises `InputError` naming the field that is wrong."""
    if model.version != MODEL_FORM:
        raise InputError(
            f"The model is of form {model.version}; this version reads form {MODEL_FORM}",
            where="version",
            fix="Train it again with `ketenkaart facility match-train`.",
        )
    for comparison in COMPARISONS:
        for letter, found in (("m", model.m), ("u", model.u)):
            values = found.get(comparison.field, ())
            fits = len(values) == len(comparison.levels)
            if (
                not fits
                or not all(0 < value < 1 for value in values)
                or abs(sum(values) - 1) > 1e-6
            ):
                raise InputError(
                    f"Not {len(comparison.levels)} probabilities that sum to 1",
                    where=f"{letter}.{comparison.field}",
                    fix="Train the model again with `ketenkaart facility match-train`.",
                )
    if not (0 < model.prior < 1 and 0 < model.human < model.automatic < 1):
        raise InputError(
            "Needed: 0 < prior < 1 and 0 < human < automatic < 1",
            where="prior, human, automatic",
            fix="Train the model again with `ketenkaart facility match-train`.",
        )
    return model


def weights(levels: Levels, model: Model) -> Floats:
    """Return the weight of each pair in bits: log2 of the odds that both are one facility.

    The rarity of a shared name is not in it; see `term_bits`.
    """
    total = np.full(len(levels), np.log2(model.prior / (1 - model.prior)))
    bits = model.bits()
    for k, field in enumerate(FIELDS):
        total += bits[field][levels[:, k]]
    return total


def term_bits(level: Levels, shares: Floats, model: Model) -> Floats:
    """Return what the rarity of a shared name adds, in bits; 0 where names are not the same.

    Two that share a rare name are likelier one than two that share a common one, so at the levels
    "same name" and "same own words" `u` gives way to `shares`, how common the name is among all;
    the term frequency adjustment of Splink is the same.
    """
    u = np.append(np.array(model.u["name"]), 1.0)[level]
    counts = (level == NAME_SAME) | (level == NAME_OWN_SAME)
    known = np.where(counts, np.maximum(shares, LEAST_SHARE), 1.0)
    return np.where(counts, np.log2(u / known), 0.0)


def probability(weight: Floats) -> Floats:
    """Return probabilities from weights in bits.

    >>> probability(np.array([0.0, 3.0, -1000.0, 1000.0])).round(3).tolist()
    [0.5, 0.889, 0.0, 1.0]
    """
    return np.asarray(1.0 / (1.0 + np.exp2(-np.clip(weight, -500, 500))))


def estimate_u(levels: Levels) -> dict[str, tuple[float, ...]]:
    """Return `u`: the share of each level among pairs taken at random, hardly any a match."""
    return {
        comparison.field: _shares(levels[:, k], np.ones(len(levels)), len(comparison.levels))
        for k, comparison in enumerate(COMPARISONS)
    }


def _shares(level: Levels, amount: Floats, count: int) -> tuple[float, ...]:
    known = level >= 0
    found = np.bincount(level[known], weights=amount[known], minlength=count) + _SMOOTH
    return tuple((found / found.sum()).tolist())


def patterns_of(levels: Levels) -> tuple[Levels, npt.NDArray[np.int64]]:
    """Return the distinct rows of levels, and how many pairs have each."""
    base = 1 + max(len(comparison.levels) for comparison in COMPARISONS)
    code = np.zeros(len(levels), dtype=np.int64)
    for k in range(levels.shape[1]):
        code = code * base + (levels[:, k] + 1)
    _, first, counts = np.unique(code, return_index=True, return_counts=True)
    return levels[first], counts


def learn(
    levels: Levels,
    model: Model,
    *,
    fields: Sequence[str],
    matches: Levels | None = None,
) -> Model:
    """Return the model with `m` of some fields estimated on candidate pairs by EM, `u` kept.

    Expectation and maximisation in turn (Winkler 1988) over the distinct patterns of levels, until
    nothing moves. Only `fields` are looked at: those by which the pairs were chosen would call all
    of them matches. `matches` are the levels of pairs that people found to be one facility: they
    are not guessed at, and each counts as `DECIDED_COUNTS`. Deterministic.
    """
    used = [FIELDS.index(field) for field in fields]
    looked = np.full_like(levels, UNKNOWN)
    looked[:, used] = levels[:, used]
    patterns, counts = patterns_of(looked)
    amount = counts.astype(np.float64)
    yes = np.zeros((0, len(FIELDS)), dtype=np.int8) if matches is None else matches
    session = model
    for _ in range(_PASSES):
        chance = probability(weights(patterns, session))
        m = dict(session.m)
        for k in used:
            level = np.concatenate([patterns[:, k], yes[:, k]])
            mass = np.concatenate([chance * amount, np.full(len(yes), DECIDED_COUNTS)])
            m[FIELDS[k]] = _shares(level, mass, len(COMPARISONS[k].levels))
        prior = float(np.clip((chance * amount).sum() / max(amount.sum(), 1.0), 1e-6, 0.5))
        moved = max(
            abs(a - b)
            for k in used
            for a, b in zip(m[FIELDS[k]], session.m[FIELDS[k]], strict=True)
        )
        session = replace(session, m=m, prior=prior)
        if moved < _STILL:
            break
    return replace(session, prior=model.prior)


def with_prior(levels: Levels, model: Model) -> Model:
    """Return the model with its prior, the share of matches, by EM with all else kept."""
    patterns, counts = patterns_of(levels)
    for _ in range(_PASSES):
        chance = probability(weights(patterns, model))
        prior = float(np.clip((chance * counts).sum() / max(counts.sum(), 1), 1e-6, 0.5))
        is_still = abs(prior - model.prior) < _STILL
        model = replace(model, prior=prior)
        if is_still:
            break
    return check(model)


def shares_of(counts: npt.NDArray[np.int64], total: int, usual: float) -> Floats:
    """Return how common names are: their part of all names, drawn towards what is usual.

    `usual` counts as `TERM_PRIOR` names, so that a short list makes no name look common or rare.

    >>> shares_of(np.array([0, 1, 50]), 100, 0.001).round(4).tolist()
    [0.001, 0.0014, 0.0248]
    """
    return np.asarray((counts + TERM_PRIOR * usual) / (total + TERM_PRIOR))


def with_bands(model: Model, weight: Floats, is_match: npt.NDArray[np.bool_]) -> Model:
    """Return the model with bands that fit what people decided.

    The automatic band begins above every pair but one in a hundred found to be two facilities; the
    human band below all pairs but one in twenty found to be one. A band only becomes more careful
    than it was: fewer pairs are automatic, more go to people.
    """
    chance = probability(weight)
    automatic, human = model.automatic, model.human
    if (~is_match).any():
        worst = float(np.quantile(chance[~is_match], 0.99, method="higher"))
        automatic = min(max(automatic, np.nextafter(worst, 1.0)), 1 - 1e-12)
    if is_match.any():
        human = min(human, max(1e-9, float(np.quantile(chance[is_match], 0.05, method="lower"))))
    return check(replace(model, automatic=float(automatic), human=float(human)))


def as_dict(model: Model) -> dict[str, object]:
    """Return a model as plain data, for JSON."""
    return {
        "version": model.version,
        "trained_on": model.trained_on,
        "prior": model.prior,
        "automatic": model.automatic,
        "human": model.human,
        "m": {field: list(model.m[field]) for field in FIELDS},
        "u": {field: list(model.u[field]) for field in FIELDS},
    }
