"""The credit of every instrument, in all and by issue, sector, country, layer or buyer."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from ketenkaart.core.governance.answers import Between, GapQuery, Interval
from ketenkaart.core.governance.defence.answers import CreditAnswer, CreditRow, CreditShare
from ketenkaart.core.governance.defence.crediting import CreditEnds, credit_ends
from ketenkaart.core.governance.gap import Selection
from ketenkaart.core.provenance import Text
from ketenkaart.services.governance.notes import notes_for
from ketenkaart.services.governance.rows import Rows, rows_for, touches
from ketenkaart.services.governance.standing import noted
from ketenkaart.services.installed import edition_folder
from ketenkaart.services.instruments.in_use import kept_while_facts_stand

EXPLAINED = Text(
    nl=(
        "De bijdrage verdeelt wat samen wordt bereikt eerlijk over de instrumenten (Shapley). De "
        "bijdragen tellen op tot het bereikte deel. Waar het bereik onbekend is, is er geen "
        "bijdrage, alleen wat die ten minste en ten hoogste kan zijn."
    ),
    en=(
        "Credit divides what is reached together fairly over the instruments (Shapley). Credits "
        "add up to the part that is reached. Where reach is unknown there is no credit, only the "
        "least and the most that it can be."
    ),
)
WHOLE = Text(nl="Alles samen", en="All together")


def compute_credit(query: GapQuery, *, edition: Path | None = None) -> CreditAnswer:
    """Return what each instrument is credited with, with its ends, in all and row by row.

    Shares of the risk weight, in [0, 1]. Raises `InputError` for a question that cannot be
    answered. Method: docs/methods/gap.md, section 5.
    """
    answer = _answer(query, edition or edition_folder())
    return answer.model_copy(update={"notes": noted(answer.notes, answer.edition)})


@kept_while_facts_stand(64)
def _answer(query: GapQuery, edition: Path) -> CreditAnswer:
    rows = rows_for(query, edition)
    inputs = rows.inputs
    ends = _all_ends(rows)
    labels = inputs.labels[query.by]
    whole = rows.whole()
    return CreditAnswer(
        edition=inputs.manifest.id,
        as_of=rows.scope.as_of,
        view=query.view,
        kind=query.kind,
        measure=query.measure,
        by=query.by,
        unit=rows.laid.exposure.unit,
        total=_row(rows, "total", WHOLE, whole, ends),
        rows=tuple(
            _row(rows, item.key, labels[item.key], rows.part(item.key), ends) for item in rows.all()
        ),
        notes=(EXPLAINED, *notes_for(query, inputs, rows.scope)),
    )


Ends = Mapping[str, tuple[CreditEnds | None, CreditEnds]]
"""Per instrument: its ends beside those of known reach (if it is one), and beside all."""


def _all_ends(rows: Rows) -> Ends:
    laid, issues = rows.laid, len(rows.inputs.nodes.issues)
    known = [item for item in laid.reaches if item.is_known]
    among = credit_ends(laid.exposure, issues, known, laid.products)
    beside_known = {item.instrument: ends for item, ends in zip(known, among, strict=True)}
    beside_all = credit_ends(laid.exposure, issues, laid.reaches, laid.products)
    return {
        item.instrument: (beside_known.get(item.instrument), ends)
        for item, ends in zip(laid.reaches, beside_all, strict=True)
    }


def _row(rows: Rows, key: str, label: Text, selection: Selection, ends: Ends) -> CreditRow:
    figures = rows.figures(selection)
    central = dict(zip(rows.laid.tally.credited, figures.credit or (), strict=False))
    weight = figures.risk_weighted.central
    gap, risk = figures.gap, figures.risk_weighted
    found = []
    for item in rows.laid.reaches:
        if not touches(item, selection):
            continue
        among, possible = ends[item.instrument]
        amount = central.get(item.instrument)
        found.append(
            CreditShare(
                id=item.instrument,
                label=rows.inputs.labels["instrument"][item.instrument],
                reach_is_known=item.is_known,
                amount=amount,
                share=amount / weight if amount is not None and weight else None,
                known=_between(rows, selection, among),
                possible=_between(rows, selection, possible),
            )
        )
    found.sort(key=lambda item: (-(item.share or -1.0), -(item.possible.high or 0.0)))
    return CreditRow(
        key=key,
        label=label,
        risk_weighted=Interval(low=risk.low, central=risk.central, high=risk.high),
        gap=Interval(low=gap.low, central=gap.central, high=gap.high),
        instruments=tuple(found),
    )


def _between(rows: Rows, selection: Selection, ends: CreditEnds | None) -> Between:
    if ends is None:
        return Between(low=None, high=None)
    return rows.share_between(selection, ends.low, ends.high)
