"""How often the machine was wrong, and how far coders agree, on what was judged of a sample."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from ketenkaart.core.ledger.agreement import Kappa, cohens_kappa
from ketenkaart.core.monitor.endorsement.types import Level
from ketenkaart.core.monitor.judged import TruthState
from ketenkaart.core.monitor.machine_error import (
    LevelError,
    MachineError,
    level_errors,
    machine_error,
    too_few,
)
from ketenkaart.services.endorsement.estimating import error_data
from ketenkaart.services.endorsement_judging.samples import OpenSample

LINES = (Level.REFERENCE_FRAMEWORK, Level.ENDORSEMENT)


@dataclass(frozen=True, slots=True)
class LineScore:
    """How well the machine tells documents at `line` or above; else why that cannot be said."""

    line: int
    error: MachineError | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class Score:
    """What the judged part of a sample says of the machine and of the coders.

    `table` counts documents by the machine's level and the true one. `kappas` has an entry per
    pair of coders, named "one and other".
    """

    sample: str
    states: Mapping[TruthState, int]
    cannot_tell: int
    levels: tuple[LevelError, ...]
    lines: tuple[LineScore, ...]
    table: Mapping[tuple[int, int], int]
    kappas: tuple[Kappa, ...]


def score_sample(found: OpenSample) -> Score:
    """Return the scores of a sample as it stands judged."""
    strata = found.strata
    lines = []
    for line in LINES:
        reason = too_few(strata, line)
        error = None if reason else machine_error(strata, line)
        lines.append(LineScore(int(line), error, reason))
    known = [i for i in found.items if i.truth.level is not None and i.truth.level.level is None]
    return Score(
        sample=found.name,
        states={state: found.count(state) for state in TruthState},
        cannot_tell=len(known),
        levels=tuple(level_errors(strata)),
        lines=tuple(lines),
        table={(s.level, level): count for s in strata for level, count in s.truth.items()},
        kappas=tuple(_kappa(found, one, other) for one, other in combinations(found.coders, 2)),
    )


def _kappa(found: OpenSample, one: str, other: str) -> Kappa:
    pairs = [
        (first.value, second.value)
        for item in found.items
        if (first := item.own(one)) is not None and (second := item.own(other)) is not None
    ]
    return cohens_kappa(f"{one} and {other}", pairs)


def score_data(score: Score, *, named: bool = True) -> dict[str, Any]:
    """Return a score as plain data; without names for whom it does not concern who judged."""
    return {
        "sample": score.sample,
        "states": {state.value: count for state, count in score.states.items()},
        "cannot_tell": score.cannot_tell,
        "levels": [
            {
                "level": item.level, "level_name": Level(item.level).word,
                "documents": item.population, "judged": item.judged, "wrong": item.wrong,
                "error": item.error, "low": item.low, "high": item.high, "recall": item.recall,
            }
            for item in score.levels
        ],
        "lines": [_line_data(item) for item in score.lines],
        "table": [
            {"machine": machine, "true": true, "documents": count}
            for (machine, true), count in sorted(score.table.items())
        ],
        "agreement": [
            {
                "coders": k.variable if named else "two coders",
                "documents": k.items, "equal": k.equal, "kappa": k.value,
                "low": k.low, "high": k.high, "undefined": k.undefined,
            }
            for k in score.kappas
        ],
    }  # fmt: skip


def _line_data(item: LineScore) -> dict[str, Any]:
    return {"line": item.line, "machine": error_data(item.error), "reason": item.reason}
