"""The map of what is known: countries by their facilities, places as dots."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ketenkaart.services.facility_facts.coverage import CoverageLine, CoverageShown
from ketenkaart.web.chain.world_map import HEIGHT, WIDTH, project, shapes

LEVELS = (1, 10, 100, 1000)
"""From how many facilities a country is drawn darker."""
MOST_DOTS = 2000


@dataclass(frozen=True, slots=True)
class MapShape:
    """A country as it is drawn: its path, a class from 0 to 4, and whether a programme runs."""

    path: str
    level: int
    has_programme: bool
    name: str


@dataclass(frozen=True, slots=True)
class Dot:
    """A place on the map."""

    x: str
    y: str


@dataclass(frozen=True, slots=True)
class FacilityMap:
    """The picture in a box of `width` by `height`."""

    width: int
    height: int
    shapes: tuple[MapShape, ...]
    dots: tuple[Dot, ...]


def level_of(facilities: int) -> int:
    """Return the class of a number of facilities: 0 for none, up to 4.

    >>> [level_of(n) for n in (0, 1, 9, 10, 4000)]
    [0, 1, 1, 2, 4]
    """
    return sum(facilities >= least for least in LEVELS)


def coverage_map(
    shown: CoverageShown, places: Iterable[tuple[float, float]], names: dict[str, str]
) -> FacilityMap:
    """Return the map of a coverage; `places` are longitudes and latitudes of facilities.

    Dots that would fall on one another are drawn once.
    """
    lines: dict[str | None, CoverageLine] = {line.row.country: line for line in shown.countries}
    drawn = []
    for shape in shapes():
        line = lines.get(shape.alpha3)
        runs = line is not None and any(here.running.value == "running" for here in line.programmes)
        drawn.append(
            MapShape(
                shape.path,
                level_of(line.row.facilities) if line else 0,
                runs,
                names.get(shape.alpha3 or "", shape.name),
            )
        )
    return FacilityMap(WIDTH, HEIGHT, tuple(drawn), _dots(places))


def place_map(longitude: float, latitude: float) -> FacilityMap:
    """Return the world with one place on it."""
    drawn = tuple(MapShape(shape.path, 0, False, shape.name) for shape in shapes())
    return FacilityMap(WIDTH, HEIGHT, drawn, _dots([(longitude, latitude)]))


def _dots(places: Iterable[tuple[float, float]]) -> tuple[Dot, ...]:
    seen = dict.fromkeys((round(x), round(y)) for x, y in (project(*place) for place in places))
    return tuple(Dot(str(x), str(y)) for x, y in list(seen)[:MOST_DOTS])
