"""Tables that are broken or an attack: a clear refusal or a listed warning, and nothing left."""

from __future__ import annotations

import os
import signal
import struct
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from ketenkaart.core.errors import EditionError, InputError, KetenkaartError, StoreError, TableError
from ketenkaart.services.world_tables import (
    add_table,
    open_world,
    show_table,
    verify_world,
    world_tables,
)
from made_tables import (
    MadeTable,
    exiobase_files,
    made_table,
    plain_files,
    write_exiobase,
    write_figaro,
    write_icio,
    zipped,
)

Files = dict[str, str]
EXIOBASE_ADDED = ("Taxes less subsidies on products purchased: Total", "Operating surplus: Other")


def left(folder: Path) -> list[str]:
    """Everything under a data folder, by name."""
    return sorted(path.name for path in folder.rglob("*") if path.name != "tables")


def refused(kind: str, path: Path, folder: Path, **options: object) -> KetenkaartError:
    with pytest.raises(KetenkaartError) as caught:
        add_table(kind, path, data_folder=folder, **options)  # type: ignore[arg-type]
    assert left(folder) == []
    assert not isinstance(caught.value, StoreError)
    return caught.value


NO_TABLES = [b"\xff\xfeV\x001\x00", b"\0" * 100, b"", b"\n\n\n", b"a,\xff\n"]


@dataclass(frozen=True)
class Fault:
    """One thing that can be wrong with a table in the plain form."""

    name: str
    change: Callable[[Files], None]
    says: str
    where: str = ""

    def __str__(self) -> str:
        return self.name


def edit(stem: str, change: Callable[[list[list[str]]], None]) -> Callable[[Files], None]:
    def apply(files: Files) -> None:
        rows = [line.split(",") for line in files[f"{stem}.csv"].splitlines()]
        change(rows)
        files[f"{stem}.csv"] = "\n".join(",".join(row) for row in rows) + "\n"

    return apply


def cell(row: int, column: int, text: str) -> Callable[[list[list[str]]], None]:
    def change(rows: list[list[str]]) -> None:
        rows[row][column] = text

    return change


def scaled(stem: str, factor: float, first: int) -> Callable[[Files], None]:
    def change(rows: list[list[str]]) -> None:
        for row in rows[1:]:
            row[first:] = [repr(float(value) * factor) for value in row[first:]]

    return edit(stem, change)


def transposed(rows: list[list[str]]) -> None:
    body = [row[2:] for row in rows[1:]]
    for k, row in enumerate(rows[1:]):
        row[2:] = [other[k] for other in body]


def swapped_headings(rows: list[list[str]]) -> None:
    rows[0][2:] = [".".join(reversed(name.split("."))) for name in rows[0][2:]]


def without_region(stem: str, region: str) -> Callable[[Files], None]:
    return edit(
        stem, lambda rows: rows.__setitem__(slice(None), [r for r in rows if r[0] != region])
    )


def cut(stem: str, share: float) -> Callable[[Files], None]:
    def apply(files: Files) -> None:
        text = files[f"{stem}.csv"]
        files[f"{stem}.csv"] = text[: int(len(text) * share)]

    return apply


def described(old: str, new: str) -> Callable[[Files], None]:
    def apply(files: Files) -> None:
        assert old in files["table.json"]
        files["table.json"] = files["table.json"].replace(old, new)

    return apply


def dropped(name: str) -> Callable[[Files], None]:
    return lambda files: files.pop(name) and None


FAULTS = [
    Fault("text in a cell", edit("transactions", cell(1, 3, "n/a")), "'n/a'", "row NLD.A01"),
    Fault("a decimal comma", edit("transactions", cell(1, 3, "1,5")), "numbers in a row"),
    Fault("an empty cell", edit("transactions", cell(1, 3, "")), "''"),
    Fault("no number", edit("transactions", cell(1, 3, "NaN")), "no number", "NLD.C17_18"),
    Fault("infinite", edit("final_demand", cell(1, 3, "inf")), "no number"),
    Fault("negative output", edit("nodes", cell(2, 2, "-5")), "negative", "NLD.C17_18"),
    Fault("unbalanced row", edit("nodes", cell(2, 2, "900")), "does not balance", "NLD.C17_18"),
    Fault("negative trade", scaled("transactions", -1.0, 2), "balance"),
    Fault("other unit", scaled("nodes", 1e-3, 2), "units differ"),
    Fault("other unit of Y", scaled("final_demand", 1e3, 2), "balance"),
    Fault("other unit of V", scaled("value_added", 1e-6, 2), "balance"),
    Fault("swapped", edit("transactions", transposed), "swapped"),
    Fault("swapped labels", edit("transactions", swapped_headings), "and not both"),
    Fault("no region in rows", without_region("transactions", "CHN"), "no row", "rows"),
    Fault("no region in Y", without_region("final_demand", "CHN"), "no row"),
    Fault("no region in V", without_region("value_added", "ROW"), "no row"),
    Fault("no node", edit("nodes", lambda rows: rows.pop(3) and None), "NLD.T"),
    Fault("node twice", edit("nodes", lambda rows: rows.append(rows[2])), "twice"),
    Fault("row twice", edit("transactions", lambda rows: rows.append(rows[2])), "twice"),
    Fault("column twice", edit("transactions", cell(0, 3, "NLD.A01")), "twice"),
    Fault("buyer twice", edit("final_demand", cell(0, 3, "NLD.HFCE")), "twice"),
    Fault("buyer unknown", edit("final_demand", cell(0, 2, "XXX.HFCE")), "'XXX.HFCE'"),
    Fault("row cut short", cut("transactions", 0.5), "numbers in a row"),
    Fault("file cut short", cut("nodes", 0.4), "row"),
    Fault("empty file", cut("transactions", 0.0), "lines"),
    Fault("no description", dropped("table.json"), "no table.json"),
    Fault("no final demand", dropped("final_demand.csv"), "no final_demand.csv"),
    Fault("no unit", described('"MUSD"', '""'), "unit", "table.json"),
    Fault("unknown key", described('"year"', '"jaar": 1, "year"'), "Extra", "jaar"),
    Fault("stock of nothing", described('["INVNT"]', '["STOCK"]'), "'STOCK'"),
    Fault("satellite without unit", described('"jobs"', '"work"'), "no unit"),
]  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_a_fault_is_named_and_leaves_nothing(tmp_path, data_folder, fault):
    files = plain_files(made_table())
    fault.change(files)
    path = zipped(tmp_path / "made.zip", files)
    error = refused("table", path, data_folder)
    assert fault.says in str(error), str(error)
    assert fault.where in str(error), str(error)
    assert error.fix
    assert error.exit_code == 2 or isinstance(error, TableError)


def with_output(world: MadeTable, change: Callable[[np.ndarray, np.ndarray], None]) -> Files:
    Z, Y = world.Z.copy(), world.Y.copy()
    change(Z, Y)
    made = world.with_(Z=Z, Y=Y)
    rest = made.x - Z.sum(axis=0)
    return plain_files(made.with_(added={"VA": rest}))


def test_a_sector_that_makes_nothing_is_listed(tmp_path, data_folder):
    def change(Z, Y):
        Z[4], Z[:, 4], Y[4] = 0.0, 0.0, 0.0

    path = zipped(tmp_path / "made.zip", with_output(made_table(), change))
    entry = add_table("table", path, data_folder=data_folder)
    found = {item.code: item for item in entry.manifest.findings}
    assert found["zero_output"].places == ("CHN.C17_18",)
    table = open_world(entry.manifest.id, data_folder)
    assert np.isfinite(table.A).all()
    assert not table.A[:, 4].any()


def test_a_sector_that_makes_nothing_and_buys_is_refused(tmp_path, data_folder):
    def change(Z, Y):
        Z[4], Y[4] = 0.0, 0.0

    path = zipped(tmp_path / "made.zip", with_output(made_table(), change))
    assert "without output buy" in str(refused("table", path, data_folder))


def test_a_few_negative_cells_are_listed(tmp_path, data_folder):
    def change(Z, Y):
        Z[2, 3] = -0.2

    path = zipped(tmp_path / "made.zip", with_output(made_table(), change))
    entry = add_table("table", path, data_folder=data_folder)
    found = {item.code: item for item in entry.manifest.findings}
    assert found["negative_transactions"].places[0].startswith("NLD.T")


def test_many_negative_cells_are_refused(tmp_path, data_folder):
    def change(Z, Y):
        Z[2, 3:6] = -20.0
        Y[2, 0] += 100.0

    path = zipped(tmp_path / "made.zip", with_output(made_table(), change))
    assert "is negative" in str(refused("table", path, data_folder))


def closed(Z, Y):
    """Make one region live off itself alone, all it makes going into making it."""
    Z[0:3, 3:], Z[3:, 0:3], Y[0:3] = 0.0, 0.0, 0.0
    Z[0:3, 0:3] = [[0, 5, 5], [5, 0, 5], [5, 5, 0]]


def test_a_singular_system_is_refused(tmp_path, data_folder):
    path = zipped(tmp_path / "made.zip", with_output(made_table(), closed))
    error = refused("table", path, data_folder)
    assert "no solution" in str(error)
    assert "NLD.A01 (1)" in str(error)


def test_a_system_close_to_singular_is_listed(tmp_path, data_folder):
    def change(Z, Y):
        closed(Z, Y)
        Y[0:3, 0] = 1e-6

    path = zipped(tmp_path / "made.zip", with_output(made_table(), change))
    entry = add_table("table", path, data_folder=data_folder)
    assert "near_singular" in {item.code for item in entry.manifest.findings}
    assert entry.manifest.balance.condition > 1e6
    table = open_world(entry.manifest.id, data_folder)
    exact = np.linalg.cond(np.eye(table.n) - table.A, 1)
    assert entry.manifest.balance.condition == pytest.approx(exact, rel=1e-3)


def test_more_needed_than_made_is_refused(tmp_path, data_folder):
    def change(Z, Y):
        Z[0, 0] = 3 * Z[0].sum() + 3 * Y[0].sum()
        Y[0] = 0
        Y[0, 2] = -0.6 * Z[0].sum()

    files = with_output(made_table(), change)
    assert "no solution" in str(refused("table", zipped(tmp_path / "made.zip", files), data_folder))


# --- publishers' layouts -----------------------------------------------------------------------


def test_coefficients_alone_are_no_table(tmp_path, data_folder):
    world = made_table()
    path = write_icio(world, tmp_path / "2018.csv")
    lines = [",".join(line.split(",")[:10]) for line in path.read_text().splitlines()[: 1 + 9]]
    path.write_text("\n".join(lines))
    assert "final demand" in str(refused("icio", path, data_folder))


def test_an_exiobase_unit_that_is_no_money(tmp_path, data_folder):
    files = exiobase_files(made_table(added=EXIOBASE_ADDED))
    files["unit.txt"] = files["unit.txt"].replace("M.EUR", "tonnes", 1)
    path = zipped(tmp_path / "IOT_2011_pxp.zip", files)
    assert "tonnes" in str(refused("exiobase", path, data_folder))


def test_exiobase_parts_of_two_tables(tmp_path, data_folder):
    files = exiobase_files(made_table(added=EXIOBASE_ADDED))
    other = exiobase_files(made_table(("AT", "NLD"), added=EXIOBASE_ADDED))
    files["satellite/F.txt"] = other["satellite/F.txt"]
    path = zipped(tmp_path / "IOT_2011_pxp.zip", files)
    assert "other columns" in str(refused("exiobase", path, data_folder))


@pytest.mark.parametrize("flat", [True, False])
def test_a_figaro_file_cut_short(tmp_path, data_folder, flat):
    world = made_table(("AR", "NL"), ("A01", "B"), ("P3_S13", "P5M"), added=("D1", "B2A3G"))
    path = write_figaro(world, tmp_path / "flat_2019.csv", flat=flat)
    lines = path.read_text().splitlines()
    path.write_text("\n".join(lines[: 2 if not flat else 15]))
    assert refused("figaro", path, data_folder)


@pytest.mark.parametrize("name", ["unit.txt", "x.txt", "satellite/unit.txt"])
def test_an_exiobase_archive_without_a_file(tmp_path, data_folder, name):
    files = {key: text for key, text in exiobase_files(made_table()).items() if key != name}
    with pytest.raises(KetenkaartError, match=name.rpartition("/")[2]):
        add_table("exiobase", zipped(tmp_path / "IOT_2011_ixi.zip", files))
    assert not list((data_folder / "tables").glob("*"))


def test_an_exiobase_archive_that_contradicts_itself_is_listed(tmp_path, data_folder):
    world = made_table(seed=3, added=("Compensation of employees", "Operating surplus"))
    swapped = world.with_(Z=world.Z.T.copy())
    path = zipped(tmp_path / "IOT_2011_ixi.zip", exiobase_files(swapped))
    entry = add_table("exiobase", path)
    codes = [finding.code for finding in entry.manifest.findings]
    assert "value_added_does_not_balance" in codes
    assert "value_added_is_residual" in codes


def test_a_figaro_cell_given_twice(tmp_path, data_folder):
    world = made_table(("AR", "NL"), ("A01", "B"), ("P3_S13", "P5M"), added=("D1", "B2A3G"))
    path = write_figaro(world, tmp_path / "flat_2019.csv", flat=True)
    lines = path.read_text().splitlines()
    path.write_text("\n".join([*lines, lines[3]]))
    assert "twice" in str(refused("figaro", path, data_folder))


# --- archives ------------------------------------------------------------------------------------


@pytest.fixture
def archive(tmp_path) -> Path:
    return write_exiobase(made_table(added=EXIOBASE_ADDED), tmp_path / "IOT_2011_pxp.zip")


@pytest.mark.parametrize("share", [0.0, 0.01, 0.3, 0.5, 0.9, 0.99])
def test_a_zip_cut_short(data_folder, archive, share):
    raw = archive.read_bytes()
    archive.write_bytes(raw[: int(len(raw) * share)])
    refused("exiobase", archive, data_folder)


@pytest.mark.parametrize("seed", range(25))
def test_a_zip_with_a_byte_changed_gives_no_other_figures(tmp_path, data_folder, archive, seed):
    """Deflated data carry a checksum: the table is refused, or it is the same table."""
    whole = tmp_path / "whole"
    add_table("exiobase", archive, data_folder=whole)
    raw = bytearray(archive.read_bytes())
    rng = np.random.default_rng(seed)
    raw[int(rng.integers(len(raw)))] ^= int(rng.integers(1, 256))
    archive.write_bytes(bytes(raw))
    try:
        entry = add_table("exiobase", archive, data_folder=data_folder, year=2011)
    except KetenkaartError:
        assert left(data_folder) == []
        return
    first, second = open_world("exiobase3-2011", whole), open_world(entry.manifest.id, data_folder)
    np.testing.assert_array_equal(first.A, second.A)
    np.testing.assert_array_equal(first.Y, second.Y)


def test_an_archive_that_unpacks_without_end(tmp_path, data_folder):
    path = tmp_path / "IOT_2011_pxp.zip"
    zipped(path, {"Z.txt": b"0" * (64 << 20)})
    start = time.monotonic()
    assert "times its size" in str(refused("exiobase", path, data_folder))
    assert time.monotonic() - start < 2


def test_an_archive_whose_files_overlap(tmp_path, data_folder, archive):
    raw = bytearray(archive.read_bytes())
    end = raw.rfind(b"PK\x05\x06")
    place = struct.unpack_from("<L", raw, end + 16)[0]
    second = raw.find(b"PK\x01\x02", place + 4)
    # The second file begins inside the first, under a name that is its own.
    struct.pack_into("<L", raw, second + 42, struct.unpack_from("<L", raw, place + 42)[0])
    archive.write_bytes(bytes(raw))
    assert "overlap" in str(refused("exiobase", archive, data_folder))


@pytest.mark.parametrize("name", ["../Z.txt", "/Z.txt", "a\\Z.txt", "C:Z.txt"])
def test_an_archive_that_leads_out(tmp_path, data_folder, name):
    path = zipped(tmp_path / "IOT_2011_pxp.zip", {name: "x"})
    assert "leads out" in str(refused("exiobase", path, data_folder))


def test_an_archive_with_a_link(tmp_path, data_folder):
    path = tmp_path / "IOT_2011_pxp.zip"
    with zipfile.ZipFile(path, "w") as archive:
        entry = zipfile.ZipInfo("Z.txt")
        entry.create_system, entry.external_attr = 3, 0o120777 << 16
        archive.writestr(entry, "/etc/passwd")
    assert "no ordinary file" in str(refused("exiobase", path, data_folder))


def test_an_archive_with_too_many_files(tmp_path, data_folder):
    path = zipped(tmp_path / "IOT_2011_pxp.zip", {f"{k}.txt": "" for k in range(2_500)})
    assert "2500 files" in str(refused("exiobase", path, data_folder))


def test_a_parquet_file_that_claims_more_than_is_read(tmp_path, data_folder, monkeypatch):
    monkeypatch.setattr("ketenkaart.sources.plain_table.files.LARGEST_PARQUET", 1 << 20)
    files = plain_files(made_table())
    columns = files.pop("transactions.csv").splitlines()[0].split(",")[2:]
    path = tmp_path / "transactions.parquet"
    pl.DataFrame(
        {"region": ["NLD"] * 100_000, "sector": ["T"] * 100_000}
        | {name: np.zeros(100_000) for name in columns}
    ).write_parquet(path)
    assert path.stat().st_size < 200_000
    packed = zipped(tmp_path / "made.zip", {**files, path.name: path.read_bytes()})
    assert "more than is read" in str(refused("table", packed, data_folder))


# --- size, disk and killing --------------------------------------------------------------------


def test_a_table_for_which_there_is_no_room(tmp_path, data_folder):
    n = 20_000
    header = ",".join(["V1", *(f"A{k}_x" for k in range(n)), "A0_HFCE", "OUT"])
    path = tmp_path / "2018.csv"
    path.write_text(f"{header}\n")
    with pytest.raises(KetenkaartError, match="nodes"):
        add_table("icio", path, data_folder=data_folder)
    assert left(data_folder) == []


def test_a_line_without_end(tmp_path, data_folder):
    path = tmp_path / "2018.csv"
    with path.open("wb") as stream:
        for _ in range(40):
            stream.write(b"1" * (1 << 20))
    assert "a line of more than" in str(refused("icio", path, data_folder))


@pytest.mark.parametrize("content", NO_TABLES)
@pytest.mark.parametrize("kind", ["icio", "figaro", "table", "exiobase", "wiod"])
def test_what_is_no_table_at_all(tmp_path, data_folder, kind, content):
    path = tmp_path / "x2018.csv"
    path.write_bytes(content)
    refused(kind, path, data_folder, year=2018)


def test_a_path_that_is_not_there(tmp_path, data_folder):
    for kind in ("icio", "figaro", "table", "exiobase", "wiod"):
        assert isinstance(refused(kind, tmp_path / "none", data_folder), InputError)
    assert "no reader" in str(refused("eora", tmp_path, data_folder))


@pytest.mark.parametrize("name", ["../up", "", "A B", "x" * 200, ".hidden", "a/b"])
def test_an_id_that_cannot_be_one(tmp_path, data_folder, name):
    path = zipped(tmp_path / "made.zip", plain_files(made_table()))
    if name:
        assert isinstance(refused("table", path, data_folder, name=name), InputError)
    with pytest.raises(KetenkaartError):
        open_world(name or "../tables", data_folder)


def test_a_refused_table_leaves_the_one_that_was_there(tmp_path, data_folder):
    good = zipped(tmp_path / "good.zip", plain_files(made_table()))
    entry = add_table("table", good, data_folder=data_folder, name="mine")
    bad = plain_files(made_table(seed=2))
    edit("nodes", cell(2, 2, "900"))(bad)
    with pytest.raises(TableError):
        add_table("table", zipped(tmp_path / "bad.zip", bad), data_folder=data_folder, name="mine")
    assert verify_world("mine", data_folder).manifest == entry.manifest
    again = zipped(tmp_path / "again.zip", plain_files(made_table(seed=2)))
    add_table("table", again, data_folder=data_folder, name="mine")
    assert verify_world("mine", data_folder).manifest != entry.manifest


@pytest.mark.parametrize(
    "stops", [(4, 8), pytest.param(tuple(range(1, 16)), marks=pytest.mark.long)], ids=["few", "all"]
)
def test_a_writer_that_is_killed_leaves_nothing(tmp_path, data_folder, stops):
    """Whenever it is killed: the list is empty or whole, and the next one clears up."""
    path = zipped(tmp_path / "made.zip", plain_files(made_table()))
    code = (
        "import sys, os, signal; from pathlib import Path\n"
        "from ketenkaart.services.world_tables import add_table\n"
        "stop = int(sys.argv[3]); calls = [0]\n"
        "def progress(label, done):\n"
        "    calls[0] += 1\n"
        "    if calls[0] == stop: os.kill(os.getpid(), signal.SIGKILL)\n"
        "add_table('table', Path(sys.argv[1]), data_folder=Path(sys.argv[2]), progress=progress)\n"
    )
    kills = 0
    for stop in stops:
        ended = subprocess.run(
            [sys.executable, "-c", code, str(path), str(data_folder), str(stop)],
            capture_output=True,
            check=False,
        )
        kills += ended.returncode == -signal.SIGKILL
        for entry in world_tables(data_folder):
            verify_world(entry.manifest.id, data_folder)
    assert kills >= 2
    add_table("table", path, data_folder=data_folder)
    assert [p.name for p in (data_folder / "tables").iterdir()] == ["table-2020"]


def test_a_replacement_that_was_killed_halfway_brings_the_old_one_back(tmp_path, data_folder):
    path = zipped(tmp_path / "made.zip", plain_files(made_table()))
    entry = add_table("table", path, data_folder=data_folder, name="mine")
    entry.folder.rename(entry.folder.with_name(f".mine-before-{os.getpid()}"))
    add_table("table", path, data_folder=data_folder, name="other")
    assert [item.manifest.id for item in world_tables(data_folder)] == ["mine", "other"]
    verify_world("mine", data_folder)


# --- stored tables ----------------------------------------------------------------------------


@pytest.fixture
def stored(tmp_path, data_folder):
    path = zipped(tmp_path / "made.zip", plain_files(made_table()))
    return add_table("table", path, data_folder=data_folder, name="mine")


@pytest.mark.parametrize("name", ["A.npy", "Y.npy", "x.npy", "value_added.npy", "satellites.npy"])
def test_a_derived_array_is_made_again_to_the_last_byte(stored, data_folder, name):
    path = stored.folder / "derived" / name
    before = path.read_bytes()
    path.unlink()
    verify_world("mine", data_folder)
    open_world("mine", data_folder)
    assert path.read_bytes() == before
    path.write_bytes(before[:-8])
    open_world("mine", data_folder)
    assert path.read_bytes() == before
    assert len(left(data_folder)) == len({*left(data_folder)})


def test_an_array_is_not_made_again_from_an_altered_table(stored, data_folder):
    target = stored.folder / "transactions_0000.parquet"
    frame = pl.read_parquet(target)
    (frame * 2).write_parquet(target)
    (stored.folder / "derived" / "A.npy").unlink()
    with pytest.raises(EditionError, match="altered"):
        open_world("mine", data_folder)
    with pytest.raises(EditionError, match=r"transactions_0000\.parquet was altered"):
        verify_world("mine", data_folder)


def test_a_manifest_that_is_altered_or_too_new(stored, data_folder):
    path = stored.folder / "table.json"
    text = path.read_text()
    path.write_text(text.replace('"format": 1', '"format": 99'))
    with pytest.raises(EditionError, match="format 99"):
        show_table("mine", data_folder)
    path.write_text(text[:100])
    with pytest.raises(EditionError, match="no table"):
        show_table("mine", data_folder)


def test_the_arrays_of_a_table_cannot_be_changed(stored, data_folder):
    table = open_world("mine", data_folder)
    with pytest.raises(ValueError, match="read-only"):
        table.A[0, 0] = 1.0


@pytest.mark.long
def test_a_large_table_never_stands_in_memory_as_text(tmp_path, data_folder):
    """2,940 nodes: 8.6 million numbers as text, against a limit of 450 MB in all.

    The peak is the kernel's `VmHWM`: `ru_maxrss` of a child starts at what its parent held.
    """
    regions = [f"R{k:02}" for k in range(49)]
    world = made_table(regions, [f"s{k}" for k in range(60)], ("HFCE",), added=("TLS", "VA"))
    path = write_icio(world, tmp_path / "2018.csv")
    assert path.stat().st_size > 50_000_000
    code = (
        "import sys; from pathlib import Path\n"
        "from ketenkaart.services.world_tables import add_table\n"
        "add_table('icio', Path(sys.argv[1]), data_folder=Path(sys.argv[2]))\n"
        "status = Path('/proc/self/status').read_text().splitlines()\n"
        "print(next(line for line in status if line.startswith('VmHWM:')).split()[1])\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code, str(path), str(data_folder)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert int(ended.stdout) < 450_000
    np.testing.assert_array_equal(open_world("icio-2018", data_folder).Y, world.Y)
