"""Where reference data stands, and how a file of it becomes checked values."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel

from ketenkaart.core.errors import ReferenceDataError
from ketenkaart.core.provenance import Citation, Frozen, Source
from ketenkaart.sources.reference.document import Document, Trail, read_document

Model = TypeVar("Model", bound=BaseModel)


class SourcesFile(Frozen):
    """The content of `sources.yml`."""

    sources: tuple[Source, ...]
    citation: Citation


def reference_root(root: Path | None) -> Path:
    """Return the folder to read: `root`, or the one that comes with the package.

    Raises `ReferenceDataError` when it is no folder.
    """
    folder = Path(str(files("ketenkaart") / "reference")) if root is None else root
    if not folder.is_dir():
        raise ReferenceDataError(
            "There is no folder with reference data", where=folder.name, fix="Name another folder."
        )
    return folder


def read_file(root: Path, name: str, model: type[Model]) -> tuple[Document, Model]:
    """Return the file `name` under `root`, as a document with lines and as `model`.

    Every citation in it names a declared source. Raises `ReferenceDataError` otherwise.
    """
    document = read_document(root / name, name)
    value = document.parse(model)
    check_citations(document, known_sources(root))
    return document, value


def check_citations(document: Document, known: frozenset[str]) -> None:
    """Fail on the first mapping that cites a source which `sources.yml` does not declare."""
    for path, mapping in document.mappings():
        if "source" in mapping and "grade" in mapping:
            trail: Trail = (*path, "source")
            document.require_known(trail, mapping["source"], known, "source")


def known_sources(root: Path) -> frozenset[str]:
    """Return the ids of all declared sources under `root`."""
    return frozenset(source.id for source in read_sources(root))


@lru_cache(maxsize=16)
def read_sources(root: Path) -> tuple[Source, ...]:
    """Return the declared sources under `root`; ids are unique."""
    document = read_document(root / "sources.yml", "sources.yml")
    content = document.parse(SourcesFile)
    document.require_unique(("sources",), [source.id for source in content.sources])
    check_citations(document, frozenset(source.id for source in content.sources))
    return content.sources


def load_sources(root: Path | None = None) -> tuple[Source, ...]:
    """Return every document and data set that values are taken from."""
    return read_sources(reference_root(root))
