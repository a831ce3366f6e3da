"""What flows from layer to layer of a chain, between groups of nodes: the picture of its tiers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ketenkaart.core.chain.counted import intensities
from ketenkaart.core.chain.system import Solver
from ketenkaart.core.chain.tiers import MOST_LAYERS
from ketenkaart.core.chain.types import Extension, Floats
from ketenkaart.core.chain.world import WorldTable
from ketenkaart.core.errors import InputError


@dataclass(frozen=True, slots=True)
class LayerFlows:
    """An extension embodied in a demand, as it passes through groups of nodes, layer by layer.

    With T layers shown and G groups, all in the extension's unit a year: `passing[t, g]` is what
    the products of group g hold in layer t, shape (T, G); `made[t, g]` the part of it that arises
    there; `flows[t, i, j]` what group j in layer t has from group i in layer t + 1, shape
    (T - 1, G, G). So passing[t, j] = made[t, j] + sum over i of flows[t, i, j], and
    passing[t + 1, i] = sum over j of flows[t, i, j]. `deeper[g]` is what the last layer's group g
    has from all layers below it, and is not shown apart.
    """

    extension: Extension
    passing: Floats
    made: Floats
    flows: Floats
    deeper: Floats

    @property
    def total(self) -> float:
        """The whole footprint: all that passes layer 0."""
        return float(self.passing[0].sum())


def layer_flows(
    table: WorldTable,
    system: Solver,
    extension: Extension,
    y: Floats,
    group: Sequence[int],
    layers: int,
) -> LayerFlows:
    """Return what passes between groups of nodes in the first `layers` production layers.

    With m = s L, node j in layer t passes on m_j (A^t y)_j, of which s_j (A^t y)_j arises there
    and m_i A_ij (A^t y)_j comes from node i a layer deeper, since m = s + m A (Miller & Blair
    2009, sections 2.4 and 6.2). `group[k]` is the number of node k's group. One pass over A, for
    layers x groups columns at once. Raises `InputError` for a number of layers that makes no
    sense.
    """
    if not 1 <= layers <= MOST_LAYERS:
        raise InputError(
            f"{layers} is no number of layers", where="--layers", fix=f"Use 1 to {MOST_LAYERS}."
        )
    groups = np.asarray(group)
    G = int(groups.max()) + 1
    s = intensities(table, [extension])[0]
    m = system.multipliers(s)
    x = system.layers(y, layers - 1)
    member = (groups[None, :] == np.arange(G)[:, None]).astype(np.float64)
    passing = (x * m) @ member.T
    made = (x * s) @ member.T
    apart = (x[:-1, None, :] * member[None, :, :]).reshape(-1, table.n)
    bought = (table.A @ apart.T).T.reshape(layers - 1, G, table.n)
    flows = np.swapaxes((bought * m) @ member.T, 1, 2)
    return LayerFlows(
        extension=extension,
        passing=np.ascontiguousarray(passing),
        made=np.ascontiguousarray(made),
        flows=np.ascontiguousarray(flows),
        deeper=passing[-1] - made[-1],
    )
