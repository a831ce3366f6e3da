"""Words of time, and the days they mean, seen from the day of the letter."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import cast

from ketenkaart.core.errors import InputError
from ketenkaart.core.ledger.reading.calendar import (
    SEASONS,
    UNKNOWN,
    Days,
    Unit,
    add,
    month_number,
    nth_weekday,
    of_half,
    of_month,
    of_quarter,
    of_season,
    of_week,
    of_year,
    part_of_month,
    part_of_year,
)
from ketenkaart.core.ledger.reading.lexicon import Recess
from ketenkaart.core.ledger.reading.scan import Hit
from ketenkaart.core.ledger.reading.source import Span

_NUMBERS = {
    "een": 1, "één": 1, "one": 1, "a": 1, "twee": 2, "two": 2, "drie": 3, "three": 3, "vier": 4,
    "four": 4, "vijf": 5, "five": 5, "zes": 6, "six": 6, "zeven": 7, "acht": 8, "negen": 9,
    "nine": 9, "tien": 10, "elf": 11, "twaalf": 12, "twelve": 12,
}  # fmt: skip
_ORDINALS = {
    "eerste": 1, "1e": 1, "first": 1, "tweede": 2, "2e": 2, "second": 2, "derde": 3, "3e": 3,
    "third": 3, "vierde": 4, "4e": 4, "fourth": 4, "laatste": 4, "1": 1, "2": 2, "3": 3, "4": 4,
}  # fmt: skip
_UNITS: dict[str, Unit] = {
    "dag": "day", "dagen": "day", "werkdagen": "day", "day": "day", "days": "day",
    "week": "week", "weken": "week", "weeks": "week",
    "maand": "month", "maanden": "month", "month": "month", "months": "month",
    "kwartaal": "quarter", "kwartalen": "quarter", "quarter": "quarter",
    "jaar": "year", "jaren": "year", "year": "year", "years": "year",
}  # fmt: skip
_PARTS = {
    "begin": "begin", "aanvang": "begin", "beginning of": "begin", "early": "begin",
    "medio": "middle", "midden": "middle", "halverwege": "middle", "mid": "middle",
    "eind": "end", "einde": "end", "het einde van": "end", "end of": "end", "ultimo": "end",
    "late": "end",
}  # fmt: skip
_RECESSES = {
    "zomer": "summer", "summer": "summer", "herfst": "autumn", "kerst": "christmas",
    "christmas": "christmas", "voorjaars": "spring", "krokus": "spring", "mei": "may",
}  # fmt: skip
_NEXT_YEAR = ("volgend", "komend", "next")
_COMING = ("komend", "komende", "aankomend", "aanstaande", "volgend", "volgende", "next")
_WITHIN = ("binnen", "within")
_AFTER = ("na", "after")
_FURTHEST = 60
"""Years beyond which a term is no term of a letter."""


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
    resolver = _Resolver(letter_date, recesses)
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
    return 1 if bound and bound.cue.value in ("at", "by", "from") else 3


class _Resolver:
    """Turns the parts of a cue into days, for one letter."""

    def __init__(self, today: date | None, recesses: Sequence[Recess]) -> None:
        self._today = today
        self._recesses = recesses
        self._forms: dict[str, Callable[[Hit], Days | None]] = {
            "day": self._day,
            "month": self._month,
            "quarter": self._quarter,
            "half": self._half,
            "season": self._season,
            "recess": self._recess,
            "feast": self._feast,
            "year": self._year_form,
            "years": self._years,
            "term": self._term,
            "unit": self._unit,
            "week": self._week,
        }

    def days(self, hit: Hit) -> Days | None:
        """Return the days that a hit names, `None` when it names a day that cannot be."""
        resolve = self._forms.get(str(hit.cue.value))
        if resolve is None:
            return UNKNOWN
        try:
            return resolve(hit)
        except (ValueError, OverflowError, InputError):
            return None

    def _year(self, hit: Hit) -> int | None:
        words = _lower(hit, "year") or _lower(hit, "year_first")
        if words is None or words[0].isdigit():
            return int(words) if words else None
        if self._today is None:
            return None
        return self._today.year + words.startswith(_NEXT_YEAR)

    def _dated(self, hit: Hit, of_year_: Callable[[int], Days], *, later: bool = False) -> Days:
        """Return the days in the named year, else the first that are not yet past.

        With `later` they have not begun either.
        """
        if hit.group("year") or _lower(hit, "year_first"):
            year = self._year(hit)
            return UNKNOWN if year is None else of_year_(year)
        if self._today is None:
            return UNKNOWN
        for year in range(self._today.year - 1, self._today.year + 3):
            days = of_year_(year)
            edge = days.start if later else days.end
            if edge and (edge > self._today if later else edge >= self._today):
                return days
        return UNKNOWN

    def _day(self, hit: Hit) -> Days:
        day = int(hit.match["day"])
        words = hit.match["month"]
        month = int(words) if words.isdigit() else month_number(words)

        def make(year: int) -> Days:
            return Days(date(year, month, day), date(year, month, day))

        if (day, month) == (29, 2) and not hit.group("year"):
            return self._next_leap_day()
        return self._dated(hit, make)

    def _next_leap_day(self) -> Days:
        if self._today is None:
            return UNKNOWN
        for year in range(self._today.year, self._today.year + 9):
            if of_month(year, 2).end == date(year, 2, 28):
                continue
            if date(year, 2, 29) >= self._today:
                return Days(date(year, 2, 29), date(year, 2, 29))
        return UNKNOWN

    def _month(self, hit: Hit) -> Days:
        month = month_number(hit.match["month"])
        part = _PARTS.get(_lower(hit, "part") or "")
        if part is None:
            return self._dated(hit, lambda year: of_month(year, month))
        return self._dated(hit, lambda year: part_of_month(year, month, part))

    def _quarter(self, hit: Hit) -> Days:
        first = _ORDINALS[hit.match["quarter"].lower()]
        last = _ORDINALS[_lower(hit, "last") or str(first)]
        return self._dated(
            hit, lambda year: Days(of_quarter(year, first).start, of_quarter(year, last).end)
        )

    def _half(self, hit: Hit) -> Days:
        half = _ORDINALS[hit.match["half"].lower()]
        return self._dated(hit, lambda year: of_half(year, half))

    def _season(self, hit: Hit) -> Days:
        season = SEASONS[hit.match["season"].lower()]
        later = (_lower(hit, "when") or "") in _COMING
        return self._dated(hit, lambda year: of_season(year, season), later=later)

    def _recess(self, hit: Hit) -> Days:
        words = (_lower(hit, "recess") or "").strip()
        known = [
            Days(recess.start, recess.end)
            for recess in self._recesses
            if not words or _RECESSES[words] == recess.kind
        ]
        year = self._year(hit)
        if hit.group("year"):
            return next((d for d in known if year and d.start and d.start.year == year), UNKNOWN)
        if self._today is None:
            return UNKNOWN
        coming = [d for d in known if d.end and d.start and d.end >= self._today]
        nearest = min(coming, key=lambda d: cast("date", d.start), default=UNKNOWN)
        # the table of recesses has gaps: one that is over a year away is not the one meant
        is_near = nearest.start is not None and nearest.start <= add(self._today, 1, "year")
        return nearest if is_near else UNKNOWN

    def _feast(self, hit: Hit) -> Days:
        return self._dated(hit, _FEASTS[hit.match["feast"].lower()])

    def _year_form(self, hit: Hit) -> Days:
        year = self._year(hit)
        if year is None:
            return UNKNOWN
        part = _PARTS.get(_lower(hit, "part") or "")
        return of_year(year) if part is None else part_of_year(year, part)

    def _years(self, hit: Hit) -> Days:
        return Days(of_year(int(hit.match["year"])).start, of_year(int(hit.match["last"])).end)

    def _term(self, hit: Hit) -> Days | None:
        mode = _lower(hit, "mode") or ""
        # "after two years" counts from something that the words do not name
        if self._today is None or mode in _AFTER or _counts_from_event(hit):
            return UNKNOWN
        number, unit = _amount(hit)
        if number is None:
            return UNKNOWN
        if unit == "year" and number > _FURTHEST:
            return None
        end = add(self._today, number, unit)
        return Days(end if mode == "over" else self._today, end)

    def _unit(self, hit: Hit) -> Days:
        if self._today is None:
            return UNKNOWN
        unit = _UNITS[hit.match["unit"].lower()]
        is_next = (_lower(hit, "when") or "").startswith(("volgend", "next"))
        day = add(self._today, int(is_next), unit)
        if unit == "week":
            start = day - timedelta(days=day.weekday())
            return Days(start, start + timedelta(days=6))
        if unit == "quarter":
            return of_quarter(day.year, (day.month + 2) // 3)
        return of_month(day.year, day.month)

    def _week(self, hit: Hit) -> Days | None:
        week = int(hit.match["week"])
        if not 1 <= week <= 53:
            return None
        return self._dated(hit, lambda year: of_week(year, week) or UNKNOWN)


def _counts_from_event(hit: Hit) -> bool:
    following = hit.match.string[hit.end : hit.end + 12].lower()
    return following.startswith((" na ", " nadat ", " after ", " vanaf ", " following "))


def _amount(hit: Hit) -> tuple[int | None, Unit]:
    unit = (_lower(hit, "unit") or "").replace("half jaar", "halfjaar")
    words = _lower(hit, "number") or "een"
    if unit == "halfjaar":
        return 6, "month"
    if words == "anderhalf":
        return 18, "month"
    number = int(words) if words.isdigit() else _NUMBERS.get(words)
    return number, _UNITS[unit]


def _lower(hit: Hit, name: str) -> str | None:
    words = hit.group(name)
    return words.lower() if words else None


def _one(day: date) -> Days:
    return Days(day, day)


_FEASTS: dict[str, Callable[[int], Days]] = {
    # the third Tuesday of September (article 65 of the constitution) and of May's Wednesdays
    "prinsjesdag": lambda year: _one(nth_weekday(year, 9, 1, 3)),
    "verantwoordingsdag": lambda year: _one(nth_weekday(year, 5, 2, 3)),
    "kerst": lambda year: Days(date(year, 12, 25), date(year, 12, 26)),
    "kerstmis": lambda year: Days(date(year, 12, 25), date(year, 12, 26)),
    "jaarwisseling": lambda year: _one(date(year, 12, 31)),
    "jaareinde": lambda year: _one(date(year, 12, 31)),
}
