"""Make the questionnaire on motives: a sheet with a row per firm, and a form to print."""

from __future__ import annotations

import io
from html import escape
from pathlib import Path
from typing import Any

import polars as pl

from ketenkaart.core.errors import InputError
from ketenkaart.core.monitor.motives.types import (
    MotiveItem,
    MotiveScale,
    Questionnaire,
    ScaleKind,
)
from ketenkaart.core.provenance import Text
from ketenkaart.services.exports import Cell, safe
from ketenkaart.services.monitor.writing import require_free, write_bytes, write_rows
from ketenkaart.sources.survey.table import read_table

UNIT = "firm"
REMARKS = "remarks"
MOST_EMPTY = 10_000


def write_form(
    out: Path,
    asked: Questionnaire,
    *,
    language: str = "nl",
    units: Path | None = None,
    unit: str | None = None,
    rows: int = 0,
    force: bool = False,
) -> int:
    """Write the questionnaire and return how many firms it has a row for.

    `.csv` and `.xlsx` hold a column per question and a row per unit of the file `units` (column
    `unit`), or so many empty `rows`; `.html` is one form to print in a language. Raises
    `InputError` for another ending, and for units that are missing or twice there.
    """
    kind = out.suffix.casefold()
    if kind == ".html":
        require_free(out, force=force)
        write_bytes(out, form_page(asked, language).encode(), force=force)
        return 0
    if kind not in (".csv", ".xlsx"):
        raise InputError(
            f"A form is no {out.suffix or 'file without an ending'}", where="--out",
            fix="End its name in .xlsx, .csv or .html.",
        )  # fmt: skip
    names = _units(units, unit) if units is not None else [""] * min(max(rows, 1), MOST_EMPTY)
    headings = [unit or UNIT, *(item.id for scale in asked.scales for item in scale.items), REMARKS]
    cells: list[list[Cell]] = [[safe(name), *[""] * (len(headings) - 1)] for name in names]
    if kind == ".csv":
        write_rows(out, headings, cells, force=force)
    else:
        write_bytes(out, _workbook(asked, headings, cells, language), force=force)
    return len(names) if units is not None else 0


def _units(path: Path, unit: str | None) -> list[str]:
    table = read_table(path)
    if unit is None:
        raise InputError(
            "The file of firms needs a column that names each", where="--id",
            fix=f"Name one of {', '.join(table.columns[:12])}.",
        )  # fmt: skip
    name = table.require(unit, "--id")
    found = table.frame[name].cast(pl.String).str.strip_chars().fill_null("").to_list()
    first: dict[str, int] = {}
    for row, text in enumerate(found):
        if not text:
            table.refuse(row, name, "No firm is named", "Name it, or leave the row out.")
        if text in first:
            table.refuse(row, name, f"{text[:60]!r} stands there twice", "Keep one row per firm.")
        first[text] = row
    return found


def _choices(asked: Questionnaire, scale: MotiveScale) -> list[tuple[str, Text]]:
    options = asked.answers.motive if scale.kind == "motive" else asked.answers.behaviour
    found = [(str(option.code), option.label) for option in options]
    return [*found, *((option.code, option.label) for option in asked.answers.no_answer)]


def _workbook(
    asked: Questionnaire, headings: list[str], cells: list[list[Cell]], language: str
) -> bytes:
    """Return a workbook: answers with lists to choose from, and a sheet that says what is asked."""
    import xlsxwriter  # noqa: PLC0415 - only for workbooks

    stream = io.BytesIO()
    book = xlsxwriter.Workbook(
        stream, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    sheet = book.add_worksheet("answers")
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    for k, name in enumerate(headings):
        sheet.write_string(0, k, name, bold)
        sheet.set_column(k, k, 16)
    for r, row in enumerate(cells, start=1):
        if row[0]:
            sheet.write_string(r, 0, str(row[0]))
    column = 1
    for scale in asked.scales:
        source = [code for code, _ in _choices(asked, scale)]
        for item in scale.items:
            sheet.data_validation(
                1, column, len(cells), column,
                {"validate": "list", "source": source, "input_title": item.id[:32],
                 "input_message": item.text.in_language(language)[:255]},
            )  # fmt: skip
            column += 1
    sheet.freeze_panes(1, 1)
    _explain(book.add_worksheet("questions"), asked, bold, wrap)
    book.close()
    return stream.getvalue()


def _explain(notes: Any, asked: Questionnaire, bold: Any, wrap: Any) -> None:
    """Write what every code asks and which answers there are, in both languages."""
    notes.set_column(0, 1, 18)
    notes.set_column(2, 3, 60)
    lines: list[tuple[str, ...]] = [("code", "scale", "nl", "en")]
    for scale in asked.scales:
        lines += [(item.id, scale.id, item.text.nl, item.text.en) for item in scale.items]
    kinds: tuple[ScaleKind, ...] = ("motive", "behaviour")
    for kind in kinds:
        lines.append(())
        lines += [
            (kind, code, label.nl, label.en)
            for code, label in _choices(asked, asked.of_kind(kind)[0])
        ]
    for line, texts in enumerate(lines):
        for k, text in enumerate(texts):
            notes.write_string(line, k, text, wrap if line else bold)


STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:48rem;margin:2rem auto;padding:0 1rem;"
    "color:#1a1a1a;background:#fff}fieldset{border:0;border-top:1px solid #767676;margin:0;"
    "padding:.75rem 0;break-inside:avoid}legend{font-weight:600;padding:0}"
    "label{display:block;padding:.25rem 0;min-height:1.5rem}"
    "small{color:#555;font-weight:400}h2{margin-top:2rem;break-after:avoid}"
    "input[type=text]{border:1px solid #767676;min-width:16rem;padding:.4rem;font:inherit}"
    "@media print{body{margin:0;font-size:11pt}label{display:inline-block;margin-right:1.2rem}}"
)
WORDS = {
    "nl": {"firm": "Naam of nummer van het bedrijf", "why": "Waarom", "what": "Wat er gebeurt",
           "remarks": "Opmerkingen"},
    "en": {"firm": "Name or number of the firm", "why": "Why", "what": "What is done",
           "remarks": "Remarks"},
}  # fmt: skip


def form_page(asked: Questionnaire, language: str) -> str:
    """Return the questionnaire as a page to print or fill in on a screen; it sends nothing."""
    if language not in WORDS:
        raise InputError(
            f"There is no form in {language[:20]!r}", where="--language", fix="Use nl or en."
        )
    words = WORDS[language]
    title = escape(asked.title.in_language(language))
    parts = [
        f'<!doctype html>\n<html lang="{language}"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{title}</title><style>{STYLE}</style></head><body><main><h1>{title}</h1>",
        f"<p>{escape(asked.intro.in_language(language))}</p><form>",
        f'<p><label for="firm">{words["firm"]}</label><input id="firm" type="text"></p>',
    ]
    number = 0
    for kind, heading in (("motive", words["why"]), ("behaviour", words["what"])):
        parts.append(f"<h2>{heading}</h2>")
        for scale in (item for item in asked.scales if item.kind == kind):
            for item in scale.items:
                number += 1
                parts.append(_fieldset(asked, scale, item, number, language))
    parts.append(
        f'<p><label for="remarks">{words["remarks"]}</label>'
        '<input id="remarks" type="text"></p></form></main></body></html>\n'
    )
    return "\n".join(parts)


def _fieldset(
    asked: Questionnaire, scale: MotiveScale, item: MotiveItem, number: int, language: str
) -> str:
    choices = "".join(
        f'<label><input type="radio" name="{escape(item.id)}" value="{escape(code)}"> '
        f"{escape(label.in_language(language))}</label>"
        for code, label in _choices(asked, scale)
    )
    text = escape(item.text.in_language(language))
    code = f"<small>{escape(item.id)}</small>"
    return f"<fieldset><legend>{number}. {text} {code}</legend>{choices}</fieldset>"
