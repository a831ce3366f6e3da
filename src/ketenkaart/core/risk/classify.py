"""From source value to class to interval, cell by cell."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ketenkaart.core.risk.scale import NOT_APPLICABLE, UNKNOWN, Extent, Scale
from ketenkaart.core.risk.types import Floats

Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Evidence:
    """What sources say of one issue; shape (countries, sectors), float64, NaN where nothing.

    `value` is the source value; `best` and `worst` are its ends for lower and higher risk, equal
    to it where the source gives no error. `listed[c, s]` is -1, or the number of the listing class.
    `is_exact[c, s]` is false where the value does not speak of the cell itself.
    """

    value: Floats
    best: Floats
    worst: Floats
    listed: Integers
    is_exact: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Rating:
    """Index, class and knowledge per cell; shape (countries, sectors).

    `central` is NaN exactly where `known` is 0, and there low = 0 and high = 1. `classes` holds
    class ids, `unknown` and `not_applicable` among them.
    """

    low: Floats
    central: Floats
    high: Floats
    known: Floats
    classes: NDArray[np.str_]


def classify(values: Floats, scale: Scale) -> Integers:
    """Return the number of the class that each value falls in, -1 for NaN; shape of `values`.

    Classes run from low to high risk; a value on a cut point belongs to the riskier class.
    """
    cuts = np.array(scale.cuts())
    if not scale.classes:
        return np.full(values.shape, -1, dtype=np.int64)
    sign = 1.0 if scale.higher_is_worse else -1.0
    found = np.searchsorted(sign * cuts, sign * values, side="right").astype(np.int64)
    return np.where(np.isnan(values), -1, found)


def rate(evidence: Evidence, scale: Scale, sectors: tuple[str, ...]) -> Rating:
    """Return the likelihood index of every country and sector for one issue.

    A listed cell has [class low, 1] and the listing's central value, or those of the class of its
    source value where they are higher (see `ListingClass`); another cell has the class of its
    source value, from the low of the best class to the high of the worst one, as many classes
    further on either side as the scale widens; without either it is unknown, [0, 1]. Where the
    issue does not arise it is a known zero (DESIGN.md, point 3).
    """
    at = classify(evidence.value, scale)
    shape = evidence.value.shape
    low, high, central = np.zeros(shape), np.ones(shape), np.full(shape, np.nan)
    names = np.full(shape, UNKNOWN, dtype="<U40")
    has_value = at >= 0
    if scale.classes:
        lows, centrals, highs = (
            np.array([getattr(item, end) for item in scale.classes])
            for end in ("low", "central", "high")
        )
        last = len(scale.classes) - 1
        widen = scale.widen + np.where(evidence.is_exact, 0, scale.widen_if_inexact)
        best = np.clip(classify(evidence.best, scale) - widen, 0, last)
        worst = np.clip(classify(evidence.worst, scale) + widen, 0, last)
        low = np.where(has_value, lows[best], low)
        high = np.where(has_value, highs[worst], high)
        central = np.where(has_value, centrals[np.maximum(at, 0)], central)
        ids = np.array([item.id for item in scale.classes])
        names = np.where(has_value, ids[np.maximum(at, 0)], names)
    for k, listing in enumerate(scale.listings):
        here = evidence.listed == k
        floor = low if listing.widen_to_class else np.maximum(low, listing.low)
        low = np.where(here, np.where(has_value, floor, listing.low), low)
        high = np.where(here, 1.0, high)
        central = np.where(here, np.fmax(central, listing.central), central)
        names = np.where(here, listing.id, names)
    return _within_scope(low, central, high, names, scale, sectors)


def _within_scope(
    low: Floats,
    central: Floats,
    high: Floats,
    names: NDArray[np.str_],
    scale: Scale,
    sectors: tuple[str, ...],
) -> Rating:
    """Return the rating with sectors outside the issue set to a known zero, or to unknown."""
    zero = np.isin(sectors, scale.not_applicable)[None, :]
    silent = ~np.isin(sectors, scale.sectors)[None, :] & ~zero
    central = np.where(zero, 0.0, np.where(silent, np.nan, central))
    return Rating(
        low=np.where(zero | silent, 0.0, low),
        central=central,
        high=np.where(zero, 0.0, np.where(silent, 1.0, high)),
        known=np.where(np.isnan(central), 0.0, 1.0),
        classes=np.where(zero, NOT_APPLICABLE, np.where(silent, UNKNOWN, names)),
    )


def listing_number(scale: Scale, extent: Extent) -> int:
    """Return the number of the scale's listing class for an extent, or -1 without one."""
    return next((k for k, item in enumerate(scale.listings) if item.extent is extent), -1)
