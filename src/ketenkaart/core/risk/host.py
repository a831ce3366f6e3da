"""Where the law is weak at home: which part of every node stands in such countries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from pydantic import Field

from ketenkaart.core.provenance import Citation, Frozen, Identifier, Text
from ketenkaart.core.risk.types import CompositeRegion, Floats


class HostScale(Frozen):
    """The declared indicator and cut point below which law counts as weak.

    `margin_stderr` is the number of standard errors within which the matter is uncertain.
    """

    source: Identifier
    indicator: str
    column: Text
    unit: Text
    year: int
    weak_below: float
    margin_stderr: float = Field(ge=0)
    cut_point: Citation
    reading: Text


@dataclass(frozen=True, slots=True)
class HostLaw:
    """An indicator of a country's own law: estimate and standard error, higher is better."""

    estimate: float
    stderr: float


@dataclass(frozen=True, slots=True)
class WeakShare:
    """The part of every node that stands in countries of weak law; each (n,), in [0, 1].

    `central` is taken over the countries that are known, and NaN where they weigh less than half.
    """

    low: Floats
    central: Floats
    high: Floats


def is_weak(law: HostLaw | None, scale: HostScale) -> tuple[float, float, float]:
    """Return whether law is weak for certain, by its estimate, and possibly.

    Unknown law is (0, NaN, 1).

    >>> scale = HostScale.model_construct(weak_below=-0.5, margin_stderr=1.645)
    >>> is_weak(HostLaw(-0.6, 0.2), scale), is_weak(HostLaw(-1.5, 0.2), scale)
    ((0.0, 1.0, 1.0), (1.0, 1.0, 1.0))
    """
    if law is None:
        return 0.0, float("nan"), 1.0
    margin = scale.margin_stderr * law.stderr
    return (
        float(law.estimate + margin < scale.weak_below),
        float(law.estimate < scale.weak_below),
        float(law.estimate - margin < scale.weak_below),
    )


def weak_share(
    laws: Mapping[str, HostLaw],
    scale: HostScale,
    regions: Sequence[str],
    composites: Sequence[CompositeRegion],
    n_sectors: int,
) -> WeakShare:
    """Return the part of every node of a table that stands in countries of weak law.

    A region of many countries is the weighted mean of its members: central by the first scheme,
    low and high over all schemes. Node order is that of `Table`.
    """
    by_region = {item.region: item for item in composites}
    ends = np.empty((3, len(regions), n_sectors))
    for r, region in enumerate(regions):
        composite = by_region.get(region)
        members = composite.members if composite is not None else (region,)
        weights = composite.weights if composite is not None else np.ones((1, 1, n_sectors))
        weak = np.array([is_weak(laws.get(member), scale) for member in members])
        known = ~np.isnan(weak[:, 1])
        ends[0, r] = np.einsum("wcs,c->ws", weights, weak[:, 0]).min(axis=0)
        ends[2, r] = np.einsum("wcs,c->ws", weights, weak[:, 2]).max(axis=0)
        weight_known = weights[0, known].sum(axis=0)
        mean = (weights[0, known] * weak[known, 1][:, None]).sum(axis=0)
        ends[1, r] = np.divide(
            mean, weight_known, out=np.full(n_sectors, np.nan), where=weight_known >= 0.5
        )
    low, central, high = np.clip(ends, 0.0, 1.0).reshape(3, -1)
    return WeakShare(low, central, high)
