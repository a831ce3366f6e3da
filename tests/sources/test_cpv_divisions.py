"""The divisions of CPV in plain words: every one that leads to activities, each once."""

from __future__ import annotations

from ketenkaart.services.chain.purchase_places import placed_code
from ketenkaart.services.chain.starter import starter_world
from ketenkaart.sources.reference.concordance import load_concordance
from ketenkaart.sources.reference.cpv_divisions import load_cpv_divisions


def test_every_division_that_leads_somewhere_has_a_name() -> None:
    named = [division.code for division in load_cpv_divisions()]
    assert named == sorted(load_concordance().to_classes["cpv"])
    names = [division.name for division in load_cpv_divisions()]
    assert len({name.nl for name in names}) == len({name.en for name in names}) == len(names)


def test_the_code_that_a_page_offers_has_a_place() -> None:
    for division in load_cpv_divisions():
        assert placed_code("cpv", f"{division.code}000000", starter_world()).weights
