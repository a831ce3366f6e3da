"""What a company's words on the OECD Guidelines are read as, one sentence after another."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from ketenkaart.services.endorsement.reading import read_passage

SITUATIONS = yaml.safe_load(Path(__file__).with_name("endorsement.yml").read_text(encoding="utf-8"))


@pytest.mark.parametrize(("level", "stance", "text"), SITUATIONS)
def test_words_are_read_as_a_reader_would(level: int, stance: str, text: str) -> None:
    reading = read_passage(text)
    assert (int(reading.level), reading.stance.value) == (level, stance)
