"""What a sentence advises, or why it does not."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from ketenkaart.core.ledger.reading.clauses import Form, actions
from ketenkaart.core.ledger.reading.complement import has_purpose, points_only
from ketenkaart.core.ledger.reading.passages import Sentence
from ketenkaart.core.ledger.reading.remarks import is_asked
from ketenkaart.core.ledger.reading.scan import Hit
from ketenkaart.core.ledger.reading.source import Span

_TAIL = re.compile(
    r", (?:maar|doch|wat|hetgeen|iets wat|but|which)\b[^.;]{0,80}?\b(?:ik|wij|we|het kabinet|"
    r"de regering|mij|ons|the government|the ministry)\b",
    re.IGNORECASE,
)
"""What government says of advice in the sentence that gives it."""
_SAME_AGAIN = re.compile(
    r"(?:om )?(?:dit|dat|hiertoe) (?:te (?:doen|bereiken|realiseren)|door)\b", re.I
)


@dataclass(frozen=True, slots=True)
class Advice:
    """What one sentence advises; `steps` are the phrases that carry the advised actions.

    `is_nominal` says that the advice is named by a noun, so that the sentence may answer it too;
    `is_topic` that the sentence only says what the advice is about.
    """

    steps: tuple[Span, ...]
    adviser: str | None
    cues: tuple[str, ...]
    weight: float
    is_nominal: bool = False
    is_topic: bool = False


@dataclass(frozen=True, slots=True)
class NoAdvice:
    """Why a sentence with words of advice is none."""

    reason: str


def advice_of(
    sentence: Sentence,
    span: Span,
    form: Form,
    name: str | None,
    hits: tuple[Hit, ...],
    *,
    is_nominal: bool = False,
) -> Advice | NoAdvice:
    """Return the steps in a stretch of a sentence as advice; its weight is that of its cues."""
    text, shift = sentence.text, sentence.span.start
    local = Span(span.start - shift, span.end - shift)
    if points_only(text[local.start : local.end]):
        return NoAdvice("only points at other advice")
    if local.start >= local.end or not text[local.start : local.end].strip(" .,;:"):
        return NoAdvice("no step is named")
    if _SAME_AGAIN.match(text[local.start : local.end]):
        return NoAdvice("the means of the advice before")
    if (tail := _TAIL.search(text, local.start)) and tail.start() < local.end:
        local = Span(local.start, tail.start())
        is_nominal = True
    steps = tuple(Span(a + shift, b + shift) for a, b in actions(text, local, form))
    weight = 1.0
    for hit in hits:
        weight *= hit.cue.weight
    return Advice(steps, name, tuple(hit.cue.id for hit in hits), weight, is_nominal)


def duty_in(sentence: Sentence, start: int, values: tuple[str, ...]) -> Hit | None:
    """Return the first word of duty behind `start` whose cue stands for one of `values`."""
    empty = [(hit.start, hit.end) for hit in sentence.of("deontic_empty")]
    for hit in sentence.of("deontic"):
        counts = hit.cue.value in values and hit.cue.id != "considers_desirable"
        if hit.end <= start or not counts or any(a <= hit.start < b for a, b in empty):
            continue
        if not is_asked(sentence.text[max(0, start - sentence.span.start) :][: hit.start - start]):
            return hit
    return None


def with_purpose(sentence: Sentence, found: Advice | NoAdvice, verb: Hit) -> Advice | NoAdvice:
    """Return advice whose first step holds the purpose that the sentence opens with, if any."""
    if isinstance(found, NoAdvice) or not has_purpose(sentence.before(verb.start).strip()):
        return found
    first = Span(sentence.span.start, found.steps[0].end)
    return replace(found, steps=(first, *found.steps[1:]))
