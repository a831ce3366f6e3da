"""`ketenkaart chain`: every question on a table that can be reckoned by hand, as users ask it."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from chain_tables import DATA, table_from
from ketenkaart.cli.main import app
from ketenkaart.core.chain.world import WorldTable
from ketenkaart.core.errors import InputError, NotFoundError
from ketenkaart.services.chain import asking

# Two countries, two sectors. NLD clothing is sewn from IND cloth; IND cloth from IND cotton.
#            NLD.farm NLD.cloth IND.farm IND.cloth
A = np.array(
    [
        [0.0, 0.0, 0.0, 0.0],
        [0.0, 0.0, 0.0, 0.0],
        [0.0, 0.0, 0.0, 0.5],
        [0.0, 0.5, 0.0, 0.0],
    ]
)
# NLD households, NLD stocks, IND households, IND stocks
Y = np.array([[10.0, 0, 0, 0], [80.0, 0, 20.0, 0], [0, 0, 5.0, 0], [8.0, 2.0, 10.0, 0]])


def small(year: int = 2011, times: float = 1.0) -> WorldTable:
    return table_from(
        A, Y * times, ("NLD", "IND"), ("farm", "cloth"), year=year, jobs=np.arange(1.0, 5.0) * 10
    )


@pytest.fixture
def one_table(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every question is asked of the small table, without a store."""
    monkeypatch.setattr(asking, "chosen_table", lambda edition, data_folder=None: small())
    for name in ("trading", "neighbours", "leverage"):
        monkeypatch.setattr(f"ketenkaart.services.chain.{name}.chosen_table", lambda *_: small())


def ask(*words: str) -> Any:
    result = CliRunner().invoke(app, ["chain", *words, "--format", "json"], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def refused(*words: str) -> str:
    with pytest.raises(InputError) as raised:
        CliRunner().invoke(app, ["chain", *words], catch_exceptions=False)
    assert raised.value.exit_code == 2
    return str(raised.value)


def cells(answer: Any, *names: str) -> dict[tuple[str, ...], float]:
    keys = ("country", "sector")
    return {tuple(row[key] for key in keys): row[names[0]] for row in answer["rows"]}


@pytest.mark.usefixtures("one_table")
class TestFootprint:
    def test_by_node_it_has_exactly_the_keys_that_are_promised(self) -> None:
        answer = ask("footprint", "--demand", "NLD", "--by", "node", "--extension", "value_added")
        assert list(answer) == ["edition", "unit", "total", "rows"]
        assert answer["edition"] == "made-2011"
        assert answer["unit"] == "MUSD"
        assert answer["total"] == pytest.approx(98)
        assert all(list(row) == ["country", "sector", "value"] for row in answer["rows"])
        # 80 of clothing is 40 sewn at home, 20 woven and 20 grown in India; 8 of cloth is 4 and 4.
        assert cells(answer, "value") == pytest.approx(
            {("NLD", "farm"): 10, ("NLD", "cloth"): 40, ("IND", "farm"): 24, ("IND", "cloth"): 24}
        )

    def test_by_country_and_by_sector_the_other_code_is_empty(self) -> None:
        found = cells(ask("footprint", "--by", "country"), "value")
        assert found == pytest.approx({("NLD", None): 50, ("IND", None): 48})
        found = cells(ask("footprint", "--by", "sector"), "value")
        assert found == pytest.approx({(None, "farm"): 34, (None, "cloth"): 64})

    def test_several_extensions_at_once(self) -> None:
        words = ("--extension", "value_added", "--extension", "jobs", "--by", "country")
        answer = ask("footprint", *words)
        assert [item["extension"] for item in answer["extensions"]] == ["value_added", "jobs"]
        assert [item["unit"] for item in answer["extensions"]] == ["MUSD", "persons"]
        assert list(answer["rows"][0]) == ["country", "sector", "value_added", "jobs"]
        alone = ask("footprint", "--extension", "jobs", "--by", "country")
        assert cells(answer, "jobs") == cells(alone, "value")

    def test_the_largest_rows_with_the_rest_stated(self) -> None:
        answer = ask("footprint", "--by", "node", "--top", "1")
        assert cells(answer, "value") == {("NLD", "cloth"): pytest.approx(40)}
        assert answer["rest"] == pytest.approx(58)

    def test_kinds_of_buyers_a_sectors_output_and_spelling(self) -> None:
        assert ask("footprint", "--demand", "ind", "--buyer", "households")["total"] == 35
        assert ask("footprint", "--demand", "NLD", "--buyer", "stocks")["total"] == 2
        answer = ask("footprint", "--demand-sector", "NLD.cloth", "--by", "node")
        assert answer["total"] == pytest.approx(100)
        assert cells(answer, "value")["IND", "farm"] == pytest.approx(25)

    def test_csv_and_table(self) -> None:
        runner = CliRunner()
        found = runner.invoke(app, ["chain", "footprint", "--format", "csv"])
        rows = list(csv.DictReader(io.StringIO(found.stdout)))
        assert [row["country"] for row in rows] == ["NLD", "IND"]
        shown = runner.invoke(app, ["chain", "footprint"]).stdout
        assert "Total: 98" in shown
        assert "made-2011" in shown

    @pytest.mark.parametrize(
        ("words", "message"),
        [
            (("--demand", "NDL"), "Did you mean NLD"),
            (("--buyer", "goverment"), "There is no buyer 'goverment'"),
            (("--extension", "valeu_added"), "Did you mean value_added"),
            (("--demand-sector", "NLD.clth"), "Did you mean cloth"),
            (("--demand-sector", "NLD"), "with a point between, such as NLD.farm"),
            (("--demand-sector", "NLD.cloth", "--demand", "IND"), "cannot be asked together"),
            (("--demand-sector", "NLD.cloth", "--buyer", "all"), "Only final demand of a region"),
            (("--top", "0"), "0 is no number of rows"),
            (("--extension", "risk:child_labor"), "Did you mean child_labour"),
            (("--extension", "risk:child_labour"), "no declared place among those that risk"),
        ],
    )
    def test_what_cannot_be_asked_is_said(self, words: tuple[str, ...], message: str) -> None:
        assert message in refused("footprint", *words)


@pytest.mark.usefixtures("one_table")
class TestOtherQuestions:
    def test_tiers_add_up_and_say_where_a_criterion_bites(self) -> None:
        answer = ask("tiers", "--layers", "1", "--touching", "farm", "--by", "node")
        assert answer["layers"] == pytest.approx({"layer_0": 54, "layer_1": 24, "deeper": 20})
        assert sum(answer["layers"].values()) == pytest.approx(answer["total"])
        touched = answer["touched"]
        assert touched["share"] == pytest.approx(34 / 98)
        shares = {"layer_0": 10 / 98, "layer_1": 4 / 98, "deeper": 20 / 98}
        assert touched["layer_shares"] == pytest.approx(shares)
        assert touched["mean_layer"] == pytest.approx((4 * 1 + 20 * 2) / 34)
        assert "no deepest layer" in refused("tiers", "--layers", "-1")

    def test_trade_with_a_partner_is_gross_and_embodied(self) -> None:
        answer = ask("trade", "--view", "partners")
        row = answer["rows"][0]
        assert row["partner"] == "IND"
        assert row["gross_exports"] == pytest.approx(20)
        assert row["gross_imports"] == pytest.approx(50 + 10)
        assert row["embodied_exports"] == pytest.approx(10)
        assert row["embodied_imports"] == pytest.approx(50)
        assert answer["at_home"] == pytest.approx(50)

    def test_imports_at_the_border_go_to_industry_buyers_or_abroad_again(self) -> None:
        answer = ask("trade")
        found = {(row["use"], row["code"]): row["gross"] for row in answer["rows"]}
        assert found["industry", "cloth"] == pytest.approx(40)
        assert found["re_export", "cloth"] == pytest.approx(10)
        assert found["final_user", "households"] == pytest.approx(8)
        assert found["final_user", "stocks"] == pytest.approx(2)
        assert answer["total"] == pytest.approx(60)
        assert answer["made_at_home"] == pytest.approx(0)
        by_place = ask("trade", "--by", "node")
        assert cells(by_place, "embodied")["IND", "farm"] == pytest.approx(30)

    def test_neighbours_of_a_sector(self) -> None:
        answer = ask("upstream", "NLD.cloth")
        assert cells(answer, "bought")["IND", "cloth"] == pytest.approx(50)
        assert cells(answer, "embodied")["IND", "farm"] == pytest.approx(25)
        answer = ask("downstream", "IND.farm", "--by", "product")
        found = cells(answer, "value")
        assert found["NLD", "cloth"] == pytest.approx(25)
        assert found["IND", "cloth"] == pytest.approx(10)
        assert answer["unbalanced"] == pytest.approx(0)
        buyers = ask("downstream", "IND.farm", "--by", "buyer")["rows"]
        assert sum(row["value"] for row in buyers) == pytest.approx(answer["output"])
        customers = ask("downstream", "IND.farm", "--by", "customer")
        assert cells(customers, "value")["IND", "cloth"] == pytest.approx(35)

    def test_weavers_sit_between_growers_and_buyers(self) -> None:
        answer = ask("between", "--source", "IND.farm", "--top", "1")
        row = answer["rows"][0]
        assert (row["country"], row["sector"]) == ("IND", "cloth")
        assert row["between"] == pytest.approx(20)
        assert row["through"] == pytest.approx(24)
        assert row["through_share"] == pytest.approx(1)
        assert (row["tier_1"], row["tier_2"]) == (pytest.approx(20), pytest.approx(0))
        assert answer["rest"] == pytest.approx(0)

    def test_leverage(self) -> None:
        answer = ask("partners", "cloth")
        assert [row["country"] for row in answer["rows"]] == ["IND"]
        assert 0 < answer["own_share"] < 1
        assert answer["rows"][0]["added_share"] == pytest.approx(0)
        answer = ask("levers", "--with", "IND", "--top", "1")
        row = answer["rows"][0]
        assert row["share_of_value"] == pytest.approx(48 / 70)
        assert row["donor_programmes"] == row["instruments"] == "not_researched"

    def test_two_demands_side_by_side(self) -> None:
        answer = ask("compare", "--demand", "NLD", "--with-demand", "IND", "--top", "1")
        row = answer["rows"][0]
        assert row["difference"] == pytest.approx(row["second"] - row["first"])
        assert answer["first_total"] == pytest.approx(98)
        whole = sum(item["difference"] for item in ask("compare", "--with-demand", "IND")["rows"])
        assert row["difference"] + answer["rest"] == pytest.approx(whole)

    def test_two_demands_for_one_product(self) -> None:
        answer = ask("compare", "--product", "cloth", "--with-demand", "IND")
        assert answer["first_total"] == pytest.approx(88)  # NLD buys 80 and 8 of cloth
        assert answer["second_total"] == pytest.approx(30)
        answer = ask("compare", "--product", "cloth", "--with-product", "farm")
        assert answer["second_total"] == pytest.approx(10)


def test_people_read_names_beside_codes_and_units_in_words() -> None:
    words = ["chain", "footprint", "--edition", "starter", "--product", "clothing"]
    runner = CliRunner()
    text = runner.invoke(app, [*words, "--by", "node", "--top", "5"], catch_exceptions=False).stdout
    assert "(million USD)" in text
    assert "China: Textiles and clothing" in text
    assert "value_added" not in text
    both = ["--extension", "value_added", "--extension", "person_years"]
    text = runner.invoke(app, [*words, *both, "--top", "5"], catch_exceptions=False).stdout
    assert "Person years (person-years)" in text
    assert "Total value added: 5,794 million USD" in text


def test_csv_says_its_unit_and_sums_beside_the_rows() -> None:
    words = ["chain", "footprint", "--edition", "starter", "--product", "clothing", "--top", "2"]
    found = CliRunner().invoke(app, [*words, "--format", "csv"], catch_exceptions=False)
    rows = list(csv.DictReader(io.StringIO(found.stdout)))
    assert list(rows[0]) == ["country", "sector", "value"]
    assert "million USD; total 5,794; rest 3,218" in found.stderr


@pytest.mark.usefixtures("one_table")
class TestPurchases:
    def asked(self, tmp_path: Path, text: str, *words: str) -> Any:
        file = tmp_path / "list.csv"
        file.write_text(text, encoding="utf-8")
        return ask("footprint", "--by", "node", "--purchases", str(file), *words)

    def test_a_list_is_a_demand_like_any_other(self, tmp_path: Path) -> None:
        answer = self.asked(tmp_path, "region,sector,value\nNLD,cloth,1.5\nnld,Cloth,0.5\n")
        assert answer["total"] == pytest.approx(2)
        assert cells(answer, "value")["IND", "farm"] == pytest.approx(0.5)
        assert list(answer) == ["edition", "unit", "total", "purchases", "rows"]
        assert answer["purchases"]["placed_share"] == 1

    def test_semicolons_bring_decimal_commas_and_a_byte_order_mark(self, tmp_path: Path) -> None:
        answer = self.asked(tmp_path, "\ufeffSector;Region;Value\ncloth;IND;1,5\n")
        assert answer["total"] == pytest.approx(1.5)

    def test_without_a_region_it_is_spread_as_final_demand_is_and_says_so(
        self, tmp_path: Path
    ) -> None:
        answer = self.asked(tmp_path, "region,sector,value\n,cloth,88\n")
        assert cells(answer, "value")["NLD", "cloth"] == pytest.approx(40)
        assert answer["notes"][0]["en"].startswith("Estimate: 88")

    BAD = "region,sector,value\nNLD,cloth,1\nNLD,clth,2\nXXX,farm,1\nNLD,farm,many\nNLD,farm,-1\nNLD,farm,1,2\nNLD,farm\n"  # noqa: E501

    def test_bad_rows_are_refused_with_their_numbers(self, tmp_path: Path) -> None:
        file = tmp_path / "list.csv"
        file.write_text(self.BAD, encoding="utf-8")
        message = refused("footprint", "--purchases", str(file))
        assert "6 rows" in message
        for part in (
            "row 3: There is no sector 'clth'", "row 4: There is no region 'XXX'",
            "row 5: 'many' is no amount", "row 6: '-1' is below zero",
            "row 7: There are more cells", "row 8: The value is empty",
        ):  # fmt: skip
            assert part in message

    def test_good_rows_are_used_when_asked_and_the_others_listed(self, tmp_path: Path) -> None:
        answer = self.asked(tmp_path, self.BAD, "--keep-good")
        assert answer["total"] == pytest.approx(1)
        assert len(answer["notes"]) == 6

    @pytest.mark.parametrize(
        ("content", "message"),
        [
            (b"region,sector\nNLD,farm\n", "has no column 'value'"),
            (b"region,sector,value\n", "has no purchases"),
            (b"", "has no column 'sector'"),
            (b"region,sector,value\nNLD,farm,\x81\n", "is not in UTF-8"),
        ],
    )
    def test_a_file_that_is_no_list_is_refused(
        self, tmp_path: Path, content: bytes, message: str
    ) -> None:
        file = tmp_path / "list.csv"
        file.write_bytes(content)
        assert message in refused("footprint", "--purchases", str(file))
        assert "cannot be read" in refused("footprint", "--purchases", str(tmp_path / "none.csv"))


def test_without_a_table_it_says_how_to_add_one(data_folder: Path) -> None:
    with pytest.raises(NotFoundError, match="ketenkaart edition add wiod"):
        CliRunner().invoke(app, ["chain", "footprint"], catch_exceptions=False)
    with pytest.raises(NotFoundError, match="ketenkaart edition add wiod"):
        CliRunner().invoke(app, ["chain", "series"], catch_exceptions=False)


@pytest.mark.data
def test_the_real_table_from_file_to_figure(data_folder: Path) -> None:
    if not DATA.is_dir():
        pytest.skip(f"{DATA} is absent: the figures of the real table are NOT tested")
    runner = CliRunner()
    for year in ("1995", "2011"):
        words = ["edition", "add", "wiod", str(DATA), "--year", year]
        assert runner.invoke(app, words, catch_exceptions=False).exit_code == 0
    with pytest.raises(InputError, match="Choose one of"):
        runner.invoke(app, ["chain", "footprint"], catch_exceptions=False)
    edition = next(
        row["id"]
        for row in json.loads(runner.invoke(app, ["edition", "list", "--format", "json"]).stdout)[
            "rows"
        ]
        if "2011" in row["id"]
    )
    answer = ask("footprint", "--edition", edition, "--demand", "NLD", "--by", "country")
    found = {row["country"]: row["value"] for row in answer["rows"]}
    assert answer["unit"] == "MUSD"
    assert len(found) == 41
    # Final demand of the Netherlands in 2011, inventories apart, as the publisher has it.
    assert answer["total"] == pytest.approx(721_049, rel=1e-9)
    # The starter edition, the same table with fewer regions and sectors, has 231,947 abroad.
    assert answer["total"] - found["NLD"] == pytest.approx(227_676, abs=1)
    assert max((value, code) for code, value in found.items() if code != "NLD")[1] in ("RoW", "ROW")
    counted = ("--extension", "risk:child_labour", "--extension", "value_added")
    risk = ask("footprint", "--edition", edition, "--by", "country", *counted)
    for row in risk["rows"]:
        known, low, high, unknown, made = list(row.values())[2:]
        assert 0 <= low <= high <= made * (1 + 1e-9)
        assert 0 <= unknown <= made * (1 + 1e-9)
        assert known is None or low <= known + 1e-9 <= high + 2e-9
    india = next(row for row in risk["rows"] if row["country"] == "IND")
    assert india["risk:child_labour"] > 0
    assert risk["notes"][0]["en"].startswith("Estimate: risk:child_labour")
    series = ask("series", "--edition", edition, "--demand", "NLD")
    first, last = series["rows"]
    assert (first["change"], last["year"]) == (None, 2011)
    assert last["at_places"] - first["at_places"] == pytest.approx(last["change"])
    parts = sum(last[cause] for cause in ("intensity", "technology", "mix", "level"))
    assert parts == pytest.approx(last["change"])
    clothing = ask("series", "--edition", edition, "--product", "clothing")["rows"]
    assert [row["total"] for row in clothing] == [
        pytest.approx(ask("footprint", "--edition", of["edition"], "--product", "c4")["total"])
        for of in clothing
    ]
    assert clothing[1]["total"] < series["rows"][1]["total"] / 50
    parts = sum(clothing[1][cause] for cause in ("intensity", "technology", "mix", "level"))
    assert parts == pytest.approx(clothing[1]["change"])
