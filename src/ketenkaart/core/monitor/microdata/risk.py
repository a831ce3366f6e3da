"""The risk that is left: how small the classes are in which a unit can be looked for."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ketenkaart.core.monitor.types import Codes, Floats, add_up


@dataclass(frozen=True, slots=True)
class Risk:
    """Risks of finding a unit again, each a probability in [0, 1].

    `k` is the fewest units in a class, `l` the fewest known sensitive values in one (None without
    sensitive variables). Prosecutor: whoever looks knows that the unit is in the data; the largest
    and the mean of 1/class. Journalist: whoever looks does not know; 1 over the class in the
    population as weights estimate it, None without weights.
    """

    rows: int
    units: int
    classes: int
    k: int
    l: int | None  # noqa: E741 - as the literature has it
    unique_share: float
    prosecutor_most: float
    prosecutor_mean: float
    journalist_most: float | None
    journalist_mean: float | None


def units_by_class(classes: Codes, units: Codes) -> Codes:
    """Return how many different units each class holds, shape (classes,).

    >>> units_by_class(np.array([0, 0, 1]), np.array([4, 4, 5])).tolist()
    [1, 1]
    """
    span = int(units.max(initial=0)) + 1
    pairs = _distinct(classes * span + units)
    return np.bincount(pairs // span, minlength=int(classes.max(initial=-1)) + 1)


def _distinct(codes: Codes) -> Codes:
    """Return the different codes, sorted: many times as fast as by hashing."""
    found = np.sort(codes)
    return found[np.concatenate([[True], found[1:] != found[:-1]])] if len(found) else found


def values_by_class(classes: Codes, values: Codes) -> Codes:
    """Return how many different known values each class holds; a value below zero is not known."""
    known = values >= 0
    span = int(values.max(initial=0)) + 1
    pairs = _distinct(classes[known] * span + values[known])
    return np.bincount(pairs // span, minlength=int(classes.max(initial=-1)) + 1)


def assess(
    classes: Codes, units: Codes, sensitive: tuple[Codes, ...], weights: Floats | None
) -> Risk:
    """Return the risk of rows in classes (codes from 0 without holes), shape (rows,).

    Skinner & Elliot (2002), J. R. Stat. Soc. B 64; El Emam & Dankar (2008), J. Am. Med. Inform.
    Assoc. 15, for the names of the attackers.
    """
    sizes = units_by_class(classes, units)
    by_row = sizes[classes]
    lowest = [int(values_by_class(classes, values).min()) for values in sensitive]
    most: float | None = None
    mean: float | None = None
    if weights is not None:
        people = np.maximum(add_up(weights, classes, len(sizes)), sizes)
        most, mean = float(1 / people.min()), float((1 / people[classes]).mean())
    return Risk(
        rows=len(classes),
        units=len(np.unique(units)),
        classes=len(sizes),
        k=int(sizes.min()),
        l=min(lowest) if lowest else None,
        unique_share=float((by_row == 1).mean()),
        prosecutor_most=float(1 / sizes.min()),
        prosecutor_mean=float((1 / by_row).mean()),
        journalist_most=most,
        journalist_mean=mean,
    )
