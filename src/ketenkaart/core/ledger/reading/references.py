"""Papers that a letter points to, by number, by day or by name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date

from ketenkaart.core.ledger.reading.calendar import month_number
from ketenkaart.core.ledger.reading.mentions import Kinds, Mention, Taken
from ketenkaart.core.ledger.reading.places import Places
from ketenkaart.core.ledger.reading.scan import Hit
from ketenkaart.core.ledger.reading.source import DocumentFacts, NormalText, Span
from ketenkaart.core.ledger.reading.titles import named_papers
from ketenkaart.core.ledger.reading.types import ReadReference, ReferenceKind

_MORE = re.compile(r"(?P<join>, en | en |, |/| t/m | tot en met | ?[-–] ?| and )(?:nrs?\.? ?)?"
                   r"(?P<number>[1-9]\d{0,3})(?![\d./]| \d{3}\b)\b")  # fmt: skip
_RANGE = (" t/m ", " tot en met ", "-", "–", " - ", " – ")
_LONGEST_RANGE = 60
_MOST_NUMBERS = 60
_REACH = 110
"""Characters in which a word as "letter" still belongs to the number in brackets behind it."""
_SENTENCE_END = re.compile(r"[.;:!?] |\n|\)")
_CODE = re.compile(
    r"(\d{5})(?:-(?:\(?([A-Z]\d{4})\)?|([IVXLC]{1,6}[AB]?)|(\d{2})(?=-)))?(?:-([0-9A-Z]+))?"
)


def read_references(
    text: NormalText,
    kinds: Kinds,
    sentences: Sequence[Span],
    places: Places,
    own: DocumentFacts,
) -> tuple[ReadReference, ...]:
    """Return each place where the letter points to a paper, in its order.

    Places that point to one paper have one `id`: "26485-308", "35000-XVII-34", "21501-32-1400", a
    case number, or the slug of a name. A list of numbers gives one reference for each; they share
    their span. `own` is what the letter is: its own number is marked.
    """
    numbered = list(_numbered(text.text, kinds))
    numbered = [_with_noun(text.text, kinds, mention) for mention in numbered]
    taken = Taken(len(text.text), (mention.span for mention in numbered))
    dated = list(_dated(text.text, kinds, taken))
    named = named_papers(text, kinds, sentences, taken)
    own_id = paper_id(own.dossier, own.suffix, own.number)
    ordered = sorted([*numbered, *dated, *named], key=lambda m: (m.span.start, m.id))
    labels = {mention.id: mention.label for mention in reversed(ordered)}
    return tuple(
        ReadReference(
            id=mention.id,
            kind=mention.kind,
            dossier=mention.dossier,
            suffix=mention.suffix,
            number=mention.number,
            label=labels[mention.id],
            date=mention.day,
            text=text.text[mention.span.start : mention.span.end],
            span=mention.span,
            locator=places.of(mention.span),
            is_own=mention.id == own_id,
        )
        for mention in ordered
    )


def paper_id(dossier: str | None, suffix: str | None, number: str | None) -> str:
    """Return how a parliamentary paper is named here.

    >>> paper_id("35000", "XVII", "34"), paper_id("32605", None, None)
    ('35000-XVII-34', '32605')
    """
    return "-".join(part for part in (dossier, suffix, number) if part)


def label_of(dossier: str, suffix: str | None, number: str | None) -> str:
    """Return how a person writes a paper's number.

    >>> label_of("35000", "XVII", "34"), label_of("21501", "32", None)
    ('Kamerstuk 35 000 XVII, nr. 34', 'Kamerstuk 21 501-32')
    """
    spaced = f"{dossier[:2]} {dossier[2:]}"
    if suffix:
        spaced += f"-{suffix}" if suffix.isdigit() else f" {suffix}"
    return f"Kamerstuk {spaced}" + (f", nr. {number}" if number else "")


def parse_code(code: str) -> tuple[str, str | None, str | None] | None:
    """Return dossier, suffix and number of an official journal's code, `None` for another code.

    >>> parse_code("26485-319"), parse_code("35000-XVII-34"), parse_code("21501-32-1400")
    (('26485', None, '319'), ('35000', 'XVII', '34'), ('21501', '32', '1400'))
    """
    found = _CODE.fullmatch(code)
    if found is None:
        return None
    suffix = found[2] or found[3] or found[4]
    if found[5] is None and suffix and not suffix.isdigit() and not found[2]:
        return found[1], None, suffix
    return found[1], suffix, found[5]


def _numbered(text: str, kinds: Kinds) -> Iterator[Mention]:
    prefixes = {hit.end: hit for hit in kinds.of("paper_prefix")}
    barred = Taken(len(text), (hit.span for hit in kinds.of("no_reference")))
    hits = sorted(kinds.of("reference"), key=lambda hit: (hit.start, -hit.end))
    reached = 0
    for hit in hits:
        prefix = prefixes.get(hit.start - 1) or prefixes.get(hit.start - 2)
        if hit.start < reached or not _is_number(hit, prefix) or barred.meets(hit.span):
            continue
        start = prefix.start if prefix else hit.start
        found = list(_mentions(text, hit, start))
        if found:
            reached = max(mention.span.end for mention in found)
            yield from found


def _is_number(hit: Hit, prefix: Hit | None) -> bool:
    """Say whether a hit is a number of a paper: a bare dossier needs a word before it."""
    number = hit.group("number")
    if number and number.isalpha() and not number.isupper():
        return False
    if hit.cue.id in ("ref_bare", "ref_number_senate"):
        return prefix is not None and prefix.cue.id == "ref_prefix"
    if hit.cue.id == "ref_council":
        return prefix is not None or hit.match["dossier"] == "21 501"
    if hit.cue.id == "ref_short":
        # 10-12-2020 and telephone numbers have this form too
        return hit.match.string[max(hit.start - 1, 0) : hit.start] not in ("-", "/", "+")
    return True


def _mentions(text: str, hit: Hit, start: int) -> Iterator[Mention]:
    span = Span(start, hit.end)
    kind = ReferenceKind(hit.cue.value or "report")
    if hit.group("dossier"):
        dossier = re.sub(r"\D", "", hit.match["dossier"])
        suffix = hit.group("suffix")
        suffix = suffix.strip("()").upper() if suffix else None
        number = hit.group("number")
        more, end = _more(text, hit.end) if number and number.isdigit() else ([], hit.end)
        for each in _expanded(number, more):
            yield Mention(
                paper_id(dossier, suffix, each), kind, Span(start, end),
                label_of(dossier, suffix, each), dossier, suffix, each,
            )  # fmt: skip
        return
    code = hit.group("code")
    parsed = parse_code(code.rstrip("-")) if code and hit.cue.id == "ref_code" else None
    if parsed:
        dossier, suffix, number = parsed
        yield Mention(paper_id(*parsed), kind, span, label_of(*parsed), dossier, suffix, number)
        return
    words = text[span.start : span.end].rstrip("-")
    identity, number = _identity(hit, words)
    yield Mention(identity, kind, span, words, number=number)


def _identity(hit: Hit, words: str) -> tuple[str, str | None]:
    number = hit.group("number")
    session = (hit.group("session") or "").replace(" ", "").replace("–", "-").replace("/", "-")
    if hit.cue.id == "ref_proceedings":
        return f"h-{session}-{number}-{hit.match['item']}", number
    if hit.cue.id == "ref_questions":
        return f"ah-{session}-{number}", number
    if hit.cue.id == "ref_gazette":
        short = {"staatsblad": "stb", "staatscourant": "stcrt", "tractatenblad": "trb"}
        name = hit.match["gazette"].lower()
        return f"{short.get(name, name)}-{hit.match['year']}-{number}", number
    if hit.cue.id == "ref_eu_act":
        return f"eu-{(number or '').replace('/', '-')}", number
    if hit.cue.id == "ref_com":
        return f"{hit.match['act'].lower()}-{hit.match['year']}-{number}", number
    return words.replace(" ", ""), hit.group("code")


def _more(text: str, end: int) -> tuple[list[tuple[bool, str]], int]:
    """Return the numbers that follow a first one, each with whether it ends a range."""
    found: list[tuple[bool, str]] = []
    while len(found) < _MOST_NUMBERS and (match := _MORE.match(text, end)):
        found.append((match["join"] in _RANGE, match["number"]))
        end = match.end()
    return found, end


def _expanded(first: str | None, more: Iterable[tuple[bool, str]]) -> Iterator[str | None]:
    yield first
    last = int(first) if first and first.isdigit() else 0
    for is_range, number in more:
        if is_range and last < int(number) <= last + _LONGEST_RANGE:
            yield from (str(between) for between in range(last + 1, int(number) + 1))
        else:
            yield number
        last = int(number)


def _with_noun(text: str, kinds: Kinds, mention: Mention) -> Mention:
    """Take the letter, motion or report before "(Kamerstuk ...)" into the mention of its number."""
    opened = mention.span.start - 1
    if opened < 1 or text[opened] not in "([":
        return mention
    reach = Span(max(opened - _REACH, 0), opened)
    nouns = kinds.inside("paper_noun", reach)
    ends = [found.end() for found in _SENTENCE_END.finditer(text, reach.start, reach.end)]
    nouns = [noun for noun in nouns if not ends or noun.start >= ends[-1]]
    if not nouns:
        return mention
    noun = next((hit for hit in nouns if hit.cue.value == "motion"), nouns[-1])
    days = kinds.inside("paper_day", Span(noun.end, opened))
    return replace(
        mention,
        kind=ReferenceKind.MOTION if noun.cue.value == "motion" else mention.kind,
        span=Span(noun.start, mention.span.end),
        day=paper_day(days[-1]) if days else None,
    )


def paper_day(hit: Hit) -> date | None:
    """Return the day that a cue of kind `paper_day` names, `None` where no calendar has it."""
    try:
        return date(int(hit.match["year"]), month_number(hit.match["month"]), int(hit.match["day"]))
    except ValueError:
        return None


def _dated(text: str, kinds: Kinds, taken: Taken) -> Iterator[Mention]:
    """Yield letters that are named by their day and have no number, and take their stretches."""
    for hit in kinds.of("paper_day"):
        day = paper_day(hit)
        if day is None or taken.meets(hit.span):
            continue
        reach = Span(max(hit.start - 60, 0), hit.start)
        nouns = [n for n in kinds.inside("paper_noun", reach) if n.cue.value == "letter"]
        if not nouns or _SENTENCE_END.search(text, nouns[-1].end, hit.start):
            continue
        span = Span(nouns[-1].start, hit.end)
        if not taken.meets(span):
            taken.add(span)
            yield Mention(
                f"letter-{day.isoformat()}", ReferenceKind.DATE_ONLY, span,
                text[span.start : span.end], day=day,
            )  # fmt: skip
