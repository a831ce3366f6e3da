"""Purchase lists: codes of many kinds, currencies with a rate, and rows that belong nowhere."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from chain_tables import table_from
from ketenkaart.cli.main import app
from ketenkaart.core.chain.demands import purchased
from ketenkaart.core.chain.money import Money, Rates
from ketenkaart.core.chain.world import WorldTable
from ketenkaart.core.errors import InputError
from ketenkaart.services.chain import asking
from ketenkaart.services.chain.purchase_files import read_list
from ketenkaart.services.chain.purchase_places import Places
from ketenkaart.services.chain.purchase_reading import read_purchases
from ketenkaart.services.chain.purchases import Pricing, PurchaseList
from ketenkaart.services.chain.reference_rates import reference_rates
from ketenkaart.services.world_tables import add_table
from ketenkaart.sources.reference.exchange_rates import load_exchange_rates
from made_tables import made_table, write_plain
from made_workbooks import write_workbook

SECTORS = ("c1", "c4", "c14")
# Farming, textiles and electronics; the Netherlands makes no electronics.
A = np.zeros((9, 9))
A[3, 1] = A[3, 4] = 0.4  # cotton from India into textiles here and there
Y = np.zeros((9, 6))
Y[:, 0] = [10, 20, 0, 0, 30, 0, 5, 10, 40]
Y[:, 2] = [0, 5, 0, 10, 10, 10, 0, 0, 0]
Y[:, 4] = [0, 0, 0, 0, 0, 0, 100, 100, 100]


def world(unit: str = "MUSD") -> WorldTable:
    table = table_from(A, Y, ("NLD", "IND", "RoW"), SECTORS)
    return WorldTable(**{name: getattr(table, name) for name in table.__slots__} | {"unit": unit})


def read(tmp_path: Path, text: str, *, unit: str = "MUSD", **asked: Any) -> PurchaseList:
    file = tmp_path / "list.csv"
    file.write_text(text, encoding="utf-8")
    return read_purchases(file, world(unit), home="NLD", **asked)


EUR = Pricing("EUR", Rates.parsed(["EUR=1.392"], "ECB, mean of 2011"))


def demanded(found: PurchaseList) -> dict[str, float]:
    y = purchased(world(), found.purchases)
    return {world().label(k): float(y[k]) for k in np.flatnonzero(y)}


@pytest.mark.parametrize(
    ("heading", "code", "sectors"),
    [
        ("hs", "520100", ("c1",)),
        ("CN code", "61091000", ("c4",)),
        ("nace", "14.13", ("c4",)),
        ("SBI", "1413", ("c4",)),
        ("isic", "2610", ("c14",)),
        ("cpv", "18100000-0", ("c4",)),
        ("sector", "C14", ("c14",)),
        ("code", "cpv:30200000", ("c14",)),
        ("Code", "hs:5201.00", ("c1",)),
    ],
)
def test_every_classification_leads_to_a_sector(
    tmp_path: Path, heading: str, code: str, sectors: tuple[str, ...]
) -> None:
    found = read(tmp_path, f"{heading},value,country\n{code},2,India\n")
    assert tuple(found.placed[0].coded.weights) == sectors
    assert demanded(found) == pytest.approx({f"IND.{sectors[0]}": 2})


def test_a_scheme_column_as_contracts_registers_have_it(tmp_path: Path) -> None:
    text = "scheme;code;bedrag;valuta;land\nCPV;18100000;1.000;EUR;India\n"
    with pytest.raises(InputError, match=r"'1.000' may be thousands or decimals"):
        read(tmp_path, text, pricing=EUR)
    with pytest.raises(InputError, match=r"'1.00.000' is no amount"):
        read(tmp_path, text.replace("1.000", "1.00.000"), pricing=EUR)
    for amount in ("1000000,50", "1.000.000,50"):
        assert read(tmp_path, text.replace("1.000", amount), pricing=EUR).value == pytest.approx(
            1.0000005 * 1.392
        )
    found = read(tmp_path, text.replace("1.000", "1000000,50"), pricing=EUR)
    assert found.value == pytest.approx(1.0000005 * 1.392)
    assert found.facts()["rates"] == {"EUR": 1.392}
    assert found.facts()["rate_sources"] == ["ECB, mean of 2011"]


def test_no_rate_is_guessed(tmp_path: Path) -> None:
    text = "sector,amount,currency,country\nc4,5000000,EUR,IND\n"
    with pytest.raises(
        InputError, match=r"There is no rate for EUR. Give one, with its source .--rate EUR=RATE"
    ):
        read(tmp_path, text)
    with pytest.raises(InputError, match="The amount has no currency"):
        read(tmp_path, "sector,amount,country\nc4,5000000,IND\n")
    assert read(tmp_path, text, unit="MEUR").value == 5
    assert read(tmp_path, text, unit="M.EUR").value == 5
    with pytest.raises(InputError, match="names no currency"):
        read(tmp_path, text, unit="index")
    own = "sector,amount,currency,country,rate,rate source\nc4,5000000,EUR,IND,1.5,contract\n"
    assert read(tmp_path, own).value == 7.5
    assert read(tmp_path, own).facts()["rate_sources"] == ["contract"]
    with pytest.raises(InputError, match="The rate has no source"):
        read(tmp_path, own.replace("contract", ""))
    with pytest.raises(InputError, match=r"in the table's unit .MUSD., not in EUR"):
        read(tmp_path, "sector,value,currency\nc4,5,EUR\n")


def test_rates_that_come_with_the_package_are_used_when_asked_and_named(tmp_path: Path) -> None:
    listed = "sector,amount,currency,year,country\nc4,74150000,BDT,2011,IND\nc4,5,EUR,2011,IND\n"
    own = Rates.parsed(["EUR=1.5"], "contract")
    pricing = Pricing(None, own, with_reference=True)
    found = read(tmp_path, listed, pricing=pricing)
    assert [line.value for line in found.placed] == pytest.approx([1.0, 7.5e-6])
    facts = found.facts()
    assert facts["rates"] == {"BDT@2011": pytest.approx(1 / 74.15), "EUR@2011": 1.5}
    checked, contract = sorted(facts["rate_sources"], reverse=True)
    assert "grade check" in checked
    assert contract == "contract"
    with pytest.raises(InputError, match="no rate for BDT of 2012"):
        read(tmp_path, listed.replace("2011", "2012"), pricing=pricing)
    with pytest.raises(InputError, match="no rate for BDT"):
        read(tmp_path, listed, pricing=Pricing(None, own))
    with pytest.raises(InputError, match="leads to MBDT"):
        read(tmp_path, listed, pricing=pricing, unit="MBDT")


def test_only_sources_of_rates_that_were_used_are_named(tmp_path: Path) -> None:
    listed = "sector,amount,currency,year,country\nc4,5,EUR,2011,IND\n"
    (source,) = read(tmp_path, listed, pricing=Pricing(with_reference=True)).facts()["rate_sources"]
    assert "ecb_reference_rates" in source
    assert "grade likely" in source
    with pytest.raises(InputError, match=r"Give the row a year \(1999-2025\), or a rate"):
        read(tmp_path, listed.replace("2011", ""), pricing=Pricing(with_reference=True))


def test_a_table_in_euros_has_reference_rates_too(tmp_path: Path) -> None:
    listed = "sector,amount,currency,year,country\nc4,74150000,BDT,2011,IND\nc4,5,SEK,2020,IND\n"
    found = read(tmp_path, listed, pricing=Pricing(with_reference=True), unit="M.EUR")
    # One dollar was 74.15 taka, and one euro 1.392 dollars (ECB, mean of 2011).
    assert found.placed[0].value == pytest.approx(1 / 1.392, rel=1e-4)
    # One euro was 10.4848 kronor (ECB, mean of 2020).
    assert found.placed[1].value == pytest.approx(5e-6 / 10.4848, rel=1e-4)


def test_the_file_of_rates_serves_split_and_purchases_alike() -> None:
    found = load_exchange_rates()
    _, others = reference_rates("USD")
    assert found.of_country("BGD", 2011) == 1 / others.of("BDT", 2011)
    assert found.of_country("BGD", 2010) is None
    assert len({rate.currency for rate in found.rates}) == len(found.rates) == 70


@pytest.mark.parametrize(
    ("currency", "year", "published"),
    # Annual averages as the ECB publishes them, in dollars; a pound was 1.3920 / 0.86788 of them.
    [("EUR", 2000, 0.9236), ("EUR", 2011, 1.3920), ("EUR", 2022, 1.0530), ("GBP", 2011, 1.6039)],
)
def test_means_of_years_are_those_that_the_ecb_publishes(
    currency: str, year: int, published: float
) -> None:
    quoted, _ = reference_rates("USD")
    assert quoted.of(currency, year) == pytest.approx(published, abs=1e-4)


def test_a_list_as_a_western_spreadsheet_saves_it(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes("cpv;waarde;land;omschrijving\n18100000;2;België;\x80 90\n".encode("latin-1"))
    found = read_list(path)
    assert found.rows[0]["region"] == "België"
    assert found.rows[0]["description"] == "€ 90"


def test_a_list_of_which_no_row_fits_gives_no_zero(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("sector,value\nnope,1\n", encoding="utf-8")
    question = asking.Question("starter", purchases=path, keep_good=True)
    with pytest.raises(InputError, match=r"No row of list\.csv has a place.*no sector 'nope'"):
        asking.make_out(question)


def test_rates_by_year_and_what_is_no_rate() -> None:
    rates = Rates.parsed(["EUR@2011=1.392", "EUR@2012=1.286", "gbp=1.6"], "ECB")
    assert rates.of("EUR", 2012) == 1.286
    assert rates.of("GBP", 2012) == 1.6
    with pytest.raises(InputError, match="no rate for EUR of 2013"):
        rates.of("EUR", 2013)
    with pytest.raises(InputError, match=r"Give the row a year \(2011, 2012\)"):
        rates.of("EUR", None)
    for text in ("EUR", "EUR=0", "EUR=-1", "EUR=1,3", "EURO=1", "EUR=inf"):
        with pytest.raises(InputError, match="is no rate"):
            Rates.parsed([text], "ECB")
    with pytest.raises(InputError, match="given twice"):
        Rates.parsed(["EUR=1", "EUR=2"], "ECB")
    with pytest.raises(InputError, match="have no source"):
        Rates.parsed(["EUR=1"], " ")
    assert Money.of("million eur") == Money("EUR", 1e6)


def test_countries_by_any_name_and_those_inside_the_rest_of_the_world(tmp_path: Path) -> None:
    text = "sector,value,country\nc4,1,in\nc4,2,India\nc4,4,Bangladesh\nc4,8,NEDERLAND\n"
    found = read(tmp_path, text)
    assert demanded(found) == pytest.approx({"NLD.c4": 8, "IND.c4": 3, "RoW.c4": 4})
    assert found.facts()["rest_of_world_share"] == pytest.approx(4 / 15)
    with pytest.raises(InputError, match="There is no region 'Bangladseh'"):
        read(tmp_path, "sector,value,country\nc4,1,Bangladseh\n")


def test_what_is_not_made_there_is_refused_and_never_lost(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no output of c14 in NLD"):
        read(tmp_path, "sector,value,country\nc14,1,NLD\n")


def test_spreading_follows_what_the_buyer_buys_finally(tmp_path: Path) -> None:
    found = read(tmp_path, "sector,value\nc4,6\n")
    assert demanded(found) == pytest.approx({"NLD.c4": 2, "IND.c4": 3, "RoW.c4": 1})
    assert found.spread == 6


BAD = [
    ("cpv,value\n3000000,1\n", "a leading zero seems lost"),
    ("nace,value\n1.11,1\n", "a leading zero seems lost"),
    ("hs,value\n000000,1\n", "There is no HS code 000000"),
    ("code,value\n18100000,1\n", "does not say of which classification"),
    ("code,scheme,value\n18100000,CPC,1\n", "There is no classification 'cpc'"),
    ("cpv,sector,value\n18100000,c4,1\n", "The row has two codes, sector and cpv"),
    ("cpv,sector,value\n,,1\n", "The row has no code"),
    ("sector,value,year\nc4,1,soon\n", "'soon' is no year"),
    ("sector,value\nc4,-3\n", "'-3' is below zero"),
    ("sector,value\nc4,nan\n", "is no amount"),
    ("sector,value\nc4,1e99\n", "more than the world makes in a year"),
    ("sector,amount,value\nc4,1,1\n", "has both a column"),
    ("hs,cn code,value\n5201,5201,1\n", "has two columns for hs"),
    ('sector,value\n"c4"x,1\n', "is no CSV"),
    ("naam,value\nc4,1\n", "nor one of codes"),
]


@pytest.mark.parametrize(("text", "message"), BAD)
def test_a_row_that_belongs_nowhere_says_why(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        read(tmp_path, text)


def test_rows_left_out_stay_listed_with_their_worth(tmp_path: Path) -> None:
    text = (
        "cpv,value,country,year,note\n18100000,3,IND,2011,a\n99999999,1,IND,2011,b\n"
        "18100000,x,IND,2011,c\n18100000,2,IND,2024,d\n"
    )
    found = read(tmp_path, text, keep_good=True)
    facts = found.facts()
    assert facts["rows"] == 4
    assert facts["placed_rows"] == 2
    assert facts["placed_share"] == pytest.approx(5 / 6)
    assert facts["unplaced_without_value"] == 1
    assert facts["other_years_share"] == pytest.approx(2 / 5)
    assert facts["assumed_share"] == 1
    rows = {item["row"]: item for item in facts["unplaced"]}
    assert rows[3]["column"] == "cpv"
    assert rows[3]["value"] == 1
    assert rows[4]["column"] == "value"
    assert rows[4]["value"] is None
    said = " ".join(note.en for note in found.notes())
    assert "Row 3 left out" in said
    assert "nothing was deflated" in said
    assert "Not used: note" in said


def test_a_workbook_is_read_as_the_same_list(tmp_path: Path) -> None:
    rows = [["CPV", "Bedrag", "Valuta", "Land"], ["18100000-0", 2000000, "USD", "India"]]
    file = write_workbook(tmp_path / "lijst.xlsx", rows)
    found = read_purchases(file, world(), home="NLD")
    assert demanded(found) == pytest.approx({"IND.c4": 2})
    assert "VAT" in " ".join(note.en for note in found.notes())


def test_a_unicode_file_with_tabs(tmp_path: Path) -> None:
    file = tmp_path / "list.txt"
    file.write_text("sector\twaarde\tland\nc4\t1,5\tIndia\n", encoding="utf-16")
    assert read_purchases(file, world(), home="NLD").value == 1.5


@given(
    st.lists(
        st.tuples(
            st.sampled_from(
                ["cpv:18100000", "cpv:30000000", "hs:52", "nace:C", "isic:01", "sbi:A"]
            ),
            st.floats(0, 10),
            st.sampled_from(["", "India", "RoW", "Bangladesh"]),
        ),
        min_size=1,
        max_size=6,
    )
)
def test_what_is_placed_is_what_was_paid(rows: list[tuple[str, float, str]]) -> None:
    table, places = world(), Places(world(), "NLD")
    for code, value, country in rows:
        coded = places._look_up(*code.replace("isic:", "isic4:").split(":"))
        shares = places.nodes(coded, places.region(country)[0])
        assert sum(value * share for _, share in shares) == pytest.approx(value)
        assert all(table.x[node] > 0 for node, _ in shares)


@pytest.fixture
def one_table(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "chosen_table", lambda edition, data_folder=None: world())
    name = "ketenkaart.services.chain.purchase_report.chosen_table"
    monkeypatch.setattr(name, lambda *_: world())


def run(*words: str) -> Any:
    result = CliRunner().invoke(app, ["chain", *words], catch_exceptions=False)
    assert result.exit_code == 0
    return result.stdout


@pytest.mark.usefixtures("one_table")
def test_the_report_shows_every_row_in_order(tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_text("cpv,value,country\n99999999,1,\n18100000,3,Bangladesh\n30200000,1,\n")
    answer = json.loads(run("purchases", str(file), "--format", "json"))
    assert [row["row"] for row in answer["rows"]] == [2, 3, 4]
    assert [row["state"] for row in answer["rows"]] == ["not placed", "placed", "placed"]
    assert answer["rows"][1]["sectors"] == "c4 100.0%"
    assert answer["rows"][1]["region"] == "RoW (rest of the world)"
    assert answer["rows"][0]["what_to_do"].startswith("Near it")
    assert answer["placed_rows"] == 2
    assert "NOT PLACED: There is no" in run("purchases", str(file))
    assert run("purchases", str(file), "--format", "csv").startswith("row,state,code")


@pytest.mark.parametrize("command", ["footprint", "paths", "tiers"])
def test_every_answer_says_what_share_was_placed(
    tmp_path: Path, data_folder: Path, command: str
) -> None:
    made = write_plain(made_table(), tmp_path / "made")
    add_table("table", made, name="made-2020", data_folder=data_folder)
    file = tmp_path / "list.csv"
    file.write_text("sector,amount,country\nA99,1e6,\nA01,3e6,China\n")
    words = [command, "--purchases", str(file), "--currency", "EUR", "--rate", "EUR=1.5"]
    words += ["--rate-source", "ECB", "--keep-good", "--extension", "value_added"]
    answer = json.loads(run(*words, "--format", "json"))
    assert answer["total"] == pytest.approx(4.5)
    assert answer["purchases"]["placed_share"] == pytest.approx(0.75)
    assert answer["purchases"]["rate_sources"] == ["ECB"]
    assert answer["notes"][-2]["en"].startswith("Row 2 left out: There is no sector 'A99'")
    assert "Row 2 left out" in run(*words)


@pytest.mark.parametrize(
    ("amounts", "read_as"),
    [
        # one amount that shows what points mean speaks for the column
        (("250.000,50", "12.500"), (250_000.5, 12_500.0)),
        (("1.000.000", "1.500"), (1_000_000.0, 1_500.0)),
        (("€ 1.250,00", "EUR 80", "75 €"), (1_250.0, 80.0, 75.0)),
        (("1.250,-", "900,--", "1 250 000"), (1_250.0, 900.0, 1_250_000.0)),
    ],
)
def test_amounts_are_read_as_dutch_spreadsheets_write_them(
    tmp_path: Path, amounts: tuple[str, ...], read_as: tuple[float, ...]
) -> None:
    rows = "".join(f"18100000;{amount};India\n" for amount in amounts)
    found = read(tmp_path, f"CPV;Bedrag (excl. btw);Land\n{rows}", pricing=EUR)
    assert [item.value * 1e6 / 1.392 for item in found.placed] == pytest.approx(read_as)


@pytest.mark.parametrize("others", [(), ("80",), ("250.000,50", "12.50")])
def test_a_point_that_may_mean_two_things_is_refused(
    tmp_path: Path, others: tuple[str, ...]
) -> None:
    rows = "".join(f"18100000;{amount};India\n" for amount in ("12.500", *others))
    found = read(tmp_path, f"CPV;Bedrag;Land\n{rows}", pricing=EUR, keep_good=True)
    assert "thousands or decimals" in found.rejected[0].why


def test_a_sign_of_the_euro_and_another_currency_are_not_both_believed(tmp_path: Path) -> None:
    text = "cpv;bedrag;valuta;land\n18100000;€ 5;GBP;India\n"
    found = read(tmp_path, text, pricing=EUR, keep_good=True)
    assert "in euros, and the currency is GBP" in found.rejected[0].why
    assert read(tmp_path, "cpv;bedrag;land\n18100000;€ 5;India\n", pricing=Pricing(
        None, Rates.parsed(["EUR=1.392"], "ECB")
    )).value == pytest.approx(5 * 1.392e-6)  # fmt: skip
