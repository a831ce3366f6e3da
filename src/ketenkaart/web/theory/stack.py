"""A theory without a picture: stage by stage, each node with the arrows that leave it."""

from __future__ import annotations

from dataclasses import dataclass

from ketenkaart.core.governance.theory.assess import Assessment
from ketenkaart.core.governance.theory.types import Stage, TheoryNode
from ketenkaart.core.provenance import Text
from ketenkaart.services.theory import SeenTheory
from ketenkaart.services.theory.drawing import STAGES


@dataclass(frozen=True, slots=True)
class Leaving:
    """An arrow that leaves a node: its number, its status and where it leads."""

    number: int
    found: Assessment
    effect: TheoryNode


@dataclass(frozen=True, slots=True)
class Level:
    """One stage with its nodes and the arrows that leave each."""

    stage: Stage
    name: Text
    nodes: tuple[tuple[TheoryNode, tuple[Leaving, ...]], ...]


def stacked(seen: SeenTheory) -> tuple[Level, ...]:
    """Return the stages that occur, from input to impact."""
    return tuple(
        Level(
            stage,
            STAGES[stage],
            tuple((node, _leaving(seen, node)) for node in nodes),
        )
        for stage in Stage
        if (nodes := [node for node in seen.theory.nodes if node.stage is stage])
    )


def _leaving(seen: SeenTheory, node: TheoryNode) -> tuple[Leaving, ...]:
    return tuple(
        Leaving(seen.number(item.arrow.id), item, seen.theory.node(item.arrow.effect))
        for item in seen.assessments
        if item.arrow.cause == node.id
    )
