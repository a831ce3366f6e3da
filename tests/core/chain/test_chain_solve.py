"""Solving a table: right within the error stated, by every way, and clear where it fails."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ketenkaart.core.chain import solve
from ketenkaart.core.chain.leontief import output_for
from ketenkaart.core.chain.path_bounds import path_bounds
from ketenkaart.core.chain.products import Products
from ketenkaart.core.chain.solve import System
from ketenkaart.core.chain.types import Floats
from ketenkaart.core.errors import InputError, TableError


def table(n: int, seed: int, *, signed: bool = False, fill: float = 0.89) -> Floats:
    """A table like the real ones: few large entries, many small, some none."""
    rng = np.random.default_rng(seed)
    A = rng.lognormal(-1, 2.2, (n, n)) * (rng.random((n, n)) < 0.7)
    if signed:
        A *= rng.choice([1, 1, 1, 1, -1], (n, n))
    return np.asarray(A * rng.uniform(0.2, fill, n) / np.maximum(np.abs(A).sum(axis=0), 1e-300))


@pytest.fixture(params=["iterated", "factored"])
def _way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(solve, "SMALL", 0 if request.param == "iterated" else 10**9)


@pytest.mark.usefixtures("_way")
@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("signed", [False, True])
def test_the_output_errs_no_more_than_is_proven(order: str, signed: bool) -> None:
    for seed in range(8):
        A = np.asarray(table(60, seed, signed=signed), order=order)  # type: ignore[call-overload]
        Y = np.random.default_rng(seed).lognormal(0, 3, (60, 3))
        Y[:, 2] = 0
        system = System(A, sectors=(1, 5, 60)[seed % 3])
        X, exact = system.output_for(Y), output_for(A, Y)
        error = np.abs(X - exact).sum(axis=0)[:2] / np.abs(exact).sum(axis=0)[:2]
        bound = system.error_bound(Y, X)
        assert (error <= 1e-9).all()
        assert (error <= bound[:2] + 1e-15).all()
        assert (bound <= 1e-9).all()
        assert not X[:, 2].any()


@pytest.mark.usefixtures("_way")
def test_multipliers_are_those_of_the_inverse() -> None:
    A = table(50, 3)
    S = np.random.default_rng(4).random((20, 50))
    L = np.linalg.inv(np.eye(50) - A)
    system = System(A, sectors=10)
    assert np.abs(system.multipliers(S) - S @ L).max() <= 1e-9 * (S @ L).max()
    assert system.multipliers(S[0]) == pytest.approx(S[0] @ L)
    assert system.inverse() == pytest.approx(L)


@pytest.mark.usefixtures("_way")
def test_a_demand_that_is_far_smaller_than_its_neighbour_keeps_its_own_precision() -> None:
    A = table(40, 7)
    y = np.random.default_rng(1).random(40)
    X = System(A).output_for(np.stack([y, y * 1e-200], axis=1))
    assert X[:, 1] * 1e200 == pytest.approx(X[:, 0], rel=1e-8)


def test_layers_and_what_is_deeper_make_the_whole() -> None:
    A, y = table(30, 5), np.random.default_rng(2).random(30)
    system = System(A)
    found = system.layers(y, 6)
    assert found[0].tolist() == y.tolist()
    deeper = system.output_for(np.asarray(A @ found[6]))
    assert found.sum(axis=0) + deeper == pytest.approx(system.output_for(y))


@settings(max_examples=50)
@given(seed=st.integers(0, 10**6), n=st.integers(1, 12), signed=st.booleans())
def test_the_norm_bounds_the_inverse(seed: int, n: int, signed: bool) -> None:
    A = table(n, seed, signed=signed, fill=0.99)
    L = np.linalg.inv(np.eye(n) - A)
    assert System(A).norm >= np.abs(L).sum(axis=0).max() * (1 - 1e-12)


def test_a_sector_may_buy_more_than_it_makes_where_the_whole_still_adds_value() -> None:
    A = np.array([[0.1, 0.9, 0.0], [0.1, 0.2, 0.1], [0.0, 0.3, 0.1]])
    assert A.sum(axis=0).max() > 1
    y = np.array([1.0, 2.0, 3.0])
    assert System(A).output_for(y) == pytest.approx(output_for(A, y))


@pytest.mark.usefixtures("_way")
@pytest.mark.parametrize("share", [1.0, 1 - 1e-9, 1.5])
def test_a_singular_table_is_refused_with_the_sector_named(share: float) -> None:
    A = table(20, 1)
    A[:, 7] = A[7] = 0
    A[7, 7] = share
    with pytest.raises(TableError, match=r"singular.*because node 7") as caught:
        System(A, lambda k: f"node {k}").output_for(np.ones(20))
    assert caught.value.where == "node 7"


def test_a_cell_that_is_no_number_is_refused_with_its_column() -> None:
    A = table(20, 1)
    A[4, 9] = np.nan
    with pytest.raises(TableError, match="column node 9"):
        System(A, lambda k: f"node {k}").output_for(np.ones(20))


@pytest.mark.parametrize("y", [np.ones(3), np.full(4, np.nan), np.ones((4, 1, 1))])
def test_a_demand_of_the_wrong_form_is_refused(y: Floats) -> None:
    with pytest.raises(InputError):
        System(np.zeros((4, 4))).output_for(y)


def test_nothing_is_lost_of_a_table_that_hardly_converges() -> None:
    """Minimal residuals stall on a long chain of purchases; the answer is right all the same."""
    n = 1200
    A = np.zeros((n, n))
    A[np.arange(n - 1), np.arange(1, n)] = 0.94
    y = np.zeros(n)
    y[-1] = 1
    assert System(A).output_for(y)[0] == pytest.approx(0.94 ** (n - 1), rel=1e-6, abs=1e-12)


def test_the_first_question_needs_little_memory() -> None:
    import tracemalloc

    n = 1500
    A = table(n, 0)
    y = np.random.default_rng(0).random(n)
    tracemalloc.start()
    System(A).output_for(y)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 8e6  # A itself is 18 MB


@pytest.mark.parametrize("some", [True, False])
def test_stored_products_answer_another_demand(some: bool) -> None:
    A = table(60, 2)
    rng = np.random.default_rng(0)
    s, y = rng.random(60), np.zeros(60)
    y[[3, 50]] = 7, 2
    system = System(A)
    nodes = np.array([50, 3, 9]) if some else None
    stored = Products.of(system, {"work": s}, nodes)
    assert stored.output_for(y) == pytest.approx(system.output_for(y))
    assert stored.multipliers["work"] @ y == pytest.approx(s @ system.output_for(y))
    assert stored.bounds["work"].most.tolist() == path_bounds(A, s).most.tolist()
    y[4] = 1
    if some:
        with pytest.raises(InputError, match="not solved for"):
            stored.output_for(y)
    else:
        assert stored.output_for(y) == pytest.approx(system.output_for(y))
