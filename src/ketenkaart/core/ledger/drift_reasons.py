"""What is weaker or stronger in the second wording of a promise, aspect by aspect."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Literal

from ketenkaart.core.ledger.drift_types import Aspect, DriftLexicon, DriftPassage, DriftReason
from ketenkaart.core.ledger.reading.types import DeadlineKind

Direction = Literal["weaker", "stronger"]

_NUMBER = re.compile(
    r"(?<![\w.,])(?P<coin>(?:€|\bEUR)\s?)?(?P<number>\d{1,3}(?:[.\s]\d{3})+|\d+(?:[.,]\d+)?)\s?(?P<scale>miljoen|miljard|million"
    r"|billion|duizend|thousand)?\s?(?P<unit>%|procent|percent|per cent|euro|[^\W\d_]{3,30})?",
    re.IGNORECASE,
)  # fmt: skip
_SCALES = {
    "miljoen": 1e6, "million": 1e6, "miljard": 1e9, "billion": 1e9, "duizend": 1e3,
    "thousand": 1e3,
}  # fmt: skip
_SHARES = {"%", "procent", "percent", "per cent"}
_SPELLED = {
    "twee": 2, "drie": 3, "vier": 4, "vijf": 5, "zes": 6, "zeven": 7, "acht": 8, "negen": 9,
    "tien": 10, "elf": 11, "twaalf": 12, "vijftien": 15, "twintig": 20, "dertig": 30,
    "veertig": 40, "vijftig": 50, "zestig": 60, "tachtig": 80, "honderd": 100, "two": 2,
    "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "twelve": 12, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50,
}  # fmt: skip
_SPELLED_NUMBER = re.compile(
    rf"\b(?P<word>{'|'.join(sorted(_SPELLED, key=len, reverse=True))})\s(?P<unit>[^\W\d_]{{3,30}})",
    re.IGNORECASE,
)
_OF_TIME = re.compile(
    r"(?:januari|februari|maart|april|mei|juni|juli|augustus|september|oktober|november|december"
    r"|january|february|march|may|june|july|august|october|maand|maanden|week|weken|dag|dagen"
    r"|jaar|jaren|month|months|week|weeks|day|days|year|years|kwartaal|quarter|keer)\Z",
    re.IGNORECASE,
)
_YEARS = range(1900, 2101)


class Scales:
    """The phrases of a lexicon, ready to be looked for."""

    def __init__(self, lexicon: DriftLexicon) -> None:
        self._steps = {
            scale.id: [(step.rank, _one_of(step.phrases)) for step in scale.steps]
            for scale in lexicon.scales
        }
        self._duties = _one_of(lexicon.duties)
        self._strong_duties = _one_of(lexicon.strong_duties)
        self._universals = _one_of(lexicon.universals)
        self._withdrawals = _one_of(lexicon.withdrawals)
        self._caps = _one_of(lexicon.caps)
        self.names = tuple(Aspect(scale.id) for scale in lexicon.scales)

    def rank(self, aspect: Aspect, text: str) -> tuple[int, str | None]:
        """Return the highest rank that a sentence has on a scale, and the words that say so."""
        for rank, pattern in sorted(self._steps[aspect], key=lambda step: -step[0]):
            found = pattern.search(text)
            if found:
                return rank, found.group()
        return 0, None

    def duty(self, text: str) -> str | None:
        """Return the words that oblige somebody, `None` where there are none."""
        return _words(self._duties.search(text))

    def strong_duty(self, text: str) -> str | None:
        """Return the words that bind by law or the like, `None` where there are none."""
        return _words(self._strong_duties.search(text))

    def universal(self, text: str) -> str | None:
        """Return the word for everybody or everything, `None` where there is none."""
        return _words(self._universals.search(text))

    def withdrawn(self, text: str) -> str | None:
        """Return the words that take something back, `None` where there are none."""
        return _words(self._withdrawals.search(text))

    def is_cap(self, text: str) -> bool:
        """Return whether the sentence holds a number down rather than up."""
        return self._caps.search(text) is not None


def _one_of(phrases: Iterable[str]) -> re.Pattern[str]:
    ordered = sorted(phrases, key=len, reverse=True)
    each = (re.escape(phrase).replace(r"\*", r"\w*").replace(r"\ ", r"\s+") for phrase in ordered)
    return re.compile(rf"\b(?:{'|'.join(each)})\b", re.IGNORECASE)


def _words(found: re.Match[str] | None) -> str | None:
    return found.group() if found else None


def reasons_between(
    old: DriftPassage, new: DriftPassage, scales: Scales
) -> tuple[DriftReason, ...]:
    """Return in which respects the newer wording differs, weaker or stronger."""
    found = list(_numbers(old.text, new.text, scales))
    # In a sentence that was not read as a promise no day was looked for.
    if new.id is not None:
        found += _deadline(old, new)
    for aspect in scales.names:
        reason = _on_scale(aspect, old.text, new.text, scales)
        if reason is not None:
            found.append(reason)
    if not any(reason.aspect is Aspect.SCOPE for reason in found):
        found += _universals(old.text, new.text, scales)
    return tuple(found)


def _universals(old: str, new: str, scales: Scales) -> Iterator[DriftReason]:
    was, now = scales.universal(old), scales.universal(new)
    if (was is None) != (now is None):
        yield DriftReason(
            aspect=Aspect.SCOPE, direction="weaker" if was else "stronger", old=was, new=now
        )


def _on_scale(aspect: Aspect, old: str, new: str, scales: Scales) -> DriftReason | None:
    (was, old_words), (now, new_words) = scales.rank(aspect, old), scales.rank(aspect, new)
    if aspect is Aspect.FORCE:
        return _on_force(old, new, (was, old_words), (now, new_words), scales)
    if aspect is Aspect.FREQUENCY and (not was or not now):
        return None
    if was == now:
        return None
    return DriftReason(
        aspect=aspect, direction="weaker" if now > was else "stronger", old=old_words, new=new_words
    )


def _on_force(
    old: str, new: str, was: tuple[int, str | None], now: tuple[int, str | None], scales: Scales
) -> DriftReason | None:
    """Compare how hard others are bound: only a duty in one of the letters makes that matter."""
    old_duty, new_duty = scales.duty(old), scales.duty(new)
    if old_duty and not new_duty and now[0] > was[0]:
        return DriftReason(aspect=Aspect.FORCE, direction="weaker", old=old_duty, new=now[1])
    strong_old, strong_new = scales.strong_duty(old), scales.strong_duty(new)
    if strong_old and not new_duty:
        return DriftReason(aspect=Aspect.FORCE, direction="weaker", old=strong_old)
    if strong_new and not old_duty:
        return DriftReason(aspect=Aspect.FORCE, direction="stronger", new=strong_new)
    if new_duty and not old_duty and was[0] > now[0]:
        return DriftReason(aspect=Aspect.FORCE, direction="stronger", old=was[1], new=new_duty)
    return None


def _deadline(old: DriftPassage, new: DriftPassage) -> Iterator[DriftReason]:
    was, now = old.deadline, new.deadline
    direction: Direction | None = None
    if was.end is not None and now.end is not None and was.end != now.end:
        direction = "weaker" if now.end > was.end else "stronger"
    elif was.end is not None and now.text is None:
        direction = "weaker"
    elif was.text is None and now.end is not None:
        direction = "stronger"
    elif was.end is not None and now.end is None and now.kind is DeadlineKind.CONDITIONAL:
        direction = "weaker"
    if direction is not None:
        yield DriftReason(
            aspect=Aspect.DEADLINE, direction=direction, old=_day(old), new=_day(new)
        )  # fmt: skip


def _day(passage: DriftPassage) -> str | None:
    deadline = passage.deadline
    if deadline.text is None:
        return None
    return f"{deadline.text} ({deadline.end})" if deadline.end else deadline.text


def _numbers(old: str, new: str, scales: Scales) -> Iterator[DriftReason]:
    before, after = numbers_in(old), numbers_in(new)
    for unit in sorted(before.keys() - after.keys()):
        if not after:
            yield DriftReason(
                aspect=Aspect.NUMBER, direction="weaker", old=f"{before[unit]:g} {unit}"
            )
    for unit in sorted(before.keys() & after.keys()):
        was, now = before[unit], after[unit]
        if was == now:
            continue
        lower = now < was
        weaker = lower != (scales.is_cap(old) and scales.is_cap(new))
        yield DriftReason(
            aspect=Aspect.NUMBER, direction="weaker" if weaker else "stronger",
            old=f"{was:g} {unit}", new=f"{now:g} {unit}",
        )  # fmt: skip


def numbers_in(text: str) -> dict[str, float]:
    """Return the numbers of a sentence by their unit, without days, terms and years.

    Shares in per cent have the unit "%". A unit that stands there twice is left out, since its
    numbers cannot be told apart.

    >>> numbers_in("Vóór 1 mei 2024 krijgt 90 procent van de 1.200 scholen 2,5 miljoen euro")
    {'%': 90.0, 'scholen': 1200.0, 'euro': 2500000.0}
    """
    found: dict[str, list[float]] = {}
    for match in _NUMBER.finditer(text):
        unit = "euro" if match["coin"] else (match["unit"] or "").casefold()
        number = _value(match["number"])
        is_year = not match["scale"] and match["number"].isdigit() and number in _YEARS
        if is_year or not unit or _OF_TIME.match(unit):
            continue
        number *= _SCALES.get((match["scale"] or "").casefold(), 1)
        found.setdefault("%" if unit in _SHARES else unit, []).append(number)
    for match in _SPELLED_NUMBER.finditer(text):
        unit = match["unit"].casefold()
        if not _OF_TIME.match(unit):
            found.setdefault(unit, []).append(float(_SPELLED[match["word"].casefold()]))
    return {unit: values[0] for unit, values in found.items() if len(values) == 1}


def _value(text: str) -> float:
    if re.fullmatch(r"\d{1,3}(?:[.\s]\d{3})+", text):
        return float(re.sub(r"[.\s]", "", text))
    return float(text.replace(",", "."))
