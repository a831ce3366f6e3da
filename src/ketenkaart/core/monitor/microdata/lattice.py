"""Find the fewest generalisations and suppressions by which every class is large enough.

Full-domain generalisation: a column has one level throughout (Samarati 2001, IEEE Trans. Knowl.
Data Eng. 13). The lattice of levels is pruned from singles and pairs of columns (LeFevre, DeWitt
& Ramakrishnan 2005, Incognito). Then the node whose lower bound of the loss is the median of those
left is tried: where it fails all finer ones fail, where it passes all whose bound is no lower are
out. So what is found loses least of all that passes; compare El Emam and others (2009), J. Am.
Med. Inform. Assoc. 16 (OLA).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations, product
from math import prod

import numpy as np

from ketenkaart.core.errors import InputError
from ketenkaart.core.monitor.microdata.hierarchies import Levels
from ketenkaart.core.monitor.microdata.risk import units_by_class, values_by_class
from ketenkaart.core.monitor.microdata.types import PrivacyRules
from ketenkaart.core.monitor.types import Codes, Floats, Mask

MOST_NODES = 200_000
Node = tuple[int, ...]
Told = Callable[[str, float], None]


@dataclass(frozen=True, slots=True)
class Rows:
    """What the search looks at, by row: values of quasi-identifiers, units, sensitive values.

    `values` has shape (rows, columns): which value of its column. `sensitive` are codes by row,
    below zero where the value is not known.
    """

    columns: tuple[Levels, ...]
    values: Codes
    units: Codes
    sensitive: tuple[Codes, ...]
    least: Node


@dataclass(frozen=True, slots=True)
class Generalised:
    """The node that loses least: levels, rows whose quasi-identifiers are suppressed, the losses.

    `classes` has shape (rows,), codes from 0 without holes; suppressed rows are a class of their
    own. `loss` is the mean over rows and columns by importance, `by_column` the mean over rows;
    `examined` is how many nodes were tried of how many there are.
    """

    levels: Node
    suppressed: Mask
    classes: Codes
    loss: float
    by_column: tuple[float, ...]
    examined: int
    nodes: int


@dataclass(slots=True)
class _Counts:
    """Combinations of values that occur, with who and what sensitive is in each, counted once."""

    combos: Rows
    of_row: Codes
    units: tuple[Codes, Codes]
    alone: Floats | None
    sensitive: tuple[tuple[Codes, Codes], ...]

    @classmethod
    def of(cls, rows: Rows) -> _Counts:
        """Return the counts of rows."""
        values, inverse = np.unique(rows.values, axis=0, return_inverse=True)
        of_row = np.asarray(inverse.ravel(), dtype=np.int64)
        empty = np.zeros(len(values), dtype=np.int64)
        combos = Rows(rows.columns, values, empty, (), rows.least)
        once = len(np.unique(rows.units)) == len(rows.units)
        alone = np.bincount(of_row).astype(np.float64) if once else None
        pairs = (empty, empty) if once else _pairs(of_row, rows.units)
        known = [values >= 0 for values in rows.sensitive]
        sensitive = tuple(
            _pairs(of_row[mask], values[mask])
            for mask, values in zip(known, rows.sensitive, strict=True)
        )
        return cls(combos, of_row, pairs, alone, sensitive)

    def small(self, classes: Codes, rules: PrivacyRules) -> Mask:
        """Return which classes of combinations are too small, shape (classes,)."""
        size = int(classes.max()) + 1
        if self.alone is not None:
            units = np.bincount(classes, weights=self.alone)
        else:
            units = units_by_class(classes[self.units[0]], self.units[1]).astype(np.float64)
        found = np.asarray(units < rules.k, dtype=np.bool_)
        for combo, value in self.sensitive if rules.l > 1 else ():
            kinds = np.zeros(size, dtype=np.int64)
            counted = values_by_class(classes[combo], value)
            kinds[: len(counted)] = counted
            found |= kinds < rules.l
        return found


def _pairs(first: Codes, second: Codes) -> tuple[Codes, Codes]:
    span = int(second.max(initial=0)) + 1
    found = np.unique(first * span + second)
    return found // span, found % span


@dataclass(slots=True)
class _Search:
    """The lattice being searched: its nodes, and which can still pass."""

    rows: Rows
    rules: PrivacyRules
    told: Told | None
    nodes: Codes
    alive: Mask
    counts: _Counts
    examined: int = 0

    def tried(self, node: Node) -> tuple[Codes, Mask]:
        """Return the classes by row at a node, and which rows lie in one that is too small."""
        self.examined += 1
        classes = classes_at(self.counts.combos, node)
        small_classes = self.counts.small(classes, self.rules)
        own = classes[self.counts.of_row]
        return own, small_classes[own]

    def passes(self, node: Node) -> bool:
        """Try a node; where too many rows lie in small classes, drop it and all that are finer."""
        _, rows = self.tried(node)
        if rows.sum() <= self.most:
            return True
        self.drop(node)
        return False

    @property
    def most(self) -> float:
        """Return how many rows may be suppressed."""
        return self.rules.most_suppressed * len(self.rows.units) + 1e-9

    def drop(self, node: Node) -> None:
        """Drop a node and all that generalise no column further."""
        self.alive &= ~(self.nodes <= np.array(node)).all(axis=1)

    def prune(self) -> None:
        """Drop what fails in a single column, or in two, while all others are at the top."""
        tops = tuple(column.top for column in self.rows.columns)
        sizes = (1, 2) if len(self.nodes) > 200 else (1,)
        for size in sizes:
            for chosen in combinations(range(len(tops)), size):
                self._prune_in(chosen, tops)

    def _prune_in(self, chosen: tuple[int, ...], tops: Node) -> None:
        ranges = [range(self.rows.least[k], tops[k]) for k in chosen]
        for levels in product(*ranges):
            node = list(tops)
            for k, level in zip(chosen, levels, strict=True):
                node[k] = level
            if self.alive[(self.nodes == node).all(axis=1)].any():
                self.passes(tuple(node))


def fewest(rows: Rows, rules: PrivacyRules, told: Told | None = None) -> Generalised:
    """Return the generalisation that loses least among all that meet the rules.

    Raises `InputError` where not even one class of everything does, and where there are more than
    200,000 combinations of levels.
    """
    if not rows.columns:
        return Generalised((), np.zeros(len(rows.units), dtype=np.bool_),
                           np.zeros(len(rows.units), dtype=np.int64), 0.0, (), 0, 1)  # fmt: skip
    _require_possible(rows, rules)
    spans = [column.top - least + 1 for column, least in zip(rows.columns, rows.least, strict=True)]
    if prod(spans) > MOST_NODES:
        raise InputError(
            f"The levels of the quasi-identifiers make {prod(spans):,} combinations",
            fix=f"Give them fewer levels, or begin at a higher one; at most {MOST_NODES:,}.",
        )
    nodes = np.array(
        list(
            product(*(range(k, c.top + 1) for c, k in zip(rows.columns, rows.least, strict=True)))
        ),
        dtype=np.int64,
    )
    alive = np.ones(len(nodes), dtype=np.bool_)
    search = _Search(rows, rules, told, nodes, alive, _Counts.of(rows))
    search.prune()
    return _best(search)


def _best(search: _Search) -> Generalised:
    rows = search.rows
    losses = [[loss[rows.values[:, k]] for loss in column.losses]
              for k, column in enumerate(rows.columns)]  # fmt: skip
    means = [np.array([loss.mean() for loss in own]) for own in losses]
    share = np.array([column.importance for column in rows.columns])
    share = share / share.sum()
    columns = range(len(means))
    lower = sum(share[k] * means[k][search.nodes[:, k]] for k in columns)
    best: Generalised | None = None
    open_nodes = search.alive.copy()
    order = np.lexsort((search.nodes.sum(axis=1), np.round(lower, 12)))
    while True:
        open_nodes &= search.alive & (lower < (np.inf if best is None else best.loss - 1e-12))
        waiting = order[open_nodes[order]]
        if not len(waiting):
            break
        if search.told is not None:
            search.told("looking for the least loss", 1 - len(waiting) / len(order))
        # the middle one: if it passes, what loses more is out; if not, what is finer is
        index = waiting[len(waiting) // 2]
        open_nodes[index] = False
        node = tuple(int(level) for level in search.nodes[index])
        classes, small_rows = search.tried(node)
        if small_rows.sum() > search.most:
            search.drop(node)
            continue
        gone = _completed(rows, classes, small_rows, search.rules)
        if gone is None or gone.sum() > search.most:
            continue
        own = tuple(float(np.where(gone, 1.0, losses[k][node[k]]).mean()) for k in columns)
        loss = float(sum(share[k] * own[k] for k in columns))
        if best is None or loss < best.loss - 1e-12:
            best = Generalised(node, gone, _closed(classes, gone), loss, own, 0, len(order))
    if best is None:
        raise InputError(
            f"No generalisation gives k {search.rules.k} and l {search.rules.l} with at most "
            f"{search.rules.most_suppressed:.1%} of rows suppressed",
            where="codebook, key rules",
            fix="Allow more suppression, or fewer quasi-identifiers or sensitive variables.",
        )
    return Generalised(best.levels, best.suppressed, best.classes, best.loss, best.by_column,
                       search.examined, len(search.nodes))  # fmt: skip


def _require_possible(rows: Rows, rules: PrivacyRules) -> None:
    units = len(np.unique(rows.units))
    if units < rules.k:
        raise InputError(
            f"There are {units} units, and k is {rules.k}", where="codebook, key rules",
            fix="So few units cannot be exported one by one: publish totals, with `disclosure`.",
        )  # fmt: skip
    for values in rows.sensitive if rules.l > 1 else ():
        kinds = len(np.unique(values[values >= 0]))
        if kinds < rules.l:
            raise InputError(
                f"A sensitive variable has {kinds} known values, and l is {rules.l}",
                where="codebook, key rules", fix="Lower l, or call the variable plain.",
            )  # fmt: skip


def classes_at(rows: Rows, node: Node) -> Codes:
    """Return the class of each row at a node, codes from 0 without holes, shape (rows,)."""
    found = np.zeros(len(rows.units), dtype=np.int64)
    size = 1
    for k, column in enumerate(rows.columns):
        own = column.codes[node[k]][rows.values[:, k]]
        width = len(column.labels[node[k]])
        if size * width > 2**62:
            found = np.unique(found, return_inverse=True)[1].astype(np.int64)
            size = int(found.max()) + 1
        found = found * width + own
        size *= width
    return np.unique(found, return_inverse=True)[1].astype(np.int64)


def small(rows: Rows, classes: Codes, rules: PrivacyRules) -> Mask:
    """Return which classes hold too few units, or too few known values of something sensitive."""
    found = units_by_class(classes, rows.units) < rules.k
    if rules.l > 1:
        for values in rows.sensitive:
            found = found | (values_by_class(classes, values) < rules.l)
    return np.asarray(found, dtype=np.bool_)


def _completed(rows: Rows, classes: Codes, gone: Mask, rules: PrivacyRules) -> Mask | None:
    """Return the rows to suppress, with more classes where those alone would be too few."""
    if not gone.any():
        return gone
    gone = gone.copy()
    sizes: Floats = np.bincount(classes).astype(np.float64)
    while small(rows, np.where(gone, 0, 1), rules)[0]:
        left = np.unique(classes[~gone])
        if not len(left):
            return None
        gone |= classes == left[np.argmin(sizes[left])]
    return gone


def _closed(classes: Codes, gone: Mask) -> Codes:
    """Return classes in which the suppressed rows are one, codes from 0 without holes."""
    return np.unique(np.where(gone, -1, classes), return_inverse=True)[1].astype(np.int64)


def generalise(rows: Rows, found: Generalised, suppressed: str) -> list[list[str]]:
    """Return the labels of each column by row, as they are exported."""
    made: list[list[str]] = []
    for k, column in enumerate(rows.columns):
        level = found.levels[k]
        labels: Sequence[str] = column.labels[level]
        own = column.codes[level][rows.values[:, k]]
        made.append(
            [
                suppressed if gone else labels[code]
                for code, gone in zip(own.tolist(), found.suppressed.tolist(), strict=True)
            ]
        )
    return made
