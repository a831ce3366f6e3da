"""Files of imports: rows add up on the lines of Annex I, and every wrong row is named."""

from __future__ import annotations

from datetime import date
from math import inf
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ketenkaart.core.errors import InputError
from ketenkaart.core.governance.rules.goods import ImportedGoods, cells_of_imports
from ketenkaart.core.governance.rules.values import Cell, Facts
from ketenkaart.services.laws import check_text, law_book
from ketenkaart.services.laws.checking import Imports, check_facts, load_imports, with_imports
from ketenkaart.sources.imports import read_imports

BOOK = law_book()
TABLE = BOOK.tables["annex_2017_821"]
FACT = "imports_minerals_kg"
FIRM = "facts: {only_recycled_metals: no, only_old_stocks: no}\n"
DAY = date(2026, 11, 22)


def write(folder: Path, text: str) -> Path:
    path = folder / "imports.csv"
    path.write_text(text, encoding="utf-8")
    return path


def scope(imports: Imports, day: date = DAY) -> str:
    (found,) = check_text(FIRM, "firm", as_of=day, laws=["eu_2017_821"], imports=imports).results
    return found.in_scope


def of(*rows: tuple[str, int, float], is_complete: bool = False) -> Imports:
    return Imports(tuple(ImportedGoods(*row) for row in rows), is_complete)


@pytest.mark.parametrize("line", TABLE.lines, ids=lambda line: line.id)
def test_every_line_is_reached_at_its_threshold_and_not_below(line) -> None:
    dated = line.threshold_on(DAY)
    assert dated is not None
    assert dated.value is not None
    code = line.full_code or line.code
    sure = code if not line.is_part or line.full_code else line.id
    if sure == code:
        assert scope(of((code, 2025, dated.value), is_complete=True)) == "yes"
        assert scope(of((code, 2025, dated.value - 0.5), is_complete=True)) == "no"
        assert scope(of((code, 2025, dated.value / 2), (code, 2025, dated.value / 2))) == "yes"
    else:
        assert scope(of((code, 2025, dated.value), is_complete=True)) == "unknown"
        assert scope(of((code, 2025, dated.value - 0.5), is_complete=True)) == "no"


def test_lines_are_tested_one_by_one_and_years_too() -> None:
    under = of(("26090000", 2025, 4999), ("81011000", 2025, 2499), is_complete=True)
    assert scope(under) == "no"
    split = of(("26090000", 2024, 9000), ("26090000", 2025, 10), is_complete=True)
    assert scope(split) == "no"
    assert scope(split, date(2025, 6, 1)) == "yes"
    assert scope(split, date(2027, 6, 1)) == "unknown", "2026 is not in the file"


def test_a_wider_code_may_count_and_a_file_that_is_not_whole_rules_nothing_out() -> None:
    assert scope(of(("2609", 2025, 5000), is_complete=True)) == "unknown"
    assert scope(of(("2609", 2025, 4999), is_complete=True)) == "no"
    assert scope(of(("26090000", 2025, 4999))) == "unknown"
    assert scope(of(("26090000", 2025, 5000))) == "yes"
    assert scope(of(("84713000", 2025, 1e9), is_complete=True)) == "no", "no goods of the annex"


ROWS = st.lists(
    st.tuples(
        st.sampled_from([*(line.full_code or line.code for line in TABLE.lines), "26", "8101"]),
        st.sampled_from([2024, 2025]),
        st.integers(0, 200_000),
    ),
    min_size=1,
    max_size=8,
)


@given(ROWS, st.randoms())
def test_the_order_of_rows_is_nothing_and_more_imports_never_lead_out(rows, random) -> None:
    given_rows = [ImportedGoods(*row) for row in rows]
    cells = cells_of_imports(given_rows, FACT, TABLE, is_complete=True)
    turned = given_rows[:]
    random.shuffle(turned)
    assert cells_of_imports(turned, FACT, TABLE, is_complete=True) == cells
    fewer = cells_of_imports(given_rows[:-1], FACT, TABLE, is_complete=True)
    for cell, (low, high) in fewer.items():
        assert cells[cell][0] >= low
        assert cells[cell][1] >= high
    part = cells_of_imports(given_rows, FACT, TABLE)
    assert all(cells[cell][0] == low and high == inf for cell, (low, high) in part.items())


def test_headings_units_and_marks_are_read(tmp_path: Path) -> None:
    for text in (
        "code,year,quantity,unit\n2609 00 00,2025,6,t\n",
        "CN code;year;quantity;unit\n2609.00.00;2025;6000;KG\n",
        "\ufeffyear,goods code,quantity_kg\n2025,26090000,6_000\n\n",
        "taric,year,quantity,unit\n26090000,2025,6000000,g\n",
    ):
        found = read_imports(write(tmp_path, text))
        assert found.rows == (ImportedGoods("26090000", 2025, 6000.0),)
        assert not found.wrong


GOOD = "code,year,quantity,unit\n26090000,2025,5000,kg\n"


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("x,2025,1,kg", "code"), ("2,2025,1,kg", "code"), ("26090000111,2025,1,kg", "code"),
        ("=2609,2025,1,kg", "code"), ("2609,25,1,kg", "year"), ("2609,,1,kg", "year"),
        ("2609,2025,-1,kg", "quantity"), ("2609,2025,nan,kg", "quantity"),
        ("2609,2025,1e9,kg", "quantity"), ("2609,2025,,kg", "quantity"),
        ("2609,2025,9999999999999999,t", "quantity"),
        ("2609,2025,1,", "unit"), ("2609,2025,1,lb", "unit"), ("2609", "year"),
    ],
)  # fmt: skip
def test_a_row_that_cannot_be_used_is_named_and_never_left_out_in_silence(
    tmp_path: Path, row: str, column: str
) -> None:
    path = write(tmp_path, GOOD + row + "\n")
    with pytest.raises(InputError, match=rf"1 of 2 rows .*line 3, column {column}") as caught:
        load_imports(path)
    assert caught.value.where == "imports.csv:3"
    kept = load_imports(path, keep_good=True)
    assert len(kept.rows) == len(kept.wrong) == 1
    with pytest.raises(InputError, match="not complete"):
        load_imports(path, keep_good=True, is_complete=True)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "code is missing"), ("code,year,quantity,unit\n", "no imports"),
        ("code,year\n1,2\n", "quantity is missing"), ("code,quantity,unit\n", "year is missing"),
        ("code,year,quantity\n2609,2025,1\n", "unit is missing"),
        ("code,cn,year,quantity,unit\n", "Two columns"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_table_of_imports_is_refused(tmp_path: Path, text, words) -> None:
    with pytest.raises(InputError, match=words):
        load_imports(write(tmp_path, text))


def test_bytes_of_any_kind_are_read_or_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    for raw in (b"\xff\xfe\x00", b"code,year,quantity,unit\n\x00,\x00", b'"' * 9, b"\r\r\r"):
        path.write_bytes(raw)
        with pytest.raises(InputError):
            load_imports(path)
    with pytest.raises(InputError):
        load_imports(tmp_path / "absent.csv")


def test_imports_given_twice_are_refused() -> None:
    facts = Facts({Cell(FACT, "cn_2609_00_00", 2025): (1.0, 1.0)}, {})
    with pytest.raises(InputError, match="2025"):
        with_imports(facts, of(("2609", 2025, 1), is_complete=True))
    other = with_imports(facts, of(("2609", 2024, 1), is_complete=True))
    assert check_facts(other, as_of=DAY, laws=["eu_2017_821"]).results
