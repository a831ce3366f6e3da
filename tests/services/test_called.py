"""What people type for a place or a sector, and what they are told where it fits nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ketenkaart.core.chain.counted import extension_of
from ketenkaart.core.chain.world import WorldTable
from ketenkaart.core.errors import InputError
from ketenkaart.services.chain.called import node_called, nodes_called, region_called, sector_called
from ketenkaart.services.chain.starter import starter_world


@pytest.fixture(scope="module")
def table() -> WorldTable:
    return starter_world()


@pytest.mark.parametrize("text", ["CHN", "chn", "CN", "China", " china "])
def test_a_country_goes_by_codes_and_names(table: WorldTable, text: str) -> None:
    assert region_called(table, text) == "CHN"


def test_a_name_may_be_dutch_or_english(table: WorldTable) -> None:
    assert region_called(table, "Duitsland") == region_called(table, "Germany") == "DEU"


@pytest.mark.parametrize(
    ("text", "region"), [("BGD", "ROW"), ("Bangladesh", "ROW"), ("Oostenrijk", "REU")]
)
def test_a_country_inside_a_region_is_not_taken_for_a_neighbour_in_the_alphabet(
    table: WorldTable, text: str, region: str
) -> None:
    with pytest.raises(InputError) as raised:
        region_called(table, text, "--demand")
    assert "does not show" in raised.value.what
    assert f"counted in {region}" in (raised.value.fix or "")
    assert raised.value.where == "--demand"


def test_a_misspelt_code_leads_to_the_nearest(table: WorldTable) -> None:
    with pytest.raises(InputError, match="Did you mean NLD"):
        region_called(table, "NDL")


@pytest.mark.parametrize("text", ["textiles", "Textiel", "clothing", "kleding", "cloth"])
def test_a_sector_goes_by_words_of_its_name(table: WorldTable, text: str) -> None:
    assert sector_called(table, text) == "textiles"


def test_words_that_fit_several_sectors_are_refused_with_the_choice(table: WorldTable) -> None:
    with pytest.raises(InputError) as raised:
        sector_called(table, "services", "--product")
    assert "business_services (" in (raised.value.fix or "")
    assert "public_services (" in (raised.value.fix or "")


def test_a_misspelt_name_leads_to_the_nearest_with_its_name(table: WorldTable) -> None:
    with pytest.raises(InputError, match=r"Did you mean textiles \(Textiles and clothing\)"):
        sector_called(table, "cloting")


def test_what_comes_near_nothing_lists_all_with_their_names(table: WorldTable) -> None:
    with pytest.raises(InputError, match=r"Use one of agriculture \(Agriculture, forestry"):
        sector_called(table, "qqqq")


@pytest.mark.parametrize("text", ["a", "en", "", "  "])
def test_short_words_fit_nothing_by_accident(table: WorldTable, text: str) -> None:
    with pytest.raises(InputError):
        sector_called(table, text)


def test_a_node_has_both(table: WorldTable) -> None:
    assert node_called(table, "India.clothing") == table.node("IND", "textiles")
    with pytest.raises(InputError, match="with a point between"):
        node_called(table, "India clothing")


def test_work_goes_by_any_of_its_names(table: WorldTable) -> None:
    for name in ("jobs", "Employment", "person_years"):
        assert extension_of(table, name).id == "person_years"
    bare = replace(table, satellites={})
    with pytest.raises(InputError, match=r"counts no jobs .*--extension person_years"):
        extension_of(bare, "jobs")


def test_places_are_regions_or_sectors_or_both(table: WorldTable) -> None:
    width = len(table.sectors)
    assert len(nodes_called(table, "India")) == width
    assert len(nodes_called(table, "clothing")) == len(table.regions)
    assert nodes_called(table, "IND.textiles") == [table.node("IND", "textiles")]
    with pytest.raises(InputError, match="no region or sector"):
        nodes_called(table, "qqqq", "--at")
