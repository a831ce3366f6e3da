"""Lay the design of a file over its table: every column checked, nothing dropped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ketenkaart.core.errors import InputError
from ketenkaart.core.monitor.stages import lay_out
from ketenkaart.core.monitor.types import Codes, Floats, SurveyDesign, add_up
from ketenkaart.core.monitor.variance import TAKE_ALL
from ketenkaart.services.monitor.frames import frame_sizes
from ketenkaart.sources.survey.design import DesignDocument
from ketenkaart.sources.survey.table import FIRST_ROW, SMALLEST, SurveyTable

ROUNDING = 1e-9
FAR = 2.0


@dataclass(slots=True)
class LaidDesign:
    """A design laid over a table, and what a reader must know about it."""

    design: SurveyDesign
    has_weights: bool
    notes: list[str] = field(default_factory=list)


def listed(names: str | Sequence[str] | None) -> list[str]:
    """Return one name or several as a list."""
    if names is None:
        return []
    return [names] if isinstance(names, str) else list(names)


def lay_design(table: SurveyTable, document: DesignDocument) -> LaidDesign:
    """Return the design of a table; raises `InputError` naming the row and column at fault."""
    content = document.content
    _require_unique(table, document)
    clusters = [_codes(table, name, document, "clusters") for name in listed(content.clusters)]
    strata, names = _strata(table, document, max(1, len(clusters)))
    weights = _weights(table, document)
    columns = [codes for codes, _ in clusters]
    if columns and strata and not content.nest:
        _require_nested(table, document, columns[0], strata[0])
    elif columns and strata:
        columns[0] = _crossed(columns[0], strata[0])
    nothing = weights is None and not strata
    stages: list[Codes | None] = list(columns) or [np.arange(table.rows) if nothing else None]
    populations = _populations(table, document, stages, strata, names)
    design = lay_out(weights, strata, stages, populations, names=names, lonely=content.lonely)
    _require_room(table, document, design, len(populations))
    if content.lonely == "fail":
        _require_company(table, document, design)
    notes: list[str] = []
    known = bool(populations) and all(item is not None for item in populations[: len(stages)])
    if weights is None and not known:
        notes.append(
            "There are no weights and no sizes: every row counts once, so totals are those of "
            "the sample."
        )
    if weights is not None:
        notes += weight_notes(design, names)
    return LaidDesign(design, weights is not None or known, notes)


def weight_notes(design: SurveyDesign, names: Sequence[str]) -> list[str]:
    """Return what is odd about weights: fewer than one a row, or far from the known sizes."""
    notes: list[str] = []
    total = float(design.weights.sum())
    if total < design.rows * (1 - ROUNDING):
        notes.append(
            f"The weights add up to {total:,.6g} for {design.rows:,} rows: totals and counts are "
            "about fewer units than were asked. Means, shares and ratios do not change with that."
        )
    stage = design.stages[0]
    if stage.clusters < design.rows or np.isinf(stage.population).all():
        return notes
    sums = add_up(design.weights, stage.stratum, len(stage.sampled))
    parts = np.maximum(sums / stage.population, stage.population / sums)
    odd = np.flatnonzero(np.isfinite(stage.population) & (parts > FAR))
    if len(odd):
        h = int(odd[0])
        where = f"In stratum {names[h]!r} the" if len(names) else "The"
        notes.append(
            f"{where} weights add up to {sums[h]:,.6g}, and its population is said to be "
            f"{stage.population[h]:,.6g}"
            + (f"; {len(odd) - 1} more strata are so" if len(odd) > 1 else "")
            + ". Check which of the two is right."
        )
    return notes


def _require_unique(table: SurveyTable, document: DesignDocument) -> None:
    name = document.content.id
    if name is not None:
        codes, names = _codes(table, name, document, "id")
        _, first, count = np.unique(codes, return_index=True, return_counts=True)
        if (count > 1).any():
            again = _second_of(codes)
            index = int(again[0])
            table.refuse(
                index,
                name,
                f"Unit {names[int(codes[index])]!r} already stands in row "
                f"{int(first[codes[index]]) + FIRST_ROW}",
                "Keep one row per unit.",
                more=len(again) - 1,
            )
        return
    twice = table.repeated_units()
    if twice is not None:
        row, before, column = twice
        table.refuse(
            row,
            column,
            f"The row is the same as row {before + FIRST_ROW} in every column",
            "Remove it, or say which column is the `id` in the design.",
        )


def _second_of(codes: Codes) -> NDArray[np.int64]:
    order = np.argsort(codes, kind="stable")
    same = np.flatnonzero(codes[order][1:] == codes[order][:-1]) + 1
    return np.asarray(np.sort(order[same]))


def _codes(
    table: SurveyTable, name: str, document: DesignDocument, key: str
) -> tuple[Codes, tuple[str, ...]]:
    """Return the codes of a column of the design, in which no cell may be empty."""
    column = table.require(name, document.where(key))
    codes, names = table.codes(column)
    if names[:1] == ("",) or "NA" in names:
        empty = [k for k, text in enumerate(names) if text in ("", "NA")]
        rows = np.flatnonzero(np.isin(codes, empty))
        is_na = table.cell(int(rows[0]), column).strip() == "NA"
        what = "'NA' may mean that nothing is known" if is_na else "The cell is empty"
        fix = f"The design's {key} needs a value in every row."
        table.refuse(int(rows[0]), column, what, fix, more=len(rows) - 1)
    return codes, names


def _strata(
    table: SurveyTable, document: DesignDocument, stages: int
) -> tuple[list[Codes | None], tuple[str, ...]]:
    wanted = listed(document.content.strata)
    if len(wanted) > stages:
        raise InputError(
            f"There are {len(wanted)} strata columns for {stages} stage(s) of sampling",
            where=document.where("strata"),
            fix="Name one per stage; to cross columns, write them in one as `a * b`.",
        )
    found: list[Codes | None] = []
    names: tuple[str, ...] = ()
    for k, name in enumerate(wanted):
        codes, labels = stratum_codes(table, name, document)
        found.append(codes)
        names = labels if k == 0 else names
    return found, names


def stratum_codes(
    table: SurveyTable, name: str, document: DesignDocument
) -> tuple[Codes, tuple[str, ...]]:
    """Return strata of a column, or of columns crossed by `*`."""
    if name in table.columns or "*" not in name:
        return _codes(table, name, document, "strata")
    parts = [part.strip() for part in name.split("*")]
    for part in parts:
        _codes(table, part, document, "strata")
    codes, labels = table.crossed(parts)
    return codes, tuple(", ".join(label) for label in labels)


def _weights(table: SurveyTable, document: DesignDocument) -> Floats | None:
    name = document.content.weights
    if name is None:
        return None
    column = table.require(name, document.where("weights"))
    return positive(table, column, "weight")


def positive(table: SurveyTable, column: str, noun: str, *, may_be_endless: bool = False) -> Floats:
    """Return a column of numbers above zero; raises `InputError` for the first that is not."""
    values, states = table.sizes(column) if may_be_endless else table.numbers(column)
    for bad, what in (
        (states != 0, f"The {noun} is missing"),
        (values == 0, f"The {noun} is zero"),
        (values < 0, f"The {noun} is negative"),
        (values < SMALLEST, f"The {noun} is as good as zero"),
    ):
        if bad.any():
            first = int(np.flatnonzero(bad)[0])
            table.refuse(
                first, column, what, f"Give every row a value above zero as {noun}, or leave the "
                "row out.",
                more=int(bad.sum()) - 1,
            )  # fmt: skip
    return values


def _require_nested(
    table: SurveyTable, document: DesignDocument, clusters: Codes, strata: Codes | None
) -> None:
    if strata is None:
        return
    _, first, unit = np.unique(clusters, return_index=True, return_inverse=True)
    other = strata != strata[first[unit]]
    if other.any():
        row = int(np.flatnonzero(other)[0])
        column = listed(document.content.clusters)[0]
        table.refuse(
            row,
            column,
            f"Cluster {table.cell(row, column)!r} also lies in another stratum "
            f"(row {int(first[unit[row]]) + FIRST_ROW})",
            "Correct it; if the same name means another cluster there, say `nest: true`.",
            more=int(other.sum()) - 1,
        )


def _crossed(clusters: Codes, strata: Codes | None) -> Codes:
    if strata is None:
        return clusters
    combined = strata * (int(clusters.max()) + 1) + clusters
    return np.asarray(np.unique(combined, return_inverse=True)[1], dtype=np.int64)


def _populations(
    table: SurveyTable,
    document: DesignDocument,
    stages: Sequence[Codes | None],
    strata: Sequence[Codes | None],
    names: tuple[str, ...],
) -> list[Floats | None]:
    """Return sizes, or shares drawn, by row and stage."""
    content = document.content
    if content.frame is not None:
        return [frame_sizes(table, document, strata[0] if strata else None, names)]
    if content.fpc is None:
        return []
    if isinstance(content.fpc, dict):
        return [_by_name(table, document, content.fpc, strata, names)]
    wanted = [content.fpc] if isinstance(content.fpc, str | float) else list(content.fpc)
    if len(wanted) > len(stages):
        raise InputError(
            f"There are {len(wanted)} fpc for {len(stages)} stage(s) of sampling",
            where=document.where("fpc"),
            fix="Give one per stage, outermost first.",
        )
    return [_fpc(table, document, item) for item in wanted]


def _fpc(table: SurveyTable, document: DesignDocument, item: str | float) -> Floats:
    if not isinstance(item, str):
        if not item > 0:
            raise InputError(
                f"An fpc of {item} says nothing", where=document.where("fpc"),
                fix="Give a number of units, or a share between 0 and 1.",
            )  # fmt: skip
        return np.full(table.rows, float(item))
    column = table.require(item, document.where("fpc"))
    values = positive(table, column, "fpc", may_be_endless=True)
    large, small = values > 1, values < 1
    if large.any() and small.any():
        row = int(np.flatnonzero(small if small.sum() <= large.sum() else large)[0])
        table.refuse(
            row, column, "Some fpc are shares below 1 and some numbers above 1",
            "Give population sizes in every row, or the share that was drawn in every row.",
        )  # fmt: skip
    return values


def _by_name(
    table: SurveyTable,
    document: DesignDocument,
    sizes: dict[str, float],
    strata: Sequence[Codes | None],
    names: tuple[str, ...],
) -> Floats:
    codes = strata[0] if strata else None
    if codes is None:
        raise InputError(
            "Sizes by stratum need strata", where=document.where("fpc"), fix="Add the key `strata`."
        )
    for k, name in enumerate(names):
        if name not in sizes:
            row = int(np.flatnonzero(codes == k)[0])
            raise InputError(
                f"Stratum {name!r} is in the data and not in the population",
                where=table.place(row, listed(document.content.strata)[0]),
                fix=f"Add its size at {document.where('fpc')}.",
            )
    return np.array([sizes[name] for name in names])[codes]


def _require_room(
    table: SurveyTable, document: DesignDocument, design: SurveyDesign, stages: int
) -> None:
    """Refuse populations that differ within a stratum or are smaller than the sample."""
    for k, stage in enumerate(design.stages[:stages]):
        small = stage.population < stage.sampled * (1 - 1e-9)
        if small.any():
            h = int(np.flatnonzero(small)[0])
            where = document.where("fpc")
            fpc = document.content.fpc
            columns = [fpc] if isinstance(fpc, str) else fpc if isinstance(fpc, tuple) else ()
            if k < len(columns) and isinstance(columns[k], str):
                row = int(np.flatnonzero(_strata_of_rows(design)[k] == h)[0])
                where = f"{table.place(row, str(columns[k]))}; {where}"
            raise InputError(
                f"Stratum {stage.names[h]!r} has {stage.sampled[h]:.0f} sampled units, and its "
                f"population is said to be {stage.population[h]:g} (stage {k + 1})",
                where=where,
                fix="Correct the size: the population is at least as large as the sample.",
            )
    if document.content.frame is None and not isinstance(document.content.fpc, dict):
        _require_constant(table, document, design)


def _require_company(table: SurveyTable, document: DesignDocument, design: SurveyDesign) -> None:
    """Refuse a stratum of one unit that does not hold its whole population, naming its row."""
    cell = np.arange(design.rows) if design.cell is None else design.cell
    strata, clusters = listed(document.content.strata), listed(document.content.clusters)
    for k in range(len(design.stages) - 1, -1, -1):
        stage = design.stages[k]
        lonely = (stage.sampled == 1) & (1 - stage.sampled / stage.population > TAKE_ALL)
        if lonely.any():
            row = int(np.flatnonzero(lonely[stage.stratum[cell]])[0])
            who = "The sample" if k == 0 else "The cluster"
            column = clusters[k - 1] if k else (clusters or table.columns)[0]
            if strata and k == 0:
                who = f"Stratum {stage.names[int(stage.stratum[cell[row]])]!r}"
                column = strata[0].split("*")[0].strip()
            table.refuse(
                row, column,
                f"{who} has one sampled unit, so its variance cannot be estimated",
                "Join it with another, or say in the design `lonely: certainty`, `adjust` or "
                "`average`.", more=int(lonely.sum()) - 1,
            )  # fmt: skip
        cell = stage.upward[cell] if len(stage.upward) else cell


def _require_constant(table: SurveyTable, document: DesignDocument, design: SurveyDesign) -> None:
    fpc = document.content.fpc
    wanted = [fpc] if isinstance(fpc, str) else list(fpc) if isinstance(fpc, tuple) else []
    for name, strata in zip(wanted, _strata_of_rows(design), strict=False):
        if not isinstance(name, str):
            continue
        values = table.sizes(name)[0]
        values = np.where(np.isinf(values), 0.0, values)
        _, first, unit = np.unique(strata, return_index=True, return_inverse=True)
        other = np.abs(values - values[first[unit]]) > 1e-9 * np.abs(values)
        if other.any():
            row = int(np.flatnonzero(other)[0])
            table.refuse(
                row, name,
                f"The fpc {table.cell(row, name)} differs from that of row "
                f"{int(first[unit[row]]) + FIRST_ROW}, which is in the same stratum",
                "Give one size per stratum.", more=int(other.sum()) - 1,
            )  # fmt: skip


def _strata_of_rows(design: SurveyDesign) -> list[Codes]:
    """Return, by stage, the stratum of each row."""
    cell = np.arange(design.rows) if design.cell is None else design.cell
    found: list[Codes] = []
    for stage in reversed(design.stages):
        found.insert(0, stage.stratum[cell])
        cell = stage.upward[cell] if len(stage.upward) else cell
    return found
