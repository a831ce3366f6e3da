"""Programmes, instruments and aid beside the weight of a country's demand."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from chain_tables import table_from
from ketenkaart.services.chain.aid import Aid
from ketenkaart.services.chain.donors import Donors, programmes_named
from ketenkaart.services.chain.instruments_here import InstrumentsHere
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


def test_aid_of_a_file_stands_at_its_places(tmp_path: Path) -> None:
    path = tmp_path / "aid.xml"
    path.write_text(
        "<iati-activities><iati-activity default-currency='EUR'>"
        "<iati-identifier>a</iati-identifier><reporting-org>Donor</reporting-org>"
        "<activity-date type='2' iso-date='2018-01-01'/>"
        "<activity-date type='4' iso-date='2020-01-01'/>"
        "<recipient-country code='ID'/><sector code='32163'/>"
        "<transaction><transaction-type code='3'/><transaction-date iso-date='2019-01-01'/>"
        "<value>1000</value></transaction></iati-activity>"
        "<iati-activity/></iati-activities>",
        encoding="utf-8",
    )
    aid = Aid(starter_world(), [path], date(2019, 6, 1))
    assert aid.at("IDN", "textiles") == aid.at("IDN", "leather") == (1, 1, "Donor", "EUR 1000")
    assert aid.at("IDN", "mining") == aid.at("IND", "textiles") == (0, 0, None, None)
    assert set(aid.at("ROW", "textiles")) == {"not_researched"}
    used, rejected = aid.notes()
    assert "aid.xml (activities: 1)" in used.en
    assert "no iati-identifier" in rejected.nl


@pytest.mark.parametrize(
    ("region", "sector", "day", "has", "lacks"),
    [
        # Regulation (EU) 2017/821 applies from 2021, to ores and metals from outside the Union.
        ("BRA", "mining", date(2022, 1, 1), "eu_2017_821", "eutr"),
        ("BRA", "mining", date(2015, 1, 1), "", "eu_2017_821"),
        ("DEU", "mining", date(2022, 1, 1), "", "eu_2017_821"),
        ("BRA", "wood_paper", date(2022, 1, 1), "eutr", "eu_2017_821"),
        # A programme stands in a column of its own.
        ("IDN", "textiles", date(2022, 1, 1), "", "better_work"),
    ],
)
def test_instruments_are_about_their_own_sectors(
    region: str, sector: str, day: date, has: str, lacks: str
) -> None:
    said = InstrumentsHere(starter_world(), day).at(region, sector).split()
    assert not has or has in said
    assert lacks not in said


def test_instruments_for_all_sectors_are_said_once() -> None:
    here = InstrumentsHere(starter_world(), date(2022, 1, 1))
    assert here.at("ROW", "mining") == "not_researched"
    assert "FMO" in here.note().en
    assert "FMO" not in here.at("BRA", "mining")
