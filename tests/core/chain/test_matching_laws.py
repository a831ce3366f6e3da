"""Reading, comparing, weighing and judging facilities: laws that hold for any input."""

from __future__ import annotations

from dataclasses import fields, replace
from unittest import mock

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ketenkaart.core.chain.facilities.types import FacilityRecord
from ketenkaart.core.chain.matching import tokens
from ketenkaart.core.chain.matching.blocking import BLOCKS, Finder, block, every_pair
from ketenkaart.core.chain.matching.cautions import CAUTIONS, Caution
from ketenkaart.core.chain.matching.comparing import COMPARISONS, FIELDS, compare
from ketenkaart.core.chain.matching.evaluation import proportion
from ketenkaart.core.chain.matching.fellegi_sunter import (
    Model,
    check,
    estimate_u,
    learn,
    probability,
    weights,
    with_bands,
)
from ketenkaart.core.chain.matching.finding import Judging, Scorer, exact_matches
from ketenkaart.core.chain.matching.flat import Flat
from ketenkaart.core.chain.matching.outcomes import BANDS, FOUND, Band, Results, Wording
from ketenkaart.core.chain.matching.parts import read_columns
from ketenkaart.core.chain.matching.prepared import merged, prepare
from ketenkaart.core.chain.matching.rules import ADDRESSES, NAMES, ORDER, PairRules, cautions_of
from ketenkaart.core.chain.matching.tokens import read_flat
from ketenkaart.core.chain.matching.training import levels_of, refit, train
from ketenkaart.core.errors import InputError
from ketenkaart.services.matching.models import load_model
from ketenkaart.sources.reference.matching import load_vocabulary
from made_facilities import made_facilities
from matching_rules_one_by_one import Reader, judge, read_record

VOCABULARY = load_vocabulary()
MODEL = load_model()
TEXT = st.text(
    alphabet=st.sampled_from("abç İışđ.,-/#0123() \n\t\x00&'日限公司ЖÜñ٣²"), max_size=40
) | st.text(max_size=25)
RECORD = st.builds(
    FacilityRecord,
    key=st.just("k"),
    country=st.sampled_from(["BGD", "CHN", ""]),
    name=TEXT,
    address=TEXT,
    latitude=st.none() | st.floats(-90, 90),
    longitude=st.none() | st.floats(-180, 180),
)


def names(*texts: str) -> list[tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]]:
    found, _, _ = read_columns(list(texts), [""] * len(texts), VOCABULARY)
    parts = [flat.rowwise() for flat in (found.words, found.own, found.units)]
    return [tuple(part(row) for part in parts) for row in range(len(texts))]


@pytest.mark.parametrize(
    ("text", "own", "units"),
    [
        ("Acme (Pvt.) Ltd.", ("acme",), ()),
        ("PT. Sinar Jaya Tbk", ("sinar", "jaya"), ()),
        ("Öz Güneş Tekstil San. ve Tic. A.Ş.", ("oz", "gunes"), ()),
        ("Công ty TNHH May Đông Á", ("dong", "a"), ()),
        ("Star Knits Unit-II", ("star",), ("2",)),
        ("Star Knits Unit 02", ("star",), ("2",)),
        ("Star Knits 2nd Factory", ("star",), ("2",)),
        ("Garment Factory", ("garment", "factory"), ()),
        ("Lumi Garmets Comppany Limted", ("lumi",), ()),
        ("As Apparels", ("as",), ()),
        ("SA", ("sa",), ()),
        ("", (), ()),
        ("!!!", (), ()),
    ],
)
def test_a_name_in_parts(text: str, own: tuple[str, ...], units: tuple[str, ...]) -> None:
    ((_, found, numbers),) = names(text)
    assert (found, numbers) == (own, units)


@pytest.mark.parametrize(
    ("text", "numbers", "postcode"),
    [
        ("12/3 Mill Road, Chennai 600 058", {"12", "3"}, "600058"),
        ("Plot 14, Savar, Dhaka-1340, Bangladesh", {"14"}, "1340"),
        ("No.08 Renmin Road 325014", {"8"}, "325014"),
        ("1430 Main Road", {"1430"}, ""),
        ("", set(), ""),
    ],
)
def test_an_address_in_parts(text: str, numbers: set[str], postcode: str) -> None:
    _, found, _ = read_columns([""], [text], VOCABULARY)
    assert set(found.numbers.rowwise()(0)) == numbers
    assert found.postcodes.joined() == [postcode]


@settings(max_examples=70, deadline=None)
@given(st.lists(RECORD, min_size=1, max_size=5), st.lists(RECORD, min_size=1, max_size=5))
def test_any_text_is_compared_without_an_error(left, right) -> None:
    one = prepare([replace(r, key=f"a{k}") for k, r in enumerate(left)], VOCABULARY)
    other = prepare([replace(r, key=f"b{k}") for k, r in enumerate(right)], VOCABULARY)
    assert len(one) == len(left)
    scored = Scorer(one, other, MODEL).score()
    assert len(scored) == len(left) * len(right)
    assert np.isfinite(scored.weight).all()
    for k, comparison in enumerate(COMPARISONS):
        assert scored.levels[:, k].min() >= -1
        assert scored.levels[:, k].max() < len(comparison.levels)
    outcome = Judging(one, other, MODEL).results(scored)
    results = list(outcome)
    assert [BANDS[band] for band in outcome.bands] == [result.band for result in results]
    assert [outcome[k] for k in range(-len(left), 0)] == outcome[:] == results
    for band in Band:
        assert list(outcome.within([band])) == [r for r in results if r.band is band]
        assert outcome.count(band) == sum(result.band is band for result in results)
    assert [result.key for result in results] == list(one.keys)
    for result in results:
        if result.band is Band.AUTOMATIC:
            assert len(result.matches) == 1
            assert not result.matches[0].cautions
        assert (result.band is Band.NEW) == (not result.matches)


@settings(max_examples=70, deadline=None)
@given(RECORD, RECORD)
def test_which_of_two_comes_first_does_not_matter(a, b) -> None:
    one, other = prepare([a], VOCABULARY), prepare([b], VOCABULARY)
    row = np.zeros(1, dtype=np.int64)
    assert (compare(one, other, row, row) == compare(other, one, row, row)).all()
    first, second = read_record(a, VOCABULARY), read_record(b, VOCABULARY)
    assert judge(first, second).names is judge(second, first).names
    assert judge(first, second).addresses is judge(second, first).addresses
    assert set(judge(first, second).cautions) == set(judge(second, first).cautions)


@settings(max_examples=100, deadline=None)
@given(st.lists(TEXT | st.text(max_size=12), max_size=6), st.sampled_from([1, 2, 20_000]))
@example(
    ["Ab\U00010400cdefghi", "abcdefghi", "ćdef ابجد", "abcdefghi 皮革厂", "\ud800abcdefghi"], 2
)
def test_reading_many_is_reading_each(texts, at_once) -> None:
    """In whatever pieces: letters of one byte, of two and of four stand in different ones."""
    with mock.patch.object(tokens, "_PIECE", at_once):
        together = read_flat(texts, VOCABULARY).rowwise()
    for row, text in enumerate(texts):
        assert together(row) == read_flat([text], VOCABULARY).rowwise()(0)


@settings(max_examples=70, deadline=None)
@given(st.lists(st.lists(RECORD, max_size=4), min_size=1, max_size=4))
def test_reading_in_parts_is_reading_the_whole(parts) -> None:
    whole = prepare([record for part in parts for record in part], VOCABULARY)
    found = merged([prepare(part, VOCABULARY) for part in parts])
    for field in fields(whole):
        one, other = getattr(whole, field.name), getattr(found, field.name)
        if field.name in ("names", "addresses"):
            pairs = [(getattr(one, f.name), getattr(other, f.name)) for f in fields(one)]
        else:
            pairs = [(one, other)]
        for a, b in pairs:
            if isinstance(a, Flat):
                assert a.joined(" ") == b.joined(" ")
            else:
                np.testing.assert_array_equal(a, b)


def judged_alike(left, right, first, second) -> None:
    """Assert that the rules say the same of pairs at once as of each by itself."""
    one, other = Reader(left), Reader(right)
    found = PairRules(left, right).judge(first, second)
    looks, outs = found.deserves_a_look, found.is_ruled_out
    for k, (a, b) in enumerate(zip(first.tolist(), second.tolist(), strict=True)):
        said = judge(one.row(a), other.row(b))
        assert NAMES[found.names[k]] is said.names
        assert ADDRESSES[found.addresses[k]] is said.addresses
        assert cautions_of(int(found.cautions[k])) == said.cautions
        assert (looks[k], outs[k]) == (said.deserves_a_look, said.is_ruled_out)


@settings(max_examples=70, deadline=None)
@given(st.lists(RECORD, min_size=1, max_size=5), st.lists(RECORD, min_size=1, max_size=5))
def test_rules_at_once_say_of_any_text_what_rules_say(left, right) -> None:
    one, other = prepare(left, VOCABULARY), prepare(right, VOCABULARY)
    judged_alike(one, other, *every_pair(one, other))


def test_rules_at_once_say_of_made_facilities_what_rules_say() -> None:
    made = made_facilities(1_500, 700, seed=4)
    one, other = prepare(made.rows, VOCABULARY), prepare(made.registry, VOCABULARY)
    judged_alike(one, other, *Finder(block(one, other)).pairs())
    judged_alike(other, other, *Finder(block(other, other)).pairs())
    assert set(ORDER) | {Caution.SEVERAL_FIT} == set(Caution)


def test_no_two_units_differ_unseen() -> None:
    for k in range(2, 12):
        a, b = (
            read_record(FacilityRecord(key, "IND", f"Lumi Mills Unit {n}", "4 Ring Road, Surat"),
                        VOCABULARY)
            for key, n in (("a", k), ("b", k + 1))
        )  # fmt: skip
        assert Caution.OTHER_UNIT in judge(a, b).cautions


def test_each_caution_says_why() -> None:
    assert set(CAUTIONS) == set(Caution)
    assert len(set(CAUTIONS.values())) == len(Caution)


def test_keys_find_nearly_all_and_compare_little() -> None:
    made = made_facilities(4_000, 2_000, seed=9)
    left, right = prepare(made.rows, VOCABULARY), prepare(made.registry, VOCABULARY)
    first, second = Finder(block(left, right)).pairs()
    truth = np.array(made.truth)
    found = set(first[truth[first] == second].tolist())
    there = int((truth >= 0).sum())
    assert len(found) / there > 0.97
    assert len(first) < 0.01 * len(left) * len(right)
    assert len(set(zip(first.tolist(), second.tolist(), strict=True))) == len(first)


def test_within_a_list_each_pair_stands_once() -> None:
    rows = prepare(made_facilities(500, 10, seed=2).registry, VOCABULARY)
    for first, second in (every_pair(rows, rows), Finder(block(rows, rows)).pairs()):
        assert (first > second).all()
    assert len(every_pair(rows, rows)[0]) == 500 * 499 // 2


def test_a_key_that_all_share_is_left_out_and_counted() -> None:
    same = [
        FacilityRecord(f"k{k}", "CHN", f"Lumi {k}", "4 Ring Road, Surat 395001") for k in range(300)
    ]
    rows = prepare(same, VOCABULARY)
    keys = block(rows, rows)
    assert keys.left_out > 0
    assert keys.left.shape == (300, len(BLOCKS))


def test_training_recovers_what_made_the_pairs() -> None:
    """Levels drawn from a known m, u and share of matches: EM finds m again."""
    random = np.random.default_rng(7)
    count, share = 60_000, 0.2
    is_match = random.random(count) < share
    levels = np.full((count, len(FIELDS)), -1, dtype=np.int8)
    for k, field in enumerate(FIELDS):
        for truth, table in ((True, MODEL.m), (False, MODEL.u)):
            rows = np.flatnonzero(is_match == truth)
            p = np.array(table[field])
            levels[rows, k] = random.choice(len(p), size=len(rows), p=p / p.sum())
    rising = {
        c.field: tuple((2.0 ** np.arange(len(c.levels)) / (2 ** len(c.levels) - 1)).tolist())
        for c in COMPARISONS
    }
    found = learn(levels, replace(MODEL, m=rising, prior=0.05), fields=FIELDS)
    for field in FIELDS:
        assert np.abs(np.array(found.m[field]) - np.array(MODEL.m[field])).max() < 0.02
    u = estimate_u(levels[~is_match])
    for field in FIELDS:
        assert np.abs(np.array(u[field]) - np.array(MODEL.u[field])).max() < 0.02


def test_probabilities_mean_what_they_say() -> None:
    """Pairs drawn from the model itself: of those given about p, about p are matches."""
    random = np.random.default_rng(3)
    count = 100_000
    is_match = random.random(count) < MODEL.prior
    levels = np.empty((count, len(FIELDS)), dtype=np.int8)
    for k, field in enumerate(FIELDS):
        for truth, table in ((True, MODEL.m), (False, MODEL.u)):
            rows = np.flatnonzero(is_match == truth)
            p = np.array(table[field])
            levels[rows, k] = random.choice(len(p), size=len(rows), p=p / p.sum())
    chance = probability(weights(levels, MODEL))
    assert abs(chance.mean() - is_match.mean()) < 0.005
    for low, high in ((0.0, 0.1), (0.1, 0.9), (0.9, 1.0)):
        here = (chance >= low) & (chance <= high)
        if here.sum() > 50:
            interval = proportion(int(is_match[here].sum()), int(here.sum()))
            assert interval.low is not None
            assert interval.high is not None
            assert interval.low - 0.02 <= chance[here].mean() <= interval.high + 0.02


def test_training_twice_gives_the_same_model() -> None:
    made = made_facilities(2_000, 2_000, seed=5)
    left, right = prepare(made.rows, VOCABULARY), prepare(made.registry, VOCABULARY)
    first = train(left, right, seed=1, trained_on="test")
    assert first == train(left, right, seed=1, trained_on="test")
    # A higher level of a name is never worth less.
    assert (np.diff(first.bits()["name"][:-1])[2:] > -2).all()


def test_short_lists_teach_nothing() -> None:
    made = made_facilities(30, 10)
    rows = prepare(made.registry, VOCABULARY)
    with pytest.raises(InputError, match="to learn from"):
        train(rows, rows, seed=1, trained_on="test")


def test_decisions_make_bands_more_careful_never_less() -> None:
    weight = np.array([20.0, 12.0, 3.0, -2.0])
    found = with_bands(MODEL, weight, np.array([True, False, True, True]))
    assert found.automatic > MODEL.automatic
    assert probability(weight[1:2])[0] < found.automatic
    assert found.human <= MODEL.human
    pair = (
        FacilityRecord("a", "CHN", "Lumi Shoes", "4 Ring Road, Wenzhou"),
        FacilityRecord("b", "CHN", "Lumi Shoes", "4 Ring Rd, Wenzhou"),
    )
    levels = levels_of([pair] * 40, VOCABULARY)
    taught = refit(MODEL, levels, [True] * 40, trained_on="forty")
    assert taught.m["name"][-1] > MODEL.m["name"][-1]
    assert taught.automatic == MODEL.automatic


@pytest.mark.parametrize(
    "broken",
    [
        {"version": 99},
        {"prior": 0.0},
        {"automatic": 0.01},
        {"m": {**MODEL.m, "name": (0.5, 0.5)}},
        {"u": {**MODEL.u, "units": (0.0, 0.5, 0.5)}},
        {"u": {field: value for field, value in MODEL.u.items() if field != "place"}},
    ],
)
def test_a_broken_model_is_refused(broken: dict) -> None:
    with pytest.raises(InputError):
        check(replace(MODEL, **broken))
    assert isinstance(check(MODEL), Model)


def test_the_same_in_all_is_known_without_weighing() -> None:
    known = [
        FacilityRecord("F1", "IND", "Lumi Mills Pvt Ltd", "4 Ring Road, Surat 395001"),
        FacilityRecord("F2", "IND", "Otra Dyeing", "9 Canal Street, Pali", os_id="IN2020"),
    ]
    given = [
        FacilityRecord("r1", "IND", "LUMI MILLS", "4, Ring Rd., Surat - 395001"),
        FacilityRecord("r2", "IND", "Another name", "", os_id="IN2020"),
        FacilityRecord("r3", "IND", "Lumi Mills Unit 2", "4 Ring Road, Surat 395001"),
    ]
    left, right = prepare(given, VOCABULARY), prepare(known, VOCABULARY)
    assert exact_matches(left, right).tolist() == [0, 1, -1]
    # Twice in the registry is no answer.
    twice = prepare([*known, replace(known[0], key="F3")], VOCABULARY)
    assert exact_matches(left, twice).tolist() == [-1, 1, -1]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.lists(st.booleans(), max_size=4), st.booleans()), min_size=1))
def test_bands_of_all_rows_are_those_of_each(rows) -> None:
    """Also where several fit without a doubt; a row that is exact has no other candidates."""
    exact = np.array([0 if same else -1 for _, same in rows])
    sure = [(row, one) for row, (found, same) in enumerate(rows) if not same for one in found]
    found = np.zeros(len(sure), dtype=FOUND)
    found["left"] = [row for row, _ in sure]
    found["band"] = [BANDS.index(Band.AUTOMATIC if one else Band.HUMAN) for _, one in sure]
    keys = [f"row:{k}" for k in range(len(rows))]
    outcome = Results(Wording(keys, ["F"], MODEL), found, exact)
    assert [BANDS[band] for band in outcome.bands] == [result.band for result in outcome]
