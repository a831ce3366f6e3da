"""The toy chains of docs/methods/gap.md: every number can be checked by hand."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from ketenkaart.core.chain.exposure import exposure
from ketenkaart.core.chain.types import Demand, Extension, Table
from ketenkaart.core.governance.coverage import tally
from ketenkaart.core.governance.gap import Selection, figures, select_cells
from ketenkaart.core.governance.reach import Reach
from ketenkaart.core.risk.types import NodeIntensity

AS_OF = date(2020, 1, 1)


def toy_table() -> Table:
    """Two regions, one sector: NLD makes 100 and buys 40 from BGD; BGD makes 80."""
    Z = np.array([[0.0, 0.0], [40.0, 0.0]])
    output = np.array([100.0, 80.0])
    added = np.array([60.0, 80.0])
    extension = Extension("value_added", "MUSD", added, added, added, is_estimate=False)
    return Table(("NLD", "BGD"), ("textiles",), Z, output, {"value_added": extension}, 2011)


def toy_demand() -> Demand:
    """Households buy 50 from NLD and 10 from BGD; nobody else buys."""
    return Demand("NLD", ("households",), np.array([[50.0, 10.0]]), np.zeros(2))


def toy_intensity(low: float, central: float, high: float, known: float = 1.0) -> NodeIntensity:
    def shaped(value: float) -> np.ndarray:
        return np.full((1, 1, 2), value)

    return NodeIntensity(
        issues=("child_labour",),
        scenarios=("own",),
        low=shaped(low),
        central=shaped(central),
        high=shaped(high),
        known=shaped(known),
        widest_low=np.full((1, 2), low),
        widest_high=np.full((1, 2), high),
    )


def toy_reach(
    products: list[float], low: float, central: float, high: float, *, known: bool = True
) -> Reach:
    def three(values: list[float]) -> np.ndarray:
        return np.tile(values, (3, 1)).astype(float)

    return Reach(
        instrument="toy",
        buyers=three([1]),
        products=three(products),
        nodes=three([1, 1]),
        layers=three([1, 1, 1, 1, 1]),
        issues=three([1]),
        scale=np.array([low, central, high]),
        is_known=known,
    )


ABROAD = Selection(
    issues=np.array([True]),
    nodes=np.array([False, True]),
    buyers=np.array([True]),
    layers=np.ones(5, dtype=bool),
)


def gap_of(reaches: list[Reach], intensity: NodeIntensity):
    groups = np.array([0, 1])
    E = exposure(toy_table(), toy_demand(), "value_added", groups)
    counted = tally(E, 1, reaches, np.array([0, 1]))
    ones = np.ones(2)
    cells = select_cells(
        counted, intensity, np.array([1.0]), ABROAD, relative_low=ones, relative_high=ones
    )
    return figures(cells)


def test_exposure_by_layer_is_what_pencil_and_paper_give() -> None:
    E = exposure(toy_table(), toy_demand(), "value_added", np.array([0, 1])).values
    # 50 bought from NLD needs 50 x 40/100 = 20 from BGD one layer up, all of it value added there.
    assert E[0, 0, 1].tolist() == pytest.approx([0, 20, 0, 0, 0])
    assert E[0, 1, 1].tolist() == pytest.approx([10, 0, 0, 0, 0])
    assert E[0, 0, 0].tolist() == pytest.approx([30, 0, 0, 0, 0])


def test_without_instruments_everything_is_open() -> None:
    found = gap_of([], toy_intensity(0.2, 0.4, 0.6))
    assert (found.gap.low, found.gap.central, found.gap.high) == (1, 1, 1)
    assert found.exposure.central == pytest.approx(30)
    assert found.risk_weighted.central == pytest.approx(12)
    assert found.risk_weighted.low == pytest.approx(6)
    assert found.risk_weighted.high == pytest.approx(18)


def test_known_reach_over_one_product() -> None:
    # The covenant reaches 48 % (45-50 %) of what is bought from BGD: 4.8 of the 30 abroad.
    found = gap_of([toy_reach([0, 1], 0.45, 0.48, 0.50)], toy_intensity(0.2, 0.4, 0.6))
    assert found.gap.central == pytest.approx(1 - 4.8 / 30)
    assert found.gap.low == pytest.approx(1 - 5 / 30)
    assert found.gap.high == pytest.approx(1 - 4.5 / 30)
    assert found.credit == pytest.approx((4.8 * 0.4,))
    assert found.unknown_reach == 0


def test_unknown_reach_widens_downwards_only_and_is_named() -> None:
    unknown = toy_reach([0, 1], 0, 0, 1, known=False)
    found = gap_of([unknown], toy_intensity(0.2, 0.4, 0.6))
    assert found.gap.central == 1
    assert found.gap.high == 1
    assert found.gap.low == pytest.approx(20 / 30)
    assert found.gap_known_reach.low == 1
    assert found.unknown_reach == pytest.approx(10 / 30)


def test_two_instruments_assume_independent_uptake_in_the_centre_only() -> None:
    half = toy_reach([1, 1], 0.5, 0.5, 0.5)
    found = gap_of([half, half], toy_intensity(0.2, 0.4, 0.6))
    assert found.gap.central == pytest.approx(0.25)
    assert found.gap.low == pytest.approx(0)  # they may reach different halves
    assert found.gap.high == pytest.approx(0.5)  # or the same half
    assert sum(found.credit) == pytest.approx(0.75 * 30 * 0.4)


def test_unknown_intensity_gives_no_centre_and_never_a_midpoint() -> None:
    unknown = toy_intensity(0, float("nan"), 1, known=0.0)
    found = gap_of([toy_reach([1, 1], 0.5, 0.5, 0.5)], unknown)
    assert found.gap.central is None
    assert found.risk_weighted.central is None
    assert found.credit is None
    assert found.unknown_risk == 1
    assert (found.gap.low, found.gap.high) == (0.5, 0.5)


def test_intensity_zero_everywhere_is_not_applicable() -> None:
    found = gap_of([], toy_intensity(0, 0, 0))
    assert (found.gap.low, found.gap.central, found.gap.high) == (None, None, None)
    assert found.risk_weighted.central == 0
