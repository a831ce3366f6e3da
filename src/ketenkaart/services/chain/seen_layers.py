"""Layers of a chain as they are seen: what passes between groups, and how sure each figure is.

Answers are kept in the process as long as the table they come from stands unchanged.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ketenkaart.core.chain.counted import extension_of
from ketenkaart.core.chain.first_order import members_of
from ketenkaart.core.chain.layer_errors import first_order_layers_in_all
from ketenkaart.core.chain.layer_flows import LayerFlows, layer_flows
from ketenkaart.core.chain.tiers import tiers
from ketenkaart.core.chain.types import Booleans, Extension, Floats
from ketenkaart.core.provenance import Text
from ketenkaart.services.chain.asking import Asked, make_out
from ketenkaart.services.chain.counting import counted_with_notes, is_risk, known_nodes
from ketenkaart.services.chain.intervals import ends_at_once
from ketenkaart.services.chain.question import Question
from ketenkaart.services.chain.scope import PlaceScope
from ketenkaart.services.chain.seen import SeenChain, see_chain, stamp_of
from ketenkaart.services.chain.uncertainty import chosen_model, model_note, uncertain_demand

By = Literal["country", "sector"]


@dataclass(frozen=True, slots=True)
class LayerEnds:
    """The 95 % intervals of layers, by a declared error model; low ends first, then high ones.

    With T layers shown and G groups: `made` has shape (2, G, T + 2) and `sums` (2, T + 2), of what
    arises in each layer, in all deeper ones, and in all; `passing` (2, T + 1), of what passes
    through each layer and below the last. `note` says by which model, and that it is an estimate.
    """

    made: Floats
    sums: Floats
    passing: Floats
    note: Text


@dataclass(frozen=True, slots=True)
class SeenLayers:
    """What passes between groups of countries or sectors, layer by layer.

    `labels` name the groups in the order of `flows`; `codes` are the table's, None for the group
    of all others. `arises` is what is made in each group, shape (G, T + 2): by layer, in all
    deeper ones, and in all. `is_counted` tells which groups count, and `is_known` in which
    anything is known: `arises` is 0 elsewhere, which is not the same as nothing. `ends` are None
    for a risk, which has ends of another kind.
    """

    chain: SeenChain
    by: By
    codes: tuple[str | None, ...]
    labels: tuple[Text, ...]
    flows: LayerFlows
    arises: Floats
    is_counted: Booleans
    is_known: Booleans
    ends: LayerEnds | None


def see_layers(
    question: Question,
    *,
    extension: str,
    by: By,
    layers: int = 6,
    groups: int = 8,
    abroad: bool = False,
    data_folder: Path | None = None,
) -> SeenLayers:
    """Return what passes between the largest groups and all others, in the first `layers`.

    With `abroad` only what arises outside the region whose buyers are meant is followed.
    """
    stamp = stamp_of(question, data_folder)
    ask = _layers if question.purchases is None else _layers.__wrapped__
    return ask(question, extension, by, layers, groups, abroad, data_folder, stamp)


@lru_cache(maxsize=64)
def _layers(
    question: Question,
    extension: str,
    by: By,
    layers: int,
    groups: int,
    abroad: bool,
    data_folder: Path | None,
    _stamp: str,
) -> SeenLayers:
    chain = see_chain(question, extension=extension, data_folder=data_folder)
    asked = make_out(question, data_folder)
    table = asked.table
    scope = PlaceScope.of(table, by, chain.home if abroad else None)
    counted, _ = counted_with_notes(table, extension)
    counted = replace(counted, values=scope.kept(counted.values))
    shown = _shown(chain, scope, by, groups)
    codes = table.regions if by == "country" else table.sectors
    group = _group_of_nodes(scope, by, shown)
    G = int(group.max()) + 1
    flows = layer_flows(table, asked.system, counted, asked.y, group.tolist(), layers)
    made = tiers(table, asked.system, counted, asked.y, layers - 1).values
    members = members_of(group)
    arises = members @ np.column_stack([made, made.sum(axis=1)])
    named = chain.names.regions if by == "country" else chain.names.sectors
    has_others = len(shown) < G
    return SeenLayers(
        chain=chain,
        by=by,
        codes=(*(codes[k] for k in shown), *((None,) if has_others else ())),
        labels=(*(named[codes[k]] for k in shown), *((OTHERS[by],) if has_others else ())),
        flows=flows,
        arises=arises,
        is_counted=members @ scope.counts > 0,
        is_known=members @ (known_nodes(table, extension) & scope.counts) > 0,
        ends=None
        if is_risk(extension)
        else _ends(asked, question, extension, members * scope.counts, layers),
    )


def _shown(chain: SeenChain, scope: PlaceScope, by: By, groups: int) -> list[int]:
    """Return the countries or sectors that are shown apart: the largest, the buyer's first."""
    values = scope.kept(chain.values.ravel()).reshape(chain.values.shape)
    sizes = values.sum(axis=1 if by == "country" else 0)
    order = [int(k) for k in np.argsort(-sizes, kind="stable")]
    shown = order if len(order) <= groups else order[: groups - 1]
    if by == "country":
        home = chain.regions.index(chain.home)
        shown = [home, *(k for k in shown if k != home)][: len(shown)]
    return shown


def _group_of_nodes(scope: PlaceScope, by: By, shown: list[int]) -> NDArray[np.int64]:
    """Return the number of each node's group; those not shown apart share the last."""
    index = scope.table.region_index() if by == "country" else scope.table.sector_index()
    number = np.full(int(index.max()) + 1, len(shown), dtype=np.int64)
    number[shown] = np.arange(len(shown))
    return np.asarray(number[index])


def _ends(
    asked: Asked, question: Question, extension: str, members: Floats, layers: int
) -> LayerEnds:
    """Return the first-order intervals of layers, as the command line states them."""
    model = chosen_model()
    counted: Extension = extension_of(asked.table, extension)
    demand = uncertain_demand(asked, question)
    found = first_order_layers_in_all(
        asked.table, asked.system, model, demand, counted, members, layers - 1
    )
    return LayerEnds(
        made=ends_at_once(found.by_group),
        sums=ends_at_once(found.in_all),
        passing=ends_at_once(found.onward),
        note=model_note(model),
    )


OTHERS = {
    "country": Text(nl="alle andere landen", en="all other countries"),
    "sector": Text(nl="alle andere sectoren", en="all other sectors"),
}
