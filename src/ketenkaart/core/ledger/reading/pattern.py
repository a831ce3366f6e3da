"""What a cue's pattern may be, how long its matches are, and which literal each one holds."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from typing import Any

import re2  # type: ignore[import-untyped]

from ketenkaart.core.errors import ReferenceDataError

# Python's own parser of patterns: what a pattern means may not be guessed a second time here.
_parser: Any = import_module("re._parser")
_op: Any = import_module("re._constants")

MAX_WIDTH = 600
MAX_PATHS = 200_000
_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789 .,;:-/()")
_UNBOUNDED = 100_000
_OPTIONS = re2.Options()
_OPTIONS.log_errors = False

# how rare a character is in Dutch and English prose, in bits
_BITS = dict.fromkeys(_LETTERS, 7.0) | {
    " ": 2.6, "e": 2.6, "n": 3.5, "a": 3.9, "t": 3.9, "i": 4.0, "r": 4.1, "o": 4.2, "d": 4.2,
    "s": 4.6, "l": 4.9, "g": 5.1, "h": 5.2, "v": 5.2, "k": 5.4, "m": 5.5, "u": 5.5, "b": 5.9,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Anchor:
    """Literals of which every match holds one, `least` to `most` characters after its start."""

    literals: tuple[bytes, ...]
    least: int
    most: int


@dataclass(frozen=True, slots=True)
class Checked:
    """A pattern that may be used: its longest match, its anchor, and whether it asks for the end.

    `width` counts characters. `needs_end` says that it holds "$", so that a text may not be cut.
    """

    width: int
    anchor: Anchor | None
    needs_end: bool


@lru_cache(maxsize=4096)
def check_pattern(pattern: str, *, name: str = "pattern") -> Checked:
    """Return what is known of `pattern`; `name` is what the message calls it.

    Raises `ReferenceDataError` for a pattern that RE2 or Python does not take, that can match
    nothing, that repeats without a bound, that can match over 600 characters, or that has so many
    ways to match one place that a hostile text could keep it busy.

    >>> check_pattern(r"bevee?lt .{0,40}aan").anchor.literals
    (b'beve',)
    """
    tree = _parse(pattern, name)
    least, most = tree.getwidth()
    if least == 0:
        _refuse(name, "can match nothing at all", "Make at least one word obligatory")
    if most >= _UNBOUNDED or _has_unbounded(tree):
        _refuse(
            name, "repeats without a bound", "Write a bound, as .{0,80} or \\w{1,30}, for * and +"
        )
    if most > MAX_WIDTH:
        _refuse(name, f"can match {most} characters", f"Keep it under {MAX_WIDTH}")
    if _paths(tree) > MAX_PATHS:
        _refuse(name, "has too many ways to match one place", "Use fewer or shorter gaps in a row")
    return Checked(int(most), _best(list(tree)), "AT_END" in repr(tree))


def _refuse(name: str, what: str, fix: str) -> None:
    raise ReferenceDataError(f"The pattern {what}", where=name, fix=f"{fix}.")


def _parse(pattern: str, name: str) -> Any:
    try:
        tree = _parser.parse(pattern, re.IGNORECASE)
        re.compile(pattern, re.IGNORECASE)
    except (re.error, OverflowError, RecursionError) as error:
        raise ReferenceDataError(
            f"The pattern is not valid: {error}", where=name, fix="Correct it."
        ) from None
    try:
        re2.compile(pattern, _OPTIONS)
    except re2.error as error:
        reason = error.args[0] if error.args else "refused"
        reason = reason.decode() if isinstance(reason, bytes) else reason
        raise ReferenceDataError(
            f"RE2 does not take the pattern: {reason}",
            where=name,
            fix="Use no look-around, back references or possessive repeats.",
        ) from None
    if tree.state.flags & (re.VERBOSE | re.MULTILINE | re.DOTALL | re.ASCII):
        _refuse(name, "sets a flag", "Write it without (?m), (?s), (?x) or (?a)")
    return tree


def _has_unbounded(tree: Iterable[Any]) -> bool:
    for op, value in tree:
        if op in (_op.MAX_REPEAT, _op.MIN_REPEAT):
            if value[1] is _op.MAXREPEAT or _has_unbounded(value[2]):
                return True
        elif op is _op.SUBPATTERN:
            if _has_unbounded(value[3]):
                return True
        elif op is _op.BRANCH and any(_has_unbounded(part) for part in value[1]):
            return True
    return False


def _paths(tree: Iterable[Any]) -> int:
    """Return a bound on the ways in which the pattern can match from one place."""
    nodes = list(tree)
    total = 1
    for index, (op, value) in enumerate(nodes):
        total *= _paths_of(op, value, nodes[index + 1 :])
        if total > MAX_PATHS:
            break
    return total


def _paths_of(op: Any, value: Any, following: Sequence[Any]) -> int:
    if op is _op.SUBPATTERN:
        return _paths(value[3])
    if op is _op.BRANCH:
        return sum(_paths(part) for part in value[1])
    if op in (_op.MAX_REPEAT, _op.MIN_REPEAT):
        low, high, inner = value
        nodes = list(inner)
        if len(nodes) == 1 and _characters(nodes[0]) and following:
            after = _characters(following[0])
            if after and not after & _characters(nodes[0]):
                return 1
        each = _paths(inner)
        if each == 1:
            return int(high - low + 1)
        total = 0
        for count in range(low, high + 1):
            total += int(each) ** int(count)
            if total > MAX_PATHS:
                break
        return total
    return 1


def _characters(node: Any) -> int:
    """Return, as bits, which Latin-1 characters a one-character node can match; 0 for others."""
    op, value = node
    if op is _op.LITERAL:
        both = {chr(value).lower(), chr(value).upper()}
        return sum(1 << ord(c) for c in both if len(c) == 1 and ord(c) < 256)
    if op is _op.ANY:
        return (1 << 256) - 1 - (1 << 10)
    if op is _op.NOT_LITERAL:
        return (1 << 256) - 1 - (1 << value if value < 256 else 0)
    return _class(value) if op is _op.IN else 0


def _class(items: Iterable[Any]) -> int:
    bits = 0
    negated = False
    for kind, item in items:
        if kind is _op.NEGATE:
            negated = True
        elif kind is _op.LITERAL:
            bits |= _characters((kind, item))
        elif kind is _op.RANGE:
            for code in range(item[0], min(item[1], 255) + 1):
                bits |= _characters((_op.LITERAL, code))
        elif kind is _op.CATEGORY:
            bits |= _category(str(item))
    return ((1 << 256) - 1) & ~bits if negated else bits


@lru_cache(maxsize=16)
def _category(name: str) -> int:
    letter = {"DIGIT": "d", "SPACE": "s", "WORD": "w"}[name.rsplit("_", 1)[-1]]
    sign = re.compile("\\" + (letter.upper() if "NOT_" in name else letter))
    return sum(1 << code for code in range(256) if sign.match(chr(code)))


def _best(nodes: list[Any]) -> Anchor | None:
    found = [anchor for anchor in _anchors(nodes) if min(map(len, anchor.literals)) >= 2]
    return max(found, key=_worth, default=None)


def _worth(anchor: Anchor) -> float:
    """Return how much work the anchor saves: rare literals, few of them, at a fixed place."""
    bits = min(sum(_BITS[chr(code)] for code in literal) for literal in anchor.literals)
    return min(bits, 34.0) - 0.5 * len(anchor.literals) - (anchor.most - anchor.least) / 10


def _anchors(nodes: list[Any]) -> list[Anchor]:
    """Return the sets of literals, one of which every match of the sequence holds."""
    found: list[Anchor] = []
    least = most = 0
    run, run_least, run_most = "", 0, 0
    for node in [*nodes, None]:
        sign = _letter(node)
        if sign is None:
            if run:
                found.append(Anchor((run.encode("latin-1"),), run_least, run_most))
            run = ""
        else:
            if not run:
                run_least, run_most = least, most
            run += sign
        if node is None:
            break
        if sign is None:
            found.extend(
                Anchor(anchor.literals, anchor.least + least, anchor.most + most)
                for anchor in _inside(node)
            )
        low, high = _width(node)
        least, most = least + low, most + high
    return found


def _letter(node: Any) -> str | None:
    if node is None or node[0] is not _op.LITERAL:
        return None
    sign = chr(node[1]).lower()
    return sign if sign in _LETTERS else None


def _width(node: Any) -> tuple[int, int]:
    pattern = _parser.SubPattern(_parser.State(), [node])
    low, high = pattern.getwidth()
    return int(low), int(high)


def _inside(node: Any) -> list[Anchor]:
    op, value = node
    if op is _op.SUBPATTERN:
        return _anchors(list(value[3]))
    if op in (_op.MAX_REPEAT, _op.MIN_REPEAT) and value[0] >= 1:
        return _anchors(list(value[2]))
    if op is _op.BRANCH:
        best = [_best(list(part)) for part in value[1]]
        chosen = [anchor for anchor in best if anchor is not None]
        if len(chosen) == len(best):
            literals = tuple(sorted({lit for anchor in chosen for lit in anchor.literals}))
            least = min(anchor.least for anchor in chosen)
            most = max(anchor.most for anchor in chosen)
            return [Anchor(literals, least, most)]
    return []
