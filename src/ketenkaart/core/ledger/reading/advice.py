"""Find advice in a sentence: who advises, in which words, and which steps."""

from __future__ import annotations

import re

from ketenkaart.core.ledger.reading.advised import (
    Advice,
    NoAdvice,
    advice_of,
    duty_in,
    with_purpose,
)
from ketenkaart.core.ledger.reading.clauses import Form
from ketenkaart.core.ledger.reading.complement import (
    complement,
    find_opener,
    is_content,
)
from ketenkaart.core.ledger.reading.nouns import by_agreement, by_aim, by_contents, by_noun
from ketenkaart.core.ledger.reading.passages import Sentence
from ketenkaart.core.ledger.reading.scan import Hit
from ketenkaart.core.ledger.reading.source import Span
from ketenkaart.core.ledger.reading.speakers import Memory, Party, Speaker, parties, subject

_NOT_BEFORE = re.compile(
    r"\b(?:zoals|waarin|waarmee|waarover|die(?! (?:wens|oproep|gedachte|conclusie|lijn|zorg|vraag|"
    r"aanbeveling|keuze|ambitie|analyse|opvatting|richting)\b)|as|which|eerder|destijds)\b[^,]*$",
    re.IGNORECASE,
)
_PARTICLE = {
    "beveel": r"\baan\b|$", "bevelen": r"\baan\b|$",
    "raad": r"\b(?:aan|af)\b", "raden": r"\b(?:aan|af)\b",
    "roep": r"\bop\b", "riep": r"\bop\b", "dring": r"\baan\b", "spoor": r"\baan\b",
    "sporen": r"\baan\b", "nodig": r"\buit\b", "moedig": r"\baan\b",
    "verzoek": r"\b(?:om|te|dat)\b",
    "pleit": r"\b(?:voor|ervoor|er\b.{0,30}\bvoor)\b",
}  # fmt: skip
_FINDING_VERBS = re.compile(
    r"(?:conclu|constat|signal|zie|verwacht|schrij|merk|wijs|noem|note|find|conclude)",
    re.IGNORECASE,
)
_LAW = re.compile(
    r"\b(?:op grond van (?:de|het|artikel)|wettelijk verplicht|krachtens|volgens de wet)\b", re.I
)
_EARLIER = re.compile(
    r"\b(?:eerder|destijds|vorige?|indertijd|earlier|previously)\b|^(?:in|already in) (?:19|"
    r"20)[0-9]{2}\b",
    re.I,
)
_EVERYBODY = re.compile(r"(?:wie|who)\b", re.IGNORECASE)
_WHOLE = (
    "recommended_perfect", "in_consideration", "wishes", "wishes_en", "favours", "names_as",
    "expects_of",
)  # fmt: skip
"""Cues behind whose last word the advice begins, not behind their verb."""
_OF_THE_KNOWN = ("asks", "pleads", "proposes", "hopes", "expects_of")
"""Cues that others than advisers use as well."""
_MODAL = re.compile(r"\b(?:kan|kunnen|zal|zullen|wil|willen|moet|moeten|mag|mogen)\b[^,]*$", re.I)


def read_advice(
    sentence: Sentence, memory: Memory, previous: Sentence | None = None
) -> Advice | NoAdvice | None:
    """Return what a sentence advises in its own words, or why it does not, or `None`."""
    found = parties(sentence)
    why: NoAdvice | None = None
    told = by_contents(sentence, memory, previous)
    if told is not None:
        return told
    for read in (_by_frame, _by_verb, by_aim, by_noun, by_agreement):
        result = read(sentence, found, memory)
        if isinstance(result, Advice):
            return result
        why = why or result
    return why


def _by_frame(sentence: Sentence, found: list[Party], memory: Memory) -> Advice | NoAdvice | None:
    for hit in sentence.of("advice_frame"):
        if hit.cue.value == "passive":
            return _passive(sentence, hit, found, memory)
        if hit.cue.value == "passive_opinion":
            result = _opined_by_nobody(sentence, hit, found, memory)
            if result is not None:
                return result
            continue
        name = _according_to(hit, found, memory)
        duty = duty_in(sentence, sentence.span.start, ("must", "need"))
        if name is None or duty is None:
            continue
        if _LAW.search(sentence.text) or _EVERYBODY.match(sentence.text):
            return NoAdvice("a duty of law or of everybody")
        wish = find_opener(sentence.text, duty.end - sentence.span.start - 3)
        if duty.cue.value == "need" and wish is not None and wish["opener"].casefold() == "om":
            span = Span(sentence.span.start + wish.start(), sentence.span.end)
            return advice_of(sentence, span, Form.INFINITIVE, name, (hit, duty))
        return advice_of(sentence, _without_lead(sentence, hit), Form.MAIN, name, (hit, duty))
    return None


def _passive(
    sentence: Sentence, hit: Hit, found: list[Party], memory: Memory
) -> Advice | NoAdvice | None:
    if _speaks_itself(hit):
        return NoAdvice("government advises others")
    span, form = complement(sentence, hit.end, found)
    if form is Form.NOUN and not is_content(sentence, span):
        span, form = Span(sentence.span.start, hit.start), Form.NOUN
    adviser = next((p for p in found if p.side is Speaker.ADVISER), None)
    name = memory.name(adviser) if adviser else memory.presumed
    return advice_of(sentence, span, form, name, (hit,))


def _opined_by_nobody(
    sentence: Sentence, hit: Hit, found: list[Party], memory: Memory
) -> Advice | NoAdvice | None:
    """Read "Finally it is remarked that banks should ...", where an adviser was named before."""
    start = hit.end - len("dat")
    duty = duty_in(sentence, start, ("must",))
    governs = any(party.side is Speaker.GOVERNMENT and party.end <= start for party in found)
    if duty is None or memory.presumed is None or governs:
        return None
    span = Span(start, sentence.span.end)
    return advice_of(sentence, span, Form.CLAUSE, memory.presumed, (hit, duty))


def _speaks_itself(hit: Hit) -> bool:
    return re.search(r"\bdoor (?:mij|ons|het kabinet|de regering)\b", hit.match.group()) is not None


def _according_to(hit: Hit, found: list[Party], memory: Memory) -> str | None:
    if hit.cue.value == "their":
        return memory.last
    for party in found:
        if 0 <= party.start - hit.end <= 5:
            return memory.name(party) if party.side is Speaker.ADVISER else None
    return None


def _without_lead(sentence: Sentence, hit: Hit) -> Span:
    """Return the sentence, without "Volgens de raad" where it opens with that."""
    start = sentence.span.start
    if hit.start - start > 3:
        return sentence.span
    words = re.match(r"(?:(?:de|het|the)\s+)?[\wÀ-ÿ-]+,?\s*", sentence.after(hit.end).lstrip())
    lead = len(sentence.after(hit.end)) - len(sentence.after(hit.end).lstrip())
    return Span(hit.end + lead + (words.end() if words else 0), sentence.span.end)


def _by_verb(sentence: Sentence, found: list[Party], memory: Memory) -> Advice | NoAdvice | None:
    verbs = sentence.of("advice_verb")
    why: NoAdvice | None = None
    for strong in (True, False):
        for hit in verbs:
            if (hit.cue.value == "recommend") is not strong:
                continue
            read = _recommended if strong else _opined
            result = read(sentence, hit, found, memory)
            if isinstance(result, Advice):
                return result
            why = why or result
    return why


def _recommended(
    sentence: Sentence, hit: Hit, found: list[Party], memory: Memory
) -> Advice | NoAdvice | None:
    word_end = hit.start + len(hit.match.group().split()[0])
    if not _has_particle(sentence, hit, word_end):
        return None
    before = sentence.before(hit.start)
    if _NOT_BEFORE.search(before) or _EARLIER.search(before):
        return NoAdvice("advice that is only mentioned, or of an earlier time")
    if hit.match.group().casefold().startswith("vragen") and _MODAL.search(before):
        return None
    side, name = subject(sentence, found, hit, memory)
    refused = _refused_subject(hit, side, name, memory)
    if refused is not None:
        return refused if side is not None or hit.cue.weight == 1 else None
    multi = hit.end if hit.cue.id in _WHOLE else word_end
    span, form = complement(sentence, multi, found)
    if form is Form.NOUN and not is_content(sentence, span):
        span = Span(sentence.span.start, hit.start)
        if len(before.split()) < 5:
            return None
    found_advice = advice_of(sentence, span, form, name, (hit,))
    return with_purpose(sentence, found_advice, hit)


def _refused_subject(
    hit: Hit, side: Speaker | None, name: str | None, memory: Memory
) -> NoAdvice | None:
    """Return why the subject of a verb of advice does not count as an adviser."""
    if side is None:
        return NoAdvice("nobody is named who advises")
    if side is not Speaker.ADVISER:
        who = "government" if side is Speaker.GOVERNMENT else "somebody who is no adviser"
        return NoAdvice(f"advised by {who}")
    if hit.cue.id in _OF_THE_KNOWN and name not in memory.known:
        return NoAdvice("asked by somebody who is not known as an adviser")
    return None


def _has_particle(sentence: Sentence, hit: Hit, word_end: int) -> bool:
    word = hit.match.group().casefold()
    for stem, particle in _PARTICLE.items():
        if word.startswith(stem):
            rest = sentence.after(word_end)
            return re.search(particle, rest, re.IGNORECASE) is not None
    return (
        not re.match(
            r"\s+(?!negatief|positief|afwijzend)(?:\w+ ){0,3}over\b", sentence.after(word_end)
        )
        or word[0] != "a"
    )


def _opined(
    sentence: Sentence, hit: Hit, found: list[Party], memory: Memory
) -> Advice | NoAdvice | None:
    opener = re.compile(r"\b(?:dat|that)\b").search(sentence.text, hit.end - sentence.span.start)
    near = opener is not None and opener.start() - (hit.end - sentence.span.start) <= 80
    weak = _FINDING_VERBS.match(hit.match.group()) is not None
    values = ("must",) if weak else ("must", "need")
    wish = next((d for d in sentence.of("deontic") if d.cue.id == "considers_desirable"), None)
    start = sentence.span.start
    if near and opener is not None:
        start += opener.start()
        duty = duty_in(sentence, start, values) or wish
    else:
        duty = wish
    if duty is None:
        return None
    side, name = subject(sentence, found, hit, memory)
    if side is not Speaker.ADVISER or name not in memory.known:
        return None
    if _LAW.search(sentence.after(start)):
        return NoAdvice("a duty of law")
    form = Form.CLAUSE if near else Form.MAIN
    return advice_of(sentence, Span(start, sentence.span.end), form, name, (hit, duty))
