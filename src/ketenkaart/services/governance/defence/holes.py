"""Where measures fall short: one risk only, high risk without a measure, no enforcer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np

from ketenkaart.core.chain.types import Floats
from ketenkaart.core.governance.answers import Interval
from ketenkaart.core.governance.defence.relations import EnforcedRisk, Enforcer, TogetherFacts
from ketenkaart.core.governance.defence.together import Shared, scope_share
from ketenkaart.core.governance.defence.together_answers import (
    EmptyCell,
    EnforcementRow,
    OtherRisk,
    SingleIssueWarning,
)
from ketenkaart.core.governance.reach import Reach
from ketenkaart.core.provenance import State
from ketenkaart.services.governance.gap import compute_gap
from ketenkaart.services.governance.rows import Rows

SHOWN_OTHERS = 3
SHOWN_EMPTY = 50


def single_issues(
    rows: Rows, reaches: Sequence[Reach], weight: Floats, facts: TogetherFacts
) -> tuple[SingleIssueWarning, ...]:
    """Return the instruments that look at one risk only, with the other risks where they apply."""
    inputs = rows.inputs
    by_id = {item.id: item for item in inputs.instruments}
    labels, names = inputs.labels["instrument"], inputs.labels["issue"]
    found = []
    for item in reaches:
        scope = by_id[item.instrument].scope
        if scope is None or scope.issues is None or len(scope.issues) != 1:
            continue
        own = scope.issues[0]
        shares = _risks_in_scope(rows, item, weight)
        others = {issue: share for issue, share in shares.items() if issue != own and share > 0}
        largest = sorted(others.items(), key=lambda pair: -pair[1])[:SHOWN_OTHERS]
        found.append(
            SingleIssueWarning(
                id=item.instrument,
                label=labels[item.instrument],
                issue=names[own],
                others=sum(others.values()) if shares else None,
                largest=tuple(
                    OtherRisk(issue=issue, label=names[issue], share=share)
                    for issue, share in largest
                ),
                citation=scope.citation,
            )
        )
    laid = {item.instrument for item in reaches}
    found += [
        SingleIssueWarning(
            id=single.instrument,
            label=labels[single.instrument],
            issue=names[single.issue],
            others=None,
            largest=(),
            citation=single.citation,
        )
        for single in facts.single_issue
        if single.instrument not in laid and rows.scope.issue in (None, single.issue)
    ]
    return tuple(found)


def _risks_in_scope(rows: Rows, item: Reach, weight: Floats) -> dict[str, float]:
    """Return each issue's share of the weight where the instrument applies, its own or not."""
    whole = rows.whole()
    open_to_all = replace(item, issues=np.ones_like(item.issues))
    scope = scope_share(open_to_all, 0, rows.laid.products)
    amounts = (rows.laid.exposure.values * scope).sum(axis=(0, 1, 3)) * whole.nodes
    by_issue = (weight * amounts[None]).sum(axis=1)
    total = float(by_issue.sum())
    if total <= 0:
        return {}
    return dict(zip(rows.inputs.nodes.issues, (by_issue / total).tolist(), strict=True))


def empty_cells(
    rows: Rows, weight: Floats, shared: Shared, facts: TogetherFacts
) -> tuple[tuple[EmptyCell, ...], int]:
    """Return the cells of high risk that nobody is shown to reach, heaviest first, and how many."""
    inputs, nodes = rows.inputs, rows.intensity()
    tally = rows.laid.tally
    amounts = tally.exposure.sum(axis=(0, 2))
    reached_open = tally.open_central.sum(axis=(1, 3))
    W = weight * amounts[None]
    total = float(W.sum())
    if total <= 0:
        return (), 0
    central = np.nan_to_num(nodes.central[0])
    high = (central >= facts.high_risk.from_value) & (nodes.known[0] > 0) & (W > 0)
    unreached = np.divide(
        reached_open, amounts[None], out=np.zeros_like(reached_open), where=amounts[None] > 0
    )
    unscoped = np.divide(shared.unscoped, W, out=np.zeros_like(W), where=W > 0)
    open_weight = np.where(high, W * unreached, 0.0)
    # what nothing applies to stands before what something of unknown reach may reach
    order = np.lexsort((-open_weight.ravel(), -(high * unscoped.round(6)).ravel()))
    chosen = [k for k in order if open_weight.ravel()[k] > 0]
    places, kinds, names = (inputs.labels[kind] for kind in ("country", "sector", "issue"))
    found = []
    for k in chosen[:SHOWN_EMPTY]:
        i, n = divmod(int(k), W.shape[1])
        issue, sector = inputs.nodes.issues[i], str(rows.sector_of[n])
        country = rows.scope.member or str(rows.region_of[n])
        found.append(
            EmptyCell(
                issue=issue,
                sector=sector,
                country=country,
                issue_label=names[issue],
                sector_label=kinds[sector],
                country_label=places[country],
                intensity=float(central[i, n]),
                weight=float(W[i, n]) / total,
                unscoped=min(1.0, float(unscoped[i, n])),
                unreached=min(1.0, float(unreached[i, n])),
            )
        )
    return tuple(found), len(chosen)


def enforcement(rows: Rows, facts: TogetherFacts, edition: Path) -> tuple[EnforcementRow, ...]:
    """Return each risk of the evaluation with its weight and who enforces it on the day."""
    shown = [
        risk
        for risk in facts.enforcement
        if rows.scope.issue is None or rows.scope.issue in risk.issues
    ]
    whole = compute_gap(
        rows.query.model_copy(update={"by": "issue", "issue": None}), edition=edition
    )
    total = whole.total.risk_weighted.central
    by_issue = {row.key: (row.risk_weighted.central, row.gap) for row in whole.rows}
    return tuple(_enforced(risk, rows.scope.as_of, by_issue, total) for risk in shown)


def _enforced(
    risk: EnforcedRisk,
    day: date,
    by_issue: dict[str, tuple[float | None, Interval]],
    total: float | None,
) -> EnforcementRow:
    with_data = [issue for issue in risk.issues if issue in by_issue]
    weight, gap = by_issue[with_data[0]] if with_data else (None, None)
    known = [item for item in risk.enforcers if item.state is State.KNOWN]

    def holds(item: Enforcer) -> bool:
        return item.start is None or item.start <= day

    return EnforcementRow(
        id=risk.id,
        label=risk.label,
        state=State.KNOWN if with_data else State.NOT_RESEARCHED,
        weight=weight / total if weight is not None and total else None,
        gap=gap or Interval(low=None, central=None, high=None),
        applying=tuple(item for item in known if holds(item)),
        foreseen=tuple(item for item in known if not holds(item)),
        missing=tuple(item for item in risk.enforcers if item.state is not State.KNOWN),
        answered=risk.answered,
        answered_citation=risk.answered_citation,
        help_abroad=risk.help_abroad,
        help_abroad_citation=risk.help_abroad_citation,
    )
