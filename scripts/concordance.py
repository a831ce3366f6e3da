"""Derive the lists that lead from codes to sectors, from the publishers' files: the same each time.

Usage: scripts/concordance.py FOLDER [--to FOLDER]. The list from CPV divisions is made by hand and
stands beside them; it is not touched.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
from pathlib import Path

import polars as pl
import yaml

TARGET = Path(__file__).resolve().parents[1] / "src" / "ketenkaart" / "reference" / "concordance"
COMMAND = "scripts/concordance.py ../shared/data"
LIAO = {
    "title": "concordance: product concordance (R package), data of 2023",
    "publisher": "Liao, Kim, Miyano, Zhang",
    "licence": "MIT",
}
EUROSTAT = {
    "title": "NACE Rev. 2, structure and correspondence with ISIC Rev. 4",
    "publisher": "Eurostat",
    "licence": "Commission Decision 2011/833/EU: reuse with attribution",
}
CBS = {
    "title": "Standaard Bedrijfsindeling 2008, state of November 2017",
    "publisher": "CBS and KvK; copy of the City of Amsterdam",
    "licence": "CC BY 4.0 (CBS); MPL-2.0 (copy)",
}
# The sector of WIOD 2013 in which most of a division of ISIC Rev. 4 is found, chosen here by their
# titles. The correspondence has no weights: furniture (31) shares classes of Rev. 3 with ships.
HOME = {
    "c1": "01 02 03", "c2": "05 06 07 08 09", "c3": "10 11 12", "c4": "13 14", "c5": "15",
    "c6": "16", "c7": "17 18 58", "c8": "19", "c9": "20 21", "c10": "22", "c11": "23",
    "c12": "24 25", "c13": "28", "c14": "26 27", "c15": "29 30", "c16": "31 32", "c17": "35 36",
    "c18": "41 42 43", "c19": "45", "c20": "46", "c21": "47", "c22": "55 56", "c23": "49",
    "c24": "50", "c25": "51", "c26": "52 79", "c27": "53 61", "c28": "64 65 66", "c29": "68",
    "c30": "62 69 70 71 72 73 74 77 78 80 81 82", "c31": "84", "c32": "85", "c33": "75 86 87 88",
    "c34": "37 38 39 59 60 90 91 92 93 94 96", "c35": "97",
}  # fmt: skip
NOTE = (
    "A code with several targets gives each class it leads to the same weight; a class of ISIC "
    "Rev. 3 that is parted over several of Rev. 4 counts in equal parts; a class of Rev. 4 that "
    "leads to the home sector of its division, chosen here, goes there whole. Assumptions."
)


def read(path: Path) -> pl.DataFrame:
    return pl.read_csv(path, infer_schema=False)


def shares(pairs: pl.DataFrame, code: str, target: str, by: str | None = None) -> pl.DataFrame:
    """Return each code with its targets, weighted by how many of its classes lead there.

    A class of the standard `by` between them that is parted over k codes counts for 1/k in each.
    """
    share = pl.lit(1.0) if by is None else 1 / pl.col(code).n_unique().over(by)
    return (
        pairs.drop_nulls()
        .with_columns(part=share)
        .group_by(code, target, maintain_order=True)
        .agg(pl.col("part").sum())
        .with_columns((pl.col("part") / pl.col("part").sum().over(code)).round(9).alias("weight"))
        .select(code, target, "weight")
        .sort(code, target)
    )


def homed(found: pl.DataFrame) -> pl.DataFrame:
    """Return the weights, with all of a class in its division's home sector when it leads there."""
    home = {division: sector for sector, text in HOME.items() for division in text.split()}
    own = pl.col("isic4").str.slice(0, 2).replace_strict(home, default="")
    is_home = pl.col("sector") == own
    return (
        found.filter(is_home | ~is_home.any().over("isic4"))
        .with_columns(weight=(pl.col("weight") / pl.col("weight").sum().over("isic4")).round(9))
        .sort("isic4", "sector")
    )


def lists(source: Path) -> dict[str, tuple[pl.DataFrame, list[str], dict[str, str], str]]:
    """Return every list with the files it comes from, their publisher, and a title."""
    folder, codes = source / "concordance", source / "codes"
    wiod = (
        read(folder / "wiod_2013.csv")
        .select(isic3="ISIC3_4d", number="WIOT2013_n")
        .unique()
        .drop_nulls()
        .with_columns(sector="c" + pl.col("number").cast(pl.Float64).cast(pl.Int64).cast(pl.String))
    )
    isic = read(folder / "isic4_isic3.csv").select(isic4="ISIC4_4d", isic3="ISIC3_4d").unique()
    hs = read(folder / "hs6_isic3.csv").select(hs="HS6_6d", isic3="ISIC3_4d").unique()
    groups = read(folder / "hs_isic4.csv").select(hs="HS_6d", isic4="ISIC4_4d").unique()
    # 9999.99 is "not specified": the publisher's link to work of households names no maker.
    groups = groups.filter(pl.col("hs") < "98")
    nace = read(codes / "nace_rev2_en_nl.csv").filter(pl.col("level") == "4")
    sbi = read(codes / "sbi2008_nl.csv").drop_nulls("nace4")
    by_nace = dict(nace.select("code", "isic4").drop_nulls().iter_rows())
    sbi = sbi.with_columns(isic4=pl.col("nace4").replace_strict(by_nace, default=None))
    plain = pl.col("code").str.replace_all(".", "", literal=True)
    return {
        "hs_wiod2013": (
            shares(hs.join(wiod, on="isic3"), "hs", "sector"),
            ["concordance/hs6_isic3.csv", "concordance/wiod_2013.csv"], LIAO,
            "HS (6 digits) to sectors of WIOD 2013, by way of ISIC Rev. 3",
        ),
        "hs_isic4": (
            shares(groups.with_columns(pl.col("isic4").str.slice(0, 3)), "hs", "isic4"),
            ["concordance/hs_isic4.csv"], LIAO,
            "HS (6 digits) to groups of ISIC Rev. 4",
        ),
        "isic4_wiod2013": (
            homed(
                shares(isic.join(wiod, on="isic3").sort("isic3"), "isic4", "sector", by="isic3")
            ),
            ["concordance/isic4_isic3.csv", "concordance/wiod_2013.csv"], LIAO,
            "Classes of ISIC Rev. 4 to sectors of WIOD 2013, by way of ISIC Rev. 3",
        ),
        "nace_isic4": (
            shares(nace.select(nace=plain, isic4="isic4"), "nace", "isic4"),
            ["codes/nace_rev2_en_nl.csv"], EUROSTAT,
            "Classes of NACE Rev. 2 to classes of ISIC Rev. 4",
        ),
        "sbi_isic4": (
            shares(sbi.select(sbi="sbi_code", isic4="isic4"), "sbi", "isic4"),
            ["codes/sbi2008_nl.csv", "codes/nace_rev2_en_nl.csv"], CBS,
            "Codes of SBI 2008 to classes of ISIC Rev. 4, by way of NACE Rev. 2",
        ),
    }  # fmt: skip


def sidecar(
    name: str,
    frame: pl.DataFrame,
    source: Path,
    files: list[str],
    origin: dict[str, str],
    title: str,
) -> str:
    content = {
        "title": title,
        "publisher": f"Ketenkaart; {origin['publisher']}",
        "licence": f"EUPL-1.2 for the derivation; {origin['licence']}",
        "licence_grade": "likely",
        "edition": "2026",
        "derived_from": [
            {
                "title": origin["title"],
                "file": file,
                "sha256": hashlib.sha256((source / file).read_bytes()).hexdigest(),
            }
            for file in files
        ],
        "command": COMMAND,
        "notes": NOTE,
        "columns": {
            frame.columns[0]: f"code, {frame.height} rows",
            frame.columns[1]: "what it leads to",
            "weight": "share, no unit; those of one code sum to 1",
        },
    }
    head = f"# Sidecar of {name}.csv\n"
    return head + yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=100)


def build(source: Path, target: Path) -> None:
    target.mkdir(parents=True, exist_ok=True)
    for name, (frame, files, origin, title) in lists(source).items():
        frame.write_csv(target / f"{name}.csv")
        text = sidecar(name, frame, source, files, origin, title)
        (target / f"{name}.yml").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("source", type=Path)
    parser.add_argument("--to", type=Path, default=TARGET)
    asked = parser.parse_args()
    build(asked.source, asked.to)
    sys.stdout.write(f"Written to {asked.to}.\n")
