"""Words for chains: for every sector of the tables that were tried, every place and every buyer."""

from __future__ import annotations

import pytest

from ketenkaart.core.chain.world import FinalDemand, WorldTable
from ketenkaart.core.provenance import Text
from ketenkaart.services.chain.naming import buyer_name, names_of
from ketenkaart.services.chain.question import Question
from ketenkaart.services.chain.starter import starter_world
from ketenkaart.services.chain.whose import whose_demand
from ketenkaart.sources.reference import load_countries, load_sectors
from ketenkaart.sources.reference.phrases import (
    buyer_names,
    place_phrases,
    region_wholes,
    sector_phrases,
)
from ketenkaart.sources.wiod.reader import FINAL_DEMAND, SECTOR_CODES

LAYOUTS = {
    "starter": tuple(sector.id for sector in load_sectors()),
    "wiod2013": SECTOR_CODES,
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_sector_does_something_of_its_own(layout: str) -> None:
    phrases = sector_phrases(layout)
    assert tuple(phrases) == LAYOUTS[layout]
    for language in ("nl", "en"):
        words = [phrase.in_language(language) for phrase in phrases.values()]
        assert len(set(words)) == len(words)
        for phrase in words:
            assert not set(phrase) & set(",;:."), "a comma parts the steps of a chain"
            assert phrase[0].islower()


def test_a_layout_that_nobody_has_phrased_has_none() -> None:
    assert sector_phrases("figaro") == {}
    assert region_wholes("wiod2013") == {}


def test_places_are_countries_with_a_preposition() -> None:
    known = load_countries().names()
    for code, phrase in place_phrases().items():
        assert code in known
        assert phrase.nl.split()[0] in {"in", "op"}
        assert phrase.en.split()[0] in {"in", "on"}


def test_final_buyers_of_the_tables_that_were_tried_have_names() -> None:
    starter = {item.category for item in starter_world().final_demand}
    for code in (*FINAL_DEMAND, *starter):
        assert code.casefold() in buyer_names()
    assert buyer_name("XYZ") == Text(nl="XYZ", en="XYZ")


def test_a_chain_reads_as_a_sentence() -> None:
    table = starter_world()
    names = names_of(table)
    said = names.chain([("ROW", "mining"), ("USA", "metals"), ("NLD", "construction")])
    assert said.nl == (
        "winning van delfstoffen in de rest van de wereld, metaalindustrie in de Verenigde Staten, "
        "bouw in Nederland"
    )
    assert said.en == (
        "mining and quarrying in the rest of the world, metal making and working in the United "
        "States, construction in the Netherlands"
    )
    assert names.itself("USA") == Text(nl="de Verenigde Staten", en="the United States")
    assert names.itself("DEU") == Text(nl="Duitsland", en="Germany")


@pytest.mark.parametrize(
    ("question", "nl", "en"),
    [
        (Question("starter"), "kopers in Nederland", "buyers in the Netherlands"),
        (
            Question("starter", "NLD", ("households", "government")),
            "huishoudens en overheden in Nederland",
            "households and governments in the Netherlands",
        ),
        (
            Question("starter", sector="NLD.food"),
            "alle productie van voedings- en genotmiddelenindustrie in Nederland",
            "all output of food and tobacco making in the Netherlands",
        ),
    ],
)
def test_it_is_said_whose_demand_it_is(question: Question, nl: str, en: str) -> None:
    table: WorldTable = starter_world()
    assert FinalDemand("NLD", "households") in table.final_demand
    assert whose_demand(table, names_of(table), question) == Text(nl=nl, en=en)


def test_the_members_of_a_region_of_many_are_known_one_by_one() -> None:
    names = names_of(starter_world())
    assert names.members["BGD"] == "ROW"
    assert names.members["AUT"] == "REU"
    assert "REU" not in names.alpha3
    assert names.alpha3["DEU"] == "DEU"
    assert region_wholes("exiobase3")["WF"].en == "rest of Africa", "not Wallis and Futuna"
