"""Draw units, the same ones for the same seed on every machine and in every order of the frame.

Every unit has a number between 0 and 1 of its own, made by hashing the seed with the unit's name.
What is drawn follows from those numbers alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import Literal

import numpy as np

from ketenkaart.core.errors import InputError
from ketenkaart.core.monitor.types import Codes, Floats

PpsMethod = Literal["brewer", "systematic", "pareto"]
MOST_STEPS = 2_000_000_000


def numbers_of(seed: int, names: Sequence[str]) -> Floats:
    """Return a number strictly between 0 and 1 per name, from SHA-256 of seed and name.

    >>> numbers_of(7, ["a", "b"]).round(6).tolist()
    [0.598293, 0.436662]
    """
    start = sha256(f"{seed}\n".encode())
    found = np.empty(len(names))
    for k, name in enumerate(names):
        each = start.copy()
        each.update(name.encode())
        found[k] = (int.from_bytes(each.digest()[:8], "big") >> 11) + 0.5
    return found / 2.0**53


def draw_simple(numbers: Floats, count: int) -> Codes:
    """Return the places of a simple random sample without replacement: the smallest numbers."""
    return np.sort(np.argsort(numbers, kind="stable")[:count]).astype(np.int64)


def inclusion(sizes: Floats, count: int) -> Floats:
    """Return inclusion probabilities proportional to size, adding up to `count`, none above 1.

    Units whose share would be 1 or more are taken with certainty, and the rest shared among the
    others, until no share is. Source: Särndal, Swensson & Wretman (1992), section 3.6.2.

    >>> inclusion(np.array([10.0, 1.0, 1.0, 2.0]), 2).tolist()
    [1.0, 0.25, 0.25, 0.5]
    """
    if count > (sizes > 0).sum():
        raise InputError(
            f"{count} units are asked for and {(sizes > 0).sum()} have a size above zero",
            where="--size", fix="Draw fewer.",
        )  # fmt: skip
    certain = np.zeros(len(sizes), dtype=bool)
    while True:
        rest = sizes * ~certain
        left = count - int(certain.sum())
        found = np.where(certain, 1.0, left * rest / rest.sum() if left else 0.0)
        more = (found >= 1 - 1e-12) & ~certain
        if not more.any():
            return np.asarray(found)
        certain |= more
        if int(certain.sum()) == count:
            return certain.astype(np.float64)


def draw_by_size(
    chances: Floats, numbers: Floats, names: Sequence[str], seed: int, method: PpsMethod = "brewer"
) -> Codes:
    """Return the places of a sample without replacement with the given inclusion probabilities.

    `brewer` draws one unit after the other (Tillé 2006, Sampling Algorithms, section 6.3):
    inclusion probabilities are exact, the size is fixed. `systematic` steps through the units in
    the order of their names from a drawn start: exact and fast, but pairs of neighbours never come
    together. `pareto` takes the smallest u(1 − π) / ((1 − u)π) (Rosén 1997, J. Stat. Plan.
    Inference 62): samples with one seed overlap most, and inclusion is nearly exact.
    """
    certain = chances >= 1
    open_units = np.flatnonzero(~certain & (chances > 0))
    count = round(float(chances[open_units].sum()))
    if method == "pareto":
        u, p = numbers[open_units], chances[open_units]
        order = np.argsort(u * (1 - p) / ((1 - u) * p), kind="stable")
        chosen = open_units[order[:count]]
    elif method == "systematic":
        chosen = _systematic(chances, open_units, names, seed)
    else:
        chosen = _brewer(chances, open_units, count, names, seed)
    return np.sort(np.concatenate([np.flatnonzero(certain), chosen])).astype(np.int64)


def _by_name(places: Codes, names: Sequence[str]) -> Codes:
    return np.array(sorted(places.tolist(), key=lambda k: names[k]), dtype=np.int64)


def _systematic(chances: Floats, places: Codes, names: Sequence[str], seed: int) -> Codes:
    ordered = _by_name(places, names)
    start = numbers_of(seed, ["\0systematic"])[0]
    ends = np.cumsum(chances[ordered])
    if len(ends):
        ends[-1] = round(float(ends[-1]))
    steps = np.floor(ends - start + 1).astype(np.int64)
    return np.asarray(ordered[np.diff(steps, prepend=0) > 0])


def _brewer(chances: Floats, places: Codes, count: int, names: Sequence[str], seed: int) -> Codes:
    if count * len(places) > MOST_STEPS:
        raise InputError(
            f"Drawing {count} of {len(places)} units one by one takes too long",
            where="--pps-method", fix="Use systematic or pareto.",
        )  # fmt: skip
    ordered = _by_name(places, names)
    p = chances[ordered]
    free = np.ones(len(p), dtype=bool)
    left = float(count)
    chosen: list[int] = []
    for step, u in enumerate(numbers_of(seed, [f"\0brewer {k}" for k in range(count)])):
        below = left - p * (count - step)
        weight = np.where(free, p * (left - p) / np.where(below <= 0, 1.0, below), 0.0)
        forced = free & (below <= 1e-12)
        if forced.any():
            weight = forced.astype(np.float64)
        ends = np.cumsum(np.maximum(weight, 0.0))
        k = int(np.searchsorted(ends, u * ends[-1], side="right"))
        k = min(k, len(p) - 1)
        free[k] = False
        left -= float(p[k])
        chosen.append(k)
    return ordered[np.array(chosen, dtype=np.int64)] if chosen else ordered[:0]
