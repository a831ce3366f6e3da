"""What was read in reports, on the site: for everybody, and for those who judge."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import User
from django.db import transaction
from django.test import Client

from ketenkaart.core.monitor.judged import JudgedLevel, TruthState
from ketenkaart.services.accounts import add_account
from ketenkaart.services.actors import Actor, Role
from ketenkaart.services.endorsement_judging.samples import open_sample
from ketenkaart.services.ledger import publish_ledger
from ketenkaart.sources.reference import load_ledger
from ketenkaart.web.text import say
from made_reports import fill_reports

AT = datetime(2026, 11, 23, 12, tzinfo=UTC)
PASSWORD = "een rustige middag in april"  # noqa: S105
SAMPLE = "steekproef-1"

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def filled(django_db_setup: None, django_db_blocker) -> Iterator[None]:
    """Fill the record once; every test works on it in a transaction of its own."""
    with django_db_blocker.unblock(), transaction.atomic():
        publish_ledger(load_ledger(), actor="test", at=AT)
        roles = [Role.ADMINISTRATOR, Role.EDITOR]
        add_account(name="ed", password=PASSWORD, roles=roles, actor=None, at=AT)
        for name in ("anna", "bram"):
            chief = Actor("ed", frozenset(roles))
            add_account(name=name, password=PASSWORD, roles=[Role.CODER], actor=chief, at=AT)
        fill_reports("ed", ("anna", "bram"))
        yield
        transaction.set_rollback(True)


@pytest.fixture
def record(filled: None, db: None) -> None:
    """A record with results, a sample and judgements."""


def client_of(name: str | None) -> Client:
    client = Client(raise_request_exception=False)
    if name is not None:
        backend = "django.contrib.auth.backends.ModelBackend"
        client.force_login(User.objects.get(username=name), backend)
    return client


def address(part: str = "", language: str = "nl") -> str:
    return f"/{language}/monitor/reports/{part}"


def text_of(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, path
    return answer.content.decode()


def test_before_anything_was_read_the_page_says_how_to_begin(client: Client) -> None:
    page = text_of(client, address())
    assert say("endorsement.none_yet_title", "nl") in page
    assert client.get(address("data.json")).status_code == 404


def test_everybody_sees_levels_errors_and_what_was_not_read(record: None) -> None:
    client = client_of(None)
    page = text_of(client, address(language="en"))
    assert "300 of the 312 reports were read." in page
    assert "12 could not be read (12 without text, 0 refused)" in page
    assert "that is not level 0" in page
    assert "Level 2 or above: the program finds" in page
    assert "estimate" in page.lower()
    judging = 'href="/en/monitor/reports/judge/"'
    assert judging not in page
    assert judging in text_of(client_of("anna"), address(language="en"))
    rows = list(csv.DictReader(io.StringIO(text_of(client, address("data.csv")))))
    assert [int(row["documents"]) for row in rows] == [120, 90, 60, 30]
    data = json.loads(text_of(client, address("data.json")))
    assert data["summary"]["unreadable"] == 12
    assert data["score"]["lines"][0]["machine"]["sensitivity"]["low"] < 1
    assert client.get(address("data.exe")).status_code == 404
    # No coder, company, file or passage of a report stands on a page for everybody.
    assert not re.search(r"c\d{3}_2024|Passage \d", page + json.dumps(data))
    assert "anna" not in page + json.dumps(data)
    assert "Two coders: 19 of 20 alike" in page
    assert "anna and bram" in text_of(client_of("bram"), address(f"judge/{SAMPLE}/", "en"))


def test_the_page_is_reached_from_what_is_measured(record: None) -> None:
    assert f'href="{address()}"' in text_of(client_of(None), "/nl/monitor/")


def test_judging_is_for_those_who_hold_the_role(record: None) -> None:
    for part in ("judge/", f"judge/{SAMPLE}/", f"judge/{SAMPLE}/1/"):
        answer = client_of(None).get(address(part))
        assert answer.status_code == 302
        assert "/login/" in answer["Location"]
        assert client_of("anna").get(address(part)).status_code == 200
    assert client_of(None).post(address(f"judge/{SAMPLE}/undo/")).status_code == 302
    missing = client_of("anna").get(address("judge/nothing/"))
    assert missing.status_code == 404
    assert "Er is geen steekproef" in missing.content.decode()
    assert client_of("anna").get(address(f"judge/{SAMPLE}/99/")).status_code == 404
    assert client_of("anna").get(address(f"judge/{SAMPLE}/?show=what")).status_code == 400


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_page_is_sound(record: None, language: str) -> None:
    parts = [
        "", "judge/", f"judge/{SAMPLE}/", f"judge/{SAMPLE}/?show=open",
        f"judge/{SAMPLE}/?show=disagreed", f"judge/{SAMPLE}/1/", f"judge/{SAMPLE}/2/",
    ]  # fmt: skip
    for name in ("anna", "ed"):
        for part in parts:
            page = text_of(client_of(name), address(part, language))
            assert page.count("<h1") == 1, part
            assert not re.search(r"<script|<style|\sstyle=|\son[a-z]+=", page), part
            ids = re.findall(r'\sid="([^"]+)"', page)
            assert len(ids) == len(set(ids)), part


def test_a_judgement_is_kept_and_the_next_open_report_follows(record: None) -> None:
    client = client_of("bram")
    path = address(f"judge/{SAMPLE}/30/")
    page = text_of(client, path)
    seen = re.search(r'name="seen" value="(\d+)"', page)
    assert seen is not None
    given = {"level": "mention", "note": "blz. 3", "seen": seen[1], "action": "judge"}
    answer = client.post(path, given)
    assert answer["Location"].endswith(f"judge/{SAMPLE}/31/")
    assert open_sample(SAMPLE).item(30).own("bram") is JudgedLevel.MENTION
    # The same form again comes from a page that no longer holds.
    late = client.post(path, given)
    assert late.status_code == 409
    assert "in een ander venster beoordeeld" in late.content.decode()
    answer = client.post(address(f"judge/{SAMPLE}/undo/"))
    assert answer["Location"].endswith(f"judge/{SAMPLE}/30/?undone")
    assert say("endorsement.undone", "nl") in text_of(client, answer["Location"])
    assert open_sample(SAMPLE).item(30).own("bram") is None


def test_without_a_level_nothing_is_kept_and_the_page_says_so(record: None) -> None:
    client = client_of("bram")
    for level in ("", "9", "<script>"):
        answer = client.post(
            address(f"judge/{SAMPLE}/40/"), {"level": level, "note": "mijn tekst", "seen": "0"}
        )
        assert answer.status_code == 400
        page = answer.content.decode()
        assert say("endorsement.choose", "nl") in page
        assert "mijn tekst" in page
        assert "<script>" not in page
    assert open_sample(SAMPLE).item(40).own("bram") is None


def test_an_editor_settles_a_disagreement_and_no_coder_can(record: None) -> None:
    path = address(f"judge/{SAMPLE}/2/")
    assert open_sample(SAMPLE).item(2).truth.state is TruthState.DISAGREED
    assert say("endorsement.resolve", "nl") not in text_of(client_of("anna"), path)
    given = {"level": "endorsement", "note": "Zie bladzijde 12.", "action": "resolve"}
    assert client_of("anna").post(path, given).status_code == 403
    assert say("endorsement.resolve", "nl") in text_of(client_of("ed"), path)
    assert client_of("ed").post(path, given | {"note": " "}).status_code == 400
    assert client_of("ed").post(path, given).status_code == 302
    truth = open_sample(SAMPLE).item(2).truth
    assert (truth.state, truth.level) == (TruthState.RESOLVED, JudgedLevel.ENDORSEMENT)


def test_the_machine_s_level_is_told_only_to_who_asks(record: None) -> None:
    page = text_of(client_of("bram"), address(f"judge/{SAMPLE}/30/", "en"))
    level = open_sample(SAMPLE).item(30).document.level_name
    proposal = page.index("What the program proposes")
    words = say(f"endorsement.level_{level}", "en")
    assert page.count(words) == 2
    assert page.rindex(words) > proposal > page.rindex("<details", 0, proposal)
