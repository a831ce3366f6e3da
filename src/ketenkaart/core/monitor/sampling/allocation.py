"""Divide a sample over strata."""

from __future__ import annotations

from typing import Literal

import numpy as np

from ketenkaart.core.errors import InputError
from ketenkaart.core.monitor.types import Codes, Floats

AllocationMethod = Literal["proportional", "equal", "neyman", "cost"]


def allocate(
    total: int,
    sizes: Codes,
    *,
    method: AllocationMethod = "proportional",
    spreads: Floats | None = None,
    costs: Floats | None = None,
    least: int = 2,
) -> Codes:
    """Return how many units to draw in each stratum, shape (strata,), adding up to `total`.

    Proportional to N_h, equal, N_h S_h (Neyman 1934), or N_h S_h / √c_h (by cost). No stratum gets
    fewer than `least`, or its size if smaller, nor more than its size; what is left over goes to
    the others in proportion, parts by largest remainder. Source: Cochran (1977), sections 5.5 and
    5.9.

    >>> allocate(100, np.array([600, 300, 100])).tolist()
    [60, 30, 10]
    >>> allocate(60, np.array([600, 300, 100]), method="neyman", spreads=np.array([1., 2., 9.]))
    array([17, 17, 26])
    """
    wanted = _shares(sizes, method, spreads, costs)
    floor = np.minimum(least, sizes)
    if not floor.sum() <= total <= sizes.sum():
        raise InputError(
            f"{total} units cannot be divided over {len(sizes)} strata with {sizes.sum()} units, "
            f"at least {least} in each",
            where="--size",
            fix=f"Draw from {floor.sum()} to {sizes.sum()}, or lower --least.",
        )
    real = floor.astype(np.float64)
    free = np.ones(len(sizes), dtype=bool)
    for _ in range(2 * len(sizes) + 1):
        room = total - real[~free].sum()
        share = wanted * free
        ideal = room * share / share.sum() if share.sum() > 0 else real
        real = np.where(free, ideal, real)
        over, under = free & (real > sizes), free & (real < floor)
        if not over.any() and not under.any():
            break
        # whichever side is further off is settled first, so that the rest can take it up
        excess, lack = (real - sizes)[over].sum(), (floor - real)[under].sum()
        settled = over if excess >= lack else under
        real = np.where(settled, np.where(over, sizes, floor), real)
        free &= ~settled
    return _whole(real, total, floor, sizes)


def _shares(
    sizes: Codes, method: AllocationMethod, spreads: Floats | None, costs: Floats | None
) -> Floats:
    if method == "equal":
        return np.ones(len(sizes))
    wanted = sizes.astype(np.float64)
    if method in ("neyman", "cost"):
        if spreads is None:
            raise InputError(
                f"Allocation {method} needs the spread of each stratum", where="--spread",
                fix="Name a column of the frame that resembles what is measured.",
            )  # fmt: skip
        wanted = wanted * spreads
    if method == "cost":
        if costs is None:
            raise InputError(
                "Allocation by cost needs the cost of a unit in each stratum", where="--cost",
                fix="Name a column of the frame that holds it.",
            )  # fmt: skip
        wanted = wanted / np.sqrt(costs)
    if not (np.isfinite(wanted).all() and (wanted >= 0).all() and wanted.sum() > 0):
        raise InputError(
            "Spreads are not below zero and costs are above it", where="--spread",
            fix="Correct the column; a stratum without spread may be zero, not all of them.",
        )  # fmt: skip
    return wanted


def _whole(real: Floats, total: int, floor: Codes, sizes: Codes) -> Codes:
    """Return whole numbers near `real` that add up to `total`."""
    found = np.clip(np.floor(real + 1e-9).astype(np.int64), floor, sizes)
    while (left := total - int(found.sum())) != 0:
        step = 1 if left > 0 else -1
        may = found < sizes if left > 0 else found > floor
        order = np.argsort(-step * (real - found), kind="stable")
        chosen = order[may[order]][: abs(left)]
        found[chosen] += step
    return found


def within_budget(budget: float, sizes: Codes, spreads: Floats, costs: Floats) -> int:
    """Return the sample that a budget pays for when it is divided by cost.

    With n_h proportional to N_h S_h / √c_h, n = C Σ(N S / √c) / Σ(N S √c). Source: Cochran (1977),
    section 5.5.
    """
    above = (sizes * spreads / np.sqrt(costs)).sum()
    below = (sizes * spreads * np.sqrt(costs)).sum()
    if not (budget > 0 and below > 0):
        raise InputError("A budget is above zero", where="--budget", fix="Correct the value.")
    return int(min(sizes.sum(), np.floor(budget * above / below + 1e-9)))
