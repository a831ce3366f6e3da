"""The starter edition: reproducible, whole, small, and refused when a byte differs."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import polars as pl
import pytest
import yaml

from ketenkaart.core.errors import EditionError, InputError, NotFoundError, StoreError, TableError
from ketenkaart.services import editions as service
from ketenkaart.services.starter import FILES, full_table, load_recipe, source_file
from ketenkaart.sources.reference import load_sectors
from ketenkaart.warehouse.editions import (
    find_edition,
    install,
    list_editions,
    read_manifest,
    starter_path,
    verify,
    write_edition,
)
from ketenkaart.warehouse.manifest import TABLES
from ketenkaart.warehouse.stored import StoredEdition

MEGABYTE = 1_000_000


@pytest.fixture
def copy(tmp_path):
    folder = tmp_path / "copy"
    shutil.copytree(starter_path(), folder)
    return folder


@pytest.fixture(scope="module")
def stored():
    return StoredEdition.open(starter_path())


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


@pytest.mark.data
def test_a_rebuild_gives_the_committed_bytes(shared_data, tmp_path):
    service.build_starter(shared_data, tmp_path / "again")
    again, committed = contents(tmp_path / "again"), contents(starter_path())
    assert set(again) == set(committed)
    assert [name for name in again if again[name] != committed[name]] == []


@pytest.mark.data
def test_the_edition_holds_the_totals_of_the_full_table(shared_data, stored):
    full, demand = full_table(shared_data)
    table, bought = stored.table(), stored.demand()
    assert table.Z.sum() == full.Z.sum()
    assert table.output.sum() == full.output.sum()
    assert bought.Y.sum(axis=1).tolist() == demand.Y.sum(axis=1).tolist()
    assert bought.inventory.sum() == demand.inventory.sum()
    people = table.extensions["person_years"].values.sum()
    assert people == pytest.approx(full.extensions["person_years"].values.sum(), rel=1e-6)
    assert full.n == 1435


@pytest.mark.data
def test_a_missing_source_is_named_and_nothing_is_written(shared_data, tmp_path):
    with pytest.raises(InputError, match="no folder"):
        service.build_starter(tmp_path / "none", tmp_path / "out")
    part = tmp_path / "part"
    for source in ("wiod2013", "ilo_2024", "wdi_qog_2024"):
        here = source_file(part, source, load_recipe())
        here.parent.mkdir(parents=True, exist_ok=True)
        here.symlink_to(source_file(shared_data, source, load_recipe()).resolve())
    with pytest.raises(InputError, match="gva_by_activity"):
        service.build_starter(part, tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.data
def test_a_broken_table_is_named_and_the_edition_there_survives(shared_data, tmp_path, copy):
    broken = tmp_path / "data"
    for source in FILES:
        here = source_file(broken, source, load_recipe())
        here.parent.mkdir(parents=True, exist_ok=True)
        if not here.exists():
            here.symlink_to(source_file(shared_data, source, load_recipe()).resolve())
    path = source_file(broken, "wiod2013", load_recipe())
    frame = pl.read_parquet(path)
    path.unlink()
    frame.with_columns(
        pl.when(pl.col("row") == "NLD_c4").then(-1).otherwise(pl.col("output")).alias("output")
    ).write_parquet(path)
    before = contents(copy)
    with pytest.raises(TableError, match="NLD_c4"):
        service.build_starter(broken, copy)
    assert contents(copy) == before


def test_it_is_small_and_every_table_has_a_sidecar(stored):
    assert sum(path.stat().st_size for path in starter_path().iterdir()) <= 3 * MEGABYTE
    assert {path.name for path in starter_path().iterdir()} == {
        "edition.yml", *TABLES.values(), *(f"{name}.yml" for name in TABLES),
    }  # fmt: skip
    for name, sidecar in stored.sidecars().items():
        assert sidecar.derived_from, name
        path = starter_path() / TABLES[name]
        frame = pl.read_parquet(path) if path.suffix == ".parquet" else pl.read_csv(path)
        declared = [column.name for column in sidecar.columns]
        if name == "transactions":
            assert declared == ["REGION.sector"]
            assert frame.width == frame.height == 500
        else:
            assert declared == frame.columns


def test_the_note_on_missing_imports_says_how_many(stored):
    missing = sum(int((item.weights[-1, :, 0] == 0).sum()) for item in stored.composites())
    notes = " ".join(note.en for note in stored.sidecars()["country_weights"].notes)
    assert f"{missing} members" in notes


def test_the_table_is_what_the_recipe_says(stored):
    table = stored.table()
    recipe = load_recipe()
    assert table.regions == tuple(region.code for region in recipe.regions)
    assert len(table.regions) == 25
    assert table.sectors == tuple(sector.id for sector in load_sectors())
    assert np.isfinite(table.Z).all()
    added = table.output - table.Z.sum(axis=0)
    assert (table.extensions["value_added"].values == added).all()
    people = table.extensions["person_years"]
    assert people.is_estimate
    assert (people.low <= people.values).all()
    assert (people.values <= people.high).all()


def test_weights_and_members(stored):
    by_region = {item.region: item for item in stored.composites()}
    assert set(by_region) == {"REU", "ROW"}
    assert by_region["ROW"].schemes == ("value_added", "employment", "population", "dutch_imports")
    for item in by_region.values():
        assert np.allclose(item.weights.sum(axis=1), 1, atol=1e-12)
        assert (item.weights >= 0).all()
    hidden = {"VNM", "BGD", "COD", "CIV", "PAK", "GHA", "MMR", "KHM", "HRV"}
    assert hidden <= set(by_region["ROW"].members)
    assert not set(by_region["ROW"].members) & {"NLD", "DEU", "CHN", "ROU", "TWN"}


def test_a_figure_can_be_followed_to_its_source(stored):
    cell = stored.cell_sources("child_labour", "COD", "mining")
    assert cell["origin"].file == "dol_ilab/tvpra_goods_2022.csv"
    assert len(cell["origin"].sha256) == 64
    assert stored.cell_sources("corruption", "XKX", "trade")["source"] == "wgi_2020"
    with pytest.raises(NotFoundError, match="ZZZ"):
        stored.cell_sources("corruption", "ZZZ", "trade")


@pytest.mark.parametrize("name", sorted(contents(starter_path())))
def test_one_flipped_byte_is_found_in_every_file(copy, name):
    path = copy / name
    raw = bytearray(path.read_bytes())
    raw[len(raw) // 2] ^= 1
    path.write_bytes(raw)
    if name == "edition.yml":
        with pytest.raises(EditionError):
            verify(copy)
    else:
        with pytest.raises(EditionError, match=name.replace(".", r"\.")):
            verify(copy)


def test_a_missing_and_an_extra_file_are_named(copy):
    (copy / "extra.csv").write_text("x")
    with pytest.raises(EditionError, match=r"extra\.csv"):
        verify(copy)
    (copy / "nodes.csv").unlink()
    with pytest.raises(EditionError, match=r"nodes\.csv is missing"):
        verify(copy)


def test_another_version_is_named(copy):
    path = copy / "edition.yml"
    data = yaml.safe_load(path.read_text()) | {"format": 7, "built_with": "9.9.9"}
    path.write_text(yaml.safe_dump(data))
    with pytest.raises(EditionError, match=r"another version \(9\.9\.9\)"):
        read_manifest(copy)


@pytest.mark.parametrize("text", ["", "- a list\n", "format: [\n", "format: 1\n", "\x00"])
def test_a_manifest_that_is_none(copy, text):
    (copy / "edition.yml").write_text(text)
    with pytest.raises(EditionError, match=r"edition\.yml|another version"):
        read_manifest(copy)


def test_install_list_and_find(tmp_path):
    data = tmp_path / "data"
    where = install(starter_path(), data)
    assert contents(where) == contents(starter_path())
    before = [path.stat().st_mtime_ns for path in sorted(where.iterdir())]
    install(starter_path(), data)
    assert [path.stat().st_mtime_ns for path in sorted(where.iterdir())] == before
    found = list_editions(data)
    assert [folder for _, folder in found] == [where]
    assert find_edition(found[0][0].id, data) == where
    assert find_edition(str(starter_path())) == starter_path()
    with pytest.raises(NotFoundError, match="nope"):
        find_edition("nope", data)


def test_an_altered_edition_is_not_installed(copy, tmp_path):
    (copy / "nodes.csv").write_text("region\n")
    with pytest.raises(EditionError, match=r"nodes\.csv was altered"):
        install(copy, tmp_path / "data")
    assert not (tmp_path / "data").exists()


def test_a_folder_that_cannot_be_written(tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    with pytest.raises(StoreError, match="cannot be written"):
        install(starter_path(), blocked)
    assert blocked.read_text() == "in the way"


def test_another_folder_is_never_replaced(tmp_path):
    (tmp_path / "letter.txt").write_text("dear")
    with pytest.raises(StoreError, match="something else"):
        write_edition(tmp_path, read_manifest(starter_path()), {"nodes.csv": b""})
    assert (tmp_path / "letter.txt").read_text() == "dear"


def test_a_write_that_fails_leaves_the_old_edition(copy, monkeypatch):
    before = contents(copy)

    def full(self, target):
        raise OSError(28, "No space left on device")

    manifest = read_manifest(copy)
    monkeypatch.setattr(Path, "rename", full)
    with pytest.raises(StoreError, match="No space left"):
        write_edition(copy, manifest, {"nodes.csv": b"new"})
    monkeypatch.undo()
    assert contents(copy) == before
    assert [path.name for path in copy.parent.iterdir()] == ["copy"]
