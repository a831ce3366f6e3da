"""A small world in the layouts of the publishers: a WIOD 2013 table, and what splits its rest."""

from __future__ import annotations

import gzip
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import polars as pl

from made_workbooks import ID, MAIN, write_workbook

YEAR = 2011
REGIONS = ("NLD", "DEU", "RoW")
SECTORS = tuple(f"c{k}" for k in range(1, 36))
BUYERS = ("c37_households", "c38_npish", "c39_government", "c41_gfcf", "c42_inventories")
ACCOUNTS = {
    "Agriculture, hunting, forestry, fishing (ISIC A-B)": 20,
    "Mining, Manufacturing, Utilities (ISIC C-E)": 30,
    "Manufacturing (ISIC D)": 18,
    "Construction (ISIC F)": 6,
    "Wholesale, retail trade, restaurants and hotels (ISIC G-H)": 14,
    "Transport, storage and communication (ISIC I)": 10,
    "Other Activities (ISIC J-P)": 20,
    "Household consumption expenditure (including Non-profit institutions serving households)": 70,
    "General government final consumption expenditure": 10,
    "Gross capital formation": 25,
    "Exports of goods and services": 20,
    "Imports of goods and services": 25,
}
# UN number, currency, units per dollar, size, what makes it unlike the others
COUNTRIES = {
    "NLD": (528, "Euro", 0.7, 800, {}),
    "DEU": (276, "Euro", 0.7, 3000, {}),
    "BGD": (50, "Taka", 74.15, 120, {"Manufacturing (ISIC D)": 24}),
    "VNM": (704, "Dong", 20000, 130, {"Exports of goods and services": 80}),
    "COD": (180, "Franc Congolais", 919.5, 25, {"Manufacturing (ISIC D)": 3}),
    "VEN": (862, "Bolivar Fuerte", None, 300, {}),
}
METALS = (
    *("Nickel", "Tungsten", "Zinc", "Silver", "Bauxite", "Iron Ore", "Gold", "Tin", "Lead"),
    *("Copper", "Aluminium", "Manganese"),
)
MINERALS = ("Cadmium", "Cobalt", "Diamond", "Graphite", "Lithium", "Mercury", "Platinum",
            "Uranium", "Silicon")  # fmt: skip


def write_world(folder: Path) -> Path:
    """Write all source files under `folder`, WIOD among them, and return it."""
    write_wiod(folder / "wiod2013" / f"wiot_{YEAR}.parquet")
    write_accounts(folder / "unama_gva" / "gva_by_activity_ncu_1970_2020.csv.gz")
    write_rates(folder / "icio_labels" / "ReadMe_ICIO2021_CSV.xlsx")
    workers = [[code, "SEX_T", YEAR, size * 100] for code, (_, _, _, size, _) in COUNTRIES.items()]
    files: dict[str, tuple[Sequence[str], Sequence[Sequence[object]]]] = {
        "ilo_workforce/workforce_total_iso3.csv": (
            ("ref_area", "sex", "time", "Workforce (1000)"),
            workers,
        ),
        "ilo_workforce/countries_en.csv": (
            ("ISO3 Code", "ILO Subregion - Broad"),
            [["NLD", "Europe"], ["DEU", "Europe"], ["BGD", "Asia"], ["VNM", "Asia"]],
        ),
        "trade/nld_imports_by_origin_2006.csv": (
            ("origin_iso3", "flow_musd_2006"),
            [["DEU", 70000], ["BGD", 520], ["VNM", 836.4]],
        ),
        "owid/metal_production_clio_infra_usgs/data.csv": (
            ("Entity", "Year", *(f"{m} Production (Clio-Infra & USGS)" for m in METALS)),
            [["World", YEAR, *[99] * 12], ["Vietnam", YEAR, *[0] * 6, 2, *[0] * 5]],
        ),
        "owid/mineral_production_bgs_2016/data.csv": (
            ("Entity", "Year", *(f"{m} (BGS (2016))" for m in MINERALS)),
            [["Democratic Republic of Congo", YEAR, "", 99475, *[""] * 7]],
        ),
        "facilities/lists/1.csv": (
            ("country", "name"),
            [["BANGLADESH", f"Mill {k}"] for k in range(12)] + [["Atlantis", "?"]],
        ),
    }
    for name, (header, rows) in files.items():
        write_csv(folder / name, header, rows)
    return folder


def write_csv(path: Path, header: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = [",".join(f'"{value}"' for value in row) for row in (header, *rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def write_wiod(path: Path) -> None:
    """Write a balanced table of three regions in which the rest is half of the world."""
    rng = np.random.default_rng(5)
    n = len(REGIONS) * len(SECTORS)
    region = np.repeat(np.arange(len(REGIONS)), len(SECTORS))
    near = np.where(region[:, None] == region[None], 10.0, 1.0)
    A = rng.random((n, n)) * near
    A *= 0.5 / A.sum(axis=0)
    size = np.array([800.0, 3000.0, 4000.0])
    Y = rng.random((n, len(REGIONS), len(BUYERS)))
    for r in range(len(REGIONS)):
        Y[:, r] *= np.where(region == r, 10.0, 1.0)[:, None] * np.array([6, 0.2, 2, 2, 0.1])
        Y[:, r] *= size[r] / Y[:, r].sum()
    Y[::7, :, 4] *= -1
    Y = Y.reshape(n, -1) * 1000
    x = np.linalg.solve(np.eye(n) - A, Y.sum(axis=1))
    labels = [f"{r}_{s}" for r in REGIONS for s in SECTORS]
    finals = [f"{r}_{b}" for r in REGIONS for b in BUYERS]
    Z = A * x
    columns = dict(zip(labels, Z.T, strict=True)) | dict(zip(finals, Y.T, strict=True))
    path.parent.mkdir(parents=True, exist_ok=True)
    pl.DataFrame({"row": labels, **columns, "output": x}).write_parquet(path)


def write_accounts(path: Path, changes: Mapping[str, Mapping[str, float]] | None = None) -> None:
    lines = ["CountryID,Country,Currency,IndicatorName,2011"]
    for code, (number, currency, rate, size, unlike) in COUNTRIES.items():
        for name, percent in (ACCOUNTS | unlike | (changes or {}).get(code, {})).items():
            value = size * 1e7 * percent * (rate or 1)
            lines.append(f'{number},{code},{currency},"{name}",{value!r}')
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress("\n".join(lines).encode()))


def write_rates(path: Path, rows: Sequence[Sequence[object]] | None = None) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    sheet = '<sheets><sheet name="NCU-USD" sheetId="1" r:id="rId1"/></sheets>'
    book = f'<workbook xmlns="{MAIN}" xmlns:r="{ID}">{sheet}</workbook>'
    given = rows or [
        [None, None, None, "1995", "2011"],
        [None, "NLD", "Netherlands", 0.73, 0.7],
        [None, "DEU", "Germany", 0.73, 0.7],
        [None, "VNM", "Viet Nam", 11000, 20000],
        [None, "ROW", "Rest", 1, 1],
    ]
    write_workbook(path, given, parts={"xl/workbook.xml": book})
