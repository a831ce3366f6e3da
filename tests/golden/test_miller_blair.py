"""Published worked examples: Miller & Blair, Input-Output Analysis (2nd ed., 2009).

The hypothetical two-sector economy of section 2.3.1, pages 21-26 (flows, coefficients, and the
outputs that the new final demand of 600 and 1,500 needs), with its multipliers (6.2 and 6.5.3) and
its supply side (12.1); and the three-sector economy of two years of section 13.1.
"""

from __future__ import annotations

import numpy as np
import pytest

from ketenkaart.core.chain.change import decompose
from ketenkaart.core.chain.demands import whole_output
from ketenkaart.core.chain.leontief import coefficients, layers, output_for, per_output
from ketenkaart.core.chain.sector import downstream
from ketenkaart.core.chain.system import system_of
from ketenkaart.core.chain.world import FinalDemand, WorldTable

Z = np.array([[150.0, 500.0], [200.0, 100.0]])
OUTPUT = np.array([1000.0, 2000.0])
OLD_DEMAND = np.array([350.0, 1700.0])
NEW_DEMAND = np.array([600.0, 1500.0])


def test_flows_and_demand_add_up_to_output() -> None:
    assert (Z.sum(axis=1) + OLD_DEMAND).tolist() == OUTPUT.tolist()


def test_technical_coefficients() -> None:
    assert coefficients(Z, OUTPUT).tolist() == [[0.15, 0.25], [0.20, 0.05]]


def test_leontief_inverse_column_by_column() -> None:
    inverse = output_for(coefficients(Z, OUTPUT), np.eye(2))
    assert inverse.round(4).tolist() == [[1.2541, 0.3300], [0.2640, 1.1221]]


def test_old_demand_gives_the_old_output() -> None:
    assert output_for(coefficients(Z, OUTPUT), OLD_DEMAND) == pytest.approx(OUTPUT)


def test_outputs_for_the_new_demand() -> None:
    # To the tenth: the book rounds the inverse to four digits first and prints 1,247.5 and 1,841.6.
    found = output_for(coefficients(Z, OUTPUT), NEW_DEMAND)
    assert found.round(1).tolist() == [1247.5, 1841.6]


def test_power_series_layers_of_section_2_4_add_up() -> None:
    found = layers(coefficients(Z, OUTPUT), NEW_DEMAND[:, None], separate=4)
    assert found[:, 0, 0].tolist() == [600, 1500]
    assert found[:, 0, 1] == pytest.approx([465, 195])
    assert found.sum(axis=2)[:, 0] == pytest.approx([1247.52, 1841.58], abs=0.01)


def test_a_sector_without_output_has_no_coefficients_and_no_intensity() -> None:
    A = coefficients(np.array([[1.0, 0.0], [0.0, 0.0]]), np.array([2.0, 0.0]))
    assert A.tolist() == [[0.5, 0.0], [0.0, 0.0]]
    assert per_output(np.array([1.0, 0.0]), np.array([2.0, 0.0])).tolist() == [0.5, 0.0]


def economy(Z: list[list[float]], demand: list[float], year: int) -> WorldTable:
    """One region whose sectors are those of the book."""
    flows, f = np.array(Z), np.array(demand)
    x = flows.sum(axis=1) + f
    return WorldTable(
        regions=("R",),
        sectors=tuple(f"s{k}" for k in range(len(f))),
        A=coefficients(flows, x),
        Y=f[:, None],
        x=x,
        V={"value_added": x - flows.sum(axis=0)},
        satellites={},
        final_demand=(FinalDemand("R", "all"),),
        inventory=(),
        unit="USD",
        year=year,
        edition=f"book-{year}",
    )


TWO = economy(Z.tolist(), OLD_DEMAND.tolist(), 2009)


def test_output_multipliers_of_section_6_2_1() -> None:
    assert system_of(TWO).multipliers(np.ones(2)).round(3).tolist() == [1.518, 1.452]


def test_output_to_output_multipliers_of_section_6_5_3() -> None:
    # L* = L (diag L)^-1: output of both sectors per unit of output of one.
    system = system_of(TWO)
    columns = [system.output_for(whole_output(TWO, system, k)) / TWO.x[k] for k in (0, 1)]
    assert np.stack(columns, axis=1).round(3).tolist() == [[1.0, 0.294], [0.211, 1.0]]


def test_forward_linkages_of_section_12_1() -> None:
    # The output inverse is [[1.254, 0.660], [0.132, 1.122]].
    system = system_of(TWO)
    found = [downstream(TWO, system, k).linkage for k in (0, 1)]
    assert found == pytest.approx([1.254 + 0.660, 0.132 + 1.122], abs=1e-3)


def test_decomposition_of_section_13_1() -> None:
    """Output of three sectors in two years; equation 13.7 parts the change, L first and last."""
    first = economy([[10, 20, 25], [15, 5, 30], [30, 40, 5]], [45, 30, 25], 0)
    last = economy([[12, 15, 35], [24, 11, 30], [36, 50, 8]], [50, 35, 26], 1)
    assert first.x.tolist() == [100, 80, 100]
    assert last.x.tolist() == [112, 100, 120]
    inverses = [np.linalg.inv(np.eye(3) - table.A) for table in (first, last)]
    demands = first.Y[:, 0], last.Y[:, 0]
    found = decompose((first, last), (system_of(first), system_of(last)), "output", demands)
    technology = (inverses[1] - inverses[0]) @ (demands[0] + demands[1]) / 2
    demand = (inverses[0] + inverses[1]) @ (demands[1] - demands[0]) / 2
    assert found.effects[:, 0] == pytest.approx([0, 0, 0], abs=1e-9)
    assert found.effects[:, 1] == pytest.approx(technology)
    assert found.effects[:, 2:].sum(axis=1) == pytest.approx(demand)
    assert found.effects.sum(axis=1) == pytest.approx([12, 20, 20])
