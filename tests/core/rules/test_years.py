"""Two years to gain a status, two to lose it: every course of up to five years, counted out."""

from __future__ import annotations

from datetime import date
from itertools import pairwise, product

import numpy as np
import pytest

from ketenkaart.core.governance.rules.evaluate import evaluate
from ketenkaart.core.governance.rules.kleene import NO, UNKNOWN, YES, at_least, sustained
from ketenkaart.core.governance.rules.sweep import Population, evaluate_all
from ketenkaart.core.governance.rules.tree import (
    Leaf,
    Sustained,
    begin_of,
    first_year_from,
)
from ketenkaart.core.governance.rules.types import Application
from ketenkaart.core.governance.rules.values import Cell, Facts
from ketenkaart.core.provenance import Citation, Grade

CITED = Citation(source="own", grade=Grade.ASSUMED)


def counted_out(values: tuple[int, ...]) -> int:
    """The answer by trying every course of the unknown years and both statuses before them."""
    found = set()
    known = {NO: (False,), YES: (True,), UNKNOWN: (False, True)}
    for course in product(*(known[value] for value in values)):
        for before in (False, True):
            holds = before
            for older, newer in pairwise(reversed(course)):
                if older == newer:
                    holds = newer
            found.add(holds)
    if len(values) == 1:
        # One year alone can end or begin a status with the year before it, which is not known.
        return UNKNOWN
    return UNKNOWN if len(found) == 2 else (YES if found.pop() else NO)


@pytest.mark.parametrize("years", [1, 2, 3, 4, 5])
def test_every_course_of_years(years: int) -> None:
    courses = list(product((NO, UNKNOWN, YES), repeat=years))
    expected = [counted_out(values) for values in courses]
    assert [sustained(values) for values in courses] == expected
    cells = [Cell("e", "", 2025 - back) for back in range(years)]
    node = Sustained(tuple(Leaf(cell, "at_least", (1.0,)) for cell in cells))
    column = {NO: 0.0, UNKNOWN: np.nan, YES: 1.0}
    population = Population(
        len(courses),
        {cell: np.array([column[c[k]] for c in courses]) for k, cell in enumerate(cells)},
    )
    assert evaluate_all(node, population).tolist() == expected
    firms = [
        Facts({cell: (v / 2, v / 2) for cell, v in zip(cells, c, strict=True) if v != UNKNOWN})
        for c in courses
    ]
    assert [evaluate(node, firm) for firm in firms] == expected


@pytest.mark.parametrize("size", [1, 2, 3, 4])
def test_at_least_k_of_n_counted_out(size: int) -> None:
    for values in product((NO, UNKNOWN, YES), repeat=size):
        for needed in range(1, size + 1):
            outcomes = {
                sum(course) >= needed
                for course in product(*({NO: (0,), YES: (1,), UNKNOWN: (0, 1)}[v] for v in values))
            }
            expected = UNKNOWN if len(outcomes) == 2 else (YES if outcomes.pop() else NO)
            assert at_least(needed, values) == expected


@pytest.mark.parametrize(
    ("end", "first"),
    [
        (1231, date(2027, 1, 1)), (331, date(2027, 4, 1)), (101, date(2027, 1, 2)),
        (1230, date(2027, 12, 31)), (229, date(2027, 3, 1)), (228, date(2027, 3, 1)),
    ],
)  # fmt: skip
def test_the_first_financial_year_from_a_day(end: int, first: date) -> None:
    assert first_year_from(date(2027, 1, 1), end) == (first, first)
    low, high = first_year_from(date(2027, 1, 1), None)
    assert low <= first <= high


def test_a_leap_day_can_be_a_first_day() -> None:
    day = date(2028, 2, 29)
    starts = [first_year_from(day, 100 * month + 15)[0] for month in range(1, 13)]
    low, high = first_year_from(day, None)
    assert all(low <= start <= high for start in [*starts, first_year_from(day, 227)[0]])


def test_an_application_by_the_end_of_a_year() -> None:
    item = Application(financial_year_ending=date(2016, 3, 31), citation=CITED)
    assert begin_of(item, 331) == (date(2016, 3, 31), date(2016, 3, 31))
    assert begin_of(item, 1231)[0] == date(2016, 12, 31)
    assert begin_of(item, None) == (date(2016, 3, 31), date(2017, 3, 30))
