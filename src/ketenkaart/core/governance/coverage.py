"""Coverage: how much of every cell at least one instrument reaches, summed over products."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ketenkaart.core.chain.types import Exposure, Floats
from ketenkaart.core.governance.credit import shapley_shares
from ketenkaart.core.governance.reach import Reach, alike_nodes

LOW, CENTRAL, HIGH = 0, 1, 2

Overlap = Literal["nested", "independent", "disjoint"]
"""How the parts that several instruments reach lie to each other: Frechet's bounds, or between."""


@dataclass(frozen=True, slots=True)
class Tally:
    """Exposure and what of it stays open, per issue, buyer, source node and layer.

    `exposure` has shape (buyers, n, layers); every other array (issues, buyers, n, layers), in
    the exposure's unit. `open_low` is what stays open when coverage is at its high end,
    `open_high` when it is at its low end, `open_central` with known reach only;
    `open_low_known` is `open_low` without the instruments of unknown reach. `in_unknown_scope`
    lies in scope of an instrument of unknown reach. `credit[k]` is the Shapley part of the
    centrally covered exposure owed to `credited[k]`.
    """

    exposure: Floats
    open_low: Floats
    open_central: Floats
    open_high: Floats
    open_low_known: Floats
    in_unknown_scope: Floats
    credited: tuple[str, ...]
    credit: Floats


def cell_coverage(
    low: Sequence[Floats], central: Sequence[Floats], high: Sequence[Floats]
) -> tuple[Floats | float, Floats | float, Floats | float]:
    """Return (low, central, high) coverage of cells from the shares that instruments reach.

    Low is the largest low share (all others may reach the same part); high the sum of the high
    shares, at most 1 (no two need reach the same part); central 1 - prod(1 - a), which assumes
    independent uptake. DESIGN.md, point 7.

    >>> cell_coverage([0.2, 0.1], [0.5, 0.5], [0.6, 0.7])
    (0.2, 0.75, 1.0)
    """
    least: Floats | float = 0.0
    open_part: Floats | float = 1.0
    most: Floats | float = 0.0
    for share in low:
        least = np.maximum(least, share)
    for share in central:
        open_part = open_part * (1.0 - share)
    for share in high:
        most = np.minimum(1.0, most + share)
    return _plain(least), _plain(1.0 - open_part), _plain(most)


def _plain(value: Floats | float) -> Floats | float:
    return float(value) if np.ndim(value) == 0 else np.asarray(value)


def joined(shares: Sequence[Floats], overlap: Overlap) -> Floats | float:
    """Return the share that at least one instrument reaches, in [0, 1], for an assumed overlap.

    >>> joined([0.5, 0.5], "nested"), joined([0.5, 0.5], "independent"), joined([0.5], "disjoint")
    (0.5, 0.75, 0.5)
    """
    least, middle, most = cell_coverage(shares, shares, shares)
    return {"nested": least, "independent": middle, "disjoint": most}[overlap]


def tally(
    exposure: Exposure,
    issues: int,
    reaches: Sequence[Reach],
    groups: NDArray[np.int64],
    *,
    overlap: Overlap = "independent",
    is_credited: bool = True,
) -> Tally:
    """Lay instruments over an exposure and sum out the product groups.

    `groups` names one product node per group of the exposure (see `group_products`). Coverage is
    taken per buyer, product group, node, issue and layer, before anything is summed. `overlap` is
    what the central coverage assumes; credit always assumes independent uptake, and is left out
    without `is_credited`. Issues that every instrument treats alike are counted once.
    """
    E = exposure.values
    classes, nodes = alike_nodes(reaches, E.shape[2])
    placed = [item.at_nodes(nodes) for item in reaches]
    known = [item for item in placed if item.is_known]
    shape = (issues, E.shape[0], E.shape[2], E.shape[3])
    arrays = {name: np.zeros(shape) for name in ("low", "central", "high", "low_known", "scope")}
    credited = known if is_credited else []
    credit = np.zeros((len(credited), *shape))

    def laid_out(share: Floats) -> Floats:
        """Multiply a share per class of nodes with the exposure, and sum out the products."""
        return np.asarray((E * share[:, :, classes]).sum(axis=1))

    first_alike = _alike_issues(reaches, issues)
    for issue in range(issues):
        alike = first_alike[issue]
        if alike < issue:
            for array in arrays.values():
                array[issue] = array[alike]
            credit[:, issue] = credit[:, alike]
            continue
        laid = _lay((*E.shape[:2], len(nodes), E.shape[3]), placed, issue, groups)
        open_part = laid.open_part
        if overlap != "independent":
            shares = [item.share(CENTRAL, issue, groups) for item in known]
            open_part = np.broadcast_to(1.0 - joined(shares, overlap), open_part.shape)
        arrays["low"][issue] = laid_out(1.0 - laid.most)
        arrays["central"][issue] = laid_out(open_part)
        arrays["high"][issue] = laid_out(1.0 - laid.least)
        arrays["low_known"][issue] = laid_out(1.0 - laid.most_known)
        arrays["scope"][issue] = laid_out(laid.in_scope)
        if credited:
            owed = shapley_shares(
                np.stack([item.share(CENTRAL, issue, groups) for item in credited])
            )
            credit[:, issue] = np.stack([laid_out(share) for share in owed])
    return Tally(
        exposure=E.sum(axis=1),
        open_low=arrays["low"],
        open_central=arrays["central"],
        open_high=arrays["high"],
        open_low_known=arrays["low_known"],
        in_unknown_scope=arrays["scope"],
        credited=tuple(item.instrument for item in credited),
        credit=credit,
    )


@dataclass(frozen=True, slots=True)
class _Laid:
    """What instruments make of every cell of one issue, as in `cell_coverage`; shape of E."""

    least: Floats
    open_part: Floats
    most: Floats
    most_known: Floats
    in_scope: Floats


def _lay(
    shape: tuple[int, ...], reaches: Sequence[Reach], issue: int, groups: NDArray[np.int64]
) -> _Laid:
    """Lay instruments one by one over the cells of an issue, each only where it reaches."""
    found = _Laid(
        np.zeros(shape), np.ones(shape), np.zeros(shape), np.zeros(shape), np.zeros(shape)
    )
    for item in reaches:
        by_group = any(part.shape[-3] > 1 for part in item.parts)
        at = (item.products[HIGH][groups] > 0) | by_group
        where = np.s_[:, :] if at.all() else np.s_[:, np.flatnonzero(at)]
        here = groups[at]
        high = item.share(HIGH, issue, here)
        if not high.any():
            continue
        found.most[where] = np.minimum(1.0, found.most[where] + high)
        if item.is_known:
            low, central = (item.share(end, issue, here) for end in (LOW, CENTRAL))
            found.least[where] = np.maximum(found.least[where], low)
            found.open_part[where] = found.open_part[where] * (1.0 - central)
            found.most_known[where] = np.minimum(1.0, found.most_known[where] + high)
        else:
            found.in_scope[where] = np.minimum(1.0, found.in_scope[where] + np.ceil(high))
    return found


def _alike_issues(reaches: Sequence[Reach], issues: int) -> list[int]:
    """Return, for every issue, the first one that every instrument treats as it does that one."""
    marks = [
        b"".join(item.issues[:, issue].tobytes() for item in reaches) for issue in range(issues)
    ]
    return [marks.index(mark) for mark in marks]


def largest_addition(
    exposure: Exposure,
    issues: int,
    known: Sequence[Reach],
    item: Reach,
    groups: NDArray[np.int64],
) -> Floats:
    """Return how much exposure one instrument could add at most to what others surely reach.

    Per issue, buyer, source node and layer, in the exposure's unit: its high share, at most what
    the largest low share of the `known` ones leaves open. `groups` as in `tally`.
    """
    E = exposure.values
    classes, nodes = alike_nodes([*known, item], E.shape[2])
    others, own = [other.at_nodes(nodes) for other in known], item.at_nodes(nodes)
    found = np.zeros((issues, E.shape[0], E.shape[2], E.shape[3]))
    first_alike = _alike_issues([*known, item], issues)
    for issue in range(issues):
        alike = first_alike[issue]
        if alike < issue:
            found[issue] = found[alike]
            continue
        least, _, _ = cell_coverage([other.share(LOW, issue, groups) for other in others], [], [])
        added = np.minimum(own.share(HIGH, issue, groups), 1.0 - least)
        found[issue] = (E * added[:, :, classes]).sum(axis=1)
    return found
