"""`ketenkaart facility`: from a file to the registry and back, by account, in a pipe."""

from __future__ import annotations

import csv
import io
import json
import shlex
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest

from calling import Call
from ketenkaart.cli.facility_commands import facility_app
from ketenkaart.services.actors import Role
from ketenkaart.services.followup.seeding import start_followup
from ketenkaart.services.ledger import publish_ledger
from ketenkaart.sources.reference import load_ledger
from made_accounts import add_accounts

LIST = (
    "Naam fabriek;Adres;Land;Breedtegraad;Lengtegraad\n"
    "Anna Knit Ltd.;12 Station Road, Savar;Bangladesh;90,26;23,85\n"
    "Anna Knit Limited;12 Station Rd, Savar;Bangladesh;23,85;90,26\n"
    "Deniz Tekstil;Ege Cd. 4, İzmir;Türkiye;;\n"
)
GIVEN = ("--by", "merk", "--by-name", "Merk BV", "--by-kind", "brand", "--as", "editor")

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def filled(once_per_file: Callable[[Callable[[], object]], object]) -> None:
    once_per_file(fill)


def fill() -> None:
    at = datetime.now(UTC)
    publish_ledger(load_ledger(), actor="test", at=at)
    start_followup(actor="test", at=at)
    moderators = {name: [Role.MODERATOR] for name in ("anna", "bilal")}
    add_accounts(at, {"editor": [Role.EDITOR], **moderators})


@pytest.fixture(autouse=True)
def people(filled: None, db: None, data_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The record as `fill` left it, with four people in it, and a data folder of its own."""
    monkeypatch.delenv("KETENKAART_ACTOR", raising=False)


@pytest.fixture
def run(call: Call) -> Call:
    return partial(call, "facility")


@pytest.fixture
def file(tmp_path: Path) -> str:
    path = tmp_path / "lijst.csv"
    path.write_text(LIST, encoding="utf-8")
    return str(path)


def ids(run: Call) -> list[str]:
    rows = list(csv.DictReader(io.StringIO(run("list", "--format", "csv")[1])))
    return [row["id"] for row in rows]


def test_a_look_says_what_would_happen_and_keeps_nothing(run: Call, file: str) -> None:
    code, out, told = run("import", file)
    assert code == 0
    assert "3 rows: 3 accepted (1 with a warning), 0 refused." in out
    assert "Latitude and longitude seem swapped" in out
    assert "--keep keeps it" in told
    code, out, _ = run("import", file, "--format", "json")
    data = json.loads(out)
    assert (data["accepted"], data["list"], data["codes"]) == (3, None, {"place_swapped": 1})
    code, out, _ = run("import", file, "--format", "csv")
    (finding,) = csv.DictReader(io.StringIO(out))
    assert (finding["row"], finding["column"], finding["value"]) == ("2", "Breedtegraad", "90,26")
    assert run("lists")[1].startswith("No list was imported yet")
    assert "None was registered yet" in run("list")[1]


@pytest.mark.parametrize("ending", ["csv", "json"])
def test_the_report_goes_to_a_file(run: Call, tmp_path: Path, ending: str) -> None:
    path = tmp_path / "slecht.csv"
    path.write_text('name,address,country\n=1+1,"Road 1",NLD\nX,Road 2,Atlantis\n')
    report = tmp_path / f"report.{ending}"
    code, _, told = run("import", str(path), "--report", str(report))
    assert code == 2
    assert "refused" in told
    text = report.read_text(encoding="utf-8")
    assert "unknown_country" in text
    if ending == "csv":
        rows = list(csv.DictReader(io.StringIO(text)))
        assert rows[0]["value"] == "'=1+1"
    else:
        assert json.loads(text)["refused"] == 1
    code, _, told = run("import", str(path), "--report", str(tmp_path / "report.txt"))
    assert (code, "neither .csv nor .json" in told) == (2, True)


def test_from_a_file_to_the_registry_and_out_for_open_supply_hub(run: Call, file: str) -> None:
    code, _, told = run("import", file, "--keep", "--mend-places", "--register", *GIVEN)
    assert (code, "3 new facilities" in told) == (0, True)
    code, out, _ = run("lists", "--format", "json")
    (kept,) = json.loads(out)
    assert (kept["contributor"], kept["rows"], kept["waiting"]) == ("merk", 3, 0)
    assert "nothing changed" in run("import", file, "--keep", *GIVEN)[2]
    one, other, izmir = ids(run)
    code, out, _ = run("list", "--country", "Turkije", "--format", "json")
    assert json.loads(out)["facilities"][0]["id"] == izmir
    code, out, _ = run("export", "--shape", "os-hub", "--country", "bd")
    rows = list(csv.DictReader(io.StringIO(out)))
    assert [(row["country"], row["lat"], row["lng"]) for row in rows] == [
        ("BD", "23.85", "90.26")
    ] * 2
    # Both ids went out, so that the merge takes two.
    code, out, told = run("merge", other, one, "--reason", "same gate", "--as", "anna")
    assert (code, "second moderator" in told) == (0, True)
    assert "second needed" in run("queue")[1]
    code, _, told = run("decide", "1", "accept", "--reason", "yes", "--as", "anna")
    assert (code, "second person" in told) == (2, True)
    assert run("decide", "1", "accept", "--reason", "yes", "--as", "bilal")[:2] == (
        0, "Proposal 1 is accepted.\n",
    )  # fmt: skip
    code, out, _ = run("show", other.lower(), "--format", "json")
    assert json.loads(out)["leads_to"] == [one]
    (pair,) = csv.DictReader(io.StringIO(run("decided")[1]))
    assert pair["is_match"] == "True"
    events = json.loads(run("history", other, "--format", "json")[1])
    assert [event["what"] for event in events] == ["registered", "merged"]
    code, out, _ = run("undo", str(events[1]["event"]), "--reason", "two gates", "--as", "anna")
    assert (code, "is undone by event" in out) == (0, True)
    assert len(ids(run)) == 3


def test_rows_wait_are_matched_and_a_pair_is_decided(run: Call, file: str) -> None:
    run("import", file, "--keep", *GIVEN)
    code, out, _ = run("place", "1", "--as", "editor")
    assert code == 0
    placed = len(ids(run))
    waiting = json.loads(run("lists", "--format", "json")[1])[0]["waiting"]
    queued = json.loads(run("queue", "--format", "json")[1])
    # However sure matching is of the two Annas, each row is placed or asked about.
    assert (placed, waiting, queued["matching"]) in {(2, 0, 0), (1, 2, 1), (3, 0, 0)}, out


def test_a_split_a_correction_and_a_closure(run: Call, file: str) -> None:
    run("import", file, "--keep", "--register", *GIVEN)
    one, other, izmir = ids(run)
    run("merge", other, one, "--reason", "same", "--as", "anna")
    code, out, _ = run(
        "split", one, "--part", "row:1", "--part", "row:2", "--reason", "two", "--as", "anna"
    )
    assert code == 0
    parts = out.removesuffix(" now.\n").partition("leads to ")[2].split(", ")
    assert json.loads(run("show", other, "--format", "json")[1])["leads_to"] == parts
    code, out, _ = run(
        "correct", izmir, "--set", "workers=200-500", "--set", "isic4=13|14",
        "--set", "parent_company=Deniz AŞ", "--reason", "called", "--as", "editor",
    )  # fmt: skip
    assert "a moderator decides" in out
    number = json.loads(run("queue", "--format", "json")[1])["proposals"][0]["proposal"]
    run("claim", str(number), "--as", "bilal")
    code, _, told = run("decide", str(number), "accept", "--reason", "ok", "--as", "anna")
    assert (code, "bilal is looking" in told) == (2, True)
    run("release", str(number), "--as", "bilal")
    run("decide", str(number), "accept", "--reason", "ok", "--as", "anna")
    shown = json.loads(run("show", izmir, "--format", "json")[1])
    assert (shown["workers"], shown["isic4"]) == ({"low": 200, "high": 500}, ["13", "14"])
    assert "waits again" in run("undecide", str(number), "--reason", "oops", "--as", "anna")[1]
    assert json.loads(run("show", izmir, "--format", "json")[1])["workers"] is None
    assert json.loads(run("proposal", str(number), "--format", "json")[1])["decisions"][-1][
        "ruling"
    ] == "undo"  # fmt: skip
    assert "is closed now" in run("close", izmir, "--reason", "shut", "--as", "anna")[1]
    assert "closed" in run("show", izmir)[1]


WRONG = {
    "import nothing.csv": "There is no file",
    "import LIJST --keep": "Nobody is named as the one who acts",
    "import LIJST --keep --as editor": "gave the list",
    "import LIJST --keep --as editor --by nieuw": "gave no list before",
    "import LIJST --keep --as chief --by m --by-name M --by-kind brand": "neither editor nor",
    "import LIJST --country Atlantis": "no country",
    "show BGD-2026326-00001-PP": "check characters",
    "show BGD-2026326-00001-PQ": "was ever given",
    "list --country Congo": "no country",
    "export --shape pdf": "registry or os-hub",
    "undo 99 --reason x --as anna": "no event",
    "decide 9 accept --reason x --as editor": "does not hold the role",
    "proposal 9": "no proposal",
    "merge BGD-2026326-00001-PQ BGD-2026326-00001-PQ --reason x --as anna": "was ever given",
    "correct BGD-2026326-00001-PQ --set name --reason x --as anna": "is no change",
}


@pytest.mark.parametrize("line", WRONG)
def test_what_is_wrong_is_said_and_ends_in_two(run: Call, file: str, line: str) -> None:
    words = [file if word == "LIJST" else word for word in shlex.split(line)]
    code, out, told = run(*words)
    assert (code, out) == (2, ""), told
    assert WRONG[line] in told
    assert "Traceback" not in told


def test_every_command_has_an_example_that_is_well_formed(run: Call) -> None:
    shown = 0
    for command in facility_app.registered_commands:
        name = command.name or ""
        code, out, _ = run(name, "--help")
        assert code == 0, name
        assert f"ketenkaart facility {name}" in " ".join(out.split()), name
        shown += 1
    assert shown >= 24
