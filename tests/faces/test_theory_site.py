"""The pages of policy theories: every theory, its picture and table, clashes, SDG targets."""

from __future__ import annotations

import csv
import io
import json
import xml.etree.ElementTree as ET
from datetime import UTC, date, datetime

import pytest
from django.test import Client

from ketenkaart.core.ledger.followup.registers import NewDecision
from ketenkaart.services.actors import Actor, Role
from ketenkaart.services.followup.registers import record_decision
from ketenkaart.services.followup.seeding import start_followup
from ketenkaart.services.ledger import publish_ledger
from ketenkaart.services.theory import list_theories, sdg_links
from ketenkaart.sources.reference import load_ledger
from ketenkaart.web.text import say

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def published(db: None) -> None:
    publish_ledger(load_ledger(), actor="test", at=AT)
    start_followup(actor="test", at=AT)


@pytest.fixture
def site() -> Client:
    return Client(raise_request_exception=False)


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_theory_has_a_page_with_a_picture_and_all_its_assumptions(site, language) -> None:
    overview = site.get(f"/{language}/theory/").content.decode()
    for seen in list_theories():
        name = seen.theory.id
        assert f'href="/{language}/theory/{name}/"' in overview
        answer = site.get(f"/{language}/theory/{name}/")
        page = answer.content.decode()
        assert answer.status_code == 200
        assert page.count("<h1") == 1
        assert page.count('class="kk-theory__way ') == len(seen.found)
        for item in seen.assessments:
            assert f'id="{item.arrow.id}"' in page
        for status in {item.status for item in seen.assessments}:
            assert say(f"theory.status_{status}", language) in page


@pytest.mark.parametrize("path", ["theory/nothing/", "theory/overall/data.exe", "theory/data.x"])
def test_what_is_not_there_is_said(site, path) -> None:
    assert site.get(f"/en/{path}").status_code == 404


def test_downloads_hold_what_the_page_shows(site) -> None:
    seen = next(item for item in list_theories() if item.theory.id == "covenant")
    rows = list(
        csv.DictReader(io.StringIO(site.get("/en/theory/covenant/data.csv").content.decode()))
    )
    assert [row["arrow"] for row in rows] == list(seen.found)
    assert [row["status"] for row in rows] == [item.status.value for item in seen.assessments]
    data = json.loads(site.get("/en/theory/covenant/data.json").content)
    assert [arrow["number"] for arrow in data["arrows"]] == list(range(1, len(rows) + 1))
    picture = site.get("/nl/theory/covenant/data.svg")
    assert picture["Content-Type"] == "image/svg+xml"
    assert 'filename="ketenkaart-theory-covenant.svg"' in picture["Content-Disposition"]
    root = ET.fromstring(picture.content)  # noqa: S314 - our own picture
    assert root.find("{http://www.w3.org/2000/svg}title").text == seen.theory.title.nl
    every = list(csv.DictReader(io.StringIO(site.get("/en/theory/data.csv").content.decode())))
    assert len(every) == sum(len(item.found) for item in list_theories())
    assert len(json.loads(site.get("/en/theory/data.json").content)) == len(list_theories())


def test_a_clash_of_goals_is_open_until_somebody_records_a_decision(site) -> None:
    before = site.get("/en/theory/conflicts/").content.decode()
    assert before.count(say("theory.no_decision", "en")) == 2
    record_decision(
        decision=NewDecision(
            about="rbc_or_trade_promotion", title="Trade missions", decided_on=date(2026, 1, 1),
            decided_by="The minister", outcome="Missions include RBC", reason="Agreed",
            source="Letter of 1 January 2026",
        ),
        actor=Actor("ed", frozenset({Role.EDITOR})),
        at=AT,
    )  # fmt: skip
    after = site.get("/en/theory/conflicts/").content.decode()
    assert "Missions include RBC" in after
    assert after.count(say("theory.no_decision", "en")) == 1


def test_every_sdg_target_stands_on_its_page_and_in_the_download(site) -> None:
    page = site.get("/nl/theory/sdg/").content.decode()
    rows = list(csv.DictReader(io.StringIO(site.get("/nl/theory/sdg/data.csv").content.decode())))
    assert [row["target"] for row in rows] == [link.target.id for link in sdg_links()]
    for link in sdg_links():
        assert f">{link.target.id}</span>" in page
    assert len(json.loads(site.get("/nl/theory/sdg/data.json").content)) == len(rows)
    assert site.get("/nl/theory/sdg/data.parquet").status_code == 404


def test_an_instrument_leads_to_why_it_would_work_and_to_its_clauses(site) -> None:
    page = site.get("/en/instruments/agt/").content.decode()
    assert 'href="/en/theory/covenant/"' in page
    assert 'href="/en/norms/agreements/agt/"' in page
    assert 'href="/en/theory/law/"' in site.get("/en/instruments/eudr/").content.decode()
    listed = site.get("/en/instruments/").content.decode()
    assert 'href="/en/theory/"' in listed
    assert 'href="/en/norms/"' in listed
