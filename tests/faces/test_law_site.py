"""The law pages: what they show is what the laws say, and the check keeps nothing."""

from __future__ import annotations

import csv
import html
import io
import json
import re
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from ketenkaart.services.laws import check_text, law_book, law_changes
from ketenkaart.web.text import say, texts

BOOK = law_book()
LANGUAGES = ("nl", "en")
DAY = "2026-11-22"
FEW = ["csddd", "csrd", "eudr", "eu_2017_821"]

pytestmark = pytest.mark.django_db


@pytest.fixture
def site() -> Client:
    return Client(raise_request_exception=False)


def sound(page: str, language: str) -> None:
    """Fail on what no page may have."""
    assert f'<html lang="{language}"' in page
    assert page.count("<h1") == 1
    assert not re.search(r"<script|<style|\sstyle=|\son[a-z]+=|javascript:", page)
    assert say("laws.not_advice", language) in page
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert len(ids) == len(set(ids)), "an id stands twice"


@pytest.mark.parametrize("language", ["nl", pytest.param("en", marks=pytest.mark.long)])
def test_every_law_has_a_page_and_stands_in_the_list(site: Client, language: str) -> None:
    listed = site.get(f"/{language}/laws/").content.decode()
    sound(listed, language)
    ids = {fact.id for fact in BOOK.vocabulary.facts if "_" in fact.id}
    for law in BOOK.laws:
        assert f'href="/{language}/laws/{law.id}/"' in listed
        answer = site.get(f"/{language}/laws/{law.id}/")
        page = html.unescape(answer.content.decode())
        assert answer.status_code == 200
        sound(page, language)
        words = re.sub(r"<[^>]+>", " ", page)
        assert ids.isdisjoint(re.findall(r"\w+", words)), "words of the program"
        for version in law.versions:
            assert version.name.in_language(language) in page
        for check in law.open_checks:
            assert check.text.in_language(language) in page
        for step in law.duties_of(law.version_on(date(2026, 11, 22)) or law.versions[-1]):
            assert step.text.in_language(language) in page


def test_every_choice_and_feature_has_words() -> None:
    known = texts()
    for fact in BOOK.vocabulary.facts:
        if fact.choices and fact.id != "seat":
            assert all(f"laws.choice_{code}" in known for code in fact.choices), fact.id
    features = {item.key for law in BOOK.laws for v in law.versions for item in v.features}
    assert all(f"laws.feature_{key}" in known for key in features)


def test_the_page_of_a_day_shows_the_text_of_that_day(site: Client) -> None:
    before = site.get("/en/laws/csddd/?as_of=2026-03-17").content.decode()
    after = site.get("/en/laws/csddd/?as_of=2026-03-18").content.decode()
    assert "employees: more than 1,000<" in re.sub(r"\s*</li>", "<", before)
    assert "employees: more than 5,000<" in re.sub(r"\s*</li>", "<", after)
    gone = site.get("/en/laws/nfrd/?as_of=2030-01-01").content.decode()
    assert say("laws.scope_no_version", "en", day="1 January 2030") in gone


def test_numbers_in_the_picture_are_those_of_svg_in_dutch_too(site: Client) -> None:
    page = site.get("/nl/laws/csddd/").content.decode()
    picture = re.search(r'<figure class="kk-law-time">.*?</figure>', page, re.S)
    assert picture is not None
    lengths = re.findall(r'\s(?:x|x1|x2|width)="([^"]+)"', picture[0])
    assert lengths
    assert all(re.fullmatch(r"[0-9.]+%?", length) for length in lengths)


def test_the_list_is_filtered_and_handed_out_as_shown(site: Client) -> None:
    query = "?as_of=2021-06-01&where=EU&status=in_force"
    page = site.get(f"/nl/laws/{query}").content.decode()
    rows = list(csv.DictReader(io.StringIO(site.get(f"/nl/laws/data.csv{query}").content.decode())))
    assert {row["id"] for row in rows} == {"eu_2017_821", "eutr", "nfrd"}
    assert all(f"/nl/laws/{row['id']}/?as_of=2021-06-01" in page for row in rows)
    data = json.loads(site.get(f"/nl/laws/data.json{query}").content)
    assert [one["id"] for one in data["laws"]] == [row["id"] for row in rows]
    assert site.get(f"/nl/laws/data.parquet{query}").content[:4] == b"PAR1"
    assert say("laws.none_found", "nl") in site.get("/nl/laws/?q=zzzz").content.decode()


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("laws/?as_of=yesterday", "as_of"), ("laws/?as_of=0001-01-01", "as_of"),
        ("laws/?status=loud", "status"), ("laws/?where=Moon", "where"),
        ("laws/csddd/?as_of=2026-02-30", "as_of"),
        ("laws/changes/?since=x", "since"), ("laws/changes/?law=nope", "law"),
        ("laws/changes/?since=2026-01-01&until=2025-01-01", "until"),
        ("laws/compare/?law=nope", "law"), ("laws/compare/?law=csddd.nope", "law"),
        ("laws/compare/?law=lksg&law=csrd&law=nfrd&law=wzk&law=eutr", "law"),
    ],
)  # fmt: skip
def test_a_wrong_choice_is_said_at_its_field(site: Client, path: str, field: str) -> None:
    for language in LANGUAGES:
        answer = site.get(f"/{language}/{path}")
        page = answer.content.decode()
        assert answer.status_code == 400
        assert f'href="#f-{field}"' in page
        assert f'id="f-{field}"' in page
    name, _, query = path.partition("?")
    if name in ("laws/", "laws/changes/"):
        assert site.get(f"/nl/{name}data.csv?{query}").status_code == 400


def test_what_is_not_there_is_answered_404(site: Client) -> None:
    for path in ("laws/nope/", "laws/data.exe", "laws/changes/data.exe"):
        assert site.get(f"/en/{path}").status_code == 404, path
    assert site.post("/en/laws/check/data.exe").status_code == 404
    assert site.get("/en/laws/check/data.yml").status_code == 405


def test_only_what_differs_is_left_when_asked(site: Client) -> None:
    query = "law=csddd.original_2024&law=csddd.omnibus_2026"
    whole = site.get(f"/en/laws/compare/?{query}").content.decode()
    less = site.get(f"/en/laws/compare/?{query}&only=1").content.decode()
    sound(whole, "en")
    differs = whole.count('class="kk-law-differs"')
    assert 3 < differs == less.count('class="kk-law-differs"') == less.count('<th scope="row">')
    assert whole.count('<th scope="row">') > differs
    assert "open checks" in whole.lower()


def test_changes_are_those_of_the_service(site: Client) -> None:
    found = law_changes(date(2019, 11, 22), date(2026, 11, 22))
    page = site.get(f"/nl/laws/changes/?since=2019-11-22&until={DAY}").content.decode()
    sound(page, "nl")
    assert page.count('<li class="kk-record">') == len(found.changes)
    data = json.loads(site.get(f"/nl/laws/changes/data.json?since=2019-11-22&until={DAY}").content)
    assert data == found.model_dump(mode="json")
    quiet = site.get("/nl/laws/changes/?since=2019-11-22&until=2019-11-23").content.decode()
    assert say("laws.changes_none", "nl") in quiet


# The check


def sent(facts: object = None, **more: object) -> dict[str, object]:
    text = json.dumps(facts if facts is not None else {})
    return {"law": FEW, "as_of": DAY, "facts": text, **more}


def state(page: str) -> dict[str, object]:
    """Return the answers as they stand in the form of a page."""
    found = re.search(r'name="facts" value="([^"]*)"', page)
    assert found is not None
    return json.loads(html.unescape(found[1]))


def asked(page: str) -> str | None:
    found = re.search(r'name="asked" value="([^"]*)"', page)
    return html.unescape(found[1]) if found else None


WAYS = {
    "seat": {"act": "answer", "value": "NLD"},
    "financial_year_end": {"act": "answer", "day": "31", "month": "12"},
    "eudr_commodities": {"act": "answer", "choice": ["cocoa", "wood"]},
    "eudr_role": {"act": "answer", "value": "operator"},
    "company_size": {"act": "answer", "value": "large"},
    "imports_minerals_kg": {"act": "answer", "line-cn_2609_00_00": "5.000", "rest": "nothing"},
}  # fmt: skip


@pytest.mark.parametrize("language", ["nl", pytest.param("en", marks=pytest.mark.long)])
def test_a_whole_session_ends_in_the_answer_of_the_service(site: Client, language: str) -> None:
    """By hand: a large Dutch company; every page is sound, and no cookie is set."""
    answer = site.post(f"/{language}/laws/check/", {"law": FEW, "as_of": DAY, "act": "start"})
    for _ in range(40):
        page = answer.content.decode()
        assert answer.status_code == 200
        sound(page, language)
        assert "Set-Cookie" not in answer.headers
        assert answer.headers["Cache-Control"] == "no-store"
        key = asked(page)
        if key is None:
            break
        fact = key.split(".")[0]
        large = "2 miljard" if language == "nl" else "2 billion"
        way = WAYS.get(fact) or (
            {"state": "no"} if 'name="state" value="yes"' in page
            else {"act": "answer", "value": large if key.endswith("EUR") else "6000"}
        )  # fmt: skip
        if fact == "imports_minerals_kg" and language == "en":
            way = {**way, "line-cn_2609_00_00": "5,000"}
        answer = site.post(f"/{language}/laws/check/", sent(state(page), asked=key, **way))
    else:
        pytest.fail("the questions do not end")
    assert say("laws.done", language) in page
    form = sent(state(page))
    saved = site.post(f"/{language}/laws/check/data.yml", form).content.decode()
    expected = check_text(saved, "saved", as_of=date(2026, 11, 22), laws=FEW)
    assert {one.law: one.in_scope for one in expected.results} == dict.fromkeys(FEW, "yes")
    data = json.loads(site.post(f"/{language}/laws/check/data.json", form).content)
    assert data == expected.model_dump(mode="json")
    for one in expected.results:
        assert f'id="r-{one.law}"' in page
    rows = list(csv.DictReader(io.StringIO(
        site.post(f"/{language}/laws/check/data.csv", form).content.decode()
    )))  # fmt: skip
    assert [row["in_scope"] for row in rows] == ["yes"] * len(FEW)


def test_not_knowing_is_an_answer_that_is_kept_apart_from_no(site: Client) -> None:
    page = site.post(
        "/en/laws/check/", sent({}, asked="public_interest_entity..", state="unknown")
    ).content.decode()
    assert state(page) == {"public_interest_entity": "unknown"}
    assert say("laws.state_unknown", "en") in page
    page = site.post(
        "/en/laws/check/", sent({}, asked="public_interest_entity..", state="no")
    ).content.decode()
    assert state(page) == {"public_interest_entity": "no"}


def test_an_answer_can_be_changed_removed_and_taken_back(site: Client) -> None:
    facts = {"seat": "NLD", "employees": {"2025": "900..1100", "2024": "800"}}
    page = site.post("/en/laws/check/", sent(facts, act="change:employees.2025.")).content.decode()
    assert asked(page) == "employees.2025."
    assert 'value="900..1100"' in page
    page = site.post(
        "/en/laws/check/", sent(facts, asked="employees.2025.", act="answer", value="1,001")
    ).content.decode()
    assert state(page) == {"seat": "NLD", "employees": {"2024": "800", "2025": "1001"}}
    last = re.findall(r'name="act" value="(remove:[^"]*)"', page)[-1]
    page = site.post("/en/laws/check/", sent(state(page), act=last)).content.decode()
    assert state(page) == {"seat": "NLD", "employees": {"2024": "800"}}
    page = site.post("/en/laws/check/", sent(state(page), act="remove:employees.2024."))
    assert state(page.content.decode()) == {"seat": "NLD"}
    again = site.post("/en/laws/check/", sent(facts, act="restart"))
    assert say("laws.start_heading", "en") in again.content.decode()


def test_an_answer_taken_does_not_stand_in_the_box_of_the_next_question(site: Client) -> None:
    facts = {"company_size": "medium", "eudr_commodities": []}
    page = site.post(
        "/nl/laws/check/", sent(facts, asked="seat..", act="answer", value="DZA")
    ).content.decode()
    assert state(page) == {**facts, "seat": "DZA"}
    assert 'name="value" value=""' in page
    wrong = site.post(
        "/nl/laws/check/", sent(facts, asked="employees.2025.", act="answer", value="veel")
    ).content.decode()
    assert 'name="value" value="veel"' in wrong, "what was wrong can be mended"


@pytest.mark.parametrize(
    ("key", "way", "why"),
    [
        ("employees.2025.", {"value": ""}, "nothing"),
        ("employees.2025.", {"value": "many"}, "number"),
        ("employees.2025.", {"value": "-5"}, "number"),
        ("employees.2025.", {"value": "1.200"}, "ambiguous"),
        ("employees.2025.", {"value": "1,2,3"}, "ambiguous"),
        ("employees.2025.", {"value": "9..1"}, "range"),
        ("employees.2025.", {"value": "9" * 99}, "number"),
        ("turnover.2025.EUR", {"value": "1e9"}, "number"),
        ("seat..", {"value": "XX"}, "choice"),
        ("financial_year_end..", {"day": "31", "month": "2"}, "month_day"),
        ("financial_year_end..", {"day": "", "month": ""}, "nothing"),
        ("eudr_commodities..", {}, "nothing"),
        ("imports_minerals_kg.2025.", {}, "nothing"),
        ("imports_minerals_kg.2025.", {"line-cn_2609_00_00": "lots"}, "number"),
    ],
)
def test_an_answer_that_does_not_fit_is_asked_again(site: Client, key, way, why) -> None:
    facts = {"seat": "NLD"}
    answer = site.post("/en/laws/check/", sent(facts, asked=key, act="answer", **way))
    page = answer.content.decode()
    assert answer.status_code == 400
    assert asked(page) == key
    assert state(page) == facts, "the answers before stay"
    words = say(f"laws.error_{why}", "en").partition("{")[0].partition("“")[0]
    assert 'role="alert"' in page
    assert words in html.unescape(page)


@pytest.mark.parametrize(
    "form",
    [
        {"facts": "{"}, {"facts": "[]"}, {"facts": "[" * 50_000}, {"facts": "x" * 100_001},
        {"facts": '{"employees": "many"}'}, {"facts": '{"gravity": 9}'},
        {"asked": "gravity..", "act": "answer", "value": "9"},
        {"asked": "seat.2025.", "act": "answer", "value": "NLD"},
        {"act": "change:gravity.."},
        {"asked": "seat..", "state": "not_applicable"},
        {"law": []}, {"law": ["nope"]}, {"as_of": "never"},
    ],
)  # fmt: skip
def test_a_damaged_form_is_answered_and_nothing_breaks(site: Client, form) -> None:
    answer = site.post("/en/laws/check/", {**sent({}), **form})
    page = answer.content.decode()
    assert answer.status_code == 400
    assert site.post("/en/laws/check/data.yml", {**sent({}), **form}).status_code == 400
    assert 'role="alert"' in page
    assert "Traceback" not in page
    assert say("laws.start_heading", "en") in page


def test_a_saved_file_is_taken_up_and_a_wrong_one_is_named(site: Client) -> None:
    text = b"vocabulary: 1\nfacts:\n  seat: NL\n  employees: {2025: 6000}\n"
    good = SimpleUploadedFile("facts.yml", text)
    page = site.post("/en/laws/check/", {"law": FEW, "as_of": DAY, "act": "file", "file": good})
    assert page.status_code == 200
    assert state(page.content.decode()) == {"seat": "NL", "employees": {"2025": 6000}}
    for raw in (b"facts: {gravity: 9}", b"\xff\xfe", b"a: [", b""):
        bad = SimpleUploadedFile("facts.yml", raw)
        answer = site.post(
            "/en/laws/check/", {"law": FEW, "as_of": DAY, "act": "file", "file": bad}
        )
        assert answer.status_code == 400
        assert 'role="alert"' in answer.content.decode()
    answer = site.post("/en/laws/check/", {"law": FEW, "as_of": DAY, "act": "file"})
    assert say("laws.error_no_file", "en") in answer.content.decode()


def test_hostile_words_are_shown_as_words(site: Client) -> None:
    evil = '"><script>alert(1)</script>'
    page = site.post(
        "/en/laws/check/", sent({}, asked="employees.2025.", act="answer", value=evil)
    ).content.decode()
    assert "<script" not in page
    page = site.get("/en/laws/", {"q": evil}).content.decode()
    assert "<script" not in page
