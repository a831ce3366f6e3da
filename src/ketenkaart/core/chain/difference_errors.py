"""The first-order errors of two footprints of one table and of their difference.

Both move with the same cells, so that errors they share fall away from the difference: it moves
with a cell by as much as the second footprint does, less what the first does. See the module
`first_order` for how one moves, and docs/methods/uncertainty.md.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ketenkaart.core.chain.cell_errors import ErrorModel
from ketenkaart.core.chain.first_order import (
    FirstOrder,
    Groups,
    UncertainDemand,
    follows,
    gradient_of,
)
from ketenkaart.core.chain.propagation import CellGradient, standard_errors
from ketenkaart.core.chain.system import Solver
from ketenkaart.core.chain.types import Extension
from ketenkaart.core.chain.world import WorldTable


@dataclass(frozen=True, slots=True)
class DifferenceErrors:
    """Sums of two footprints and of the second less the first, with errors; shape (K,) each."""

    first: FirstOrder
    second: FirstOrder
    difference: FirstOrder


def first_order_difference(
    table: WorldTable,
    system: Solver,
    model: ErrorModel,
    demands: tuple[UncertainDemand, UncertainDemand],
    extension: Extension,
    groups: Groups,
) -> DifferenceErrors:
    """Return two footprints by group and their difference with standard errors, in one pass over A.

    Groups are as in `first_order.gradient_of`.
    """
    parts = [gradient_of(table, system, demand, extension, groups) for demand in demands]
    (one, first), (two, second) = parts
    none = np.zeros_like(one.a)
    moving = CellGradient(
        left=np.stack(
            [
                np.concatenate([one.left[:, 0], none, -one.left[:, 0]]),
                np.concatenate([none, two.left[:, 0], two.left[:, 0]]),
            ],
            axis=1,
        ),
        q=np.concatenate([one.q, two.q]),
        a=np.concatenate([one.a, two.a, two.a - one.a]),
        b=np.concatenate([one.b, two.b, two.b - one.b]),
        direct=np.concatenate([one.direct, none, -one.direct]),
        counted=np.concatenate([one.counted, two.counted, two.counted - one.counted]),
        also=((np.concatenate([none, two.direct, two.direct]), demands[1].columns),),
    )
    counted = extension if follows(table, extension) == "counted" else None
    errors = standard_errors(table, model, moving, demands[0].columns, counted).reshape(3, -1)
    return DifferenceErrors(
        FirstOrder(first, errors[0]),
        FirstOrder(second, errors[1]),
        FirstOrder(second - first, errors[2]),
    )
