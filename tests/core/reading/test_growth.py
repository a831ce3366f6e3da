"""Reading takes time in proportion to a letter's length."""

from __future__ import annotations

from collections.abc import Callable
from time import process_time

import pytest

from ketenkaart.core.ledger.reading.normal import normalise
from ketenkaart.core.ledger.reading.read import read_letter
from ketenkaart.core.ledger.reading.sentences import sentences
from ketenkaart.core.ledger.reading.source import Extract, Layout
from ketenkaart.sources.reference.lexicon import load_lexicon

PARAGRAPH = (
    "De raad beveelt aan om het toezicht op de inkoop van gemeenten in {n} te ver-\n"
    "sterken (Kamerstuk 31 999, nr. {n}). Het kabinet neemt deze aanbeveling over en\n"
    "stuurt uw Kamer voor 1 juli 2022 een plan.\n\n"
)
HOSTILE = ("“a. B» ", "« (a. ", "nr. A. ", "1 a\n", "a-\n", "- \n", "x1 ", "Geachte a", "\f1\n")


def letter(raw: str) -> Extract:
    return Extract(media_type="text/plain", sha256="0" * 64, raw=raw, layout=Layout.LINES)


def seconds(work: Callable[[], object]) -> float:
    taken = []
    for _ in range(3):
        begin = process_time()
        work()
        taken.append(process_time() - begin)
    return min(taken)


@pytest.mark.long
def test_a_letter_four_times_as_long_takes_about_four_times_as_long() -> None:
    lexicon = load_lexicon()
    short, long = (
        letter("".join(PARAGRAPH.format(n=n) for n in range(1, count))) for count in (120, 480)
    )
    read_letter(short, lexicon)
    before = seconds(lambda: read_letter(short, lexicon))
    assert seconds(lambda: read_letter(long, lexicon)) < 4 * 2 * before


@pytest.mark.long
@pytest.mark.parametrize("part", HOSTILE)
def test_text_made_to_be_slow_is_made_fit_in_proportion_to_its_length(part: str) -> None:
    short, long = (letter(part * (length // len(part))) for length in (40_000, 160_000))
    before = seconds(lambda: sentences(normalise(short)))
    assert seconds(lambda: sentences(normalise(long))) < 4 * 2.5 * before + 0.01
