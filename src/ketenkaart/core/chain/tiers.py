"""Production layers: how far from the purchase something is made."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ketenkaart.core.chain.counted import intensities
from ketenkaart.core.chain.system import Solver, layers_and_rest
from ketenkaart.core.chain.types import Extension, Floats
from ketenkaart.core.chain.world import WorldTable
from ketenkaart.core.errors import InputError

MOST_LAYERS = 100


@dataclass(frozen=True, slots=True)
class Tiers:
    """A footprint by production layer: `values[i, t]` was made at node i in layer t.

    Layer 0 makes what is bought, layer 1 its direct inputs, and so on; the last entry holds all
    deeper layers. A layer is a step in the table, not a firm's tier of suppliers.
    """

    extension: Extension
    values: Floats

    @property
    def names(self) -> tuple[str, ...]:
        """The number of each layer, and `rest` for all deeper ones."""
        return (*(str(t) for t in range(self.values.shape[1] - 1)), "rest")

    @property
    def total(self) -> float:
        """The whole footprint, over all layers."""
        return float(self.values.sum())


@dataclass(frozen=True, slots=True)
class Stage:
    """Which stages of a chain a criterion touches: the share of the whole footprint per layer.

    `shares[t]` was made at the nodes it speaks of in layer t (the last entry: deeper); `total` is
    their sum; `mean_layer` the average distance from the purchase, None where nothing is touched.
    """

    shares: tuple[float, ...]
    total: float
    mean_layer: float | None


def tiers(
    table: WorldTable, system: Solver, extension: Extension, y: Floats, deepest: int
) -> Tiers:
    """Return the footprint of a demand in layers 0 to `deepest`, and the rest.

    diag(s) A^t y for each layer t, and diag(s) A^(deepest+1) (I - A)^-1 y for the rest, so that
    the layers sum to the footprint exactly. Miller & Blair (2009), section 2.4. Raises
    `InputError` for a number of layers that makes no sense.
    """
    if not 0 <= deepest <= MOST_LAYERS:
        raise InputError(
            f"{deepest} is no deepest layer", where="--layers", fix=f"Use 0 to {MOST_LAYERS}."
        )
    X = layers_and_rest(table, system, y, deepest)
    return Tiers(extension, np.ascontiguousarray((intensities(table, [extension])[0] * X).T))


def touched(table: WorldTable, system: Solver, found: Tiers, y: Floats, nodes: list[int]) -> Stage:
    """Return at which layers the nodes of a criterion stand in a chain.

    The mean layer is exact, rest included: sum of t A^t y over all t is (I - A)^-1 A (I - A)^-1 y.
    Raises `InputError` where the whole footprint is zero, so that no share is defined.
    """
    whole = found.total
    if whole == 0:
        raise InputError(
            "Nothing is embodied in this demand",
            where="--demand",
            fix="Choose a demand or an extension that is not zero.",
        )
    chosen = sorted(set(nodes))
    per_layer = found.values[chosen].sum(axis=0)
    touched_total = float(per_layer.sum())
    X = system.output_for(y)
    later = system.output_for(X - y)
    intensity = intensities(table, [found.extension])[0]
    distance = float((intensity * later)[chosen].sum())
    return Stage(
        shares=tuple(float(value) / whole for value in per_layer),
        total=touched_total / whole,
        mean_layer=distance / touched_total if touched_total else None,
    )
