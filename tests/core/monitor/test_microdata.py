"""Pseudonyms, identifiers, generalisation, top-coding and risk, held against brute force."""

from __future__ import annotations

from collections import defaultdict
from itertools import product

import numpy as np
import pytest
from hypothesis import assume, example, given
from hypothesis import settings as tried
from hypothesis import strategies as st

from ketenkaart.core.errors import InputError
from ketenkaart.core.monitor.microdata.hierarchies import level_names, levels_of
from ketenkaart.core.monitor.microdata.identifiers import is_free_text, looks_like
from ketenkaart.core.monitor.microdata.lattice import Rows, fewest, generalise
from ketenkaart.core.monitor.microdata.pseudonyms import key_mark, pseudonym
from ketenkaart.core.monitor.microdata.risk import assess
from ketenkaart.core.monitor.microdata.topcoding import top_code
from ketenkaart.core.monitor.microdata.types import Hierarchy, PrivacyRules, Top

SECTIONS = {"13": "C", "14": "C", "46": "G", "47": "G"}
BREAKS = Hierarchy(kind="breaks", breaks=((10, 50, 250), (50,)))
GROUPS = Hierarchy(
    kind="groups", groups=({"west": ("a", "b"), "east": ("c", "d")}, {"land": ("west", "east")})
)


# --- pseudonyms -------------------------------------------------------------------------------


@given(
    st.text("0123456789", min_size=1, max_size=12), st.binary(min_size=32, max_size=40),
    st.binary(min_size=32, max_size=40),
)  # fmt: skip
def test_a_pseudonym_tells_nothing_and_differs_by_key(value: str, one: bytes, other: bytes) -> None:
    assume(one != other)
    made = pseudonym(one, "firm", value)
    assert value not in made
    assert made == pseudonym(one, "firm", value)
    assert made != pseudonym(other, "firm", value)
    assert made != pseudonym(one, "cluster", value)
    assert key_mark(one) != key_mark(other)
    assert key_mark(one) not in made


def test_a_pseudonym_is_hmac_sha_256_as_published() -> None:
    # the digest by Python's own hmac, letter by letter
    import hmac

    key = b"\x0b" * 32
    digest = hmac.new(key, b"4:firm:123", "sha256").hexdigest()[:32]
    letters = dict(zip("0123456789abcdef", "bcdfghjkmnpqrstv", strict=True))
    assert pseudonym(key, "firm", " 123 ") == "".join(letters[sign] for sign in digest)


def test_a_short_key_is_refused() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        pseudonym(b"short", "firm", "1")


def test_many_pseudonyms_are_all_different() -> None:
    made = {pseudonym(b"k" * 32, "firm", str(k)) for k in range(20_000)}
    assert len(made) == 20_000


# --- identifiers ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "what"),
    [
        ("mail jan.de.boer@weverij.nl today", "an e-mail address"),
        ("see www.weverij.example", "a web address"),
        ("paid from NL91 ABNA 0417 1643 00", "an IBAN"),
        ("BE71 0961 2345 6769", "an IBAN"),
        ("NL111222333B01", "a VAT number"),
        ("5493001KJTIIGC8Y1R12", "an LEI"),
        ("+31 20 555 12 34", "a phone number"),
        ("06-12345678", "a phone number"),
        ("52.3702, 4.8952", "coordinates"),
        ("Weversstraat 12", "an address"),
        ("1012 AB", "a Dutch postcode"),
        ("Weverij de Draad B.V.", "the name of a firm"),
        ("Stichting Draad", "the name of a firm"),
        ("mevr. A. Jansen", "the name of a person"),
        ("192.168.1.10", "an IP address"),
    ],
)
def test_one_cell_that_names_somebody_is_seen(value: str, what: str) -> None:
    found = looks_like("remark", ["fine", "nothing", value], [0, 1, 5])
    assert found is not None
    assert (found.what, found.row, found.by_heading) == (what, 5, False)


@pytest.mark.parametrize(
    ("heading", "what"),
    [("firm_name", "a name"), ("E-mail", "an e-mail address"), ("KvK-nummer", "a KvK number"),
     ("company", "a name"), ("lat", "coordinates"), ("BSN", "a BSN or RSIN")],
)  # fmt: skip
def test_a_heading_tells_too(heading: str, what: str) -> None:
    found = looks_like(heading, ["x", "y"], [0, 1])
    assert found is not None
    assert (found.what, found.by_heading) == (what, True)


@pytest.mark.parametrize(
    ("heading", "values"),
    [
        ("wages", ["2900", "3000.50", "unknown"]),
        ("turnover", ["12345678.5", "900", "5500000", "12"]),
        ("day", ["2024-01-31", "2025-12-01"]),
        ("company_size", ["small", "large"]),
        ("country", ["NLD", "BEL"]),
        ("sector", ["13.10", "14.13"]),
        ("share", ["0.123", "0.5", "1"]),
        ("policy", ["none", "partly", "whole", "refused"]),
    ],
)
def test_what_names_nobody_passes(heading: str, values: list[str]) -> None:
    found = looks_like(heading, values, range(len(values)))
    assert found is None


def test_numbers_count_where_most_look_so() -> None:
    kvk = [str(30_000_000 + k) for k in range(20)]
    found = looks_like("x", kvk, range(20))
    assert found is not None
    assert found.what == "a KvK number"
    bsn = ["111222333", "123456782", "100000009"]
    found = looks_like("x", bsn, [3, 4, 5])
    assert found is not None
    assert (found.what, found.row) == ("a BSN or RSIN", 3)
    assert looks_like("x", [*map(str, range(30)), *kvk], range(50)) is None


def test_free_text_is_seen() -> None:
    assert is_free_text(["short", "a" * 61]) == 1
    assert is_free_text([f"code {k}" for k in range(50)]) is None


# --- hierarchies ------------------------------------------------------------------------------


def test_levels_of_nace_by_hand() -> None:
    found = levels_of(
        "s", Hierarchy(kind="nace"), ["13.10", "13.20", "46.42", "unknown"], sections=SECTIONS
    )
    assert level_names(Hierarchy(kind="nace")) == ("value", "group", "division", "section", "all")
    assert [[found.labels[k][c] for c in found.codes[k]] for k in range(5)] == [
        ["13.10", "13.20", "46.42", "unknown"],
        ["131", "132", "464", "unknown"],
        ["13", "13", "46", "unknown"],
        ["C", "C", "G", "unknown"],
        ["*"] * 4,
    ]
    # penalty: values under the label less one, over values less one
    assert found.losses[2].tolist() == pytest.approx([1 / 3, 1 / 3, 0, 0])
    assert found.losses[4].tolist() == [1, 1, 1, 1]


@pytest.mark.parametrize(
    ("hierarchy", "value", "words"),
    [
        (Hierarchy(kind="nace"), "99.99x", "no NACE code"),
        (Hierarchy(kind="nace"), "04", "no NACE code"),
        (BREAKS, "many", "no number"),
        (Hierarchy(kind="date"), "31-12-2020", "no date"),
        (GROUPS, "z", "in no group of level 1"),
    ],
)
def test_a_value_that_does_not_fit_is_named(hierarchy: Hierarchy, value: str, words: str) -> None:
    with pytest.raises(InputError, match=words) as caught:
        levels_of("x", hierarchy, [value], sections=SECTIONS)
    assert caught.value.where == value


@pytest.mark.parametrize(
    "words",
    [
        {"kind": "breaks"},
        {"kind": "breaks", "breaks": [[5, 1]]},
        {"kind": "breaks", "breaks": [[5], [7]]},
        {"kind": "prefix", "keep": [1, 2]},
        {"kind": "date", "parts": ["year", "month"]},
    ],
)
def test_a_hierarchy_that_is_none_is_refused(words: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"hierarchy|breaks|characters|parts"):
        Hierarchy.model_validate(words)


def test_dates_and_prefixes() -> None:
    date = levels_of("d", Hierarchy(kind="date"), ["2020-05-17", "2020"], sections={})
    assert [date.labels[k][date.codes[k][0]] for k in range(5)] == [
        "2020-05-17", "2020-05", "2020-Q2", "2020", "*",
    ]  # fmt: skip
    code = levels_of("p", Hierarchy(kind="prefix", keep=(2, 1)), ["1012", "10"], sections={})
    assert [code.labels[k][code.codes[k][0]] for k in range(4)] == ["1012", "10…", "1…", "*"]


# --- the search -------------------------------------------------------------------------------


def _rows(table: list[tuple[str, str, int, str]]) -> Rows:
    """Return rows of a size, a region, a unit and something sensitive ('' where unknown)."""
    sizes = sorted({row[0] for row in table})
    regions = sorted({row[1] for row in table})
    columns = (
        levels_of("size", BREAKS, sizes, sections={}),
        levels_of("region", GROUPS, regions, sections={}),
    )
    values = np.array([[sizes.index(a), regions.index(b)] for a, b, _, _ in table])
    kinds = sorted({row[3] for row in table} - {""})
    sensitive = np.array([kinds.index(s) if s else -1 for _, _, _, s in table])
    return Rows(columns, values, np.array([row[2] for row in table]), (sensitive,), (0, 0))


def _violations(labels: list[list[str]], rows: Rows, rules: PrivacyRules) -> list[tuple[str, ...]]:
    """Return combinations that hold too few units or sensitive values: plain dictionaries."""
    units, values = defaultdict(set), defaultdict(set)
    for k, key in enumerate(zip(*labels, strict=True)):
        units[key].add(int(rows.units[k]))
        if rows.sensitive[0][k] >= 0:
            values[key].add(int(rows.sensitive[0][k]))
    return [
        key for key in units
        if len(units[key]) < rules.k or (rules.l > 1 and len(values[key]) < rules.l)
    ]  # fmt: skip


def _least_by_hand(rows: Rows, rules: PrivacyRules) -> float | None:
    """Return the least loss over every node, tried one by one with plain dictionaries."""
    best: float | None = None
    n = len(rows.units)
    for node in product(*(range(column.top + 1) for column in rows.columns)):
        keys = [
            tuple(int(c.codes[level][rows.values[r, k]])
                  for k, (c, level) in enumerate(zip(rows.columns, node, strict=True)))
            for r in range(n)
        ]  # fmt: skip
        bad = set(_violations([list(part) for part in zip(*keys, strict=True)], rows, rules))
        gone = {r for r in range(n) if keys[r] in bad}
        if len(gone) > rules.most_suppressed * n:
            continue
        while gone and _violations(
            [["g" if r in gone else "s" for r in range(n)]], rows, rules
        ).count(("g",)):
            left = [key for r, key in enumerate(keys) if r not in gone]
            if not left:
                break
            small = min(sorted(set(left)), key=left.count)
            gone |= {r for r in range(n) if keys[r] == small}
        else:
            if len(gone) <= rules.most_suppressed * n + 1e-9:
                loss = np.mean([
                    1.0 if r in gone else np.mean([
                        c.losses[level][rows.values[r, k]]
                        for k, (c, level) in enumerate(zip(rows.columns, node, strict=True))])
                    for r in range(n)
                ])  # fmt: skip
                best = float(loss) if best is None else min(best, float(loss))
    return best


record_lists = st.lists(
    st.tuples(
        st.sampled_from(["3", "12", "40", "80", "900", "refused"]), st.sampled_from("abcd"),
        st.integers(0, 12), st.sampled_from(["x", "y", "z", ""]),
    ),
    min_size=4, max_size=30,
)  # fmt: skip


@example([("3", "a", 0, "")] * 3 + [("3", "a", 1, "")], 2, 1, 0.0)
@tried(max_examples=60)
@given(record_lists, st.integers(2, 4), st.integers(1, 2), st.sampled_from([0.0, 0.1, 0.3]))
def test_no_combination_breaks_a_rule_and_nothing_loses_less(
    table: list[tuple[str, str, int, str]],
    k: int,
    least: int,
    most: float,
) -> None:
    rows = _rows(table)
    rules = PrivacyRules(k=k, l=least, most_suppressed=most)
    by_hand = _least_by_hand(rows, rules)
    try:
        found = fewest(rows, rules)
    except InputError:
        assert by_hand is None
        return
    labels = generalise(rows, found, "suppressed")
    assert _violations(labels, rows, rules) == []
    assert found.suppressed.sum() <= most * len(table) + 1e-9
    assert by_hand is not None
    assert found.loss == pytest.approx(by_hand)
    after = assess(found.classes, rows.units, rows.sensitive, None)
    assert after.k >= k
    assert after.prosecutor_most <= 1 / k


def test_too_few_units_are_told_to_publish_totals() -> None:
    rows = _rows([("3", "a", 1, "x")] * 9)
    with pytest.raises(InputError, match="There are 1 units, and k is 2"):
        fewest(rows, PrivacyRules(k=2))


def test_too_many_levels_are_refused() -> None:
    column = levels_of("d", Hierarchy(kind="date"), ["2020-05-17", "2021-05-17"], sections={})
    rows = Rows((column,) * 8, np.zeros((4, 8), dtype=np.int64), np.arange(4), (), (0,) * 8)
    with pytest.raises(InputError, match="combinations"):
        fewest(rows, PrivacyRules(k=2))


def test_pruning_leaves_most_nodes_of_a_large_lattice_alone() -> None:
    rng = np.random.default_rng(5)
    column = levels_of(
        "n", Hierarchy(kind="nace"), ["13.10", "13.20", "14.13", "46.42", "47.71"],
        sections=SECTIONS,
    )  # fmt: skip
    rows = Rows((column,) * 5, rng.integers(0, 5, (300, 5)), np.arange(300), (), (0,) * 5)
    found = fewest(rows, PrivacyRules(k=5))
    assert found.nodes == 5**5
    assert found.examined < found.nodes / 5


# --- top-coding -------------------------------------------------------------------------------


@tried(max_examples=50)
@given(
    st.lists(st.floats(0, 1e9), min_size=5, max_size=60),
    st.lists(st.floats(0.5, 50), min_size=60, max_size=60),
)
def test_totals_stay_and_the_largest_cannot_be_estimated(
    values: list[float], weights: list[float]
) -> None:
    x, w = np.array(values), np.array(weights[: len(values)])
    units = np.arange(len(x))
    try:
        coded, (merged,) = top_code(x, units, w, Top())
    except InputError:
        largest = np.sort(x)[::-1]
        assert largest[2:].sum() < 0.1 * largest[0]
        return
    assert (coded * w).sum() == pytest.approx((x * w).sum(), rel=1e-9, abs=1e-6)
    inside = np.sort(x)[::-1][: merged.rows]
    assert merged.units >= 3
    assert inside[2:].sum() >= 0.1 * inside[0] - 1e-9
    assert np.unique(coded[np.argsort(-x, kind="stable")[: merged.rows]]).size == 1


def test_top_coding_by_hand() -> None:
    x = np.array([1.0, 2.0, 3.0, 10.0, 20.0, 90.0])
    coded, (merged,) = top_code(x, np.arange(6), np.ones(6), Top())
    # 10 beyond the two largest are 11 % of 90, so three suffice
    assert coded.tolist() == [1, 2, 3, 40, 40, 40]
    assert (merged.rows, merged.nearest, merged.value) == (3, 3.0, 40.0)
    more, (merged,) = top_code(x, np.arange(6), np.ones(6), Top(percent=15))
    assert more.tolist() == [1, 25, 25, 25, 25, 25]


def test_one_unit_with_many_rows_is_one() -> None:
    x = np.array([50.0, 40.0, 30.0, 20.0, 5.0, 1.0])
    units = np.array([0, 0, 0, 1, 2, 3])
    _, (merged,) = top_code(x, units, np.ones(6), Top(percent=1))
    assert merged.units == 3
    with pytest.raises(InputError, match="hides the largest unit"):
        top_code(x, np.zeros(6, dtype=np.int64), np.ones(6), Top())


def test_both_tails() -> None:
    x = np.array([-90.0, -80, -70, -1, 0, 1, 2, 70, 80, 90])
    coded, tails = top_code(x, np.arange(10), np.ones(10), Top(tails="both"))
    assert coded.tolist() == [-80, -80, -80, -1, 0, 1, 2, 80, 80, 80]
    assert [tail.tail for tail in tails] == ["upper", "lower"]
    with pytest.raises(InputError, match="meet each other"):
        top_code(x[:5], np.arange(5), np.ones(5), Top(tails="both"))


# --- risk -------------------------------------------------------------------------------------


def test_risk_by_hand() -> None:
    classes = np.array([0, 0, 0, 1])
    units = np.array([7, 7, 8, 9])
    values = np.array([0, 1, -1, 0])
    found = assess(classes, units, (values,), np.array([10.0, 10, 20, 4]))
    assert (found.k, found.l, found.units, found.classes) == (1, 1, 3, 2)
    assert found.unique_share == 0.25
    assert found.prosecutor_mean == pytest.approx((3 * 0.5 + 1) / 4)
    assert found.journalist_most == 0.25
    assert found.journalist_mean == pytest.approx((3 / 40 + 1 / 4) / 4)
