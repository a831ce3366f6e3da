"""Figures from cells written down by hand: scenarios, severity, estimates, members."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ketenkaart.core.chain.types import Exposure
from ketenkaart.core.governance.coverage import largest_addition, tally
from ketenkaart.core.governance.gap import (
    Cells,
    Selection,
    figures,
    scale_cells,
    select_cells,
)
from ketenkaart.core.governance.reach import Reach
from ketenkaart.core.risk.types import NodeIntensity


def rows(*scenarios: list[float]) -> np.ndarray:
    return np.array(scenarios, dtype=np.float64)


def cells(**parts: np.ndarray) -> Cells:
    """Two cells of 10 and 30, intensity 0.2 / 0.5 / 0.8, one half open, two scenarios alike."""
    whole, half = rows([10, 30], [10, 30]), rows([5, 15], [5, 15])
    given: dict[str, np.ndarray] = {
        "footprint": rows([40, 40, 40], [40, 40, 40]),
        "exposure": whole,
        "open_low": half,
        "open_central": half,
        "open_high": half,
        "open_low_known": half,
        "in_unknown_scope": rows([0, 0], [0, 0]),
        "weight_low": np.full((2, 2), 0.2),
        "weight_high": np.full((2, 2), 0.8),
        "central": np.full((2, 2), 0.5),
        "known": np.ones((2, 2)),
        "severity": np.array([0.5, 0.5]),
        "credit": np.array([half]),
    }
    return Cells(**given | parts)


def test_two_cells_by_hand() -> None:
    found = figures(cells())
    assert found.risk_weighted.low == pytest.approx(40 * 0.2 / 2)
    assert found.risk_weighted.central == pytest.approx(40 * 0.5 / 2)
    assert found.risk_weighted.high == pytest.approx(40 * 0.8 / 2)
    assert (found.gap.low, found.gap.central, found.gap.high) == (0.5, 0.5, 0.5)
    assert found.credit == pytest.approx((20 * 0.5 / 2,))


def test_amounts_and_ends_run_over_every_scenario_and_never_mix_two() -> None:
    # the first cell is open, the second covered; each scenario leans to another one
    risky_first, risky_second = [0.9, 0.1], [0.1, 0.9]
    weights = rows(risky_first, risky_second)
    opened = rows([10, 0], [10, 0])
    found = figures(
        cells(weight_low=weights, weight_high=weights, open_low=opened, open_high=opened)
    )
    assert found.gap.low == pytest.approx(10 * 0.1 / (10 * 0.1 + 30 * 0.9))
    assert found.gap.high == pytest.approx(10 * 0.9 / (10 * 0.9 + 30 * 0.1))
    assert found.risk_weighted.low == pytest.approx((10 * 0.9 + 30 * 0.1) / 2)
    assert found.risk_weighted.high == pytest.approx((10 * 0.1 + 30 * 0.9) / 2)


def test_a_row_with_weight_in_another_scheme_only_has_ends_and_no_centre() -> None:
    exposure = rows([0, 0], [4, 0])
    part = cells(
        exposure=exposure,
        footprint=rows([0, 0, 0], [4, 4, 4]),
        open_low=exposure / 4,
        open_high=exposure / 2,
        open_low_known=exposure / 2,
    )
    found = figures(part)
    assert (found.gap.low, found.gap.central, found.gap.high) == (0.25, None, 0.5)
    assert found.gap_known_reach.low == 0.5
    assert (found.exposure.low, found.exposure.central, found.exposure.high) == (0, 0, 4)
    assert found.unknown_risk is None
    assert found.risk_weighted.central is None


def test_a_share_outside_its_bounds_is_shown_and_not_hidden() -> None:
    wrong = cells(open_high=rows([12, 30], [12, 30]), open_low=rows([-1, 0], [-1, 0]))
    found = figures(wrong)
    assert found.gap.high > 1
    assert found.gap.low < 0
    noisy = figures(cells(open_high=rows([10 + 1e-12, 30], [10, 30])))
    assert noisy.gap.high == 1


def test_severity_weighs_issues_in_every_figure() -> None:
    part = cells(
        severity=np.array([0.9, 0.1]),
        open_low=rows([10, 0], [10, 0]),
        open_central=rows([10, 0], [10, 0]),
        open_high=rows([10, 0], [10, 0]),
        weight_low=np.full((2, 2), 0.5),
        weight_high=np.full((2, 2), 0.5),
        in_unknown_scope=rows([0, 30], [0, 30]),
        known=rows([1, 0], [1, 0]),
    )
    found = figures(part)
    # 10 x 0.9 = 9 against 30 x 0.1 = 3
    assert found.gap.low == pytest.approx(9 / 12)
    assert found.gap.high == pytest.approx(9 / 12)
    assert found.gap.central == 1
    assert found.unknown_risk == pytest.approx(3 / 12)
    assert found.unknown_reach == pytest.approx(3 / 12)


@pytest.mark.parametrize(
    ("known", "is_given"), [([1.0, 1 / 3], True), ([1.0, 0.3], False), ([0.0, 0.7], True)]
)
def test_a_centre_needs_half_of_the_exposure_known(known: list[float], is_given: bool) -> None:
    found = figures(cells(known=rows(known, known)))
    assert (found.gap.central is not None) is is_given
    assert (found.risk_weighted.central is not None) is is_given
    assert (found.credit is not None) is is_given
    assert found.unknown_risk == pytest.approx(1 - (known[0] * 10 + known[1] * 30) / 40)


def test_partly_known_cells_weigh_by_what_is_known_of_them() -> None:
    part = cells(
        known=rows([1, 0.5], [1, 0.5]),
        central=rows([0.2, 0.6], [0.2, 0.6]),
        open_central=rows([10, 0], [10, 0]),
    )
    found = figures(part)
    weighted = 10 * 0.2 + 30 * 0.6 * 0.5
    assert found.risk_weighted.central == pytest.approx(weighted / 2)
    assert found.gap.central == pytest.approx(10 * 0.2 / weighted)


def test_a_cell_of_unknown_intensity_brings_no_number_into_the_centre() -> None:
    part = cells(known=rows([0, 1], [0, 1]), central=rows([np.nan, 0.5], [np.nan, 0.5]))
    assert figures(part).risk_weighted.central == pytest.approx(30 * 0.5 / 2)


def test_a_country_inside_a_region_takes_its_own_share_per_scheme_in_every_amount() -> None:
    shares = rows([0.1, 0.2], [0.4, 0.3])
    ends = (np.array([0.5, 1.0]), np.ones(2), np.array([2.0, 1.0]))
    whole = cells(in_unknown_scope=rows([10, 0], [10, 0]))
    found = scale_cells(whole, shares, ends)
    assert found.exposure.tolist() == [[1, 6], [4, 9]]
    # per scheme, at the low, central and high end of the exposure itself
    assert found.footprint.tolist() == [[0.5 + 6, 1 + 6, 2 + 6], [2 + 9, 4 + 9, 8 + 9]]
    for name in ("open_low", "open_central", "open_high", "open_low_known", "in_unknown_scope"):
        assert np.array_equal(getattr(found, name), getattr(whole, name) * shares)
    assert np.array_equal(found.credit[0], whole.credit[0] * shares)
    row = figures(found)
    assert (row.exposure.low, row.exposure.central, row.exposure.high) == (6.5, 7, 17)
    assert row.unknown_reach == pytest.approx(1 / 7)


HERE = Selection(*(np.ones(size, dtype=bool) for size in (1, 2, 1, 5)))


def chain(*amounts: float) -> Exposure:
    """One buyer and product group; what two nodes make for it, all in layer 0."""
    values = np.zeros((1, 1, 2, 5))
    values[0, 0, :, 0] = amounts
    return Exposure(
        buyers=("households",),
        groups=np.zeros(2, dtype=np.int64),
        regions=("AAA", "BBB"),
        sectors=("food",),
        layers=("0", "1", "2", "3", "rest"),
        values=values,
        unit="person-years",
        measure="person_years",
        year=2011,
        is_estimate=True,
    )


def reach(nodes: list[float], low: float, high: float, *, known: bool = True) -> Reach:
    def three(values: list[float]) -> np.ndarray:
        return np.tile(values, (3, 1)).astype(float)

    return Reach(
        "toy", three([1]), three([1, 1]), three(nodes), three([1] * 5), three([1]),
        np.array([low, low, high]), known,
    )  # fmt: skip


ONE = np.zeros(1, dtype=np.int64)


def test_an_estimated_exposure_widens_the_box_and_leaves_the_centre() -> None:
    flat = np.full((1, 1, 2), 0.5)
    nodes = NodeIntensity(("x",), ("own",), flat, flat, flat, flat * 2, flat[0], flat[0])
    counted = tally(chain(10, 10), 1, [reach([1, 0], 1, 1)], ONE)
    found = figures(
        select_cells(
            counted,
            nodes,
            np.ones(1),
            HERE,
            relative_low=np.array([0.5, 0.5]),
            relative_high=np.array([1.0, 2.0]),
        )
    )
    assert (found.exposure.low, found.exposure.central, found.exposure.high) == (10, 20, 30)
    assert found.risk_weighted.low == pytest.approx(5)
    assert found.risk_weighted.central == pytest.approx(10)
    assert found.risk_weighted.high == pytest.approx(15)
    # the open node may count for half or for twice its 10 people, the covered one for half or all
    assert found.gap.low == pytest.approx(5 / (5 + 10))
    assert found.gap.central == pytest.approx(0.5)
    assert found.gap.high == pytest.approx(20 / (20 + 5))


def test_what_an_instrument_could_add_is_what_the_others_surely_leave_open() -> None:
    half, third = reach([1, 0], 0.5, 0.6), reach([1, 0], 0.3, 0.3)
    unknown = reach([1, 1], 0, 1, known=False)
    added = largest_addition(chain(10, 10), 1, [half, third], unknown, ONE)
    assert added.shape == (1, 1, 2, 5)
    assert added[0, 0, :, 0].tolist() == pytest.approx([5, 10])
    partly = replace(unknown, scale=np.array([0, 0, 0.2]))
    added = largest_addition(chain(10, 10), 1, [half], partly, ONE)
    assert added[0, 0, :, 0].tolist() == pytest.approx([2, 2])


def test_in_scope_of_unknown_reach_counts_whole_however_shallow_the_reach_can_be() -> None:
    shallow = reach([1, 0], 0, 0.1, known=False)
    counted = tally(chain(10, 10), 1, [shallow], ONE)
    assert counted.in_unknown_scope[0, 0, :, 0].tolist() == [10, 0]
    assert counted.open_low[0, 0, :, 0].tolist() == pytest.approx([9, 10])
    assert counted.open_low_known[0, 0, :, 0].tolist() == [10, 10]
