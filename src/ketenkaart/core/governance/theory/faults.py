"""What makes a graph no theory: unknown nodes, circles, arrows against the order of stages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ketenkaart.core.governance.theory.types import Theory

Trail = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong in a theory: where in its file (keys and places), what, and what to do."""

    path: Trail
    what: str
    fix: str


def faults(theory: Theory) -> tuple[Fault, ...]:
    """Return everything that is wrong with a theory, in the order in which it is worth mending.

    Circles and idle nodes are looked for only once every arrow runs between known nodes.
    """
    found = [*_repeated(theory), *_unknown(theory)]
    if found:
        return tuple(found)
    return (*_against_order(theory), *_circles(theory), *_idle(theory))


def _repeated(theory: Theory) -> Iterator[Fault]:
    for key in ("nodes", "arrows"):
        seen: set[str] = set()
        for index, item in enumerate(getattr(theory, key)):
            if item.id in seen:
                yield Fault((key, index, "id"), f"'{item.id}' stands here twice", "Rename one.")
            seen.add(item.id)
    pairs = Counter((arrow.cause, arrow.effect) for arrow in theory.arrows)
    for index, arrow in enumerate(theory.arrows):
        if pairs[arrow.cause, arrow.effect] > 1:
            yield Fault(
                ("arrows", index, "effect"),
                f"More than one arrow runs from '{arrow.cause}' to '{arrow.effect}'",
                "Keep one, with both assumptions in one sentence or with a node between.",
            )
            return


def _unknown(theory: Theory) -> Iterator[Fault]:
    known = {node.id for node in theory.nodes}
    for index, arrow in enumerate(theory.arrows):
        for key in ("cause", "effect"):
            name = getattr(arrow, key)
            if name not in known:
                yield Fault(
                    ("arrows", index, key),
                    f"Unknown node '{name}'",
                    f"Declare it under nodes, or use one of {', '.join(sorted(known)[:8])}.",
                )
        if arrow.cause == arrow.effect:
            yield Fault(
                ("arrows", index, "effect"),
                f"The arrow '{arrow.id}' leads from '{arrow.cause}' to itself",
                "Name another cause or effect.",
            )


def _against_order(theory: Theory) -> Iterator[Fault]:
    stages = {node.id: node.stage for node in theory.nodes}
    for index, arrow in enumerate(theory.arrows):
        cause, effect = stages[arrow.cause], stages[arrow.effect]
        if cause.order > effect.order and not arrow.is_feedback:
            yield Fault(
                ("arrows", index, "effect"),
                f"The arrow '{arrow.id}' leads back, from {cause} to {effect}",
                "Set is_feedback: true if that is meant, or turn it around.",
            )


def _circles(theory: Theory) -> Iterator[Fault]:
    leads: dict[str, list[str]] = {}
    for arrow in theory.arrows:
        if not arrow.is_feedback:
            leads.setdefault(arrow.cause, []).append(arrow.effect)
    around = _in_circles(leads)
    for index, arrow in enumerate(theory.arrows):
        if arrow.is_feedback:
            if _route(leads, arrow.effect, arrow.cause) is None:
                yield Fault(
                    ("arrows", index, "is_feedback"),
                    f"The arrow '{arrow.id}' is declared feedback, but nothing leads from "
                    f"'{arrow.effect}' to '{arrow.cause}'",
                    "Leave is_feedback out, or add the arrows that close the circle.",
                )
        elif arrow.cause in around and arrow.effect in around:
            route = _route(leads, arrow.effect, arrow.cause)
            if route is not None:
                yield Fault(
                    ("arrows", index, "effect"),
                    f"The arrow '{arrow.id}' closes a circle: {' > '.join([arrow.cause, *route])}",
                    "Set is_feedback: true on the arrow that leads back, or remove it.",
                )
                return


def _in_circles(leads: Mapping[str, Sequence[str]]) -> set[str]:
    """Return the nodes left when all that nothing in a circle leads to are taken away (Kahn)."""
    waits: Counter[str] = Counter(effect for effects in leads.values() for effect in effects)
    nodes = {*leads, *waits}
    ready = [node for node in nodes if waits[node] == 0]
    for node in ready:
        for effect in leads.get(node, ()):
            waits[effect] -= 1
            if waits[effect] == 0:
                ready.append(effect)
    return nodes - set(ready)


def _route(leads: Mapping[str, Sequence[str]], start: str, end: str) -> list[str] | None:
    """Return the nodes of a shortest way from `start` to `end`, both named; `None` without any."""
    before: dict[str, str | None] = {start: None}
    waiting = [start]
    for node in waiting:
        if node == end:
            way = [node]
            while (last := before[way[-1]]) is not None:
                way.append(last)
            return way[::-1]
        for effect in leads.get(node, ()):
            if effect not in before:
                before[effect] = node
                waiting.append(effect)
    return None


def _idle(theory: Theory) -> Iterator[Fault]:
    used = {name for arrow in theory.arrows for name in (arrow.cause, arrow.effect)}
    for index, node in enumerate(theory.nodes):
        if node.id not in used:
            yield Fault(
                ("nodes", index, "id"),
                f"No arrow leads to or from '{node.id}'",
                "Connect it with an arrow and its assumption, or remove it.",
            )
