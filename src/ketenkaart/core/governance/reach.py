"""Reach: which share of which cells an instrument takes hold of, as factors per axis.

A cell of the chain is (buyer, product bought, source node, issue, layer). The share of an
instrument is a product of one factor per axis, so it is kept as those factors: exact, small, and
multiplied out only where needed. Every factor has three ends: low, central, high.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ketenkaart.core.chain.types import Floats
from ketenkaart.core.errors import ReferenceDataError
from ketenkaart.core.governance.types import (
    STEPS,
    ActsOn,
    DepthTable,
    Instrument,
    LayerReach,
    Scope,
    Status,
    Steps,
    Uptake,
)
from ketenkaart.core.provenance import State

GapKind = Literal["breadth", "depth"]
ACTIVE = frozenset({Status.IN_FORCE})
EU = "EU"


@dataclass(frozen=True, slots=True)
class Axes:
    """The axes of the chain that instruments are laid over.

    `sectors` names, per sector of the table, the sector of `reference/sectors.yml` that it
    belongs to; `sources` names, per region, who stands at its source nodes: the region itself, or
    the one country inside it that a question is about. `eu` holds the regions and sources that lie
    wholly in the European Union on the day. In the `trade` view `buyers` are uses of imports:
    `finals` names the final buyer behind each (None where there is none at home) and `steps` how
    many steps of production lie between; both are empty where buyers buy finally themselves.
    """

    buyers: tuple[str, ...]
    regions: tuple[str, ...]
    sources: tuple[str, ...]
    sectors: tuple[str, ...]
    issues: tuple[str, ...]
    layers: tuple[str, ...]
    eu: frozenset[str]
    finals: tuple[str | None, ...] = ()
    steps: tuple[int, ...] = ()

    @property
    def n(self) -> int:
        """Number of nodes."""
        return len(self.regions) * len(self.sectors)


@dataclass(frozen=True, slots=True)
class Reach:
    """The share of every cell that one instrument reaches, times its depth.

    Each factor has shape (3, axis): low, central, high in [0, 1]. `scale` (3,) is uptake times
    depth; `scope_scale` is 1, or 0 for an instrument that does not act on this view. With
    `is_known` false, low is 0, high is the share in scope, and central is left out of every sum.
    `parts` are further factors that no single axis carries, each of a shape that broadcasts to
    (3, buyers, groups, n, layers).
    """

    instrument: str
    buyers: Floats
    products: Floats
    nodes: Floats
    layers: Floats
    issues: Floats
    scale: Floats
    is_known: bool
    parts: tuple[Floats, ...] = ()

    def at_nodes(self, nodes: NDArray[np.int64]) -> Reach:
        """Return the reach at some source nodes only, in their order."""
        parts = tuple(part[..., nodes, :] if part.shape[-2] > 1 else part for part in self.parts)
        return replace(self, nodes=self.nodes[:, nodes], parts=parts)

    def share(self, end: int, issue: int, products: NDArray[np.int64]) -> Floats:
        """Return a[b, g, n, t] in [0, 1] for one end (0 low, 1 central, 2 high) and one issue.

        `products` picks one product node per group.
        """
        picked = self.products[end][products]
        per_buyer = self.buyers[end] * (self.scale[end] * self.issues[end, issue])
        found = np.asarray(
            per_buyer[:, None, None, None]
            * picked[None, :, None, None]
            * self.nodes[end][None, None, :, None]
            * self.layers[end][None, None, None, :]
        )
        for part in self.parts:
            found = found * part[min(end, len(part) - 1)]
        return found


@dataclass(frozen=True, slots=True)
class Absent:
    """Why an instrument reaches nobody in this view on this day."""

    instrument: str
    reason: Literal["not_worked_out", "not_yet", "not_in_force", "ended", "not_applicable"]


def depth_of(steps: Steps, force: str, table: DepthTable) -> tuple[float, float, float]:
    """Return force x sum over six steps of weight x obligation, as (low, central, high) in [0, 1].

    DESIGN.md, point 6. Raises `ReferenceDataError` for a force that the table does not declare.
    """
    found = next((item for item in table.forces if item.id == force), None)
    if found is None:
        raise ReferenceDataError(
            f"Unknown force {force!r}", where="depth.yml", fix="Declare it under `forces`."
        )
    asked = sum(table.step_weights[step] * float(getattr(steps, step).value) for step in STEPS)
    return found.low * asked, found.value * asked, found.high * asked


def _three(values: Floats) -> Floats:
    return np.broadcast_to(values, (3, len(values))).copy()


def _mask(names: Sequence[str], chosen: Sequence[str] | None) -> Floats:
    if chosen is None:
        return np.ones(len(names))
    wanted = set(chosen)
    return np.array([float(name in wanted) for name in names])


def _node_mask(scope: Scope, axes: Axes, places: Sequence[str]) -> Floats:
    regions = np.array([float(not is_outside(place, scope, axes.eu)) for place in places])
    return np.outer(regions, _mask(axes.sectors, scope.sectors)).ravel()


def is_outside(place: str, scope: Scope, eu: frozenset[str]) -> bool:
    """Return whether a country or region is out of scope: named, or in the EU where that is."""
    return place in scope.outside or (EU in scope.outside and place in eu)


def _layer_factor(layers: LayerReach, axes: Axes) -> Floats:
    factor = np.zeros((3, len(axes.layers)))
    for end, deepest in enumerate((layers.low, layers.value, layers.high)):
        factor[end, : axes.layers.index(deepest) + 1] = 1.0
    return factor


def _scale(uptake: Uptake) -> tuple[Floats, bool]:
    if uptake.state is State.KNOWN:
        return np.array([uptake.low, uptake.value, uptake.high], dtype=np.float64), True
    return np.array([0.0, 0.0, 1.0]), False


def absence(instrument: Instrument, as_of: date) -> Absent | None:
    """Return why the instrument reaches nobody on `as_of`, or `None` where it may reach someone."""
    if not instrument.worked_out:
        return Absent(instrument.id, "not_worked_out")
    status = instrument.status_on(as_of)
    uptake = instrument.uptake_on(as_of)
    if status is None:
        return Absent(instrument.id, "not_yet")
    if status.value in {Status.ENDED, Status.REPEALED}:
        return Absent(instrument.id, "ended")
    if status.value not in ACTIVE:
        return Absent(instrument.id, "not_in_force")
    if uptake is not None and uptake.state is State.NOT_APPLICABLE:
        return Absent(instrument.id, "not_applicable")
    return None


def reach(
    instrument: Instrument,
    axes: Axes,
    *,
    as_of: date,
    kind: GapKind,
    depth: DepthTable,
    crossing: Floats | None = None,
) -> Reach | Absent:
    """Return what an instrument reaches on a day, or why it reaches nobody.

    An instrument in force without a dated uptake is of unknown reach: low 0, high its scope.
    `crossing` (buyers, groups, n, layers) is the share that crosses the border as a product in its
    scope, for an instrument that acts there. DESIGN.md, points 5 and 6. Raises
    `ReferenceDataError` for an undeclared force.
    """
    missing = absence(instrument, as_of)
    scope = instrument.scope
    if missing is not None or scope is None:
        return missing or Absent(instrument.id, "not_worked_out")
    uptake = instrument.uptake_on(as_of)
    scale, is_known = _scale(uptake) if uptake is not None else (np.array([0.0, 0.0, 1.0]), False)
    if kind == "depth":
        steps = instrument.steps_on(as_of)
        if steps is None or instrument.force is None:
            scale, is_known = scale * np.array([0.0, 0.0, 1.0]), False
        else:
            scale = scale * np.array(depth_of(steps, instrument.force, depth))
    by_product = scope.acts_on in {ActsOn.PRODUCT_BOUGHT, ActsOn.BUYER}
    layers = _layer_factor(scope.layers, axes)
    parts = () if crossing is None else (crossing[None],)
    if any(axes.steps):
        deep = np.stack([_shifted(layers, steps) for steps in axes.steps], axis=1)
        parts = (*parts, deep[:, :, None, None, :])
        layers = deep.max(axis=1)
    return Reach(
        instrument=instrument.id,
        buyers=_three(_buyer_mask(scope, axes)),
        products=_three(product_scope(scope, axes)),
        nodes=_three(np.ones(axes.n) if by_product else _node_mask(scope, axes, axes.sources)),
        layers=layers,
        issues=_three(_mask(axes.issues, scope.issues)),
        scale=scale,
        is_known=is_known,
        parts=parts,
    )


def _buyer_mask(scope: Scope, axes: Axes) -> Floats:
    """Return 1 for every buyer in scope; what nobody buys finally is bought by none of them."""
    if not axes.finals:
        return _mask(axes.buyers, scope.buyers)
    by_product = scope.acts_on in {ActsOn.PRODUCT_BOUGHT, ActsOn.BUYER}
    for_nobody = float(not by_product and scope.buyers is None)
    return np.array(
        [
            for_nobody if final is None else float(scope.buyers is None or final in scope.buyers)
            for final in axes.finals
        ]
    )


def _shifted(layers: Floats, steps: int) -> Floats:
    """Return layer factors as seen from the border, which lies `steps` before the final buyer.

    >>> _shifted(np.array([[1.0, 1.0, 0.0]]), 1).tolist()
    [[1.0, 0.0, 0.0]]
    """
    last = layers.shape[1] - 1
    return layers[:, np.minimum(np.arange(last + 1) + steps, last)]


def group_products(scopes: Sequence[Floats], n: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return (group of every product, one product per group): alike products share a group.

    Each of `scopes` says per product (n,) what an instrument makes of it. Merging products that
    every instrument treats alike is exact and makes the sums small.

    >>> group_products([np.array([1.0, 0.0, 1.0])], 3)[0].tolist()
    [1, 0, 1]
    """
    if not scopes:
        return np.zeros(n, dtype=np.int64), np.zeros(1, dtype=np.int64)
    rows = np.stack(scopes, axis=1)
    _, first, groups = np.unique(rows, axis=0, return_index=True, return_inverse=True)
    return groups.reshape(-1).astype(np.int64), first.astype(np.int64)


def alike_nodes(reaches: Sequence[Reach], n: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return (class of every node, one node per class): nodes that all reaches treat alike.

    Coverage is the same at all nodes of a class, so it need be computed once. A node where some
    reach has a part of its own, such as what crosses a border, is a class by itself.
    """
    rows = [item.nodes for item in reaches]
    for item in reaches:
        if any(part.shape[-2] > 1 for part in item.parts):
            own = (item.nodes > 0).any(axis=0)
            rows.append(np.where(own, np.arange(1.0, n + 1), 0.0)[None])
    if not rows:
        return np.zeros(n, dtype=np.int64), np.zeros(min(n, 1), dtype=np.int64)
    _, first, classes = np.unique(
        np.concatenate(rows), axis=1, return_index=True, return_inverse=True
    )
    return classes.reshape(-1).astype(np.int64), first.astype(np.int64)


def product_scope(scope: Scope, axes: Axes) -> Floats:
    """Return 1 for every product (n,) that the instrument may act on, 0 for the others.

    All products are in for an instrument that takes hold further up the chain.
    """
    by_product = scope.acts_on in {ActsOn.PRODUCT_BOUGHT, ActsOn.BUYER}
    return _node_mask(scope, axes, axes.regions) if by_product else np.ones(axes.n)


def eu_regions(
    regions: Sequence[str], members: Mapping[str, Sequence[str]], eu: frozenset[str]
) -> frozenset[str]:
    """Return the table regions of which every country is in the EU.

    `members` lists the countries of composite regions; any other region is its own country.

    >>> sorted(eu_regions(["DEU", "REU", "ROW"], {"REU": ["AUT"], "ROW": ["NGA", "MLT"]},
    ...     frozenset({"DEU", "AUT", "MLT"})))
    ['DEU', 'REU']
    """
    return frozenset(
        region
        for region in regions
        if all(country in eu for country in members.get(region, (region,)))
    )
