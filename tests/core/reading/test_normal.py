"""What a letter's text becomes, and that every character of it can be found back."""

from __future__ import annotations

import importlib.util
import sys
from itertools import pairwise
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ketenkaart.core.ledger.reading.normal import normalise
from ketenkaart.core.ledger.reading.source import (
    Extract,
    Layout,
    NormalText,
    Part,
    PartKind,
    Span,
)

ROOT = Path(__file__).parents[3]


def _made_letters() -> ModuleType:
    spec = importlib.util.spec_from_file_location("letters", ROOT / "benchmarks" / "letters.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["letters"] = module
    spec.loader.exec_module(module)
    return module


LETTERS = _made_letters()


def lines(raw: str, pages: tuple[int, ...] = ()) -> NormalText:
    ends = [*pages[1:], len(raw)]
    parts = (
        tuple(
            Part(kind=PartKind.PAGE, start=start, end=end, page=number)
            for number, (start, end) in enumerate(zip(pages, ends, strict=True), start=1)
        )
        if pages
        else ()
    )
    return normalise(
        Extract(media_type="text/plain", sha256="0" * 64, raw=raw, layout=Layout.LINES, parts=parts)
    )


def blocks(raw: str, *parts: Part) -> NormalText:
    return normalise(
        Extract(media_type="text/html", sha256="0" * 64, raw=raw, layout=Layout.BLOCKS, parts=parts)
    )


def headings(text: NormalText) -> list[str]:
    return [text.text[part.span.start : part.span.end] for part in text.headings]


def paragraphs(text: NormalText) -> list[str]:
    return [text.text[part.span.start : part.span.end] for part in text.paragraphs]


def body(text: NormalText) -> list[str]:
    spans = [part.span for part in text.headings]
    spans += [part.span for part in text.paragraphs if not part.is_footnote]
    return [text.text[start:end] for start, end in sorted(spans)]


def check_way_back(raw: str, text: NormalText) -> None:
    """Every character comes from its own place; places grow within body and footnotes."""
    assert text.runs == tuple(sorted(text.runs, key=lambda run: run.start))
    spans = sorted([part.span for part in (*text.headings, *text.paragraphs)])
    assert "\n".join(text.text[start:end] for start, end in spans) == text.text
    for start, end in spans:
        places = [text.origin(position) for position in range(start, end)]
        assert all(a < b for a, b in pairwise(places))
        for position, place in zip(range(start, end), places, strict=True):
            shown = text.text[position]
            assert shown == raw[place] or (shown == " " and raw[place].isspace())
        original = text.original(Span(start, end))
        assert raw[original.start] == text.text[start]
        assert raw[original.end - 1] == text.text[end - 1]
    notes = {part.span for part in text.paragraphs if part.is_footnote}
    in_body = [text.origin(span.start) for span in spans if span not in notes]
    assert in_body == sorted(in_body)


PIECES = st.sampled_from(
    [
        "Geachte voorzitter,",
        "Het kabinet",
        "neemt dit over.",
        "door-",
        "lichting",
        "MVO-",
        "kaders",
        "- een punt;",
        "1. Zorg",
        "a) Maak",
        "wet-",
        "en regel",
        "",
        "",
        " ",
        "\u00ad",
        "PWC2",
        "\u200b",
        "2 Zie het rapport.",
        "TITEL",
        "Pagina 1",
        "kst-1-2",
        "nr.",
        "34)",
        "\u00a0",
        "x" * 90,
        "(",
        ")",
    ]
)
BREAKS = st.sampled_from(["\n", "\n", "\r\n", "\n\n", " ", "\f", "\r", "\u2028", "\n\n\n"])


@settings(max_examples=150)
@given(st.lists(st.tuples(PIECES | st.text(max_size=8), BREAKS), max_size=25))
def test_every_character_of_printed_lines_has_its_way_back(found: list[tuple[str, str]]) -> None:
    raw = "".join(piece + gap for piece, gap in found)
    check_way_back(raw, lines(raw))


SPOKEN = "de het Kabinet raad en of beleid voortzetten Wij (ook) «zo» over. uit; wat?"
WORDS = st.lists(
    st.sampled_from(SPOKEN.split()),
    min_size=1,
    max_size=40,
)


@given(WORDS, st.integers(12, 60), st.sampled_from(["\n", "\r\n"]))
def test_no_word_of_printed_lines_is_lost(words: list[str], width: int, end: str) -> None:
    raw, column = "", 0
    for word in words:
        column += len(word) + 1
        raw += word + (" " if column < width else end)
        column = 0 if column >= width else column
    assert lines(raw).text.split() == words


KINDS = st.sampled_from([kind for kind in PartKind if kind is not PartKind.PAGE])


@st.composite
def nested_parts(draw: st.DrawFn) -> tuple[str, tuple[Part, ...]]:
    """A text with parts that nest or stand apart, some of them strong."""
    raw = draw(st.text("ab -.1)\n\u00ad\u00e9", max_size=40))
    parts: list[Part] = []

    def fill(start: int, end: int, depth: int) -> None:
        while start < end and depth < 3:
            first = draw(st.integers(start, end))
            last = draw(st.integers(first, end))
            if draw(st.booleans()):
                parts.append(Part(kind=draw(KINDS), start=first, end=last))
                fill(first, last, depth + 1)
            start = last + 1

    fill(0, len(raw), 0)
    return raw, tuple(parts)


@settings(max_examples=150)
@given(nested_parts())
def test_every_character_of_marked_parts_has_its_way_back(
    found: tuple[str, tuple[Part, ...]],
) -> None:
    raw, parts = found
    text = blocks(raw, *parts)
    check_way_back(raw, text)
    kept = sorted("".join(raw.replace("\u00ad", "").split()))
    assert sorted("".join(text.text.split())) == kept
    for start, end in text.strong:
        assert 0 <= start < end <= len(text.text)


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_printed_pages_give_back_the_paragraphs_they_were_made_of(end: str) -> None:
    whole = 0
    for seed in range(60):
        letter = LETTERS.make_letter(seed)
        raw = LETTERS.printed(letter, width=60 + seed % 20, end=end)
        text = lines(raw)
        check_way_back(raw, text)
        assert " ".join(body(text)) == " ".join(part.words for part in letter.texts)
        assert headings(text) == [part.words for part in letter.texts if part.is_heading]
        notes = [part for part in text.paragraphs if part.is_footnote]
        assert [part.mark for part in notes] == [str(n + 1) for n in range(len(notes))]
        assert len(notes) == sum(part.note is not None for part in letter.texts)
        whole += body(text) == [part.words for part in letter.texts]
    # a page that ends with a full line and a full stop leaves open whether the paragraph does
    assert whole >= 54


def test_normalised_text_is_not_changed_again() -> None:
    for seed in range(40):
        letter = LETTERS.make_letter(seed)
        once = lines(LETTERS.printed(letter))
        again = lines(once.text)
        assert again.text == once.text
        assert headings(again) == headings(once)
        assert body(lines(letter.plain)) == [part.words for part in letter.texts]


@pytest.mark.parametrize(
    ("raw", "wanted"),
    [
        ("de door-\nlichting van\nhet beleid", "de doorlichting van het beleid"),
        ("de MVO-\nkaders en\nde rest", "de MVO-kaders en de rest"),
        ("de EU-\nLidstaten en\nde rest", "de EU-Lidstaten en de rest"),
        ("de wet-\nen regelgeving van\nnu", "de wet- en regelgeving van nu"),
        ("de in-\nen uitvoer van\nnu", "de in- en uitvoer van nu"),
        ("groei van 2012–\n2018 en\nmeer", "groei van 2012–2018 en meer"),
        ("zie www.nl.example/\nstukken en\nmeer", "zie www.nl.example/stukken en meer"),
        (
            "hoog-risicoland en hoog-\nrisicoland van\nnu",
            "hoog-risicoland en hoog-risicoland van nu",
        ),
        ("van state-\nowned bedrijven en\nmeer", "van state-owned bedrijven en meer"),
        ("een e-\nmail van\nnu", "een e-mail van nu"),
        ("dit – zo\nblijkt – is\nzo", "dit – zo blijkt – is zo"),
        ("de af\u00adge\u00ad\nsproken maat\nregel", "de afgesproken maat regel"),
    ],
)
def test_what_a_hyphen_at_a_line_end_means(raw: str, wanted: str) -> None:
    assert lines(raw).text == wanted


def test_a_footnote_in_mid_sentence_is_lifted_out() -> None:
    raw = (
        "De regeling geldt voor bedrijven die met CO22 te maken hebben, volgens\n"
        "de Rekencommissie.1 Dat betekent dat de afspraken in ieder geval niet\n"
        "\n"
        "1 Rekencommissie, «Zicht op afspraken», december 2019, te vinden op\n"
        "www.voorbeeld.example.\n"
        "kst-1-2\n"
        " hoeven te worden herzien, zegt het bureau.\n"
    )
    text = lines(raw)
    assert text.text.count("\n") == 1
    assert "met CO22 te maken hebben, volgens de Rekencommissie. Dat betekent" in text.text
    assert "in ieder geval niet hoeven te worden herzien, zegt het bureau." in text.text
    note = text.paragraphs[-1]
    assert note.is_footnote
    assert note.mark == "1"
    assert paragraphs(text)[-1].endswith("te vinden op www.voorbeeld.example.")


@pytest.mark.parametrize("word", ["CO2", "G7", "PM10", "artikel 1", "2,5", "Q3", "A4"])
def test_numbers_that_call_no_footnote_stay(word: str) -> None:
    raw = f"Het gaat hier om {word} en dat is een lange regel in deze brief over\nniets anders.\n"
    assert word in lines(raw).text


def test_page_furniture_goes_and_a_title_at_the_page_end_stays_a_title() -> None:
    raw = (
        "De raad vraagt aandacht voor het toezicht op ketens, en het kabinet\n"
        "deelt dit.\n\nInkoop\n\nkst-31999-12\nISSN 0921 - 7371\n’s-Gravenhage 2021\n"
        "Tweede Kamer, vergaderjaar 2020–2021, 31 999, nr. 12 1\n\f"
        "De raad beveelt aan om regels voor inkoop te herzien. Dat wordt over-\n"
        "genomen.\n"
        "Tweede Kamer, vergaderjaar 2020–2021, 31 999, nr. 12 2\n"
    )
    text = lines(raw)
    assert headings(text) == ["Inkoop"]
    assert "kst" not in text.text
    assert "vergaderjaar" not in text.text
    assert text.text.endswith("Dat wordt overgenomen.")


def test_running_lines_of_any_publisher_go_when_most_pages_have_them() -> None:
    pages = [
        f"Adviesraad Ketens | Jaarbrief\n\nOp bladzijde {n} staat een alinea over {word}.\n\n"
        f"Blad {n} van 4 | AK-2021-9\n"
        for n, word in enumerate(["inkoop", "export", "import", "handel"], start=1)
    ]
    starts = [sum(map(len, pages[:n])) for n in range(4)]
    text = lines("".join(pages), tuple(starts))
    assert "Jaarbrief" not in text.text
    assert "AK-2021" not in text.text
    assert len(text.paragraphs) == 4


def test_the_frame_of_a_letter_is_no_heading() -> None:
    raw = (
        "Aan de Voorzitter van de\nTweede Kamer\nPostbus 1\nDen Haag\n\nDatum 3 maart 2021\n"
        "Betreft Reactie op het advies\n\nGeachte voorzitter,\n\n"
        "Hierbij bied ik u de reactie aan op het advies dat de raad in december heeft\n"
        "uitgebracht. Dat geldt hier.\n\n1. Inleiding\n\nDe raad doet een voorstel.\n\n"
        "Hoogachtend,\n\nDe Minister van Handel,\n\nA.B. de Vries\n"
    )
    text = lines(raw)
    assert headings(text) == ["1. Inleiding"]
    assert paragraphs(text)[-2:] == ["De Minister van Handel,", "A.B. de Vries"]
    assert "Datum 3 maart 2021" in paragraphs(text)


def test_items_of_a_list_carry_their_marks() -> None:
    raw = (
        "De raad beveelt het volgende aan:\n1. Zorg voor een nulmeting\n2. Maak een plan voor de\n"
        "   komende jaren\n\nHet kabinet kiest voor:\n- een plan;\n• een meting.\n"
        "a) Toezicht, ook\ndoor gemeenten.\nAanbeveling 3: Stel regels op.\n"
    )
    found = [
        (part.mark, words)
        for part, words in zip(lines(raw).paragraphs, paragraphs(lines(raw)), strict=True)
    ]
    assert found == [
        (None, "De raad beveelt het volgende aan:"),
        ("1.", "1. Zorg voor een nulmeting"),
        ("2.", "2. Maak een plan voor de komende jaren"),
        (None, "Het kabinet kiest voor:"),
        ("-", "- een plan;"),
        ("•", "• een meting."),
        ("a)", "a) Toezicht, ook door gemeenten."),
        ("Aanbeveling 3:", "Aanbeveling 3: Stel regels op."),
    ]


def test_a_reference_number_at_a_line_start_is_no_mark() -> None:
    raw = "Zie de eerdere brief over dit onderwerp (Kamerstuk 34 700, nr.\n34) waarin dit staat.\n"
    assert paragraphs(lines(raw)) == [" ".join(raw.split())]


def test_text_without_empty_lines_is_divided_at_short_lines() -> None:
    raw = (
        "Geachte voorzitter,\nOp 12 april bood de commissie een rapport aan het kabinet aan,\n"
        "dat daarop reageert.\nToezicht\n"
        "Daarnaast beveelt de commissie aan het toezicht te verster-\n"
        "ken. Daar is het kabinet het mee eens.\n"
    )
    text = lines(raw)
    assert headings(text) == ["Toezicht"]
    assert len(text.paragraphs) == 3


def test_levels_follow_numbers_and_capitals() -> None:
    raw = (
        "INLEIDING\n\nEen eerste alinea.\n\n1 Aanpak\n\nEen tweede alinea.\n\n1.1 Stappen\n\n"
        "Een derde alinea.\n\nNader bekeken\n\nEen vierde alinea.\n"
    )
    text = lines(raw)
    levels = [part.level for part in text.headings]
    assert list(zip(headings(text), levels, strict=True)) == [
        ("INLEIDING", 1),
        ("1 Aanpak", 1),
        ("1.1 Stappen", 2),
        ("Nader bekeken", 3),
    ]


def test_marked_parts_give_headings_items_notes_and_strong_words() -> None:
    raw = "Kop\nEen zin1Noot over de zin. met slot.\nZorg voor een plan.\n"
    note = raw.index("1Noot")
    parts = (
        Part(kind=PartKind.HEADING, start=0, end=3, level=2),
        Part(kind=PartKind.PARAGRAPH, start=4, end=raw.index("Zorg")),
        Part(kind=PartKind.FOOTNOTE, start=note + 1, end=raw.index(" met")),
        Part(kind=PartKind.LIST_ITEM, start=raw.index("Zorg"), end=len(raw)),
        Part(kind=PartKind.STRONG, start=raw.index("Zorg"), end=raw.index(" een plan")),
    )
    text = blocks(raw, *parts)
    assert [(part.span, part.level) for part in text.headings] == [(Span(0, 3), 2)]
    assert paragraphs(text) == ["Een zin1 met slot.", "Zorg voor een plan.", "Noot over de zin."]
    assert [part.mark for part in text.paragraphs] == [None, "-", None]
    assert text.paragraphs[-1].is_footnote
    assert [text.text[start:end] for start, end in text.strong] == ["Zorg voor"]


@pytest.mark.parametrize("raw", ["", " \n\n \f", "\u00ad", "\ufeff"])
def test_nothing_gives_nothing(raw: str) -> None:
    assert lines(raw) == NormalText("", (), (), ())
    assert blocks(raw) == NormalText("", (), (), ())
