"""The parts of a letter's argument: advice that stands together, and what answers it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from ketenkaart.core.ledger.reading.advised import Advice
from ketenkaart.core.ledger.reading.answers import Force, Signal
from ketenkaart.core.ledger.reading.passages import Sentence
from ketenkaart.core.ledger.reading.source import Span

_WORD = re.compile(r"[A-Za-zÀ-ÿ][\wÀ-ÿ’'-]{2,}")
_EMPTY = frozenset(
    """
    aan aanbeveling aanbevelingen aanbevolen advies adviezen adviseert alle als and andere
    been beleid beter betere beveelt bij bijvoorbeeld bovendien brief commissie daarbij
    daarmee daarom daarvoor dan dat deze die dient dit door een eerste eigen elk enkele for
    from gaat geen gehele goed grote has have hebben heeft het hier hierbij hoe hun ieder
    iedere inzake kabinet kamer kan kunnen maar maken meer met mijn minister ministerie moet
    moeten mogelijk naar nederland nederlandse neem neemt nemen niet nieuwe nodig nog onder
    onderschrijf onderschrijft ons onze oog ook over overgenomen overheid overneem per raad
    rapport recommendation recommends regering rekenkamer rond should staand te ten ter that
    the this tot tussen twee tweede uit uitvoering van verder via voor voorts waar waarbij
    waarin wanneer was wat wel welke werden will with worden wordt zal zeer zich zij zijn
    zoals zou zouden zullen
    """.split()  # noqa: SIM905
)
_STEM = 5
_PARTED = re.compile(
    r"\b(aan|op|uit|in|af|toe|voor|door|mee|over|bij|vast|samen|terug|om|onder) te ([a-zà-ÿ]+n)\b"
)
"""A verb whose parts stand apart: "op te heffen" is "opheffen" too."""


def stems(text: str) -> frozenset[str]:
    """Return the beginnings of the words that carry a text's matter.

    >>> sorted(stems("om de scholen beter te bekostigen"))
    ['bekos', 'schol']
    """
    words = [word.casefold() for word in _WORD.findall(text.replace("-", " "))]
    words += ["".join(found).casefold() for found in _PARTED.findall(text)]
    return frozenset(word[:_STEM] for word in words if word not in _EMPTY)


@dataclass(slots=True, eq=False)
class Item:
    """One advised action on its way to a proposal, with the replies that concern it.

    `own` are those among its replies that speak of it and not of what shares its answer; `others`
    are those that seem to speak of what shares its answer.
    """

    sentence: Sentence
    quote: Span
    adviser: str | None
    cues: tuple[str, ...]
    weight: float
    number: str | None = None
    words: frozenset[str] = frozenset()
    replies: list[Reply] = field(default_factory=list)
    own: list[Reply] = field(default_factory=list)
    others: list[Reply] = field(default_factory=list)

    @property
    def paragraph(self) -> int:
        """Return the paragraph that the advice stands in."""
        return self.sentence.paragraph


@dataclass(slots=True, eq=False)
class Reply:
    """A sentence, or a clause of one, that answers; `targets` names what it answers, if it does.

    `is_blanket` says that it speaks of the advice as a whole ("this recommendation").
    """

    sentence: Sentence
    at: Span
    signals: list[Signal]
    targets: list[Item] | None = None
    is_blanket: bool = False
    is_single: bool = False
    is_strong: bool = False


@dataclass(slots=True, eq=False)
class Group:
    """Advice that stands together and shares its answer.

    `is_ahead` says that the answer came first. `is_echo` marks advice that was given before and is
    only taken up again.
    """

    section: str | None
    items: list[Item] = field(default_factory=list)
    replies: list[Reply] = field(default_factory=list)
    is_ahead: bool = False
    is_echo: bool = False

    @property
    def has_spoken(self) -> bool:
        """Say whether government has answered since the last advice."""
        last = self.items[-1].sentence.index if self.items and not self.is_echo else -1
        return any(reply.is_strong and reply.sentence.index > last for reply in self.replies)

    @property
    def is_answered(self) -> bool:
        """Say whether anything answers this group."""
        return any(reply.is_strong for reply in self.replies)

    def latest(self) -> list[Item]:
        """Return the items of the paragraph in which the last advice stands."""
        if not self.items:
            return []
        place = self.items[-1].paragraph
        return [item for item in self.items if item.paragraph == place]


def items_of(sentence: Sentence, advice: Advice, number: str | None = None) -> list[Item]:
    """Return the advised actions of a sentence."""
    shift = sentence.span.start
    return [
        Item(
            sentence, step, advice.adviser, advice.cues, advice.weight, number,
            stems(sentence.text[step.start - shift : step.end - shift]),
        )
        for step in advice.steps
    ]  # fmt: skip


def same_matter(new: frozenset[str], old: frozenset[str], least: int = 2) -> float:
    """Return how much of the shorter of two sets of stems they share, 0 if too few."""
    shared = len(new & old)
    if shared < least or not new or not old:
        return 0.0
    return shared / min(len(new), len(old))


def assign(group: Group) -> None:
    """Give each item of a group the replies that concern it."""
    for reply in group.replies:
        concerned = _concerned(group, reply)
        is_own = len(concerned) < len(group.items) or reply.targets is not None
        for item in concerned:
            item.replies.append(reply)
            if is_own:
                item.own.append(reply)
        if reply.targets is None and not reply.is_single:
            for item in group.items:
                if item not in concerned and item.sentence.index < reply.sentence.index:
                    item.others.append(reply)


def _concerned(group: Group, reply: Reply) -> list[Item]:
    if reply.targets is not None:
        return reply.targets
    open_items = group.items
    if not group.is_ahead and not group.is_echo:
        open_items = [i for i in open_items if i.sentence.index <= reply.sentence.index]
    if len(open_items) < 2:
        return open_items
    if reply.is_single:
        return _paragraph_of_last(open_items)
    if reply.is_blanket:
        return open_items
    return _by_words(open_items, reply)


def _by_words(open_items: list[Item], reply: Reply) -> list[Item]:
    """Return the items that share most words with an answer, or all of them."""
    words = stems(reply.sentence.text)
    scores = [len(item.words & words) for item in open_items]
    best = max(scores)
    if any(s.position and s.force > Force.HINT for s in reply.signals):
        return [open_items[scores.index(best)]] if _alone(scores) else open_items
    if best >= 1 and scores.count(best) < len(scores):
        chosen = [item for item, score in zip(open_items, scores, strict=True) if score == best]
        if best >= 2 or len(chosen) == 1:
            return chosen
    return open_items


def _alone(scores: list[int]) -> bool:
    """Say whether one item alone shares words with an answer."""
    return len([score for score in scores if score]) == 1


def _paragraph_of_last(items: list[Item]) -> list[Item]:
    place = items[-1].paragraph
    return [item for item in items if item.paragraph == place]
