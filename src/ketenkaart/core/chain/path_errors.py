"""The errors of structural paths: of each, of all that are listed, and of what they leave out.

A path is a product, s_i A_ij ... A_kl y_l, so its relative error adds up from its factors. With
A_ij = Z_ij / x_j and s_i = e_i / x_i, and x the sum of its row, a path of value v moves by

    v / Z_ij  with each sale along it,
    -v / x_j  with every sale of a node that buys along it,
    v / y_l   with what is demanded,
    v / e_i   with every sale of its source i, -v / e_i with every purchase, -v / x_i with sales

The last where value added remains; an extension counted apart moves it by v / e_i, and output by
nothing. Derived in docs/methods/uncertainty.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ketenkaart.core.chain.cell_errors import ErrorModel
from ketenkaart.core.chain.counted import intensities
from ketenkaart.core.chain.first_order import (
    FirstOrder,
    UncertainDemand,
    follows,
    gradient_of,
)
from ketenkaart.core.chain.layer_errors import layer_gradient
from ketenkaart.core.chain.paths import ChainPath
from ketenkaart.core.chain.propagation import CellGradient, SingleCells, standard_errors
from ketenkaart.core.chain.system import Solver
from ketenkaart.core.chain.types import Booleans, Extension, Floats
from ketenkaart.core.chain.world import WorldTable

Numbers = NDArray[np.int64]
BLOCK_CELLS = 4_000_000


@dataclass(frozen=True, slots=True)
class ListedPaths:
    """Paths as arrays: their sources and products, and every step with the path it belongs to.

    Step e of path `path[e]` is a sale from `seller[e]` to `buyer[e]`.
    """

    source: Numbers
    product: Numbers
    path: Numbers
    seller: Numbers
    buyer: Numbers

    @classmethod
    def of(cls, paths: Sequence[ChainPath]) -> ListedPaths:
        """Return the paths in the order given."""
        steps = [
            (k, seller, buyer)
            for k, path in enumerate(paths)
            for seller, buyer in zip(path.nodes, path.nodes[1:], strict=False)
        ]
        path, seller, buyer = np.array(steps, dtype=np.int64).reshape(-1, 3).T
        ends = np.array([(item.nodes[0], item.nodes[-1]) for item in paths], dtype=np.int64)
        source, product = ends.reshape(-1, 2).T
        return cls(source, product, path, seller, buyer)

    def values(self, A: Floats, s: Floats, y: Floats) -> Floats:
        """Return what each path carries in a table; shape (paths,), in the extension's unit.

        >>> two = ListedPaths.of([ChainPath((1,), 3.0), ChainPath((0, 1), 1.0)])
        >>> two.values(np.array([[0.0, 0.5], [0.0, 0.0]]), np.array([0.2, 0.3]),
        ...            np.array([0.0, 10.0])).tolist()
        [3.0, 1.0]
        """
        found = s[self.source] * y[self.product]
        np.multiply.at(found, self.path, A[self.seller, self.buyer])
        return np.asarray(found)

    def part(self, at: slice) -> ListedPaths:
        """Return some of the paths."""
        first, last, _ = at.indices(len(self.source))
        inside = (self.path >= first) & (self.path < last)
        return ListedPaths(
            self.source[at],
            self.product[at],
            self.path[inside] - first,
            self.seller[inside],
            self.buyer[inside],
        )


@dataclass(frozen=True, slots=True)
class PathErrors:
    """First-order standard errors of each path, and of what all paths carry, listed and not.

    `share` is the error of the part of the total that the list covers; NaN where that is zero.
    """

    paths: FirstOrder
    total: FirstOrder
    covered: FirstOrder
    remainder: FirstOrder
    share: FirstOrder


def first_order_paths(
    table: WorldTable,
    system: Solver,
    model: ErrorModel,
    demand: UncertainDemand,
    extension: Extension,
    paths: ListedPaths,
    sources: Booleans,
    min_tier: int = 0,
) -> PathErrors:
    """Return paths with first-order standard errors, and their sum against all there are.

    `sources` (n,) says where the paths that count may begin, `min_tier` how many steps they have
    at least: the total is over these. Passes over A once per some thousand paths.
    """
    counted = extension if follows(table, extension) == "counted" else None
    s, count = intensities(table, [extension])[0], len(paths.source)
    values = paths.values(table.A, s, demand.y)
    step = max(1, BLOCK_CELLS // table.n)
    errors = [np.zeros(0)]
    for first in range(0, count, step):
        at = slice(first, first + step)
        here = path_gradient(table, demand, extension, paths.part(at), np.arange(len(values[at])))
        errors.append(standard_errors(table, model, here, demand.columns, counted))
    listed = path_gradient(table, demand, extension, paths, np.zeros(count, dtype=np.int64))
    whole, total = _whole(table, system, demand, extension, sources, min_tier)
    covered = float(values.sum())
    share = covered / total if total else np.nan
    mixes = np.array([[1.0, 0.0], [0.0, 1.0], [1.0, -1.0], [-share, 1.0]])
    sums = standard_errors(table, model, _mixed(whole, listed, mixes), demand.columns, counted)
    sums[3] = sums[3] / abs(total) if total else np.nan
    figures = np.array([total, covered, total - covered, share])
    each = [FirstOrder(figures[k : k + 1], sums[k : k + 1]) for k in range(4)]
    return PathErrors(FirstOrder(values, np.concatenate(errors)), *each)


def share_ends(share: float, error: float, z: float = 1.959963984540054) -> tuple[float, float]:
    """Return the ends of the interval of a share with this standard error, between 0 and 1.

    Normal on the scale of log odds; for what is no share of a whole (below 0 or above 1, as where
    a table has negative cells), normal as it stands.

    >>> low, high = share_ends(0.4, 0.02)
    >>> round(low, 3), round(high, 3)
    (0.362, 0.44)
    """
    if not 0 < share < 1:
        return share - z * error, share + z * error
    middle, reach = float(np.log(share / (1 - share))), z * error / (share * (1 - share))
    low, high = (1 / (1 + float(np.exp(-(middle + side * reach)))) for side in (-1, 1))
    return low, high


def path_gradient(
    table: WorldTable,
    demand: UncertainDemand,
    extension: Extension,
    paths: ListedPaths,
    figure: Numbers,
) -> CellGradient:
    """Return how sums of paths move with every cell: path p counts in figure `figure[p]`."""
    n, K = table.n, int(figure.max(initial=0)) + 1
    following = follows(table, extension)
    value = paths.values(table.A, intensities(table, [extension])[0], demand.y)
    x, amount = np.asarray(table.x), np.asarray(extension.values)
    a, b, direct, counted = (np.zeros((K, n)) for _ in range(4))
    np.add.at(a, (figure[paths.path], paths.buyer), -value[paths.path] / x[paths.buyer])
    if following != "output":
        own = value / amount[paths.source]
        np.add.at(a, (figure, paths.source), -value / x[paths.source])
        np.add.at(counted, (figure, paths.source), own)
        if following == "remainder":
            np.add.at(a, (figure, paths.source), own)
            np.add.at(b, (figure, paths.source), own)
    share = np.ones(n) if demand.share is None else demand.share
    per_demanded = value / demand.y[paths.product] * share[paths.product]
    np.add.at(direct, (figure, paths.product), per_demanded)
    sales = np.asarray(table.A[paths.seller, paths.buyer]) * x[paths.buyer]
    slope = value[paths.path] / sales
    single = SingleCells.of(figure[paths.path], paths.seller, paths.buyer, slope)
    return CellGradient(np.zeros((K, 0, n)), np.zeros((0, n)), a, b, direct, counted, single)


def _whole(
    table: WorldTable,
    system: Solver,
    demand: UncertainDemand,
    extension: Extension,
    sources: Booleans,
    min_tier: int,
) -> tuple[CellGradient, float]:
    """Return how all paths together move, from these sources and of so many steps, and the sum."""
    groups = np.where(sources, 0, -1).astype(np.int64)
    if not sources.any():
        n = table.n
        none = np.zeros((1, n))
        nothing = CellGradient(
            np.zeros((1, 0, n)), np.zeros((0, n)), a=none, b=none, direct=none, counted=none
        )
        return nothing, 0.0
    if min_tier == 0:
        gradient, values = gradient_of(table, system, demand, extension, groups)
        return gradient, float(values[0])
    gradient, by_layer = layer_gradient(table, system, demand, extension, groups, min_tier - 1)
    deeper = CellGradient(
        gradient.left[-2:-1],
        gradient.q,
        gradient.a[-2:-1],
        gradient.b[-2:-1],
        gradient.direct[-2:-1],
        gradient.counted[-2:-1],
    )
    return deeper, float(by_layer[0, -2])


def _mixed(whole: CellGradient, listed: CellGradient, mixes: Floats) -> CellGradient:
    """Return figures that are `mixes[f, 0]` times the whole plus `mixes[f, 1]` times the list."""
    of_whole, of_list = mixes[:, :1], mixes[:, 1:]
    one = listed.single
    single = None
    if one is not None:
        figure = np.repeat(np.arange(len(mixes)), len(one.row))
        slope = np.concatenate([k * one.slope for k in mixes[:, 1]])
        single = SingleCells.of(
            figure, np.tile(one.row, len(mixes)), np.tile(one.column, len(mixes)), slope
        )
    return CellGradient(
        left=of_whole[:, :, None] * whole.left,
        q=whole.q,
        a=of_whole * whole.a + of_list * listed.a,
        b=of_whole * whole.b + of_list * listed.b,
        direct=of_whole * whole.direct + of_list * listed.direct,
        counted=of_whole * whole.counted + of_list * listed.counted,
        single=single,
    )
