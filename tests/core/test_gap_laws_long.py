"""The laws of the gap over many more worlds than a quick run tries."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import test_gap_laws as laws

pytestmark = pytest.mark.long

BY_COUNT: list[Callable[..., None]] = [
    laws.test_adding_an_instrument_never_raises_any_end,
    laws.test_ends_enclose_the_centre_and_stay_in_the_unit_interval,
    laws.test_grouping_products_that_are_treated_alike_loses_nothing,
    laws.test_credits_sum_to_the_covered_weight,
]


@pytest.mark.parametrize("law", BY_COUNT, ids=lambda law: law.__name__)
def test_law_over_many_worlds(law) -> None:
    for seed in range(1500):
        law.hypothesis.inner_test(seed=seed, count=1 + seed % 5)


def test_splits_and_sums_over_many_worlds() -> None:
    for seed in range(600):
        laws.test_aggregating_results_conserves_amounts.hypothesis.inner_test(seed=seed)
        laws.test_a_proportional_split_of_a_region_changes_nothing.hypothesis.inner_test(
            seed=seed, share=0.05 + 0.9 * (seed % 19) / 19
        )
