"""`ketenkaart effect selfreport`: self-evaluations held against the frame are no sample."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from ketenkaart.core.monitor.effect.reporters import bounds, leaning_test, leanings
from made_tenders import release, write_lines

Call = Callable[..., tuple[int, str, str]]


def rows_of(out: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(out)))


def test_a_chi_squared_by_hand() -> None:
    """30 of 50 and 10 of 50 reported: expected 20 and 20, chi-squared 16.67, V 0.408."""
    codes = np.repeat([0, 1], 50)
    reported = np.array([True] * 30 + [False] * 20 + [True] * 10 + [False] * 40)
    found = leaning_test("x", codes, reported, level=0.95, seed=1)
    assert found.statistic == pytest.approx(100 / 6)
    assert found.v == pytest.approx((100 / 6 / 100) ** 0.5)
    assert found.p == pytest.approx(4.46e-5, rel=0.01)
    assert not found.is_simulated
    assert 0 < found.low < found.v < found.high < 1
    first, second = leanings("x", codes, ["a", "b"], reported, 0.95)
    # shares 30/40 and 20/60: (0.75 - 0.3333) / sqrt((0.1875 + 0.2222) / 2)
    assert first.difference == pytest.approx(0.920567, abs=1e-5)
    assert second.difference == pytest.approx(-first.difference)


def test_where_nobody_or_everybody_reported_nothing_is_tested() -> None:
    codes = np.array([0, 1, 0, 1])
    for reported in (np.zeros(4, dtype=bool), np.ones(4, dtype=bool)):
        found = leaning_test("x", codes, reported, level=0.95, seed=1)
        assert (found.statistic, found.p, found.v) == (None, None, None)
        assert {item.difference for item in leanings("x", codes, ["a", "b"], reported, 0.95)} == {
            None
        }
    nobody = bounds("number", np.ones(4), np.zeros(4, bool), np.zeros(4, bool), codes)
    assert (nobody.low, nobody.high, nobody.share_said, nobody.what_if) == (0, 1, None, None)


def test_self_reports_are_no_sample(call: Call, frame: Path) -> None:
    """Six of ten reports yes; one row twice, one joined by buyer, value and day, one outside."""
    rows = pl.read_parquet(frame).filter(pl.col("size").is_not_null())
    picked = rows.filter(pl.col("group") == "ict").sort("size", descending=True).head(9)
    lines = ["Kenmerk;Organisatie;Waarde;Datum;MVI;Ingevuld op"]
    for k, row in enumerate(picked.iter_rows(named=True)):
        name = row["tender"] if k else ""
        value = f"{row['size']:.2f}".replace(".", ",")
        lines.append(f"{name};{row['buyer_name']};{value};01-05-2019;"
                     f"{'ja' if k < 6 else 'nee'};2020-01-02")  # fmt: skip
    lines += [lines[2].replace(";ja;", ";nee;").replace("2020-01-02", "2019-01-01"),
              "TN-1;Gemeente Elders;5000,50;01-05-2019;ja;2020-01-02"]  # fmt: skip
    file = frame.with_name("zet.csv")
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    joined = frame.with_name("joined.csv")
    code, out, _ = call("selfreport", file, "--frame", frame, "--format", "json",
                        "--joined", joined)  # fmt: skip
    assert code == 0
    found = json.loads(out)
    assert found["is_sample"] is False
    assert found["joined"] == {
        "tender_id": 8,
        "buyer_value_date": 1,
        "same_again": 1,
        "not_in_frame": 1,
    }
    assert (found["reported"], found["tenders"]) == (9, 45)
    number = found["bounds"][0]
    assert number["low"] == pytest.approx(6 / 45)
    assert number["high"] == pytest.approx((6 + 36) / 45)
    assert number["share_said"] == pytest.approx(6 / 9)
    value = next(r for r in found["leanings"] if r["dimension"] == "value")
    assert value["difference"] > 1
    assert value["low"] > 0
    klass = next(r for r in found["tests"] if r["dimension"] == "value_class")
    assert klass["is_simulated"]
    assert klass["p"] < 0.01
    assert "no sample" in found["notes"][0]["en"]
    how = {row["row"]: row["how"] for row in rows_of(joined.read_text(encoding="utf-8"))}
    assert how["11"] == "same_again"
    code, out, _ = call("selfreport", file, "--frame", frame, "--report",
                        frame.with_name("s.html"), "--language", "nl")  # fmt: skip
    assert code == 0
    assert "are no sample" in out
    assert "geen steekproef" in frame.with_name("s.html").read_text(encoding="utf-8")


def test_self_reports_without_an_answer_give_no_bounds(call: Call, frame: Path) -> None:
    file = frame.with_name("zet.csv")
    file.write_text("tender,naam\nocds-made-0001,x\n", encoding="utf-8")
    code, out, _ = call("selfreport", file, "--frame", frame, "--format", "json")
    assert code == 0
    found = json.loads(out)
    assert found["bounds"] == []
    assert found["reported"] == 1
    file.write_text("tender,mvi\nocds-made-0001,perhaps\n", encoding="utf-8")
    code, _, err = call("selfreport", file, "--frame", frame)
    assert code == 2
    assert "zet.csv, row 2, column mvi" in err


def test_reports_that_fit_two_tenders_are_not_joined(call: Call, tmp_path: Path) -> None:
    twins = [release(7, value=500), release(14, value=500)]
    notices = write_lines(tmp_path / "n.jsonl", twins)
    assert call("frame", notices, "-o", tmp_path / "f.parquet")[0] == 0
    file = tmp_path / "zet.csv"
    file.write_text("organisatie,waarde\nMade municipality 0,500\n", encoding="utf-8")
    code, out, _ = call("selfreport", file, "--frame", tmp_path / "f.parquet", "--format", "json")
    assert code == 0
    assert json.loads(out)["joined"] == {"ambiguous": 1}
