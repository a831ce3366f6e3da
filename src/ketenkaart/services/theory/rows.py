"""Theories as rows and plain data: the same cells from the command line and the site."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ketenkaart.core.governance.theory.assess import Assessment
from ketenkaart.core.governance.theory.routes import Chain
from ketenkaart.core.governance.theory.types import AssumptionStatus
from ketenkaart.services.exports import Cell
from ketenkaart.services.theory.reading import SdgLink, SeenTheory, TradeOff

LIST_COLUMNS = (
    "id", "title_nl", "title_en", "arrows", "untested", "supported", "contradicted", "conflicts",
)  # fmt: skip
ARROW_COLUMNS = (
    "theory", "number", "arrow", "cause", "effect", "cause_nl", "effect_nl", "cause_en",
    "effect_en", "assumption_nl", "assumption_en", "about", "status", "is_disputed", "support",
    "contradiction", "findings", "findings_set_aside", "conflicts", "is_feedback", "is_adverse",
    "source", "locator", "grade",
)  # fmt: skip
CHAIN_COLUMNS = (
    "theory", "input", "impact", "weakest_status", "weakest", "arrows", "unavoidable",
)  # fmt: skip
CONFLICT_COLUMNS = (
    "trade_off", "title_nl", "title_en", "theory", "arrow", "why_nl", "why_en", "source", "grade",
)  # fmt: skip
SDG_COLUMNS = (
    "target", "goal", "text_nl", "text_en", "issues", "outcomes", "topics_en", "source", "grade",
)  # fmt: skip


def list_row(seen: SeenTheory) -> list[Cell]:
    """Return a theory as one row of the list."""
    theory = seen.theory
    return [
        theory.id, theory.title.nl, theory.title.en, len(seen.found),
        *(seen.count(status) for status in AssumptionStatus), len(seen.conflicts),
    ]  # fmt: skip


def arrow_row(seen: SeenTheory, item: Assessment) -> list[Cell]:
    """Return one arrow with its assumption and status as a row."""
    arrow = item.arrow
    cause, effect = seen.theory.node(arrow.cause), seen.theory.node(arrow.effect)
    return [
        seen.theory.id, seen.number(arrow.id), arrow.id, arrow.cause, arrow.effect, cause.text.nl,
        effect.text.nl, cause.text.en, effect.text.en, arrow.assumption.nl, arrow.assumption.en,
        "; ".join(arrow.about), item.status.value, item.is_disputed, item.support.value,
        item.contradiction.value, len(arrow.evidence), len(item.set_aside),
        "; ".join(conflict.entry for conflict in arrow.conflicts), arrow.is_feedback,
        arrow.is_adverse, arrow.citation.source, arrow.citation.locator,
        arrow.citation.grade.value,
    ]  # fmt: skip


def chain_row(seen: SeenTheory, chain: Chain) -> list[Cell]:
    """Return the best supported way from an input to an impact as a row."""
    return [
        seen.theory.id, chain.start, chain.end, seen.found[chain.weakest[0]].status.value,
        "; ".join(chain.weakest), "; ".join(chain.arrows), "; ".join(chain.unavoidable),
    ]  # fmt: skip


def conflict_rows(items: Iterable[TradeOff]) -> list[list[Cell]]:
    """Return the trade-offs as rows, one per arrow; one row with empty cells where none is."""
    rows: list[list[Cell]] = []
    for item in items:
        start: list[Cell] = [item.id, item.title.nl, item.title.en]
        if not item.arrows:
            rows.append([*start, *[None] * 6])
        rows += [
            [
                *start, seen.theory.id, arrow.id, conflict.why.nl, conflict.why.en,
                conflict.citation.source, conflict.citation.grade.value,
            ]
            for seen, arrow, conflict in item.arrows
        ]  # fmt: skip
    return rows


def sdg_row(link: SdgLink) -> list[Cell]:
    """Return an SDG target with what bears on it as a row."""
    target = link.target
    return [
        target.id, target.goal, target.text.nl, target.text.en,
        "; ".join(issue.id for issue in link.issues),
        "; ".join(f"{theory.id}/{node.id}" for theory, node in link.nodes),
        "; ".join(topic.en for topic in target.topics),
        target.citation.source, target.citation.grade.value,
    ]  # fmt: skip


def theory_json(seen: SeenTheory) -> dict[str, Any]:
    """Return a theory as plain data: as in its file, with statuses and ways added."""
    data = seen.theory.model_dump(mode="json")
    for arrow in data["arrows"]:
        found = seen.found[arrow["id"]]
        arrow["number"] = seen.number(arrow["id"])
        arrow["status"] = found.status.value
        arrow["is_disputed"] = found.is_disputed
        arrow["support"] = found.support.value
        arrow["contradiction"] = found.contradiction.value
        arrow["evidence_set_aside"] = len(found.set_aside)
    names = CHAIN_COLUMNS[1:4]
    data["chains"] = [
        {
            **dict(zip(names, chain_row(seen, chain)[1:4], strict=True)),
            "weakest": list(chain.weakest),
            "arrows": list(chain.arrows),
            "unavoidable": list(chain.unavoidable),
        }
        for chain in seen.chains
    ]
    data["inputs_without_impact"] = list(seen.loose_inputs)
    data["impacts_without_input"] = list(seen.loose_impacts)
    return data
