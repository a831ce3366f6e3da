"""Ways from input to impact: the best supported one, its weakest link, and what none can avoid."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ketenkaart.core.governance.theory.assess import Assessment
from ketenkaart.core.governance.theory.types import Stage, Theory, TheoryArrow


@dataclass(frozen=True, slots=True)
class Chain:
    """The best supported way from one input to one impact.

    `arrows` are its arrows in order. `weakest` are those of the lowest rank on it: no other way
    from this input to this impact has a stronger weakest link. `unavoidable` are the arrows that
    every way takes.
    """

    start: str
    end: str
    arrows: tuple[str, ...]
    weakest: tuple[str, ...]
    rank: int
    unavoidable: tuple[str, ...]


def chains(theory: Theory, found: Mapping[str, Assessment]) -> tuple[Chain, ...]:
    """Return for each input and impact that are connected the best supported way between them.

    The best way has the highest lowest rank (a widest path); of equal ones the shortest, and then
    the first by the ids of its arrows. Feedback and feared side effects are left out: no
    claim rests on them.
    """
    forward = _leading(theory)
    order = _in_order(theory, forward)
    ranks = sorted({found[arrow.id].rank for arrow in forward}, reverse=True)
    graphs = [_leaving([a for a in forward if found[a.id].rank >= rank]) for rank in ranks]
    place = {arrow.id: index for index, arrow in enumerate(forward)}
    ends = [node.id for node in theory.nodes if node.stage is Stage.IMPACT]
    rows = []
    for start in (node.id for node in theory.nodes if node.stage is Stage.INPUT):
        best = _best(start, graphs)
        needed = _needed(start, order, forward)
        rows += [
            _chain(start, end, best[end], needed[end], place, found) for end in ends if end in best
        ]
    return tuple(rows)


def loose_ends(theory: Theory) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the inputs that lead to no impact, and the impacts that no input leads to."""
    leaving = _leaving(_leading(theory))
    inputs = [node.id for node in theory.nodes if node.stage is Stage.INPUT]
    impacts = [node.id for node in theory.nodes if node.stage is Stage.IMPACT]
    reach = {start: _shortest(start, leaving).keys() for start in inputs}
    reached = set().union(*reach.values())
    return (
        tuple(start for start in inputs if not reach[start] & set(impacts)),
        tuple(end for end in impacts if end not in reached),
    )


def _leading(theory: Theory) -> list[TheoryArrow]:
    return [arrow for arrow in theory.arrows if not (arrow.is_feedback or arrow.is_adverse)]


def _leaving(arrows: Iterable[TheoryArrow]) -> dict[str, list[TheoryArrow]]:
    found: dict[str, list[TheoryArrow]] = {}
    for arrow in arrows:
        found.setdefault(arrow.cause, []).append(arrow)
    return found


def _chain(
    start: str,
    end: str,
    way: tuple[str, ...],
    needed: int,
    place: Mapping[str, int],
    found: Mapping[str, Assessment],
) -> Chain:
    rank = min(found[arrow].rank for arrow in way)
    return Chain(
        start,
        end,
        way,
        tuple(arrow for arrow in way if found[arrow].rank == rank),
        rank,
        tuple(arrow for arrow in way if needed >> place[arrow] & 1),
    )


def _in_order(theory: Theory, forward: list[TheoryArrow]) -> list[str]:
    """Return the nodes so that every arrow leads on (Kahn)."""
    waits = dict.fromkeys((node.id for node in theory.nodes), 0)
    for arrow in forward:
        waits[arrow.effect] += 1
    leaving = _leaving(forward)
    ready = [node for node, count in waits.items() if count == 0]
    for node in ready:
        for arrow in leaving.get(node, ()):
            waits[arrow.effect] -= 1
            if waits[arrow.effect] == 0:
                ready.append(arrow.effect)
    return ready


def _best(
    start: str, graphs: Iterable[Mapping[str, list[TheoryArrow]]]
) -> dict[str, tuple[str, ...]]:
    """Return per node the shortest way among those whose lowest rank is highest.

    `graphs` hold the arrows of at least a rank, from the highest rank to the lowest.
    """
    best: dict[str, tuple[str, ...]] = {}
    for leaving in graphs:
        for node, way in _shortest(start, leaving).items():
            if way:
                best.setdefault(node, way)
    return best


def _shortest(start: str, leaving: Mapping[str, list[TheoryArrow]]) -> dict[str, tuple[str, ...]]:
    """Return per node that can be reached the shortest way, of equal ones the first by its ids."""
    ways: dict[str, tuple[str, ...]] = {start: ()}
    edge = dict(ways)
    while edge:
        following: dict[str, tuple[str, ...]] = {}
        for node, before in edge.items():
            for arrow in leaving.get(node, ()):
                if arrow.effect not in ways:
                    way = (*before, arrow.id)
                    following[arrow.effect] = min(way, following.get(arrow.effect, way))
        ways |= following
        edge = following
    return ways


def _needed(start: str, order: Iterable[str], forward: list[TheoryArrow]) -> dict[str, int]:
    """Return per node the arrows that every way to it takes, as bits (dominators of a DAG)."""
    into: dict[str, list[tuple[int, str]]] = {}
    for index, arrow in enumerate(forward):
        into.setdefault(arrow.effect, []).append((index, arrow.cause))
    needed: dict[str, int] = {start: 0}
    for node in order:
        if node == start:
            continue
        for index, cause in into.get(node, ()):
            if cause in needed:
                taken = needed[cause] | 1 << index
                needed[node] = needed.get(node, taken) & taken
    return needed
