"""Instruments, existing and possible, laid over one exposure: groups, reaches, patterns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ketenkaart.core.chain.crossing import crossing_shares
from ketenkaart.core.chain.exposure import LAYER_NAMES, bought, exposure_of
from ketenkaart.core.chain.leontief import coefficients
from ketenkaart.core.chain.types import Exposure, Floats
from ketenkaart.core.governance.answers import Kind, Measure
from ketenkaart.core.governance.reach import (
    Absent,
    Axes,
    Reach,
    absence,
    group_products,
    is_outside,
    product_scope,
    reach,
)
from ketenkaart.core.governance.types import ActsOn, Instrument, Scope
from ketenkaart.services.governance.inputs import Inputs, load_inputs
from ketenkaart.services.governance.laid import axes_of
from ketenkaart.services.instruments.in_use import kept_while_facts_stand


@dataclass(frozen=True, slots=True)
class Ground:
    """An exposure whose product groups are fine enough for every scope that may be laid over it."""

    edition: Path
    inputs: Inputs
    axes: Axes
    products: NDArray[np.int64]
    scopes: tuple[Scope, ...]

    def exposure(self, measure: Measure) -> Exposure:
        """Return the exposure by product groups in one measure."""
        return _exposure(self.edition, self.axes, self.scopes, measure)

    def reaches(
        self, instruments: Sequence[Instrument], kind: Kind, as_of: date
    ) -> tuple[Reach | Absent, ...]:
        """Return what each instrument reaches on a day, or why it reaches nobody."""
        return tuple(
            reach(
                item,
                self.axes,
                as_of=as_of,
                kind=kind,
                depth=self.inputs.depth,
                crossing=self._crossing(item, as_of),
            )
            for item in instruments
        )

    def _crossing(self, instrument: Instrument, as_of: date) -> Floats | None:
        scope = instrument.scope
        if scope is None or scope.acts_on is not ActsOn.BORDER_PRODUCT:
            return None
        if absence(instrument, as_of) is not None:
            return None  # it reaches nobody on that day, and the shares cost a linear system each
        inside = tuple(is_outside(region, scope, self.axes.eu) for region in self.axes.regions)
        return _crossing(self.edition, self.axes, self.scopes, inside, scope.sectors)


def ground_for(edition: Path, as_of: date, scopes: Sequence[Scope | None]) -> Ground:
    """Return the ground for these scopes beside those of all instruments that exist."""
    return _ground(edition, as_of, tuple(dict.fromkeys(item for item in scopes if item)))


@kept_while_facts_stand(8)
def _ground(edition: Path, as_of: date, more: tuple[Scope, ...]) -> Ground:
    inputs = load_inputs(edition)
    axes = axes_of(inputs, as_of)
    own = [item.scope for item in inputs.instruments if item.scope is not None]
    scopes = tuple(dict.fromkeys([*own, *more]))
    _, _, products = _columns(edition, axes, scopes)
    return Ground(edition, inputs, axes, products, scopes)


@kept_while_facts_stand(8)
def _exposure(edition: Path, axes: Axes, scopes: tuple[Scope, ...], measure: Measure) -> Exposure:
    columns, groups, _ = _columns(edition, axes, scopes)
    table = load_inputs(edition).table
    return exposure_of(table, axes.buyers, columns, measure, groups)


@kept_while_facts_stand(8)
def _columns(
    edition: Path, axes: Axes, scopes: tuple[Scope, ...]
) -> tuple[Floats, NDArray[np.int64], NDArray[np.int64]]:
    inputs = load_inputs(edition)
    found = [product_scope(item, axes) for item in scopes]
    groups, products = group_products(found, inputs.table.n)
    return bought(inputs.demand, groups), groups, products


@kept_while_facts_stand(32)
def _crossing(
    edition: Path,
    axes: Axes,
    scopes: tuple[Scope, ...],
    inside: tuple[bool, ...],
    sectors: tuple[str, ...] | None,
) -> Floats:
    table = load_inputs(edition).table
    columns, _, _ = _columns(edition, axes, scopes)
    within = np.repeat(np.array(inside), len(table.sectors))
    named = np.tile(
        np.array([sectors is None or sector in sectors for sector in table.sectors]),
        len(table.regions),
    )
    A = coefficients(table.Z, table.output)
    flat = columns.reshape(table.n, -1)
    shares = crossing_shares(A, flat, within, named & ~within, len(LAYER_NAMES) - 1)
    shape = (table.n, *columns.shape[1:], len(LAYER_NAMES))
    return np.ascontiguousarray(shares.reshape(shape).transpose(1, 2, 0, 3))
