"""The pages of the mix and of what-if, as a visitor meets them."""

from __future__ import annotations

import csv
import io
import json

import pytest
from django.test import Client

from ketenkaart.core.governance.mix.answers import MixQuery
from ketenkaart.services.mix.answering import shipped_mix

pytestmark = pytest.mark.django_db

SCENARIO = "off_isv=1&uptake_rvo=10&employees_csrd=1000&add_due_diligence_law=above_5000"


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_page_shows_what_can_be_chosen_and_that_it_is_assumed(
    client: Client, language: str
) -> None:
    page = client.get(f"/{language}/mix/")
    text = page.content.decode()
    assert page.status_code == 200
    assert {"nl": "aannames", "en": "assumptions"}[language] in text
    assert {"nl": "Brede zorgplicht", "en": "Broad due-diligence law"}[language] in text


def test_a_budget_gives_a_mix_with_its_proof_and_the_others(client: Client) -> None:
    text = client.get("/en/mix/?budget=20").content.decode()
    answer = shipped_mix(MixQuery(budget=20e6), more="none")
    assert "Proven" in text
    for item in (*answer.chosen, *answer.not_chosen):
        assert item.label.en in text


def test_carrots_and_sticks_are_shown_by_group_with_what_is_assumed(client: Client) -> None:
    text = client.get("/nl/mix/?budget=20&more=segments").content.decode()
    assert "Achterblijvers" in text
    assert "Niets wat deze groep beweegt" in text
    assert "aangenomen" in text


@pytest.mark.parametrize(
    "given",
    [
        "budget=-1",
        "budget=veel",
        "budget=5&as_of=gisteren",
        "budget=5&objective=best",
        "budget=nan",
        "budget=1e99",
    ],
)
def test_what_is_wrong_is_said_at_the_field(client: Client, given: str) -> None:
    page = client.get(f"/nl/mix/?{given}")
    assert page.status_code == 400
    assert 'role="alert"' in page.content.decode()


def test_downloads_hold_what_the_page_shows(client: Client) -> None:
    data = json.loads(client.get("/en/mix/data.json?budget=20").content)
    rows = list(
        csv.DictReader(io.StringIO(client.get("/en/mix/data.csv?budget=20").content.decode()))
    )
    chosen = {row["candidate"] for row in rows if row["is_chosen"] == "True"}
    assert chosen == {item["candidate"] for item in data["chosen"]}
    assert client.get("/en/mix/data.csv").status_code == 400
    assert client.get("/en/mix/data.xls?budget=20").status_code == 404


def test_a_scenario_stands_in_the_address_and_nothing_else_does(client: Client) -> None:
    page = client.get("/en/mix/what-if/?kind=depth&off_isv=1&uptake_rvo=&add_helpdesk=&as_of=")
    assert page.status_code == 302
    assert page["Location"] == "/en/mix/what-if/?off_isv=1"


@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_scenario_is_laid_beside_things_as_they_are(client: Client, language: str) -> None:
    page = client.get(f"/{language}/mix/what-if/?{SCENARIO}")
    text = page.content.decode()
    assert page.status_code == 200
    assert {"nl": "procentpunt", "en": "percentage points"}[language] in text
    assert 'name="off_isv" value="1" checked' in text
    assert f"data.csv?{SCENARIO}".replace("&", "&amp;") in text or "data.csv?" in text


def test_a_scenario_can_be_downloaded_whole(client: Client) -> None:
    rows = list(
        csv.DictReader(
            io.StringIO(client.get(f"/en/mix/what-if/data.csv?{SCENARIO}").content.decode())
        )
    )
    data = json.loads(client.get(f"/en/mix/what-if/data.json?{SCENARIO}").content)
    assert {row["by"] for row in rows} == {"all", "issue", "sector", "country"}
    assert float(rows[0]["after_low"]) == data["after"]["low"]
    assert len(rows) == 1 + sum(len(part) for part in data["shifts"].values())


@pytest.mark.parametrize(
    "given",
    ["uptake_rvo=120", "uptake_rvo=x", "employees_csrd=0", "layer_rvo=9",
     "uptake_csrd=3&employees_csrd=10", "add_helpdesk=nothing", "as_of=2001-01-01", "kind=width"],
)  # fmt: skip
def test_a_wrong_scenario_is_refused_with_its_field(client: Client, given: str) -> None:
    page = client.get(f"/nl/mix/what-if/?{given}")
    assert page.status_code == 400
    assert 'role="alert"' in page.content.decode()
    assert client.get(f"/nl/mix/what-if/data.json?{given}").status_code == 400


def test_a_change_of_an_unknown_instrument_changes_nothing(client: Client) -> None:
    page = client.get("/en/mix/what-if/?off_nothing=1")
    assert page.status_code == 302
