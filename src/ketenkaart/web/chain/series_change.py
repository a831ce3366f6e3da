"""What changed a series, as steps from the first year to the last and as sentences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ketenkaart.core.chain.change import CAUSES
from ketenkaart.services.chain.over_time import IN_ALL
from ketenkaart.services.chain.seen_series import SeenSeries
from ketenkaart.web.chain.axis import Axis, axis_of
from ketenkaart.web.chain.wording import finer_percent, span, spoken_amount
from ketenkaart.web.text import say

LEAST = 0.15
"""The least width of a bar, in per cents, so that a small step can be seen."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the picture: an amount or a cause, from `start` on, in per cents across.

    `levels` are where the step begins and ends; `low` and `high` the ends of what the order of
    reckoning makes of it.
    """

    kind: str
    name: str
    amount: str
    start: str
    width: str
    levels: tuple[str, ...]
    low: str | None
    high: str | None


@dataclass(frozen=True, slots=True)
class CauseRow:
    """One cause in the table: what it is, its amount, its share of the first year, its range."""

    name: str
    meaning: str
    amount: float
    share: float | None
    orders: str


@dataclass(frozen=True, slots=True)
class ChangePicture:
    """The steps, the marks under them, and the unit of these."""

    steps: tuple[Step, ...]
    marks: tuple[tuple[str, str, str], ...]
    zero: str
    unit: str


@dataclass(frozen=True, slots=True)
class SaidChange:
    """What changed between the first year and the last, in words, as rows, and as a picture."""

    first_year: int
    last_year: int
    sentence: str
    interval: str
    causes: tuple[str, ...]
    picture: ChangePicture
    rows: tuple[CauseRow, ...]


def said_change(seen: SeenSeries, where: str, counted: str, language: str) -> SaidChange | None:
    """Return what changed over all years; None where there is one year alone."""
    found = seen.answer.facts.get(IN_ALL)
    if found is None:
        return None
    return _Said(seen, found, where, counted, language).said()


class _Said:
    """Says one change: `found` are its facts."""

    def __init__(
        self, seen: SeenSeries, found: Mapping[str, Any], where: str, counted: str, language: str
    ) -> None:
        self._seen, self._found = seen, found
        self._where, self._counted, self._language = where, counted, language
        answer = seen.answer
        at = answer.columns.index("at_places")
        self._first, self._last = (float(answer.rows[k][at] or 0.0) for k in (0, -1))

    def said(self) -> SaidChange:
        """Return the change in every form."""
        return SaidChange(
            first_year=self._found["first_year"],
            last_year=self._found["last_year"],
            sentence=self._sentence(),
            interval=self._interval(),
            causes=tuple(self._causes()),
            picture=self._picture(),
            rows=tuple(self._rows()),
        )

    def _sentence(self) -> str:
        moved = float(self._found["change"])
        share = f" ({finer_percent(abs(moved) / self._first, self._language)})"
        said = {
            "where": self._where,
            "counted": self._counted,
            "whose": self._seen.whose.in_language(self._language),
            "first_year": self._found["first_year"],
            "last_year": self._found["last_year"],
            "first": self._amount(self._first),
            "last": self._amount(self._last),
            "change": self._amount(abs(moved)),
            "share": share if self._first > 0 else "",
        }
        return say(f"chain.series_{_way(moved)}", self._language, **said)

    def _interval(self) -> str:
        """Say how sure the change is; empty where that is not known."""
        ends = self._seen.answer.facts.get("uncertainty", {}).get(IN_ALL)
        if ends is None:
            return ""
        low, high = ends["low"], ends["high"]
        said = say(
            "chain.series_sure", self._language, low=self._amount(low), high=self._amount(high)
        )
        if low < 0 < high:
            said += " " + say("chain.series_holds_zero", self._language)
        return said

    def _causes(self) -> Iterator[str]:
        """Say each cause, the largest first."""
        for cause in sorted(CAUSES, key=lambda name: -abs(float(self._found[name]))):
            effect, spread = self._of(cause)
            said = say(
                f"chain.series_cause_{_way(effect)}",
                self._language,
                cause=say(f"chain.cause_{cause}", self._language),
                meaning=self._meaning(cause),
                amount=self._amount(abs(effect)),
            )
            if effect and spread >= abs(effect):
                said += " " + say("chain.series_sign_unsure", self._language)
            yield said

    def _rows(self) -> Iterator[CauseRow]:
        for cause in CAUSES:
            effect, spread = self._of(cause)
            yield CauseRow(
                say(f"chain.cause_{cause}", self._language),
                self._meaning(cause),
                effect,
                effect / self._first if self._first > 0 else None,
                span(effect - spread, effect + spread, self._language),
            )

    def _picture(self) -> ChangePicture:
        levels = [self._first]
        for cause in CAUSES:
            levels.append(levels[-1] + float(self._found[cause]))
        reached = [levels[k + 1] + side * self._of(cause)[1]
                   for k, cause in enumerate(CAUSES) for side in (-1, 1)]  # fmt: skip
        unit, language = self._seen.answer.unit, self._language
        axis = axis_of([*levels, *reached, self._last], unit, language)
        ends = [
            self._end(axis, str(self._found[name]), value)
            for name, value in (("first_year", self._first), ("last_year", self._last))
        ]
        steps = [self._step(axis, cause, levels[k]) for k, cause in enumerate(CAUSES)]
        last = len(axis.marks) - 1
        anchors = ["start", *["middle"] * (last - 1), "end"]
        return ChangePicture(
            steps=(ends[0], *steps, ends[1]),
            marks=tuple(
                (_at(axis, value), label, anchor)
                for (value, label), anchor in zip(axis.marks, anchors, strict=True)
            ),
            zero=_at(axis, 0.0),
            unit=axis.unit,
        )

    def _end(self, axis: Axis, name: str, value: float) -> Step:
        start, width = _bar(axis, 0.0, value)
        return Step("end", name, self._amount(value), start, width, (_at(axis, value),), None, None)

    def _step(self, axis: Axis, cause: str, before: float) -> Step:
        effect, spread = self._of(cause)
        after = before + effect
        start, width = _bar(axis, before, after)
        return Step(
            kind=_way(effect),
            name=say(f"chain.cause_{cause}", self._language),
            amount=self._signed(effect),
            start=start,
            width=width,
            levels=(_at(axis, before), _at(axis, after)),
            low=_at(axis, after - spread) if spread > 0 else None,
            high=_at(axis, after + spread) if spread > 0 else None,
        )

    def _meaning(self, cause: str) -> str:
        return say(f"chain.cause_{cause}_meaning", self._language, counted=self._counted)

    def _of(self, cause: str) -> tuple[float, float]:
        return float(self._found[cause]), float(self._found[f"{cause}_spread"])

    def _amount(self, value: float) -> str:
        return spoken_amount(value, self._seen.answer.unit, self._language)

    def _signed(self, value: float) -> str:
        return f"+{self._amount(value)}" if value > 0 else self._amount(value)


def _way(value: float) -> str:
    if value == 0:
        return "same"
    return "more" if value > 0 else "less"


def _at(axis: Axis, value: float) -> str:
    return f"{axis.share(value) * 100:.2f}%"


def _bar(axis: Axis, one: float, other: float) -> tuple[str, str]:
    low, high = sorted((axis.share(one) * 100, axis.share(other) * 100))
    return f"{low:.2f}%", f"{max(high - low, LEAST):.2f}%"
