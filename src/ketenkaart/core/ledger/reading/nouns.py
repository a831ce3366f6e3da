"""Advice that a noun names: "the recommendation to ...", "the third is that ..."."""

from __future__ import annotations

import re
from dataclasses import replace

from ketenkaart.core.ledger.reading.advised import Advice, NoAdvice, advice_of, duty_in
from ketenkaart.core.ledger.reading.clauses import Form
from ketenkaart.core.ledger.reading.complement import complement, first_word, nominal_end
from ketenkaart.core.ledger.reading.passages import Sentence
from ketenkaart.core.ledger.reading.scan import Hit
from ketenkaart.core.ledger.reading.source import Span
from ketenkaart.core.ledger.reading.speakers import Memory, Party, Speaker

_AFTER_NOUN = re.compile(
    r"^(?:,? (?:van|uit|door|in) [^,.;:]{1,70}?)?,? (?:over )?(?P<opener>om|dat|tot|to|that)\b",
    re.IGNORECASE,
)
_PLEA = re.compile(r"pleidooi|oproep|suggestie|plea\b", re.IGNORECASE)
_FOR = re.compile(r" (?:van|uit|door|of) [^,.;:]{1,70}? (?P<opener>voor|for) ", re.IGNORECASE)
_CONTENTS = re.compile(
    r"^(?:,? (?:van|uit|in) [^,.;:]{1,70}?)?,? (?:is|luidt|zijn|luiden|betreft|betreffen|houdt in|"
    r"houden in|behelst|strekt ertoe|strekken ertoe|komt erop neer|gaat over|gaan over|ziet op|"
    r"zien op|"
    r"richt zich op|heeft betrekking op|is gericht op|is dan ook|was|concerns|is)(?P<rest>:? .*)$",
    re.IGNORECASE | re.DOTALL,
)
_ACCORDING = re.compile(
    r" (?:is|zijn|betreft)(?: ook| verder| daarbij| tevens)?,? (?:volgens|in de ogen van|"
    r"naar het oordeel van|according to) ",
    re.IGNORECASE,
)
_NEAR = 60
_TOPIC = re.compile(
    r"(?:betreft|gaat over|ziet op|richt zich op|betrekking op|gericht op|concerns)\W*$", re.I
)
_PARLIAMENT = re.compile(r"\b(?:motie|uw Kamer|Kamerleden|amendement|petitie)\b", re.IGNORECASE)
_ORDER_LEAD = re.compile(
    r"(?:ten |de |het |the |another |een )?(?:eerste|tweede|derde|vierde|vijfde|zesde|zevende|"
    r"achtste|negende|"
    r"tiende|laatste|andere?|first|second|third|fourth|fifth|sixth|last|final|another)"
    r"(?: (?:en|and) (?:laatste|last))?(?: (?:aanbeveling|advies|punt|recommendation))?"
    r"(?: (?:van|of) [^,.]{2,50})?",
    re.IGNORECASE,
)
_THESE_LEAD = re.compile(
    r"(?:deze|die|zij|these|they|it|het|dit)(?: aanbevelingen)?", re.IGNORECASE
)
_AS_FOR = re.compile(r"\b(?:wat|waar het|as for|as to)\b[^,;:]{0,40}$", re.IGNORECASE)
_THAT = re.compile(r"\b(?:dat|that)(?= )")
_DUTIES = ("must", "need")
_IT_NOUN = re.compile(r"advies", re.IGNORECASE)


def by_aim(sentence: Sentence, found: list[Party], memory: Memory) -> Advice | NoAdvice | None:
    """Read "With this recommendation the council wants schools to measure"."""
    for hit in sentence.of("advice_aim"):
        adviser = next((p for p in found if p.side is Speaker.ADVISER), None)
        if adviser is None:
            continue
        span, form = complement(sentence, adviser.end, found)
        return advice_of(sentence, span, form, memory.name(adviser), (hit,))
    return None


def by_contents(
    sentence: Sentence, memory: Memory, previous: Sentence | None
) -> Advice | NoAdvice | None:
    """Read "The first is to ..." and "These hold that ..." behind a mention of advice."""
    for hit in sentence.of("advice_contents"):
        lead = sentence.before(hit.start).strip()
        refers = previous is not None and previous.has("advice_noun", "advice_number")
        if not (_ORDER_LEAD.fullmatch(lead) or (_THESE_LEAD.fullmatch(lead) and refers)):
            continue
        start = hit.end - len(hit.match.group().split()[-1])
        form = {"om": Form.INFINITIVE, "dat": Form.CLAUSE}.get(
            first_word(sentence, start), Form.NOUN
        )
        return advice_of(sentence, Span(start, sentence.span.end), form, memory.last, (hit,))
    return None


def by_agreement(
    sentence: Sentence, found: list[Party], memory: Memory
) -> Advice | NoAdvice | None:
    """Read "Government agrees with the council that X should be done"."""
    opener = _THAT.search(sentence.text)
    if opener is None or not sentence.has("agreement"):
        return None
    start = sentence.span.start + opener.start()
    before = [party for party in found if party.end <= start]
    adviser = next((p for p in before if p.side is Speaker.ADVISER), None)
    speaks = any(party.side is Speaker.GOVERNMENT for party in before)
    duty = duty_in(sentence, start, _DUTIES)
    if adviser is None or not speaks or duty is None:
        return None
    hits = (sentence.of("agreement")[0], duty)
    span = Span(start, sentence.span.end)
    name = memory.name(adviser)
    return advice_of(sentence, span, Form.CLAUSE, name, hits, is_nominal=True)


def by_noun(sentence: Sentence, found: list[Party], memory: Memory) -> Advice | NoAdvice | None:
    """Read "the recommendation to ..." and "the recommendation is that ..." in a sentence."""
    for hit in sentence.of("advice_noun"):
        result = _named_by(sentence, hit, found, memory)
        if result is not None:
            return result
    return None


def _named_by(
    sentence: Sentence, hit: Hit, found: list[Party], memory: Memory
) -> Advice | NoAdvice | None:
    noun_end = hit.start + len(hit.match.group().split()[0])
    rest = sentence.after(noun_end)
    if _AS_FOR.search(sentence.before(hit.start)):
        return None
    if _PARLIAMENT.search(sentence.before(hit.start)[-60:]):
        return NoAdvice("asked by parliament")
    if (by := _according_to(rest, noun_end, found)) is not None:
        return _after_adviser(sentence, hit, by, memory)
    adviser = next(
        (p for p in found if p.side is Speaker.ADVISER and 0 <= p.start - noun_end <= 12), None
    )
    if hit.cue.value == "soft" and adviser is None and not _is_theirs(sentence, hit, memory):
        return None
    return _worded(sentence, hit, noun_end, adviser, memory)


def _according_to(rest: str, noun_end: int, found: list[Party]) -> Party | None:
    """Return the adviser of "a point for improvement is, according to the researchers, X"."""
    if _ACCORDING.match(rest) is None:
        return None
    near = (p for p in found if 0 <= p.start - noun_end <= _NEAR)
    return next((p for p in near if p.side is Speaker.ADVISER), None)


def _worded(
    sentence: Sentence, hit: Hit, noun_end: int, adviser: Party | None, memory: Memory
) -> Advice | NoAdvice | None:
    """Read what follows a noun of advice: "to ...", "that ...", "is to ...", "is about ..."."""
    rest = sentence.after(noun_end)
    asked = _AFTER_NOUN.match(rest)
    if asked is None and adviser is not None and _PLEA.match(hit.match.group()):
        asked = _FOR.match(rest)
    if (
        asked
        and asked["opener"].casefold() in ("om", "to")
        and not re.search(r"\b(?:te|to) \w", rest)
    ):
        asked = None
    contents = _CONTENTS.match(rest)
    if asked:
        start = noun_end + asked.start("opener")
    elif contents and _tells(contents):
        start = noun_end + contents.start("rest")
    else:
        return None
    end = nominal_end(sentence, start, hit)
    form = {"om": Form.INFINITIVE, "dat": Form.CLAUSE}.get(first_word(sentence, start), Form.NOUN)
    is_doubtful = hit.cue.id != "recommendation_noun" or _IT_NOUN.match(hit.match.group())
    if form is Form.CLAUSE and is_doubtful and duty_in(sentence, start, _DUTIES) is None:
        return None
    name = memory.name(adviser) if adviser else memory.presumed
    result = advice_of(sentence, Span(start, end), form, name, (hit,), is_nominal=True)
    if isinstance(result, Advice) and not asked and contents and _is_topic(contents):
        return replace(result, is_topic=True)
    return result


def _after_adviser(
    sentence: Sentence, hit: Hit, adviser: Party, memory: Memory
) -> Advice | NoAdvice:
    """Read "A point for improvement is, according to the researchers, X"."""
    lead = len(sentence.after(adviser.end)) - len(sentence.after(adviser.end).lstrip(" ,:"))
    span = Span(adviser.end + lead, sentence.span.end)
    form = {"om": Form.INFINITIVE, "dat": Form.CLAUSE}.get(
        first_word(sentence, span.start), Form.NOUN
    )
    return advice_of(sentence, span, form, memory.name(adviser), (hit,))


def _is_topic(contents: re.Match[str]) -> bool:
    """Say whether "the recommendation is about ..." names its subject and no step."""
    return _TOPIC.search(contents.string[: contents.start("rest")]) is not None


def _is_theirs(sentence: Sentence, hit: Hit, memory: Memory) -> bool:
    """Say whether "the suggestion to ..." can only be one of the advisers of the letter."""
    if hit.cue.id != "suggestion_noun" or memory.last is None:
        return False
    lead = sentence.before(hit.start).casefold()
    return (
        re.search(r"(?:\bde|\bhet|\been (?:eerste|tweede|derde|ander|volgend|laatste)) $", lead)
        is not None
    )


def _tells(contents: re.Match[str]) -> bool:
    """Say whether "the recommendation is ..." goes on with what it asks."""
    lead = contents.string[: contents.start("rest")]
    rest = contents["rest"].lstrip(" :")
    return bool(
        re.match(r"(?:om|dat|to|that)\b|het [a-zà-ÿ]+en van ", rest)
        or contents["rest"].startswith(":")
    ) or bool(_TOPIC.search(lead))
