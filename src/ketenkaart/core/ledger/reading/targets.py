"""Which recommendations an answer is about, where it says so by number, order or extent."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ketenkaart.core.ledger.reading.blocks import Group, Item
from ketenkaart.core.ledger.reading.passages import Sentence
from ketenkaart.core.ledger.reading.scan import Hit
from ketenkaart.core.ledger.reading.source import Span

_ORDINALS = {
    word: number
    for number, words in enumerate(
        (
            "eerste eerstgenoemde first", "tweede second", "derde third", "vierde fourth",
            "vijfde fifth", "zesde sixth", "zevende", "achtste", "negende", "tiende", "elfde",
            "twaalfde",
        ),
        start=1,
    )
    for word in words.split()
}  # fmt: skip
_COUNTS = {
    "twee": 2, "drie": 3, "vier": 4, "vijf": 5, "zes": 6, "two": 2, "three": 3, "four": 4,
}  # fmt: skip
_LAST = frozenset({"laatste", "laatstgenoemde", "last", "final"})
_NOUN = re.compile(
    r"\s*(?:(?:en|and) (?:de |het )?\w+ )?(?:concrete |deel)?(?:aanbeveling|advies|advie|punt|"
    r"suggestie|oproep|"
    r"onderdeel|onderdelen|deel|element|voorstel|recommendation|aspect|gedeelte|optie)",
    re.IGNORECASE,
)
_BEFORE_ALONE = re.compile(r"(?:^|[\s(])(?:de|het|the)\s$", re.IGNORECASE)
_AFTER_ALONE = re.compile(
    r"\s*(?:$|[,.;:]|(?:wel|niet|not|neem|neemt|nemen|wordt|worden|kan|kunnen|is|wijs|wijst|volg|"
    r"acht|"
    r"onderschrijf\w*|betreft|ben|zal|valt|vind|geldt|en|ontbre\w+|heb|zie|ga|laat|pak|doe|voer|"
    r"kom|past|leg|stel|ligt|stem|wil|has|will|cannot)\b)",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"[0-9]{1,2}[a-z]?|\b[a-h]\b", re.IGNORECASE)
_TAIL = re.compile(
    r"(?:(?:, | en | and | & |, en )(?:[0-9]{1,2}[a-z]?|[a-h])\b|(?: t/m | tot en met | to |"
    r"[-–])(?:[0-9]{1,2}|[a-h])\b)+"
)
_LETTERS = re.compile(r"\b([a-h])(?: t/m | tot en met | to |[-–])([a-h])\b")
_RANGE = re.compile(r"([0-9]{1,2})(?: t/m | tot en met | to |[-–])([0-9]{1,2})")


@dataclass(frozen=True, slots=True)
class Mention:
    """Numbers of recommendations named in a sentence; -1 is the last, -2 the last but one."""

    at: Span
    numbers: tuple[str, ...]
    is_ordinal: bool


def mentions(sentence: Sentence) -> list[Mention]:
    """Return the recommendations that a sentence names by number or by order."""
    found = [_numbered(sentence, hit) for hit in sentence.of("advice_number")]
    for hit in sentence.of("ordinal"):
        mention = _ordered(sentence, hit)
        if mention is not None:
            found.append(mention)
    return sorted(found, key=lambda mention: mention.at)


def _numbered(sentence: Sentence, hit: Hit) -> Mention:
    words = hit.group("number") or ""
    tail = _TAIL.match(sentence.after(hit.end))
    whole = words + (tail.group() if tail else "")
    numbers = _NUMBER.findall(whole)
    for found in _RANGE.finditer(whole):
        low, high = int(found[1]), int(found[2])
        numbers += [str(n) for n in range(low + 1, min(high, low + 30))]
    for found in _LETTERS.finditer(whole):
        numbers += [chr(code) for code in range(ord(found[1]) + 1, ord(found[2]))]
    end = hit.end + (tail.end() if tail else 0)
    return Mention(Span(hit.start, end), tuple(numbers), False)


def _ordered(sentence: Sentence, hit: Hit) -> Mention | None:
    rest = sentence.after(hit.end)
    alone = _BEFORE_ALONE.search(sentence.before(hit.start)) and _AFTER_ALONE.match(rest)
    if not _NOUN.match(rest) and not alone:
        return None
    which = (hit.group("which") or "").casefold()
    count = _COUNTS.get((hit.group("count") or "").casefold(), 1)
    if which in _LAST:
        numbers = tuple(str(-n) for n in range(count, 0, -1))
    else:
        first = _ORDINALS[which]
        numbers = tuple(str(n) for n in range(first, first + count))
    return Mention(Span(hit.start, hit.end), numbers, True)


def resolve(mention: Mention, group: Group | None, known: list[Item]) -> list[Item]:
    """Return the items that a mention names: by their own number, else by order in the group."""
    chosen: list[Item] = []
    for number in mention.numbers:
        chosen += [item for item in _one(number, group, known) if item not in chosen]
    return chosen


def _one(number: str, group: Group | None, known: list[Item]) -> list[Item]:
    numbered = [item for item in known if item.number == number]
    if numbered:
        section = numbered[-1].sentence.section
        return [item for item in numbered if item.sentence.section == section]
    near = group.items if group and group.items else []
    pool = near if len(near) > 1 or not any(i.number for i in known) else near or known
    if not pool:
        pool = known
    order = _order(number)
    if order < 0:
        return pool[order:][:1] if len(pool) >= -order else []
    if order <= len(pool):
        return [pool[order - 1]]
    return [pool[-1]] if near and order == 2 else []


def _order(number: str) -> int:
    digits = re.match(r"-?[0-9]+", number)
    return int(digits.group()) if digits else 0


def ordinal_number(word: str) -> str | None:
    """Return the number of an ordinal as digits, `None` for "last" and for other words."""
    number = _ORDINALS.get(word.casefold().split()[0])
    return str(number) if number else None
