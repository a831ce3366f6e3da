"""Measure a reading against gold: one to one, per kind, with every difference and its place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from ketenkaart.core.ledger.evaluation_types import (
    Agreement,
    Confusion,
    Difference,
    Evaluation,
    Fault,
    Judged,
    KindScore,
    Measured,
)
from ketenkaart.core.ledger.gold import (
    Gold,
    GoldCommitment,
    GoldQuote,
    GoldRecommendation,
    GoldRemark,
)
from ketenkaart.core.ledger.matching import HALF, Place, covered, pair_up
from ketenkaart.core.ledger.reading.source import NormalText, Span
from ketenkaart.core.ledger.reading.types import (
    Passage,
    ReadCommitment,
    Reading,
    ReadRecommendation,
)
from ketenkaart.core.ledger.reference_match import match_references
from ketenkaart.core.ledger.scores import PairScore, Share
from ketenkaart.core.ledger.types import ResponseClass

Item = TypeVar("Item")


@dataclass(slots=True)
class _Tally:
    """What has been counted so far."""

    kinds: dict[Measured, tuple[int, int, int]] = field(default_factory=dict)
    judged: dict[Judged, list[bool]] = field(default_factory=dict)
    confusion: Counter[tuple[ResponseClass | None, ResponseClass]] = field(default_factory=Counter)
    differences: list[Difference] = field(default_factory=list)

    def judge(self, of: Judged, agrees: bool) -> None:
        self.judged.setdefault(of, []).append(agrees)

    def count(
        self, of: Measured, matched: int, missed: Sequence[Difference], false: Sequence[Difference]
    ) -> None:
        self.kinds[of] = (matched, len(missed), len(false))
        self.differences += [*missed, *false]


def evaluate(gold: Gold, reading: Reading, text: NormalText) -> Evaluation:
    """Return how far `reading`, whose offsets lie in `text`, agrees with `gold`.

    A proposal counts when its sentence covers at least half of the gold's key phrase in the raw
    text; as many pairs are made as possible, each record once (see `matching.pair_up`). Proposals
    on phrases that gold calls optional are not counted. Classes, positions and the like are
    compared within the pairs; `response_class` counts any class that gold accepts,
    `response_class_strict` only the first. A deadline counts when sentence and period are both
    right (`GoldDeadline.is_right`), whichever pair its promise is in. Places of `gold` must lie
    in the raw text of the same letter; `gold.placed` sees to that.
    """
    tally = _Tally()
    _recommendations(gold, reading, text, tally)
    _commitments(gold, reading, text, tally)
    _promises(gold, reading, text, tally)
    _deadlines(gold, reading, text, tally)
    for of, matched, missed, false in match_references(gold, reading.references):
        tally.count(of, matched, missed, false)
    return Evaluation(
        document=gold.document,
        kinds=tuple(
            KindScore(of=of, score=PairScore.from_counts(matched=m, missed=g, false_alarms=p))
            for of, (m, g, p) in tally.kinds.items()
        ),
        agreements=tuple(
            Agreement(of=of, share=Share.from_counts(sum(found), len(found)))
            for of in Judged
            for found in [tally.judged.get(of, [])]
        ),
        confusion=tuple(
            Confusion(gold=key[0], read=key[1], count=count)
            for key, count in sorted(tally.confusion.items(), key=lambda item: str(item[0]))
        ),
        differences=tuple(sorted(tally.differences, key=lambda item: (item.line, item.id))),
    )


# Recommendations ------------------------------------------------------------------------------


def _recommendations(gold: Gold, reading: Reading, text: NormalText, tally: _Tally) -> None:
    read = reading.recommendations
    pairs = pair_up(
        [item.quote.span for item in gold.recommendations], [_place(item, text) for item in read]
    )
    for i, k in pairs:
        _compare_answer(gold.recommendations[i], read[k], text, tally)
    missed = [
        _missed(Measured.RECOMMENDATIONS, item.id, item.quote)
        for item in _without(gold.recommendations, (i for i, _ in pairs))
    ]
    false = _false_alarms(
        Measured.RECOMMENDATIONS,
        _without(read, (k for _, k in pairs)),
        gold.optional_recommendations,
        gold.negatives,
    )
    tally.count(Measured.RECOMMENDATIONS, len(pairs), missed, false)


def _compare_answer(
    gold: GoldRecommendation, read: ReadRecommendation, text: NormalText, tally: _Tally
) -> None:
    tally.confusion[gold.response_class, read.response_class] += 1
    is_silent = gold.response_class is None
    agrees = (read.response_span is None) == is_silent
    _compare(tally, Judged.SILENCE, gold, agrees, is_silent, read.response_span is None)
    if not is_silent:
        cls = gold.response_class
        agrees = read.response_class in gold.acceptable_classes
        _compare(tally, Judged.RESPONSE_CLASS, gold, agrees, cls, read.response_class)
        tally.judge(Judged.RESPONSE_CLASS_STRICT, read.response_class is cls)
    if gold.position is not None:
        agrees = read.position is gold.position
        _compare(tally, Judged.POSITION, gold, agrees, gold.position, read.position)
    if gold.follow_up is not None:
        agrees = read.follow_up is gold.follow_up
        _compare(tally, Judged.FOLLOW_UP, gold, agrees, gold.follow_up, read.follow_up)
    if gold.answer is not None and read.response_span is not None:
        where = text.original(Span(*read.response_span))
        agrees = covered(gold.answer.span, where) >= HALF
        _compare(tally, Judged.ANSWER_PLACE, gold, agrees, gold.answer.text, read.response_text)


def _compare(
    tally: _Tally,
    of: Judged,
    gold: GoldRecommendation | GoldCommitment,
    agrees: bool,
    should_be: object,
    was: object,
) -> None:
    tally.judge(of, agrees)
    if not agrees:
        tally.differences.append(
            Difference(
                fault=Fault.DIFFERENT, of=of, id=gold.id, text=gold.quote.text,
                line=gold.quote.line, gold=str(should_be), read=str(was),
            )
        )  # fmt: skip


# Commitments, promises and deadlines ------------------------------------------------------------


def _commitments(gold: Gold, reading: Reading, text: NormalText, tally: _Tally) -> None:
    read = reading.commitments
    pairs = pair_up(
        [item.quote.span for item in gold.commitments], [_place(item, text) for item in read]
    )
    for i, k in pairs:
        item = gold.commitments[i]
        if item.tenses:
            should_be = " or ".join(sorted(item.tenses))
            agrees = read[k].tense in item.tenses
            _compare(tally, Judged.TENSE, item, agrees, should_be, read[k].tense)
    missed = [
        _missed(Measured.COMMITMENTS, item.id, item.quote)
        for item in _without(gold.commitments, (i for i, _ in pairs))
    ]
    false = _false_alarms(
        Measured.COMMITMENTS,
        _without(read, (k for _, k in pairs)),
        gold.optional_commitments,
        gold.negatives,
    )
    tally.count(Measured.COMMITMENTS, len(pairs), missed, false)


def _promises(gold: Gold, reading: Reading, text: NormalText, tally: _Tally) -> None:
    promised = [item for item in gold.commitments if item.tenses == {"promised"}]
    read = [item for item in reading.commitments if item.tense == "promised"]
    pairs = pair_up([item.quote.span for item in promised], [_place(item, text) for item in read])
    # A thing under way that was read as promised is a matter of tense, not a promise invented.
    others = [GoldRemark(item.quote, "") for item in gold.commitments if item not in promised]
    missed = [
        _missed(Measured.PROMISES, item.id, item.quote)
        for item in _without(promised, (i for i, _ in pairs))
    ]
    false = _false_alarms(
        Measured.PROMISES,
        _without(read, (k for _, k in pairs)),
        (*gold.optional_commitments, *others),
        gold.negatives,
    )
    tally.count(Measured.PROMISES, len(pairs), missed, false)


def _deadlines(gold: Gold, reading: Reading, text: NormalText, tally: _Tally) -> None:
    due = [item for item in gold.commitments if item.deadline is not None]
    # What is done has a date, but none that falls due.
    read = [c for c in reading.commitments if c.deadline.text is not None and c.tense != "done"]
    places = [_place(item, text) for item in read]

    def is_right(i: int, k: int) -> bool:
        deadline = due[i].deadline
        return deadline is not None and deadline.is_right(read[k].deadline)

    pairs = pair_up([item.quote.span for item in due], places, is_right)
    for i, k in pairs:
        deadline = due[i].deadline
        if deadline is not None and deadline.kind is not None:
            kind = read[k].deadline.kind
            agrees = kind is deadline.kind
            _compare(tally, Judged.DEADLINE_KIND, due[i], agrees, deadline.kind, kind)
    left = _without(due, (i for i, _ in pairs))
    missed = [
        _missed(Measured.DEADLINES, item.id, item.quote).model_copy(
            update={"gold": str(item.deadline), "read": _read_there(item, read, places)}
        )
        for item in left
    ]
    excused = [GoldRemark(item.quote, "") for item in gold.commitments if item.excuses_deadline]
    false = _false_alarms(
        Measured.DEADLINES,
        _without(read, (k for _, k in pairs)),
        (*gold.optional_commitments, *excused),
        (),
    )
    tally.count(Measured.DEADLINES, len(pairs), missed, false)


def _read_there(
    item: GoldCommitment, read: Sequence[ReadCommitment], places: Sequence[Place]
) -> str | None:
    found = [
        f"{r.deadline.start}/{r.deadline.end} ({r.deadline.text})"
        for r, place in zip(read, places, strict=True)
        if covered(item.quote.span, place.passage) >= HALF
    ]
    return "; ".join(found) or None


# Shared -----------------------------------------------------------------------------------------


def _place(item: Passage, text: NormalText) -> Place:
    return Place(Span(item.locator.start, item.locator.end), text.original(Span(*item.quote_span)))


def _without(items: Sequence[Item], indices: Iterable[int]) -> list[Item]:
    taken = set(indices)
    return [item for k, item in enumerate(items) if k not in taken]


def _missed(of: Measured, identity: str, quote: GoldQuote) -> Difference:
    return Difference(fault=Fault.MISSED, of=of, id=identity, text=quote.text, line=quote.line)


def _false_alarms(
    of: Measured,
    read: Iterable[Passage],
    excused: Sequence[GoldRemark],
    negatives: Sequence[GoldRemark],
) -> list[Difference]:
    found = []
    for item in read:
        span = Span(item.locator.start, item.locator.end)
        if any(covered(remark.quote.span, span) >= HALF for remark in excused):
            continue
        why = [n.why for n in negatives if covered(n.quote.span, span) >= HALF]
        deadline = getattr(item, "deadline", None) if of is Measured.DEADLINES else None
        found.append(
            Difference(
                fault=Fault.FALSE_ALARM, of=of, id=item.id, text=item.text,
                line=item.locator.line, note=why[0] if why else None,
                read=f"{deadline.start}/{deadline.end} ({deadline.text})" if deadline else None,
            )
        )  # fmt: skip
    return found
