"""The headline exposure again, from the source file with an explicit inverse and nothing of ours.

Only labels come from the package: which WIOD regions and sectors the edition adds together.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from ketenkaart.core.governance.answers import GapQuery
from ketenkaart.services.governance import compute_gap
from ketenkaart.services.starter import load_recipe
from ketenkaart.sources.reference import load_sectors

CODES = {"ROM": "ROU", "RoW": "ROW"}
BUYERS = {
    "households": ("c37_households", "c38_npish"),
    "government": ("c39_government",),
    "fixed_capital": ("c41_gfcf",),
}


@pytest.fixture(scope="module")
def seen(shared_data: Path) -> dict[tuple[str, str, str], np.ndarray]:
    """Value added per (buyer, region, sector) and layer, for Dutch demand of 2011."""
    frame = pl.read_parquet(shared_data / "wiod2013" / "wiot_2011.parquet")
    industries = frame["row"].to_list()
    region_of = {code: item.code for item in load_recipe().regions for code in item.members}
    sector_of = {code: item.id for item in load_sectors() for code in item.wiod2013}
    labels = []
    for name in industries:
        region, sector = name.split("_")
        labels.append((region_of[CODES.get(region, region)], sector_of[sector]))
    nodes = sorted(set(labels))
    adds = np.zeros((len(labels), len(nodes)))
    for row, label in enumerate(labels):
        adds[row, nodes.index(label)] = 1
    flows = adds.T @ frame.select(industries).to_numpy().astype(float) @ adds
    output = adds.T @ frame["output"].to_numpy()
    safe = np.where(output > 0, output, 1)
    A = flows / safe
    added = (output - flows.sum(axis=0)) / safe
    powers = [np.linalg.matrix_power(A, t) for t in range(4)]
    powers.append(np.linalg.inv(np.eye(len(nodes)) - A) - sum(powers))
    found = {}
    for buyer, columns in BUYERS.items():
        bought = adds.T @ sum(frame[f"NLD_{name}"].to_numpy() for name in columns)
        by_layer = np.stack([added * (power @ bought) for power in powers])
        found |= {(buyer, *node): by_layer[:, k] for k, node in enumerate(nodes)}
    return found


@pytest.mark.data
def test_exposure_abroad_is_the_same_by_an_explicit_inverse(seen) -> None:
    abroad = {key: value for key, value in seen.items() if key[1] != "NLD"}
    answers = {by: compute_gap(GapQuery(by=by)) for by in ("buyer", "country", "sector", "layer")}
    assert answers["buyer"].total.exposure == pytest.approx(sum(v.sum() for v in abroad.values()))
    for place, by in enumerate(("buyer", "country", "sector")):
        for row in answers[by].rows:
            part = sum(value.sum() for key, value in abroad.items() if key[place] == row.key)
            assert row.exposure == pytest.approx(part, rel=1e-9, abs=1e-9)
    layers = sum(abroad.values())
    assert [row.exposure for row in answers["layer"].rows] == pytest.approx(layers.tolist())
