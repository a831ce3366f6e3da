"""Where an id leads: merges and splits are followed to facilities that stand for themselves.

An id that was given out never dies. A merge makes the id of the facility that goes lead to the one
that stays, a split to each part. Only facilities that stand for themselves can be merged, split
or led to, and such a facility leads nowhere itself: so no chain can ever come back to its start,
whatever the order of merges, splits and their undoing.
"""

from __future__ import annotations

from collections.abc import Callable


def lead_on(key: str, successors: Callable[[str], tuple[str, ...]]) -> tuple[str, ...]:
    """Return the ids that a key stands for, in order, each once.

    `successors` gives where one id leads, nothing for one that stands for itself.

    >>> links = {"a": ("b",), "b": ("c", "d")}
    >>> lead_on("a", lambda key: links.get(key, ()))
    ('c', 'd')
    """
    ends: dict[str, None] = {}
    seen: set[str] = set()
    waiting = [key]
    while waiting:
        current = waiting.pop()
        if current in seen:
            continue
        seen.add(current)
        further = successors(current)
        if further:
            waiting.extend(reversed(further))
        else:
            ends[current] = None
    return tuple(ends)
