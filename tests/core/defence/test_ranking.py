"""Areas under the curve: a published example, other ways to count, and what draws may do."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import mannwhitneyu

from ketenkaart.core.governance.defence.ranking import (
    best_of,
    cluster_draws,
    delong,
    weighted_areas,
)

# DeLong, DeLong and Clarke-Pearson (1988): albumin, total protein and Krebs-Goplerud score of
# patients with ovarian cancer, and whether surgery helped
ALBUMIN = """3.0 3.2 3.9 2.8 3.2 0.9 2.5 1.6 3.8 3.7 3.2 3.8 4.1 3.6 4.3 3.6 2.3 4.2 4.0 3.5 3.8
3.0 4.5 3.7 3.1 4.1 4.3 4.3 3.2 2.6 3.3 1.7 3.7 3.3 4.2 3.5 2.9 2.1 2.8 4.0 3.3 3.7 3.6"""
PROTEIN = """5.8 6.3 6.8 4.8 5.8 4.0 5.7 5.6 5.7 6.7 5.4 6.6 6.6 5.7 7.0 6.7 4.4 7.6 6.6 5.8 6.8
4.7 7.4 7.4 6.6 8.2 7.0 6.5 5.1 4.7 6.8 4.0 6.1 6.3 7.7 6.2 5.7 4.8 6.2 7.0 5.7 6.9 6.6"""
SCORE = """10 5 3 6 3 5 8 5 5 6 4 6 5 5 4 4 6 4 6 6 7 8 5 5 6 6 5 4 5 6 6 7 5 7 6 5 9 7 8 7 6 5 5"""
HELPED = """0 1 1 0 1 0 0 1 1 1 1 1 1 1 1 0 1 0 0 1 1 0 1 1 1 1 1 1 1 1 0 0 1 1 1 1 0 1 0 1 1 1 1"""


def example() -> tuple[np.ndarray, np.ndarray]:
    rows = [np.array([float(x) for x in text.split()]) for text in (ALBUMIN, PROTEIN, SCORE)]
    rows[2] = 10 - rows[2]
    return np.stack(rows), np.array([x == "1" for x in HELPED.split()])


def by_pairs(scores: np.ndarray, is_case: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Areas and DeLong's covariance from the definition: every case against every other."""
    cases, others = scores[:, is_case], scores[:, ~is_case]
    psi = (cases[:, :, None] > others[:, None, :]) + 0.5 * (cases[:, :, None] == others[:, None, :])
    v10, v01 = psi.mean(axis=2), psi.mean(axis=1)
    covariance = (
        np.atleast_2d(np.cov(v10)) / v10.shape[1] + np.atleast_2d(np.cov(v01)) / (v01.shape[1])
    )
    return psi.mean(axis=(1, 2)), covariance


def test_the_example_of_delong_counts_as_its_definition_says() -> None:
    scores, is_case = example()
    assert (is_case.sum(), (~is_case).sum()) == (31, 12)
    found = delong(scores, is_case)
    # as SAS/STAT prints them for this example: areas and standard errors to four decimals
    assert found.auc.round(4).tolist() == [0.7366, 0.6478, 0.7258]
    assert np.sqrt(np.diag(found.covariance)).round(4).tolist() == [0.0927, 0.1, 0.1028]
    assert [round(x, 4) for x in found.difference(0, 2)] == [0.0108, -0.1761, 0.1976]
    assert [round(x, 4) for x in found.difference(1, 2)] == [-0.078, -0.283, 0.1271]
    area, covariance = by_pairs(scores, is_case)
    assert found.auc == pytest.approx(area, abs=1e-14)
    assert found.covariance == pytest.approx(covariance, abs=1e-14)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 12), st.integers(2, 12), st.integers(1, 6))
def test_any_scores_count_as_the_definition_says(seed: int, m: int, n: int, levels: int) -> None:
    rng = np.random.default_rng(seed)
    scores = rng.integers(0, levels, (3, m + n)).astype(float)
    is_case = rng.permutation(np.arange(m + n) < m)
    found = delong(scores, is_case)
    area, covariance = by_pairs(scores, is_case)
    assert found.auc == pytest.approx(area, abs=1e-13)
    assert found.covariance == pytest.approx(covariance, abs=1e-13)
    for k in range(3):
        u = mannwhitneyu(scores[k, is_case], scores[k, ~is_case], method="asymptotic").statistic
        assert found.auc[k] == pytest.approx(u / (m * n))
    plain = weighted_areas(scores, is_case.astype(float), (~is_case).astype(float))
    assert plain == pytest.approx(area, abs=1e-13)


def test_a_score_that_says_nothing_has_an_area_of_a_half() -> None:
    is_case = np.array([True, False, True, False])
    found = delong(np.zeros((1, 4)), is_case)
    assert found.auc[0] == 0.5
    assert found.interval(0) == (0.5, 0.5)


def test_turning_a_score_around_turns_its_area_around() -> None:
    scores, is_case = example()
    assert delong(-scores, is_case).auc == pytest.approx(1 - delong(scores, is_case).auc)


def test_a_single_case_has_no_interval() -> None:
    found = delong(np.array([[3.0, 1.0, 2.0]]), np.array([True, False, False]))
    assert found.auc[0] == 1
    assert np.isnan(found.covariance).all()


def test_doubling_a_weight_is_counting_a_case_twice() -> None:
    scores = np.array([[3.0, 1.0, 2.0, 2.0]])
    weighted = weighted_areas(scores, np.array([2.0, 1, 0, 0]), np.array([0.0, 0, 1, 1]))
    twice = delong(np.array([[3.0, 3, 1, 2, 2]]), np.array([True, True, True, False, False]))
    assert weighted[0] == pytest.approx(twice.auc[0])


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 1000))
def test_a_draw_counts_whole_clusters_with_all_their_cells(seed: int) -> None:
    rng = np.random.default_rng(seed)
    scores = rng.integers(0, 5, (2, 40)).astype(float)
    is_case, clusters = rng.uniform(size=40) < 0.4, rng.integers(0, 5, 40)
    _, clusters = np.unique(clusters, return_inverse=True)
    weight = rng.uniform(0.5, 2, 40)
    found = cluster_draws(scores, weight, is_case, clusters, draws=30, seed=seed)
    count = clusters.max() + 1
    times = np.random.default_rng(seed).multinomial(count, np.full(count, 1 / count), size=30)
    times = times[:, clusters]
    expected = weighted_areas(
        scores, times * np.where(is_case, weight, 0), times * (~is_case).astype(float)
    )
    expected = expected[~np.isnan(expected).any(axis=1)]
    assert found.areas == pytest.approx(expected)


def test_the_interval_of_draws_holds_the_truth_about_as_often_as_it_says() -> None:
    # 60 worlds of independent cells, one cell a cluster: the interval should miss a true area
    # of normal scores, Phi(1 / sqrt 2) = 0.7602, now and then and not often
    rng = np.random.default_rng(7)
    held = 0
    for world in range(60):
        is_case = np.arange(90) < 30
        scores = (rng.normal(size=90) + is_case)[None]
        drawn = cluster_draws(scores, np.ones(90), is_case, np.arange(90), draws=300, seed=world)
        low, high = drawn.interval(0)
        held += low <= 0.76025 <= high
    assert 50 <= held <= 60


def test_best_is_only_what_is_above_all_others_beyond_doubt() -> None:
    areas = np.array([0.9, 0.7, 0.6])
    sure = [[None, 0.1, 0.2], [-0.3, None, 0.0], [-0.4, -0.2, None]]
    doubtful = [[None, -0.01, 0.2], [-0.3, None, 0.0], [-0.4, -0.2, None]]
    assert best_of("abc", areas, sure) == "a"
    assert best_of("abc", areas, doubtful) is None
