"""Read how far off the cells of a world table are taken to be."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from pydantic import Field

from ketenkaart.core.chain.cell_errors import ErrorModel, SizeClass
from ketenkaart.core.provenance import Citation, Frozen, Identifier, Text
from ketenkaart.sources.reference.folder import read_file, reference_root

FILE = "cell_errors.yml"


class ClassEntry(Frozen):
    """Cells from a size on, as a share of the reporting country's output, and their error."""

    at_least: float = Field(ge=0, le=1)
    relative_error: float = Field(ge=0, le=2)


class CellErrorsFile(Frozen):
    """The content of `cell_errors.yml`: the model, its graded citation, and what it rests on."""

    id: Identifier
    title: Text
    citation: Citation
    shared: float = Field(ge=0, le=1)
    classes: tuple[ClassEntry, ...] = Field(min_length=1)
    rests_on: tuple[Citation, ...] = ()


@lru_cache(maxsize=4)
def _read(root: Path) -> CellErrorsFile:
    document, content = read_file(root, FILE, CellErrorsFile)
    sizes = [item.at_least for item in content.classes]
    if sizes != sorted(sizes, reverse=True) or len(set(sizes)) < len(sizes) or sizes[-1] != 0:
        document.fail(
            ("classes",),
            "The classes do not go down to zero",
            "List them from large to small, each size once, and end with at_least: 0.0.",
        )
    return content


def load_cell_errors(root: Path | None = None) -> tuple[ErrorModel, CellErrorsFile]:
    """Return the error model, and the file that it comes from with what it rests on.

    Raises `ReferenceDataError` with file and line.
    """
    content = _read(reference_root(root))
    model = ErrorModel(
        id=content.id,
        grade=content.citation.grade,
        classes=tuple(SizeClass(item.at_least, item.relative_error) for item in content.classes),
        shared=content.shared,
    )
    return model, content
