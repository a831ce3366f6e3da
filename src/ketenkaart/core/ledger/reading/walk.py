"""Walk through a letter sentence by sentence: who advises what, and who answers it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from ketenkaart.core.ledger.reading.advice import Advice, NoAdvice, read_advice
from ketenkaart.core.ledger.reading.answers import Force, Signal, clauses, signals
from ketenkaart.core.ledger.reading.blocks import (
    Group,
    Item,
    Reply,
    assign,
    items_of,
    same_matter,
    stems,
)
from ketenkaart.core.ledger.reading.clauses import Form, actions
from ketenkaart.core.ledger.reading.listed import Cell, advice_lists, table_cells
from ketenkaart.core.ledger.reading.passages import Sentence
from ketenkaart.core.ledger.reading.scan import Hit
from ketenkaart.core.ledger.reading.source import Span
from ketenkaart.core.ledger.reading.speakers import Memory, Party, Speaker, parties
from ketenkaart.core.ledger.reading.targets import Mention, mentions, ordinal_number, resolve
from ketenkaart.core.ledger.types import FollowUp

_ADVICE_MARK = re.compile(r"(?:aanbeveling|recommendation)\s(?P<number>[0-9]{1,3}[a-z]?)", re.I)
_HEAD_NUMBER = re.compile(
    r"(?:[0-9.]{1,6} )?(?:aanbeveling|recommendation)(?: nr\.?| nummer)? (?P<number>[0-9]{1,2}[a-z]?)"
    r"\s*[:.–—-]?\s*(?P<rest>.*)$",
    re.IGNORECASE,
)
_AD_NUMBER = re.compile(r"ad\.? ?(?P<number>[0-9]{1,2}[a-z]?)(?P<rest>[.:]?)$", re.IGNORECASE)
_ABOUT = re.compile(
    r"\b(?:aanbeveling|advie[sz]|oproep|suggestie|pleidooi|voorstel|recommendation|aspect)\w*\b",
    re.I,
)
_SINGLE = re.compile(
    r"\b(?:deze|die|dit|dat|de|het|this|that|the) (?:laatste )?(?:aanbeveling|advies|oproep|suggestie|voorstel|"
    r"pleidooi|recommendation)\b",
    re.IGNORECASE,
)
_ANAPHOR_FIRST = re.compile(
    r"^(?:ook |hiermee|daarmee|hieraan|daaraan|hier|daar|(?:dit|deze|die|dat)(?! (?:najaar|voorjaar|jaar|zomer|"
    r"winter|kabinet|ministerie|brief|week|maand|periode|fonds|programma)\b)|daarin|hierin|hiertoe|beide|this|"
    r"that|these|both)\b",
    re.IGNORECASE,
)
_OWN_PAPER = re.compile(
    r"\b(?:kamerbrief|beleidsbrief|beleidsnota|begroting|regeerakkoord)\b", re.I
)
_POLICY = re.compile(r"beleid|praktijk", re.IGNORECASE)
_LABEL = re.compile(r"^[^:.–-]{3,40}[:.–-]\s*")
_SIGNED = re.compile(r"(?:de|the) (?:minister|staatssecretaris|state secretary)[^.:?]*,?$", re.I)
_SHORT = 6
_LEAST_TITLE = 3
_NEAR = 3


@dataclass(frozen=True, slots=True)
class Rejected:
    """A sentence that looked like advice and was not taken."""

    sentence: Sentence
    reason: str


@dataclass(slots=True)
class Outcome:
    """What a walk found: the advised actions with their replies, and what was not taken."""

    items: list[Item] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)


def walk(sentences: list[Sentence]) -> Outcome:
    """Return every advised action of a letter with the sentences that answer it."""
    return _Walk(sentences).run()


class _Walk:
    """The state of one reading: the open group, the kind of section, the advisers named so far."""

    def __init__(self, sentences: list[Sentence]) -> None:
        self.sentences = sentences
        self.memory = Memory(sentences)
        self.outcome = Outcome()
        self.groups: list[Group] = []
        self.group: Group | None = None
        self.base: Group | None = None
        self.is_response = False
        self.in_list = False
        self.number: str | None = None
        self.awaits_title = False
        self.finding: int | None = None
        self.defaults: list[Reply] = []
        self.said = [
            read_advice(sentence, self.memory, sentences[index - 1] if index else None)
            for index, sentence in enumerate(sentences)
        ]
        self.advisers = frozenset(
            said.adviser for said in self.said if isinstance(said, Advice) and said.adviser
        )
        self.listed = advice_lists(sentences)
        self.cells = table_cells(sentences)

    def run(self) -> Outcome:
        """Walk through all sentences and give each item its replies."""
        for sentence in self.sentences:
            if sentence.is_heading:
                self._heading(sentence)
            else:
                self._sentence(sentence)
        for group in self.groups:
            assign(group)
        for item in self.outcome.items:
            if not item.replies:
                item.replies.extend(self.defaults)
        return self.outcome

    # headings

    def _heading(self, sentence: Sentence) -> None:
        numbered = _HEAD_NUMBER.match(sentence.text)
        if sentence.opens_with("heading", "response") and len(sentence.text) < 120:
            self.is_response = True
            return
        self._close()
        self.is_response = False
        if numbered:
            self._numbered_heading(sentence, numbered)
        elif sentence.opens_with("heading", "advice") and len(sentence.text) < 120:
            self.in_list = True
        elif sentence.opens_with("imperative") and len(sentence.text.split()) >= _LEAST_TITLE:
            if re.match(r"\(?[0-9]", sentence.text) or sentence.mark:
                self._whole(sentence, sentence.span, "imperative")

    def _numbered_heading(self, sentence: Sentence, found: re.Match[str]) -> None:
        number, rest = found["number"], found["rest"].strip(" .:")
        known = [item for item in self.outcome.items if item.number == number]
        self.number = number
        if known and (not rest or same_matter(stems(rest), known[-1].words, 1)):
            self._echo(known, sentence)
        elif len(rest.split()) >= _LEAST_TITLE:
            start = sentence.span.start + found.start("rest")
            self._whole(sentence, Span(start, sentence.span.end), "advice_heading")
        else:
            self.awaits_title = True

    def _close(self) -> None:
        self.group = self.base = None
        self.in_list = False
        self.number = None
        self.awaits_title = False
        self.finding = None

    # sentences

    def _sentence(self, sentence: Sentence) -> None:
        if sentence.is_first and not sentence.mark and not sentence.opens_with("response_label"):
            self.in_list = self.in_list and self.awaits_title
        if (cell := self.cells.get(sentence.paragraph)) is not None:
            self._cell(sentence, cell)
            return
        said = self.said[sentence.index]
        numbered = _HEAD_NUMBER.match(sentence.text) or _AD_NUMBER.match(sentence.text)
        if numbered and sentence.is_first and not numbered["rest"].strip(" ."):
            self._numbered_heading(sentence, numbered)
            return
        if self._is_list_lead(sentence):
            self.in_list = True
            adviser = next((p for p in parties(sentence) if p.side is Speaker.ADVISER), None)
            if adviser is not None:
                self.memory.name(adviser)
            if self._is_reply(sentence):
                self._take_reply(sentence, None)
            return
        if isinstance(said, Advice):
            self._take_advice(sentence, said)
            return
        if self._take_item(sentence) or self._take_continuation(sentence):
            return
        if self._is_reply(sentence):
            self._take_reply(sentence, None)
            return
        self._note(sentence, said)

    def _cell(self, sentence: Sentence, cell: Cell) -> None:
        """Take a cell of a table: its column says whether it advises or answers."""
        if cell is Cell.NUMBER:
            self.number = sentence.text.strip(" .")
        elif cell is Cell.ADVICE:
            if sentence.is_first or sentence.opens_with("imperative"):
                if sentence.is_first:
                    self._new_group(sentence)
                self._whole(sentence, sentence.span, "advice_list")
        elif cell is Cell.ANSWER:
            self.is_response = True
            self._take_reply(sentence, None)
            self.is_response = False

    def _is_list_lead(self, sentence: Sentence) -> bool:
        if not sentence.text.rstrip().endswith(":"):
            return False
        return sentence.has("advice_list") or bool(
            sentence.has("advice_noun")
            or "recommend" in sentence.values("advice_verb")
            and any(party.side is Speaker.ADVISER for party in parties(sentence))
        )

    # advice

    def _take_advice(self, sentence: Sentence, said: Advice) -> None:
        self.awaits_title = False
        new = items_of(sentence, said, self._own_number(sentence))
        old = [self._restated(item, said) for item in new]
        known = [item for item in old if item is not None]
        if known and len(known) == len(new):
            self._echo(known, sentence)
            self._answer_here(sentence, said, known)
            return
        answers = said.is_nominal and self._answers(sentence, said)
        group = self._new_group(sentence) if answers else self._group_for(sentence)
        self._add(group, new)
        if answers:
            self._answer_here(sentence, said, new)

    def _own_number(self, sentence: Sentence) -> str | None:
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
        return numbers[0].numbers[0] if numbers else self.number

    def _restated(self, item: Item, said: Advice) -> Item | None:
        """Return the advice given before that this one repeats."""
        least = 2 if said.is_nominal else 3
        floor = 0.6 if said.is_nominal else 0.75
        best, score = None, 0.0
        for old in self.outcome.items:
            if old.sentence.paragraph == item.sentence.paragraph and not said.is_nominal:
                continue
            value = same_matter(item.words, old.words, least)
            if value >= floor and value > score:
                best, score = old, value
        return best

    def _answers(self, sentence: Sentence, said: Advice) -> bool:
        skip = Span(said.steps[0].start, said.steps[-1].end)
        found = signals(sentence, skip=skip)
        return any(s.position is not None or s.follow_up is not None for s in found)

    def _answer_here(self, sentence: Sentence, said: Advice, items: list[Item]) -> None:
        skip = Span(said.steps[0].start, said.steps[-1].end)
        found = signals(sentence, skip=skip)
        if self.group is not None and any(s.position or s.follow_up for s in found):
            at = _around(sentence, found)
            self.group.replies.append(
                Reply(sentence, at, found, items, is_blanket=True, is_strong=True)
            )

    def _add(self, group: Group, new: list[Item]) -> None:
        group.items.extend(new)
        self.outcome.items.extend(new)

    def _group_for(self, sentence: Sentence) -> Group:
        group = self.group
        if group is None or group.is_echo:
            return self._new_group(sentence)
        if group.is_ahead:
            here = (
                not group.items or group.items[-1].paragraph == sentence.paragraph or self.in_list
            )
            fresh = not group.items or not group.has_spoken
            return group if here and fresh else self._new_group(sentence)
        if group.has_spoken:
            return self._new_group(sentence)
        if group.items and group.replies:
            if group.items[-1].paragraph != sentence.paragraph:
                return self._new_group(sentence)
            group.replies.clear()
        return group

    def _new_group(self, sentence: Sentence) -> Group:
        self.group = self.base = Group(sentence.section)
        self.groups.append(self.group)
        return self.group

    def _echo(self, items: list[Item], sentence: Sentence) -> None:
        self.group = Group(sentence.section, list(items), is_echo=True)
        self.groups.append(self.group)

    # items of lists, titles and imperatives

    def _take_item(self, sentence: Sentence) -> bool:
        """Take a list item, the text under a numbered heading, or a bold imperative, as advice."""
        if sentence.opens_with("response_label"):
            return False
        mark = _ADVICE_MARK.match(sentence.mark or "") if sentence.is_first else None
        if mark:
            return self._numbered_item(sentence, mark["number"])
        if self.awaits_title and sentence.is_first:
            self.awaits_title = False
            if self._later_in_paragraph(sentence) or self._speaks(sentence):
                return False
            self._whole(sentence, sentence.span, "advice_heading")
            return True
        if sentence.index in self.listed or sentence.opens_with("imperative"):
            return self._imperative_item(sentence)
        if sentence.is_first and sentence.mark and self.in_list:
            return self._imperative_item(sentence)
        return False

    def _numbered_item(self, sentence: Sentence, number: str) -> bool:
        known = [item for item in self.outcome.items if item.number == number]
        if known and (
            self._is_reply(sentence) or same_matter(stems(sentence.text), known[-1].words)
        ):
            self._echo(known, sentence)
            if self._is_reply(sentence):
                self._take_reply(sentence, None)
            return True
        self.number = number
        short = len(sentence.text.split()) <= 4
        if short and self._later_in_paragraph(sentence):
            return True
        self.is_response = False
        self._whole(sentence, sentence.span, "numbered_recommendation", number)
        self.number = None
        return True

    def _imperative_item(self, sentence: Sentence) -> bool:
        is_item = sentence.is_first and sentence.mark is not None
        inside = self.in_list or sentence.index in self.listed
        if self._speaks(sentence) or (sentence.has("agreement") and not inside):
            return False
        if sentence.index in self.listed or (is_item and self.in_list):
            number = re.match(r"\(?([0-9]{1,2}[a-z]?)", sentence.mark or "")
            self._whole(sentence, sentence.span, "advice_list", number[1] if number else None)
            return True
        if sentence.opens_with("imperative") and (sentence.is_strong or is_item):
            if not sentence.is_first and not sentence.is_strong:
                return False
            number = re.match(r"\(?([0-9]{1,2}[a-z]?)", sentence.mark or "")
            self._whole(sentence, sentence.span, "imperative", number[1] if number else None)
            return True
        return False

    def _later_in_paragraph(self, sentence: Sentence) -> bool:
        """Say whether a later sentence of the paragraph gives the advice in full."""
        for later in self.sentences[sentence.index + 1 :]:
            if later.paragraph != sentence.paragraph:
                return False
            if isinstance(self.said[later.index], Advice):
                return True
        return False

    def _whole(self, sentence: Sentence, span: Span, cue: str, number: str | None = None) -> None:
        """Take a sentence as advice without a word of advice in it."""
        local = Span(span.start - sentence.span.start, span.end - sentence.span.start)
        form = _form_of(sentence, local)
        steps = actions(sentence.text, local, form, sentence.cues.commands)
        shift = sentence.span.start
        moved = tuple(Span(a + shift, b + shift) for a, b in steps)
        said = Advice(moved, self.memory.last, (cue,), 0.9)
        new = items_of(sentence, said, number or self.number)
        old = [self._restated(item, said) for item in new]
        known = [item for item in old if item is not None]
        if known and len(known) == len(new):
            self._echo(known, sentence)
            return
        group = self.group
        if group is None or group.is_answered and not group.is_ahead or group.is_echo:
            group = self._new_group(sentence)
        self._add(group, new)

    def _take_continuation(self, sentence: Sentence) -> bool:
        """Take a duty that goes on with the advice before it, as long as government is silent."""
        group = self.group
        duty = _plain_duty(sentence)
        if duty is None or self.is_response or self._speaks(sentence):
            return False
        if sentence.has("agreement", "refusal") or _is_of_law(sentence):
            return False
        near = self._near_advice(sentence, group)
        if not near and not self._near_finding(sentence):
            return False
        weight = 0.8 if near else 0.6
        connective = sentence.opens_with("connective")
        cues = (duty.cue.id, *((connective.id,) if connective else ()))
        local = Span(0, len(sentence.text))
        shift = sentence.span.start
        steps = tuple(
            Span(a + shift, b + shift) for a, b in actions(sentence.text, local, Form.MAIN)
        )
        said = Advice(steps, self.memory.last, cues, weight * duty.cue.weight)
        self._add(self._group_for(sentence), items_of(sentence, said))
        return True

    def _near_advice(self, sentence: Sentence, group: Group | None) -> bool:
        if group is None or not group.items or group.is_echo or group.has_spoken:
            return False
        last = group.items[-1].sentence
        gap = sentence.index - last.index
        same = last.paragraph == sentence.paragraph
        connected = sentence.opens_with("connective") is not None
        return gap <= _NEAR and (same or connected) and (gap == 1 or connected)

    def _near_finding(self, sentence: Sentence) -> bool:
        connected = sentence.opens_with("connective") is not None
        return self.finding == sentence.index - 1 and not sentence.is_first and connected

    # replies

    def _speaks(self, sentence: Sentence) -> bool:
        """Say whether government speaks in a sentence."""
        if _SIGNED.match(sentence.text):
            return False
        if any(p.side is Speaker.GOVERNMENT for p in _leading(sentence)):
            return not _duty_on_government(sentence)
        return bool(_OWN_PAPER.search(sentence.text))

    def _is_reply(self, sentence: Sentence) -> bool:
        if sentence.opens_with("response_label"):
            return True
        found = signals(sentence)
        if self.base is not None and self.base.items and mentions(sentence):
            return True
        if _is_others(sentence, self.advisers):
            return False
        if self._speaks(sentence):
            return bool(found) or (self.group is not None and bool(self.group.items))
        if not found:
            return self.group is not None and self.group.has_spoken
        return self._has_place(sentence, found)

    def _has_place(self, sentence: Sentence, found: list[Signal]) -> bool:
        about = bool(_ABOUT.search(sentence.text)) or bool(sentence.of("reach"))
        anaphoric = bool(_ANAPHOR_FIRST.match(sentence.text)) or sentence.has("anaphor")
        short = len(sentence.text.split()) <= _SHORT
        positioned = any(signal.position is not None for signal in found)
        if positioned:
            return about or anaphoric or short or self.is_response or self._open()
        return self._open() or about

    def _open(self) -> bool:
        return self.group is not None and bool(self.group.items or self.group.is_ahead)

    def _take_reply(self, sentence: Sentence, skip: Span | None) -> None:
        found = signals(sentence, skip=skip)
        named = mentions(sentence)
        reach = sentence.values("reach")
        if self._is_reach(sentence, reach, found):
            return
        if self._goes_ahead(sentence, reach, found):
            self._new_group(sentence).is_ahead = True
        if named and self._by_mention(sentence, named, found):
            return
        if self.group is None:
            return
        strong = self._is_strong(sentence, found)
        blanket = bool(_ABOUT.search(sentence.text) or _ANAPHOR_FIRST.match(sentence.text))
        single = bool(_SINGLE.search(sentence.text)) or bool(sentence.opens_with("response_label"))
        self.group.replies.append(
            Reply(sentence, _around(sentence, found), found, None, blanket, single, strong)
        )

    def _is_strong(self, sentence: Sentence, found: list[Signal]) -> bool:
        if self._speaks(sentence) or self.is_response or sentence.opens_with("response_label"):
            return True
        if any(signal.position is not None and signal.force > Force.HINT for signal in found):
            return True
        if not found:
            return False
        plain = any(
            signal.follow_up in (FollowUp.OUTSIDE_SCOPE, FollowUp.DEFERRED, FollowUp.NEW_ACTION)
            for signal in found
        )
        anaphoric = _ANAPHOR_FIRST.match(sentence.text) or _ABOUT.search(sentence.text)
        return bool(
            plain or anaphoric or _POLICY.search(sentence.text) or sentence.has("follow_up")
        )

    def _is_reach(self, sentence: Sentence, reach: set[str], found: list[Signal]) -> bool:
        """Take an answer to all recommendations, or to those that have none of their own."""
        positioned = [signal for signal in found if signal.position is not None]
        if not positioned or not reach & {"all", "rest"}:
            return False
        if "rest" not in reach and self._open() and not (self.group and self.group.is_ahead):
            if self.group and not self.group.has_spoken:
                return False
        if len(clauses(sentence)) > 1 and mentions(sentence):
            return False
        if "all" in reach and re.search(r"\b(?:deze|these)\b", sentence.text) and self._open():
            return False
        self.defaults.append(
            Reply(sentence, _around(sentence, found), found, None, True, is_strong=True)
        )
        return True

    def _goes_ahead(self, sentence: Sentence, reach: set[str], found: list[Signal]) -> bool:
        """Say whether an answer stands before the advice that it answers."""
        if not any(s.position is not None or s.follow_up is not None for s in found):
            return False
        if "ahead" in reach or sentence.text.rstrip().endswith(":") and self.in_list:
            return True
        if self.group is not None and self.group.items and not self.group.has_spoken:
            return False
        following = self._following(sentence)
        if not isinstance(following, Advice):
            return False
        about = _ABOUT.search(sentence.text) is not None
        return about and (sentence.is_first or self.group is None)

    def _following(self, sentence: Sentence) -> Advice | NoAdvice | None:
        at = sentence.index + 1
        if at >= len(self.sentences) or self.sentences[at].is_heading:
            return None
        return self.said[at]

    def _by_mention(self, sentence: Sentence, named: list[Mention], found: list[Signal]) -> bool:
        """Give each clause's answer to what that clause names by number or order."""
        pieces = clauses(sentence)
        targets: list[Item] = []
        taken = False
        for piece in pieces:
            here = [m for m in named if piece.start <= m.at.start < piece.end]
            if not here:
                continue
            items = [i for m in here for i in resolve(m, self.base, self.outcome.items)]
            if not items:
                continue
            inside = [s for s in found if piece.start <= s.at.start < piece.end]
            chosen = inside if len(pieces) > 1 and inside else found
            self._reply_to(sentence, piece, chosen, items)
            targets += items
            taken = True
        rest = [s for s in found if not _in_named(s, pieces, named)]
        if taken and rest and "rest" in sentence.values("reach"):
            self.defaults.append(Reply(sentence, sentence.span, rest, None, True, is_strong=True))
        if taken and len({id(item) for item in targets}) == len(targets) and len(named) == 1:
            self._echo(targets, sentence)
        return taken

    def _reply_to(
        self, sentence: Sentence, at: Span, found: list[Signal], items: list[Item]
    ) -> None:
        words = sentence.text[at.start - sentence.span.start : at.end - sentence.span.start]
        at = Span(at.start + len(words) - len(words.lstrip(" ,;:")), at.end)
        group = self.group or self._new_group(sentence)
        group.replies.append(Reply(sentence, at, found, items, is_blanket=True, is_strong=True))

    # what is left

    def _note(self, sentence: Sentence, said: Advice | NoAdvice | None) -> None:
        leading = _leading(sentence)
        if leading and leading[0].side is Speaker.ADVISER:
            self.memory.name(leading[0])
            self.finding = sentence.index
            if sentence.is_first and self.group is not None and self.group.has_spoken:
                self.group = None
        if isinstance(said, NoAdvice):
            self.outcome.rejected.append(Rejected(sentence, said.reason))
        elif sentence.has("structure") and sentence.has("advice_noun"):
            self.outcome.rejected.append(Rejected(sentence, "says how the letter is built"))
        elif sentence.has("advice_noun") and _ABOUT.search(sentence.text):
            self.outcome.rejected.append(Rejected(sentence, "speaks of advice and gives no step"))
        elif _plain_duty(sentence) is not None:
            self.outcome.rejected.append(Rejected(sentence, "a duty that no adviser speaks of"))


def _in_named(signal: Signal, pieces: list[Span], named: list[Mention]) -> bool:
    for piece in pieces:
        if piece.start <= signal.at.start < piece.end:
            return any(piece.start <= m.at.start < piece.end for m in named)
    return False


def _form_of(sentence: Sentence, local: Span) -> Form:
    lead = sentence.text[local.start : local.end].strip().casefold()
    if lead.startswith(("dat ", "that ")):
        return Form.CLAUSE
    if sentence.cues.commands(lead):
        return Form.COMMAND
    if lead.startswith(("om ", "to ")) or re.search(r"\bte [a-zà-ÿ]+n\b", lead):
        return Form.INFINITIVE
    return Form.COMMAND


def _leading(sentence: Sentence) -> list[Party]:
    return parties(sentence)


def _plain_duty(sentence: Sentence) -> Hit | None:
    empty = [(hit.start, hit.end) for hit in sentence.of("deontic_empty")]
    for hit in sentence.of("deontic"):
        if not any(a <= hit.start < b for a, b in empty):
            return hit
    return None


def _is_of_law(sentence: Sentence) -> bool:
    return (
        re.search(r"\b(?:op grond van|wettelijk verplicht|krachtens)\b", sentence.text) is not None
    )


def _duty_on_government(sentence: Sentence) -> bool:
    """Say whether a sentence only says what government has to do, as "the minister should"."""
    return bool(
        re.match(
            r"(?:\w+ )?(?:(?:de|het) )?(?:kabinet|regering|minister|ministers|ministerie|staatssecretaris)"
            r"(?: van [A-Z]\w+(?: en [A-Z]\w+)?)? (?:moet|dient|zou|moeten|dienen|zouden|should|must)\b|"
            r"(?:ook|daarnaast|verder|tevens|bovendien|daarbij) (?:moet|dient|zou|moeten|dienen|zouden) ",
            sentence.text,
            re.IGNORECASE,
        )
    )


def _is_others(sentence: Sentence, advisers: frozenset[str]) -> bool:
    """Say whether somebody other than government is the subject."""
    found = parties(sentence)
    if not found or any(p.side is Speaker.GOVERNMENT for p in found):
        return False
    first = found[0]
    lead = sentence.before(first.start).strip()
    if first.side is Speaker.ADVISER:
        if first.name not in advisers and not first.is_vague and not sentence.has("advice_verb"):
            return False
        return not lead and not _ABOUT.match(sentence.after(first.start).split()[-1])
    return first.side is Speaker.OTHER and not lead and sentence.has("agreement")


def _around(sentence: Sentence, found: list[Signal]) -> Span:
    """Return the whole sentence; its clauses matter only where they answer different things."""
    return sentence.span
