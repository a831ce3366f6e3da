"""Scales, segments and latent classes: by hand, against published figures, and known truth."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as tried
from hypothesis import strategies as st
from scipy.stats import f

from ketenkaart.core.monitor.motives.latent import fit_classes, stability
from ketenkaart.core.monitor.motives.placing import adjusted_rand, place
from ketenkaart.core.monitor.motives.reliability import cronbach, feldt, omega, reliability
from ketenkaart.core.monitor.motives.scoring import behaviour_scores, scale_score, turned
from ketenkaart.core.monitor.motives.types import Answers, SegmentRule
from ketenkaart.core.monitor.types import NOT_APPLICABLE, REFUSED, UNKNOWN
from ketenkaart.sources.reference.motives import load_questionnaire, load_segment_rule

ASKED = load_questionnaire()
RULE = load_segment_rule(ASKED)
STEPS = [scale.id for scale in ASKED.of_kind("behaviour")]
PLACES = [(name, slice(2 * k, 2 * k + 2)) for k, name in enumerate(STEPS)]

# Chatterjee & Price (1977), Regression Analysis by Example: what employees of 30 departments think.
# R ships it as `attitude`; psych's documentation gives alpha 0.84.
ATTITUDE = """
43 51 30 39 61 92 45|63 64 51 54 63 73 47|71 70 68 69 76 86 48|61 63 45 47 54 84 35
81 78 56 66 71 83 47|43 55 49 44 54 49 34|58 67 42 56 66 68 35|71 75 50 55 70 66 41
72 82 72 67 71 83 31|67 61 45 47 62 80 41|64 53 53 58 58 67 34|67 60 47 39 59 74 41
69 62 57 42 55 63 25|68 83 83 45 59 77 35|77 77 54 72 79 77 46|81 90 50 72 60 54 36
74 85 64 69 79 79 63|65 60 65 75 55 80 60|65 70 46 57 75 85 46|50 58 68 54 64 78 52
50 40 33 34 43 64 33|64 61 52 62 66 80 41|53 66 52 50 63 80 37|40 37 42 58 50 57 49
63 54 42 48 66 75 33|66 77 66 63 88 76 72|78 75 58 74 80 78 49|48 57 44 45 51 83 38
85 85 71 71 77 74 55|82 82 39 59 64 78 39
"""


def _attitude() -> np.ndarray:
    lines = [row for line in ATTITUDE.split("\n") for row in line.split("|") if row.strip()]
    return np.array([[float(cell) for cell in row.split()] for row in lines])


# --- reliability ------------------------------------------------------------------------------


def test_the_published_data_are_those_of_the_book() -> None:
    data = _attitude()
    assert data.shape == (30, 7)
    design = np.column_stack([np.ones(30), data[:, 1:]])
    found, *_ = np.linalg.lstsq(design, data[:, 0], rcond=None)
    # the regression of the book, as R prints it
    assert found == pytest.approx(
        [10.78708, 0.61319, -0.07305, 0.32033, 0.08173, 0.03838, -0.21706], abs=5e-6
    )


def test_alpha_of_published_data() -> None:
    found = reliability(_attitude())
    assert found.cases == 30
    assert round(found.alpha, 2) == 0.84
    assert found.alpha_low < found.alpha < found.alpha_high
    assert 0.8 < found.omega < 0.9


def test_alpha_by_hand() -> None:
    # item variances 5/3, 5/3, 5/3 and every covariance 1: 3/2 × (1 − 5 / 11)
    covariance = np.full((3, 3), 1.0) + np.eye(3) * 2 / 3
    assert cronbach(covariance) == pytest.approx(1.5 * (1 - 5 / 11))
    assert cronbach(np.zeros((3, 3))) is None


def test_the_interval_of_alpha_by_hand() -> None:
    low, high = feldt(0.8, 41, 5, 0.95)
    assert low == pytest.approx(1 - 0.2 * f.ppf(0.975, 40, 160))
    assert high == pytest.approx(1 - 0.2 * f.ppf(0.025, 40, 160))


@tried(max_examples=20)
@given(st.lists(st.floats(0.2, 2), min_size=3, max_size=8), st.lists(st.floats(0.2, 2), min_size=8))
def test_omega_finds_the_factor_that_made_the_items(
    loadings: list[float], alone: list[float]
) -> None:
    own, rest = np.array(loadings), np.array(alone[: len(loadings)])
    made = np.outer(own, own) + np.diag(rest)
    assert omega(made) == pytest.approx(own.sum() ** 2 / (own.sum() ** 2 + rest.sum()), abs=2e-4)
    # never below alpha, and equal where all loadings are (McDonald 1999)
    assert omega(made) >= cronbach(made) - 2e-4
    even = np.full((4, 4), 0.5) + np.diag(rest[:4] if len(rest) > 3 else np.ones(4))
    assert omega(even) == pytest.approx(cronbach(even), abs=1e-6)


def test_omega_is_not_given_where_there_is_no_factor() -> None:
    assert omega(np.eye(2)) is None
    signs = np.array([1.0, 1.0, -1.0])
    assert omega(np.outer(signs, signs) * 0.5 + np.eye(3) * 0.5) is None


def test_few_answers_give_no_alpha() -> None:
    assert reliability(np.ones((9, 3))).alpha is None
    some = np.full((40, 3), np.nan)
    assert (reliability(some).cases, reliability(some).alpha) == (0, None)


# --- scores -----------------------------------------------------------------------------------


def test_missing_answers_by_the_rule() -> None:
    nan = np.nan
    values = np.array([[5, 4, nan], [5, nan, nan], [2, nan, nan], [nan] * 3, [nan] * 3])
    u, a, r = UNKNOWN, NOT_APPLICABLE, REFUSED
    states = np.array([[0, 0, u], [0, u, r], [0, a, a], [a, a, a], [r, r, u]], dtype=np.int8)
    score, why = scale_score(values, states, 0.66)
    assert score[:3].tolist()[0::2] == [4.5, 2]
    assert np.isnan(score[[1, 3, 4]]).all()
    assert why.tolist() == [0, UNKNOWN, 0, NOT_APPLICABLE, REFUSED]


def test_reversed_items_are_turned() -> None:
    (scale,) = (item for item in ASKED.scales if item.id == "capacity")
    found = turned(scale, np.array([[1.0, 5.0, 1.0]]), (1, 2, 3, 4, 5))
    assert found.tolist() == [[1, 5, 5]]


def _behaviour(rows: list[list[int]]):
    """Return scores of answers; -1 stands for unknown, -2 for not applicable."""
    raw = np.array(rows, dtype=np.float64)
    states = np.where(raw == -1, UNKNOWN, np.where(raw == -2, NOT_APPLICABLE, 0)).astype(np.int8)
    return behaviour_scores(Answers(np.where(raw < 0, np.nan, raw), states), PLACES, 2.0, RULE)


def test_segments_by_hand() -> None:
    rows = [
        [2] * 12,  # does all
        [2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 0, 0],  # 10/12 = 0.83
        [2, 2, 0, 1, 2, 2, 2, 2, 2, 2, 2, 2],  # 0.875, yet hardly finds risks
        [1] * 12,  # half
        [0] * 12,
        [1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 0, 0],  # 5/24 = 0.21
        [1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0],  # 6/24 = 0.25: the pack begins here
        [2, 2, 2, 2, 2, 2, 2, 2, 2, 2, -2, -2],  # remedy does not apply: all of the rest
        [2] * 11 + [-1],  # could be 23/24 or all: a leader either way
        [-1] * 12,
        [1] * 11 + [-1],
        [-2] * 12,
        [0] * 8 + [-1] * 4,  # 0 or 8/24: lag or pack
    ]
    found = _behaviour(rows)
    placed = place(found, STEPS, RULE)
    assert placed.tolist() == [0, 0, 1, 1, 2, 2, 1, 0, 0, -1, 1, -1, -1]
    assert found.central[7] == 1
    assert np.isnan(found.central[8])


@tried(max_examples=60)
@given(
    st.lists(st.integers(-2, 2), min_size=12, max_size=12).filter(
        lambda row: sum(cell == -1 for cell in row) <= 5
    )
)
def test_no_missing_answer_could_change_a_place(row: list[int]) -> None:
    (placed,) = place(_behaviour([row]), STEPS, RULE).tolist()
    gaps = [k for k, cell in enumerate(row) if cell == -1]
    ways = []
    for filled in product((0, 1, 2), repeat=len(gaps)):
        whole = list(row)
        for k, value in zip(gaps, filled, strict=True):
            whole[k] = value
        ways.append(whole)
    places = set(place(_behaviour(ways), STEPS, RULE).tolist())
    assert places == {placed} if placed != -1 else len(places) > 1 or places == {-1}


def test_a_rule_that_cannot_be_is_refused() -> None:
    data = RULE.model_dump(by_alias=True)
    with pytest.raises(ValueError, match="laggards end below"):
        SegmentRule.model_validate({**data, "laggards": {"under": 0.8}})
    with pytest.raises(ValueError, match="some step has weight"):
        SegmentRule.model_validate({**data, "step_weights": dict.fromkeys(STEPS, 0)})


# --- latent classes ---------------------------------------------------------------------------


def _made(count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return answers of three known classes to twelve items, and the class of each firm."""
    rng = np.random.default_rng(seed)
    truth = rng.choice(3, count, p=[0.25, 0.45, 0.3])
    chances = np.array([[0.05, 0.15, 0.8], [0.2, 0.6, 0.2], [0.8, 0.15, 0.05]])
    answers = np.array([[rng.choice(3, p=chances[k]) for _ in range(12)] for k in truth])
    answers[rng.random(answers.shape) < 0.1] = -1
    return answers, truth


def test_latent_classes_find_the_truth() -> None:
    answers, truth = _made(600, 2)
    fits = {
        count: fit_classes(answers, (3,) * 12, count, np.random.default_rng(count), starts=6)
        for count in (1, 2, 3, 4)
    }
    assert min(fits, key=lambda count: fits[count].bic) == 3
    found = fits[3]
    assert found.shares == pytest.approx([0.25, 0.45, 0.3], abs=0.05)
    for chances in found.chances:
        assert chances[0] == pytest.approx([0.05, 0.15, 0.8], abs=0.12)
        assert chances.sum(axis=1) == pytest.approx(np.ones(3))
    assert (found.placed == truth).mean() > 0.95
    assert found.membership.sum(axis=1) == pytest.approx(np.ones(600))
    # likelihood rises with classes, BIC counts what they cost
    likelihoods = [fits[count].log_likelihood for count in (1, 2, 3, 4)]
    assert likelihoods == sorted(likelihoods)
    assert found.parameters == 2 + 3 * 12 * 2
    middle, low = stability(answers, (3,) * 12, found, np.random.default_rng(1), draws=4)
    assert middle >= low > 0.85


def test_one_class_is_the_shares_themselves() -> None:
    answers = np.array([[0, 1], [0, 0], [1, 1], [-1, 1]])
    found = fit_classes(answers, (2, 2), 1, np.random.default_rng(1), starts=1)
    assert found.chances[0][0] == pytest.approx([2 / 3, 1 / 3])
    by_hand = 2 * np.log(2 / 3) + np.log(1 / 3) + 3 * np.log(3 / 4) + np.log(1 / 4)
    assert found.log_likelihood == pytest.approx(by_hand)
    assert found.bic == pytest.approx(2 * np.log(4) - 2 * by_hand)
    assert stability(answers, (2, 2), found, np.random.default_rng(1)) is None


def test_answers_without_groups_ask_for_one_class() -> None:
    rng = np.random.default_rng(9)
    answers = rng.integers(0, 3, (300, 8))
    fits = [fit_classes(answers, (3,) * 8, k, np.random.default_rng(k), starts=4) for k in (1, 2)]
    assert fits[0].bic < fits[1].bic


def test_the_same_seed_gives_the_same_groups() -> None:
    answers, _ = _made(120, 5)
    one, two = (
        fit_classes(answers, (3,) * 12, 3, np.random.default_rng(7), starts=3) for _ in range(2)
    )
    assert np.array_equal(one.membership, two.membership)


@tried(max_examples=40)
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2)), min_size=3, max_size=40))
def test_the_rand_index_by_counting_pairs(rows: list[tuple[int, int]]) -> None:
    one, two = (np.array(part) for part in zip(*rows, strict=True))
    pairs = [(i, j) for i in range(len(rows)) for j in range(i)]
    both = sum(one[i] == one[j] and two[i] == two[j] for i, j in pairs)
    a, b = (sum(codes[i] == codes[j] for i, j in pairs) for codes in (one, two))
    expected, most = a * b / len(pairs), (a + b) / 2
    by_hand = 1.0 if most == expected else (both - expected) / (most - expected)
    assert adjusted_rand(one, two) == pytest.approx(by_hand)
    assert adjusted_rand(one, two) == pytest.approx(adjusted_rand(two, one))


# --- the questionnaire ------------------------------------------------------------------------


def test_the_questionnaire_asks_for_every_motive_and_step_in_both_languages() -> None:
    motives = {scale.id for scale in ASKED.of_kind("motive")}
    assert motives == {
        "intrinsic", "market", "law", "reputation", "finance", "capacity", "cost",
    }  # fmt: skip
    assert STEPS == ["embed", "identify", "act", "track", "communicate", "remedy"]
    texts = [item.text for scale in ASKED.scales for item in scale.items]
    assert len({text.nl for text in texts}) == len({text.en for text in texts}) == len(texts)
    assert all(text.nl.endswith(".") and text.en.endswith(".") for text in texts)
    assert {option.code for option in ASKED.answers.no_answer} == {
        "unknown", "not_applicable", "refused",
    }  # fmt: skip
