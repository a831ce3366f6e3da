"""Lists in a letter whose items are recommendations."""

from __future__ import annotations

from itertools import groupby

from ketenkaart.core.ledger.reading.passages import Sentence
from ketenkaart.core.ledger.reading.speakers import Speaker, parties

_LEAST_ITEMS = 2
_SHARE = 0.5


def advice_lists(sentences: list[Sentence]) -> frozenset[int]:
    """Return the indices of sentences that open an item of a list of recommendations.

    A list counts when at least half of its items open with a command or stand in bold, or when the
    sentence before it speaks of advice. Where government announces its own steps, it does not.
    """
    found: set[int] = set()
    firsts = [s for s in sentences if s.is_first]
    for marked, run in groupby(firsts, key=lambda s: s.mark is not None and not s.is_heading):
        items = list(run)
        if marked and len(items) >= _LEAST_ITEMS and _is_advice(sentences, items):
            found.update(item.index for item in items)
    return frozenset(found)


def _is_advice(sentences: list[Sentence], items: list[Sentence]) -> bool:
    before = sentences[items[0].index - 1] if items[0].index else None
    told = before is not None and before.has("advice_noun", "advice_list", "advice_verb")
    if before is not None and told and before.text.rstrip().endswith(":"):
        return before.has("advice_noun", "advice_list") or not _is_own(before)
    commands = sum(1 for item in items if item.opens_with("imperative"))
    if commands < _SHARE * len(items):
        return False
    return before is None or before.is_heading or not _is_own(before) or before.has("advice_noun")


def _is_own(sentence: Sentence) -> bool:
    """Say whether government speaks of itself in a sentence."""
    found = parties(sentence)
    return bool(found) and found[0].side is Speaker.GOVERNMENT
