"""Draw contracts by value from each product group of a frame, and make a sheet for each group."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

import numpy as np
import polars as pl

from ketenkaart.core.errors import InputError
from ketenkaart.core.monitor.effect.groups import Grouping
from ketenkaart.core.monitor.sampling.drawing import PpsMethod
from ketenkaart.services.effect.frame_file import SIZE, FrameFile, read_frame
from ketenkaart.services.effect.records import DrawnGroup, DrawRecord, NamedEffect, write_record
from ketenkaart.services.exports import Cell, safe
from ketenkaart.services.monitor.drawing import DrawPlan, draw
from ketenkaart.services.monitor.sheets import write_sheet
from ketenkaart.services.monitor.writing import write_bytes, write_rows, write_yaml
from ketenkaart.sources.reference.effect_questions import EffectQuestions, load_effect_questions
from ketenkaart.sources.reference.product_groups import load_product_groups, read_product_groups
from ketenkaart.sources.survey.table import SurveyTable

DRAW, SHEET, RECORD, QUESTIONS = "draw.csv", "sheet.xlsx", "effect.yml", "questions.txt"
CERTAIN, BY_SIZE, WITHOUT = "with_certainty", "by_size", "without_value"
KEPT = (
    "tender", "group", "period", "title", "buyer_name", "cpv", "other_groups", "called_on",
    "outcome", "value_kind", "size", "size_currency", "term_years", "place",
)  # fmt: skip
MADE = ("drawn_by", "stratum", "probability", "weight", "fpc_1")


@dataclass(frozen=True, slots=True)
class EffectDrawPlan:
    """What is drawn: how many contracts per group, of which period, by which method and seed."""

    size: int
    seed: int
    period: str | None = None
    groups: tuple[str, ...] = ()
    sizes: Mapping[str, int] = field(default_factory=dict)
    without_value: int = 0
    method: PpsMethod = "brewer"
    effects: tuple[NamedEffect, ...] = ()
    groups_file: Path | None = None


@dataclass(slots=True)
class EffectDraw:
    """What was drawn, by group, and what a reader must know beside it."""

    record: DrawRecord
    notes: list[str]


def draw_effect(frame: Path, plan: EffectDrawPlan, out: Path, *, force: bool = False) -> EffectDraw:
    """Draw contracts of each group and write a folder: per group a draw and a sheet to fill in.

    In `OUT/GROUP/` stand `draw.csv` (who, with which chance), `draw.design.yml` (for `ketenkaart
    estimate`) and `sheet.xlsx`; `OUT/effect.yml` says how all was drawn. Raises `InputError` for a
    frame or plan that cannot be; then nothing is written.
    """
    source = read_frame(frame)
    grouping = _grouping(plan.groups_file)
    period = _period(source, plan.period)
    rows = source.rows.filter(pl.col("period") == period)
    wanted = _wanted(rows, plan, grouping)
    asked = load_effect_questions()
    effects = _effects(asked, plan.effects)
    drawn: list[DrawnGroup] = []
    tables: dict[str, tuple[list[str], list[list[Cell]]]] = {}
    notes: list[str] = []
    for group in sorted(rows["group"].unique().to_list()):
        inside = rows.filter(pl.col("group") == group)
        count = wanted.get(group, 0)
        found, table = _draw_group(inside, group, count, plan, notes)
        drawn.append(found)
        if table[1]:
            tables[group] = table
    if not tables:
        raise InputError(
            f"No contract can be drawn in {period}", where=frame.name,
            fix="No tender there has a known value: say --without-value N to draw from those.",
        )  # fmt: skip
    record = DrawRecord(
        frame=frame.name, frame_sha256=sha256(frame.read_bytes()).hexdigest(), period=period,
        currency=source.currency, seed=plan.seed, method=plan.method, effects=effects,
        groups=tuple(drawn),
        empty_groups=tuple(g.id for g in grouping.groups if g.id not in rows["group"].to_list()),
    )  # fmt: skip
    _write(out, tables, record, asked, force=force)
    return EffectDraw(record, notes)


def _grouping(path: Path | None) -> Grouping:
    return load_product_groups()[0] if path is None else read_product_groups(path)


def _period(source: FrameFile, asked: str | None) -> str:
    periods = sorted(source.rows["period"].unique().to_list())
    if asked is None and len(periods) == 1:
        return str(periods[0])
    if asked in periods:
        return str(asked)
    what = f"There is no period {asked!r}" if asked else "The frame has more than one period"
    raise InputError(
        f"{what} in {source.name}", where="--period", fix=f"Use one of {', '.join(periods)}."
    )


def _wanted(rows: pl.DataFrame, plan: EffectDrawPlan, grouping: Grouping) -> dict[str, int]:
    """Return how many contracts each group is to give."""
    there = sorted(rows["group"].unique().to_list())
    if plan.size < 1 or plan.without_value < 0 or any(n < 1 for n in plan.sizes.values()):
        raise InputError("A draw has one contract or more", where="--size", fix="Raise it.")
    for name in (*plan.groups, *plan.sizes):
        if name not in grouping.by_id:
            grouping.require(name, "--group")
        if name not in there:
            raise InputError(
                f"No tender of {name} lies in this period", where="--group",
                fix=f"Use one of {', '.join(there)}.",
            )  # fmt: skip
    chosen = list(plan.groups) or there
    return {name: plan.sizes.get(name, plan.size) for name in {*chosen, *plan.sizes}}


def _effects(asked: EffectQuestions, more: Sequence[NamedEffect]) -> tuple[NamedEffect, ...]:
    shipped = tuple(NamedEffect(id=item.id, unit=item.unit.en) for item in asked.effects)
    names = [item.id for item in (*shipped, *more)]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise InputError(
            f"The effect {twice!r} is asked twice", where="--effect", fix="Take another name."
        )
    return (*shipped, *more)


def _draw_group(
    rows: pl.DataFrame, group: str, count: int, plan: EffectDrawPlan, notes: list[str]
) -> tuple[DrawnGroup, tuple[list[str], list[list[Cell]]]]:
    """Return what is drawn of one group, and its table."""
    sized = rows.filter(pl.col(SIZE).is_not_null())
    bare = rows.filter(pl.col(SIZE).is_null())
    table: list[list[Cell]] = []
    certain = 0
    if count and sized.height:
        if count >= sized.height:
            notes.append(f"{group}: all {sized.height} contracts with a value are taken.")
        take = min(count, sized.height)
        table += _by_size(sized, group, take, plan)
        certain = sum(row[len(KEPT)] == CERTAIN for row in table)
    apart = min(plan.without_value, bare.height) if count else 0
    if apart:
        table += _at_random(bare, group, apart, plan)
    if count and bare.height and not apart:
        notes.append(
            f"{group}: {bare.height} of {rows.height} tenders have no value and cannot be drawn by "
            "it; estimates will be about the others (--without-value N draws from them too)."
        )
    total = float(sized[SIZE].sum()) if sized.height else 0.0
    found = DrawnGroup(
        group=group, tenders=rows.height, with_size=sized.height, total_size=total,
        drawn=len(table), certain=certain, without_value=apart,
        reached=(sized.height if count else 0) + (bare.height if apart else 0),
    )  # fmt: skip
    return found, ([*KEPT, *MADE], table)


def _by_size(rows: pl.DataFrame, group: str, count: int, plan: EffectDrawPlan) -> list[list[Cell]]:
    drawn = draw(
        SurveyTable("frame", rows),
        DrawPlan(id="tender", size=count, seed=plan.seed, pps=SIZE, pps_method=plan.method),
    )
    made: list[list[Cell]] = []
    for k, place in enumerate(drawn.rows.tolist()):
        chance = float(drawn.probability[k])
        way = CERTAIN if chance >= 1 else BY_SIZE
        fpc = drawn.fpc[0][k]
        size: Cell = "inf" if np.isinf(fpc) else int(fpc)
        made.append([*_kept(rows, place), way, f"{group} {way}", chance, 1 / chance, size])
    return made


def _at_random(
    rows: pl.DataFrame, group: str, count: int, plan: EffectDrawPlan
) -> list[list[Cell]]:
    drawn = draw(SurveyTable("frame", rows), DrawPlan(id="tender", size=count, seed=plan.seed))
    chance = count / rows.height
    return [
        [*_kept(rows, place), WITHOUT, f"{group} {WITHOUT}", chance, 1 / chance, rows.height]
        for place in drawn.rows.tolist()
    ]


def _kept(rows: pl.DataFrame, place: int) -> list[Cell]:
    cells = rows.select(KEPT).row(place)
    return [
        safe(cell if isinstance(cell, str | int | float) or cell is None else str(cell))
        for cell in cells
    ]


def _write(
    out: Path,
    tables: Mapping[str, tuple[list[str], list[list[Cell]]]],
    record: DrawRecord,
    asked: EffectQuestions,
    *,
    force: bool,
) -> None:
    if out.exists() and not out.is_dir():
        raise InputError(f"{out.name} is no folder", where="--output", fix="Name a folder.")
    if out.is_dir() and any(out.iterdir()) and not force:
        raise InputError(
            f"{out.name} is not empty", where="--output", fix="Name another folder, or say --force."
        )
    if not out.parent.is_dir():
        raise InputError(
            f"There is no folder {out.parent}", where="--output", fix="Make it, or name another."
        )
    part = out.with_name(f"{out.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir()
    try:
        _fill(part, tables, record, asked)
        if out.is_dir():
            # a draw that is replaced leaves nothing behind that could be taken for the new one
            shutil.rmtree(out)
        part.replace(out)
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _fill(
    out: Path,
    tables: Mapping[str, tuple[list[str], list[list[Cell]]]],
    record: DrawRecord,
    asked: EffectQuestions,
) -> None:
    texts = [item.ask for item in asked.questions]
    texts += [f"{item.id}:number" for item in record.effects]
    for group, (headings, rows) in tables.items():
        folder = out / group
        folder.mkdir()
        path = folder / DRAW
        write_rows(path, headings, rows, force=True)
        design = {"id": "tender", "strata": "stratum", "weights": "weight", "fpc": ["fpc_1"]}
        write_yaml(path.with_suffix(".design.yml"), design, force=True)
        write_sheet(path, texts, folder / SHEET, force=True)
    write_bytes(out / QUESTIONS, _explained(asked, record).encode(), force=True)
    write_record(out / RECORD, record, force=True)


def _explained(asked: EffectQuestions, record: DrawRecord) -> str:
    """Return what every column of a sheet asks, in Dutch and English."""
    lines = [
        f"{item.ask.partition(':')[0]}\n  nl: {item.says.nl}\n  en: {item.says.en}"
        for item in asked.questions
    ]
    shipped = {item.id: item for item in asked.effects}
    for effect in record.effects:
        known = shipped.get(effect.id)
        nl = f"{known.name.nl}, in {known.unit.nl}" if known else effect.unit
        en = f"{known.name.en}, in {known.unit.en}" if known else effect.unit
        lines.append(f"{effect.id}\n  nl: {nl}\n  en: {en}")
    return "\n".join(lines) + "\n"
