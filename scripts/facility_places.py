"""Derives what lists of facilities are checked by: names and bounding boxes of countries.

`names` reads names in eleven languages from Unicode CLDR (package Babel, which only this script
needs); `boxes FILE` reads borders from world-atlas' countries-10m.json, made of Natural Earth.
Both write a table and its sidecar to src/ketenkaart/reference/facilities.
"""

import csv
import hashlib
import io
import json
import sys
import unicodedata
from collections import defaultdict
from pathlib import Path
from typing import Any

import yaml

REFERENCE = Path(__file__).resolve().parent.parent / "src/ketenkaart/reference"
FOLDER = REFERENCE / "facilities"
LANGUAGES = ("en", "nl", "fr", "es", "pt", "de", "it", "tr", "id", "vi", "zh_Hans", "zh_Hant")
MARGIN = 0.3
"""Degrees added on each side: borders are generalised, and works stand on piers and islets."""
NEAR = 2.0
"""Degrees between parts of a country that share a box; those further apart have their own."""
Box = tuple[float, float, float, float]


def main(action: str, *files: str) -> None:
    """Write one of the two tables."""
    if action == "names":
        names()
    elif action == "boxes" and files:
        boxes(Path(files[0]))
    else:
        sys.exit("facility_places.py: use `names`, or `boxes FILE`")


def countries() -> list[dict[str, Any]]:
    return yaml.safe_load((REFERENCE / "countries.yml").read_text(encoding="utf-8"))["countries"]


def plain(text: str) -> str:
    parted = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in parted if sign.isalnum())


def names() -> None:
    import babel  # noqa: PLC0415
    from babel import Locale  # noqa: PLC0415

    found: dict[str, list[str]] = {}
    bearers: dict[str, set[str]] = defaultdict(set)
    for country in countries():
        code = country["alpha2"]
        said = [Locale.parse(language).territories.get(code) for language in LANGUAGES]
        said = [name for name in said if name and name != code]
        kept = list(dict.fromkeys([country["name"]["en"], country["name"]["nl"], *said]))
        found[country["alpha3"]] = kept
        for name in kept:
            bearers[plain(name)].add(country["alpha3"])
    rows = [
        [code, "|".join(name for name in said if len(bearers[plain(name)]) == 1)]
        for code, said in found.items()
    ]
    write("country_names", ["country", "names"], rows, {
        "title": {
            "nl": "Landnamen in elf talen",
            "en": "Names of countries in eleven languages",
        },
        "publisher": "Ketenkaart; names: Unicode CLDR",
        "licence": "Unicode License v3",
        "licence_grade": "likely",
        "edition": f"CLDR as in Babel {babel.__version__}",
        "derived_from": [],
        "command": "python scripts/facility_places.py names",
        "columns": {
            "country": "ISO 3166-1 alpha-3 code, and XKX",
            "names": f"names parted by |, in {', '.join(LANGUAGES)}; shared names left out",
        },
    })  # fmt: skip


def boxes(file: Path) -> None:
    data = file.read_bytes()
    topology = json.loads(data)
    arcs = [decoded(arc, topology["transform"]) for arc in topology["arcs"]]
    codes = {item["numeric"]: item["alpha3"] for item in countries() if item.get("numeric")}
    found: dict[str, list[Box]] = defaultdict(list)
    for shape in topology["objects"]["countries"]["geometries"]:
        code = codes.get(shape.get("id", ""))
        if code is None and shape["properties"]["name"] == "Kosovo":
            code = "XKX"
        if code is None:
            continue
        polygons = shape["arcs"] if shape["type"] == "MultiPolygon" else [shape["arcs"]]
        for rings in polygons:
            ring = [arcs[n if n >= 0 else ~n] for n in rings[0]]
            found[code].append(box([point for arc in ring for point in arc]))
    rows = [
        [code, *(f"{value:.2f}" for value in one)]
        for code in sorted(found)
        for one in sorted(joined(found[code]), reverse=True)
    ]
    write("country_boxes", ["country", "south", "north", "west", "east"], rows, {
        "title": {
            "nl": "Rechthoeken om landen",
            "en": "Bounding boxes of countries",
        },
        "publisher": "Ketenkaart; borders: Natural Earth 1:10m, as in world-atlas 2.0.2 (npm)",
        "licence": "public domain (Natural Earth), ISC (world-atlas)",
        "licence_grade": "likely",
        "edition": "world-atlas 2.0.2",
        "derived_from": [{"file": file.name, "sha256": hashlib.sha256(data).hexdigest()}],
        "command": "python scripts/facility_places.py boxes node_modules/world-atlas/"
        "countries-10m.json",
        "columns": {
            "country": "ISO 3166-1 alpha-3 code, and XKX; a row for each part of a country",
            "south": f"degrees of latitude, {MARGIN} further than the border",
            "north": f"degrees of latitude, {MARGIN} further than the border",
            "west": f"degrees of longitude, {MARGIN} further than the border",
            "east": f"degrees of longitude, {MARGIN} further than the border",
        },
    })  # fmt: skip


def decoded(arc: list[list[int]], transform: dict[str, list[float]]) -> list[tuple[float, float]]:
    (scale_x, scale_y), (move_x, move_y) = transform["scale"], transform["translate"]
    x = y = 0
    found = []
    for step_x, step_y in arc:
        x, y = x + step_x, y + step_y
        found.append((x * scale_x + move_x, y * scale_y + move_y))
    return found


def box(points: list[tuple[float, float]]) -> Box:
    """Return south, north, west and east of a polygon; none crosses the 180th meridian."""
    return (
        max(-90.0, min(y for _, y in points) - MARGIN),
        min(90.0, max(y for _, y in points) + MARGIN),
        max(-180.0, min(x for x, _ in points) - MARGIN),
        min(180.0, max(x for x, _ in points) + MARGIN),
    )


def joined(boxes: list[Box]) -> list[Box]:
    """Return boxes of which no two lie within NEAR degrees: islands join their mainland."""
    kept: list[Box] = []
    for one in boxes:
        grown = one
        near = [other for other in kept if lie_near(grown, other)]
        while near:
            kept = [other for other in kept if other not in near]
            for south, north, west, east in near:
                grown = (
                    min(grown[0], south), max(grown[1], north),
                    min(grown[2], west), max(grown[3], east),
                )  # fmt: skip
            near = [other for other in kept if lie_near(grown, other)]
        kept.append(grown)
    return kept


def lie_near(one: Box, other: Box) -> bool:
    """Return whether two boxes touch when both are grown by half of NEAR."""
    return (
        one[0] - NEAR < other[1]
        and other[0] - NEAR < one[1]
        and one[2] - NEAR < other[3]
        and other[2] - NEAR < one[3]
    )


def write(name: str, columns: list[str], rows: list[list[str]], sidecar: dict[str, Any]) -> None:
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    (FOLDER / f"{name}.csv").write_text(stream.getvalue(), encoding="utf-8")
    text = yaml.safe_dump(sidecar, allow_unicode=True, sort_keys=False, width=100)
    (FOLDER / f"{name}.yml").write_text(f"# Sidecar of {name}.csv\n{text}", encoding="utf-8")
    print(f"{name}: {len(rows)} rows")


if __name__ == "__main__":
    main(*sys.argv[1:])
