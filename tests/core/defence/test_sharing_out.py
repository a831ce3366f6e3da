"""What instruments share of a weight, against counting every cell by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ketenkaart.core.chain.types import Exposure
from ketenkaart.core.governance.defence.together import share_out
from ketenkaart.core.governance.gap import Selection
from ketenkaart.core.governance.reach import Reach

B, G, N, T, ISSUES = 2, 3, 4, 2, 3


def made_exposure(rng: np.random.Generator) -> Exposure:
    values = rng.uniform(0, 5, (B, G, N, T))
    names = tuple(f"b{k}" for k in range(B))
    layers = tuple(str(k) for k in range(T))
    groups = np.arange(G)
    regions, sectors = ("AAA", "BBB"), ("food", "textiles")
    return Exposure(names, groups, regions, sectors, layers, values, "MUSD", "value_added", 2011)


def made_reach(rng: np.random.Generator, name: str, *, partly: bool) -> Reach:
    def factor(size: int) -> np.ndarray:
        return np.tile(rng.integers(0, 2, size), (3, 1)).astype(float)

    parts = (rng.uniform(0, 1, (1, B, G, N, T)),) if partly else ()
    return Reach(name, factor(B), factor(G), factor(N), factor(T), factor(ISSUES),
                 np.zeros(3), False, parts)  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.integers(0, 4), st.booleans())
def test_it_is_what_counting_cell_by_cell_gives(seed: int, count: int, partly: bool) -> None:
    rng = np.random.default_rng(seed)
    exposure = made_exposure(rng)
    reaches = [made_reach(rng, f"k{k}", partly=partly and k < 2) for k in range(count)]
    weight = rng.uniform(0, 1, (ISSUES, N)) * (rng.uniform(size=(ISSUES, N)) < 0.8)
    selection = Selection(
        rng.uniform(size=ISSUES) < 0.7, rng.uniform(size=N) < 0.7,
        np.array([True, rng.uniform() < 0.5]), np.array([True, rng.uniform() < 0.5]),
    )  # fmt: skip
    products = np.arange(G)
    found = share_out(exposure, reaches, weight, selection, products)

    alone = np.zeros((count, ISSUES, N))
    both = np.zeros((count, count))
    counted = np.zeros(3)
    for i in np.flatnonzero(selection.issues):
        for b in np.flatnonzero(selection.buyers):
            for g in range(G):
                for n in np.flatnonzero(selection.nodes):
                    for t in np.flatnonzero(selection.layers):
                        w = exposure.values[b, g, n, t] * weight[i, n]
                        scopes = [
                            item.buyers[2, b] * item.products[2, g] * item.nodes[2, n]
                            * item.layers[2, t] * item.issues[2, i]
                            * (item.parts[0][0, b, g, n, t] if item.parts else 1.0)
                            for item in reaches
                        ]  # fmt: skip
                        for j, x in enumerate(scopes):
                            alone[j, i, n] += w * x
                            for k, y in enumerate(scopes):
                                both[j, k] += w * (x if j == k else min(x, y))
                        counted[min(2, sum(x > 0 for x in scopes))] += w
    assert found.alone == pytest.approx(alone)
    assert found.both == pytest.approx(both)
    assert found.counted == pytest.approx(counted)
    assert found.unscoped.sum() == pytest.approx(counted[0])
    assert found.total == pytest.approx(counted.sum())
