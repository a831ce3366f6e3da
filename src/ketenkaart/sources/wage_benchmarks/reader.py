"""A file of living-wage benchmarks: a row per place, year and publisher, all right or none kept."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from datetime import date
from typing import Any

from pydantic import ValidationError

from ketenkaart.core.chain.wages import WageBenchmark
from ketenkaart.core.errors import InputError
from ketenkaart.sources.reference.labels import load_countries

BENCHMARK_COLUMNS = (
    "country", "area", "low", "high", "currency", "per", "on", "kind", "hours_a_week",
    "days_a_week", "title", "publisher", "licence",
)  # fmt: skip
NEEDED = ("country", "low", "currency", "per", "on", "title", "publisher")
LARGEST = 5_000_000
MOST_ROWS = 20_000
_NUMBERS = ("low", "high", "hours_a_week", "days_a_week")
_PAY = ("low", "high", "currency", "per", "on", "kind", "hours_a_week", "days_a_week")


def read_benchmarks(raw: bytes, name: str) -> tuple[tuple[int, WageBenchmark], ...]:
    """Return the benchmarks of a CSV with the line each stands on; `name` is for messages.

    Cells are parted by commas or semicolons, decimals written with a point. `high` left empty
    means one figure. Raises `InputError` that names row and column of the first thing wrong.
    """
    text = _text(raw, name)
    head = text.splitlines()[0] if text.strip() else ""
    separator = ";" if head.count(";") > head.count(",") else ","
    lines = csv.DictReader(io.StringIO(text), delimiter=separator, strict=True)
    known = {country.alpha3 for country in load_countries().countries}
    found: list[tuple[int, WageBenchmark]] = []
    try:
        _check_columns([cell.strip() for cell in lines.fieldnames or ()], name)
        for cells in lines:
            row = {key.strip(): (value or "").strip() for key, value in cells.items() if key}
            if None in cells:
                raise _wrong(name, lines.line_num, "", "The row has more cells than the header")
            if any(row.values()):
                found.append((lines.line_num, _benchmark(row, name, lines.line_num, known)))
            if len(found) > MOST_ROWS:
                raise _wrong(name, lines.line_num, "", f"There are more than {MOST_ROWS} rows")
    except csv.Error as error:
        raise _wrong(name, lines.line_num, "", f"Not a CSV file: {error}") from None
    if not found:
        raise InputError(
            f"{name} holds no benchmark", where=name, fix="Give a row per country or area."
        )
    _check_once(found, name)
    return tuple(found)


def _text(raw: bytes, name: str) -> str:
    if len(raw) > LARGEST:
        raise InputError(f"{name} is larger than 5 MB", where=name, fix="Split it.")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise _wrong(name, line, "", "The file is not UTF-8") from None
    if "\x00" in text:
        raise InputError(f"{name} is no text", where=name, fix="Save it as CSV in UTF-8.")
    return text


def _check_columns(given: list[str], name: str) -> None:
    missing = [column for column in NEEDED if column not in given]
    strange = [column for column in given if column not in BENCHMARK_COLUMNS]
    if missing or strange:
        what = (
            f"lacks the column {missing[0]!r}" if missing else f"has a column {strange[0][:40]!r}"
        )
        raise InputError(
            f"{name} {what}",
            where=f"{name}, row 1",
            fix=f"Use the columns {', '.join(BENCHMARK_COLUMNS)}; {', '.join(NEEDED)} are needed.",
        )


def _benchmark(row: Mapping[str, str], name: str, line: int, known: set[str]) -> WageBenchmark:
    for column in NEEDED:
        if not row.get(column):
            raise _wrong(name, line, column, "The cell is empty")
    if row["country"] not in known:
        raise _wrong(
            name, line, "country", f"{row['country'][:20]!r} is no country code",
            "Use three capitals, such as BGD.",
        )  # fmt: skip
    cells: dict[str, Any] = {key: value for key, value in row.items() if value}
    for column in _NUMBERS:
        if column in cells:
            cells[column] = _number(cells[column], name, line, column)
    cells.setdefault("high", cells["low"])
    try:
        cells["on"] = date.fromisoformat(cells["on"])
    except ValueError:
        raise _wrong(
            name, line, "on", f"{row['on'][:20]!r} is no day", "Write it as 2024-01-31."
        ) from None
    pay = {key: cells.pop(key) for key in _PAY if key in cells}
    try:
        return WageBenchmark.model_validate({**cells, "pay": pay})
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        column = str(first["loc"][-1]) if first["loc"] else ""
        message = first["msg"].removeprefix("Value error, ")
        raise _wrong(name, line, column, f"Not valid: {message}") from None


def _number(text: str, name: str, line: int, column: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise _wrong(
            name, line, column, f"{text[:20]!r} is no number", "Write decimals with a point."
        ) from None


def _check_once(found: list[tuple[int, WageBenchmark]], name: str) -> None:
    seen: dict[tuple[object, ...], int] = {}
    for line, item in found:
        key = item.country, item.area, item.publisher, item.pay.on, item.pay.kind, item.pay.per
        if key in seen:
            raise _wrong(
                name, line, "", f"The same place, day and publisher stand in row {seen[key]}",
                "Keep one of the two.",
            )  # fmt: skip
        seen[key] = line


def _wrong(
    name: str, line: int, column: str, what: str, fix: str = "Correct it; nothing was kept."
) -> InputError:
    place = f"{name}, row {line}" + (f", column {column}" if column else "")
    return InputError(what, where=place, fix=fix)
