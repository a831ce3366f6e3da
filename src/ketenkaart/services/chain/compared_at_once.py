"""Two footprints side by side with first-order intervals, of their difference too."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from ketenkaart.core.chain.cell_errors import ErrorModel
from ketenkaart.core.chain.counted import extension_of
from ketenkaart.core.chain.difference_errors import DifferenceErrors, first_order_difference
from ketenkaart.core.chain.first_order import FirstOrder, first_order, members_of
from ketenkaart.core.chain.footprint import Grouping
from ketenkaart.core.chain.types import Floats
from ketenkaart.core.errors import InputError
from ketenkaart.core.provenance import Text
from ketenkaart.services.chain.answer import ChainAnswer
from ketenkaart.services.chain.asking import Asked, make_out
from ketenkaart.services.chain.footprints import ask_comparison
from ketenkaart.services.chain.intervals import (
    Chances,
    MeasuredRows,
    RowEnds,
    ends_at_once,
    fits_at_once,
    rounded_facts,
    uncertainty_facts,
    widened,
)
from ketenkaart.services.chain.question import Question
from ketenkaart.services.chain.scope import PlaceScope
from ketenkaart.services.chain.uncertainty import (
    Errors,
    certain_name,
    chosen_model,
    uncertain_demand,
)

FIGURES = ("first", "second", "difference")
Z = 1.959963984540054


def ask_comparison_at_once(
    first: Question,
    second: Question,
    *,
    extension: str,
    by: Grouping = "country",
    top: int | None = None,
    errors: Errors = "shared",
    data_folder: Path | None = None,
) -> ChainAnswer:
    """Return two footprints side by side with first-order intervals, of their difference too.

    Errors that two demands on one table share fall away from the difference; two tables are taken
    to err apart. The interval of a difference is normal, as its sign is not given. Raises
    `InputError` for `risk:` extensions, and for more rows than memory holds.
    """
    name = certain_name(extension)
    answer = ask_comparison(first, second, extension=name, by=by, top=top, data_folder=data_folder)
    questions = (first, second)
    asked = [make_out(question, data_folder) for question in questions]
    scopes = [PlaceScope.of(item.table, by) for item in asked]
    if not all(fits_at_once(s.table, 3 * len(s.rows)) for s in scopes):
        raise InputError(
            f"First-order intervals of {len(scopes[0].rows):,} rows take too much memory",
            where="--by",
            fix="Compare by country or sector, or use --draws.",
        )
    is_one = asked[0].table.edition == asked[1].table.edition
    model = chosen_model(errors)
    found = (_on_one if is_one else _apart)(asked, questions, name, scopes, model)
    keys = tuple(dict.fromkeys((*scopes[0].keys, *scopes[1].keys)))
    low, high = _ends(found)
    error = np.stack([getattr(found, figure).errors for figure in FIGURES])
    chances = Chances(draws=0, errors=errors)
    facts = uncertainty_facts(
        chances, [_facts(low[k, -1], high[k, -1], error[k, -1]) for k in range(3)], FIGURES
    )
    rows = RowEnds(*(part[:, :-1].ravel() for part in (low, high, error)))
    finished = widened(answer, MeasuredRows(keys, FIGURES), rows, facts, chances)
    return finished if is_one else _with_note(finished)


def _on_one(
    asked: Sequence[Asked],
    questions: Sequence[Question],
    name: str,
    scopes: Sequence[PlaceScope],
    model: ErrorModel,
) -> DifferenceErrors:
    """Return two demands on one table by row, and in all last."""
    table = asked[0].table
    demands = [uncertain_demand(one, q) for one, q in zip(asked, questions, strict=True)]
    return first_order_difference(
        table, asked[0].system, model, (demands[0], demands[1]), extension_of(table, name),
        _rows_and_all(scopes[0]),
    )  # fmt: skip


def _apart(
    asked: Sequence[Asked],
    questions: Sequence[Question],
    name: str,
    scopes: Sequence[PlaceScope],
    model: ErrorModel,
) -> DifferenceErrors:
    """Return two demands on two tables by row of either, and in all last; NaN where one has none.

    Their totals are of all rows, as the answer's are.
    """
    keys = tuple(dict.fromkeys((*scopes[0].keys, *scopes[1].keys)))
    place = {key: k for k, key in enumerate(keys)}
    found = []
    for one, question, scope in zip(asked, questions, scopes, strict=True):
        made = first_order(
            one.table, one.system, model, uncertain_demand(one, question),
            extension_of(one.table, name), _rows_and_all(scope),
        )  # fmt: skip
        at = [*(place[key] for key in scope.keys), len(keys)]
        values, errors = np.full((2, len(keys) + 1), np.nan)
        values[at], errors[at] = made.values, made.errors
        found.append(FirstOrder(values, errors))
    first, second = found
    difference = FirstOrder(second.values - first.values, np.hypot(first.errors, second.errors))
    return DifferenceErrors(first, second, difference)


def _rows_and_all(scope: PlaceScope) -> Floats:
    """Return which nodes make up each row, and all of them last; shape (rows + 1, n)."""
    return np.vstack([members_of(scope.groups), np.ones(scope.table.n)])


def _ends(found: DifferenceErrors) -> tuple[Floats, Floats]:
    """Return low and high ends; log-normal of footprints, normal of the difference."""
    both = np.stack([ends_at_once(found.first), ends_at_once(found.second)], axis=1)
    middle, wide = found.difference.values, Z * found.difference.errors
    apart = np.stack([middle - wide, middle + wide])[:, None]
    low, high = np.concatenate([both, apart], axis=1)
    return low, high


def _facts(low: float, high: float, error: float) -> dict[str, Any]:
    return rounded_facts({"low": low, "high": high, "standard_error": error})


def _with_note(answer: ChainAnswer) -> ChainAnswer:
    return replace(answer, notes=(*answer.notes, ERR_APART))


ERR_APART = Text(
    nl="Aangenomen is dat de fouten van de twee tabellen los van elkaar staan. Fouten die zij "
    "delen, zoals van dezelfde uitgever in twee jaren, zouden het interval van het verschil "
    "smaller maken.",
    en="The two tables are taken to err independently. Errors that they share, such as of one "
    "publisher in two years, would make the interval of the difference narrower.",
)
