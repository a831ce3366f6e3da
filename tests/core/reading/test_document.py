"""What a letter says of itself, in the forms that letters have."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ketenkaart.core.ledger.reading.document import (
    document_facts,
    earliest_day,
    office_of,
    own_reference,
)
from ketenkaart.core.ledger.reading.normal import normalise
from ketenkaart.core.ledger.reading.places import Places
from ketenkaart.core.ledger.reading.source import DocumentFacts, Extract, Layout


def extract_of(raw: str, facts: DocumentFacts | None = None) -> Extract:
    return Extract(
        media_type="text/plain",
        sha256="0" * 64,
        raw=raw,
        layout=Layout.LINES,
        facts=facts or DocumentFacts(),
    )


BODY = "Geachte voorzitter,\n\nHierbij ontvangt u mijn reactie.\n\n"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Den Haag, 22 november 2019", date(2019, 11, 22)),
        ("’s-Gravenhage, 3 maart 2021", date(2021, 3, 3)),
        ("Datum 3 maart 2021", date(2021, 3, 3)),
        ("Datum: 03-03-2021", date(2021, 3, 3)),
        ("Date: 3 March 2021", date(2021, 3, 3)),
        ("3 maart 2021", date(2021, 3, 3)),
        ("Ontvangen ter griffie van de Tweede Kamer op 3 maart 2021.", date(2021, 3, 3)),
        ("Datum 31 februari 2021", None),
        ("Datum volgt", None),
        ("Op 3 maart 2021 sprak ik met de sector over de regels.", None),
    ],
)
def test_the_day_of_a_letter(line: str, expected: date | None) -> None:
    assert document_facts(extract_of(f"{line}\n\n{BODY}")).date == expected


def test_a_day_that_the_caller_knows_goes_first() -> None:
    raw = f"Den Haag, 22 november 2019\n\n{BODY}"
    assert document_facts(extract_of(raw), day=date(2020, 1, 1)).date == date(2020, 1, 1)


def test_what_the_file_declares_goes_before_its_lines() -> None:
    declared = DocumentFacts(dossier="26485", number="5", date=date(2018, 1, 1), title="Titel")
    raw = f"Den Haag, 22 november 2019\n\nkst-31322-9\n\n{BODY}"
    facts = document_facts(extract_of(raw, declared))
    assert (facts.dossier, facts.number, facts.date) == ("26485", "5", date(2018, 1, 1))
    assert facts.title == "Titel"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("kst-26485-319", ("26485", None, "319")),
        ("kst-35000-XVII-34", ("35000", "XVII", "34")),
        ("kst-21501-32-1400", ("21501", "32", "1400")),
        ("Tweede Kamer, vergaderjaar 2019–2020, 26 485, nr. 319 1", ("26485", None, "319")),
        ("Tweede Kamer, vergaderjaar 2019–2020, 35 000 XVII, nr. 34 2", ("35000", "XVII", "34")),
        ("Eerste Kamer, vergaderjaar 2020–2021, 35 570, A 1", ("35570", None, "A")),
        ("Wij verwijzen naar kst-26485-319 en andere stukken.", (None, None, None)),
    ],
)
def test_the_number_of_a_letter(
    line: str, expected: tuple[str | None, str | None, str | None]
) -> None:
    facts = document_facts(extract_of(f"{BODY}{line}\n"))
    assert (facts.dossier, facts.suffix, facts.number) == expected


def test_the_session_year_gives_the_first_possible_day() -> None:
    facts = document_facts(
        extract_of(f"{BODY}Tweede Kamer, vergaderjaar 2019–2020, 26 485, nr. 3\n")
    )
    assert facts.session_year == "2019-2020"
    assert facts.date is None
    assert earliest_day(facts) == date(2019, 9, 17)
    assert earliest_day(DocumentFacts()) is None


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("De Minister van Zaken,\n\nA.B. Naam", "Minister van Zaken, A.B. Naam"),
        ("de minister voor Zorg,\n\nT. van der Naam", "Minister voor Zorg, T. van der Naam"),
        ("De Staatssecretaris van Zaken,\nAnna Naam", "Staatssecretaris van Zaken, Anna Naam"),
        ("De Minister voor Zorg en\nWonen,\nA. Naam", "Minister voor Zorg en Wonen, A. Naam"),
        ("The Minister for Trade,\n\nA.B. Name", "Minister for Trade, A.B. Name"),
        ("Hoogachtend,", None),
    ],
)
def test_who_signs(lines: str, expected: str | None) -> None:
    assert document_facts(extract_of(f"{BODY}{lines}\n")).sender == expected


def test_the_office_without_the_name() -> None:
    assert office_of("Minister van Zaken, A.B. Naam") == "Minister van Zaken"
    assert office_of("Minister van Zaken") == "Minister van Zaken"
    assert office_of(None) is None


@pytest.mark.parametrize(
    "line", ["Betreft: Reactie op het rapport", "Onderwerp Reactie op het rapport"]
)
def test_the_subject(line: str) -> None:
    assert document_facts(extract_of(f"{line}\n\n{BODY}")).title == "Reactie op het rapport"


def test_the_letters_own_number_stands_in_the_furniture() -> None:
    raw = f"{BODY}kst-26485-319\nTweede Kamer, vergaderjaar 2019–2020, 26 485, nr. 319 1\n"
    extract = extract_of(raw)
    facts = document_facts(extract)
    own = own_reference(extract, facts, Places(extract, normalise(extract)))
    assert own is not None
    assert own.is_own
    assert own.id == "26485-319"
    assert raw[own.locator.start : own.locator.end] == "kst-26485-319"
    assert own.locator.line == raw[: own.locator.start].count("\n") + 1


def test_a_letter_without_a_number_has_no_own_reference() -> None:
    extract = extract_of(BODY)
    places = Places(extract, normalise(extract))
    assert own_reference(extract, document_facts(extract), places) is None


@given(st.text(max_size=400))
@settings(max_examples=200)
def test_any_text_gives_facts(raw: str) -> None:
    facts = document_facts(extract_of(raw))
    assert facts.session_year is None or len(facts.session_year) == 9
