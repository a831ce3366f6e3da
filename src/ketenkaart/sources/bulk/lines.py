"""Lines of a text file of any length, and the numbers in them, without ever holding the file."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np
import polars as pl

from ketenkaart.core.chain.types import Floats
from ketenkaart.core.errors import TableError

BLOCK = 8 << 20
LONGEST_LINE = 32 << 20
BLANKS = frozenset({b"", b"na", b"NA"})
_NUMBER = re.compile(rb"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")


@dataclass(frozen=True, slots=True)
class Block:
    """Whole lines of a file, without their ends; `first` is the number of the first (from 1)."""

    first: int
    lines: list[bytes]


def read_blocks(stream: BinaryIO, name: str, size: int = BLOCK) -> Iterator[Block]:
    """Yield the lines of a UTF-8 text file, about `size` bytes at a time; empty ones at the end go.

    Raises `TableError` for a line of more than 32 MiB, or bytes that are no text.
    """
    rest, first = b"", 1
    while True:
        chunk = stream.read(size)
        if first == 1 and not rest:
            chunk = chunk.removeprefix(b"\xef\xbb\xbf")
        if b"\0" in chunk:
            raise TableError(
                f"{name} is no text in UTF-8", where=f"row {first}", fix="Save it as CSV in UTF-8."
            )
        lines = (rest + chunk).split(b"\n")
        rest = lines.pop()
        if len(rest) > LONGEST_LINE:
            raise TableError(
                f"{name} has a line of more than {LONGEST_LINE >> 20} MB",
                where=f"row {first + len(lines)}",
                fix="Give a table with one row per line.",
            )
        if not chunk:
            lines = [rest] if rest.strip() else []
        lines = [line.removesuffix(b"\r") for line in lines]
        if lines:
            yield Block(first, lines)
            first += len(lines)
        if not chunk:
            return


def cells(line: bytes, separator: bytes, name: str, row: int) -> list[str]:
    """Return the cells of one line, unquoted; raise `TableError` for bytes that are no text."""
    try:
        text = line.decode("utf-8")
        if '"' not in text:
            return text.split(separator.decode())
        return next(csv.reader([text], delimiter=separator.decode()), [])
    except (UnicodeDecodeError, csv.Error) as error:
        raise TableError(
            f"{name} cannot be read as text ({error})",
            where=f"row {row}",
            fix="Save it as CSV in UTF-8.",
        ) from error


def header_cells(line: bytes, name: str) -> list[str]:
    """Return the cells of a first line of CSV; raises `TableError` where no commas part them.

    >>> header_cells(b"V1, AUS_A01", "t.csv")
    ['V1', 'AUS_A01']
    """
    found = [cell.strip() for cell in cells(line, b",", name, 1)]
    for sign, said in ((b";", "semicolons"), (b"\t", "tabs")):
        if len(found) == 1 and sign in line:
            raise TableError(
                f"{name} has {said} between its columns",
                where="row 1",
                fix="Save it with commas between columns and points in numbers.",
            )
    return found


def split_labels(
    line: bytes, count: int, separator: bytes, name: str, row: int
) -> tuple[list[str], bytes]:
    """Return the first `count` cells of a line, and the bytes after them.

    >>> split_labels(b'"a,b",c,1,2', 2, b",", "t.csv", 1)
    (['a,b', 'c'], b'1,2')
    """
    place = 0
    for _ in range(count):
        end = _cell_end(line, place, separator)
        if end < 0:
            return cells(line, separator, name, row), b""
        place = end + 1
    return cells(line[: max(place - 1, 0)], separator, name, row), line[place:]


def _cell_end(line: bytes, place: int, separator: bytes) -> int:
    if line[place : place + 1] != b'"':
        return line.find(separator, place)
    close = line.find(b'"', place + 1)
    while close >= 0 and line[close + 1 : close + 2] == b'"':
        close = line.find(b'"', close + 2)
    return line.find(separator, close) if close >= 0 else -1


@dataclass(slots=True)
class Numbers:
    """Turns rows of cells into float64, and counts the cells that were blank.

    `blank_is_zero` says that the publisher leaves cells empty, or writes `na`, where there is
    nothing; otherwise a blank cell is an error.
    """

    name: str
    separator: bytes
    columns: Sequence[str]
    blank_is_zero: bool = False
    blanks: int = 0

    def parse(self, rows: Sequence[bytes], labels: Sequence[str]) -> Floats:
        """Return one row of numbers per row of cells, a column per heading.

        Raises `TableError` naming row and column for a cell that is no number, and the row for
        one with too few or too many.
        """
        width = len(self.columns)
        # One cell a line is parsed ten times as fast as thousands of columns.
        whole = b"\n".join(row.replace(self.separator, b"\n") for row in rows)
        try:
            found = pl.read_csv(
                io.BytesIO(whole), has_header=False, schema={"value": pl.Float64}, quote_char=None
            )["value"]
        except pl.exceptions.PolarsError:
            return self._slowly(rows, labels)
        if len(found) != width * len(rows) or found.null_count():
            return self._slowly(rows, labels)
        if any(row.count(self.separator) != width - 1 for row in rows):
            return self._slowly(rows, labels)
        return found.to_numpy().reshape(len(rows), width)

    def _slowly(self, rows: Sequence[bytes], labels: Sequence[str]) -> Floats:
        values = np.empty((len(rows), len(self.columns)))
        for k, (row, label) in enumerate(zip(rows, labels, strict=True)):
            found = row.split(self.separator)
            if len(found) != len(self.columns):
                raise TableError(
                    f"{self.name} has {len(found)} numbers in a row where {len(self.columns)} "
                    "belong",
                    where=f"row {label}",
                    fix="The file is cut short or has another separator: fetch it again.",
                )
            for j, cell in enumerate(found):
                values[k, j] = self._number(cell.strip().strip(b'"').strip(), label, j)
        return values

    def _number(self, cell: bytes, label: str, column: int) -> float:
        if _NUMBER.fullmatch(cell):
            return float(cell)
        if self.blank_is_zero and cell in BLANKS:
            self.blanks += 1
            return 0.0
        shown = cell[:30].decode("utf-8", "replace")
        raise TableError(
            f"{self.name} holds {shown!r} where a number belongs",
            where=f"row {label}, column {self.columns[column]}",
            fix="Correct the cell, with a point for decimals, or fetch the file again.",
        )
