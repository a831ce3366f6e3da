"""Read a purchase list: what is bought, of which sector, where, and for how much."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ketenkaart.core.chain.codes import matching_code
from ketenkaart.core.chain.demands import Purchase
from ketenkaart.core.chain.types import Floats
from ketenkaart.core.chain.world import WorldTable
from ketenkaart.core.errors import InputError

NEEDED = ("sector", "value")
MOST_BYTES = 50 * 1024 * 1024
SHOWN = 10
EXTRA = "cells without a heading"


@dataclass(frozen=True, slots=True)
class Rejected:
    """A line of a purchase list that cannot be used: its number in the file, and why."""

    row: int
    reason: str


@dataclass(frozen=True, slots=True)
class PurchaseList:
    """A purchase list in the codes of a table.

    `lines` good ones were read. `spread` is the value, in the table's unit, that named no region
    and was divided as the home country's final demand for that sector's products is: an estimate.
    """

    purchases: tuple[Purchase, ...]
    lines: int
    spread: float
    rejected: tuple[Rejected, ...]


def read_purchases(
    path: Path, table: WorldTable, *, home: str, keep_good: bool = False
) -> PurchaseList:
    """Return the purchases in a CSV with columns `region` (may be empty), `sector` and `value`.

    Values are in the table's unit. Commas or semicolons part the cells; with semicolons a comma
    is the decimal sign. Raises `InputError` naming every bad row, unless `keep_good`: then they
    come back as `rejected`, and the rest is used.
    """
    rows, is_decimal_comma = _rows(path)
    share = _shares(table, home)
    purchases: list[Purchase] = []
    rejected: list[Rejected] = []
    lines, spread = 0, 0.0
    for number, row in rows:
        try:
            if row.get(EXTRA):
                raise InputError(
                    "There are more cells than columns", fix="Put quotes around a cell with commas."
                )
            value = _value(row.get("value", ""), is_decimal_comma)
            found = _nodes(row, table, share, value)
        except InputError as error:
            rejected.append(Rejected(number, f"{error.what}. {error.fix or ''}".strip()))
            continue
        purchases.extend(found)
        lines += 1
        spread += 0.0 if row.get("region") else value
    if rejected and not keep_good:
        _refuse(path, rejected)
    if not lines:
        raise InputError(
            f"{path.name} has no purchases", where=str(path), fix="Give one row per purchase."
        )
    return PurchaseList(tuple(purchases), lines, spread, tuple(rejected))


def _rows(path: Path) -> tuple[list[tuple[int, dict[str, str]]], bool]:
    """Return the rows with their line numbers, and whether commas are decimal signs."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise InputError(
                f"{path.name} is larger than {MOST_BYTES // 2**20} MB",
                where=str(path),
                fix="Add up the purchases by region and sector first.",
            )
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise InputError(
            f"{path.name} cannot be read: {error.strerror or error}",
            where=str(path),
            fix="Name a CSV file.",
        ) from error
    except UnicodeDecodeError as error:
        raise InputError(
            f"{path.name} is not in UTF-8", where=str(path), fix="Save it as CSV UTF-8."
        ) from error
    first = text.split("\n", 1)[0]
    delimiter = ";" if first.count(";") > first.count(",") else ","
    reader = csv.DictReader(
        io.StringIO(text, newline=""), delimiter=delimiter, restkey=EXTRA, restval=""
    )
    try:
        names = [(name or "").strip().casefold() for name in reader.fieldnames or ()]
        missing = [name for name in NEEDED if name not in names]
        if missing:
            raise InputError(
                f"{path.name} has no column {missing[0]!r}",
                where=f"{path}, row 1",
                fix="Name the columns region, sector and value.",
            )
        reader.fieldnames = names
        rows = [
            (reader.line_num, {name: "".join(cell).strip() for name, cell in row.items()})
            for row in reader
        ]
    except csv.Error as error:
        raise InputError(
            f"{path.name} is no CSV ({error})",
            where=f"{path}, row {reader.line_num}",
            fix="Save it as CSV UTF-8.",
        ) from error
    return rows, delimiter == ";"


def _value(text: str, is_decimal_comma: bool) -> float:
    plain = text.replace(",", ".") if is_decimal_comma else text
    try:
        value = float(plain)
    except ValueError:
        value = math.nan
    if not math.isfinite(value) or value < 0 or "_" in plain:
        raise InputError(
            f"{text[:40]!r} is no amount", fix="Write a number from 0, without thousands marks."
        )
    return value


def _nodes(
    row: Mapping[str, str], table: WorldTable, share: Mapping[str, Floats], value: float
) -> list[Purchase]:
    sector = matching_code("sector", row["sector"], table.sectors)
    if row.get("region"):
        region = matching_code("region", row["region"], table.regions)
        return [Purchase(table.node(region, sector), value)]
    parts = share[sector]
    if not parts.sum() > 0:
        raise InputError(
            f"Where products of {sector} come from is unknown", fix="Give the row a region."
        )
    return [
        Purchase(table.node(region, sector), value * float(part))
        for region, part in zip(table.regions, parts, strict=True)
        if part
    ]


def _shares(table: WorldTable, home: str) -> dict[str, Floats]:
    """Return, per sector, the share of each region in what the home country buys finally."""
    bought = table.demand_of(home).clip(min=0).reshape(len(table.regions), len(table.sectors))
    totals = bought.sum(axis=0)
    return {
        sector: bought[:, k] / totals[k] if totals[k] > 0 else bought[:, k]
        for k, sector in enumerate(table.sectors)
    }


def _refuse(path: Path, rejected: list[Rejected]) -> None:
    listed = "; ".join(f"row {item.row}: {item.reason}" for item in rejected[:SHOWN])
    more = f"; and {len(rejected) - SHOWN} more" if len(rejected) > SHOWN else ""
    raise InputError(
        f"{path.name} has {len(rejected)} rows that cannot be used: {listed}{more}",
        where=str(path),
        fix="Mend them, or add --keep-good to go on without them.",
    )
