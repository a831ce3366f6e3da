"""Which steps of due diligence a report describes as its own."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Sequence

from ketenkaart.core.monitor.endorsement.cues import CueKind, EndorsementCues
from ketenkaart.core.monitor.endorsement.types import DescribedStep, Form, Sentence, Step

_WORDS_BEFORE = 4
_LEAST_WORDS = 3
"""A cell or title that only names a step describes none."""
_WORD = re.compile(r"\S+\s*")


def steps_in(
    sentences: Sequence[Sentence],
    indices: Iterable[int],
    cues: EndorsementCues,
    *,
    beside: Container[int] = (),
) -> list[DescribedStep]:
    """Return the steps that sentences describe as done.

    A sentence that only means, asks of others, asks a question, or denies the step describes none.
    In the paragraphs `beside` a commitment everyday words tell of a step; elsewhere only the words
    of due diligence do, and the sentence or one next to it in its paragraph must speak of people,
    chains or the environment: a company also identifies currency risks.
    """
    found: list[DescribedStep] = []
    topics: dict[int, bool] = {}
    for index in indices:
        words = sentences[index]
        is_beside = words.paragraph in beside
        # whether it is on the subject is asked first: most of a long report is not
        if not is_beside and not _has_topic(index, sentences, topics, cues):
            continue
        steps = _steps_of(words.text, cues, is_beside=is_beside)
        if steps and _describes(words, cues):
            found += [
                DescribedStep(step, words.text, words.page, words.start, words.end)
                for step in steps
            ]
    return found


def _has_topic(
    index: int, sentences: Sequence[Sentence], known: dict[int, bool], cues: EndorsementCues
) -> bool:
    here = sentences[index].paragraph
    for near in range(max(0, index - 1), min(len(sentences), index + 2)):
        if sentences[near].paragraph == here:
            if near not in known:
                known[near] = cues.has(CueKind.DILIGENCE, sentences[near].text)
            if known[near]:
                return True
    return False


def _describes(sentence: Sentence, cues: EndorsementCues) -> bool:
    text = sentence.text
    if sentence.form is Form.HEADING or text.rstrip().endswith("?"):
        return False
    if len(text.split()) < _LEAST_WORDS:
        return False
    return not cues.has(CueKind.HEDGE, text) and not _is_demand(text, cues)


def _is_demand(text: str, cues: EndorsementCues) -> bool:
    demands = cues.hits(CueKind.REQUIRES, text)
    if not demands:
        return False
    return not any(hit.start < demands[0].start for hit in cues.hits(CueKind.OWN, text))


def _steps_of(text: str, cues: EndorsementCues, *, is_beside: bool) -> list[Step]:
    denials = [hit.end for hit in cues.hits(CueKind.DENIAL, text)]
    found = cues.hits(CueKind.STEP, text)
    if is_beside:
        found += cues.hits(CueKind.EVERYDAY_STEP, text)
    steps = (
        Step(hit.cue.value or "")
        for hit in found
        if not any(_is_just_before(text, end, hit.start) for end in denials)
    )
    return list(dict.fromkeys(steps))


def _is_just_before(text: str, end: int, start: int) -> bool:
    return (
        end <= start
        and "," not in text[end:start]
        and len(_WORD.findall(text[end:start])) <= _WORDS_BEFORE
    )


def kinds(steps: Iterable[DescribedStep]) -> tuple[Step, ...]:
    """Return the steps once each, in the order of the Guidance."""
    told = {step.step for step in steps}
    return tuple(step for step in Step if step in told)
