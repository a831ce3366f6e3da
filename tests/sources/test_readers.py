"""Bad input from a publisher's file: one message that names file, row and column."""

from __future__ import annotations

import json

import polars as pl
import pytest

from ketenkaart.core.errors import InputError, ReferenceDataError, TableError
from ketenkaart.sources import cahra, cepii, dol, ilo, inform, owid, una, wdi, wgi, wiod


@pytest.fixture
def write(tmp_path):
    def make(text, name="file.csv"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return make


def wiot(tmp_path, change=lambda frame: frame, regions=("NLD", "RoW")):
    codes = [f"{region}_{code}" for region in regions for code in wiod.SECTOR_CODES]
    demand = [
        f"{region}_{name}"
        for region in regions
        for name in ("c37_households", "c38_npish", "c39_government", "c41_gfcf", "c42_inventories")
    ]
    columns = {"row": codes} | {name: [1] * len(codes) for name in (*codes, *demand)}
    frame = pl.DataFrame(columns | {"output": [200] * len(codes)})
    path = tmp_path / "wiot.parquet"
    change(frame).write_parquet(path)
    return path


def test_wiod_reads_a_table(tmp_path):
    table, demand = wiod.read_wiot(wiot(tmp_path), 2011)
    assert table.regions == ("NLD", "ROW")
    assert table.extensions["value_added"].values.tolist() == [200.0 - 70] * 70
    assert demand.Y[:, 0].tolist() == [2, 1, 1]  # households and NPISH together
    assert demand.inventory[0] == 1


@pytest.mark.parametrize(
    ("change", "parts"),
    [
        (lambda f: f.filter(pl.col("row") != "NLD_c7"), ["NLD_c8", "NLD_c7", "row 7"]),
        (lambda f: f.filter(~pl.col("row").str.starts_with("NLD")), ["NLD"]),
        (lambda f: f.drop("RoW_c35"), ["no column 'RoW_c35'"]),
        (lambda f: f.drop("NLD_c38_npish"), ["no column 'NLD_c38_npish'"]),
        (
            lambda f: f.with_columns(
                pl.when(pl.col("row") == "RoW_c2").then(None).otherwise(1).alias("NLD_c3")
            ),
            ["no number", "row RoW_c2", "column NLD_c3"],
        ),
        (
            lambda f: f.with_columns(pl.lit(float("nan")).alias("NLD_c3")),
            ["no number", "row NLD_c1", "column NLD_c3"],
        ),
        (
            lambda f: f.with_columns(
                pl.when(pl.col("row") == "NLD_c9").then(-3).otherwise(9).alias("output")
            ),
            ["negative output", "row NLD_c9", "column output"],
        ),
        (lambda f: f.with_columns(pl.lit("x").alias("NLD_c1")), ["text", "column NLD_c1"]),
        (lambda f: f.drop("output"), ["no column 'output'"]),
    ],
)
def test_wiod_names_what_is_wrong(tmp_path, change, parts):
    with pytest.raises(TableError) as caught:
        wiod.read_wiot(wiot(tmp_path, change), 2011)
    assert all(part in str(caught.value) for part in parts)


def test_wiod_without_the_file_or_with_another(tmp_path, write):
    with pytest.raises(InputError, match="no file"):
        wiod.read_wiot(tmp_path / "none.parquet", 2011)
    with pytest.raises(TableError, match="no Parquet file"):
        wiod.read_wiot(write("not parquet", "x.parquet"), 2011)


WGI = "country,iso3,year,indicator,estimate,stderr,rank\n"
GOODS = "good,iso3,child_labor,forced_labor,forced_child_labor,derived_labor_exploitation\n"
CHILDREN = (
    "iso3,Country_Statistics.Children_Work_Statistics.Age_Range,"
    "Country_Statistics.Children_Work_Statistics.Total_Percentage_of_Working_Children,"
    "Country_Statistics.Children_Work_Statistics.Agriculture,"
    "Country_Statistics.Children_Work_Statistics.Industry,"
    "Country_Statistics.Children_Work_Statistics.Services\n"
)
INFORM = "ISO3,Projected Conflict Risk,Current Highly Violent Conflict Intensity,Human\n"
WDI = "ccodealp,wdi_pop,wdi_gdpcapcur,wdi_gdpagr,wdi_empagr,wdi_empind,wdi_empser\n"


@pytest.mark.parametrize(
    ("text", "read", "parts"),
    [
        (WGI + "A,NLD,2019,CC,high,0.1,1\n", lambda p: wgi.read_wgi(p, "CC", 2019),
         ["'high'", "row 2", "column estimate"]),
        (WGI + "A,NLD,2019,CC,9,0.1,1\n", lambda p: wgi.read_wgi(p, "CC", 2019),
         ["between -4 and 4", "row 2"]),
        (WGI + "A,NLD,2019,CC,1,0.1,1\nA,NLD,2019,CC,1,0.1,1\n",
         lambda p: wgi.read_wgi(p, "CC", 2019), ["NLD", "more than once", "row 3"]),
        (WGI + "A,QQQ,2019,CC,1,0.1,1\n", lambda p: wgi.read_wgi(p, "CC", 2019),
         ["'QQQ'", "row 2", "column iso3"]),
        ("iso3,year\nNLD,2019\n", lambda p: wgi.read_wgi(p, "CC", 2019),
         ["no column 'indicator'"]),
        (GOODS + "Tea,KEN,Maybe,No,No,No\n", dol.read_goods_list,
         ["'Maybe'", "row 2", "column child_labor"]),
        (GOODS + "Tea,KEN,Yes,No,No,No\nTea,KEN,No,Yes,No,No\n", dol.read_goods_list,
         ["Tea", "more than once"]),
        (CHILDREN + "KEN,5-14,12,,,\n", dol.read_working_children, ["between 0 and 1", "row 2"]),
        (INFORM + "KEN,11,0,3\n", inform.read_inform, ["between 0 and 10", "row 2"]),
        (WDI + "KEN,-5,1,1,1,1,1\n", wdi.read_wdi, ["row 2", "column wdi_pop"]),
        ("origin_iso3,flow_musd_2006\nKEN,-1\n", cepii.read_imports, ["row 2"]),
        ("ref_area,sex,time,Workforce (1000)\nKEN,SEX_T,2011,many\n",
         lambda p: ilo.read_employment(p, 2011), ["'many'", "row 2"]),
        ("Entity,Year,Human rights protection\nAtlantis,2019,1\n",
         lambda p: owid.read_human_rights(p, 2019), ["'Atlantis'", "row 2", "column Entity"]),
    ],
)  # fmt: skip
def test_a_bad_cell_is_named(write, text, read, parts):
    with pytest.raises(TableError) as caught:
        read(write(text))
    message = str(caught.value)
    assert "file.csv" in message
    assert all(part in message for part in parts), message


def test_absent_files_and_years(tmp_path, write):
    for read in (
        lambda p: wgi.read_wgi(p, "CC", 2019),
        dol.read_goods_list,
        cahra.read_cahra,
        wdi.read_wdi,
        lambda p: una.read_activity_shares(p, 2020),
    ):
        with pytest.raises(InputError, match="no file"):
            read(tmp_path / "none.csv")
    with pytest.raises(InputError, match="2031"):
        wgi.read_wgi(write(WGI + "A,NLD,2019,CC,1,0.1,1\n"), "CC", 2031)


def test_a_percentage_without_an_age_range_is_another_statistic(write):
    path = write(CHILDREN + "MSR,,0.968,,,\nKEN,5-14,0.116,0.5,0.2,0.3\nGHA,5-14,Unavailable,,,\n")
    found = dol.read_working_children(path)
    assert found["country"].to_list() == ["KEN"]
    assert found["percentage"].to_list() == [11.6]


def test_old_codes_in_the_import_figures(write):
    found = cepii.read_imports(write("origin_iso3,flow_musd_2006\nROM,5\nZAR,7\n"))
    assert dict(found.iter_rows()) == {"ROU": 5, "COD": 7}


def test_zero_deforestation_is_no_finding(write):
    path = write("Entity,Year,embodied_deforestation\nChina,2013,0\nBrazil,2013,9\nBrazil,2012,3\n")
    assert dict(owid.read_deforestation(path, [2012, 2013]).iter_rows()) == {"BRA": 6}


def test_mining_and_utilities_are_what_manufacturing_leaves(write):
    rows = {
        "Agriculture, hunting, forestry, fishing (ISIC A-B)": 10,
        "Mining, Manufacturing, Utilities (ISIC C-E)": 30,
        "Manufacturing (ISIC D)": 25,
        "Construction (ISIC F)": 10,
        "Wholesale, retail trade, restaurants and hotels (ISIC G-H)": 20,
        "Transport, storage and communication (ISIC I)": 10,
        "Other Activities (ISIC J-P)": 20,
    }
    # 835 and 836 are mainland Tanzania and Zanzibar; 200 is no country of today
    lines = [f'{m},"{name}",{value}' for m in (835, 836, 200) for name, value in rows.items()]
    found = una.read_activity_shares(
        write("CountryID,IndicatorName,2020\n" + "\n".join(lines)), 2020
    )
    assert found["country"].to_list() == ["TZA"]
    assert found["mining_utilities"].to_list() == [0.05]
    assert sum(found.row(0)[1:]) == pytest.approx(1)


@pytest.mark.parametrize(
    ("content", "part"),
    [
        ("{", "not JSON"),
        (json.dumps({"entries": []}), "not a CAHRA list"),
        (json.dumps({"entries": [{"iso3": "QQQ", "wholeCountry": True, "regions": None}]}), "QQQ"),
        (
            json.dumps({"entries": [{"iso3": "MLI", "wholeCountry": False, "regions": []}]}),
            "neither",
        ),
    ],
)
def test_a_bad_cahra_list(write, content, part):
    with pytest.raises(TableError, match=part):
        cahra.read_cahra(write(content, "cahra.json"))


MAPPING = "good,sectors,grade,reason\n"


@pytest.mark.parametrize(
    ("line", "parts"),
    [
        ("Tea,farming,sure,crop", ["'farming'", "line 2", "column sectors"]),
        ("Tea,agriculture,certain,crop", ["'certain'", "line 2", "column grade"]),
        ("Tea,not_applicable,sure,", ["without a reason", "line 2"]),
        ("Tea,agriculture,sure,crop\nTea,food,sure,leaf", ["twice", "line 3"]),
    ],
)
def test_a_bad_mapping_of_goods(write, line, parts):
    with pytest.raises(ReferenceDataError) as caught:
        dol.read_goods_mapping(write(MAPPING + line + "\n"), ["agriculture", "food"])
    assert all(part in str(caught.value) for part in parts)
