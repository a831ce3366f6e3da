"""Divide advised steps: one action is one verb that is advised, with all that belongs to it."""

from __future__ import annotations

import re
from collections.abc import Callable
from enum import Enum, auto

from ketenkaart.core.ledger.reading.source import Span


class Form(Enum):
    """How an advised step is worded."""

    INFINITIVE = auto()
    CLAUSE = auto()
    MAIN = auto()
    COMMAND = auto()
    NOUN = auto()


_JOIN = r"(?:en|alsook|alsmede|evenals|and|maar|of)"
_FILLER = (
    r"(?:(?:ook|tevens|daarbij|daarnaast|daarin|daartoe|verder|vervolgens|tegelijk|tegelijkertijd|"
    r"bovendien|ten slotte|tot slot|tenslotte|hierbij|also|further) )?"
)
_AGAIN = re.compile(
    rf"[,;]? {_JOIN} {_FILLER}(?P<opener>om|dat|to|that)\b|[,;] (?P<bare>om|dat|to|that)\b",
    re.IGNORECASE,
)
_MARKED = re.compile(
    r"[,;:]? ?(?:en )?(?:\((?:[0-9]{1,2}|[a-h]|i{1,3}|iv|v)\)|(?<![\w.])[a-h1-9]\)) ", re.IGNORECASE
)
_SEMICOLON = re.compile(r"; (?:en |and )?")
_LINK = re.compile(rf",? (?:en|alsook|alsmede|and) {_FILLER}|, ", re.IGNORECASE)
_TO = re.compile(
    r"\bte (?!veel\b|weinig\b|allen\b|midden\b|boven\b|samen\b)(?:[a-zà-ÿ]+ )??[a-zà-ÿ-]+n\b",
    re.IGNORECASE,
)
_TO_NEXT = re.compile(r"\b(?:te|to) [a-zà-ÿ-]+", re.IGNORECASE)
_PREFIXED = re.compile(
    r"\bdoor te (?:zetten|gaan|voeren|ontwikkelen|verwijzen|geven|lichten|werken|berekenen|groeien|"
    r"sturen|rekenen|trekken|pakken|lopen|schuiven|spelen|leren)\b",
    re.IGNORECASE,
)
_MEANS = re.compile(r"\b(?:door|zonder|teneinde|waarbij|waarmee|zodat|opdat|by|without)\b", re.I)
_CONTROL = re.compile(
    r"(?:stimuleren|verplichten|verplicht|vragen|verzoeken|bewegen|aansporen|sporen|dwingen|"
    r"staat te stellen|aanmoedigen|moedigen|zorgen|zorg|roepen|dringen|zetten|bevorderen|nodigen)"
    r"[^,]{0,30}$",
    re.IGNORECASE,
)
_PURPOSE = re.compile(r"\b(?:om|teneinde|zodat|in order to)\b", re.IGNORECASE)
_FINITE = re.compile(
    r"\b(?:wordt|worden|moet|moeten|is|zijn|kan|kunnen|krijgt|krijgen|heeft|hebben|gaat|gaan|"
    r"blijft|blijven|zal|zullen|komt|komen|dient|dienen|zou|zouden|be|are|should|has|have)\b",
    re.IGNORECASE,
)
_MODAL_NEXT = re.compile(r"(?:moet|moeten|zou|zouden|dient|dienen|behoort|behoren|should|must)\b")
_BARE_VERB = re.compile(
    r"\b(?:[a-zà-ÿ]{2,}eren|(?:be|ver|ont|her|ge|aan|op|uit|in|af|toe|voor|door|mee|over|bij|vast|"
    r"samen|terug|open|bekend|beschikbaar)[a-zà-ÿ]{3,}en|maken|geven|nemen|stellen|brengen|houden|"
    r"zetten|leggen|zorgen|werken|bieden|kiezen|zoeken|vragen|meten|delen|richten|voeren|gaan|doen|"
    r"komen|sluiten|bundelen|regelen|handelen|schrappen|stoppen|starten|openen|testen|toetsen|"
    r"schrijven|bouwen|kopen|trekken|pakken|halen|plannen|krijgen|vullen|steunen|volgen|laten|worden|zijn)\W*$",
    re.IGNORECASE,
)
_NOUNS = re.compile(
    r"(?:bedrijven|verhalen|verdragen|belangen|verschillen|verzoeken|gevallen|gevolgen|gegevens|"
    r"instrumenten|uitgaven|inkomsten|opgaven|overheden|voorwaarden|aanbevelingen|beleidsterreinen|"
    r"gemeenten|middelen|verantwoordelijkheden|instellingen|ministeries|inspecties|aandelen|"
    r"uitkeringen|heren|[a-zà-ÿ]+(?:ingen|heden|teiten|menten|schappen|nissen|aties|euren))\W*$",
    re.IGNORECASE,
)
_LEAST_WORDS = 2
_LONGEST_TAIL = 6
_TRIM_END = " ,;:.?!"


def actions(
    text: str, span: Span, form: Form, opens: Callable[[str], bool] | None = None
) -> list[Span]:
    """Return the advised actions in a stretch of a sentence, in order; never none.

    Means ("door te ...") and nouns under one verb stay within their action; a second verb with its
    own object begins another. `opens` tells whether words open with a command; it is asked where
    the form is one.

    >>> words = "om klachten te verzamelen en de uitkomst te publiceren"
    >>> [words[a:b] for a, b in actions(words, Span(0, len(words)), Form.INFINITIVE)]
    ['om klachten te verzamelen', 'de uitkomst te publiceren']
    >>> words = "om de handel te bevorderen door regels te schrappen en loketten te openen"
    >>> len(actions(words, Span(0, len(words)), Form.INFINITIVE))
    1
    """
    words = text[span.start : span.end]
    cuts = _commands(words, opens) if form is Form.COMMAND and opens else _cuts(words, form)
    pieces: list[Span] = []
    begin = 0
    for stop, start in [*cuts, (len(words), len(words))]:
        pieces.append(Span(begin, stop))
        begin = start
    return _tidy(words, pieces, span.start)


def _tidy(words: str, pieces: list[Span], shift: int) -> list[Span]:
    kept: list[Span] = []
    for piece in pieces:
        chunk = words[piece.start : piece.end]
        lead = len(chunk) - len(chunk.lstrip(" ,;:"))
        end = piece.start + len(chunk.rstrip(_TRIM_END))
        start = piece.start + lead
        if end <= start:
            continue
        if kept and len(words[start:end].split()) < _LEAST_WORDS:
            kept[-1] = Span(kept[-1].start, shift + end)
        else:
            kept.append(Span(shift + start, shift + end))
    return kept or [Span(shift, shift + len(words))]


def _cuts(words: str, form: Form) -> list[tuple[int, int]]:
    """Return where one action stops and the next begins."""
    marked = [(found.start(), found.end()) for found in _MARKED.finditer(words)]
    if len(marked) >= _LEAST_WORDS:
        return [cut for cut in marked if cut[0] > _first_content(marked)]
    found = _repeated(words)
    found += [
        (hit.start(), hit.end())
        for hit in _SEMICOLON.finditer(words)
        if form is not Form.MAIN and _is_step(words[hit.end() :])
    ]
    found += _linked(words, form, [cut[0] for cut in found])
    return sorted(set(found))


def _commands(words: str, opens: Callable[[str], bool]) -> list[tuple[int, int]]:
    """Find a second command behind "en", as in "maak een lijst en houd die bij"."""
    return [
        (hit.start(), hit.end())
        for hit in _LINK.finditer(words)
        if hit.group() != ", "
        and opens(words[hit.end() :])
        and len(words[hit.end() :].split()) > _LEAST_WORDS
    ]


def _is_step(rest: str) -> bool:
    return bool(_TO.search(rest) or _FINITE.search(rest) or _TO_NEXT.search(rest))


def _first_content(marked: list[tuple[int, int]]) -> int:
    return marked[0][0]


def _repeated(words: str) -> list[tuple[int, int]]:
    """Find "en om ...", "en dat ..." and, in a row that ends so, ", om ..."."""
    hits = list(_AGAIN.finditer(words))
    joined = {h["opener"].lower(): h.start() for h in hits if h["opener"]}
    found = []
    for hit in hits:
        opener = (hit["opener"] or hit["bare"]).lower()
        if opener not in joined:
            continue
        before = words[: hit.start()]
        if not re.search(rf"\b{opener}\b", before, re.IGNORECASE) and opener in ("dat", "that"):
            continue
        if hit["bare"] and hit.start() > joined[opener]:
            continue
        group = "opener" if hit["opener"] else "bare"
        found.append((hit.start(), hit.start(group)))
    return found


def _linked(words: str, form: Form, taken: list[int]) -> list[tuple[int, int]]:
    """Find a second verb with its own object behind "en" or a comma."""
    tests = {Form.INFINITIVE: _new_infinitive, Form.CLAUSE: _new_clause, Form.MAIN: _new_main}
    test = tests.get(form)
    if test is None:
        return []
    links = [hit for hit in _LINK.finditer(words) if hit.start() not in taken]
    found: list[tuple[int, int]] = []
    bounds = sorted({*taken, len(words)})
    begin = 0
    for index, hit in enumerate(links):
        begin = max([begin, *(stop for stop in taken if stop <= hit.start())])
        is_comma = hit.group() == ", "
        if words[: hit.start()].endswith("-"):
            continue
        if is_comma and (form is Form.MAIN or not _row_goes_on(words, links[index + 1 :])):
            continue
        left = words[begin : hit.start()]
        right = words[hit.end() : min(stop for stop in bounds if stop >= hit.start())]
        if test(left, right):
            found.append((hit.start(), hit.end()))
            begin = hit.end()
    return found


def _row_goes_on(words: str, later: list[re.Match[str]]) -> bool:
    """Say whether a comma may divide a row: some "en" with a verb follows it."""
    return any(hit.group() != ", " and _TO.search(words, hit.end()) for hit in later)


def _new_infinitive(left: str, right: str) -> bool:
    last = _last(_TO, left)
    following = _TO.search(right) or re.search(r"\bte [a-zà-ÿ]+n\b", right)
    if last is None or following is None:
        return False
    behind = left[last.end() :]
    if len(behind.split()) > _LONGEST_TAIL and not _opens_own(behind):
        return False
    own_object = following.start() > 0 or _opens_own(right[following.end() :])
    if not own_object or _MEANS.search(_PREFIXED.sub("", right)[: following.start()]):
        return False
    if _LINK.search(right[: following.start()]) and right[: following.start()].count(",") > 1:
        return False
    return not _is_subordinate(left, last.start())


def _last(pattern: re.Pattern[str], words: str) -> re.Match[str] | None:
    found = list(pattern.finditer(words))
    return found[-1] if found else None


def _opens_own(rest: str) -> bool:
    return (
        re.match(
            r" (?:of|hoe|welke|waar|wat|wie|wanneer|waarom|dat|in hoeverre|whether|how)\b", rest
        )
        is not None
    )


def _is_subordinate(left: str, place: int) -> bool:
    """Say whether the verb at `place` belongs to a means or a purpose within the action."""
    before = _PREFIXED.sub(lambda hit: "x" * len(hit.group()), left)[:place]
    means = _last(_MEANS, before)
    if means is not None and "," not in before[means.end() :]:
        return True
    purposes = list(_PURPOSE.finditer(before))
    if not purposes:
        return False
    lead = before[: purposes[-1].start()].rstrip(" ,")
    return bool(_TO.search(lead) or _TO_NEXT.search(lead)) and not _CONTROL.search(lead)


def _new_clause(left: str, right: str) -> bool:
    """Say whether "dat ... wordt X" is followed by a second clause with its own subject."""
    if _TO.search(left) and _new_infinitive(left, right):
        return True
    tail = " ".join(left.split()[-4:])
    finite = _FINITE.search(right)
    return bool(
        _FINITE.search(tail) and finite and len(right[: finite.start()].split()) >= _LEAST_WORDS
    )


def _new_main(left: str, right: str) -> bool:
    if _MODAL_NEXT.match(right):
        return True
    verb = _BARE_VERB.search(left)
    if verb is None or _NOUNS.search(left) or _is_subordinate(left, len(left)):
        return False
    ending = _BARE_VERB.search(right.rstrip(" ."))
    return bool(ending and ending.start() > 0 and not _NOUNS.search(right))
