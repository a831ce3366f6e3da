"""What each kind of document becomes: its text, its parts, and the facts that it states."""

from __future__ import annotations

import sys
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ketenkaart.core.ledger.reading.language import language_of
from ketenkaart.core.ledger.reading.source import Extract, Layout, Part, PartKind
from ketenkaart.sources.documents.errors import RefusedDocumentError
from ketenkaart.sources.documents.inside import xml
from ketenkaart.sources.documents.inside.columns import Piece, page_text
from ketenkaart.sources.documents.read import read_document
from ketenkaart.sources.documents.reasons import Reason

sys.path.insert(0, str(Path(__file__).parents[1] / "hostile"))

from hostile_papers import (
    SENTENCE,
    Kept,
    docx,
    letter_html,
    letter_pdf,
    letter_xml,
    paragraph,
    pdf,
    publication,
)


def shown(extract: Extract) -> list[tuple[str, str, int | None]]:
    return [(part.kind.value, words(extract, part), part.level) for part in extract.parts]


def words(extract: Extract, part: Part) -> str:
    return extract.raw[part.start : part.end]


def test_a_text_keeps_every_line_end() -> None:
    data = b"Geachte voorzitter,\r\n\r\nHet kabinet\nzegt\rtoe.\r\n"
    extract = read_document(data, name="brief.txt")
    assert extract.raw.encode() == data
    assert extract.layout is Layout.LINES
    assert extract.parts == ()


def test_a_form_feed_ends_a_page() -> None:
    extract = read_document("één\f\ftwee\f".encode(), name="brief.txt")
    assert [(part.page, words(extract, part)) for part in extract.parts] == [
        (1, "één\f"),
        (2, "\f"),
        (3, "twee\f"),
    ]


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_a_text_in_unicode_is_read_without_a_note(codec: str) -> None:
    extract = read_document(("Efficiëntie. " + SENTENCE).encode(codec), name="brief.txt")
    assert extract.raw.startswith("Efficiëntie. Het")
    assert extract.notes == ()


def test_an_old_encoding_is_guessed_and_noted() -> None:
    extract = read_document(f"Reële ‘ambitie’. {SENTENCE}".encode("cp1252"), name="brief.txt")
    assert extract.raw.startswith("Reële ‘ambitie’.")
    assert any("Windows-1252" in note for note in extract.notes)


def test_text_that_was_encoded_twice_is_noted_and_kept() -> None:
    twice = "coördinatie, financiële, één, ideeën ".encode().decode("cp1252")
    extract = read_document(twice.encode(), name="brief.txt")
    assert extract.raw == twice
    assert any("twice" in note for note in extract.notes)


def test_two_columns_are_read_one_after_the_other() -> None:
    left = [
        (60.0, 700.0 - 12 * at, f"links {at} met gewone woorden tot de rand") for at in range(12)
    ]
    right = [(310.0, 700.0 - 12 * at, f"rechts {at} met gewone woorden tot de") for at in range(12)]
    head = [
        (
            60.0,
            740.0,
            "Een kop die over beide kolommen van deze bladzijde heen staat en dus breed is",
        )
    ]
    foot = [(60.0, 40.0, "kst-99999-7"), (520.0, 40.0, "1")]
    between = [line for pair in zip(left, right, strict=True) for line in pair]
    texts = {
        read_document(pdf([order]), name="brief.pdf").raw
        for order in (
            head + between + foot,
            foot + head + left + right,
            right[::-1] + left[::-1] + foot + head,
        )
    }
    assert len(texts) == 1
    lines = [line for line in texts.pop().splitlines() if line]
    assert lines[0].startswith("Een kop")
    assert lines[1:13] == [words for *_, words in left]
    assert lines[13:25] == [words for *_, words in right]
    assert lines[25] == "kst-99999-7  1"


def test_a_label_in_the_margin_and_a_table_are_no_columns() -> None:
    body = [(180.0, 700.0 - 12 * at, f"{at} {SENTENCE[:60]}") for at in range(12)]
    labels = [(60.0, 700.0, "26 485"), (60.0, 640.0, "Nr. 7")]
    text = read_document(pdf([[*body, *labels]]), name="brief.pdf").raw
    assert text.startswith(f"26 485  0 {SENTENCE[:60]}\n1 ")
    assert f"Nr. 7  5 {SENTENCE[:60]}" in text
    rows = [
        line
        for at in range(12)
        for line in ((60.0, 700.0 - 12 * at, f"jaar {at}"), (400.0, 700.0 - 12 * at, f"{at} %"))
    ]
    table = read_document(pdf([rows]), name="brief.pdf").raw
    assert table.splitlines() == [f"jaar {at}  {at} %" for at in range(12)]


def test_hyphens_blank_lines_and_notes_stay_where_the_page_has_them() -> None:
    lines = [
        (60.0, 700.0, "De minister zegt een beleids-"),
        (60.0, 688.0, "doorlichting toe."),
        (60.0, 676.0, "Dat is zo."),
        (60.0, 652.0, "Planning"),
        (60.0, 640.0, "In het najaar."),
        (60.0, 60.0, "1 Zie de bijlage."),
    ]
    text = read_document(pdf([lines[::-1]]), name="brief.pdf").raw
    assert text == (
        "De minister zegt een beleids-\ndoorlichting toe.\nDat is zo.\n\nPlanning\n"
        "In het najaar.\n\n1 Zie de bijlage.\n"
    )


def test_a_long_pdf_is_read_to_its_end() -> None:
    extract = read_document(letter_pdf(200), name="rapport.pdf")
    assert [part.page for part in extract.parts] == list(range(1, 201))
    assert not extract.is_partial
    assert extract.facts.language == "nl"


@given(
    st.lists(
        st.tuples(
            st.floats(0, 500), st.floats(0, 800), st.floats(1, 200), st.text("ab", min_size=1)
        ),
        max_size=60,
    )
)
def test_no_words_of_a_page_are_lost_or_doubled(
    boxes: list[tuple[float, float, float, str]],
) -> None:
    pieces = [Piece(x, y, x + width, y + 9, text, y) for x, y, width, text in boxes]
    assert sorted(page_text(pieces).split()) == sorted(piece.text for piece in pieces)


def test_a_publication_becomes_blocks_and_facts() -> None:
    extract = read_document(letter_xml(), name="kst-99999-XVII-7.xml")
    assert extract.layout is Layout.BLOCKS
    assert shown(extract) == [
        ("heading", "99 999 XVII Verzonnen dossier", 1),
        ("heading", "Nr. 7 BRIEF VAN DE MINISTER VAN VERZINSELS", 1),
        ("paragraph", "Den Haag, 2 mei 2031", None),
        ("paragraph", "Aan de Voorzitter.", None),
        ("heading", "Planning", 2),
        ("paragraph", f"{SENTENCE} Dit is niet nieuw.", None),
        ("strong", "niet nieuw", None),
        ("footnote", "1 Zie de bijlage.", None),
        ("list_item", "1. Eerst dit.", 1),
        ("list_item", "2. Dan dat.", 1),
        ("list_item", "a) Zo diep.", 2),
        ("signature", "De minister van Verzinsels,\nA. Niemand", None),
    ]
    assert extract.parts[5].element == "al[2]"
    facts = extract.facts
    assert (facts.id, facts.dossier, facts.suffix) == ("kst-99999-XVII-7", "99999", "XVII")
    assert (facts.number, facts.date) == ("7", date(2031, 5, 2))
    assert (facts.session_year, facts.sender, facts.language) == ("2030-2031", None, "nl")


def test_headings_of_a_publication_have_their_depth() -> None:
    extract = read_document(
        publication(
            "<divisie><kop><nr>1</nr><titel>Eerst</titel></kop><al>a</al>"
            '<tussenkop kopopmaak="vet">Vet</tussenkop>'
            '<tussenkop kopopmaak="cur">Schuin</tussenkop>'
            "<divisie><kop><nr>1.1</nr><titel>Dieper</titel></kop><al>b</al></divisie></divisie>"
        ),
        name="a.xml",
    )
    assert [(text, level) for kind, text, level in shown(extract)[3:] if kind == "heading"] == [
        ("1 Eerst", 2),
        ("Vet", 3),
        ("Schuin", 4),
        ("1.1 Dieper", 3),
    ]


def test_tables_articles_questions_and_unknown_elements_keep_their_words() -> None:
    extract = read_document(
        publication(
            "<table><title>Staat</title><tgroup><tbody><row><entry><al>jaar</al></entry>"
            "<entry><al>doel</al><al>grens</al></entry></row></tbody></tgroup></table>"
            "<artikel><kop><label>Artikel</label><nr>1</nr></kop><lid><lidnr>1.</lidnr>"
            "<al>Eerste lid.</al></lid></artikel><vraag><nr>Vraag 1</nr><al>Is dat zo?</al></vraag>"
            "<nieuw><onbekend>Een</onbekend> los <onbekend>Twee</onbekend></nieuw>"
            "<al>Voor <lijst><li><li.nr>-</li.nr><al>punt</al></li></lijst> na</al>"
        ),
        name="a.xml",
    )
    assert [(kind, text) for kind, text, _ in shown(extract)[3:]] == [
        ("paragraph", "Staat"),
        ("table_cell", "jaar"),
        ("table_cell", "doel\ngrens"),
        ("heading", "Artikel 1"),
        ("list_item", "1. Eerste lid."),
        ("heading", "Vraag 1"),
        ("paragraph", "Is dat zo?"),
        ("paragraph", "Een"),
        ("paragraph", "los"),
        ("paragraph", "Twee"),
        ("paragraph", "Voor"),
        ("list_item", "- punt"),
        ("paragraph", "na"),
    ]


def test_a_page_of_the_official_site_becomes_blocks_and_facts() -> None:
    extract = read_document(letter_html(), name="kst-99999-7.html")
    assert shown(extract) == [
        ("heading", "Nr. 7 BRIEF", 1),
        ("paragraph", f"{SENTENCE} Dit is niet nieuw.", None),
        ("strong", "niet nieuw", None),
        ("list_item", "1. Eerst dit.", 1),
        ("footnote", "1 Zie de bijlage.", None),
    ]
    assert (extract.facts.id, extract.facts.date) == ("kst-99999-7", date(2031, 5, 2))


def test_a_page_says_how_it_is_encoded() -> None:
    page = '<html><meta charset="iso-8859-1"><body><p>Reële ‘ambitie’ van het kabinet</p></body>'
    extract = read_document(page.encode("cp1252"), name="a.html")
    assert extract.raw == "Reële ‘ambitie’ van het kabinet\n"
    assert extract.notes == ()


def test_a_word_document_becomes_blocks() -> None:
    pytest.importorskip("docx")
    import docx as writer

    document: Any = writer.Document()
    document.add_heading("Reactie", 1)
    line = document.add_paragraph("De minister ")
    line.add_run("neemt over").bold = True
    line.add_run(" wat de raad schrijft.")
    for text in ("eerst dit", "dan dat"):
        document.add_paragraph(text, style="List Number")
    document.add_paragraph("punt", style="List Bullet")
    table = document.add_table(1, 2)
    table.cell(0, 0).text, table.cell(0, 1).text = "jaar", "doel"
    out = BytesIO()
    document.save(out)
    extract = read_document(out.getvalue(), name="brief.docx")
    assert shown(extract) == [
        ("heading", "Reactie", 1),
        ("paragraph", "De minister neemt over wat de raad schrijft.", None),
        ("strong", "neemt over", None),
        ("list_item", "1. eerst dit", 1),
        ("list_item", "2. dan dat", 1),
        ("list_item", "• punt", 1),
        ("table_cell", "jaar", None),
        ("table_cell", "doel", None),
    ]


def test_what_was_deleted_or_hidden_in_a_word_document_is_left_out_and_counted() -> None:
    w = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    notes = (
        f'<w:footnotes xmlns:w="{w}"><w:footnote w:type="separator" w:id="0"><w:p/></w:footnote>'
        f'<w:footnote w:id="2">{paragraph("Zie de bijlage.")}</w:footnote></w:footnotes>'
    )
    body = (
        "<w:p><w:r><w:t>Het kabinet zal dit </w:t></w:r><w:del><w:r><w:delText>nooit</w:delText>"
        "</w:r></w:del><w:ins><w:r><w:t>in mei</w:t></w:r></w:ins><w:r><w:rPr><w:vanish/></w:rPr>"
        "<w:t>stiekem</w:t></w:r><w:r><w:t> doen</w:t></w:r>"
        '<w:r><w:footnoteReference w:id="2"/></w:r><w:r><w:t>.</w:t></w:r></w:p>'
    )
    extract = read_document(docx(body, {"word/footnotes.xml": notes.encode()}), name="a.docx")
    assert shown(extract) == [
        ("paragraph", "Het kabinet zal dit in mei doen.", None),
        ("footnote", "1 Zie de bijlage.", None),
    ]
    assert any("deleted" in note for note in extract.notes)
    assert any("does not see" in note for note in extract.notes)


_WORDS = st.text("abc é.\u00a0 \n<&", max_size=12)
_TAGS = st.sampled_from(["al", "tussenkop", "nadruk", "lijst", "li", "noot", "entry", "x", "titel"])
_TREES = st.recursive(
    st.tuples(_TAGS, _WORDS, st.just(())),
    lambda inner: st.tuples(_TAGS, _WORDS, st.lists(st.tuples(inner, _WORDS), max_size=4)),
    max_leaves=12,
)


def _xml(tree: tuple[str, str, Any]) -> str:
    from xml.sax.saxutils import escape

    tag, text, children = tree
    inside = "".join(_xml(child) + escape(tail) for child, tail in children)
    return f'<{tag} type="vet">{escape(text)}{inside}</{tag}>'


@settings(max_examples=120)
@given(st.lists(_TREES, min_size=1, max_size=4))
def test_no_words_of_a_publication_are_lost(trees: list[tuple[str, str, Any]]) -> None:
    """Whatever elements stand in each other, all their words come out, in parts that fit."""
    output = Kept()
    xml.read(publication("".join(_xml(tree) for tree in trees)), output)
    raw = output.raw()

    def letters(tree: tuple[str, str, Any]) -> str:
        return tree[1] + "".join(letters(child) + tail for child, tail in tree[2])

    said = "".join(letters(tree) for tree in trees)
    head = "99 999 XVII Verzonnen dossier Nr. 7 BRIEF VAN DE MINISTER VAN VERZINSELS "
    head += "Den Haag, 2 mei 2031"
    assert sorted("".join(raw.split())) == sorted("".join((head + said).split()))
    whole: Any = output.sent[0]["whole"]
    rows = [(start, end) for kind, start, end, *_ in whole["parts"] if kind != "strong"]
    assert "".join(raw[start:end] + "\n" for start, end in rows) == raw


ENGLISH = (
    "The government accepts the advice of the council and will inform the House about it "
    "before the summer, as was promised in the earlier letter to the House."
)
GERMAN = (
    "Die Regierung nimmt die Empfehlung des Rates an und wird das Parlament im Herbst über "
    "die Umsetzung informieren, wie es in dem Brief an das Parlament steht."
)
FRENCH = (
    "Le gouvernement accepte la recommandation du conseil et informera la chambre sur les "
    "suites dans le courant du mois, comme il est dit dans la lettre."
)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (SENTENCE * 3, "nl"),
        (ENGLISH, "en"),
        (GERMAN, "de"),
        (FRENCH, "fr"),
        ("26 485 nr. 319", None),
        ("Правительство принимает рекомендацию совета и сообщит парламенту " * 5, None),
    ],
)  # fmt: skip
def test_the_language_is_told_by_small_words(text: str, language: str | None) -> None:
    assert language_of(text) == language


def test_a_name_that_says_otherwise_is_noted_or_refused() -> None:
    noted = read_document(letter_html(), name="brief.txt")
    assert any("name" in note for note in noted.notes)
    with pytest.raises(RefusedDocumentError) as refused:
        read_document(letter_pdf(), name="brief.docx")
    assert refused.value.reason is Reason.WRONG_TYPE


@pytest.mark.data
def test_every_official_sample_is_read(shared_data: Path) -> None:
    files = sorted((shared_data / "parliament" / "op-xml").glob("*.xml"))
    # Records about a publication stand beside the publications; they are no documents.
    records = [file for file in files if b"<officiele-publicatie" not in file.read_bytes()]
    assert (len(files), len(records)) == (15, 2)
    for file in records:
        with pytest.raises(RefusedDocumentError) as refused:
            read_document(file, name=file.name)
        assert refused.value.reason is Reason.UNSUPPORTED
    for file in set(files) - set(records):
        extract = read_document(file, name=file.name)
        assert extract.facts.language == "nl"
        blocks = sum(part.kind is not PartKind.STRONG for part in extract.parts)
        assert extract.raw.count("\n") == blocks
        if file.stem != "stcrt":
            facts = extract.facts
            assert facts.id == f"kst-{facts.dossier}-{facts.suffix or ''}-{facts.number}".replace(
                "--", "-"
            )
            assert facts.date is not None


@pytest.mark.data
def test_the_real_letter_is_read_byte_for_byte(shared_data: Path) -> None:
    file = shared_data / "letters" / "kst-26485-319.txt"
    extract = read_document(file, name=file.name)
    assert extract.raw == file.read_text(encoding="utf-8")
    assert extract.facts.language == "nl"
