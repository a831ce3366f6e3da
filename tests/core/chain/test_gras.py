"""GRAS: against the optimisation that it solves, RAS as published, and what must always hold."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

from ketenkaart.core.chain.gras import gras
from ketenkaart.core.chain.types import Floats
from ketenkaart.core.errors import TableError


@st.composite
def problems(
    draw: st.DrawFn, *, negative: bool = True, spread: float = 1
) -> tuple[Floats, Floats, Floats]:
    """Draw a matrix and sums that one with its zeros and signs has."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    shape = draw(st.integers(1, 6)), draw(st.integers(1, 6))
    size = 10 ** rng.uniform(-spread, spread, shape) * (
        rng.random(shape) < draw(st.sampled_from([0.7, 1]))
    )
    sign = np.where(rng.random(shape) < (0.2 if negative else 0.0), -1.0, 1.0)
    there = size * sign * 10 ** rng.uniform(-0.3, 0.3, shape)
    return size * sign, there.sum(axis=1), there.sum(axis=0)


@settings(max_examples=80, deadline=None)
@given(problems(spread=3))
def test_sums_are_hit_and_zeros_and_signs_kept(problem: tuple[Floats, Floats, Floats]) -> None:
    matrix, rows, columns = problem
    found = gras(matrix, rows, columns)
    new = found.applied(matrix)
    size = float(np.abs(rows).sum()) + 1e-300
    assert new.sum(axis=1) == pytest.approx(rows, rel=1e-8, abs=1e-8 * size)
    assert new.sum(axis=0) == pytest.approx(columns, rel=1e-8, abs=1e-8 * size)
    assert (np.sign(new) == np.sign(matrix)).all()
    halves = [found.applied(matrix[:1], 0), found.applied(matrix[1:], 1)]
    assert np.vstack(halves).tolist() == new.tolist()


@settings(max_examples=40, deadline=None)
@given(problems(negative=False))
def test_without_negative_cells_it_is_ras(problem: tuple[Floats, Floats, Floats]) -> None:
    matrix, rows, columns = problem
    ras = matrix.copy()
    for _ in range(20_000):
        before = ras
        ras = ras * np.divide(rows, ras.sum(1), out=np.ones_like(rows), where=rows > 0)[:, None]
        ras = ras * np.divide(columns, ras.sum(0), out=np.ones_like(columns), where=columns > 0)
        if np.abs(ras - before).max() <= 1e-15 * ras.max():
            break
    new = gras(matrix, rows, columns).applied(matrix)
    assert new == pytest.approx(ras, rel=1e-6, abs=1e-8 * matrix.sum())


def test_nothing_moves_where_the_sums_are_those_there_are() -> None:
    matrix = np.array([[7.0, 3.0, 5.0, -3.0], [2.0, 9.0, 8.0, 1.0], [-2.0, 0.0, 2.0, 1.0]])
    found = gras(matrix, matrix.sum(axis=1), matrix.sum(axis=0))
    assert found.applied(matrix) == pytest.approx(matrix, rel=1e-9)
    assert found.passes == 1


@pytest.mark.parametrize("link", [1e-3, 1e-6, 1e-9])
def test_parts_that_hardly_trade_are_brought_together_all_the_same(link: float) -> None:
    """Rows and columns in turn would take some 1 / link rounds."""
    rng = np.random.default_rng(5)
    matrix = np.kron(np.eye(2), rng.uniform(1, 5, (4, 5)))
    matrix[:4, 5:] = link * rng.uniform(1, 5, (4, 5))
    matrix[4:, :5] = link * rng.uniform(1, 5, (4, 5))
    matrix[0, 4] *= -0.1
    goal = matrix * rng.uniform(0.5, 2, matrix.shape)
    goal[:4, 5:] *= 30
    rows, columns = goal.sum(axis=1), goal.sum(axis=0)
    found = gras(matrix, rows, columns)
    new = found.applied(matrix)
    assert new.sum(axis=1) == pytest.approx(rows, rel=1e-8)
    assert new.sum(axis=0) == pytest.approx(columns, rel=1e-8)
    assert found.passes < 460


@pytest.mark.parametrize("seed", range(3))
def test_it_is_the_least_loss_of_information(seed: int) -> None:
    """Against scipy's own search among all matrices with these sums."""
    rng = np.random.default_rng(seed)
    matrix = rng.uniform(1, 9, (3, 4))
    matrix[0, 3] *= -1
    matrix[2, 0] *= -1
    matrix[1, 1] = 0.0
    goal = matrix * rng.uniform(0.6, 1.6, matrix.shape)
    rows, columns = goal.sum(axis=1), goal.sum(axis=0)
    at = np.nonzero(matrix)
    a = matrix[at]

    def loss(z: Floats) -> float:
        return float((np.abs(a) * z * (np.log(z) - 1)).sum())

    def sums(z: Floats) -> Floats:
        new = np.zeros_like(matrix)
        new[at] = a * z
        return np.concatenate([new.sum(axis=1) - rows, (new.sum(axis=0) - columns)[:-1]])

    searched = minimize(
        loss,
        np.ones(len(a)),
        jac=lambda z: np.abs(a) * np.log(z),
        bounds=[(1e-6, None)] * len(a),
        constraints={"type": "eq", "fun": sums},
        options={"maxiter": 1000, "ftol": 1e-14},
        method="SLSQP",
    )
    assert searched.success
    new = gras(matrix, rows, columns).applied(matrix)
    assert new[at] == pytest.approx(a * searched.x, rel=1e-4)


def test_negative_rows_and_columns_and_zero_sums() -> None:
    matrix = np.array([[-1.0, -2.0], [4.0, 6.0], [0.0, 0.0]])
    found = gras(matrix, np.array([-6.0, 10.0, 0.0]), np.array([2.0, 2.0]))
    new = found.applied(matrix)
    assert new.sum(axis=1) == pytest.approx([-6.0, 10.0, 0.0])
    vanished = gras(np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([0.0, 7.0]), np.array([3.0, 4.0]))
    assert vanished.applied(np.array([[1.0, 2.0]])).tolist() == [[0.0, 0.0]]


@pytest.mark.parametrize(
    ("matrix", "rows", "columns", "told"),
    [
        ([[1, 1], [1, 1]], [2, 2], [2, 3], "add up"),
        ([[1, 1], [1, 1]], [2, 2, 0], [2, 2], "2 by 2"),
        ([[0, 0], [1, 1]], [1, 1], [1, 1], "row first.*all its cells are zero"),
        ([[1, 1], [1, 1]], [-1, 3], [1, 1], "row first.*no negative cell"),
        ([[-1, -1], [1, 1]], [1, 1], [1, 1], "row first.*no positive cell"),
        ([[1, 0], [0, 1]], [1, 3], [2, 2], "No matrix"),
        ([[1, 0], [1, 1]], [3, 1], [2, 2], "No matrix|cannot come"),
        ([[1, float("nan")], [1, 1]], [1, 1], [1, 1], "no number"),
    ],
)
def test_what_cannot_be_is_refused_by_name(
    matrix: list[list[float]], rows: list[float], columns: list[float], told: str
) -> None:
    names = ["first", "second"]
    with pytest.raises(TableError, match=told):
        gras(
            np.array(matrix, dtype=float),
            np.array(rows, dtype=float),
            np.array(columns, dtype=float),
            row_label=names.__getitem__,
            column_label=names.__getitem__,
        )
