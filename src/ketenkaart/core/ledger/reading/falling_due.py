"""When each sentence of one letter falls due, with what the sentences beside it say of that."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from ketenkaart.core.ledger.reading.dates import TimeExpression
from ketenkaart.core.ledger.reading.deadlines import NO_DEADLINE, plan_period, read_deadline
from ketenkaart.core.ledger.reading.mentions import Kinds, Taken
from ketenkaart.core.ledger.reading.source import Span
from ketenkaart.core.ledger.reading.types import DeadlineKind, ReadDeadline

_RESUMES = re.compile(
    r"\b(?:nu|thans|alsnog|daarom|daardoor|hierdoor|inmiddels|dan ook|now|therefore)\b"
    r"|\A(?:Het|Dat|Dit|Deze|Die|Zij|It|This|They|Daarmee)\b"
)
"""Words that show that a sentence goes on about what the one before it said was late."""
_COMMENTS = re.compile(r"\A(?:Dat|Dit|Daarmee|Hiermee|That|This)\b")


@dataclass(frozen=True, slots=True)
class LetterTimes:
    """The expressions of time of a letter and the days they are held against."""

    times: tuple[TimeExpression, ...]
    letter_date: date | None
    not_before: date | None

    @property
    def floor(self) -> date | None:
        """Return the first day that is not past for the letter, `None` where none is known."""
        return self.letter_date or self.not_before


class FallingDue:
    """Answers when the sentences of a letter fall due; `named` are stretches that name papers."""

    def __init__(self, text: str, kinds: Kinds, times: LetterTimes, named: Taken) -> None:
        self._text = text
        self._kinds = kinds
        self._times = times
        self._named = named
        self._starts = [time.core.start for time in times.times]
        self._read: dict[Span, ReadDeadline] = {}

    def of(self, span: Span) -> ReadDeadline:
        """Return when a sentence falls due, taken as a promise."""
        found = self._read.get(span)
        if found is None:
            found = self._read[span] = read_deadline(
                self._text,
                span,
                self.times_in(span),
                self._kinds.inside("firmness", span),
                letter_date=self._times.letter_date,
                not_before=self._times.not_before,
                named=self._named,
            )
        return found

    def is_due(self, span: Span) -> bool:
        """Say whether a sentence names a day that is not past."""
        deadline, floor = self.of(span), self._times.floor
        last = deadline.end or deadline.start
        return last is not None and floor is not None and last >= floor

    def is_timed(self, span: Span) -> bool:
        """Say whether a sentence tells when, by a day or by an event."""
        return self.of(span).kind is not DeadlineKind.NONE

    def begins_later(self, span: Span) -> bool:
        """Say whether the period that a sentence names is still to begin."""
        start, today = self.of(span).start, self._times.floor
        return start is not None and today is not None and start > today

    def binds_later(self, span: Span) -> bool:
        """Say whether a day to come is named that begins later or that binds."""
        is_hard = self.of(span).kind is DeadlineKind.HARD
        return self.is_due(span) and (is_hard or self.begins_later(span))

    def has_past_day(self, span: Span) -> bool:
        """Say whether the sentence dates what was done, rather than a paper that it names."""
        floor = self._times.floor
        return any(
            time.days.end is not None
            and (floor is None or time.days.end <= floor)
            and time.bound in ("at", "by", "from", "per")
            and not self._named.meets(time.core)
            for time in self.times_in(span)
        )

    def times_in(self, span: Span) -> Sequence[TimeExpression]:
        """Return the expressions of time in a sentence."""
        first = bisect_left(self._starts, span.start)
        last = bisect_left(self._starts, span.end)
        return [time for time in self._times.times[first:last] if time.core.end <= span.end]

    def beside(self, span: Span, before: Span | None, after: Span | None) -> ReadDeadline:
        """Return a sentence's deadline, seen with the sentences beside it in its paragraph.

        A plan that "this" points back to lends its period. A day is put off where the sentence
        before tells of delay and this one goes on from it, or the next one comments on it.
        """
        found = self.of(span)
        if before is not None and "\n" in self._text[before.end : span.start]:
            before = None
        if after is not None and "\n" in self._text[span.end : after.start]:
            after = None
        if found.text is None and before is not None:
            return self._plan_before(span, before) or found
        is_dated = found.end is not None and found.kind is not DeadlineKind.CONDITIONAL
        if is_dated and self._is_put_off(span, before, after):
            return found.model_copy(update={"kind": DeadlineKind.SLIPPED})
        return found

    def _plan_before(self, span: Span, before: Span) -> ReadDeadline | None:
        if not self._kinds.inside("points_back", Span(span.start, min(span.start + 12, span.end))):
            return None
        times = self.times_in(before)
        return plan_period(self._text, before, times, self._named, self._times.floor)

    def _is_put_off(self, span: Span, before: Span | None, after: Span | None) -> bool:
        if before is not None and self._tells_of_delay(before) and not self.is_due(before):
            return bool(_RESUMES.search(self._text[span.start : span.end]))
        if after is None or not self._tells_of_delay(after) or self.is_due(after):
            return False
        return bool(_COMMENTS.match(self._text[after.start : after.end]))

    def _tells_of_delay(self, span: Span) -> bool:
        return any(hit.cue.value == "slipped" for hit in self._kinds.inside("firmness", span))

    def due(
        self, span: Span, before: Span | None, after: Span | None, *, runs: bool
    ) -> ReadDeadline:
        """Return the deadline of a promise; work that `runs` and recurs falls due at no time."""
        found = self.beside(span, before, after)
        return NO_DEADLINE if runs and found.kind is DeadlineKind.NONE else found
