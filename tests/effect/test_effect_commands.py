"""`ketenkaart effect` from notices to a report, as its user runs it, and with wrong input."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import polars as pl
import pytest

from calling import Call, calling
from made_tenders import many_releases, write_lines


@pytest.fixture
def draws(call: Call, frame: Path) -> Path:
    """A draw of ICT and furniture; roads are not sampled."""
    folder = frame.with_name("draws")
    code, _, err = call("draw", frame, "--seed", "7", "-o", folder, "--size", "8",
                        "--group", "ict", "--group", "furniture")  # fmt: skip
    assert code == 0, err
    return folder


def fill(draws: Path, group: str, **columns: Callable[[dict[str, str]], str]) -> None:
    """Fill the sheet of a group as CSV in place of the workbook."""
    with (draws / group / "draw.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    usual: dict[str, Callable[[dict[str, str]], str]] = {
        "mvi": lambda _: "yes", "themes": lambda _: "climate", "ambition": lambda _: "basic",
        "reference": lambda _: "the same without", "effect_over": lambda _: "term",
        "contract_years": lambda _: "4", "co2_tonnes": lambda r: str(float(r["size"]) / 1000),
        "materials_tonnes": lambda _: "not_applicable",
        "primary_material_tonnes": lambda _: "not_researched",
        "social_return_person_years": lambda _: "0", "remarks": lambda _: "",
    }  # fmt: skip
    asked = {**usual, **columns}
    hidden = ("probability", "weight", "fpc_1")
    (draws / group / "sheet.xlsx").unlink(missing_ok=True)
    with (draws / group / "sheet.csv").open("w", encoding="utf-8", newline="") as stream:
        names = [name for name in rows[0] if name not in hidden]
        writer = csv.DictWriter(stream, [*names, *asked])
        writer.writeheader()
        for row in rows:
            kept = {name: row[name] for name in names}
            writer.writerow({**kept, **{name: made(row) for name, made in asked.items()}})


@pytest.fixture
def answers(call: Call, draws: Path) -> Path:
    fill(draws, "ict")
    fill(draws, "furniture", mvi=lambda r: "yes" if float(r["size"]) > 50_000 else "no")
    code, _, err = call("import", draws, "-o", draws.with_name("answers.csv"))
    assert code == 0, err
    return draws.with_name("answers.csv")


def rows_of(out: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(out)))


def test_the_frame_says_what_it_covers_and_what_not(call: Call, tmp_path: Path) -> None:
    notices = write_lines(tmp_path / "n.jsonl", many_releases())
    code, out, _ = call("frame", notices, "-o", tmp_path / "f.csv", "--format", "json")
    assert code == 0
    found = json.loads(out)
    assert {row["group"]: row["tenders"] for row in found["rows"]} == {
        "ict": 32,
        "furniture": 12,
        "roads": 1,
    }
    assert found["left_out"] == {"no_product_group": 1}
    assert found["without_size"] == {"value_unknown": 1, "value_zero": 1}
    left = rows_of((tmp_path / "f.left_out.csv").read_text(encoding="utf-8"))
    assert [(row["reason"], row["detail"]) for row in left] == [
        ("no_product_group", "CPV 85000000")
    ]
    assert "sha256" in (tmp_path / "f.frame.yml").read_text(encoding="utf-8")
    again, _, err = call("frame", notices, "-o", tmp_path / "f.csv")
    assert again == 2
    assert "--force" in err


def test_the_same_seed_draws_the_same_from_parquet_and_csv(
    call: Call, frame: Path, tmp_path: Path
) -> None:
    as_csv = tmp_path / "other.csv"
    assert call("frame", tmp_path / "notices.jsonl", "-o", as_csv)[0] == 0
    for source, folder in ((frame, "a"), (as_csv, "b")):
        assert call("draw", source, "--seed", "7", "-o", tmp_path / folder)[0] == 0
    one, two = ((tmp_path / k / "ict" / "draw.csv").read_text(encoding="utf-8") for k in "ab")
    assert one == two
    drawn = rows_of(one)
    assert len(drawn) == 8
    certain = [row for row in drawn if float(row["probability"]) == 1]
    assert {row["drawn_by"] for row in certain} == {"with_certainty"}
    sizes = pl.read_parquet(frame).filter(pl.col("group") == "ict")["size"].drop_nulls()
    rest = sizes.sum() - sum(float(row["size"]) for row in certain)
    for row in drawn:
        if row not in certain:
            chance = (8 - len(certain)) * float(row["size"]) / rest
            assert float(row["probability"]) == pytest.approx(chance)


def test_from_answers_to_an_effect_that_is_known(call: Call, answers: Path) -> None:
    """CO2 is a thousandth of value everywhere, so every estimate of it is the truth."""
    code, out, _ = call("estimate", answers, "--format", "json")
    assert code == 0
    found = json.loads(out)
    by = {(r["figure"], r["group"], r["method"]): r for r in found["rows"]}
    frame = pl.read_parquet(answers.with_name("frame.parquet"))
    truth = {g: frame.filter(pl.col("group") == g)["size"].sum() / 1000
             for g in ("ict", "furniture")}  # fmt: skip
    for group, value in truth.items():
        for method in ("horvitz_thompson", "ratio"):
            assert by["co2_tonnes", group, method]["estimate"] == pytest.approx(value)
    total = by["co2_tonnes", None, "horvitz_thompson"]
    assert total["estimate"] == pytest.approx(sum(truth.values()))
    assert total["groups"] == 2
    assert by["co2_tonnes", "roads", "ratio"]["status"] == "not_sampled"
    assert by["co2_tonnes", "roads", "ratio"]["estimate"] is None
    assert by["materials_tonnes", "ict", "ratio"]["status"] == "not_applicable"
    silent = by["primary_material_tonnes", "ict", "ratio"]
    assert (silent["status"], silent["estimate"]) == ("cannot_estimate_nobody_answered", None)
    zero = by["social_return_person_years", "ict", "ratio"]
    assert (zero["status"], zero["estimate"]) == ("estimated", 0)
    shares = {(r["figure"], r["group"], r["method"]): r for r in found["shares"]}
    assert shares["mvi", "ict", "share_of_tenders"]["estimate"] == pytest.approx(1)
    assert shares["ambition", None, "share_of_value"]["estimate"] == pytest.approx(1)
    notes = " ".join(note["en"] for note in found["notes"])
    assert "Not sampled, so unknown and in no total: roads" in notes
    assert "Tenders without a known value are in no total: ict 2" in notes
    assert all(note["nl"] for note in found["notes"])


def test_the_generic_estimate_reads_the_same_answers(
    answers: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    code, out, _ = calling(capsys, monkeypatch)(
        "estimate", answers, "--design", answers.with_suffix(".design.yml"),
        "--statistic", "total:co2_tonnes", "--by", "group", "--format", "json",
    )  # fmt: skip
    assert code == 0
    rows = {r["domain"]: r for r in json.loads(out)["rows"]}
    frame = pl.read_parquet(answers.with_name("frame.parquet"))
    ict = frame.filter(pl.col("group") == "ict")["size"].sum() / 1000
    assert rows["ict"]["estimate"] == pytest.approx(ict)


def test_a_figure_per_year_is_turned_into_one_over_the_term(call: Call, draws: Path) -> None:
    fill(draws, "ict", effect_over=lambda _: "year", contract_years=lambda _: "4")
    fill(draws, "furniture", effect_over=lambda _: "unknown")
    out = draws.with_name("a.csv")
    assert call("import", draws, "-o", out)[0] == 0
    found = {}
    for per in ("term", "year"):
        code, text, _ = call("estimate", out, "--per", per, "--effect", "co2_tonnes",
                             "--format", "json")  # fmt: skip
        assert code == 0
        found[per] = json.loads(text)
    value = {per: next(r["estimate"] for r in item["rows"] if r["group"] == "ict")
             for per, item in found.items()}  # fmt: skip
    assert value["term"] == pytest.approx(4 * value["year"])
    notes = " ".join(note["en"] for note in found["term"]["notes"])
    assert "do not say whether they are over the term or per year" in notes


def test_contracts_without_data_are_a_choice_that_is_said(call: Call, draws: Path) -> None:
    seen: list[str] = []

    def every_third(row: dict[str, str]) -> str:
        seen.append(row["tender"])
        return "refused" if len(seen) % 3 == 0 else str(float(row["size"]) / 1000)

    fill(draws, "ict", co2_tonnes=every_third)
    fill(draws, "furniture")
    out = draws.with_name("a.csv")
    assert call("import", draws, "-o", out)[0] == 0
    totals = {}
    for choice in ("respondents", "zero"):
        code, text, _ = call("estimate", out, "--without-data", choice, "--effect", "co2_tonnes",
                             "--format", "json")  # fmt: skip
        assert code == 0
        found = json.loads(text)
        totals[choice] = next(r for r in found["rows"] if r["group"] == "ict")
        words = {"respondents": "stand for them", "zero": "floor"}[choice]
        assert words in " ".join(note["en"] for note in found["notes"])
    assert totals["zero"]["estimate"] < totals["respondents"]["estimate"]
    assert totals["zero"]["without_data"] == 2
    code, _, err = call("estimate", out, "--without-data", "refuse", "--effect", "co2_tonnes")
    assert code == 2
    assert "a.csv, row" in err


def test_two_periods_and_their_difference(call: Call, answers: Path) -> None:
    code, out, _ = call("estimate", answers, "--before", answers, "--format", "json",
                        "--effect", "co2_tonnes")  # fmt: skip
    assert code == 0
    found = json.loads(out)["differences"]
    whole = next(r for r in found if r["group"] is None and r["figure"] == "co2_tonnes")
    assert whole["estimate"] == pytest.approx(0, abs=1e-6)
    assert whole["shared"] == 16
    code, text, _ = call("estimate", answers, "--before", answers, "--effect", "co2_tonnes")
    assert code == 0
    assert "2019-2020 less 2019-2020" in text


def test_totals_of_two_periods_are_compared_over_groups_that_both_have(
    call: Call, answers: Path
) -> None:
    """Before only ICT was drawn: the furniture of now is no growth."""
    folder, earlier = answers.with_name("before"), answers.with_name("before.csv")
    frame = answers.with_name("frame.parquet")
    assert call("draw", frame, "--seed", "9", "-o", folder, "--group", "ict")[0] == 0
    fill(folder, "ict")
    assert call("import", folder, "-o", earlier)[0] == 0
    code, out, _ = call("estimate", answers, "--before", earlier, "--format", "json",
                        "--effect", "co2_tonnes")  # fmt: skip
    assert code == 0
    found = json.loads(out)
    whole = [r for r in found["differences"] if r["group"] is None and r["figure"] == "co2_tonnes"]
    assert len(whole) == 2
    for row in whole:
        assert row["estimate"] == pytest.approx(0, abs=1e-6)
    furniture = [r for r in found["differences"] if r["group"] == "furniture"]
    assert {r["estimate"] for r in furniture if r["figure"] == "co2_tonnes"} == {None}
    assert "Only now sampled: furniture" in " ".join(note["en"] for note in found["notes"])


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)


@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_report_has_pictures_tables_and_no_script(
    call: Call, answers: Path, language: str
) -> None:
    page = answers.with_name("effect.html")
    code, out, _ = call("estimate", answers, "--report", page, "--language", language)
    assert code == 0
    assert str(page) in out
    text = page.read_text(encoding="utf-8")
    parsed = _Page()
    parsed.feed(text)
    assert parsed.tags.count("table") == 6
    assert "svg" in parsed.tags
    assert not {"script", "link", "img", "iframe"} & set(parsed.tags)
    assert f'<html lang="{language}">' in text
    assert {"nl": "Meubilair", "en": "Furniture"}[language] in text
    assert call("estimate", answers, "--report", page)[0] == 2
    assert call("estimate", answers, "--report", answers.with_name("x.pdf"))[0] == 2


def test_a_wrong_sheet_is_named_by_group_row_and_column_and_nothing_is_written(
    call: Call, draws: Path
) -> None:
    fill(draws, "ict", co2_tonnes=lambda _: "a lot")
    fill(draws, "furniture", ambition=lambda _: "huge")
    out = draws.with_name("a.csv")
    code, _, err = call("import", draws, "-o", out)
    assert code == 2
    assert "ict/sheet.csv, row 2, column co2_tonnes" in err
    assert "furniture/sheet.csv, row 2, column ambition" in err
    assert not out.exists()
    (draws / "ict" / "sheet.csv").unlink()
    code, _, err = call("import", draws, "-o", out)
    assert code == 2
    assert "holds no sheet" in err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("draw", "FRAME", "--seed", "1", "-o", "x", "--period", "1999"), "2019-2020"),
        (("draw", "FRAME", "--seed", "1", "-o", "x", "--group", "cheese"), "no product group"),
        (("draw", "FRAME", "--seed", "1", "-o", "x", "--group", "gas"), "No tender of gas"),
        (("draw", "FRAME", "--seed", "1", "-o", "x", "--size", "0"), "one contract or more"),
        (("draw", "FRAME", "--seed", "1", "-o", "x", "--group-size", "ict"), "Write ict=12"),
        (("draw", "FRAME", "--seed", "1", "-o", "x", "--effect", "Water"), "NAME=UNIT"),
        (("draw", "FRAME", "--seed", "1", "-o", "x", "--effect", "co2_tonnes=t"), "asked twice"),
        (("draw", "NOTICES", "--seed", "1", "-o", "x"), "notices.jsonl"),
        (("estimate", "NOTHING"), "There is no file"),
        (("frame", "NOTHING", "-o", "x.parquet"), "There is no file"),
        (("frame", "NOTICES", "-o", "x.parquet", "--currency", "euro"), "three letters"),
        (("frame", "NOTICES", "-o", "x.parquet", "--since", "now"), "at --since"),
        (("selfreport", "NOTICES", "--frame", "FRAME"), "notices.jsonl"),
    ],
)
def test_what_cannot_be_is_refused_with_exit_code_two(
    call: Call, frame: Path, words: tuple[str, ...], said: str
) -> None:
    places = {"FRAME": frame, "NOTICES": frame.with_name("notices.jsonl"),
              "NOTHING": frame.with_name("nothing.csv"), "x": frame.with_name("x"),
              "x.parquet": frame.with_name("x.parquet")}  # fmt: skip
    code, _, err = call(*(places.get(word, word) for word in words))
    assert code == 2
    assert said in err
    assert "Traceback" not in err
    assert not frame.with_name("x").exists()
    assert not frame.with_name("x.parquet").exists()


def test_answers_that_were_altered_are_refused(call: Call, answers: Path) -> None:
    rows = answers.read_text(encoding="utf-8").splitlines()
    for text, words in (
        ("\n".join(rows[:-1]), "were drawn"),
        ("\n".join([*rows, rows[-1]]), "stands there twice"),
        ("\n".join(rows).replace("probability", "chance"), "no column 'probability'"),
    ):
        answers.write_text(text + "\n", encoding="utf-8")
        code, _, err = call("estimate", answers)
        assert code == 2
        assert words in err
