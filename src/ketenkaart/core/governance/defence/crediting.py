"""The least and the most that an instrument can be credited with, given what is not known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

import numpy as np
from numpy.typing import NDArray

from ketenkaart.core.chain.types import Exposure, Floats
from ketenkaart.core.governance.coverage import HIGH, LOW
from ketenkaart.core.governance.reach import Reach, alike_nodes


@dataclass(frozen=True, slots=True)
class CreditEnds:
    """Exposure that one instrument is credited with at least and at most.

    Each has shape (issues, buyers, n, layers), in the unit of exposure.
    """

    low: Floats
    high: Floats


def own_share(own: Floats, others: Sequence[Floats]) -> Floats:
    """Return the Shapley share of one instrument beside others, cell by cell, in [0, 1].

    a * integral over t in [0, 1] of prod over j of (1 - t a_j), exact by Gauss-Legendre with
    ceil(K / 2) nodes for K instruments (DESIGN.md, point 11). It rises with `own` and falls with
    each of `others`, which is why its ends over a box are taken at opposite corners.

    >>> float(own_share(np.array(0.5), [np.array(0.5)]))
    0.375
    """
    nodes, weights = np.polynomial.legendre.leggauss(max(1, ceil((len(others) + 1) / 2)))
    total = np.zeros(np.shape(own))
    for node, weight in zip((nodes + 1) / 2, weights / 2, strict=True):
        product = np.full(np.shape(own), weight)
        for other in others:
            product = product * (1.0 - node * other)
        total += product
    return np.asarray(own * total)


def credit_ends(
    exposure: Exposure, issues: int, reaches: Sequence[Reach], groups: NDArray[np.int64]
) -> tuple[CreditEnds, ...]:
    """Return the ends of the credit of every one of `reaches` beside all the others.

    The most is reached with its own reach at the high end and that of the others at the low end,
    the least the other way round; both assume that uptake is independent. `groups` as in `tally`.
    """
    E = exposure.values
    classes, nodes = alike_nodes(reaches, E.shape[2])
    placed = [item.at_nodes(nodes) for item in reaches]
    shape = (len(reaches), issues, E.shape[0], E.shape[2], E.shape[3])
    low, high = np.zeros(shape), np.zeros(shape)
    seen: dict[bytes, int] = {}
    for issue in range(issues):
        mark = b"".join(reach.issues[:, issue].tobytes() for reach in reaches)
        first = seen.setdefault(mark, issue)
        if first < issue:
            low[:, issue], high[:, issue] = low[:, first], high[:, first]
            continue
        least, most = (_reaching(placed, end, issue, groups) for end in (LOW, HIGH))
        for array, owns, rest in ((low, least, most), (high, most, least)):
            for k, own in owns.items():
                share = own_share(own, [other for j, other in rest.items() if j != k])
                array[k, issue] = (E * share[:, :, classes]).sum(axis=1)
    return tuple(CreditEnds(low[k], high[k]) for k in range(len(reaches)))


def _reaching(
    reaches: Sequence[Reach], end: int, issue: int, groups: NDArray[np.int64]
) -> dict[int, Floats]:
    """Return the share of every instrument that reaches anything at all at this end."""
    found = {k: item.share(end, issue, groups) for k, item in enumerate(reaches)}
    return {k: share for k, share in found.items() if share.any()}
