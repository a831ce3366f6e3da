"""What an edition says about itself: its manifest, and the sidecar of every table in it."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from ketenkaart.core.provenance import Frozen, Grade, Identifier, Text

FORMAT = 1
MANIFEST = "edition.yml"
TABLES = {
    "transactions": "transactions.parquet",
    "nodes": "nodes.csv",
    "demand": "demand.csv",
    "intensity": "intensity.parquet",
    "country_weights": "country_weights.csv",
    "host_governance": "host_governance.csv",
}


class FileEntry(Frozen):
    """One file of an edition, with what it must weigh and hash to."""

    name: str = Field(pattern=r"^[a-z0-9_]+\.(parquet|csv|yml)$")
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    bytes: int = Field(ge=0)


class Manifest(Frozen):
    """The content of `edition.yml`.

    `edition_date` is a constant of the recipe, never the clock: a rebuild gives the same bytes.
    """

    format: int
    id: Identifier
    title: Text
    built_with: str
    edition_date: date
    table_year: int
    home: str
    regions: tuple[str, ...]
    sectors: tuple[str, ...]
    files: tuple[FileEntry, ...]


class Origin(Frozen):
    """A source file that a table was derived from."""

    source: Identifier
    title: Text
    publisher: str
    licence: str
    licence_grade: Grade
    file: str
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")


class Column(Frozen):
    """A column of a table: its unit, or its kind where it has none, and what it means."""

    name: str
    unit: str
    meaning: Text


class Sidecar(Frozen):
    """What stands beside a table: who published its sources, on what terms, how it was made."""

    title: Text
    publisher: str
    licence: str
    licence_grade: Grade
    edition: str
    year: str
    command: str
    notes: tuple[Text, ...]
    derived_from: tuple[Origin, ...]
    columns: tuple[Column, ...]
