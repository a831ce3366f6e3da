"""Logging in: who gets in, what they see, and that readers get no cookie."""

from __future__ import annotations

import re
import runpy
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse

from ketenkaart.config import settings as own
from ketenkaart.services.accounts import deactivate
from ketenkaart.services.actors import Role
from ketenkaart.services.ledger import publish_ledger
from ketenkaart.sources.reference import load_ledger
from ketenkaart.web.account import safe_next
from ketenkaart.web.text import say
from made_accounts import CHIEF, PASSWORD, add_accounts

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
PUBLIC = {
    "home", "gap", "gap_data", "why", "ledger", "ledger_data", "commitments", "recommendation",
    "instruments", "instruments_data", "instruments_compare", "instrument", "instrument_data",
    "instrument_versions", "instrument_version", "sources", "glossary", "login", "logout",
    "calendar", "follow_up", "follow_up_data", "draft_letter", "evidence_file",
    "follow_up_registers", "planning", "project", "plan", "review", "review_data", "promises",
    "follow_item",
    "chain", "chain_places", "chain_tiers", "chain_paths", "chain_between", "chain_compare",
    "chain_trade", "chain_levers", "chain_series", "chain_data", "chain_levers_aid",
    "chain_purchases", "chain_purchases_data", "chain_purchases_template",
    "facilities", "facilities_data", "facility", "facility_data", "facility_coverage",
    "facility_coverage_data", "programmes", "facility_wages",
    "sensitivity", "sensitivity_data", "credit", "credit_data", "validation", "together",
    "together_data",
    "laws", "laws_data", "law", "law_check", "law_check_data", "law_compare", "law_changes",
    "law_changes_data",
    "mix", "mix_data", "what_if", "what_if_data",
    "indicators", "baselines_data", "indicator", "indicator_data",
    "sample_size", "estimates", "disclosure",
    "effect", "effect_example", "effect_groups", "reports", "reports_data",
    "motions", "motions_data", "motion", "papers", "papers_data", "parliament_commitments",
    "evidence", "evidence_data", "evidence_map_data", "evidence_study", "evidence_study_data",
    "evidence_initiatives", "evidence_initiatives_data", "evidence_initiative",
    "theories", "theories_data", "theory", "theory_data", "theory_conflicts", "theory_sdg",
    "theory_sdg_data", "norms", "norms_data", "norms_sheet", "norms_sectors",
    "norms_sectors_data", "norms_agreements", "norms_agreement", "norms_agreement_data",
    "norms_standard",
}  # fmt: skip

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def filled(django_db_setup: None, django_db_blocker) -> Iterator[None]:
    """Fill the record once; every test works on it in a transaction of its own."""
    with django_db_blocker.unblock(), transaction.atomic():
        publish_ledger(load_ledger(), actor="test", at=AT)
        add_accounts(AT, {role.value[:5]: [role] for role in Role})
        yield
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def people(filled: None, db: None) -> None:
    """Somebody of every role."""


def log_in(client: Client, name: str = "coder", **fields: str) -> Any:
    return client.post("/nl/login/", {"name": name, "password": PASSWORD, **fields})


def pages() -> list[tuple[str, Callable[..., Any]]]:
    """Every named page of the site with its view."""
    found = []
    for group in get_resolver().url_patterns:
        for inner in getattr(group, "url_patterns", []):
            for pattern in getattr(inner, "url_patterns", [inner]):
                assert isinstance(pattern, URLPattern)
                found.append((pattern.name or "", pattern.callback))
    return found


def test_every_page_is_public_on_purpose_or_asks_for_a_role() -> None:
    named = dict(pages())
    assert named.keys() >= PUBLIC
    for name, view in named.items():
        assert (name in PUBLIC) != hasattr(view, "needs"), f"{name}: public or guarded?"


def guarded() -> list[tuple[str, frozenset[Role]]]:
    return [(name, view.needs) for name, view in pages() if hasattr(view, "needs")]


def address_of(name: str) -> str:
    """An address of a page, with made-up parts where it has any."""
    pattern = next(
        pattern
        for key, pattern in get_resolver().url_patterns[1].url_patterns[0].reverse_dict.items()
        if key == name
    )
    parts = pattern[0][0][1]
    made = {part: 1 if "id" in part and part != "instrument_id" else "x" for part in parts}
    return reverse(f"web:{name}", kwargs=made)


@pytest.mark.parametrize(
    ("name", "needs"),
    guarded(),
    ids=lambda part: part if isinstance(part, str) else "+".join(sorted(part)),
)
def test_a_guarded_page_leads_to_the_login_page_or_refuses(
    client: Client, name: str, needs: frozenset[Role]
) -> None:
    address = address_of(name)
    answers = [method(address) for method in (client.get, client.post)]
    assert {answer.status_code for answer in answers} <= {302, 405}
    led = [answer["Location"].split("?")[0] for answer in answers if answer.status_code == 302]
    assert led
    assert set(led) == {reverse("web:login")}
    for role in Role:
        if needs and role not in needs:
            client.force_login(User.objects.get(username=role.value[:5]))
            for method in (client.get, client.post):
                assert method(address).status_code in {403, 405}


def test_readers_get_no_cookie(client: Client) -> None:
    for path in ("/nl/", "/en/ledger/", "/nl/gap/", "/en/nothing/", "/health"):
        assert not client.get(path).cookies, path
    assert not client.cookies


def test_logging_in_leads_back_to_the_page_that_was_asked_for(client: Client) -> None:
    asked = client.get("/en/account/")
    assert asked["Location"] == "/en/login/?next=%2Fen%2Faccount%2F"
    form = client.get(asked["Location"]).content.decode()
    assert 'name="next" value="/en/account/"' in form
    answer = client.post(
        "/en/login/", {"name": "Coder ", "password": PASSWORD, "next": "/en/account/"}
    )
    assert (answer.status_code, answer["Location"]) == (302, "/en/account/")
    page = client.get("/en/account/")
    assert say("account.role_coder", "en") in page.content.decode()
    assert page["Cache-Control"] == "no-store, private"
    assert "no-store" in client.get("/nl/")["Cache-Control"]


def test_cookies_are_out_of_reach_of_scripts_and_other_sites(client: Client) -> None:
    client.get("/nl/login/")
    log_in(client)
    assert set(client.cookies) == {"ketenkaart-session", "ketenkaart-form"}
    for cookie in client.cookies.values():
        assert cookie["httponly"]
        assert cookie["samesite"] == "Lax"


def test_under_https_cookies_stay_under_https(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KETENKAART_HTTPS", "1")
    behind = runpy.run_path(own.__file__)
    assert behind["SESSION_COOKIE_SECURE"]
    assert behind["CSRF_COOKIE_SECURE"]


def test_a_session_from_before_logging_in_is_not_taken_over(client: Client) -> None:
    session = client.session
    session["planted"] = "by somebody else"
    session.save()
    before = session.session_key
    client.cookies["ketenkaart-session"] = before
    log_in(client)
    after = client.cookies["ketenkaart-session"].value
    assert after != before
    thief = Client()
    thief.cookies["ketenkaart-session"] = before
    assert thief.get("/nl/account/").status_code == 302


def test_logging_out_ends_the_session_and_needs_a_form(client: Client) -> None:
    log_in(client)
    kept = client.cookies["ketenkaart-session"].value
    assert client.get("/nl/logout/").status_code == 405
    assert client.get("/nl/account/").status_code == 200
    client.post("/nl/logout/")
    client.cookies["ketenkaart-session"] = kept
    assert client.get("/nl/account/").status_code == 302


@pytest.mark.parametrize("path", ["/nl/login/", "/nl/logout/", "/nl/account/"])
def test_a_form_from_elsewhere_is_refused(path: str) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(User.objects.get(username="coder"))
    answer = strict.post(path, {"name": "coder", "password": PASSWORD})
    assert answer.status_code == 403
    assert say("errors.form_title", "nl") in answer.content.decode()


def test_the_login_form_works_with_its_own_token() -> None:
    strict = Client(enforce_csrf_checks=True)
    page = strict.get("/nl/login/").content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
    assert token
    assert log_in(strict, csrfmiddlewaretoken=token[1]).status_code == 302


@pytest.mark.parametrize(
    "wanted",
    [
        "https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)",
        "/nl/\\..\\x", "http:///evil.example", "nl/", "", "/nl/\r\nSet-Cookie: x=1", "/health",
        "\x00/nl/", "/nl/\tx",
    ],
)  # fmt: skip
def test_nobody_is_sent_to_another_site(client: Client, wanted: str) -> None:
    assert safe_next(wanted) == reverse("web:home")
    assert log_in(client, next=wanted)["Location"] == "/nl/"


def test_a_wrong_password_and_an_unknown_name_read_alike(client: Client) -> None:
    wrong = client.post("/nl/login/", {"name": "coder", "password": "wrong"})
    unknown = client.post("/nl/login/", {"name": "nobody", "password": "wrong"})
    assert wrong.status_code == unknown.status_code == 400
    for answer in (wrong, unknown):
        assert say("account.problem_wrong", "nl") in answer.content.decode()
    assert "ketenkaart-session" not in client.cookies


def test_a_closed_account_does_not_get_in_and_is_put_out(client: Client) -> None:
    log_in(client)
    assert client.get("/nl/account/").status_code == 200
    deactivate(name="coder", actor=CHIEF, at=AT)
    assert client.get("/nl/account/").status_code == 302
    assert log_in(client).status_code == 400


def test_six_failures_lock_the_account_alone_and_for_a_while(client: Client) -> None:
    from axes.models import AccessAttempt, AccessLog

    for n in range(6):
        answer = client.post(
            "/nl/login/",
            {"name": "coder", "password": f"wrong {n}"},
            headers={"user-agent": f"browser {n}"},
            REMOTE_ADDR=f"10.0.0.{n}",
        )
    assert answer.status_code == 429
    locked = log_in(client)
    assert locked.status_code == 429
    assert say("account.problem_locked", "nl") in locked.content.decode()
    assert log_in(Client(), "edito").status_code == 302
    kept = str(list(AccessAttempt.objects.values()))
    assert "10.0.0" not in kept
    assert "browser" not in kept
    assert "wrong" not in kept
    assert not AccessLog.objects.exists()
    AccessAttempt.objects.update(attempt_time=datetime.now(UTC) - timedelta(minutes=14))
    assert log_in(client).status_code == 429
    AccessAttempt.objects.update(attempt_time=datetime.now(UTC) - timedelta(minutes=16))
    assert log_in(client).status_code == 302


def test_success_forgets_earlier_failures(client: Client) -> None:
    for _ in range(4):
        for _ in range(4):
            client.post("/nl/login/", {"name": "coder", "password": "wrong"})
        assert log_in(Client()).status_code == 302


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"password": "wrong"}, "problem_password"),
        ({"again": "something else entirely"}, "problem_again"),
        ({"new_password": "short", "again": "short"}, "problem_new_password"),
    ],
)
def test_a_password_is_not_changed_by_mistake(
    client: Client, fields: dict[str, str], problem: str
) -> None:
    log_in(client)
    new = "nog een rustige middag"
    given = {"password": PASSWORD, "new_password": new, "again": new, **fields}
    answer = client.post("/nl/account/", given)
    assert answer.status_code == 400
    assert say(f"account.{problem}", "nl") in answer.content.decode()
    assert User.objects.get(username="coder").check_password(PASSWORD)


def test_a_new_password_ends_other_sessions_and_keeps_this_one(client: Client) -> None:
    other = Client()
    log_in(client)
    log_in(other)
    new = "nog een rustige middag"
    answer = client.post("/nl/account/", {"password": PASSWORD, "new_password": new, "again": new})
    assert answer["Location"] == "/nl/account/?changed=1"
    assert say("account.changed", "nl") in client.get(answer["Location"]).content.decode()
    assert other.get("/nl/account/").status_code == 302


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_header_says_who_is_logged_in(client: Client, language: str) -> None:
    assert say("account.login", language) in client.get(f"/{language}/").content.decode()
    log_in(client)
    page = client.get(f"/{language}/").content.decode()
    name = re.search(r'<a [^>]*href="/(nl|en)/account/"[^>]*>(.*?)</a>', page)
    assert name is not None
    assert ">coder<" in name[2]
    assert say("account.logout", language) in page
