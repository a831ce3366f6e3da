"""Published worked example: Miller & Blair, Input-Output Analysis (2nd ed., 2009), section 2.3.1.

The hypothetical two-sector economy of pages 21-26: flows, coefficients, and the outputs that the
new final demand of 600 and 1,500 needs.
"""

from __future__ import annotations

import numpy as np
import pytest

from ketenkaart.core.chain.leontief import coefficients, layers, output_for, per_output

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
