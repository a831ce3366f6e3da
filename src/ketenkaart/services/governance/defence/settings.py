"""The gap of a question with some assumptions pinned, through the whole calculation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import get_args

from ketenkaart.core.governance.answers import Between, GapQuery, Interval, Measure
from ketenkaart.core.governance.defence.answers import Standing
from ketenkaart.core.governance.defence.pins import (
    PinKind,
    Pins,
    overlap_of,
    pinned_composites,
    pinned_depth,
    pinned_instruments,
    pinned_intensity,
    pinned_severity,
)
from ketenkaart.core.governance.gap import GapFigures, Selection
from ketenkaart.core.risk.average import average
from ketenkaart.core.risk.recut import Cells, Recut, recut
from ketenkaart.core.risk.types import CountryIntensity
from ketenkaart.services.governance.inputs import Inputs, load_inputs
from ketenkaart.services.governance.laid import exposure_by_group, lay, lay_facts, stands_apart
from ketenkaart.services.governance.query import Scope, check_query
from ketenkaart.services.governance.rows import Rows

REACH_KINDS = frozenset(
    {
        PinKind.UPTAKE,
        PinKind.LAYERS,
        PinKind.OVERLAP,
        PinKind.FORCE,
        PinKind.OBLIGATION,
        PinKind.STEP_WEIGHT,
    }
)
"""What changes who is reached; the other kinds change risk or weight, over the same reach."""
RISK_KINDS = frozenset({PinKind.INTENSITY, PinKind.CUT_POINTS, PinKind.REGION_WEIGHTING})


@dataclass(frozen=True, slots=True)
class Settled:
    """A question whose gap can be computed under any pins."""

    edition: Path
    query: GapQuery
    inputs: Inputs
    scope: Scope

    @classmethod
    def of(cls, query: GapQuery, edition: Path) -> Settled:
        """Check a question; raises `InputError` for one that cannot be answered."""
        inputs = load_inputs(edition)
        return cls(edition, query, inputs, check_query(query, inputs))

    def rows(self, pins: Pins = ()) -> Rows:
        """Return the rows of the question with `pins` in place of the declared values."""
        inputs = pinned_inputs(self.inputs, pins, self.scope, self.edition)
        query, scope = self.query, self.scope
        member = stands_apart(inputs, scope)
        where = (scope.as_of, scope.without, member, query.view)
        is_reach_moved = any(pin.kind in REACH_KINDS for pin in pins)
        laid = (
            lay_facts(
                self.edition,
                inputs,
                query.kind,
                query.measure,
                *where,
                overlap_of(pins),
                is_credited=False,
            )
            if is_reach_moved
            else lay(self.edition, query.kind, query.measure, *where)
        )
        exposures = {
            measure: exposure_by_group(self.edition, measure, scope.as_of, query.view)[0]
            for measure in get_args(Measure)
        }
        return Rows(inputs, laid, query, scope, exposures)

    def carried(self, pins: Pins) -> int:
        """Return how many cells of the index keep the width of their interval under `pins`."""
        moves = [pin for pin in pins if pin.kind is PinKind.CUT_POINTS]
        return sum(_recut(self.edition, pin.subject, float(pin.to)).carried for pin in moves)


def standing(found: GapFigures) -> Standing:
    """Return the gap of some figures."""
    return Standing(
        gap=Interval(low=found.gap.low, central=found.gap.central, high=found.gap.high),
        gap_known_reach=Between(low=found.gap_known_reach.low, high=found.gap_known_reach.high),
    )


def standings(rows: Rows, parts: Mapping[str, Selection]) -> dict[str, Standing]:
    """Return the gap of every part of a question."""
    return {key: standing(rows.figures(part)) for key, part in parts.items()}


def pinned_inputs(inputs: Inputs, pins: Pins, scope: Scope, edition: Path) -> Inputs:
    """Return everything the gap is computed from, with `pins` in place of the declared values."""
    changed = replace(
        inputs,
        instruments=pinned_instruments(inputs.instruments, pins, scope.as_of),
        depth=pinned_depth(inputs.depth, pins),
        severity=pinned_severity(inputs.nodes.issues, inputs.severity, pins),
    )
    if not any(pin.kind in RISK_KINDS for pin in pins):
        return changed
    countries = pinned_intensity(_recut_countries(inputs, pins, edition), pins)
    composites = pinned_composites(tuple(inputs.composites.values()), pins)
    return replace(
        changed,
        countries=countries,
        composites={item.region: item for item in composites},
        nodes=average(countries, inputs.table.regions, inputs.table.sectors, composites),
    )


def _recut_countries(inputs: Inputs, pins: Pins, edition: Path) -> CountryIntensity:
    countries = inputs.countries
    low, central, high = (
        part.copy() for part in (countries.low, countries.central, countries.high)
    )
    for pin in pins:
        if pin.kind is not PinKind.CUT_POINTS:
            continue
        k = countries.issues.index(pin.subject)
        found = _recut(edition, pin.subject, float(pin.to))
        low[k], central[k], high[k] = found.low, found.central, found.high
    return replace(countries, low=low, central=central, high=high)


@lru_cache(maxsize=64)
def _recut(edition: Path, issue: str, share: float) -> Recut:
    inputs = load_inputs(edition)
    countries = inputs.countries
    k = countries.issues.index(issue)
    value, classes = inputs.edition.source_values(issue)
    cells = Cells(
        value=value,
        classes=classes,
        low=countries.low[k],
        central=countries.central[k],
        high=countries.high[k],
        known=countries.known[k],
    )
    return recut(cells, inputs.scales[issue], countries.sectors, share)
