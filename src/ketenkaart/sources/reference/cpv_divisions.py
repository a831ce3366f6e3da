"""Read what the divisions of the Common Procurement Vocabulary are called in plain words."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Annotated

from pydantic import Field

from ketenkaart.core.provenance import Citation, Frozen, Text
from ketenkaart.sources.reference.folder import read_file, reference_root


class CpvDivision(Frozen):
    """A division of CPV 2008, its first two figures, and what falls under it in our own words."""

    code: Annotated[str, Field(pattern=r"^[0-9]{2}$")]
    name: Text


class CpvDivisionsFile(Frozen):
    """The content of `cpv_divisions.yml`."""

    divisions: tuple[CpvDivision, ...]
    citation: Citation


@lru_cache(maxsize=4)
def _read(root: Path) -> tuple[CpvDivision, ...]:
    document, content = read_file(root, "cpv_divisions.yml", CpvDivisionsFile)
    document.require_unique(("divisions",), [division.code for division in content.divisions])
    return content.divisions


def load_cpv_divisions(root: Path | None = None) -> tuple[CpvDivision, ...]:
    """Return the divisions by code; raises `ReferenceDataError` with file and line."""
    return _read(reference_root(root))
