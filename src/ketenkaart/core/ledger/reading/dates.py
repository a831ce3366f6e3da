"""Words of time, and the days they mean, seen from the day of the letter."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from ketenkaart.core.ledger.reading.calendar import Days
from ketenkaart.core.ledger.reading.lexicon import Recess
from ketenkaart.core.ledger.reading.named_days import Resolver
from ketenkaart.core.ledger.reading.scan import Hit
from ketenkaart.core.ledger.reading.source import Span


@dataclass(frozen=True, slots=True)
class TimeExpression:
    """Words of time with the days that they name, before anybody asks whether they bind.

    `form` is the value of its cue ("quarter", "event", ...); `bound` the value of the words right
    before it ("by", "before", ...), `None` without such words. `span` includes those words.
    """

    span: Span
    core: Span
    form: str
    days: Days
    bound: str | None


def read_times(
    text: str, hits: Iterable[Hit], letter_date: date | None, recesses: Sequence[Recess] = ()
) -> tuple[TimeExpression, ...]:
    """Return the expressions of time among `hits`, the longest at each place, in order.

    Words that lean on the letter's day ("this year") have unknown days when that day is unknown;
    events have unknown days always. A day that does not exist, as 31 February, is no expression.
    """
    bounds: dict[int, Hit] = {}
    times: list[Hit] = []
    for hit in hits:
        if hit.cue.kind == "bound":
            before = bounds.get(hit.end)
            if before is None or hit.start < before.start:
                bounds[hit.end] = hit
        elif hit.cue.kind == "time":
            times.append(hit)
    found: list[TimeExpression] = []
    resolver = Resolver(letter_date, recesses)
    for hit in _longest(times, bounds):
        days = resolver.days(hit)
        if days is None:
            continue
        bound = bounds.get(hit.start - 1) if text[hit.start - 1 : hit.start] == " " else None
        start = bound.start if bound else hit.start
        found.append(
            TimeExpression(
                Span(start, hit.end),
                hit.span,
                str(hit.cue.value),
                days,
                bound.cue.value if bound else None,
            )
        )
    return tuple(found)


def _longest(times: list[Hit], bounds: dict[int, Hit]) -> Iterator[Hit]:
    """Yield hits that do not overlap: dated words before events, then the longest."""
    taken: set[int] = set()
    kept: list[Hit] = []
    for hit in sorted(times, key=lambda hit: (_rank(hit, bounds), hit.start - hit.end)):
        places = range(hit.start, hit.end)
        if taken.isdisjoint(places):
            taken.update(places)
            kept.append(hit)
    yield from sorted(kept, key=lambda hit: hit.start)


def _rank(hit: Hit, bounds: dict[int, Hit]) -> int:
    """Say what goes first where two hits overlap: 0 dated words, 3 a year that may be a name's."""
    form = hit.cue.value
    if form in ("event", "vague", "recurring"):
        return 2
    if form == "years":
        return 1
    if form != "year" or hit.group("part"):
        return 0
    bound = bounds.get(hit.start - 1)
    return 1 if bound and bound.cue.value in ("at", "by", "from", "earliest") else 3
