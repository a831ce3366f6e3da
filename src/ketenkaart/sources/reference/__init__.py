"""Reference data: dated, cited facts in YAML, checked so that every error names file and line."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ketenkaart.core.classification import Countries, Sector
from ketenkaart.core.governance.types import DepthTable, Instrument
from ketenkaart.core.ledger.types import Ledger, Theme
from ketenkaart.core.provenance import GlossaryTerm, Source
from ketenkaart.core.risk.types import Issue, IssueWeight
from ketenkaart.sources.reference.folder import load_sources
from ketenkaart.sources.reference.governance import load_depth, load_instruments
from ketenkaart.sources.reference.labels import load_countries, load_glossary, load_sectors
from ketenkaart.sources.reference.ledger import (
    FIRST_LETTER,
    load_ledger,
    load_themes,
    shipped_letters,
)
from ketenkaart.sources.reference.risk import load_issue_weights, load_issues

__all__ = [
    "FIRST_LETTER",
    "Reference",
    "load_countries",
    "load_depth",
    "load_glossary",
    "load_instruments",
    "load_issue_weights",
    "load_issues",
    "load_ledger",
    "load_reference",
    "load_sectors",
    "load_sources",
    "load_themes",
    "shipped_letters",
]


@dataclass(frozen=True, slots=True)
class Reference:
    """All reference data of one folder; worked-out instruments stand before the register's."""

    sources: tuple[Source, ...]
    themes: tuple[Theme, ...]
    issues: tuple[Issue, ...]
    issue_weights: tuple[IssueWeight, ...]
    glossary: tuple[GlossaryTerm, ...]
    ledger: Ledger
    instruments: tuple[Instrument, ...]
    depth_table: DepthTable
    sectors: tuple[Sector, ...]
    countries: Countries


def load_reference(root: Path | None = None) -> Reference:
    """Read and check everything under `root`, or under the folder that comes with the package.

    Raises `ReferenceDataError`, which names file, line and key, for the first thing that is wrong.
    Each part also has a loader of its own.
    """
    return Reference(
        sources=load_sources(root),
        themes=load_themes(root),
        issues=load_issues(root),
        issue_weights=load_issue_weights(root),
        glossary=load_glossary(root),
        ledger=load_ledger(root),
        instruments=load_instruments(root),
        depth_table=load_depth(root),
        sectors=load_sectors(root),
        countries=load_countries(root),
    )
