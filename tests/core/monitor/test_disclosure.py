"""Totals of firms are published without giving a firm away, to readers or to one another.

The attackers here share no code with what they attack: every published cell is an equation over
all cells, solved anew.
"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from ketenkaart.core.errors import InputError
from ketenkaart.core.monitor.disclosure.audit import exposures, reader_bounds
from ketenkaart.core.monitor.disclosure.primary import reason_of, unsafe
from ketenkaart.core.monitor.disclosure.protect import protect
from ketenkaart.core.monitor.disclosure.releases import (
    Release,
    changed_members,
    pins_down,
    public_already,
    release_of,
)
from ketenkaart.core.monitor.disclosure.tabulate import tabulate
from ketenkaart.core.monitor.disclosure.types import (
    Contributions,
    Dimension,
    Reason,
    Rules,
    Table,
)

RULES = Rules()


def made(seed: int, rows: int = 6, columns: int = 5, firms: int = 80, groups: int = 40) -> Table:
    """Return a table of skewed figures, as firms' figures are."""
    random = np.random.default_rng(seed)
    places = np.stack([random.integers(0, rows, firms), random.integers(0, columns, firms)], axis=1)
    return tabulate(
        Contributions(
            random.integers(0, groups, firms),
            places,
            np.round(random.lognormal(4, 1.2, firms), 1),
            tuple(f"g{k}" for k in range(groups)),
        ),
        [
            Dimension("sector", tuple(f"s{k}" for k in range(rows))),
            Dimension("country", tuple(f"c{k}" for k in range(columns))),
        ],
    )


def one_cell(gives: dict[str, float]) -> Table:
    """Return a table of one cell and its total."""
    return tabulate(
        Contributions(
            np.arange(len(gives)),
            np.zeros((len(gives), 1), dtype=np.int64),
            np.array(list(gives.values()), dtype=np.float64),
            tuple(gives),
        ),
        [Dimension("sector", ("food",))],
    )


def independent_bounds(table: Table, withheld, cell: int, known) -> tuple[float, float]:
    """Return what an attacker finds, from sums over the finest cells alone."""
    finest = [k for k, key in enumerate(table.keys) if "total" not in key]
    lines = [
        [
            float(
                all(
                    mine in ("total", theirs)
                    for mine, theirs in zip(key, table.keys[k], strict=True)
                )
            )
            for k in finest
        ]
        for key in table.keys
    ]
    lines = np.array(lines)
    told = [k for k in range(len(table)) if not withheld[k]]
    # Whoever knows what he gave knows it of every total that it counts in.
    limits = [(known[k], 0.0 if not len(table.members(k)[0]) else None) for k in finest]
    found = []
    for sign in (1, -1):
        solved = linprog(
            sign * lines[cell], A_eq=lines[told], b_eq=table.value[told], bounds=limits
        )
        found.append(sign * np.inf * -1 if solved.status == 3 else float(sign * solved.fun))
    return found[0], found[1]


def gives_to(table: Table, group: int) -> np.ndarray:
    return np.array([
        sum(v for g, v in zip(*table.members(k), strict=True) if g == group)
        for k in range(len(table))
    ])  # fmt: skip


def nobody_is_close(table: Table, withheld, cells, groups) -> None:
    """Assert that no attacker comes within ten per cent of what others gave."""
    for group in [None, *groups]:
        known = np.zeros(len(table)) if group is None else gives_to(table, group)
        for cell in cells:
            others = table.value[cell] - known[cell]
            if others <= 1e-6 * table.value[cell]:
                continue
            low, high = independent_bounds(table, withheld, cell, known)
            assert high - table.value[cell] >= 0.0999 * others
            assert table.value[cell] - low >= 0.0999 * others


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ([700, 200, 60, 40, 10], None),
        ([900, 60, 40, 10], Reason.ESTIMABLE),
        ([100, 60], Reason.TOO_FEW_GROUPS),
        ([100], Reason.TOO_FEW_GROUPS),
        ([100, 60, 9.9], Reason.ESTIMABLE),
        ([100, 60, 10], None),
        ([0, 0, 0, 0], Reason.ALL_ZERO),
        ([], None),
    ],
)
def test_which_totals_are_unsafe_by_themselves(values, reason) -> None:
    assert reason_of(np.array(values, dtype=np.float64), RULES) is reason


def test_firms_of_one_group_count_as_one() -> None:
    """As units 700, 200, 60, 40, 10 are safe; where the first two are one group, they are not."""
    values, food = np.array([700.0, 200, 60, 40, 10]), np.zeros((5, 1), dtype=np.int64)
    sector = [Dimension("sector", ("food",))]
    apart = Contributions(np.arange(5), food, values, tuple("abcde"))
    together = Contributions(np.array([0, 0, 1, 2, 3]), food, values, tuple("abcd"))
    assert unsafe(tabulate(apart, sector), RULES) == {}
    assert set(unsafe(tabulate(together, sector), RULES).values()) == {Reason.ESTIMABLE}


def test_dominance_is_a_rule_of_its_own() -> None:
    values = np.array([400.0, 300, 200, 60, 40])
    assert reason_of(values, RULES) is None
    assert reason_of(values, Rules(dominance=(3, 75))) is Reason.DOMINATED
    assert reason_of(values, Rules(dominance=(3, 95))) is None


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.floats(0, 1e6), min_size=3, max_size=8),
    st.floats(1, 60),
)
def test_a_safe_total_keeps_every_group_from_every_other(values, percent) -> None:
    """The p % rule holds for the second largest; so it holds for every pair."""
    if reason_of(np.array(values), Rules(percent=percent)) is not None:
        return
    total = sum(values)
    for k, mine in enumerate(values):
        for other in values[:k] + values[k + 1 :]:
            assert total - mine - other >= percent / 100 * other - 1e-6 * total


def test_a_table_adds_up_over_a_hierarchy() -> None:
    random = np.random.default_rng(5)
    codes = ("10", "13", "14", "62")
    above = {"10": "C", "13": "textiles", "14": "textiles", "textiles": "C"}
    places = random.integers(0, 4, (50, 1))
    value = random.lognormal(3, 1, 50)
    table = tabulate(
        Contributions(np.arange(50), places, value, tuple(f"g{k}" for k in range(50))),
        [Dimension("sector", codes, above)],
    )
    of = {key[0]: value for key, value in zip(table.keys, table.value.tolist(), strict=True)}
    assert of["textiles"] == pytest.approx(of["13"] + of["14"])
    assert of["C"] == pytest.approx(of["10"] + of["textiles"])
    assert of["total"] == pytest.approx(of["C"] + of["62"]) == pytest.approx(value.sum())
    sums = np.zeros(int(table.relation_row.max()) + 1)
    np.add.at(sums, table.relation_row, table.relation_sign * table.value[table.relation_cell])
    assert np.abs(sums).max() < 1e-9 * value.sum()


@pytest.mark.parametrize(
    "seed", [0, 1, *(pytest.param(seed, marks=pytest.mark.long) for seed in range(2, 5))]
)
def test_no_reader_and_no_member_comes_close(seed: int) -> None:
    table = made(seed, rows=4, columns=4, firms=[40, 90][seed % 2], groups=25)
    found = unsafe(table, RULES)
    done = protect(table, found, RULES)
    assert found.keys() <= done.reasons.keys()
    nobody_is_close(table, done.withheld, found, range(25))
    assert exposures(table, done.withheld, found, RULES) == []


@pytest.mark.parametrize("seeds", [range(1), pytest.param(range(1, 3), marks=pytest.mark.long)])
def test_the_attack_finds_what_withholding_unsafe_cells_alone_leaves_open(seeds: range) -> None:
    """Without further cells many unsafe totals can be computed: the check can fail."""
    open_cells = 0
    for seed in seeds:
        table = made(seed, rows=4, columns=4, firms=70)
        found = unsafe(table, RULES)
        withheld = np.isin(np.arange(len(table)), list(found))
        exposed = exposures(table, withheld, found, RULES)
        for item in exposed:
            known = np.zeros(len(table))
            if item.group is not None:
                known = gives_to(table, table.groups.index(item.group))
            low, high = independent_bounds(table, withheld, item.cell, known)
            assert item.low == pytest.approx(low, rel=1e-5, abs=1e-4)
            assert item.high == pytest.approx(high, rel=1e-5, abs=1e-4)
        open_cells += len({item.cell for item in exposed})
    assert open_cells > 2


def test_what_is_published_unsafe_is_exposed() -> None:
    table = made(3)
    found = unsafe(table, RULES)
    nothing = np.zeros(len(table), dtype=np.bool_)
    exposed = exposures(table, nothing, found, RULES)
    assert {item.cell for item in exposed} == set(found)
    assert all(item.low == item.high == table.value[item.cell] for item in exposed)


def test_most_safe_cells_are_published() -> None:
    kept = np.array([
        protect(table, unsafe(table, RULES), RULES).kept
        for table in (made(seed, firms=[80, 150, 250][seed % 3]) for seed in range(9))
    ])  # fmt: skip
    assert kept[:, 0].sum() / kept[:, 1].sum() > 0.7


def test_a_single_firm_in_a_table_withholds_the_whole_line() -> None:
    """One firm alone in all: nothing can hide it but withholding every total with it."""
    done = protect(one_cell({"a": 5.0}), unsafe(one_cell({"a": 5.0}), RULES), RULES)
    assert done.withheld.all()


def test_nothing_unsafe_withholds_nothing() -> None:
    table = one_cell({"a": 5.0, "b": 4.0, "c": 3.0, "d": 2.0})
    assert not protect(table, unsafe(table, RULES), RULES).withheld.any()


def test_zeros_of_all_are_not_told() -> None:
    values = np.array([0.0, 0, 0, 5, 4, 3, 6, 7, 8])
    table = tabulate(
        Contributions(np.arange(9), np.repeat([0, 1, 2], 3)[:, None], values, tuple("abcdefghi")),
        [Dimension("sector", ("x", "y", "z"))],
    )
    found = unsafe(table, RULES)
    done = protect(table, found, RULES)
    zero = table.keys.index(("x",))
    assert found[zero] is Reason.ALL_ZERO
    assert reader_bounds(table, done.withheld)[zero][1] > 0


def release(name: str, gives: dict[str, float]) -> Release:
    table = one_cell(gives)
    return release_of(name, table, np.zeros(len(table), dtype=np.bool_))


FOUR = {"a": 50.0, "b": 40.0, "c": 30.0, "d": 20.0}


@pytest.mark.parametrize(
    ("now", "told"),
    [
        (FOUR, True),
        ({**FOUR, "e": 25.0}, False),
        ({**FOUR, "e": 25.0, "f": 20.0}, False),
        ({**FOUR, "e": 25.0, "f": 20.0, "g": 15.0}, True),
        ({**FOUR, "e": 900.0, "f": 20.0, "g": 15.0}, False),
        ({k: v for k, v in FOUR.items() if k != "d"}, False),
        ({"a": 55.0, "b": 44.0, "c": 36.0, "d": 15.0}, True),
        ({**FOUR, "d": 25.0}, False),
        ({**FOUR, "c": 31.0, "d": 25.0, "a": 80.0}, False),
    ],
)
def test_a_cell_is_told_again_only_if_who_joined_or_left_stays_hidden(now, told) -> None:
    found = changed_members(one_cell(now), [release("first", FOUR)], RULES)
    assert (not found) is told
    assert set(found.values()) <= {Reason.MEMBERS_CHANGED}


def test_every_earlier_release_counts_not_only_the_last() -> None:
    """Told, withheld, told: the difference is with the first one."""
    first = release("first", FOUR)
    withheld = Release("second", {})
    now = one_cell({**FOUR, "e": 25.0})
    assert changed_members(now, [first, withheld], RULES)
    assert not changed_members(now, [withheld], RULES)


def test_three_releases_may_tell_what_no_two_do() -> None:
    """Three joined, then three others and one of them: safe steps, and one firm is told."""
    base = {f"b{k}": 40.0 + k for k in range(5)}
    first = {**base, "a": 10.0, "b": 11.0, "c": 12.0, "x": 9.0}
    second = {**base, "d": 10.0, "e": 11.0, "f": 12.0, "x": 9.0}
    third = {**base, "a": 10.0, "b": 11.0, "c": 12.0, "d": 10.0, "e": 11.0, "f": 12.0}
    fourth = dict(base)
    assert not pins_down([first, second], RULES)
    assert pins_down([first, second, third, fourth], RULES)


def test_what_was_told_with_the_same_figures_cannot_be_hidden_any_more() -> None:
    table = made(8, rows=3, columns=3, firms=40, groups=20)
    found = unsafe(table, RULES)
    done = protect(table, found, RULES)
    before = release_of("first", table, done.withheld)
    public = public_already(table, [before])
    assert (public == (~done.withheld & (table.count() > 0))).all()
    again = protect(table, found, RULES, public=public)
    assert (again.withheld == done.withheld).all()
    everything = release_of("all", table, np.zeros(len(table), dtype=np.bool_))
    with pytest.raises(InputError, match="published before gives this total away"):
        protect(table, found, RULES, public=public_already(table, [everything]))


def sequences(seeds: range) -> tuple[int, int, int]:
    """Return how many figures were recovered, how often a cell was told again, and withheld."""
    recovered = again = held = 0
    for seed in seeds:
        random = np.random.default_rng(seed)
        figures = {f"g{k}": float(np.round(random.lognormal(3, 0.8), 2)) for k in range(14)}
        names = list(figures)
        members = set(random.choice(names, 8, replace=False).tolist())
        releases: list[Release] = []
        for step in range(5):
            for _ in range(int(random.integers(0, 5)) if step else 0):
                members ^= {names[int(random.integers(0, 14))]}
            table = one_cell({name: figures[name] for name in sorted(members)} or {"g0": 1.0})
            reasons = {**changed_members(table, releases, RULES), **unsafe(table, RULES)}
            withheld = protect(table, reasons, RULES).withheld
            held += bool(withheld.any())
            again += bool(releases) and not withheld.any()
            releases.append(release_of(str(step), table, withheld))
        told = [set(r.published[("total",)]) for r in releases if ("total",) in r.published]
        recovered += exactly_known(told, names)
    return recovered, again, held


def exactly_known(told: list[set[str]], names: list[str]) -> int:
    """Return how many groups' figures follow from totals by adding and subtracting them."""
    rows = np.array([[float(name in members) for name in names] for members in told])
    if not len(rows):
        return 0
    rank = np.linalg.matrix_rank(rows)
    return sum(
        np.linalg.matrix_rank(np.vstack([rows, np.eye(len(names))[k]])) == rank
        for k in range(len(names))
    )


def test_no_figure_is_recovered_from_firms_that_join_and_leave() -> None:
    recovered, again, held = sequences(range(40))
    assert recovered == 0
    assert again > 10
    assert held > 10


@pytest.mark.long
def test_no_figure_is_recovered_in_many_sequences() -> None:
    assert sequences(range(1_000, 1_600))[0] == 0


@pytest.mark.soak
def test_no_figure_is_recovered_in_ten_thousand_sequences() -> None:
    assert sequences(range(10_000, 20_000))[0] == 0


@pytest.mark.long
def test_a_hundred_tables_stay_closed_and_mostly_full() -> None:
    kept = np.zeros(2)
    for seed in range(100):
        table = made(seed, firms=[60, 120, 250][seed % 3])
        found = unsafe(table, RULES)
        done = protect(table, found, RULES)
        kept += done.kept
        nobody_is_close(table, done.withheld, found, [] if seed % 10 else range(40))
    assert kept[0] / kept[1] > 0.5


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: Rules(least_groups=2),
        lambda: Rules(percent=0),
        lambda: Rules(percent=float("nan")),
        lambda: Rules(dominance=(0, 50)),
        lambda: Dimension("sector", ("total",)),
        lambda: Dimension("sector", ("a",), {"a": "b", "b": "a"}),
        lambda: one_cell({"a": -1.0}),
        lambda: one_cell({"a": float("nan")}),
        lambda: one_cell({}),
    ],
)
def test_what_cannot_be_is_refused(wrong) -> None:
    with pytest.raises(InputError) as refused:
        wrong()
    assert refused.value.fix


def test_a_table_that_is_too_fine_is_refused() -> None:
    codes = tuple(f"c{k}" for k in range(200))
    who = Contributions(np.array([0]), np.array([[0, 0]]), np.array([1.0]), ("a",))
    with pytest.raises(InputError, match="40,401 cells"):
        tabulate(who, [Dimension("a", codes), Dimension("b", codes)])
