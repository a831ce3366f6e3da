"""Read the gold standard of a letter: a JSON file with phrases, their places and their coding."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from ketenkaart.core.errors import InputError
from ketenkaart.core.ledger.gold import (
    Gold,
    GoldCommitment,
    GoldDeadline,
    GoldQuote,
    GoldRecommendation,
    GoldReference,
    GoldRemark,
    Tense,
)
from ketenkaart.core.ledger.reading.source import Span
from ketenkaart.core.ledger.reading.types import DeadlineKind
from ketenkaart.core.ledger.types import FollowUp, Position, ResponseClass

MAX_BYTES = 20_000_000
DATED = frozenset({"year", "years", "quarter_end", "season", "period", "relative"})
EXCUSED = frozenset({"derived", "announcement", "rule", "wish"})
SEASON_ENDS = {
    "spring": ((5, 31), (6, 21)),
    "summer": ((8, 31), (9, 23)),
    "autumn": ((11, 30), (12, 31)),
    "winter": ((2, 28), (3, 21)),
}
SEASON_STARTS = {"spring": (3, 21), "summer": (6, 21), "autumn": (9, 23), "winter": (12, 21)}
TENSES: dict[str, Tense] = {
    "done": "done",
    "ongoing": "under_way",
    "under way": "under_way",
    "under revision": "under_way",
    "promised": "promised",
    "planned": "promised",
    "pending": "promised",
    "coalition agreement": "promised",
    "target": "promised",
}
_NUMBER = re.compile(r"\d{5}(-[A-Z0-9]{1,6})?-\d{1,4}\Z", re.IGNORECASE)


class _Loose(BaseModel):
    """A part of the file; keys that measuring does not need may stand there too."""

    model_config = ConfigDict(frozen=True, extra="ignore", strict=True)


class _Quote(_Loose):
    text: str = Field(min_length=1)
    char_start: int = Field(ge=0)
    char_end: int = Field(gt=0)
    line_start: int = Field(ge=1)

    @model_validator(mode="after")
    def _ordered(self) -> _Quote:
        if self.char_start >= self.char_end:
            raise ValueError("char_end must be greater than char_start")
        return self


Day = Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$")]


class _Document(_Loose):
    id: str = Field(min_length=1)
    date: Day | None = None
    dossier: str | None = None
    number: str | None = None


class _Recommendation(_Loose):
    id: str
    quote: _Quote
    response_class: ResponseClass | None = Field(strict=False)
    acceptable_classes: list[Annotated[ResponseClass, Field(strict=False)]]
    position: Position | None = Field(default=None, strict=False)
    follow_up: FollowUp | None = Field(default=None, strict=False)
    response_cue: _Quote | None = None


class _Commitment(_Loose):
    id: str
    quote: _Quote
    date: str | None = None
    date_type: str | None = None
    period: tuple[Day, Day] | None = Field(default=None, strict=False)
    due: tuple[Day, Day] | None = Field(default=None, strict=False)
    unresolved: bool = False
    deadline_kind: DeadlineKind | None = Field(default=None, strict=False)
    status_in_letter: str = ""


class _Reference(_Loose):
    id: str
    label: str = ""
    quote: _Quote


class _Remark(_Loose):
    quote: _Quote
    why: str = ""
    note: str = ""


class _File(_Loose):
    document: _Document
    recommendations: list[_Recommendation]
    commitments: list[_Commitment]
    cross_references: list[_Reference]
    optional_candidates: list[_Remark] = []
    optional_commitments: list[_Remark] = []
    negative_examples: list[_Remark] = []


def read_gold(path: Path) -> Gold:
    """Return the gold standard in a JSON file.

    Dates are taken from `period` where the file gives it, else from `date` and `date_type`: a
    year is its days, several years run from the first to the last, a season may end by the
    calendar or by the stars, a date of type `relative` has no day of its own.

    Raises `InputError` with file and key when the file is absent, no JSON, or not of this form.
    """
    name = path.name
    try:
        with path.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise InputError(f"The gold cannot be read ({reason})", where=str(path)) from None
    if len(data) > MAX_BYTES:
        raise InputError("The gold is larger than 20 MB", where=name, fix="Give one letter's gold.")
    try:
        content = json.loads(data)
    except json.JSONDecodeError as error:
        raise InputError(
            f"The gold is no JSON: {error.msg}",
            where=f"{name}, line {error.lineno}, column {error.colno}",
            fix="Correct the file there.",
        ) from None
    except (UnicodeDecodeError, RecursionError):
        raise InputError("The gold is no JSON in UTF-8", where=name) from None
    try:
        found = _File.model_validate(content)
    except ValidationError as error:
        raise _explained(error, name) from None
    return _gold(found, name)


def _explained(error: ValidationError, name: str) -> InputError:
    first = error.errors(include_url=False)[0]
    place = "".join(f"[{k}]" if isinstance(k, int) else f".{k}" for k in first["loc"]).lstrip(".")
    message = first["msg"].removeprefix("Value error, ")
    more = f"; {error.error_count() - 1} more in this file" if error.error_count() > 1 else ""
    return InputError(
        f"Not valid: {message}{more}", where=f"{name}, key {place}", fix="Correct the value."
    )


def _gold(found: _File, name: str) -> Gold:
    document = found.document
    for key in ("recommendations", "commitments", "cross_references"):
        _require_unique([item.id for item in getattr(found, key)], key, name)
    letter_day = _day(document.date, "document.date", name) if document.date else None
    own = f"{document.dossier}-{document.number}" if document.dossier and document.number else None
    return Gold(
        document=document.id,
        date=letter_day,
        recommendations=tuple(_recommendation(item, name) for item in found.recommendations),
        commitments=tuple(_commitment(item, letter_day, name) for item in found.commitments),
        references=tuple(
            GoldReference(
                id=item.id,
                quote=_quote(item.quote),
                number=item.id.upper() if _NUMBER.match(item.id) else None,
                is_own=item.id == own or item.label == "self",
            )
            for item in found.cross_references
        ),
        optional_recommendations=_remarks(found.optional_candidates),
        optional_commitments=_remarks(found.optional_commitments),
        negatives=_remarks(found.negative_examples),
    )


def _require_unique(ids: list[str], key: str, name: str) -> None:
    twice = sorted({item for item in ids if ids.count(item) > 1})
    if twice:
        raise InputError(
            f"{twice[0]} stands there twice", where=f"{name}, key {key}", fix="Give each id once."
        )


def _recommendation(item: _Recommendation, name: str) -> GoldRecommendation:
    accepted = frozenset(item.acceptable_classes)
    if item.response_class is not None and item.response_class not in accepted:
        raise InputError(
            f"The class {item.response_class} is not among the acceptable ones",
            where=f"{name}, key recommendations {item.id}.acceptable_classes",
            fix="Add it.",
        )
    return GoldRecommendation(
        id=item.id,
        quote=_quote(item.quote),
        response_class=item.response_class,
        acceptable_classes=accepted,
        position=item.position,
        follow_up=item.follow_up,
        answer=_quote(item.response_cue) if item.response_cue else None,
    )


def _commitment(item: _Commitment, letter_day: date | None, name: str) -> GoldCommitment:
    date_type = re.split(r"[ (]", (item.date_type or "none").replace("-", "_"))[0]
    status = item.status_in_letter.split(" (")[0]
    return GoldCommitment(
        id=item.id,
        quote=_quote(item.quote),
        tenses=frozenset(TENSES[word] for word in status.split("/") if word in TENSES),
        deadline=_deadline(item, date_type, letter_day, name) if date_type in DATED else None,
        excuses_deadline=date_type in EXCUSED,
    )


def _deadline(
    item: _Commitment, date_type: str, letter_day: date | None, name: str
) -> GoldDeadline:
    where = f"commitments {item.id}"
    kind = item.deadline_kind if item.deadline_kind is not DeadlineKind.NONE else None
    if item.period is None and date_type == "relative":
        return GoldDeadline(None, None, None, may_be_open=True, kind=kind)
    if item.period is not None:
        start, end = (_day(text, f"{where}.period", name) for text in item.period)
    else:
        start, end = _period_of(item.date or "", date_type, f"{name}, key {where}.date")
    first, last, start_by = end, end, start
    if date_type == "season":
        first, last, start_by = _season_bounds(start, end)
    if item.due is not None:
        first, last = (_day(text, f"{where}.due", name) for text in item.due)
    binds = kind is DeadlineKind.HARD or date_type == "quarter_end"
    if binds or (letter_day is not None and start <= letter_day):
        start_by = last
    return GoldDeadline(first, last, start_by, may_be_open=item.unresolved, kind=kind)


def _period_of(text: str, date_type: str, where: str) -> tuple[date, date]:
    """Return the days that a date of the first letter's coding stands for."""
    years = [int(year) for year in re.findall(r"\b\d{4}\b", text)]
    if date_type == "season" and years:
        season = text.rsplit(maxsplit=1)[-1]
        if season in SEASON_STARTS:
            ends_in = years[0] + (season == "winter")
            return date(years[0], *SEASON_STARTS[season]), date(ends_in, *SEASON_ENDS[season][1])
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        day = _day(text, where, "")
        return day, day
    if date_type in {"year", "years", "period"} and years:
        return date(years[0], 1, 1), date(years[-1], 12, 31)
    raise InputError(
        f"The date {text!r} of type {date_type!r} cannot be read", where=where,
        fix="Add `period` with its first and last day.",
    )  # fmt: skip


def _season_bounds(start: date, end: date) -> tuple[date, date, date]:
    """Return the first and last day on which a season may end, and the last on which it starts."""
    middle = start + (end - start) / 2
    season = ("winter", "spring", "summer", "autumn")[middle.month % 12 // 3]
    by_calendar, by_stars = (date(end.year, *day) for day in SEASON_ENDS[season])
    latest_start = date(start.year, *SEASON_STARTS[season]) + timedelta(days=2)
    return min(by_calendar, end), max(by_stars, end), max(latest_start, start)


def _day(text: str, key: str, name: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InputError(
            f"{text!r} is no day", where=f"{name}, key {key}", fix="Write it as YYYY-MM-DD."
        ) from None


def _quote(quote: _Quote) -> GoldQuote:
    return GoldQuote(quote.text, Span(quote.char_start, quote.char_end), quote.line_start)


def _remarks(items: list[_Remark]) -> tuple[GoldRemark, ...]:
    return tuple(GoldRemark(_quote(item.quote), item.why or item.note) for item in items)
