"""Situations in which matching must not be fooled, as lay people can write them."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from ketenkaart.core.chain.facilities.types import FacilityRecord
from ketenkaart.core.chain.matching.outcomes import Band
from ketenkaart.services.matching.lists import country_code
from ketenkaart.services.matching.models import load_model
from ketenkaart.services.matching.running import bands_of_pairs, match_records

FILE = Path(__file__).with_name("matching.yml")
ALLOWED = {
    "automatic": {Band.AUTOMATIC},
    "found": {Band.AUTOMATIC, Band.HUMAN},
    "human": {Band.HUMAN},
    "never_automatic": {Band.HUMAN, Band.NEW},
    "new": {Band.NEW},
}
SITUATIONS = yaml.safe_load(FILE.read_text(encoding="utf-8"))


def record(key: str, text: str) -> FacilityRecord:
    said, _, place = text.partition("@")
    name, address, country = (part.strip() for part in said.split("|"))
    north, east = (float(number) for number in place.split()) if place else (None, None)
    return FacilityRecord(key, country_code(country), name, address, north, east)


def test_situations_are_many_and_unlike() -> None:
    whats = [situation["what"] for situation in SITUATIONS]
    assert len(set(whats)) == len(whats) >= 45
    assert {situation["expected"] for situation in SITUATIONS} == set(ALLOWED)


@pytest.mark.parametrize("situation", SITUATIONS, ids=lambda found: found["what"])
def test_a_pair_comes_into_the_band_it_must(situation: dict[str, str]) -> None:
    left, right = record("row:2", situation["left"]), record("F1", situation["right"])
    model = load_model()
    for one, other in ((left, right), (right, left)):
        (match,) = bands_of_pairs([(one, other)], model)
        assert match.band in ALLOWED[situation["expected"]], (match.reasons, match.cautions)
    # A list of one row against a registry of one facility comes to the same.
    (found,) = match_records([left], [right], model=model).results
    assert found.band in ALLOWED[situation["expected"]]
