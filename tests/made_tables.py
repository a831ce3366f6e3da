"""Small worlds in balance, and the same world in the form of each publisher."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class MadeTable:
    """A world: Z, Y by (region, category), value added and satellites, in balance."""

    regions: tuple[str, ...]
    sectors: tuple[str, ...]
    categories: tuple[str, ...]
    Z: Floats
    Y: Floats
    added: Mapping[str, Floats]
    counted: Mapping[str, Floats]

    @property
    def x(self) -> Floats:
        return self.Z.sum(axis=1) + self.Y.sum(axis=1)

    @property
    def nodes(self) -> list[tuple[str, str]]:
        return [(r, s) for r in self.regions for s in self.sectors]

    @property
    def finals(self) -> list[tuple[str, str]]:
        return [(r, c) for r in self.regions for c in self.categories]

    def with_(self, **changes: object) -> MadeTable:
        return replace(self, **changes)  # type: ignore[arg-type]


def made_table(
    regions: Sequence[str] = ("NLD", "CHN", "ROW"),
    sectors: Sequence[str] = ("A01", "C17_18", "T"),
    categories: Sequence[str] = ("HFCE", "GGFC", "INVNT"),
    seed: int = 1,
    added: Sequence[str] = ("TLS", "VA"),
    without_demand: Sequence[str] = (),
    empty: Sequence[tuple[int, int]] = (),
) -> MadeTable:
    """Return a world in which rows and columns add up to the same output.

    Regions `without_demand` buy nothing finally; cells of Z that are `empty` are zero.
    """
    rng = np.random.default_rng(seed)
    n, m = len(regions) * len(sectors), len(regions) * len(categories)
    Z = np.round(rng.random((n, n)) * 10, 3)
    Y = np.round(rng.random((n, m)) * 30, 3)
    Y[:, [k for k in range(m) if categories[k % len(categories)] in ("INVNT", "P5M")]] *= -0.1
    Y[:, [k for k in range(m) if regions[k // len(categories)] in without_demand]] = 0.0
    for i, j in empty:
        Z[i, j] = 0.0
    x = Z.sum(axis=1) + Y.sum(axis=1)
    short = Z.sum(axis=0) - x
    Y[:, 0] += np.maximum(0.0, short) * 1.5
    x = Z.sum(axis=1) + Y.sum(axis=1)
    rest = x - Z.sum(axis=0)
    rows = {}
    for k, name in enumerate(added):
        last = k == len(added) - 1
        rows[name] = rest if last else np.round(rest * 0.1, 3)
        rest = rest - rows[name]
    counted = {"jobs": np.round(rng.random(n) * 100, 2), "CO2 - air": np.round(rng.random(n), 4)}
    return MadeTable(tuple(regions), tuple(sectors), tuple(categories), Z, Y, rows, counted)


def text(value: float) -> str:
    return repr(float(value))


def write_icio(world: MadeTable, path: Path, *, taxes_by_region: bool = False) -> Path:
    """Write the layout of OECD's ICIO (editions of 2023 and 2025; with `taxes_by_region`, 2021)."""
    nodes = [f"{r}_{s}" for r, s in world.nodes]
    kept = [k for k in range(len(world.finals)) if k == 0 or world.Y[:, k].any()]
    finals = ["_".join(world.finals[k]) for k in kept]
    out = io.StringIO()
    write = csv.writer(out, lineterminator="\n").writerow
    write(["V1", *nodes, *finals, "OUT"])
    for k, label in enumerate(nodes):
        cells = [*world.Z[k], *world.Y[k, kept], world.x[k]]
        write([label, *map(text, cells)])
    blank = ["0"] * len(finals) + ["0"]
    tls, va = world.added["TLS"], world.added["VA"]
    if taxes_by_region:
        part = tls / len(world.regions)
        for region in world.regions:
            write([f"{region}_TAXSUB", *map(text, part), *blank])
    else:
        write(["TLS", *map(text, tls), *blank])
    write(["VALU" if taxes_by_region else "VA", *map(text, va), *blank])
    write(["OUTPUT" if taxes_by_region else "OUT", *map(text, world.x), *blank])
    path.write_text(out.getvalue())
    return path


def write_figaro(world: MadeTable, path: Path, *, flat: bool = False) -> Path:
    """Write Eurostat's FIGARO, as a matrix or flat; value added in rows of W2."""
    rows = [*world.nodes, *(("W2", name) for name in world.added)]
    columns = [*world.nodes, *world.finals]
    body = np.vstack([np.hstack([world.Z, world.Y]), *[
        np.concatenate([row, np.zeros(len(world.finals))])[None, :] for row in world.added.values()
    ]])  # fmt: skip
    out = io.StringIO()
    write = csv.writer(out, lineterminator="\n").writerow
    if flat:
        write(["icioiRow", "icioiCol", "refArea", "rowIi", "counterpartArea", "colIi", "obsValue"])
        for i, (a, b) in enumerate(rows):
            for j, (c, d) in enumerate(columns):
                write([f"{a}_{b}", f"{c}_{d}", a, b, c, d, text(body[i, j])])
    else:
        write(["rowLabels", *(f"{a}_{b}" for a, b in columns)])
        for i, (a, b) in enumerate(rows):
            write([f"{a}_{b}", *map(text, body[i])])
    path.write_text(out.getvalue())
    return path


def exiobase_files(
    world: MadeTable, *, satellites: bool = True, coefficients: bool = False
) -> dict[str, str]:
    """Return the files of an EXIOBASE 3 archive, as pandas writes them."""
    t, files = "\t", {}
    heads = [
        t.join(["region", "", *(r for r, _ in world.nodes)]),
        t.join(["sector", "", *(s for _, s in world.nodes)]),
        t.join(["region", "sector", *[""] * len(world.nodes)]),
    ]
    body = world.Z / world.x if coefficients else world.Z
    rows = [t.join([*label, *map(text, row)]) for label, row in zip(world.nodes, body, strict=True)]
    files["A.txt" if coefficients else "Z.txt"] = "\n".join([*heads, *rows]) + "\n"
    heads = [
        t.join(["region", "", *(r for r, _ in world.finals)]),
        t.join(["category", "", *(c for _, c in world.finals)]),
        t.join(["region", "sector", *[""] * len(world.finals)]),
    ]
    rows = [
        t.join([*label, *map(text, row)]) for label, row in zip(world.nodes, world.Y, strict=True)
    ]
    files["Y.txt"] = "\n".join([*heads, *rows]) + "\n"
    made = [t.join([*label, text(v)]) for label, v in zip(world.nodes, world.x, strict=True)]
    files["x.txt"] = "\n".join([t.join(["region", "sector", "indout"]), *made]) + "\n"
    units = [t.join([*label, "M.EUR"]) for label in world.nodes]
    files["unit.txt"] = "\n".join([t.join(["region", "sector", "unit"]), *units]) + "\n"
    files["file_parameters.json"] = json.dumps({"systemtype": "IOSystem"})
    if satellites:
        heads = [
            t.join(["region", *(r for r, _ in world.nodes)]),
            t.join(["sector", *(s for _, s in world.nodes)]),
            t.join(["stressor", *[""] * len(world.nodes)]),
        ]
        both = {**world.added, **world.counted}
        rows = [t.join([name, *map(text, row)]) for name, row in both.items()]
        files["satellite/F.txt"] = "\n".join([*heads, *rows]) + "\n"
        units = [t.join([name, "M.EUR"]) for name in world.added]
        units += [t.join([name, "1000 p" if name == "jobs" else "kg"]) for name in world.counted]
        files["satellite/unit.txt"] = "\n".join([t.join(["stressor", "unit"]), *units]) + "\n"
    return files


def write_exiobase(world: MadeTable, path: Path, **options: bool) -> Path:
    """Write an EXIOBASE 3 archive, with the folder that its name says."""
    return zipped(
        path, {f"{path.stem}/{k}": v for k, v in exiobase_files(world, **options).items()}
    )


def write_wiod2016(world: MadeTable, path: Path, *, from_r: bool = False) -> Path:
    """Write the layout of WIOD 2016: the sheet saved as CSV, or the data frame written by R."""
    codes = list(world.sectors)
    numbers = range(1, len(codes) + len(world.categories) + 1)
    columns = [(region, number) for region in world.regions for number in numbers]
    S, F = len(codes), len(world.categories)

    def across(nodes: Floats, finals: Floats) -> list[str]:
        found: list[str] = []
        for r in range(len(world.regions)):
            found += map(text, nodes[r * S : (r + 1) * S])
            found += map(text, finals[r * F : (r + 1) * F])
        return found

    out = io.StringIO()
    write = csv.writer(out, lineterminator="\n").writerow
    year = ["2014"] if from_r else []
    if from_r:
        heads = ["IndustryCode", "IndustryDescription", "Country", "RNr", "Year"]
        write([*heads, *(f"{r}{k}" for r, k in columns), "TOT"])
    else:
        names = [*codes, *world.categories]
        write(["Intercountry Input-Output Table", *[""] * (4 + len(columns))])
        write(["", "", "", "", *(names[k - 1] for _, k in columns), "GO"])
        write(["", "", "", "", *(f"About {names[k - 1]}, and so on" for _, k in columns), "Total"])
        write(["", "", "", "", *(r for r, _ in columns), "TOT"])
        write(["", "", "", "", *(f"c{k}" for _, k in columns), f"c{S + F + 1}"])
    for k, (region, sector) in enumerate(world.nodes):
        labels = [sector, f"About {sector}, and so on", region, f"r{k % S + 1}", *year]
        write([*labels, *across(world.Z[k], world.Y[k]), text(world.x[k])])
    nothing = np.zeros(len(world.finals))
    below = {"II_fob": world.Z.sum(axis=0), **world.added, "GO": world.x}
    for k, (name, row) in enumerate(below.items()):
        write([name, f"About {name}", "TOT", f"r{65 + k}", *year, *across(row, nothing), "0"])
    path.write_text(out.getvalue())
    return path


def write_plain(world: MadeTable, folder: Path, *, long: bool = False) -> Path:
    """Write the plain form, in CSV."""
    folder.mkdir(parents=True, exist_ok=True)
    files = plain_files(world, long=long)
    for name, content in files.items():
        (folder / name).write_text(content, encoding="utf-8")
    return folder


def plain_files(world: MadeTable, *, long: bool = False) -> dict[str, str]:
    """Return the files of the plain form."""
    n = len(world.nodes)
    described = {
        "title": {"nl": "Gemaakte wereld", "en": "Made world"},
        "year": 2020,
        "unit": "MUSD",
        "publisher": "tests",
        "licence": "CC0",
        "inventory": [c for c in world.categories if c in ("INVNT", "P5M")],
        "satellites": dict.fromkeys(world.counted, "units"),
    }
    labels = [f"{r}.{s}" for r, s in world.nodes]
    files = {"table.json": json.dumps(described)}
    files["nodes.csv"] = _csv(
        ["region", "sector", "output"],
        [[r, s, text(world.x[k])] for k, (r, s) in enumerate(world.nodes)],
    )
    if long:
        files["transactions.csv"] = _csv(
            ["seller_region", "seller_sector", "buyer_region", "buyer_sector", "value"],
            [
                [*world.nodes[i], *world.nodes[j], text(world.Z[i, j])]
                for i in range(n)
                for j in range(n)
                if world.Z[i, j]
            ],
        )
        files["final_demand.csv"] = _csv(
            ["region", "sector", "buyer_region", "category", "value"],
            [
                [*world.nodes[i], *column, text(world.Y[i, j])]
                for i in range(n)
                for j, column in enumerate(world.finals)
            ],
        )
    else:
        files["transactions.csv"] = _wide(world, labels, world.Z)
        finals = [f"{r}.{c}" for r, c in world.finals]
        files["final_demand.csv"] = _wide(world, finals, world.Y)
    for stem, rows in (("value_added", world.added), ("satellites", world.counted)):
        if rows:
            files[f"{stem}.csv"] = _wide(world, list(rows), np.array(list(rows.values())).T)
    return files


def _wide(world: MadeTable, columns: Sequence[str], values: Floats) -> str:
    rows = [[*label, *map(text, row)] for label, row in zip(world.nodes, values, strict=True)]
    return _csv(["region", "sector", *columns], rows)


def _csv(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return out.getvalue()


def zipped(path: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write a zip of these files."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path
