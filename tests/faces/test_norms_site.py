"""The pages of standards, sectors and clauses: what is known, what is not, and bad questions."""

from __future__ import annotations

import csv
import io
import json

import pytest
from django.test import Client

from ketenkaart.services.norms import criteria, list_agreements, list_scored
from ketenkaart.web.text import say

pytestmark = pytest.mark.django_db


@pytest.fixture
def site() -> Client:
    return Client(raise_request_exception=False)


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_standard_and_agreement_has_a_page(site, language) -> None:
    overview = site.get(f"/{language}/norms/").content.decode()
    for scored in list_scored():
        path = f"/{language}/norms/{scored.sheet.id}/"
        assert f'href="{path}"' in overview
        page = site.get(path).content.decode()
        assert page.count("<h1") == 1
        for criterion in criteria():
            assert criterion.question.in_language(language).replace("'", "&#x27;") in page
    assert say("norms.alignment_open", language) in overview
    listed = site.get(f"/{language}/norms/agreements/").content.decode()
    for agreement in list_agreements():
        path = f"/{language}/norms/agreements/{agreement.id}/"
        assert f'href="{path}"' in listed
        answer = site.get(path)
        assert answer.status_code == 200
        assert say("norms.cover_not_researched", language) in answer.content.decode()


def test_sectors_follow_the_day_and_a_wrong_day_is_said(site) -> None:
    then = site.get("/en/norms/sectors/?as_of=2019-11-22").content.decode()
    assert "On 22 November 2019, 5 of the 13" in then
    wrong = site.get("/nl/norms/sectors/?as_of=%3Cb%3E")
    assert wrong.status_code == 400
    assert say("norms.day_wrong", "nl") in wrong.content.decode()
    assert "<b>" not in wrong.content.decode().split("<main")[1].split("<form")[1].split(">")[0]
    rows = json.loads(site.get("/en/norms/sectors/data.json?as_of=2022-01-01").content)
    assert next(row for row in rows if row["sector"] == "textiles")["covenant"] == "ended"
    assert site.get("/en/norms/sectors/data.csv?as_of=never").status_code == 400


def test_an_agreement_stands_beside_another_or_the_template(site) -> None:
    page = site.get("/en/norms/agreements/agt/?beside=bundnis").content.decode()
    assert "a partnership of many parties, since October 2014" in page
    wrong = site.get("/en/norms/agreements/agt/?beside=../../etc/passwd")
    assert wrong.status_code == 400
    assert "is not known here" in wrong.content.decode()
    tailored = site.get("/nl/norms/agreements/floriculture/").content.decode()
    assert say("norms.why", "nl") in tailored


@pytest.mark.parametrize(
    "path",
    ["norms/quux/", "norms/agreements/quux/", "norms/agreements/pyproject.yml/", "norms/data.exe",
     "norms/agreements/agt/data.x"],
)  # fmt: skip
def test_what_is_not_there_is_said_and_no_file_is_opened(site, path) -> None:
    assert site.get(f"/en/{path}").status_code == 404


def test_downloads(site) -> None:
    sheet = list(csv.reader(io.StringIO(site.get("/nl/norms/sheet.csv").content.decode())))
    assert [row[0] for row in sheet[1:]] == [item.id for item in criteria()]
    found = json.loads(site.get("/en/norms/data.json").content)
    assert {row["verdict"] for row in found} == {None}
    matrix = site.get("/en/norms/agreements/agt/data.csv").content.decode()
    covers = [row["cover"] for row in csv.DictReader(io.StringIO(matrix))]
    assert {"fully", "partly", "not_researched"} == set(covers)
