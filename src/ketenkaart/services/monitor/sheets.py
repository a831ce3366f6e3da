"""Make a sheet to fill in for the units of a draw, and take it back in with checks."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

import polars as pl

from ketenkaart.core.errors import InputError
from ketenkaart.core.monitor.types import STATES
from ketenkaart.services.exports import Cell, safe
from ketenkaart.services.monitor.writing import require_free, write_bytes, write_rows, write_yaml
from ketenkaart.sources.survey.design import read_design
from ketenkaart.sources.survey.questions import (
    WORDS,
    Question,
    SheetFile,
    answer,
    question,
    read_sheet_file,
)
from ketenkaart.sources.survey.table import FIRST_ROW, SurveyTable, read_table

REMARKS = "remarks"
ANSWERED = "answered"
NO_ANSWER = ("unknown", "not_researched", "refused")
MOST_SHOWN = 20
HELP = (
    ("What to write where no value can be given", "Wat te schrijven waar geen waarde is"),
    ("unknown: asked, and not known", "unknown: gevraagd, maar niet bekend"),
    ("not_researched: nobody looked", "not_researched: niemand heeft gekeken"),
    ("not_applicable: the question does not fit", "not_applicable: de vraag past hier niet"),
    ("refused: asked, and not answered", "refused: gevraagd, maar niet geantwoord"),
    ("0: looked at, and the value is zero", "0: bekeken, en de waarde is nul"),
)


@dataclass(slots=True)
class Returned:
    """A sheet taken in: rows kept, units that did not come back, and per question its states."""

    units: int
    returned: int
    missing: list[str]
    states: dict[str, dict[str, int]] = field(default_factory=dict)


def write_sheet(draw: Path, asked: Sequence[str], out: Path, *, force: bool = False) -> int:
    """Write a sheet (.csv or .xlsx) with a row per drawn unit; return how many there are.

    What it asks is kept in `DRAW.questions.yml`. Raises `InputError` for a draw or question that
    cannot be.
    """
    questions = [question(text) for text in asked]
    names = [item.name for item in questions]
    table = read_table(draw)
    unit = _id_of(draw)
    table.require(unit, draw.name)
    if not questions:
        raise InputError("A sheet asks something", where="--ask", fix="Say what, as hours:number.")
    for name in [*names, REMARKS]:
        if name in table.columns or names.count(name) > 1:
            raise InputError(
                f"There is a column {name!r} already", where="--ask", fix="Take another name."
            )
    if out.suffix.casefold() not in (".csv", ".xlsx"):
        raise InputError(
            f"A sheet is no {out.suffix or 'file without an ending'}", where="--out",
            fix="End its name in .xlsx or .csv.",
        )  # fmt: skip
    kept = draw.with_suffix(".questions.yml")
    require_free(out, kept, force=force)
    hidden = {"probability", "weight", "fpc_1", "fpc_2"}
    shown = [name for name in table.columns if name not in hidden]
    rows: list[list[Cell]] = [
        [*(safe(cell) for cell in cells), *("" for _ in questions), ""]
        for cells in table.frame.select(shown).cast(pl.String).fill_null("").iter_rows()
    ]
    headings = [*shown, *names, REMARKS]
    content = SheetFile(
        draw=draw.name,
        draw_sha256=sha256(draw.read_bytes()).hexdigest(),
        id=unit,
        questions=tuple(questions),
    )
    if out.suffix.casefold() == ".xlsx":
        write_bytes(out, _workbook(headings, rows, questions, len(shown)), force=force)
    else:
        write_rows(out, headings, rows, force=force)
    write_yaml(kept, content.model_dump(mode="json"), force=force)
    return table.rows


def _id_of(draw: Path) -> str:
    design = draw.with_suffix(".design.yml")
    if not design.is_file():
        raise InputError(
            f"{design.name} does not stand beside the draw", where=str(draw),
            fix="Draw with `ketenkaart sample draw`, and keep its files together.",
        )  # fmt: skip
    name = read_design(design).content.id
    if name is None:
        raise InputError("The draw's design names no id", where=str(design), fix="Draw again.")
    return name


def _workbook(
    headings: Sequence[str], rows: Sequence[Sequence[Cell]], asked: Sequence[Question], first: int
) -> bytes:
    """Return a workbook in which only answers can be written, choices are lists, and help stands.

    Every cell is text, so that names with leading zeros stay as they are.
    """
    import xlsxwriter  # noqa: PLC0415 - only for workbooks

    stream = io.BytesIO()
    book = xlsxwriter.Workbook(
        stream, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    sheet = book.add_worksheet("sheet")
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    open_cell = book.add_format({"locked": False, "bg_color": "#FFF8E1"})
    for k, name in enumerate(headings):
        sheet.write_string(0, k, name, bold)
        sheet.set_column(k, k, max(12, min(40, len(name) + 2)))
    for r, row in enumerate(rows, start=1):
        for k, cell in enumerate(row):
            if k < first:
                sheet.write_string(r, k, str(cell))
            else:
                sheet.write_blank(r, k, None, open_cell)
    for k, item in enumerate(asked, start=first):
        options = ["yes", "no"] if item.kind == "yes_no" else list(item.choices)
        source = [*options, *WORDS]
        if options and len(",".join(source)) <= 255:
            sheet.data_validation(1, k, len(rows), k, {"validate": "list", "source": source})
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, len(rows), len(headings) - 1)
    sheet.protect("", {"format_columns": True, "sort": True, "autofilter": True})
    notes = book.add_worksheet("help")
    notes.set_column(0, 1, 60)
    for r, (english, dutch) in enumerate(HELP):
        notes.write_string(r, 0, english, bold if r == 0 else None)
        notes.write_string(r, 1, dutch, bold if r == 0 else None)
    for r, item in enumerate(asked, start=len(HELP) + 1):
        notes.write_string(r, 0, f"{item.name}: {item.kind} {', '.join(item.choices)}".rstrip())
    book.close()
    return stream.getvalue()


def import_sheet(
    sheet: Path, draw: Path, out: Path, *, empty: str | None = None, force: bool = False
) -> Returned:
    """Check a filled sheet against its draw and write the answers with the weights of the draw.

    Every drawn unit has a row in `out`; one that did not come back is `unknown` throughout and
    `answered` 0. Raises `InputError` listing every cell at fault (to twenty): units that were not
    drawn or stand there twice, empty cells (unless `empty` says what they mean), answers that do
    not fit. Then nothing is written.
    """
    design = draw.with_suffix(".design.yml")
    made = out.with_suffix(".design.yml")
    require_free(out, made, force=force)
    asked = read_sheet_file(draw.with_suffix(".questions.yml"))
    if sha256(draw.read_bytes()).hexdigest() != asked.draw_sha256:
        raise InputError(
            f"{draw.name} is not as it was when the sheet was made", where=str(draw),
            fix="Put the draw back, or make the sheet again.",
        )  # fmt: skip
    if empty is not None and empty not in WORDS:
        raise InputError(
            f"{empty[:40]!r} does not say why a cell is empty", where="--empty",
            fix=f"Use one of {', '.join(WORDS)}.",
        )  # fmt: skip
    drawn, filled = read_table(draw), read_table(sheet)
    names = [item.name for item in asked.questions]
    for name in (asked.id, *names):
        filled.require(name, sheet.name)
    answers, faults = _checked(filled, drawn, asked, empty)
    if faults:
        raise _faulty(faults)
    found = Returned(drawn.rows, len(answers), [])
    rows: list[list[Cell]] = []
    has_remarks = REMARKS in filled.columns
    absent = ["unknown"] * len(names) + [""]
    found.states = {name: dict.fromkeys(STATES, 0) for name in names}
    for cells in drawn.frame.cast(pl.String).fill_null("").iter_rows(named=True):
        given = answers.get(cells[asked.id])
        if given is None:
            found.missing.append(cells[asked.id])
        values = absent if given is None else given
        for name, text in zip(names, values, strict=False):
            found.states[name][text if text in WORDS else "known"] += 1
        spoke = given is not None and any(text not in NO_ANSWER for text in given[: len(names)])
        rows.append([*(safe(cell) for cell in cells.values()), *map(safe, values[: len(names)]),
                     *([safe(values[-1])] if has_remarks else []), int(spoke)])  # fmt: skip
    headings = [*drawn.columns, *names, *([REMARKS] if has_remarks else []), ANSWERED]
    write_rows(out, headings, rows, force=force)
    write_bytes(made, design.read_bytes(), force=force)
    return found


def _checked(
    filled: SurveyTable, drawn: SurveyTable, asked: SheetFile, empty: str | None
) -> tuple[dict[str, list[str]], list[tuple[str, str]]]:
    """Return answers by unit, the remarks last, and what is wrong: place and words."""
    known = set(drawn.frame[asked.id].cast(pl.String).fill_null("").to_list())
    faults: list[tuple[str, str]] = []
    answers: dict[str, list[str]] = {}
    first: dict[str, int] = {}
    columns = [asked.id, *(item.name for item in asked.questions)]
    remarks = [REMARKS] if REMARKS in filled.columns else []
    texts = filled.frame.select([*columns, *remarks]).cast(pl.String).fill_null("")
    for k, row in enumerate(texts.iter_rows()):
        unit = row[0].strip()
        if unit not in known:
            what = "was not drawn" if unit else "is missing: no unit is named"
            faults.append((filled.place(k, asked.id), f"Unit {unit[:60]!r} {what}"))
        elif unit in first:
            faults.append(
                (
                    filled.place(k, asked.id),
                    f"Unit {unit[:60]!r} already stands in row {first[unit]}",
                )
            )
        first.setdefault(unit, k + FIRST_ROW)
        kept: list[str] = []
        for item, text in zip(asked.questions, row[1:], strict=False):
            cell = empty if empty is not None and not text.strip() else text
            value, wrong = answer(item, cell)
            if value is None:
                faults.append((filled.place(k, item.name), f"{text.strip()[:60]!r} {wrong}"))
            kept.append(value or "")
        answers[unit] = [*kept, row[-1] if remarks else ""]
    return answers, faults


def _faulty(faults: list[tuple[str, str]]) -> InputError:
    shown = [f"{place}: {what}" for place, what in faults[1:MOST_SHOWN]]
    more = len(faults) - MOST_SHOWN
    rest = "".join(f"\n  {line}" for line in shown) + (f"\n  and {more} more" if more > 0 else "")
    return InputError(
        faults[0][1],
        where=faults[0][0],
        fix="Correct the sheet; where no value can be given say unknown, not_researched, "
        f"not_applicable or refused (--empty WORD says it for every empty cell).{rest}",
    )
