"""Files of a chain whose table is itself an estimate say so, whatever their form."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path

import polars as pl
import pytest
from django.test import Client
from typer.testing import CliRunner

from ketenkaart.cli.main import app
from ketenkaart.web.views.chain.downloads import ANSWERS
from made_tables import made_table, plain_files, zipped

pytestmark = pytest.mark.django_db
OWN = """omschrijving;sector;bedrag;valuta;land
Granen;A01;250.000,50;USD;China
"""


@pytest.fixture
def brought(data_folder: Path, tmp_path: Path) -> None:
    """A table as a publisher gave it, and the same brought to a later year."""
    path, form = zipped(tmp_path / "made.zip", plain_files(made_table())), tmp_path / "totals.csv"
    for words in (
        ("add", "table", path, "--id", "made"),
        ("nowcast", "made", "--template", form),
        ("nowcast", "made", "--year", "2031", "--totals", form, "--id", "later"),
    ):
        done = CliRunner().invoke(app, ["edition", *map(str, words)])
        assert done.exit_code == 0, done.exception


def handed(site: Client, part: str, form: str, edition: str, more: str = "") -> tuple[bytes, str]:
    answer = site.get(f"/nl/chain/data/{part}.{form}?edition={edition}{more}")
    assert answer.status_code == 200, answer.content.decode()
    name = re.fullmatch(r'attachment; filename="(.*)"', answer["Content-Disposition"])
    assert name
    return answer.content, name[1]


@pytest.mark.usefixtures("brought")
@pytest.mark.parametrize("part", sorted(set(ANSWERS) - {"paths-known"}))
def test_every_file_says_that_its_table_is_an_estimate(site: Client, part: str) -> None:
    for edition, other in (("later", "made"), ("made", "later")):
        more = {"compare": f"&with_edition={other}", "partners": "&product=T"}.get(part, "")
        is_estimate = edition == "later" or part in {"compare", "series"}
        content, name = handed(site, part, "json", edition, more)
        notes = [note["nl"] for note in json.loads(content).get("notes", [])]
        said = [note for note in notes if note.startswith("De tabel later is een schatting.")]
        assert len(said) == is_estimate, notes
        for form in ("json", "csv", "parquet"):
            content, name = handed(site, part, form, edition, more)
            assert name.endswith(f"-estimate.{form}") == is_estimate
        if is_estimate:
            stored = json.loads(pl.read_parquet_metadata(io.BytesIO(content))["notes"])
            assert [note["nl"] for note in stored] == said


@pytest.mark.usefixtures("brought")
def test_so_do_the_files_of_a_list(site: Client) -> None:
    file = io.BytesIO(OWN.encode())
    file.name = "inkoop.csv"
    answer = site.post("/nl/chain/purchases/data/footprint.csv", {"edition": "later", "file": file})
    assert answer.status_code == 200, answer.content.decode()
    assert "footprint-estimate.csv" in answer["Content-Disposition"]


@pytest.fixture
def site() -> Client:
    return Client(raise_request_exception=False)
