"""`ketenkaart followup`: lists, one item, changes by account, feeds in a pipe."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from icalendar import Calendar

from calling import Call
from ketenkaart.services.actors import Role
from made_accounts import add_accounts

ITEM = "kst-26485-319/K22"


pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def people(db: None, data_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A data folder of its own with four people in the record."""
    monkeypatch.delenv("KETENKAART_ACTOR", raising=False)
    at = datetime.now(UTC)
    add_accounts(at, {role.value: [role] for role in (Role.EDITOR, Role.OWNER, Role.VERIFIER)})


def test_an_item_from_owner_to_verdict_on_the_command_line(call: Call, tmp_path: Path) -> None:
    assert call("followup", "assign", "K22", "owner", "--as", "editor")[:2] == (
        0, f"{ITEM} belongs to owner.\n",
    )  # fmt: skip
    report = tmp_path / "verslag.pdf"
    report.write_bytes(b"%PDF-1.7 x")
    steps = (
        ("claim", "K22", "done", "--text", "staat online", "--as", "owner"),
        ("evidence", "K22", str(report), "--title", "Verslag", "--as", "owner"),
        ("evidence", "K22", "https://example.org", "--title", "Site", "--as", "owner"),
        ("deadline", "K22", "2040-01-01", "--text", "later", "--as", "editor"),
        ("verdict", "K22", "partly_kept", "--text", "half", "--as", "verifier"),
    )
    for words in steps:
        code, _, problem = call("followup", *words)
        assert (code, problem) == (0, ""), words
    code, out, _ = call("followup", "show", "K22", "--format", "json")
    shown = json.loads(out)
    assert shown["standing"]["state"] == "partly_kept"
    assert (shown["standing"]["due"], shown["standing"]["expected"]) == ("2020-03-31", "2040-01-01")
    kinds = [entry["kind"] for entry in shown["history"]["evidence"]]
    assert set(kinds) == {"cited", "file", "link"}
    code, out, _ = call("followup", "show", "k22")
    assert "partly kept" in out
    assert "Verslag" in out


def test_the_wrong_role_is_refused_with_what_to_do(call: Call) -> None:
    code, out, problem = call("followup", "verdict", "K11", "kept", "--text", "x", "--as", "owner")
    assert (code, out) == (2, "")
    assert "does not hold the role 'verifier'" in problem
    code, _, problem = call("followup", "claim", "K11", "done", "--text", "x")
    assert code == 2
    assert "--as" in problem


def test_lists_come_as_table_json_and_csv(call: Call) -> None:
    asked = ("followup", "due", "--show", "overdue", "--as-of", "2020-10-01")
    code, out, _ = call(*asked)
    assert code == 0
    assert "Without a verdict, nothing is late or broken." in out
    data = json.loads(call(*asked, "--format", "json")[1])
    table = list(csv.DictReader(io.StringIO(call(*asked, "--format", "csv")[1])))
    assert data["count"] == len(data["rows"]) == len(table) > 0
    assert call("followup", "due", "--show", "due", "--as-of", "1999-01-01")[1] == (
        "Nothing on this list.\n"
    )


def test_the_calendar_goes_down_a_pipe(call: Call) -> None:
    code, out, problem = call("followup", "calendar", "--as-of", "2020-01-01", "--language", "en")
    assert (code, problem) == (0, "")
    assert len(Calendar.from_ical(out).walk("VEVENT")) > 5


def test_the_rest_prints_what_it_says(call: Call) -> None:
    assert json.loads(call("followup", "survival", "--format", "json")[1])["points"] is None
    assert "Too few verdicts" in call("followup", "survival")[1]
    assert "CONCEPT" in call("followup", "letter", "--as-of", "2020-10-01")[1]
    rows = json.loads(call("followup", "dossier", "bhos_1", "--format", "json")[1])["rows"]
    assert {row["lane"] for row in rows} == {"claim", "evidence", "verdict"}
    assert "binding_measures" in call("followup", "plan", "--as-of", "2020-01-01")[1]
    found = json.loads(call("followup", "registers", "--format", "json")[1])
    assert len(found["decisions"]) == 5
    assert len(found["entries"]) == 3


def test_reminders_need_a_mail_server_or_a_trial(call: Call) -> None:
    call("followup", "assign", "K05", "owner", "--as", "editor")
    assert call("followup", "address", "owner", "o@example.org", "--as", "owner")[0] == 0
    code, _, problem = call("followup", "remind", "--as-of", "2020-09-01")
    assert code == 1
    assert "KETENKAART_MAIL_HOST" in problem
    code, out, _ = call("followup", "remind", "--dry-run", "--as-of", "2027-09-01")
    assert code == 0
    assert "would send" in out


@pytest.mark.parametrize(
    "words",
    [
        ("show", "K99"),
        ("due", "--as-of", "gisteren"),
        ("dossier", "nothing"),
        ("withdraw", "claim", "999", "--text", "x", "--as", "editor"),
        ("answer", "999", "--accept", "--as", "owner"),
    ],
    ids=" ".join,
)
def test_what_cannot_be_is_said_in_one_line(call: Call, words: tuple[str, ...]) -> None:
    code, out, problem = call("followup", *words)
    assert (code, out) == (2, "")
    assert problem.startswith("ketenkaart: ")
    assert problem.count("\n") == 1
