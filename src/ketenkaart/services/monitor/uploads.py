"""Work on a table that somebody sends: nothing of it is kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from ketenkaart.core.errors import InputError
from ketenkaart.core.monitor.disclosure.types import Rules
from ketenkaart.core.monitor.types import EstimateTable, IntervalMethod
from ketenkaart.services.monitor.disclosure import Asked, Safe, protect_file
from ketenkaart.services.monitor.estimating import estimate_file
from ketenkaart.services.monitor.writing import write_yaml
from ketenkaart.sources.survey.table import read_table

LARGEST_BYTES = 2 << 20
MOST_ROWS = 20_000
MOST_ESTIMATES = 400
MOST_CELLS = 400
KINDS = (".csv", ".tsv", ".xlsx", ".parquet")


def estimate_sent(
    name: str,
    content: bytes,
    *,
    design: Mapping[str, object],
    statistics: Sequence[str],
    by: Sequence[str] = (),
    interval: IntervalMethod | None = None,
    level: float | None = None,
) -> EstimateTable:
    """Return estimates of a table that was sent; it is gone when they are.

    `design` has the keys of a design file but for frames and replicates. Raises `InputError` as
    `estimate_file` does, and for a table or an answer that is too large for a page.
    """
    with TemporaryDirectory() as folder:
        path = _placed(Path(folder), name, content, "answers")
        plan = Path(folder) / "design.yml"
        write_yaml(plan, design, force=False)
        found = estimate_file(
            path, plan, statistics=statistics, by=by, interval=interval, level=level
        )
    if len(found.rows) > MOST_ESTIMATES:
        raise InputError(
            f"That makes {len(found.rows)} estimates", where="by",
            fix=f"A page shows at most {MOST_ESTIMATES}: use `ketenkaart estimate`.",
        )  # fmt: skip
    return found


def protect_sent(
    name: str, content: bytes, *, by: Sequence[str], group: str, value: str | None, rules: Rules
) -> Safe:
    """Return what of a table that was sent can be published; nothing of it is kept.

    Raises `InputError` as `protect_file` does, and for a table that is too large for a page.
    """
    with TemporaryDirectory() as folder:
        path = _placed(Path(folder), name, content, "firms")
        table = read_table(path)
        cells = 1
        for column in by:
            cells *= 1 + len(table.codes(table.require(column, "by"))[1])
        if cells > MOST_CELLS:
            raise InputError(
                f"That makes {cells} cells", where="by",
                fix=f"A page does at most {MOST_CELLS}: use `ketenkaart disclosure protect`.",
            )  # fmt: skip
        return protect_file(Asked(path, tuple(by), group, value), rules, bounds=cells <= MOST_CELLS)


def _placed(folder: Path, name: str, content: bytes, stem: str) -> Path:
    """Write what was sent under a name of our own; raises `InputError` for what is too large."""
    suffix = Path(name).suffix.casefold()
    if suffix not in KINDS:
        raise InputError(
            f"{name[:60]!r} is no table", where="file", fix=f"Send one of {', '.join(KINDS)}."
        )
    if len(content) > LARGEST_BYTES:
        raise InputError(
            f"The file is larger than {LARGEST_BYTES >> 20} MB", where="file",
            fix="Use the command line for large tables.",
        )  # fmt: skip
    path = folder / f"{stem}{suffix}"
    path.write_bytes(content)
    rows = read_table(path).rows
    if rows > MOST_ROWS:
        raise InputError(
            f"The table has {rows:,} rows", where="file",
            fix=f"A page takes {MOST_ROWS:,}: use the command line for large tables.",
        )  # fmt: skip
    return path
