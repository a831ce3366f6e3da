"""Which part of the gap rests on values of which grade, ingredient by ingredient."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from ketenkaart.core.chain.types import Floats
from ketenkaart.core.governance.defence.answers import GradeShare
from ketenkaart.core.governance.types import STEPS, Instrument
from ketenkaart.core.provenance import Citation, Grade, Text
from ketenkaart.services.governance.defence.settings import Settled
from ketenkaart.services.governance.rows import Rows
from ketenkaart.sources.reference.risk import load_issue_weights

ORDER = (Grade.SURE, Grade.LIKELY, Grade.CHECK, Grade.ASSUMED)
"""Grades from the strongest to the weakest."""

OF_EXPOSURE = Text(nl="omvang x ernst", en="exposure x severity")
OF_COVERED = Text(nl="bereikt risicogewicht", en="reached risk weight")


def weakest(grades: Sequence[Grade]) -> Grade | None:
    """Return the weakest of some grades, or `None` of none.

    >>> weakest([Grade.SURE, Grade.CHECK])
    <Grade.CHECK: 'check'>
    """
    return max(grades, key=ORDER.index, default=None)


def weakest_of(shares: Sequence[GradeShare]) -> Grade | None:
    """Return the weakest grade that any ingredient rests on."""
    return weakest([item.weakest for item in shares if item.weakest is not None])


def grade_shares(rows: Rows, settled: Settled) -> tuple[GradeShare, ...]:
    """Return, per ingredient and for the result as a whole, the part that rests on each grade.

    Risk and weights are taken over exposure x severity, what is known of instruments over the
    weight that they are credited with. The result takes the weakest grade that each part of the
    weight goes through. An ingredient without any weight is left out.
    """
    inputs = settled.inputs
    weights = {item.issue: item.citation.grade for item in load_issue_weights()}
    classes = {issue: scale.cut_points.grade for issue, scale in inputs.scales.items()}
    sizes, known, weighted = _by_issue(rows)
    issues = [issue for issue in rows.issues() if sizes[issue] > 0]
    total = sum(sizes[issue] for issue in issues)
    if total <= 0:
        return ()
    dark = 1 - sum(known[issue] for issue in issues) / total
    found = [
        _share(
            Text(nl="klassen van risico", en="classes of risk"),
            OF_EXPOSURE,
            [(classes[issue], known[issue] / total) for issue in issues],
            dark,
        ),
        _share(
            Text(nl="gewicht van de thema's", en="weight of the issues"),
            OF_EXPOSURE,
            [(weights[issue], sizes[issue] / total) for issue in issues],
            0.0,
        ),
    ]
    risk = {issue: weakest([classes[issue], weights[issue]]) or Grade.ASSUMED for issue in issues}
    credited = _credited(rows)
    covered = sum(credited.values())
    if covered > 0:
        by_id = {item.id: item for item in inputs.instruments}
        for name, grade in _facts(settled).items():
            parts = [(grade(by_id[key]), value / covered) for key, value in credited.items()]
            found.append(_share(INGREDIENTS[name], OF_COVERED, parts, 0.0))
    result = [(grade, weighted[issue]) for issue, grade in risk.items()]
    whole = sum(value for _, value in result)
    if whole > 0:
        all_risk = weakest(list(risk.values())) or Grade.ASSUMED
        facts = _facts(settled)
        by_id = {item.id: item for item in inputs.instruments}
        parts = _less(result, covered) + [
            (weakest([all_risk, *(grade(by_id[key]) for grade in facts.values())]) or all_risk, v)
            for key, v in credited.items()
        ]
        found.insert(
            0,
            _share(
                Text(nl="de uitkomst zelf", en="the result itself"),
                Text(nl="bekend risicogewicht", en="known risk weight"),
                [(grade, value / whole) for grade, value in parts],
                0.0,
            ),
        )
    return tuple(found)


INGREDIENTS = {
    "status": Text(nl="of het instrument geldt", en="whether the instrument applies"),
    "uptake": Text(nl="welk deel meedoet", en="which share takes part"),
    "scope": Text(nl="werkingssfeer", en="scope"),
    "layers": Text(nl="tot welke laag", en="down to which layer"),
    "force": Text(nl="hoe dwingend", en="how binding"),
    "steps": Text(nl="welke stappen het vraagt", en="which steps it asks for"),
}


def _facts(settled: Settled) -> Mapping[str, Callable[[Instrument], Grade]]:
    day, depth = settled.scope.as_of, settled.inputs.depth
    forces = {force.id: force.citation.grade for force in depth.forces}

    def of(citation: Citation | None) -> Grade:
        return Grade.ASSUMED if citation is None else citation.grade

    def steps(item: Instrument) -> Grade:
        asked = item.steps_on(day)
        if asked is None:
            return Grade.ASSUMED
        return weakest([getattr(asked, step).citation.grade for step in STEPS]) or Grade.ASSUMED

    def status(item: Instrument) -> Grade:
        found = item.status_on(day)
        return of(found.citation if found else None)

    def uptake(item: Instrument) -> Grade:
        found = item.uptake_on(day)
        return of(found.citation if found else None)

    plain: dict[str, Callable[[Instrument], Grade]] = {
        "status": status,
        "uptake": uptake,
        "scope": lambda item: of(item.scope.citation if item.scope else None),
        "layers": lambda item: of(item.scope.layers.citation if item.scope else None),
    }
    if settled.query.kind == "depth":
        plain |= {"force": lambda item: forces.get(item.force or "", Grade.ASSUMED), "steps": steps}
    return plain


def _credited(rows: Rows) -> dict[str, float]:
    credit = rows.figures(rows.whole()).credit or ()
    names = rows.laid.tally.credited
    return {name: value for name, value in zip(names, credit, strict=False) if value > 0}


def _by_issue(rows: Rows) -> tuple[dict[str, float], dict[str, float], dict[str, float]]:
    """Return, per issue, exposure x severity, the part of it known, and the known weight."""
    whole, inputs = rows.whole(), rows.inputs
    amounts = rows.amounts(whole)
    nodes = rows.intensity()
    sizes, known, weighted = {}, {}, {}
    for issue in rows.issues():
        k = inputs.nodes.issues.index(issue)
        s = float(inputs.severity[k])
        part = nodes.known[0, k][whole.nodes]
        central: Floats = np.nan_to_num(nodes.central[0, k][whole.nodes])
        sizes[issue] = s * float(amounts.sum())
        known[issue] = s * float((amounts * part).sum())
        weighted[issue] = s * float((amounts * part * central).sum())
    return sizes, known, weighted


def _less(parts: Sequence[tuple[Grade, float]], taken: float) -> list[tuple[Grade, float]]:
    """Return parts of a whole, each smaller by its share of what is taken away."""
    whole = sum(value for _, value in parts)
    left = max(0.0, 1 - taken / whole)
    return [(grade, value * left) for grade, value in parts]


def _share(
    ingredient: Text, basis: Text, parts: Sequence[tuple[Grade, float]], dark: float
) -> GradeShare:
    shares: dict[Grade, float] = {}
    for grade, value in parts:
        if value > 0:
            shares[grade] = shares.get(grade, 0.0) + value
    ordered = {grade: round(shares[grade], 12) for grade in ORDER if grade in shares}
    return GradeShare(
        ingredient=ingredient,
        basis=basis,
        weakest=weakest(list(ordered)),
        shares=ordered,
        not_known=round(max(0.0, dark), 12),
    )
