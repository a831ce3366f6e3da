"""Runs every written wording of a promise: what a passage tells, when it falls due, who acts."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Literal

import pytest
import yaml
from pydantic import BaseModel, ConfigDict

from ketenkaart.core.ledger.reading.read import read_letter
from ketenkaart.core.ledger.reading.source import Extract, Layout, Part, PartKind
from ketenkaart.core.ledger.reading.types import DeadlineKind, ReadCommitment
from ketenkaart.sources.reference.lexicon import load_lexicon


class Wording(BaseModel):
    """A passage of one or two sentences and what somebody expects to be read from it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    because: str
    text: str
    tense: Literal["promised", "under_way", "done", "not_promised", "none"]
    letter: date = date(2022, 10, 12)
    at: str | None = None
    count: int = 1
    start: date | None = None
    end: date | None = None
    kind: DeadlineKind = DeadlineKind.NONE
    by: str | None = None


FILES = sorted((Path(__file__).parent / "letters").glob("wordings*.yml"))
WORDINGS = [
    Wording.model_validate(item)
    for file in FILES
    for item in yaml.safe_load(file.read_text(encoding="utf-8"))["situations"]
]


@lru_cache(maxsize=1024)
def read(text: str, letter: date) -> tuple[ReadCommitment, ...]:
    parts, raw = [], ""
    for paragraph in (text, "De Minister van Zaken,", "A.B. Naam"):
        start = len(raw)
        raw += paragraph + "\n"
        parts.append(Part(kind=PartKind.PARAGRAPH, start=start, end=len(raw) - 1))
    extract = Extract(
        media_type="text/html", sha256="0" * 64, raw=raw, layout=Layout.BLOCKS, parts=tuple(parts)
    )
    return read_letter(extract, load_lexicon(), date=letter).commitments


@pytest.mark.parametrize("expected", WORDINGS, ids=lambda w: w.because)
def test_what_it_tells(expected: Wording) -> None:
    found = read(expected.text, expected.letter)
    promises = [item for item in found if item.tense == "promised"]
    if expected.tense == "promised":
        assert len(promises) == expected.count
    elif expected.tense == "not_promised":
        assert promises == []
    elif expected.tense == "none":
        assert found == ()
    else:
        assert [item.tense for item in found] == [expected.tense]


DUE = [wording for wording in WORDINGS if wording.tense == "promised"]


@pytest.mark.parametrize("expected", DUE, ids=lambda w: w.because)
def test_when_it_falls_due(expected: Wording) -> None:
    found = read(expected.text, expected.letter)
    meant = [item for item in found if expected.at is None or expected.at in item.text]
    assert [item.deadline.end for item in meant[:1]] == [expected.end]
    assert [item.deadline.kind for item in meant[:1]] == [expected.kind]
    if expected.start is not None:
        assert meant[0].deadline.start == expected.start


@pytest.mark.parametrize("expected", [w for w in WORDINGS if w.by], ids=lambda w: w.because)
def test_who_acts(expected: Wording) -> None:
    found = read(expected.text, expected.letter)
    assert [item.responsible for item in found] == [expected.by]


def test_wordings_are_many_and_named_once() -> None:
    assert len(WORDINGS) >= 150
    assert len({item.because for item in WORDINGS}) == len(WORDINGS)
