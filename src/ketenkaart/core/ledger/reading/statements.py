"""Which sentences tell what government will do, is doing or has done, when, and who does it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from ketenkaart.core.ledger.reading.aims import goes_on_from
from ketenkaart.core.ledger.reading.deadlines import NO_DEADLINE
from ketenkaart.core.ledger.reading.falling_due import FallingDue, LetterTimes
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
_ANY_SEASON = re.compile(r"in (?:de|het) [a-z]+\Z")
"""A season of no year in particular: "in the spring"."""
_TERMS = ("over ", "within ")
"""Words of a term that as often measure something as promise it."""


@dataclass(frozen=True, slots=True)
class Statement:
    """Why a sentence counts: its tense, the cues that said so, and where the deed stands."""

    tense: Tense
    cues: tuple[str, ...]
    core: Span
    weight: float


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
        named = Taken(len(text), (Span(*reference.span) for reference in references))
        self._due = FallingDue(text, kinds, times, named)
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
        is_due = self._due.is_due(span)
        told = self._was_told(span) and not (is_due and self._has("reported", span))
        reasons = (
            (is_advice or (self._advised_before(span, found.core) and not self._speaks(span)),
             "what an adviser says should happen"),
            (self._has("presents", span) and found.tense != "done" and not is_due,
             "what the letter itself does"),
            (self._is_quoted(span, found.core), "what somebody else says"),
            (self._refuses(span, found), "a refusal"),
            (told and (found.tense == "done" or not self._has("still_to_come", span)),
             "what parliament was told before"),
        )  # fmt: skip
        return next((reason for applies, reason in reasons if applies), None)

    def _was_told(self, span: Span) -> bool:
        """Say whether parliament knew; "later than I told you" brings news."""
        late = [h for h in self._kinds.inside("firmness", span) if h.cue.value == "slipped"]
        told = self._kinds.inside("already", span)
        return any(not any(h.start < t.end and t.start < h.end for h in late) for t in told)

    def _candidates(self, span: Span) -> Iterator[Statement]:
        """Yield what may make the sentence a promise, the strongest first."""
        held = [h.span for kind in ("adopts", "opinion") for h in self._kinds.inside(kind, span)]
        promises = self._kinds.inside("promise", span)
        yield from _found_free("promised", 1.0, self._kinds.inside("first_person", span), held)
        for hit in promises:
            is_asked = hit.cue.value == "asked" and self._asks(span, hit)
            if is_asked or (hit.cue.value == "promised" and not self._is_order(span, hit)):
                yield _found("promised", 0.95, hit)
        yield from self._with_deed(span, "future", "promised", 1.0)
        yield from self._goes_on(span, promises)
        does: Tense = "under_way" if self._has("done_mark", span) else "promised"
        yield from _found_free(does, 0.9, [h for h in promises if h.cue.value == "does"], held)
        if not self._has("adopts", span) or self._second_deed(span):
            passives = self._with_deed(span, "passive", "promised", 0.8)
            yield from sorted(passives, key=lambda found: found.tense != "promised")
        yield from self._comes_about(span, promises)
        yield from self._dated(span)
        marks = ("done_mark", "revised")
        if any(self._has(mark, span) for mark in marks) or self._due.has_past_day(span):
            yield from self._with_deed(span, "perfect", "done", 1.0)

    def _goes_on(self, span: Span, promises: Sequence[Hit]) -> Iterator[Statement]:
        for hit in promises:
            if hit.cue.value == "under_way":
                runs_on = hit.cue.id == "promise_begun" or not self._due.is_due(span)
                yield _found("under_way" if runs_on else "promised", 1.0, hit)

    def _with_deed(
        self, span: Span, auxiliary: str, tense: Tense, weight: float
    ) -> Iterator[Statement]:
        for hit in self._kinds.inside("auxiliary", span):
            if hit.cue.value != auxiliary or self._is_idle(span, hit) or self._is_phrase(hit):
                continue
            reach = Span(max(hit.start - _GAP, span.start), min(hit.end + _GAP, span.end))
            near = [
                deed
                for deed in self._kinds.inside("deed", reach)
                if _governs(self._text, hit, deed) and self._may_carry(span, auxiliary, deed)
            ]
            if near:
                yield self._deed_found(span, hit, near, tense, weight)
            elif _EMBEDDED_DEED.search(self._text[span.start : hit.start]):
                continue
            elif auxiliary == "future" and (self._due.is_due(span) or self._acts(span, hit)):
                yield _found(tense, weight * 0.8, hit)

    def _may_carry(self, span: Span, auxiliary: str, deed: Hit) -> bool:
        """Say whether such an auxiliary makes a promise of such a deed."""
        if auxiliary == "future":
            return (
                deed.cue.value != "any" or " worden" in self._text[deed.start - 12 : deed.end + 12]
            )
        if deed.cue.value == "any":
            return auxiliary == "passive" and self._due.is_due(span)
        return deed.cue.value != "event"

    def _is_order(self, span: Span, hit: Hit) -> bool:
        """Say whether a sentence opens with a verb without "I": an adviser's imperative."""
        return hit.start == span.start and bool(_ORDER.match(self._text[hit.start : hit.end + 4]))

    def _asks(self, span: Span, request: Hit) -> bool:
        """Say whether somebody is asked, not government itself, to act by a day to come."""
        return self._due.is_due(span) and not _ASKED_OF_US.search(request.match[0])

    def _comes_about(self, span: Span, promises: Sequence[Hit]) -> Iterator[Statement]:
        """Yield what comes about by a day, or is to."""
        if self._has("prediction", span) or self._has("adopts", span):
            return
        is_past = self._is_past(span)
        for hit in promises:
            is_told = hit.cue.id == "promise_pledged_before"
            if hit.cue.value != "due" or not self._due.is_due(span) or (is_past and not is_told):
                continue
            before = self._text[span.start : hit.start]
            if not (_EMBEDDED.search(before) or _WOULD.search(before)):
                yield Statement("promised", (hit.cue.id,), hit.span, 0.55)

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
        return "under_way" if goes_on and not self._due.begins_later(span) else tense

    def _is_idle(self, span: Span, auxiliary: Hit) -> bool:
        """Say whether an auxiliary cannot carry a deed of government."""
        if auxiliary.cue.value == "passive":
            by_others = self._has("other_agent", span) and not self._due.is_due(span)
            return by_others or self._is_told(span) or self._is_loose(span, auxiliary)
        is_perfect = auxiliary.cue.value == "perfect"
        if is_perfect and self._is_aside(span, auxiliary):
            return True
        return is_perfect and auxiliary.match[0].lower() not in _PASSIVE_PERFECT

    def _is_told(self, span: Span) -> bool:
        """Say whether a passive without a day tells how things are, not what will be done."""
        if self._has("describes", span):
            return not self._due.begins_later(span)
        answers = any(self._has(kind, span) for kind in ("actor", "agreed"))
        goes_on = any(h.cue.value == "goes_on" for h in self._kinds.inside("deed", span))
        return not (
            answers or goes_on or self._due.is_timed(span) or goes_on_from(self._text, span)
        )

    def _is_aside(self, span: Span, auxiliary: Hit) -> bool:
        """Say whether an auxiliary stands in a relative clause, which tells what is known."""
        before = self._text[span.start : auxiliary.start]
        return bool(_ASIDE.search(before))

    def _is_quoted(self, span: Span, core: Span) -> bool:
        """Say whether the deed stands in quotes behind a word of saying."""
        before = self._text[span.start : core.start]
        opened = max(before.rfind("«"), before.rfind("“"), before.rfind("„"))
        closed = max(before.rfind("»"), before.rfind("”"))
        return opened > closed and self._has("says", Span(span.start, span.start + opened))

    def _is_loose(self, span: Span, auxiliary: Hit) -> bool:
        """Say whether a passive only describes: what should be, or how something goes."""
        clause = self.quote(span, auxiliary.span)
        before = Span(clause.start, auxiliary.start)
        if auxiliary.match[0].lower() in _INFINITIVES and self._has("duty", before):
            return True
        return self._has("subordinate", before) and not (
            self._has("agreed", before) or self._due.is_due(span) or self._due.is_timed(span)
        )

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
        if not self._due.is_due(span) or self._is_past(span) or self._has("prediction", span):
            return
        deadline = self._due.of(span)
        words = (deadline.text or "").lower()
        if self._has("opinion", span) or self._has("describes", span) or _ANY_SEASON.match(words):
            return
        if not self._due.binds_later(span):
            return
        is_norm = words.startswith(_WITHIN) and self._has("duty", span)
        if deadline.span and not is_norm and not words.startswith(_TERMS):
            yield Statement("promised", ("dated_statement",), Span(*deadline.span), 0.5)

    def _is_past(self, span: Span) -> bool:
        """Say whether the sentence tells what was or has been done."""
        if self._has("past_verb", span):
            return True
        if self._due.of(span).kind is DeadlineKind.HARD and self._due.is_due(span):
            return False
        deeds = [h for h in self._kinds.inside("deed", span) if h.cue.value != "any"]
        return any(
            hit.match[0].lower() in _PAST or any(_governs(self._text, hit, deed) for deed in deeds)
            for hit in self._kinds.inside("auxiliary", span)
            if hit.cue.value == "perfect" and not self._is_phrase(hit)
        )

    def _is_phrase(self, auxiliary: Hit) -> bool:
        """Say whether "zijn" is the pronoun of a fixed phrase: "op zijn vroegst"."""
        return bool(_PHRASE.match(self._text[max(auxiliary.start - 3, 0) : auxiliary.end + 9]))

    def due(
        self, span: Span, tense: Tense, before: Span | None, after: Span | None
    ) -> ReadDeadline:
        """Return when a statement falls due; what is done has no deadline."""
        if tense == "done":
            return NO_DEADLINE
        return self._due.due(span, before, after, runs=tense == "under_way")

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
        actors = [a for a in self._kinds.inside("actor", span) if self._is_subject(a)]
        acting = [a for a in actors if core.start <= a.start and a.end <= core.end]
        if self._speaks(span) and self._sender and not acting:
            return self._sender
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

    def _refuses(self, span: Span, found: Statement) -> bool:
        """Say whether the deed is refused; "not now but then" puts it off."""
        if any(hit.cue.value == "slipped" for hit in self._kinds.inside("firmness", span)):
            return False
        core = found.core
        behind = self._text[core.end : min(core.end + _REACH_OF_NO, span.end)]
        is_own = any(cue.startswith(_OF_GOVERNMENT) for cue in found.cues)
        return (is_own and _NO_BEHIND.match(behind) is not None) or any(
            hit.start <= core.end
            and core.start <= hit.end
            and not _OTHER_NO.search(self._text[hit.start : hit.end + 14])
            for hit in self._kinds.inside("refused", span)
        )

    def _has(self, kind: str, span: Span) -> bool:
        return bool(self._kinds.inside(kind, span))


_ASKED_OF_US = re.compile(r"\b(?:mij|ons|me|us)\b", re.IGNORECASE)
_PHRASE = re.compile(r"op zijn (?:vroegst|laatst|minst|meest)", re.IGNORECASE)
_EMBEDDED_DEED = re.compile(r"\b(?:die|of|welke|waarin|waarmee) [^,;:]{0,150}\Z")
_EMBEDDED = re.compile(r"\b(?:die|dat|welke|waarin|waarmee|waarvan|of|hoe) [^,;:]{0,150}\Z")
_ORDER = re.compile(r"(?:Zie|Zorg|Draag|Streef|Span|Houd|Verbind|Committeer|Ga|Kom) (?!ik\b)")
_WOULD = re.compile(r"\b(?:zou|zouden|would|could) [^;:]{0,150}\Z", re.IGNORECASE)
_ASIDE = re.compile(r", (?:die|dat|welke|waarin|waarmee|waarvan|which|that) [^,]{0,120}\Z")
_REACH_OF_NO = 160
_OF_GOVERNMENT = ("promise_first_person", "promise_cabinet_does")
_NO_BEHIND = re.compile(
    r"(?: (?!(?:dat|om|of|die|zodat|hoe|welke|waar|wat|te)\b)[^ .,;:()]+){0,7}? (?:niet|geen)\b"
    r"(?! (?:alleen|slechts|enkel|uitsluitend|eerder|later|langer|vóór))"
)
"""A "not" in the clause of a first person's verb; "not in May but in June" is none."""
_OTHER_NO = re.compile(
    r"\b(?:dat|om|die|zodat|waarbij) .*(?:niet|geen)"
    r"|\b(?:niet|geen) (?:eerder|later|langer|vóór|voor|alleen|slechts|enkel|uitsluitend|only)\b",
    re.IGNORECASE,
)
"""A "not" that refuses nothing: it stands in another clause, or bounds a day or an amount."""
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


def _found_free(
    tense: Tense, weight: float, hits: Sequence[Hit], held: Sequence[Span]
) -> Iterator[Statement]:
    """Yield the hits that share no word with those of `held`."""
    for hit in hits:
        if not any(hit.start < end and start < hit.end for start, end in held):
            yield _found(tense, weight, hit)


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
