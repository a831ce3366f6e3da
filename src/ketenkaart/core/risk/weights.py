"""Weights of the countries inside a composite region, and how gaps in them are filled."""

from __future__ import annotations

import numpy as np

from ketenkaart.core.errors import TableError
from ketenkaart.core.risk.types import Floats


def fill_per_head(amounts: Floats, population: Floats, quantile: float) -> Floats:
    """Return amounts, the missing ones filled with a quantile of the known amounts per head.

    Shape (members,), NaN where missing; population is known for all.

    >>> fill_per_head(np.array([10.0, np.nan, 90.0]), np.array([1.0, 2.0, 3.0]), 0.5).tolist()
    [10.0, 40.0, 90.0]
    """
    if np.isnan(population).any() or not np.isfinite(amounts).any():
        raise TableError(
            "Weights need the population of every member and one known amount",
            fix="Leave a member without population out of the region.",
        )
    per_head = np.nanquantile(amounts / population, quantile)
    return np.where(np.isnan(amounts), population * per_head, amounts)


def fill_rows(shares: Floats) -> Floats:
    """Return shares, rows with a gap replaced by the mean of the complete rows; rows sum to 1.

    >>> fill_rows(np.array([[0.2, 0.8], [np.nan, np.nan], [0.4, 0.6]])).round(6).tolist()
    [[0.2, 0.8], [0.3, 0.7], [0.4, 0.6]]
    """
    complete = np.asarray(np.isfinite(shares).all(axis=1))
    if not complete.any():
        raise TableError(
            "No member has shares by activity", fix="Give those of one member at least."
        )
    filled = np.where(complete[:, None], shares, shares[complete].mean(axis=0))
    return np.asarray(filled / filled.sum(axis=1, keepdims=True), dtype=np.float64)


def normalised(amounts: Floats) -> Floats:
    """Return weights that sum to one over members (axis 0).

    A sector in which no member has anything takes the weights of all sectors together, so that it
    has weights at all. Raises `TableError` for a negative amount.
    """
    if not np.isfinite(amounts).all() or (amounts < 0).any() or amounts.sum() <= 0:
        raise TableError(
            "Weights need amounts of zero or more, one above zero at least",
            fix="Correct the amounts of the members.",
        )
    empty = np.asarray(amounts.sum(axis=0) <= 0)
    whole = np.where(empty[None, :], amounts.sum(axis=1, keepdims=True), amounts)
    return np.asarray(whole / whole.sum(axis=0, keepdims=True), dtype=np.float64)
