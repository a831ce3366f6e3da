"""Recommendations of a letter, with the answer that each one gets."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from ketenkaart.core.ledger.reading.answers import Force, Signal
from ketenkaart.core.ledger.reading.blocks import Item, Reply, stems
from ketenkaart.core.ledger.reading.course import Outcome
from ketenkaart.core.ledger.reading.passages import Sentence
from ketenkaart.core.ledger.reading.places import Places
from ketenkaart.core.ledger.reading.source import NormalText, Span
from ketenkaart.core.ledger.reading.types import (
    ReadCommitment,
    ReadRecommendation,
    ReadReference,
    Reject,
)
from ketenkaart.core.ledger.reading.verdict import DESCRIBED, UNANSWERED, Verdict, verdict
from ketenkaart.core.ledger.reading.walk import walk
from ketenkaart.core.ledger.types import FollowUp, Position

_LEAST = 0.05
_AGREED = (Position.ADOPTED, Position.ADOPTED_IN_PART)


@dataclass(frozen=True, slots=True)
class Advised:
    """The recommendations of a letter, the sentences that answer each, and what was not taken."""

    recommendations: tuple[ReadRecommendation, ...]
    blocks: dict[str, tuple[Span, ...]]
    rejects: tuple[Reject, ...]

    @property
    def sentences(self) -> tuple[Span, ...]:
        """Return the sentences that hold a recommendation, in order, each once."""
        return tuple(dict.fromkeys(Span(*found.span) for found in self.recommendations))


def read_recommendations(
    text: NormalText, sentences: Sequence[Sentence], places: Places
) -> Advised:
    """Return one recommendation for each advised action, in the order of the letter.

    A recommendation that nothing answers has no response span, the position `none_given`, the
    follow-up `no_action` and the class `to_be_considered`, for nothing is refused.
    """
    found = walk(list(sentences))
    ordered = sorted(found.items, key=lambda item: (item.sentence.span, item.quote))
    blocks: dict[str, tuple[Span, ...]] = {}
    recommendations: list[ReadRecommendation] = []
    for number, item in enumerate(ordered, start=1):
        identity = f"recommendation-{number}"
        recommendations.append(_recommendation(identity, item, text, places))
        blocks[identity] = tuple(reply.sentence.span for reply in item.replies)
    return Advised(tuple(recommendations), blocks, _rejects(found, places))


def _recommendation(
    identity: str, item: Item, text: NormalText, places: Places
) -> ReadRecommendation:
    coded, deciding = _coded(item)
    answer = deciding.at if deciding else None
    weight = max(_LEAST, min(1.0, item.weight * coded.weight))
    return ReadRecommendation(
        id=identity,
        section=item.sentence.section,
        text=item.sentence.text,
        span=item.sentence.span,
        quote=text.text[item.quote.start : item.quote.end],
        quote_span=item.quote,
        locator=places.of(item.sentence.span),
        cues=(*item.cues, *_answer_cues(item)),
        confidence=round(weight, 3),
        adviser=item.adviser,
        position=coded.position,
        follow_up=coded.follow_up,
        response_class=coded.response_class,
        response_span=answer,
        response_text=text.text[answer.start : answer.end] if answer else None,
    )


def _answer_cues(item: Item) -> tuple[str, ...]:
    cues = [s.cue for reply in item.replies for s in reply.signals]
    return tuple(dict.fromkeys(cues))


def _coded(item: Item) -> tuple[Verdict, Reply | None]:
    """Return how an item's answer is coded, and the reply that decided it."""
    if not item.replies and not item.others:
        return UNANSWERED, None
    replies = sorted(item.replies, key=lambda reply: (reply.sentence.index, reply.at))
    chosen = _own_first(item, replies)
    found = [signal for reply in chosen for signal in reply.signals]
    strong = any(reply.is_strong and _is_near(item, reply) for reply in chosen)
    if not found and not strong:
        return UNANSWERED, None
    coded = verdict(found) if found else DESCRIBED
    if coded.follow_up is FollowUp.NO_ACTION and coded.position in _AGREED:
        shared = [signal for reply in item.others for signal in reply.signals]
        coded = replace(coded, follow_up=verdict([*found, *shared]).follow_up)
    return coded, _deciding(chosen, coded)


def _is_near(item: Item, reply: Reply) -> bool:
    """Say whether a description can answer: it stands with the advice, or shares its words."""
    if reply.sentence.paragraph == item.paragraph or reply.targets is not None:
        return True
    return bool(item.words & stems(reply.sentence.text))


def _own_first(item: Item, replies: list[Reply]) -> list[Reply]:
    """Leave out what answers several items together where this one has an answer of its own."""
    positioned = [r for r in item.own if any(s.position for s in r.signals)]
    shared = [r for r in replies if r not in item.own]
    if positioned:
        last = positioned[-1].sentence.index
        return [*item.own, *(r for r in shared if r.sentence.index > last and not r.is_blanket)]
    stepped = [r for r in item.own if any(s.follow_up for s in r.signals)]
    if stepped and not any(s.position for r in shared for s in r.signals):
        return item.own
    if not any(s.position or s.follow_up for r in replies for s in r.signals):
        return sorted([*replies, *item.others], key=lambda reply: reply.sentence.index)
    return replies


def _deciding(replies: Sequence[Reply], coded: Verdict) -> Reply:
    """Return the reply whose words decided: of the position, else of the first step."""
    best: Reply | None = None
    force = -1
    for reply in replies:
        for signal in reply.signals:
            if signal.position is coded.position and signal.force > force:
                best, force = reply, signal.force
    if best is not None:
        return best
    deciding = [r for r in replies if any(_decides(signal, coded) for signal in r.signals)]
    if deciding:
        return next((reply for reply in deciding if reply.is_blanket), deciding[0])
    return next((reply for reply in replies if reply.signals), replies[0])


def _decides(signal: Signal, coded: Verdict) -> bool:
    return signal.follow_up is coded.follow_up or signal.force is Force.PLAIN


def _rejects(found: Outcome, places: Places) -> tuple[Reject, ...]:
    return tuple(
        Reject(
            kind="recommendation",
            text=rejected.sentence.text,
            span=rejected.sentence.span,
            locator=places.of(rejected.sentence.span),
            reason=rejected.reason,
        )
        for rejected in found.rejected
    )


def link(
    advised: Advised,
    commitments: Sequence[ReadCommitment],
    references: Sequence[ReadReference],
) -> tuple[tuple[ReadRecommendation, ...], tuple[ReadCommitment, ...]]:
    """Return recommendations and commitments, each naming the others of its answer block."""
    by_sentence: dict[Span, list[str]] = {}
    linked: list[ReadRecommendation] = []
    promised = _by_place(((c.span[0], c.id) for c in commitments), advised)
    cited = _by_place(((r.span[0], r.id) for r in references if not r.is_own), advised)
    for one in advised.recommendations:
        block = advised.blocks[one.id]
        for span in block:
            by_sentence.setdefault(span, []).append(one.id)
        linked.append(
            one.model_copy(
                update={
                    "commitments": _of_block(promised, block),
                    "references": _of_block(cited, block),
                }
            )
        )
    return tuple(linked), tuple(
        one.model_copy(update={"recommendations": _ids_of(one, by_sentence)}) for one in commitments
    )


def _by_place(found: Iterable[tuple[int, str]], advised: Advised) -> dict[Span, list[str]]:
    """Return what stands in each sentence that answers something."""
    spans = sorted({span for block in advised.blocks.values() for span in block})
    places: dict[Span, list[str]] = {}
    for start, identity in found:
        at = bisect_right(spans, start, key=lambda span: span.start) - 1
        if at >= 0 and start < spans[at].end:
            places.setdefault(spans[at], []).append(identity)
    return places


def _of_block(places: dict[Span, list[str]], block: Sequence[Span]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one for span in block for one in places.get(span, ())))


def _ids_of(one: ReadCommitment, by_sentence: dict[Span, list[str]]) -> tuple[str, ...]:
    found = by_sentence.get(Span(*one.span), [])
    return tuple(dict.fromkeys(found))
