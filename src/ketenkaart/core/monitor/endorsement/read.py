"""Read what one report says of the Guidelines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ketenkaart.core.monitor.endorsement.cues import CueKind, EndorsementCues
from ketenkaart.core.monitor.endorsement.naming import Naming, find_namings
from ketenkaart.core.monitor.endorsement.stance import Finding, judge, plain_denials
from ketenkaart.core.monitor.endorsement.steps import kinds, steps_in
from ketenkaart.core.monitor.endorsement.types import (
    DescribedStep,
    EndorsementReading,
    Form,
    Ground,
    Level,
    Passage,
    Sentence,
    Stance,
    Step,
)

BEFORE, AFTER = 2, 8
"""Sentences around a frame in which described steps belong to its passage."""
LEAST_NEAR = 2
"""Different steps that a passage must describe to be an endorsement with due diligence."""
LEAST_FAR = 3
"""Different steps, identifying risks among them, that the rest of a report must describe."""
_LONGEST_LIST = 15
_SHORT = 12
_BULLETS = "-–—•*·▪◦‣○●"
_OWN = (Ground.OWN_FRAME, Ground.OWN_FRAME_AND_STEPS)
_MAY_BE_AFFIRMED = (Ground.OF_OTHERS, Ground.NAMED_ONLY, Ground.QUESTION)
_BOILERPLATE = (Ground.LISTED, Ground.INDEX_ROW, Ground.TITLE)


def read_endorsement(sentences: Sequence[Sentence], cues: EndorsementCues) -> EndorsementReading:
    """Return the level of a report, the passages that decide it, and what else it names.

    The level is that of the furthest passage; where a passage takes the Guidelines as its frame
    and the rest of the report describes due diligence, the report is an endorsement too.

    Source: levels after the Dutch measurement of the 90 % target; steps after the OECD Due
    Diligence Guidance for Responsible Business Conduct (2018).
    """
    namings, others = find_namings(sentences, cues)
    read = [_passage(naming, sentences, cues) for naming in namings]
    kept = [passage for passage in read if passage is not None]
    level = max((passage.level for passage in kept), default=Level.NONE)
    steps: list[DescribedStep] = []
    if level >= Level.REFERENCE_FRAMEWORK:
        steps = _described(namings, sentences, cues)
        if level is Level.REFERENCE_FRAMEWORK and _is_diligent(steps):
            level = Level.ENDORSEMENT
    deciding = min(level, Level.REFERENCE_FRAMEWORK)
    marked = tuple(
        replace(passage, is_deciding=level > 0 and passage.level >= deciding) for passage in kept
    )
    return EndorsementReading(
        level=level,
        stance=_stance(marked),
        passages=marked,
        steps=tuple(steps),
        others=tuple(others),
        is_boilerplate=bool(marked) and all(one.ground in _BOILERPLATE for one in marked),
    )


def _stance(passages: tuple[Passage, ...]) -> Stance:
    deciding = [passage.stance for passage in passages if passage.is_deciding]
    order = (Stance.FIRM, Stance.INTENDED, Stance.DENIED)
    return next((stance for stance in order if stance in deciding), Stance.NONE)


def _passage(
    naming: Naming, sentences: Sequence[Sentence], cues: EndorsementCues
) -> Passage | None:
    sentence = sentences[naming.index]
    first, text, shift = _with_intro(naming, sentences)
    finding = judge(text, naming.start + shift, naming.end + shift, sentence.form, cues)
    last = naming.index
    if finding.ground not in _OWN:
        finding, last = _affirmed(finding, naming, sentences, cues)
    if naming.is_anaphora and finding.stance is Stance.NONE:
        return None
    level, ground, steps = _level(finding, naming, sentences, cues)
    return Passage(
        text=" ".join(one.text for one in (*first, *sentences[naming.index : last + 1])),
        page=sentence.page,
        start=(first[0] if first else sentence).start,
        end=sentences[last].end,
        level=level,
        stance=finding.stance,
        ground=ground,
        cues=finding.cues,
        steps=steps,
    )


def _level(
    finding: Finding, naming: Naming, sentences: Sequence[Sentence], cues: EndorsementCues
) -> tuple[Level, Ground, tuple[Step, ...]]:
    if finding.ground is not Ground.OWN_FRAME:
        return Level.MENTION, finding.ground, ()
    near = _near(naming.index, sentences)
    steps = kinds(steps_in(sentences, near, cues, beside=_beside(naming.index, sentences)))
    if len(steps) < LEAST_NEAR:
        return Level.REFERENCE_FRAMEWORK, Ground.OWN_FRAME, steps
    return Level.ENDORSEMENT, Ground.OWN_FRAME_AND_STEPS, steps


def _with_intro(naming: Naming, sentences: Sequence[Sentence]) -> tuple[list[Sentence], str, int]:
    """Return the words that open the list in which the name stands, and both together."""
    sentence = sentences[naming.index]
    is_item = sentence.form in (Form.ITEM, Form.CELL) or sentence.text[:1] in _BULLETS
    before = sentences[max(0, naming.index - _LONGEST_LIST) : naming.index]
    opened = next((one for one in reversed(before) if one.text.rstrip().endswith(":")), None)
    if opened is not None and not (is_item or before[-1] is opened):
        opened = None
    if before and before[-1].text.endswith("?") and len(sentence.text.split()) <= _SHORT:
        opened = before[-1]
    if opened is None:
        return [], sentence.text, 0
    start = f"{opened.text} "
    return [opened], start + sentence.text, len(start)


def _affirmed(
    finding: Finding, naming: Naming, sentences: Sequence[Sentence], cues: EndorsementCues
) -> tuple[Finding, int]:
    """Return what the next sentence makes of it: "we meet that expectation"."""
    following = naming.index + 1
    if following < len(sentences) and finding.ground in _MAY_BE_AFFIRMED:
        hits = cues.hits(CueKind.AFFIRMS, sentences[following].text)
        denied = plain_denials(sentences[following].text, cues)
        if hits and not denied:
            return Finding(Ground.OWN_FRAME, Stance.FIRM, (hits[0].cue.id,)), following
        former = cues.hits(CueKind.FORMER, sentences[following].text)
        if former:
            return Finding(Ground.FORMER, Stance.DENIED, (former[0].cue.id,)), following
    return finding, naming.index


def _near(index: int, sentences: Sequence[Sentence]) -> range:
    return range(max(0, index - BEFORE), min(len(sentences), index + AFTER + 1))


def _beside(index: int, sentences: Sequence[Sentence]) -> set[int]:
    """Return the paragraph of a sentence, and the list, table or short lines that go on with it."""
    here = sentences[index].paragraph
    found = {here}
    for at in range(index + 1, min(index + AFTER + 1, len(sentences))):
        sentence = sentences[at]
        is_part = sentence.form in (Form.ITEM, Form.CELL, Form.FOOTNOTE) or (
            sentence.form is Form.PARAGRAPH and sentence.text[:1] in _BULLETS
        )
        is_alone = at + 1 == len(sentences) or sentences[at + 1].paragraph != sentence.paragraph
        is_link = is_alone and len(sentence.text.split()) <= _SHORT
        if sentence.paragraph not in found and not is_part and not is_link:
            break
        found.add(sentence.paragraph)
    return found


def _described(
    namings: Sequence[Naming], sentences: Sequence[Sentence], cues: EndorsementCues
) -> list[DescribedStep]:
    beside = {one for naming in namings for one in _beside(naming.index, sentences)}
    return steps_in(sentences, range(len(sentences)), cues, beside=beside)


def _is_diligent(steps: Sequence[DescribedStep]) -> bool:
    told = kinds(steps)
    return Step.IDENTIFY in told and len(told) >= LEAST_FAR
