"""Which sentences tell what government will do, is doing or has done, when, and who does it."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from ketenkaart.core.ledger.reading.dates import TimeExpression
from ketenkaart.core.ledger.reading.deadlines import NO_DEADLINE, plan_period, read_deadline
from ketenkaart.core.ledger.reading.mentions import Kinds, Taken
from ketenkaart.core.ledger.reading.scan import Hit
from ketenkaart.core.ledger.reading.source import Span
from ketenkaart.core.ledger.reading.types import DeadlineKind, ReadDeadline, ReadReference

Tense = Literal["promised", "under_way", "done"]

_CLAUSE = re.compile(
    r"[;:]| – |, (?=(?:en|maar|waarbij|waarin|waarmee|zodat|omdat|and|but|which)\b)"
)
_INFINITIVES = ("worden", "are being", "is being")
_PAST = ("werd", "werden", "was", "waren", "had", "hadden", "were")
_PASSIVE_PERFECT = ("is", "zijn", "was", "were", "has", "have")
_LONGEST = 1_500
_GAP = 220
"""Characters between an auxiliary and the deed that it governs."""
_WEIGHTS: dict[str, float] = {"promised": 0.8, "under_way": 0.5, "done": 0.4}
_HEDGED = 0.75
_WITHIN = ("binnen ", "within ")
_TERMS = ("over ", "within ")
"""Words of a term that as often measure something as promise it."""


@dataclass(frozen=True, slots=True)
class Statement:
    """Why a sentence counts: its tense, the cues that said so, and where the deed stands."""

    tense: Tense
    cues: tuple[str, ...]
    core: Span
    weight: float


@dataclass(frozen=True, slots=True)
class LetterTimes:
    """The expressions of time of a letter and the days they are held against."""

    times: tuple[TimeExpression, ...]
    letter_date: date | None
    not_before: date | None


class Statements:
    """Judges the sentences of one letter: what each says is done, going on or to come."""

    def __init__(
        self,
        text: str,
        kinds: Kinds,
        times: LetterTimes,
        references: Sequence[ReadReference],
        sender: str | None,
    ) -> None:
        self._text = text
        self._kinds = kinds
        self._times = times
        self._named = Taken(len(text), (Span(*reference.span) for reference in references))
        self._starts = [time.core.start for time in times.times]
        self._read: dict[Span, ReadDeadline] = {}
        self._sender = sender

    def judge(self, sentence: Span, *, is_advice: bool) -> Statement | str | None:
        """Return what a sentence says, a reason where it only looked like it, or `None`.

        Of a sentence without end only the beginning is judged.
        """
        span = Span(sentence.start, min(sentence.end, sentence.start + _LONGEST))
        found = next(self._candidates(span), None)
        if found is None:
            return None
        reason = self._reason_against(span, found, is_advice=is_advice)
        if reason is None and self._has("hedge", span):
            return Statement(found.tense, found.cues, found.core, found.weight * _HEDGED)
        return reason or found

    def _reason_against(self, span: Span, found: Statement, *, is_advice: bool) -> str | None:
        is_due = self._is_due(span)
        told = self._has("already", span) and not self._has("reported", span)
        reasons = (
            (is_advice or (self._advised_before(span, found.core) and not self._speaks(span)),
             "what an adviser says should happen"),
            (self._has("presents", span) and found.tense != "done" and not is_due,
             "what the letter itself does"),
            (self._refuses(span, found.core), "a refusal"),
            (told and (found.tense == "done" or not self._has("still_to_come", span)),
             "what parliament was told before"),
        )  # fmt: skip
        return next((reason for applies, reason in reasons if applies), None)

    def _candidates(self, span: Span) -> Iterator[Statement]:
        """Yield what may make the sentence a promise, the strongest first."""
        adopted = [hit.span for hit in self._kinds.inside("adopts", span)]
        for hit in self._kinds.inside("first_person", span):
            if not any(hit.start < end and start < hit.end for start, end in adopted):
                yield _found("promised", 1.0, hit)
        promises = self._kinds.inside("promise", span)
        for hit in promises:
            is_asked = hit.cue.value == "asked" and self._binds_later(span)
            if hit.cue.value == "promised" or is_asked:
                yield _found("promised", 0.95, hit)
        yield from self._with_deed(span, "future", "promised", 1.0)
        for hit in promises:
            if hit.cue.value == "under_way":
                runs_on = hit.cue.id == "promise_begun" or not self._is_due(span)
                yield _found("under_way" if runs_on else "promised", 1.0, hit)
        if not self._has("adopts", span) or self._second_deed(span):
            passives = self._with_deed(span, "passive", "promised", 0.8)
            yield from sorted(passives, key=lambda found: found.tense != "promised")
        yield from self._dated(span)
        marks = ("done_mark", "revised")
        if any(self._has(mark, span) for mark in marks) or self._has_past_day(span):
            yield from self._with_deed(span, "perfect", "done", 1.0)

    def _has_past_day(self, span: Span) -> bool:
        """Say whether the sentence dates what was done, rather than a paper that it names."""
        floor = self._times.letter_date or self._times.not_before
        return any(
            time.days.end is not None
            and (floor is None or time.days.end <= floor)
            and time.bound in ("at", "by", "from", "per")
            and not self._named.meets(time.core)
            for time in self._times_in(span)
        )

    def _with_deed(
        self, span: Span, auxiliary: str, tense: Tense, weight: float
    ) -> Iterator[Statement]:
        for hit in self._kinds.inside("auxiliary", span):
            if hit.cue.value != auxiliary or self._is_idle(span, hit):
                continue
            reach = Span(max(hit.start - _GAP, span.start), min(hit.end + _GAP, span.end))
            near = [
                deed
                for deed in self._kinds.inside("deed", reach)
                if _governs(self._text, hit, deed)
                and (deed.cue.value != "event" or auxiliary == "future")
            ]
            if near:
                yield self._deed_found(span, hit, near, tense, weight)
            elif auxiliary == "future" and (self._is_due(span) or self._acts(span, hit)):
                yield _found(tense, weight * 0.8, hit)

    def _deed_found(
        self, span: Span, auxiliary: Hit, deeds: list[Hit], tense: Tense, weight: float
    ) -> Statement:
        deed = min(deeds, key=lambda hit: abs(hit.start - auxiliary.start))
        core = Span(min(auxiliary.start, deed.start), max(auxiliary.end, deed.end))
        now = self._tense(span, str(auxiliary.cue.value), deed, tense)
        return Statement(now, (auxiliary.cue.id, deed.cue.id), core, _WEIGHTS[now] * weight)

    def _tense(self, span: Span, auxiliary: str, deed: Hit, tense: Tense) -> Tense:
        """Say whether a passive tells of something that is going on already."""
        if auxiliary != "passive":
            return tense
        goes_on = deed.cue.value == "goes_on" or self._has("done_mark", span)
        return "under_way" if goes_on and not self._begins_later(span) else tense

    def _binds_later(self, span: Span) -> bool:
        """Say whether a day to come is named that begins later or that binds."""
        is_hard = self.deadline(span, "promised").kind is DeadlineKind.HARD
        return self._is_due(span) and (is_hard or self._begins_later(span))

    def _begins_later(self, span: Span) -> bool:
        start = self.deadline(span, "promised").start
        today = self._times.letter_date or self._times.not_before
        return start is not None and today is not None and start > today

    def _is_idle(self, span: Span, auxiliary: Hit) -> bool:
        """Say whether an auxiliary cannot carry a deed of government."""
        if auxiliary.cue.value == "passive":
            by_others = self._has("other_agent", span) and not self._is_due(span)
            return by_others or self._is_loose(span, auxiliary)
        is_perfect = auxiliary.cue.value == "perfect"
        return is_perfect and auxiliary.match[0].lower() not in _PASSIVE_PERFECT

    def _is_loose(self, span: Span, auxiliary: Hit) -> bool:
        """Say whether a passive only describes: what should be, or how something goes."""
        clause = self.quote(span, auxiliary.span)
        before = Span(clause.start, auxiliary.start)
        if auxiliary.match[0].lower() in _INFINITIVES and self._has("duty", before):
            return True
        return self._has("subordinate", before) and not (
            self._has("agreed", before) or self._is_due(span) or self._is_timed(span)
        )

    def _is_timed(self, span: Span) -> bool:
        return self.deadline(span, "promised").kind is not DeadlineKind.NONE

    def _acts(self, span: Span, auxiliary: Hit) -> bool:
        """Say whether a party that can act is the subject of a future verb."""
        if self._kinds.inside("prediction", span):
            return False
        actors = self._kinds.inside("actor", span)
        return any(self._is_subject(actor) for actor in actors if actor.start < auxiliary.start)

    def _second_deed(self, span: Span) -> bool:
        return len(self._kinds.inside("deed", span)) > 0

    def _dated(self, span: Span) -> Iterator[Statement]:
        """Yield a plain statement with a day that is still to come."""
        if not self._is_due(span) or self._is_past(span) or self._has("prediction", span):
            return
        deadline = self.deadline(span, "promised")
        words = (deadline.text or "").lower()
        if not self._binds_later(span):
            return
        is_norm = words.startswith(_WITHIN) and self._has("duty", span)
        if deadline.span and not is_norm and not words.startswith(_TERMS):
            yield Statement("promised", ("dated_statement",), Span(*deadline.span), 0.5)

    def _is_past(self, span: Span) -> bool:
        """Say whether the sentence tells what was or has been done."""
        deeds = self._kinds.inside("deed", span)
        return any(
            hit.match[0].lower() in _PAST or any(_governs(self._text, hit, deed) for deed in deeds)
            for hit in self._kinds.inside("auxiliary", span)
            if hit.cue.value == "perfect"
        )

    def _is_due(self, span: Span) -> bool:
        deadline = self.deadline(span, "promised")
        floor = self._times.letter_date or self._times.not_before
        last = deadline.end or deadline.start
        return last is not None and floor is not None and last >= floor

    def deadline(self, span: Span, tense: Tense) -> ReadDeadline:
        """Return when the sentence's promise falls due; what is done has no deadline."""
        if tense == "done":
            return NO_DEADLINE
        found = self._read.get(span)
        if found is None:
            found = self._read[span] = read_deadline(
                self._text,
                span,
                self._times_in(span),
                self._kinds.inside("firmness", span),
                letter_date=self._times.letter_date,
                not_before=self._times.not_before,
                named=self._named,
            )
        # work under way that recurs falls due at no time
        is_bare = found.kind is DeadlineKind.NONE and tense == "under_way"
        return NO_DEADLINE if is_bare else found

    def _times_in(self, span: Span) -> Sequence[TimeExpression]:
        first = bisect_left(self._starts, span.start)
        last = bisect_left(self._starts, span.end)
        return [time for time in self._times.times[first:last] if time.core.end <= span.end]

    def due(self, span: Span, tense: Tense, before: Span | None) -> ReadDeadline:
        """Return the sentence's deadline, else the period of the plan that "this" points to."""
        found = self.deadline(span, tense)
        if found.text is not None or tense == "done" or before is None:
            return found
        if not self._kinds.inside("points_back", Span(span.start, min(span.start + 12, span.end))):
            return found
        floor = self._times.letter_date or self._times.not_before
        same_paragraph = "\n" not in self._text[before.end : span.start]
        plan = plan_period(self._text, before, self._times_in(before), self._named, floor)
        return plan if plan and same_paragraph else found

    def quote(self, span: Span, core: Span) -> Span:
        """Return the clause that holds `core`, without the stop behind it."""
        start, end = span
        for cut in _CLAUSE.finditer(self._text, span.start, span.end):
            if cut.end() <= core.start:
                start = cut.end()
            elif cut.start() >= core.end:
                end = cut.start()
                break
        words = self._text[start:end]
        start += len(words) - len(words.lstrip(" ,"))
        return Span(start, start + len(words.strip(" ,").rstrip(".")))

    def responsible(self, span: Span, core: Span) -> str | None:
        """Return who is to act: an agent, "I", or the party nearest before the verb."""
        agents = self._kinds.inside("agent", span)
        for agent in agents:
            name = _name(agent.match["name"])
            if name[:1].isupper():
                return name
        if self._speaks(span) and self._sender:
            return self._sender
        actors = [a for a in self._kinds.inside("actor", span) if self._is_subject(a)]
        before = [actor for actor in actors if actor.start <= core.start]
        chosen = before[-1] if before else actors[0] if actors else None
        if chosen is None:
            return None
        return chosen.cue.value or _name(chosen.match["name"])

    def _is_subject(self, actor: Hit) -> bool:
        before = self._text[max(actor.start - 12, 0) : actor.start].lower()
        return not re.search(r"\b(?:van|aan|met|voor|bij|in|tussen|over|op|of|with)(?: de| het)? $",
                             before)  # fmt: skip

    def _speaks(self, span: Span) -> bool:
        return bool(_I.search(self._text, span.start, span.end))

    def _advised_before(self, span: Span, core: Span) -> bool:
        return any(hit.start < core.end for hit in self._kinds.inside("advised", span))

    def _refuses(self, span: Span, core: Span) -> bool:
        """Say whether the deed is refused; "not now but then" puts it off."""
        moved = [h for h in self._kinds.inside("firmness", span) if h.cue.value == "slipped"]
        return not moved and any(
            hit.start <= core.end and core.start <= hit.end
            for hit in self._kinds.inside("refused", span)
        )

    def _has(self, kind: str, span: Span) -> bool:
        return bool(self._kinds.inside(kind, span))


_I = re.compile(r"\b(?:[Ii]k|mij|[Mm]ijn|[Ww]ij|I|[Mm]y|[Ww]e)\b")


def _name(words: str) -> str:
    """Return a name without the verb that may follow it.

    >>> _name("Minister van Financiën stuurt")
    'Minister van Financiën'
    """
    kept = words.split()
    while len(kept) > 1 and kept[-1][0].islower():
        kept.pop()
    return " ".join(kept)


def _found(tense: Tense, weight: float, hit: Hit) -> Statement:
    return Statement(tense, (hit.cue.id,), hit.span, _WEIGHTS[tense] * weight)


def _governs(text: str, auxiliary: Hit, deed: Hit) -> bool:
    """Say whether the auxiliary and the deed stand in one clause."""
    start, end = sorted((auxiliary.end, deed.start))
    if end - start > _GAP:
        return False
    if deed.end <= auxiliary.start:
        return auxiliary.start - deed.end <= 1 or " " not in text[deed.end + 1 : auxiliary.start]
    between = text[start:end]
    if auxiliary.cue.value == "perfect" and " worden " in f" {between} ":
        return False
    return ";" not in between and between.count(",") <= 2
