"""Well-spread bits of numbers: rows that add up alike are alike."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ketenkaart.core.chain.types import Floats

Bits = NDArray[np.uint64]


def mixed(values: Bits) -> Bits:
    """Return well-spread bits of each value (the finaliser of SplitMix64, Steele et al. 2014).

    >>> int(mixed(np.array([1], dtype=np.uint64))[0]) == int(mixed(np.array([1], np.uint64))[0])
    True
    """
    z = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.asarray(z ^ (z >> np.uint64(31)))


def spread_bits(values: Floats, column: int) -> Bits:
    """Return two rows of 64 bits per value, other ones per column; summed they tell rows apart.

    Zero gives zeros, so that columns without entries need not be visited. Two different rows sum
    to the same 128 bits with a chance below 1e-20 for a million rows.
    """
    bits = values.view(np.uint64)
    found = np.stack(
        [
            mixed(bits ^ mixed(np.full(1, 2 * column + half + 1, dtype=np.uint64)))
            for half in range(2)
        ]
    )
    empty = values == 0.0
    if empty.any():
        found[:, empty] = 0
    return np.asarray(found)
