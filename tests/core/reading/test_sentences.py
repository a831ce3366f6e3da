"""Where sentences end, and that none of a letter's words falls between two of them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ketenkaart.core.ledger.reading.normal import normalise
from ketenkaart.core.ledger.reading.sentences import sentences
from ketenkaart.core.ledger.reading.source import (
    Extract,
    Layout,
    NormalText,
    Paragraph,
    Run,
    Span,
)


def split(words: str) -> list[str]:
    text = NormalText(words, (Run(0, 0),), (), (Paragraph(Span(0, len(words))),))
    return [words[start:end] for start, end in sentences(text)]


@pytest.mark.parametrize(
    "words",
    [
        "Zie Kamerstuk 26 485, nr. 308.|Daarna volgt een brief.",
        "Zie Kamerstukken II 2019/20, 35 570 XVII, nrs. 7, 17 en 22.|Dat is alles.",
        "Mw. drs. S.A.M. van den Berg c.s. dienden een motie in.|Die is aangenomen.",
        "De heer J. de Vries en dhr. Jansen spraken.|Zij stemden in.",
        "Op 3 maart jl. is dit besproken.|Op 4 maart jl.|Het kabinet volgt.",
        "Dat geldt voor o.a. Ghana, d.w.z. de havens, m.b.t. Accra.|Meer niet.",
        "Er is € 2.500 nodig, ofwel 3.5 procent.|Dat is veel.",
        "Het loopt t/m 2020.|Daarna stopt het.",
        "Art. 5 en art. 6 van de wet, zie blz. 12.|Ook fig. 3.",
        "Het kabinet steunt dit.|«Wij doen mee.»|Zo is het.",
        "De raad stelt dat «Meten. En weten» goed is.|Dat klopt.",
        "(Dit is een kanttekening.)|De rest volgt.",
        "Dat geldt niet (zie ook p. 3. en bijlage 2).|Daarna wel.",
        "Is dat zo?|Ja!|Zeker…|Het kan.",
        "Dat weten we... maar het is zo.|Goed.",
        "Eerst dit; dan dat: ook zo.|En dan niet.",
        "Wij kiezen optie B.|Optie A valt af.",
        "Het gaat om banken, verzekeraars, etc.|Zij doen mee.",
        "De Minister a.i. Jansen tekende.|Dat was alles.",
        "In St. Maarten en Den Haag.|Beide.",
        "The Council (i.e. Dr. Smith et al.) agreed.|It was no. 5 of 9.|No.|The end.",
        "Dat doet het kabinet al.|De raad ziet dat ook zo.",
        "Op 1 jan. 2022 en 3 dec. 2023.|Daarna niet.",
        "In 2020.|1 juli is de datum.",
        "Volgens prof. mr. A.B. Jansen, b.v. lid van de raad, kan het.|Het mag.",
        "Bijv. Nederland en evt. België.|Z.o.z.",
    ],
)
def test_sentences_end_where_a_reader_ends_them(words: str) -> None:
    assert split(words.replace("|", " ")) == words.split("|")


def letter(raw: str) -> NormalText:
    return normalise(
        Extract(media_type="text/plain", sha256="0" * 64, raw=raw, layout=Layout.LINES)
    )


def test_headings_and_items_stand_alone_and_marks_stand_outside() -> None:
    text = letter(
        "1. Inleiding\n\nDe raad doet voorstellen:\n\n- een plan voor de kust;\n- een meting.\n\n"
        "Aanbeveling 3: Stel regels op. Doe dat snel.\n\nTot slot\n\nDit is het.\n"
    )
    assert [text.text[start:end] for start, end in sentences(text)] == [
        "1. Inleiding",
        "De raad doet voorstellen:",
        "een plan voor de kust;",
        "een meting.",
        "Stel regels op.",
        "Doe dat snel.",
        "Tot slot",
        "Dit is het.",
    ]


PARTS = st.lists(
    st.sampled_from(
        ["De", "raad.", "nr.", "34", "«Zo.»", "(a.", "b)", "S.A.M.", "etc.", "?", "1.", "…"]
    )
    | st.text("aB. \n!?«»()1;\u2019", max_size=6)
)


@settings(max_examples=150)
@given(PARTS)
def test_no_word_falls_between_sentences(parts: list[str]) -> None:
    text = letter(" ".join(parts))
    spans = sentences(text)
    assert list(spans) == sorted(spans)
    marks = {part.span.start: part.mark or "" for part in text.paragraphs}
    place = 0
    for start, end in spans:
        assert place <= start < end
        gap = text.text[place:start].strip()
        assert gap == "" or gap in marks.values()
        assert "\n" not in text.text[start:end]
        assert text.text[start:end] == text.text[start:end].strip()
        place = end
    assert text.text[place:].strip() == ""


def test_an_empty_text_has_no_sentences() -> None:
    assert sentences(NormalText("", (), (), ())) == ()
