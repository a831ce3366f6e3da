"""How the instruments of a day go together: shared, alone, at odds, and where there are none."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import numpy as np

from ketenkaart.core.chain.types import Floats
from ketenkaart.core.governance.answers import GapQuery, Interval
from ketenkaart.core.governance.defence.relations import RelationKind, TogetherFacts
from ketenkaart.core.governance.defence.together import Shared, share_out
from ketenkaart.core.governance.defence.together_answers import (
    Bearing,
    Binding,
    MatrixCell,
    MatrixColumn,
    MatrixRow,
    Pair,
    TogetherAnswer,
    TogetherQuery,
)
from ketenkaart.core.governance.gap import Ends, Selection
from ketenkaart.core.governance.reach import Reach
from ketenkaart.core.governance.types import STEPS, Instrument, Kind
from ketenkaart.core.provenance import State, Text
from ketenkaart.services.governance.defence.holes import empty_cells, enforcement, single_issues
from ketenkaart.services.governance.notes import notes_for
from ketenkaart.services.governance.rows import Rows, rows_for, touches
from ketenkaart.services.governance.standing import noted
from ketenkaart.services.installed import edition_folder
from ketenkaart.services.instruments.in_use import kept_while_facts_stand
from ketenkaart.sources.reference.defence import load_together

WHOLE = Text(nl="Alles samen", en="All together")
SCOPE = Text(
    nl=(
        "In de werkingssfeer betekent dat een instrument er over gaat, wie er ook meedoet. "
        "Aandelen zijn van het risicogewicht waarvan het risico bekend is."
    ),
    en=(
        "In scope means that an instrument is about it, whoever takes part. Shares are of the risk "
        "weight whose risk is known."
    ),
)
NOT_RESEARCHED = Text(
    nl=(
        "Of twee instrumenten elkaar in de weg zitten, staat er alleen waar een bron het zegt. "
        "Elders is het niet onderzocht: dat is niet hetzelfde als geen conflict."
    ),
    en=(
        "Whether two instruments get in each other's way is said only where a source says so. "
        "Elsewhere it was not researched: that is not the same as no conflict."
    ),
)
BINDING: dict[Kind, Binding] = {
    Kind.LAW: "regulating",
    Kind.SUPERVISION: "regulating",
    Kind.FINANCE: "condition",
    Kind.FUND: "condition",
    Kind.PROCUREMENT: "condition",
}


def compute_together(query: TogetherQuery, *, edition: Path | None = None) -> TogetherAnswer:
    """Return how instruments go together over a part of the chain on a day.

    Shares in [0, 1] of the risk weight that is known there. Raises `InputError` for a question
    that cannot be answered. Method: docs/methods/together.md.
    """
    answer = _answer(query, edition or edition_folder())
    return answer.model_copy(update={"notes": noted(answer.notes, answer.edition)})


@kept_while_facts_stand(64)
def _answer(query: TogetherQuery, edition: Path) -> TogetherAnswer:
    facts = load_together()
    asked = GapQuery(
        issue=query.issue,
        sector=query.sector,
        country=query.country,
        by=query.columns,
        as_of=query.as_of,
    )
    rows = rows_for(asked, edition)
    whole = rows.whole()
    reaches = [item for item in rows.laid.reaches if touches(item, whole)]
    weight = known_weight(rows)
    shared = share_out(rows.laid.exposure, reaches, weight, whole, rows.laid.products)
    inputs = rows.inputs
    empty, count = empty_cells(rows, weight, shared, facts)
    keys = _keys(rows, weight)
    return TogetherAnswer(
        edition=inputs.manifest.id,
        as_of=rows.scope.as_of,
        columns=query.columns,
        weight_is_known=shared.total > 0,
        matrix=_matrix(rows, reaches, shared, weight, keys),
        heads=tuple(_head(rows, key, reaches, weight) for key in keys),
        whole=_column(rows, "total", WHOLE, whole, shared),
        pairs=_pairs(rows, reaches, shared, facts),
        single_issue=single_issues(rows, reaches, weight, facts),
        empty=empty,
        empty_count=count,
        high_from=facts.high_risk.from_value,
        high_grade=facts.high_risk.citation.grade,
        enforcement=enforcement(rows, facts, edition),
        notes=(SCOPE, NOT_RESEARCHED, facts.goals_at_odds, *notes_for(asked, inputs, rows.scope)),
    )


def known_weight(rows: Rows) -> Floats:
    """Return what one unit of exposure weighs: central intensity x severity, where known.

    Shape (issues, n); zero outside the question. A country inside a region weighs by its share.
    """
    whole, nodes = rows.whole(), rows.intensity()
    central = np.nan_to_num(nodes.central[0]) * nodes.known[0]
    found = central * rows.inputs.severity[:, None]
    scale = np.zeros(found.shape[1])
    base = rows.laid.tally.exposure[np.ix_(whole.buyers, whole.nodes, whole.layers)]
    amounts = base.sum(axis=(0, 2))
    scale[whole.nodes] = np.divide(
        rows.amounts(whole), amounts, out=np.zeros_like(amounts), where=amounts > 0
    )
    return np.asarray(found * scale[None] * whole.issues[:, None])


def _keys(rows: Rows, weight: Floats) -> tuple[str, ...]:
    """Return the columns that hold anything: countries and sectors with the most at risk first."""
    found = {key: rows.part(key) for key in rows.keys()}  # noqa: SIM118 - a method
    kept = [key for key, part in found.items() if part.nodes.any() and part.issues.any()]
    if rows.query.by == "issue":
        return tuple(kept)
    return tuple(sorted(kept, key=lambda key: -_total(rows, found[key], weight)))


def _part_sum(alone: Floats, part: Selection) -> float:
    return float(alone[np.ix_(part.issues, part.nodes)].sum())


def _share(value: float, total: float) -> float | None:
    return min(1.0, round(value / total, 12)) if total > 0 else None


def _matrix(
    rows: Rows, reaches: list[Reach], shared: Shared, weight: Floats, keys: tuple[str, ...]
) -> tuple[MatrixRow, ...]:
    by_id = {item.id: item for item in rows.inputs.instruments}
    labels = rows.inputs.labels["instrument"]
    parts = {key: rows.part(key) for key in keys}
    totals = {key: _total(rows, part, weight) for key, part in parts.items()}
    owed = {key: _credit(rows, part) for key, part in parts.items()}
    found = []
    for k, item in enumerate(reaches):
        cells = tuple(
            MatrixCell(
                column=key,
                scope=_share(_part_sum(shared.alone[k], part), totals[key]),
                credit=owed[key].get(item.instrument),
            )
            for key, part in parts.items()
        )
        found.append(
            MatrixRow(
                id=item.instrument,
                label=labels[item.instrument],
                binding=binding_of(by_id[item.instrument]),
                reach_is_known=item.is_known,
                scope=_share(float(shared.alone[k].sum()), shared.total),
                cells=cells,
            )
        )
    return tuple(sorted(found, key=lambda row: -(row.scope or 0.0)))


def _total(rows: Rows, part: Selection, weight: Floats) -> float:
    """Return the known weight of a part."""
    chain = np.ix_(part.buyers, part.nodes, part.layers)
    amounts = rows.laid.tally.exposure[chain].sum(axis=(0, 2))
    return float((weight[np.ix_(part.issues, part.nodes)] * amounts[None]).sum())


def _credit(rows: Rows, part: Selection) -> dict[str, float]:
    found = rows.figures(part)
    weight = found.risk_weighted.central
    if not weight:
        return {}
    names = rows.laid.tally.credited
    return {name: value / weight for name, value in zip(names, found.credit or (), strict=False)}


def _head(rows: Rows, key: str, reaches: list[Reach], weight: Floats) -> MatrixColumn:
    part = rows.part(key)
    shared = share_out(rows.laid.exposure, reaches, weight, part, rows.laid.products)
    return _column(rows, key, rows.inputs.labels[rows.query.by][key], part, shared)


def _column(rows: Rows, key: str, label: Text, part: Selection, shared: Shared) -> MatrixColumn:
    total = shared.total
    none, one, more = (_share(float(value), total) for value in shared.counted)
    return MatrixColumn(
        key=key,
        label=label,
        weight=total if total > 0 else None,
        gap=interval(rows.figures(part).gap),
        none=none,
        one=one,
        more=more,
    )


def interval(ends: Ends) -> Interval:
    """Return ends in the shape of an answer."""
    return Interval(low=ends.low, central=ends.central, high=ends.high)


def binding_of(item: Instrument) -> Binding:
    """Return whether an instrument regulates, sets a condition, or is joined freely."""
    return BINDING.get(item.kind, "voluntary")


def _asked(item: Instrument, rows: Rows) -> frozenset[str]:
    steps = item.steps_on(rows.scope.as_of)
    if steps is None:
        return frozenset()
    return frozenset(step for step in STEPS if getattr(steps, step).value > 0)


def _pairs(
    rows: Rows, reaches: list[Reach], shared: Shared, facts: TogetherFacts
) -> tuple[Pair, ...]:
    by_id = {item.id: item for item in rows.inputs.instruments}
    labels = rows.inputs.labels["instrument"]
    found = []
    for (j, first), (k, second) in combinations(enumerate(reaches), 2):
        a, b = by_id[first.instrument], by_id[second.instrument]
        asked_a, asked_b = _asked(a, rows), _asked(b, rows)
        both = float(shared.both[j, k])
        only_a, only_b = (float(shared.both[x, x]) - both for x in (j, k))
        said = tuple(
            fact
            for fact in facts.relations
            if fact.joins(a.id, b.id) and (fact.start is None or fact.start <= rows.scope.as_of)
        )
        conflicts = any(fact.kind is RelationKind.CONFLICTING for fact in said)
        bearings: set[Bearing] = {_named(fact.kind) for fact in said}
        bearings |= _bearings(both, only_a, only_b, asked_a, asked_b)
        if both > 0 and binding_of(a) != binding_of(b):
            bearings.add("complementary")
        found.append(
            Pair(
                a=a.id,
                b=b.id,
                label_a=labels[a.id],
                label_b=labels[b.id],
                bearings=tuple(name for name in ORDER if name in bearings),
                both=_share(both, shared.total),
                only_a=_share(max(0.0, only_a), shared.total),
                only_b=_share(max(0.0, only_b), shared.total),
                steps_both=_in_order(asked_a & asked_b),
                steps_only_a=_in_order(asked_a - asked_b),
                steps_only_b=_in_order(asked_b - asked_a),
                binding_a=binding_of(a),
                binding_b=binding_of(b),
                conflict=State.KNOWN if conflicts else State.NOT_RESEARCHED,
                facts=said,
            )
        )
    return tuple(sorted(found, key=lambda pair: -(pair.both or 0.0)))


ORDER: tuple[Bearing, ...] = (
    "conflicting",
    "overlapping",
    "complementary",
    "succeeding",
    "apart",
)


def _named(kind: RelationKind) -> Bearing:
    return next(name for name in ORDER if name == kind.value)


def _bearings(
    both: float, only_a: float, only_b: float, a: frozenset[str], b: frozenset[str]
) -> set[Bearing]:
    """Return how two instruments lie to each other, by the weight and the steps they share."""
    if both <= 0:
        return {"apart"} if only_a > 0 and only_b > 0 else set()
    found: set[Bearing] = set()
    if a & b:
        found.add("overlapping")
    if a ^ b or (only_a > 0 and only_b > 0):
        found.add("complementary")
    return found


def _in_order(steps: frozenset[str]) -> tuple[str, ...]:
    return tuple(step for step in STEPS if step in steps)
