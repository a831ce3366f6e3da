"""Check a table before anybody computes with it: what makes figures wrong is refused, by name.

Symbols as in Miller & Blair, Input-Output Analysis (2nd ed., 2009), ch. 2. Everything goes by
blocks of rows, so that Z may stand on disk.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ketenkaart.core.chain.incoming import Heading, Note, Parts
from ketenkaart.core.chain.types import Floats
from ketenkaart.core.errors import TableError

WORST_IMBALANCE = 0.01
"""Share of total output by which rows or columns may miss it before a table is refused."""
NOTED_IMBALANCE = 1e-9
WORST_NEGATIVE = 0.01
WORST_UNMADE = 1e-4
SHOWN = 10
_BLOCK = 64 << 20
_OTHER_UNITS = (1e3, 1e6, 1e9, 1e-3, 1e-6, 1e-9, 100.0, 0.01)


@dataclass(frozen=True, slots=True)
class Residuals:
    """What does not add up, per node, in the table's unit.

    `rows`: sales plus final demand minus output; `columns`: purchases plus value added minus
    output. Positive is too much.
    """

    rows: Floats
    columns: Floats


@dataclass(frozen=True, slots=True)
class Finding:
    """Something listed with a table: a note, and the nodes it is about, worst first."""

    note: Note
    places: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Checked:
    """What the checks found in a table that was not refused.

    `row_share` and `column_share` are sums of |residual| over total output.
    """

    residuals: Residuals
    row_share: float
    column_share: float
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class _Sums:
    rows: Floats
    columns: Floats
    negative: float
    negative_rows: Floats
    absolute: float


def check(heading: Heading, Z: Floats, parts: Parts) -> Checked:
    """Return the residuals of a table and what must be known about it.

    Raises `TableError` for a value that is no number, negative output, a table that does not
    balance (saying so where rows and columns seem swapped, or units differ), transactions of
    which a hundredth is negative, and purchases by nodes that make nothing.
    """
    _check_shapes(heading, parts)
    for name, values in _vectors(parts):
        _refuse_no_number(heading, name, values)
    _refuse_negative_output(heading, parts.x)
    sums = _sums(heading, Z)
    added = np.sum(list(parts.value_added.values()), axis=0)
    residuals = Residuals(
        rows=sums.rows + parts.Y.sum(axis=1) - parts.x, columns=sums.columns + added - parts.x
    )
    total = float(parts.x.sum())
    if total <= 0:
        raise TableError(
            "The table has no output at all", where="output", fix="Fetch the file again."
        )
    row_share = float(np.abs(residuals.rows).sum()) / total
    column_share = float(np.abs(residuals.columns).sum()) / total
    _refuse_imbalance(heading, parts, sums, row_share, column_share)
    findings = [
        *_negative(heading, sums),
        *_unmade(heading, parts.x, sums.columns, sums.rows + parts.Y.sum(axis=1), total),
        *_imbalance(heading, residuals.rows, row_share, "rows"),
        *_imbalance(heading, residuals.columns, column_share, "columns"),
        *_lossmaking(heading, parts.x, sums.columns),
        *_hidden_demand(heading, parts.Y),
    ]
    return Checked(residuals, row_share, column_share, tuple(findings))


def row_blocks(matrix: Floats) -> Iterator[tuple[int, Floats]]:
    """Yield (number of the first row, rows) of a matrix, 64 MiB at a time."""
    step = max(1, _BLOCK // max(8 * matrix.shape[1], 1))
    for start in range(0, len(matrix), step):
        yield start, matrix[start : start + step]


def worst(heading: Heading, values: Floats, limit: int = SHOWN) -> tuple[str, ...]:
    """Return the nodes with the largest |value|, as `REGION.sector (value)`; none that is zero."""
    size = np.abs(values)
    order = [int(k) for k in np.argsort(-size, kind="stable")[:limit] if size[k] > 0]
    return tuple(f"{heading.label(k)} ({values[k]:,.6g})" for k in order)


def _check_shapes(heading: Heading, parts: Parts) -> None:
    n = heading.n
    wanted = {
        "final demand": (parts.Y.shape, (n, len(heading.final_demand))),
        "output": (parts.x.shape, (n,)),
        **{name: (row.shape, (n,)) for name, row in parts.value_added.items()},
        "satellites": (
            parts.satellites.values.shape[1:] if parts.satellites.names else (n,),
            (n,),
        ),
    }
    for name, (found, right) in wanted.items():
        if found != right:
            raise TableError(
                f"{name} has shape {found} where {right} belongs",
                where=name,
                fix="Give one value per region and sector.",
            )


def _vectors(parts: Parts) -> list[tuple[str, Floats]]:
    return [
        ("final demand", parts.Y),
        ("output", parts.x),
        *((name, row) for name, row in parts.value_added.items()),
        ("satellites", parts.satellites.values.T),
    ]


def _refuse_no_number(heading: Heading, name: str, values: Floats, first: int = 0) -> None:
    if np.isfinite(values).all():
        return
    place = np.argwhere(~np.isfinite(values))[0]
    column = f", column {int(place[1]) + 1}" if len(place) > 1 else ""
    if name == "Z":
        column = f", column {heading.label(int(place[1]))}"
    raise TableError(
        f"{name} holds a value that is no number",
        where=f"row {heading.label(first + int(place[0]))}{column}",
        fix="Fill the cell or fetch the file again.",
    )


def _refuse_negative_output(heading: Heading, x: Floats) -> None:
    if (x < 0).any():
        raise TableError(
            f"Output is negative at {int((x < 0).sum())} nodes",
            where=", ".join(worst(heading, np.where(x < 0, x, 0.0))),
            fix="Correct the output of these nodes, or use another release of the table.",
        )


def _sums(heading: Heading, Z: Floats) -> _Sums:
    n = heading.n
    rows, columns, negative_rows = np.zeros(n), np.zeros(n), np.zeros(n)
    absolute = 0.0
    for start, block in row_blocks(Z):
        sums = block.sum(axis=1)
        if not np.isfinite(sums).all():
            _refuse_no_number(heading, "Z", block, start)
        stop = start + len(block)
        rows[start:stop] = sums
        columns += block.sum(axis=0)
        if block.min(initial=0.0) < 0:
            negative_rows[start:stop] = np.minimum(block, 0.0).sum(axis=1)
        absolute += float(sums.sum() - 2 * negative_rows[start:stop].sum())
    return _Sums(rows, columns, float(-negative_rows.sum()), negative_rows, absolute)


def _refuse_imbalance(
    heading: Heading, parts: Parts, sums: _Sums, row_share: float, column_share: float
) -> None:
    x, bought = parts.x, parts.Y.sum(axis=1)
    total = float(x.sum())
    if row_share > WORST_IMBALANCE:
        turned = float(np.abs(sums.columns + bought - x).sum()) / total
        if turned < min(WORST_IMBALANCE, row_share / 10):
            raise TableError(
                "Rows and columns of the transactions are swapped: columns add up to output with "
                "final demand, rows do not",
                where="transactions",
                fix="Transpose the transactions: a row is what a node sells.",
            )
        _refuse_other_unit(sums.rows + bought, x, "sales plus final demand")
        raise _unbalanced(heading, sums.rows + bought - x, row_share, "rows", "sales")
    if column_share > WORST_IMBALANCE:
        added = np.sum(list(parts.value_added.values()), axis=0)
        _refuse_other_unit(sums.columns + added, x, "purchases plus value added")
        raise _unbalanced(heading, sums.columns + added - x, column_share, "columns", "purchases")


def _unbalanced(
    heading: Heading, residual: Floats, share: float, which: str, what: str
) -> TableError:
    other = "final demand" if which == "rows" else "value added"
    return TableError(
        f"The table does not balance: {what} plus {other} miss output by {share:.2%} of the total, "
        f"where at most {WORST_IMBALANCE:.0%} is taken",
        where=f"{which} {', '.join(worst(heading, residual))}",
        fix="Look for a missing region or column, another unit, or swapped rows and columns.",
    )


def _refuse_other_unit(found: Floats, x: Floats, what: str) -> None:
    both = (found > 0) & (x > 0)
    if not both.any():
        return
    ratio = float(np.median(found[both] / x[both]))
    for factor in _OTHER_UNITS:
        if abs(ratio / factor - 1) < 0.05:
            raise TableError(
                f"{what.capitalize()} is {factor:g} times output: the units differ",
                where="units",
                fix="Give transactions, final demand, value added and output in one unit.",
            )


def _negative(heading: Heading, sums: _Sums) -> Iterator[Finding]:
    if not sums.negative:
        return
    share = sums.negative / sums.absolute
    if share > WORST_NEGATIVE:
        raise TableError(
            f"{share:.1%} of the transactions is negative, where at most "
            f"{WORST_NEGATIVE:.0%} is taken",
            where=f"rows {', '.join(worst(heading, sums.negative_rows))}",
            fix="Check the sign of the transactions.",
        )
    yield Finding(
        Note(
            "negative_transactions",
            f"Some transactions are negative, {share:.2g} of the total; they are kept. Bounds on "
            "paths hold for tables without them.",
        ),
        worst(heading, sums.negative_rows),
    )


def _unmade(
    heading: Heading, x: Floats, bought: Floats, sold: Floats, total: float
) -> Iterator[Finding]:
    idle = x == 0
    if not idle.any():
        return
    purchases = np.where(idle, bought, 0.0)
    if np.abs(purchases).sum() > WORST_UNMADE * total:
        raise TableError(
            "Nodes without output buy inputs, and what they need per unit of output cannot be said",
            where=", ".join(worst(heading, purchases)),
            fix="Give the output of these nodes, or leave their purchases out.",
        )
    places = tuple(heading.label(int(k)) for k in np.flatnonzero(idle))
    text = f"{len(places)} nodes have no output: nothing is made there, and nothing is counted."
    if purchases.any():
        text += f" What they buy all the same ({purchases.sum():,.6g}) is left out of A."
    unmade = np.where(idle, sold, 0.0)
    if unmade.any():
        text += f" What is bought of them has no maker: {', '.join(worst(heading, unmade))}."
    yield Finding(Note("zero_output", text), places)


def _imbalance(heading: Heading, residual: Floats, share: float, which: str) -> Iterator[Finding]:
    if share <= NOTED_IMBALANCE:
        return
    text = (
        f"The {which} miss output by {share:.2g} of the total (sum of absolute residuals); "
        f"`ketenkaart edition residuals` lists them by region and sector."
    )
    yield Finding(Note(f"unbalanced_{which}", text), worst(heading, residual))


def _lossmaking(heading: Heading, x: Floats, bought: Floats) -> Iterator[Finding]:
    share = np.divide(bought, x, out=np.zeros_like(x), where=x > 0)
    if (share >= 1).any():
        text = (
            f"{int((share >= 1).sum())} nodes buy as much as they make or more (value added is "
            "zero or negative); the figure is purchases over output."
        )
        yield Finding(
            Note("buys_as_much_as_it_makes", text), worst(heading, np.where(share >= 1, share, 0.0))
        )


def _hidden_demand(heading: Heading, Y: Floats) -> Iterator[Finding]:
    region: NDArray[np.str_] = np.array([column.region for column in heading.final_demand])
    empty: Sequence[str] = [
        code for code in heading.regions if not Y[:, region == code].any()
    ]  # fmt: skip
    if empty:
        yield Finding(
            Note("no_final_demand", f"{len(empty)} regions have no final demand in the table."),
            tuple(empty),
        )
