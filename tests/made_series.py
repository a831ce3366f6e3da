"""The same small world in several years, as stored tables."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from ketenkaart.services.world_tables import add_table
from made_tables import made_table, write_plain

YEARS = (2015, 2016, 2019)


def add_series(folder: Path, data_folder: Path, years: Sequence[int] = YEARS) -> list[str]:
    """Add a made table per year, with other cells each; return their ids, by year."""
    return [add_year(folder, data_folder, year) for year in years]


def add_year(
    folder: Path, data_folder: Path, year: int, *, name: str | None = None, counts: bool = True
) -> str:
    """Add the made table of one year; without `counts` it has no satellites."""
    world = made_table(seed=year)
    if not counts:
        world = world.with_(counted={})
    path = write_plain(world, folder / f"made-{year}-{name}")
    described = json.loads((path / "table.json").read_text())
    described["year"] = year
    if not counts:
        del described["satellites"]
    for language, title in (("nl", "Gemaakte wereld"), ("en", "Made world")):
        described["title"][language] = f"{title}, {year}"
    (path / "table.json").write_text(json.dumps(described))
    kept = add_table("table", path, name=name or f"made-{year}", data_folder=data_folder)
    return kept.manifest.id
