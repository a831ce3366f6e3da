"""Donors' own files on the page of leverage: the command's answer, clear faults, nothing kept."""

from __future__ import annotations

import csv
import html
import io
import json
import re
import tempfile
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from typer.testing import CliRunner

from ketenkaart.cli.main import app
from ketenkaart.services.world_tables import add_table
from made_tables import made_table, write_plain

pytestmark = pytest.mark.django_db
PAGE = "/chain/levers/aid/"


def activity(name: str, paid: str = "1250000", country: str = "ID") -> str:
    return (
        f"<iati-activity default-currency='EUR'><iati-identifier>{name}</iati-identifier>"
        "<reporting-org>Example donor</reporting-org><activity-status code='2'/>"
        "<activity-date type='2' iso-date='2018-01-01'/>"
        "<activity-date type='3' iso-date='2030-01-01'/>"
        f"<recipient-country code='{country}'/><sector code='32163'/><transaction>"
        "<transaction-type code='3'/><transaction-date iso-date='2018-03-01'/>"
        f"<value>{paid}</value></transaction></iati-activity>"
    )


def file_of(*activities: str) -> str:
    return f"<iati-activities version='1.05'>{''.join(activities)}</iati-activities>"


FIRST, SECOND = file_of(activity("a"), activity("b", "much")), file_of(activity("c", "250000"))


@pytest.fixture
def edition(tmp_path: Path, data_folder: Path) -> str:
    table = made_table(("NLD", "IDN", "RoW"), ("c1", "c4", "c14"))
    path = write_plain(table, tmp_path / "made")
    return add_table("table", path, name="clothes-2020", data_folder=data_folder).manifest.id


def send(edition: str, *contents: str | bytes, language: str = "en", name: str = "", act: str = ""):
    files = [
        SimpleUploadedFile(
            name or f"aid{k}.xml", item if isinstance(item, bytes) else item.encode()
        )
        for k, item in enumerate(contents)
    ]
    client = Client(raise_request_exception=False)
    return client.post(f"/{language}{PAGE}?edition={edition}", {"aid": files, "act": act})


def words_of(answer) -> str:
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode())))


def test_files_say_what_the_command_says(edition: str, tmp_path: Path) -> None:
    words = []
    for k, text in enumerate((FIRST, SECOND)):
        path = tmp_path / f"aid{k}.xml"
        path.write_text(text, encoding="utf-8")
        words += ["--aid", str(path)]
    found = CliRunner().invoke(
        app, ["chain", "levers", "--edition", edition, *words, "--format", "json"]
    )
    assert found.exit_code == 0, found.output
    printed = json.loads(found.stdout)
    assert json.loads(send(edition, FIRST, SECOND, act="json").content) == printed
    rows = list(
        csv.DictReader(io.StringIO(send(edition, FIRST, SECOND, act="csv").content.decode()))
    )
    assert [row["aid_spent"] or None for row in rows] == [r["aid_spent"] for r in printed["rows"]]
    clothes = next(r for r in printed["rows"] if (r["country"], r["sector"]) == ("IDN", "c4"))
    assert (clothes["aid_activities"], clothes["aid_spent"]) == (2, "EUR 1500000")


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "nl",
            ("activiteiten: 2, lopend: 2", "EUR 1.500.000", "Niet te gebruiken activiteiten: 1"),
        ),
        ("en", ("activities: 2, running: 2", "EUR 1,500,000", "could not be used: 1")),
    ],
)
def test_the_page_shows_what_is_paid_where(
    edition: str, language: str, said: tuple, tmp_path: Path, monkeypatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "passing"))
    (tmp_path / "passing").mkdir()
    answer = send(edition, FIRST, SECOND, language=language)
    assert answer.status_code == 200
    text = words_of(answer)
    for words in (*said, "Example donor"):
        assert words in text
    assert answer["Cache-Control"] == "no-store"
    assert not answer.cookies
    assert not list((tmp_path / "passing").iterdir())


def test_the_form_stands_where_the_question_can_be_asked(edition: str) -> None:
    site = Client()
    asked = f"edition={edition}&country=IDN"
    page = site.get(f"/nl/chain/levers/?{asked}").content.decode()
    assert f'action="/nl{PAGE}?edition={edition}&amp;country=IDN' in page
    assert PAGE not in site.get("/nl/chain/levers/").content.decode()
    led = site.get(f"/nl{PAGE}?{asked}")
    assert (led.status_code, led["Location"]) == (302, f"/nl/chain/levers/?{asked}")


ENTITIES = "<!DOCTYPE a [<!ENTITY b 'c'>]>" + FIRST
DEEP = "<iati-activities>" + "<a>" * 300 + "</a>" * 300 + "</iati-activities>"


@pytest.mark.parametrize(
    ("contents", "name", "said"),
    [
        ((), "", "Er is geen bestand gestuurd"),
        (("",), "", "is leeg"),
        ((FIRST,), "aid.pdf", "van een soort die hier niet wordt gelezen"),
        (("<html></html>",), "", "geen bestand van hulpactiviteiten: het begint met html"),
        (("<iati-activities>",), "", "geen goede XML"),
        ((b"\xff\xfe\x00",), "", "codering van de XML is onbekend"),
        ((ENTITIES,), "", "stelt een documenttype vast"),
        ((DEEP,), "", "te diep genest"),
        (("<iati-activities>" + "<a/>" * 800_000,), "", "te diep genest of te groot"),
        ((FIRST,) * 11, "", "11 bestanden"),
        ((FIRST, "x" * (8 * 2**20)), "", "samen zijn groter dan 8 MB"),
    ],
)
def test_what_cannot_be_read_is_one_clear_error(
    edition: str, contents: tuple, name: str, said: str
) -> None:
    for act in ("", "csv"):
        answer = send(edition, *contents, language="nl", name=name, act=act)
        assert answer.status_code == 400
        text = words_of(answer)
        assert said in text, text[:3000]
        assert tempfile.gettempdir() not in text
    # the answer without files still stands below
    assert 'id="levers-caption"' in answer.content.decode()


def test_a_table_that_cannot_say_it_says_so() -> None:
    answer = send("starter-2026.1", FIRST)
    assert "needs a full table" in words_of(answer)
