"""Read releases and records of the Open Contracting Data Standard (versions 1.0 and 1.1)."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

from ketenkaart.core.monitor.effect.groups import cpv_digits
from ketenkaart.core.monitor.effect.tenders import (
    UNKNOWN_MONEY,
    BuyerKind,
    Money,
    Notice,
    NoticeKind,
    Outcome,
)
from ketenkaart.sources.tenders.reject import NoticeError, Reject

MOST_LINE = 16 << 20
MOST_WHOLE = 512 << 20
DAYS_A_YEAR = 365.25
_KINDS = {
    "planning": NoticeKind.PLAN, "planningUpdate": NoticeKind.PLAN,
    "tender": NoticeKind.CALL, "tenderUpdate": NoticeKind.CALL,
    "tenderAmendment": NoticeKind.CALL, "tenderCancellation": NoticeKind.CALL,
    "award": NoticeKind.RESULT, "awardUpdate": NoticeKind.RESULT,
    "awardCancellation": NoticeKind.RESULT, "contract": NoticeKind.RESULT,
    "contractUpdate": NoticeKind.MODIFICATION, "contractAmendment": NoticeKind.MODIFICATION,
    "contractTermination": NoticeKind.MODIFICATION, "compiled": NoticeKind.RESULT,
    "implementation": NoticeKind.MODIFICATION, "implementationUpdate": NoticeKind.MODIFICATION,
}  # fmt: skip
_ORDER = tuple(NoticeKind)
_BUYERS = (
    ("ministry", BuyerKind.CENTRAL), ("national or federal", BuyerKind.CENTRAL),
    ("regional or local", BuyerKind.LOCAL), ("governed by public law", BuyerKind.PUBLIC_BODY),
    ("european institution", BuyerKind.OTHER), ("utilit", BuyerKind.UTILITY),
    ("other", BuyerKind.OTHER),
)  # fmt: skip


def read_ocds(path: Path) -> Iterator[Notice | Reject]:
    """Yield the notices of a file: JSON Lines, a release package, a record package, a release.

    What is no release comes as a `Reject` with its line or its place in the package.
    """
    if path.suffix.casefold() in (".jsonl", ".ndjson"):
        yield from _lines(path)
    else:
        yield from _whole(path)


def _lines(path: Path) -> Iterator[Notice | Reject]:
    with path.open("rb") as stream:
        number = 0
        while line := stream.readline(MOST_LINE + 1):
            number += 1
            place = f"{path.name}, line {number}"
            if len(line) > MOST_LINE:
                yield Reject(place, f"The line is longer than {MOST_LINE >> 20} MB")
                return
            if line.strip():
                yield from _parsed(line, place)


def _whole(path: Path) -> Iterator[Notice | Reject]:
    if path.stat().st_size > MOST_WHOLE:
        yield Reject(path.name, f"The file is larger than {MOST_WHOLE >> 20} MB; give JSON Lines")
        return
    yield from _parsed(path.read_bytes(), path.name)


def _parsed(raw: bytes, place: str) -> Iterator[Notice | Reject]:
    try:
        content = json.loads(raw.decode("utf-8-sig"), parse_constant=_no_constant)
    except RecursionError:
        yield Reject(place, "The JSON is nested too deeply")
    except ValueError as error:
        reason = str(error).splitlines()[0][:120] if str(error) else "not text"
        yield Reject(place, f"This is no JSON ({reason})")
    else:
        yield from _releases(content, place)


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is no number")


def _releases(content: Any, place: str) -> Iterator[Notice | Reject]:
    if isinstance(content, list):
        for k, item in enumerate(content, start=1):
            yield from _releases(item, f"{place}, item {k}")
        return
    if not isinstance(content, dict):
        yield Reject(place, "This is no OCDS release: an object is expected")
        return
    if isinstance(content.get("releases"), list):
        for k, item in enumerate(content["releases"], start=1):
            yield _one(item, f"{place}, release {k}")
    elif isinstance(content.get("records"), list):
        for k, item in enumerate(content["records"], start=1):
            yield from _record(item, f"{place}, record {k}")
    else:
        yield _one(content, place)


def _record(record: Any, place: str) -> Iterator[Notice | Reject]:
    """Yield the releases of a record, or its compiled release where they are not held."""
    if not isinstance(record, dict):
        yield Reject(place, "This is no OCDS record: an object is expected")
        return
    held = [item for item in _list(record, "releases") if "ocid" in item and "tag" in item]
    if held:
        for k, item in enumerate(held, start=1):
            yield _one(item, f"{place}, release {k}")
    elif isinstance(record.get("compiledRelease"), dict):
        compiled = {"ocid": record.get("ocid"), **record["compiledRelease"]}
        yield _one(compiled, place)
    else:
        yield Reject(place, "The record holds no release, only links to them")


def _one(release: Any, place: str) -> Notice | Reject:
    try:
        return _notice(release, place)
    except NoticeError as error:
        return Reject(place, error.what)


def _notice(release: Any, place: str) -> Notice:
    if not isinstance(release, dict):
        raise NoticeError("This is no OCDS release: an object is expected")
    name = _text(release, "ocid")
    if name is None:
        raise NoticeError("This is no OCDS release: it has no ocid")
    tender, awards = _part(release, "tender"), _list(release, "awards")
    text = json.dumps(release, sort_keys=True, ensure_ascii=True)
    buyer = _part(release, "buyer")
    main, more = _codes(release, tender)
    start, end, years = _term(tender, awards, _list(release, "contracts"))
    return Notice(
        tender=name,
        notice=_text(release, "id") or "",
        place=place,
        kind=_kind(release),
        digest=sha256(text.encode()).hexdigest()[:16],
        published=_day(release, "date"),
        version=_text(release, "date") or "",
        title=_text(tender, "title") or _text(release, "title"),
        buyer=_text(buyer, "id"),
        buyer_name=_text(buyer, "name"),
        buyer_kind=_buyer_kind(release, buyer),
        cpv=main,
        more_cpv=more,
        procedure=_text(tender, "procurementMethod") or _text(tender, "procurementMethodDetails"),
        lots=len(_list(tender, "lots")) or None,
        estimated=_estimated(tender),
        awarded=_awarded(awards),
        awarded_on=_latest([_day(item, "date") for item in awards]),
        starts=start,
        ends=end,
        term_years=years,
        outcome=_outcome(tender, awards),
    )


def _kind(release: dict[str, Any]) -> NoticeKind:
    tags = release.get("tag")
    names = tags if isinstance(tags, list) else [tags]
    kinds = [_KINDS[str(name)] for name in names if str(name) in _KINDS]
    if "compiled" in names and not _list(release, "awards"):
        kinds = [NoticeKind.CALL if _part(release, "tender") else NoticeKind.PLAN]
    return max(kinds, key=_ORDER.index) if kinds else NoticeKind.OTHER


def _codes(release: dict[str, Any], tender: dict[str, Any]) -> tuple[str | None, tuple[str, ...]]:
    """Return the main CPV code and all others, in the order in which they stand."""
    found = _cpv([_part(tender, "classification")])
    found += _cpv(_list(tender, "additionalClassifications"))
    holders = [tender, *_list(release, "awards"), *_list(release, "contracts")]
    for item in (item for holder in holders for item in _list(holder, "items")):
        found += _cpv([_part(item, "classification"), *_list(item, "additionalClassifications")])
    codes = list(dict.fromkeys(found))
    return (codes[0], tuple(codes[1:])) if codes else (None, ())


def _cpv(classifications: list[dict[str, Any]]) -> list[str]:
    codes = [
        cpv_digits(_text(item, "id"))
        for item in classifications
        if (_text(item, "scheme") or "").upper().startswith("CPV")
    ]
    return [code for code in codes if code is not None]


def _estimated(tender: dict[str, Any]) -> Money:
    value = _money(_part(tender, "value"))
    if value.is_known:
        return value
    lots = [_money(_part(lot, "value")) for lot in _list(tender, "lots")]
    return add_all(lots)


def _awarded(awards: list[dict[str, Any]]) -> Money:
    active = [item for item in awards if item.get("status") in (None, "active", "pending")]
    return add_all([_money(_part(item, "value")) for item in active])


def add_all(parts: list[Money]) -> Money:
    """Return the sum of amounts, unknown where one is not known or currencies differ.

    >>> add_all([Money.of(2, "EUR"), Money.of(3, "EUR")]).amount
    5.0
    >>> add_all([Money.of(2, "EUR"), Money.of(3, "GBP")]).state.value
    'unknown'
    """
    currencies = {item.currency for item in parts}
    if not parts or len(currencies) > 1 or not all(item.is_known for item in parts):
        return UNKNOWN_MONEY
    return Money.of(math.fsum(item.amount or 0.0 for item in parts), currencies.pop())


def _money(value: dict[str, Any]) -> Money:
    amount = value.get("amount")
    currency = _text(value, "currency")
    if isinstance(amount, bool) or not isinstance(amount, int | float):
        return UNKNOWN_MONEY
    try:
        return Money.of(float(amount), currency.upper()[:3] if currency else None)
    except OverflowError:
        return UNKNOWN_MONEY


def _outcome(tender: dict[str, Any], awards: list[dict[str, Any]]) -> Outcome:
    status = tender.get("status")
    states = {item.get("status") for item in awards}
    if states & {"active"}:
        return Outcome.AWARDED
    if states == {"unsuccessful"}:
        return Outcome.NOT_AWARDED
    if status in ("cancelled", "withdrawn") or states == {"cancelled"}:
        return Outcome.CANCELLED
    if status == "unsuccessful":
        return Outcome.NOT_AWARDED
    return Outcome.OPEN if status in ("active", "planned", "planning") else Outcome.UNKNOWN


def _term(*groups: Any) -> tuple[date | None, date | None, float | None]:
    """Return start, end and length in years: of the tender, else of its awards, contracts, lots."""
    tender, awards, contracts = groups
    lots = _list(tender, "lots")
    for name, holders in (
        ("contractPeriod", [tender]), ("contractPeriod", awards), ("period", contracts),
        ("contractPeriod", lots),
    ):  # fmt: skip
        periods = [_part(item, name) for item in holders]
        starts = [day for day in (_day(p, "startDate") for p in periods) if day]
        ends = [day for day in (_day(p, "endDate") for p in periods) if day]
        start, end = min(starts, default=None), max(ends, default=None)
        if start and end and end >= start:
            return start, end, ((end - start).days + 1) / DAYS_A_YEAR
        lengths = [p.get("durationInDays") for p in periods]
        days = [n for n in lengths if isinstance(n, int) and not isinstance(n, bool) and n > 0]
        if days:
            return start, end, max(days) / DAYS_A_YEAR
        if start or end:
            return start, end, None
    return None, None, None


def _buyer_kind(release: dict[str, Any], buyer: dict[str, Any]) -> BuyerKind:
    name = _text(buyer, "id")
    for party in _list(release, "parties"):
        if _text(party, "id") != name:
            continue
        for item in _list(_part(party, "details"), "classifications"):
            if _text(item, "scheme") == "TED_CA_TYPE":
                return _kind_of_buyer(_text(item, "id") or _text(item, "description"))
    return BuyerKind.UNKNOWN


def _kind_of_buyer(text: str | None) -> BuyerKind:
    words = (text or "").casefold()
    return next((kind for start, kind in _BUYERS if words.startswith(start)), BuyerKind.UNKNOWN)


def _part(holder: Any, name: str) -> dict[str, Any]:
    found = holder.get(name) if isinstance(holder, dict) else None
    return found if isinstance(found, dict) else {}


def _list(holder: Any, name: str) -> list[dict[str, Any]]:
    found = holder.get(name) if isinstance(holder, dict) else None
    return [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []


def _text(holder: dict[str, Any], name: str) -> str | None:
    found = holder.get(name)
    if isinstance(found, bool) or not isinstance(found, str | int):
        return None
    return " ".join(str(found).split())[:2_000] or None


def _day(holder: dict[str, Any], name: str) -> date | None:
    text = _text(holder, name)
    try:
        return date.fromisoformat(text[:10]) if text else None
    except ValueError:
        return None


def _latest(days: list[date | None]) -> date | None:
    known = [day for day in days if day is not None]
    return max(known, default=None)
