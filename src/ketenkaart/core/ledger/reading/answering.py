"""Take what a sentence answers and give it to the advice that it is about."""

from __future__ import annotations

import re
from dataclasses import replace

from ketenkaart.core.ledger.reading.advised import Advice
from ketenkaart.core.ledger.reading.answers import Force, Signal, clauses, signals
from ketenkaart.core.ledger.reading.blocks import Item, Reply, stems
from ketenkaart.core.ledger.reading.course import Course, Default
from ketenkaart.core.ledger.reading.passages import Sentence
from ketenkaart.core.ledger.reading.remarks import (
    is_about_advice,
    is_about_one,
    is_of_letter,
    is_others,
    points_back,
    speaks,
)
from ketenkaart.core.ledger.reading.source import Span
from ketenkaart.core.ledger.reading.speakers import Speaker, parties
from ketenkaart.core.ledger.reading.targets import Mention, mentions, resolve
from ketenkaart.core.ledger.types import FollowUp, Position

_POLICY = re.compile(r"beleid|praktijk", re.IGNORECASE)
_THESE = re.compile(r"\b(?:deze|these)\b", re.IGNORECASE)
_EXCEPT = re.compile(
    r"\b(?:met uitzondering van|uitgezonderd|behalve|behoudens|except(?: for)?|apart from|"
    r"with the exception of)\b",
    re.IGNORECASE,
)
_ADVICE_OF = re.compile(
    r"\b(?:advies|aanbeveling(?:en)?|pleidooi|voorstel|suggestie|oproep|dat|die|advice|"
    r"recommendations?) (?:van|of) (?:de |het |the )?$",
    re.IGNORECASE,
)
_SEVERAL = 2
_NEAR = 12
_SHORT = 6


def is_reply(course: Course, sentence: Sentence) -> bool:
    """Say whether a sentence belongs to an answer."""
    found = signals(sentence)
    named = course.outcome.items and (course.base or course.pending) and mentions(sentence)
    if sentence.opens_with("response_label") or named:
        return True
    says_only = is_of_letter(sentence) and not any(s.position for s in found)
    if says_only or is_others(sentence, course.advisers):
        return False
    if course.pending and (found or course.find_pending(stems(sentence.text))):
        return True
    group = course.group
    if speaks(sentence):
        return bool(found) or (group is not None and bool(group.items))
    if not found:
        return group is not None and group.has_spoken
    return _has_place(course, sentence, found)


def _has_place(course: Course, sentence: Sentence, found: list[Signal]) -> bool:
    about = is_about_advice(sentence) or bool(sentence.of("reach"))
    anaphoric = points_back(sentence) or sentence.has("anaphor")
    short = len(sentence.text.split()) <= _SHORT
    positioned = any(signal.position is not None for signal in found)
    if positioned:
        return about or anaphoric or short or course.is_response or course.is_open()
    return course.is_open() or about


def take_reply(course: Course, sentence: Sentence) -> None:
    """Take a sentence as an answer: to what it names, to what is open, or to what follows."""
    found = signals(sentence)
    named = mentions(sentence)
    reach = sentence.values("reach")
    if _excepts(course, sentence, named, found) or _is_reach(course, sentence, reach, found):
        return
    if _goes_ahead(course, sentence, reach, found):
        course.new_group(sentence).is_ahead = True
    if named and _by_mention(course, sentence, named, found):
        return
    if _by_adviser(course, sentence, found):
        return
    _turn(course, sentence, found)
    if course.pending and not _opened_since(course):
        own = course.find_pending(stems(sentence.text))
        if own and (found or sentence.is_first):
            course.echo(own, sentence)
        elif not found and (sentence.is_first or not (course.group and course.group.is_echo)):
            course.group = None
    if course.group is None:
        return
    found = _in_part(found)
    strong = _is_strong(course, sentence, found)
    blanket = is_about_advice(sentence) or points_back(sentence)
    single = is_about_one(sentence) or bool(sentence.opens_with("response_label"))
    course.group.replies.append(
        Reply(sentence, sentence.span, found, None, blanket, single, strong)
    )


def _by_adviser(course: Course, sentence: Sentence, found: list[Signal]) -> bool:
    """Take "the advice of the council I do not follow", where several advisers wait for it."""
    group = course.base
    if group is None or not found or len({item.adviser for item in group.items}) < _SEVERAL:
        return False
    for party in parties(sentence):
        if party.side is Speaker.ADVISER and _ADVICE_OF.search(sentence.before(party.start)):
            name = course.memory.name(party)
            items = [item for item in group.items if item.adviser == name]
            if items:
                _reply_to(course, sentence, sentence.span, found, items)
                return True
    return False


def _turn(course: Course, sentence: Sentence, found: list[Signal]) -> None:
    """Turn from advice named by number to the one of its group that a sentence's words name."""
    group, base = course.group, course.base
    if group is None or base is None or not group.is_echo or not found or points_back(sentence):
        return
    words = stems(sentence.text)
    if any(item.words & words for item in group.items):
        return
    meant = [item for item in base.items if item.words & words]
    if len(meant) == 1:
        course.echo(meant, sentence)


def _opened_since(course: Course) -> bool:
    """Say whether other advice was opened since the heading that announced the answers."""
    group = course.group
    if group is None or group.is_echo:
        return False
    return any(item not in course.pending for item in group.items)


def _in_part(found: list[Signal]) -> list[Signal]:
    """Read agreement and refusal in one sentence as an answer that adopts in part."""
    positions = [s.position for s in found if s.position is not None and s.force > Force.HINT]
    if positions[:1] != [Position.ADOPTED] or Position.NOT_ADOPTED not in positions:
        return found
    return [
        replace(s, position=Position.ADOPTED_IN_PART, force=Force.PLAIN) if s.position else s
        for s in found
    ]


def _is_strong(course: Course, sentence: Sentence, found: list[Signal]) -> bool:
    if speaks(sentence) or course.is_response or sentence.opens_with("response_label"):
        return True
    if any(signal.position is not None and signal.force > Force.HINT for signal in found):
        return True
    if not found:
        return False
    plain = any(
        signal.follow_up in (FollowUp.OUTSIDE_SCOPE, FollowUp.DEFERRED, FollowUp.NEW_ACTION)
        for signal in found
    )
    anaphoric = points_back(sentence) or is_about_advice(sentence)
    return bool(plain or anaphoric or _POLICY.search(sentence.text) or sentence.has("follow_up"))


def _is_reach(course: Course, sentence: Sentence, reach: set[str], found: list[Signal]) -> bool:
    """Take an answer to all recommendations, or to those that have none of their own."""
    positioned = [signal for signal in found if signal.position is not None]
    if not positioned or not reach & {"all", "rest"}:
        return False
    group = course.group
    is_waiting = group is not None and not group.is_ahead and not group.has_spoken
    if "rest" not in reach and course.is_open() and is_waiting:
        return False
    if len(clauses(sentence)) > 1 and mentions(sentence):
        return False
    if "all" in reach and _THESE.search(sentence.text) and course.is_open():
        return False
    reply = Reply(sentence, sentence.span, found, None, True, is_strong=True)
    course.defaults.append(Default(reply, "all" not in reach, _named_adviser(sentence)))
    return True


def _named_adviser(sentence: Sentence) -> str | None:
    """Return the adviser whose advice a sentence speaks of, where it names one in full."""
    named = [p for p in parties(sentence) if p.side is Speaker.ADVISER and not p.is_vague]
    return named[0].name if len(named) == 1 else None


def _excepts(course: Course, sentence: Sentence, named: list[Mention], found: list[Signal]) -> bool:
    """Take "I adopt all, with the exception of the fourth"."""
    exception = _EXCEPT.search(sentence.text)
    agreed = [s for s in found if s.position in (Position.ADOPTED, Position.ADOPTED_IN_PART)]
    if exception is None or not agreed:
        return False
    place = sentence.span.start + exception.end()
    out = next((m for m in named if 0 <= m.at.start - place <= _NEAR), None)
    if out is None:
        return False
    yes = [replace(s, position=Position.ADOPTED) if s.position else s for s in found]
    no = Signal(out.at, "degree", Position.NOT_ADOPTED, Force.PLAIN)
    group = course.base
    if group is None or not group.items or group.is_ahead:
        agreement = Reply(sentence, sentence.span, yes, None, True, is_strong=True)
        refusal = Reply(sentence, sentence.span, [no], None, True, is_strong=True)
        course.defaults.append(
            Default(agreement, False, _named_adviser(sentence), out.numbers, refusal)
        )
        return True
    refused = resolve(out, group, course.outcome.items)
    others = [m for m in named if m is not out]
    agreed_items = [i for m in others for i in resolve(m, group, course.outcome.items)]
    agreed_items = agreed_items or group.items
    _reply_to(course, sentence, sentence.span, yes, [i for i in agreed_items if i not in refused])
    _reply_to(course, sentence, sentence.span, [no], refused)
    return True


def _goes_ahead(course: Course, sentence: Sentence, reach: set[str], found: list[Signal]) -> bool:
    """Say whether an answer stands before the advice that it answers."""
    if not any(s.position is not None or s.follow_up is not None for s in found):
        return False
    if "ahead" in reach or (sentence.text.rstrip().endswith(":") and course.in_list):
        return True
    if course.group is not None and course.group.items and not course.group.has_spoken:
        return False
    following = course.following(sentence)
    if not isinstance(following, Advice):
        return False
    about = is_about_advice(sentence)
    return about and (sentence.is_first or course.group is None)


def _by_mention(
    course: Course, sentence: Sentence, named: list[Mention], found: list[Signal]
) -> bool:
    """Give each clause's answer to what that clause names by number or order."""
    pieces = clauses(sentence)
    targets: list[Item] = []
    taken = False
    for piece in pieces:
        here = [m for m in named if piece.start <= m.at.start < piece.end]
        if not here:
            continue
        items = [i for m in here for i in resolve(m, course.base, course.outcome.items)]
        if not items:
            continue
        inside = [s for s in found if piece.start <= s.at.start < piece.end]
        chosen = inside if len(pieces) > 1 and inside else found
        _reply_to(course, sentence, piece, chosen, items)
        targets += items
        taken = True
    rest = [s for s in found if not _in_named(s, pieces, named)]
    if taken and rest and "rest" in sentence.values("reach"):
        reply = Reply(sentence, sentence.span, rest, None, True, is_strong=True)
        course.defaults.append(Default(reply, is_rest=True))
    if taken and len({id(item) for item in targets}) == len(targets) and len(named) == 1:
        course.echo(targets, sentence)
    return taken


def _reply_to(
    course: Course, sentence: Sentence, at: Span, found: list[Signal], items: list[Item]
) -> None:
    words = sentence.text[at.start - sentence.span.start : at.end - sentence.span.start]
    at = Span(at.start + len(words) - len(words.lstrip(" ,;:")), at.end)
    group = course.group or course.new_group(sentence)
    group.replies.append(Reply(sentence, at, found, items, is_blanket=True, is_strong=True))


def _in_named(signal: Signal, pieces: list[Span], named: list[Mention]) -> bool:
    for piece in pieces:
        if piece.start <= signal.at.start < piece.end:
            return any(piece.start <= m.at.start < piece.end for m in named)
    return False
