"""Workbooks made by hand, so that no spreadsheet library is needed to test their reading."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from xml.sax.saxutils import escape

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINKS = "http://schemas.openxmlformats.org/package/2006/relationships"
ID = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def letters(column: int) -> str:
    name = ""
    while column >= 0:
        name = chr(65 + column % 26) + name
        column = column // 26 - 1
    return name


def cell(row: int, column: int, value: object, style: int | None = None) -> str:
    place = f'r="{letters(column)}{row}"' + (f' s="{style}"' if style is not None else "")
    if value is None:
        return ""
    if isinstance(value, bool):
        return f'<c {place} t="b"><v>{int(value)}</v></c>'
    if isinstance(value, int | float):
        return f"<c {place}><v>{value!r}</v></c>"
    return f'<c {place} t="inlineStr"><is><t>{escape(str(value))}</t></is></c>'


def sheet_of(rows: Sequence[Sequence[object]]) -> str:
    body = "".join(
        f'<row r="{r}">' + "".join(cell(r, c, value) for c, value in enumerate(row)) + "</row>"
        for r, row in enumerate(rows, start=1)
    )
    return f'<worksheet xmlns="{MAIN}"><sheetData>{body}</sheetData></worksheet>'


def write_workbook(
    path: Path,
    rows: Sequence[Sequence[object]] = (),
    *,
    sheet: str | None = None,
    parts: Mapping[str, str] | None = None,
    properties: str = "",
) -> Path:
    """Write a workbook of one sheet; `sheet` and `parts` replace what is in it."""
    content = {
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{ID}">{properties}'
        '<sheets><sheet name="List" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{LINKS}">'
        '<Relationship Id="rId1" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": sheet or sheet_of(rows),
        **(parts or {}),
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in content.items():
            archive.writestr(name, text if text.startswith("<?xml") else HEAD + text)
    return path
