"""Read a population of firms, CSV or Parquet, as columns of facts; a wrong cell is named."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl

from ketenkaart.core.errors import InputError
from ketenkaart.core.governance.rules.book import LawBook
from ketenkaart.core.governance.rules.sweep import Floats, Population
from ketenkaart.core.governance.rules.values import Cell
from ketenkaart.core.governance.rules.vocabulary import FactDefinition, Vocabulary

LABELS = ("id", "name", "firm", "kvk", "lei")
UNKNOWN = ("", "unknown", "not_researched", "refused")
NOT_APPLICABLE = "not_applicable"
WORDS = {"yes": 1.0, "no": 0.0, "true": 1.0, "false": 0.0, "1": 1.0, "0": 0.0}
YEAR = re.compile(r"(19[5-9][0-9]|20[0-9]{2})\Z")
NAMED = "Write fact, fact_YEAR, fact_CURRENCY or fact_CURRENCY_YEAR, as in turnover_EUR_2025."


def read_population(path: Path, book: LawBook) -> Population:
    """Return the firms of a file: one row each, one column per fact, year and currency.

    A column is named after a fact of the vocabulary, then its currency or its choice or line, then
    its year, joined by `_` or `:`. Columns called id, name, firm, kvk or lei are labels. An empty
    cell is unknown. Raises `InputError` for a column that is no fact and for a cell that does not
    fit, with row and column.
    """
    frame = _read(path)
    if frame.height == 0:
        raise InputError(
            "There are no firms in the file", where=path.name, fix="Give one firm per row."
        )
    columns: dict[Cell, Floats] = {}
    absent: dict[Cell, Floats] = {}
    for name in frame.columns:
        if name.casefold() in LABELS:
            continue
        for cell, values, missing in _column(frame, name, path.name, book):
            if cell in columns:
                raise InputError(
                    "Two columns give the same fact", where=f"{path.name}, column {name}",
                    fix="Keep one of them.",
                )  # fmt: skip
            columns[cell] = values
            if missing.any():
                absent[cell] = missing
    _stand_in(columns, absent, book.vocabulary)
    if not columns:
        raise InputError("No column is a fact", where=path.name, fix=NAMED)
    return Population(frame.height, columns)


def _read(path: Path) -> pl.DataFrame:
    if not path.is_file():
        raise InputError(
            f"There is no file {path.name}", where=str(path), fix="Name a CSV or Parquet file."
        )
    try:
        if path.suffix.casefold() in (".parquet", ".pq"):
            return pl.read_parquet(path)
        return pl.read_csv(path, infer_schema=False, encoding="utf8")
    except (pl.exceptions.PolarsError, OSError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise InputError(
            f"The file cannot be read ({reason[:120]})",
            where=path.name,
            fix="Save it as CSV in UTF-8 with a header, or as Parquet.",
        ) from None


def _cell(name: str, file: str, book: LawBook) -> tuple[FactDefinition, Cell]:
    """Return what a heading stands for."""
    where = f"{file}, column {name[:60]}"
    text = name.strip().strip('\ufeff"').replace(":", "_")
    found = [
        fact for fact in book.vocabulary.facts if text == fact.id or text.startswith(f"{fact.id}_")
    ]
    if not found:
        raise InputError(f"No fact is called '{name[:60]}'", where=where, fix=NAMED)
    fact = max(found, key=lambda item: len(item.id))
    rest = text[len(fact.id) + 1 :].split("_") if text != fact.id else []
    year = int(rest.pop()) if rest and YEAR.match(rest[-1]) else 0
    unit = "_".join(rest)
    if year and fact.per is None:
        raise InputError(f"'{fact.id}' is not given per year", where=where, fix=NAMED)
    units: tuple[str, ...] = ("",)
    if fact.kind == "money":
        unit = unit.upper()
        units = (unit,) if re.fullmatch(r"[A-Z]{3}", unit) else ()
    elif fact.kind == "list":
        units = ("", *fact.choices)
    elif fact.kind == "quantities":
        units = tuple(line.id for line in book.tables[fact.table or ""].lines)
    if unit not in units:
        what = "The unit is missing" if not unit else f"'{unit[:40]}' does not belong there"
        raise InputError(what, where=where, fix=NAMED)
    return fact, Cell(fact.id, unit, year)


def _column(
    frame: pl.DataFrame, name: str, file: str, book: LawBook
) -> list[tuple[Cell, Floats, Floats]]:
    """Return the cells that a column fills, with where it says not applicable."""
    fact, cell = _cell(name, file, book)
    series = frame[name]
    if series.dtype.is_numeric() and fact.kind in ("count", "money", "quantities", "yes_no"):
        numbers = series.cast(pl.Float64).fill_nan(None)
        _refuse(frame, name, file, (numbers < 0) | numbers.is_infinite())
        values = numbers.to_numpy()
        return [(cell, np.array(values, dtype=np.float64), np.zeros(len(values), dtype=bool))]
    text = series.cast(pl.String).str.strip_chars().fill_null("")
    missing = (text == NOT_APPLICABLE).to_numpy()
    open_cell = text.is_in([*UNKNOWN, NOT_APPLICABLE])
    if fact.kind == "list" and not cell.unit:
        return [(part, values, missing) for part, values in _list(frame, name, file, fact, cell)]
    numbers = _numbers(text, fact, book.vocabulary)
    _refuse(frame, name, file, ~open_cell & numbers.is_null())
    filled = numbers.to_numpy(allow_copy=True).astype(np.float64)
    filled = np.where(open_cell.to_numpy(), np.nan, filled)
    if missing.any() and fact.same_as is None:
        if fact.when_not_applicable is None:
            _refuse(frame, name, file, text == NOT_APPLICABLE)
        word = str(fact.when_not_applicable)
        filled = np.where(missing, WORDS[word] if word in ("yes", "no") else float(word), filled)
        missing = np.zeros(len(missing), dtype=bool)
    return [(cell, filled, missing)]


def _numbers(text: pl.Series, fact: FactDefinition, vocabulary: Vocabulary) -> pl.Series:
    """Return a text column as the numbers that stand for its answers; null where none fits."""
    if fact.kind in ("yes_no", "list"):
        return text.str.to_lowercase().replace_strict(WORDS, default=None, return_dtype=pl.Float64)
    if fact.kind == "code":
        places = {code: float(place) for place, code in enumerate(fact.choices)}
        other = {a: places[b] for a, b in vocabulary.spellings.items() if b in places}
        return text.replace_strict({**other, **places}, default=None, return_dtype=pl.Float64)
    if fact.kind == "month_day":
        day = ("2024-" + text).str.to_date("%Y-%m-%d", strict=False)
        return (day.dt.month().cast(pl.Float64) * 100 + day.dt.day()).cast(pl.Float64)
    if fact.kind == "date":
        days = text.str.to_date("%Y-%m-%d", strict=False).cast(pl.Int32).cast(pl.Float64)
        return days + float(date(1970, 1, 1).toordinal())
    number = text.cast(pl.Float64, strict=False)
    return number.set((number < 0) | number.is_infinite() | number.is_nan(), None)


def _list(
    frame: pl.DataFrame, name: str, file: str, fact: FactDefinition, cell: Cell
) -> list[tuple[Cell, Floats]]:
    """Return a column per choice from cells such as `cocoa;wood` or `none`."""
    text = frame[name].cast(pl.String).str.strip_chars().fill_null("")
    open_cell = text.is_in([*UNKNOWN, NOT_APPLICABLE]).to_numpy()
    parts = text.replace("none", ";").str.replace_all(" ", "").str.split(";")
    allowed = [*fact.choices, "", *UNKNOWN, NOT_APPLICABLE]
    fits = parts.list.eval(pl.element().is_in(allowed)).list.all()
    _refuse(frame, name, file, ~fits)
    return [
        (
            Cell(cell.fact, choice, cell.year),
            np.where(open_cell, np.nan, parts.list.contains(choice).to_numpy().astype(np.float64)),
        )
        for choice in fact.choices
    ]


def _refuse(frame: pl.DataFrame, name: str, file: str, bad: pl.Series) -> None:
    rows = bad.fill_null(value=False).arg_true()
    if len(rows):
        row = int(rows[0])
        raise InputError(
            f"{str(frame[name][row])[:60]!r} does not fit",
            where=f"{file}, row {row + 2}, column {name[:60]}",
            fix="See `ketenkaart law facts` for what can be written, or leave the cell empty.",
        )


def _stand_in(
    columns: dict[Cell, Floats], absent: dict[Cell, Floats], vocabulary: Vocabulary
) -> None:
    """Fill cells that say not applicable from the fact that stands in for theirs."""
    for cell, missing in absent.items():
        fact = vocabulary.find(cell.fact)
        if fact is None or fact.same_as is None:
            continue
        for other, source in list(columns.items()):
            if (other.fact, other.unit) != (fact.same_as, cell.unit):
                continue
            if other.year == cell.year or not cell.year:
                target = Cell(cell.fact, cell.unit, other.year)
                before = columns.get(target, np.full(len(source), np.nan))
                columns[target] = np.where(missing, source, before)
            elif other.year == 0 and np.isnan(columns[cell][missing]).any():
                filled = np.where(missing & np.isnan(columns[cell]), source, columns[cell])
                columns[cell] = filled
