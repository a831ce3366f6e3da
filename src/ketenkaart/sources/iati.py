"""Read files of the International Aid Transparency Initiative: activities, versions 1 and 2."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from ketenkaart.core.chain.aid import AidActivity, AidPart, AidPayment
from ketenkaart.core.errors import InputError
from ketenkaart.sources.documents.inside.safe_xml import Element, parse
from ketenkaart.sources.documents.limits import DEFAULT
from ketenkaart.sources.documents.reasons import Reason, Refusal

LIMITS = DEFAULT._replace(max_bytes=512 << 20, max_nodes=20_000_000)
"""A donor's file of one country holds up to some hundred megabytes."""
ROOT, ACTIVITY = "iati-activities", "iati-activity"
_SPENT = frozenset({"3", "4", "D", "E"})
"""Disbursements and expenditures; commitments are promises."""
_DAC = frozenset({"", "1", "DAC"})
_DATES = {
    "start": ("2", "start-actual", "1", "start-planned"),
    "end": ("4", "end-actual", "3", "end-planned"),
}
_GOING_ON = {"2": True, "3": False, "4": False, "5": False}
_WHY = {
    Reason.TOO_LARGE: "The file is too large",
    Reason.HAS_DOCTYPE: "The XML has a document type, which is refused",
    Reason.TOO_DEEP: "The XML is nested too deeply, or too large",
    Reason.UNKNOWN_ENCODING: "The encoding of the XML is not known",
}


@dataclass(frozen=True, slots=True)
class AidFile:
    """The activities of a file, and why others in it cannot be used."""

    activities: tuple[AidActivity, ...]
    rejected: tuple[str, ...]


def read_aid(path: Path) -> AidFile:
    """Return the activities of a file.

    Shares are those of the file; several countries or purposes without percentages have none. An
    activity without an id, with an amount or a day that is none, is rejected with its line. Raises
    `InputError` for a file that cannot be read or holds no activities of IATI.
    """
    root = _root(path)
    found: list[AidActivity] = []
    rejected: list[str] = []
    for element in root.iter(ACTIVITY):
        try:
            found.append(_activity(element))
        except ValueError as error:
            rejected.append(f"{path.name}, line {element.sourceline}: {error}")
    return AidFile(tuple(found), tuple(rejected))


def _root(path: Path) -> Element:
    try:
        if path.stat().st_size > LIMITS.max_bytes:
            raise Refusal(Reason.TOO_LARGE)
        root = parse(path.read_bytes(), LIMITS)
    except OSError as error:
        raise InputError(
            f"{path.name} cannot be read: {error.strerror}", where=str(path), fix="Check its name."
        ) from error
    except Refusal as refusal:
        raise InputError(
            _WHY.get(refusal.reason, "This is no well-formed XML"),
            where=path.name,
            fix="Give a file of activities as the donor publishes it (XML).",
        ) from refusal
    if root.tag != ROOT:
        raise InputError(
            f"This is no file of aid activities: its root is {str(root.tag)[:60]}",
            where=path.name,
            fix="Give a file whose root is iati-activities.",
        )
    return root


def _activity(element: Element) -> AidActivity:
    name = _text(element, "iati-identifier")
    if not name:
        raise ValueError("the activity has no iati-identifier")
    status = element.find("activity-status")
    return AidActivity(
        id=name,
        donor=_donor(element),
        title=_text(element, "title"),
        countries=_parts(element, "recipient-country", ("recipient-region",)),
        purposes=_parts(element, "sector", ()),
        start=_day(element, _DATES["start"]),
        end=_day(element, _DATES["end"]),
        is_going_on=None if status is None else _GOING_ON.get(status.get("code") or ""),
        payments=tuple(_payments(element, name)),
    )


def _donor(element: Element) -> str:
    found = element.find("reporting-org")
    reference = "" if found is None else found.get("ref") or ""
    return _text(element, "reporting-org") or reference or "unknown"


def _text(element: Element, tag: str) -> str:
    """Return the words of a tag: in a narrative (version 2), or in itself (version 1)."""
    found = element.find(tag)
    if found is None:
        return ""
    narrative = found.find("narrative")
    text = found.text if narrative is None else narrative.text
    return " ".join((text or "").split())


def _parts(element: Element, tag: str, beside: Sequence[str]) -> tuple[AidPart, ...]:
    """Return countries or purposes with their shares; regions `beside` them take theirs."""
    found = [item for item in element.findall(tag) if tag != "sector" or _is_dac(item)]
    others = [item for name in beside for item in element.findall(name)]
    if len(found) == 1 and not others and found[0].get("percentage") is None:
        return (AidPart((found[0].get("code") or "").upper(), 1.0),)
    shares = [_percentage(item) for item in found]
    taken = sum(share or 0.0 for share in (*shares, *map(_percentage, others)))
    is_whole = None not in shares
    # Percentages that come to more than a hundred are shares of their sum.
    total = max(100.0, taken)
    return tuple(
        AidPart((item.get("code") or "").upper(), (share or 0.0) / total if is_whole else None)
        for item, share in zip(found, shares, strict=True)
    )


def _is_dac(item: Element) -> bool:
    code = item.get("code") or ""
    return (item.get("vocabulary") or "").upper() in _DAC and code.isdigit() and len(code) == 5


def _percentage(item: Element) -> float | None:
    text = item.get("percentage")
    return None if text is None else _number(text, "percentage")


def _number(text: str, what: str) -> float:
    try:
        value = float(text.replace(",", "").strip())
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise ValueError(f"{text[:30]!r} is no {what}")
    return value


def _day(element: Element, kinds: Sequence[str]) -> date | None:
    """Return the actual day, or else the planned one."""
    given = {item.get("type"): item for item in element.findall("activity-date")}
    for kind in kinds:
        item = given.get(kind)
        text = "" if item is None else (item.get("iso-date") or item.text or "").strip()
        if text:
            return _date(text)
    return None


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        raise ValueError(f"{text[:30]!r} is no day") from None


def _payments(element: Element, name: str) -> Iterator[AidPayment]:
    usual = element.get("default-currency") or ""
    for item in element.findall("transaction"):
        kind, value = item.find("transaction-type"), item.find("value")
        if kind is None or value is None or (kind.get("code") or "") not in _SPENT:
            continue
        day = item.find("transaction-date")
        text = (value.get("value-date") if day is None else day.get("iso-date")) or ""
        currency = (value.get("currency") or usual).upper()
        if not currency:
            raise ValueError(f"a payment of {name[:60]} has no currency")
        yield AidPayment(_date(text), _number(value.text or "", "amount"), currency)
