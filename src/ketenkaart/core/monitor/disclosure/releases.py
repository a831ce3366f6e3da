"""What a table tells beside the tables that were published before it.

Two safe totals can differ by one firm: then their difference is that firm's figure. So a cell is
not published again unless those who joined, who left and whose figures changed since each earlier
publication are nobody, or are themselves a safe group. And because many releases can be put
together, it is also tried whether all published totals of a cell, taken as equations, pin down a
group's figure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ketenkaart.core.monitor.disclosure.openness import is_open
from ketenkaart.core.monitor.disclosure.primary import reason_of, unsafe
from ketenkaart.core.monitor.disclosure.tabulate import sums
from ketenkaart.core.monitor.disclosure.types import Flags, Reason, Rules, Table

Key = tuple[str, ...]
Gives = Mapping[str, float]
"""What each group gave to a cell, by the name of the group; at least zero."""


@dataclass(frozen=True, slots=True)
class Release:
    """A table as it was published: who contributed what to each cell that was not withheld.

    This is as secret as the contributions themselves.
    """

    name: str
    published: Mapping[Key, Gives]


def release_of(name: str, table: Table, withheld: Flags) -> Release:
    """Return what is to be remembered of a table that is published."""
    return Release(name, {
        key: gives_of(table, cell)
        for cell, key in enumerate(table.keys)
        if not withheld[cell] and len(table.members(cell)[0])
    })  # fmt: skip


def gives_of(table: Table, cell: int) -> dict[str, float]:
    """Return what each group gives to a cell."""
    groups, values = table.members(cell)
    return {
        table.groups[g]: value for g, value in zip(groups.tolist(), values.tolist(), strict=True)
    }


def changed_members(table: Table, earlier: Sequence[Release], rules: Rules) -> dict[int, Reason]:
    """Return the cells that would tell what somebody gave who joined or left.

    For each earlier publication of a cell: those who joined since are nobody or a safe group, by
    the figures that would be told, and so are those who left, and those whose figure is another
    now, by how much it changed: a group of which one firm left is among them. Then all
    publications of the cell together, as if nobody's figure had changed: no group's figure may be
    pinned down within `rules.percent`, by a reader or by a member of another group. That is the
    worst case for the firms: where figures do change, less can be told. Raises `SolverError`.
    """
    found: dict[int, Reason] = {}
    for cell in np.unique(table.member_cell).tolist():
        before = [
            release.published[table.keys[cell]]
            for release in earlier
            if table.keys[cell] in release.published
        ]
        if before and _tells(gives_of(table, cell), before, rules):
            found[cell] = Reason.MEMBERS_CHANGED
    return found


def public_already(table: Table, earlier: Sequence[Release]) -> Flags:
    """Return which cells an earlier release told with the very same contributions.

    Withholding them now would hide nothing, and would let others be computed.
    """
    found = np.zeros(len(table), dtype=np.bool_)
    for cell in np.unique(table.member_cell).tolist():
        gives = gives_of(table, cell)
        found[cell] = any(release.published.get(table.keys[cell]) == gives for release in earlier)
    return found


def _tells(now: Gives, before: Sequence[Gives], rules: Rules) -> bool:
    for then in before:
        joined = [value for group, value in now.items() if group not in then]
        left = [value for group, value in then.items() if group not in now]
        # Of what both totals hold, the difference tells nothing but what has changed.
        changed = [
            abs(now.get(group, 0.0) - then.get(group, 0.0))
            for group in now.keys() | then.keys()
            if now.get(group) != then.get(group)
        ]
        if any(reason_of(np.array(some), rules) is not None for some in (joined, left, changed)):
            return True
    return pins_down([*before, now], rules)


def pins_down(releases: Sequence[Gives], rules: Rules) -> bool:
    """Return whether published totals of one cell, put together, give a group's figure away.

    Each total is the sum of the figures of its groups, whose latest figures are taken for all
    releases. A group is given away where an attacker, from outside or of another group, can bound
    its figure within `rules.percent` of it on either side. Raises `SolverError`.

    >>> first, second = {"a": 5.0, "b": 3.0, "c": 4.0}, {"a": 5.0, "b": 3.0, "c": 4.0, "d": 2.0}
    >>> pins_down([first, second], Rules()), pins_down([first, first], Rules())
    (True, False)
    """
    table = _of_classes(releases)
    targets = sorted(cell for cell in unsafe(table, rules) if cell >= len(releases))
    withheld = np.arange(len(table)) >= len(releases)
    return not is_open(table, withheld, targets, rules)


def _of_classes(releases: Sequence[Gives]) -> Table:
    """Return releases and classes as a table: a published total per release, then the classes.

    Groups that stand in the same releases can only be known together: they are one class.
    """
    figures: dict[str, float] = {}
    for gives in releases:
        figures |= gives
    groups = tuple(figures)
    classes: dict[tuple[bool, ...], list[int]] = {}
    for k, group in enumerate(groups):
        classes.setdefault(tuple(group in gives for gives in releases), []).append(k)
    adds: list[tuple[int, int, float]] = []
    gives_in: list[tuple[int, int]] = []
    for row, gives in enumerate(releases):
        adds.append((row, row, 1.0))
        gives_in += [(row, k) for k, group in enumerate(groups) if group in gives]
    for cell, (pattern, inside) in enumerate(classes.items(), start=len(releases)):
        adds += [(row, cell, -1.0) for row, is_in in enumerate(pattern) if is_in]
        gives_in += [(cell, k) for k in inside]
    member_cell, member_group = np.array(gives_in, dtype=np.int64).T
    value = np.array([figures[group] for group in groups])[member_group]
    count = len(releases) + len(classes)
    return Table(
        dimensions=(),
        keys=tuple((f"{'release' if k < len(releases) else 'class'} {k}",) for k in range(count)),
        value=sums(member_cell, value, count),
        relation_row=np.array([row for row, _, _ in adds]),
        relation_cell=np.array([cell for _, cell, _ in adds]),
        relation_sign=np.array([sign for _, _, sign in adds]),
        member_cell=member_cell,
        member_group=member_group,
        member_value=value,
        groups=groups,
    )
