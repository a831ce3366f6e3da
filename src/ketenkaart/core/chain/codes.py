"""Find the codes that people type in a table, and say which ones come near where there is none."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches

from ketenkaart.core.chain.world import WorldTable
from ketenkaart.core.errors import InputError

SHOWN = 60


def matching_code(kind: str, code: str, known: Sequence[str], where: str | None = None) -> str:
    """Return the table's own spelling of a code; capitals and blanks at the ends do not count.

    Raises `InputError` naming the nearest codes, or all of them where none comes near.

    >>> matching_code("region", " row", ["NLD", "RoW"])
    'RoW'
    >>> matching_code("region", "NDL", ["NLD", "RoW"])
    Traceback (most recent call last):
    ketenkaart.core.errors.InputError: There is no region 'NDL' (at region). Did you mean NLD?
    """
    wanted = code.strip()
    folded = {name.casefold(): name for name in known}
    if wanted in known:
        return wanted
    if wanted.casefold() in folded:
        return folded[wanted.casefold()]
    near = [folded[name] for name in get_close_matches(wanted.casefold(), folded, n=4, cutoff=0.6)]
    listed = ", ".join(known[:SHOWN]) + (", ..." if len(known) > SHOWN else "")
    raise InputError(
        f"There is no {kind} {wanted[:40]!r}",
        where=where or kind,
        fix=f"Did you mean {' or '.join(near)}?" if near else f"Use one of {listed}.",
    )


def node_of(table: WorldTable, code: str, where: str | None = None) -> int:
    """Return the number of the node that `REGION.sector` names.

    Raises `InputError` for a code without a point, and for a region or sector there is not.
    """
    region, point, sector = code.strip().partition(".")
    if not point:
        raise InputError(
            f"{code[:40]!r} names no sector of a region",
            where=where or "sector",
            fix=f"Write region and sector with a point between, such as {table.label(0)}.",
        )
    return table.node(
        matching_code("region", region, table.regions, where),
        matching_code("sector", sector, table.sectors, where),
    )
