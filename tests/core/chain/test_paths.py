"""The largest structural paths: the same as by trying them all, with a true word on the rest."""

from __future__ import annotations

import heapq

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ketenkaart.core.chain.leontief import output_for
from ketenkaart.core.chain.path_bounds import bounds_by_tier, path_bounds
from ketenkaart.core.chain.paths import ChainPath, largest_paths
from ketenkaart.core.chain.types import Floats
from ketenkaart.core.errors import InputError, TableError

DEPTH = 7


def every_path(A: Floats, s: Floats, y: Floats, depth: int, min_tier: int = 0) -> list[ChainPath]:
    """All paths of at most `depth` steps, one by one."""
    found: list[ChainPath] = []
    level = [((j,), float(y[j])) for j in range(len(y)) if y[j]]
    for tier in range(depth + 1):
        if tier >= min_tier:
            found += [ChainPath(p, float(s[p[0]] * v)) for p, v in level if s[p[0]] * v]
        level = [
            ((i, *p), float(v * A[i, p[0]])) for p, v in level for i in range(len(y)) if A[i, p[0]]
        ]
    return sorted(found, key=lambda path: (-abs(path.value), path.nodes))


def one_by_one(A: Floats, s: Floats, y: Floats, top: int) -> list[ChainPath]:
    """Best first, with the plain Leontief bound: another algorithm for the same answer."""
    M = s @ np.linalg.inv(np.eye(len(A)) - A)
    waiting = [(-M[j] * y[j], False, (j,), y[j]) for j in range(len(y))]
    heapq.heapify(waiting)
    found: list[ChainPath] = []
    while waiting and len(found) < top:
        worth, is_path, nodes, carried = heapq.heappop(waiting)
        if is_path:
            found.append(ChainPath(nodes, -worth))
            continue
        heapq.heappush(waiting, (-s[nodes[0]] * carried, True, nodes, carried))
        for i in np.flatnonzero(A[:, nodes[0]]):
            v = carried * A[i, nodes[0]]
            heapq.heappush(waiting, (-M[i] * v, False, (int(i), *nodes), v))
    return found


@st.composite
def problems(draw: st.DrawFn) -> tuple[Floats, Floats, Floats]:
    n = draw(st.integers(1, 5))
    rng = np.random.default_rng(draw(st.integers(0, 10**6)))
    A = rng.random((n, n)) * (rng.random((n, n)) < 0.6)
    A *= 0.6 / np.maximum(A.sum(axis=0), 0.6)
    s = rng.random(n) * (rng.random(n) < 0.7)
    y = rng.random(n) * (rng.random(n) < 0.7)
    if draw(st.booleans()):
        A = A * rng.choice([1, -1], (n, n))
        s = s * rng.choice([1, -1], n)
        y = y * rng.choice([1, -1], n)
    if draw(st.booleans()):
        # Few different values: ties everywhere.
        A, s, y = A.round(1), s.round(1), y.round(1)
    return (np.asfortranarray(A) if draw(st.booleans()) else A), s, y


@settings(max_examples=150)
@given(problem=problems(), top=st.integers(1, 40), min_tier=st.integers(0, 3))
def test_the_largest_paths_are_those_of_trying_all(
    problem: tuple[Floats, Floats, Floats], top: int, min_tier: int
) -> None:
    A, s, y = problem
    found = largest_paths(A, s, y, top, total=1.0, min_tier=min_tier)
    tried = every_path(A, s, y, DEPTH, min_tier)
    short = [path for path in found.paths if path.tier <= DEPTH]
    assert short == tried[: len(short)]
    if len(short) == len(found.paths):
        assert len(short) == min(top, len(tried))
        omitted = [abs(path.value) for path in tried[top:]]
        assert max(omitted, default=0.0) <= found.largest_omitted


@settings(max_examples=25)
@given(seed=st.integers(0, 10**6), top=st.integers(1, 60))
def test_another_algorithm_finds_the_same(seed: int, top: int) -> None:
    rng = np.random.default_rng(seed)
    n = 30
    A = rng.lognormal(-1, 2.2, (n, n)) * (rng.random((n, n)) < 0.5)
    A *= rng.uniform(0.2, 0.89, n) / np.maximum(A.sum(axis=0), 1e-300)
    s, y = rng.random(n), rng.lognormal(0, 2, n)
    ours = largest_paths(A, s, y, top, total=1.0).paths
    theirs = one_by_one(A, s, y, top)
    assert [path.nodes for path in ours] == [path.nodes for path in theirs]
    assert [path.value for path in ours] == pytest.approx([path.value for path in theirs])


@settings(max_examples=30)
@given(problem=problems())
def test_a_bound_is_reached_and_never_passed(problem: tuple[Floats, Floats, Floats]) -> None:
    A, s, _ = problem
    bounds = path_bounds(A, s)
    for tier, bound in zip((2, 1, 0), bounds_by_tier(A, bounds, 2), strict=True):
        for j in range(len(A)):
            most = every_path(A, s, np.eye(len(A))[j], 6, tier)[:1]
            assert bound.most[j] == pytest.approx(abs(most[0].value) if most else 0.0)
            deeper = every_path(A, s, np.eye(len(A))[j], 6, tier + 1)[:1]
            assert bound.onward[j] == pytest.approx(abs(deeper[0].value) if deeper else 0.0)


def test_paths_and_remainder_make_the_leontief_total() -> None:
    rng = np.random.default_rng(0)
    A = rng.random((40, 40)) ** 6
    A *= 0.7 / A.sum(axis=0)
    s, y = rng.random(40), rng.random(40)
    total = float(s @ output_for(A, y))
    found = largest_paths(A, s, y, 5000, total=total)
    assert sum(path.value for path in found.paths) + found.remainder == pytest.approx(
        total, rel=1e-12
    )
    assert 0 < found.covered < total
    assert found.share == pytest.approx(found.covered / total)
    assert found.largest_omitted <= found.paths[-1].value
    assert [path.value for path in found.paths] == sorted(
        (path.value for path in found.paths), reverse=True
    )


def test_a_table_without_circles_is_listed_whole() -> None:
    A = np.array([[0.0, 0.5, 0.0], [0.0, 0.0, 0.5], [0.0, 0.0, 0.0]])
    found = largest_paths(A, np.ones(3), np.array([0.0, 0.0, 8.0]), 99, total=14.0)
    assert [path.nodes for path in found.paths] == [(2,), (1, 2), (0, 1, 2)]
    assert (found.remainder, found.largest_omitted) == (0.0, 0.0)


def test_a_sector_that_buys_from_itself_alone_gives_ever_smaller_paths() -> None:
    found = largest_paths(np.array([[0.5]]), np.ones(1), np.ones(1), 60, total=2.0)
    assert [path.value for path in found.paths] == [0.5**k for k in range(60)]
    assert found.largest_omitted == 0.5**60


def test_nothing_demanded_or_nothing_counted_has_no_paths() -> None:
    A = np.full((3, 3), 0.2)
    for s, y in ((np.zeros(3), np.ones(3)), (np.ones(3), np.zeros(3))):
        found = largest_paths(A, s, y, 10, total=0.0)
        assert (found.paths, found.share, found.largest_omitted) == ((), None, 0.0)


def test_a_stored_bound_changes_nothing() -> None:
    rng = np.random.default_rng(3)
    A = rng.random((20, 20)) / 25
    s, y = rng.random(20), rng.random(20)
    assert largest_paths(A, s, y, 50, total=1, bounds=path_bounds(A, s)) == largest_paths(
        A, s, y, 50, total=1
    )


def test_wide_gaps_between_paths_are_crossed() -> None:
    A = np.diag([0.5, 0.0])
    y = np.array([1e-200, 1.0])
    found = largest_paths(A, np.ones(2), y, 3, total=1.0)
    assert [path.nodes for path in found.paths] == [(1,), (0,), (0, 0)]


@pytest.mark.parametrize(("top", "min_tier"), [(0, 0), (-1, 0), (1, -1)])
def test_questions_that_make_no_sense_are_refused(top: int, min_tier: int) -> None:
    with pytest.raises(InputError):
        largest_paths(np.zeros((2, 2)), np.ones(2), np.ones(2), top, total=1, min_tier=min_tier)


def test_paths_that_grow_by_going_round_are_refused() -> None:
    with pytest.raises(TableError, match="grow by going round"):
        path_bounds(np.array([[0.0, 2.0], [1.0, 0.0]]), np.ones(2))
