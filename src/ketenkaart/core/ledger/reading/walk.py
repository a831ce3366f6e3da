"""Walk through a letter sentence by sentence: who advises what, and who answers it."""

from __future__ import annotations

import re

from ketenkaart.core.ledger.reading.advised import Advice, NoAdvice
from ketenkaart.core.ledger.reading.advising import (
    take_advice,
    take_continuation,
    take_item,
    take_numbered_heading,
    take_whole,
)
from ketenkaart.core.ledger.reading.answering import is_reply, take_reply
from ketenkaart.core.ledger.reading.blocks import assign
from ketenkaart.core.ledger.reading.course import Course, Outcome, Rejected
from ketenkaart.core.ledger.reading.listed import Cell
from ketenkaart.core.ledger.reading.passages import Sentence
from ketenkaart.core.ledger.reading.remarks import plain_duty
from ketenkaart.core.ledger.reading.speakers import Speaker, parties

_HEAD_NUMBER = re.compile(
    r"(?:[0-9.]{1,6} )?(?:aanbeveling|recommendation)(?: nr\.?| nummer)? "
    r"(?P<number>[0-9]{1,2}[a-z]?)\s*[:.–—-]?\s*(?P<rest>.*)$",
    re.IGNORECASE,
)
_AD_NUMBER = re.compile(r"ad\.? ?(?P<number>[0-9]{1,2}[a-z]?)(?P<rest>[.:]?)$", re.IGNORECASE)
_CLOSING = re.compile(
    r"(?:[0-9.]{1,5} )?(?:tot slot|ten slotte|tenslotte|slot|vervolg|afsluiting|conclusie|"
    r"next steps|conclusion|closing)\b",
    re.IGNORECASE,
)
_FOR_ONE = re.compile(
    r"(?:[0-9.]{1,5} )?(?:aanbeveling|recommendation) (?:aan|voor|to|for)\b", re.I
)
_LONGEST_TITLE = 120
_PLAIN_NOUN = 0.9
_LEAST_TITLE = 3


def walk(sentences: list[Sentence]) -> Outcome:
    """Return every advised action of a letter with the sentences that answer it."""
    course = Course(sentences)
    for sentence in sentences:
        if sentence.is_heading:
            _heading(course, sentence)
        else:
            _sentence(course, sentence)
    for group in course.groups:
        assign(group)
    for item in course.outcome.items:
        course.give_defaults(item)
    return course.outcome


def _heading(course: Course, sentence: Sentence) -> None:
    numbered = _HEAD_NUMBER.match(sentence.text)
    if sentence.opens_with("heading", "response") and len(sentence.text) < _LONGEST_TITLE:
        course.is_response = True
        course.await_answers()
        return
    course.close()
    course.is_response = False
    if _CLOSING.match(sentence.text) or sentence.opens_with("heading", "advice"):
        course.pending = []
    if numbered:
        take_numbered_heading(course, sentence, numbered)
    elif sentence.opens_with("heading", "advice") and len(sentence.text) < _LONGEST_TITLE:
        course.in_list = course.under_advice = True
        course.awaits_title = _FOR_ONE.match(sentence.text) is not None
    elif _is_numbered_command(sentence):
        take_whole(course, sentence, sentence.span, "imperative")
    else:
        course.entitle(sentence)


def _is_numbered_command(sentence: Sentence) -> bool:
    numbered = re.match(r"\(?[0-9]", sentence.text) is not None
    long = len(sentence.text.split()) >= _LEAST_TITLE
    return numbered and long and sentence.opens_with("imperative") is not None


def _sentence(course: Course, sentence: Sentence) -> None:
    if sentence.is_first and not sentence.mark and not sentence.opens_with("response_label"):
        course.in_list = course.in_list and course.awaits_title
    if (cell := course.cells.get(sentence.paragraph)) is not None:
        _cell(course, sentence, cell)
        return
    said = course.said[sentence.index]
    numbered = _HEAD_NUMBER.match(sentence.text) or _AD_NUMBER.match(sentence.text)
    if numbered and sentence.is_first and not numbered["rest"].strip(" ."):
        take_numbered_heading(course, sentence, numbered)
        return
    if _is_list_lead(sentence):
        _announce(course, sentence)
    elif isinstance(said, Advice):
        take_advice(course, sentence, said)
    elif not (take_item(course, sentence) or take_continuation(course, sentence)):
        if is_reply(course, sentence):
            take_reply(course, sentence)
        else:
            _note(course, sentence, said)


def _announce(course: Course, sentence: Sentence) -> None:
    """Take the sentence before a list; it may answer what the list holds."""
    course.in_list = True
    adviser = next((p for p in parties(sentence) if p.side is Speaker.ADVISER), None)
    if adviser is not None:
        course.memory.name(adviser)
    if is_reply(course, sentence):
        take_reply(course, sentence)


def _cell(course: Course, sentence: Sentence, cell: Cell) -> None:
    """Take a cell of a table: its column says whether it advises or answers."""
    if cell is Cell.NUMBER:
        course.number = sentence.text.strip(" .")
    elif cell is Cell.ADVICE:
        if sentence.is_first or sentence.opens_with("imperative"):
            if sentence.is_first:
                course.new_group(sentence)
            take_whole(course, sentence, sentence.span, "advice_list")
    elif cell is Cell.ANSWER:
        course.is_response = True
        take_reply(course, sentence)
        course.is_response = False


def _is_list_lead(sentence: Sentence) -> bool:
    if not sentence.text.rstrip().endswith(":"):
        return False
    return sentence.has("advice_list") or bool(
        sentence.has("advice_noun")
        or (
            "recommend" in sentence.values("advice_verb")
            and any(party.side is Speaker.ADVISER for party in parties(sentence))
        )
    )


def _note(course: Course, sentence: Sentence, said: Advice | NoAdvice | None) -> None:
    leading = parties(sentence)
    if leading and leading[0].side is Speaker.ADVISER:
        course.memory.name(leading[0])
        course.finding = sentence.index
        if sentence.is_first and course.group is not None and course.group.has_spoken:
            course.group = None
    if isinstance(said, NoAdvice):
        course.outcome.rejected.append(Rejected(sentence, said.reason))
    elif sentence.has("structure") and sentence.has("advice_noun"):
        course.outcome.rejected.append(Rejected(sentence, "says how the letter is built"))
    elif any(hit.cue.weight > _PLAIN_NOUN for hit in sentence.of("advice_noun")):
        course.outcome.rejected.append(Rejected(sentence, "speaks of advice and gives no step"))
    elif plain_duty(sentence) is not None:
        course.outcome.rejected.append(Rejected(sentence, "a duty that no adviser speaks of"))
