"""Read a file of self-evaluations, a tender per row, as MVI-ZET and its like export them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from ketenkaart.core.monitor.types import STATES
from ketenkaart.sources.survey.questions import YES_NO
from ketenkaart.sources.survey.table import FIRST_ROW, SurveyTable, read_table
from ketenkaart.sources.tenders.headings import columns_of, load_headings, require_fields
from ketenkaart.sources.tenders.table import as_day

NONE = ("geen", "none", "no", "nee", "-", "n.v.t.", "nvt")


@dataclass(frozen=True, slots=True)
class SelfReport:
    """What an organisation says of one tender; what it does not say is None.

    `mvi` is whether sustainability features were used: yes, no, or why that is not known.
    """

    row: int
    tender: str | None
    buyer_name: str | None
    title: str | None
    value: float | None
    published: date | None
    filled_on: date | None
    mvi: str
    ambition: str | None
    digest: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SelfReportFile:
    """The reports of a file, and from which column `mvi` was taken (None: it is not said)."""

    name: str
    reports: list[SelfReport]
    mvi_from: str | None


def read_self_reports(path: Path, given: Mapping[str, str]) -> SelfReportFile:
    """Return the reports of a .csv (any separator), .xlsx or .parquet file.

    Raises `InputError` naming row and column for days, numbers and answers that are none, and for
    a file in which no column names tenders or buyers.
    """
    table = read_table(path)
    columns = columns_of(table, load_headings().self_reports, given)
    if "tender" not in columns:
        require_fields(table, columns, "buyer_name", "value")
    reader = _Reader(table, columns)
    mvi = "mvi" if "mvi" in columns else ("themes" if "themes" in columns else None)
    return SelfReportFile(
        path.name, [reader.report(k, mvi) for k in range(table.rows)],
        None if mvi is None else columns[mvi],
    )  # fmt: skip


class _Reader:
    """Reads rows of one table by field."""

    def __init__(self, table: SurveyTable, columns: Mapping[str, str]) -> None:
        self.table = table
        self.columns = columns
        self.texts = {
            field: table.frame[column].cast(pl.String).str.strip_chars().fill_null("").to_list()
            for field, column in columns.items()
        }
        self.values = table.numbers(columns["value"]) if "value" in columns else None
        self.rows = [
            tuple("" if cell is None else str(cell) for cell in row)
            for row in table.frame.iter_rows()
        ]

    def report(self, k: int, mvi: str | None) -> SelfReport:
        """Return the report of one row."""
        value = None
        if self.values is not None and self.values[1][k] == 0:
            value = float(self.values[0][k])
        return SelfReport(
            row=k + FIRST_ROW,
            tender=self._text("tender", k),
            buyer_name=self._text("buyer_name", k),
            title=self._text("title", k),
            value=value,
            published=self._day("published", k),
            filled_on=self._day("filled_on", k),
            mvi="unknown" if mvi is None else self._mvi(mvi, k),
            ambition=self._text("ambition", k),
            digest=self.rows[k],
        )

    def _text(self, field: str, k: int) -> str | None:
        found = self.texts[field][k] if field in self.texts else ""
        return None if found in ("", *STATES[1:]) else found

    def _day(self, field: str, k: int) -> date | None:
        try:
            return as_day(self._text(field, k))
        except ValueError as error:
            self.table.refuse(k, self.columns[field], str(error), "Correct it or leave it empty.")

    def _mvi(self, field: str, k: int) -> str:
        text: str = self.texts[field][k]
        word = text.casefold().replace(" ", "_")
        if word in STATES[1:]:
            return word
        if not word:
            return "unknown"
        if field == "themes":
            return "no" if text.casefold() in NONE else "yes"
        found: str | None = YES_NO.get({"true": "yes", "false": "no"}.get(word, word))
        if found is None:
            self.table.refuse(
                k, self.columns[field], f"{text[:40]!r} is neither yes nor no",
                "Write yes or no (ja, nee), or unknown, not_researched, not_applicable, refused.",
            )  # fmt: skip
        return str(found)
