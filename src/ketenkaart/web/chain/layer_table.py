"""The table of layers: what arises in each group and layer, with its interval."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from ketenkaart.services.chain.seen_layers import SeenLayers
from ketenkaart.web.chain.wording import capital, span

State = Literal["counted", "not_counted", "unknown"]


@dataclass(frozen=True, slots=True)
class LayerCell:
    """One figure of the table, and its interval in words: empty where there is none."""

    value: float
    ends: str


@dataclass(frozen=True, slots=True)
class LayerRow:
    """What arises in a group: a cell per layer, one for all deeper ones, and the whole.

    A group that does not count here, or of which nothing is known, has figures that mean nothing:
    `state` says which.
    """

    group: int
    name: str
    state: State
    cells: tuple[LayerCell, ...]


def layer_rows(seen: SeenLayers, language: str) -> tuple[LayerRow, ...]:
    """Return a row per group, in the order of the picture."""
    return tuple(
        LayerRow(
            g,
            capital(label.in_language(language)),
            _state(seen, g),
            _cells(seen.arises[g], None if seen.ends is None else seen.ends.made[:, g], language),
        )
        for g, label in enumerate(seen.labels)
    )


def layer_sums(seen: SeenLayers, language: str) -> tuple[LayerCell, ...]:
    """Return the sums over all groups; intervals of parts do not add up to these."""
    ends = None if seen.ends is None else seen.ends.sums
    return _cells(seen.arises.sum(axis=0), ends, language)


def layer_passing(seen: SeenLayers, language: str) -> tuple[LayerCell, ...]:
    """Return what passes through each layer and below the last: how high its column is drawn."""
    values = [*seen.flows.passing.sum(axis=1).tolist(), float(seen.flows.deeper.sum())]
    return _cells(values, None if seen.ends is None else seen.ends.passing, language)


def _state(seen: SeenLayers, g: int) -> State:
    if not seen.is_counted[g]:
        return "not_counted"
    return "counted" if seen.is_known[g] else "unknown"


def _cells(
    values: Sequence[float] | np.ndarray[tuple[int], np.dtype[np.float64]],
    ends: np.ndarray[tuple[int, int], np.dtype[np.float64]] | None,
    language: str,
) -> tuple[LayerCell, ...]:
    said = [""] * len(values)
    if ends is not None:
        pairs = zip(ends[0].tolist(), ends[1].tolist(), strict=True)
        said = [span(low, high, language) if low < high else "" for low, high in pairs]
    return tuple(LayerCell(float(value), words) for value, words in zip(values, said, strict=True))
