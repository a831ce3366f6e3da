"""Find advice in a sentence: who advises, in which words, and which steps."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ketenkaart.core.ledger.reading.clauses import Form, actions
from ketenkaart.core.ledger.reading.passages import Sentence
from ketenkaart.core.ledger.reading.scan import Hit
from ketenkaart.core.ledger.reading.source import Span
from ketenkaart.core.ledger.reading.speakers import Memory, Party, Speaker, parties, subject


@dataclass(frozen=True, slots=True)
class Advice:
    """What one sentence advises; `steps` are the phrases that carry the advised actions.

    `is_nominal` says that the advice is named by a noun, so that the sentence may answer it too.
    """

    steps: tuple[Span, ...]
    adviser: str | None
    cues: tuple[str, ...]
    weight: float
    is_nominal: bool = False


@dataclass(frozen=True, slots=True)
class NoAdvice:
    """Why a sentence with words of advice is none."""

    reason: str


_OPENER = re.compile(r"(?<!\w)(?P<opener>om|dat|to|that)(?= )", re.IGNORECASE)
_REASON = re.compile(r"om (?:deze|die|dezelfde|welke|wille|twee|drie|meerdere) ?", re.IGNORECASE)
_TO = re.compile(r"\bte (?!veel\b|weinig\b)(?:[a-zà-ÿ]+ )??[a-zà-ÿ]+n\b", re.IGNORECASE)
_FILLER = re.compile(
    r"^[\s,]*(?:(?:ook|verder|tevens|daarom|dan ook|dus|tot slot|ten slotte|tenslotte|voorts|"
    r"daarnaast|bovendien|daarbij|in dat kader|onder (?:meer|andere|andere)|expliciet|nadrukkelijk|"
    r"met klem|vervolgens|als (?:eerste|tweede|derde|vierde|vijfde|zesde|laatste)|eveneens|"
    r"in de (?:eerste|tweede) plaats|er|ertoe|ervoor|erop|hiertoe|hen|hem|haar|mij|ons|aan|op|voor|"
    r"af|te|tot|om|over|(?:aan )?(?:het kabinet|de regering|de ministers?|de staatssecretaris|"
    r"de overheid|mijn ministerie|het ministerie(?: van [A-Z]\w+)?)),?\s+)",
)
_NOT_BEFORE = re.compile(
    r"\b(?:zoals|waarin|waarmee|waarover|die|as|which|eerder|destijds)\b[^,]*$", re.I
)
_PARTICLE = {
    "beveel": r"\baan\b|$", "bevelen": r"\baan\b|$", "raad": r"\b(?:aan|af)\b", "raden": r"\b(?:aan|af)\b",
    "roep": r"\bop\b", "riep": r"\bop\b", "dring": r"\baan\b", "spoor": r"\baan\b",
    "sporen": r"\baan\b", "verzoek": r"\b(?:om|te|dat)\b", "pleit": r"\b(?:voor|ervoor|er\b.{0,30}\bvoor)\b",
}  # fmt: skip
_FINDING_VERBS = re.compile(
    r"(?:conclu|constat|signal|zie|verwacht|schrij|merk|wijs|noem|note|find|conclude)",
    re.IGNORECASE,
)
_LAW = re.compile(
    r"\b(?:op grond van (?:de|het|artikel)|wettelijk verplicht|krachtens|volgens de wet)\b", re.I
)
_AFTER_NOUN = re.compile(
    r"^(?:,? (?:van|uit|door|in) [^,.;:]{1,70}?)?,? (?:over )?(?P<opener>om|dat|tot|to|that)\b",
    re.IGNORECASE,
)
_CONTENTS = re.compile(
    r"^(?:,? (?:van|uit|in) [^,.;:]{1,70}?)?,? (?:is|luidt|zijn|luiden|betreft|betreffen|houdt in|"
    r"houden in|behelst|strekt ertoe|strekken ertoe|komt erop neer|gaat over|gaan over|ziet op|zien op|"
    r"richt zich op|heeft betrekking op|is gericht op|is dan ook|was|concerns|is)(?P<rest>:? .*)$",
    re.IGNORECASE | re.DOTALL,
)
_TOPIC = re.compile(
    r"(?:betreft|gaat over|ziet op|richt zich op|betrekking op|gericht op|concerns)\W*$", re.I
)
_MAIN_VERB = re.compile(
    r",? (?:neem|neemt|nemen|wordt|worden|werd|is|zijn|zal|zullen|onderschrijf\w*|volg\w*|deel|delen|"
    r"acht|vind\w*|sluit\w*|kan|kunnen|past|heeft|heb|hebben|valt|vallen|spreekt|ziet|zie|steun\w*|komt|"
    r"omarm\w*|accepteer\w*|wijs|wijst|gaat|ga|wil|willen|ben|sta|staat|has|will|are)\b",
    re.IGNORECASE,
)
_LIMIT = re.compile(r",? (?:maar|doch|echter|terwijl|but|although)\b", re.IGNORECASE)
_PARLIAMENT = re.compile(r"\b(?:motie|uw Kamer|Kamerleden|amendement|petitie)\b", re.IGNORECASE)
_ANAPHOR = re.compile(
    r"^(?:aandacht voor de vraag.*|dit|dat|deze|die|deze aanbeveling\w*|dit advies)\W*$",
    re.IGNORECASE,
)
_ORDER_LEAD = re.compile(
    r"(?:ten |de |het |the |another |een )?(?:eerste|tweede|derde|vierde|vijfde|zesde|zevende|achtste|negende|"
    r"tiende|laatste|andere?|first|second|third|fourth|fifth|sixth|last|final|another)"
    r"(?: (?:en|and) (?:laatste|last))?(?: (?:aanbeveling|advies|punt|recommendation))?"
    r"(?: (?:van|of) [^,.]{2,50})?",
    re.IGNORECASE,
)
_THESE_LEAD = re.compile(
    r"(?:deze|die|zij|these|they|it|het|dit)(?: aanbevelingen)?", re.IGNORECASE
)
_EARLIER = re.compile(
    r"\b(?:eerder|destijds|vorige?|indertijd|earlier|previously)\b|^(?:in|already in) (?:19|20)[0-9]{2}\b",
    re.I,
)
_AS_FOR = re.compile(r"\b(?:wat|waar het|as for|as to)\b[^,;:]{0,40}$", re.IGNORECASE)
_THAT = re.compile(r"\b(?:dat|that)(?= )")
_IT_NOUN = re.compile(r"advies", re.IGNORECASE)
_EVERYBODY = re.compile(r"(?:wie|who)\b", re.IGNORECASE)
_MODAL = re.compile(r"\b(?:kan|kunnen|zal|zullen|wil|willen|moet|moeten|mag|mogen)\b[^,]*$", re.I)
_SAME_AGAIN = re.compile(
    r"(?:om )?(?:dit|dat|hiertoe) (?:te (?:doen|bereiken|realiseren)|door)\b", re.I
)
_LEAST_LETTERS = 8


def read_advice(
    sentence: Sentence, memory: Memory, previous: Sentence | None = None
) -> Advice | NoAdvice | None:
    """Return what a sentence advises in its own words, or why it does not, or `None`."""
    found = parties(sentence)
    why: NoAdvice | None = None
    told = _by_contents(sentence, memory, previous)
    if told is not None:
        return told
    for read in (_by_frame, _by_verb, _by_aim, _by_noun, _by_agreement):
        result = read(sentence, found, memory)
        if isinstance(result, Advice):
            return result
        why = why or result
    return why


def _by_frame(sentence: Sentence, found: list[Party], memory: Memory) -> Advice | NoAdvice | None:
    for hit in sentence.of("advice_frame"):
        if hit.cue.value == "passive":
            span, form = _complement(sentence, hit.end, found)
            if form is Form.NOUN and not _is_content(sentence, span):
                span, form = Span(sentence.span.start, hit.start), Form.NOUN
            adviser = next((p for p in found if p.side is Speaker.ADVISER), None)
            if _speaks_itself(sentence, hit):
                return NoAdvice("government advises others")
            name = memory.name(adviser) if adviser else memory.last
            return _advice(sentence, span, form, name, (hit,))
        name = _according_to(sentence, hit, found, memory)
        duty = _duty(sentence, sentence.span.start, ("must", "need"))
        if name is None or duty is None:
            continue
        if _LAW.search(sentence.text) or _EVERYBODY.match(sentence.text):
            return NoAdvice("a duty of law or of everybody")
        return _advice(sentence, _without_lead(sentence, hit), Form.MAIN, name, (hit, duty))
    return None


def _speaks_itself(sentence: Sentence, hit: Hit) -> bool:
    return re.search(r"\bdoor (?:mij|ons|het kabinet|de regering)\b", hit.match.group()) is not None


def _according_to(sentence: Sentence, hit: Hit, found: list[Party], memory: Memory) -> str | None:
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
    if _NOT_BEFORE.search(before):
        return NoAdvice("advice that is only mentioned")
    if _EARLIER.search(before):
        return NoAdvice("advice of an earlier time")
    side, name = subject(sentence, found, hit, memory)
    if hit.match.group().casefold().startswith("vragen") and _MODAL.search(before):
        return None
    if side is None:
        return NoAdvice("nobody is named who advises") if hit.cue.weight == 1 else None
    if side is not Speaker.ADVISER:
        who = "government" if side is Speaker.GOVERNMENT else "somebody who is no adviser"
        return NoAdvice(f"advised by {who}")
    if hit.cue.id in ("asks", "pleads", "proposes") and name not in memory.known:
        return NoAdvice("asked by somebody who is not known as an adviser")
    multi = word_end if hit.cue.id not in ("recommended_perfect", "in_consideration") else hit.end
    span, form = _complement(sentence, multi, found)
    if form is Form.NOUN and not _is_content(sentence, span):
        span = Span(sentence.span.start, hit.start)
        if len(before.split()) < 5:
            return None
    return _advice(sentence, _with_front(sentence, span, hit), form, name, (hit,))


def _has_particle(sentence: Sentence, hit: Hit, word_end: int) -> bool:
    word = hit.match.group().casefold()
    for stem, particle in _PARTICLE.items():
        if word.startswith(stem):
            rest = sentence.after(word_end)
            return re.search(particle, rest, re.IGNORECASE) is not None
    return not re.match(r"\s+(?:\w+ ){0,3}over\b", sentence.after(word_end)) or word[0] != "a"


def _opined(
    sentence: Sentence, hit: Hit, found: list[Party], memory: Memory
) -> Advice | NoAdvice | None:
    opener = re.compile(r"\b(?:dat|that)\b").search(sentence.text, hit.end - sentence.span.start)
    near = opener is not None and opener.start() - (hit.end - sentence.span.start) <= 80
    weak = _FINDING_VERBS.match(hit.match.group()) is not None
    values = ("must",) if weak else ("must", "need")
    if near and opener is not None:
        start = sentence.span.start + opener.start()
        duty = _duty(sentence, start, values)
    else:
        duty = next((d for d in sentence.of("deontic") if d.cue.id == "considers_desirable"), None)
        start = sentence.span.start
    if duty is None:
        return None
    side, name = subject(sentence, found, hit, memory)
    if side is not Speaker.ADVISER or name not in memory.known:
        return None
    if _LAW.search(sentence.after(start)):
        return NoAdvice("a duty of law")
    form = Form.CLAUSE if near else Form.MAIN
    return _advice(sentence, Span(start, sentence.span.end), form, name, (hit, duty))


def _duty(sentence: Sentence, start: int, values: tuple[str, ...]) -> Hit | None:
    empty = [(hit.start, hit.end) for hit in sentence.of("deontic_empty")]
    for hit in sentence.of("deontic"):
        if hit.end > start and hit.cue.value in values and hit.cue.id != "considers_desirable":
            if not any(a <= hit.start < b for a, b in empty):
                return hit
    return None


def _by_aim(sentence: Sentence, found: list[Party], memory: Memory) -> Advice | NoAdvice | None:
    for hit in sentence.of("advice_aim"):
        adviser = next((p for p in found if p.side is Speaker.ADVISER), None)
        if adviser is None:
            continue
        span, form = _complement(sentence, adviser.end, found)
        return _advice(sentence, span, form, memory.name(adviser), (hit,))
    return None


def _by_contents(
    sentence: Sentence, memory: Memory, previous: Sentence | None
) -> Advice | NoAdvice | None:
    """Read "The first is to ..." and "These hold that ..." behind a mention of advice."""
    for hit in sentence.of("advice_contents"):
        lead = sentence.before(hit.start).strip()
        refers = previous is not None and previous.has("advice_noun", "advice_number")
        if not (_ORDER_LEAD.fullmatch(lead) or (_THESE_LEAD.fullmatch(lead) and refers)):
            continue
        start = hit.end - len(hit.match.group().split()[-1])
        form = {"om": Form.INFINITIVE, "dat": Form.CLAUSE}.get(_first(sentence, start), Form.NOUN)
        return _advice(sentence, Span(start, sentence.span.end), form, memory.last, (hit,))
    return None


def _by_agreement(
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
    duty = _duty(sentence, start, ("must", "need"))
    if adviser is None or not speaks or duty is None:
        return None
    hits = (sentence.of("agreement")[0], duty)
    span = Span(start, sentence.span.end)
    name = memory.name(adviser)
    return _advice(sentence, span, Form.CLAUSE, name, hits, is_nominal=True)


def _by_noun(sentence: Sentence, found: list[Party], memory: Memory) -> Advice | NoAdvice | None:
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
    adviser = next(
        (p for p in found if p.side is Speaker.ADVISER and 0 <= p.start - noun_end <= 12), None
    )
    if hit.cue.value == "soft" and adviser is None:
        return None
    if _AS_FOR.search(sentence.before(hit.start)):
        return None
    if _PARLIAMENT.search(sentence.before(hit.start)[-60:]):
        return NoAdvice("asked by parliament")
    asked = _AFTER_NOUN.match(rest)
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
    end = _nominal_end(sentence, start, hit)
    form = {"om": Form.INFINITIVE, "dat": Form.CLAUSE}.get(_first(sentence, start), Form.NOUN)
    if form is Form.CLAUSE and (
        hit.cue.id != "recommendation_noun" or _IT_NOUN.match(hit.match.group())
    ):
        if _duty(sentence, start, ("must", "need")) is None:
            return None
    name = memory.name(adviser) if adviser else memory.last
    return _advice(sentence, Span(start, end), form, name, (hit,), is_nominal=True)


def _tells(contents: re.Match[str]) -> bool:
    """Say whether "the recommendation is ..." goes on with what it asks."""
    lead = contents.string[: contents.start("rest")]
    rest = contents["rest"].lstrip(" :")
    return bool(
        re.match(r"(?:om|dat|to|that)\b", rest) or contents["rest"].startswith(":")
    ) or bool(_TOPIC.search(lead))


def _first(sentence: Sentence, start: int) -> str:
    words = sentence.after(start).split()
    first = words[0].casefold() if words else ""
    return {"to": "om", "that": "dat"}.get(first, first)


def _nominal_end(sentence: Sentence, start: int, noun: Hit) -> int:
    """Return where the advised step ends and the sentence's own verb goes on."""
    rest = sentence.after(start)
    limit = _LIMIT.search(rest)
    end = limit.start() if limit else len(rest)
    answered = [hit for hit in sentence.of("agreement") + sentence.of("refusal")]
    if any(hit.start < noun.start for hit in answered):
        return start + end
    last = None
    for last in _TO.finditer(rest, 0, end):
        found = _MAIN_VERB.search(rest, last.end(), end)
        if found and found.start() - last.end() <= 60:
            return start + found.start()
    found = _MAIN_VERB.search(rest, 12, end)
    if found and found.group().startswith(","):
        return start + found.start()
    return start + end


def _complement(sentence: Sentence, at: int, found: list[Party]) -> tuple[Span, Form]:
    """Return the stretch behind a verb of advice that says what is advised, and its form."""
    text, shift = sentence.text, sentence.span.start
    at = _skip_subject(sentence, at, found)
    opener = _find_opener(text, at - shift)
    to = _TO.search(text, at - shift)
    if opener is not None and (to is None or opener.start() <= to.start()):
        form = Form.INFINITIVE if opener["opener"].casefold() in ("om", "to") else Form.CLAUSE
        return Span(shift + opener.start(), sentence.span.end), form
    begin = _skip_filler(text, at - shift)
    form = Form.INFINITIVE if to is not None and to.end() > begin else Form.NOUN
    return Span(shift + begin, sentence.span.end), form


def _find_opener(text: str, at: int) -> re.Match[str] | None:
    for found in _OPENER.finditer(text, at):
        if _REASON.match(text, found.start()):
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


def _is_content(sentence: Sentence, span: Span) -> bool:
    words = sentence.text[span.start - sentence.span.start : span.end - sentence.span.start]
    words = words.strip(" .,;:")
    return len(words) >= _LEAST_LETTERS and len(words.split()) > 1 and not _ANAPHOR.match(words)


def _with_front(sentence: Sentence, span: Span, hit: Hit) -> Span:
    """Return the step with the clause before it, where the sentence opens with its purpose."""
    front = sentence.before(hit.start).strip()
    opens = re.match(r"(?:Om|Teneinde|Ter|To|In order to)\b", front)
    if opens and not _REASON.match(front.casefold()) and len(front.split()) > 4:
        return Span(sentence.span.start, span.end)
    return span


def _advice(
    sentence: Sentence,
    span: Span,
    form: Form,
    name: str | None,
    hits: tuple[Hit, ...],
    *,
    is_nominal: bool = False,
) -> Advice | NoAdvice:
    text, shift = sentence.text, sentence.span.start
    local = Span(span.start - shift, span.end - shift)
    if local.start >= local.end or not text[local.start : local.end].strip(" .,;:"):
        return NoAdvice("no step is named")
    if _SAME_AGAIN.match(text[local.start : local.end]):
        return NoAdvice("the means of the advice before")
    if form is Form.INFINITIVE and not text[local.start :].casefold().startswith("om "):
        front = text[local.start : local.end]
        if front.startswith("Om ") or front.startswith("To "):
            form = Form.NOUN
    steps = tuple(Span(a + shift, b + shift) for a, b in actions(text, local, form))
    weight = 1.0
    for hit in hits:
        weight *= hit.cue.weight
    return Advice(steps, name, tuple(hit.cue.id for hit in hits), weight, is_nominal)
