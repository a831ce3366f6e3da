"""From the Parquet files of a stored table to the arrays that are mapped into memory."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from ketenkaart.core.chain.types import Floats
from ketenkaart.core.errors import EditionError
from ketenkaart.warehouse.table_manifest import DERIVED

ARRAYS = {
    "A": "A.npy",
    "Y": "Y.npy",
    "x": "x.npy",
    "value_added": "value_added.npy",
    "satellites": "satellites.npy",
}
TRANSACTIONS = "transactions_{:04d}.parquet"
FINAL_DEMAND = "final_demand.parquet"
NODES = "nodes.parquet"
SATELLITES = "satellites.parquet"
ADDED = "value_added "
BLOCK_BYTES = 64 << 20


def block_rows(n: int) -> int:
    """Return how many rows of an n by n matrix are handled at once."""
    return max(1, BLOCK_BYTES // (8 * n))


def to_coefficients(Z: Floats, x: Floats) -> None:
    """Divide rows of Z by the output of the buying nodes, in place; no output, no purchases.

    A = Z x^-1, Miller & Blair (2009), eq. 2.3; `x` has an entry per column.
    """
    has_output = x > 0
    np.divide(Z, x[None, :], out=Z, where=has_output[None, :])
    Z[:, ~has_output] = 0.0


def derive(folder: Path, name: str, n: int) -> Path:
    """Make one array of a stored table again, in a file beside its place, and return that file."""
    target = folder / DERIVED
    target.mkdir(exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=target, prefix=".", suffix=".npy", delete=False) as file:
        path = Path(file.name)
    try:
        _write(folder, name, n, path)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return path


def _write(folder: Path, name: str, n: int, path: Path) -> None:
    import polars as pl  # noqa: PLC0415 - 0.2 s that a query on whole arrays must not pay

    try:
        if name == ARRAYS["A"]:
            _write_coefficients(folder, n, path)
        elif name == ARRAYS["Y"]:
            np.save(path, _floats(pl.read_parquet(folder / FINAL_DEMAND)))
        elif name == ARRAYS["satellites"]:
            np.save(path, _satellites(folder / SATELLITES, n))
        else:
            nodes = pl.read_parquet(folder / NODES)
            added = nodes.select(c for c in nodes.columns if c.startswith(ADDED))
            values = _floats(nodes.select("output"))[:, 0], np.ascontiguousarray(_floats(added).T)
            np.save(path, values[0] if name == ARRAYS["x"] else values[1])
    except (OSError, pl.exceptions.PolarsError) as error:
        raise EditionError(
            f"{name} cannot be made again ({str(error).splitlines()[0]})",
            where=str(folder),
            fix="Add the table again with `ketenkaart edition add`.",
        ) from error


def _satellites(path: Path, n: int) -> Floats:
    import polars as pl  # noqa: PLC0415 - as above

    if not path.is_file():
        return np.zeros((0, n))
    return np.ascontiguousarray(_floats(pl.read_parquet(path)).T)


def _write_coefficients(folder: Path, n: int, path: Path) -> None:
    import polars as pl  # noqa: PLC0415 - as above

    x = _floats(pl.read_parquet(folder / NODES, columns=["output"]))[:, 0]
    A = np.lib.format.open_memmap(path, mode="w+", dtype=np.float64, shape=(n, n))
    start = 0
    for block in transaction_blocks(folder):
        rows = np.array(block)
        to_coefficients(rows, x)
        A[start : start + len(rows)] = rows
        start += len(rows)
    A.flush()


def transaction_blocks(folder: Path) -> Iterator[Floats]:
    """Yield the rows of Z of a stored table, block by block."""
    import polars as pl  # noqa: PLC0415 - as above

    for file in sorted(folder.glob(TRANSACTIONS.replace("{:04d}", "*"))):
        yield _floats(pl.read_parquet(file))


def _floats(frame: object) -> Floats:
    found: Floats = np.ascontiguousarray(frame.to_numpy(), dtype=np.float64)  # type: ignore[attr-defined]
    return found
