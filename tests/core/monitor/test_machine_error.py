"""A machine's errors on a judged sample: by hand, at the edges, and whether intervals hold."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ketenkaart.core.errors import InputError
from ketenkaart.core.monitor.coding import CodingCheck, correct_for_coding
from ketenkaart.core.monitor.estimating import Survey
from ketenkaart.core.monitor.judged_share import (
    MISSING,
    NEVER,
    READ,
    UNREADABLE,
    EndorsementShare,
    estimate_endorsement,
)
from ketenkaart.core.monitor.machine_error import (
    JudgedStratum,
    MachineError,
    correct_for_machine,
    level_errors,
    logit_ends,
    machine_error,
    too_few,
)
from ketenkaart.core.monitor.stages import lay_out
from ketenkaart.core.monitor.types import Domains

# 1,000 documents: the machine put 600 at 0, 200 at 1, 150 at 2 and 50 at 3; 20 of each judged.
BY_HAND = (
    JudgedStratum(0, 600, {0: 19, 2: 1}),
    JudgedStratum(1, 200, {0: 2, 1: 14, 2: 4}),
    JudgedStratum(2, 150, {1: 3, 2: 15, 3: 2}),
    JudgedStratum(3, 50, {2: 4, 3: 16}),
)


def test_sensitivity_and_specificity_by_hand() -> None:
    # Truly at 2 or above: 600/20 + 4 * 200/20 + 17 * 150/20 + 20 * 50/20 = 30 + 40 + 127.5 + 50.
    found = machine_error(BY_HAND, 2)
    assert found.sensitivity == pytest.approx(177.5 / 247.5)
    # Truly below: 570 + 160 + 22.5; of these the machine put 570 + 160 below.
    assert found.specificity == pytest.approx(730 / 752.5)
    assert (found.judged_above, found.judged_below) == (40, 40)


def test_the_variance_by_hand() -> None:
    # One level on each side: 80 of 100 judged below, 40 of 400 above; half a case is added.
    strata = (JudgedStratum(0, 100, {0: 76, 2: 4}), JudgedStratum(2, 400, {0: 4, 2: 36}))
    found = machine_error(strata, 2)
    yes, no = 100 * 4 / 80 + 400 * 36 / 40, 100 * 76 / 80 + 400 * 4 / 40
    sensitivity = 360 / yes
    p0, p2 = 4.5 / 81, 36.5 / 41
    s0 = (1 - 80 / 100) * p0 * (1 - p0) / 80
    s2 = (1 - 40 / 400) * p2 * (1 - p2) / 40
    wanted = s0 * (100 * -sensitivity / yes) ** 2 + s2 * (400 * (1 - sensitivity) / yes) ** 2
    assert found.variance_sensitivity == pytest.approx(wanted)
    specificity = 95 / no
    below = s0 * (100 * (1 - specificity) / no) ** 2 + s2 * (400 * specificity / no) ** 2
    assert found.variance_specificity == pytest.approx(below)
    assert found.covariance > 0  # a true case found above takes a false one away


def test_the_corrected_share_is_the_stratified_estimate() -> None:
    for line in (2, 3):
        error = machine_error(BY_HAND, line)
        as_read = {2: 0.2, 3: 0.05}[line]
        direct = sum(s.population * s.at_least(line) / s.judged for s in BY_HAND) / 1000
        assert correct_for_machine(as_read, 0.01, error).value == pytest.approx(direct)


def test_errors_per_level_by_hand() -> None:
    found = {item.level: item for item in level_errors(BY_HAND)}
    assert [(found[k].wrong, found[k].error) for k in range(4)] == [
        (1, 0.05), (6, 0.3), (5, 0.25), (4, 0.2),
    ]  # fmt: skip
    # Wilson's interval of 1 in 20, as R's prop.test(1, 20, correct = FALSE) prints it.
    assert found[0].low == pytest.approx(0.008881, abs=1e-5)
    assert found[0].high == pytest.approx(0.236131, abs=1e-5)
    assert found[3].recall == pytest.approx(40 / (40 + 15))


def test_with_two_independent_samples_it_is_the_correction_for_coding() -> None:
    """Without covariance and correction for small populations, both say the same."""
    check = CodingCheck(180, 200, 760, 800)
    plain = correct_for_coding(0.3, 0.02, check)
    tilde = (180.5 / 201, 760.5 / 801)
    error = MachineError(
        2, 0.9, 0.95, tilde[0] * (1 - tilde[0]) / 200, tilde[1] * (1 - tilde[1]) / 800, 0.0, 0, 0
    )
    found = correct_for_machine(0.3, 0.02, error)
    assert (found.value, found.se) == (pytest.approx(plain.value), pytest.approx(plain.se))


def test_a_census_judged_has_no_error_of_the_machine() -> None:
    strata = (JudgedStratum(0, 60, {0: 50, 2: 10}), JudgedStratum(2, 40, {0: 4, 2: 36}))
    found = correct_for_machine(0.4, 0.0, machine_error(strata, 2))
    assert found.value == pytest.approx(0.46)
    assert found.se == 0


@pytest.mark.parametrize(
    ("strata", "said"),
    [
        ((JudgedStratum(0, 90, {0: 4}), JudgedStratum(2, 90, {2: 60})), "at level 0, 4"),
        ((JudgedStratum(0, 90, {0: 9, 2: 0}), JudgedStratum(2, 90, {2: 60})), "level 2 below, 9"),
        ((JudgedStratum(2, 90, {2: 60}),), "level 2 below, 0"),
        ((JudgedStratum(0, 90, {0: 30}), JudgedStratum(2, 90, {0: 30})), "one side"),
        ((JudgedStratum(0, 90, {}), JudgedStratum(2, 90, {})), "0 were judged"),
    ],
)
def test_too_few_judged_is_said_and_refused(strata: tuple[JudgedStratum, ...], said: str) -> None:
    reason = too_few(strata, 2)
    assert reason is not None
    assert said in reason
    with pytest.raises(InputError, match="Too few"):
        machine_error(strata, 2)


def test_small_levels_judged_whole_are_enough() -> None:
    strata = (JudgedStratum(0, 90, {0: 28, 2: 2}), JudgedStratum(2, 3, {2: 3}))
    assert too_few(strata, 2) is None


def test_a_machine_that_tells_too_little_is_refused() -> None:
    strata = (
        JudgedStratum(0, 100, {0: 15, 2: 15}),
        JudgedStratum(2, 100, {0: 15, 2: 15}),
    )
    with pytest.raises(InputError, match="too little to put a share right"):
        correct_for_machine(0.5, 0.01, machine_error(strata, 2))


@pytest.mark.parametrize("truth", [{0: 11}, {0: -1}])
def test_counts_that_cannot_be_are_refused(truth: Mapping[int, int]) -> None:
    with pytest.raises(InputError, match="judged of"):
        JudgedStratum(0, 10, truth)


@given(
    share=st.floats(0, 1),
    counts=st.lists(st.integers(0, 30), min_size=8, max_size=8),
    se=st.floats(0, 0.2),
)
def test_what_is_put_right_stays_a_share(share: float, counts: list[int], se: float) -> None:
    strata = [
        JudgedStratum(level, 200, {0: counts[2 * level], 2: counts[2 * level + 1]})
        for level in range(4)
    ]
    if too_few(strata, 2):
        return
    try:
        found = correct_for_machine(share, se, machine_error(strata, 2))
    except InputError:
        return
    low, high = logit_ends(found.value, found.se, 0.95)
    assert 0 <= low <= found.value <= high <= 1
    assert not math.isnan(found.se)


# Companies


def survey_of(count: int) -> Survey:
    return Survey(lay_out(None, [], [np.arange(count)], [], names=(), lonely="fail"))


def share_of(
    levels: list[int], states: list[int], strata: tuple[JudgedStratum, ...] = ()
) -> EndorsementShare:
    found = estimate_endorsement(
        survey_of(len(levels)), np.array(levels), np.array(states), 2, strata
    )
    return found.rows[0]


def test_companies_without_a_level_are_non_response_and_never_level_0() -> None:
    levels = [3] * 6 + [0] * 4 + [NEVER] * 10
    states = [READ] * 10 + [UNREADABLE] * 4 + [MISSING] * 6
    row = share_of(levels, states)
    assert row.machine.estimate == pytest.approx(0.6)
    assert (row.companies, row.read, row.unreadable, row.missing) == (20, 10, 4, 6)
    assert row.corrected is None
    assert row.answered == pytest.approx(0.5)
    assert (row.if_none, row.if_all) == (pytest.approx(0.3), pytest.approx(0.8))


def test_nothing_read_is_no_share() -> None:
    row = share_of([NEVER] * 4, [MISSING] * 4)
    assert row.machine.estimate is None
    assert (row.if_none, row.if_all) == (None, None)


def test_the_same_documents_leave_the_error_that_judging_all_would_have() -> None:
    levels = [0] * 600 + [1] * 200 + [2] * 150 + [3] * 50
    row = share_of(levels, [READ] * 1000, BY_HAND)
    assert row.corrected is not None
    value = row.corrected.estimate
    assert value == pytest.approx(0.2475)
    assert row.corrected.se_sample == pytest.approx(math.sqrt(value * (1 - value) / 999), rel=1e-6)
    assert row.corrected.se_machine > 0
    assert row.corrected.low < value < row.corrected.high
    # In a group of them chance in the machine's errors counts too.
    whole = estimate_endorsement(
        survey_of(1000), np.array(levels), np.full(1000, READ), 2, BY_HAND,
        Domains(np.zeros(1000, dtype=np.int64), ("all",)),
    ).rows[0]  # fmt: skip
    assert whole.corrected is not None
    assert whole.corrected.se > row.corrected.se


CONFUSION = np.array(
    [[0.92, 0.06, 0.02, 0], [0.05, 0.85, 0.10, 0], [0.02, 0.10, 0.83, 0.05], [0, 0.02, 0.15, 0.83]]
)


@pytest.mark.long
@pytest.mark.parametrize(
    ("truth", "companies", "judged", "by_group"),
    [
        ((0.45, 0.20, 0.22, 0.13), 300, 80, False),
        ((0.45, 0.20, 0.22, 0.13), 300, 120, True),
        ((0.80, 0.10, 0.07, 0.03), 500, 120, False),
        ((0.03, 0.05, 0.62, 0.30), 500, 120, False),
        ((0.45, 0.20, 0.22, 0.13), 150, 40, False),
    ],
)
def test_intervals_hold_the_true_share_in_at_least_94_of_100_samples(
    truth: tuple[float, ...], companies: int, judged: int, by_group: bool
) -> None:
    random = np.random.default_rng(20261123)
    right = inside = off = 0.0
    rounds, wanted = 1500, sum(truth[2:])
    for _ in range(rounds):
        row = simulated(random, np.array(truth), companies, judged, by_group)
        if row.corrected is None:
            continue
        right += 1
        inside += row.corrected.low <= wanted <= row.corrected.high
        off += row.corrected.estimate - wanted
    assert right > 0.95 * rounds
    assert inside / right >= 0.94
    assert abs(off / right) < 0.01


def simulated(
    random: np.random.Generator,
    truth: np.ndarray[tuple[int], np.dtype[np.float64]],
    companies: int,
    judged: int,
    by_group: bool,
) -> EndorsementShare:
    """Draw companies with a true level, let a machine err, judge some, put the share right."""
    true = random.choice(4, companies, p=truth)
    machine = (random.random(companies)[:, None] > CONFUSION.cumsum(1)[true]).sum(1)
    is_read = random.random(companies) > 0.1
    levels = np.where(is_read, machine, NEVER).astype(np.int64)
    strata = []
    for level in sorted(set(levels.tolist()) - {NEVER}):
        there = np.flatnonzero(levels == level)
        drawn = random.choice(there, min(len(there), judged // 4), replace=False)
        names, counts = np.unique(true[drawn], return_counts=True)
        judged_so = dict(zip(names.tolist(), counts.tolist(), strict=True))
        strata.append(JudgedStratum(level, len(there), judged_so))
    groups = Domains((random.random(companies) < 0.5).astype(np.int64), ("a", "b"))
    states = np.where(is_read, READ, MISSING)
    return estimate_endorsement(
        survey_of(companies), levels, states, 2, strata, groups if by_group else None
    ).rows[0]
