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
    return tuple(
        _chain(start.id, end.id, way, forward, found)
        for start in theory.nodes
        for end in theory.nodes
        if start.stage is Stage.INPUT and end.stage is Stage.IMPACT
        if (way := _best(start.id, end.id, forward, found)) is not None
    )


def loose_ends(theory: Theory) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the inputs that lead to no impact, and the impacts that no input leads to."""
    forward = _leading(theory)
    inputs = [node.id for node in theory.nodes if node.stage is Stage.INPUT]
    impacts = {node.id for node in theory.nodes if node.stage is Stage.IMPACT}
    reach = {start: _reached(start, forward) & impacts for start in inputs}
    reached = set().union(*reach.values()) if reach else set()
    return (
        tuple(start for start in inputs if not reach[start]),
        tuple(node.id for node in theory.nodes if node.id in impacts - reached),
    )


def _leading(theory: Theory) -> list[TheoryArrow]:
    return [arrow for arrow in theory.arrows if not (arrow.is_feedback or arrow.is_adverse)]


def _chain(
    start: str,
    end: str,
    arrows: tuple[str, ...],
    forward: list[TheoryArrow],
    found: Mapping[str, Assessment],
) -> Chain:
    rank = min(found[arrow].rank for arrow in arrows)
    return Chain(
        start,
        end,
        arrows,
        tuple(arrow for arrow in arrows if found[arrow].rank == rank),
        rank,
        tuple(
            arrow
            for arrow in arrows
            if end not in _reached(start, [item for item in forward if item.id != arrow])
        ),
    )


def _best(
    start: str, end: str, forward: list[TheoryArrow], found: Mapping[str, Assessment]
) -> tuple[str, ...] | None:
    """Return the shortest way among those whose lowest rank is highest; `None` without any."""
    for rank in sorted({found[arrow.id].rank for arrow in forward}, reverse=True):
        way = _shortest(start, end, [arrow for arrow in forward if found[arrow.id].rank >= rank])
        if way is not None:
            return way
    return None


def _shortest(start: str, end: str, arrows: list[TheoryArrow]) -> tuple[str, ...] | None:
    ways: dict[str, tuple[str, ...]] = {start: ()}
    edge = dict(ways)
    while edge and end not in ways:
        following: dict[str, tuple[str, ...]] = {}
        for arrow in arrows:
            if arrow.cause in edge and arrow.effect not in ways:
                way = (*edge[arrow.cause], arrow.id)
                following[arrow.effect] = min(way, following.get(arrow.effect, way))
        ways |= following
        edge = following
    return ways.get(end)


def _reached(start: str, arrows: Iterable[TheoryArrow]) -> set[str]:
    arrows = list(arrows)
    seen, waiting = {start}, [start]
    for node in waiting:
        for arrow in arrows:
            if arrow.cause == node and arrow.effect not in seen:
                seen.add(arrow.effect)
                waiting.append(arrow.effect)
    return seen
