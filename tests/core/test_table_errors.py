"""A table that cannot be right is refused with the place of the fault."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from ketenkaart.core.chain.exposure import exposure
from ketenkaart.core.chain.leontief import output_for
from ketenkaart.core.chain.types import Demand, Table
from ketenkaart.core.errors import InputError, TableError


def table(
    regions: tuple[str, ...] = ("NLD", "BGD"),
    change: Callable[[np.ndarray, np.ndarray], None] = lambda _z, _x: None,
    size: int = 4,
) -> Table:
    Z, output = np.ones((size, size)), np.full(size, 10.0)
    change(Z, output)
    return Table(regions, ("food", "textiles"), Z, output, {}, 2011)


def nan_in_z(Z: np.ndarray, _output: np.ndarray) -> None:
    Z[1, 2] = np.nan


def negative_output(_z: np.ndarray, output: np.ndarray) -> None:
    output[3] = -5


def infinite_output(_z: np.ndarray, output: np.ndarray) -> None:
    output[0] = np.inf


@pytest.mark.parametrize(
    ("make", "what", "where"),
    [
        (lambda: table(("AAA", "BBB")), "has no region NLD", None),
        (lambda: table(("NLD", "NLD")), "named twice", None),
        (lambda: table(size=5), "4 nodes are named", None),
        (lambda: table(change=nan_in_z), "Z holds a value that is no number",
         "NLD.textiles, BGD.food"),
        (lambda: table(change=infinite_output), "output holds a value that is no number",
         "NLD.food"),
        (lambda: table(change=negative_output), "Output is negative", "BGD.textiles"),
    ],
)  # fmt: skip
def test_a_wrong_table_is_refused_by_place(make, what: str, where: str | None) -> None:
    with pytest.raises(TableError, match=what) as caught:
        make()
    assert caught.value.where == where
    assert caught.value.fix


def test_a_table_without_solution_is_refused() -> None:
    with pytest.raises(TableError, match="no solution"):
        output_for(np.array([[1.0, 0.0], [0.0, 0.5]]), np.array([1.0, 1.0]))


def test_an_extension_that_is_not_there_is_named() -> None:
    demand = Demand("NLD", ("households",), np.ones((1, 4)), np.zeros(4))
    with pytest.raises(InputError, match="person_years"):
        exposure(table(), demand, "person_years")
