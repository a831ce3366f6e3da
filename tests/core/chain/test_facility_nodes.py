"""A facility leads to a node of a table by its country and activities, or says why not."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ketenkaart.core.chain.facility_nodes import NodeReason, facility_node
from ketenkaart.core.chain.world import FinalDemand, WorldTable
from ketenkaart.core.provenance import Grade, State
from ketenkaart.services.chain.facility_nodes import NodeFinder

WIOD = tuple(f"c{k}" for k in range(1, 36))


def table(regions: tuple[str, ...], sectors: tuple[str, ...]) -> WorldTable:
    n = len(regions) * len(sectors)
    return WorldTable(
        regions=regions, sectors=sectors, A=np.zeros((n, n)), Y=np.ones((n, 1)), x=np.ones(n),
        V={}, satellites={}, final_demand=(FinalDemand(regions[0], "all"),), inventory=(),
        unit="MUSD", year=2011, edition="made",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("regions", "sectors", "country", "divisions", "nodes"),
    [
        (("NLD", "ROM", "RoW"), WIOD, "BGD", ("14",), {("RoW", "c4")}),
        (("NLD", "ROM", "RoW"), WIOD, "ROU", ("15",), {("ROM", "c5")}),
        (("NLD", "ROM", "RoW"), WIOD, "ROU", ("13", "15"), {("ROM", "c4"), ("ROM", "c5")}),
        (("NLD", "BGD", "ROW"), ("C13T15", "A01_02"), "BGD", ("13",), set()),
        (("NL", "BD", "ROW"), WIOD, "BGD", ("13",), {("BD", "c4")}),
        (("NLD", "REU", "ROW"), ("textiles", "leather"), "PRT", ("15",), {("REU", "leather")}),
    ],
)
def test_a_facility_finds_its_node_in_tables_of_other_makers(
    regions: tuple[str, ...],
    sectors: tuple[str, ...],
    country: str,
    divisions: tuple[str, ...],
    nodes: set[tuple[str, str]],
) -> None:
    found = NodeFinder(table(regions, sectors)).node(country, divisions)
    assert set(found.nodes) == nodes
    if nodes:
        assert sum(found.sectors.values()) == pytest.approx(1)
    else:
        assert found.reasons == (NodeReason.NO_LIST_TO_SECTORS,)


def test_a_country_inside_a_region_is_said() -> None:
    finder = NodeFinder(table(("NLD", "BGD", "RoW"), WIOD))
    assert NodeReason.COUNTRY_WITHIN_REGION in finder.node("KHM", ["14"]).reasons
    assert finder.node("BGD", ["14"]).reasons == ()
    assert finder.node("BGD", ["14"]).grade is Grade.LIKELY


@pytest.mark.parametrize(
    ("country", "divisions", "reason"),
    [
        ("BGD", (), NodeReason.SECTOR_UNKNOWN),
        ("BGD", ("00",), NodeReason.NO_LIST_TO_SECTORS),
        ("XXX", ("14",), NodeReason.COUNTRY_NOT_IN_TABLE),
    ],
)
def test_without_a_node_there_is_a_reason(
    country: str, divisions: tuple[str, ...], reason: NodeReason
) -> None:
    found = NodeFinder(table(("NLD", "RoW"), WIOD)).node(country, divisions)
    assert (found.state, found.nodes, found.reasons) == (State.UNKNOWN, (), (reason,))


@given(st.lists(st.sampled_from(["13", "14", "15", "01", "99"]), max_size=5))
def test_weights_make_up_one_or_nothing(divisions: list[str]) -> None:
    places = {
        "13": ({"c4": 1.0}, Grade.LIKELY),
        "14": ({"c4": 1.0}, Grade.LIKELY),
        "15": ({"c5": 0.7, "c4": 0.3}, Grade.ASSUMED),
        "01": ({"c1": 1.0}, Grade.LIKELY),
    }
    found = facility_node("BGD", divisions, regions={"BGD": "RoW"}, own=[], places=places)
    total = sum(found.sectors.values())
    assert total == pytest.approx(1) if found.state is State.KNOWN else total == 0
    assert list(found.sectors.values()) == sorted(found.sectors.values(), reverse=True)
