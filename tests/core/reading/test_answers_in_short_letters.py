"""Letters of a few sentences: who recommends what, and how it is answered."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from ketenkaart.core.ledger.reading.read import read_letter
from ketenkaart.core.ledger.reading.source import Extract, Layout, Part, PartKind
from ketenkaart.core.ledger.reading.types import Reading
from ketenkaart.sources.reference.lexicon import load_lexicon

FOLDER = Path(__file__).parents[2] / "situations" / "letters"
SITUATIONS = [
    situation
    for path in sorted(FOLDER.glob("answers_*.yml"))
    for situation in yaml.safe_load(path.read_text(encoding="utf-8"))["situations"]
]


def extract_of(letter: str) -> Extract:
    """Return a letter whose blocks are divided by blank lines; "# " opens a heading."""
    raw, parts = "", []
    for block in letter.strip().split("\n\n"):
        text = " ".join(block.split())
        kind = PartKind.PARAGRAPH
        if text.startswith("# "):
            text, kind = text[2:], PartKind.HEADING
        level = 1 if kind is PartKind.HEADING else None
        parts.append(Part(kind=kind, start=len(raw), end=len(raw) + len(text), level=level))
        raw += text + "\n\n"
    return Extract(
        media_type="text/html", sha256="0" * 64, raw=raw, layout=Layout.BLOCKS, parts=tuple(parts)
    )


def read(letter: str) -> Reading:
    return read_letter(extract_of(letter), load_lexicon())


@pytest.mark.parametrize("situation", SITUATIONS, ids=[s["name"] for s in SITUATIONS])
def test_a_short_letter_is_read_as_a_careful_reader_would(situation: dict[str, Any]) -> None:
    reading = read(situation["letter"])
    found = reading.recommendations
    wanted = situation["advised"]
    assert [r.quote for r in found if not any(_holds(r.quote, w) for w in wanted)] == []
    assert len(found) == len(wanted)
    for recommendation, expected in zip(found, wanted, strict=True):
        assert _holds(recommendation.quote, expected)
        classes = expected["class"]
        if classes is None:
            assert recommendation.response_span is None
        else:
            allowed = classes if isinstance(classes, list) else [classes]
            assert recommendation.response_class in allowed, recommendation.response_text
        for key in ("position", "follow_up", "adviser"):
            if key in expected:
                assert getattr(recommendation, key) == expected[key]


def _holds(quote: str, expected: dict[str, Any]) -> bool:
    return expected["phrase"].casefold() in quote.casefold()
