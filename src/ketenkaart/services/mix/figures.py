"""The gap with other instruments than those that apply."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from ketenkaart.core.governance.answers import By, GapQuery, Interval, Kind, Measure
from ketenkaart.core.governance.mix.patterns import Patterns, patterns_of, tally_of
from ketenkaart.core.governance.reach import Reach
from ketenkaart.services.governance.laid import Laid
from ketenkaart.services.governance.query import check_query
from ketenkaart.services.governance.rows import Rows
from ketenkaart.services.mix.ground import Ground


@dataclass(frozen=True, slots=True)
class Figures:
    """Instruments laid over a ground: the gap of any part of it."""

    ground: Ground
    laid: Laid
    kind: Kind
    measure: Measure
    as_of: date

    def rows(self, by: By = "issue") -> Rows:
        """Return the parts of the gap by one axis."""
        query = GapQuery(kind=self.kind, measure=self.measure, as_of=self.as_of, by=by)
        inputs = self.ground.inputs
        sizes = {self.measure: self.laid.exposure}
        return Rows(inputs, self.laid, query, check_query(query, inputs), sizes)

    def whole(self) -> Interval:
        """Return the whole gap."""
        rows = self.rows()
        return rows.gap(rows.whole())


def figures_with(
    ground: Ground,
    reaches: Sequence[Reach],
    *,
    kind: Kind,
    measure: Measure,
    as_of: date,
    patterns: Patterns | None = None,
) -> Figures:
    """Return the gap when exactly these instruments reach somebody.

    `patterns` are theirs, where somebody has them already: finding them is most of the work.
    """
    exposure = ground.exposure(measure)
    if patterns is None:
        patterns = patterns_of(exposure, reaches, ground.products)
    laid = Laid(
        exposure=exposure,
        products=ground.products,
        reaches=tuple(reaches),
        absent=(),
        tally=tally_of(exposure, patterns, len(ground.inputs.nodes.issues)),
    )
    return Figures(ground, laid, kind, measure, as_of)
