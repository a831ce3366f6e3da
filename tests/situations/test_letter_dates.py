"""Runs every written situation: words of time in a letter of some day, and when they fall due."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
import yaml
from pydantic import BaseModel, ConfigDict

from ketenkaart.core.ledger.reading.dates import read_times
from ketenkaart.core.ledger.reading.deadlines import read_deadline
from ketenkaart.core.ledger.reading.mentions import Kinds
from ketenkaart.core.ledger.reading.scan import Scanner
from ketenkaart.core.ledger.reading.source import Span
from ketenkaart.core.ledger.reading.types import DeadlineKind, ReadDeadline
from ketenkaart.sources.reference.lexicon import load_lexicon


class Situation(BaseModel):
    """A sentence and what somebody expects to be read from it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    because: str
    text: str
    letter: date | None = date(2020, 11, 22)
    start: date | None = None
    end: date | None = None
    kind: DeadlineKind
    words: str | None = None


FILE = Path(__file__).parent / "letters" / "dates.yml"
SITUATIONS = [
    Situation.model_validate(item)
    for item in yaml.safe_load(FILE.read_text(encoding="utf-8"))["situations"]
]
LEXICON = load_lexicon()
SCANNER = Scanner(c for c in LEXICON.cues if c.kind in ("time", "bound", "firmness"))


def deadline_in(text: str, letter: date | None) -> ReadDeadline:
    kinds = Kinds(SCANNER.hits(text))
    times = read_times(text, kinds.of("time", "bound"), letter, LEXICON.recesses)
    whole = Span(0, len(text))
    return read_deadline(text, whole, times, kinds.of("firmness"), letter_date=letter)


@pytest.mark.parametrize("expected", SITUATIONS, ids=lambda s: s.because)
def test_when_it_falls_due(expected: Situation) -> None:
    found = deadline_in(expected.text, expected.letter)
    assert (found.start, found.end, found.kind) == (expected.start, expected.end, expected.kind)
    if expected.words is not None:
        assert found.text is not None
        assert found.text.startswith(expected.words)
    elif expected.kind is DeadlineKind.NONE:
        assert found.text is None


def test_situations_are_many_and_named_once() -> None:
    assert len(SITUATIONS) >= 100
    assert len({item.because for item in SITUATIONS}) == len(SITUATIONS)
