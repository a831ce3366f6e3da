"""Workbooks: cells as a person sees them, and none of what an attacker hides in one."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from ketenkaart.core.errors import InputError
from ketenkaart.sources.workbooks import sheet_names, sheet_rows
from made_workbooks import MAIN, write_workbook

README = Path(__file__).parents[3] / "shared/data/icio_labels/ReadMe_ICIO2021_CSV.xlsx"


def test_cells_are_texts_at_their_place(tmp_path: Path) -> None:
    rows = [["code", None, "amount"], ["cpv:03000000", None, 1.1], [], [True, 52010000, "<&>"]]
    file = write_workbook(tmp_path / "list.xlsx", rows)
    assert sheet_names(file) == ("List",)
    assert list(sheet_rows(file)) == [
        (1, ["code", "", "amount"]),
        (2, ["cpv:03000000", "", "1.1"]),
        (3, []),
        (4, ["TRUE", "52010000", "<&>"]),
    ]


def test_shared_texts_days_and_saved_formulas(tmp_path: Path) -> None:
    sheet = (
        f'<worksheet xmlns="{MAIN}"><sheetData><row r="7"><c r="B7" t="s"><v>1</v></c>'
        '<c r="C7" s="1"><v>45443</v></c><c r="D7" s="2"><v>0.5</v></c>'
        '<c r="E7"><f>1+1</f><v>2</v></c><c r="F7" t="str"><f>A1</f><v>txt</v></c>'
        '<c r="G7" t="e"><v>#N/A</v></c></row></sheetData></worksheet>'
    )
    texts = (
        f'<sst xmlns="{MAIN}"><si><t>one</t></si><si><r><t>two </t></r><r><t>runs</t></r>'
        "<rPh><t>reading</t></rPh></si></sst>"
    )
    styles = (
        f'<styleSheet xmlns="{MAIN}"><numFmts><numFmt numFmtId="164" '
        'formatCode="dd\\-mm\\-yyyy"/><numFmt numFmtId="165" '
        'formatCode="0.0 &quot;days&quot;"/></numFmts><cellXfs><xf numFmtId="0"/>'
        '<xf numFmtId="164"/><xf numFmtId="165"/></cellXfs></styleSheet>'
    )
    parts = {"xl/sharedStrings.xml": texts, "xl/styles.xml": styles}
    file = write_workbook(tmp_path / "list.xlsx", sheet=sheet, parts=parts)
    cells = ["", "two runs", "2024-05-31", "0.5", "2", "txt", "#N/A"]
    assert list(sheet_rows(file)) == [(7, cells)]
    old = write_workbook(
        tmp_path / "old.xlsx",
        sheet=sheet,
        parts=parts,
        properties='<workbookPr date1904="1"/>',
    )
    assert next(sheet_rows(old))[1][2] == "2028-06-01"


BAD = {
    "formula": ('<c r="A1"><f>1+1</f></c>', "Cell A1 of bad.xlsx is a formula without"),
    "text": ('<c r="A1" t="s"><v>9</v></c>', "cannot be read as a workbook"),
    "far": ('<c r="ZZZ1"><v>1</v></c>', "cannot be read as a workbook"),
    "backwards": ('<c r="B1"><v>1</v></c><c r="A1"><v>1</v></c>', "cannot be read as a workbook"),
    "number": ('<c r="A1"><v>many</v></c>', "cannot be read as a workbook"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_cell_that_cannot_be_is_refused(name: str, tmp_path: Path) -> None:
    cells, message = BAD[name]
    sheet = f'<worksheet xmlns="{MAIN}"><sheetData><row r="1">{cells}</row></sheetData></worksheet>'
    file = write_workbook(tmp_path / "bad.xlsx", sheet=sheet)
    with pytest.raises(InputError, match=message):
        list(sheet_rows(file))


def test_entities_bombs_and_files_of_another_kind_are_refused(tmp_path: Path) -> None:
    entity = (
        '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
        f'<worksheet xmlns="{MAIN}"><sheetData><row r="1"><c r="A1" t="inlineStr"><is>'
        "<t>&a;</t></is></c></row></sheetData></worksheet>"
    )
    with pytest.raises(InputError, match="document type"):
        list(sheet_rows(write_workbook(tmp_path / "entity.xlsx", sheet=entity)))
    bomb = f'<worksheet xmlns="{MAIN}">' + " " * 5_000_000 + "</worksheet>"
    with pytest.raises(InputError, match="unpacks to more"):
        list(sheet_rows(write_workbook(tmp_path / "bomb.xlsx", sheet=bomb)))
    other = tmp_path / "other.xlsx"
    other.write_text("code,amount\n")
    with pytest.raises(InputError, match="cannot be read as a workbook"):
        sheet_names(other)
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("word/document.xml", "<x/>")
    with pytest.raises(InputError, match="cannot be read as a workbook"):
        sheet_names(other)
    with pytest.raises(InputError, match="cannot be read: No such file"):
        sheet_names(tmp_path / "none.xlsx")
    with pytest.raises(InputError, match="Use one of List"):
        list(sheet_rows(write_workbook(tmp_path / "list.xlsx"), "Other"))
    whole = write_workbook(tmp_path / "cut.xlsx", [["a"]]).read_bytes()
    (tmp_path / "cut.xlsx").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(InputError, match="cannot be read as a workbook"):
        list(sheet_rows(tmp_path / "cut.xlsx"))


@pytest.mark.data
def test_a_real_workbook() -> None:
    if not README.is_file():
        pytest.skip(f"{README} is absent: real workbooks are NOT tested")
    names = sheet_names(README)
    cells = [cell for name in names for _, row in sheet_rows(README, name) for cell in row]
    assert len(names) > 1
    assert any("ICIO" in cell for cell in cells)
    assert "NLD" in cells
