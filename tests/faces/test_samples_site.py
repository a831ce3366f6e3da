"""Sizing, estimating and checking a table on the site: answers, clear faults, and nothing kept."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from tempfile import gettempdir

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

pytestmark = pytest.mark.django_db
ROWS = "id,stratum,w,hours,share\n" + "".join(
    f"u{k},{'AB'[k % 2]},{10 + 10 * (k % 2)},{k * 7 % 11},{k % 4 / 4}\n" for k in range(24)
)
FIRMS = "firm,owner,sector,wages\n" + "".join(
    f"f{k},o{k % 9},{'food' if k % 2 else 'metal'},{10 + k * 7 % 50}\n" for k in range(30)
)


def send(client: Client, address: str, content: str, name: str = "rows.csv", **form: str):
    file = SimpleUploadedFile(name, content.encode())
    return client.post(address, {"file": file, **form})


@pytest.mark.parametrize("place", ["sample-size", "estimates", "disclosure"])
@pytest.mark.parametrize("language", ["nl", "en"])
def test_an_empty_page_asks_and_answers_nothing(client: Client, place, language) -> None:
    answer = client.get(f"/{language}/monitor/{place}/")
    assert answer.status_code == 200
    text = answer.content.decode()
    assert "<form" in text
    assert 'role="alert"' not in text
    assert f"/{language}/monitor/{place}/" in client.get(f"/{language}/monitor/").content.decode()


def test_a_size_is_worked_out_as_people_type_numbers(client: Client) -> None:
    asked = {"kind": "proportion", "share": "0,3", "margin": "5%", "response": "60%",
             "population": "700", "strata": "food; 500; 10\nmetal; 200; 40"}  # fmt: skip
    text = client.get("/nl/monitor/sample-size/", asked).content.decode()
    assert "220 antwoorden" in text
    assert "Trek er 367" in text
    # the stratum of larger spread gets more after Neyman
    assert ">262<" in text.replace("</td>", "<")
    mean = client.get(
        "/en/monitor/sample-size/", {"kind": "mean", "sd": "10", "margin": "1"}
    ).content.decode()
    assert "answers are needed" in mean


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"margin": "much"}, "is no number"),
        ({"margin": "nan"}, "is no number"),
        ({"margin": "0.05", "share": "1.4"}, "between 0 and 1"),
        ({"margin": "0.05", "strata": "food"}, "strata, line 1"),
        ({"margin": "0.05", "strata": "food; 2.5; 1"}, "whole number"),
        ({"margin": "-1"}, "above zero"),
    ],
)
def test_a_size_that_cannot_be_is_said(client: Client, asked, words) -> None:
    answer = client.get("/en/monitor/sample-size/", asked)
    assert answer.status_code == 400
    assert words in answer.content.decode()


def test_a_table_is_estimated_with_picture_and_forgotten(client: Client) -> None:
    before = set(Path(gettempdir()).iterdir())
    form = {"statistic": "mean:hours\nproportion:share", "by": "stratum", "weights": "w",
            "strata": "stratum", "id": "id"}  # fmt: skip
    answer = send(client, "/en/monitor/estimates/", ROWS, **form)
    text = answer.content.decode()
    assert answer.status_code == 200
    assert text.count("<svg role=") == 2
    assert text.count('<th scope="row">mean:hours') == 2
    assert set(Path(gettempdir()).iterdir()) <= before
    as_csv = send(client, "/en/monitor/estimates/", ROWS, act="csv", **form)
    rows = list(csv.DictReader(io.StringIO(as_csv.content.decode("utf-8-sig"))))
    assert [row["domain"] for row in rows] == ["A", "B", "A", "B"]
    assert all(float(row["low"]) < float(row["estimate"]) < float(row["high"]) for row in rows)


@pytest.mark.parametrize(
    ("content", "name", "form", "words"),
    [
        (ROWS.replace("u2,A,10", "u2,A,0"), "r.csv", {}, "answers.csv, row 4, column w"),
        (ROWS, "r.csv", {"statistic": "mean:nothing"}, "has no column"),
        (ROWS, "r.exe", {}, "is no table"),
        (ROWS, "r.csv", {"statistic": " "}, "Nothing is asked"),
        (ROWS + "x" * (2 << 20), "r.csv", {}, "larger than 2 MB"),
        ("id,hours\n" + "\n".join(f"{k},1" for k in range(20_001)), "r.csv", {}, "20,001 rows"),
        ("<script>alert(1)</script>", "r.csv", {}, "markup, no table"),
    ],
)
def test_a_fault_is_named_and_nothing_is_estimated(client: Client, content, name, form, words):
    asked = {"statistic": "mean:hours", "weights": "w", **form}
    answer = send(client, "/nl/monitor/estimates/", content, name, **asked)
    text = answer.content.decode()
    assert answer.status_code == 400
    assert words in text
    assert "<script>alert" not in text
    assert "<svg role=" not in text


def test_no_file_is_said(client: Client) -> None:
    answer = client.post("/en/monitor/estimates/", {"statistic": "count"})
    assert answer.status_code == 400
    assert "No file was sent" in answer.content.decode()


def test_a_table_of_firms_shows_what_cannot_appear_and_why(client: Client) -> None:
    form = {"by": "sector", "group": "owner", "value": "wages", "least": "3", "percent": "10%"}
    answer = send(client, "/en/monitor/disclosure/", FIRMS + "x,o99,stone,40\n", **form)
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "too few groups" in text
    assert "protects another" in text
    assert "can appear" in text
    assert "do not publish them" in text
    shown = send(client, "/en/monitor/disclosure/", FIRMS, act="csv", **form).content.decode()
    assert "reason" not in shown
    few = send(client, "/nl/monitor/disclosure/", FIRMS, **{**form, "least": "1"})
    assert few.status_code == 400
    assert "too few" in few.content.decode()
