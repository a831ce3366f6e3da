"""Programmes beside the weight of a country's demand: known, none known, and not looked for."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from chain_tables import table_from
from ketenkaart.services.chain.donors import Donors, programmes_named
from ketenkaart.services.chain.starter import starter_world


@pytest.mark.parametrize(
    ("region", "sector", "day", "said"),
    [
        ("IDN", "leather", date(2019, 6, 1), "better_work:running"),
        ("CHN", "textiles", date(2030, 1, 1), "fair_wear:unknown"),
        # A programme for clothing says nothing of mines.
        ("IDN", "mining", date(2019, 6, 1), "none_known"),
        ("SWE", "textiles", date(2019, 6, 1), "none_known"),
        # A region of many countries is in no programme's list, and some of its members are.
        ("ROW", "textiles", date(2019, 6, 1), "not_researched"),
    ],
)
def test_what_is_known_at_a_place(region: str, sector: str, day: date, said: str) -> None:
    assert Donors(starter_world(), day).at(region, sector) == said


def test_a_table_without_names_or_codes_is_not_researched() -> None:
    made = table_from(np.zeros((4, 4)), np.ones((4, 4)), ("NLD", "IND"), ("farm", "cloth"))
    assert Donors(made, date(2019, 6, 1)).at("IND", "cloth") == "not_researched"


def test_what_was_said_leads_back_to_programmes() -> None:
    donors = Donors(starter_world(), date(2019, 6, 1))
    (programme, state), *others = programmes_named(donors.at("IDN", "textiles"))
    assert (programme.id, state) == ("better_work", "running")
    assert others
    assert programmes_named("none_known") == programmes_named("not_researched") == ()
    note = donors.note()
    assert all(name.name.en in note.en for name, _ in [(programme, state), *others])
    assert "2019-06-01" in note.nl
