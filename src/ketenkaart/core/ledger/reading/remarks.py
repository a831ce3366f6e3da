"""What part a sentence plays in the exchange between advisers and government."""

from __future__ import annotations

import re

from ketenkaart.core.ledger.reading.passages import Sentence
from ketenkaart.core.ledger.reading.scan import Hit
from ketenkaart.core.ledger.reading.speakers import Speaker, parties

_ABOUT = re.compile(
    r"\b(?:aanbeveling|advie[sz]|oproep|suggestie|pleidooi|voorstel|recommendation|aspect)\w*\b",
    re.IGNORECASE,
)
_POINTS_BACK = re.compile(
    r"(?:ook |hiermee|daarmee|hieraan|daaraan|hier|daar|(?:dit|deze|die|dat)(?! (?:najaar|voorjaar|"
    r"jaar|zomer|winter|kabinet|ministerie|brief|week|maand|periode|fonds|programma)\b)|daarin|"
    r"hierin|hiertoe|beide|this|that|these|both)\b",
    re.IGNORECASE,
)
_SINGLE = re.compile(
    r"\b(?:deze|die|dit|dat|de|het|this|that|the) (?:laatste )?(?:aanbeveling|advies|oproep|"
    r"suggestie|voorstel|pleidooi|recommendation)\b",
    re.IGNORECASE,
)
_OWN_PAPER = re.compile(
    r"\b(?:kamerbrief|beleidsbrief|beleidsnota|begroting|regeerakkoord)\b", re.IGNORECASE
)
_SIGNED = re.compile(r"(?:de|the) (?:minister|staatssecretaris|state secretary)[^.:?]*,?$", re.I)
_LAW = re.compile(r"\b(?:op grond van|wettelijk verplicht|krachtens)\b", re.IGNORECASE)
_MUST = r"(?:moet|dient|zou|moeten|dienen|zouden|should|must)"
_GOVERNMENT_MUST = re.compile(
    r"(?:\w+ )?(?:(?:de|het) )?(?:kabinet|regering|ministers?|ministerie|staatssecretaris)"
    rf"(?: van [A-Z]\w+(?: en [A-Z]\w+)?)? {_MUST}\b|"
    rf"(?:ook|daarnaast|verder|tevens|bovendien|daarbij) {_MUST} ",
    re.IGNORECASE,
)


_QUESTION = re.compile(
    r"\b(?:welke?|wat(?! betreft)|hoe|wie|wanneer|waar(?:aan|op|mee|voor|toe|in)?|in hoeverre|"
    r"which|what|how|whether)\b[^,]*$",
    re.IGNORECASE,
)
_OF_LETTER = re.compile(
    r"(?:in (?:deze|dit) (?:brief|reactie)|hierbij|met deze brief|bijgaand|hieronder|hierna|"
    r"in this letter|enclosed|please find)\b",
    re.IGNORECASE,
)


_NOW = re.compile(r"\b(?:nu nog|op dit moment|momenteel|thans|sinds|currently|at present)\b", re.I)


def is_of_now(sentence: Sentence) -> bool:
    """Say whether a sentence tells how things are, and not how they should be."""
    return _NOW.search(sentence.text) is not None


def is_asked(lead: str) -> bool:
    """Say whether what follows `lead` stands in a question, as "which goals must be reached"."""
    return _QUESTION.search(lead) is not None


def is_of_letter(sentence: Sentence) -> bool:
    """Say whether a sentence only tells what the letter itself does."""
    return _OF_LETTER.match(sentence.text) is not None


def is_about_advice(sentence: Sentence) -> bool:
    """Say whether a sentence has a word for advice in it."""
    return _ABOUT.search(sentence.text) is not None


def points_back(sentence: Sentence) -> bool:
    """Say whether a sentence opens with a word for what was said before, as "This"."""
    return _POINTS_BACK.match(sentence.text) is not None


def is_about_one(sentence: Sentence) -> bool:
    """Say whether a sentence speaks of advice in the singular."""
    return _SINGLE.search(sentence.text) is not None


def speaks(sentence: Sentence) -> bool:
    """Say whether government speaks in a sentence: as a party, or through a paper of its own."""
    if _SIGNED.match(sentence.text):
        return False
    if any(party.side is Speaker.GOVERNMENT for party in parties(sentence)):
        return _GOVERNMENT_MUST.match(sentence.text) is None
    return _OWN_PAPER.search(sentence.text) is not None


def is_others(sentence: Sentence, advisers: frozenset[str]) -> bool:
    """Say whether an adviser of the letter, or somebody else outside government, is the subject."""
    found = parties(sentence)
    if not found or any(party.side is Speaker.GOVERNMENT for party in found):
        return False
    first = found[0]
    if sentence.before(first.start).strip():
        return False
    if first.side is Speaker.OTHER:
        return sentence.has("agreement")
    if sentence.has("agreement", "refusal") and _ABOUT.search(sentence.text[:30]):
        return False
    return first.name in advisers or first.is_vague or sentence.has("advice_verb")


def plain_duty(sentence: Sentence) -> Hit | None:
    """Return what says that something has to be done, unless it only introduces a remark."""
    empty = [(hit.start, hit.end) for hit in sentence.of("deontic_empty")]
    for hit in sentence.of("deontic"):
        is_soft = hit.cue.id == "soft_need" or is_asked(sentence.before(hit.start))
        if not is_soft and not any(start <= hit.start < end for start, end in empty):
            return hit
    return None


def is_of_law(sentence: Sentence) -> bool:
    """Say whether a sentence tells what the law demands."""
    return _LAW.search(sentence.text) is not None
