"""The shapes of countries as SVG paths, from Natural Earth's borders, in an equal-area projection.

The projection is Equal Earth (Savric, Patterson & Jenny 2019, International Journal of Geographical
Information Science 33: 454-465): a country's area on the map is its share of the world's.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from ketenkaart.core.errors import ReferenceDataError
from ketenkaart.sources.reference import load_countries

BORDERS = Path(__file__).resolve().parent.parent / "static/vendor/world-atlas/countries-110m.json"
WIDTH = 1000
HEIGHT = 432
NORTH, SOUTH = 83.7, -56.0
ANTARCTICA = "010"
HALF = 180.0
_A1, _A2, _A3, _A4 = 1.340264, -0.081106, 0.000893, 0.003796
_M = math.sqrt(3) / 2
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Shape:
    """One country as it is drawn: its ISO 3166-1 alpha-3 code, where it has one, and its path."""

    alpha3: str | None
    name: str
    path: str


@lru_cache(maxsize=1)
def shapes() -> tuple[Shape, ...]:
    """Return every country of the map but Antarctica, in a box of WIDTH by HEIGHT.

    Raises `ReferenceDataError` where the borders were not fetched with the front-end files.
    """
    try:
        world = json.loads(BORDERS.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ReferenceDataError(
            "The borders of countries are not there",
            where=str(BORDERS),
            fix="Run `make assets`.",
        ) from error
    arcs = [list(_decoded(arc, world["transform"])) for arc in world["arcs"]]
    codes = {item.numeric: item.alpha3 for item in load_countries().countries if item.numeric}
    return tuple(
        Shape(
            alpha3=codes.get(str(item.get("id"))),
            name=str(item["properties"]["name"]),
            path="".join(_ring(ring, arcs) for ring in _rings(item)),
        )
        for item in world["objects"]["countries"]["geometries"]
        if item.get("id") != ANTARCTICA
    )


def project(longitude: float, latitude: float) -> Point:
    """Return where a place lies on the map, in its box.

    >>> [round(part) for part in project(0.0, 0.0)]
    [500, 241]
    """
    phi = math.radians(latitude)
    theta = math.asin(_M * math.sin(phi))
    square = theta * theta
    sixth = square**3
    slope = _A1 + 3 * _A2 * square + sixth * (7 * _A3 + 9 * _A4 * square)
    x = math.radians(longitude) * math.cos(theta) / (_M * slope)
    y = theta * (_A1 + _A2 * square + sixth * (_A3 + _A4 * square))
    return WIDTH / 2 + x * _scale(), (_top() - y) * _scale()


@lru_cache(maxsize=1)
def _scale() -> float:
    return WIDTH / (2 * math.pi / (_M * _A1))


@lru_cache(maxsize=1)
def _top() -> float:
    theta = math.asin(_M * math.sin(math.radians(NORTH)))
    square = theta * theta
    return float(theta * (_A1 + _A2 * square + square**3 * (_A3 + _A4 * square)))


def _decoded(arc: Sequence[Sequence[int]], transform: dict[str, Any]) -> Iterator[Point]:
    """Return the points of a TopoJSON arc: differences on a grid, in degrees."""
    (sx, sy), (tx, ty) = transform["scale"], transform["translate"]
    x = y = 0
    for dx, dy in arc:
        x, y = x + dx, y + dy
        yield x * sx + tx, y * sy + ty


def _rings(item: dict[str, Any]) -> Iterable[Sequence[int]]:
    if item["type"] == "Polygon":
        return list(item["arcs"])
    return [ring for polygon in item["arcs"] for ring in polygon]


def _ring(ring: Sequence[int], arcs: Sequence[Sequence[Point]]) -> str:
    """Return one closed line, in halves of the box's unit, from arcs that share their ends.

    A line that crosses the 180th meridian is drawn in the two parts that lie on either side.
    """
    points: list[Point] = []
    for number in ring:
        line = arcs[number] if number >= 0 else arcs[~number][::-1]
        points += line[1:] if points else line
    whole = _unwrapped([(x, min(max(y, SOUTH), NORTH)) for x, y in points])
    turns = [
        turn for turn in (-360.0, 0.0, 360.0) if any(-HALF <= x + turn <= HALF for x, _ in whole)
    ]
    parts = [_within([(x + turn, y) for x, y in whole]) for turn in turns]
    return "".join(_line([project(x, y) for x, y in part]) for part in parts)


def _unwrapped(points: Sequence[Point]) -> list[Point]:
    """Return points whose longitudes run on past 180 degrees instead of jumping."""
    found = [points[0]]
    for x, y in points[1:]:
        before = found[-1][0]
        found.append((x + 360.0 * round((before - x) / 360.0), y))
    return found


def _within(points: Sequence[Point]) -> list[Point]:
    """Return the part of a closed line between the 180th meridians (Sutherland & Hodgman 1974)."""
    for side in (HALF, -HALF):
        kept: list[Point] = []
        for (x, y), (u, v) in zip(points, [*points[1:], *points[:1]], strict=True):
            is_in, ends_in = (x - side) * side <= 0, (u - side) * side <= 0
            if is_in:
                kept.append((x, y))
            if is_in != ends_in:
                kept.append((side, y + (v - y) * (side - x) / (u - x)))
        points = kept
        if not points:
            return []
    return list(points)


def _line(drawn: Sequence[Point]) -> str:
    steps = [(round(2 * x), round(2 * y)) for x, y in drawn]
    kept = [step for k, step in enumerate(steps) if not k or step != steps[k - 1]]
    if len(kept) < 4:
        return ""
    moves = "".join(f"{(x - a) / 2:g} {(y - b) / 2:g} " for (a, b), (x, y) in pairwise(kept))
    return f"M{kept[0][0] / 2:g} {kept[0][1] / 2:g}l{moves.rstrip().replace(' -', '-')}z"
