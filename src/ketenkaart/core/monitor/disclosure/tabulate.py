"""From contributions to a table with its totals and what adds up to what."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from math import prod

import numpy as np

from ketenkaart.core.errors import InputError
from ketenkaart.core.monitor.disclosure.types import Contributions, Dimension, Floats, Ints, Table

MOST_CELLS = 20_000
"""Beyond this a table is too fine to be protected in reasonable time."""


def tabulate(contributions: Contributions, dimensions: Sequence[Dimension]) -> Table:
    """Return the totals of contributions over all dimensions, subtotals with them.

    A cell holds the sum over its firms, in their unit; firms of one group count as one. Raises
    `InputError` for no dimension, no contribution, or more cells than can be protected.

    >>> import numpy as np
    >>> who = Contributions(np.array([0, 1, 1]), np.array([[0], [0], [1]]),
    ...                     np.array([5.0, 2.0, 3.0]), ("a", "b"))
    >>> table = tabulate(who, [Dimension("sector", ("food", "clothing"))])
    >>> dict(zip(table.keys, table.value.tolist()))
    {('clothing',): 3.0, ('food',): 7.0, ('total',): 10.0}
    """
    _refuse(contributions, dimensions)
    nodes = [dimension.nodes() for dimension in dimensions]
    sizes = tuple(len(names) for names in nodes)
    keys = tuple(product(*nodes))
    cells, rows = _cells_of_rows(contributions, dimensions, nodes, sizes)
    count = len(contributions.groups)
    both, back = np.unique(cells * count + contributions.group[rows], return_inverse=True)
    gives = sums(back, contributions.value[rows], len(both))
    member_cell, member_group = np.divmod(both, count)
    row, cell, sign = _relations(dimensions, nodes, sizes)
    return Table(
        dimensions=tuple(dimensions),
        keys=keys,
        value=sums(member_cell, gives, len(keys)),
        relation_row=row,
        relation_cell=cell,
        relation_sign=sign,
        member_cell=member_cell.astype(np.int64),
        member_group=member_group.astype(np.int64),
        member_value=gives,
        groups=contributions.groups,
    )


def sums(at: Ints, values: Floats, count: int) -> Floats:
    """Return what the values at each place add up to."""
    return np.bincount(at, weights=values, minlength=count).astype(np.float64)


def _refuse(contributions: Contributions, dimensions: Sequence[Dimension]) -> None:
    if not dimensions:
        raise InputError("A table needs a dimension", where="dimensions", fix="Name a column.")
    if not len(contributions.value):
        raise InputError("There is no contribution", where="data", fix="Give at least one row.")
    cells = prod(len(dimension.nodes()) for dimension in dimensions)
    if cells > MOST_CELLS:
        raise InputError(
            f"The table would have {cells:,} cells; at most {MOST_CELLS:,} can be protected",
            where=" x ".join(dimension.name for dimension in dimensions),
            fix="Leave a dimension out, or use coarser codes.",
        )


def _cells_of_rows(
    contributions: Contributions,
    dimensions: Sequence[Dimension],
    nodes: Sequence[tuple[str, ...]],
    sizes: tuple[int, ...],
) -> tuple[Ints, Ints]:
    """Return every cell that each contribution counts in, and the contribution."""
    lines = []
    for dimension, names in zip(dimensions, nodes, strict=True):
        at = {name: k for k, name in enumerate(names)}
        lines.append([[at[node] for node in dimension.line(code)] for code in dimension.codes])
    cells: list[Ints] = []
    rows: list[Ints] = []
    places, back = np.unique(contributions.places, axis=0, return_inverse=True)
    order = np.argsort(back, kind="stable")
    starts = np.searchsorted(back[order], np.arange(len(places) + 1))
    for k, place in enumerate(places.tolist()):
        here = order[starts[k] : starts[k + 1]]
        chosen = [lines[axis][code] for axis, code in enumerate(place)]
        for node in product(*chosen):
            cells.append(np.full(len(here), np.ravel_multi_index(node, sizes), dtype=np.int64))
            rows.append(here)
    return np.concatenate(cells), np.concatenate(rows)


def _relations(
    dimensions: Sequence[Dimension], nodes: Sequence[tuple[str, ...]], sizes: tuple[int, ...]
) -> tuple[Ints, Ints, Floats]:
    rows: list[int] = []
    cells: list[int] = []
    signs: list[float] = []
    count = 0
    grid = np.arange(prod(sizes)).reshape(sizes)
    for axis, (dimension, names) in enumerate(zip(dimensions, nodes, strict=True)):
        at = {name: k for k, name in enumerate(names)}
        for whole, parts in dimension.parts().items():
            wholes = np.take(grid, at[whole], axis=axis).ravel()
            below = [np.take(grid, at[part], axis=axis).ravel() for part in parts]
            for k, cell in enumerate(wholes.tolist()):
                members = [cell, *(int(part[k]) for part in below)]
                rows += [count] * len(members)
                cells += members
                signs += [1.0, *[-1.0] * len(below)]
                count += 1
    return np.array(rows), np.array(cells), np.array(signs)
