"""Move the cut points between classes of risk, and say what every cell would then be."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ketenkaart.core.risk.classify import Evidence, classify, rate
from ketenkaart.core.risk.scale import Scale
from ketenkaart.core.risk.types import Floats


@dataclass(frozen=True, slots=True)
class Cells:
    """What an edition keeps of one issue; shape (countries, sectors).

    `value` is the source value, NaN without one; `classes` the class ids that were given.
    """

    value: Floats
    classes: NDArray[np.str_]
    low: Floats
    central: Floats
    high: Floats
    known: Floats


@dataclass(frozen=True, slots=True)
class Recut:
    """The ends of every cell under other cut points; shape (countries, sectors).

    `carried` counts the cells whose interval could not be classed anew, because the edition does
    not keep the error of their source value: they keep as many classes either side as before.
    """

    low: Floats
    central: Floats
    high: Floats
    carried: int


def moved_cuts(scale: Scale, share: float) -> Scale:
    """Return the scale with every cut point moved by `share` of the gap to its next one.

    A positive share moves them towards high risk, so that fewer cells are classed as risky; the
    last cut moves by the gap before it. Order is kept for |share| < 1. A scale of fewer than two
    cut points moves its only one by that share of its own size.
    """
    cuts = scale.cuts()
    if not cuts:
        return scale
    moved = [cut + share * _gap(cuts, k, share) for k, cut in enumerate(cuts)]
    classes = (
        scale.classes[0],
        *(
            item.model_copy(update={"from_value": cut})
            for item, cut in zip(scale.classes[1:], moved, strict=True)
        ),
    )
    return scale.model_copy(update={"classes": classes})


def _gap(cuts: tuple[float, ...], k: int, share: float) -> float:
    """Return the signed distance to the next cut in the direction of the move.

    Its sign is that of rising risk, so that `share` says whether risk rises or falls.
    """
    if len(cuts) == 1:
        return abs(cuts[0])
    step = 1 if share > 0 else -1
    other = k + step if 0 <= k + step < len(cuts) else k - step
    rising = 1.0 if cuts[-1] > cuts[0] else -1.0
    return rising * abs(cuts[other] - cuts[k])


def recut(cells: Cells, scale: Scale, sectors: tuple[str, ...], share: float) -> Recut:
    """Return what every cell would be with the cut points moved by `share` (see `moved_cuts`).

    A cell is rated anew from its source value where that, under the declared cut points, gives
    back exactly what the edition holds. Elsewhere (a source with standard errors) the central
    value is that of the new class and each end shifts by as many classes as the centre does.
    """
    moved = moved_cuts(scale, share)
    low, central, high = cells.low.copy(), cells.central.copy(), cells.high.copy()
    listed = _listed(cells, scale)
    done = np.isnan(cells.value) | (cells.known == 0)
    for exact in (True, False):
        evidence = Evidence(
            value=cells.value,
            best=cells.value,
            worst=cells.value,
            listed=listed,
            is_exact=np.full(cells.value.shape, exact),
        )
        before = rate(evidence, scale, sectors)
        same = (
            np.isclose(before.low, cells.low)
            & np.isclose(before.high, cells.high)
            & np.isclose(before.central, cells.central)
        )
        here = same & ~done
        after = rate(evidence, moved, sectors)
        low[here], central[here], high[here] = (
            after.low[here], after.central[here], after.high[here],
        )  # fmt: skip
        done |= here
    left = ~done & (listed < 0)
    _carry(cells, scale, moved, left, (low, central, high))
    return Recut(low, central, high, int(left.sum()))


def _listed(cells: Cells, scale: Scale) -> NDArray[np.int64]:
    found = np.full(cells.value.shape, -1, dtype=np.int64)
    for k, item in enumerate(scale.listings):
        found[cells.classes == item.id] = k
    return found


def _carry(
    cells: Cells,
    scale: Scale,
    moved: Scale,
    here: NDArray[np.bool_],
    ends: tuple[Floats, Floats, Floats],
) -> None:
    """Shift the ends of the cells `here` by as many classes as their own class moves."""
    old, new = classify(cells.value, scale), classify(cells.value, moved)
    shift = (new - old)[here]
    last = len(scale.classes) - 1
    for array, name in zip(ends, ("low", "central", "high"), strict=True):
        values = np.array([getattr(item, name) for item in scale.classes])
        at = np.abs(array[here][:, None] - values[None, :]).argmin(axis=1)
        is_class_value = np.isclose(values[at], array[here])
        array[here] = np.where(is_class_value, values[np.clip(at + shift, 0, last)], array[here])
