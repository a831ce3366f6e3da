"""Which of the times in a sentence a promise falls due at, and how firm that is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from ketenkaart.core.ledger.reading.calendar import UNKNOWN, Days
from ketenkaart.core.ledger.reading.dates import TimeExpression
from ketenkaart.core.ledger.reading.mentions import Taken
from ketenkaart.core.ledger.reading.scan import Hit
from ketenkaart.core.ledger.reading.source import Span
from ketenkaart.core.ledger.reading.types import DeadlineKind, ReadDeadline

NO_DEADLINE = ReadDeadline()
_NAMED = ("year", "years")
"""Forms that as often name a plan, a budget or a table as a day by which something is done."""
_SPANS = ("years", "months", "days", "meeting")
"""Forms that keep their days behind "of": a row of months, the day of a meeting."""
_HANGS_ON = re.compile(
    r"\A(?:direct |kort |mede )?(?:na|nadat|zodra|wanneer|als|after|once|when|following|upon"
    r"|in afwachting)\b|\b(?:na|nadat|after)\b"
)
"""How events begin that have to happen first."""
_END = re.compile(r"(?:het )?einde?\b|end\b|ultimo\b", re.IGNORECASE)
_IF_NEEDED = re.compile(
    r"(?:indien|if|als|zodra) (?:dit |dat )?(?:nodig|mogelijk|wenselijk|gewenst|noodzakelijk"
    r"|relevant|possible|necessary|van toepassing)",
    re.IGNORECASE,
)
"""Conditions that a promise does not hang on."""
_EXCEPT = re.compile(r"(?:tenzij|unless)\b", re.IGNORECASE)
_LONGEST_CONDITION = 160
_HARD_BOUNDS = ("by", "per")
_HARD_MODES = ("binnen ", "within ")


def read_deadline(
    text: str,
    sentence: Span,
    times: Iterable[TimeExpression],
    firmness: Iterable[Hit],
    *,
    letter_date: date | None,
    not_before: date | None = None,
    named: Taken | None = None,
) -> ReadDeadline:
    """Return when the promise in `sentence` falls due, `NO_DEADLINE` where it does not say.

    `named` holds the stretches that name papers, whose days are theirs. Days that ended before the
    letter, or before `not_before` when the letter's day is unknown, are no deadline. "Before"
    runs from the letter's day to the day before; "no later than" is the whole period named. A
    recurring duty keeps its words and has the kind `none`.
    """
    inside = [t for t in times if sentence.start <= t.core.start and t.core.end <= sentence.end]
    firm = [h for h in firmness if sentence.start <= h.start and h.end <= sentence.end]
    replaced = [old for hit in firm if (old := hit.group_span("old")) is not None]
    floor = letter_date or not_before
    open_ = [t for t in inside if not (named and named.meets(t.core)) and not _is_past(t, floor)]
    due = [t for t in open_ if _may_bind(text, t)]
    fresh = [t for t in due if not _overlaps(t.core, replaced)]
    chosen = _best(fresh or due)
    if chosen is None:
        return _condition(text, sentence, firm) or _recurring(text, inside)
    days = _falls_due(text, chosen, letter_date)
    return ReadDeadline(
        start=days.start,
        end=days.end,
        kind=_kind(text, chosen, firm),
        text=text[chosen.span.start : chosen.span.end],
        span=chosen.span,
    )


def plan_period(
    text: str,
    sentence: Span,
    times: Iterable[TimeExpression],
    named: Taken,
    floor: date | None,
) -> ReadDeadline | None:
    """Return the running period of a plan that `sentence` names, as "Action Plan 2021-2025".

    What is carried on or worked out under a plan falls due with it. `None` where the sentence names
    no such plan, or one whose period is over.
    """
    for time in times:
        inside = sentence.start <= time.core.start and time.core.end <= sentence.end
        if inside and time.form == "years" and named.meets(time.core):
            if _is_past(time, floor):
                continue
            words = text[time.core.start : time.core.end]
            return ReadDeadline(
                start=time.days.start,
                end=time.days.end,
                kind=DeadlineKind.EXPECTED,
                text=words,
                span=time.core,
            )
    return None


def _overlaps(span: Span, others: Iterable[Span]) -> bool:
    return any(other.start < span.end and span.start < other.end for other in others)


def _is_past(time: TimeExpression, floor: date | None) -> bool:
    last = time.days.end
    return last is not None and floor is not None and last < floor


def _may_bind(text: str, time: TimeExpression) -> bool:
    """Say whether a time can be when something falls due, rather than a part of a name."""
    if time.form == "recurring":
        return False
    if time.bound == "of":
        return time.form in _SPANS
    if time.form not in _NAMED:
        return True
    words = text[time.core.start : time.core.end].lower()
    if not words[0].isdigit():
        return True
    return time.bound in ("at", "by", "before", "from", "about", "per", "earliest")


_PREFERENCE = ("dated", "about", "event", "vague")


def _best(times: Sequence[TimeExpression]) -> TimeExpression | None:
    """Return the time that binds most: dated before events, bounds before bare days, then first."""

    def rank(time: TimeExpression) -> tuple[int, int, int]:
        group = "about" if time.bound == "about" else "dated"
        group = time.form if time.form in ("event", "vague") else group
        bound = 0 if time.bound in ("by", "before", "per", "for") else 1
        return _PREFERENCE.index(group), bound, time.core.start

    return min(times, key=rank, default=None)


def _falls_due(text: str, time: TimeExpression, letter_date: date | None) -> Days:
    first, last = time.days.start, time.days.end
    if first is None or last is None:
        return UNKNOWN
    if time.bound == "earliest":
        return Days(first, None)
    if time.bound == "from":
        after = last + timedelta(days=1) if time.form in ("season", "recess", "feast") else first
        return Days(after, None)
    if time.bound == "per" and time.form == "school":
        return Days(first, first)
    if time.bound == "before" or (time.bound == "for" and time.form not in ("quarter", "half")):
        return _until(last if _names_an_end(text, time) else first - timedelta(days=1), letter_date)
    return time.days


def _until(end: date, letter_date: date | None) -> Days:
    """Return the days from the letter to `end`; none when that day is gone by.

    "Before this year", said in this year, gives no day to come.
    """
    if letter_date is None or end == letter_date - timedelta(days=1):
        return Days(None, end)
    return Days(letter_date, end) if letter_date <= end else UNKNOWN


def _names_an_end(text: str, time: TimeExpression) -> bool:
    """Say whether "before" such words includes their days: "before the end of 2021"."""
    return bool(_END.match(text, time.core.start))


def _kind(text: str, time: TimeExpression, firm: Sequence[Hit]) -> DeadlineKind:
    values = {hit.cue.value for hit in firm if not _IF_NEEDED.match(text, hit.start)}
    for kind in (DeadlineKind.SLIPPED, DeadlineKind.CONDITIONAL, DeadlineKind.EXPECTED):
        if kind.value in values:
            return kind
    words = text[time.core.start : time.core.end].lower()
    if time.form == "event" and _HANGS_ON.search(words):
        return DeadlineKind.CONDITIONAL
    if "hard" in values or time.bound in _HARD_BOUNDS or words.startswith(_HARD_MODES):
        return DeadlineKind.HARD
    return DeadlineKind.EXPECTED


def _condition(text: str, sentence: Span, firm: Sequence[Hit]) -> ReadDeadline | None:
    """Return a condition as what a promise without a day hangs on."""
    for hit in firm:
        if hit.cue.value != "conditional":
            continue
        end = min(sentence.end, hit.start + _LONGEST_CONDITION)
        cut = text.find(",", hit.end, end)
        words = text[hit.start : cut if cut >= 0 else end].rstrip(" .")
        if not (_IF_NEEDED.match(words) or _EXCEPT.match(words)):
            return ReadDeadline(
                kind=DeadlineKind.CONDITIONAL,
                text=words,
                span=Span(hit.start, hit.start + len(words)),
            )
    return None


def _recurring(text: str, times: Sequence[TimeExpression]) -> ReadDeadline:
    for time in times:
        if time.form == "recurring":
            return ReadDeadline(text=text[time.core.start : time.core.end], span=time.core)
    return NO_DEADLINE
