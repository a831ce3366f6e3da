"""Read what is known of the forms in which world tables come."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from ketenkaart.core.provenance import Citation, Frozen, Identifier, Source
from ketenkaart.sources.reference.folder import load_sources, read_file, reference_root


class Layout(Frozen):
    """A form in which tables come, and whether its reader has met a real file of the publisher.

    `regions` are the codes of all regions of the release, where every file of it has the same.
    """

    id: Identifier
    source: Identifier
    is_tried: bool
    regions: tuple[str, ...] = ()
    citation: Citation


class LayoutsFile(Frozen):
    """The content of `table_layouts.yml`."""

    layouts: tuple[Layout, ...]


@lru_cache(maxsize=4)
def _layouts(root: Path) -> tuple[Layout, ...]:
    document, content = read_file(root, "table_layouts.yml", LayoutsFile)
    document.require_unique(("layouts",), [layout.id for layout in content.layouts])
    known = [source.id for source in load_sources(root)]
    for index, layout in enumerate(content.layouts):
        document.require_known(("layouts", index, "source"), layout.source, known, "source")
    return content.layouts


def load_layouts(root: Path | None = None) -> dict[str, tuple[Layout, Source]]:
    """Return the layouts by id, each with the source that its tables come from.

    Raises `ReferenceDataError` with file and line.
    """
    folder = reference_root(root)
    sources = {source.id: source for source in load_sources(folder)}
    return {layout.id: (layout, sources[layout.source]) for layout in _layouts(folder)}


def regions_of_layout(layout: str, root: Path | None = None) -> tuple[str, ...]:
    """Return the regions that every file of a release has; none where that is not known."""
    known = load_layouts(root).get(layout)
    return known[0].regions if known else ()
