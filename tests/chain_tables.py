"""World tables made for tests: any that balance, and the real one where it is at hand."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import strategies as st

from ketenkaart.core.chain.cell_errors import ErrorModel, SizeClass, row_remainder
from ketenkaart.core.chain.leontief import coefficients
from ketenkaart.core.chain.types import Extension, Floats
from ketenkaart.core.chain.world import FinalDemand, WorldTable
from ketenkaart.core.provenance import Grade

DATA = Path(__file__).resolve().parents[1].parent / "shared" / "data" / "wiod2013"
WIOD_CATEGORIES = (
    "c37_households",
    "c38_npish",
    "c39_government",
    "c41_gfcf",
    "c42_inventories",
)


def table_from(
    A: Floats,
    Y: Floats,
    regions: tuple[str, ...],
    sectors: tuple[str, ...],
    *,
    year: int = 2011,
    jobs: Floats | None = None,
) -> WorldTable:
    """Return the balanced table of these coefficients; a region has households and stocks."""
    x = np.linalg.solve(np.eye(len(A)) - A, Y.sum(axis=1))
    buyers = [FinalDemand(region, kind) for region in regions for kind in ("households", "stocks")]
    satellites = {}
    if jobs is not None:
        satellites["jobs"] = Extension("jobs", "persons", jobs, jobs, jobs, is_estimate=False)
    return WorldTable(
        regions=regions,
        sectors=sectors,
        A=A,
        Y=Y,
        x=x,
        V={"value_added": x - (A * x).sum(axis=0)},
        satellites=satellites,
        final_demand=tuple(buyers),
        inventory=("stocks",),
        unit="MUSD",
        year=year,
        edition=f"made-{year}",
    )


@st.composite
def tables(
    draw: st.DrawFn, *, regions: int | None = None, sectors: int | None = None
) -> WorldTable:
    """Draw a balanced table: no sector buys more than nine tenths of what it makes."""
    R = draw(st.integers(2, 3)) if regions is None else regions
    S = draw(st.integers(1, 3)) if sectors is None else sectors
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    n = R * S
    A = rng.random((n, n)) * (rng.random((n, n)) < draw(st.sampled_from([0.0, 0.4, 1.0])))
    A *= rng.uniform(0, 0.9, n) / np.maximum(A.sum(axis=0), 1e-9)
    Y = rng.random((n, 2 * R)) * 10 ** rng.uniform(-2, 4, (n, 2 * R))
    Y[:, 1::2] = 0.02 * rng.normal(size=(n, R)) * Y[:, 0::2]
    names = tuple(f"R{k}" for k in range(R)), tuple(f"s{k}" for k in range(S))
    return table_from(A, Y, *names, jobs=rng.random(n) * 1000)


@cache
def wiod(year: int) -> WorldTable:
    """Return a real WIOD 2013 table; skips, loudly, where the publisher's file is not there."""
    path = DATA / f"wiot_{year}.parquet"
    if not path.is_file():
        pytest.skip(f"{path} is absent: the figures of the real table are NOT tested")
    frame = pl.read_parquet(path)
    labels = [str(label) for label in frame["row"]]
    regions = tuple(dict.fromkeys(label.rpartition("_")[0] for label in labels))
    buyers = [FinalDemand(region, kind) for region in regions for kind in WIOD_CATEGORIES]
    Z = frame.select(labels).cast(pl.Float64).to_numpy()
    x = frame["output"].cast(pl.Float64).to_numpy()
    return WorldTable(
        regions=regions,
        sectors=tuple(f"c{k}" for k in range(1, 36)),
        A=coefficients(Z, x),
        Y=frame.select(f"{b.region}_{b.category}" for b in buyers).cast(pl.Float64).to_numpy(),
        x=x,
        V={"value_added": x - Z.sum(axis=0)},
        satellites={},
        final_demand=tuple(buyers),
        inventory=(WIOD_CATEGORIES[-1],),
        unit="MUSD",
        year=year,
        edition=f"wiod2013-{year}",
    )


def flat_errors(relative: float, shared: float = 0.0) -> ErrorModel:
    """The same relative error for cells of every size."""
    return ErrorModel("flat", Grade.ASSUMED, (SizeClass(0.0, relative),), shared)


def moved(table: WorldTable, Z: Floats, Y: Floats, jobs: Floats) -> WorldTable:
    """Return the table with other cells: output follows sales, value added is what remains."""
    left = row_remainder(table)
    paid = table.x - (table.A * table.x).sum(axis=0) - table.V["value_added"]
    x = Z.sum(axis=1) + Y.sum(axis=1) + left
    return replace(
        table,
        A=coefficients(Z, x),
        Y=Y,
        x=x,
        V={"value_added": x - Z.sum(axis=0) - paid},
        satellites={"jobs": Extension("jobs", "persons", jobs, jobs, jobs, is_estimate=False)},
    )
