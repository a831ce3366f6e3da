"""Read what the sectors of world tables are called in a sentence."""

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


class NamedLayout(Frozen):
    """The names of all sectors of one layout, by the table's own codes."""

    id: Identifier
    names: Mapping[str, Text]
    citation: Citation


class SectorNamesFile(Frozen):
    """The content of `sector_names.yml`."""

    layouts: tuple[NamedLayout, ...]


@lru_cache(maxsize=4)
def _named(root: Path) -> dict[str, Mapping[str, Text]]:
    document, content = read_file(root, "sector_names.yml", SectorNamesFile)
    document.require_unique(("layouts",), [layout.id for layout in content.layouts])
    check_citations(document, known_sources(root))
    return {layout.id: layout.names for layout in content.layouts}


def sector_names(layout: str, root: Path | None = None) -> Mapping[str, Text]:
    """Return names by sector code for a table layout; empty where nobody has named them yet."""
    return _named(reference_root(root)).get(layout, {})
