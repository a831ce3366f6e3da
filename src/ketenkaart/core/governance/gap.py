"""The governance gap: the risk-weighted share of exposure that no instrument reaches.

Definitions: DESIGN.md, the fourteen points; worked by hand in docs/methods/gap.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from ketenkaart.core.chain.types import Booleans, Floats
from ketenkaart.core.governance.coverage import Tally
from ketenkaart.core.governance.extremes import largest_ratio, smallest_ratio
from ketenkaart.core.risk.types import NodeIntensity

KNOWN_ENOUGH = 0.5
"""Central values are given where at least this part of the exposure has a known intensity."""

NOISE = 1e-9
"""Adding many numbers may leave a share this far outside [0, 1]."""


@dataclass(frozen=True, slots=True)
class Selection:
    """Which issues, nodes, buyers and layers a row of the answer sums over (True = in)."""

    issues: Booleans
    nodes: Booleans
    buyers: Booleans
    layers: Booleans


@dataclass(frozen=True, slots=True)
class Cells:
    """Everything a row is made of, per scenario and cell; a cell is one issue at one node.

    All arrays have shape (scenarios, m) in the unit of exposure or as a share, but `severity`
    (m,), `credit` (instruments, scenarios, m) and `footprint` (scenarios, 3): exposure counted
    once however many issues are looked at, as low, central, high. Weight is exposure x intensity
    x severity; `weight_low` and `weight_high` are the ends of exposure x intensity relative to the
    central exposure, so that an uncertain exposure widens the box as well.
    """

    footprint: Floats
    exposure: Floats
    open_low: Floats
    open_central: Floats
    open_high: Floats
    open_low_known: Floats
    in_unknown_scope: Floats
    weight_low: Floats
    weight_high: Floats
    central: Floats
    known: Floats
    severity: Floats
    credit: Floats


@dataclass(frozen=True, slots=True)
class Ends:
    """Low, central and high; `None` where there is no weight, or too little known for a centre."""

    low: float | None
    central: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class GapFigures:
    """The figures of one row: amounts in the unit of exposure, shares in [0, 1].

    `credit` holds one value per credited instrument, or `None` with the central value.
    """

    exposure: Ends
    risk_weighted: Ends
    gap: Ends
    gap_known_reach: Ends
    unknown_risk: float | None
    unknown_reach: float | None
    credit: tuple[float, ...] | None


def select_cells(
    tally: Tally,
    intensity: NodeIntensity,
    severity: Floats,
    selection: Selection,
    *,
    relative_low: Floats,
    relative_high: Floats,
) -> Cells:
    """Return the cells of a selection, one per issue and node, summed over buyers and layers.

    `severity` is s per issue; `relative_low` and `relative_high` (n,) are the ends of an estimated
    exposure relative to its central value (ones for a measured one).
    """
    scenarios = len(intensity.scenarios)
    chain = np.ix_(selection.buyers, selection.nodes, selection.layers)
    by_node = tally.exposure[chain].sum(axis=(0, 2))
    low, high = relative_low[selection.nodes], relative_high[selection.nodes]
    n_issues = int(selection.issues.sum())

    def collapse(array: Floats) -> Floats:
        picked = array[selection.issues][:, selection.buyers][:, :, selection.nodes]
        summed = picked[..., selection.layers].sum(axis=(1, 3)).reshape(1, -1)
        return np.broadcast_to(summed, (scenarios, summed.shape[1]))

    def of_intensity(array: Floats) -> Floats:
        return array[:, selection.issues][:, :, selection.nodes].reshape(scenarios, -1)

    ends = np.array([(by_node * low).sum(), by_node.sum(), (by_node * high).sum()])
    return Cells(
        footprint=np.broadcast_to(ends, (scenarios, 3)),
        exposure=np.broadcast_to(np.tile(by_node, n_issues), (scenarios, n_issues * len(by_node))),
        open_low=collapse(tally.open_low),
        open_central=collapse(tally.open_central),
        open_high=collapse(tally.open_high),
        open_low_known=collapse(tally.open_low_known),
        in_unknown_scope=collapse(tally.in_unknown_scope),
        weight_low=of_intensity(intensity.low) * np.tile(low, n_issues),
        weight_high=of_intensity(intensity.high) * np.tile(high, n_issues),
        central=of_intensity(intensity.central),
        known=of_intensity(intensity.known),
        severity=np.repeat(severity[selection.issues], len(by_node)),
        credit=np.array([collapse(part) for part in tally.credit]).reshape(
            len(tally.credited), scenarios, n_issues * len(by_node)
        ),
    )


def scale_cells(cells: Cells, shares: Floats, relative: Sequence[Floats]) -> Cells:
    """Return the cells of one country inside a composite region.

    `shares` (scenarios, m) is the country's part of the region per scenario and cell: a
    proportional split, so everything that is an amount scales alike. `relative` holds the low,
    central and high ends of exposure relative to its central value, each per node.
    """
    footprint_nodes = len(relative[0])
    amounts = ("exposure", "open_low", "open_central", "open_high", "open_low_known")
    scaled = {name: getattr(cells, name) * shares for name in (*amounts, "in_unknown_scope")}
    nodes = shares[:, :footprint_nodes]
    base = cells.exposure[:, :footprint_nodes]
    ends = np.stack([(base * nodes * end).sum(axis=1) for end in relative], axis=1)
    return replace(cells, **scaled, footprint=ends, credit=cells.credit * shares[None])


def figures(cells: Cells) -> GapFigures:
    """Return the figures of one row: ends over all scenarios, central values of the first.

    The ends are exact extremes of sum(W (1 - c)) / sum(W) over the box of W: low with coverage at
    its high end, high with coverage at its low end. A row without any possible weight has no gap:
    `None`, not zero.
    """
    s = cells.severity
    scenarios = range(len(cells.exposure))

    def end(open_part: Floats, *, largest: bool) -> float | None:
        ratio = largest_ratio if largest else smallest_ratio
        found = [
            ratio(
                open_part[w] * s,
                cells.exposure[w] * s,
                cells.weight_low[w],
                cells.weight_high[w],
            )
            for w in scenarios
        ]
        return _extreme(found, largest=largest)

    base = cells.exposure[0] * s
    known_part = cells.known[0]
    total, total_known = float(base.sum()), float((base * known_part).sum())
    weight = np.where(known_part > 0, np.nan_to_num(cells.central[0]) * known_part, 0.0) * s
    central = total > 0 and total_known >= KNOWN_ENOUGH * total
    weighted = float((cells.exposure[0] * weight).sum())
    open_weighted = float((cells.open_central[0] * weight).sum())
    return GapFigures(
        exposure=Ends(
            float(cells.footprint[:, 0].min()),
            float(cells.footprint[0, 1]),
            float(cells.footprint[:, 2].max()),
        ),
        risk_weighted=Ends(
            min(float((cells.exposure[w] * cells.weight_low[w] * s).sum()) for w in scenarios),
            weighted if central else None,
            max(float((cells.exposure[w] * cells.weight_high[w] * s).sum()) for w in scenarios),
        ),
        gap=Ends(
            end(cells.open_low, largest=False),
            _share(open_weighted / weighted) if central and weighted > 0 else None,
            end(cells.open_high, largest=True),
        ),
        gap_known_reach=Ends(
            end(cells.open_low_known, largest=False),
            _share(open_weighted / weighted) if central and weighted > 0 else None,
            end(cells.open_high, largest=True),
        ),
        unknown_risk=_share(1 - total_known / total) if total > 0 else None,
        unknown_reach=_share(float((cells.in_unknown_scope[0] * s).sum()) / total)
        if total > 0
        else None,
        credit=tuple(float((part[0] * weight).sum()) for part in cells.credit) if central else None,
    )


def _extreme(values: Sequence[float], *, largest: bool) -> float | None:
    defined = [value for value in values if not np.isnan(value)]
    if not defined:
        return None
    return _share(max(defined) if largest else min(defined))


def _share(value: float) -> float:
    """Return a share of a whole without the noise of adding: in [0, 1], to twelve decimals.

    What lies outside by more than noise stays as it is: it would be an error, to be seen.
    """
    inside = min(1.0, max(0.0, value))
    return round(inside if abs(inside - value) < NOISE else value, 12)
