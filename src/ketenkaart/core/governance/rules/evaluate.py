"""Answer a prepared condition for one firm, and say which facts are enough for that answer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations, product

from ketenkaart.core.governance.rules.kleene import (
    NO,
    UNKNOWN,
    YES,
    at_least,
    merged,
    opposite,
    sustained,
)
from ketenkaart.core.governance.rules.tree import (
    TESTS,
    AtLeast,
    Either,
    Every,
    Leaf,
    Node,
    Opposite,
    Sustained,
)
from ketenkaart.core.governance.rules.values import Cell, Facts, Span

MOST_PROOFS = 60


@dataclass(frozen=True, slots=True)
class Proof:
    """Comparisons that together settle an answer, and the answers of the firm that these look at.

    An answer for every year is one cell, whichever years it is compared in.
    """

    cells: frozenset[Cell]
    leaves: tuple[Leaf, ...]


def compare(leaf: Leaf, span: Span | None) -> int:
    """Return whether what is known of the cell passes; two ends that differ may leave it open."""
    if span is None or not leaf.limits:
        return UNKNOWN
    low, high = span
    if leaf.test in TESTS:
        return merged([YES if leaf.holds(end) else NO for end in (low, high)])
    if low == high:
        return YES if leaf.holds(low) else NO
    return UNKNOWN if any(low <= limit <= high for limit in leaf.limits) else NO


def evaluate(node: Node, facts: Facts) -> int:
    """Return no (0), unknown (1) or yes (2) for one firm.

    Decided answers are sound: whatever the unknown cells turn out to be, they stay.
    """
    if isinstance(node, Leaf):
        return compare(node, facts.span(node.cell))
    if isinstance(node, Opposite):
        return opposite(evaluate(node.part, facts))
    if isinstance(node, Either):
        test = evaluate(node.test, facts)
        if test == UNKNOWN:
            return merged([evaluate(node.then, facts), evaluate(node.other, facts)])
        return evaluate(node.then if test == YES else node.other, facts)
    values = [evaluate(part, facts) for part in node.parts]
    if isinstance(node, Every):
        return min(values)
    return at_least(node.needed, values) if isinstance(node, AtLeast) else sustained(values)


def smallest_proof(node: Node, facts: Facts) -> Proof | None:
    """Return a smallest set of known cells that settles the answer, or `None` if it is unknown.

    Smallest in the number of cells, then of comparisons; ties go by the order of the law. Exact
    unless a node has more than sixty smallest sets, of which the rest is left aside.
    """
    found = _proofs(node, facts)
    return found[0] if found else None


def _proofs(node: Node, facts: Facts) -> list[Proof]:
    """Return the smallest sufficient sets for the value of a decided node; none if unknown."""
    value = evaluate(node, facts)
    if value == UNKNOWN:
        return []
    if isinstance(node, Leaf):
        return [Proof(frozenset({facts.effective(node.cell)}), (node,))]
    if isinstance(node, Opposite):
        return _proofs(node.part, facts)
    if isinstance(node, Either):
        return _either(node, facts, value)
    if isinstance(node, Sustained):
        return _sustained(node, facts, value)
    needed = len(node.parts) if isinstance(node, Every) else node.needed
    if value == NO:
        needed = len(node.parts) - needed + 1
    agreeing = [part for part in node.parts if evaluate(part, facts) == value]
    return _least(
        proof
        for chosen in combinations([_proofs(part, facts) for part in agreeing], needed)
        for proof in _joined(chosen)
    )


def _either(node: Either, facts: Facts, value: int) -> list[Proof]:
    found: list[Proof] = []
    test = evaluate(node.test, facts)
    if test != UNKNOWN:
        branch = node.then if test == YES else node.other
        found += _joined((_proofs(node.test, facts), _proofs(branch, facts)))
    if evaluate(node.then, facts) == evaluate(node.other, facts) == value:
        found += _joined((_proofs(node.then, facts), _proofs(node.other, facts)))
    return _least(found)


def _sustained(node: Sustained, facts: Facts, value: int) -> list[Proof]:
    values = [evaluate(part, facts) for part in node.parts]
    known = [index for index, one in enumerate(values) if one != UNKNOWN]
    enough: list[frozenset[int]] = []
    for size in range(1, len(known) + 1):
        for chosen in combinations(known, size):
            years = frozenset(chosen)
            seen = [one if index in years else UNKNOWN for index, one in enumerate(values)]
            if sustained(seen) == value and not any(less <= years for less in enough):
                enough.append(years)
    return _least(
        proof
        for years in enough
        for proof in _joined(tuple(_proofs(node.parts[index], facts) for index in sorted(years)))
    )


def _joined(parts: Iterable[list[Proof]]) -> Iterable[Proof]:
    """Yield every union of one proof per part."""
    found = [Proof(frozenset(), ())]
    for proofs in parts:
        found = _least(
            Proof(one.cells | other.cells, tuple(dict.fromkeys((*one.leaves, *other.leaves))))
            for one, other in product(found, proofs)
        )
    return found


def _least(proofs: Iterable[Proof]) -> list[Proof]:
    """Return the proofs of which no other is a part, smallest first, at most sixty."""
    kept: list[Proof] = []
    for proof in sorted(proofs, key=lambda item: (len(item.cells), len(item.leaves))):
        if not any(other.cells <= proof.cells for other in kept):
            kept.append(proof)
            if len(kept) == MOST_PROOFS:
                break
    return kept
