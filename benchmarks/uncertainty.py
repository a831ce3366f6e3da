"""How well stated intervals cover on the real table, and how near a nowcast comes to a real year.

    python benchmarks/uncertainty.py ../shared/data/wiod2013 [--draws 400]

Tables are drawn around the published one of 2011 by the declared error model; the first-order
interval of every country's and every node's part of the Dutch footprint is held against them, and
those of its layers and largest paths.
Then the table of 2009 is brought to 2011 with more and more totals of that year.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from ketenkaart.core.chain.cell_errors import ErrorModel
from ketenkaart.core.chain.counted import extension_of, intensities
from ketenkaart.core.chain.draws import TableDraws
from ketenkaart.core.chain.first_order import (
    FirstOrder,
    UncertainDemand,
    first_order,
    log_normal_ends,
)
from ketenkaart.core.chain.layer_errors import first_order_layers
from ketenkaart.core.chain.leontief import coefficients
from ketenkaart.core.chain.moves import missed
from ketenkaart.core.chain.nowcast import (
    MacroTotal,
    added_of,
    nowcast,
    sales,
    sold_before,
    targets_of,
)
from ketenkaart.core.chain.path_errors import ListedPaths, first_order_paths
from ketenkaart.core.chain.paths import largest_paths
from ketenkaart.core.chain.system import system_of
from ketenkaart.core.chain.tiers import tiers
from ketenkaart.core.chain.types import Floats
from ketenkaart.core.chain.world import WorldTable
from ketenkaart.services.world_tables import add_table, open_world
from ketenkaart.sources.reference.cell_errors import load_cell_errors

HOME = "NLD"
LAYERS = 4
PATHS = 200
SIZES = (1000.0, 100.0, 10.0, 1.0, 0.0)


def cover(table: WorldTable, model: ErrorModel, draws: int) -> None:
    """Print which share of drawn tables lies inside the first-order 95 % intervals."""
    columns = tuple(
        k
        for k, item in enumerate(table.final_demand)
        if item.region == HOME and item.category not in table.inventory
    )
    demand = UncertainDemand(table.demand_of(HOME), columns)
    added = extension_of(table, "value_added")
    system = system_of(table)
    node, country = np.arange(table.n), table.region_index()
    abroad = np.where(country == table.regions.index(HOME), -1, 0)
    s = intensities(table, [added])[0] * (abroad == 0)
    paths = ListedPaths.of(largest_paths(table.A, s, demand.y, PATHS, total=1.0).paths)
    started = time.perf_counter()
    found = [first_order(table, system, model, demand, added, g) for g in (abroad, country, node)]
    once = time.perf_counter() - started
    layers = [
        first_order_layers(table, system, model, demand, added, g, LAYERS)
        for g in (abroad, country)
    ]
    by_path = first_order_paths(table, system, model, demand, added, paths, abroad == 0)
    found += [FirstOrder(one.values[:, :-1].ravel(), one.errors[:, :-1].ravel()) for one in layers]
    found += [by_path.paths, by_path.covered, by_path.remainder, by_path.share]
    source = TableDraws(table, model, [added])
    values = []
    started = time.perf_counter()
    for k in range(draws):
        drawn = source.draw((1, k))
        y = demand.of(drawn.table.Y)
        by_layer = tiers(drawn.table, drawn.system, drawn.extensions[0], y, LAYERS).values
        made = by_layer.sum(axis=1)
        total = made[abroad == 0].sum()
        parts = [np.array([total]), np.bincount(country, weights=made), made]
        parts += [by_layer[abroad == 0].sum(axis=0)]
        parts += [np.array([np.bincount(country, weights=row) for row in by_layer.T]).T.ravel()]
        each = paths.values(drawn.table.A, intensities(drawn.table, drawn.extensions)[0], y)
        covered = each.sum()
        parts += [each, np.array([covered, total - covered, covered / total])]
        values.append(np.concatenate(parts))
    seconds = (time.perf_counter() - started) / draws
    drawn_values = np.array(values)
    centre = np.concatenate([item.values for item in found])
    error = np.concatenate([item.errors for item in found])
    ends = np.array([log_normal_ends(*pair) for pair in zip(centre, error, strict=True)])
    inside = ((ends[:, 0] <= drawn_values) & (drawn_values <= ends[:, 1])).mean(axis=0)
    spread = drawn_values.std(axis=0, ddof=1)
    print(f"\nShared error {model.shared:.0%}; {seconds:.3f} s a draw; first order {once:.1f} s")
    sizes = np.cumsum([0, *(len(item.values) for item in found)])
    names = ("all abroad", "by country", "nodes", f"layers 0 to {LAYERS} and deeper, abroad")
    names += ("the same by country", f"{PATHS} largest paths from abroad", "these together")
    names += ("what they leave out", "the share they cover")
    for name, first, last in zip(names, sizes, sizes[1:], strict=False):
        if name != "nodes":
            show(name, np.arange(first, last), inside, error, spread, centre)
    nodes = np.arange(sizes[2], sizes[3])
    above = np.inf
    for size in SIZES:
        here = nodes[(centre[nodes] > size) & (centre[nodes] <= above)]
        show(f"nodes above {size:g}", here, inside, error, spread, centre)
        above = size


def show(
    name: str, places: Floats, inside: Floats, error: Floats, spread: Floats, centre: Floats
) -> None:
    if not len(places):
        return
    ratio = error[places] / spread[places]
    low, high = np.quantile(inside[places], [0.05, 0.95])
    print(
        f"| {name} | {len(places)} | {np.median(error[places] / centre[places]):.1%} "
        f"| {inside[places].mean():.1%} | {low:.1%} to {high:.1%} | {np.median(ratio):.2f} |"
    )


def totals(table: WorldTable, kinds: Iterable[str]) -> list[MacroTotal]:
    """Return the totals of a year: per region, per node, or with final demand as well."""
    S, added = len(table.sectors), added_of(table)
    found: list[MacroTotal] = []
    for kind in kinds:
        if kind == "region":
            sums = added.reshape(-1, S).sum(axis=1)
            found += [
                MacroTotal("value_added", region, None, float(sums[r]), "made")
                for r, region in enumerate(table.regions)
            ]
        elif kind == "final_demand":
            found += [
                MacroTotal("final_demand", c.region, c.category, float(table.Y[:, k].sum()), "made")
                for k, c in enumerate(table.final_demand)
                if c.category not in table.inventory
            ]
        else:
            values = added if kind == "value_added" else table.x
            found += [
                MacroTotal(kind, table.regions[k // S], table.sectors[k % S], float(values[k]), "")  # type: ignore[arg-type]
                for k in range(table.n)
            ]
    return found


def back_test(before: WorldTable, real: WorldTable) -> None:
    """Print how far the old table, brought forward, is from the real one."""
    n = before.n
    truth, old = sales(real), sales(before)
    print(f"\n{before.year} to {real.year}: off in production, final use, Dutch value added abroad")
    there = abroad(real, truth, added_of(real), real.x)
    for kinds in (
        ("region",), ("value_added",), ("value_added", "output"),
        ("value_added", "output", "final_demand"),
    ):  # fmt: skip
        targets = targets_of(before, totals(real, kinds))
        started = time.perf_counter()
        found = nowcast(before, targets)
        seconds = time.perf_counter() - started
        after = found.balanced.applied(sold_before(before, targets))
        off = missed(n, old, after, truth)
        here = abroad(real, after, targets.added, targets.output)
        print(
            f"| {', '.join(kinds)} | {off.production:.1%} | {off.final_use:.1%} "
            f"| {here / there - 1:+.1%} | {found.balanced.passes} passes, {seconds:.1f} s |"
        )
    growth = float(truth.sum() / old.sum())
    unmoved = growth * abroad(before, old, added_of(before), before.x)
    print(
        f"| unmoved | {off.unmoved_production:.1%} | {off.unmoved_final_use:.1%} "
        f"| {unmoved / there - 1:+.1%} | |"
    )


def abroad(table: WorldTable, matrix: Floats, added: Floats, x: Floats) -> float:
    """Return Dutch value added abroad in a table given as [Z Y]."""
    n = table.n
    A = coefficients(matrix[:, :n], x)
    columns = [
        n + k
        for k, c in enumerate(table.final_demand)
        if c.region == HOME and c.category not in table.inventory
    ]
    X = np.linalg.solve(np.eye(n) - A, matrix[:, columns].sum(axis=1))
    made = np.divide(added, x, out=np.zeros(n), where=x > 0) * X
    return float(made[table.region_index() != table.regions.index(HOME)].sum())


def main() -> None:
    """Add the tables to a folder of their own, and print both measurements."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("source", type=Path)
    parser.add_argument("--draws", type=int, default=400)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for year in (2009, 2011):
            add_table("wiod", given.source, year=year, data_folder=folder)
        before, real = (open_world(f"wiod2013-{year}", folder) for year in (2009, 2011))
        back_test(before, real)
        model, _ = load_cell_errors()
        print("\n| part | figures | error | covered | 5 to 95 % of them | first order over drawn |")
        for chosen in (model.without_shared(), model):
            cover(real, chosen, given.draws)


if __name__ == "__main__":
    main()
