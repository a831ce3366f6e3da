"""Motions and papers on the site and on the command line: the same answers, the same refusals."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest
from django.test import Client
from lxml import etree

from calling import Call
from ketenkaart.core.ledger.execution import EXECUTION_STATES
from ketenkaart.core.ledger.graph import Holding
from ketenkaart.core.ledger.motions import Addressee, Appreciation, RequestKind, VoteResult
from ketenkaart.core.ledger.papers import PaperKind
from ketenkaart.core.ledger.types import VerdictValue
from ketenkaart.services.accounts import add_account
from ketenkaart.services.actors import Actor, Role
from ketenkaart.services.ledger import publish_ledger
from ketenkaart.services.parliament.importing import import_target
from ketenkaart.sources.parliament.reader import read_page
from ketenkaart.sources.reference import load_ledger
from ketenkaart.web.text import texts

AT = datetime(2026, 11, 22, tzinfo=UTC)
LANGUAGES = ("nl", "en")
HOSTILE = "<script>alert(1)</script> & [/bold] {{ x }} =1+1"

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def filled(once_per_file: Callable[[Callable[[], object]], object]) -> None:
    once_per_file(lambda: publish_ledger(load_ledger(), actor="test", at=AT))


@pytest.fixture(autouse=True)
def published(filled: None, db: None) -> None:
    """The first letter is in the record."""


@pytest.fixture
def site() -> Client:
    return Client(raise_request_exception=False)


@pytest.fixture
def motions(tmp_path: Path) -> Path:
    """Thirty motions, one with hostile words, one that replaces another."""
    file = tmp_path / "moties.jsonl"
    rows = [
        {
            "zaak": f"2024Z{number:05d}",
            "dossiers": ["36600XVII"],
            "stuknr": f"Nr. {number}",
            "titel": "MOTIE VAN HET LID PROEF",
            "datum": "2024-11-20",
            "onderwerp": f"Motie van het lid Proef over ketens {number}",
            "kabinetsappreciatie": "Iets onbekends" if number == 3 else "Oordeel Kamer",
            "alineas": ["De Kamer,", f"verzoekt de regering {HOSTILE},", "zie 26 485, nr. 319"],
        }
        for number in range(1, 31)
    ]
    rows[1]["onderwerp"] = f"Gewijzigde motie over {HOSTILE} (t.v.v. 36600-XVII-1)"
    file.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    import_target(str(file), actor="test", at=AT)
    return file


PAGES = (
    "parliament/motions/",
    "parliament/motions/?q=ketens&verdict=left_to_parliament&page=2",
    "parliament/motions/?state=reported_by_government",
    "parliament/motions/?q=zzzz",
    "parliament/motions/35000-XVII-34/",
    "parliament/papers/",
    "parliament/papers/?letter=26485-308",
)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", PAGES)
def test_pages_answer_before_and_after_an_import(
    site: Client, language: str, path: str, request: pytest.FixtureRequest
) -> None:
    for _ in range(2):
        answer = site.get(f"/{language}/{path}")
        assert answer.status_code == 200
        assert f'lang="{language}"' in answer.text
        assert answer.text.count("<h1") == 1
        request.getfixturevalue("motions")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_motion_of_the_first_letter_shows_its_three_lanes(site: Client, language: str) -> None:
    page = site.get(f"/{language}/parliament/motions/35000-XVII-34/").text
    for key in ("lane_government", "lane_items", "lane_verdict_empty", "no_text"):
        assert texts()[f"parliament.{key}"].in_language(language) in page
    assert f'href="/{language}/ledger/follow-up/kst-26485-319/K31/"' in page


def test_other_peoples_words_are_shown_as_words(site: Client, motions: Path) -> None:
    page = site.get("/nl/parliament/motions/36600-XVII-2/").text
    assert "<script>" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; [/bold] {{ x }}" in page
    assert 'href="/nl/parliament/motions/36600-XVII-1/"' in page
    assert "<script>" not in site.get("/nl/parliament/papers/?letter=36600-XVII-2").text
    first = site.get("/nl/parliament/motions/36600-XVII-1/").text
    assert 'href="/nl/parliament/motions/36600-XVII-2/"' in first, "its later version"
    other = site.get("/nl/parliament/motions/36600-XVII-3/").text
    assert "Iets onbekends" in other


def test_a_list_has_pages(site: Client, motions: Path) -> None:
    first = site.get("/nl/parliament/motions/").text
    assert 'rel="next"' in first
    assert 'rel="prev"' not in first
    last = site.get("/nl/parliament/motions/?page=2").text
    assert 'rel="prev"' in last
    assert 'rel="next"' not in last
    assert site.get("/nl/parliament/motions/?page=99").status_code == 200
    assert site.get("/nl/parliament/motions/?page=%C2%B2").status_code == 200


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_wrong_choice_is_said_at_its_field(site: Client, language: str) -> None:
    for path, name in (
        ("motions/?verdict=great", "verdict"),
        ("motions/?state=%3Cb%3E", "state"),
        ("papers/?letter=99999-1", "letter"),
    ):
        answer = site.get(f"/{language}/parliament/{path}")
        assert answer.status_code == 400
        assert f'id="e-{name}"' in answer.text
        assert "<b>" not in answer.text
    assert site.get(f"/{language}/parliament/motions/99999-1/").status_code == 404
    assert site.get(f"/{language}/parliament/motions/data.xml").status_code == 404
    assert site.get(f"/{language}/parliament/papers/data.xml").status_code == 404
    assert site.get(f"/{language}/parliament/papers/data.csv?letter=99999-1").status_code == 404


def test_downloads_hold_what_the_page_shows(site: Client, motions: Path) -> None:
    rows = json.loads(site.get("/nl/parliament/motions/data.json?q=ketens").content)
    assert len(rows) == 29
    sheet = list(
        csv.DictReader(io.StringIO(site.get("/nl/parliament/motions/data.csv?q=ketens").text))
    )
    assert [row["id"] for row in sheet] == [row["id"] for row in rows]
    graph = json.loads(site.get("/nl/parliament/papers/data.json").content)
    arrows = list(csv.reader(io.StringIO(site.get("/nl/parliament/papers/data.csv").text)))
    assert len(arrows) - 1 == len(graph["edges"])
    drawn = etree.fromstring(site.get("/nl/parliament/papers/data.graphml").content)
    assert len(drawn.findall(".//{*}edge")) == len(graph["edges"])
    export = site.get("/nl/parliament/toezeggingen.json").content
    assert read_page(export, "toezeggingen.json").rejects == ()


def test_too_many_papers_for_a_picture_still_have_a_table(site: Client, tmp_path: Path) -> None:
    file = tmp_path / "register.csv"
    head = "zaaknummer,datum,dossiertitel,volgnummer,onderwerp\n"
    rows = [f'2020Z{n:05d},2020-01-01,Titel,{n},"Over 26 485, nr. 319"\n' for n in range(1, 80)]
    file.write_text(head + "".join(rows), encoding="utf-8")
    import_target(str(file), actor="test", at=AT)
    page = site.get("/nl/parliament/papers/").text
    assert 'role="img"' not in page
    assert page.count("2020Z00001") >= 1


def test_every_stored_value_has_words() -> None:
    wanted = {
        "said_": Appreciation,
        "vote_": VoteResult,
        "kind_": RequestKind,
        "to_": Addressee,
        "verdict_": VerdictValue,
        "paperkind_": PaperKind,
        "holding_": Holding,
        "state_": EXECUTION_STATES,
    }
    for prefix, values in wanted.items():
        for value in values:
            assert f"parliament.{prefix}{value}" in texts()


@pytest.fixture
def command(call: Call, data_folder: Path) -> Call:
    return partial(call, "parliament")


def test_the_command_line_gives_the_same(command, motions: Path) -> None:
    code, out, err = command("import", str(motions), "--format", "json")
    assert code == 0, err
    (file,) = json.loads(out)["files"]
    assert (file["kept"], file["unchanged"], file["rejects"]) == ("yes", 30, 0)
    _, out, _ = command("motion", "36 600 XVII, nr. 2")
    assert "[/bold]" in out, "brackets of others are no markup"
    assert "Replaces" in out
    _, out, _ = command("motions", "--about", "ketens", "--format", "json")
    assert json.loads(out)["matching"] == 29
    _, out, _ = command("motions", "--followed", "--format", "csv")
    assert len(out.splitlines()) == 2
    _, out, _ = command("motions", "--verdict", "left_to_parliament", "--limit", "2")
    assert "2 of 29 motions" in out
    _, out, _ = command("graph", "--letter", "26485-319", "--format", "graphml")
    assert len(etree.fromstring(out.encode()).findall(".//{*}edge")) >= 13
    for form, start in (("csv", "source,target"), ("json", "{")):
        assert command("graph", "--format", form)[1].startswith(start)
    assert "papers, " in command("graph")[1]
    code, out, err = command("export-commitments")
    assert json.loads(out)["value"]
    assert "without a deadline are listed apart" in err
    assert "No commitment" in command("commitments")[1]


def test_the_command_line_refuses_with_one_message(command, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.jsonl"
    wrong.write_text("geen json\n", encoding="utf-8")
    for words, said in (
        (("import", str(wrong)), "--keep-good"),
        (("import", str(tmp_path / "absent.json")), "no file or folder"),
        (("import", "https://example.org/x"), "not fetched"),
        (("motion", "99999-1"), "No motion"),
        (("motions", "--state", "great"), "no state of execution"),
        (("graph", "--letter", "99999-1"), "No paper"),
    ):
        code, _, err = command(*words)
        assert code == 2
        assert said in err
        assert "Traceback" not in err
    assert command("import", str(wrong), "--format", "csv")[1].startswith("file,record")


def test_notes_are_made_by_those_who_may(command, site: Client) -> None:
    chief = frozenset({Role.ADMINISTRATOR})
    word = "een lange stille zin voor de proef"
    add_account(name="chief", password=word, roles=chief, actor=None, at=AT)
    for name, role in (("anna", Role.EDITOR), ("vera", Role.VERIFIER)):
        add_account(name=name, password=word, roles=[role], actor=Actor("chief", chief), at=AT)
    words = ("35000-XVII-34", "--nl", "Eigen woorden.", "--en", "Own words.", "--source", "s01")
    link = (*words, "--kind", "link", "--item", "kst-26485-319/R31")
    verdict = (*words, "--kind", "independent_verdict", "--verdict", "partly_kept")
    code, _, err = command("note", *link, "--as", "vera")
    assert (code, "editor" in err) == (2, True)
    assert command("note", *verdict, "--as", "anna")[0] == 2
    assert command("note", *link, "--as", "anna")[0] == 0
    code, out, _ = command("note", *verdict, "--found-on", "2021-01-05", "--as", "vera")
    assert code == 0
    assert "partly kept" in command("motion", "35000-XVII-34")[1]
    page = site.get("/en/parliament/motions/35000-XVII-34/").text
    assert texts()["parliament.verdict_partly_kept"].en in page
    assert "follow-up/kst-26485-319/R31/" in page
    number = out.split()[1]
    why = ("--nl", "Verkeerd.", "--en", "Wrong.", "--as", "vera")
    assert command("withdraw", number, *why)[0] == 0
    assert "partly kept" not in command("motion", "35000-XVII-34")[1]
    for wrong in (
        (*words, "--kind", "link", "--as", "anna"),
        (*words, "--kind", "independent_verdict", "--as", "vera"),
        (*words, "--kind", "withdrawal", "--as", "anna"),
        (*link, "--found-on", "gisteren", "--as", "anna"),
        (*words[:-1], "Geen bron", "--kind", "link", "--as", "anna"),
    ):
        code, _, err = command("note", *wrong)
        assert code == 2
        assert "Traceback" not in err
