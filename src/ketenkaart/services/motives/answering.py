"""Take filled questionnaires in: every cell is checked, and nothing is kept if one does not fit."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import polars as pl

from ketenkaart.core.errors import InputError
from ketenkaart.core.monitor.motives.types import Answers, MotiveScale, Questionnaire
from ketenkaart.core.monitor.types import STATES
from ketenkaart.services.exports import Cell, safe
from ketenkaart.services.monitor.writing import require_free, write_bytes, write_rows
from ketenkaart.sources.survey.table import FIRST_ROW, MISSING, SurveyTable, read_table

ANSWERED = "answered"
MOST_SHOWN = 20
WORDS = STATES[1:]


@dataclass(slots=True)
class TakenIn:
    """A sheet taken in: firms, those not back, and how each question was answered."""

    firms: int
    returned: int
    not_returned: list[str]
    states: dict[str, dict[str, int]] = field(default_factory=dict)


def import_answers(
    sheet: Path,
    out: Path,
    asked: Questionnaire,
    *,
    unit: str,
    draw: Path | None = None,
    empty: str | None = None,
    force: bool = False,
) -> TakenIn:
    """Check a filled sheet and write its answers to a file for `motives scores` and `segment`.

    With the `draw` that the firms come from, its columns (weight, stratum) go along, its design is
    copied beside `out`, and a firm that did not come back has a row of unknowns. Raises
    `InputError` listing every cell at fault (to twenty): firms twice or not drawn, empty cells
    (unless `empty` says what they mean), answers that are none of those asked for.
    """
    made = out.with_suffix(".design.yml")
    require_free(out, *([made] if draw is not None else []), force=force)
    if empty is not None and empty not in WORDS:
        raise InputError(
            f"{empty[:40]!r} does not say why a cell is empty", where="--empty",
            fix=f"Use one of {', '.join(WORDS)}.",
        )  # fmt: skip
    table = read_table(sheet)
    table.require(unit, "--id")
    drawn = None if draw is None else read_table(draw)
    rows = _checked(table, asked, unit, empty, _known(drawn, unit))
    items = [item.id for scale in asked.scales for item in scale.items]
    found = TakenIn(len(rows), len(rows), [])
    found.states = {name: dict.fromkeys(STATES, 0) for name in items}
    if drawn is None:
        lines: list[list[Cell]] = [[safe(name), *cells, 1] for name, cells in rows.items()]
        headings = [unit, *items, ANSWERED]
    else:
        lines = _beside(drawn, unit, items, rows, found)
        headings = [*drawn.columns, *items, ANSWERED]
        found.firms = drawn.rows
    for cells in rows.values():
        for name, cell in zip(items, cells, strict=True):
            found.states[name][cell if cell in WORDS else "known"] += 1
    write_rows(out, headings, lines, force=force)
    if draw is not None and draw.with_suffix(".design.yml").is_file():
        write_bytes(made, draw.with_suffix(".design.yml").read_bytes(), force=force)
    return found


def _known(drawn: SurveyTable | None, unit: str) -> set[str] | None:
    if drawn is None:
        return None
    drawn.require(unit, "--id")
    return set(drawn.frame[unit].cast(pl.String).str.strip_chars().fill_null("").to_list())


def _beside(
    drawn: SurveyTable, unit: str, items: list[str], rows: dict[str, list[str]], found: TakenIn
) -> list[list[Cell]]:
    """Return the rows of the draw with the answers beside them."""
    twice = next((name for name in items if name in drawn.columns), None)
    if twice is not None:
        raise InputError(
            f"{drawn.name} has a column {twice!r} already", where="--draw", fix="Rename it."
        )
    lines: list[list[Cell]] = []
    for record in drawn.frame.cast(pl.String).fill_null("").iter_rows(named=True):
        name = record[unit].strip()
        cells = rows.get(name)
        if cells is None:
            found.not_returned.append(name)
        answers = ["unknown"] * len(items) if cells is None else cells
        lines.append([*map(safe, record.values()), *answers, int(cells is not None)])
    return lines


def _checked(
    table: SurveyTable,
    asked: Questionnaire,
    unit: str,
    empty: str | None,
    known: set[str] | None,
) -> dict[str, list[str]]:
    """Return the answers by firm, or raise with every cell that is wrong."""
    allowed: list[tuple[str, frozenset[str]]] = [
        (item.id, frozenset(map(str, asked.codes(scale.kind))))
        for scale in asked.scales
        for item in scale.items
    ]
    for name, _ in allowed:
        table.require(name, table.name)
    texts = table.frame.select([unit, *(name for name, _ in allowed)])
    faults: list[tuple[str, str]] = []
    rows: dict[str, list[str]] = {}
    first: dict[str, int] = {}
    for k, row in enumerate(texts.cast(pl.String).fill_null("").iter_rows()):
        name = row[0].strip()
        if not name and not any(cell.strip() for cell in row[1:]):
            continue
        wrong = _wrong_unit(name, first, known)
        if wrong:
            faults.append((table.place(k, unit), wrong))
        first.setdefault(name, k + FIRST_ROW)
        cells: list[str] = []
        for (item, codes), text in zip(allowed, row[1:], strict=True):
            cell = _answer(text, codes, empty)
            if cell is None:
                shown = f"{text.strip()[:40]!r} is none of {', '.join(sorted(codes))}"
                what = shown if text.strip() else "The answer is missing"
                faults.append((table.place(k, item), what))
            cells.append(cell or "")
        rows[name] = cells
    if faults:
        raise _faulty(faults)
    if not rows:
        raise InputError(f"{table.name} holds no answers", where=table.name, fix="Fill it in.")
    return rows


def _wrong_unit(name: str, first: dict[str, int], known: set[str] | None) -> str:
    if not name:
        return "No firm is named"
    if name in first:
        return f"Firm {name[:60]!r} already stands in row {first[name]}"
    if known is not None and name not in known:
        return f"Firm {name[:60]!r} was not drawn"
    return ""


def _answer(text: str, codes: frozenset[str], empty: str | None) -> str | None:
    cell = text.strip()
    word = cell.casefold().replace(" ", "_")
    if word in WORDS:
        return word
    if not cell:
        return empty
    plain = cell.removesuffix(".0")
    return plain if plain in codes else None


def _faulty(faults: list[tuple[str, str]]) -> InputError:
    rest = [f"{place}: {what}" for place, what in faults[1:MOST_SHOWN]]
    more = len(faults) - MOST_SHOWN
    lines = "".join(f"\n  {line}" for line in rest) + (f"\n  and {more} more" if more > 0 else "")
    return InputError(
        faults[0][1], where=faults[0][0],
        fix="Correct the sheet; where there is no answer say unknown, not_applicable, refused or "
        f"not_researched (--empty WORD says it for every empty cell).{lines}",
    )  # fmt: skip


def read_answers(table: SurveyTable, asked: Questionnaire, scales: list[MotiveScale]) -> Answers:
    """Return the answers to some scales; raises `InputError` for the first wrong cell."""
    values, states = [], []
    for scale in scales:
        codes = {str(code): float(code) for code in asked.codes(scale.kind)}
        for item in scale.items:
            name = table.require(item.id, table.name)
            own_values, own_states = _column(table, name, codes)
            values.append(own_values)
            states.append(own_states)
    return Answers(np.array(values).T, np.array(states, dtype=np.int8).T)


def _column(
    table: SurveyTable, name: str, codes: dict[str, float]
) -> tuple[list[float], list[int]]:
    values: list[float] = []
    states: list[int] = []
    for row, text in enumerate(table.frame[name].cast(pl.String).fill_null("").to_list()):
        cell = text.strip().removesuffix(".0")
        if cell in codes:
            values.append(codes[cell])
            states.append(0)
        elif cell in MISSING:
            values.append(np.nan)
            states.append(MISSING[cell])
        else:
            table.refuse(
                row, name, f"{cell[:40]!r} is none of {', '.join(codes)}",
                "Take the sheet in with `ketenkaart motives import`, which checks every cell.",
            )  # fmt: skip
    return values, states
