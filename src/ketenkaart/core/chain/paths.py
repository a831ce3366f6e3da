"""The largest structural paths behind a demand, exactly, with a proven remainder.

Structural path analysis (Defourny & Thorbecke 1984, doi:10.2307/2232220; Lenzen 2003,
doi:10.1016/S0921-8009(02)00248-3) unravels the Leontief series s y + s A y + s A^2 y + ... into
its terms: a path i, ..., k, j carries s[i] A[i, .] ... A[k, j] y[j], what node i contributes to
the product j that is demanded, along one chain of purchases. There are infinitely many.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ketenkaart.core.chain.path_bounds import PathBounds, bounds_by_tier, path_bounds
from ketenkaart.core.chain.path_columns import Indices, SortedColumns
from ketenkaart.core.chain.types import Booleans, Floats
from ketenkaart.core.errors import InputError

ROUNDING = 1e-9
"""Pruning spares what is this close to the threshold: products round by their order."""
START_RANK = 16
"""The first threshold is what the product of rank top / 16 can carry: too high, and soon seen."""


@dataclass(frozen=True, slots=True)
class ChainPath:
    """One chain of purchases, from where the extension arises to the product that is demanded.

    `nodes` are node numbers, source first; `value` is in the extension's unit a year. The tier is
    the number of steps: 0 is the demanded product's own producer.
    """

    nodes: tuple[int, ...]
    value: float

    @property
    def tier(self) -> int:
        """How many purchases lie between source and demand."""
        return len(self.nodes) - 1


@dataclass(frozen=True, slots=True)
class LargestPaths:
    """The largest paths, in falling order, and all that they leave out.

    `total` is what all paths carry together (the Leontief total over the chosen sources and
    tiers); `covered` the sum over `paths`; `remainder` the rest, so that covered + remainder is
    total. No path that is not listed is larger than `largest_omitted` (in absolute value, where a
    table or an extension has negative entries). All in the extension's unit a year.
    """

    paths: tuple[ChainPath, ...]
    total: float
    largest_omitted: float

    @property
    def covered(self) -> float:
        """What the listed paths carry."""
        return float(np.sum([path.value for path in self.paths])) if self.paths else 0.0

    @property
    def remainder(self) -> float:
        """What all other paths carry together."""
        return self.total - self.covered

    @property
    def share(self) -> float | None:
        """The part of the total that the listed paths carry; None where the total is zero."""
        return self.covered / self.total if self.total else None


def largest_paths(
    A: Floats,
    s: Floats,
    y: Floats,
    top: int,
    *,
    total: float,
    min_tier: int = 0,
    bounds: PathBounds | None = None,
) -> LargestPaths:
    """Return the `top` largest paths, exactly; ties go to the lower node numbers.

    `s` is the extension per unit of output, zero at sources that are not of interest; `y` the
    final demand, zero for products that are not; `total` what all paths of at least `min_tier`
    steps carry together. `bounds` may hand over `path_bounds(A, s)` from an earlier question.

    Branch and bound: a partial path that reaches node j with v units is given up only if
    v B[j] is below a threshold, where B[j] is the most that one path upstream of j can carry; so
    every path at or above the threshold is found. The threshold goes down until enough paths are
    found, and up again as they are. Raises `InputError` for a `top` under 1.

    >>> A = np.array([[0.0, 0.5], [0.0, 0.0]])
    >>> found = largest_paths(A, np.array([0.2, 0.3]), np.array([0.0, 10.0]), 1, total=4.0)
    >>> found.paths, found.remainder, found.largest_omitted
    ((ChainPath(nodes=(1,), value=3.0),), 1.0, 1.0)
    """
    if top < 1:
        raise InputError(f"There are no {top} largest paths", where="top", fix="Give 1 or more.")
    if min_tier < 0:
        raise InputError(f"There is no tier {min_tier}", where="min_tier", fix="Give 0 or more.")
    tiers = bounds_by_tier(A, path_bounds(A, s) if bounds is None else bounds, min_tier)
    search = _Search(A, np.asarray(s), np.asarray(y), tiers, top + 1)
    found = search.run()
    listed, rest = found[:top], found[top:]
    return LargestPaths(tuple(listed), total, abs(rest[0].value) if rest else 0.0)


@dataclass(slots=True)
class _Level:
    """Partial paths of one length: where each is, what it carries, which shorter one it extends."""

    node: Indices
    carried: Floats
    parent: Indices


class _Search:
    """One search for the `want` largest paths of at least `min_tier` steps."""

    def __init__(
        self, A: Floats, s: Floats, y: Floats, tiers: tuple[PathBounds, ...], want: int
    ) -> None:
        self._s, self._y, self._tiers = s, y, tiers
        self._columns = [SortedColumns(A, bounds) for bounds in tiers]
        self._want = want

    def run(self) -> list[ChainPath]:
        """Lower the threshold until enough is found, or until there is nothing more."""
        potential = np.abs(self._y) * self._bounds(0)
        there = np.sort(potential[potential > 0])[::-1]
        if not len(there):
            return []
        threshold = float(there[min(len(there) - 1, self._want // START_RANK)])
        before = 0
        while True:
            levels, values, is_whole = self._above(threshold)
            count = sum(int(np.count_nonzero(found)) for found in values)
            if is_whole or count >= self._want or threshold == 0:
                return self._largest(levels, values)
            factor = 0.8 * count / self._want
            threshold *= min(max(factor, 1 / 16), 0.8) if count > before else 1 / 64
            before = count

    def _above(self, threshold: float) -> tuple[list[_Level], list[Floats], bool]:
        """Return the partial paths that may lead to the threshold; what each carries itself, if
        that reaches the threshold; and whether nothing at all was left out.

        The threshold rises as soon as enough is found.
        """
        is_whole = True
        node = np.flatnonzero(self._y)
        level = _Level(node, self._y[node], np.zeros(len(node), dtype=np.int64))
        levels: list[_Level] = []
        values: list[Floats] = []
        while len(level.node):
            potential = np.abs(level.carried) * self._bounds(len(levels))[level.node]
            kept: Booleans = (potential >= threshold * (1 - ROUNDING)) & (potential > 0)
            is_whole = is_whole and bool((kept | (potential == 0)).all())
            level = _Level(level.node[kept], level.carried[kept], level.parent[kept])
            levels.append(level)
            values.append(self._own(level, len(levels) - 1))
            threshold = max(threshold, self._last_wanted(values))
            level, is_cut = self._deeper(level, len(levels), threshold)
            is_whole = is_whole and not is_cut
        return levels, [np.where(np.abs(v) >= threshold, v, 0.0) for v in values], is_whole

    def _bounds(self, tier: int) -> Floats:
        return self._tiers[min(tier, len(self._tiers) - 1)].most

    def _own(self, level: _Level, tier: int) -> Floats:
        """Return what each path carries if it begins here."""
        if tier < len(self._tiers) - 1:
            return np.zeros(len(level.node))
        return np.asarray(self._s[level.node] * level.carried)

    def _last_wanted(self, values: list[Floats]) -> float:
        """Return the least of the largest values wanted so far, or 0 if these are too few."""
        found = np.abs(np.concatenate(values))
        if len(found) < self._want:
            return 0.0
        return float(np.partition(found, len(found) - self._want)[-self._want])

    def _deeper(self, level: _Level, tier: int, threshold: float) -> tuple[_Level, bool]:
        """Return the paths one step longer, now at `tier`, that may lead to the threshold."""
        columns = self._columns[min(tier, len(self._columns) - 1)]
        with np.errstate(over="ignore"):
            cuts = threshold * (1 - ROUNDING) / np.abs(level.carried)
        origin, node, coefficient, is_cut = columns.steps(level.node, cuts)
        return _Level(node, level.carried[origin] * coefficient, origin), is_cut

    def _largest(self, levels: list[_Level], values: list[Floats]) -> list[ChainPath]:
        """Return the wanted paths, largest first, ties by their nodes from source to demand."""
        least = self._last_wanted(values)
        found: list[ChainPath] = []
        for tier, carried in enumerate(values):
            at = np.flatnonzero((np.abs(carried) >= least) & (carried != 0))
            worth, steps = carried[at], []
            for level in reversed(levels[: tier + 1]):
                steps.append(level.node[at])
                at = level.parent[at]
            found += [
                ChainPath(tuple(nodes), value)
                for nodes, value in zip(np.array(steps).T.tolist(), worth.tolist(), strict=True)
            ]
        found.sort(key=lambda path: (-abs(path.value), path.nodes))
        return found[: self._want]
