"""What every reading of a letter keeps to, whatever the letter says."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_answers_in_short_letters import SITUATIONS, extract_of, read

from ketenkaart.core.ledger.reading.normal import normalise
from ketenkaart.core.ledger.reading.types import Reading
from ketenkaart.core.ledger.types import FollowUp, Position

LETTERS = (
    Path(
        os.environ.get("KETENKAART_SHARED_DATA")
        or Path(__file__).resolve().parents[4] / "shared" / "data"
    )
    / "letters"
)
SENTENCES = [
    "De Rekenkamer beveelt aan om het toezicht te versterken en de cijfers te publiceren.",
    "Ook zou het register openbaar moeten zijn.",
    "Ik neem deze aanbeveling niet over.",
    "Het kabinet onderschrijft beide aanbevelingen grotendeels.",
    "Dit is staand beleid.",
    "De eerste aanbeveling neem ik over, de tweede niet.",
    "Ik neem de volgende aanbevelingen over:",
    "1. Zorg voor een loket.",
    "# Reactie",
    "# Aanbeveling 2",
    "Aanbeveling 3: Stel een gezant aan.",
    "Reactie: Overgenomen.",
    "Op 3 maart 2021 stuur ik uw Kamer een brief (Kamerstuk 26 485, nr. 308).",
    "De overige aanbevelingen neem ik over.",
    "U beveelt mij aan te wachten.",
    "— , ; ( «",
]


def hold(reading: Reading, letter: str) -> None:
    """Check what holds for any reading."""
    text = normalise(extract_of(letter)).text
    ids = [item.id for item in (*reading.recommendations, *reading.commitments)]
    assert len(ids) == len(set(ids))
    commitments = {item.id: item for item in reading.commitments}
    references = {item.id for item in reading.references}
    for one in reading.recommendations:
        assert text[one.span[0] : one.span[1]] == one.text
        assert text[one.quote_span[0] : one.quote_span[1]] == one.quote
        assert one.span[0] <= one.quote_span[0] < one.quote_span[1] <= one.span[1]
        assert (one.response_span is None) == (one.response_text is None)
        if one.response_span is not None:
            assert text[one.response_span[0] : one.response_span[1]] == one.response_text
        else:
            assert (one.position, one.follow_up) == (Position.NONE_GIVEN, FollowUp.NO_ACTION)
            assert not one.commitments
        assert set(one.references) <= references
        assert all(one.id in commitments[other].recommendations for other in one.commitments)
    assert len({one.quote_span for one in reading.recommendations}) == len(reading.recommendations)


@pytest.mark.parametrize("situation", SITUATIONS, ids=[s["name"] for s in SITUATIONS])
def test_passages_stand_where_a_reading_says(situation: dict[str, str]) -> None:
    hold(read(situation["letter"]), situation["letter"])


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(SENTENCES), st.booleans()), min_size=1, max_size=14))
def test_any_order_of_sentences_gives_a_sound_reading(parts: list[tuple[str, bool]]) -> None:
    letter = "".join(
        text + ("\n\n" if apart or text.startswith("#") else " ") for text, apart in parts
    )
    reading = read(letter)
    hold(reading, letter)
    assert read(letter) == reading


def test_what_looks_like_advice_comes_back_with_a_reason() -> None:
    reading = read("Het kabinet adviseert reizigers om thuis te blijven. Dank voor uw advies.")
    assert reading.recommendations == ()
    reasons = [r.reason for r in reading.rejects if r.kind == "recommendation"]
    assert reasons[0] == "advised by government"


def test_weaker_words_give_less_confidence() -> None:
    plain = read("De Rekenkamer beveelt aan om te meten wat het kost. Dit neem ik over.")
    weak = read("De Rekenkamer vraagt om te meten wat het kost. Dit neem ik over.")
    silent = read("De Rekenkamer beveelt aan om te meten wat het kost.")
    values = [one.recommendations[0].confidence for one in (plain, weak, silent)]
    assert values[0] > values[1] > 0
    assert values[0] > values[2]


def test_promises_and_papers_of_an_answer_are_linked() -> None:
    reading = read(
        "De Rekenkamer beveelt aan om de cijfers te publiceren. Dit neem ik over. Uiterlijk op "
        "1 juli 2031 zal ik het register openen, zoals gemeld in Kamerstuk 26 485, nr. 308."
    )
    (one,) = reading.recommendations
    assert one.references == ("26485-308",)
    assert [c.id for c in reading.commitments if one.id in c.recommendations] == list(
        one.commitments
    )
    assert one.commitments


@pytest.mark.data
@pytest.mark.skipif(
    not LETTERS.is_dir(), reason=f"NOT RUN: no letters in {LETTERS}; set KETENKAART_SHARED_DATA"
)
def test_the_first_letter_is_read_as_its_gold_says() -> None:
    from ketenkaart.core.ledger.evaluation import evaluate
    from ketenkaart.core.ledger.evaluation_types import Judged, Measured
    from ketenkaart.core.ledger.gold import placed
    from ketenkaart.core.ledger.reading.read import read_letter
    from ketenkaart.sources.documents.read import read_document
    from ketenkaart.sources.reference.gold import read_gold
    from ketenkaart.sources.reference.lexicon import load_lexicon

    file = LETTERS / "kst-26485-319.txt"
    extract = read_document(file, name=file.name)
    gold = placed(read_gold(file.with_name("kst-26485-319.ledger.json")), extract.raw)
    found = evaluate(gold, read_letter(extract, load_lexicon()), normalise(extract))
    score = found.score(Measured.RECOMMENDATIONS)
    assert score.f1 is not None
    assert score.f1 >= 0.95
    share = found.agreement(Judged.RESPONSE_CLASS)
    assert share.of >= 50
    assert share.hits >= 0.92 * share.of
