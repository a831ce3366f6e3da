"""Answers about the chain as files: what holds for the whole goes along as far as a form can."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpResponse

from ketenkaart.services.chain.estimated import estimate_notes, tables_used
from ketenkaart.services.exports import Cell
from ketenkaart.web.exports import csv_download, json_download, parquet_download

FORMS = ("csv", "json", "parquet")
ESTIMATE = "-estimate"
"""What the name of a file ends in where a table that it rests on is itself an estimate."""
Table = tuple[Mapping[str, Any], Sequence[str], Sequence[Sequence[Cell]]]


def chain_file(name: str, form: str, table: Table) -> HttpResponse:
    """Return an answer as CSV, JSON or Parquet.

    Where a table is itself an estimate, JSON and Parquet say so and how it was reckoned, and so
    does the name of every file: a CSV has no other place for it.
    """
    data, columns, rows = table
    notes = estimate_notes(tables_used(data, columns, rows))
    if notes:
        name += ESTIMATE
        said = list(data.get("notes", []))
        said += [note.model_dump() for note in notes if note.model_dump() not in said]
        data = {**data, "notes": said}
    if form == "json":
        return json_download(name, data)
    if form == "parquet":
        return parquet_download(name, columns, rows, notes)
    return csv_download(name, columns, rows)
