"""`ketenkaart estimate` and `sample`: for people, in a pipe, and with wrong input."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

ROWS = """id,stratum,unit,weight,size,hours,share,level
a1,A,u1,10,40,5,0.2,yes
a2,A,u2,10,40,7,0.4,no
a3,A,u3,10,40,9,1,yes
b1,B,u4,20,60,4,0,no
b2,B,u5,20,60,0,0.5,yes
b3,B,u6,20,60,2,0.1,yes
"""
DESIGN = "id: id\nstrata: stratum\nweights: weight\nfpc: size\n"


@pytest.fixture
def ask(call, tmp_path: Path):
    """Ask for `mean:hours` of rows and a design in which texts were replaced."""

    def _ask(*words: str, rows: str = ROWS, design: str = DESIGN) -> tuple[int, str, str]:
        (tmp_path / "rows.csv").write_text(rows, encoding="utf-8")
        (tmp_path / "design.yml").write_text(design, encoding="utf-8")
        asked = words or ("--statistic", "mean:hours")
        return call("estimate", tmp_path / "rows.csv", "--design", tmp_path / "design.yml", *asked)

    return _ask


def test_a_mean_by_hand(ask) -> None:
    code, out, err = ask("--statistic", "mean:hours", "--format", "json")
    assert (code, err) == (0, "")
    (row,) = json.loads(out)["rows"]
    # means 7 and 2, shares of weight 1/3 and 2/3; variances 4 and 4 within
    assert row["estimate"] == pytest.approx(7 / 3 + 4 / 3)
    by_hand = (1 / 9) * (1 - 3 / 40) * 4 / 3 + (4 / 9) * (1 - 3 / 60) * 4 / 3
    assert row["se"] == pytest.approx(by_hand**0.5)
    assert (row["n"], row["df"], row["domain"]) == (6, 4, None)


def test_several_at_once_in_csv(ask) -> None:
    code, out, _ = ask(
        "--statistic", "total:hours", "--statistic", "proportion:level=yes",
        "--statistic", "ratio:hours/size", "--statistic", "median:hours", "--statistic", "count",
        "--format", "csv",
    )  # fmt: skip
    lines = out.splitlines()
    assert code == 0
    assert lines[0] == "statistic,domain,estimate,se,low,high,n,df"
    assert [line.split(",")[0] for line in lines[1:]] == [
        "total:hours", "proportion:level=yes", "ratio:hours/size", "median:hours", "count",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("a2,A,u2,10", "a2,A,u2,0", "The weight is zero (at rows.csv, row 3, column weight)"),
        ("a2,A,u2,10", "a2,A,u2,-1", "The weight is negative (at rows.csv, row 3, column weight)"),
        ("a2,A,u2,10", "a2,A,u2,", "The weight is missing (at rows.csv, row 3, column weight)"),
        ("a2,A,u2,10", "a2,A,u2,ten", "'ten' is no number (at rows.csv, row 3, column weight)"),
        ("a2,A,u2,10", "a2,,u2,10", "The cell is empty (at rows.csv, row 3, column stratum)"),
        ("a2,A", "a1,A", "'a1' already stands in row 2 (at rows.csv, row 3, column id)"),
        ("40,7,", "40,seven,", "'seven' is no number (at rows.csv, row 3, column hours)"),
        ("40,7,", "40,NaN,", "'NaN' is no number (at rows.csv, row 3, column hours)"),
        ("40,7,", "40,1e999,", "An infinite value (at rows.csv, row 3, column hours)"),
        ("40,7,", '40,"7,5",', "'7,5' has a decimal comma, and row 4"),
        ("40,7,", '40,"1,500",', "'1,500' may be a decimal or a number of thousands"),
        ("10,40,7", "10,41,7", "The fpc 41 differs from that of row 2"),
        ("40,7,0.4,no", "40,7,0.4", "row 3, column level"),
        ("40,7,0.4,no", "40,7,0.4,no,more", "row 3, column level"),
        ("stratum,unit", "stratum,stratum", "Two columns are called 'stratum'"),
        (
            "a3,A,u3",
            "a3,C,u3",
            "has one sampled unit, so its variance cannot be estimated (at rows.csv, row 4, column",
        ),
        (",40,", ",2,", "'A' has 3 sampled units, and its population is said to be 2"),
    ],
)
def test_a_wrong_cell_is_named_and_nothing_answered(ask, before, after, words) -> None:
    rows = ROWS.replace(before, after)
    if "comma" in words:
        rows = rows.replace("40,9,", "40,9.5,")
    code, out, err = ask(rows=rows)
    assert (code, out) == (2, "")
    assert words in err


def test_a_share_outside_0_to_1_is_named(ask) -> None:
    code, out, err = ask("--statistic", "proportion:share", rows=ROWS.replace("0.4", "1.4"))
    assert (code, out) == (2, "")
    assert "'1.4' is no share: it lies outside 0 to 1 (at rows.csv, row 3, column share)" in err


def test_the_same_row_twice_is_named_without_an_id(ask) -> None:
    rows = f"{ROWS}a2,A,u2,10,40,7,0.4,no\n"
    code, _, err = ask(rows=rows, design=DESIGN.replace("id: id\n", ""))
    assert code == 2
    assert "the same as row 3 in every column (at rows.csv, row 8, column id)" in err


def test_a_stratum_that_the_frame_has_not(ask, tmp_path) -> None:
    (tmp_path / "frame.csv").write_text("id,stratum\n" + "x,A\ny,A\nz,A\nw,A\n", encoding="utf-8")
    design = "strata: stratum\nframe: frame.csv\n"
    code, _, err = ask(design=design)
    assert code == 2
    assert "'B' is in the data and not in the frame (at rows.csv, row 5, column stratum)" in err


def test_a_frame_gives_sizes_and_weights(ask, tmp_path) -> None:
    frame = "id,stratum\n" + "".join(f"x{k},{'A' if k < 40 else 'B'}\n" for k in range(100))
    (tmp_path / "frame.csv").write_text(frame, encoding="utf-8")
    rows = json.loads(
        ask(
            "--statistic", "count", "--format", "json", design="strata: stratum\nframe: frame.csv\n"
        )[1]
    )["rows"]
    assert rows[0]["estimate"] == pytest.approx(100)


@pytest.mark.parametrize(
    ("design", "words"),
    [
        ("stratum: stratum\n", "Unknown key 'stratum' (at design.yml:1"),
        ("strata: region\n", "rows.csv has no column 'region' (at design.yml:1 (key 'strata')"),
        ("strata: [stratum, unit]\n", "There are 2 strata columns for 1 stage(s)"),
        ("strata: stratum\nfpc: {A: 40}\n", "Stratum 'B' is in the data and not in the population"),
        ("fpc: 0\n", "An fpc of 0.0 says nothing"),
        ("strata: unit\nclusters: [stratum]\n", "also lies in another stratum (row 2)"),
        ("replicates: magic\n", "design.yml:1"),
        ("replicates: JK1\nstrata: stratum\n", "JK1 is for designs without strata"),
        ("replicates: BRR\nstrata: stratum\n", "two units in every stratum; 'A' has"),
        ("poststrata: {by: level, totals: {'yes': 9}}\n", "Group 'no' is in the data and not"),
        ("poststrata: {by: level, totals: {'yes': 9, 'no': 8, 'so': 1}}\n", "is in group 'so'"),
        ("calibrate: {totals: {size: 9}, method: logit}\n", "method logit needs bounds"),
        ("nonresponse: {answered: hours, classes: stratum}\n", "is neither yes nor no"),
        ("weights: [\n", "Not valid YAML"),
    ],
)
def test_a_wrong_design_is_named(ask, design, words) -> None:
    code, out, err = ask(design=design)
    assert (code, out) == (2, "")
    assert words in err


@pytest.mark.parametrize(
    ("statistic", "words"),
    [
        ("mean", "names no variable"),
        ("mode:hours", "'mode' is no statistic"),
        (
            "mean:hour",
            "has no column 'hour' (at --statistic). Use one of its columns, such as hours",
        ),
        ("ratio:hours", "has no denominator"),
        ("quantile:hours", "names no share"),
        ("quantile:hours:2", "'2' is no share between 0 and 1"),
        ("proportion:level=maybe", "No row has 'maybe'"),
        ("mean:level", "'yes' is no number; 5 more such rows (at rows.csv, row 2, column level)"),
    ],
)
def test_a_wrong_statistic_is_named(ask, statistic, words) -> None:
    code, out, err = ask("--statistic", statistic)
    assert (code, out) == (2, "")
    assert words in err


def test_what_is_missing_is_said_and_may_be_refused(ask) -> None:
    rows = ROWS.replace("40,7,", "40,refused,").replace("60,0,", "60,,")
    code, out, _ = ask("--statistic", "mean:hours", "--format", "json", rows=rows)
    answer = json.loads(out)
    assert code == 0
    assert answer["rows"][0]["n"] == 4
    assert "2 of 6 rows have no value (unknown 1, refused 1)" in answer["notes"][0]
    code, out, err = ask("--statistic", "mean:hours", "--missing", "refuse", rows=rows)
    assert (code, out) == (2, "")
    assert "The value is refused; 1 more such rows (at rows.csv, row 3, column hours)" in err


def test_zero_is_a_value_and_not_applicable_is_none(ask) -> None:
    rows = ROWS.replace("60,4,", "60,not_applicable,")
    answer = json.loads(
        ask("--statistic", "mean:hours", "--missing", "refuse", "--format", "json", rows=rows)[1]
    )
    assert answer["rows"][0]["n"] == 5
    assert answer["rows"][0]["estimate"] == pytest.approx((10 * 21 + 20 * 2) / 70)


def test_a_decimal_comma_all_through_is_understood(ask) -> None:
    rows = ROWS.replace(",", ";").replace("0.", "0,")
    code, out, _ = ask("--statistic", "mean:share", "--format", "json", rows=rows)
    assert code == 0
    assert json.loads(out)["rows"][0]["estimate"] == pytest.approx((16 + 12) / 90)


def test_a_wave_before_gives_the_change(ask, tmp_path) -> None:
    before = tmp_path / "before.csv"
    before.write_text(ROWS.replace("40,7,", "40,6,"), encoding="utf-8")
    _, out, _ = ask("--statistic", "mean:hours", "--before", str(before), "--format", "json")
    rows = {row["statistic"]: row for row in json.loads(out)["rows"]}
    change = rows["change:mean:hours"]
    assert change["estimate"] == pytest.approx(1 / 9)
    # the same units: only the one value that moved varies
    assert change["se"] < rows["mean:hours"]["se"] / 2
    # half of the units are others: the change is less sure
    other = before.read_text(encoding="utf-8").replace("a1,", "c1,").replace("b1,", "c2,")
    before.write_text(other, encoding="utf-8")
    _, out, _ = ask("--statistic", "mean:hours", "--before", str(before), "--format", "json")
    again = {row["statistic"]: row for row in json.loads(out)["rows"]}
    assert again["change:mean:hours"]["se"] > change["se"]


FRAME = "kvk,sector,town,value\n" + "".join(
    f"{k:08},{'food' if k % 3 else 'metal'},t{k % 12},{1 + (k * 37) % 50}\n" for k in range(120)
)


@pytest.fixture
def frame(tmp_path: Path) -> Path:
    path = tmp_path / "frame.csv"
    path.write_text(FRAME, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    "options",
    [
        (),
        ("--strata", "sector"),
        ("--strata", "sector", "--allocation", "neyman", "--spread", "value"),
        ("--pps", "value"),
        ("--pps", "value", "--pps-method", "systematic"),
        ("--pps", "value", "--pps-method", "pareto", "--strata", "sector"),
        ("--clusters", "town", "--size", "6"),
        ("--clusters", "town", "--size", "6", "--within", "3"),
        ("--clusters", "town", "--size", "6", "--pps", "value", "--within", "3"),
    ],
)
def test_what_is_drawn_can_be_estimated_from(call, frame, tmp_path, options) -> None:
    out = tmp_path / "draw.csv"
    words = ["sample", "draw", frame, "--id", "kvk", "--seed", "5", "--out", out, "--keep", "value"]
    size = () if "--size" in options else ("--size", "24")
    code, _, err = call(*words, *size, *options)
    assert (code, err) == (0, "")
    drawn = out.read_bytes()
    code, said, err = call(
        "estimate", out, "--design", tmp_path / "draw.design.yml", "--statistic", "total:value",
        "--format", "json",
    )  # fmt: skip
    assert code == 0, err
    (row,) = json.loads(said)["rows"]
    truth = sum(1 + (k * 37) % 50 for k in range(120))
    assert abs(row["estimate"] - truth) <= 4.5 * row["se"] + 1e-6 * truth
    # the same seed draws the same, whatever the order of the frame
    lines = FRAME.splitlines()
    frame.write_text("\n".join([lines[0], *reversed(lines[1:])]), encoding="utf-8")
    assert call(*words, *size, *options)[0] == 2  # the file is there already
    assert call(*words, *size, *options, "--force")[0] == 0
    assert sorted(out.read_bytes().split(b"\n")) == sorted(drawn.split(b"\n"))


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--size", "200"), "200 units are asked for, and the frame has 120"),
        (("--size", "0"), "A sample has one unit or more"),
        (("--size", "3", "--strata", "sector"), "at least 2 in each"),
        (
            ("--size", "9", "--pps", "sector"),
            "is no number; 119 more such rows (at frame.csv, row 2, column sector)",
        ),
        (("--size", "9", "--strata", "nothing"), "has no column 'nothing'"),
        (("--size", "9", "--strata", "sector", "--clusters", "town"), "lies in two strata"),
        (
            ("--size", "9", "--strata", "sector", "--allocation", "neyman"),
            "needs the spread of each stratum",
        ),
    ],
)
def test_a_draw_that_cannot_be_writes_nothing(call, frame, tmp_path, options, words) -> None:
    if "--clusters" in options:
        frame.write_text(FRAME.replace("t11", "t0"), encoding="utf-8")
    out = tmp_path / "draw.csv"
    code, _, err = call(
        "sample", "draw", frame, "--id", "kvk", "--seed", "5", "--out", out, *options
    )
    assert code == 2
    assert words in err
    assert not list(tmp_path.glob("draw.*"))


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_a_sheet_goes_out_and_comes_back(call, frame, tmp_path, ending) -> None:
    from openpyxl import load_workbook

    draw, sheet, back = (tmp_path / name for name in ("draw.csv", f"s.{ending}", "answers.csv"))
    call("sample", "draw", frame, "--id", "kvk", "--size", "8", "--seed", "1", "--out", draw)
    asked = ["--ask", "hours:number", "--ask", "endorses:yes_no", "--ask", "level:choice:low|high"]
    assert call("sample", "sheet", draw, *asked, "--out", sheet)[0] == 0
    answers = [
        ("0", "yes", "low"), ("12.5", "no", "high"), ("unknown", "unknown", "unknown"),
        ("refused", "refused", "refused"), ("not_researched", "yes", "low"),
        ("3", "not_applicable", "low"), ("4", "no", "low"),
    ]  # fmt: skip
    if ending == "csv":
        lines = sheet.read_text(encoding="utf-8").splitlines()
        filled = [
            f"{line.removesuffix(',,,')}{','.join(a)},"
            for line, a in zip(lines[1:8], answers, strict=True)
        ]
        sheet.write_text("\n".join([lines[0], *filled]), encoding="utf-8")
    else:
        book = load_workbook(sheet)
        page = book["sheet"]
        first = [cell.value for cell in page[1]].index("hours") + 1
        for row, given in enumerate(answers, start=2):
            for k, text in enumerate(given):
                page.cell(row, first + k).value = float(text) if text[0].isdigit() else text
        page.delete_rows(9)
        book.save(sheet)
    words = ["sample", "import", sheet, "--draw", draw, "--out", back, "--format", "json"]
    code, out, err = call(*words)
    assert code == 0, err
    said = json.loads(out)
    hours = next(row for row in said["rows"] if row["question"] == "hours")
    assert (said["units"], said["returned"], len(said["not_returned"])) == (8, 7, 1)
    assert hours == {
        "question": "hours", "known": 4, "unknown": 2, "not_researched": 1, "not_applicable": 0,
        "refused": 1,
    }  # fmt: skip
    kept = back.read_text(encoding="utf-8").splitlines()
    assert [line.rsplit(",", 1)[1] for line in kept[1:]] == ["1", "1", "0", "0", "1", "1", "1", "0"]
    design = tmp_path / "answers.design.yml"
    assert call("estimate", back, "--design", design, "--statistic", "mean:hours")[0] == 0


def test_every_fault_of_a_sheet_is_named_and_nothing_is_written(call, frame, tmp_path) -> None:
    draw, sheet, back = (tmp_path / name for name in ("draw.csv", "s.csv", "answers.csv"))
    call("sample", "draw", frame, "--id", "kvk", "--size", "5", "--seed", "1", "--out", draw)
    call("sample", "sheet", draw, "--ask", "share:share", "--out", sheet)
    lines = sheet.read_text(encoding="utf-8").splitlines()
    cells = [line.removesuffix(",,") for line in lines[1:]]
    rows = [
        f"{cells[0]},1.2,", f"{cells[0]},0.5,", f"{cells[1]},,", f"{cells[2]},half,",
        f"{cells[3].replace(cells[3].split(',')[0], '99999999')},0,",
    ]  # fmt: skip
    sheet.write_text("\n".join([lines[0], *rows]), encoding="utf-8")
    code, _, err = call("sample", "import", sheet, "--draw", draw, "--out", back)
    assert code == 2
    for words in (
        "row 2, column share",
        "row 3, column kvk: Unit",
        "row 4, column share: '' is empty",
        "row 5, column share: 'half' is no number",
        "row 6, column kvk: Unit '99999999' was not drawn",
    ):
        assert words in err
    assert not back.exists()


def test_a_draw_that_was_changed_is_refused(call, frame, tmp_path) -> None:
    draw, sheet = tmp_path / "draw.csv", tmp_path / "s.csv"
    call("sample", "draw", frame, "--id", "kvk", "--size", "5", "--seed", "1", "--out", draw)
    call("sample", "sheet", draw, "--ask", "share:share", "--out", sheet)
    draw.write_text(draw.read_text(encoding="utf-8").replace("24.0", "1.0"), encoding="utf-8")
    code, _, err = call("sample", "import", sheet, "--draw", draw, "--out", tmp_path / "a.csv")
    assert code == 2
    assert "is not as it was when the sheet was made" in err


def test_sizes_are_printed_for_people_and_programs(call) -> None:
    words = ["sample", "size", "--proportion", "0.3", "--margin", "0.05", "--population", "700"]
    assert "220 answers" in call(*words, "--response", "0.6")[1]
    row = json.loads(call(*words, "--response", "0.6", "--format", "json")[1])["rows"][0]
    assert (row["answers"], row["draw"]) == (220, 367)
    assert call("sample", "size", "--margin", "0.05")[0] == 2
    code, _, err = call(*words, "--response", "0.2")
    assert code == 2
    assert "there are 700" in err
