"""The headings of EXIOBASE's text files, which are written by pandas with labels of two levels."""

from __future__ import annotations

from dataclasses import dataclass

from ketenkaart.core.errors import TableError
from ketenkaart.sources.bulk.bundle import Bundle
from ketenkaart.sources.bulk.lines import cells
from ketenkaart.sources.bulk.matrix import read_header

TAB = b"\t"


@dataclass(frozen=True, slots=True)
class TextHeading:
    """How a file begins: lines of heading, label cells per line, and labels of two levels."""

    skipped: int
    label_cells: int
    pairs: tuple[tuple[str, str], ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """The column labels, their two levels joined by a tab."""
        return tuple("\t".join(pair) for pair in self.pairs)


def text_heading(bundle: Bundle, name: str) -> TextHeading:
    """Return the heading of a matrix file.

    The first line has `region`, an empty cell for each further label, and a region per column; the
    second the same with sectors or categories; a third, where it is there, names the row labels
    and is empty behind them. Raises `TableError` for anything else, or a column given twice.
    """
    lines = [cells(line, TAB, name, k + 1) for k, line in enumerate(read_header(bundle, name, 3))]
    first, second, third = lines
    start = next((k for k, cell in enumerate(first) if k and cell.strip()), 0)
    if not start or len(first) != len(second):
        raise TableError(
            f"{name} does not begin with two lines of labels",
            where="row 1",
            fix="Give the files as EXIOBASE 3 publishes them, separated by tabs.",
        )
    names_rows = len(third) <= start or not any(cell.strip() for cell in third[start:])
    pairs = tuple(
        (a.strip(), b.strip()) for a, b in zip(first[start:], second[start:], strict=True)
    )
    seen: set[tuple[str, str]] = set()
    for pair in pairs:
        if pair in seen:
            raise TableError(
                f"{name} has the column {'.'.join(pair)[:80]!r} twice",
                where="row 1",
                fix="Give each column once.",
            )
        seen.add(pair)
    return TextHeading(2 + names_rows, start, pairs)


def text_rows(bundle: Bundle, name: str) -> list[list[str]]:
    """Return the cells of every line of a small file, but for its heading.

    Raises `TableError` for a file over 32 MiB: those are read as matrices.
    """
    if bundle.size(name) > 32 << 20:
        raise TableError(f"{name} is too long", where=name, fix="Fetch the file again.")
    with bundle.open(name) as stream:
        lines = stream.read().removeprefix(b"\xef\xbb\xbf").splitlines()
    return [cells(line, TAB, name, k + 2) for k, line in enumerate(lines[1:]) if line.strip()]
