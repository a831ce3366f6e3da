"""`ketenkaart chain ... --uncertainty`: an interval beside every figure, the same for a seed."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from chain_tables import table_from
from ketenkaart.cli.main import app
from ketenkaart.core.chain.world import WorldTable
from ketenkaart.core.errors import InputError
from ketenkaart.core.provenance import Grade
from ketenkaart.services.chain import asking, drawn, naming
from ketenkaart.services.chain.question import Question
from ketenkaart.services.chain.uncertainty import headline_interval
from ketenkaart.sources.reference.cell_errors import load_cell_errors


def world(year: int = 2011) -> WorldTable:
    rng = np.random.default_rng(year)
    A = rng.random((9, 9)) * 0.1
    Y = rng.uniform(10, 100, (9, 6)) * np.array([1, 0.01] * 3)
    return table_from(
        A, Y, ("NLD", "IND", "RoW"), ("farm", "cloth", "shop"), year=year, jobs=rng.random(9) * 50
    )


@pytest.fixture(autouse=True)
def tables(monkeypatch: pytest.MonkeyPatch) -> None:
    def chosen(edition: str | None, data_folder: object = None) -> WorldTable:
        return world(int(edition.rpartition("-")[2]) if edition else 2011)

    monkeypatch.setattr(asking, "chosen_table", chosen)
    monkeypatch.setattr(drawn, "chosen_table", chosen)
    monkeypatch.setattr("ketenkaart.services.chain.trading.chosen_table", chosen)
    monkeypatch.setattr(naming, "_layout", lambda _table, _data_folder: "table")


def run(*words: str) -> str:
    result = CliRunner().invoke(app, ["chain", *words], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


def ask(*words: str) -> Any:
    return json.loads(run(*words, "--uncertainty", "--format", "json"))


@pytest.mark.parametrize("by", ["node", "country", "sector"])
def test_a_footprint_has_ends_per_row_and_in_all(by: str) -> None:
    answer = ask("footprint", "--by", by, "--draws", "150")
    plain = json.loads(run("footprint", "--by", by, "--format", "json"))
    assert [row["value"] for row in answer["rows"]] == [row["value"] for row in plain["rows"]]
    for row in answer["rows"]:
        assert list(row) == ["country", "sector", "value", "low", "high", "standard_error"]
        assert row["low"] < row["value"] < row["high"]
    said = answer["uncertainty"]
    assert (said["is_estimate"], said["grade"], said["interval_share"]) == (True, "assumed", 0.95)
    assert said["error_model"] == load_cell_errors()[0].id
    total = said["total"]
    assert total["low"] < answer["total"] < total["high"]
    # 150 draws know a standard error to 6 %.
    assert total["standard_error"] == pytest.approx(total["first_order"]["standard_error"], rel=0.3)
    assert 0 < total["low_is_off_by"] < total["standard_error"]
    assert any("Estimate" in note["en"] and "assumed" in note["en"] for note in answer["notes"])
    assert any("Schatting" in note["nl"] for note in answer["notes"])


def test_the_same_seed_gives_the_same_bytes() -> None:
    words = ("footprint", "--uncertainty", "--draws", "20", "--format", "json", "--seed")
    assert run(*words, "5") == run(*words, "5")
    assert run(*words, "5") != run(*words, "6")


def test_without_draws_ends_are_first_order_and_the_service_says_the_same() -> None:
    answer = ask("footprint", "--by", "country", "--draws", "0")
    total = answer["uncertainty"]["total"]
    assert set(total) == {"low", "high", "standard_error"}
    found = headline_interval(Question())
    assert found.value == pytest.approx(answer["total"])
    assert found.standard_error == pytest.approx(total["standard_error"], rel=1e-5)
    assert found.grade is Grade.ASSUMED
    abroad = headline_interval(Question(), part="abroad")
    named = headline_interval(Question(), places=("IND", "RoW"))
    assert abroad.value == pytest.approx(named.value)
    assert abroad.standard_error == pytest.approx(named.standard_error)
    assert abroad.low < abroad.value < abroad.high
    less = headline_interval(Question(), errors="independent")
    assert less.standard_error < found.standard_error


def test_several_extensions_have_ends_each_and_top_keeps_the_rest() -> None:
    answer = ask(
        "footprint", "--extension", "value_added", "--extension", "jobs", "--draws", "30",
        "--top", "1",
    )  # fmt: skip
    row = answer["rows"][0]
    assert row["jobs_low"] < row["jobs"] < row["jobs_high"]
    assert row["value_added_low"] < row["value_added"] < row["value_added_high"]
    assert set(answer["uncertainty"]) >= {"value_added", "jobs"}


def test_one_table_compared_with_itself_differs_for_sure() -> None:
    words = ("compare", "--demand", "NLD", "--with-demand", "NLD", "--draws", "20")
    answer = ask(*words)
    for row in answer["rows"]:
        assert row["first_low"] < row["first"] < row["first_high"]
        assert (row["difference"], row["difference_low"], row["difference_high"]) == (0, 0, 0)
    years = ask("compare", "--with-edition", "made-2012", "--draws", "20")
    assert all(row["difference_low"] < row["difference_high"] for row in years["rows"])
    assert any("err independently" in note["en"] for note in years["notes"])
    assert set(years["uncertainty"]) >= {"first", "second", "difference"}


@pytest.mark.parametrize("other", [("--with-demand", "IND"), ("--with-edition", "made-2012")])
def test_a_comparison_has_the_same_ends_at_once_and_from_draws(other: tuple[str, str]) -> None:
    words = ("compare", "--demand", "NLD", *other)
    drawn, at_once = ask(*words, "--draws", "300"), ask(*words, "--draws", "0")
    assert at_once["uncertainty"]["method"] == "first_order"
    assert [note["en"] for note in at_once["notes"]] == [note["en"] for note in drawn["notes"]]
    for row, same in zip(drawn["rows"], at_once["rows"], strict=True):
        assert list(row) == list(same)
        assert row["country"] == same["country"]
        for name in ("first", "second", "difference"):
            error = same[f"{name}_standard_error"]
            assert row[f"{name}_standard_error"] == pytest.approx(error, rel=0.25)
            assert same[f"{name}_low"] < same[name] < same[f"{name}_high"]
    for name in ("first", "second", "difference"):
        said = at_once["uncertainty"][name]["standard_error"]
        assert drawn["uncertainty"][name]["standard_error"] == pytest.approx(said, rel=0.25)
    itself = ask("compare", "--demand", "NLD", "--with-demand", "NLD", "--draws", "0")
    assert {row["difference_standard_error"] for row in itself["rows"]} == {0}
    alone = ask("footprint", "--by", "country", "--draws", "0")
    ends = {row["country"]: (row["low"], row["high"]) for row in alone["rows"]}
    assert {
        row["country"]: (row["first_low"], row["first_high"]) for row in at_once["rows"]
    } == ends


@pytest.mark.parametrize(
    ("words", "columns"),
    [
        (("--view", "partners"), ("gross_exports", "gross_imports", "embodied_exports")),
        (("--view", "border"), ("gross", "embodied")),
        (("--view", "border", "--by", "country"), ("embodied", "industry", "re_export")),
    ],
)
def test_trade_has_ends_too(words: tuple[str, ...], columns: tuple[str, ...]) -> None:
    answer = ask("trade", *words, "--draws", "25")
    for row in answer["rows"]:
        for name in columns:
            if row[name]:
                assert row[f"{name}_low"] < row[name] * 1.2
                assert row[f"{name}_low"] < row[f"{name}_high"]
    assert set(columns) <= set(answer["uncertainty"])


@pytest.mark.parametrize("by", ["country", "node"])
def test_tiers_have_ends_per_layer_and_in_all(by: str) -> None:
    words = ("tiers", "--layers", "2", "--by", by, "--touching", "IND")
    answer = ask(*words, "--draws", "150")
    plain = json.loads(run(*words, "--format", "json"))
    names = ("total", "layer_0", "layer_1", "layer_2", "deeper")
    assert [row["layer_1"] for row in answer["rows"]] == [row["layer_1"] for row in plain["rows"]]
    for row in answer["rows"]:
        for name in names:
            assert row[f"{name}_low"] < row[name] < row[f"{name}_high"]
    said = answer["uncertainty"]
    for name in names[1:]:
        whole = answer["layers"][name]
        assert said[f"{name}_in_all"]["low"] < whole < said[f"{name}_in_all"]["high"]
    assert said["touched_share"]["low"] < answer["touched"]["share"] < said["touched_share"]["high"]
    at_once = ask(*words, "--draws", "0")
    for drawn_row, row in zip(answer["rows"], at_once["rows"], strict=True):
        for name in names:
            error = row[f"{name}_standard_error"]
            assert drawn_row[f"{name}_standard_error"] == pytest.approx(error, rel=0.35)
    first = ask("footprint", "--by", "country", "--draws", "0")["uncertainty"]["total"]
    assert at_once["uncertainty"]["total"] == first


@pytest.mark.parametrize(
    "more", [(), ("--country", "IND", "--min-tier", "2"), ("--sector", "farm")]
)
def test_paths_have_ends_each_and_together(more: tuple[str, ...]) -> None:
    words = ("paths", "--top", "6", *more)
    answer, at_once = ask(*words, "--draws", "150"), ask(*words, "--draws", "0")
    plain = json.loads(run(*words, "--format", "json"))
    assert [row["nodes"] for row in answer["rows"]] == [row["nodes"] for row in plain["rows"]]
    for row, first in zip(answer["rows"], at_once["rows"], strict=True):
        assert row["low"] < row["value"] < row["high"]
        assert row["standard_error"] == pytest.approx(first["standard_error"], rel=0.35)
    for name in ("total", "covered", "remainder", "share"):
        said, first = answer["uncertainty"][name], at_once["uncertainty"][name]
        assert said["low"] < answer[name] < said["high"]
        assert first["low"] < answer[name] < first["high"]
        assert said["first_order"] == first
        assert said["standard_error"] == pytest.approx(first["standard_error"], rel=0.35)
    assert 0 < answer["uncertainty"]["first_is_largest_share"] <= 1
    assert any("other paths may be" in note["en"] for note in answer["notes"])


def test_all_paths_without_a_filter_carry_the_footprint() -> None:
    found = ask("paths", "--top", "3", "--draws", "0")["uncertainty"]["total"]
    assert found == ask("footprint", "--draws", "0")["uncertainty"]["total"]


def test_paths_with_ends_are_printed_and_downloaded() -> None:
    words = ("paths", "--top", "2", "--uncertainty", "--draws", "0")
    text = run(*words)
    assert "an estimate" in text
    assert "Low" in text
    assert "errors shared; first order." in text
    heading, first, *_ = run(*words, "--format", "csv").splitlines()
    assert heading.endswith("low,high,standard_error")
    assert len(first.rsplit(",", 3)) == 4


@pytest.mark.parametrize("draws", ["0", "5"])
def test_where_there_are_no_paths_there_is_no_share(draws: str) -> None:
    answer = ask("paths", "--country", "NLD", "--outside", "NLD", "--draws", draws)
    assert (answer["rows"], answer["total"], answer["share"]) == ([], 0, None)
    said = answer["uncertainty"]
    assert (said["total"]["low"], said["total"]["high"]) == (0, 0)
    assert said["share"]["low"] is said["share"]["high"] is None


def test_a_purchase_is_a_given_amount() -> None:
    answer = ask("footprint", "--demand-sector", "NLD.cloth", "--draws", "0")
    whole = answer["uncertainty"]["total"]
    assert whole["standard_error"] == pytest.approx(0, abs=1e-4 * answer["total"])
    assert any(row["standard_error"] > 1e-3 * row["value"] for row in answer["rows"])


@pytest.mark.parametrize(
    "words", [("--product", "farm"), ("--buyer", "households"), ("--demand", "IND")]
)
def test_a_narrower_demand_has_the_errors_of_its_own_cells(words: tuple[str, ...]) -> None:
    first = ask("footprint", *words, "--draws", "0")["uncertainty"]["total"]
    drawn = ask("footprint", *words, "--draws", "150")["uncertainty"]["total"]
    assert first["standard_error"] > 0
    assert drawn["standard_error"] == pytest.approx(first["standard_error"], rel=0.3)


def test_people_are_told_that_it_is_an_estimate() -> None:
    text = run("footprint", "--by", "country", "--uncertainty", "--draws", "5")
    assert "an estimate (million USD)" in text
    assert "Low–high" in text
    assert "How sure (95% intervals, an estimate):" in text
    assert "Error model: size-classes-1 (grade assumed), errors shared; 5 draws, seed 1" in text
    assert "True" not in text


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("footprint", "--draws", "5"), "--draws is about intervals"),
        (("footprint", "--seed", "5"), "--seed is about intervals"),
        (("compare", "--errors", "shared"), "--errors is about intervals"),
        (("footprint", "--uncertainty", "--draws", "1"), "1 is no number of draws"),
        (("footprint", "--uncertainty", "--draws", "-5"), "-5 is no number of draws"),
        (("footprint", "--uncertainty", "--seed", "-5"), "-5 is no seed"),
        (("trade", "--uncertainty", "--draws", "0"), "Trade has no intervals without draws"),
        (("tiers", "--draws", "0"), "--draws is about intervals"),
        (("paths", "--seed", "3"), "--seed is about intervals"),
        (("tiers", "--uncertainty", "--extension", "risk:child_labour"), "no errors of cells"),
        (("paths", "--uncertainty", "--extension", "risk:child_labour"), "no errors of cells"),
        (("tiers", "--uncertainty", "--layers", "60", "--draws", "900000"), "too much memory"),
        (("footprint", "--uncertainty", "--extension", "risk:child_labour"), "no errors of cells"),
    ],
)
def test_what_means_nothing_is_refused(words: tuple[str, ...], told: str) -> None:
    with pytest.raises(InputError, match=told) as raised:
        CliRunner().invoke(app, ["chain", *words], catch_exceptions=False)
    assert raised.value.exit_code == 2


@pytest.mark.parametrize("draws", ["0", "60"])
def test_what_arises_outside_a_region_is_counted_without_it(draws: str) -> None:
    """The region has no row, for it is not counted; the others keep their figures and ends."""
    for words in (("footprint",), ("tiers", "--layers", "2")):
        all_of_it = ask(*words, "--by", "country", "--draws", draws)
        elsewhere = ask(*words, "--by", "country", "--outside", "nld", "--draws", draws)
        assert elsewhere["outside"] == "NLD"
        rows = {row["country"]: row for row in all_of_it["rows"]}
        assert {row["country"] for row in elsewhere["rows"]} == set(rows) - {"NLD"}
        figure = "value" if words[0] == "footprint" else "total"
        for row in elsewhere["rows"]:
            same = {k: v for k, v in rows[row["country"]].items() if isinstance(v, float)}
            assert {k: row[k] for k in same} == pytest.approx(same, rel=1e-5), "the same draws"
        assert elsewhere["total"] == pytest.approx(
            all_of_it["total"] - rows["NLD"][figure], rel=1e-9
        )
        total = elsewhere["uncertainty"]["total"]
        assert total["low"] < elsewhere["total"] < total["high"]
        by_sector = ask(*words, "--by", "sector", "--outside", "NLD", "--draws", draws)
        assert sum(row[figure] for row in by_sector["rows"]) == pytest.approx(elsewhere["total"])
    by_node = json.loads(run("tiers", "--by", "node", "--outside", "NLD", "--format", "json"))
    assert len(by_node["rows"]) == 6
    touched = json.loads(
        run("tiers", "--outside", "NLD", "--touching", "farm", "--format", "json")
    )["touched"]
    farms = [row["total"] for row in by_node["rows"] if row["sector"] == "farm"]
    assert touched["share"] == pytest.approx(sum(farms) / by_node["total"])
    with pytest.raises(InputError, match="--outside"):
        CliRunner().invoke(app, ["chain", "tiers", "--outside", "XX"], catch_exceptions=False)
