"""How sure a figure is: a headline with its interval, an estimate by a declared error model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from ketenkaart.core.chain.cell_errors import ErrorModel
from ketenkaart.core.chain.counted import extension_of
from ketenkaart.core.chain.demands import buyers_of, category_named
from ketenkaart.core.chain.first_order import UncertainDemand, first_order, log_normal_ends
from ketenkaart.core.chain.world import WorldTable
from ketenkaart.core.errors import InputError
from ketenkaart.core.provenance import Grade, Text
from ketenkaart.services.chain.asking import Asked, home_region, make_out
from ketenkaart.services.chain.called import nodes_called
from ketenkaart.services.chain.question import Question

LEVEL = 0.95
RISK = "risk:"
Errors = Literal["shared", "independent"]


@dataclass(frozen=True, slots=True)
class HeadlineInterval:
    """A figure with the 95 % interval that errors of cells give it: always an estimate.

    `value` is as published, `low` and `high` the ends, `standard_error` one standard deviation,
    all in `unit`. `error_model` and `grade` say how the errors were taken, `note` in words.
    """

    value: float
    low: float
    high: float
    standard_error: float
    unit: str
    level: float
    error_model: str
    grade: Grade
    note: Text


def headline_interval(
    question: Question,
    *,
    extension: str = "value_added",
    places: Sequence[str] = (),
    part: Literal["all", "abroad"] = "all",
    errors: Errors = "shared",
    data_folder: Path | None = None,
) -> HeadlineInterval:
    """Return what a demand embodies, in all, with its first-order interval; no draws, one pass.

    `places` narrows it to countries, sectors or `REGION.sector`; `part` to what is made outside
    the region that buys. Raises `InputError` for an unknown code, and for `risk:` extensions,
    whose ends are not about cells.
    """
    asked = make_out(question, data_folder)
    table = asked.table
    groups = _places(table, question, places, part)
    model = chosen_model(errors)
    counted = extension_of(table, certain_name(extension))
    demand = uncertain_demand(asked, question)
    found = first_order(table, asked.system, model, demand, counted, groups)
    value, error = float(found.values[0]), float(found.errors[0])
    low, high = log_normal_ends(value, error)
    return HeadlineInterval(
        value, low, high, error, counted.unit, LEVEL, model.id, model.grade, model_note(model)
    )


def chosen_model(errors: Errors = "shared") -> ErrorModel:
    """Return the declared error model; `independent` leaves out what a country's cells share."""
    from ketenkaart.sources.reference.cell_errors import load_cell_errors  # noqa: PLC0415 - YAML

    model, _ = load_cell_errors()
    return model if errors == "shared" else model.without_shared()


def certain_name(extension: str) -> str:
    """Return the name of an extension whose errors are those of cells.

    Raises `InputError` for a likelihood index, which has ends of another kind.
    """
    if extension.strip().casefold().startswith(RISK):
        raise InputError(
            f"{extension.strip()[:40]} has no errors of cells: its low and high end hold what is "
            "not known about a likelihood",
            where="--uncertainty",
            fix="Ask without --uncertainty, or for value_added.",
        )
    return extension


def uncertain_demand(asked: Asked, question: Question) -> UncertainDemand:
    """Return the demand as cells of the table where it is made of them, else as a given amount."""
    if question.sector is not None or question.purchases is not None:
        return UncertainDemand(asked.y)
    table = asked.table
    region = home_region(table, question.demand)
    columns = tuple(
        k
        for k, item in enumerate(table.final_demand)
        if item.region == region and _is_bought(table, region, item.category, question.buyers)
    )
    bought = np.asarray(table.Y[:, list(columns)].sum(axis=1))
    share = np.divide(asked.y, bought, out=np.zeros(table.n), where=bought != 0)
    return UncertainDemand(asked.y, columns, share)


def model_note(model: ErrorModel) -> Text:
    """Return in words that intervals are an estimate, and by which model."""
    together_nl = f" en {model.shared:.0%} gedeeld per land" if model.shared else ""
    together_en = f" and {model.shared:.0%} shared per country" if model.shared else ""
    largest, smallest = model.relative[0], model.relative[-1]
    return Text(
        nl=f"Schatting: 95 %-interval volgens foutmodel {model.id} (graad "
        f"{model.grade.in_language('nl')}): cellen {largest:.0%} tot {smallest:.0%} "
        f"fout naar grootte{together_nl}. Geen uitgever geeft fouten van cellen; fouten "
        "van indeling en prijs zitten er niet in.",
        en=f"Estimate: 95 % interval by error model {model.id} (grade {model.grade.value}): cells "
        f"off by {largest:.0%} to {smallest:.0%} by size{together_en}. No publisher gives errors "
        "of cells; errors of classification and price are not in it.",
    )


def _is_bought(table: WorldTable, region: str, category: str, buyers: Sequence[str]) -> bool:
    if not buyers:
        return category not in table.inventory
    known = buyers_of(table, region)
    return category in {category_named(buyer, known) for buyer in buyers}


def _places(
    table: WorldTable, question: Question, places: Sequence[str], part: str
) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Return group 0 for every node that counts, -1 for the others."""
    counts = np.ones(table.n, dtype=bool)
    if places:
        counts[:] = False
        for code in places:
            counts[nodes_called(table, code, "--at")] = True
    if part == "abroad":
        home = table.regions.index(home_region(table, question.demand))
        counts &= table.region_index() != home
    return np.where(counts, 0, -1).astype(np.int64)
