"""The rows of an answer: cells selected, figures computed, labels and names put on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import get_args

import numpy as np

from ketenkaart.core.chain.exposure import LAYER_NAMES
from ketenkaart.core.chain.types import Exposure, Floats
from ketenkaart.core.governance.answers import (
    Between,
    By,
    Carrier,
    CompositeNote,
    Credit,
    GapQuery,
    GapRow,
    InstrumentCredit,
    Interval,
    IssueRange,
    Measure,
    MemberNote,
    TotalRow,
    UnknownShare,
)
from ketenkaart.core.governance.coverage import Tally
from ketenkaart.core.governance.gap import (
    Cells,
    Ends,
    GapFigures,
    Selection,
    figures,
    scale_cells,
    select_cells,
)
from ketenkaart.core.governance.reach import Reach
from ketenkaart.core.risk.host import weak_share
from ketenkaart.core.risk.members import carried_by, member_intensity, member_shares
from ketenkaart.core.risk.types import CompositeRegion, NodeIntensity
from ketenkaart.services.governance.ids import figure_id
from ketenkaart.services.governance.inputs import Inputs, load_inputs
from ketenkaart.services.governance.laid import Laid, exposure_by_group, lay, stands_apart
from ketenkaart.services.governance.query import Scope, check_query

SHOWN_CARRIERS = 10
MEASURES: tuple[Measure, ...] = get_args(Measure)


def rows_for(query: GapQuery, edition: Path) -> Rows:
    """Return the rows of a question: checked, with the instruments of its day laid over it.

    Raises `InputError` or `NotFoundError` for a question that cannot be answered.
    """
    inputs = load_inputs(edition)
    scope = check_query(query, inputs)
    member = stands_apart(inputs, scope)
    laid = lay(edition, query.kind, query.measure, scope.as_of, scope.without, member, query.view)
    exposures = {
        measure: exposure_by_group(edition, measure, scope.as_of, query.view)[0]
        for measure in MEASURES
    }
    return Rows(inputs, laid, query, scope, exposures)


class Rows:
    """Makes the rows of one answer: selects cells, computes figures, puts labels and ids on."""

    def __init__(
        self,
        inputs: Inputs,
        laid: Laid,
        query: GapQuery,
        scope: Scope,
        exposures: Mapping[Measure, Exposure],
    ) -> None:
        self.inputs = inputs
        self.laid = laid
        self.sizes = {
            measure: (item.values.sum(axis=1), *_relative(item))
            for measure, item in exposures.items()
        }
        self.query = query
        self.scope = scope
        table = inputs.table
        self.region_of = np.array(table.regions)[table.region_index()]
        self.sector_of = np.array(table.sectors)[table.sector_index()]

    def issues(self) -> tuple[str, ...]:
        """Return the issues that the question looks at."""
        chosen = self.scope.issue
        return self.inputs.nodes.issues if chosen is None else (chosen,)

    def whole(self) -> Selection:
        """Return the selection of the whole question: its issues, its nodes abroad."""
        nodes = self.region_of != self.inputs.table.home
        if self.scope.region is not None:
            nodes &= self.region_of == self.scope.region
        if self.scope.sector is not None:
            nodes &= self.sector_of == self.scope.sector
        issues = np.isin(np.array(self.inputs.nodes.issues), self.issues())
        return Selection(
            issues=issues,
            nodes=nodes,
            buyers=np.ones(len(self.laid.exposure.buyers), dtype=bool),
            layers=np.ones(len(LAYER_NAMES), dtype=bool),
        )

    def all(self) -> list[GapRow]:
        """Return one row per key; countries and sectors with the most at risk first.

        Rows without a central value follow, by what may be at risk. Issues, layers and buyers keep
        the order of their axis.
        """
        parts = {key: self.part(key) for key in self.keys()}
        rows = [self._keyed(part, key) for key, part in parts.items() if part.nodes.any()]
        if self.query.by in {"country", "sector"}:
            rows.sort(key=_at_risk)
        return rows

    def keys(self) -> tuple[str, ...]:
        """Return the keys of the rows: the axis that the question groups by."""
        table = self.inputs.table
        by: dict[By, tuple[str, ...]] = {
            "issue": self.issues(),
            "sector": table.sectors,
            "country": tuple(r for r in table.regions if r != table.home),
            "layer": LAYER_NAMES,
            "buyer": self.laid.exposure.buyers,
        }
        if self.query.by == "country" and self.scope.member is not None:
            return (self.scope.member,)
        return by[self.query.by]

    def part(self, key: str) -> Selection:
        """Return the selection of one row of the question."""
        whole = self.whole()
        axes = {
            "issue": ("issues", np.array(self.inputs.nodes.issues) == key),
            "sector": ("nodes", self.sector_of == key),
            "country": ("nodes", self.region_of == (self.scope.region or key)),
            "layer": ("layers", np.array(LAYER_NAMES) == key),
            "buyer": ("buyers", np.array(self.laid.exposure.buyers) == key),
        }
        name, mask = axes[self.query.by]
        parts = {f: getattr(whole, f) for f in ("issues", "nodes", "buyers", "layers")}
        parts[name] = parts[name] & mask
        return Selection(**parts)

    def _keyed(self, selection: Selection, key: str) -> GapRow:
        row = self.row(selection, key)
        return GapRow(**dict(row), key=key, label=self.inputs.labels[self.query.by][key])

    def row(self, selection: Selection, key: str | None) -> TotalRow:
        """Return the figures of one selection, with their name."""
        found = figures(self._cells(selection))
        estimate = self.laid.exposure.is_estimate or self.scope.member is not None
        return TotalRow(
            id=figure_id(self.query, self.scope, key, self.inputs.manifest.id),
            exposure=found.exposure.central or 0.0,
            exposure_interval=_interval(found.exposure),
            exposures={measure: self._size(measure, selection) for measure in self.sizes},
            is_estimate=estimate,
            risk_weighted=_interval(found.risk_weighted),
            gap=_interval(found.gap),
            gap_known_reach=Between(low=found.gap_known_reach.low, high=found.gap_known_reach.high),
            weak_at_home=_interval(self._weak_at_home(selection)),
            unknown_share=UnknownShare(risk=found.unknown_risk, reach=found.unknown_reach),
            instruments=self._instruments(selection, found),
            composite=self._composite(selection, key),
            member=self._member(selection),
        )

    def figures(self, selection: Selection) -> GapFigures:
        """Return the bare figures of one selection."""
        return figures(self._cells(selection))

    def share_between(self, selection: Selection, low: Floats, high: Floats) -> Between:
        """Return the ends of the share that parts of the exposure can be of a selection's weight.

        `low` and `high` have the shape of an open part in `Tally`; ends are exact over the box.
        """
        part = replace(self.laid.tally, open_low=low, open_high=high)
        found = figures(self._cells(selection, part)).gap
        return Between(low=found.low, high=found.high)

    def gap(self, selection: Selection) -> Interval:
        """Return the gap of a selection, and nothing else of its row."""
        return _interval(figures(self._cells(selection)).gap)

    def weight(self, selection: Selection) -> float | None:
        """Return the central risk-weighted exposure of a selection."""
        return figures(self._cells(selection)).risk_weighted.central

    def largest_share(self, amounts: Floats) -> float | None:
        """Return the largest share of the question's weight that part of its exposure can be.

        `amounts` has the shape of an open part in `Tally`; the share is the largest over the box.
        """
        part = replace(self.laid.tally, open_high=amounts)
        return figures(self._cells(self.whole(), part)).gap.high

    def _weak_at_home(self, selection: Selection) -> Ends:
        """Return the part of the weight that is open and stands where the law is weak at home.

        Ends join the open part with the weak part at the same end of each.
        """
        found = figures(self._cells(selection, self._open_and_weak)).gap
        is_known = found.central is not None and not np.isnan(found.central)
        return replace(found, central=found.central if is_known else None)

    @cached_property
    def _open_and_weak(self) -> Tally:
        inputs, tally = self.inputs, self.laid.tally
        regions = [
            self.scope.member if self.scope.member and region == self.scope.region else region
            for region in inputs.table.regions
        ]
        weak = weak_share(
            inputs.host_laws,
            inputs.host_scale,
            regions,
            tuple(inputs.composites.values()),
            len(inputs.table.sectors),
        )
        low, central, high = (
            end[None, None, :, None] for end in (weak.low, weak.central, weak.high)
        )
        return replace(
            tally,
            open_low=tally.open_low * low,
            open_central=tally.open_central * central,
            open_high=tally.open_high * high,
        )

    def intensity(self) -> NodeIntensity:
        """Return the intensities of the question: a country inside a region has its own."""
        nodes, member, region = self.inputs.nodes, self.scope.member, self.scope.region
        if member is None or region is None:
            return nodes
        return member_intensity(
            nodes, self.inputs.countries, member, region, self.inputs.table.regions
        )

    def amounts(self, selection: Selection) -> Floats:
        """Return the central exposure of the selected nodes, in their order."""
        by_node = self._by_node(selection)
        if self.scope.member is None:
            return by_node
        return np.asarray(by_node * self._member_shares(selection)[0])

    def _by_node(self, selection: Selection) -> Floats:
        chain = np.ix_(selection.buyers, selection.nodes, selection.layers)
        return np.asarray(self.laid.tally.exposure[chain].sum(axis=(0, 2)))

    def _size(self, measure: Measure, selection: Selection) -> Interval:
        """Return the exposure of a selection in one measure, over every scheme."""
        E, low, high = self.sizes[measure]
        chain = np.ix_(selection.buyers, selection.nodes, selection.layers)
        by_node = E[chain].sum(axis=(0, 2))
        shares = np.ones((1, len(by_node)))
        if self.scope.member is not None:
            shares = self._member_shares(selection)
        return Interval(
            low=float((shares * by_node * low[selection.nodes]).sum(axis=1).min()),
            central=float((shares[0] * by_node).sum()),
            high=float((shares * by_node * high[selection.nodes]).sum(axis=1).max()),
        )

    def _cells(self, selection: Selection, tally: Tally | None = None) -> Cells:
        low, high = _relative(self.laid.exposure)
        cells = select_cells(
            tally or self.laid.tally,
            self.intensity(),
            self.inputs.severity,
            selection,
            relative_low=low,
            relative_high=high,
        )
        if self.scope.member is None:
            return cells
        shares = self._member_shares(selection)
        relative = (low[selection.nodes], np.ones(shares.shape[1]), high[selection.nodes])
        return scale_cells(cells, np.tile(shares, int(selection.issues.sum())), relative)

    def _member_shares(self, selection: Selection) -> Floats:
        """Return the member's share per scheme and selected node; shape (schemes, nodes)."""
        composite = self.inputs.composites[self.scope.region or ""]
        per_sector = member_shares(composite, self.scope.member or "")
        return per_sector[:, self.inputs.table.sector_index()[selection.nodes]]

    def _instruments(self, selection: Selection, found: GapFigures) -> tuple[InstrumentCredit, ...]:
        credit = dict(zip(self.laid.tally.credited, found.credit or (), strict=False))
        weight = found.risk_weighted.central
        listed = []
        for item in self.laid.reaches:
            if not touches(item, selection):
                continue
            value = credit.get(item.instrument)
            share = value / weight if value is not None and weight else None
            listed.append(
                InstrumentCredit(
                    id=item.instrument,
                    label=self.inputs.labels["instrument"][item.instrument],
                    reach_is_known=item.is_known,
                    credit=Credit(value=value, share=share),
                )
            )
        return tuple(listed)

    def _composite(self, selection: Selection, key: str | None) -> CompositeNote | None:
        region = key if self.query.by == "country" else self.scope.region
        composite = self.inputs.composites.get(region or "")
        if self.scope.member is not None or composite is None:
            return None
        weights = self.inputs.severity[selection.issues][:, None] * self.amounts(selection)[None, :]
        low, high = (end[selection.nodes] for end in _relative(self.laid.exposure))
        nodes = self.inputs.nodes
        chosen = np.ix_(selection.issues, selection.nodes)
        return CompositeNote(
            members=len(composite.members),
            schemes=composite.schemes,
            widest=Between(
                low=float((weights * low * nodes.widest_low[chosen]).sum()),
                high=float((weights * high * nodes.widest_high[chosen]).sum()),
            ),
            carriers=self._carriers(composite, weights, selection),
        )

    def _carriers(
        self, composite: CompositeRegion, weights: Floats, selection: Selection
    ) -> tuple[Carrier, ...]:
        table = self.inputs.table
        amounts = np.zeros((len(self.inputs.nodes.issues), len(table.sectors)))
        rows = np.flatnonzero(selection.issues)
        np.add.at(amounts, (rows[:, None], table.sector_index()[selection.nodes][None]), weights)
        parts = carried_by(composite, self.inputs.countries, amounts)
        return tuple(
            Carrier(country=country, label=self.inputs.labels["country"][country], share=share)
            for country, share in list(parts.items())[:SHOWN_CARRIERS]
        )

    def _member(self, selection: Selection) -> MemberNote | None:
        if self.scope.member is None or self.scope.region is None:
            return None
        composite = self.inputs.composites[self.scope.region]
        amounts = self._by_node(selection)
        shares = (self._member_shares(selection) * amounts).sum(axis=1) / max(amounts.sum(), 1e-300)
        return MemberNote(
            region=self.scope.region,
            share=Interval(
                low=float(shares.min()), central=float(shares[0]), high=float(shares.max())
            ),
            schemes=composite.schemes,
        )

    def issue_range(self) -> IssueRange:
        """Return how the composite moves over single issues and over every set of weights."""
        whole = self.whole()
        single = []
        for k in np.flatnonzero(whole.issues):
            only = np.zeros_like(whole.issues)
            only[k] = True
            part = Selection(only, whole.nodes, whole.buyers, whole.layers)
            single.append(figures(self._cells(part)))
        return IssueRange(
            issues=_between([item.gap.central for item in single]),
            weights=Between(
                low=_between([item.gap.low for item in single]).low,
                high=_between([item.gap.high for item in single]).high,
            ),
        )


def _at_risk(row: GapRow) -> tuple[bool, float]:
    weighted = row.risk_weighted
    if weighted.central is None:
        return True, -(weighted.high or 0.0)
    return False, -weighted.central


def _relative(E: Exposure) -> tuple[Floats, Floats]:
    """Return the ends of an exposure relative to its central value; ones for a measured one."""
    ones = np.ones(E.values.shape[2])
    return (
        ones if E.relative_low is None else E.relative_low,
        ones if E.relative_high is None else E.relative_high,
    )


def _interval(ends: Ends) -> Interval:
    return Interval(low=ends.low, central=ends.central, high=ends.high)


def _between(values: Sequence[float | None]) -> Between:
    known = [value for value in values if value is not None]
    return Between(low=min(known, default=None), high=max(known, default=None))


def touches(item: Reach, selection: Selection) -> bool:
    """Return whether the instrument's scope meets the selection on every axis."""
    end = 2
    return bool(
        item.products[end].any()
        and item.buyers[end][selection.buyers].any()
        and item.nodes[end][selection.nodes].any()
        and item.layers[end][selection.layers].any()
        and item.issues[end][selection.issues].any()
    )
