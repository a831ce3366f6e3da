"""Every publisher's layout gives the same table as the world it was written from."""

from __future__ import annotations

import re
import warnings
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from ketenkaart.core.chain.world import WorldTable
from ketenkaart.core.errors import InputError, TableError
from ketenkaart.services.world_tables import add_table, open_world, show_table, verify_world
from made_tables import (
    MadeTable,
    made_table,
    plain_files,
    write_exiobase,
    write_figaro,
    write_icio,
    write_plain,
    write_wiod2016,
    zipped,
)

EXIOBASE_ADDED = ("Taxes less subsidies on products purchased: Total", "Operating surplus: Other")
FIGARO = {"categories": ("P3_S13", "P51G", "P5M"), "added": ("D21X31", "D1", "B2A3G")}


def same(found: WorldTable, world: MadeTable, *, added: bool = True) -> None:
    assert found.regions == world.regions
    assert found.sectors == world.sectors
    assert [(c.region, c.category) for c in found.final_demand] == world.finals
    np.testing.assert_allclose(found.A * found.x, world.Z, rtol=1e-13, atol=1e-13)
    np.testing.assert_array_equal(found.Y, world.Y)
    np.testing.assert_allclose(found.x, world.x, rtol=1e-14)
    if added:
        assert set(found.V) == set(world.added)
        for name, row in world.added.items():
            np.testing.assert_allclose(found.V[name], row, rtol=1e-12, atol=1e-9)


def add(kind: str, path: Path, folder: Path, **options: object) -> WorldTable:
    entry = add_table(kind, path, data_folder=folder, **options)  # type: ignore[arg-type]
    verify_world(entry.manifest.id, folder)
    return open_world(entry.manifest.id, folder)


def codes(folder: Path, name: str) -> set[str]:
    return {item.code for item in show_table(name, folder).manifest.findings}


@pytest.mark.parametrize("taxes", [False, True])
def test_icio_in_csv(tmp_path, data_folder, taxes):
    world = made_table()
    name = "ICIO2021_2018.csv" if taxes else "2018_SML.csv"
    found = add("icio", write_icio(world, tmp_path / name, taxes_by_region=taxes), data_folder)
    same(found, world, added=False)
    assert found.unit == "MUSD"
    assert found.year == 2018
    assert found.inventory == ("INVNT",)
    added = dict(found.V)
    np.testing.assert_allclose(added["TAXSUB" if taxes else "TLS"], world.added["TLS"], rtol=1e-12)
    np.testing.assert_allclose(added["VALU" if taxes else "VA"], world.added["VA"], rtol=1e-12)


@pytest.mark.parametrize(("sign", "said"), [(";", "semicolons"), ("\t", "tabs")])
@pytest.mark.parametrize(("write", "layout"), [(write_icio, "icio"), (write_figaro, "figaro")])
def test_a_table_saved_with_other_signs_between_its_columns_is_told_so(
    tmp_path, data_folder, write, layout, sign, said
):
    options = FIGARO if layout == "figaro" else {}
    path = write(made_table(**options), tmp_path / f"{layout}_2020.csv")
    path.write_text(path.read_text().replace(".", "_").replace(",", sign))
    with pytest.raises(TableError, match=f"has {said} between its columns.*row 1.*commas"):
        add_table(layout, path, data_folder=data_folder)


def test_icio_zip_with_two_years_needs_a_year(tmp_path, data_folder):
    world = made_table()
    raw = write_icio(world, tmp_path / "2018.csv").read_bytes()
    path = zipped(tmp_path / "ICIO-2016-2020.zip", {"2018_SML.csv": raw, "2017_SML.csv": raw})
    with pytest.raises(Exception, match="years here: 2017, 2018"):
        add_table("icio", path, data_folder=data_folder)
    same(add("icio", path, data_folder, year=2017), world)


def test_icio_adds_up_the_parts_of_china(tmp_path, data_folder):
    split = made_table(("NLD", "CHN", "CN1", "CN2"), without_demand=["CN1", "CN2"])
    path = write_icio(split, tmp_path / "2019.csv")
    found = add("icio", path, data_folder)
    fold = np.zeros((6, 12))
    for k in range(12):
        fold[k if k < 6 else 3 + k % 3, k] = 1
    np.testing.assert_allclose(found.A * found.x, fold @ split.Z @ fold.T, rtol=1e-12)
    np.testing.assert_allclose(found.x, fold @ split.x, rtol=1e-12)
    assert found.regions == ("NLD", "CHN")
    assert "split_regions_added_up" in codes(data_folder, "icio-2019")


def test_icio_reads_blank_cells_as_nothing_and_says_so(tmp_path, data_folder):
    world = made_table(empty=[(0, 1)])
    path = write_icio(world, tmp_path / "2018.csv")
    lines = path.read_text().splitlines()
    cells = lines[1].split(",")
    cells[2] = "na"
    lines[1] = ",".join(cells)
    path.write_text("\n".join(lines))
    found = add("icio", path, data_folder)
    same(found, world)
    assert "blank_is_zero" in codes(data_folder, "icio-2018")


@pytest.mark.parametrize("satellites", [True, False])
@pytest.mark.parametrize("coefficients", [True, False])
def test_exiobase_zip(tmp_path, data_folder, satellites, coefficients):
    world = made_table(
        ("AT", "WA"), ("Paddy rice", "Wool, silk-worm"), ("Household", "Changes in inventories"),
        added=EXIOBASE_ADDED,
    )  # fmt: skip
    path = write_exiobase(
        world, tmp_path / "IOT_2011_pxp.zip", satellites=satellites, coefficients=coefficients
    )
    found = add("exiobase", path, data_folder)
    same(found, world, added=satellites)
    assert found.unit == "MEUR"
    assert found.inventory == ("Changes in inventories",)
    assert found.year == 2011
    listed = codes(data_folder, "exiobase3-2011")
    assert ("transactions_from_coefficients" in listed) is coefficients
    if satellites:
        assert dict(found.satellites).keys() == world.counted.keys()
        assert found.satellites["jobs"].unit == "1000 p"
        np.testing.assert_array_equal(
            found.satellites["CO2 - air"].values, world.counted["CO2 - air"]
        )
    else:
        assert "no_satellites" in listed
        residual = world.x - world.Z.sum(axis=0)
        np.testing.assert_allclose(found.V["value_added"], residual, rtol=1e-9)
    assert (
        "transactions_from_coefficients" in codes(data_folder, "exiobase3-2011")
    ) is coefficients


def test_a_region_that_is_gone_with_its_row_and_column_is_listed(tmp_path, data_folder):
    world = made_table(
        ("AT", "WA"), ("Paddy rice", "Wool, silk-worm"), ("Household", "Changes in inventories"),
        added=EXIOBASE_ADDED,
    )  # fmt: skip
    add("exiobase", write_exiobase(world, tmp_path / "IOT_2011_pxp.zip"), data_folder)
    listed = show_table("exiobase3-2011", data_folder).manifest.findings
    gone = next(item for item in listed if item.code == "missing_regions")
    assert len(gone.places) == 47
    assert {"NL", "WF"} <= set(gone.places)
    assert not {"AT", "WA"} & set(gone.places)


def test_a_table_cannot_pass_for_the_starter_edition(tmp_path, data_folder):
    path = write_plain(made_table(), tmp_path / "plain")
    with pytest.raises(InputError, match="taken for the starter edition"):
        add_table("table", path, name="starter-2026.1", data_folder=data_folder)


@pytest.mark.parametrize("flat", [True, False])
def test_figaro(tmp_path, data_folder, flat):
    world = made_table(("AR", "NL", "FIGW1"), ("A01", "C10T12"), **FIGARO)
    path = write_figaro(world, tmp_path / "matrix_eu-ic-io_ind-by-ind_24ed_2019.csv", flat=flat)
    found = add("figaro", path, data_folder)
    same(found, world)
    assert found.unit == "MEUR"
    assert found.inventory == ("P5M",)


@pytest.mark.parametrize("from_r", [True, False])
def test_wiod_2016_in_csv(tmp_path, data_folder, from_r):
    from ketenkaart.sources.wiod.release_2016 import CATEGORIES, SECTORS

    world = made_table(("AUS", "NLD", "ROW"), SECTORS, CATEGORIES, added=("TXSP", "VA", "IntTTM"))
    path = write_wiod2016(world, tmp_path / "WIOT2014_Nov16_ROW.csv", from_r=from_r)
    found = add("wiod", path, data_folder)
    same(found, world)
    assert found.inventory == ("INVEN",)
    assert not show_table("wiod2016-2014", data_folder).manifest.is_tried


def test_a_workbook_is_refused_with_advice(tmp_path, data_folder):
    path = zipped(tmp_path / "WIOTS_in_EXCEL.zip", {"WIOT2014_Nov16_ROW.xlsb": b"PK"})
    with pytest.raises(InputError, match="not read"):
        add_table("wiod", path, data_folder=data_folder)


@pytest.mark.parametrize("long", [True, False])
@pytest.mark.parametrize("packed", [True, False])
def test_plain_form(tmp_path, data_folder, long, packed):
    world = made_table()
    if packed:
        path = zipped(tmp_path / "made.zip", plain_files(world, long=long))
    else:
        path = write_plain(world, tmp_path / "made", long=long)
    found = add("table", path, data_folder, name="made-2020")
    same(found, world)
    assert found.satellites["jobs"].unit == "units"
    assert show_table("made-2020", data_folder).manifest.is_tried


def test_plain_form_in_parquet_in_parts(tmp_path, data_folder):
    world = made_table()
    folder = write_plain(world, tmp_path / "made")
    for stem in ("transactions", "final_demand", "nodes"):
        frame = pl.read_csv(folder / f"{stem}.csv")
        (folder / f"{stem}.csv").unlink()
        frame[:4].write_parquet(folder / f"{stem}_1.parquet")
        frame[4:].write_parquet(folder / f"{stem}_2.parquet")
    same(add("table", folder, data_folder), world)


@settings(max_examples=15)
@given(
    seed=st.integers(0, 2**32 - 1),
    regions=st.integers(1, 4),
    sectors=st.integers(1, 5),
    order=st.randoms(use_true_random=False),
)
def test_any_world_comes_back_whatever_the_order_of_its_rows(
    tmp_path_factory, seed, regions, sectors, order
):
    world = made_table(
        [f"R{k}" for k in range(regions)], [f"s {k}" for k in range(sectors)], seed=seed
    )
    folder = tmp_path_factory.mktemp("plain")
    files = plain_files(world)
    for stem in ("transactions", "final_demand", "satellites"):
        head, *rows = files[f"{stem}.csv"].splitlines()
        order.shuffle(rows)
        files[f"{stem}.csv"] = "\n".join([head, *rows])
    path = zipped(folder / "made.zip", files)
    same(add("table", path, folder / "data"), world)


@settings(max_examples=30)
@given(hnp.arrays(np.float64, (3, 4), elements=st.floats(-1e15, 1e15)))
def test_numbers_come_back_to_the_last_bit(values):
    from ketenkaart.sources.bulk.lines import Numbers

    rows = [",".join(repr(float(v)) for v in row).encode() for row in values]
    found = Numbers("t.csv", b",", list("abcd")).parse(rows, list("xyz"))
    np.testing.assert_array_equal(found, values)


def test_exiobase_is_read_as_pymrio_writes_and_reads_it(tmp_path, data_folder):
    pymrio = pytest.importorskip("pymrio")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        peer = pymrio.load_test().calc_all()
        peer.unit["unit"] = "M.EUR"
        peer.save_all(tmp_path / "IOT_2011_ixi")
        peer = pymrio.parse_exiobase3(str(tmp_path / "IOT_2011_ixi"))
    found = add("exiobase", tmp_path / "IOT_2011_ixi", data_folder, year=2011)
    assert [(r, s) for r in found.regions for s in found.sectors] == list(peer.Z.index)
    np.testing.assert_allclose(found.A * found.x, peer.Z.to_numpy(), rtol=1e-14, atol=0)
    np.testing.assert_array_equal(found.Y, peer.Y.to_numpy())
    np.testing.assert_array_equal(found.x, peer.x.to_numpy()[:, 0])
    emissions = peer.emissions.F
    assert len(found.satellites) >= len(emissions)
    for name, row in zip(emissions.index, emissions.to_numpy(), strict=True):
        label = " | ".join(name) if isinstance(name, tuple) else name
        np.testing.assert_array_equal(found.satellites[f"emissions: {label}"].values, row)


def test_icio_is_read_as_pymrio_reads_it(tmp_path, data_folder):
    pymrio = pytest.importorskip("pymrio")
    world = made_table(("NLD", "CHN", "CN1"), ("A01", "B05"), without_demand=["CN1"])
    path = write_icio(world, tmp_path / "ICIO2023_2019.csv")
    text = path.read_text()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        peer = pymrio.parse_oecd(str(path))
    assert "CN1_A01" in text
    found = add("icio", path, data_folder)
    order = [(r, s) for r in found.regions for s in found.sectors]
    np.testing.assert_allclose(found.A * found.x, peer.Z.loc[order, order].to_numpy(), rtol=1e-13)
    finals = [(c.region, c.category) for c in found.final_demand]
    np.testing.assert_allclose(found.Y, peer.Y.loc[order, finals].to_numpy(), rtol=1e-13)
    np.testing.assert_allclose(
        found.V["VA"], peer.factor_inputs.F.loc["VA", order].to_numpy(), rtol=1e-13
    )


@pytest.mark.data
def test_the_real_sample_of_coefficients_is_refused_as_such(shared_data, data_folder):
    path = shared_data / "icio_labels" / "oecd_icio2025_coefficients_sample_AGO_ARE.csv"
    with pytest.raises(TableError, match="final demand"):
        add_table("icio", path, data_folder=data_folder, year=2020)


@pytest.mark.data
def test_the_real_labels_of_the_2025_edition_make_a_table(shared_data, tmp_path, data_folder):
    """The publisher's own labels and coefficients, with invented demand around them."""
    path = shared_data / "icio_labels" / "oecd_icio2025_coefficients_sample_AGO_ARE.csv"
    frame = pl.read_csv(path)
    labels = frame.columns[1:]
    A = frame.select(labels).to_numpy()
    sectors = list(dict.fromkeys(label.partition("_")[2] for label in labels))
    demand = np.random.default_rng(3).random((100, 6)) + 1
    x = np.linalg.solve(np.eye(100) - A, demand.sum(axis=1))
    Z = A * x
    world = MadeTable(
        ("AGO", "ARE"), tuple(sectors), ("HFCE", "GFCF", "INVNT"), Z, demand,
        {"TLS": np.zeros(100), "VA": x - Z.sum(axis=0)}, {},
    )  # fmt: skip
    found = add("icio", write_icio(world, tmp_path / "2020.csv"), data_folder)
    assert len(found.sectors) == 50
    assert "C17_18" in found.sectors
    np.testing.assert_allclose(found.A, A, rtol=1e-12, atol=1e-15)


@pytest.mark.data
@pytest.mark.parametrize(
    "year", [1995, 2011, *(pytest.param(year, marks=pytest.mark.long) for year in (2005, 2009))]
)
def test_wiod_2013_comes_in_whole(shared_data, data_folder, year):
    found = add("wiod", shared_data / "wiod2013", data_folder, year=year)
    raw = pl.read_parquet(shared_data / "wiod2013" / f"wiot_{year}.parquet")
    values = raw.drop("row").to_numpy().astype(np.float64)
    n = 1435
    assert found.n == n
    assert found.regions[-1] == "RoW"
    assert "ROM" in found.regions
    np.testing.assert_allclose(found.A * found.x, np.where(found.x > 0, values[:, :n], 0))
    np.testing.assert_array_equal(found.Y, values[:, n:-1])
    np.testing.assert_array_equal(found.x, values[:, -1])
    np.testing.assert_array_equal(found.V["value_added"], values[:, -1] - values[:, :n].sum(axis=0))
    manifest = show_table(f"wiod2013-{year}", data_folder).manifest
    assert manifest.is_tried
    assert manifest.is_value_added_residual
    assert 3e-4 < manifest.balance.rows < 1e-3
    idle = next(item for item in manifest.findings if item.code == "zero_output")
    assert len(idle.places) == int((found.x == 0).sum())
    assert 18 <= len(idle.places) <= 22
    exact = np.linalg.norm(np.linalg.inv(np.eye(n) - found.A), 1)
    assert manifest.balance.largest_multiplier == pytest.approx(exact, rel=1e-9)


def test_the_example_in_the_documentation_is_a_table(tmp_path, data_folder):
    page = Path(__file__).resolve().parents[2] / "docs" / "methods" / "tables.md"
    blocks = re.findall(r"```(json|csv)\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
    names = ("table.json", "nodes.csv", "transactions.csv", "final_demand.csv", "value_added.csv")
    files = dict(zip((*names, "satellites.csv"), (text for _, text in blocks), strict=True))
    found = add("table", zipped(tmp_path / "example.zip", files), data_folder, name="two-countries")
    assert found.regions == ("AAA", "BBB")
    assert found.inventory == ("stocks",)
    assert found.satellites["jobs"].values.tolist() == [900, 1100, 4000, 2500]
    assert found.V["wages"].sum() == 167
    assert codes(data_folder, "two-countries") == set()
