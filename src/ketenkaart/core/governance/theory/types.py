"""The nouns of policy theory: stages, arrows with their assumptions, and evidence for them."""

from __future__ import annotations

from enum import StrEnum
from typing import Self

from pydantic import Field, model_validator

from ketenkaart.core.governance.types import Kind
from ketenkaart.core.provenance import Citation, Frozen, Grade, Identifier, Text


class Stage(StrEnum):
    """Where something stands between what is put in and what changes for people, in this order."""

    INPUT = "input"
    ACTIVITY = "activity"
    OUTPUT = "output"
    OUTCOME = "outcome"
    IMPACT = "impact"

    @property
    def order(self) -> int:
        """Return the place in the order, from 0 (input) to 4 (impact).

        >>> Stage.OUTCOME.order
        3
        """
        return list(Stage).index(self)


class AssumptionKind(StrEnum):
    """What an assumption is about; the first five are those of the skeleton in the facts."""

    LEVERAGE = "leverage"
    PROPORTIONALITY = "proportionality"
    CAPACITY = "capacity"
    LEVEL_PLAYING_FIELD = "level_playing_field"
    COHERENCE = "coherence"
    MOTIVE = "motive"
    KNOWLEDGE = "knowledge"
    ENFORCEMENT = "enforcement"


class Strength(StrEnum):
    """How much a study of one design can say about cause and effect, from nothing to much."""

    NONE = "none"
    WEAK = "weak"
    MODERATE = "moderate"
    STRONG = "strong"

    @property
    def order(self) -> int:
        """Return the place in the order, from 0 (none) to 3 (strong)."""
        return list(Strength).index(self)


class Direction(StrEnum):
    """What a finding says of an assumption; `not_found`: looked for, and nothing could be said."""

    SUPPORTS = "supports"
    CONTRADICTS = "contradicts"
    MIXED = "mixed"
    NOT_FOUND = "not_found"


class AssumptionStatus(StrEnum):
    """What the evidence says of an assumption; always derived, never written down by hand."""

    UNTESTED = "untested"
    SUPPORTED = "supported"
    CONTRADICTED = "contradicted"


class EvidenceDesign(Frozen):
    """One way to study effects, and how much it can say: a declared judgement."""

    id: Identifier
    label: Text
    strength: Strength
    citation: Citation


class StatusRule(Frozen):
    """The stated rule by which evidence becomes a status.

    Findings of a strength below `counts_from`, and those whose citation has a grade in
    `set_aside`, are shown but do not count.
    """

    statement: Text
    counts_from: Strength
    set_aside: tuple[Grade, ...] = ()
    designs: tuple[EvidenceDesign, ...] = Field(min_length=1)
    citation: Citation

    def design(self, design_id: str) -> EvidenceDesign:
        """Return a design by its id; raises `KeyError` for an unknown one."""
        for design in self.designs:
            if design.id == design_id:
                return design
        raise KeyError(design_id)


class TheoryEvidence(Frozen):
    """A finding about an assumption; `design` is the id of a design of study.

    `study` names the study of the evidence map that it comes from, where it has one there.
    """

    finding: Text
    direction: Direction
    design: Identifier
    study: Identifier | None = None
    citation: Citation


class GoalConflict(Frozen):
    """Another goal that an arrow works against; `entry` is an id of the register of trade-offs."""

    entry: Identifier
    why: Text
    citation: Citation


class TheoryNode(Frozen):
    """Something that is put in, done, delivered or changed.

    `sdg_targets` and `issues` say what an outcome or impact bears on; `overall` names the node of
    the overall theory that this one is a part of.
    """

    id: Identifier
    stage: Stage
    text: Text
    sdg_targets: tuple[str, ...] = ()
    issues: tuple[Identifier, ...] = ()
    overall: Identifier | None = None
    citation: Citation

    @model_validator(mode="after")
    def _late(self) -> Self:
        if (self.sdg_targets or self.issues) and self.stage.order < Stage.OUTCOME.order:
            raise ValueError("only an outcome or impact bears on SDG targets or issues")
        return self


class TheoryArrow(Frozen):
    """`cause` leads to `effect`, if `assumption` holds; the citation says who reasons so.

    `is_feedback` marks an arrow that leads back; without it, arrows never form a circle.
    `is_adverse` marks a feared side effect: the cause works against the effect.
    """

    id: Identifier
    cause: Identifier
    effect: Identifier
    assumption: Text
    about: tuple[AssumptionKind, ...] = ()
    evidence: tuple[TheoryEvidence, ...] = ()
    conflicts: tuple[GoalConflict, ...] = ()
    is_feedback: bool = False
    is_adverse: bool = False
    citation: Citation


class Theory(Frozen):
    """A policy theory: of the policy as a whole, of a kind of instrument, or of instruments.

    `kinds` and `instruments` say for what it holds; the overall theory leaves both empty.
    """

    id: Identifier
    title: Text
    summary: Text
    is_overall: bool = False
    kinds: tuple[Kind, ...] = ()
    instruments: tuple[Identifier, ...] = ()
    nodes: tuple[TheoryNode, ...] = Field(min_length=2)
    arrows: tuple[TheoryArrow, ...] = Field(min_length=1)
    citation: Citation

    def node(self, node_id: str) -> TheoryNode:
        """Return a node by its id; raises `KeyError` for an unknown one."""
        for node in self.nodes:
            if node.id == node_id:
                return node
        raise KeyError(node_id)


class SdgTarget(Frozen):
    """A target of the Sustainable Development Goals, in short words of this project.

    `topics` names what this project links to it beyond issues, such as access to remedy.
    """

    id: str = Field(pattern=r"^(1[0-7]|[1-9])\.([1-9][0-9]?|[a-d])$")
    text: Text
    topics: tuple[Text, ...] = ()
    citation: Citation

    @property
    def goal(self) -> int:
        """Return the number of its goal."""
        return int(self.id.partition(".")[0])
