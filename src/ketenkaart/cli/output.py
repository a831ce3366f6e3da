"""Print rows as a table, JSON or CSV: one way for every command, for people and for pipes."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Literal

import typer
from rich.console import Console
from rich.table import Table

from ketenkaart.services.exports import write_csv


class Format(StrEnum):
    """How a command prints its data."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a printed table: its heading, and which way its cells lean."""

    title: str
    align: Literal["left", "right"] = "left"
    wide: bool = False


@contextmanager
def _reader() -> Iterator[None]:
    """End quietly, with exit code 0, when the reader of the pipe has gone (`| head`)."""
    try:
        yield
        sys.stdout.flush()
    except BrokenPipeError as error:
        # What stands in the buffer must not be flushed at exit either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit from error


def print_json(data: Any) -> None:
    """Print data as JSON on standard output."""
    with _reader():
        sys.stdout.write(json.dumps(data, ensure_ascii=False, indent=2, default=str) + "\n")


def print_csv(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Print rows as CSV on standard output."""
    with _reader():
        write_csv(sys.stdout, columns, rows)


def print_table(
    columns: Sequence[Column], rows: Sequence[Sequence[str]], *, title: str | None = None
) -> None:
    """Print rows as a table on standard output; in a pipe, wide and without colour."""
    console = Console(file=sys.stdout, width=None if sys.stdout.isatty() else 160, highlight=False)
    table = Table(title=title, title_justify="left", title_style="bold", box=None, pad_edge=False)
    for column in columns:
        table.add_column(
            column.title,
            justify=column.align,
            no_wrap=not column.wide,
            header_style="bold",
            overflow="fold",
        )
    for row in rows:
        table.add_row(*row)
    with _reader():
        console.print(table)


def say(*lines: str) -> None:
    """Print plain lines on standard output."""
    with _reader():
        for line in lines:
            sys.stdout.write(line + "\n")


def tell(line: str) -> None:
    """Print a line of progress or warning on standard error."""
    sys.stderr.write(line + "\n")
    sys.stderr.flush()
