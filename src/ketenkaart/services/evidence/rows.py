"""Evidence as rows and plain data: the same cells from the command line and the site."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ketenkaart.core.monitor.evidence.advising import Advice
from ketenkaart.core.monitor.evidence.grouping import EffectGroup, SeenFinding
from ketenkaart.core.monitor.evidence.mapping import MapCell
from ketenkaart.core.monitor.evidence.types import Search, Study, Way
from ketenkaart.services.evidence.advising import InitiativeAnswer, reasons
from ketenkaart.services.evidence.reading import EvidenceBase
from ketenkaart.services.exports import Cell

FINDING_COLUMNS = (
    "study", "title_nl", "title_en", "by", "published", "finding", "about_nl", "about_en", "kinds",
    "instruments", "compulsion", "step", "way", "design", "level", "effect_state", "measures",
    "measure", "unit", "value", "low", "high", "interval_level", "sample", "countries", "sectors",
    "n", "n_state", "independence", "dossier", "is_own", "source", "locator", "grade",
)  # fmt: skip
MAP_COLUMNS = (
    "kind", "step", "state", "is_thorough", "studies", "not_measured_in", "best_level",
    *(way.value for way in Way if way is not Way.NOT_MEASURED), "searches",
)  # fmt: skip
SEARCH_COLUMNS = (
    "id", "searched_on", "where_nl", "where_en", "terms", "by", "kinds", "steps", "found",
    "is_complete", "note_nl", "note_en",
)  # fmt: skip
GROUP_COLUMNS = (
    "step", "measures", "measure", "unit", "studies", "set_aside", "why_not", "mean", "se", "low",
    "high", "tau2", "i2", "q", "df", "q_p", "new_low", "new_high",
)  # fmt: skip
ADVICE_COLUMNS = (
    "initiative", "name_nl", "name_en", "advice", "ground", "studies", "counted", "reasons_nl",
    "reasons_en", "decision", "decided_by", "decided_at", "is_outdated", "responses",
    "evidence_sha256",
)  # fmt: skip


def finding_row(item: SeenFinding, base: EvidenceBase) -> list[Cell]:
    """Return a finding with its study as one row by `FINDING_COLUMNS`."""
    study = base.studies[item.study]
    effect = item.effect
    sized: list[Cell] = [None] * 7
    if effect is not None:
        sized = [
            effect.measures, effect.measure.value, effect.unit, effect.value, effect.low,
            effect.high, effect.level,
        ]  # fmt: skip
    return [
        study.id, study.title.nl, study.title.en, study.by, study.published.isoformat(),
        item.finding, item.about.nl, item.about.en, _list(item.kinds), _list(item.instruments),
        item.compulsion.value, item.step.value, item.way.value, item.design, item.level,
        item.effect_state.value, *sized, item.sample, _list(item.countries), _list(item.sectors),
        study.n, study.n_state.value, study.independence.value, item.dossier,
        study.id in base.files.own, item.citation.source, item.citation.locator,
        item.citation.grade.value,
    ]  # fmt: skip


def map_row(cell: MapCell) -> list[Cell]:
    """Return a cell of the map by `MAP_COLUMNS`."""
    return [
        cell.kind, cell.step.value, cell.state.value, cell.is_thorough, _list(cell.studies),
        _list(cell.silent), cell.best_level,
        *(cell.count(way) for way in Way if way is not Way.NOT_MEASURED),
        _list(cell.searches),
    ]  # fmt: skip


def search_row(item: Search) -> list[Cell]:
    """Return a search by `SEARCH_COLUMNS`."""
    return [
        item.id, item.searched_on.isoformat(), item.where.nl, item.where.en, "; ".join(item.terms),
        item.by, _list(item.kinds), _list(step.value for step in item.steps), _list(item.found),
        item.is_complete, item.note.nl if item.note else None, item.note.en if item.note else None,
    ]  # fmt: skip


def advice_row(answer: InitiativeAnswer) -> list[Cell]:
    """Return an initiative with its advice and newest decision by `ADVICE_COLUMNS`."""
    decided: list[Cell] = [None] * 4
    if answer.decisions:
        made = answer.decisions[-1]
        decided = [made.choice.value, made.by, made.at, answer.is_outdated]
    said = reasons(answer)
    return [
        answer.initiative.id, answer.instrument.name.nl, answer.instrument.name.en,
        answer.advice.counsel.value, answer.advice.ground.value,
        len({item.study for item in answer.findings}),
        len({item.study for item in answer.advice.counted}),
        " ".join(text.nl for text in said), " ".join(text.en for text in said),
        *decided, len(answer.initiative.responses),
        answer.evidence_sha256,
    ]  # fmt: skip


def study_data(study: Study, base: EvidenceBase) -> dict[str, Any]:
    """Return a study as plain data: as in its file, with every finding and who cites it."""
    rows = [finding_row(item, base) for item in base.of(study.id)]
    return {
        **study.model_dump(mode="json"),
        "level": base.designs[study.design].level,
        "every_finding": [dict(zip(FINDING_COLUMNS, row, strict=True)) for row in rows],
        "cited_by": [
            {"theory": use.theory.id, "arrow": use.arrow.id, "direction": use.finding.direction}
            for use in base.uses
            if use.finding.study == study.id
        ],
    }


def group_data(group: EffectGroup) -> dict[str, Any]:
    """Return a group of comparable effects as plain data, with its mean or why there is none."""
    key, pooled = group.key, group.pooled
    return {
        "step": key.step.value, "measures": key.measures, "measure": key.measure.value,
        "unit": key.unit, "why_not": group.why_not and group.why_not.value,
        "effects": [
            {"study": e.study, "finding": e.finding, "value": e.value, "se": e.se}
            for e in group.effects
        ],
        "set_aside": [
            {"study": item.study, "finding": item.finding, "why": why.value}
            for item, why in group.set_aside
        ],
        "mean": pooled and {
            "value": pooled.value, "se": pooled.se, "low": pooled.low, "high": pooled.high,
            "tau2": pooled.tau2, "tau2_low": pooled.tau2_low, "tau2_high": pooled.tau2_high,
            "q": pooled.q, "df": pooled.df, "q_p": pooled.q_p, "i2": pooled.i2,
            "new_low": pooled.new_low, "new_high": pooled.new_high,
        },
    }  # fmt: skip


def group_row(group: EffectGroup) -> list[Cell]:
    """Return a group of comparable effects by `GROUP_COLUMNS`; no mean, empty cells."""
    key, mean = group.key, group.pooled
    figures: list[Cell] = [None] * 11
    if mean is not None:
        figures = [
            mean.value, mean.se, mean.low, mean.high, mean.tau2, mean.i2, mean.q, mean.df,
            mean.q_p, mean.new_low, mean.new_high,
        ]  # fmt: skip
    return [
        key.step.value, key.measures, key.measure.value, key.unit,
        _list(item.study for item in group.effects),
        _list(f"{item.study} ({why.value})" for item, why in group.set_aside),
        None if group.why_not is None else group.why_not.value, *figures,
    ]  # fmt: skip


def advice_data(answer: InitiativeAnswer) -> dict[str, Any]:
    """Return an initiative with its advice, what would change it, and every decision."""
    advice: Advice = answer.advice
    return {
        **dict(zip(ADVICE_COLUMNS, advice_row(answer), strict=True)),
        "is_advice": True,
        "rule": answer.rule.model_dump(mode="json"),
        "counted": [f"{item.study}/{item.finding}" for item in advice.counted],
        "set_aside": [
            {"finding": f"{item.study}/{item.finding}", "why": why.value}
            for item, why in advice.aside
        ],
        "groups": [
            {**group_data(item.group), "low": item.low, "high": item.high, "worth": item.worth,
             "advice": item.counsel.value, "ground": item.ground.value}
            for item in advice.verdicts
        ],
        "one_more_study": [
            {"measures": item.group.key.measures, "advice": item.counsel.value, "se": item.se,
             "low": item.low, "high": item.high}
            for item in advice.further
        ],
        "variants": [
            {"what": item.what, "which": item.which, "advice": item.counsel.value}
            for item in advice.variants
        ],
        "responses": [item.model_dump(mode="json") for item in answer.initiative.responses],
        "decisions": [item.model_dump(mode="json") for item in answer.decisions],
    }  # fmt: skip


def base_data(base: EvidenceBase, answers: Iterable[InitiativeAnswer]) -> dict[str, Any]:
    """Return everything as plain data, for a file."""
    return {
        "studies": [study_data(study, base) for study in base.studies.values()],
        "searches": [item.model_dump(mode="json") for item in base.searches],
        "left_out": [item.model_dump(mode="json") for item in base.left_out],
        "outside_the_map": [
            {"instrument": item.instrument.id, **item.evidence.model_dump(mode="json")}
            for item in base.loose
        ],
        "initiatives": [advice_data(answer) for answer in answers],
    }


def _list(items: Iterable[str] | None) -> str | None:
    return None if items is None else "; ".join(items)
