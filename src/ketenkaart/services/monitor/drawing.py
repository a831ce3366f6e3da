"""Draw a sample from a frame in a file; write who was drawn, how, and a design for estimates."""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

import numpy as np
import polars as pl

from ketenkaart.core.errors import InputError
from ketenkaart.core.monitor.sampling.allocation import AllocationMethod, allocate, within_budget
from ketenkaart.core.monitor.sampling.drawing import (
    PpsMethod,
    draw_by_size,
    draw_simple,
    inclusion,
    numbers_of,
)
from ketenkaart.core.monitor.types import STATES, Codes, Floats, add_up
from ketenkaart.services.exports import Cell, safe
from ketenkaart.services.monitor.adjusting import group_codes
from ketenkaart.services.monitor.designing import positive
from ketenkaart.services.monitor.writing import require_free, write_rows, write_yaml
from ketenkaart.sources.survey.table import FIRST_ROW, SurveyTable, read_table

STRATUM, CERTAIN = "stratum", " (certain)"
MADE = (STRATUM, "probability", "weight", "fpc_1", "fpc_2")


@dataclass(frozen=True, slots=True)
class DrawPlan:
    """What is to be drawn: how many, of which units, by which method, with which seed."""

    id: str
    size: int | None
    seed: int
    strata: str | None = None
    allocation: AllocationMethod = "proportional"
    spread: str | None = None
    cost: str | None = None
    budget: float | None = None
    least: int = 2
    pps: str | None = None
    pps_method: PpsMethod = "brewer"
    clusters: str | None = None
    within: int | None = None
    keep: tuple[str, ...] = ()


@dataclass(slots=True)
class Draw:
    """What was drawn: places in the frame, by row what is known of their chance, and counts."""

    rows: Codes
    stratum: list[str]
    probability: Floats
    fpc: list[Floats]
    by_stratum: list[tuple[str, int, int]]
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Units:
    """The units of the first stage: name, stratum and size of each, and the frame's rows in it."""

    names: list[str]
    of_row: Codes
    stratum: Codes
    strata: tuple[str, ...]
    sizes: Floats | None


def draw_file(frame: Path, plan: DrawPlan, out: Path, *, force: bool = False) -> Draw:
    """Draw from a frame and write the draw, its record and its design beside each other.

    `OUT.csv` holds a row per drawn unit with its chance and weight, `OUT.draw.yml` how it was
    drawn, `OUT.design.yml` what `ketenkaart estimate` needs. Raises `InputError` for a frame or a
    plan that cannot be; then nothing is written.
    """
    record_path, design_path = out.with_suffix(".draw.yml"), out.with_suffix(".design.yml")
    require_free(out, record_path, design_path, force=force)
    table = read_table(frame)
    drawn = draw(table, plan)
    columns, rows = _written(table, plan, drawn)
    record = {
        "frame": frame.name,
        "frame_sha256": sha256(frame.read_bytes()).hexdigest(),
        "frame_rows": table.rows,
        "plan": {name: getattr(plan, name) for name in plan.__dataclass_fields__},
        "strata": [
            {"stratum": name, "units": units, "drawn": count}
            for name, units, count in drawn.by_stratum
        ],
        "notes": drawn.notes,
    }
    write_rows(out, columns, rows, force=force)
    write_yaml(record_path, record, force=force)
    write_yaml(design_path, _design(plan, drawn), force=force)
    return drawn


def draw(table: SurveyTable, plan: DrawPlan) -> Draw:
    """Return what a plan draws from a frame. Raises `InputError`."""
    ids = _ids(table, plan.id)
    units = _units(table, plan, ids)
    sizes = np.bincount(units.stratum, minlength=len(units.strata))
    counts = _allocated(table, plan, units, sizes)
    numbers = numbers_of(plan.seed, units.names)
    chance, names, population, notes = np.zeros(len(units.names)), [], [], list[str]()
    chosen: list[Codes] = []
    for h, label in enumerate(units.strata):
        members = np.flatnonzero(units.stratum == h)
        places, chances = _from_stratum(plan, units, members, int(counts[h]), numbers)
        chance[members] = chances
        chosen.append(members[places])
        certain = int((chances[places] >= 1).sum()) if plan.pps else 0
        if plan.pps and certain and certain < len(places):
            notes.append(f"{label or 'The frame'}: {certain} units are taken with certainty.")
        names.append(label)
        population.append(len(members))
    picked = np.concatenate(chosen)
    rows, unit, share, fpc_2 = _second_stage(plan, units, picked, ids)
    order = np.argsort(rows, kind="stable")
    rows, unit, share = rows[order], unit[order], share[order]
    first = chance[unit]
    strata = [_name(plan, units, int(u), first[k]) for k, u in enumerate(unit)]
    fpc = [_fpc(plan, units, unit, first, sizes, chance, picked)]
    if plan.within is not None:
        fpc.append(fpc_2[order])
    notes += _nameless(units)
    by_stratum = [(names[h], population[h], int(counts[h])) for h in range(len(names))]
    return Draw(rows, strata, first * share, fpc, by_stratum, notes)


def _nameless(units: Units) -> list[str]:
    """Return which strata are of units whose place is not known, and how many those are."""
    sizes = np.bincount(units.stratum, minlength=len(units.strata))
    return [
        f"Of {sizes[h]} of the {len(units.names)} units the stratum is not known ({label}): they "
        "make a stratum of their own."
        for h, label in enumerate(units.strata)
        if set(label.split(", ")) & set(STATES[1:])
    ]


def _ids(table: SurveyTable, column: str) -> list[str]:
    codes, names = table.codes(table.require(column, "--id"))
    if "" in names:
        row = int(np.flatnonzero(codes == names.index(""))[0])
        table.refuse(row, column, "The unit has no name", "Name every unit of the frame.")
    _, first, counts = np.unique(codes, return_index=True, return_counts=True)
    if (counts > 1).any():
        seen = np.zeros(len(names), dtype=bool)
        for row, code in enumerate(codes.tolist()):
            if seen[code]:
                table.refuse(
                    row, column,
                    f"Unit {names[code]!r} already stands in row {int(first[code]) + FIRST_ROW}",
                    "Keep each unit once: twice in the frame is twice the chance.",
                    more=int((counts - 1).sum()) - 1,
                )  # fmt: skip
            seen[code] = True
    return [names[code] for code in codes.tolist()]


def _units(table: SurveyTable, plan: DrawPlan, ids: list[str]) -> Units:
    strata = np.zeros(table.rows, dtype=np.int64)
    labels: tuple[str, ...] = ("",)
    if plan.strata is not None:
        parts = [plan.strata] if plan.strata in table.columns else plan.strata.split("*")
        columns = [table.require(part.strip(), "--strata") for part in parts]
        strata, labels = group_codes(table, columns)
    sizes = None if plan.pps is None else positive(table, table.require(plan.pps, "--pps"), "size")
    if plan.clusters is None:
        return Units(ids, np.arange(table.rows), strata, labels, sizes)
    column = table.require(plan.clusters, "--clusters")
    codes, names = table.codes(column)
    if "" in names:
        row = int(np.flatnonzero(codes == names.index(""))[0])
        table.refuse(row, column, "The cluster is missing", "Name the cluster of every unit.")
    _, first = np.unique(codes, return_index=True)
    other = strata != strata[first[codes]]
    if other.any():
        row = int(np.flatnonzero(other)[0])
        table.refuse(
            row, column, f"Cluster {table.cell(row, column)!r} lies in two strata",
            "A cluster is drawn in one stratum: correct it, or leave strata out.",
        )  # fmt: skip
    total = None if sizes is None else add_up(sizes, codes, len(names))
    return Units(list(names), codes, strata[first], labels, total)


def _allocated(table: SurveyTable, plan: DrawPlan, units: Units, sizes: Codes) -> Codes:
    spreads = _by_stratum(table, plan.spread, "--spread", units, spread=True)
    costs = _by_stratum(table, plan.cost, "--cost", units, spread=False)
    size = plan.size
    if plan.budget is not None:
        if size is not None or costs is None or spreads is None:
            raise InputError(
                "A budget takes the place of a size, and needs --cost and --spread",
                where="--budget", fix="Give those two and no --size.",
            )  # fmt: skip
        size = within_budget(plan.budget, sizes, spreads, costs)
    if size is None or size < 1:
        raise InputError("A sample has one unit or more", where="--size", fix="Say how many.")
    if len(units.strata) == 1:
        if size > sizes[0]:
            raise InputError(
                f"{size} units are asked for, and the frame has {sizes[0]}", where="--size",
                fix="Draw fewer.",
            )  # fmt: skip
        return np.array([size])
    method = plan.allocation if plan.budget is None else "cost"
    if units.sizes is not None and method == "proportional":
        # by size, a stratum's share is its part of all size
        means = np.bincount(units.stratum, weights=units.sizes) / sizes
        return allocate(size, sizes, method="neyman", spreads=means, least=plan.least)
    return allocate(size, sizes, method=method, spreads=spreads, costs=costs, least=plan.least)


def _by_stratum(
    table: SurveyTable, column: str | None, option: str, units: Units, *, spread: bool
) -> Floats | None:
    """Return the mean of a column by stratum, or the standard deviation of unit totals."""
    if column is None:
        return None
    values = positive(table, table.require(column, option), option.strip("-"))
    if not spread:
        strata = units.stratum[units.of_row]
        return np.asarray(np.bincount(strata, weights=values) / np.bincount(strata))
    totals = np.bincount(units.of_row, weights=values)
    count = np.bincount(units.stratum)
    mean = np.bincount(units.stratum, weights=totals) / count
    squares = np.bincount(units.stratum, weights=(totals - mean[units.stratum]) ** 2)
    return np.sqrt(squares / np.maximum(count - 1, 1))


def _from_stratum(
    plan: DrawPlan, units: Units, members: Codes, count: int, numbers: Floats
) -> tuple[Codes, Floats]:
    """Return who is drawn among the members of a stratum, and each member's chance."""
    if units.sizes is None:
        return draw_simple(numbers[members], count), np.full(len(members), count / len(members))
    chances = inclusion(units.sizes[members], count)
    names = [units.names[int(k)] for k in members]
    places = draw_by_size(chances, numbers[members], names, plan.seed, plan.pps_method)
    return places, chances


def _second_stage(
    plan: DrawPlan, units: Units, picked: Codes, ids: list[str]
) -> tuple[Codes, Codes, Floats, Floats]:
    """Return the rows drawn, the unit of each, its chance within the unit, and rows in the unit."""
    if plan.clusters is None:
        return picked, picked, np.ones(len(picked)), np.ones(len(picked))
    if plan.within is not None and plan.within < 1:
        raise InputError("Within a cluster, one unit or more", where="--within", fix="Raise it.")
    order = np.argsort(units.of_row, kind="stable")
    counts = np.bincount(units.of_row, minlength=len(units.names))
    ends = np.cumsum(counts)
    rows, unit, share, there = [], [], [], []
    numbers = numbers_of(plan.seed, [f"{name}\0within" for name in ids])
    for cluster in picked.tolist():
        members = order[ends[cluster] - counts[cluster] : ends[cluster]]
        count = len(members) if plan.within is None else min(plan.within, len(members))
        rows.append(members[draw_simple(numbers[members], count)])
        unit.append(np.full(count, cluster))
        share.append(np.full(count, count / len(members)))
        there.append(np.full(count, float(len(members))))
    return (
        np.concatenate(rows), np.concatenate(unit), np.concatenate(share), np.concatenate(there)
    )  # fmt: skip


def _name(plan: DrawPlan, units: Units, unit: int, chance: float) -> str:
    label = units.strata[int(units.stratum[unit])] or "all"
    return f"{label}{CERTAIN}" if plan.pps and chance >= 1 else label


def _fpc(
    plan: DrawPlan,
    units: Units,
    unit: Codes,
    chance: Floats,
    sizes: Codes,
    chances: Floats,
    picked: Codes,
) -> Floats:
    """Return the size of the stratum; by size, only units taken with certainty have one."""
    if plan.pps is None:
        return sizes[units.stratum[unit]].astype(np.float64)
    sure = picked[chances[picked] >= 1]
    certain = np.bincount(units.stratum[sure], minlength=len(units.strata)).astype(np.float64)
    return np.where(chance >= 1, certain[units.stratum[unit]], np.inf)


def _written(table: SurveyTable, plan: DrawPlan, drawn: Draw) -> tuple[list[str], list[list[Cell]]]:
    """Return headings and rows of the file of drawn units."""
    wanted = [plan.id, *(plan.strata.split("*") if plan.strata else ())]
    wanted += [name for name in (plan.clusters, plan.pps) if name]
    wanted += [table.require(name, "--keep") for name in plan.keep]
    kept = list(dict.fromkeys(name.strip() for name in wanted if name.strip() in table.columns))
    made = [STRATUM, "probability", "weight", *(f"fpc_{k + 1}" for k in range(len(drawn.fpc)))]
    taken = [name for name in MADE if name in kept]
    if taken:
        raise InputError(
            f"The frame has a column {taken[0]!r}, which the draw makes itself",
            where=f"{table.name}, row 1", fix="Give the frame's column another name.",
        )  # fmt: skip
    data = table.frame.select(kept)[drawn.rows.tolist()].cast(pl.String).fill_null("")
    rows: list[list[Cell]] = []
    for k, cells in enumerate(data.iter_rows()):
        chance = float(drawn.probability[k])
        fpc = ["inf" if np.isinf(item[k]) else int(item[k]) for item in drawn.fpc]
        rows.append([*(safe(c) for c in cells), safe(drawn.stratum[k]), chance, 1 / chance, *fpc])
    return [*kept, *made], rows


def _design(plan: DrawPlan, drawn: Draw) -> dict[str, object]:
    content: dict[str, object] = {"id": plan.id, "strata": STRATUM}
    if plan.clusters is not None:
        content["clusters"] = [plan.clusters, plan.id] if len(drawn.fpc) > 1 else [plan.clusters]
    content["weights"] = "weight"
    content["fpc"] = [f"fpc_{k + 1}" for k in range(len(drawn.fpc))]
    return content
