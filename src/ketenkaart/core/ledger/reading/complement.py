"""Which words of a sentence say what is advised, and how they are worded."""

from __future__ import annotations

import re

from ketenkaart.core.ledger.reading.clauses import Form
from ketenkaart.core.ledger.reading.passages import Sentence
from ketenkaart.core.ledger.reading.scan import Hit
from ketenkaart.core.ledger.reading.source import Span
from ketenkaart.core.ledger.reading.speakers import Party, Speaker

_OPENER = re.compile(r"(?<!\w)(?P<opener>om|dat|to|that)(?= )", re.IGNORECASE)
_TO_WHERE = re.compile(r"to (?:the|a|an|this|that|these|those|its|their|all|our)\b", re.IGNORECASE)
_REASON = re.compile(r"om (?:deze|die|dezelfde|welke|wille|twee|drie|meerdere) ?", re.IGNORECASE)
_TO = re.compile(r"\bte (?!veel\b|weinig\b)(?:[a-zà-ÿ]+ )??[a-zà-ÿ]+n\b", re.IGNORECASE)
_FILLER = re.compile(
    r"^[\s,]*(?:(?:ook|verder|tevens|daarom|dan ook|dus|tot slot|ten slotte|tenslotte|voorts|"
    r"daarnaast|bovendien|daarbij|in dat kader|onder (?:meer|andere|andere)|expliciet|nadrukkelijk|"
    r"met klem|vervolgens|als (?:eerste|tweede|derde|vierde|vijfde|zesde|laatste)|eveneens|"
    r"in de (?:eerste|tweede) plaats|er|ertoe|ervoor|erop|hiertoe|hen|hem|haar|mij|ons|aan|op|voor|"
    r"af|te|tot|om|over|zij|hij|ze|u|men|(?:aan )?(?:het kabinet|de regering|"
    r"de (?:ministers?|staatssecretaris)(?: (?:van|voor) [A-Z][a-zà-ÿ]+"
    r"(?:,? (?:en )?[A-Z][a-zà-ÿ]+)*)?|"
    r"de overheid|mijn ministerie|"
    r"het ministerie(?: van [A-Z]\w+)?)),?\s+)",
)
_MAIN_VERB = re.compile(
    r",? (?:neem|neemt|nemen|wordt|worden|werd|is|zijn|zal|zullen|onderschrijf\w*|volg\w*|deel|"
    r"delen|"
    r"acht|vind\w*|sluit\w*|kan|kunnen|past|heeft|heb|hebben|valt|vallen|spreekt|ziet|zie|"
    r"steun\w*|komt|"
    r"omarm\w*|accepteer\w*|wijs|wijst|gaat|ga|wil|willen|ben|sta|staat|has|will|are)\b",
    re.IGNORECASE,
)
_LIMIT = re.compile(r",? (?:maar|doch|echter|terwijl|but|although)\b", re.IGNORECASE)
_ANAPHOR = re.compile(
    r"^(?:aandacht voor de vraag.*|(?:om )?(?:daarmee|hiermee) rekening te houden.*|dit|dat|deze|"
    r"die|deze aanbeveling\w*|dit advies)\W*$",
    re.IGNORECASE,
)
_PURPOSE = re.compile(r"(?:Om|Teneinde|Ter|To|In order to)\b")
_LONG_FRONT = 4
_NEAR = 60
_LEAST_LETTERS = 8


def complement(sentence: Sentence, at: int, found: list[Party]) -> tuple[Span, Form]:
    """Return the stretch behind a verb of advice that says what is advised, and its form."""
    text, shift = sentence.text, sentence.span.start
    at = _skip_subject(sentence, at, found)
    opener = find_opener(text, at - shift)
    to = _TO.search(text, at - shift)
    if opener is not None and (to is None or opener.start() <= to.start()):
        form = Form.INFINITIVE if opener["opener"].casefold() in ("om", "to") else Form.CLAUSE
        return Span(shift + opener.start(), sentence.span.end), form
    begin = _skip_filler(text, at - shift)
    form = Form.INFINITIVE if to is not None and to.end() > begin else Form.NOUN
    return Span(shift + begin, sentence.span.end), form


def find_opener(text: str, at: int) -> re.Match[str] | None:
    """Return the word that opens the advised clause ("om", "dat"), if one follows."""
    for found in _OPENER.finditer(text, at):
        if _REASON.match(text, found.start()) or _TO_WHERE.match(text, found.start()):
            continue
        if found["opener"].casefold() == "om" and not re.search(r"\bte \w", text[found.end() :]):
            continue
        return found
    return None


def _skip_subject(sentence: Sentence, at: int, found: list[Party]) -> int:
    for party in found:
        if (
            party.start >= at
            and not sentence.text[
                at - sentence.span.start : party.start - sentence.span.start
            ].strip(" ,")
            and party.side is Speaker.ADVISER
        ):
            return party.end
    return at


def _skip_filler(text: str, begin: int) -> int:
    while found := _FILLER.match(text[begin:]):
        if text[begin : begin + found.end()].strip() == "te":
            break
        begin += found.end()
    return begin


def is_content(sentence: Sentence, span: Span) -> bool:
    """Say whether a stretch has enough words to be a step, and does not only point at one."""
    words = sentence.text[span.start - sentence.span.start : span.end - sentence.span.start]
    words = words.strip(" .,;:")
    return len(words) >= _LEAST_LETTERS and len(words.split()) > 1 and not points_only(words)


def has_purpose(front: str) -> bool:
    """Say whether the words before a verb of advice are a clause of purpose ("Om X te doen")."""
    opens = _PURPOSE.match(front)
    return bool(opens and not _REASON.match(front.casefold()) and len(front.split()) > _LONG_FRONT)


def nominal_end(sentence: Sentence, start: int, noun: Hit) -> int:
    """Return where the advised step ends and the sentence's own verb goes on."""
    rest = sentence.after(start)
    limit = _LIMIT.search(rest)
    end = limit.start() if limit else len(rest)
    answered = sentence.of("agreement") + sentence.of("refusal")
    if any(hit.start < noun.start for hit in answered):
        return start + end
    for verb in _TO.finditer(rest, 0, end):
        found = _MAIN_VERB.search(rest, verb.end(), end)
        if found and found.start() - verb.end() <= _NEAR:
            return start + found.start()
    found = _MAIN_VERB.search(rest, 12, end)
    if found and found.group().startswith(","):
        return start + found.start()
    return start + end


def first_word(sentence: Sentence, start: int) -> str:
    """Return the first word from `start` on, in Dutch where it opens a clause."""
    words = sentence.after(start).split()
    first = words[0].casefold() if words else ""
    return {"to": "om", "that": "dat"}.get(first, first)


def points_only(words: str) -> bool:
    """Say whether words only point at advice that was given before."""
    return _ANAPHOR.match(words.strip(" .,;:")) is not None
