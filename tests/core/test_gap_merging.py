"""Merging nodes and issues that instruments treat alike loses nothing: against every cell apart."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ketenkaart.core.chain.types import Exposure
from ketenkaart.core.governance.coverage import cell_coverage, joined, largest_addition, tally
from ketenkaart.core.governance.credit import shapley_shares
from ketenkaart.core.governance.reach import Reach

B, G, N, T, ISSUES = 2, 3, 6, 2, 3


def made(seed: int, count: int) -> tuple[Exposure, list[Reach]]:
    rng = np.random.default_rng(seed)
    exposure = Exposure(
        ("b0", "b1"), np.arange(G), ("AAA", "BBB", "CCC"), ("food", "textiles"), ("0", "1"),
        rng.uniform(0, 5, (B, G, N, T)), "MUSD", "value_added", 2011,
    )  # fmt: skip

    def factor(size: int, ends: int = 3) -> np.ndarray:
        return np.tile(rng.integers(0, 2, size), (ends, 1)).astype(float)

    reaches = []
    for k in range(count):
        known = bool(rng.uniform() < 0.6)
        scale = np.sort(rng.uniform(0, 1, 3)) if known else np.array([0.0, 0.0, 1.0])
        layers = np.sort(factor(T), axis=0)
        parts: tuple[np.ndarray, ...] = ()
        if rng.uniform() < 0.4:
            parts += (rng.uniform(0, 1, (1, B, G, N, T)),)
        if rng.uniform() < 0.3:
            parts += (rng.uniform(0, 1, (3, B, 1, 1, T)),)
        products = np.ones((3, N)) if parts else factor(N)
        reaches.append(
            Reach(f"k{k}", factor(B), products, factor(N), layers, factor(ISSUES), scale, known,
                  tuple(np.sort(part, axis=0) for part in parts))
        )  # fmt: skip
    return exposure, reaches


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 100_000), st.integers(0, 5), st.sampled_from(["independent", "nested"]))
def test_a_tally_is_what_every_cell_apart_adds_up_to(seed: int, count: int, overlap) -> None:
    exposure, reaches = made(seed, count)
    groups = np.arange(G)
    found = tally(exposure, ISSUES, reaches, groups, overlap=overlap)
    known = [item for item in reaches if item.is_known]
    E = exposure.values
    for issue in range(ISSUES):
        low, central, high = (
            [item.share(end, issue, groups) for item in items]
            for end, items in ((0, known), (1, known), (2, reaches))
        )
        least, middle, most = cell_coverage(low, central, high)
        if overlap == "nested":
            middle = joined(central, "nested")
        _, _, most_known = cell_coverage([], [], [i.share(2, issue, groups) for i in known])
        for array, coverage in (
            (found.open_low, most), (found.open_central, middle), (found.open_high, least),
            (found.open_low_known, most_known),
        ):  # fmt: skip
            assert array[issue] == pytest.approx((E * (1 - coverage)).sum(axis=1))
        scopes = [np.ceil(i.share(2, issue, groups)) for i in reaches if not i.is_known]
        _, _, in_scope = cell_coverage([], [], scopes)
        assert found.in_unknown_scope[issue] == pytest.approx((E * in_scope).sum(axis=1))
        if known:
            owed = (E[None] * shapley_shares(np.stack(central))).sum(axis=2)
            assert found.credit[:, issue] == pytest.approx(owed)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 100_000), st.integers(1, 4))
def test_an_addition_is_what_every_cell_apart_adds_up_to(seed: int, count: int) -> None:
    exposure, reaches = made(seed, count)
    groups = np.arange(G)
    known, item = [one for one in reaches[1:] if one.is_known], reaches[0]
    found = largest_addition(exposure, ISSUES, known, item, groups)
    for issue in range(ISSUES):
        least, _, _ = cell_coverage([one.share(0, issue, groups) for one in known], [], [])
        added = np.minimum(item.share(2, issue, groups), 1 - least)
        assert found[issue] == pytest.approx((exposure.values * added).sum(axis=1))
