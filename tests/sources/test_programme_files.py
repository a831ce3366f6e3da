"""Programmes in YAML: what is wrong is named with file, line and key."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from ketenkaart.core.errors import ReferenceDataError
from ketenkaart.core.provenance import Grade
from ketenkaart.sources.reference.folder import reference_root
from ketenkaart.sources.reference.programmes import load_programmes


@pytest.fixture
def root(tmp_path: Path) -> Path:
    own = reference_root(None)
    shutil.copytree(own / "programmes", tmp_path / "programmes")
    for name in ("sources.yml", "countries.yml", "sectors.yml"):
        shutil.copy(own / name, tmp_path / name)
    return tmp_path


def test_every_programme_cites_and_none_is_surer_than_its_source() -> None:
    found = load_programmes()
    assert {item.id for item in found} >= {"better_work", "accord", "fair_wear", "ilo_wages"}
    grades = {here.citation.grade for item in found for here in item.presences}
    assert Grade.SURE not in grades, "pages were read in stored copies"


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("country: BGD", "country: BGX", "BGX"),
        ("sectors: [textiles]", "sectors: [shirts]", "shirts"),
        ("source: accord_pages", "source: nowhere", "nowhere"),
        ("known_until: 2024-05-29", "known_until: 2020-01-01", "known_from"),
        ("id: accord", "id: agreement", "Name file and id alike"),
        ("country: PAK", "country: BGD", "twice"),
        ("takes_in_sites: true", "takes_sites: true", "takes_in_sites"),
        ("kind: safety_inspection", "kind: magic", "safety_inspection"),
    ],
)
def test_a_wrong_value_is_named_with_its_line(root: Path, old: str, new: str, words: str) -> None:
    file = root / "programmes/accord.yml"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ReferenceDataError) as caught:
        load_programmes(root)
    assert words in str(caught.value)
    assert "programmes/accord.yml:" in (caught.value.where or "")
