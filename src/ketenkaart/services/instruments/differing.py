"""Where two texts of an instrument differ, line by line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

AROUND = 2


@dataclass(frozen=True, slots=True)
class DiffLine:
    """A line that is kept, added or removed, with its number in the old and the new text.

    `skipped` stands for a stretch of kept lines that is not shown.
    """

    kind: Literal["kept", "added", "removed", "skipped"]
    text: str
    old: int | None
    new: int | None


def difference(old: str, new: str) -> tuple[DiffLine, ...]:
    """Return the lines that differ, with two kept lines around each place.

    >>> [(line.kind, line.text) for line in difference("a\\nb\\n", "a\\nc\\n")]
    [('kept', 'a'), ('removed', 'b'), ('added', 'c')]
    """
    before, after = old.splitlines(), new.splitlines()
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    found: list[DiffLine] = []
    last = 0
    for group in matcher.get_grouped_opcodes(AROUND):
        skipped = group[0][1] - last
        if skipped:
            found.append(DiffLine("skipped", str(skipped), None, None))
        last = group[-1][2]
        for tag, first, end, new_first, new_end in group:
            if tag == "equal":
                found += [
                    DiffLine("kept", before[first + step], first + step + 1, new_first + step + 1)
                    for step in range(end - first)
                ]
            else:
                found += _changed(before, after, (first, end), (new_first, new_end))
    if found and last < len(before):
        found.append(DiffLine("skipped", str(len(before) - last), None, None))
    return tuple(found)


def _changed(
    before: list[str], after: list[str], old: tuple[int, int], new: tuple[int, int]
) -> Iterator[DiffLine]:
    for number in range(*old):
        yield DiffLine("removed", before[number], number + 1, None)
    for number in range(*new):
        yield DiffLine("added", after[number], None, number + 1)
