"""SDMX-CSV read back as shared series, with every fault by row and column."""

from __future__ import annotations

import csv
import io
import re
from calendar import monthrange
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from math import isfinite
from typing import Any, TypeVar

from pydantic import ValidationError

from ketenkaart.core.errors import InputError
from ketenkaart.core.monitor.exchange.comparing import definition_sha256
from ketenkaart.core.monitor.exchange.status import state_of
from ketenkaart.core.monitor.exchange.types import SharedPoint, SharedSeries
from ketenkaart.core.monitor.indicators import Coverage, Scale
from ketenkaart.core.provenance import Grade, State, Text
from ketenkaart.services.exports import FORMULA_STARTS
from ketenkaart.services.series_exchange.sdmx import UNITS

MOST_ROWS = 200_000
LONGEST_CELL = 8_000
PER_CENT = {"PT", "PERCENT", "PC"}
NEEDED = (
    "REF_AREA", "INDICATOR", "TIME_PERIOD", "OBS_VALUE", "OBS_STATUS", "UNIT_MEASURE",
    "DEFINITION_EN", "UNIT_OF_ANALYSIS_EN", "FRAME_EN",
)  # fmt: skip
Word = TypeVar("Word", bound=StrEnum)
Made = TypeVar("Made")


@dataclass(frozen=True, slots=True)
class RowFault:
    """What is wrong in one cell; `row` is the line of the file, whose heading is line 1."""

    row: int
    column: str
    what: str

    def __str__(self) -> str:
        return f"row {self.row}, column {self.column}: {self.what}"


@dataclass(frozen=True, slots=True)
class SharedRead:
    """The series that could be read, and every fault."""

    series: tuple[SharedSeries, ...]
    faults: tuple[RowFault, ...]
    rows: int


def read_sdmx(text: str, name: str) -> SharedRead:
    """Return the series in SDMX-CSV of version 2.1 or 3.0, with every fault by row and column.

    Percentages (UNIT_MEASURE PT) become shares. Raises `InputError` for text that is no such file:
    no heading, columns missing or double, too many rows.
    """
    rows = list(_lines(text, name))
    faults: list[RowFault] = []
    groups: dict[tuple[str, ...], list[tuple[int, dict[str, str]]]] = {}
    for line, cells in rows:
        key = tuple(cells.get(part, "") for part in ("REF_AREA", "INDICATOR", *_SAME))
        groups.setdefault(key, []).append((line, cells))
    series = [_one(lines, faults) for lines in groups.values()]
    found = [item for item in series if item is not None]
    faults += _clashes(found, groups)
    return SharedRead(tuple(found), tuple(sorted(faults, key=lambda f: f.row)), len(rows))


_SAME = ("DEFINITION", "FRAME", "DEFINITION_EN", "UNIT_OF_ANALYSIS_EN", "FRAME_EN")


def _lines(text: str, name: str) -> Iterator[tuple[int, dict[str, str]]]:
    reader = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)
    try:
        heading = [cell.strip().upper() for cell in next(reader, [])]
        _check_heading(heading, name)
        for count, row in enumerate(reader):
            if count >= MOST_ROWS:
                raise InputError(f"More than {MOST_ROWS:,} rows", where=name, fix="Split the file.")
            if not any(cell.strip() for cell in row):
                continue
            if len(row) != len(heading):
                raise InputError(
                    f"{len(row)} cells, the heading has {len(heading)}",
                    where=f"{name}, row {reader.line_num}",
                    fix="Put text with commas between double quotes.",
                )
            yield reader.line_num, dict(zip(heading, map(_cell, row), strict=True))
    except csv.Error as error:
        raise InputError(
            f"Not valid CSV: {error}", where=f"{name}, row {reader.line_num}",
            fix="Save it as CSV with commas and double quotes.",
        ) from error  # fmt: skip


def _cell(text: str) -> str:
    plain = text.strip()
    guarded = plain.startswith("'") and plain[1:].startswith(FORMULA_STARTS)
    return plain[1:] if guarded else plain


def _check_heading(heading: list[str], name: str) -> None:
    where = f"{name}, row 1"
    if "DATAFLOW" not in heading and "STRUCTURE_ID" not in heading:
        raise InputError(
            "This is no SDMX-CSV: there is no column DATAFLOW or STRUCTURE_ID", where=where,
            fix="Export the series as SDMX-CSV, of version 2.1 or 3.0.",
        )  # fmt: skip
    missing = [column for column in NEEDED if column not in heading]
    if missing:
        raise InputError(
            f"There is no column {', '.join(missing)}", where=where,
            fix="docs/methods/exchange.md lists the columns.",
        )  # fmt: skip
    double = sorted({column for column in heading if heading.count(column) > 1})
    if double:
        raise InputError(
            f"The column {', '.join(double)} stands twice", where=where, fix="Keep one."
        )


def _one(lines: list[tuple[int, dict[str, str]]], faults: list[RowFault]) -> SharedSeries | None:
    """Return one series; its faults are added, and its good measurements kept."""
    line, first = lines[0]
    scale = _scale(line, first, faults)
    per_cent = first["UNIT_MEASURE"].upper() in PER_CENT
    points = [
        point
        for number, cells in lines
        if cells["TIME_PERIOD"] or cells["OBS_VALUE"]
        if (point := _point(number, cells, faults, 100 if per_cent else 1)) is not None
    ]
    facts = _facts(line, first, faults)
    if facts is None or scale is None:
        return None
    points.sort(key=lambda point: point.on)
    made = _made(
        line,
        "TIME_PERIOD",
        faults,
        lambda: SharedSeries(scale=scale, points=tuple(points), **facts),
    )
    if made is not None and first.get("DEFINITION_HASH") not in (None, "", definition_sha256(made)):
        what = "the hash is not that of the definition beside it: one of them was changed"
        faults.append(RowFault(line, "DEFINITION_HASH", what))
        return None
    return made


def _scale(line: int, cells: dict[str, str], faults: list[RowFault]) -> Scale | None:
    code = cells["UNIT_MEASURE"].upper()
    if cells.get("SCALE"):
        return _word(line, cells, "SCALE", Scale, faults)
    scales = {unit: scale for scale, unit in UNITS.items()} | dict.fromkeys(PER_CENT, Scale.SHARE)
    if code not in scales:
        what = f"{code[:20]!r} is no unit known here, and there is no SCALE"
        faults.append(RowFault(line, "UNIT_MEASURE", what))
    return scales.get(code)


def _facts(line: int, cells: dict[str, str], faults: list[RowFault]) -> dict[str, Any] | None:
    start = len(faults)
    texts = {
        key: _text(line, cells, column, default, faults)
        for key, column, default in (
            ("name", "NAME", cells["INDICATOR"]),
            ("unit", "UNIT", cells["UNIT_MEASURE"]),
            ("definition_text", "DEFINITION", ""),
            ("unit_of_analysis", "UNIT_OF_ANALYSIS", ""),
            ("frame_text", "FRAME", ""),
        )
    }
    given = cells.get("DEFINITION_START") or "1900-01-01"
    since = _made(line, "DEFINITION_START", faults, lambda: date.fromisoformat(given))
    size = _whole(line, cells, "FRAME_SIZE", faults)
    state = State.KNOWN if size is not None else State.UNKNOWN
    if cells.get("FRAME_SIZE_STATE"):
        state = _word(line, cells, "FRAME_SIZE_STATE", State, faults) or state
    rises = cells.get("RISES", "").lower() or "true"
    if rises not in ("true", "false"):
        faults.append(RowFault(line, "RISES", f"{rises[:20]!r} is neither true nor false"))
    if len(faults) > start:
        return None
    return {
        **texts,
        "sender": cells.get("SENDER") or "unknown",
        "area": cells["REF_AREA"].upper(),
        "indicator": cells["INDICATOR"].lower(),
        "rises": rises == "true",
        "definition": (cells.get("DEFINITION") or "shared").lower(),
        "definition_start": since,
        "frame": (cells.get("FRAME") or "shared").lower(),
        "frame_size": size,
        "frame_size_state": state,
    }


def _text(
    line: int, cells: dict[str, str], column: str, default: str, faults: list[RowFault]
) -> Text | None:
    en = cells.get(f"{column}_EN") or default
    if not en:
        faults.append(RowFault(line, f"{column}_EN", "is empty"))
        return None
    if len(en) > LONGEST_CELL:
        faults.append(RowFault(line, f"{column}_EN", f"is longer than {LONGEST_CELL:,} letters"))
        return None
    return Text(nl=cells.get(f"{column}_NL") or en, en=en)


def _point(
    line: int, cells: dict[str, str], faults: list[RowFault], over: int
) -> SharedPoint | None:
    start = len(faults)
    on = _made(line, "TIME_PERIOD", faults, lambda: _last_day(cells["TIME_PERIOD"]))
    figures = {
        key: _number(line, cells, column, faults, over)
        for key, column in (
            ("value", "OBS_VALUE"), ("low", "LOWER_BOUND"), ("high", "UPPER_BOUND"),
        )
    }  # fmt: skip
    has_value = bool(cells["OBS_VALUE"])
    code = cells["OBS_STATUS"].upper()
    state = _made(line, "OBS_STATUS", faults, lambda: state_of(code, has_value))
    if cells.get("STATE") and state is not None:
        said = _word(line, cells, "STATE", State, faults)
        if said is not None and (said is State.KNOWN) is not (state is State.KNOWN):
            what = f"{said.value} goes with no status {code}"
            faults.append(RowFault(line, "STATE", what))
        state = said
    coverage, grade = Coverage.UNKNOWN, Grade.CHECK
    if cells.get("COVERAGE"):
        coverage = _word(line, cells, "COVERAGE", Coverage, faults) or coverage
    elif code == "E":
        coverage = Coverage.SAMPLE
    if cells.get("GRADE"):
        grade = _word(line, cells, "GRADE", Grade, faults) or grade
    n = _whole(line, cells, "N", faults)
    if len(faults) > start or on is None or state is None:
        return None
    return _made(
        line, "OBS_VALUE", faults,
        lambda: SharedPoint(
            on=on, state=state, n=n, coverage=coverage, grade=grade,
            source=cells.get("SOURCE") or cells.get("SENDER") or "unknown", **figures,
        ),
    )  # fmt: skip


def _made(line: int, column: str, faults: list[RowFault], make: Callable[[], Made]) -> Made | None:
    """Return what `make` makes; its refusal becomes a fault."""
    try:
        return make()
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        what = first["msg"].removeprefix("Value error, ")
        place = str(first["loc"][0]).upper() if first["loc"] else column
        faults.append(RowFault(line, _COLUMN_OF.get(place, column), what[:1].lower() + what[1:]))
    except ValueError as error:
        faults.append(RowFault(line, column, str(error)[:200]))
    return None


_COLUMN_OF = {
    "AREA": "REF_AREA", "INDICATOR": "INDICATOR", "DEFINITION": "DEFINITION", "FRAME": "FRAME",
    "N": "N", "FRAME_SIZE": "FRAME_SIZE",
}  # fmt: skip


def _word(
    line: int, cells: dict[str, str], column: str, words: type[Word], faults: list[RowFault]
) -> Word | None:
    try:
        return words(cells[column].lower())
    except ValueError:
        known = ", ".join(word.value for word in words)
        what = f"{cells[column][:30]!r} is none of {known}"
        faults.append(RowFault(line, column, what))
        return None


def _number(
    line: int, cells: dict[str, str], column: str, faults: list[RowFault], over: int
) -> float | None:
    text = cells.get(column, "")
    if not text:
        return None
    try:
        value = float(text)
    except ValueError:
        hint = "; write a decimal point" if "," in text else ""
        faults.append(RowFault(line, column, f"{text[:30]!r} is no number{hint}"))
        return None
    if not isfinite(value):
        faults.append(RowFault(line, column, f"{text[:30]!r} is no number; leave it empty"))
        return None
    return value / over if over != 1 else value


def _whole(line: int, cells: dict[str, str], column: str, faults: list[RowFault]) -> int | None:
    text = cells.get(column, "")
    if not text:
        return None
    if not re.fullmatch(r"[0-9]{1,12}", text) or int(text) < 1:
        faults.append(RowFault(line, column, f"{text[:30]!r} is no whole number above zero"))
        return None
    return int(text)


def _last_day(text: str) -> date:
    """Return the last day of a period of SDMX: a year, half, quarter, month or day.

    >>> _last_day("2017").isoformat(), _last_day("2018-Q1").isoformat()
    ('2017-12-31', '2018-03-31')
    """
    if match := re.fullmatch(r"(\d{4})(?:-(S|Q|M)?(\d{1,2}))?", text):
        year, kind, part = int(match[1]), match[2], int(match[3] or 0)
        months = {"S": 6, "Q": 3}.get(kind or "", 1)
        month = part * months if match[3] else 12
        if year >= 1 and 1 <= month <= 12:
            return date(year, month, monthrange(year, month)[1])
    elif re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        return date.fromisoformat(text)
    raise ValueError(f"{text[:30]!r} is no period: write 2017, 2017-Q4, 2017-06 or 2017-12-31")


def _clashes(
    series: Iterable[SharedSeries], groups: dict[tuple[str, ...], list[tuple[int, dict[str, str]]]]
) -> Iterator[RowFault]:
    """Yield a fault where one id stands for two texts in one area and indicator."""
    lines = {key: found[0][0] for key, found in groups.items()}
    seen: dict[tuple[str, ...], tuple[str, int]] = {}
    for key in groups:
        for column, name, text in (("DEFINITION", key[2], key[4]), ("FRAME", key[3], key[6])):
            if not name:
                continue
            place = (key[0], key[1], column, name)
            before = seen.setdefault(place, (text, lines[key]))
            if before[0] != text and any(item.indicator == key[1].lower() for item in series):
                what = f"{name!r} says something else than in row {before[1]}"
                yield RowFault(lines[key], f"{column}_EN", what)
