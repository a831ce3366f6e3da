"""What flows between layers is conserved: what arrives is what arose and what came from below."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chain_tables import table_from, tables
from ketenkaart.core.chain.counted import extension_of
from ketenkaart.core.chain.demands import final_demand
from ketenkaart.core.chain.footprint import footprints
from ketenkaart.core.chain.layer_flows import layer_flows
from ketenkaart.core.chain.system import system_of
from ketenkaart.core.chain.tiers import tiers
from ketenkaart.core.chain.world import WorldTable
from ketenkaart.core.errors import InputError


@settings(max_examples=40)
@given(tables(), st.integers(1, 5), st.randoms(use_true_random=False))
def test_nothing_is_lost_between_layers(table: WorldTable, layers: int, chance) -> None:
    group = [chance.randrange(3) for _ in range(table.n)]
    group[0] = 2
    system, y = system_of(table), final_demand(table, "R0")
    jobs = extension_of(table, "jobs")
    found = layer_flows(table, system, jobs, y, group, layers)
    scale = 1e-9 * max(1.0, float(np.abs(found.passing).sum()))
    np.testing.assert_allclose(
        found.passing[:-1], found.made[:-1] + found.flows.sum(axis=1), atol=scale
    )
    np.testing.assert_allclose(found.passing[1:], found.flows.sum(axis=2), atol=scale)
    np.testing.assert_allclose(found.deeper, found.passing[-1] - found.made[-1], atol=scale)
    assert found.total == pytest.approx(footprints(table, system, [jobs], y)[0].total, abs=scale)
    apart = tiers(table, system, jobs, y, layers - 1).values
    for g in range(3):
        of_group = apart[np.array(group) == g]
        np.testing.assert_allclose(found.made[:, g], of_group[:, :-1].sum(axis=0), atol=scale)


def test_two_nodes_by_hand() -> None:
    # Miller & Blair (2009), section 2.3: A, and final demand of 600 and 1,500; output is counted.
    A = np.array([[0.15, 0.25], [0.2, 0.05]])
    table = table_from(A, np.array([[600.0, 0.0], [1500.0, 0.0]]), ("R0",), ("a", "b"))
    value = extension_of(table, "value_added")
    found = layer_flows(table, system_of(table), value, table.Y[:, 0], [0, 1], 2)
    # each unit of final demand holds one unit of value added, so m = (1, 1)
    np.testing.assert_allclose(found.passing, [[600, 1500], [465, 195]], rtol=1e-12)
    np.testing.assert_allclose(found.made[0], [600 * 0.65, 1500 * 0.70], rtol=1e-12)
    np.testing.assert_allclose(found.flows[0], [[90, 375], [120, 75]], rtol=1e-12)


def test_no_layers_are_refused() -> None:
    table = table_from(np.array([[0.5]]), np.array([[1.0, 0.0]]), ("R0",), ("a",))
    value = extension_of(table, "value_added")
    with pytest.raises(InputError, match="no number of layers"):
        layer_flows(table, system_of(table), value, table.Y[:, 0], [0], 0)
