"""The made documents can be read as they are meant to be: words on their pages, and no more."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from ketenkaart.core.ledger.reading.language import language_of
from ketenkaart.core.ledger.reading.source import Extract, PartKind
from ketenkaart.sources.documents.errors import RefusedDocumentError
from ketenkaart.sources.documents.read import read_document
from ketenkaart.sources.documents.reasons import Reason

sys.path.insert(0, str(Path(__file__).parent))

from made import documents, expected, languages

MADE = documents()
EXPECTED = expected()
READABLE = [name for name in MADE if not EXPECTED[name]["unreadable"]]


def plain(text: str) -> str:
    """Return a text with its words made whole and single spaces between them."""
    return " ".join(re.sub(r"(\w)-\s*\n\s*(?=[a-z])", r"\1", text).split())


def page_text(extract: Extract, page: int) -> str:
    (part,) = (part for part in extract.parts if part.kind is PartKind.PAGE and part.page == page)
    return plain(extract.raw[part.start : part.end])


def test_there_are_documents_of_every_level_and_form() -> None:
    assert len(MADE) >= 12
    assert {each.get("level") for each in EXPECTED.values()} == {0, 1, 2, 3, None}
    assert {Path(name).suffix for name in MADE} == {".pdf", ".txt", ".docx", ".html", ".xhtml"}


def test_the_same_bytes_come_out_each_time() -> None:
    assert documents() == MADE


@pytest.mark.parametrize("name", READABLE)
def test_the_deciding_words_stand_on_their_pages(name: str) -> None:
    extract = read_document(MADE[name], name=name)
    wanted = EXPECTED[name]
    if wanted["pages"]:
        for page, words in zip(wanted["pages"], wanted["words"], strict=True):
            assert words in page_text(extract, page)
    else:
        for words in wanted["words"]:
            assert words in plain(extract.raw)
    assert extract.is_partial is wanted["partial"]
    assert language_of(extract.raw) == languages()[name]


def test_a_scan_is_refused_because_it_holds_no_text() -> None:
    (name,) = set(MADE) - set(READABLE)
    with pytest.raises(RefusedDocumentError) as caught:
        read_document(MADE[name], name=name)
    assert caught.value.reason is Reason.NO_TEXT


def test_words_that_nobody_sees_are_not_read() -> None:
    extract = read_document(MADE["menu-and-cookies.html"], name="menu-and-cookies.html")
    assert "OESO" not in extract.raw


def test_the_broken_name_runs_over_the_end_of_the_page() -> None:
    name = "hyphen-over-page-end.pdf"
    extract = read_document(MADE[name], name=name)
    assert page_text(extract, 2).endswith(
        "OESO-richt- Waterman Baggerwerken | Jaarverslag 2021 | 2"
    )
    assert page_text(extract, 3).startswith("lijnen voor multinationale ondernemingen.")


def test_tagged_facts_leave_sentences_whole_and_the_hidden_header_unread() -> None:
    extract = read_document(MADE["inline-report.xhtml"], name="inline-report.xhtml")
    shown = [extract.raw[part.start : part.end] for part in extract.parts]
    assert (
        "The policies of the group are aligned with the OECD Guidelines for Multinational "
        "Enterprises and apply to all companies in which it has control." in shown
    )
    assert "repairs harm" not in extract.raw
