"""The rows of a file of judgements that people filled in elsewhere."""

from __future__ import annotations

import csv
import io
import json

from ketenkaart.core.errors import InputError


def judged_rows(
    data: bytes, name: str, *, largest: int, most: int, export: str
) -> list[dict[str, str]]:
    """Return the rows of a file: JSON when its name says so, else CSV with a heading.

    `largest` is how many bytes and `most` how many rows are taken; `export` the command that
    writes such a file. Raises `InputError` for a file that is too large, no UTF-8, not in that
    form, or with a row of another length than the heading.
    """
    if len(data) > largest:
        raise InputError("The file is too large", where=name, fix=f"Give at most {largest} bytes.")
    try:
        text = data.decode("utf-8-sig")
        rows = _json(text) if name.casefold().endswith(".json") else _csv(text)
    except (UnicodeDecodeError, ValueError, csv.Error) as error:
        raise InputError(
            f"The file cannot be read: {error}",
            where=name,
            fix=f"Export one with `{export}` and fill that in.",
        ) from error
    if len(rows) > most:
        raise InputError("The file has too many rows", where=name, fix=f"Give at most {most}.")
    return rows


def _csv(text: str) -> list[dict[str, str]]:
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    rows = []
    for row in reader:
        if None in row or None in row.values():
            raise ValueError(f"line {reader.line_num} has another number of cells than the heading")
        rows.append({key.strip(): _plain(value) for key, value in row.items()})
    return rows


def _plain(value: str) -> str:
    """Return a cell without the mark that keeps a spreadsheet from seeing a formula in it."""
    return value[1:] if value[:1] == "'" and value[1:2] in {"=", "+", "-", "@"} else value


def _json(text: str) -> list[dict[str, str]]:
    content = json.loads(text)
    if not isinstance(content, list) or not all(isinstance(row, dict) for row in content):
        raise ValueError("it is no list of objects")
    return [{str(k): "" if v is None else str(v) for k, v in row.items()} for row in content]
