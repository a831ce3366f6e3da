"""A purchase list to fill in: the columns that are understood, with a few rows as an example."""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path
from xml.sax.saxutils import escape

from ketenkaart.services.chain.purchase_files import HEADINGS, Listed, Row

COLUMNS = ("description", "cpv", "amount", "currency", "country", "year")
_DUTCH = {
    "description": "omschrijving", "cpv": "cpv", "amount": "bedrag", "currency": "valuta",
    "country": "land", "year": "jaar",
}  # fmt: skip
_ENGLISH = {name: name for name in COLUMNS}
_FIELD = {"country": "region"}
"""Where a column of the template is read under another name than its own."""
_ROWS = {
    "nl": (
        ("Werkkleding buitendienst", "18100000", "250000", "EUR", "Bangladesh", "2024"),
        ("Laptops en beeldschermen", "30200000", "900000", "EUR", "China", "2024"),
        ("Kantoormeubilair", "39100000", "300000", "EUR", "Polen", "2024"),
        ("Natuursteen voor het plein", "44910000", "400000", "EUR", "India", "2024"),
        ("Catering bedrijfsrestaurant", "55500000", "500000", "EUR", "Nederland", "2024"),
        ("Koffie en thee", "15860000", "60000", "EUR", "", "2024"),
    ),
    "en": (
        ("Workwear for outdoor staff", "18100000", "250000", "EUR", "Bangladesh", "2024"),
        ("Laptops and screens", "30200000", "900000", "EUR", "China", "2024"),
        ("Office furniture", "39100000", "300000", "EUR", "Poland", "2024"),
        ("Natural stone for the square", "44910000", "400000", "EUR", "India", "2024"),
        ("Canteen catering", "55500000", "500000", "EUR", "Netherlands", "2024"),
        ("Coffee and tea", "15860000", "60000", "EUR", "", "2024"),
    ),
}
_NUMBERS = frozenset({"amount", "year"})
_WIDTHS = {"description": 36, "country": 20}
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_LINKS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_KINDS = "http://schemas.openxmlformats.org/package/2006/content-types"
_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_DAY = (2026, 1, 1, 0, 0, 0)
"""Written into the archive instead of a clock's time: one template is one file."""


def headings(language: str) -> tuple[str, ...]:
    """Return the headings of the template in a language: `nl`, otherwise English.

    >>> headings("nl")
    ('omschrijving', 'cpv', 'bedrag', 'valuta', 'land', 'jaar')
    """
    words = _DUTCH if language == "nl" else _ENGLISH
    return tuple(words[name] for name in COLUMNS)


def example_rows(language: str) -> tuple[tuple[str, ...], ...]:
    """Return made-up purchases, a text per column."""
    return _ROWS["nl" if language == "nl" else "en"]


def example_list(language: str) -> Listed:
    """Return the example as a list that was read."""
    names = headings(language)
    fields = [_FIELD.get(column, column) for column in COLUMNS]
    name = "voorbeeld.csv" if language == "nl" else "example.csv"
    return Listed(
        Path(name),
        tuple(
            Row(number, {field: cell for field, cell in zip(fields, row, strict=True) if cell})
            for number, row in enumerate(example_rows(language), start=2)
        ),
        is_decimal_comma=True,
        headings=dict(zip(fields, names, strict=True)),
        unused=(),
    )


def known_headings() -> dict[str, tuple[str, ...]]:
    """Return every name that a column may have, by the column."""
    return dict(HEADINGS)


def template_csv(language: str) -> bytes:
    """Return the example as CSV for a spreadsheet: semicolons, UTF-8 with its mark."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerows([headings(language), *example_rows(language)])
    return text.getvalue().encode("utf-8-sig")


def template_workbook(language: str) -> bytes:
    """Return the example as a workbook (.xlsx) in which codes are text, so that no zero is lost."""
    stream = io.BytesIO()
    parts = {
        "[Content_Types].xml": _content_types(),
        "_rels/.rels": _relations(("officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>'
        f'<sheet name="{_sheet_name(language)}" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": _relations(
            ("worksheet", "worksheets/sheet1.xml"), ("styles", "styles.xml")
        ),
        "xl/styles.xml": _styles(),
        "xl/worksheets/sheet1.xml": _sheet(language),
    }
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            entry = zipfile.ZipInfo(name, _DAY)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, text)
    return stream.getvalue()


def _sheet_name(language: str) -> str:
    return "Inkoop" if language == "nl" else "Purchases"


def _sheet(language: str) -> str:
    columns = "".join(
        f'<col min="{k}" max="{k}" width="{_WIDTHS.get(name, 13)}" '
        f'style="{0 if name in _NUMBERS else 1}" customWidth="1"/>'
        for k, name in enumerate(COLUMNS, start=1)
    )
    head = _row(1, headings(language), 2)
    rows = "".join(_row(k, row) for k, row in enumerate(example_rows(language), start=2))
    return (
        f'{_HEAD}<worksheet xmlns="{_MAIN}"><cols>{columns}</cols>'
        f"<sheetData>{head}{rows}</sheetData></worksheet>"
    )


def _row(number: int, cells: tuple[str, ...], style: int | None = None) -> str:
    written = []
    for k, (name, text) in enumerate(zip(COLUMNS, cells, strict=True)):
        place = f"{chr(ord('A') + k)}{number}"
        if style is None and name in _NUMBERS and text:
            written.append(f'<c r="{place}"><v>{text}</v></c>')
        elif text:
            chosen = 1 if style is None else style
            words = f"<is><t>{escape(text)}</t></is>"
            written.append(f'<c r="{place}" s="{chosen}" t="inlineStr">{words}</c>')
    return f'<row r="{number}">{"".join(written)}</row>'


def _styles() -> str:
    """Return three styles: plain, text (format 49), and bold text for headings."""
    return (
        f'{_HEAD}<styleSheet xmlns="{_MAIN}">'
        '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
        '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
        '<fills count="2"><fill><patternFill patternType="none"/></fill>'
        '<fill><patternFill patternType="gray125"/></fill></fills>'
        '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
        '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/>'
        '</cellStyleXfs><cellXfs count="3">'
        '<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
        '<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
        '<xf numFmtId="49" fontId="1" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" '
        'applyFont="1"/></cellXfs></styleSheet>'
    )


def _content_types() -> str:
    return (
        f'{_HEAD}<Types xmlns="{_KINDS}"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_SHEET}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_SHEET}.worksheet+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{_SHEET}.styles+xml"/></Types>'
    )


def _relations(*targets: tuple[str, str]) -> str:
    links = "".join(
        f'<Relationship Id="rId{k}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for k, (kind, target) in enumerate(targets, start=1)
    )
    return f'{_HEAD}<Relationships xmlns="{_LINKS}">{links}</Relationships>'
