"""What a sentence of government says to advice: agreement, refusal, and what will be done."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntEnum

from ketenkaart.core.ledger.reading.passages import Sentence
from ketenkaart.core.ledger.reading.scan import Hit
from ketenkaart.core.ledger.reading.source import Span
from ketenkaart.core.ledger.types import FollowUp, Position


class Force(IntEnum):
    """How plainly a position is taken."""

    HINT = 1
    MILD = 2
    PLAIN = 3


@dataclass(frozen=True, slots=True)
class Signal:
    """What one clause says; `at` is where, `cue` which rule said so."""

    at: Span
    cue: str
    position: Position | None = None
    force: Force = Force.HINT
    follow_up: FollowUp | None = None
    is_temporary: bool = False
    words: str = ""


_BREAK = re.compile(
    r"[;:]|,? (?:maar|doch|terwijl|echter|but|while|although|however)\b|"
    r", (?=(?:(?:over|met|voor|aan|bij|van|on|with) )?(?:de|het|the) (?:eerste|tweede|derde|"
    r"vierde|vijfde|laatste|overige|ander\w*|first|second|third|last|other)\b)|"
    r" (?:en|and) (?=(?:de|het|the) (?:eerste|tweede|derde|vierde|vijfde|laatste|overige|first|"
    r"second|third|last)\b)"
)
_EMBED = re.compile(
    r"\b(?:om|dat|die|of|waarin|waarbij|waarmee|waardoor|zonder|door|omdat|to|that|which|who)\b",
    re.I,
)
_INNER = re.compile(r"\b(?:dat|die|of|om|that|which|who)\b", re.IGNORECASE)
_CLOSED = re.compile(r"\bte [a-zà-ÿ]+n\b|,")
_REVISION = re.compile(
    r"\b(?:herziening|herziene|actualisatie|aanscherping|aanpassing|aangepaste|aangescherpte|"
    r"geactualiseerde|"
    r"vernieuwde|nieuwe versie|wijziging|toelichting|wetsvoorstel|handboek|leidraad)\b",
    re.IGNORECASE,
)
_STUDY = re.compile(
    r"\b(?:evaluatie|onderzoek|verkenning|studie|ontwikkeling|ontwikkelen|doorlichting|project|"
    r"weging|"
    r"afweging|besluitvorming|volgende?|komende?|toekomstige?|nieuwe? (?:beleid|strategie|nota|"
    r"visie)|opstellen|"
    r"uitwerking|gesprek|gesprekken|overleg|formatie)\b",
    re.IGNORECASE,
)
_TAKEN_ALONG = re.compile(r"meegenomen|\bmee\b|meenemen|verwerkt|betrokken", re.IGNORECASE)
_CLOSES = re.compile(
    r"\bte [a-zà-ÿ]+n\b|, (?:[^,]{0,60} )?(?:wordt|worden|is|zijn|zal|zullen|kan|kunnen|heeft|"
    r"hebben|heb|will|is)\b"
)
_WITHIN = re.compile(r"\b(?:dat|die|om|of|hoe|waarom|wat)\b", re.IGNORECASE)
_POINTS = re.compile(
    r"(?:die|dat|deze|dit|that|this) (?:\w+ )?(?:aanbeveling|advies|advie|punt|voorstel|oproep|"
    r"suggestie|pleidooi|deel|"
    r"idee|gedachte|recommendation)",
    re.IGNORECASE,
)
_OURS = re.compile(
    r"\baan (?:het kabinet|mij|ons|de minister|de regering|"
    r"(?:een|het) (?:volgend|nieuw)e? kabinet)",
    re.IGNORECASE,
)
_BEGUN = re.compile(r"gestart|begonnen|van start", re.IGNORECASE)
_FUTURE = re.compile(r"\b(?:zal|zullen|will|shall|gaat|gaan)\b", re.IGNORECASE)
_PERFECT = re.compile(r"\b(?:is|zijn|heb|heeft|hebben|werd|werden|has|have)\b", re.IGNORECASE)
_ABOUT = re.compile(
    r"\b(?:aanbeveling|advies|oproep|suggestie|pleidooi|voorstel|recommendation|idee)\w*\b",
    re.IGNORECASE,
)
_NARROW = re.compile(
    r"\b(?:streven|strekking|gedachte|intentie|doel|ambitie|aim|intention)\b", re.I
)
_ONLY = re.compile(
    r"\b(?:conclusies?|analyse|constatering\w*|bevinding\w*|beeld|zorg\w*|observatie|oproep|pleidooi|advies|"
    r"aanbeveling\w*|gedachtegang)\b",
    re.I,
)
_FOR_THE_REST = re.compile(
    r"(?:voor|bij|for) (?:de |alle |the )?(?:overige|andere|rest|other)\b", re.I
)
_LABEL = re.compile(r"^[\w ]{3,40} ?[:–] ?")
_MILD_CUES = ("welcomes", "sympathy_en")
_VALUE = {
    "standing_policy": FollowUp.STANDING_POLICY,
    "revision_done": FollowUp.REVISION_DONE,
    "deferred": FollowUp.DEFERRED,
    "new_action": FollowUp.NEW_ACTION,
    "outside_scope": FollowUp.OUTSIDE_SCOPE,
}
_ELIDED = re.compile(
    r"^[\s,]*(?:de|het|over het|met de|die|the)?\s*(?:eerste|tweede|derde|vierde|vijfde|zesde|"
    r"laatste|"
    r"overige\w*|first|second|third|last|other)\b[^,.;]{0,60}?\b(?P<no>niet|not)\b|^[\s,]*(?:de|"
    r"het)?\s*"
    r"(?:eerste|tweede|derde|laatste|overige\w*)\b[^,.;]{0,40}?\b(?P<yes>wel)\b",
    re.IGNORECASE,
)


def clauses(sentence: Sentence) -> list[Span]:
    """Return the clauses of a sentence that can answer different things."""
    spans: list[Span] = []
    begin = 0
    for found in _BREAK.finditer(sentence.text):
        if found.start() > begin:
            spans.append(Span(sentence.span.start + begin, sentence.span.start + found.start()))
            begin = found.start()
    spans.append(Span(sentence.span.start + begin, sentence.span.end))
    return spans


def signals(sentence: Sentence, *, skip: Span | None = None) -> list[Signal]:
    """Return what a sentence says to advice, in order; `skip` is a stretch that is the advice."""
    found: list[Signal] = []
    pieces = clauses(sentence)
    for clause in pieces:
        found += _positions(sentence, clause, skip)
    found += [
        signal
        for hit in sentence.of("follow_up")
        if not _inside(hit, skip) and (signal := _follow_up(sentence, hit)) is not None
    ]
    found += _elided(sentence, pieces, found)
    found += _short(sentence)
    found.sort(key=lambda signal: (signal.at.start, -signal.force))
    return _without_echo(found, sentence)


def _last(hit: Hit) -> int:
    """Return where the last word of a hit ends: a comma behind it may open another clause."""
    return hit.start + len(hit.match.group().rstrip(" ,.;:)")) - 1


def _inside(hit: Hit, skip: Span | None) -> bool:
    return (
        skip is not None
        and hit.start < skip.end - 1
        and hit.end > skip.start + 1
        and (hit.start >= skip.start)
    )


def _positions(sentence: Sentence, clause: Span, skip: Span | None) -> list[Signal]:
    blocked = _double_negations(sentence)
    found = [
        _agreement(sentence, clause, hit, blocked, skip)
        for hit in sentence.of("agreement")
        if clause.start <= _last(hit) < clause.end
        and not (_inside(hit, skip) or _is_anothers(sentence, clause, hit))
    ]
    refused = [s for s in found if s.position is Position.NOT_ADOPTED]
    for hit in sentence.of("refusal"):
        if not clause.start <= _last(hit) < clause.end or _inside(hit, skip):
            continue
        if any(a < hit.end and hit.start < b for a, b in blocked) or refused:
            continue
        if hit.cue.id == "will_not" and _WITHIN.search(hit.match.group()):
            continue
        plain = hit.cue.value == "strong" or _FOR_THE_REST.match(sentence.text) is not None
        force = Force.PLAIN if plain else Force.MILD
        found.append(_refusal(sentence, clause, hit, force))
    return found


def _is_anothers(sentence: Sentence, clause: Span, hit: Hit) -> bool:
    """Say whether the agreement stands in an inner clause that is not about government."""
    text, shift = sentence.text, sentence.span.start
    last = _last_opener(_INNER, text, clause.start - shift, hit.start - shift)
    if last is None or _CLOSES.search(text, last.end(), hit.start - shift):
        return False
    between = Span(shift + last.end(), hit.end)
    return not any(between.start <= g.start < between.end for g in sentence.of("government"))


def _last_opener(pattern: re.Pattern[str], text: str, low: int, high: int) -> re.Match[str] | None:
    """Return the last word that opens an inner clause; "die aanbeveling" opens none."""
    last = None
    for found in pattern.finditer(text, low, high):
        opens_all = not text[low : found.start()].strip(" ,;:")
        if not opens_all and not _POINTS.match(text, found.start()):
            last = found
    return last


def _refusal(sentence: Sentence, clause: Span, hit: Hit, force: Force) -> Signal:
    at = Span(hit.start, hit.end)
    temporary = _is_temporary(sentence, clause)
    return Signal(at, hit.cue.id, Position.NOT_ADOPTED, force, is_temporary=temporary)


def _double_negations(sentence: Sentence) -> list[tuple[int, int]]:
    return [(hit.start, hit.end) for hit in sentence.of("false_negator")]


def _agreement(
    sentence: Sentence,
    clause: Span,
    hit: Hit,
    blocked: list[tuple[int, int]],
    skip: Span | None,
) -> Signal:
    low = min(clause.start, hit.start)
    at = Span(hit.start, hit.end)
    negated = [
        n for n in sentence.of("negator")
        if low <= n.start < clause.end
        and not any(a <= n.start < b for a, b in blocked)
        and not _inside(n, skip)
        and not _is_embedded(sentence, low, n, hit)
    ]  # fmt: skip
    degrees = [
        d for d in sentence.of("degree")
        if low <= d.start < sentence.span.end and not _inside(d, skip)
        and (d.start < clause.end or d.match.group().casefold().startswith(("maar", "doch")))
        and not _is_embedded(sentence, low, d, hit)
    ]  # fmt: skip
    covered = any(d.start <= n.start < d.end for d in degrees for n in negated)
    temporary = _is_temporary(sentence, clause)
    value = hit.cue.value
    if negated and not covered:
        return Signal(at, hit.cue.id, Position.NOT_ADOPTED, Force.PLAIN, is_temporary=temporary)
    if value == "sympathy":
        return _sympathy(hit, at)
    follow_up = FollowUp.STANDING_POLICY if value == "already" else None
    if "prioriteit" in hit.match.group().casefold():
        follow_up = FollowUp.STANDING_POLICY
    if degrees:
        return Signal(at, hit.cue.id, Position.ADOPTED_IN_PART, Force.PLAIN, follow_up)
    if value == "already":
        return Signal(at, hit.cue.id, None, Force.MILD, follow_up)
    force = Force.HINT if hit.cue.id == "no_objection" else Force.PLAIN
    return Signal(at, hit.cue.id, Position.ADOPTED, force, follow_up)


def _sympathy(hit: Hit, at: Span) -> Signal:
    words = hit.match.group()
    if _ONLY.search(words):
        return Signal(at, hit.cue.id, None, Force.HINT)
    position = Position.ADOPTED_IN_PART if _NARROW.search(words) else Position.ADOPTED
    return Signal(at, hit.cue.id, position, Force.HINT)


def _is_temporary(sentence: Sentence, clause: Span) -> bool:
    return any(clause.start <= hit.start < clause.end for hit in sentence.of("temporary"))


def _is_embedded(sentence: Sentence, low: int, word: Hit, hit: Hit) -> bool:
    """Say whether a word stands in a clause inside the clause of the agreement."""
    text, shift = sentence.text, sentence.span.start
    last = _last_opener(_EMBED, text, max(0, low - shift), word.start - shift)
    if last is None:
        return False
    if last.start() < hit.start - shift < word.start - shift and hit.end <= word.start:
        return False
    return _CLOSED.search(text, last.end(), word.start - shift) is None


def _follow_up(sentence: Sentence, hit: Hit) -> Signal | None:
    value = _VALUE.get(hit.cue.value or "")
    if value is None:
        return None
    at = Span(hit.start, hit.end)
    words = hit.match.group()
    if value is FollowUp.OUTSIDE_SCOPE and _OURS.search(words):
        return None
    position: Position | None = None
    force = Force.HINT
    if value is FollowUp.REVISION_DONE and _BEGUN.search(words) and _STUDY.search(sentence.text):
        value = FollowUp.DEFERRED
    elif value in (FollowUp.DEFERRED, FollowUp.REVISION_DONE) and _TAKEN_ALONG.search(words):
        value = _when_taken_along(sentence, hit)
        if value is FollowUp.REVISION_DONE and (
            _ABOUT.search(sentence.text) or sentence.of("anaphor")
        ):
            position, force = Position.ADOPTED, Force.MILD
    if value is FollowUp.NEW_ACTION and (
        _is_deferred_too(sentence, hit)
        or _overlaps(sentence, hit, "outside_scope")
        or _overlaps(sentence, hit, "standing_policy")
    ):
        return None
    return Signal(at, hit.cue.id, position, force, value, words=words)


def _when_taken_along(sentence: Sentence, hit: Hit) -> FollowUp:
    """Tell what was taken along in a revision from what will be in a study to come."""
    around = sentence.text
    if _FUTURE.search(hit.match.group()) or _FUTURE.search(sentence.before(hit.start)[-40:]):
        return FollowUp.DEFERRED
    if _REVISION.search(around) and not _STUDY.search(around):
        return FollowUp.REVISION_DONE
    if _PERFECT.search(hit.match.group()) and not _STUDY.search(around):
        return FollowUp.REVISION_DONE
    return FollowUp.DEFERRED


def _overlaps(sentence: Sentence, hit: Hit, value: str) -> bool:
    return any(
        other.cue.value == value and other.start < hit.end and hit.start < other.end
        for other in sentence.of("follow_up")
    )


def _is_deferred_too(sentence: Sentence, hit: Hit) -> bool:
    return any(
        other.cue.value == "deferred" and other.start <= hit.end + 60 and hit.start <= other.end + 5
        for other in sentence.of("follow_up")
    )


def _short(sentence: Sentence) -> list[Signal]:
    """Read an answer of a word or two, as "Carried out."."""
    words = _LABEL.sub("", sentence.text)
    shift = sentence.span.end - len(words)
    return [
        Signal(
            Span(shift, sentence.span.end), cue.id, Position.ADOPTED, Force.MILD, _VALUE[cue.value]
        )
        for cue, pattern in sentence.cues.short
        if cue.value in _VALUE and pattern.match(words)
    ]


def _elided(sentence: Sentence, pieces: list[Span], found: list[Signal]) -> list[Signal]:
    """Read "the first I adopt, the second not", where the verb is said once."""
    if not any(signal.position for signal in found):
        return []
    more: list[Signal] = []
    for piece in pieces:
        words = sentence.text[piece.start - sentence.span.start : piece.end - sentence.span.start]
        hit = _ELIDED.match(words)
        if hit is None or any(piece.start <= s.at.start < piece.end and s.position for s in found):
            continue
        position = Position.NOT_ADOPTED if hit["no"] else Position.ADOPTED
        more.append(Signal(piece, "ordinal", position, Force.PLAIN))
    return more


def _without_echo(found: list[Signal], sentence: Sentence) -> list[Signal]:
    """Keep one of two signals on the same words: importance or analysis before agreement."""
    if not any(signal.cue in _MILD_CUES for signal in found):
        return found
    if re.search(r"\b(?:aanbeveling|recommendation|advies|oproep)", sentence.text, re.IGNORECASE):
        return [signal for signal in found if signal.cue not in _MILD_CUES or not _plain(found)]
    return [signal for signal in found if not _covered(signal, found)]


def _plain(found: list[Signal]) -> bool:
    return any(s.position is not None and s.force is Force.PLAIN for s in found)


def _covered(signal: Signal, others: list[Signal]) -> bool:
    """Say whether an agreement only concerns the importance or the aim of the advice."""
    return signal.position is Position.ADOPTED and any(
        other.cue in _MILD_CUES
        and other.at.start < signal.at.end
        and signal.at.start < other.at.end
        for other in others
    )
