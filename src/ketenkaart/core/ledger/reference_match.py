"""Match the papers that a reading names with those of the gold: by number, else by phrase."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ketenkaart.core.ledger.evaluation_types import Difference, Fault, Measured
from ketenkaart.core.ledger.gold import Gold, GoldReference
from ketenkaart.core.ledger.matching import HALF, Place, covered, pair_up
from ketenkaart.core.ledger.reading.source import Span
from ketenkaart.core.ledger.reading.types import ReadReference

TITLE_LEAST = 8
"""Characters that a title needs to be known again within a longer one."""

Counts = tuple[Measured, int, list[Difference], list[Difference]]


def number_of(read: ReadReference) -> str | None:
    """Return a paper's number as gold writes it, `None` where the letter gives none.

    >>> from ketenkaart.core.ledger.reading.types import OriginalPlace, ReferenceKind
    >>> place = OriginalPlace(start=0, end=31, line=1)
    >>> number_of(ReadReference(id="x", kind=ReferenceKind.KAMERSTUK, dossier="35000",
    ...     suffix="XVII", number="34", label="Kamerstuk 35 000 XVII, nr. 34",
    ...     text="Kamerstuk 35 000 XVII, nr. 34", span=(0, 29), locator=place))
    '35000-XVII-34'
    """
    if read.dossier is None or read.number is None:
        return None
    return "-".join(part for part in (read.dossier, read.suffix, read.number) if part).upper()


def match_references(gold: Gold, read: Sequence[ReadReference]) -> Iterator[Counts]:
    """Yield the counts of the references, then of the letter's own number.

    A paper counts once, however often the letter names it. Numbered papers match by number
    wherever they stand; those without match when the proposal covers half of the gold's phrase.
    A further mention of a matched paper is no false alarm.
    """
    numbers = {number for item in read if (number := number_of(item))}
    by_number = [item for item in gold.references if item.number in numbers]
    open_gold = [item for item in gold.references if item not in by_number]
    unnumbered = [item for item in read if number_of(item) is None]
    places = [Place(_span(item), _span(item)) for item in unnumbered]
    pairs = pair_up([item.quote.span for item in open_gold], places)
    matched = [*by_number, *(open_gold[i] for i, _ in pairs)]
    found = [unnumbered[k] for _, k in pairs]
    missed = [_missed(item) for item in gold.references if item not in matched]
    wrong_numbers = numbers - {item.number for item in by_number}
    false = [
        *_first_of_each(read, wrong_numbers),
        *(
            _false_alarm(item)
            for item in unnumbered
            if item not in found and not _is_repeat(item, found, matched)
        ),
    ]
    yield Measured.REFERENCES, len(matched), missed, false
    own = [item for item in gold.references if item.is_own]
    said = {number_of(item) for item in read if item.is_own} - {None}
    right = [item for item in own if item.number in said]
    yield (
        Measured.OWN_NUMBER,
        len(right),
        [_missed(item, Measured.OWN_NUMBER) for item in own if item not in right],
        [
            _false_alarm(item, Measured.OWN_NUMBER)
            for item in read
            if item.is_own and number_of(item) not in {own_item.number for own_item in own}
        ],
    )


def _first_of_each(read: Sequence[ReadReference], numbers: set[str]) -> list[Difference]:
    first = {number_of(item): item for item in reversed(read)}
    return [_false_alarm(first[number]) for number in sorted(numbers)]


def _is_repeat(
    item: ReadReference, found: Sequence[ReadReference], matched: Sequence[GoldReference]
) -> bool:
    same_label = any(_same_label(item.label, other.label) for other in found)
    span = _span(item)
    return same_label or any(
        max(covered(other.quote.span, span), covered(span, other.quote.span)) >= HALF
        for other in matched
    )


def _same_label(one: str, other: str) -> bool:
    """Return whether one label is the other, or its beginning: a title without its subtitle."""
    short, long = sorted((one.casefold(), other.casefold()), key=len)
    return short == long or (len(short) >= TITLE_LEAST and short in long)


def _span(item: ReadReference) -> Span:
    return Span(item.locator.start, item.locator.end)


def _missed(item: GoldReference, of: Measured = Measured.REFERENCES) -> Difference:
    return Difference(
        fault=Fault.MISSED, of=of, id=item.id, text=item.quote.text, line=item.quote.line
    )


def _false_alarm(item: ReadReference, of: Measured = Measured.REFERENCES) -> Difference:
    return Difference(
        fault=Fault.FALSE_ALARM, of=of, id=item.id, text=item.text, line=item.locator.line,
        read=number_of(item) or item.label,
    )  # fmt: skip
