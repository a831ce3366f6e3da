"""Read codebooks of exports, and which NACE section holds which divisions."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

from ketenkaart.core.errors import InputError, ReferenceDataError
from ketenkaart.core.monitor.microdata.types import ExportCodebook
from ketenkaart.core.provenance import Citation, Frozen, Text
from ketenkaart.sources.reference.document import Document, read_document
from ketenkaart.sources.reference.folder import read_file, reference_root

_OPEN = re.compile(r"<[^<>/]*>")


class NaceSection(Frozen):
    """A section, its divisions and what it is about."""

    id: str
    divisions: tuple[str, ...]
    name: Text


class NaceSections(Frozen):
    """The content of `nace_sections.yml`."""

    sections: tuple[NaceSection, ...]
    citation: Citation


@lru_cache(maxsize=4)
def _sections(folder: Path) -> tuple[NaceSection, ...]:
    document, content = read_file(folder, "microdata/nace_sections.yml", NaceSections)
    document.require_unique(("sections",), [item.id for item in content.sections])
    return content.sections


def load_nace_sections(root: Path | None = None) -> tuple[NaceSection, ...]:
    """Return the sections of NACE Rev. 2."""
    return _sections(reference_root(root))


def section_by_division(root: Path | None = None) -> dict[str, str]:
    """Return the section of each division.

    >>> section_by_division()["14"]
    'C'
    """
    return {code: item.id for item in load_nace_sections(root) for code in item.divisions}


def _require_filled(document: Document) -> None:
    """Fail on the first text that a proposal left open."""
    for trail, mapping in document.mappings():
        for key, value in mapping.items():
            if isinstance(value, str) and _OPEN.fullmatch(value):
                document.fail((*trail, key), f"{value} was not filled in", "Fill it in.")


def read_codebook(path: Path) -> tuple[Document, ExportCodebook]:
    """Return a codebook and the lines of its keys. Raises `InputError` with file, line and key."""
    try:
        document = read_document(path, path.name)
        _require_filled(document)
        return document, document.parse(ExportCodebook)
    except ReferenceDataError as error:
        raise InputError(error.what, where=error.where, fix=error.fix) from error
