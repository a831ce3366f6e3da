"""Instruments as people meet them: the list, one, two beside each other, and changing the facts."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.db import transaction
from django.test import Client
from typer.testing import CliRunner

from ketenkaart.cli.instruments import instruments_app
from ketenkaart.services.actors import Role
from ketenkaart.services.instruments.reading import text_in_use
from ketenkaart.services.instruments.versions import hash_of
from ketenkaart.services.register import find_instrument
from ketenkaart.web.text import say
from made_accounts import add_accounts

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def editors(django_db_setup: None, django_db_blocker) -> Iterator[None]:
    """Two editors and a coder, made once."""
    with django_db_blocker.unblock(), transaction.atomic():
        editors = {name: [Role.EDITOR] for name in ("anna", "bram")}
        add_accounts(AT, {**editors, "cora": [Role.CODER]})
        yield
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def world(editors: None, db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A data folder of its own, with the accounts."""
    monkeypatch.setenv("KETENKAART_DATA", str(tmp_path))


def as_user(name: str | None) -> Client:
    client = Client(raise_request_exception=False)
    if name is not None:
        client.force_login(User.objects.get(username=name))
    return client


def shown(path: str, name: str | None = None, status: int = 200) -> str:
    answer = as_user(name).get(f"/en/instruments/{path}")
    assert answer.status_code == status
    return answer.content.decode()


def test_the_list_is_narrowed_by_every_condition() -> None:
    everything = shown("")
    some = shown("?kind=covenant&sector=textiles&in_force=1&as_of=2019-11-22")
    assert "Agreement on Sustainable Garments and Textile" in some
    assert "Natural stone agreement" not in some.split("</form>")[-1]
    assert len(some) < len(everything)
    assert "in force" in some


def test_an_empty_list_and_a_wrong_condition_say_so() -> None:
    assert say("dossier.none", "en") in shown("?kind=post&in_force=1&as_of=2012-01-01")
    wrong = shown("?kind=pact&as_of=yesterday", status=400)
    assert "pact" in wrong
    assert "yesterday" in wrong
    assert 'role="alert"' in wrong
    assert "pact" in shown("data.csv?kind=pact", status=400)
    assert as_user(None).get("/en/instruments/data.xml").status_code == 404


def test_the_lists_data_is_what_the_page_shows() -> None:
    rows = list(csv.DictReader(io.StringIO(shown("data.csv?kind=covenant"))))
    assert {row["kind"] for row in rows} == {"covenant"}
    assert {"known", "unknown", "not_researched"} <= {row["state"] for row in rows}
    found = json.loads(shown("data.json?kind=covenant"))
    assert {item["id"] for item in found} == {row["instrument"] for row in rows}


def test_one_instrument_shows_its_series_with_a_table_behind_the_picture() -> None:
    page = shown("agt/")
    assert "<svg" in page
    assert "6,289" in page
    assert "not researched" in page
    assert say("dossier.checklist_heading", "en") in page
    assert "theory-based, with interviews" in page
    assert "2,802 locations" in page
    assert "Floriculture Sustainability Initiative" in shown("floriculture/")


def test_the_files_of_one_instrument() -> None:
    assert shown("agt/data.yml") == text_in_use("agt")
    assert json.loads(shown("agt/data.json"))["id"] == "agt"
    assert "share of turnover" in shown("agt/data.csv")
    shown("spvo/data.yml", status=400)
    shown("agt/data.xml", status=404)


def test_two_instruments_and_one_over_time() -> None:
    both = shown("compare/?left=agt&right=trustone&day=2019-11-22")
    assert "48%" in both
    assert both.count('class="kk-differs"') > 5
    one = shown("compare/?left=agt&day=2016-12-31&other_day=2019-11-22&only=1")
    assert "55 companies" in one
    assert "93 companies" in one
    assert "SER" not in one.split("<tbody>")[1]
    assert "is not a date" in shown("compare/?left=agt&day=x", status=400)
    assert "No instrument" in shown("compare/?left=nothing&right=agt", status=404)
    shown("compare/?left=agt", status=400)
    assert "<table" not in shown("compare/")


def edited(name: str, *, keep: bool = True, **changes: str) -> tuple[int, str]:
    text = text_in_use("agt")
    fields = {"text": text.replace("value: 93", "value: 94"), "base": hash_of(text)}
    fields |= {"reason": "a later count", **changes, ("keep" if keep else "look"): "1"}
    answer = as_user(name).post("/en/instruments/agt/edit/", fields)
    return answer.status_code, answer.headers.get("Location", answer.content.decode())


def test_an_editor_looks_keeps_and_a_second_one_publishes_and_undoes() -> None:
    status, page = edited("anna", keep=False)
    assert status == 200
    assert "<ins>" in page
    assert "<del>" in page
    assert edited("anna") == (302, "/en/instruments/agt/versions/1/")
    assert "Version 1 of Agreement" in shown("waiting/", "bram")
    shown("agt/versions/1/", status=404)
    own = shown("agt/versions/1/", "anna")
    assert say("dossier.withdraw", "en") in own
    assert 'value="publish"' not in own
    decide = {"what": "publish", "reason": "checked with the report"}
    address = "/en/instruments/agt/versions/1/"
    assert as_user("anna").post(address, decide).status_code == 403
    assert as_user("cora").post(address, decide).status_code == 404
    assert as_user("bram").post(address, {**decide, "reason": ""}).status_code == 400
    assert as_user("bram").post(address, decide).status_code == 302
    assert "94 companies" in shown("agt/")
    assert "published here to agt" in shown("")
    assert "checked with the report" in shown("agt/versions/")
    back = as_user("anna").post("/en/instruments/agt/versions/", {"reason": "misread"})
    assert back.headers["Location"] == "/en/instruments/agt/versions/2/"
    published = {"what": "publish", "reason": "indeed"}
    assert as_user("bram").post(back.headers["Location"], published).status_code == 302
    assert shown("agt/data.yml") == text_in_use("agt")
    measure = find_instrument("agt").measure("companies")
    assert measure is not None
    assert measure.points[2].value == 93


def test_what_the_rules_refuse_stays_in_the_editor_with_its_field() -> None:
    text = text_in_use("agt").replace("end: 2021-12-31", "end: 2015-12-31")
    status, page = edited("anna", text=text)
    assert status == 400
    assert "ends before it starts" in page
    assert "(key &#x27;end&#x27;)" in page
    assert "end: 2015-12-31" in page
    assert edited("anna", text="<script>alert(1)</script>")[0] == 400
    assert "<script>alert" not in edited("anna", text="<script>alert(1)</script>")[1]
    assert edited("anna", base="0" * 64)[0] == 409
    assert edited("anna", reason="")[0] == 400
    assert edited("cora")[0] == 403


def test_pages_stand_in_dutch_too() -> None:
    for path in ("?kind=law", "agt/", "compare/?left=agt&right=isv", "agt/versions/"):
        page = as_user(None).get(f"/nl/instruments/{path}").content.decode()
        assert '<html lang="nl"' in page
        assert "dossier." not in page


RUN = CliRunner()


def run(*words: str, exit_code: int = 0) -> str:
    result = RUN.invoke(instruments_app, list(words))
    assert (result.exit_code == exit_code) or result.exception, result.output
    return result.output if exit_code == 0 else f"{result.output}{result.exception}"


def test_the_commands_say_what_the_pages_say() -> None:
    compared = json.loads(
        run("compare", "agt", "--as-of", "2016-12-31", "--as-of", "2019-11-22", "--format", "json")
    )
    rows = {row["key"]: row for row in compared["rows"]}
    assert rows["uptake"]["is_same"] is False
    assert [cell["state"] for cell in rows["uptake"]["cells"]] == ["unknown", "known"]
    assert rows["secretariat"]["is_same"] is True
    checks = json.loads(run("checklist", "agt", "--format", "json"))
    assert sum(checks["counts"].values()) == len(checks["criteria"]) == 15
    assert checks["counts"]["not_researched"] == 5
    walked = list(csv.DictReader(io.StringIO(run("crosswalk", "floriculture", "--format", "csv"))))
    assert {row["initiative"] for row in walked} == {"fsi"}
    dated = json.loads(run("history", "agt", "--format", "json"))
    assert [row["day"] for row in dated] == sorted(row["day"] for row in dated)
    assert run("export", "agt", "--format", "yaml") == text_in_use("agt")


def test_a_wrong_command_says_what_to_do(tmp_path: Path) -> None:
    assert "Nothing to compare" in run("compare", "agt", exit_code=2)
    assert "Unknown issue 'nothing'" in run("list", "--issue", "nothing", exit_code=2)
    assert "for covenants" in run("checklist", "ekv", exit_code=2)
    assert "floriculture" in run("crosswalk", "agt", exit_code=2)
    assert "exactly one" in run("export", "--format", "yaml", exit_code=2)
    broken = tmp_path / "agt.yml"
    broken.write_text(text_in_use("agt").replace("end: 2021", "end: 2011"), encoding="utf-8")
    assert "agt.yml" in run("check", str(broken), exit_code=2)
    assert "ends before it starts" in run("check", str(broken), exit_code=2)
    assert "cannot be read" in run("check", str(tmp_path / "none.yml"), exit_code=2)
