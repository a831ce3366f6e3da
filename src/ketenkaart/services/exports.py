"""Data handed to other programs: the same rows and cells from every face."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, BinaryIO, TextIO

if TYPE_CHECKING:
    from ketenkaart.core.governance.answers import GapAnswer, TotalRow
    from ketenkaart.core.provenance import Text

Cell = str | float | int | bool | None
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")

GAP_COLUMNS = (
    "id", "key", "label_nl", "label_en",
    "exposure", "exposure_low", "exposure_high", "is_estimate",
    "value_added_musd", "person_years", "person_years_low", "person_years_high",
    "risk_weighted_low", "risk_weighted_central", "risk_weighted_high",
    "gap_low", "gap_central", "gap_high", "gap_known_reach_low", "gap_known_reach_high",
    "weak_at_home_low", "weak_at_home_central", "weak_at_home_high",
    "unknown_risk", "unknown_reach",
    "kind", "unit", "edition", "as_of", "table_year",
)  # fmt: skip


def safe(cell: Cell) -> Cell:
    """Return a cell that no spreadsheet takes for a formula (OWASP ASVS 5.0, 1.2.10).

    >>> safe("=1+1"), safe(-2.5), safe(None)
    ("'=1+1", -2.5, None)
    """
    if isinstance(cell, str) and cell.startswith(FORMULA_STARTS):
        return f"'{cell}"
    return cell


def write_csv(stream: TextIO, columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
    """Write rows as CSV (RFC 4180); an empty cell stands for a value that is not defined."""
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([safe(cell) for cell in row] for row in rows)


def write_parquet(
    stream: BinaryIO,
    columns: Sequence[str],
    rows: Iterable[Sequence[Cell]],
    notes: Sequence[Text] = (),
) -> None:
    """Write rows as Parquet; a column of numbers is float64, an absent value null.

    What is noted of the whole stands in the file's own metadata, under `notes`, as JSON.
    """
    import polars as pl  # noqa: PLC0415 - seldom asked for, slow to load

    cells = [list(row) for row in rows]
    said = [note.model_dump() for note in notes]
    data = {name: [row[k] for row in cells] for k, name in enumerate(columns)}
    pl.DataFrame(
        {
            name: pl.Series(values, dtype=_kind(values, pl), strict=False)
            for name, values in data.items()
        }
    ).write_parquet(stream, metadata={"notes": json.dumps(said)} if said else None)


def _kind(values: Sequence[Cell], pl: Any) -> Any:
    known = [value for value in values if value is not None]
    if known and all(isinstance(value, str) for value in known):
        return pl.String
    if known and all(isinstance(value, bool) for value in known):
        return pl.Boolean
    return pl.Float64 if known else pl.Null


def gap_json(answer: GapAnswer) -> dict[str, Any]:
    """Return an answer as plain data; notes that do not apply to a row are left out."""
    data = answer.model_dump(mode="json")
    for row in (data["total"], *data["rows"]):
        for name in ("composite", "member"):
            if row[name] is None:
                del row[name]
    return data


def gap_columns(answer: GapAnswer) -> tuple[str, ...]:
    """Return the columns of an answer: the fixed ones, and a credit per instrument."""
    return (*GAP_COLUMNS, *(f"credit_{item.id}" for item in answer.total.instruments))


def gap_rows(answer: GapAnswer) -> list[list[Cell]]:
    """Return the rows of an answer and, last, the total; its key is the word total."""
    return [_gap_row(answer, row) for row in (*answer.rows, answer.total)]


def _gap_row(answer: GapAnswer, row: TotalRow) -> list[Cell]:
    from ketenkaart.core.governance.answers import GapRow  # noqa: PLC0415 - others need no gap

    credit = {item.id: item.credit.value for item in row.instruments}
    people = row.exposures["person_years"]
    labels = (
        (row.key, row.label.nl, row.label.en)
        if isinstance(row, GapRow)
        else ("total", "Totaal", "Total")
    )
    return [
        row.id,
        *labels,
        *(row.exposure, row.exposure_interval.low, row.exposure_interval.high, row.is_estimate),
        row.exposures["value_added"].central,
        *(people.central, people.low, people.high),
        *(row.risk_weighted.low, row.risk_weighted.central, row.risk_weighted.high),
        *(row.gap.low, row.gap.central, row.gap.high),
        *(row.gap_known_reach.low, row.gap_known_reach.high),
        *(row.weak_at_home.low, row.weak_at_home.central, row.weak_at_home.high),
        *(row.unknown_share.risk, row.unknown_share.reach),
        *(answer.kind, answer.unit, answer.edition, answer.as_of.isoformat(), answer.years.table),
        *(credit.get(item.id) for item in answer.total.instruments),
    ]
