"""Runs every written situation: a sentence of a letter, and what it promises or does not."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import pytest
import yaml
from pydantic import BaseModel, ConfigDict

from ketenkaart.core.ledger.reading.read import read_letter
from ketenkaart.core.ledger.reading.source import Extract, Layout, Part, PartKind
from ketenkaart.core.ledger.reading.types import Reading
from ketenkaart.sources.reference.lexicon import load_lexicon

HEAD = "Den Haag, 22 november 2020"
TAIL = "De Minister van Zaken,"
NAME = "A.B. Naam"


class Situation(BaseModel):
    """A sentence and what somebody expects it to tell."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    because: str
    text: str
    tense: Literal["promised", "under_way", "done", "none"]
    by: str | None = None
    rejected: str | None = None


FILE = Path(__file__).parent / "letters" / "promises.yml"
SITUATIONS = [
    Situation.model_validate(item)
    for item in yaml.safe_load(FILE.read_text(encoding="utf-8"))["situations"]
]


def reading_of(text: str) -> Reading:
    parts, raw = [], ""
    for paragraph in (HEAD, text, TAIL, NAME):
        start = len(raw)
        raw += paragraph + "\n"
        parts.append(Part(kind=PartKind.PARAGRAPH, start=start, end=len(raw) - 1))
    extract = Extract(
        media_type="text/html", sha256="0" * 64, raw=raw, layout=Layout.BLOCKS, parts=tuple(parts)
    )
    return read_letter(extract, load_lexicon())


@pytest.mark.parametrize("expected", SITUATIONS, ids=lambda s: s.because)
def test_what_it_tells(expected: Situation) -> None:
    reading = reading_of(expected.text)
    tenses = [item.tense for item in reading.commitments]
    assert tenses == ([] if expected.tense == "none" else [expected.tense])
    if expected.by is not None:
        assert reading.commitments[0].responsible == expected.by
    if expected.rejected is not None:
        assert expected.rejected in [
            item.reason for item in reading.rejects if item.kind == "commitment"
        ]
    for item in reading.commitments:
        assert item.text == expected.text
        assert item.quote in item.text
        assert 0 < item.confidence <= 1


def test_situations_are_many_and_named_once() -> None:
    assert len(SITUATIONS) >= 45
    assert len({item.because for item in SITUATIONS}) == len(SITUATIONS)
