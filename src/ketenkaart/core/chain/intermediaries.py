"""Who sits between: nodes through which an embodied flow passes on its way to a demand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ketenkaart.core.chain.counted import intensities
from ketenkaart.core.chain.system import Solver, layers_and_rest
from ketenkaart.core.chain.types import Extension, Floats
from ketenkaart.core.chain.world import WorldTable


@dataclass(frozen=True, slots=True)
class Intermediaries:
    """How much of an embodied flow passes through each node, in the extension's unit.

    `between[j]` counts every passage through j strictly between where a thing is made and where
    it is sold finally: a flow that passes twice counts twice. `by_tier[j, k]` is its part k + 1
    steps from the sale; the last column holds the deeper steps. `reaching[j]` is what is embodied
    in a unit of j's output, `output[j]` the output of j behind the demand; `total` the whole flow.
    """

    extension: Extension
    between: Floats
    by_tier: Floats
    reaching: Floats
    output: Floats
    total: float


def intermediaries(
    table: WorldTable,
    system: Solver,
    extension: Extension,
    y: Floats,
    sources: Sequence[int] | None = None,
    deepest: int = 3,
) -> Intermediaries:
    """Return who sits between the makers at `sources` (default: all) and a demand.

    Betweenness is b_j = (s T)_j (T y)_j with T = (I - A)^-1 - I (Liang, Qu & Xu 2016,
    Environmental Science & Technology 50: 1330-1337); its tiers are (A^k y)_j (s T)_j.
    """
    s = intensities(table, [extension])[0]
    if sources is not None:
        kept = np.zeros(table.n)
        kept[list(sources)] = 1.0
        s = s * kept
    layers = layers_and_rest(table, system, y, deepest)
    x = layers.sum(axis=0)
    m = system.multipliers(s)
    beyond = m - s
    return Intermediaries(
        extension=extension,
        between=beyond * (x - y),
        by_tier=np.ascontiguousarray((beyond * layers[1:]).T),
        reaching=m,
        output=x,
        total=float(s @ x),
    )


def through(system: Solver, found: Intermediaries, nodes: Sequence[int]) -> Floats:
    """Return how much of the flow would be missing without each of these nodes; (nodes,).

    A flow counts once however often it passes, and the ends of a chain count too: total extraction
    of node j, (s L)_j (L y)_j / L_jj (Miller & Blair 2009, section 12.2.6). One linear system a
    node, so ask for the few that matter.
    """
    chosen = list(nodes)
    units = np.zeros((len(found.output), len(chosen)))
    units[chosen, range(len(chosen))] = 1.0
    own = system.output_for(units)[chosen, range(len(chosen))]
    return np.asarray(found.reaching[chosen] * found.output[chosen] / own, dtype=np.float64)
