"""The largest paths with an interval beside every figure: from draws of all cells, or at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from ketenkaart.core.chain.counted import extension_of, intensities
from ketenkaart.core.chain.draws import Drawn, TableDraws, ends
from ketenkaart.core.chain.first_order import FirstOrder, log_normal_ends
from ketenkaart.core.chain.path_errors import (
    ListedPaths,
    PathErrors,
    first_order_paths,
    share_ends,
)
from ketenkaart.core.chain.paths import ChainPath
from ketenkaart.core.chain.types import Floats
from ketenkaart.core.chain.world import WorldTable
from ketenkaart.core.provenance import Text
from ketenkaart.services.chain.asking import make_out
from ketenkaart.services.chain.drawn import simulated
from ketenkaart.services.chain.intervals import (
    Chances,
    drawn_facts,
    rounded_facts,
    uncertainty_facts,
)
from ketenkaart.services.chain.paths import (
    TOP,
    PathEnds,
    PathFilter,
    PathsAnswer,
    ask_paths,
    sources_of,
)
from ketenkaart.services.chain.question import Question
from ketenkaart.services.chain.uncertainty import (
    LEVEL,
    certain_name,
    chosen_model,
    model_note,
    uncertain_demand,
)

SUMS = ("total", "covered", "remainder", "share")


def ask_paths_drawn(
    question: Question,
    *,
    extension: str,
    top: int = TOP,
    chosen: PathFilter | None = None,
    chances: Chances | None = None,
    data_folder: Path | None = None,
) -> PathsAnswer:
    """Return the largest paths with a 95 % interval and standard error beside each.

    As `ask_paths`: which paths are listed follows from the published table, and is kept; what
    they carry, the total, the remainder and the covered share get intervals. From draws also what
    share of them has the largest path of all as the largest of the list. Raises `InputError` for
    `risk:` extensions.
    """
    chances = chances or Chances()
    name = certain_name(extension)
    answer = ask_paths(question, extension=name, top=top, chosen=chosen, data_folder=data_folder)
    asked = make_out(question, data_folder)
    table, demand = asked.table, uncertain_demand(asked, question)
    counted, model = extension_of(table, name), chosen_model(chances.errors)
    listed = _listed(table, answer)
    sources, min_tier = sources_of(table, answer.chosen), answer.chosen.min_tier
    at_once = first_order_paths(
        table, asked.system, model, demand, counted, listed, sources, min_tier
    )
    if chances.draws == 0:
        facts = uncertainty_facts(chances, _sums_at_once(at_once), SUMS)
        return _with_ends(answer, _ends_at_once(at_once.paths), facts, chances)

    def measure(drawn: Sequence[Drawn]) -> Floats:
        one = drawn[0]
        y, s = demand.of(one.table.Y), intensities(one.table, one.extensions)[0]
        each = listed.values(one.table.A, s, y)
        onward = one.system.layers(y, min_tier)[-1]
        total = float(np.where(sources, s, 0.0) @ one.system.output_for(onward))
        covered = float(each.sum())
        sums = (total, covered, total - covered, covered / total if total else np.nan)
        return np.array([*sums, *each])

    sample = simulated([TableDraws(table, model, [counted])], measure, chances)
    facts = uncertainty_facts(
        chances,
        [
            drawn_facts(column) | {"first_order": first}
            for column, first in zip(sample.values.T, _sums_at_once(at_once), strict=False)
        ],
        SUMS,
    )
    each = replace(sample, values=sample.values[:, len(SUMS) :])
    found = ends(each, LEVEL)
    facts |= {
        "negative_value_added_nodes": sample.negative,
        "held_nodes": sample.held,
        "redrawn": sample.redrawn,
    }
    if len(answer.rows) > 1:
        largest = np.abs(each.values).argmax(axis=1)
        facts["first_is_largest_share"] = float((largest == 0).mean())
    rows = list(zip(found.low, found.high, found.standard_error, strict=True))
    return _with_ends(answer, [_rounded(*row) for row in rows], facts, chances)


def _listed(table: WorldTable, answer: PathsAnswer) -> ListedPaths:
    """Return the paths of an answer as numbers of nodes."""
    return ListedPaths.of(
        [
            ChainPath(tuple(table.node(*node) for node in row.nodes), row.value)
            for row in answer.rows
        ]
    )


def _with_ends(
    answer: PathsAnswer, found: Sequence[PathEnds], facts: dict[str, Any], chances: Chances
) -> PathsAnswer:
    rows = tuple(replace(row, ends=one) for row, one in zip(answer.rows, found, strict=True))
    notes = (*answer.notes, LIST_IS_KEPT, model_note(chosen_model(chances.errors)))
    return replace(answer, rows=rows, notes=notes, uncertainty=facts)


def _ends_at_once(found: FirstOrder) -> list[PathEnds]:
    pairs = zip(found.values.tolist(), found.errors.tolist(), strict=True)
    return [_rounded(*log_normal_ends(value, error), error) for value, error in pairs]


def _sums_at_once(found: PathErrors) -> list[dict[str, Any]]:
    facts = []
    for name in SUMS:
        one: FirstOrder = getattr(found, name)
        value, error = float(one.values[0]), float(one.errors[0])
        low, high = (share_ends if name == "share" else log_normal_ends)(value, error)
        facts.append(rounded_facts({"low": low, "high": high, "standard_error": error}))
    return facts


def _rounded(low: float, high: float, error: float) -> PathEnds:
    """Return ends to six digits, so that the last bits of a processor do not show."""
    return PathEnds(*(float(f"{value:.6g}") for value in (low, high, error)))


LIST_IS_KEPT = Text(
    nl="Welke paden er staan volgt uit de gepubliceerde tabel; in een andere tabel binnen de "
    "fouten kunnen andere paden de grootste zijn.",
    en="Which paths are listed follows from the published table; in another table within its "
    "errors other paths may be the largest.",
)
