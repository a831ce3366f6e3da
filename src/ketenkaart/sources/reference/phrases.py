"""Read how sectors, places and buyers stand in a sentence about a chain."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from ketenkaart.core.provenance import Citation, Frozen, Identifier, Text
from ketenkaart.sources.reference.folder import (
    check_citations,
    known_sources,
    read_file,
    reference_root,
)


class PhrasedLayout(Frozen):
    """What all sectors of one layout do, by the table's own codes."""

    id: Identifier
    phrases: Mapping[str, Text]
    citation: Citation


class SectorPhrasesFile(Frozen):
    """The content of `sector_phrases.yml`."""

    layouts: tuple[PhrasedLayout, ...]


class PlacePhrasesFile(Frozen):
    """The content of `place_phrases.yml`: a country after its preposition, by alpha-3 code.

    `wholes` name, by layout, regions of many countries whose codes a country has elsewhere.
    """

    phrases: Mapping[str, Text]
    wholes: Mapping[str, Mapping[str, Text]]
    citation: Citation


class BuyerNamesFile(Frozen):
    """The content of `buyer_names.yml`: who buys finally, by lowercase category code."""

    names: Mapping[str, Text]
    citation: Citation


@lru_cache(maxsize=4)
def _phrased(root: Path) -> dict[str, Mapping[str, Text]]:
    document, content = read_file(root, "sector_phrases.yml", SectorPhrasesFile)
    document.require_unique(("layouts",), [layout.id for layout in content.layouts])
    check_citations(document, known_sources(root))
    return {layout.id: layout.phrases for layout in content.layouts}


@lru_cache(maxsize=4)
def _placed(root: Path) -> PlacePhrasesFile:
    document, content = read_file(root, "place_phrases.yml", PlacePhrasesFile)
    check_citations(document, known_sources(root))
    return content


@lru_cache(maxsize=4)
def _bought(root: Path) -> Mapping[str, Text]:
    document, content = read_file(root, "buyer_names.yml", BuyerNamesFile)
    check_citations(document, known_sources(root))
    return content.names


def sector_phrases(layout: str, root: Path | None = None) -> Mapping[str, Text]:
    """Return what each sector of a table layout does; empty where nobody has said it yet."""
    return _phrased(reference_root(root)).get(layout, {})


def place_phrases(root: Path | None = None) -> Mapping[str, Text]:
    """Return countries whose name takes more than "in" before it, by alpha-3 code."""
    return _placed(reference_root(root)).phrases


def region_wholes(layout: str, root: Path | None = None) -> Mapping[str, Text]:
    """Return names of a layout's regions of many countries, where a code could mislead."""
    return _placed(reference_root(root)).wholes.get(layout, {})


def buyer_names(root: Path | None = None) -> Mapping[str, Text]:
    """Return the names of final buyers by lowercase category code."""
    return _bought(reference_root(root))
