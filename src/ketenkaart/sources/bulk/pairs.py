"""A table written as one line per cell: who sells, who buys, how much."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ketenkaart.core.chain.incoming import Progress
from ketenkaart.core.errors import TableError
from ketenkaart.sources.bulk.bundle import Bundle
from ketenkaart.sources.bulk.lines import Numbers, read_blocks

Frames = Iterator[tuple[int, pl.DataFrame]]


def read_pairs(
    bundle: Bundle,
    name: str,
    columns: Mapping[str, str],
    progress: Progress,
    separator: str = ",",
) -> Frames:
    """Yield (number of the first row, frame) with the given columns under their new names.

    `columns` maps what the file calls a column to what it is called here; `value` must be among
    the latter and becomes float64, all others are text. Raises `TableError` naming the row for a
    column that is missing and a value that is no number.
    """
    size = max(bundle.size(name), 1)
    done = 0
    header: list[str] = []
    with bundle.open(name) as stream:
        for block in read_blocks(stream, name):
            lines, first = block.lines, block.first
            if not header:
                header = _header(lines[0], separator, columns, name)
                lines, first = lines[1:], first + 1
            done += sum(len(line) + 1 for line in block.lines)
            progress(name.rpartition("/")[2], min(done / size, 1.0))
            if lines:
                yield first, _frame(lines, first, header, columns, name, separator)


def _header(line: bytes, separator: str, columns: Mapping[str, str], name: str) -> list[str]:
    found = [cell.strip().strip('"') for cell in line.decode("utf-8", "replace").split(separator)]
    for wanted in columns:
        if found.count(wanted) != 1:
            raise TableError(
                f"{name} needs one column {wanted!r}; it has {', '.join(found[:12])}",
                where="row 1",
                fix="Give the columns by the names that the documentation gives.",
            )
    return found


def _frame(
    lines: Sequence[bytes],
    first: int,
    header: Sequence[str],
    columns: Mapping[str, str],
    name: str,
    separator: str,
) -> pl.DataFrame:
    try:
        frame = pl.read_csv(
            io.BytesIO(b"\n".join(lines)),
            has_header=False,
            separator=separator,
            schema=dict.fromkeys(header, pl.String),
        )
    except pl.exceptions.PolarsError as error:
        raise TableError(
            f"{name} cannot be read ({str(error).splitlines()[0]})",
            where=f"from row {first}",
            fix="Give every line the same cells, in UTF-8.",
        ) from error
    if frame.height != len(lines):
        raise TableError(
            f"{name} has lines that are empty or run on",
            where=f"from row {first}",
            fix="Give one line per cell of the table.",
        )
    frame = frame.select(pl.col(old).alias(new) for old, new in columns.items())
    value = frame["value"].cast(pl.Float64, strict=False)
    if value.null_count():
        row = int(np.flatnonzero(value.is_null().to_numpy())[0])
        text = frame["value"][row] or ""
        parsed = Numbers(name, b",", ["value"]).parse([text.encode()], [str(first + row)])
        raise TableError(
            f"{name} holds {text!r}, read as {parsed[0, 0]}",
            where=f"row {first + row}",
            fix="Write the number without blanks around it.",
        )
    return frame.with_columns(value)


@dataclass(slots=True)
class Coder:
    """Turns labels into numbers, by blocks: the few different ones are looked up, not every line.

    `number` maps a label (its parts joined by a tab) to a place; an unknown one is an error.
    """

    name: str
    number: Mapping[str, int]
    what: str

    def codes(self, frame: pl.DataFrame, columns: Sequence[str], first: int) -> NDArray[np.int64]:
        """Return the place of each row's label; raise `TableError` naming one that is unknown."""
        joined = frame.select(
            pl.concat_str([pl.col(column).fill_null("") for column in columns], separator="\t")
        ).to_series()
        different = joined.unique(maintain_order=True)
        places = [self.number.get(label, -1) for label in different]
        if -1 in places:
            label = different[places.index(-1)]
            row = int(np.flatnonzero((joined == label).to_numpy())[0])
            raise TableError(
                f"{self.name}: {label.replace(chr(9), '.')[:80]!r} is no {self.what} of the table",
                where=f"row {first + row}",
                fix="Give every region the same sectors, once each, sellers and buyers alike.",
            )
        coded = joined.replace_strict(different, pl.Series(places, dtype=pl.Int64))
        return coded.to_numpy()


class Seen:
    """Remembers which cells were given, so that none counts twice."""

    def __init__(self, name: str, rows: int, columns: int) -> None:
        self._name = name
        self._columns = columns
        self._seen = np.zeros(rows * columns, dtype=np.bool_)

    def mark(
        self,
        rows: NDArray[np.int64],
        columns: NDArray[np.int64],
        first: int,
        label: Callable[[int, int], str],
    ) -> None:
        """Note these cells; raise `TableError` naming one that was given before."""
        flat = rows * self._columns + columns
        order = np.argsort(flat, kind="stable")
        again = np.zeros(len(flat), dtype=np.bool_)
        again[order[1:]] = flat[order[1:]] == flat[order[:-1]]
        again |= self._seen[flat]
        if again.any():
            k = int(np.flatnonzero(again)[0])
            raise TableError(
                f"{self._name} gives {label(int(rows[k]), int(columns[k]))} twice",
                where=f"row {first + k}",
                fix="Give every cell of the table once.",
            )
        self._seen[flat] = True

    @property
    def missing(self) -> int:
        """How many cells were not given."""
        return int(len(self._seen) - self._seen.sum())
