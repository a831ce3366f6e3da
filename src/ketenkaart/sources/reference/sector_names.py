"""Read what the sectors of world tables are called in a sentence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path

from pydantic import Field

from ketenkaart.core.chain.concordance import divisions_of
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


class DivisionGroup(Frozen):
    """What a group of divisions of ISIC Rev. 4 is called."""

    divisions: tuple[str, ...] = Field(min_length=1)
    name: Text


class NamedCode(Frozen):
    """What a sector is called that holds part of a division, as its code alone tells."""

    code: str = Field(min_length=1)
    name: Text


class DivisionNamesFile(Frozen):
    """The content of `division_names.yml`."""

    groups: tuple[DivisionGroup, ...]
    codes: tuple[NamedCode, ...]
    citation: Citation


@lru_cache(maxsize=4)
def _divisions(root: Path) -> DivisionNamesFile:
    document, content = read_file(root, "division_names.yml", DivisionNamesFile)
    document.require_unique(("groups",), [" ".join(sorted(g.divisions)) for g in content.groups])
    document.require_unique(("codes",), [item.code for item in content.codes])
    check_citations(document, known_sources(root))
    return content


def names_by_division(codes: Iterable[str], root: Path | None = None) -> dict[str, Text]:
    """Return names for the sectors whose codes say which divisions of ISIC Rev. 4 they hold.

    A code that says so of no group with a name has none.

    >>> found = names_by_division(["C13T15", "CPA_C26", "C24A", "farms"])
    >>> [name.en for name in found.values()]
    ['textiles, clothing and leather', 'electronics and optics', 'iron and steel']
    """
    content = _divisions(reference_root(root))
    groups = {frozenset(g.divisions): g.name for g in content.groups}
    parts = {item.code: item.name for item in content.codes}
    divisions = tuple(sorted({division for group in groups for division in group}))
    found = {}
    for code in codes:
        plain = code.removeprefix("CPA_").upper()
        name = parts.get(plain) or groups.get(frozenset(divisions_of(plain, divisions)))
        if name is not None:
            found[code] = name
    return found
