"""A layered drawing of a graph (Sugiyama, Tagawa & Toda 1981): who stands where, top to bottom.

Layers follow the stages; long arrows get a bend in every layer they cross; orders are swept by
barycentres, keeping the one with the fewest crossings; places are the nearest possible to the mean
of the neighbours, in order and apart (isotonic regression).
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ketenkaart.core.governance.theory.types import Stage, Theory

SWEEPS = 24
SETTLES = 12


@dataclass(frozen=True, slots=True)
class Placed:
    """The middle of a node across, and its layer from the top; lengths are in widths of a box."""

    node: str
    x: float
    layer: int


@dataclass(frozen=True, slots=True)
class Layout:
    """Where nodes stand and through which points arrows run; `width` is that of the whole.

    `ways` holds per forward arrow the points (across, layer) from cause to effect. `stages` gives
    the first and last layer of every stage that occurs.
    """

    places: tuple[Placed, ...]
    ways: dict[str, tuple[tuple[float, int], ...]]
    stages: dict[Stage, tuple[int, int]]
    width: float
    crossings: int


@dataclass(frozen=True, slots=True)
class _Graph:
    """Rows of items from top to bottom, and the links between neighbouring rows."""

    rows: list[list[str]]
    above: dict[str, list[str]]
    below: dict[str, list[str]]


def lay_out(theory: Theory, *, gap: float = 0.14, bend: float = 0.1) -> Layout:
    """Return a layered drawing of a theory without faults.

    Boxes are 1 wide and at least `gap` apart; a bend of a long arrow takes `bend`.
    """
    layers = _layers(theory)
    graph, threads = _with_bends(theory, layers)
    rows, crossings = _ordered(graph)
    xs = _across(graph, rows, gap, bend)
    left = min(x - _half(item, bend) for item, x in xs.items())
    width = max(x + _half(item, bend) for item, x in xs.items()) - left
    depth = {item: k for k, row in enumerate(rows) for item in row}
    return Layout(
        tuple(Placed(node.id, xs[node.id] - left, layers[node.id]) for node in theory.nodes),
        {
            arrow: tuple((xs[item] - left, depth[item]) for item in items)
            for arrow, items in threads.items()
        },
        _bands(theory, layers),
        width,
        crossings,
    )


def _layers(theory: Theory) -> dict[str, int]:
    """Return the layer of each node: stage by stage, and within a stage by the longest way."""
    stage = {node.id: node.stage for node in theory.nodes}
    forward = [arrow for arrow in theory.arrows if not arrow.is_feedback]
    found: dict[str, int] = {}
    offset = 0
    for now in Stage:
        inside = [node for node in stage if stage[node] is now]
        within = [a for a in forward if stage[a.cause] is now and stage[a.effect] is now]
        depth = dict.fromkeys(inside, 0)
        for _ in inside:
            for arrow in within:
                depth[arrow.effect] = max(depth[arrow.effect], depth[arrow.cause] + 1)
        found |= {node: offset + deep for node, deep in depth.items()}
        offset += max(depth.values(), default=-1) + 1
    return found


def _bands(theory: Theory, layers: Mapping[str, int]) -> dict[Stage, tuple[int, int]]:
    found: dict[Stage, tuple[int, int]] = {}
    for stage in Stage:
        inside = [layers[node.id] for node in theory.nodes if node.stage is stage]
        if inside:
            found[stage] = (min(inside), max(inside))
    return found


def _with_bends(theory: Theory, layers: Mapping[str, int]) -> tuple[_Graph, dict[str, list[str]]]:
    rows: list[list[str]] = [[] for _ in range(1 + max(layers.values()))]
    for node in theory.nodes:
        rows[layers[node.id]].append(node.id)
    threads: dict[str, list[str]] = {}
    above: dict[str, list[str]] = {}
    below: dict[str, list[str]] = {}
    for arrow in theory.arrows:
        if arrow.is_feedback:
            continue
        bends = [
            f"{arrow.id}|{layer}" for layer in range(layers[arrow.cause] + 1, layers[arrow.effect])
        ]
        for bend in bends:
            rows[int(bend.rpartition("|")[2])].append(bend)
        items = [arrow.cause, *bends, arrow.effect]
        threads[arrow.id] = items
        for upper, lower in pairwise(items):
            below.setdefault(upper, []).append(lower)
            above.setdefault(lower, []).append(upper)
    return _Graph(rows, above, below), threads


def _ordered(graph: _Graph) -> tuple[list[list[str]], int]:
    """Return the order of every row with the fewest crossings found, and their number."""
    rows = [list(row) for row in graph.rows]
    best, fewest = rows, _crossings(rows, graph.below)
    for sweep in range(SWEEPS):
        if fewest == 0:
            break
        down = sweep % 2 == 0
        near = graph.above if down else graph.below
        for k in range(len(rows)) if down else reversed(range(len(rows))):
            beside = rows[k - 1] if down and k else rows[k + 1] if k + 1 < len(rows) else []
            place = {item: index for index, item in enumerate(beside)}
            own = {item: float(index) for index, item in enumerate(rows[k])}
            means = {i: _mean(near.get(i, []), place, own[i]) for i in rows[k]}
            # Equal means are tried in both orders: which is better shows a row further on.
            sign = 1 if sweep // 2 % 2 == 0 else -1
            rows[k] = sorted(rows[k], key=lambda i, m=means, o=own, s=sign: (m[i], s * o[i]))  # type: ignore[misc]
        count = _crossings(rows, graph.below)
        if count < fewest:
            best, fewest = [list(row) for row in rows], count
    return best, fewest


def _mean(items: Sequence[str], place: Mapping[str, float], own: float) -> float:
    known = [place[item] for item in items if item in place]
    return sum(known) / len(known) if known else own


def _crossings(rows: Sequence[Sequence[str]], below: Mapping[str, Sequence[str]]) -> int:
    count = 0
    for upper, lower in pairwise(rows):
        place = {item: index for index, item in enumerate(lower)}
        passed: list[int] = []
        for item in upper:
            ends = sorted(place[other] for other in below.get(item, ()))
            count += sum(len(passed) - bisect_right(passed, end) for end in ends)
            for end in ends:
                insort(passed, end)
    return count


def _half(item: str, bend: float) -> float:
    return bend / 2 if "|" in item else 0.5


def _across(
    graph: _Graph, rows: Sequence[Sequence[str]], gap: float, bend: float
) -> dict[str, float]:
    """Return the middle of every item: near its neighbours, in order, nothing overlapping."""
    offsets: dict[str, float] = {}
    xs: dict[str, float] = {}
    for row in rows:
        place = 0.0
        for before, item in zip([None, *row], row, strict=False):
            if before is not None:
                place += _half(before, bend) + gap + _half(item, bend)
            offsets[item] = place
        middle = place / 2
        xs |= {item: offsets[item] - middle for item in row}
    for settle in range(SETTLES):
        near = (graph.above, graph.below)[settle % 2]
        for row in rows if settle % 2 == 0 else reversed(rows):
            wished = [_mean(near.get(item, []), xs, xs[item]) - offsets[item] for item in row]
            xs |= {
                item: value + offsets[item]
                for item, value in zip(row, _rising(wished), strict=True)
            }
    return xs


def _rising(values: Sequence[float]) -> list[float]:
    """Return the nearest sequence that never falls (pool adjacent violators).

    >>> _rising([1.0, 3.0, 2.0, 4.0])
    [1.0, 2.5, 2.5, 4.0]
    """
    pools: list[list[float]] = []
    for value in values:
        pools.append([value, 1.0])
        while len(pools) > 1 and pools[-2][0] > pools[-1][0]:
            mean, count = pools.pop()
            other, size = pools[-1]
            pools[-1] = [(mean * count + other * size) / (count + size), count + size]
    return [mean for mean, count in pools for _ in range(int(count))]
