"""Risk along a chain: the likelihood of an issue, laid over what is made at each node."""

from __future__ import annotations

import numpy as np

from ketenkaart.core.chain.codes import matching_code
from ketenkaart.core.chain.counted import VALUE_ADDED, extension_of
from ketenkaart.core.chain.types import Extension, Floats
from ketenkaart.core.chain.world import WorldTable
from ketenkaart.core.errors import InputError
from ketenkaart.core.risk.average import average
from ketenkaart.services.installed import edition_folder
from ketenkaart.sources.reference import load_sectors
from ketenkaart.sources.wiod.reader import ISO_CODES
from ketenkaart.warehouse.stored import StoredEdition

RISK = "risk:"


def risk_extensions(table: WorldTable, name: str) -> tuple[Extension, ...]:
    """Return an issue's risk per node of a table: value added times its likelihood index.

    Four extensions that are never added up: what is known (NaN where nothing is); the low and the
    high end, which hold [0, 1] where nothing is known; and the value added of which nothing is
    known, which is no part of the first. `name` is `risk:` and an issue of the starter edition,
    whose countries and 20 sectors are laid over the table's: an estimate. Raises `InputError` for
    an issue there is not, and for a table whose sectors have no declared place among the 20.
    """
    edition = StoredEdition.open(edition_folder())
    intensity = edition.intensity()
    issue = matching_code("issue", name.removeprefix(RISK), intensity.issues, "--extension")
    place = _sector_places(table, intensity.sectors)
    regions = [ISO_CODES.get(region, region) for region in table.regions]
    composites = [item for item in edition.composites() if item.region in regions]
    nodes = average(intensity, regions, intensity.sectors, composites)
    i = nodes.issues.index(issue)
    S = len(intensity.sectors)

    def spread(values: Floats) -> Floats:
        """Give every sector of the table the index of the broader one that it lies in."""
        return np.asarray(values[0, i].reshape(len(regions), S)[:, place].ravel())

    made = extension_of(table, VALUE_ADDED).values
    known, central = spread(nodes.known), np.nan_to_num(spread(nodes.central))
    ends = np.sort(np.stack([made * spread(nodes.low), made * spread(nodes.high)]), axis=0)
    unit = f"{table.unit} x likelihood index"
    columns = (
        (f"{RISK}{issue}", unit, np.where(known > 0, made * known * central, np.nan)),
        (f"{RISK}{issue}_low", unit, ends[0]),
        (f"{RISK}{issue}_high", unit, ends[1]),
        (f"{RISK}{issue}_unknown", table.unit, made * (1 - known)),
    )
    return tuple(
        Extension(title, unit, values, values, values, is_estimate=True)
        for title, unit, values in columns
    )


def known_risk(table: WorldTable, name: str) -> tuple[Extension, float]:
    """Return an issue's known risk per node, and the value added of which nothing is known.

    The first is zero where nothing is known, so that chains can be followed by it; say beside it
    how much it leaves out. An estimate. Raises what `risk_extensions` does.
    """
    known, low, high, unknown = risk_extensions(table, name)
    values = np.nan_to_num(known.values)
    ends = (np.nan_to_num(low.values), np.nan_to_num(high.values))
    counted = Extension(known.id, known.unit, values, *ends, is_estimate=True)
    return counted, float(np.nansum(unknown.values))


def _sector_places(table: WorldTable, sectors: tuple[str, ...]) -> list[int]:
    """Return, per sector of the table, the number of the broader sector that it lies in."""
    broader = {code: item.id for item in load_sectors() for code in (item.id, *item.wiod2013)}
    missing = [code for code in table.sectors if code not in broader]
    if missing:
        raise InputError(
            f"The sectors of {table.edition} have no declared place among those that risk is "
            f"known for ({', '.join(missing[:4])})",
            where="--extension",
            fix="Ask for risk in a WIOD 2013 table.",
        )
    return [sectors.index(broader[code]) for code in table.sectors]
