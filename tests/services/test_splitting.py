"""Split a stored table from files in the publishers' layouts, and ask it things."""

from __future__ import annotations

import numpy as np
import pytest

from ketenkaart.core.chain.split.types import Prior
from ketenkaart.core.errors import InputError, NotFoundError, StoreError, TableError
from ketenkaart.services.chain import split_preparing, splitting
from ketenkaart.services.chain.split_evidence import read_evidence
from ketenkaart.services.chain.split_report import report_split
from ketenkaart.services.chain.splitting import plan_split, split_table
from ketenkaart.services.world_tables import (
    add_table,
    open_world,
    show_table,
    verify_world,
    world_tables,
)
from made_split_sources import COUNTRIES, write_accounts, write_rates, write_world


@pytest.fixture
def source(tmp_path):
    return write_world(tmp_path / "source")


@pytest.fixture
def added(source, data_folder):
    add_table("wiod", source / "wiod2013", name="made", data_folder=data_folder)
    return source


def test_evidence_is_in_dollars_and_says_what_is_unknown(source) -> None:
    found = read_evidence(source, 2011)
    evidence = found.evidence
    number = {code: k for k, code in enumerate(evidence.countries)}
    for code in ("BGD", "VNM", "COD", "NLD"):
        size = COUNTRIES[code][3] * 10  # per cent of a size in billions, in millions
        agriculture = evidence.value_added[number[code], 0]
        assert agriculture == pytest.approx(20 * size)
    assert not evidence.is_known[number["VEN"]]
    assert found.without_rate == ("VEN",)
    assert evidence.metals[number["VNM"]] == pytest.approx(2 * 50.5)
    assert evidence.metals[number["COD"]] == pytest.approx(99475 * 0.035)
    assert np.isnan(evidence.metals[number["BGD"]])
    assert evidence.factories[number["BGD"]] == 12
    assert np.isnan(evidence.dutch_imports[number["COD"]])


def test_a_split_is_kept_as_an_estimate_with_its_method(added, data_folder) -> None:
    told: list[tuple[str, float]] = []
    entry = split_table(
        "made",
        added,
        ("bgd", "COD"),
        data_folder=data_folder,
        progress=lambda name, done: told.append((name, done)),
    )
    manifest = entry.manifest
    assert manifest.id == "made-split"
    assert manifest.estimate is not None
    assert (manifest.estimate.method, manifest.estimate.prior) == ("split", "made")
    assert manifest.regions == ("NLD", "DEU", "BGD", "COD", "RoW")
    assert "VEN" in next(f.text for f in manifest.findings if f.code == "countries_unknown")
    assert len(manifest.sources) == 7
    verify_world("made-split", data_folder)
    assert {"balancing", "placing", "writing"} <= {name for name, _ in told}
    balancing = [done for name, done in told if name == "balancing"]
    assert balancing == sorted(balancing)

    old, new = open_world("made", data_folder), open_world("made-split", data_folder)
    low, high = (np.asarray(new.satellites[k].values) for k in ("output_low", "output_high"))
    assert (low <= new.x * (1 + 1e-12)).all()
    assert (high >= new.x * (1 - 1e-12)).all()
    assert (low == high)[: 2 * 35].all()
    assert new.x.sum() == pytest.approx(old.x.sum(), rel=1e-12)
    demand = new.demand_of("BGD") + new.demand_of("COD") + new.demand_of("RoW")
    added_up = demand.reshape(5, 35)
    added_up[4] += added_up[2] + added_up[3]
    np.testing.assert_allclose(added_up[[0, 1, 4]].ravel(), old.demand_of("RoW"), rtol=1e-9)


def test_accounts_show_in_what_a_country_makes(added, data_folder) -> None:
    plan = plan_split("made", added, None, data_folder=data_folder)
    rows = {row.country: row for row in plan.rows}
    assert [row.country for row in plan.rows if row.is_known] == ["BGD", "COD", "VNM", ""]
    assert rows["VEN"].output is None
    assert not rows["VEN"].is_known
    assert rows["COD"].largest[0] in ("c2", "c17")
    assert sum(row.share for row in plan.rows if row.is_known) == pytest.approx(1)
    for row in plan.rows:
        if row.is_known and row.country:
            assert row.low < row.output < row.high
    assert rows["BGD"].share / rows["COD"].share == pytest.approx(120 / 25, rel=0.5)
    assert world_tables(data_folder)[0].manifest.id == "made"


def test_the_report_follows_value_added_to_the_new_countries(added, data_folder) -> None:
    split_table("made", added, ("BGD", "VNM"), data_folder=data_folder)
    by_country = report_split("made-split", data_folder=data_folder)
    assert by_country.demand == "NLD"
    assert [row.is_split for row in by_country.rows].count(False) == 1
    assert sum(row.value for row in by_country.rows) == pytest.approx(by_country.total_of_region)
    one = report_split("made-split", by="node", countries=("bgd",), data_folder=data_folder)
    whole = next(row.value for row in by_country.rows if row.country == "BGD")
    assert len(one.rows) == 35
    assert sum(row.value for row in one.rows) == pytest.approx(whole)
    for row in (*by_country.rows, *one.rows):
        assert row.low <= row.value <= row.high <= by_country.total_of_region


def test_factories_on_lists_raise_clothing(added, data_folder) -> None:
    for prior in (Prior.TRADE, Prior.FACTORIES):
        split_table(
            "made", added, ("BGD", "VNM"), prior=prior, name=prior.value, data_folder=data_folder
        )
    made = {}
    for name in ("trade", "factories"):
        table = open_world(name, data_folder)
        made[name] = table.x[table.node("BGD", "c4")] / table.x[table.node("BGD", "c5")]
        made[f"{name} food"] = table.x[table.node("BGD", "c3")]
    assert made["factories food"] < made["trade food"]


@pytest.mark.parametrize(
    ("countries", "message"),
    [
        (("NLD",), "stands apart"),
        (("VEN",), "no exchange rate of VEN for 2011"),
        (("CUB",), "has no accounts"),
        (("XYZ",), "There is no country 'XYZ'"),
    ],
)
def test_a_country_that_cannot_be_split_off_is_refused_and_nothing_is_left(
    added, data_folder, countries, message
) -> None:
    with pytest.raises(InputError, match=message):
        split_table("made", added, countries, data_folder=data_folder)
    assert [entry.manifest.id for entry in world_tables(data_folder)] == ["made"]


def test_a_split_cannot_be_split_again_nor_replace_its_table(added, data_folder) -> None:
    with pytest.raises(InputError, match="would replace"):
        split_table("made", added, ("BGD",), name="made", data_folder=data_folder)
    split_table("made", added, ("BGD",), data_folder=data_folder)
    with pytest.raises(InputError, match="was split already"):
        split_table("made-split", added, ("VNM",), data_folder=data_folder)


def test_what_was_not_split_has_no_report(added, data_folder) -> None:
    with pytest.raises(InputError, match="was not split"):
        report_split("made", data_folder=data_folder)
    with pytest.raises(NotFoundError):
        report_split("nowhere", data_folder=data_folder)
    split_table("made", added, ("BGD",), data_folder=data_folder)
    with pytest.raises(InputError, match="'colour'"):
        report_split("made-split", by="colour", data_folder=data_folder)
    with pytest.raises(InputError, match="DEU"):
        report_split("made-split", countries=("DEU",), data_folder=data_folder)


def test_a_split_that_would_not_fit_is_refused_before_it_begins(
    added, data_folder, monkeypatch
) -> None:
    monkeypatch.setattr(split_preparing, "MOST_BYTES", 1000)
    with pytest.raises(StoreError, match="GiB of memory"):
        split_table("made", added, None, data_folder=data_folder)


def test_a_split_that_does_not_balance_is_refused(added, data_folder, monkeypatch) -> None:
    monkeypatch.setattr(splitting, "MOST_MISSED", -1.0)
    with pytest.raises(TableError, match="does not come to balance"):
        split_table("made", added, ("BGD",), data_folder=data_folder)
    assert [entry.manifest.id for entry in world_tables(data_folder)] == ["made"]


def test_a_missing_source_is_named(added, data_folder, tmp_path) -> None:
    with pytest.raises(InputError, match="no folder with source data"):
        plan_split("made", tmp_path / "nothing", None, data_folder=data_folder)
    (added / "owid/mineral_production_bgs_2016/data.csv").unlink()
    with pytest.raises(InputError, match=r"data\.csv"):
        plan_split("made", added, None, data_folder=data_folder)


def test_lists_of_suppliers_may_be_absent(added, data_folder) -> None:
    (added / "facilities/lists/1.csv").unlink()
    assert plan_split("made", added, ("BGD",), data_folder=data_folder).rows[0].is_known


def test_mining_below_zero_is_unknown_and_no_country(source) -> None:
    write_accounts(
        source / "unama_gva/gva_by_activity_ncu_1970_2020.csv.gz",
        {"COD": {"Manufacturing (ISIC D)": 40}},
    )
    evidence = read_evidence(source, 2011).evidence
    assert not evidence.is_known[evidence.countries.index("COD")]


@pytest.mark.parametrize("rate", ["none", -1, 0])
def test_a_rate_that_is_none_is_named_with_its_row(source, rate) -> None:
    write_rates(
        source / "icio_labels/ReadMe_ICIO2021_CSV.xlsx",
        [[None, None, None, "1995", "2011"], [None, "DEU", "Germany", 1, rate]],
    )
    with pytest.raises(TableError, match="row 2"):
        read_evidence(source, 2011)


def test_a_sheet_without_years_is_refused(source) -> None:
    write_rates(source / "icio_labels/ReadMe_ICIO2021_CSV.xlsx", [["something", "else"]])
    with pytest.raises(TableError, match="does not begin with years"):
        read_evidence(source, 2011)


def test_rates_of_ones_own_go_before_all_others(added, data_folder, tmp_path) -> None:
    path = tmp_path / "rates.csv"
    path.write_text("country,per_usd\nVEN,2\nBGD,148.3\n", encoding="utf-8")
    found = read_evidence(added, 2011, rates_file=path).evidence
    number = {code: k for k, code in enumerate(found.countries)}
    assert found.is_known[number["VEN"]]
    assert found.value_added[number["BGD"], 0] == pytest.approx(20 * 120 * 10 / 2)
    entry = split_table("made", added, ("VEN",), rates=path, data_folder=data_folder)
    assert "rates.csv" in {source.name for source in entry.manifest.sources}


@pytest.mark.parametrize("line", ["BGD,0", "BGD,much", "XYZ,1", "BGD,1\nBGD,2"])
def test_a_bad_rate_of_ones_own_is_named(source, tmp_path, line) -> None:
    path = tmp_path / "rates.csv"
    path.write_text(f"country,per_usd\n{line}\n", encoding="utf-8")
    with pytest.raises(TableError, match=r"rates\.csv"):
        read_evidence(source, 2011, rates_file=path)


def test_a_year_without_accounts_is_refused(source) -> None:
    with pytest.raises(InputError, match="1901"):
        read_evidence(source, 1901)


def test_a_table_of_another_layout_is_refused(added, data_folder, tmp_path) -> None:
    from made_tables import made_table, write_plain

    add_table("table", write_plain(made_table(), tmp_path / "plain"), name="plain",
              data_folder=data_folder)  # fmt: skip
    assert show_table("plain", data_folder).manifest.layout
    with pytest.raises(InputError, match="cannot be split"):
        plan_split("plain", added, None, data_folder=data_folder)
