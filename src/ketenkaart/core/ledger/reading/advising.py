"""Take advice out of a sentence and put it with what it belongs to."""

from __future__ import annotations

import re

from ketenkaart.core.ledger.reading.advised import Advice
from ketenkaart.core.ledger.reading.answering import is_reply, take_reply
from ketenkaart.core.ledger.reading.answers import signals
from ketenkaart.core.ledger.reading.blocks import Group, Item, Reply, items_of, same_matter, stems
from ketenkaart.core.ledger.reading.clauses import Form, actions
from ketenkaart.core.ledger.reading.course import Course, Rejected
from ketenkaart.core.ledger.reading.passages import Sentence
from ketenkaart.core.ledger.reading.remarks import is_of_law, is_of_now, plain_duty, speaks
from ketenkaart.core.ledger.reading.source import Span
from ketenkaart.core.ledger.reading.targets import mentions, ordinal_number

_ADVICE_MARK = re.compile(r"(?:aanbeveling|recommendation)\s(?P<number>[0-9]{1,3}[a-z]?)", re.I)
_LIST_NUMBER = re.compile(r"\(?([0-9]{1,2}[a-z]?|[a-h](?=[.)]))")
_TO_WHOM = re.compile(r"\(?(?:gericht )?(?:aan|voor|to|for) [^.;:]{2,80}$", re.IGNORECASE)
"""Words behind "Recommendation 1" that say whom it is for."""
_LEAST_TITLE = 3
_NEAR = 3


def take_advice(course: Course, sentence: Sentence, said: Advice) -> None:
    """Take advice in its own words, or see that it repeats what was advised before."""
    course.awaits_title = False
    if said.is_topic and _is_worded_next(course, sentence):
        course.number = _own_number(course, sentence)
        course.outcome.rejected.append(Rejected(sentence, "announces advice that is worded next"))
        return
    new = items_of(sentence, said, _own_number(course, sentence))
    old = [course.restated(item, said) for item in new]
    known = [item for item in old if item is not None]
    if not known and said.is_nominal and course.entitled is not None:
        known = [course.entitled for item in new if item.words & course.entitled.words]
    if known and len(known) == len(new):
        course.echo(list(dict.fromkeys(known)), sentence)
        _answer_here(course, sentence, said, known)
        return
    answers = said.is_nominal and _answers(sentence, said)
    group = course.new_group(sentence) if answers else course.group_for(sentence)
    course.add(group, new)
    if answers:
        _answer_here(course, sentence, said, new)


def _is_worded_next(course: Course, sentence: Sentence) -> bool:
    """Say whether the next sentence of the paragraph words the advice that this one announces."""
    following = course.following(sentence)
    if not isinstance(following, Advice) or following.is_topic:
        return False
    return course.sentences[sentence.index + 1].paragraph == sentence.paragraph


def _own_number(course: Course, sentence: Sentence) -> str | None:
    """Return the number that a sentence gives its own advice, as in "the third is to ..."."""
    if sentence.mark and (found := _ADVICE_MARK.match(sentence.mark)):
        return found["number"]
    for hit in sentence.of("ordinal"):
        mention = next((m for m in mentions(sentence) if m.at.start == hit.start), None)
        if mention and int(mention.numbers[0]) > 0 and len(mention.numbers) == 1:
            return mention.numbers[0]
        as_ordinal = re.search(r"\b(?:als|as)(?: de)? $", sentence.before(hit.start), re.I)
        if as_ordinal:
            return ordinal_number(hit.match.group())
    numbers = [m for m in mentions(sentence) if not m.is_ordinal and len(m.numbers) == 1]
    return numbers[0].numbers[0] if numbers else course.number


def _answers(sentence: Sentence, said: Advice) -> bool:
    skip = Span(said.steps[0].start, said.steps[-1].end)
    found = signals(sentence, skip=skip)
    return any(s.position is not None or s.follow_up is not None for s in found)


def _answer_here(course: Course, sentence: Sentence, said: Advice, items: list[Item]) -> None:
    skip = Span(said.steps[0].start, said.steps[-1].end)
    found = signals(sentence, skip=skip)
    if course.group is not None and any(s.position or s.follow_up for s in found):
        at = sentence.span
        course.group.replies.append(
            Reply(sentence, at, found, items, is_blanket=True, is_strong=True)
        )


def take_numbered_heading(course: Course, sentence: Sentence, found: re.Match[str]) -> None:
    """Take "Recommendation 3": the words behind it, those below it, or what carries the number."""
    number, rest = found["number"], found["rest"].strip(" .:")
    if _TO_WHOM.match(rest):
        rest = ""
    known = course.numbered(number)
    course.number = number
    if known and (not rest or same_matter(stems(rest), known[-1].words, 1)):
        course.echo(known, sentence)
    elif len(rest.split()) >= _LEAST_TITLE:
        start = sentence.span.start + found.start("rest")
        take_whole(course, sentence, Span(start, sentence.span.end), "advice_heading")
    else:
        course.awaits_title = True


def take_item(course: Course, sentence: Sentence) -> bool:
    """Take a list item, the text under a numbered heading, or a bold imperative, as advice."""
    if sentence.opens_with("response_label"):
        return False
    mark = _ADVICE_MARK.match(sentence.mark or "") if sentence.is_first else None
    if mark:
        return _numbered_item(course, sentence, mark["number"])
    if course.awaits_title and sentence.is_first:
        return _below_title(course, sentence)
    is_listed = sentence.index in course.listed or (
        sentence.is_first and sentence.mark is not None and course.in_list
    )
    if is_listed or sentence.opens_with("imperative"):
        return _imperative_item(course, sentence)
    return False


def _below_title(course: Course, sentence: Sentence) -> bool:
    course.awaits_title = False
    if course.advises_later(sentence) or speaks(sentence):
        return False
    take_whole(course, sentence, sentence.span, "advice_heading")
    return True


def _numbered_item(course: Course, sentence: Sentence, number: str) -> bool:
    known = course.numbered(number)
    if known and (is_reply(course, sentence) or same_matter(stems(sentence.text), known[-1].words)):
        course.echo(known, sentence)
        if is_reply(course, sentence):
            take_reply(course, sentence)
        return True
    course.number = number
    short = len(sentence.text.split()) <= 4
    if short and course.advises_later(sentence):
        return True
    course.is_response = False
    take_whole(course, sentence, sentence.span, "numbered_recommendation", number)
    course.number = None
    return True


def _imperative_item(course: Course, sentence: Sentence) -> bool:
    is_item = sentence.is_first and sentence.mark is not None
    inside = course.in_list or sentence.index in course.listed
    if speaks(sentence) or (sentence.has("agreement") and not inside):
        return False
    if sentence.index in course.listed or (is_item and course.in_list):
        number = _LIST_NUMBER.match(sentence.mark or "")
        take_whole(course, sentence, sentence.span, "advice_list", number[1] if number else None)
        return True
    is_under = course.under_advice and sentence.is_first
    if sentence.opens_with("imperative") and (sentence.is_strong or is_item or is_under):
        if not sentence.is_first and not sentence.is_strong:
            return False
        number = _LIST_NUMBER.match(sentence.mark or "")
        take_whole(course, sentence, sentence.span, "imperative", number[1] if number else None)
        return True
    return False


def take_whole(
    course: Course, sentence: Sentence, span: Span, cue: str, number: str | None = None
) -> None:
    """Take a sentence as advice without a word of advice in it."""
    local = Span(span.start - sentence.span.start, span.end - sentence.span.start)
    form = _form_of(sentence, local)
    steps = actions(sentence.text, local, form, sentence.cues.commands)
    shift = sentence.span.start
    moved = tuple(Span(a + shift, b + shift) for a, b in steps)
    said = Advice(moved, course.memory.last, (cue,), 0.9)
    new = items_of(sentence, said, number or course.number)
    old = [course.restated(item, said) for item in new]
    known = [item for item in old if item is not None]
    if known and len(known) == len(new):
        course.echo(known, sentence)
        return
    group = course.group
    if group is None or (group.is_answered and not group.is_ahead) or group.is_echo:
        group = course.new_group(sentence)
    course.add(group, new)


def take_continuation(course: Course, sentence: Sentence) -> bool:
    """Take a duty that goes on with the advice before it, as long as government is silent."""
    group = course.group
    duty = plain_duty(sentence)
    if duty is None or course.is_response or speaks(sentence):
        return False
    if sentence.has("agreement", "refusal") or is_of_law(sentence) or is_of_now(sentence):
        return False
    near = _near_advice(sentence, group)
    if not near and not _near_finding(course, sentence):
        return False
    weight = 0.8 if near else 0.6
    connective = sentence.opens_with("connective")
    cues = (duty.cue.id, *((connective.id,) if connective else ()))
    local = Span(0, len(sentence.text))
    shift = sentence.span.start
    steps = tuple(Span(a + shift, b + shift) for a, b in actions(sentence.text, local, Form.MAIN))
    said = Advice(steps, course.memory.last, cues, weight * duty.cue.weight)
    course.add(course.group_for(sentence), items_of(sentence, said))
    return True


def _near_advice(sentence: Sentence, group: Group | None) -> bool:
    if group is None or not group.items or group.is_echo or group.has_spoken:
        return False
    last = group.items[-1].sentence
    gap = sentence.index - last.index
    same = last.paragraph == sentence.paragraph
    connected = sentence.opens_with("connective") is not None
    return gap <= _NEAR and (same or connected) and (gap == 1 or connected)


def _near_finding(course: Course, sentence: Sentence) -> bool:
    connected = sentence.opens_with("connective") is not None
    return course.finding == sentence.index - 1 and not sentence.is_first and connected


def _form_of(sentence: Sentence, local: Span) -> Form:
    lead = sentence.text[local.start : local.end].strip().casefold()
    if lead.startswith(("dat ", "that ")):
        return Form.CLAUSE
    if sentence.cues.commands(lead):
        return Form.COMMAND
    if lead.startswith(("om ", "to ")) or re.search(r"\bte [a-zà-ÿ]+n\b", lead):
        return Form.INFINITIVE
    return Form.COMMAND
