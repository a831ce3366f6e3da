"""Terms with a history: from the command line, in files, and on the glossary page."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from calling import printed
from ketenkaart.cli.main import app
from ketenkaart.core.errors import InputError, NotFoundError, ReferenceDataError
from ketenkaart.services.terms import vocabulary
from ketenkaart.sources.reference.folder import reference_root
from ketenkaart.sources.reference.terminology import load_vocabulary
from ketenkaart.web.text import say


def run(capsys: pytest.CaptureFixture[str], *words: str, code: int = 0) -> str:
    return printed(capsys, "terms", *words, code=code)


def test_a_text_is_held_against_the_terms_of_its_day(capsys, tmp_path) -> None:
    file = tmp_path / "letter.md"
    file.write_text("Wij vragen ISV.\n\nHet Open Apparel\nRegistry en IKV.\n", encoding="utf-8")
    then = json.loads(run(capsys, "check", str(file), "--as-of", "2020-05-01", "--format", "json"))
    assert [(r["line"], r["column"], r["word"], r["remark"]) for r in then["remarks"]] == [
        (4, 13, "IKV", "proposed")
    ]
    later = ["check", str(file), "--as-of", "2024-01-01"]
    now = json.loads(run(capsys, *later, "--format", "json"))
    assert [(r["word"], r["write"]) for r in now["remarks"]] == [
        ("Open Apparel Registry", "Open Supply Hub"),
        ("IKV", "internationale sociale voorwaarden"),
    ]
    assert "1 former, 1 proposed" in run(capsys, *later)
    assert run(capsys, *later, "--strict", code=1)
    assert len(run(capsys, *later, "--format", "csv").splitlines()) == 3


def test_a_web_page_is_read_inside_out(capsys, tmp_path) -> None:
    file = tmp_path / "page.html"
    file.write_text("<html><body><p>Over de <b>OAR</b>.</p></body></html>", encoding="utf-8")
    found = json.loads(run(capsys, "check", str(file), "--as-of", "2024-01-01", "--format", "json"))
    assert [row["word"] for row in found["remarks"]] == ["OAR"]


@pytest.mark.parametrize("form", ["table", "csv", "json"])
def test_every_name_leads_to_its_thing(capsys, form) -> None:
    for words in ("OAR", "open supply hub", "isv"):
        assert run(capsys, "show", words, "--format", form)
    assert run(capsys, "list", "--format", form)
    with pytest.raises(NotFoundError, match="No term 'quux'"):
        app(["terms", "show", "quux"])


def test_what_cannot_be_read_is_said(tmp_path) -> None:
    file = tmp_path / "x.txt"
    file.write_bytes(b"good\n\xff\xfe")
    for path, words in (
        (file, "not UTF-8 (at x.txt:2)"),
        (tmp_path / "none.txt", "cannot be read"),
        (tmp_path / "none.docx", "no such file"),
    ):
        with pytest.raises(InputError) as caught:
            app(["terms", "check", str(path)])
        assert words in str(caught.value)


def test_a_fault_in_the_vocabulary_names_file_line_and_key(tmp_path) -> None:
    for part in ("sources.yml", "glossary.yml", "terminology.yml"):
        (tmp_path / part).write_text((reference_root(None) / part).read_text("utf-8"), "utf-8")
    file = tmp_path / "terminology.yml"
    right = file.read_text("utf-8")
    for old, new, words in (
        ("glossary: isv", "glossary: nothing", "(key 'glossary')"),
        ("end: 2023-06-08", "end: 2023-13-08", "(key 'end')"),
        ("forms: [IKV]", "forms: [OAR]", "is a name of 'isv' already"),
    ):
        assert old in right
        file.write_text(right.replace(old, new, 1), "utf-8")
        load_vocabulary.__globals__["_vocabulary"].cache_clear()
        with pytest.raises(ReferenceDataError) as caught:
            load_vocabulary(tmp_path)
        assert words in str(caught.value)
        assert "terminology.yml:" in str(caught.value)


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_glossary_shows_history_and_finds_former_names(language) -> None:
    site = Client()
    whole = site.get(f"/{language}/glossary/").content.decode()
    for concept in vocabulary().concepts:
        anchor = concept.glossary or f"name-{concept.id}"
        assert f'id="{anchor}"' in whole
    assert whole.count("kk-names") == len(vocabulary().concepts)
    found = site.get(f"/{language}/glossary/?q=oar").content.decode()
    assert 'id="name-open_supply_hub"' in found
    assert "Open Supply Hub" in found
    assert 'id="laggard"' not in found
    nothing = site.get(f"/{language}/glossary/?q=%3Cscript%3E").content.decode()
    assert say("terms.nothing", language) in nothing
    assert "<script>" not in nothing
