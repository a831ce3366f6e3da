"""Follow-up as people meet it: lists, lanes, forms with their refusals, files and feeds."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from icalendar import Calendar

from ketenkaart.core.ledger.followup.registers import NewDecision
from ketenkaart.core.ledger.followup.types import (
    Ask,
    ClaimValue,
    EvidenceState,
    FollowUpState,
    HandoverState,
    IndependentValue,
    ItemKind,
)
from ketenkaart.db.record import models as rows
from ketenkaart.services.accounts import add_account
from ketenkaart.services.actors import Actor, Role
from ketenkaart.services.followup import claims, options, owners, planning, registers
from ketenkaart.services.followup.seeding import start_followup
from ketenkaart.services.followup.verdicts import give_verdict
from ketenkaart.services.followup.wording import phrase
from ketenkaart.services.ledger import publish_ledger
from ketenkaart.sources.reference import load_ledger
from ketenkaart.web.text import say, texts
from ketenkaart.web.views.followup.item_forms import ITEM_ACTIONS
from ketenkaart.web.views.followup.plan_making import EDITOR_ACTIONS
from made_accounts import CHIEF, PASSWORD, add_accounts

AT = datetime(2026, 11, 20, 12, tzinfo=UTC)
LANGUAGES = ("nl", "en")
BASE = "ledger/follow-up/"
ITEM = f"{BASE}kst-26485-319/K22/"
KEY = "kst-26485-319/K22"
PAGES = (
    BASE,
    f"{BASE}?show=overdue&as_of=2020-10-01&owner=-&theme=3",
    ITEM,
    f"{BASE}kst-26485-319/R8/",
    f"{BASE}kst-26485-319/R1/",
    f"{BASE}registers/",
    f"{BASE}planning/",
    f"{BASE}planning/projects/measures_in_perspective/",
    f"{BASE}planning/plans/outline_2020/",
    f"{BASE}planning/articles/bhos_1/",
    f"{BASE}promises/",
)
EDITOR = Actor("editor", frozenset({Role.EDITOR}))
OWNER = Actor("owner", frozenset({Role.OWNER}))

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def filled(once_per_file: Callable[[Callable[[], object]], object]) -> None:
    once_per_file(fill)


def fill() -> None:
    publish_ledger(load_ledger(), actor="test", at=AT)
    start_followup(actor="test", at=AT)
    add_accounts(AT, {role.value: [role] for role in (Role.EDITOR, Role.OWNER, Role.VERIFIER)})


@pytest.fixture(autouse=True)
def record(filled: None, db: None, data_folder: Path) -> None:
    """The record as `fill` left it, and a data folder of its own."""


@pytest.fixture
def owned() -> None:
    owners.assign(item=KEY, owner="owner", actor=EDITOR, at=AT)


@pytest.fixture
def site() -> Client:
    return Client(raise_request_exception=False)


def log_in(site: Client, name: str) -> Client:
    site.force_login(User.objects.get(username=name))
    return site


def body(answer: Any) -> str:
    return answer.content.decode()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", PAGES)
def test_pages_answer_in_their_language(site: Client, language: str, path: str) -> None:
    answer = site.get(f"/{language}/{path}")
    page = body(answer)
    assert answer.status_code == 200
    assert f'<html lang="{language}"' in page
    assert page.count("<h1") == 1
    assert "Set-Cookie" not in answer.headers
    assert " style=" not in page


def test_every_value_that_a_page_may_show_has_words() -> None:
    known = texts()
    groups: tuple[tuple[str, Any], ...] = (
        ("kind_", ItemKind),
        ("claim_", ClaimValue),
        ("evidence_state_", EvidenceState),
        ("ask_", Ask),
        ("handover_", HandoverState),
    )
    for prefix, values in groups:
        for value in values:
            assert f"followup.{prefix}{value.value}" in known
    for state in FollowUpState:
        assert phrase(f"state_{state.value}", "nl") != phrase(f"state_{state.value}", "en")
    for action in (*ITEM_ACTIONS, *EDITOR_ACTIONS):
        assert f"followup.act_{action}" in known
        assert f"followup.lead_{action}" in known


def test_the_ledger_leads_to_follow_up(site: Client) -> None:
    assert "/nl/ledger/follow-up/" in body(site.get("/nl/ledger/"))
    assert f"/nl/{ITEM}" in body(site.get("/nl/ledger/commitments/"))
    assert "/nl/ledger/follow-up/kst-26485-319/R8/" in body(site.get("/nl/ledger/R8/"))


def test_a_refused_recommendation_keeps_its_reason_and_asks_nothing(site: Client) -> None:
    page = body(site.get(f"/nl/{BASE}kst-26485-319/R8/"))
    reason = next(r for r in load_ledger().recommendations if r.id == "R8").reason_if_refused
    assert reason is not None
    assert reason.nl in page
    assert say("followup.refused_note", "nl") in page
    assert say("followup.no_verdicts", "nl") not in page


def test_a_wrong_choice_is_named(site: Client) -> None:
    for query in ("as_of=gisteren", "show=late", "theme=12", "owner=nobody.here"):
        answer = site.get(f"/nl/{BASE}?{query}")
        assert answer.status_code == 400, query
        assert "utrecht-alert--error" in body(answer)


@pytest.mark.parametrize(
    "path",
    [
        f"{BASE}kst-26485-319/K99/", f"{BASE}nothing/K1/", f"{BASE}planning/plans/x/",
        f"{BASE}planning/projects/x/", f"{BASE}planning/articles/x/", f"{BASE}evidence/x",
        f"{BASE}evidence/{'0' * 64}", f"{BASE}data.xml", f"{BASE}evidence/..%2f..%2fetc",
    ],
)  # fmt: skip
def test_what_is_not_there_is_said(site: Client, path: str) -> None:
    assert site.get(f"/nl/{path}").status_code == 404


def test_long_lists_come_in_pages(site: Client) -> None:
    first = body(site.get(f"/nl/{BASE}?show=all"))
    assert first.count("kk-record__title") == 25
    assert 'rel="next"' in first
    last = body(site.get(f"/nl/{BASE}?show=all&page=999"))
    assert 'rel="next"' not in last


def test_the_list_can_be_taken_away(site: Client) -> None:
    address = f"/nl/{BASE}data.csv?show=overdue&as_of=2020-10-01"
    answer = site.get(address)
    found = list(csv.DictReader(io.StringIO(body(answer))))
    assert {row["item"] for row in found} >= {KEY}
    assert 'filename="ketenkaart-follow-up-2020-10-01.csv"' in answer["Content-Disposition"]
    data = json.loads(body(site.get(address.replace(".csv", ".json"))))
    assert [row["item"] for row in data] == [row["item"] for row in found]
    assert all(row["state"] != "not_kept" or row["item"].endswith("K07") for row in data)


def test_the_review_dossier_has_the_day_in_its_name(site: Client) -> None:
    for form in ("csv", "json"):
        answer = site.get(f"/nl/{BASE}planning/articles/bhos_1/data.{form}?as_of=2020-10-01")
        assert f'ketenkaart-bhos_1-2020-10-01.{form}"' in answer["Content-Disposition"]


def test_the_calendar_is_one(site: Client) -> None:
    answer = site.get("/en/ledger/calendar.ics?as_of=2020-01-01")
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    events = Calendar.from_ical(answer.content).walk("VEVENT")
    assert any(str(e["uid"]).startswith("kst-26485-319.K22@") for e in events)
    assert str(events[0]["url"]).startswith("http://testserver/en/ledger/follow-up/kst-")


def test_the_draft_letter_is_a_draft(site: Client) -> None:
    answer = site.get(f"/nl/{BASE}draft.md?as_of=2020-10-01")
    assert answer["Content-Type"].startswith("text/markdown")
    assert "CONCEPT" in body(answer)


def test_readers_see_no_forms(site: Client, owned: None) -> None:
    page = body(site.get(f"/nl/{ITEM}"))
    assert "/claim/" not in page
    for action in ITEM_ACTIONS:
        for answer in (site.get(f"/nl/{ITEM}{action}/"), site.post(f"/nl/{ITEM}{action}/")):
            assert answer.status_code == 302
            assert answer["Location"].startswith("/nl/login/")
    for action in EDITOR_ACTIONS:
        assert site.get(f"/nl/{BASE}change/{action}/").status_code == 302


def test_an_item_through_the_site_from_assignment_to_verdict(site: Client) -> None:
    log_in(site, "editor")
    assert site.post(f"/nl/{ITEM}assign/", {"owner": "owner"}).status_code == 302
    log_in(site, "owner")
    page = body(site.get(f"/nl/{ITEM}"))
    assert f"/nl/{ITEM}claim/" in page
    assert f"/nl/{ITEM}verdict/" not in page
    done = {"value": "done", "text": "staat online", "day": ""}
    answer = site.post(f"/nl/{ITEM}claim/", done)
    assert answer["Location"] == f"/nl/{ITEM}?saved"
    assert "staat online" in body(site.get(answer["Location"]))
    link = {"title": "Pagina", "url": "https://example.org/x", "day": "2026-11-01"}
    assert site.post(f"/nl/{ITEM}link/", link).status_code == 302
    log_in(site, "verifier")
    verdict = {"value": "kept_late", "statement": "gezien", "kept_on": "2026-11-01", "day": ""}
    assert site.post(f"/nl/{ITEM}verdict/", verdict).status_code == 302
    page = body(site.get(f"/nl/{ITEM}"))
    assert phrase("state_kept_late", "nl") in page
    assert rows.AuditEntry.objects.filter(subject=KEY).count() == 4


def test_roles_are_kept_apart_on_the_site(site: Client, owned: None) -> None:
    verdict = {"value": "kept", "statement": "x", "kept_on": "", "day": ""}
    claim = {"value": "done", "text": "x", "day": ""}
    log_in(site, "owner")
    assert site.post(f"/nl/{ITEM}verdict/", verdict).status_code == 403
    assert site.post(f"/nl/{ITEM}assign/", {"owner": "owner"}).status_code == 403
    log_in(site, "verifier")
    assert site.post(f"/nl/{ITEM}claim/", claim).status_code == 403
    log_in(site, "editor")
    assert site.post(f"/nl/{ITEM}verdict/", verdict).status_code == 403
    log_in(site, "chief")
    assert site.get(f"/nl/{ITEM}claim/").status_code == 403
    assert rows.Claim.objects.count() == rows.IndependentVerdict.objects.count() == 0


@pytest.mark.parametrize(
    ("action", "data", "field"),
    [
        ("claim", {"value": "done", "text": "x", "day": "gisteren"}, "day"),
        ("claim", {"value": "perhaps", "text": "x", "day": ""}, "value"),
        ("claim", {"value": "done", "text": " ", "day": ""}, "text"),
        ("claim", {"value": "done", "text": "x", "day": "2999-01-01"}, "day"),
        ("deadline", {"due": "", "reason": "x"}, "due"),
        ("deadline", {"due": "1999-01-01", "reason": "x"}, "due"),
        ("link", {"title": "x", "url": "javascript:alert(1)", "day": ""}, "url"),
        ("file", {"title": "x", "day": ""}, "file"),
        ("handover", {"taker": "owner", "note": "x"}, "taker"),
    ],
)
def test_a_wrong_field_is_named_and_nothing_is_lost(
    site: Client, owned: None, action: str, data: dict[str, str], field: str
) -> None:
    log_in(site, "owner")
    answer = site.post(f"/nl/{ITEM}{action}/", data)
    page = body(answer)
    assert answer.status_code == 400
    assert f'id="e-{field}"' in page
    assert 'aria-invalid="true"' in page
    if "text" in data and data["text"].strip():
        assert data["text"] in page
    assert rows.Claim.objects.count() == rows.DeadlineChange.objects.count() == 0


def test_what_was_typed_is_shown_as_text(site: Client, owned: None) -> None:
    log_in(site, "owner")
    wild = "<script>alert(1)</script>"
    site.post(f"/nl/{ITEM}claim/", {"value": "done", "text": wild, "day": ""})
    page = body(site.get(f"/nl/{ITEM}"))
    assert wild not in page
    assert "&lt;script&gt;" in page


def test_a_file_comes_back_as_a_download_only(site: Client, owned: None) -> None:
    log_in(site, "owner")
    upload = SimpleUploadedFile("verslag.html", b"%PDF-1.7 inhoud", "text/html")
    data = {"title": "Verslag", "file": upload, "day": "2026-11-01"}
    assert site.post(f"/nl/{ITEM}file/", data).status_code == 302
    digest = rows.Evidence.objects.get().sha256
    site.logout()
    answer = site.get(f"/nl/{BASE}evidence/{digest}")
    assert answer.content == b"%PDF-1.7 inhoud"
    assert answer["Content-Type"] == "application/pdf", "told from the bytes, not from the name"
    assert answer["Content-Disposition"].startswith("attachment;")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]


def test_a_page_as_evidence_file_is_refused(site: Client, owned: None) -> None:
    log_in(site, "owner")
    upload = SimpleUploadedFile("verslag.pdf", b"<html><script>x</script>", "application/pdf")
    answer = site.post(f"/nl/{ITEM}file/", {"title": "x", "file": upload, "day": ""})
    assert answer.status_code == 400
    assert rows.Evidence.objects.count() == 0


def test_an_offer_is_answered_on_the_site(site: Client, owned: None) -> None:
    add_account(name="second", password=PASSWORD, roles=[Role.OWNER], actor=CHIEF, at=AT)
    log_in(site, "owner")
    site.post(f"/nl/{ITEM}handover/", {"taker": "second", "note": "hoort daar"})
    log_in(site, "second")
    page = body(site.get(f"/nl/{ITEM}answer/"))
    assert "hoort daar" in page
    offer = rows.Handover.objects.get()
    data = {"accept": "accept", "handover": str(offer.pk), "version": "1"}
    assert site.post(f"/nl/{ITEM}answer/", data).status_code == 302
    assert rows.Assignment.objects.last().owner == "second"  # type: ignore[union-attr]
    assert site.get(f"/nl/{ITEM}answer/").status_code == 400


def test_a_lost_edit_is_a_conflict(site: Client) -> None:
    log_in(site, "editor")
    data = {"state": "closed", "note": "klaar", "entry": "rbc_or_tax_revenue", "version": "1"}
    address = f"/nl/{BASE}change/entry_state/"
    assert site.post(address, data).status_code == 302
    assert site.post(address, data).status_code == 409


def test_the_forms_of_registers_and_plans_do_what_they_say(site: Client) -> None:
    log_in(site, "editor")
    step = planning.find_plan("outline_2020", date(2026, 11, 20))[0].milestones[0]
    option = options.find_project("measures_in_perspective", date(2026, 11, 20)).options[0]
    words = {"title": "Titel", "source": "brief"}
    sent: dict[str, dict[str, str]] = {
        "decision": {
            **words, "about": "binding_measures", "outcome": "x", "reason": "x",
            "decided_by": "kabinet", "decided_on": "2026-11-01",
        },
        "entry": {**words, "kind": "scope", "description": "x", "items": KEY},
        "entry_state": {
            "entry": "rbc_or_tax_revenue", "state": "closed", "note": "x", "version": "1",
        },
        "criterion": {
            "name": "bereik", "source": "brief", "countdown": "binding_measures", "version": "1",
        },
        "day": {
            "plan": "outline_2020", "marked": "budget_debate", "day": "2026-11-25",
            "source": "agenda", "version": "1",
        },
        "step": {
            "plan": "outline_2020", "step": str(step.id), "lead_days": "10", "done_on": "",
            "version": "1",
        },
        "option": {**words, "project": "measures_in_perspective", "description": "x"},
        "mark": {
            "project": "measures_in_perspective", "option": str(option.id), "mark": "worse",
            "criterion": "capacity", "note": "x", "version": "1",
        },
        "countdown": {
            "title": "Titel", "item": KEY, "start": "2026-01-01", "start_source": "brief",
            "months": "18", "months_source": "brief",
        },
        "new_plan": {**words, "items": KEY, "marked": "Debat", "day": ""},
        "new_day": {
            "plan": "outline_2020", "marked": "Debat", "day": "2027-01-01", "source": "brief",
            "version": "2",
        },
        "new_step": {
            "plan": "outline_2020", "name": "Stap", "before": "budget_debate", "lead_days": "5",
            "source": "brief",
        },
    }  # fmt: skip
    assert sent.keys() == EDITOR_ACTIONS.keys()
    before = rows.AuditEntry.objects.count()
    for action, data in sent.items():
        assert site.get(f"/nl/{BASE}change/{action}/", data).status_code == 200, action
        answer = site.post(f"/nl/{BASE}change/{action}/", data)
        assert answer.status_code == 302, (action, body(answer))
        assert site.get(answer["Location"]).status_code == 200, action
    assert rows.AuditEntry.objects.count() == before + len(sent)


def test_a_plan_is_made_on_the_site_from_its_first_day_to_its_steps(site: Client) -> None:
    log_in(site, "editor")
    change = f"/nl/{BASE}change"
    words = {"title": "Nieuw plan <b>", "items": "", "marked": "Debat", "source": "agenda"}
    assert site.post(f"{change}/new_plan/", {**words, "day": "31-12-2027"}).status_code == 400
    assert site.post(f"{change}/new_plan/", {**words, "day": "2027-03-01"}).status_code == 302
    assert site.post(f"{change}/new_plan/", {**words, "day": ""}).status_code == 302
    address = f"/nl/{BASE}planning/plans/nieuw_plan_b/"
    empty = body(site.get(address))
    assert say("followup.steps_none", "nl") in empty
    assert "Nieuw plan &lt;b&gt;" in empty
    step = {"plan": "nieuw_plan_b", "before": "day.1", "lead_days": "5", "source": "agenda"}
    for name in ("Schrijven", "Verzenden"):
        assert site.post(f"{change}/new_step/", {**step, "name": name}).status_code == 302
    wrong = site.post(f"{change}/new_step/", {**step, "name": "x", "before": "nowhere"})
    assert "Het plan heeft geen dag &#x27;nowhere&#x27;" in body(wrong)
    _, steps = planning.find_plan("nieuw_plan_b", date(2026, 11, 20))
    assert [made.ready_by for made in steps] == [date(2027, 2, 15), date(2027, 2, 22)]
    assert site.get(f"/nl/{BASE}planning/plans/nieuw_plan_b_2/").status_code == 200


@pytest.mark.parametrize(
    ("field", "value"),
    [("months", "0"), ("months", "twee"), ("start", "2027-01-01"), ("item", "kst-1/K01"),
     ("start_source", ""), ("title", " ")],
)  # fmt: skip
def test_a_countdown_needs_a_term_a_start_and_sources(site: Client, field: str, value: str) -> None:
    log_in(site, "editor")
    given = {
        "title": "Wet of niet", "item": KEY, "start": "2026-01-01", "start_source": "brief",
        "months": "18", "months_source": "brief",
    }  # fmt: skip
    before = rows.Plan.objects.count()
    answer = site.post(f"/nl/{BASE}change/countdown/", {**given, field: value})
    assert answer.status_code == 400
    assert f'href="#f-{field}"' in body(answer)
    assert rows.Plan.objects.count() == before


@pytest.mark.parametrize("day", ["0001-01-05", "9999-12-31"])
@pytest.mark.parametrize("action", ["day", "new_day"])
def test_a_plan_takes_no_day_centuries_off(site: Client, action: str, day: str) -> None:
    log_in(site, "editor")
    given = {"plan": "outline_2020", "source": "x", "version": "1", "day": day}
    marked = {"day": "budget_debate", "new_day": "Debat"}[action]
    answer = site.post(f"/nl/{BASE}change/{action}/", {**given, "marked": marked})
    assert answer.status_code == 400
    assert 'href="#f-day"' in body(answer)


def test_long_registers_come_in_pages_or_whole(site: Client) -> None:
    for number in range(30):
        registers.record_decision(
            decision=NewDecision(
                about=KEY,
                title=f"Besluit {number:02}",
                outcome="x",
                reason="x",
                decided_by="kabinet",
                decided_on=AT.date(),
                source="x",
            ),
            actor=EDITOR,
            at=AT,
        )
    first, second, whole = (
        body(site.get(f"/nl/{BASE}registers/{query}")) for query in ("", "?page=2", "?page=all")
    )
    assert "Besluit 29" not in first
    assert "Besluit 29" in second
    assert "Besluit 00" not in second
    assert "Besluit 00" in whole
    assert "Besluit 29" in whole
    review = f"/nl/{BASE}planning/articles/bhos_1/"
    short, long = body(site.get(review)), body(site.get(f"{review}?page=all"))
    assert short.count("kk-dossier") == 25
    assert long.count("kk-dossier") == 93


def test_a_mark_needs_its_option(site: Client) -> None:
    log_in(site, "editor")
    answer = site.get(f"/nl/{BASE}change/mark/?project=measures_in_perspective&option=9999")
    assert answer.status_code == 200
    assert site.get(f"/nl/{BASE}change/mark/?project=none").status_code == 404


def test_a_curve_is_drawn_with_its_table(site: Client) -> None:
    verifier = Actor("verifier", frozenset({Role.VERIFIER}))
    codes = ("K03", "K04", "K08", "K09", "K10", "K12", "K13", "K14", "K15", "K17", "K18", "K19")
    for number, code in enumerate(codes):
        is_kept = number < 6
        give_verdict(
            item=f"kst-26485-319/{code}",
            value=IndependentValue.KEPT if is_kept else IndependentValue.NOT_KEPT,
            statement="x",
            kept_on=date(2020, 1 + number, 1) if is_kept else None,
            day=date(2025, 1, 1),
            actor=verifier,
            at=AT,
        )
    page = body(site.get(f"/nl/{BASE}promises/?as_of=2026-11-20"))
    assert page.count("kk-survival__line") >= 10
    assert say("frame.as_table", "nl") in page
    assert say("followup.promises_too_few", "nl") not in page
    early = body(site.get(f"/nl/{BASE}promises/?as_of=2020-01-01"))
    assert say("followup.promises_too_few", "nl") in early


def test_a_reminder_that_may_be_lost_is_shown_to_its_owner(site: Client, owned: None) -> None:
    rows.Reminder.objects.create(
        owner="owner", item=KEY, due="2020-03-31", mark="0", recorded_at=AT
    )
    words = say("followup.reminder_unknown", "en", name="owner", day="20 November 2026")
    assert words not in body(site.get(f"/en/{ITEM}"))
    assert words in body(log_in(site, "owner").get(f"/en/{ITEM}"))
    assert words in body(log_in(site, "editor").get(f"/en/{ITEM}"))
    assert words not in body(log_in(site, "verifier").get(f"/en/{ITEM}"))


def test_an_unknown_account_is_said_at_its_field_in_dutch(site: Client) -> None:
    answer = log_in(site, "editor").post(f"/nl/{ITEM}assign/", {"owner": "niemand"})
    assert answer.status_code == 400
    assert "Er is geen account &#x27;niemand&#x27;. Noem een ander." in body(answer)
    assert 'href="#f-owner"' in body(answer)


def test_a_record_is_withdrawn_from_the_page_of_its_own_item(site: Client, owned: None) -> None:
    claims.make_claim(item=KEY, value=ClaimValue.DONE, text="x", day=None, actor=OWNER, at=AT)
    kept = rows.Claim.objects.get()
    fields = {"reason": "x", "table": "claim", "record": str(kept.pk)}
    other = f"/nl/{BASE}kst-26485-319/K11/withdraw/"
    assert log_in(site, "owner").post(other, fields).status_code == 400
    assert not rows.Withdrawal.objects.exists()
    assert site.post(f"/nl/{ITEM}withdraw/", fields).status_code == 302


def test_a_step_that_is_not_there_is_not_found(site: Client) -> None:
    address = f"/nl/{BASE}change/step/?plan=outline_2020&step=999"
    assert log_in(site, "editor").get(address).status_code == 404
