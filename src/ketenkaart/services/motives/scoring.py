"""Scores of every scale by firm, and how well the items of each hang together."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from ketenkaart.core.monitor.motives.reliability import Reliability, reliability
from ketenkaart.core.monitor.motives.scoring import behaviour_scores, scale_score, turned
from ketenkaart.core.monitor.motives.types import (
    Answers,
    Behaviour,
    MotiveScale,
    Questionnaire,
    SegmentRule,
    States,
)
from ketenkaart.core.monitor.types import STATES, Floats
from ketenkaart.services.exports import Cell
from ketenkaart.services.motives.answering import read_answers
from ketenkaart.sources.survey.table import SurveyTable, read_table

LOW_RELIABILITY = 0.6


@dataclass(slots=True)
class ScaleRow:
    """A scale: firms with a score and why others have none, the mean, alpha and omega."""

    scale: MotiveScale
    scored: int
    missing: dict[str, int]
    mean: float | None
    reliability: Reliability


@dataclass(slots=True)
class Scored:
    """Every score by firm: `values[scale]` is NaN where `states[scale]` says why."""

    table: SurveyTable
    asked: Questionnaire
    rule: SegmentRule
    values: dict[str, Floats]
    states: dict[str, States]
    behaviour: Behaviour
    answers: Answers
    rows: list[ScaleRow] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def score_file(
    data: Path, asked: Questionnaire, rule: SegmentRule, *, sheet: str | None = None
) -> Scored:
    """Return the scores of the answers in a file; motives 1 to 5, steps 0 to 1.

    Raises `InputError` for a cell that holds no answer to its question.
    """
    table = read_table(data, sheet)
    motives = list(asked.of_kind("motive"))
    steps = list(asked.of_kind("behaviour"))
    found = _behaviour(table, asked, steps, rule)
    said = read_answers(table, asked, motives)
    at = 0
    for scale in motives:
        part = slice(at, at + len(scale.items))
        at = part.stop
        values = turned(scale, said.values[:, part], asked.codes("motive"))
        score, states = scale_score(values, said.states[:, part], rule.motives_answered)
        found.values[scale.id], found.states[scale.id] = score, states
        found.rows.append(_row(scale, score, states, values))
    _step_rows(found, asked, steps)
    found.notes += _notes(found)
    return found


def _behaviour(
    table: SurveyTable, asked: Questionnaire, steps: list[MotiveScale], rule: SegmentRule
) -> Scored:
    answers = read_answers(table, asked, steps)
    places: list[tuple[str, slice]] = []
    at = 0
    for scale in steps:
        places.append((scale.id, slice(at, at + len(scale.items))))
        at += len(scale.items)
    most = float(max(asked.codes("behaviour")))
    behaviour = behaviour_scores(answers, places, most, rule)
    return Scored(table, asked, rule, {}, {}, behaviour, answers)


def _step_rows(found: Scored, asked: Questionnaire, steps: list[MotiveScale]) -> None:
    """Add the steps: a score only where no answer to an item that applies is missing."""
    at = 0
    most = float(max(asked.codes("behaviour")))
    for scale in steps:
        part = slice(at, at + len(scale.items))
        at = part.stop
        values, states = found.answers.values[:, part] / most, found.answers.states[:, part]
        score, why = scale_score(values, states, 1.0)
        found.values[scale.id], found.states[scale.id] = score, why
        found.rows.append(_row(scale, score, why, values))


def _row(scale: MotiveScale, score: Floats, states: States, values: Floats) -> ScaleRow:
    known = states == 0
    missing = {STATES[k]: int((states == k).sum()) for k in range(1, 5) if (states == k).any()}
    mean = float(score[known].mean()) if known.any() else None
    return ScaleRow(scale, int(known.sum()), missing, mean, reliability(values))


def _notes(found: Scored) -> list[str]:
    notes = [
        f"{row.scale.id}: alpha {row.reliability.alpha:.2f} is low; its items do not ask for one "
        "thing here, so read them one by one."
        for row in found.rows
        if row.reliability.alpha is not None and row.reliability.alpha < LOW_RELIABILITY
    ]
    few = [row.scale.id for row in found.rows if row.reliability.alpha is None]
    if few:
        notes.append(f"Alpha is not given (too few whole answers) for {', '.join(few)}.")
    notes.append(
        "Means are of these firms, without weights; `motives segment --design` gives estimates."
    )
    return notes


def score_rows(found: Scored, unit: str) -> tuple[list[str], list[list[Cell]]]:
    """Return headings and a row per firm; a score that is not there is a word that says why."""
    names = list(found.values)
    firms = found.table.frame[found.table.require(unit, "--id")].to_list()
    rows: list[list[Cell]] = []
    for k, firm in enumerate(firms):
        cells: list[Cell] = [str(firm)]
        for name in names:
            state = int(found.states[name][k])
            cells.append(round(float(found.values[name][k]), 6) if state == 0 else STATES[state])
        low, high = found.behaviour.low[k], found.behaviour.high[k]
        cells += ["not_applicable" if np.isnan(end) else round(float(end), 6)
                  for end in (low, high)]  # fmt: skip
        rows.append(cells)
    return [unit, *names, "behaviour_low", "behaviour_high"], rows
