"""The page on the effect of procurement: the method, the made example, the product groups."""

from __future__ import annotations

import csv
import io
import json

import pytest
from django.test import Client

from ketenkaart.services.effect.example import worked_example
from ketenkaart.sources.reference.product_groups import load_product_groups

pytestmark = pytest.mark.django_db


def text_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_page_explains_the_method_and_says_that_its_example_is_made(
    client: Client, language: str
) -> None:
    page = text_of(client, f"/{language}/monitor/effect/")
    assert {"nl": "zijn verzonnen", "en": "are made up"}[language] in page
    assert {"nl": "1.360 ton", "en": "1,360 tonnes"}[language] in page
    for group in load_product_groups()[0].groups:
        assert group.name.in_language(language).replace("'", "&#x27;") in page


def test_the_example_is_worked_as_on_paper(client: Client) -> None:
    """Of 11.8 million, 7 million is left for four draws: π = 4 x / 7,000,000."""
    found = worked_example()
    by_name = {item.id: item for item in found.contracts}
    assert by_name["made-01"].is_certain
    assert by_name["made-02"].chance == pytest.approx(4 * 1_500_000 / 7_000_000)
    assert found.truth == 1229
    assert found.low < found.truth < found.high
    assert found.high_replaced - found.low_replaced > found.high - found.low
    rows = list(csv.DictReader(io.StringIO(text_of(client, "/en/monitor/effect/example.csv"))))
    drawn = [row for row in rows if row["effect"]]
    assert len(drawn) == found.drawn == 5
    total = sum(float(row["effect"]) / float(row["chance"]) for row in drawn)
    assert total == pytest.approx(found.estimate)
    data = json.loads(text_of(client, "/nl/monitor/effect/example.json"))
    assert data["is_made"] is True
    assert data["estimate"] == pytest.approx(found.estimate)


def test_the_groups_are_handed_out_with_their_grade(client: Client) -> None:
    rows = list(csv.DictReader(io.StringIO(text_of(client, "/en/monitor/effect/groups.csv"))))
    assert len(rows) == 16
    assert {row["grade"] for row in rows} == {"assumed"}
    found = json.loads(text_of(client, "/en/monitor/effect/groups.json"))["groups"]
    assert [item["id"] for item in found] == [row["id"] for row in rows]
    assert client.get("/en/monitor/effect/groups.exe").status_code == 404
    assert client.get("/en/monitor/effect/example.exe").status_code == 404
