"""Work the made example of the method: chances, draw, estimate, interval, and the truth beside."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ketenkaart.core.monitor.effect.effects import ends
from ketenkaart.core.monitor.effect.weighted import (
    Figure,
    Weighted,
    weighted_total,
    with_replacement_variance,
)
from ketenkaart.core.monitor.sampling.drawing import draw_by_size, inclusion, numbers_of
from ketenkaart.core.provenance import Text
from ketenkaart.services.exports import Cell
from ketenkaart.sources.reference.effect_example import load_effect_example

EXAMPLE_COLUMNS = ("contract", "value_eur", "chance", "drawn", "effect", "effect_over_chance")


@dataclass(frozen=True, slots=True)
class WorkedContract:
    """One made contract: its chance and, where it was drawn, its effect and what it stands for."""

    id: str
    value_eur: float
    chance: float
    is_certain: bool
    effect: float | None
    expanded: float | None


@dataclass(frozen=True, slots=True)
class WorkedExample:
    """The made example worked out; `truth` is known only because everything is made."""

    effect: Text
    contracts: tuple[WorkedContract, ...]
    drawn: int
    total_eur: float
    estimate: float
    se: float
    low: float
    high: float
    freedom: float
    low_replaced: float
    high_replaced: float
    truth: float


def worked_example() -> WorkedExample:
    """Return the made example, computed by the code that estimates real answers."""
    made = load_effect_example()
    names = [item.id for item in made.contracts]
    values = np.array([item.value_eur for item in made.contracts])
    effects = np.array([item.effect for item in made.contracts])
    chances = inclusion(values, made.draw)
    places = draw_by_size(chances, numbers_of(made.seed, names), names, made.seed)
    strata = (chances[places] >= 1).astype(np.int64)
    found = weighted_total(effects[places], Weighted(chances[places], strata, values[places]))
    replaced = with_replacement_variance(effects[places], chances[places], strata)
    low, high = ends(found, 0.95)
    wide = ends(Figure(found.value, replaced.variance, replaced.freedom, found.n), 0.95)
    drawn = set(places.tolist())
    contracts = tuple(
        WorkedContract(
            name, float(values[k]), float(chances[k]), bool(chances[k] >= 1),
            float(effects[k]) if k in drawn else None,
            float(effects[k] / chances[k]) if k in drawn else None,
        )
        for k, name in enumerate(names)
    )  # fmt: skip
    return WorkedExample(
        effect=made.effect, contracts=contracts, drawn=len(drawn), total_eur=float(values.sum()),
        estimate=found.value or 0.0, se=found.se or 0.0, low=low or 0.0, high=high or 0.0,
        freedom=found.freedom, low_replaced=wide[0] or 0.0, high_replaced=wide[1] or 0.0,
        truth=float(effects.sum()),
    )  # fmt: skip


def example_rows(found: WorkedExample) -> list[list[Cell]]:
    """Return the contracts in the order of `EXAMPLE_COLUMNS`."""
    return [
        [item.id, item.value_eur, item.chance, item.effect is not None, item.effect, item.expanded]
        for item in found.contracts
    ]
