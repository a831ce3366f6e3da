"""The files of a table in the plain form: CSV or Parquet, in one part or several."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from ketenkaart.core.chain.incoming import Progress, first_repeat
from ketenkaart.core.chain.types import Floats
from ketenkaart.core.errors import InputError, TableError
from ketenkaart.sources.bulk.bundle import Bundle
from ketenkaart.sources.bulk.lines import header_cells, read_blocks
from ketenkaart.sources.bulk.matrix import MatrixForm, MatrixReading, read_header
from ketenkaart.sources.bulk.pairs import read_pairs

NODE = ("region", "sector")
LARGEST_PARQUET = 2 << 30
ROWS_AT_ONCE = 1 << 20


@dataclass(frozen=True, slots=True)
class PlainFile:
    """One of the files of a table (`nodes`, `transactions`, ...), with its parts in order."""

    bundle: Bundle
    stem: str
    parts: tuple[str, ...]
    columns: tuple[str, ...]

    def is_long(self) -> bool:
        """Return whether it has a line per cell, rather than a column per buyer."""
        return ("value" in self.columns and "region" not in self.columns) or (
            "value" in self.columns and "buyer_region" in self.columns
        )

    def need(self, names: Sequence[str]) -> None:
        """Raise `TableError` when a column is missing or there twice."""
        for name in names:
            if self.columns.count(name) != 1:
                raise TableError(
                    f"{self.stem} needs one column {name!r}; it has {', '.join(self.columns[:8])}",
                    where=f"{self.parts[0]}, row 1",
                    fix="See docs/methods/tables.md for the form of each file.",
                )

    def values(self) -> tuple[str, ...]:
        """Return the columns behind `region` and `sector`, which come first."""
        if self.columns[:2] != NODE:
            raise TableError(
                f"{self.stem} does not begin with the columns region and sector",
                where=f"{self.parts[0]}, row 1",
                fix="See docs/methods/tables.md for the form of each file.",
            )
        found = self.columns[2:]
        twice = first_repeat(found)
        if twice is not None:
            raise TableError(
                f"{self.stem} has the column {twice[:80]!r} twice",
                where=f"{self.parts[0]}, row 1",
                fix="Give each column once.",
            )
        return found

    def read_wide(
        self,
        nodes: Mapping[str, int],
        finals: Mapping[str, int],
        Z: Floats | None,
        progress: Progress,
    ) -> Floats:
        """Add a file with a line per node to `Z`, and return the columns that `finals` names."""
        columns = self.values()
        form = MatrixForm(
            name=self.parts[0],
            separator=b",",
            skipped=1,
            label_cells=2,
            columns=columns,
            nodes=nodes,
            finals=finals,
            row_label=lambda labels: ".".join(label.strip() for label in labels),
            other_row=_no_extra,
        )
        reading = MatrixReading(form, Z, len(finals))
        for number, part in enumerate(self.parts):
            if part.endswith(".parquet"):
                self._take_frame(reading, part, columns)
            else:
                with self.bundle.open(part) as stream:
                    for block in read_blocks(stream, part):
                        reading.take(block)
            progress(self.stem, (number + 1) / len(self.parts))
        reading.refuse_missing()
        return reading.result.Y

    def _take_frame(self, reading: MatrixReading, part: str, columns: Sequence[str]) -> None:
        for first, frame in parquet_frames(
            self.bundle, part, max(1, (64 << 20) // (8 * len(columns) + 1))
        ):
            labels = frame.select(
                pl.concat_str([pl.col(name).cast(pl.String) for name in NODE], separator=".")
            ).to_series()
            reading.take_rows(
                labels.fill_null("").to_list(), numbers_of(frame, columns, part), first
            )

    def read_long(
        self, columns: Mapping[str, str], progress: Progress
    ) -> Iterator[tuple[int, pl.DataFrame]]:
        """Yield (number of the first row, frame) of a file with a line per cell.

        `columns` as in `read_pairs`; every part must have them.
        """
        for part in self.parts:
            if not part.endswith(".parquet"):
                yield from read_pairs(self.bundle, part, columns, progress)
                continue
            for first, frame in parquet_frames(self.bundle, part, ROWS_AT_ONCE):
                amount = next(old for old, new in columns.items() if new == "value")
                value = numbers_of(frame, [amount], part)[:, 0]
                texts = [
                    pl.col(old).cast(pl.String).alias(new)
                    for old, new in columns.items()
                    if new != "value"
                ]
                yield first, frame.select(texts).with_columns(pl.Series("value", value))


def find_file(bundle: Bundle, stem: str) -> PlainFile | None:
    """Return a file of the table by its stem, whatever its ending and number of parts."""
    parts = []
    for name in bundle.names:
        last = name.rpartition("/")[2]
        base, dot, ending = last.rpartition(".")
        if dot and ending in ("csv", "parquet") and (base == stem or _is_part(base, stem)):
            parts.append(name)
    if not parts:
        return None
    headers = {columns_of(bundle, part) for part in parts}
    if len(headers) > 1:
        raise TableError(
            f"The parts of {stem} have different columns",
            where=", ".join(parts[:3]),
            fix="Give every part the same columns in the same order.",
        )
    return PlainFile(bundle, stem, tuple(parts), headers.pop())


def _is_part(base: str, stem: str) -> bool:
    return base.startswith(f"{stem}_") and base[len(stem) + 1 :].isdigit()


def need_file(bundle: Bundle, stem: str) -> PlainFile:
    """Return a file that a table cannot do without; raise `InputError` when it is not there."""
    found = find_file(bundle, stem)
    if found is None:
        raise InputError(
            f"There is no {stem}.csv or {stem}.parquet here",
            where=str(bundle.path),
            fix="See docs/methods/tables.md for the files that a table needs.",
        )
    return found


def columns_of(bundle: Bundle, part: str) -> tuple[str, ...]:
    """Return the names of the columns of one part."""
    if not part.endswith(".parquet"):
        return tuple(header_cells(read_header(bundle, part, 1)[0], part))
    try:
        return tuple(pl.read_parquet_schema(_source(bundle, part)))
    except (OSError, pl.exceptions.PolarsError) as error:
        raise _no_parquet(part, error) from error


def parquet_frames(bundle: Bundle, part: str, rows: int) -> Iterator[tuple[int, pl.DataFrame]]:
    """Yield (number of the first row, frame) of a Parquet file, unless it claims too much.

    A file of kilobytes can claim to hold gigabytes: rows times columns is looked at first.
    """
    try:
        source = _source(bundle, part)
        height = int(pl.scan_parquet(source).select(pl.len()).collect().item())
        width = len(pl.read_parquet_schema(_source(bundle, part)))
        if height * width * 8 > LARGEST_PARQUET:
            raise TableError(
                f"{part} holds {height:,} rows of {width:,} columns, more than is read at once",
                where=part,
                fix="Write it in parts, called like transactions_1.parquet.",
            )
        for start in range(0, height, rows):
            frame = pl.scan_parquet(_source(bundle, part)).slice(start, rows).collect()
            yield start + 1, frame
    except (OSError, pl.exceptions.PolarsError) as error:
        raise _no_parquet(part, error) from error


def _source(bundle: Bundle, part: str) -> io.BytesIO:
    if bundle.size(part) > LARGEST_PARQUET:
        raise TableError(
            f"{part} is larger than is read at once", where=part, fix="Write it in parts."
        )
    with bundle.open(part) as stream:
        return io.BytesIO(stream.read())


def _no_parquet(part: str, error: Exception) -> TableError:
    return TableError(
        f"{part} cannot be read ({str(error).splitlines()[0]})",
        where=part,
        fix="Write it again.",
    )


def numbers_of(frame: pl.DataFrame, columns: Sequence[str], part: str) -> Floats:
    """Return columns as float64; raise `TableError` for one that is no number, or has a gap."""
    for name in columns:
        if not frame[name].dtype.is_numeric():
            raise TableError(
                f"{part} holds text where numbers belong",
                where=f"column {name}",
                fix="Write the column as numbers.",
            )
        if frame[name].null_count():
            raise TableError(
                f"{part} has an empty cell",
                where=f"column {name}, row {int(np.flatnonzero(frame[name].is_null())[0]) + 1}",
                fix="Fill it, with 0 where there is nothing.",
            )
    return frame.select(pl.col(list(columns)).cast(pl.Float64)).to_numpy()


def _no_extra(label: str) -> str | None:
    raise KeyError(label)
