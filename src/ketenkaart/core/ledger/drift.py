"""Compare the promises of two letters: which were kept, reworded, weakened, dropped, or are new."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import linear_sum_assignment

from ketenkaart.core.ledger.drift_reasons import Scales, reasons_between
from ketenkaart.core.ledger.drift_types import (
    Aspect,
    Change,
    Drift,
    DriftItem,
    DriftLexicon,
    DriftPassage,
    DriftReason,
)
from ketenkaart.core.ledger.likeness import Likeness, Vocabulary
from ketenkaart.core.ledger.reading.source import Span
from ketenkaart.core.ledger.reading.types import ReadCommitment, Reading

PAIR_LEAST = 0.34
"""The least likeness at which two promises are one."""
SENTENCE_LEAST = 0.5
"""The same for a promise and a sentence that was read as none: more is asked."""
SHARED_LEAST = 2
"""How many words two sentences must share; one may be chance, unless they are this close:"""
CLOSE = 0.65
ALIKE = 0.8
"""From here on a sentence that was not read as a promise may be one all the same."""
ADDED_MOST = 4
"""A few words added to all the old ones qualify them; more tell something else besides."""


@dataclass(frozen=True, slots=True)
class DriftSide:
    """One letter: what it is called, what was read in it, and the text and its sentences."""

    name: str
    reading: Reading
    text: str
    sentences: tuple[Span, ...]


def drift(old: DriftSide, new: DriftSide, lexicon: DriftLexicon) -> Drift:
    """Return what became of the older letter's promises in the newer one, and what is new there.

    Promises are paired one to one so that the sum of their likenesses is greatest; pairs below
    `PAIR_LEAST` or with fewer than two words shared are none. A promise that is left over is
    looked for among the newer letter's other sentences, so that one that is now only weighed or
    withdrawn is shown with its new words instead of as silently dropped. What is done or under
    way in the older letter is no promise there. Days are compared as they were read, each against
    its own letter's date.
    """
    return _Comparison(old, new, lexicon).run()


class _Comparison:
    def __init__(self, old: DriftSide, new: DriftSide, lexicon: DriftLexicon) -> None:
        self.old, self.new = old, new
        self.scales = Scales(lexicon)
        self.old_promises = [c for c in _once(old.reading.commitments) if c.tense != "done"]
        self.new_promises = _once(new.reading.commitments)
        everything = [
            side.text[span.start : span.end] for side in (old, new) for span in side.sentences
        ]
        promised = [item.text for item in (*self.old_promises, *self.new_promises)]
        vocabulary = Vocabulary.of(lexicon.silent, lexicon.synonyms)
        self.likeness = Likeness(vocabulary, [*everything, *promised])

    def run(self) -> Drift:
        old = [_passage(item) for item in self.old_promises]
        new = [_passage(item) for item in self.new_promises]
        pairs = dict(self._pairs(old, new, PAIR_LEAST))
        items: dict[int, DriftItem] = {
            i: self._compared(old[i], new[k], self.new_promises[k].tense == "done")
            for i, k in pairs.items()
        }
        left_old = [i for i in range(len(old)) if i not in pairs]
        left_new = [k for k in range(len(new)) if k not in pairs.values()]
        items |= dict(self._softened(old, left_old))
        for i in left_old:
            items.setdefault(i, DriftItem(change=Change.DROPPED, old=old[i], new=None))
        appeared = self._appeared(new, left_new)
        in_order = (items[i] for i in sorted(items))
        return Drift(old=self.old.name, new=self.new.name, items=(*in_order, *appeared))

    def _pairs(
        self, old: Sequence[DriftPassage], new: Sequence[DriftPassage], least: float
    ) -> Iterator[tuple[int, int]]:
        if not old or not new:
            return
        gain = np.zeros((len(old), len(new)))
        for i, one in enumerate(old):
            for k, other in enumerate(new):
                value, shared = self.likeness.compare(one.text, other.text)
                enough = len(shared) >= SHARED_LEAST or (shared and value >= CLOSE)
                if value >= least and enough:
                    gain[i, k] = value
        rows, columns = linear_sum_assignment(gain, maximize=True)
        for row, column in zip(rows, columns, strict=True):
            if gain[row, column] > 0:
                yield int(row), int(column)

    def _compared(
        self, old: DriftPassage, new: DriftPassage, is_done: bool, extra: Sequence[DriftReason] = ()
    ) -> DriftItem:
        value, shared = self.likeness.compare(old.text, new.text)
        reasons = (*extra, *reasons_between(old, new, self.scales))
        if not any(reason.direction == "weaker" for reason in reasons):
            reasons = (*reasons, *self._qualified(old.text, new.text))
        return DriftItem(
            change=_change(old, new, reasons, is_done), old=old, new=new,
            likeness=round(value, 3), shared=shared[:5], reasons=reasons,
        )  # fmt: skip

    def _qualified(self, old: str, new: str) -> Iterator[DriftReason]:
        added = self.likeness.added(old, new)
        if 0 < len(added) <= ADDED_MOST:
            yield DriftReason(aspect=Aspect.QUALIFICATION, direction="weaker", new=", ".join(added))

    def _softened(
        self, old: Sequence[DriftPassage], left: Sequence[int]
    ) -> Iterator[tuple[int, DriftItem]]:
        others = _other_sentences(self.new)
        for i, k in self._pairs([old[i] for i in left], others, SENTENCE_LEAST):
            one, other = old[left[i]], others[k]
            taken_back = self.scales.withdrawn(other.text)
            value, _ = self.likeness.compare(one.text, other.text)
            reason = DriftReason(
                aspect=Aspect.NOT_A_PROMISE, direction="other" if value >= ALIKE else "weaker"
            )
            item = self._compared(one, other, False, [reason])
            is_plain = all(r.aspect is Aspect.NOT_A_PROMISE for r in item.reasons)
            if taken_back and is_plain and not self.scales.withdrawn(one.text):
                reason = DriftReason(aspect=Aspect.WITHDRAWN, direction="weaker", new=taken_back)
                item = item.model_copy(update={"change": Change.DROPPED, "reasons": (reason,)})
            yield left[i], item

    def _appeared(self, new: Sequence[DriftPassage], left: Sequence[int]) -> list[DriftItem]:
        return [
            DriftItem(change=Change.NEW, old=None, new=new[k])
            for k in left
            if self.new_promises[k].tense != "done"
        ]


def _once(commitments: Sequence[ReadCommitment]) -> list[ReadCommitment]:
    """Return commitments without those that repeat a sentence: a sentence is compared whole."""
    seen: set[tuple[int, int]] = set()
    kept = []
    for item in commitments:
        if item.span not in seen:
            seen.add(item.span)
            kept.append(item)
    return kept


def _passage(item: ReadCommitment) -> DriftPassage:
    return DriftPassage(
        id=item.id, text=item.text, span=item.span, line=item.locator.line, deadline=item.deadline
    )


def _other_sentences(side: DriftSide) -> list[DriftPassage]:
    taken = [item.span for item in side.reading.commitments]
    return [
        DriftPassage(id=None, text=side.text[span.start : span.end], span=(span.start, span.end))
        for span in side.sentences
        if not any(span.start < end and start < span.end for start, end in taken)
    ]


def _change(
    old: DriftPassage, new: DriftPassage, reasons: Sequence[DriftReason], is_done: bool
) -> Change:
    if is_done:
        return Change.REPORTED_DONE
    directions = {reason.direction for reason in reasons}
    if "weaker" in directions:
        return Change.WEAKENED
    if "stronger" in directions:
        return Change.STRENGTHENED
    return Change.REPEATED if _plain(old.text) == _plain(new.text) else Change.REWORDED


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))
