"""Rows of a separated text: the separator is the one with which its headings are understood."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from ketenkaart.core.chain.facilities.listing.gazetteer import Gazetteer
from ketenkaart.core.chain.facilities.listing.headings import LOOKED_AT, find_headings
from ketenkaart.core.errors import InputError
from ketenkaart.sources.facility_lists.encodings import find_encoding

Row = tuple[int, list[str]]
SEPARATORS = (",", ";", "\t", "|")
NAMES = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
LONGEST_FIELD = 100_000
MOST_BREAKS = 20
"""A cell with more line breaks than this is no address: a quotation mark was left open."""


class TextRows:
    """The rows of a text file; `done` says how far the reading is, from 0 to 1."""

    def __init__(self, path: Path, encoding: str, separator: str) -> None:
        self._path = path
        self._encoding = encoding
        self._separator = separator
        self._size = max(1, path.stat().st_size)
        self._raw: io.BufferedReader | None = None

    @property
    def done(self) -> float:
        """How much of the file was read, at most 1."""
        return 1.0 if self._raw is None or self._raw.closed else self._raw.tell() / self._size

    def __iter__(self) -> Iterator[Row]:
        """Yield rows with the line that they begin on; rows without any text are left out."""
        csv.field_size_limit(LONGEST_FIELD)
        with self._path.open("rb") as raw:
            self._raw = raw
            text = io.TextIOWrapper(raw, encoding=self._encoding, newline="")
            reader = csv.reader(_without_hint(text), delimiter=self._separator)
            first = 1
            try:
                for cells in reader:
                    line, first = first, reader.line_num + 1
                    is_long = first - line > MOST_BREAKS
                    if is_long and any(cell.count("\n") > MOST_BREAKS for cell in cells):
                        raise _left_open(line)
                    yield line, cells
            except UnicodeError as error:
                raise InputError(
                    f"{self._path.name} is not in {self._encoding} to its end",
                    where=f"about row {reader.line_num + 1}",
                    fix="Name the right encoding: --encoding cp1252.",
                ) from error
            except csv.Error as error:
                raise _left_open(first) from error


def text_rows(path: Path, gazetteer: Gazetteer, encoding: str | None) -> tuple[TextRows, str]:
    """Return the rows of a text file, and in words how it is read.

    Raises `InputError` for a file that is no text, or an encoding that is none or does not fit.
    """
    is_named = encoding is not None
    found, is_sure = (encoding, True) if encoding else find_encoding(path)
    try:
        codecs.lookup(found)
    except LookupError as error:
        raise InputError(
            f"{found[:40]!r} is no encoding", where="--encoding", fix="As utf-8, cp1252, gb18030."
        ) from error
    separator = _separator(path, found, gazetteer)
    if is_named:
        how = ", as named"
    else:
        how = "" if is_sure else ", a guess: look at the letters, or name it with --encoding"
    name = found.removesuffix("-sig")
    return TextRows(path, found, separator), f"{name}{how}; separated by {NAMES[separator]}"


def _separator(path: Path, encoding: str, gazetteer: Gazetteer) -> str:
    """Return the separator with which most headings are understood; of equals, most cells."""
    best, chosen = (-1, -1), SEPARATORS[0]
    problem: InputError | None = None
    for separator in SEPARATORS:
        try:
            top = list(islice(TextRows(path, encoding, separator), LOOKED_AT))
        except InputError as error:
            problem = problem or error
            continue
        headings = find_headings(top, gazetteer)
        fields = len(headings.columns) if headings else 0
        score = (fields, max((len(cells) for _, cells in top), default=0))
        if score > best:
            best, chosen = score, separator
    if best == (-1, -1) and problem is not None:
        raise problem
    return chosen


def _without_hint(text: io.TextIOWrapper) -> Iterator[str]:
    """Yield lines; what Excel writes on the first one to name the separator is left empty."""
    for number, line in enumerate(text):
        if "\0" in line:
            raise InputError(
                "The file holds zero bytes", where=f"row {number + 1}", fix="Save it as UTF-8."
            )
        yield "\n" if number == 0 and line.lower().startswith("sep=") else line


def _left_open(line: int) -> InputError:
    return InputError(
        "A cell goes on for more than any address: a quotation mark seems left open",
        where=f"row {line}",
        fix='Close it, or write quotation marks inside a cell twice: "".',
    )
