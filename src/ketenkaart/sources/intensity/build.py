"""Apply the intensity tables to the sources: one row per issue, country and sector."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
import polars as pl

from ketenkaart.core.classification import Sector
from ketenkaart.core.errors import ReferenceDataError
from ketenkaart.core.risk.classify import Rating, rate
from ketenkaart.core.risk.scale import NOT_APPLICABLE, UNKNOWN, Scale
from ketenkaart.sources.dol import GoodsMapping
from ketenkaart.sources.intensity.evidence import GATHER, Found, Frame

CellTable = pl.DataFrame
SCHEMA = {
    "issue": pl.String,
    "country": pl.String,
    "sector": pl.String,
    "source_value": pl.Float64,
    "class": pl.String,
    "listed_goods": pl.String,
    "low": pl.Float64,
    "central": pl.Float64,
    "high": pl.Float64,
    "known": pl.Float64,
    "year": pl.Int64,
    "source": pl.String,
}


def build_intensity(
    folder: Path,
    scales: Mapping[str, Scale],
    goods: Mapping[str, GoodsMapping],
    countries: Sequence[str],
    sectors: Sequence[Sector],
    progress: Callable[[str], None] = lambda _: None,
) -> CellTable:
    """Return the intensity of every issue, country and sector, with where it comes from.

    `folder` holds the sources. Columns: see `SCHEMA`; `central`, `source_value`, `year` and
    `source` are null where nothing is known. Raises `ReferenceDataError` for an unmapped good or
    an issue that nothing is gathered for, `TableError` for a bad cell in a source.
    """
    frame = Frame(folder, countries, sectors, goods)
    names = tuple(sector.id for sector in sectors)
    parts = []
    for issue, scale in scales.items():
        if issue not in GATHER:
            raise ReferenceDataError(
                f"No source is read for {issue}",
                where=f"intensity/{issue}.yml",
                fix=f"Issues with a source: {', '.join(GATHER)}.",
            )
        progress(issue)
        found = GATHER[issue](frame, scale)
        parts.append(_rows(issue, scale, found, rate(found.evidence, scale, names), frame))
    return pl.concat(parts)


def _rows(issue: str, scale: Scale, found: Found, rating: Rating, frame: Frame) -> pl.DataFrame:
    C, S = frame.shape
    by_listing = {item.id: item for item in scale.listings}
    classes = rating.classes.ravel().tolist()
    years: list[int | None] = []
    sources: list[str | None] = []
    for name in classes:
        listing = by_listing.get(name)
        is_nothing = name in {UNKNOWN, NOT_APPLICABLE}
        years.append(listing.year if listing else None if is_nothing else scale.year)
        sources.append(listing.source if listing else None if is_nothing else scale.source)
    texts = [found.texts.get((c, s), "") for c in range(C) for s in range(S)]
    scoped = np.isin([sector.id for sector in frame.sectors], scale.sectors)
    value = np.where(scoped[None, :], found.evidence.value, np.nan)
    return pl.DataFrame(
        {
            "issue": [issue] * (C * S),
            "country": [country for country in frame.countries for _ in range(S)],
            "sector": [sector.id for _ in range(C) for sector in frame.sectors],
            "source_value": value.ravel(),
            "class": classes,
            "listed_goods": texts,
            "low": rating.low.ravel(),
            "central": rating.central.ravel(),
            "high": rating.high.ravel(),
            "known": rating.known.ravel(),
            "year": years,
            "source": sources,
        },
        schema=SCHEMA,
    ).with_columns(pl.col("source_value", "central").fill_nan(None))
