"""Runs every written situation: words of a letter, and the papers that they point to."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
import yaml
from pydantic import BaseModel, ConfigDict

from ketenkaart.core.ledger.reading.read import read_letter
from ketenkaart.core.ledger.reading.source import Extract, Layout
from ketenkaart.core.ledger.reading.types import ReadReference
from ketenkaart.sources.reference.lexicon import load_lexicon


class Situation(BaseModel):
    """A piece of a letter and the papers that somebody expects to be read from it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    because: str
    text: str
    finds: tuple[str, ...] | None = None
    count: int | None = None
    day: date | None = None


FILE = Path(__file__).parent / "letters" / "references.yml"
SITUATIONS = [
    Situation.model_validate(item)
    for item in yaml.safe_load(FILE.read_text(encoding="utf-8"))["situations"]
]


def references_in(text: str) -> tuple[ReadReference, ...]:
    extract = Extract(
        media_type="text/plain", sha256="0" * 64, raw=text + "\n", layout=Layout.LINES
    )
    return read_letter(extract, load_lexicon()).references


@pytest.mark.parametrize("expected", SITUATIONS, ids=lambda s: s.because)
def test_which_papers(expected: Situation) -> None:
    found = references_in(expected.text)
    if expected.finds is not None:
        assert sorted(f"{item.kind} {item.id}" for item in found) == sorted(expected.finds)
    if expected.count is not None:
        assert len(found) == expected.count
    if expected.day is not None:
        assert found[0].date == expected.day
    for item in found:
        words = expected.text.replace("\n", " ").replace("\u00a0", " ")
        assert item.text in words


def test_situations_are_many_and_named_once() -> None:
    assert len(SITUATIONS) >= 60
    assert len({item.because for item in SITUATIONS}) == len(SITUATIONS)
