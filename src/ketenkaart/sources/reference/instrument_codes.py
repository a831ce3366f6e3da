"""Read the words that instruments are described with: units, study designs, criteria."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from ketenkaart.core.governance.dossier import Criterion, StudyDesign, Unit
from ketenkaart.core.provenance import Citation, Frozen
from ketenkaart.sources.reference.folder import read_file, reference_root


class UnitsFile(Frozen):
    """The content of `units.yml`."""

    citation: Citation
    units: tuple[Unit, ...]


class DesignsFile(Frozen):
    """The content of `study_designs.yml`."""

    designs: tuple[StudyDesign, ...]


class CriteriaFile(Frozen):
    """The content of `covenant_criteria.yml`."""

    criteria: tuple[Criterion, ...]


@lru_cache(maxsize=16)
def _units(root: Path) -> tuple[Unit, ...]:
    document, content = read_file(root, "units.yml", UnitsFile)
    document.require_unique(("units",), [unit.id for unit in content.units])
    return content.units


@lru_cache(maxsize=16)
def _designs(root: Path) -> tuple[StudyDesign, ...]:
    document, content = read_file(root, "study_designs.yml", DesignsFile)
    document.require_unique(("designs",), [design.id for design in content.designs])
    return content.designs


@lru_cache(maxsize=16)
def _criteria(root: Path) -> tuple[Criterion, ...]:
    document, content = read_file(root, "covenant_criteria.yml", CriteriaFile)
    document.require_unique(("criteria",), [criterion.id for criterion in content.criteria])
    return content.criteria


def load_units(root: Path | None = None) -> tuple[Unit, ...]:
    """Return every unit that a figure about an instrument may have."""
    return _units(reference_root(root))


def load_study_designs(root: Path | None = None) -> tuple[StudyDesign, ...]:
    """Return the ladder of study designs, strongest first."""
    return _designs(reference_root(root))


def load_covenant_criteria(root: Path | None = None) -> tuple[Criterion, ...]:
    """Return what government expects of a covenant, in the order of the published list."""
    return _criteria(reference_root(root))
