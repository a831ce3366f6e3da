"""The days that words of time name, for a letter of some day."""

from __future__ import annotations

from collections.abc import Callable, Sequence
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

_NUMBERS = {
    "een": 1, "één": 1, "one": 1, "a": 1, "twee": 2, "two": 2, "drie": 3, "three": 3, "vier": 4,
    "four": 4, "vijf": 5, "five": 5, "zes": 6, "six": 6, "zeven": 7, "seven": 7, "acht": 8,
    "eight": 8, "negen": 9, "nine": 9, "tien": 10, "ten": 10, "elf": 11, "twaalf": 12,
    "twelve": 12, "dertien": 13, "veertien": 14, "fourteen": 14, "vijftien": 15, "achttien": 18,
    "eighteen": 18, "twintig": 20, "dertig": 30, "thirty": 30, "zestig": 60, "sixty": 60,
    "negentig": 90, "ninety": 90,
}  # fmt: skip
_ORDINALS = {
    "eerste": 1, "1e": 1, "first": 1, "tweede": 2, "2e": 2, "second": 2, "derde": 3, "3e": 3,
    "third": 3, "vierde": 4, "4e": 4, "fourth": 4, "laatste": 4, "last": 4,
    "1": 1, "2": 2, "3": 3, "4": 4,
}  # fmt: skip
_UNITS: dict[str, Unit] = {
    "dag": "day", "dagen": "day", "werkdagen": "day", "day": "day", "days": "day",
    "working days": "day",
    "week": "week", "weken": "week", "weeks": "week",
    "maand": "month", "maanden": "month", "month": "month", "months": "month",
    "kwartaal": "quarter", "kwartalen": "quarter", "quarter": "quarter",
    "jaar": "year", "jaren": "year", "year": "year", "years": "year",
}  # fmt: skip
_PARTS = {
    "begin": "begin", "aanvang": "begin", "beginning of": "begin", "early": "begin",
    "medio": "middle", "midden": "middle", "halverwege": "middle", "mid": "middle",
    "half": "middle",
    "eind": "end", "einde": "end", "het einde van": "end", "end of": "end", "ultimo": "end",
    "late": "end", "later in": "end",
}  # fmt: skip
_RECESSES = {
    "zomer": "summer", "summer": "summer", "herfst": "autumn", "kerst": "christmas",
    "christmas": "christmas", "voorjaars": "spring", "krokus": "spring", "mei": "may",
}  # fmt: skip
_NEXT_YEAR = ("volgend", "komend", "nieuwe", "next", "coming")
_COMING = (
    "komend",
    "komende",
    "aankomend",
    "aankomende",
    "aanstaande",
    "volgend",
    "volgende",
    "next",
)
_PAST = ("afgelopen", "vorig", "voorbije", "last")
_WEEKDAYS = (
    ("maandag", "monday"), ("dinsdag", "tuesday"), ("woensdag", "wednesday"),
    ("donderdag", "thursday"), ("vrijdag", "friday"), ("zaterdag",), ("zondag",),
)  # fmt: skip
_DAY_WORDS = {"morgen": 1, "tomorrow": 1, "overmorgen": 2}
_MEETING_AHEAD = 100
"""Days that a meeting named without a year may lie ahead; beyond, last year's is meant."""
_AFTER = ("na", "after")
_FURTHEST = 60
"""Years beyond which a term is no term of a letter."""


class Resolver:
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
            "days": self._days_in_a_row,
            "meeting": self._meeting,
            "weekday": self._weekday,
            "day_word": self._day_word,
            "months": self._months,
            "piece": self._piece,
            "school": self._school,
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
        if words is None:
            return None
        if words[-2:].isdigit():
            return int(words[-4:]) if words[-4:].isdigit() else 2000 + int(words[-2:])
        if self._today is None:
            return None
        return self._today.year + any(word in words for word in _NEXT_YEAR)

    def _dated(self, hit: Hit, of_year_: Callable[[int], Days], *, later: bool = False) -> Days:
        """Return the days in the named year, else the first that are not yet past.

        With `later` they have not begun either; words such as "last" ask for the days before.
        """
        if hit.group("year") or _lower(hit, "year_first"):
            year = self._year(hit)
            return UNKNOWN if year is None else of_year_(year)
        if self._today is None:
            return UNKNOWN
        if hit.group("ago") or (_lower(hit, "when") or "").startswith(_PAST):
            return self._last(of_year_, self._today)
        for year in range(self._today.year - 1, self._today.year + 3):
            days = of_year_(year)
            edge = days.start if later else days.end
            if edge and (edge > self._today if later else edge >= self._today):
                return days
        return UNKNOWN

    def _last(self, of_year_: Callable[[int], Days], today: date) -> Days:
        """Return the last of the days that had begun."""
        known = [of_year_(year) for year in (today.year, today.year - 1)]
        return next((days for days in known if days.start and days.start <= today), UNKNOWN)

    def _day(self, hit: Hit) -> Days:
        day = int(hit.match["day"])
        words = hit.match["month"]
        month = int(words) if words.isdigit() else month_number(words)

        def make(year: int) -> Days:
            return Days(date(year, month, day), date(year, month, day))

        if (day, month) == (29, 2) and not hit.group("year"):
            return self._next_leap_day()
        return self._dated(hit, make)

    def _days_in_a_row(self, hit: Hit) -> Days:
        last_month = month_number(hit.match["month"])
        first_month = month_number(hit.group("month_first") or hit.match["month"])

        def make(year: int) -> Days:
            start = date(year - (first_month > last_month), first_month, int(hit.match["day"]))
            return Days(start, date(year, last_month, int(hit.match["last"])))

        return self._dated(hit, make)

    def _meeting(self, hit: Hit) -> Days:
        days = self._day(hit) if hit.group("day") else self._month(hit)
        if hit.group("year") or self._today is None or days.start is None:
            return days
        if (days.start - self._today).days <= _MEETING_AHEAD:
            return days
        start, end = days.start, days.end or days.start
        return Days(start.replace(year=start.year - 1), end.replace(year=end.year - 1))

    def _weekday(self, hit: Hit) -> Days:
        if self._today is None:
            return UNKNOWN
        words = _lower(hit, "weekday") or _lower(hit, "weekday_first")
        number = next(i for i, names in enumerate(_WEEKDAYS) if words in names)
        monday = self._today - timedelta(days=self._today.weekday())
        when = _lower(hit, "when")
        if when in ("deze week", "volgende week"):
            return _one(monday + timedelta(days=number + 7 * (when == "volgende week")))
        return _one(self._today + timedelta(days=(number - self._today.weekday() - 1) % 7 + 1))

    def _day_word(self, hit: Hit) -> Days:
        if self._today is None:
            return UNKNOWN
        return _one(self._today + timedelta(days=_DAY_WORDS.get(hit.match["word"].lower(), 0)))

    def _months(self, hit: Hit) -> Days:
        first, last = month_number(hit.match["month"]), month_number(hit.match["last"])

        def make(year: int) -> Days:
            return Days(of_month(year - (first > last), first).start, of_month(year, last).end)

        if hit.group("year_first") and not hit.group("year"):
            return make(int(hit.match["year_first"]) + (first > last))
        return self._dated(hit, make)

    def _piece(self, hit: Hit) -> Days:
        """Return some days, weeks or a half of a month, or some months or weeks of a year."""
        which = _ORDINALS[hit.match["which"].lower()]
        is_last = hit.match["which"].lower() in ("laatste", "last")
        piece = hit.match["piece"].lower()
        if hit.group("month") is None:
            return self._piece_of_year(hit, piece, is_last=is_last)
        month = month_number(hit.match["month"])
        width = {"helft": 15, "half": 15, "week": 7, "dagen": 7, "days": 7}.get(piece, 14)

        def make(year: int) -> Days:
            whole = of_month(year, month)
            first, last = cast("date", whole.start), cast("date", whole.end)
            if is_last:
                return Days(last - timedelta(days=width - 1), last)
            start = first + timedelta(days=width * (which - 1))
            is_rest = width == 15 and which == 2
            return Days(start, last if is_rest else start + timedelta(days=width - 1))

        return self._dated(hit, make)

    def _piece_of_year(self, hit: Hit, piece: str, *, is_last: bool) -> Days:
        year = self._year(hit)
        if year is None:
            return UNKNOWN
        if piece in ("maanden", "months"):
            return part_of_year(year, "end" if is_last else "begin")
        return of_month(year, 12 if is_last else 1)

    def _school(self, hit: Hit) -> Days:
        # a school year begins on 1 August, an academic year on 1 September, both by law
        month = 8 if hit.match["school"].lower() == "schooljaar" else 9

        def make(year: int) -> Days:
            return Days(date(year, month, 1), of_month(year + 1, month - 1).end)

        later = any(word in (_lower(hit, "when") or "") for word in _NEXT_YEAR)
        return self._dated(hit, make, later=later)

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
        when = _lower(hit, "when") or ""
        step = -1 if when.startswith(_PAST) else int(when.startswith(("volgend", "komend", "next")))
        day = add(self._today, step, unit)
        if unit == "week":
            start = day - timedelta(days=day.weekday())
            return Days(start, start + timedelta(days=6))
        if unit == "quarter":
            return of_quarter(day.year, (day.month + 2) // 3)
        part = _PARTS.get(_lower(hit, "part") or "")
        if part is None:
            return of_month(day.year, day.month)
        return part_of_month(day.year, day.month, part)

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
    number = int(words) if words.isdigit() else _NUMBERS.get(words)
    if unit == "halfjaar":
        return 6 * (number or 1), "month"
    if words == "anderhalf":
        return (18, "month") if _UNITS[unit] == "year" else (None, "month")
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
    "oud en nieuw": lambda year: _one(date(year, 12, 31)),
}
