"""The ends of credit: exact at the corners, against brute force and random search."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ketenkaart.core.governance.credit import shapley_shares
from ketenkaart.core.governance.defence.crediting import own_share

SHARES = st.lists(st.floats(0, 1), min_size=1, max_size=5)


def by_permutations(shares: list[float], which: int) -> float:
    """The mean, over every order of arrival, of what `which` adds to the coverage."""
    gains = []
    for order in permutations(range(len(shares))):
        open_part = 1.0
        for k in order:
            if k == which:
                gains.append(open_part * shares[k])
                break
            open_part *= 1 - shares[k]
    return float(np.mean(gains))


@given(SHARES, st.data())
def test_own_share_is_the_mean_over_all_orders(shares: list[float], data: st.DataObject) -> None:
    which = data.draw(st.integers(0, len(shares) - 1))
    others = [np.array(a) for k, a in enumerate(shares) if k != which]
    found = float(own_share(np.array(shares[which]), others))
    assert found == pytest.approx(by_permutations(shares, which), abs=1e-12)
    assert found == pytest.approx(shapley_shares(np.array(shares)[:, None])[which, 0], abs=1e-12)


@settings(max_examples=60)
@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=1, max_size=5), st.data())
def test_no_point_of_the_box_lies_outside_the_ends(box, data: st.DataObject) -> None:
    low = [min(pair) for pair in box]
    high = [max(pair) for pair in box]
    least = float(own_share(np.array(low[0]), [np.array(a) for a in high[1:]]))
    most = float(own_share(np.array(high[0]), [np.array(a) for a in low[1:]]))
    inside = [
        data.draw(st.floats(a, b, allow_subnormal=False)) for a, b in zip(low, high, strict=True)
    ]
    found = float(own_share(np.array(inside[0]), [np.array(a) for a in inside[1:]]))
    assert least - 1e-12 <= found <= most + 1e-12


@pytest.mark.parametrize("count", [2, 13, 60])
def test_many_instruments_still_sum_to_what_is_covered(count: int) -> None:
    rng = np.random.default_rng(count)
    shares = rng.uniform(0, 1, (count, 70)) * (rng.uniform(size=(count, 70)) < 0.4)
    shares[:2, :9] = 1.0
    credit = shapley_shares(shares)
    assert credit.sum(axis=0) == pytest.approx(1 - (1 - shares).prod(axis=0), abs=1e-11)
    assert (credit >= 0).all()
