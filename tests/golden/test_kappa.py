"""Cohen's kappa against published worked examples, and its laws."""

from __future__ import annotations

import itertools
from math import sqrt

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ketenkaart.core.ledger.agreement import NORMAL_95, cohens_kappa

# Two dermatologists, 88 patients: SAS/STAT User's Guide, The FREQ Procedure, Getting Started,
# "Agreement Study" (support.sas.com); kappa 0.3449, standard error 0.0724, 0.2030 to 0.4868.
SKIN = [[10, 4, 1, 0], [5, 10, 12, 2], [2, 4, 12, 5], [0, 2, 6, 13]]
# Two raters, 100 subjects: J.L. Fleiss, Statistical Methods for Rates and Proportions, 2nd ed.
# (Wiley, 1981), table 13.1, p. 213; kappa 0.68.
DIAGNOSES = [[75, 1, 4], [5, 4, 1], [0, 0, 10]]


def pairs(table: list[list[int]]) -> list[tuple[str, str]]:
    return [
        (str(i), str(j))
        for i, row in enumerate(table)
        for j, count in enumerate(row)
        for _ in range(count)
    ]


def test_the_published_example_of_two_dermatologists() -> None:
    found = cohens_kappa("skin", pairs(SKIN))
    assert (found.items, found.equal) == (88, 45)
    assert found.value == pytest.approx(0.3449, abs=5e-5)
    assert found.low == pytest.approx(0.2030, abs=5e-5)
    assert found.high == pytest.approx(0.4868, abs=5e-5)
    assert (found.high - found.low) / 2 / NORMAL_95 == pytest.approx(0.0724, abs=5e-5)


def test_the_published_example_of_diagnoses() -> None:
    found = cohens_kappa("diagnosis", pairs(DIAGNOSES))
    assert found.share == pytest.approx(0.89)
    assert found.value == pytest.approx(0.68, abs=0.005)


TABLES = st.lists(st.lists(st.integers(0, 12), min_size=3, max_size=3), min_size=3, max_size=3)


@given(TABLES)
def test_the_variance_is_that_of_the_delta_method(table: list[list[int]]) -> None:
    """The closed form equals the gradient of kappa, taken numerically, under a multinomial."""
    given_pairs = pairs(table)
    found = cohens_kappa("x", given_pairs)
    assume(found.low is not None and found.high is not None)
    assume(found.low > -1 and found.high < 1)
    total = len(given_pairs)
    cells = list(itertools.product(range(3), repeat=2))
    shares = {cell: table[cell[0]][cell[1]] / total for cell in cells}

    def kappa(p: dict[tuple[int, int], float]) -> float:
        whole = sum(p.values())
        rows = [sum(p[i, j] for j in range(3)) / whole for i in range(3)]
        columns = [sum(p[i, j] for i in range(3)) / whole for j in range(3)]
        alike = sum(p[i, i] for i in range(3)) / whole
        chance = sum(r * c for r, c in zip(rows, columns, strict=True))
        return (alike - chance) / (1 - chance)

    step = 1e-6
    slope = {
        cell: (
            kappa(shares | {cell: shares[cell] + step})
            - kappa(shares | {cell: shares[cell] - step})
        )
        / (2 * step)
        for cell in cells
    }
    mean = sum(shares[cell] * slope[cell] for cell in cells)
    variance = (sum(shares[cell] * slope[cell] ** 2 for cell in cells) - mean**2) / total
    error = (found.high - found.low) / 2 / NORMAL_95
    assert error == pytest.approx(sqrt(max(variance, 0)), abs=1e-4)


@given(TABLES)
def test_kappa_does_not_depend_on_who_comes_first_or_on_names(table: list[list[int]]) -> None:
    given_pairs = pairs(table)
    found = cohens_kappa("x", given_pairs)
    turned = cohens_kappa("x", [(b, a) for a, b in given_pairs])
    renamed = cohens_kappa("x", [(f"n{a}", f"n{b}") for a, b in given_pairs])
    for other in (turned, renamed):
        assert (other.items, other.equal, other.undefined) == (
            found.items, found.equal, found.undefined,
        )  # fmt: skip
        for name in ("value", "low", "high"):
            assert getattr(other, name) == pytest.approx(getattr(found, name))


@given(TABLES)
def test_kappa_stays_in_its_bounds(table: list[list[int]]) -> None:
    found = cohens_kappa("x", pairs(table))
    if found.value is not None:
        assert -1 - 1e-12 <= found.value <= 1 + 1e-12
    if found.low is not None:
        assert -1 <= found.low <= found.value <= found.high <= 1


def test_what_cannot_be_computed_is_said() -> None:
    none = cohens_kappa("x", [])
    assert (none.value, none.share, none.undefined) == (None, None, "no_items")
    same = cohens_kappa("x", [("a", "a")] * 7)
    assert (same.value, same.equal, same.undefined) == (None, 7, "one_category")
    whole = cohens_kappa("x", [("a", "a"), ("b", "b")])
    assert (whole.value, whole.low, whole.undefined) == (1.0, None, None)
    assert cohens_kappa("x", [("a", "b"), ("b", "a")]).value == -1.0
