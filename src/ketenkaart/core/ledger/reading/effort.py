"""How many steps a pattern can cost at one place of a text made to hurt it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from importlib import import_module
from math import ceil
from typing import Any

# Python's own parser of patterns: what a pattern means may not be guessed a second time here.
_op: Any = import_module("re._constants")

_ALL = (1 << 256) - 1
_LINE_FEED = 1 << 10
_PREFIX = 12
_ENOUGH = 10**9


def effort(nodes: list[Any]) -> int:
    """Return a bound, up to a small factor, on the steps from one place, for bounded repeats.

    Ways to match multiply where the text leaves a choice. It leaves none where the next character
    tells: a word before a space ends where the space is, and of several words only those can both
    stand at a place of which one begins the other. The last part of a pattern never tries again.
    """
    return _sequence(nodes, [])[0]


def _sequence(nodes: list[Any], tail: list[Any]) -> tuple[int, int]:
    """Return the steps of a sequence before `tail`, and in how many ways it can be passed."""
    steps, ways = 0, 1
    for index, node in enumerate(nodes):
        cost, choices = _node(node, [*nodes[index + 1 :], *tail])
        steps += ways * cost
        ways *= choices
        if steps > _ENOUGH or ways > _ENOUGH:
            return _ENOUGH, _ENOUGH
    return steps, ways


def _node(node: Any, tail: list[Any]) -> tuple[int, int]:
    op, value = node
    if op is _op.SUBPATTERN:
        return _sequence(list(value[3]), tail)
    if op is _op.BRANCH:
        return _branch([list(part) for part in value[1]], tail)
    if op in (_op.MAX_REPEAT, _op.MIN_REPEAT):
        return _repeat(list(value[2]), int(value[0]), int(value[1]), tail)
    return 1, 1


def _branch(parts: list[list[Any]], tail: list[Any]) -> tuple[int, int]:
    measured = [_sequence(part, tail) for part in parts]
    starts = [_prefix(part) for part in parts]
    ways = max(
        sum(
            other[1]
            for other, other_start in zip(measured, starts, strict=True)
            if _can_share(start, other_start)
        )
        for start in starts
    )
    shared = max(
        sum(
            other[0]
            for other, other_start in zip(measured, starts, strict=True)
            if _can_share(start, other_start)
        )
        for start in starts
    )
    return len(parts) + shared, ways


def _can_share(one: list[int], other: list[int]) -> bool:
    """Say whether a text can begin with both: no character of the shorter rules the other out."""
    return all(a & b for a, b in zip(one, other, strict=False))


def _repeat(inner: list[Any], low: int, high: int, tail: list[Any]) -> tuple[int, int]:
    cost, ways = _sequence(inner, [*inner, *tail])
    if ways > 1:
        total = sum(ways**count for count in range(low, min(high, 40) + 1))
        return min(_ENOUGH, total * cost), min(_ENOUGH, total)
    span = high - low + 1
    after = _first(tail)
    if after is None or not after & (_first(inner) or 0):
        return high * cost, 1
    return high * cost, _placements(span, tail) if len(inner) == 1 else span


def _placements(span: int, tail: list[Any]) -> int:
    """Return at how many of `span` neighbouring places what follows can begin."""
    rest = list(tail)
    while rest and rest[0][0] is _op.AT:
        rest.pop(0)
    word = []
    for op, value in rest:
        if op is not _op.LITERAL:
            break
        word.append(value)
    if word:
        return ceil(span / _period(word))
    if rest and rest[0][0] is _op.SUBPATTERN:
        return _placements(span, [*rest[0][1][3], *rest[1:]])
    if rest and rest[0][0] is _op.BRANCH:
        return min(span, sum(_placements(span, [*part, *rest[1:]]) for part in rest[0][1][1]))
    return span


def _period(word: list[int]) -> int:
    """Return the least shift at which a word can overlap itself."""
    return next(shift for shift in range(1, len(word) + 1) if word[shift:] == word[:-shift])


def _prefix(nodes: list[Any]) -> list[int]:
    """Return, as bits, what the first characters of a sequence can be, as far as they are sure."""
    found: list[int] = []
    for op, value in nodes:
        if len(found) >= _PREFIX:
            break
        if op is _op.AT:
            continue
        bits = characters((op, value))
        if bits:
            found.append(bits)
        elif op is _op.SUBPATTERN and len(value[3]) == 1:
            found.extend(_prefix(list(value[3])))
            break
        else:
            first = _first([(op, value)]) if not _can_be_empty((op, value)) else None
            found.extend([first] if first else [])
            break
    return found


def _first(nodes: Iterable[Any]) -> int | None:
    """Return, as bits, which character can come first; `None` when nothing need come."""
    bits = 0
    for op, value in nodes:
        if op is _op.AT:
            continue
        own = characters((op, value))
        if op is _op.SUBPATTERN:
            own = _first(value[3]) or 0
        elif op is _op.BRANCH:
            for part in value[1]:
                own |= _first(part) or 0
        elif op in (_op.MAX_REPEAT, _op.MIN_REPEAT):
            own = _first(value[2]) or 0
        bits |= own
        if not _can_be_empty((op, value)):
            return bits
    return bits or None


def _can_be_empty(node: Any) -> bool:
    op, value = node
    if op is _op.AT:
        return True
    if op is _op.SUBPATTERN:
        return all(_can_be_empty(inner) for inner in value[3])
    if op is _op.BRANCH:
        return any(all(_can_be_empty(inner) for inner in part) for part in value[1])
    if op in (_op.MAX_REPEAT, _op.MIN_REPEAT):
        return bool(value[0] == 0) or all(_can_be_empty(inner) for inner in value[2])
    return False


def characters(node: Any) -> int:
    """Return, as bits, which Latin-1 characters a one-character node can match; 0 for others."""
    op, value = node
    if op is _op.LITERAL:
        both = {chr(value).lower(), chr(value).upper()}
        return sum(1 << ord(sign) for sign in both if len(sign) == 1 and ord(sign) < 256)
    if op is _op.ANY:
        return _ALL & ~_LINE_FEED
    if op is _op.NOT_LITERAL:
        return _ALL & ~characters((_op.LITERAL, value))
    return _class(value) if op is _op.IN else 0


def _class(items: Iterable[Any]) -> int:
    bits = 0
    negated = False
    for kind, item in items:
        if kind is _op.NEGATE:
            negated = True
        elif kind is _op.LITERAL:
            bits |= characters((kind, item))
        elif kind is _op.RANGE:
            for code in range(item[0], min(item[1], 255) + 1):
                bits |= characters((_op.LITERAL, code))
        elif kind is _op.CATEGORY:
            bits |= _category(str(item))
    return _ALL & ~bits if negated else bits


@lru_cache(maxsize=16)
def _category(name: str) -> int:
    letter = {"DIGIT": "d", "SPACE": "s", "WORD": "w"}[name.rsplit("_", 1)[-1]]
    sign = re.compile("\\" + (letter.upper() if "NOT_" in name else letter))
    return sum(1 << code for code in range(256) if sign.match(chr(code)))
