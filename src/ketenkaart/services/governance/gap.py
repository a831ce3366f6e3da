"""Compute the governance gap for a question, and its series over the years."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

from ketenkaart.core.governance.answers import (
    Absence,
    GapAnswer,
    GapQuery,
    Kind,
    Measure,
    MissingFact,
    SeriesPoint,
    Years,
)
from ketenkaart.core.governance.types import Uptake
from ketenkaart.core.provenance import State, Text
from ketenkaart.services.governance.notes import notes_for
from ketenkaart.services.governance.rows import Rows, rows_for, touches
from ketenkaart.services.governance.standing import validation_standing
from ketenkaart.services.installed import edition_folder
from ketenkaart.services.instruments.in_use import facts_version, kept_while_facts_stand

Progress = Callable[[str], None]

NO_UPTAKE = Text(
    nl="het aandeel van de keten dat meedoet, op deze dag",
    en="the share of the chain that takes part, on this day",
)

NO_STEPS = Text(
    nl="welke stappen van gepaste zorgvuldigheid het instrument vraagt, op deze dag",
    en="which due-diligence steps the instrument asks for, on this day",
)


def compute_gap(query: GapQuery, *, edition: Path | None = None) -> GapAnswer:
    """Answer a question about the gap in Dutch final demand, at nodes outside the Netherlands.

    In the `trade` view, in what the Netherlands imports, its own exports included: never to be
    added to the other.
    Amounts are in MUSD (value added) or person-years, shares in [0, 1]. Raises `InputError` for a
    code that nothing answers to, a date outside the instruments' facts, or an instrument that is
    not worked out; `EditionError` where the edition cannot be read. Method: docs/methods/gap.md.
    """
    answer = _answer(query, edition or edition_folder())
    standing = validation_standing(answer.edition)
    return answer.model_copy(
        update={"validation": standing.state, "notes": (*answer.notes, standing.text)}
    )


@kept_while_facts_stand(256)
def _answer(query: GapQuery, edition: Path) -> GapAnswer:
    rows = rows_for(query, edition)
    inputs, laid, scope = rows.inputs, rows.laid, rows.scope
    total = rows.row(rows.whole(), None)
    return GapAnswer(
        edition=inputs.manifest.id,
        as_of=scope.as_of,
        view=query.view,
        kind=query.kind,
        measure=query.measure,
        by=query.by,
        unit=laid.exposure.unit,
        years=Years(
            table=inputs.table.year,
            risk={issue: inputs.risk_years[issue] for issue in rows.issues()},
            instruments=scope.as_of.year,
        ),
        total=total,
        rows=tuple(rows.all()),
        issue_range=rows.issue_range(),
        missing_facts=missing_facts(rows),
        absent=tuple(
            Absence(
                id=item.instrument,
                label=inputs.labels["instrument"][item.instrument],
                reason=item.reason,
            )
            for item in laid.absent
        ),
        not_researched=tuple(
            issue.id for issue in inputs.issues.values() if issue.id not in inputs.nodes.issues
        ),
        notes=notes_for(query, inputs, scope),
        facts=facts_version(),
    )


def missing_facts(rows: Rows) -> tuple[MissingFact, ...]:
    """Return what each instrument of unknown reach could add at most, the largest first.

    Each is laid beside the instruments of known reach alone; those whose scope does not meet the
    question are left out.
    """
    inputs, laid = rows.inputs, rows.laid
    issues = len(inputs.nodes.issues)
    uptakes = {item.id: item.uptake_on(rows.scope.as_of) for item in inputs.instruments}
    found = []
    for item in laid.reaches:
        if item.is_known or not touches(item, rows.whole()):
            continue
        uptake = uptakes[item.instrument]
        found.append(
            MissingFact(
                id=item.instrument,
                label=inputs.labels["instrument"][item.instrument],
                missing=_missing(uptake),
                at_most=rows.largest_share(laid.addition(item, issues)),
            )
        )
    return tuple(sorted(found, key=lambda fact: -(fact.at_most or 0.0)))


def _missing(uptake: Uptake | None) -> Text:
    if uptake is None:
        return NO_UPTAKE
    return NO_STEPS if uptake.state is State.KNOWN else uptake.missing or NO_UPTAKE


def gap_series(
    kind: Kind = "breadth",
    *,
    years: Sequence[int] = tuple(range(2012, 2020)),
    measure: Measure = "value_added",
    edition: Path | None = None,
    progress: Progress | None = None,
) -> tuple[SeriesPoint, ...]:
    """Return the composite gap at the end of each year: the same table, the instruments of the day.

    What moves is the governance, not the trade: the table and the risk data are one year's.
    """
    points = []
    for year in years:
        day = date(year, 12, 31)
        if progress is not None:
            progress(str(year))
        answer = compute_gap(GapQuery(kind=kind, measure=measure, as_of=day), edition=edition)
        in_force = tuple(item.id for item in answer.total.instruments)
        points.append(
            SeriesPoint(
                as_of=day,
                gap=answer.total.gap,
                gap_known_reach=answer.total.gap_known_reach,
                in_force=in_force,
            )
        )
    return tuple(points)
