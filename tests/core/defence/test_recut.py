"""Moved cut points: the same as classing anew, and never out of order."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ketenkaart.core.risk.classify import Evidence, rate
from ketenkaart.core.risk.recut import Cells, moved_cuts, recut
from ketenkaart.core.risk.scale import Scale
from ketenkaart.sources.intensity import load_scales

SCALES = {name: scale for name, scale in load_scales().items() if scale.classes}
SECTORS = ("textiles", "food", "public_services")


def rated(scale: Scale, value: np.ndarray, spread: np.ndarray):
    sign = 1.0 if scale.higher_is_worse else -1.0
    return rate(
        Evidence(value, value - sign * spread, value + sign * spread,
                 np.full(value.shape, -1), np.ones(value.shape, dtype=bool)),
        scale, SECTORS,
    )  # fmt: skip


def values_for(scale: Scale, seed: int) -> np.ndarray:
    cuts = scale.cuts()
    reach = max(cuts) - min(cuts) + 1
    found = np.random.default_rng(seed).uniform(min(cuts) - reach, max(cuts) + reach, (30, 3))
    found[0] = np.nan
    return found


@pytest.mark.parametrize("name", SCALES)
@pytest.mark.parametrize("share", [-0.9, -0.25, 0.25, 0.9])
def test_cut_points_keep_their_order_and_move_one_way(name: str, share: float) -> None:
    scale = SCALES[name]
    before, after = np.array(scale.cuts()), np.array(moved_cuts(scale, share).cuts())
    sign = 1.0 if scale.higher_is_worse else -1.0
    assert (np.diff(sign * after) > 0).all()
    assert (np.sign(sign * (after - before)) == np.sign(share)).all()


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(sorted(SCALES)), st.integers(0, 999), st.sampled_from([-0.5, -0.25, 0.25]))
def test_without_a_margin_it_is_classing_anew(name: str, seed: int, share: float) -> None:
    scale, value = SCALES[name], values_for(SCALES[name], seed)
    held = rated(scale, value, np.zeros_like(value))
    cells = Cells(value, held.classes, held.low, held.central, held.high, held.known)
    found = recut(cells, scale, SECTORS, share)
    wanted = rated(moved_cuts(scale, share), value, np.zeros_like(value))
    here = held.known > 0
    assert found.carried == 0
    assert found.low[here] == pytest.approx(wanted.low[here])
    assert found.central[here] == pytest.approx(wanted.central[here])
    assert found.high[here] == pytest.approx(wanted.high[here])
    assert (found.low[~here] == held.low[~here]).all()


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 999), st.sampled_from([-0.25, 0.25]))
def test_with_a_margin_the_centre_is_exact_and_lies_inside(seed: int, share: float) -> None:
    scale, value = SCALES["corruption"], values_for(SCALES["corruption"], seed)
    held = rated(scale, value, np.full_like(value, 0.4))
    cells = Cells(value, held.classes, held.low, held.central, held.high, held.known)
    found = recut(cells, scale, SECTORS, share)
    wanted = rated(moved_cuts(scale, share), value, np.full_like(value, 0.4))
    here = held.known > 0
    assert found.carried > 0
    assert found.central[here] == pytest.approx(wanted.central[here])
    assert (found.low[here] <= found.central[here] + 1e-12).all()
    assert (found.central[here] <= found.high[here] + 1e-12).all()
