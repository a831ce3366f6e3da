"""Print rows as a table, JSON or CSV: one way for every command, for people and for pipes."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any, Literal

import typer

from ketenkaart.core.errors import InputError, StoreError


class Format(StrEnum):
    """How a command prints its data."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"


Printed = Annotated[Format, typer.Option(help="How to print.")]
"""The option --format of a command that prints a table, JSON or CSV."""


Force = Annotated[bool, typer.Option("--force", help="Replace files that are there.")]
"""The option --force of a command that writes files."""


class DataFormat(StrEnum):
    """How a command prints rows that another program may want in columns of their own type."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    PARQUET = "parquet"


PrintedData = Annotated[DataFormat, typer.Option(help="How to print.")]
"""The option --format of a command that also writes Parquet."""


WIDE_LEAST = 16
PIPE_WIDTH = 160
MARKS = ("\033[1;33m", "\033[0m")
"""The only signs of control that our own lines hold: they mark a passage at a terminal."""
_CONTROL = re.compile(
    r"[\x00-\x08\x0b-\x1a\x1c-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]|\x1b(?!\[(?:1;33|0)m)"
)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a printed table: its heading, and which way its cells lean.

    `wide` columns hold sentences and may wrap, down to sixteen characters; all others keep each
    cell on one line. Where the terminal is too narrow, columns of the highest `spare` go first.
    """

    title: str
    align: Literal["left", "right"] = "left"
    wide: bool = False
    spare: int = 0

    def least(self, cells: Sequence[str]) -> int:
        """Return the fewest characters that the column can be printed in."""
        heading = max((len(word) for word in self.title.split()), default=0)
        longest = max((len(cell) for cell in cells), default=0)
        return max(heading, min(longest, WIDE_LEAST) if self.wide else longest)


def shown(text: str) -> str:
    """Return text that cannot steer a terminal: codes and names come from other people's files.

    >>> shown("BGD\\x1b[2J \\u202eevil")
    'BGD�[2J �evil'
    """
    return _CONTROL.sub("\ufffd", text)


@contextmanager
def _reader() -> Iterator[None]:
    """End quietly, with exit code 0, when the reader of the pipe has gone (`| head`).

    Raises `StoreError` where what is printed cannot be written, as on a full disk.
    """
    try:
        yield
        sys.stdout.flush()
    except BrokenPipeError as error:
        # What stands in the buffer must not be flushed at exit either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit from error
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise StoreError(
            f"The answer could not be written whole: {error.strerror}",
            where="standard output",
            fix="Free some space, or write it elsewhere.",
        ) from error


def print_json(data: Any) -> None:
    """Print data as JSON on standard output."""
    with _reader():
        sys.stdout.write(json.dumps(data, ensure_ascii=False, indent=2, default=str) + "\n")


def print_csv(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Print rows as CSV on standard output."""
    from ketenkaart.services.exports import write_csv

    with _reader():
        write_csv(sys.stdout, columns, rows)


def print_parquet(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Print rows as Parquet on standard output.

    Raises `InputError` at a terminal, which could only show noise.
    """
    from ketenkaart.services.exports import write_parquet

    if sys.stdout.isatty():
        raise InputError(
            "Parquet is not for a terminal", where="--format", fix="Write `> FILE.parquet`."
        )
    with _reader():
        write_parquet(sys.stdout.buffer, columns, rows)


def print_data(format: DataFormat, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Print rows as Parquet or CSV on standard output."""
    (print_parquet if format is DataFormat.PARQUET else print_csv)(columns, rows)


def printed_as_data(
    format: Format, columns: Sequence[str], rows: Sequence[Sequence[Any]], key: str | None = None
) -> bool:
    """Print rows as JSON or CSV when that is asked, and say whether it was.

    JSON is a list of mappings, or a mapping that holds the list under `key`.
    """
    if format is Format.JSON:
        found = [dict(zip(columns, row, strict=True)) for row in rows]
        print_json(found if key is None else {key: found})
    elif format is Format.CSV:
        print_csv(columns, rows)
    return format is not Format.TABLE


def print_table(
    columns: Sequence[Column], rows: Sequence[Sequence[str]], *, title: str | None = None
) -> None:
    """Print rows as a table on standard output; in a pipe, wide and without colour.

    A terminal too narrow for all columns gets fewer, and is told which ones are left out.
    """
    from rich.console import Console
    from rich.table import Table

    rows = [[shown(cell) for cell in row] for row in rows]
    title = None if title is None else shown(title)
    is_terminal = sys.stdout.isatty()
    width = None if is_terminal else PIPE_WIDTH
    # Cells hold other people's words: square brackets in them are no markup.
    console = Console(file=sys.stdout, width=width, highlight=False, markup=False)
    cells = [[row[k] for row in rows] for k in range(len(columns))]
    least = [column.least(found) for column, found in zip(columns, cells, strict=True)]
    kept = _that_fit(columns, least, console.width)
    widths = _spread(columns, cells, least, kept, console.width)
    table = Table(title=title, title_justify="left", title_style="bold", box=None, pad_edge=False)
    for k in kept:
        table.add_column(
            columns[k].title,
            justify=columns[k].align,
            header_style="bold",
            overflow="fold",
            width=widths[k],
        )
    for row in rows:
        table.add_row(*(row[k] for k in kept))
    with _reader():
        console.print(table)
    left_out = [column.title for k, column in enumerate(columns) if k not in kept]
    if left_out:
        say(f"Left out, for want of width: {', '.join(left_out)}. `--format csv` has all.")


def _that_fit(columns: Sequence[Column], widths: Sequence[int], room: int) -> list[int]:
    """Return the columns that fit, leaving out those that can be spared most.

    >>> _that_fit([Column("Id"), Column("Name", spare=1), Column("Note", spare=2)], [4, 9, 9], 16)
    [0, 1]
    """
    kept = list(range(len(columns)))
    while sum(widths[k] + 2 for k in kept) - 2 > room:
        spared = max(kept, key=lambda k: columns[k].spare)
        if columns[spared].spare == 0:
            break
        kept.remove(spared)
    return kept


def _spread(
    columns: Sequence[Column],
    cells: Sequence[Sequence[str]],
    least: Sequence[int],
    kept: Sequence[int],
    room: int,
) -> list[int]:
    """Return a width per column: what is left goes to sentences first, then to headings."""
    widths = list(least)
    left = room - sum(widths[k] + 2 for k in kept) + 2
    whole = [max((len(cell) for cell in found), default=0) for found in cells]
    wanted = [(k, whole[k]) for k in kept if columns[k].wide]
    wanted += [(k, len(columns[k].title)) for k in kept]
    for k, want in wanted:
        more = max(0, min(left, want - widths[k]))
        widths[k] += more
        left -= more
    return widths


def say(*lines: str) -> None:
    """Print plain lines on standard output."""
    with _reader():
        for line in lines:
            sys.stdout.write(shown(line) + "\n")


def tell(line: str) -> None:
    """Print a line of progress or warning on standard error."""
    sys.stderr.write(shown(line) + "\n")
    sys.stderr.flush()
