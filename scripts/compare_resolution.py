"""How far do headline results move when the table is reduced to 25 regions and 20 sectors?

Computes the exposure of Dutch demand on the full table (1435 nodes), adds the *result* up to the
nodes of the edition, and lays the same instruments and intensities over it. Adding results up
loses nothing, so what differs from the edition's own answer is the cost of the smaller table.

    python scripts/compare_resolution.py --from ../shared/data [--as-of 2026-11-22]

Prints Markdown tables, as docs/methods/edition.md quotes them.
"""

import argparse
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np

from ketenkaart.core.chain.aggregate import aggregate_exposure, node_map
from ketenkaart.core.chain.exposure import exposure
from ketenkaart.core.governance.answers import GapQuery
from ketenkaart.core.governance.coverage import tally
from ketenkaart.services.governance.inputs import load_inputs
from ketenkaart.services.governance.rows import Rows, rows_for
from ketenkaart.services.installed import edition_folder
from ketenkaart.services.starter import full_table, load_recipe, sectors_map
from ketenkaart.sources.reference import load_sectors


def laid_over_full(folder, inputs, laid, measure):
    """Return `laid` with the exposure of the full table, added up to the edition's nodes."""
    recipe, codes = load_recipe(), sectors_map(load_sectors())
    full, demand = full_table(folder)
    regions = recipe.regions_map()
    groups = laid.exposure.groups[node_map(full, regions, codes)]
    fine = exposure(full, demand, measure, groups)
    coarse = aggregate_exposure(fine, full, regions, codes)
    if (coarse.regions, coarse.sectors) != (inputs.table.regions, inputs.table.sectors):
        sys.exit("The edition in use was not built by this recipe: build it again.")
    counted = tally(coarse, len(inputs.nodes.issues), laid.reaches, laid.products)
    return replace(laid, exposure=coarse, tally=counted)


def percent(value):
    return "–" if value is None else f"{100 * value:.1f}"


def shift(new, old):
    return "–" if not old or new is None else f"{100 * (new / old - 1):+.1f} %"


def issue_table(small, large):
    print("| issue | exposure | risk-weighted, high end | gap low | gap high | gap central |")
    print("|---|---|---|---|---|---|")
    for a, b in zip(small, large, strict=True):
        ends = [
            f"{percent(getattr(a.gap, end))} / {percent(getattr(b.gap, end))}"
            for end in ("low", "high", "central")
        ]
        print(
            f"| {a.key} | {shift(a.exposure, b.exposure)} "
            f"| {shift(a.risk_weighted.high, b.risk_weighted.high)} | {' | '.join(ends)} |"
        )


def place_table(inputs, small, large, axis, top):
    index = inputs.table.region_index() if axis == "region" else inputs.table.sector_index()
    names = inputs.table.regions if axis == "region" else inputs.table.sectors
    abroad = inputs.table.region_index() != inputs.table.regions.index(inputs.table.home)
    a, b = (
        np.bincount(index[abroad], item.exposure.values.sum(axis=(0, 1, 3))[abroad])
        for item in (small, large)
    )
    print(f"| {axis} | edition | full table | shift |\n|---|---|---|---|")
    for k in [k for k in np.argsort(-b) if b[k] > 0][:top]:
        print(f"| {names[k]} | {a[k]:,.0f} | {b[k]:,.0f} | {shift(a[k], b[k])} |")
    moved = np.abs(a - b).sum() / 2 / b.sum()
    print(f"\nShare of exposure that stands at another {axis}: {100 * moved:.1f} %")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--from", dest="folder", type=Path, required=True)
    parser.add_argument("--as-of", type=date.fromisoformat)
    parser.add_argument("--top", type=int, default=10)
    options = parser.parse_args()
    inputs = load_inputs()
    for measure in ("value_added", "person_years"):
        query = GapQuery(measure=measure, by="issue", as_of=options.as_of)
        small = rows_for(query, edition_folder())
        laid, scope = small.laid, small.scope
        full = laid_over_full(options.folder, inputs, laid, measure)
        large = Rows(inputs, full, query, scope, {measure: full.exposure})
        print(f"\n## {measure}, {laid.exposure.unit}, on {scope.as_of} (edition / full table)\n")
        issue_table(small.all(), large.all())
        for axis in ("region", "sector"):
            print()
            place_table(inputs, laid, full, axis, options.top)


if __name__ == "__main__":
    main()
