"""What a cue's pattern may be, how long its matches are, and which literal each one holds."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from ketenkaart.core.errors import ReferenceDataError
from ketenkaart.core.ledger.reading.anchor import (
    Anchor,
    begins_text,
    begins_word,
    find_anchor,
)
from ketenkaart.core.ledger.reading.effort import effort

# Python's own parser of patterns: what a pattern means may not be guessed a second time here.
_parser: Any = import_module("re._parser")
_op: Any = import_module("re._constants")

MAX_WIDTH = 600
MAX_WORK = 100_000
_UNBOUNDED = 100_000


@dataclass(frozen=True, slots=True)
class Checked:
    """A pattern that may be used: its longest match in characters, and the anchor if it has one.

    `needs_end` says that it asks for the end of the text, so that a text may not be cut for it,
    `begins_word` that a match can begin at the first letter of a word alone, `begins_text` at the
    start of the text alone.
    """

    width: int
    anchor: Anchor | None
    needs_end: bool
    begins_word: bool
    begins_text: bool


_known: dict[str, Checked] = {}


def recall(patterns: Mapping[str, Checked]) -> None:
    """Take over what an earlier run of `check_pattern` returned, so that it need not be found anew.

    Finding it takes milliseconds a pattern, which a single command should not wait for.
    """
    _known.update(patterns)


def check_pattern(pattern: str, *, name: str = "pattern") -> Checked:
    """Return what is known of `pattern`; `name` is what the message calls it.

    Raises `ReferenceDataError` for a pattern that RE2 or Python does not take, that can match
    nothing, that repeats without a bound, that can match over 600 characters, or that has so many
    ways to match one place that a hostile text could keep it busy.

    >>> check_pattern(r"\\bbeveelt .{0,40}aan").anchor
    (Literal(text=b' beveelt ', least=-1, most=-1),)
    """
    if (known := _known.get(pattern)) is not None:
        return known
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
    if effort(list(tree)) > MAX_WORK:
        _refuse(name, "has too many ways to match one place", "Use fewer or shorter gaps in a row")
    nodes = list(tree)
    _known[pattern] = Checked(
        width=int(most),
        anchor=find_anchor(nodes),
        needs_end="AT_END" in repr(tree),
        begins_word=begins_word(nodes),
        begins_text=begins_text(nodes),
    )
    return _known[pattern]


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
    import re2  # type: ignore[import-untyped]  # noqa: PLC0415 - only new patterns are checked

    options = re2.Options()
    options.log_errors = False
    try:
        re2.compile(pattern, options)
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
