"""Clauses beside norms, and one agreement beside another or beside the template."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from ketenkaart.core.governance.norms.types import (
    Absence,
    Agreement,
    Clause,
    ClauseNorm,
    Deviation,
    Element,
    Norm,
)


class Cover(StrEnum):
    """How far an agreement follows a norm; `not_researched` where nobody read its whole text."""

    FULLY = "fully"
    PARTLY = "partly"
    SILENT = "silent"
    NOT_RESEARCHED = "not_researched"


class Side(StrEnum):
    """Where two agreements speak of an element.

    `unknown_left` and `unknown_right`: only the other one is known to speak of it, because this
    one was not read whole; `unknown`: neither is known to.
    """

    BOTH = "both"
    ONLY_LEFT = "only_left"
    ONLY_RIGHT = "only_right"
    UNKNOWN_LEFT = "unknown_left"
    UNKNOWN_RIGHT = "unknown_right"
    NEITHER = "neither"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class NormRow:
    """One row of the matrix: a norm, how far it is followed, and by which clauses.

    `absent` says why nothing follows it, where that is known.
    """

    norm: Norm
    cover: Cover
    clauses: tuple[tuple[Clause, ClauseNorm], ...]
    absent: tuple[Absence, ...]


@dataclass(frozen=True, slots=True)
class ElementRow:
    """An element in two agreements, with the clauses of each and why they differ, if known."""

    element: Element
    side: Side
    left: tuple[Clause, ...]
    right: tuple[Clause, ...]
    absent: tuple[Absence, ...]
    deviations: tuple[Deviation, ...]


def clause_matrix(agreement: Agreement, norms: Sequence[Norm]) -> tuple[NormRow, ...]:
    """Return every norm with the clauses that follow it, in the order of the norms.

    A norm is followed fully when one clause follows it fully; clauses that each follow it partly
    are not added up.
    """
    rows = []
    for norm in norms:
        found = tuple(
            (clause, meets)
            for clause in agreement.clauses
            for meets in clause.meets
            if meets.norm == norm.id
        )
        absent = tuple(item for item in agreement.absent if norm.id in item.norms)
        cover = _cover([meets.level for _, meets in found], agreement.is_read or bool(absent))
        rows.append(NormRow(norm, cover, found, absent))
    return tuple(rows)


def _cover(levels: list[str], is_known: bool) -> Cover:
    if "fully" in levels:
        return Cover.FULLY
    if levels:
        return Cover.PARTLY
    return Cover.SILENT if is_known else Cover.NOT_RESEARCHED


def compare(
    left: Agreement, right: Agreement, elements: Sequence[Element]
) -> tuple[ElementRow, ...]:
    """Return every element with what two agreements say of it, in the order of the template."""
    rows = []
    for element in elements:
        one = tuple(item for item in left.clauses if item.element == element.id)
        other = tuple(item for item in right.clauses if item.element == element.id)
        why = tuple(
            item for item in (*left.deviations, *right.deviations) if item.element == element.id
        )
        lacks = [
            [item for item in agreement.absent if item.element == element.id]
            for agreement in (left, right)
        ]
        side = _side(
            bool(one), bool(other), left.is_read or bool(lacks[0]), right.is_read or bool(lacks[1])
        )
        rows.append(ElementRow(element, side, one, other, (*lacks[0], *lacks[1]), why))
    return tuple(rows)


def _side(one: bool, other: bool, left_read: bool, right_read: bool) -> Side:
    if one and other:
        return Side.BOTH
    if one:
        return Side.ONLY_LEFT if right_read else Side.UNKNOWN_RIGHT
    if other:
        return Side.ONLY_RIGHT if left_read else Side.UNKNOWN_LEFT
    return Side.NEITHER if left_read and right_read else Side.UNKNOWN


def template_agreement(elements: Sequence[Element], name: Agreement) -> Agreement:
    """Return the template as an agreement that says what is expected on every element."""
    return name.model_copy(
        update={
            "is_read": True,
            "clauses": tuple(
                Clause(
                    id=element.id,
                    element=element.id,
                    text=element.expected,
                    meets=tuple(ClauseNorm(norm=norm, level="fully") for norm in element.norms),
                    citation=element.citation,
                )
                for element in elements
            ),
        }
    )
