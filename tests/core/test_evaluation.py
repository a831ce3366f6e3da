"""Measuring a reading against gold: cases counted by hand, and laws that hold for any letter."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ketenkaart.core.errors import InputError
from ketenkaart.core.ledger.evaluation import evaluate
from ketenkaart.core.ledger.evaluation_types import Evaluation, Fault, Judged, Measured
from ketenkaart.core.ledger.gold import (
    Gold,
    GoldCommitment,
    GoldDeadline,
    GoldQuote,
    GoldRecommendation,
    GoldReference,
    GoldRemark,
    Tense,
    placed,
)
from ketenkaart.core.ledger.matching import Place, covered, pair_up
from ketenkaart.core.ledger.reading.source import NormalText, Run, Span
from ketenkaart.core.ledger.reading.types import (
    DeadlineKind,
    OriginalPlace,
    ReadCommitment,
    ReadDeadline,
    ReadDocument,
    Reading,
    ReadRecommendation,
    ReadReference,
    ReferenceKind,
)
from ketenkaart.core.ledger.scores import PairScore, Share, wilson
from ketenkaart.core.ledger.types import FollowUp, Position, ResponseClass

TEXT = NormalText(text="x" * 10_000, runs=(Run(0, 0),), headings=(), paragraphs=())
HEAD = ReadDocument(
    sha256="0" * 64, media_type="text/plain", characters=10_000, extractor="x", lexicon_sha256="0"
)


def quote(start: int, end: int) -> GoldQuote:
    return GoldQuote("x" * (end - start), Span(start, end), start // 100 + 1)


def asked(name: str, start: int, end: int, cls: str | None = "adopted") -> GoldRecommendation:
    chosen = ResponseClass(cls) if cls else None
    return GoldRecommendation(
        name, quote(start, end), chosen, frozenset({chosen} if chosen else ())
    )


def passage(
    name: str, start: int, end: int, words: tuple[int, int] | None = None
) -> dict[str, Any]:
    words = words or (start, end)
    return {
        "id": name, "text": "x" * (end - start), "span": (start, end), "quote": "x",
        "quote_span": words, "confidence": 1.0,
        "locator": OriginalPlace(start=start, end=end, line=start // 100 + 1),
    }  # fmt: skip


def read(
    name: str, start: int, end: int, cls: str = "adopted", words: tuple[int, int] | None = None,
    *, silent: bool = False,
) -> ReadRecommendation:  # fmt: skip
    return ReadRecommendation(
        **passage(name, start, end, words),
        position=Position.NONE_GIVEN,
        follow_up=FollowUp.NO_ACTION,
        response_class=ResponseClass(cls),
        response_span=None if silent else (start, end),
    )


def promised(
    name: str, start: int, end: int, deadline: ReadDeadline | None = None, tense: Tense = "promised"
) -> ReadCommitment:
    return ReadCommitment(
        **passage(name, start, end), deadline=deadline or ReadDeadline(), tense=tense
    )


def paper(name: str, start: int, end: int, number: str | None, **more: Any) -> ReadReference:
    parts = number.split("-") if number else [None, None]
    return ReadReference(
        id=name, kind=ReferenceKind.KAMERSTUK if number else ReferenceKind.REPORT,
        dossier=parts[0], suffix=parts[1] if len(parts) == 3 else None, number=parts[-1],
        label=more.pop("label", name), text="x", span=(start, end),
        locator=OriginalPlace(start=start, end=end, line=1), **more,
    )  # fmt: skip


def gold(*recommendations: GoldRecommendation, **more: Any) -> Gold:
    commitments, references = more.pop("commitments", ()), more.pop("references", ())
    return Gold("letter", date(2020, 1, 1), recommendations, commitments, references, **more)


def reading(*recommendations: ReadRecommendation, **more: Any) -> Reading:
    return Reading(document=HEAD, recommendations=recommendations, **more)


def measured(standard: Gold, proposals: Reading) -> Evaluation:
    return evaluate(standard, proposals, TEXT)


# Counted by hand ------------------------------------------------------------------------------


def test_three_of_four_found_with_one_false_alarm() -> None:
    standard = gold(*(asked(f"R{k}", 100 * k, 100 * k + 40) for k in range(1, 5)))
    proposals = reading(
        *(read(f"p{k}", 100 * k - 10, 100 * k + 60) for k in range(1, 4)), read("p9", 900, 980)
    )
    score = measured(standard, proposals).score(Measured.RECOMMENDATIONS)
    assert (score.matched, score.missed, score.false_alarms) == (3, 1, 1)
    assert (score.precision.value, score.recall.value, score.f1) == (0.75, 0.75, 0.75)


@pytest.mark.parametrize(("end", "is_found"), [(120, True), (119, False)])
def test_half_of_the_phrase_must_be_covered(end: int, is_found: bool) -> None:
    found = measured(gold(asked("R1", 100, 140)), reading(read("p", 50, end)))
    assert found.score(Measured.RECOMMENDATIONS).matched == int(is_found)


def test_two_in_one_sentence_pair_with_their_own_words() -> None:
    standard = gold(asked("R1", 100, 140), asked("R2", 150, 190, "not_adopted"))
    proposals = reading(
        read("second", 90, 200, "not_adopted", (145, 195)), read("first", 90, 200, words=(100, 130))
    )
    found = measured(standard, proposals)
    assert found.agreement(Judged.RESPONSE_CLASS).value == 1


def test_one_proposal_cannot_serve_two() -> None:
    standard = gold(asked("R1", 100, 140), asked("R2", 150, 190))
    score = measured(standard, reading(read("p", 0, 500))).score(Measured.RECOMMENDATIONS)
    assert (score.matched, score.missed) == (1, 1)


def test_a_pair_is_given_up_where_that_makes_more_pairs() -> None:
    # The long passage covers both phrases, the short one only the first.
    pairs = pair_up(
        [Span(0, 10), Span(20, 30)],
        [Place(Span(0, 30), Span(0, 10)), Place(Span(0, 12), Span(2, 4))],
    )
    assert pairs == [(0, 1), (1, 0)]


def test_optional_phrases_are_no_false_alarm_and_negatives_say_why() -> None:
    standard = gold(
        optional_recommendations=(GoldRemark(quote(100, 140), "unclear"),),
        negatives=(GoldRemark(quote(300, 340), "a finding"),),
    )
    found = measured(standard, reading(read("p1", 90, 150), read("p2", 290, 350)))
    assert found.score(Measured.RECOMMENDATIONS).false_alarms == 1
    assert [item.note for item in found.differences] == ["a finding"]


def test_acceptable_classes_count_and_the_first_counts_strictly() -> None:
    soft = replace(
        asked("R1", 100, 140),
        acceptable_classes=frozenset({ResponseClass.ADOPTED, ResponseClass.STANDING_POLICY}),
    )
    found = measured(gold(soft), reading(read("p", 90, 150, "standing_policy")))
    assert found.agreement(Judged.RESPONSE_CLASS).hits == 1
    assert found.agreement(Judged.RESPONSE_CLASS_STRICT).hits == 0
    (cell,) = found.confusion
    assert (cell.gold, cell.read, cell.count) == ("adopted", "standing_policy", 1)


def test_a_missing_answer_is_right_only_when_none_was_read() -> None:
    standard = gold(asked("R1", 100, 140, None), asked("R2", 200, 240, None))
    found = measured(standard, reading(read("p1", 90, 150, silent=True), read("p2", 190, 250)))
    silence = found.agreement(Judged.SILENCE)
    assert (silence.hits, silence.of) == (1, 2)
    assert found.agreement(Judged.RESPONSE_CLASS).value is None


def dated(
    name: str, start: int, end: int, *, first: date | None, last: date | None,
    start_by: date | None = None, may_be_open: bool = False,
) -> GoldCommitment:  # fmt: skip
    deadline = GoldDeadline(first, last, start_by, may_be_open, DeadlineKind.EXPECTED)
    return GoldCommitment(name, quote(start, end), frozenset({"promised"}), deadline)


YEAR = {"first": date(2023, 12, 31), "last": date(2023, 12, 31), "start_by": date(2023, 1, 1)}


@pytest.mark.parametrize(
    ("start", "end", "is_right"),
    [
        (date(2023, 1, 1), date(2023, 12, 31), True),
        (None, date(2023, 12, 31), True),
        (date(2022, 1, 1), date(2023, 12, 31), True),
        (date(2023, 6, 1), date(2023, 12, 31), False),  # only half of what was said
        (date(2023, 1, 1), date(2023, 6, 30), False),
        (None, None, False),
    ],
)
def test_a_period_is_right_when_it_falls_due_on_the_same_day(
    start: date | None, end: date | None, is_right: bool
) -> None:
    deadline = ReadDeadline(start=start, end=end, kind=DeadlineKind.EXPECTED, text="in 2023")
    found = measured(
        gold(commitments=(dated("K1", 100, 140, **YEAR),)),
        reading(commitments=(promised("p", 90, 150, deadline),)),
    )
    score = found.score(Measured.DEADLINES)
    wanted = (1, 0, 0) if is_right else (0, 1, 1)
    assert (score.matched, score.missed, score.false_alarms) == wanted


def test_a_day_that_the_letter_does_not_give_must_stay_open() -> None:
    standard = gold(commitments=(dated("K1", 100, 140, first=None, last=None, may_be_open=True),))
    words = ReadDeadline(kind=DeadlineKind.EXPECTED, text="before the debate")
    invented = words.model_copy(update={"end": date(2023, 1, 1)})
    for deadline, matched in ((words, 1), (invented, 0), (ReadDeadline(), 0)):
        found = measured(standard, reading(commitments=(promised("p", 90, 150, deadline),)))
        assert found.score(Measured.DEADLINES).matched == matched


def test_a_date_of_something_done_is_no_deadline() -> None:
    done = promised("p", 90, 150, ReadDeadline(end=date(2019, 1, 1), text="in 2019"), "done")
    score = measured(gold(), reading(commitments=(done,))).score(Measured.DEADLINES)
    assert score.f1 is None


def test_something_under_way_read_as_promised_is_a_matter_of_tense() -> None:
    going_on = GoldCommitment("K1", quote(100, 140), frozenset({"under_way"}))
    found = measured(gold(commitments=(going_on,)), reading(commitments=(promised("p", 90, 150),)))
    assert found.agreement(Judged.TENSE).hits == 0
    assert found.score(Measured.PROMISES).false_alarms == 0
    assert found.score(Measured.COMMITMENTS).matched == 1


def test_papers_match_by_number_wherever_they_stand_and_count_once() -> None:
    standard = gold(
        references=(
            GoldReference("26485-308", quote(100, 140), "26485-308"),
            GoldReference("35000-XVII-34", quote(200, 240), "35000-XVII-34"),
            GoldReference("report", quote(300, 340), None),
            GoldReference("26485-319", quote(400, 440), "26485-319", is_own=True),
        )
    )
    found = measured(
        standard,
        reading(
            references=(
                paper("a", 700, 720, "26485-308"),
                paper("b", 750, 770, "26485-308"),
                paper("c", 790, 800, "35000-XVII-35"),
                paper("d", 300, 345, None, label="a report"),
                paper("e", 900, 945, None, label="A Report"),
                paper("f", 400, 410, "26485-319", is_own=True),
            )
        ),
    )
    score = found.score(Measured.REFERENCES)
    assert (score.matched, score.missed, score.false_alarms) == (3, 1, 1)
    assert found.score(Measured.OWN_NUMBER).f1 == 1
    missed = [item.id for item in found.differences if item.fault is Fault.MISSED]
    assert missed == ["35000-XVII-34"]


# Shares -----------------------------------------------------------------------------------------


def test_wilson_by_hand() -> None:
    # 8 of 10: (0.8 + 0.19207) / 1.38415 and 1.95996 * sqrt(0.016 + 0.009604) / 1.38415
    low, high = wilson(8, 10)
    assert (round(low, 4), round(high, 4)) == (0.4902, 0.9433)
    assert wilson(0, 5)[0] == 0
    assert wilson(5, 5)[1] == 1


@pytest.mark.parametrize(("hits", "of"), [(1, 0), (3, 2), (-1, 2)])
def test_counts_that_are_no_share_are_refused(hits: int, of: int) -> None:
    with pytest.raises(InputError, match="no share"):
        wilson(hits, of)


@given(st.integers(0, 300), st.integers(0, 300))
def test_an_interval_holds_its_share(hits: int, more: int) -> None:
    share = Share.from_counts(hits, hits + more)
    if share.value is None:
        assert hits + more == 0
    else:
        assert share.low is not None
        assert share.high is not None
        assert 0 <= share.low <= share.value <= share.high <= 1


@given(st.integers(0, 99), st.integers(0, 99), st.integers(0, 99))
def test_f1_is_the_harmonic_mean(matched: int, missed: int, false_alarms: int) -> None:
    score = PairScore.from_counts(matched=matched, missed=missed, false_alarms=false_alarms)
    p, r = score.precision.value, score.recall.value
    if p and r:
        assert score.f1 == pytest.approx(2 * p * r / (p + r))
    else:
        assert not score.f1


# Laws -------------------------------------------------------------------------------------------

PLACES = st.lists(
    st.tuples(st.integers(0, 90), st.integers(1, 9)), min_size=1, max_size=12, unique=True
)


@given(PLACES)
def test_gold_read_back_is_perfect(places: list[tuple[int, int]]) -> None:
    standard = gold(*(asked(f"R{k}", 100 * s, 100 * s + 10 * n) for k, (s, n) in enumerate(places)))
    proposals = [read(f"p{k}", 100 * s, 100 * s + 10 * n) for k, (s, n) in enumerate(places)]
    found = measured(standard, reading(*proposals))
    assert found.score(Measured.RECOMMENDATIONS).f1 == 1
    assert found.agreement(Judged.RESPONSE_CLASS).value == 1


@given(PLACES, PLACES)
def test_a_false_alarm_lowers_precision_alone(
    wanted: list[tuple[int, int]], proposed: list[tuple[int, int]]
) -> None:
    standard = gold(*(asked(f"R{k}", 100 * s, 100 * s + 10 * n) for k, (s, n) in enumerate(wanted)))
    proposals = [read(f"p{k}", 50 * s, 50 * s + 20 * n) for k, (s, n) in enumerate(proposed)]
    before = measured(standard, reading(*proposals)).score(Measured.RECOMMENDATIONS)
    more = [*proposals, read("alarm", 9_500, 9_600)]
    after = measured(standard, reading(*more)).score(Measured.RECOMMENDATIONS)
    assert after.recall == before.recall
    assert after.false_alarms == before.false_alarms + 1
    assert (after.precision.value or 0) <= (before.precision.value or 0)


@given(PLACES, PLACES, st.randoms(use_true_random=False))
def test_order_does_not_matter(
    wanted: list[tuple[int, int]], proposed: list[tuple[int, int]], shuffler: Any
) -> None:
    standard = gold(*(asked(f"R{k}", 100 * s, 100 * s + 10 * n) for k, (s, n) in enumerate(wanted)))
    proposals = [read(f"p{k}", 70 * s, 70 * s + 30 * n) for k, (s, n) in enumerate(proposed)]
    before = measured(standard, reading(*proposals))
    shuffler.shuffle(proposals)
    assert measured(standard, reading(*proposals)).kinds == before.kinds


@given(st.integers(0, 50), st.integers(1, 50), st.integers(0, 50), st.integers(1, 50))
def test_a_share_covered_lies_between_nothing_and_all(a: int, n: int, b: int, m: int) -> None:
    assert 0 <= covered(Span(a, a + n), Span(b, b + m)) <= 1
    assert covered(Span(a, a + n), Span(a, a + n)) == 1


# Gold in another form of the same letter ----------------------------------------------------------


def test_gold_finds_its_phrases_in_another_form_of_the_letter() -> None:
    old = "Wij beve-\nlen het vol-\nledige stelsel aan."
    standard = gold(
        replace(asked("R1", 0, 1), quote=GoldQuote("het volledige stelsel", Span(14, 37), 2))
    )
    assert placed(standard, old) == standard
    new = placed(standard, "Kop\n\nWij bevelen het volledige stelsel aan.").recommendations[0]
    assert (new.quote.span, new.quote.line) == (Span(17, 38), 3)


def test_gold_of_another_letter_is_refused() -> None:
    with pytest.raises(InputError, match="does not hold the gold's phrase"):
        placed(gold(replace(asked("R1", 0, 1), quote=GoldQuote("iets", Span(0, 4), 1))), "anders")
