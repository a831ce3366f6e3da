"""References keep their words, their place and one name for one paper, whatever the text."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from ketenkaart.core.ledger.reading.read import read_letter
from ketenkaart.core.ledger.reading.references import label_of, paper_id, parse_code
from ketenkaart.core.ledger.reading.source import Extract, Layout
from ketenkaart.core.ledger.reading.types import ReadReference
from ketenkaart.sources.reference.lexicon import load_lexicon

DOSSIER = st.integers(10_000, 36_999).map(str)
SUFFIX = st.sampled_from([None, "V", "XVII", "IXB", "XIV"])
NUMBER = st.integers(1, 9_999).map(str)


def references_in(raw: str) -> tuple[ReadReference, ...]:
    extract = Extract(media_type="text/plain", sha256="0" * 64, raw=raw, layout=Layout.LINES)
    return read_letter(extract, load_lexicon()).references


@given(DOSSIER, SUFFIX, NUMBER)
def test_every_number_comes_back_from_its_label(
    dossier: str, suffix: str | None, number: str
) -> None:
    label = label_of(dossier, suffix, number)
    (found,) = references_in(f"Zie daarvoor {label}, dat eerder is gestuurd.\n")
    assert (found.dossier, found.suffix, found.number) == (dossier, suffix, number)
    assert found.text == label
    assert found.id == paper_id(dossier, suffix, number)


@given(DOSSIER, SUFFIX, NUMBER)
def test_every_number_comes_back_from_its_code(
    dossier: str, suffix: str | None, number: str
) -> None:
    assert parse_code(paper_id(dossier, suffix, number)) == (dossier, suffix, number)


PIECES = st.lists(
    st.sampled_from(
        ["Kamerstuk", "26 485", "nr. 308", ",", "nrs. 7 t/m 9999", "35 000 XVII", "(", ")", "kst-",
         "kst-26485-319", "motie", "brief van 3 mei 2020", "brief van 31 februari 2020", "«", "»",
         "rapport", "«Titel van een rapport»", "SER-advies", "Stb. 2019, 401", "Verordening (EU)",
         "2017/821", "-", "en", "\n", "2019Z23073", "26485-308", "Plan van Aanpak", "2015–2020"]
    ),
    max_size=14,
)  # fmt: skip


@given(PIECES)
@settings(max_examples=200)
def test_any_words_give_references_at_their_place(pieces: list[str]) -> None:
    raw = " ".join(pieces) + "\n"
    for found in references_in(raw):
        assert found.id
        assert found.label
        if not found.is_own:
            assert found.span[1] - found.span[0] == len(found.text)
        assert 0 <= found.locator.start < found.locator.end <= len(raw)


def test_a_hostile_list_of_numbers_stays_bounded() -> None:
    raw = "Kamerstuk 26 485, nrs. 1 t/m 9999, " + " en ".join(str(n) for n in range(2, 500)) + ".\n"
    assert len(references_in(raw)) < 200
