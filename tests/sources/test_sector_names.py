"""Sectors of world tables have names that fit in a sentence, all of them or none."""

from __future__ import annotations

from ketenkaart.sources.reference.layouts import load_layouts
from ketenkaart.sources.reference.sector_names import sector_names
from ketenkaart.sources.wiod.reader import SECTOR_CODES


def test_every_sector_of_the_tried_layout_has_a_name_of_its_own() -> None:
    names = sector_names("wiod2013")
    assert tuple(names) == SECTOR_CODES
    for language in ("nl", "en"):
        assert len({name.in_language(language) for name in names.values()}) == len(names)


def test_a_layout_without_names_has_none() -> None:
    assert "figaro" in load_layouts()
    assert sector_names("figaro") == {}
