"""The course of a letter: what is open, what was said, and what was found so far."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from ketenkaart.core.ledger.reading.advice import read_advice
from ketenkaart.core.ledger.reading.advised import Advice, NoAdvice
from ketenkaart.core.ledger.reading.answers import Force
from ketenkaart.core.ledger.reading.blocks import Group, Item, Reply, same_matter, stems
from ketenkaart.core.ledger.reading.listed import advice_lists, table_cells
from ketenkaart.core.ledger.reading.passages import Sentence
from ketenkaart.core.ledger.reading.speakers import Memory, Party, Speaker, parties


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


@dataclass(frozen=True, slots=True)
class Default:
    """An answer to all advice of an adviser (of everybody, where none is named), or to the rest.

    `refused` are the numbers that it takes out, and `refusal` what it says of those.
    """

    reply: Reply
    is_rest: bool = False
    adviser: str | None = None
    refused: tuple[str, ...] = ()
    refusal: Reply | None = None

    def concerns(self, item: Item) -> bool:
        """Say whether it answers an item that others answer too."""
        if self.adviser is not None and item.adviser not in (None, self.adviser):
            return False
        if self.is_rest:
            return not item.replies
        return not any(s.position for reply in item.replies for s in reply.signals)


_MEMORY = 300
"""Recommendations back among which a repeated one is sought."""


_TITLE_WORDS = 6


class Course:
    """The state of one reading.

    `group` is what the next answer answers, `base` the advice that was last given; `is_response`
    says that a heading announced answers, `in_list` that a list of advice was announced,
    `under_advice` that a heading announced advice; `entitled` is the advice that a heading names.
    """

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
        self.defaults: list[Default] = []
        self.entitled: Item | None = None
        self.under_advice = False
        self.pending: list[Item] = []
        self.said = [
            self._say(sentence, sentences[index - 1] if index else None)
            for index, sentence in enumerate(sentences)
        ]
        self.advisers = frozenset(
            said.adviser for said in self.said if isinstance(said, Advice) and said.adviser
        )
        self.listed = advice_lists(sentences)
        self.cells = table_cells(sentences)

    def _say(self, sentence: Sentence, previous: Sentence | None) -> Advice | NoAdvice | None:
        """Read a sentence's advice, and remember an adviser that it opens with."""
        said = read_advice(sentence, self.memory, previous)
        found = parties(sentence)
        opens = found and found[0].start == sentence.span.start
        if opens and not isinstance(said, Advice) and self._advises(found[0], sentence):
            self.memory.name(found[0])
        return said

    def _advises(self, party: Party, sentence: Sentence) -> bool:
        """Say whether a party may be the one that a later "it" stands for."""
        if party.side is not Speaker.ADVISER:
            return False
        is_main = party.name in self.memory.named[:1]
        return party.is_vague or is_main or sentence.has("advice_verb", "advice_noun")

    def await_answers(self) -> None:
        """Keep the advice that nothing has answered yet: what follows answers it part by part."""
        self.pending = [
            item
            for group in self.groups
            if not group.is_answered and not group.is_echo
            for item in group.items
        ]

    def find_pending(self, words: frozenset[str]) -> list[Item]:
        """Return the advice awaiting an answer that shares most words, if it is one alone."""
        scores = [len(item.words & words) for item in self.pending]
        best = max(scores, default=0)
        if best == 0 or scores.count(best) > 1:
            return []
        return [self.pending[scores.index(best)]]

    def close(self) -> None:
        """Close the open advice: another subject begins."""
        self.group = self.base = None
        self.in_list = False
        self.number = None
        self.awaits_title = False
        self.finding = None
        self.entitled = None
        self.under_advice = False

    def entitle(self, heading: Sentence) -> None:
        """Take up the advice, unanswered so far, that a short heading names by its matter."""
        if len(heading.text.split()) > _TITLE_WORDS:
            return
        words = stems(heading.text)
        open_items = [
            item
            for group in self.groups[-_MEMORY:]
            if not group.is_answered and not group.is_echo
            for item in group.items
        ]
        scores = [len(item.words & words) for item in open_items]
        best = max(scores, default=0)
        if best > 0 and scores.count(best) == 1:
            self.entitled = open_items[scores.index(best)]
            self.echo([self.entitled], heading)

    def give_defaults(self, item: Item) -> None:
        """Give an item what was said of all advice, as far as its own answers leave that open."""
        for default in self.defaults:
            if not default.concerns(item):
                continue
            if default.refusal is not None and item.number in default.refused:
                item.replies.append(default.refusal)
            elif item.replies:
                mild = [replace(s, force=Force.HINT) for s in default.reply.signals]
                item.replies.append(replace(default.reply, signals=mild))
            else:
                item.replies.append(default.reply)

    def new_group(self, sentence: Sentence) -> Group:
        """Open a group of advice and return it."""
        self.group = self.base = Group(sentence.section)
        self.groups.append(self.group)
        return self.group

    def echo(self, items: list[Item], sentence: Sentence) -> None:
        """Take up advice that was given before, for the answers that follow."""
        self.group = Group(sentence.section, list(items), is_echo=True)
        self.groups.append(self.group)

    def add(self, group: Group, new: list[Item]) -> None:
        """Add advised actions to a group."""
        group.items.extend(new)
        self.outcome.items.extend(new)

    def group_for(self, sentence: Sentence) -> Group:
        """Return the group that advice in a sentence belongs to: the open one, or a new one."""
        group = self.group
        if group is None or group.is_echo:
            return self.new_group(sentence)
        if group.is_ahead:
            here = (
                not group.items or group.items[-1].paragraph == sentence.paragraph or self.in_list
            )
            fresh = not group.items or not group.has_spoken
            return group if here and fresh else self.new_group(sentence)
        if group.has_spoken:
            return self.new_group(sentence)
        if group.items and group.replies:
            if group.items[-1].paragraph != sentence.paragraph:
                return self.new_group(sentence)
            group.replies.clear()
        return group

    def is_open(self) -> bool:
        """Say whether there is something that an answer can answer."""
        return self.group is not None and bool(self.group.items or self.group.is_ahead)

    def restated(self, item: Item, said: Advice) -> Item | None:
        """Return the advice given before that this one repeats."""
        least = 2 if said.is_nominal else 3
        floor = 0.6 if said.is_nominal else 0.75
        best, score = None, 0.0
        for old in self.outcome.items[-_MEMORY:]:
            if old.sentence.paragraph == item.sentence.paragraph and not said.is_nominal:
                continue
            value = same_matter(item.words, old.words, least)
            if value >= floor and value > score:
                best, score = old, value
        return best

    def following(self, sentence: Sentence) -> Advice | NoAdvice | None:
        """Return what the next sentence advises."""
        at = sentence.index + 1
        if at >= len(self.sentences) or self.sentences[at].is_heading:
            return None
        return self.said[at]

    def advises_later(self, sentence: Sentence) -> bool:
        """Say whether a later sentence of the paragraph gives the advice in full."""
        for later in self.sentences[sentence.index + 1 :]:
            if later.paragraph != sentence.paragraph:
                return False
            if isinstance(self.said[later.index], Advice):
                return True
        return False

    def numbered(self, number: str) -> list[Item]:
        """Return the items that carry a number."""
        return [item for item in self.outcome.items[-_MEMORY:] if item.number == number]
