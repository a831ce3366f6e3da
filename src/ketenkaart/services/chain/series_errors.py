"""How sure a series is: intervals beside the figures of each year, and beside what changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ketenkaart.core.chain.counted import extension_of
from ketenkaart.core.chain.first_order import first_order
from ketenkaart.core.chain.types import Floats
from ketenkaart.core.provenance import Text
from ketenkaart.services.chain.asking import Asked
from ketenkaart.services.chain.compared_at_once import ERR_APART, Z
from ketenkaart.services.chain.intervals import ends_at_once, rounded_facts
from ketenkaart.services.chain.question import Question
from ketenkaart.services.chain.uncertainty import (
    Errors,
    certain_name,
    chosen_model,
    model_note,
    uncertain_demand,
)

ENDS = ("low", "high", "standard_error")


@dataclass(frozen=True, slots=True)
class YearErrors:
    """How sure the figures of one year are: all of a footprint, and what arises at the places.

    `ends` holds low ends, then high ones, shape (2, 2); `errors` standard errors, shape (2,).
    """

    ends: Floats
    errors: Floats

    def cells(self, figure: int) -> tuple[float, ...]:
        """Return low end, high end and standard error of the whole (0) or of the places (1)."""
        low, high = self.ends[:, figure]
        return tuple(_rounded(value) for value in (low, high, self.errors[figure]))


def year_errors(
    asked: Asked, question: Question, extension: str, places: Sequence[int], errors: Errors
) -> YearErrors:
    """Return how sure the figures of one year are, to first order, in one pass over its table."""
    members = np.zeros((2, asked.table.n))
    members[0] = 1.0
    members[1, list(places)] = 1.0
    found = first_order(
        asked.table,
        asked.system,
        chosen_model(errors),
        uncertain_demand(asked, question),
        extension_of(asked.table, certain_name(extension)),
        members,
    )
    return YearErrors(ends_at_once(found), found.errors)


def change_ends(moved: float, before: YearErrors, now: YearErrors) -> dict[str, Any]:
    """Return the interval of a change at the places between two years, whose tables err apart.

    It is normal, as the sign of a change is not given; standard errors add up as squares.
    """
    error = float(np.hypot(before.errors[1], now.errors[1]))
    ends = moved - Z * error, moved + Z * error, error
    return rounded_facts(dict(zip(ENDS, ends, strict=True)))


def said_of_series(errors: Errors) -> tuple[Text, ...]:
    """Return what must be said of the intervals of a series: by which model, and of what none."""
    return model_note(chosen_model(errors)), ERR_APART, CAUSES_NONE


def _rounded(value: float) -> float:
    return float(f"{value:.6g}")


CAUSES_NONE = Text(
    nl="Van de oorzaken is geen interval berekend: de spreiding zegt alleen hoe de volgorde van "
    "rekenen uitmaakt.",
    en="No interval is computed of the causes: their spread only says how much the order of "
    "reckoning matters.",
)
