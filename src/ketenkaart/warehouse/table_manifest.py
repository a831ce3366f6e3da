"""What a stored world table says about itself: `table.json`."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from ketenkaart.core.provenance import Frozen, Identifier, Text

TABLE_FORMAT = 1
TABLE_MANIFEST = "table.json"
DERIVED = "derived"


class StoredFile(Frozen):
    """One file of a stored table, with what it must weigh and hash to."""

    name: str = Field(pattern=r"^[A-Za-z0-9_]+\.(parquet|npy)$")
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    bytes: int = Field(ge=0)


class SourceFile(Frozen):
    """A file of the publisher that the table was read from."""

    name: str
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    bytes: int = Field(ge=0)


class Column(Frozen):
    """A column of final demand: who buys, by region and category, in the table's own codes."""

    region: str
    category: str


class Counted(Frozen):
    """A satellite: what is counted, and in what unit a year."""

    name: str
    unit: str


class Finding(Frozen):
    """Something the checks found that does not make the figures wrong; `places` name nodes."""

    code: str
    text: str
    places: tuple[str, ...] = ()


class Balance(Frozen):
    """How far a table is from balancing, as shares of total output, and how well it solves.

    `rows`: sum over nodes of |intermediate sales + final demand - output|; `columns`: the same of
    |purchases + value added - output|, `None` where value added is the residual. `condition` is
    that of I - A in the 1-norm: relative errors in demand grow at most so many times.
    """

    rows: float
    columns: float | None
    condition: float
    largest_multiplier: float
    largest_multiplier_node: str


class Estimate(Frozen):
    """How a table that no publisher gave was made: by which method, from which table, in words."""

    method: Identifier
    prior: Identifier
    note: Text


class TableManifest(Frozen):
    """The content of `table.json`: labels, units, origin, files, and what the checks found.

    `estimate` is there for a table that was reckoned here, and says so wherever it is listed.
    `is_tried` is false for a layout whose reader never met a real file of the publisher. `files`
    is the table; `derived` can be made from it again, and is when a file is missing.
    """

    format: int
    kind: Literal["table"]
    id: Identifier
    title: Text
    publisher: str
    licence: str
    citation: str
    layout: str
    is_tried: bool
    built_with: str
    year: int
    unit: str
    regions: tuple[str, ...]
    sectors: tuple[str, ...]
    final_demand: tuple[Column, ...]
    inventory: tuple[str, ...]
    value_added: tuple[str, ...]
    is_value_added_residual: bool
    satellites: tuple[Counted, ...]
    balance: Balance
    findings: tuple[Finding, ...]
    sources: tuple[SourceFile, ...]
    estimate: Estimate | None = None
    files: tuple[StoredFile, ...]
    derived: tuple[StoredFile, ...]
