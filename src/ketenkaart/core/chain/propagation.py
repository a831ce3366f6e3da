"""How errors of all cells of a table add up in figures that move with them, to first order.

A figure is known by its gradient: how much it moves when one cell does. Variances of independent
cells add up; the error that a reporter's cells share moves all of them together. Bullard & Sebald
(1988); Heijungs & Lenzen (2014). Derived in docs/methods/uncertainty.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ketenkaart.core.chain.cell_errors import (
    ErrorModel,
    Reporters,
    per_reporter,
    row_remainder,
)
from ketenkaart.core.chain.types import Booleans, Extension, Floats
from ketenkaart.core.chain.world import WorldTable

BLOCK_BYTES = 32 << 20
Numbers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class SingleCells:
    """What single cells of Z add to the gradients of figures, one entry per figure and cell.

    Entry e adds `slope[e]` to how figure `figure[e]` moves with the sale from `row[e]` to
    `column[e]`; no pair of figure and cell comes twice.
    """

    figure: Numbers
    row: Numbers
    column: Numbers
    slope: Floats

    @classmethod
    def of(cls, figure: Numbers, row: Numbers, column: Numbers, slope: Floats) -> SingleCells:
        """Return the entries with those on the same figure and cell added up."""
        keys, at = np.unique(np.stack([figure, row, column]), axis=1, return_inverse=True)
        slopes = np.bincount(at.ravel(), weights=slope, minlength=keys.shape[1])
        return cls(keys[0], keys[1], keys[2], slopes.astype(np.float64))


@dataclass(frozen=True, slots=True)
class CellGradient:
    """How K figures move with every cell of a table, output following its sales.

    dF/dZ_ij = sum over r of left[r, i] q[r, j] + a_i - b_j, and what `single` adds;
    dF/dY_if = direct_i in a demanded column + a_i; dF/de_j = counted_j. `left` has shape
    (K, R, n), `q` (R, n), the others (K, n). What a row's remainder does is a_i. `also` holds
    further demanded columns with a direct slope of their own, which adds to others'.
    """

    left: Floats
    q: Floats
    a: Floats
    b: Floats
    direct: Floats
    counted: Floats
    single: SingleCells | None = None
    also: tuple[tuple[Floats, Sequence[int]], ...] = ()

    def of_sale(self, i: int, j: int) -> Floats:
        """Return dF/dZ_ij, shape (K,)."""
        found = np.asarray(self.left[:, :, i] @ self.q[:, j] + self.a[:, i] - self.b[:, j])
        if self.single is not None:
            here = (self.single.row == i) & (self.single.column == j)
            found[self.single.figure[here]] += self.single.slope[here]
        return found

    def of_purchase(self, i: int, *, is_demanded: bool) -> Floats:
        """Return dF/dY_if, shape (K,), for a column that is part of the demand or not."""
        return np.asarray((self.direct[:, i] if is_demanded else 0.0) + self.a[:, i])

    def of_counted(self, j: int) -> Floats:
        """Return dF/de_j, shape (K,)."""
        return np.asarray(self.counted[:, j])


def standard_errors(
    table: WorldTable,
    model: ErrorModel,
    gradient: CellGradient,
    columns: Sequence[int],
    extension: Extension | None,
) -> Floats:
    """Return the first-order standard errors of K figures, shape (K,), in one pass over A.

    `columns` of final demand are those demanded; `extension` is what is counted where that has an
    error of its own, else None.
    """
    reporters = Reporters.of(table)
    variance = np.zeros(len(gradient.a))
    by_buyer = np.zeros_like(gradient.a)
    products = _Products.of(gradient)
    sold = np.zeros(table.n)
    for rows, Z, v in _sales(table, model, reporters):
        variance += products.variance(gradient, rows, v)
        for r, q in enumerate(gradient.q):
            moved = products.moved[r]
            by_buyer[moved] += (gradient.left[moved, r, rows] @ Z) * q
        by_buyer += gradient.a[:, rows] @ Z
        sold += Z.sum(axis=0)
    by_buyer -= gradient.b * sold
    if gradient.single is not None:
        variance += _single(table, model, reporters, gradient, gradient.single, by_buyer)
    shared = _summed(by_buyer, reporters.nodes, len(table.regions))
    variance += _final(table, model, reporters, gradient, columns, shared)
    if extension is not None:
        variance += (gradient.counted**2) @ _counted(table, model, reporters, extension)
    variance += model.shared**2 * (shared**2).sum(axis=1)
    return np.sqrt(np.maximum(variance, 0.0))


@dataclass(frozen=True, slots=True)
class _Products:
    """What variances of cells are weighted with: products of q's, q's, ones, b's, q's times b's.

    `moved[r]` are the figures that move with the r-th of the q's: for the others nothing is
    multiplied. `by_qb[r]` says where the products of that q with their b's stand in `right`.
    """

    pairs: tuple[tuple[int, int], ...]
    moved: tuple[Numbers, ...]
    by_qb: tuple[slice, ...]
    right: Floats

    @classmethod
    def of(cls, gradient: CellGradient) -> _Products:
        q, b = gradient.q, gradient.b
        R = len(q)
        pairs = tuple((r, s) for r in range(R) for s in range(r, R))
        is_moved: Booleans = np.asarray(gradient.left.any(axis=2))
        moved = tuple(np.flatnonzero(is_moved[:, r]) for r in range(R))
        columns = [*(q[r] * q[s] for r, s in pairs), *q, np.ones(b.shape[1]), *b]
        by_qb = []
        for one, figures in zip(q, moved, strict=True):
            by_qb.append(slice(len(columns), len(columns) + len(figures)))
            columns += list(b[figures] * one)
        return cls(pairs, moved, tuple(by_qb), np.stack(columns, axis=1))

    def variance(self, gradient: CellGradient, rows: slice, v: Floats) -> Floats:
        """Return what the cells in these rows, of variance v, add to the variance of figures."""
        left, a = gradient.left[:, :, rows], gradient.a[:, rows]
        K, R = left.shape[:2]
        sums = (v @ self.right).T
        twice, at = sums[: len(self.pairs)], len(self.pairs)
        once, ones = sums[at : at + R], sums[at + R]
        by_b = sums[at + R + 1 : at + R + 1 + K]
        found = (a**2) @ ones - 2 * (a * by_b).sum(axis=1)
        for (r, s), total in zip(self.pairs, twice, strict=True):
            both = np.intersect1d(self.moved[r], self.moved[s], assume_unique=True)
            found[both] += (1 if r == s else 2) * ((left[both, r] * left[both, s]) @ total)
        for r, here in enumerate(self.moved):
            crossed = (left[here, r] * sums[self.by_qb[r]]).sum(axis=1)
            found[here] += 2 * ((left[here, r] * a[here]) @ once[r] - crossed)
        return np.asarray(found + (gradient.b**2) @ v.sum(axis=0))


def _sales(
    table: WorldTable, model: ErrorModel, reporters: Reporters
) -> Iterator[tuple[slice, Floats, Floats]]:
    """Yield rows of Z with the variance of each cell, block by block."""
    scale = reporters.scale[reporters.nodes]
    square = model.relative**2
    step = max(1, BLOCK_BYTES // (8 * max(table.n, 1)))
    for start in range(0, table.n, step):
        rows = slice(start, min(start + step, table.n))
        Z = np.asarray(table.A[rows]) * table.x
        yield rows, Z, square[model.class_of(Z, scale)] * Z**2


def _single(
    table: WorldTable,
    model: ErrorModel,
    reporters: Reporters,
    gradient: CellGradient,
    single: SingleCells,
    by_buyer: Floats,
) -> Floats:
    """Return the variance that slopes of single cells add, and add to `by_buyer` what they move."""
    i, j, k = single.row, single.column, single.figure
    Z = np.asarray(table.A[i, j]) * table.x[j]
    v = model.relative[model.class_of(Z, reporters.scale[reporters.nodes[j]])] ** 2 * Z**2
    smooth = gradient.a[k, i] - gradient.b[k, j]
    for r, q in enumerate(gradient.q):
        smooth += gradient.left[k, r, i] * q[j]
    np.add.at(by_buyer, (k, j), single.slope * Z)
    more = (single.slope**2 + 2 * single.slope * smooth) * v
    return np.bincount(k, weights=more, minlength=len(by_buyer)).astype(np.float64)


def _final(
    table: WorldTable,
    model: ErrorModel,
    reporters: Reporters,
    gradient: CellGradient,
    columns: Sequence[int],
    shared: Floats,
) -> Floats:
    """Return the variance that final demand brings, and add to `shared` what is shared of it."""
    Y, square = np.asarray(table.Y), model.relative**2
    v = square[model.class_of(Y, reporters.scale[reporters.buyers])] * Y**2
    a = gradient.a
    found, by_column = np.zeros(len(a)), a @ Y
    for direct, asked in _bought_alike(gradient, columns, Y.shape[1]):
        found += ((direct + a) ** 2) @ v[:, asked].sum(axis=1)
        by_column[:, asked] += direct @ Y[:, asked]
    shared += _summed(by_column, reporters.buyers, shared.shape[1])
    left = row_remainder(table)
    own = reporters.scale[reporters.nodes]
    found += (a**2) @ (square[model.class_of(left, own)] * left**2)
    shared += _summed(a * left, reporters.nodes, shared.shape[1])
    return np.asarray(found)


def _bought_alike(
    gradient: CellGradient, columns: Sequence[int], size: int
) -> Iterator[tuple[Floats, list[int]]]:
    """Yield columns of final demand that move figures alike, with how they do directly."""
    parts = ((gradient.direct, columns), *gradient.also)
    alike: dict[tuple[bool, ...], list[int]] = {}
    for f in range(size):
        alike.setdefault(tuple(f in chosen for _, chosen in parts), []).append(f)
    for demanded, asked in alike.items():
        direct = np.zeros_like(gradient.a)
        for is_demanded, (slope, _) in zip(demanded, parts, strict=True):
            if is_demanded:
                direct += slope
        yield direct, asked


def _counted(
    table: WorldTable, model: ErrorModel, reporters: Reporters, extension: Extension
) -> Floats:
    """Return the variance of what is counted per node, by its size in its country."""
    values = np.asarray(extension.values)
    scale = per_reporter(np.abs(values), reporters.nodes, len(table.regions))
    classes = model.class_of(values, scale[reporters.nodes])
    return np.asarray(model.relative[classes] ** 2 * values**2)


def _summed(values: Floats, groups: Numbers, size: int) -> Floats:
    """Return values (K, n) added up by group of column; shape (K, size)."""
    found = np.zeros((len(values), size))
    for k, row in enumerate(values):
        found[k] = per_reporter(row, groups, size)
    return found
