"""What is solved once for a table and a set of products, and answers later demands by itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ketenkaart.core.chain.path_bounds import PathBounds, path_bounds
from ketenkaart.core.chain.solve import System
from ketenkaart.core.chain.types import Floats
from ketenkaart.core.errors import InputError


@dataclass(frozen=True, slots=True)
class Products:
    """Stored solutions of one table: L[:, nodes], and S L and path bounds per extension.

    `nodes` are the products that demand may be for, rising; `columns` the output that one unit of
    each needs, shape (n, len(nodes)). With all nodes that is L itself, and another demand costs
    one pass over a matrix of the size of A; with the products that a country buys, the part of a
    pass that these are of all. `multipliers` and `bounds` hold, per extension, what a unit of
    demand of every node embodies and the most that one path into every node carries.
    """

    nodes: NDArray[np.int64]
    columns: Floats
    multipliers: Mapping[str, Floats]
    bounds: Mapping[str, PathBounds]

    @classmethod
    def of(
        cls,
        system: System,
        extensions: Mapping[str, Floats],
        nodes: NDArray[np.int64] | None = None,
    ) -> Products:
        """Solve for the given products, or for all; `extensions` are per unit of output."""
        rows = np.array(list(extensions.values())).reshape(len(extensions), system.n)
        solved = dict(zip(extensions, system.multipliers(rows), strict=True)) if extensions else {}
        if nodes is None:
            chosen, columns = np.arange(system.n), system.inverse()
        else:
            chosen = np.unique(nodes)
            units = np.zeros((system.n, len(chosen)))
            units[chosen, np.arange(len(chosen))] = 1.0
            columns = system.output_for(units)
        bounds = {name: path_bounds(system.A, s) for name, s in extensions.items()}
        return cls(chosen, columns, solved, bounds)

    def output_for(self, y: Floats) -> Floats:
        """Return the output that a demand needs; shape (n,), in its unit.

        Raises `InputError` for a demand for products that were not solved for.

        >>> stored = Products.of(System(np.array([[0.5]])), {"work": np.array([0.2])})
        >>> stored.output_for(np.array([3.0])).tolist(), stored.multipliers["work"].tolist()
        ([6.0], [0.4])
        """
        if len(self.nodes) == len(y):
            return np.asarray(self.columns @ y)
        asked = np.flatnonzero(y)
        if not np.isin(asked, self.nodes).all():
            raise InputError(
                "The demand is for products that were not solved for",
                where="demand",
                fix="Solve for it with the table's system, or store more products.",
            )
        return np.asarray(self.columns @ y[self.nodes])
