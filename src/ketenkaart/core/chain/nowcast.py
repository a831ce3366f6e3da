"""Bring a world table to a later year with totals of that year: an estimate, by GRAS.

The cells of Z and Y keep their zeros, their signs and as much of their proportions as the new
totals allow: output per node, purchases per node (output minus value added) and final demand per
buyer. What is not given follows what is, by declared rules, and is listed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from ketenkaart.core.chain.gras import Balanced, Progress, gras
from ketenkaart.core.chain.types import Booleans, Floats
from ketenkaart.core.chain.world import WorldTable
from ketenkaart.core.errors import InputError, TableError

Kind = Literal["output", "value_added", "final_demand"]
KINDS: tuple[Kind, ...] = ("output", "value_added", "final_demand")
WORST_GAP = 0.03
"""Share by which final demand may miss value added in the world before totals are refused."""
DUST = 1e-10
"""Purchases of at most this share of output are rounding, and none."""


@dataclass(frozen=True, slots=True)
class MacroTotal:
    """One total of the later year: of a region (no `code`), or of one sector or buyer there.

    `value` is in the table's unit; `where` names the line it came from.
    """

    kind: Kind
    region: str
    code: str | None
    value: float
    where: str


@dataclass(frozen=True, slots=True)
class Targets:
    """What a later table adds up to, in the unit of the table.

    `output` and `added` per node (n,), `final` per column of final demand. `followed` says, per
    kind, how many of these were not given and follow others; `scaled` by how much final demand
    was changed so that the world's final demand equals its value added (1 is not at all).
    """

    output: Floats
    added: Floats
    final: Floats
    followed: Mapping[str, int]
    scaled: float


@dataclass(frozen=True, slots=True)
class NowcastTable:
    """A table brought to later totals: multipliers for [Z Y] of the table before, and the totals.

    `share` is value added over what it was, per node; its rows keep their proportions.
    """

    targets: Targets
    balanced: Balanced


def paid_besides(table: WorldTable) -> Floats:
    """Return output minus purchases minus value added, per node: taxes, margins and rounding."""
    bought = np.asarray(table.A.sum(axis=0)) * table.x
    return np.asarray(table.x - bought - added_of(table))


def added_of(table: WorldTable) -> Floats:
    """Return all value added per node; shape (n,)."""
    return np.asarray(sum((np.asarray(row) for row in table.V.values()), start=np.zeros(table.n)))


def targets_of(table: WorldTable, totals: Sequence[MacroTotal]) -> Targets:
    """Return what a later table must add up to, from totals and, where they lack, by these rules.

    A total of a region goes to its sectors or buyers that have none of their own, in the
    proportions of the table. Output that is not given grows with value added of the node; value
    added with output; one of them is needed for every region. Final demand of a region grows with
    its value added; inventories that are not given grow along. Raises `InputError` naming the line
    of a total for a code there is not, given twice, or that its parts exceed, and the region for
    which all is missing.
    """
    given = _given(table, totals)
    R, S = len(table.regions), len(table.sectors)
    before = {"output": np.asarray(table.x), "value_added": added_of(table)}
    found: dict[str, Floats] = {}
    known: dict[str, Booleans] = {}
    for kind, old in before.items():
        values = np.full(table.n, np.nan)
        for r, region in enumerate(table.regions):
            part = slice(r * S, (r + 1) * S)
            values[part] = _spread(given, kind, region, table.sectors, old[part])
        found[kind], known[kind] = values, ~np.isnan(values)
    lacking = [
        region
        for r, region in enumerate(table.regions)
        if not (known["output"] | known["value_added"])[r * S : (r + 1) * S].any()
    ]
    if lacking:
        raise InputError(
            f"There is neither output nor value added of {', '.join(lacking[:8])}"
            f"{' and others' if len(lacking) > 8 else ''}",
            where="totals",
            fix="Give value_added of every region; the whole region, without a code, is enough.",
        )
    growth = _growth(found, before, R, S)
    by_node = np.repeat(growth, S)
    old_x, old_added = before["output"], before["value_added"]
    output = _follow(found["output"], old_x, found["value_added"], old_added, by_node)
    added = _follow(found["value_added"], old_added, output, old_x, by_node)
    final, followed = _final(table, given, growth)
    counts = {kind: int((~is_known).sum()) for kind, is_known in known.items()}
    return _closed(table, Targets(output, added, final, counts | {"final_demand": followed}, 1.0))


def _growth(
    found: Mapping[str, Floats], before: Mapping[str, Floats], regions: int, sectors: int
) -> Floats:
    """Return how what is known of each region grew: value added, or else output; 1 for nothing."""
    growth = np.ones(regions)
    for r in range(regions):
        part = slice(r * sectors, (r + 1) * sectors)
        for kind in ("output", "value_added"):  # the last that is known counts
            is_known = ~np.isnan(found[kind][part])
            old = float(before[kind][part][is_known].sum())
            if old > 0:
                growth[r] = float(found[kind][part][is_known].sum()) / old
    return growth


def nowcast(
    table: WorldTable, targets: Targets, *, progress: Progress = lambda _done: None
) -> NowcastTable:
    """Return the multipliers that bring a table to its targets.

    The matrix [Z Y] gets row sums `output` and column sums of purchases and of final demand.
    Raises `TableError` naming the node or buyer whose totals no such table has.
    """
    matrix = sold_before(table, targets)
    columns = np.concatenate([_purchases(table, targets), targets.final])
    buyers = [f"{c.region}.{c.category}" for c in table.final_demand]

    def column(k: int) -> str:
        return table.label(k) if k < table.n else buyers[k - table.n]

    balanced = gras(
        matrix,
        targets.output,
        columns,
        row_label=table.label,
        column_label=column,
        progress=progress,
    )
    return NowcastTable(targets, balanced)


def sold_before(table: WorldTable, targets: Targets) -> Floats:
    """Return [Z Y] of the table before, all grown as output in all: what GRAS starts from.

    GRAS divides negative cells by what it multiplies positive ones with; growth that all share
    must not shrink stocks. A row of which all cells are negative and which must come to zero
    vanishes here.
    """
    matrix = sales(table)
    matrix *= float(targets.output.sum()) / float(matrix.sum())
    vanish = (targets.output == 0) & (matrix.max(axis=1) <= 0)
    matrix[vanish] = 0.0
    return matrix


def sales(table: WorldTable) -> Floats:
    """Return all that is sold, [Z Y]; shape (n, n + columns of final demand)."""
    found = np.empty((table.n, table.n + table.Y.shape[1]))
    np.multiply(table.A, table.x, out=found[:, : table.n])
    found[:, table.n :] = table.Y
    return found


def _given(
    table: WorldTable, totals: Sequence[MacroTotal]
) -> dict[tuple[str, str, str | None], MacroTotal]:
    found: dict[tuple[str, str, str | None], MacroTotal] = {}
    buyers: dict[str, list[str]] = {region: [] for region in table.regions}
    for column in table.final_demand:
        buyers[column.region].append(column.category)
    for total in totals:
        if total.region not in table.regions:
            raise _unknown("region", total.region, total.where, table.regions)
        codes = buyers[total.region] if total.kind == "final_demand" else list(table.sectors)
        if total.code is not None and total.code not in codes:
            noun = "buyer" if total.kind == "final_demand" else "sector"
            raise _unknown(noun, total.code, total.where, codes)
        if not np.isfinite(total.value) or (total.kind == "output" and total.value < 0):
            raise InputError(
                f"{total.value} cannot be {total.kind.replace('_', ' ')}",
                where=total.where,
                fix="Give an amount in the table's unit; output is not below zero.",
            )
        key = (total.kind, total.region, total.code)
        if key in found:
            raise InputError(
                f"{total.kind} of {total.region} {total.code or ''} is given twice",
                where=total.where,
                fix=f"Leave it out here, or at {found[key].where}.",
            )
        found[key] = total
    return found


def _unknown(noun: str, code: str, where: str, known: Sequence[str]) -> InputError:
    return InputError(
        f"The table has no {noun} {code[:40]!r}",
        where=where,
        fix=f"Use one of {', '.join(known[:60])}.",
    )


def _spread(
    given: Mapping[tuple[str, str, str | None], MacroTotal],
    kind: str,
    region: str,
    codes: Sequence[str],
    old: Floats,
    *,
    takes: Floats | None = None,
) -> Floats:
    """Return the totals of a region's parts: those given, and what a whole leaves for the others.

    NaN where neither is given. `takes` weighs who shares in what is left (by default `old`).
    """
    values = np.full(len(codes), np.nan)
    for k, code in enumerate(codes):
        if (kind, region, code) in given:
            values[k] = given[kind, region, code].value
    whole = given.get((kind, region, None))
    if whole is None:
        return values
    open_ = np.isnan(values)
    left = whole.value - float(values[~open_].sum())
    weights = np.where(open_, np.maximum(old if takes is None else takes, 0.0), 0.0)
    size = abs(whole.value) + float(np.abs(values[~open_]).sum())
    if weights.sum() <= 0 or left < 0:
        if abs(left) > 1e-6 * size:
            raise InputError(
                f"The parts of {kind.replace('_', ' ')} of {region} come to "
                f"{whole.value - left:,.6g}, and the whole is {whole.value:,.6g}",
                where=whole.where,
                fix="Leave out the whole, or correct it or its parts.",
            )
        left = 0.0
    shared = weights * (left / weights.sum()) if weights.sum() > 0 else weights
    return np.where(open_, shared, values)


def _follow(values: Floats, old: Floats, leader: Floats, led: Floats, growth: Floats) -> Floats:
    """Return values, with what is missing grown as its leader did, or as its region."""
    is_led = ~np.isnan(leader) & (led > 0)
    times = np.divide(leader, led, out=growth.copy(), where=is_led)
    return np.where(np.isnan(values), old * np.maximum(times, 0.0), values)


def _final(
    table: WorldTable,
    given: Mapping[tuple[str, str, str | None], MacroTotal],
    growth: Floats,
) -> tuple[Floats, int]:
    old = np.asarray(table.Y).sum(axis=0)
    found, followed = old.copy(), 0
    for r, region in enumerate(table.regions):
        columns = [k for k, c in enumerate(table.final_demand) if c.region == region]
        if not columns:
            continue
        codes = [table.final_demand[k].category for k in columns]
        mine = dict(given)
        stocks = [code in table.inventory for code in codes]
        if ("final_demand", region, None) in given:
            for k, code in zip(columns, codes, strict=True):
                key = ("final_demand", region, code)
                if code in table.inventory and key not in given:
                    value = float(old[k] * growth[r])
                    mine[key] = MacroTotal("final_demand", region, code, value, "inventories")
        takes = np.where(stocks, 0.0, old[columns])
        values = _spread(mine, "final_demand", region, codes, old[columns], takes=takes)
        missing = np.isnan(values)
        followed += int(missing.sum())
        found[columns] = np.where(missing, old[columns] * growth[r], values)
    return found, followed


def _closed(table: WorldTable, targets: Targets) -> Targets:
    """Return targets in which the world's final demand is what production leaves for it."""
    wanted = float((targets.output - _purchases(table, targets)).sum())
    stocks = np.array([c.category in table.inventory for c in table.final_demand])
    grows = (targets.final > 0) & ~stocks
    gap = wanted - float(targets.final.sum())
    size = float(targets.final[grows].sum())
    if size <= 0 or abs(gap) > WORST_GAP * size:
        raise InputError(
            f"Final demand of the world comes to {targets.final.sum():,.6g}, while output less "
            f"purchases comes to {wanted:,.6g}",
            where="totals",
            fix="Give totals of one source: what is used finally is what value is added to.",
        )
    scaled = 1 + gap / size
    final = np.where(grows, targets.final * scaled, targets.final)
    return Targets(targets.output, targets.added, final, targets.followed, scaled)


def _purchases(table: WorldTable, targets: Targets) -> Floats:
    """Return what every node must buy; raise `TableError` naming one that cannot."""
    times = np.divide(targets.output, table.x, out=np.zeros(table.n), where=table.x > 0)
    found = targets.output - targets.added - paid_besides(table) * times
    found = np.where(np.abs(found) <= DUST * np.abs(targets.output), 0.0, found)
    if (found < 0).any():
        worst = int(np.argmin(found))
        raise TableError(
            f"{table.label(worst)} adds more value ({targets.added[worst]:,.6g}) than its output "
            f"({targets.output[worst]:,.6g}) leaves room for",
            where=table.label(worst),
            fix="Correct its value added or its output.",
        )
    return found
