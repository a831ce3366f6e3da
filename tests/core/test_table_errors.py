"""A table that cannot be right is refused with the place of the fault."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from ketenkaart.core.chain.exposure import exposure
from ketenkaart.core.chain.incoming import Heading, Parts, Satellites
from ketenkaart.core.chain.leontief import output_for
from ketenkaart.core.chain.table_doubts import doubts
from ketenkaart.core.chain.types import Demand, Table
from ketenkaart.core.chain.world import FinalDemand
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


def incoming(
    added: list[float], *, jobs: tuple[float, float] = (1.0, 2.0), scale: float = 1.0
) -> tuple[Heading, Parts]:
    heading = Heading(
        ("NLD", "BGD"), ("food",), (FinalDemand("NLD", "households"),), (), "MUSD", 2011, "made"
    )
    parts = Parts(
        Y=np.ones((2, 1)) * scale,
        x=np.array([100.0, 1000.0]) * scale,
        value_added={"value_added": np.array(added) * scale},
        satellites=Satellites(("jobs",), ("persons",), np.array([jobs])),
        is_residual=True,
    )
    return heading, parts


def test_a_country_in_another_unit_is_refused_where_value_added_is_what_remains() -> None:
    """Its rows may add up; who buys from it then buys more than is made."""
    with pytest.raises(TableError, match=r"buy more than they make: .* 4.55%") as caught:
        doubts(*incoming([-50.0, 500.0]))
    assert caught.value.where == "columns NLD.food (-50)"
    assert caught.value.exit_code == InputError.exit_code
    assert doubts(*incoming([-5.0, 500.0])) == ()


def test_more_than_the_world_makes_is_another_unit() -> None:
    with pytest.raises(TableError, match=r"1\.1e\+10 MUSD, more than the world makes"):
        doubts(*incoming([50.0, 500.0], scale=1e7))


def test_doubts_are_listed() -> None:
    found = doubts(*incoming([50.0, 500.0], jobs=(-3.0, 2.0)), ("BGD", "MLT", "NLD"))
    assert [(item.note.code, item.places) for item in found] == [
        ("missing_regions", ("MLT",)),
        ("negative_satellites", ("jobs at NLD.food (-3)",)),
    ]
