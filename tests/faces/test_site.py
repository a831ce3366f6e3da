"""The site as a program sees it: statuses, bad input, downloads, headers, both languages."""

from __future__ import annotations

import csv
import io
import json
import re
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import get_resolver

from ketenkaart.core.errors import StoreError
from ketenkaart.core.governance.answers import GapQuery
from ketenkaart.core.governance.types import ActsOn, Kind, Status
from ketenkaart.core.ledger.status import DEADLINE_STATES
from ketenkaart.core.ledger.types import DateType, FollowUp, Position, ResponseClass
from ketenkaart.core.provenance import Grade
from ketenkaart.services.exports import gap_json
from ketenkaart.services.governance import compute_gap
from ketenkaart.services.ledger import publish_ledger
from ketenkaart.services.register import list_instruments
from ketenkaart.sources.reference import load_ledger
from ketenkaart.web import followup_urls, views
from ketenkaart.web.chain.addresses import patterns as chain_patterns
from ketenkaart.web.defence.addresses import patterns as defence_patterns
from ketenkaart.web.effect.addresses import patterns as effect_patterns
from ketenkaart.web.endorsement.addresses import patterns as endorsement_patterns
from ketenkaart.web.errors import KINDS
from ketenkaart.web.evidence.addresses import patterns as evidence_patterns
from ketenkaart.web.facilities.addresses import patterns as facility_patterns
from ketenkaart.web.formats import day, number, percent
from ketenkaart.web.instruments.addresses import patterns as instrument_patterns
from ketenkaart.web.laws.addresses import patterns as law_patterns
from ketenkaart.web.mix.addresses import patterns as mix_patterns
from ketenkaart.web.monitor.addresses import patterns as monitor_patterns
from ketenkaart.web.norms.addresses import patterns as norms_patterns
from ketenkaart.web.text import FOLDER, say, texts
from ketenkaart.web.theory.addresses import patterns as theory_patterns

LANGUAGES = ("nl", "en")
WEB = Path(views.__file__).resolve().parent.parent
PAGES = (
    "", "gap/", "ledger/", "ledger/R1/", "ledger/commitments/", "instruments/", "sources/",
    "glossary/",
)  # fmt: skip

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def published(db: None) -> None:
    publish_ledger(load_ledger(), actor="test", at=datetime(2026, 11, 22, tzinfo=UTC))


@pytest.fixture
def site() -> Client:
    return Client(raise_request_exception=False)


def test_the_root_leads_to_a_language(site: Client) -> None:
    assert site.get("/").headers["Location"] == "/nl/"
    assert site.get("/", headers={"accept-language": "en"}).headers["Location"] == "/en/"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", PAGES)
def test_pages_answer_in_their_language(site: Client, language: str, path: str) -> None:
    response = site.get(f"/{language}/{path}")
    page = response.content.decode()
    assert response.status_code == 200
    assert f'<html lang="{language}"' in page
    assert page.count("<h1") == 1
    assert say("frame.caveat", language) in page, "every screen says what coverage means"
    other = "en" if language == "nl" else "nl"
    assert f'href="/{other}/{path}"' in page, "the language switch keeps the page"


@pytest.mark.parametrize("turn", [0, pytest.param(1, marks=pytest.mark.long)])
def test_every_instrument_and_recommendation_has_a_page(site: Client, turn: int) -> None:
    """Each page in one language at once, and in the other among the long tests."""
    paths = [f"instruments/{item.id}/" for item in list_instruments()]
    paths += [f"ledger/{item.id}/" for item in load_ledger().recommendations]
    assert len(paths) > 100
    for at, path in enumerate(paths):
        language = LANGUAGES[(at + turn) % 2]
        assert site.get(f"/{language}/{path}").status_code == 200, path


def test_the_code_of_a_promise_leads_to_its_place_in_the_list(site: Client) -> None:
    answer = site.get("/nl/ledger/K07/")
    assert (answer.status_code, answer["Location"]) == (302, "/nl/ledger/commitments/#K07")
    assert 'id="K07"' in site.get("/nl/ledger/commitments/").content.decode()


def test_an_instrument_is_found_in_capitals_too(site: Client) -> None:
    assert site.get("/en/instruments/AGT/").status_code == 200


def test_places_in_the_letter_are_dutch_on_a_dutch_page(site: Client) -> None:
    page = site.get("/nl/ledger/commitments/").content.decode()
    assert ", regel 9 " in page
    assert ", line 9 " not in page


def test_only_safe_methods_are_answered(site: Client) -> None:
    for path in PAGES:
        assert site.post(f"/nl/{path}").status_code == 405, path


@pytest.mark.parametrize("path", ["", "gap/?country=XX", "nothing/", "ledger/data.csv"])
def test_every_answer_carries_the_security_headers(site: Client, path: str) -> None:
    headers = site.get(f"/nl/{path}").headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "Strict-Transport-Security" not in headers
    assert "Set-Cookie" not in headers


def test_pages_hold_nothing_that_the_policy_forbids(site: Client) -> None:
    for path in PAGES:
        page = site.get(f"/nl/{path}").content.decode()
        assert not re.search(r"<script|<style|\sstyle=|\son[a-z]+=|javascript:", page), path


def test_debug_is_off() -> None:
    assert settings.DEBUG is False


# The headline


def test_the_overview_shows_the_headline_as_computed(site: Client) -> None:
    page = site.get("/nl/").content.decode()
    answer = compute_gap(GapQuery())
    assert percent(answer.total.gap.low, "nl") in page
    assert str(answer.years.table) in page
    assert day(answer.as_of, "nl") in page
    for row in answer.rows:
        assert row.label.nl in page


def test_a_missing_centre_is_said(site: Client) -> None:
    answer = compute_gap(GapQuery())
    assert any(row.gap.central is None for row in answer.rows), "the test needs such a row"
    assert say("frame.not_given", "en") in site.get("/en/gap/").content.decode()


# The gap explorer


@pytest.mark.parametrize("by", ["issue", "sector", "country", "layer", "buyer"])
@pytest.mark.parametrize("kind", ["breadth", "depth"])
def test_downloads_hold_what_is_shown(site: Client, by: str, kind: str) -> None:
    query = f"?by={by}&kind={kind}&measure=person_years"
    expected = compute_gap(GapQuery(by=by, kind=kind, measure="person_years"))
    shown = json.loads(site.get(f"/nl/gap/data.json{query}").content)
    assert shown == gap_json(expected)
    table = list(csv.DictReader(io.StringIO(site.get(f"/nl/gap/data.csv{query}").content.decode())))
    assert [row["id"] for row in table] == [
        *(row.id for row in expected.rows),
        expected.total.id,
    ]
    page = site.get(f"/nl/gap/{query}").content.decode()
    for row, line in zip(expected.rows, table, strict=False):
        assert row.label.nl.replace("'", "&#x27;") in page
        assert line["gap_high"] == ("" if row.gap.high is None else str(row.gap.high))
        assert line["gap_central"] == ("" if row.gap.central is None else str(row.gap.central))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("country=XX", "country"),
        ("issue=gravity", "issue"),
        ("sector=moon", "sector"),
        ("by=mood", "by"),
        ("kind=width", "kind"),
        ("measure=kilos", "measure"),
        ("without=magic", "without"),
        ("as_of=yesterday", "as_of"),
        ("as_of=1066-10-14", "as_of"),
        ("as_of=2019-02-30", "as_of"),
        ("country=<script>alert(1)</script>", "country"),
    ],
)
def test_bad_input_is_answered_at_the_field(
    site: Client, language: str, query: str, field: str
) -> None:
    response = site.get(f"/{language}/gap/?{query}")
    page = response.content.decode()
    assert response.status_code == 400
    assert f'id="e-{field}"' in page
    assert re.search(rf'id="f-{field}"[^>]*aria-invalid="true"', page)
    assert f'href="#f-{field}"' in page, "the summary leads to the field"
    assert "Traceback" not in page
    assert "<script" not in page
    download = site.get(f"/{language}/gap/data.csv?{query}")
    assert download.status_code == 400


def test_a_country_inside_the_rest_of_the_world_is_an_estimate(site: Client) -> None:
    page = site.get("/nl/gap/?country=BGD&by=sector").content.decode()
    assert say("gap.estimate", "nl") in page
    assert "Bangladesh" in page


def test_leaving_an_instrument_out_is_kept_in_the_downloads(site: Client) -> None:
    page = site.get("/nl/gap/?as_of=2018-12-31&without=covenant_banking").content.decode()
    if site.get("/nl/gap/?without=covenant_banking").status_code == 400:
        name = next(item.id for item in list_instruments() if item.worked_out)
        page = site.get(f"/nl/gap/?as_of=2018-12-31&without={name}").content.decode()
        assert f"without={name}" in page
    assert "as_of=2018-12-31" in page


def test_every_row_leads_back_to_its_sources(site: Client) -> None:
    for row in compute_gap(GapQuery()).rows:
        assert site.get(f"/nl/why/{row.id}").status_code == 200
    response = site.get("/en/why/nonsense")
    assert response.status_code == 400
    assert "not the name of a figure" in response.content.decode()


# The ledger


def test_the_filter_counts_as_the_ledger_does(site: Client) -> None:
    everything = load_ledger().recommendations
    for code in ResponseClass:
        shown = json.loads(site.get(f"/nl/ledger/data.json?response={code.value}").content)
        assert len(shown) == sum(item.response_class is code for item in everything)
    refused = json.loads(
        site.get("/nl/ledger/data.json?theme=7&position=not_adopted&follow_up=no_action").content
    )
    assert {item["id"] for item in refused} == {"R36", "R37"}


def test_search_looks_in_both_languages(site: Client) -> None:
    for word in ("convenanten", "agreements", "R36"):
        assert json.loads(site.get(f"/nl/ledger/data.json?q={word}").content), word


def test_nothing_found_is_said(site: Client) -> None:
    page = site.get("/nl/ledger/?q=zzzz").content.decode()
    assert say("ledger.empty_heading", "nl") in page


@pytest.mark.parametrize("field", ["theme", "response", "position", "follow_up"])
def test_a_wrong_filter_is_answered_at_the_field(site: Client, field: str) -> None:
    response = site.get(f"/nl/ledger/?{field}=wrong")
    assert response.status_code == 400
    assert f'id="e-{field}"' in response.content.decode()
    assert site.get(f"/nl/ledger/data.csv?{field}=wrong").status_code == 400


def test_no_export_holds_a_formula(site: Client) -> None:
    for path in ("ledger/data.csv", "gap/data.csv?by=sector"):
        for row in csv.reader(io.StringIO(site.get(f"/nl/{path}").content.decode())):
            assert not [cell for cell in row if cell[:1] in "=+@" and cell], row


def test_quotations_stay_short(site: Client) -> None:
    page = site.get("/nl/ledger/commitments/").content.decode()
    quotes = re.findall(r"<q[^>]*>([^<]*)</q>", page)
    assert len(quotes) == len(load_ledger().commitments)
    assert max(len(quote.split()) for quote in quotes) <= 8


@pytest.mark.parametrize("state", DEADLINE_STATES)
def test_every_state_of_a_deadline_can_be_asked(site: Client, state: str) -> None:
    assert site.get(f"/en/ledger/commitments/?state={state}").status_code == 200


# Errors


@pytest.mark.parametrize("language", LANGUAGES)
def test_error_pages_speak_the_language(
    site: Client, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    missing = site.get(f"/{language}/nothing/")
    assert missing.status_code == 404
    assert say("errors.not_found_title", language) in missing.content.decode()

    def break_down(*_: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(sys.modules["ketenkaart.web.views.home"], "compute_gap", break_down)
    broken = site.get(f"/{language}/")
    page = broken.content.decode()
    assert broken.status_code == 500
    assert say("errors.server_error_title", language) in page
    assert "secret detail" not in page

    def refuse(*_: object) -> None:
        raise StoreError("The data folder is gone", where="/data", fix="Put it back.")

    monkeypatch.setattr(sys.modules["ketenkaart.web.views.home"], "compute_gap", refuse)
    refused = site.get(f"/{language}/")
    assert refused.status_code == 503
    assert "Put it back." in refused.content.decode()


def test_a_wrong_host_is_refused(site: Client) -> None:
    assert site.get("/nl/", headers={"host": "evil.example"}).status_code == 400


def test_health(site: Client) -> None:
    from ketenkaart.db.record.models import Letter

    assert site.get("/health").status_code == 200
    Letter.objects.all().delete()
    assert site.get("/health").status_code == 503
    assert site.get("/nl/ledger/").status_code == 503


# Texts


def test_every_text_is_in_both_languages_with_the_same_fields() -> None:
    assert len(texts()) > 300
    for key, text in texts().items():
        fields = [set(re.findall(r"\{(\w+)\}", words)) for words in (text.nl, text.en)]
        assert fields[0] == fields[1], key


def test_every_key_is_written_once() -> None:
    for file in FOLDER.glob("*.yml"):
        keys = re.findall(r"^(\w+):", file.read_text(encoding="utf-8"), re.MULTILINE)
        assert len(keys) == len(set(keys)), file.name


def test_every_text_that_is_asked_for_exists_and_none_is_idle() -> None:
    sources = [*(WEB / "templates").rglob("*.html"), *WEB.rglob("*.py")]
    code = "\n".join(path.read_text(encoding="utf-8") for path in sources)
    files = "|".join(file.stem for file in FOLDER.glob("*.yml"))
    quoted = set(re.findall(rf"""["']((?:{files})\.\w+)["']""", code))
    composed = set(re.findall(rf"""f"((?:{files})\.\w*?)\{{""", code))
    prefixes = tuple(
        {key for key in quoted if key.endswith("_")} | (composed - {"errors.", "gap."})
    )
    prefixes += ("gap.by_", "gap.measure_", "gap.kind_", "gap.view_")
    # Options of a list: the name of the field stands before each (web/mix/form.py).
    prefixes += ("mix.objective_", "mix.rule_", "mix.more_")
    exact = {key for key in quoted if not key.endswith(("_", ".html"))}
    exact |= {
        f"errors.{kind}_{part}"
        for kind in (*KINDS.values(), "form", "server_error")
        for part in ("title", "body")
    }
    assert len(exact) > 150
    assert not exact - set(texts())
    assert not {key for key in texts() if key not in exact and not key.startswith(prefixes)}


@pytest.mark.parametrize(
    ("group", "codes"),
    [
        ("ledger.class_", ResponseClass),
        ("ledger.position_", Position),
        ("ledger.follow_", FollowUp),
        ("ledger.date_", DateType),
        ("ledger.state_", DEADLINE_STATES),
        ("instruments.kind_", Kind),
        ("instruments.status_", Status),
        ("instruments.acts_", ActsOn),
        ("frame.grade_", Grade),
        ("sources.grade_", Grade),
    ],
)
def test_every_code_has_words(group: str, codes: type) -> None:
    for code in codes:
        assert f"{group}{code}" in texts()


def test_numbers_follow_the_language() -> None:
    assert (number(1234567.5, "nl", 1), number(1234567.5, "en", 1)) == (
        "1.234.567,5",
        "1,234,567.5",
    )
    assert number(-0.0, "nl") == "0"
    assert number(-5, "en") == "−5"


def test_every_address_is_tested() -> None:
    names = {p.name for p in get_resolver("ketenkaart.web.urls").url_patterns}
    assert names == {
        "home", "gap", "gap_data", "why", "ledger", "ledger_data", "commitments",
        "recommendation", "sources", "glossary",
        "login", "logout", "account",
        "motions", "motions_data", "motion", "papers", "papers_data", "parliament_commitments",
        # tests/faces/test_chain_site.py
        *(p.name for p in chain_patterns),
        # tests/faces/test_defence_site.py
        *(p.name for p in defence_patterns),
        # tests/faces/test_endorsement_site.py
        *(p.name for p in endorsement_patterns),
        # tests/faces/test_evidence_site.py
        *(p.name for p in evidence_patterns),
        # tests/faces/test_facility_site.py
        *(p.name for p in facility_patterns),
        # tests/faces/test_instrument_site.py
        *(p.name for p in instrument_patterns),
        # tests/faces/test_law_site.py
        *(p.name for p in law_patterns),
        # tests/faces/test_mix_site.py
        *(p.name for p in mix_patterns),
        # tests/faces/test_monitor_site.py
        *(p.name for p in monitor_patterns),
        # tests/faces/test_effect_site.py
        *(p.name for p in effect_patterns),
        # tests/faces/test_judging_faces.py
        "letters", "letter", "letter_upload", "letter_text", "letter_undo", "letter_agreement",
        "letter_changes", "letter_publish", "letter_sentences", "letter_add", "letter_judge",
        "letter_judgements",
        "letter_split", "letter_merge", "letter_disagreements", "letter_resolve",
        # tests/faces/test_norms_site.py
        *(p.name for p in norms_patterns),
        # tests/faces/test_theory_site.py
        *(p.name for p in theory_patterns),
        # tests/faces/test_followup_site.py
        *(p.name for p in followup_urls.urlpatterns),
    }  # fmt: skip
