"""Indicators on the site: what was measured, what was not, and where targets stand."""

from __future__ import annotations

import csv
import io
import json
from datetime import date

import pytest
from django.test import Client

from ketenkaart.core.monitor.indicators import Indicator
from ketenkaart.services.monitor import indicators as services
from ketenkaart.sources.reference.indicators import find_indicator, load_indicators
from ketenkaart.web.monitor.picture import series_picture

pytestmark = pytest.mark.django_db


def text_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_every_indicator_is_listed_and_has_a_page(client: Client) -> None:
    listed = text_of(client, "/en/monitor/")
    for indicator in load_indicators():
        assert indicator.name.en in listed
        assert indicator.name.nl in text_of(client, f"/nl/monitor/{indicator.id}/")
    assert "not reached" in listed
    assert client.get("/en/monitor/nothing/").status_code == 404
    assert client.get("/en/monitor/data.exe").status_code == 404


def test_the_target_is_said_without_a_forecast_that_data_cannot_carry(client: Client) -> None:
    page = text_of(client, "/nl/monitor/endorsement/")
    assert "90% op 31 december 2023" in page
    assert "niet gehaald" in page
    assert "Geen voorspelling" in page
    assert "niet te vergelijken met de laatste" in page
    assert "Niet vastgelegd" in page


def test_files_say_what_the_page_says(client: Client) -> None:
    data = json.loads(text_of(client, "/en/monitor/endorsement/data.json"))
    rows = list(csv.DictReader(io.StringIO(text_of(client, "/en/monitor/endorsement/data.csv"))))
    assert len(rows) == len(data["waves"]) == len(find_indicator("endorsement").waves)
    assert {row["state"] for row in rows} == {"known", "unknown"}
    found = json.loads(text_of(client, "/en/monitor/data.json"))["baselines"]
    assert len(found) == text_of(client, "/en/monitor/data.csv").count("\r\n") - 1


def test_a_forecast_is_drawn_and_called_an_estimate(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The target moved ahead and three samples more: then there is something to expect."""
    raw = find_indicator("endorsement").model_dump(mode="json")
    wave = {**raw["waves"][1], "n": 300}
    raw["waves"] = [
        {**wave, "on": f"{year}-12-31", "value": value}
        for year, value in ((2017, 0.3), (2019, 0.4), (2021, 0.45), (2023, 0.52))
    ]
    target = {"outcome": None, "outcome_citation": None, "on": "2029-12-31"}
    raw["targets"] = [{**raw["targets"][0], **target}]
    mine = Indicator.model_validate(raw)
    monkeypatch.setattr(services, "find_indicator", lambda _: mine)
    page = text_of(client, "/en/monitor/endorsement/")
    assert "the chance of reaching the target is" in page
    assert "Estimate. Model: a straight line" in page
    assert "its day is still to come" in page
    picture = series_picture(services.show_indicator("endorsement", as_of=date(2026, 11, 22)))
    assert picture is not None
    (hope,) = picture.expected
    assert hope.top is not None
    assert hope.bottom is not None
    assert hope.top < hope.y < hope.bottom
    heights = [mark.y for mark in picture.waves]
    assert heights == sorted(heights, reverse=True)
    places = [float(mark.x.rstrip("%")) for mark in (*picture.waves, hope)]
    assert places == sorted(places)
    assert 0 < places[0] < places[-1] < 100
