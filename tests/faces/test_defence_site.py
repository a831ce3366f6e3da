"""The pages that defend the gap, as a program sees them."""

from __future__ import annotations

import csv
import io
import json

import pytest
from django.test import Client

from ketenkaart.core.governance.answers import GapQuery
from ketenkaart.core.governance.defence.together_answers import TogetherQuery
from ketenkaart.services.governance.defence import compute_credit, compute_together
from ketenkaart.services.governance.defence.exports import (
    CREDIT_COLUMNS,
    SENSITIVITY_COLUMNS,
    TOGETHER_COLUMNS,
)
from ketenkaart.web.text import say

pytestmark = pytest.mark.django_db

ASKED = "as_of=2019-11-22&sector=textiles&country=CHN"
EARLY = "as_of=2014-06-30&sector=textiles&country=CHN"
"""A day with few instruments, so that little is to be computed."""
PAGES = {
    "gap/sensitivity/": "sensitivity_title",
    "gap/credit/?" + ASKED: "credit_title",
    "gap/validation/": "validation_title",
    "instruments/together/?" + ASKED: "together_title",
}


@pytest.fixture
def site() -> Client:
    return Client(raise_request_exception=False)


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("path", PAGES)
def test_pages_answer_in_their_language(site: Client, language: str, path: str) -> None:
    response = site.get(f"/{language}/{path}")
    page = response.content.decode()
    assert response.status_code == 200
    assert say(f"defence.{PAGES[path]}", language) in page
    assert page.count("<h1") == 1
    assert say("frame.caveat", language) in page
    assert "style=" not in page
    assert site.post(f"/{language}/{path}").status_code == 405


def test_sensitivity_computes_only_when_asked(site: Client) -> None:
    assert (
        say("defence.sensitivity_none_heading", "en")
        in site.get("/en/gap/sensitivity/").content.decode()
    )
    page = site.get(f"/en/gap/sensitivity/?{EARLY}&compute=yes").content.decode()
    assert "kk-tornado__declared" in page
    assert say("defence.setting_worst", "en") in page
    assert "Not validated" in page


def test_downloads_hold_what_the_pages_show(site: Client) -> None:
    for path, columns in (
        ("gap/sensitivity", SENSITIVITY_COLUMNS),
        ("gap/credit", CREDIT_COLUMNS),
        ("instruments/together", TOGETHER_COLUMNS),
    ):
        asked = EARLY if "sensitivity" in path else ASKED
        raw = site.get(f"/nl/{path}/data.csv?{asked}").content.decode()
        rows = list(csv.DictReader(io.StringIO(raw)))
        assert rows, path
        assert tuple(rows[0]) == columns
        assert json.loads(site.get(f"/nl/{path}/data.json?{asked}").content)
        assert site.get(f"/nl/{path}/data.xml?{asked}").status_code == 404


def test_service_and_site_give_the_same_figures(site: Client) -> None:
    asked = {"as_of": "2019-11-22", "sector": "textiles", "country": "CHN"}
    credit = compute_credit(GapQuery.model_validate(asked)).model_dump(mode="json")
    assert json.loads(site.get(f"/en/gap/credit/data.json?{ASKED}").content) == credit
    together = compute_together(TogetherQuery.model_validate(asked)).model_dump(mode="json")
    assert json.loads(site.get(f"/en/instruments/together/data.json?{ASKED}").content) == together


@pytest.mark.parametrize("path", ["gap/sensitivity", "gap/credit", "instruments/together"])
@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("country=XQZ", "XQZ"),
        ("as_of=soon", "soon"),
        ("as_of=1066-10-14", "1066-10-14"),
        ("sector=moon", "moon"),
    ],
)
def test_a_wrong_question_is_refused_with_its_field(
    site: Client, path: str, question: str, words: str
) -> None:
    response = site.get(f"/en/{path}/?{question}&compute=yes")
    assert response.status_code == 400
    assert words in response.content.decode()
    assert site.get(f"/en/{path}/data.json?{question}").status_code == 400


def test_a_wrong_choice_of_the_pages_own_field_is_refused(site: Client) -> None:
    for path, name in (("gap/sensitivity", "figure"), ("instruments/together", "columns")):
        response = site.get(f"/en/{path}/?{name}=moon&compute=yes")
        assert response.status_code == 400
        assert f'href="#f-{name}"' in response.content.decode()


def test_together_shows_its_empty_state(site: Client) -> None:
    page = site.get("/en/instruments/together/?as_of=2012-01-02&country=CHN&sector=utilities")
    assert page.status_code == 200
    found = compute_together(
        TogetherQuery.model_validate(
            {"as_of": "2012-01-02", "country": "CHN", "sector": "utilities"}
        )
    )
    shown = say("defence.together_empty_heading", "en") in page.content.decode()
    assert shown is (not found.matrix)


def test_the_gap_leads_to_its_defence_and_says_not_validated(site: Client) -> None:
    page = site.get("/en/gap/?as_of=2019-11-22").content.decode()
    for name in ("gap/sensitivity/", "gap/credit/", "gap/validation/"):
        assert f'href="/en/{name}' in page
    assert "Not validated" in page
    assert 'href="/en/instruments/together/"' in site.get("/en/instruments/").content.decode()
