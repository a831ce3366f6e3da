"""One contract for every face: the same question gets the same answer, or the same refusal."""

from __future__ import annotations

import csv
import html
import io
import json
from urllib.parse import urlencode

import pytest
from django.test import Client

from calling import Call
from ketenkaart.core.governance.answers import GapQuery
from ketenkaart.services.exports import gap_json
from ketenkaart.services.governance import compute_gap

QUESTIONS = [
    {},
    {"by": "country", "kind": "depth", "as_of": "2019-11-22"},
    {"by": "sector", "measure": "person_years", "issue": "corruption"},
    {"by": "layer", "country": "BGD", "as_of": "2018-12-31", "without": "agt"},
    {"by": "buyer", "sector": "textiles", "country": "CHN"},
]

REFUSALS = [
    ({"country": "XQZ"}, "XQZ"),
    ({"country": "NLD"}, "outside the Netherlands"),
    ({"issue": "living_wage"}, "not researched"),
    ({"sector": "moon"}, "moon"),
    ({"without": "magic"}, "magic"),
    ({"as_of": "1066-10-14"}, "1066-10-14"),
]


def on_the_command_line(question: dict[str, str], call: Call) -> tuple[int, str, str]:
    words = [
        word for name, value in question.items() for word in (f"--{name.replace('_', '-')}", value)
    ]
    return call("gap", *words, "--format", "json")


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda item: urlencode(item) or "default")
def test_service_command_line_and_site_give_the_same_figures(
    question: dict[str, str], call: Call, client: Client
) -> None:
    asked = question | ({"without": (question["without"],)} if "without" in question else {})
    expected = gap_json(compute_gap(GapQuery.model_validate(asked)))
    code, out, _ = on_the_command_line(question, call)
    assert code == 0
    assert json.loads(out) == expected
    for language in ("nl", "en"):
        address = f"/{language}/gap/data.json?{urlencode(question)}"
        assert json.loads(client.get(address).content) == expected
    rows = list(
        csv.DictReader(
            io.StringIO(client.get(f"/nl/gap/data.csv?{urlencode(question)}").content.decode())
        )
    )
    assert [row["id"] for row in rows[:-1]] == [row["id"] for row in expected["rows"]]
    assert rows[-1]["id"] == expected["total"]["id"]


@pytest.mark.parametrize(
    ("question", "words"),
    REFUSALS,
    ids=lambda item: urlencode(item) if isinstance(item, dict) else "",
)
def test_every_face_refuses_the_same_question(
    question: dict[str, str], words: str, call: Call, client: Client
) -> None:
    code, out, err = on_the_command_line(question, call)
    assert code == 2
    assert words in err
    assert out == ""
    page = client.get(f"/en/gap/?{urlencode(question)}")
    assert page.status_code == 400
    assert next(iter(question.values())) in html.unescape(page.content.decode())
    for form in ("json", "csv"):
        assert client.get(f"/en/gap/data.{form}?{urlencode(question)}").status_code == 400
