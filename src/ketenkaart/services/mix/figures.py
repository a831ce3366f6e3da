"""The gap with other instruments than those that apply."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from ketenkaart.core.governance.answers import By, GapQuery, Kind, Measure
from ketenkaart.core.governance.mix.patterns import patterns_of, tally_of
from ketenkaart.core.governance.reach import Reach
from ketenkaart.services.governance.laid import Laid
from ketenkaart.services.governance.query import check_query
from ketenkaart.services.governance.rows import Rows
from ketenkaart.services.mix.ground import Ground


def rows_with(
    ground: Ground,
    reaches: Sequence[Reach],
    *,
    kind: Kind,
    measure: Measure,
    as_of: date,
    by: By = "issue",
) -> Rows:
    """Return the rows of the gap when exactly these instruments reach somebody."""
    inputs = ground.inputs
    exposure = ground.exposures[measure]
    patterns = patterns_of(exposure, reaches, ground.products)
    query = GapQuery(kind=kind, measure=measure, as_of=as_of, by=by)
    laid = Laid(
        exposure=exposure,
        products=ground.products,
        reaches=tuple(reaches),
        absent=(),
        tally=tally_of(exposure, patterns, len(inputs.nodes.issues)),
    )
    return Rows(inputs, laid, query, check_query(query, inputs), ground.exposures)
