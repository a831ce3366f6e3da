"""`ketenkaart facility node|profile|coverage|programme|wage|sharing|contact`, paths to places."""

from __future__ import annotations

import csv
import html
import io
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from django.test import Client

from calling import Call
from ketenkaart.db.record import models as rows
from ketenkaart.services.accounts import add_account
from ketenkaart.services.actors import Role
from ketenkaart.services.facilities.changing import correct_held
from ketenkaart.services.facility_facts.coverage import coverage_on
from ketenkaart.services.facility_facts.profile import profile_of
from ketenkaart.services.followup.seeding import start_followup
from ketenkaart.services.installed import edition_day
from ketenkaart.services.ledger import publish_ledger
from ketenkaart.sources.reference import load_ledger
from ketenkaart.web.text import say
from made_accounts import PASSWORD
from made_registry import AT, fill_registry

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def filled(once_per_file: Callable[[Callable[[], object]], object]) -> dict[str, str]:
    """A filled registry, and anna who may do all."""

    def fill() -> dict[str, str]:
        publish_ledger(load_ledger(), actor="test", at=AT)
        start_followup(actor="test", at=AT)
        add_account(name="anna", password=PASSWORD, roles=[Role.ADMINISTRATOR], actor=None, at=AT)
        return fill_registry("anna")

    found = once_per_file(fill)
    assert isinstance(found, dict)
    return found


@pytest.fixture
def keys(
    filled: dict[str, str], db: None, data_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> dict[str, str]:
    """Ids by what they show; anna acts."""
    monkeypatch.setenv("KETENKAART_ACTOR", "anna")
    return filled


def test_command_line_site_and_service_say_the_same(
    call: Call, keys: dict[str, str], client: Client
) -> None:
    for key in keys.values():
        told = profile_of(key, day=edition_day()).as_json()
        code, out, _ = call("facility", "profile", key, "--format", "json")
        assert (code, json.loads(out)) == (0, told)
        site = client.get(f"/nl/facilities/{key}/data.json", follow=True)
        assert json.loads(site.content) == told
    code, out, _ = call("facility", "node", keys["old"], "--format", "json")
    assert (
        json.loads(out)
        == {"id": keys["alpha"]} | profile_of(keys["alpha"], day=edition_day()).as_json()["node"]
    )
    day = date(2019, 11, 22)
    code, out, _ = call("facility", "coverage", "--as-of", str(day), "--format", "json")
    expected = coverage_on(day).as_json()
    assert (code, json.loads(out)) == (0, expected)
    address = f"/en/facilities/coverage/data.json?as_of={day}"
    assert json.loads(client.get(address).content) == expected


@pytest.mark.parametrize(
    ("words", "part"),
    [
        (("facility", "profile", "nothing"), "no id of a facility"),
        (("facility", "node", "BGD-2020001-00001-00"), "check characters"),
        (("facility", "coverage", "--as-of", "gisteren"), "not a date"),
        (("facility", "programme", "link", "{alpha}", "moonshine", "--source", "x"), "moonshine"),
        (("facility", "programme", "withdraw", "99", "--reason", "x"), "no programme link"),
        (
            ("facility", "wage", "add", "{alpha}", "-5", "--currency", "BDT", "--on",
             "2026-01-01", "--source", "x"), "-5",
        ),
        (
            ("facility", "wage", "add", "{alpha}", "5", "--currency", "taka", "--on",
             "2026-01-01", "--source", "x"), "--currency",
        ),
        (("facility", "wage", "benchmarks", "load", "absent.csv", "--source", "x"), "absent.csv"),
        (("facility", "sharing", "release"), "last release"),
        (("facility", "contact", "answer", "99", "x"), "no request"),
    ],
)  # fmt: skip
def test_a_wrong_word_is_refused_with_what_to_do(
    call: Call, keys: dict[str, str], words: tuple[str, ...], part: str
) -> None:
    code, out, problem = call(*(word.format(**keys) for word in words))
    assert code == 2
    assert out == ""
    assert part in problem


def test_statements_come_and_go(call: Call, keys: dict[str, str], tmp_path: Path) -> None:
    key = keys["unknown"]
    code, out, _ = call("facility", "programme", "link", key, "fair_wear", "--source", "its site")
    assert code == 0
    number = out.split()[1].rstrip(":")
    assert "fair_wear" in call("facility", "profile", key)[1]
    assert call("facility", "programme", "withdraw", number, "--reason", "no")[0] == 0
    assert "fair_wear, ?" not in call("facility", "profile", key)[1]
    file = tmp_path / "mine.csv"
    file.write_text(
        "country;low;currency;per;on;kind;title;publisher\n"
        "CHN;3000;CNY;month;2026-01-01;net;Made;Example\n",
        encoding="utf-8",
    )
    load = ("facility", "wage", "benchmarks", "load", str(file), "--source", "made")
    assert call(*load)[1] == "1 benchmarks are in use.\n"
    wage = (
        "facility", "wage", "add", key, "2400", "--currency", "CNY", "--on", "2026-02-01",
        "--kind", "net", "--source", "made",
    )  # fmt: skip
    assert call(*wage)[0] == 0
    told = json.loads(call("facility", "profile", key, "--format", "json")[1])
    assert told["wage_gap"]["low"] == pytest.approx(0.2)
    listed = list(csv.DictReader(io.StringIO(
        call("facility", "wage", "benchmarks", "list", "--format", "csv")[1]
    )))  # fmt: skip
    assert [row["file"] for row in listed] == ["x.csv", "mine.csv"]


def test_sharing_and_contact_name_nobody(call: Call, keys: dict[str, str]) -> None:
    code, out, _ = call("facility", "sharing", "own", "--format", "json")
    own = json.loads(out)
    assert code == 0
    assert {row["others"] for row in own["rows"]} == {"fewer_than_3"}
    assert own["matching"] == len(own["rows"]) == 2
    assert "open" in call("facility", "contact", "list")[1]
    done = call("facility", "contact", "answer", "1", "I asked whoever is there.")
    assert done[:2] == (0, "Request 1: passed on.\n")


def test_programmes_are_listed_with_their_sources(call: Call, data_folder: Path) -> None:
    code, out, _ = call(
        "facility", "programme", "list", "--country", "bgd", "--as-of", "2019-11-22",
        "--format", "csv",
    )  # fmt: skip
    rows = {row["programme"]: row for row in csv.DictReader(io.StringIO(out))}
    assert code == 0
    assert rows["better_work"]["running"] == "running"
    assert rows["better_work"]["grade"] == "likely"


def test_paths_end_in_places_that_are_known(call: Call, keys: dict[str, str]) -> None:
    asked = (
        "chain", "paths", "--edition", "starter", "--country", "IND", "--sector", "textiles",
        "--top", "3", "--facilities",
    )  # fmt: skip
    told = json.loads(call(*asked, "--format", "json")[1])
    for row in told["rows"]:
        source = row["nodes"][0]
        assert (source["known_in_registry"], source["first"][0]["name"]) == (
            1,
            "Zeta Spinning Mills Pvt. Ltd.",
        )
    assert "not known" in told["facilities_note"]["en"]
    plain = json.loads(call(*asked[:-1], "--format", "json")[1])
    assert [row["value"] for row in plain["rows"]] == [row["value"] for row in told["rows"]]
    assert "known_in_registry" not in json.dumps(plain)
    code, out, problem = call(*asked, "--format", "csv")
    first = next(csv.DictReader(io.StringIO(out)))
    assert (code, first["known_at_source"]) == (0, "1")
    assert "Whether they supply this chain is not known" in problem
    assert "Zeta Spinning" in call(*asked)[1]


def test_the_site_lists_what_the_command_prints(
    call: Call, keys: dict[str, str], client: Client
) -> None:
    tail = "?country=IND&sector=textiles"
    asked = (
        "chain", "paths", "--edition", "starter", "--country", "IND", "--sector", "textiles",
        "--top", "25", "--facilities", "--uncertainty", "--draws", "0",
    )  # fmt: skip
    told = json.loads(call(*asked, "--format", "json")[1])
    assert client.get(f"/en/chain/data/paths-known.json{tail}").json() == told
    assert (
        client.get(f"/en/chain/data/paths-known.csv{tail}").content.decode().splitlines()
        == call(*asked, "--format", "csv")[1].splitlines()
    )
    source = told["rows"][0]["nodes"][0]
    (place,) = source["first"]
    for part in ("paths", "between"):
        page = html.unescape(client.get(f"/en/chain/{part}/{tail}").content.decode())
        assert f'href="/en/facilities/{place["id"]}/">{place["name"]}</a>' in page
        listed = client.get("/en/facilities/data.json?country=IND&sector=textiles").json()
        assert f'href="/en/facilities/{tail}"' in page
        assert len(listed) == source["known_in_registry"]
        assert say("chain.known_one", "en") in page
    rows = client.get(f"/en/chain/places/{tail}").content.decode()
    assert f'href="/en/facilities/{html.escape(tail)}">1<' in rows


def test_who_named_a_facility_stays_unsaid_where_paths_begin(
    keys: dict[str, str], client: Client
) -> None:
    pages = [
        client.get(f"/nl/chain/{part}/?country=ROW&arises=anywhere").content.decode()
        for part in ("paths", "between", "places")
    ]
    for name in rows.FacilityContributor.objects.values_list("name", flat=True):
        assert not any(name in page for page in pages)
    for title in rows.FacilityList.objects.values_list("title", flat=True):
        assert not any(title in page for page in pages)


def test_the_page_of_paths_follows_the_registry(keys: dict[str, str], client: Client) -> None:
    address = "/en/chain/paths/?country=IND&sector=textiles"
    tag = client.get(address)["ETag"]
    assert client.get(address, headers={"if-none-match": tag}).status_code == 304
    here = rows.Facility.objects.get(name__startswith="Zeta Spinning")
    correct_held(here, {"name": "Zeta Weaving"}, reason="a new name", by="test", at=AT)
    again = client.get(address, headers={"if-none-match": tag})
    assert again.status_code == 200
    assert "Zeta Weaving</a>" in again.content.decode()
