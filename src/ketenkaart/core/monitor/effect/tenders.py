"""Tenders as a frame sees them: notices about one procedure, folded into one row."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from ketenkaart.core.provenance import State


class NoticeKind(StrEnum):
    """What a notice tells: a plan, a call for tenders, a result, a change of a contract."""

    PLAN = "plan"
    CALL = "call"
    RESULT = "result"
    MODIFICATION = "modification"
    OTHER = "other"


class Outcome(StrEnum):
    """What became of a procedure, as far as its notices say."""

    AWARDED = "awarded"
    NOT_AWARDED = "not_awarded"
    CANCELLED = "cancelled"
    OPEN = "open"
    UNKNOWN = "unknown"


class BuyerKind(StrEnum):
    """What kind of body buys."""

    CENTRAL = "central_government"
    LOCAL = "regional_or_local"
    PUBLIC_BODY = "public_body"
    UTILITY = "utility"
    OTHER = "other"
    UNKNOWN = "unknown"


class ValueKind(StrEnum):
    """Which value is meant: what was awarded, a framework's most, what was estimated before."""

    AWARDED = "awarded"
    MAXIMUM = "maximum"
    ESTIMATED = "estimated"


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in a currency (ISO 4217), or why there is none; zero is an amount."""

    amount: float | None
    currency: str | None
    state: State

    @classmethod
    def of(cls, amount: float | None, currency: str | None) -> Money:
        """Return a known amount, or unknown where there is no finite one.

        >>> Money.of(0.0, "EUR").state.value, Money.of(None, "EUR").state.value
        ('known', 'unknown')
        """
        if amount is None or not math.isfinite(amount):
            return UNKNOWN_MONEY
        return cls(float(amount), currency, State.KNOWN)

    @property
    def is_known(self) -> bool:
        """Return whether there is an amount."""
        return self.state is State.KNOWN


UNKNOWN_MONEY = Money(None, None, State.UNKNOWN)
WITHHELD = Money(None, None, State.REFUSED)


@dataclass(frozen=True, slots=True)
class Notice:
    """One publication about a procedure; `place` says where it stands, `digest` what it holds.

    `term_years` is the length of the contract, `lots` how many lots, `version` orders notices of
    one day. What a notice does not say is None (or unknown), never zero.
    """

    tender: str
    notice: str
    place: str
    kind: NoticeKind
    digest: str
    published: date | None = None
    version: str = ""
    title: str | None = None
    buyer: str | None = None
    buyer_name: str | None = None
    buyer_kind: BuyerKind = BuyerKind.UNKNOWN
    cpv: str | None = None
    more_cpv: tuple[str, ...] = ()
    procedure: str | None = None
    lots: int | None = None
    estimated: Money = UNKNOWN_MONEY
    awarded: Money = UNKNOWN_MONEY
    awarded_kind: ValueKind = ValueKind.AWARDED
    awarded_on: date | None = None
    starts: date | None = None
    ends: date | None = None
    term_years: float | None = None
    outcome: Outcome = Outcome.UNKNOWN


@dataclass(frozen=True, slots=True)
class Tender:
    """One procedure: what the latest of its notices say of it, and how many there were.

    `called_on` is the day of the first notice that was no plan: the day it counts from.
    """

    latest: Notice
    value: Money
    value_kind: ValueKind | None
    called_on: date | None
    has_call: bool
    notices: int

    @property
    def id(self) -> str:
        """Return the identifier of the procedure."""
        return self.latest.tender


class FoldReason(StrEnum):
    """Why a notice has no row of its own."""

    SAME_AGAIN = "published_again"
    EARLIER = "replaced_by_a_later_notice"
    PLAN = "plan_of_the_same_procedure"
    LOOKS_SAME = "looks_the_same_not_folded"


@dataclass(frozen=True, slots=True)
class Folded:
    """A notice that was folded into another one, or a tender that looks like another one."""

    tender: str
    notice: str
    place: str
    into: str
    into_place: str
    reason: FoldReason


_STAGE = {
    NoticeKind.OTHER: 0, NoticeKind.PLAN: 1, NoticeKind.CALL: 2, NoticeKind.RESULT: 3,
    NoticeKind.MODIFICATION: 4,
}  # fmt: skip


def fold(notices: Iterable[Notice]) -> tuple[list[Tender], list[Folded]]:
    """Return one tender per procedure, in order of identifier, and which notices were folded.

    The latest notice counts; what it leaves out is taken from the ones before. An awarded value
    goes before an estimated one. Tenders that look the same under two identifiers (same buyer,
    title and value) are reported and left apart.
    """
    by_tender: dict[str, list[Notice]] = {}
    for notice in notices:
        by_tender.setdefault(notice.tender, []).append(notice)
    tenders: list[Tender] = []
    folded: list[Folded] = []
    for name in sorted(by_tender):
        found, gone = _fold_one(by_tender[name])
        tenders.append(found)
        folded.extend(gone)
    folded.extend(_lookalikes(tenders))
    return tenders, folded


def _fold_one(notices: list[Notice]) -> tuple[Tender, list[Folded]]:
    ordered = sorted(
        notices,
        key=lambda n: (n.published or date.min, _STAGE[n.kind], n.version, n.notice, n.place),
    )
    known = ordered[0]
    for later in ordered[1:]:
        known = _over(known, later)
    latest = ordered[-1]
    seen: dict[tuple[str, str], Notice] = {(latest.notice, latest.digest): latest}
    gone: list[Folded] = []
    for notice in ordered[:-1]:
        key = (notice.notice, notice.digest)
        kept = seen.get(key)
        reason = FoldReason.PLAN if notice.kind is NoticeKind.PLAN else FoldReason.EARLIER
        if kept is not None:
            reason = FoldReason.SAME_AGAIN
        seen.setdefault(key, notice)
        into = kept or latest
        gone.append(
            Folded(notice.tender, notice.notice, notice.place, into.notice, into.place, reason)
        )
    calls = [n for n in ordered if n.kind is not NoticeKind.PLAN and n.kind is not NoticeKind.OTHER]
    days = [n.published for n in calls if n.published is not None]
    value, kind = _value(known)
    tender = Tender(known, value, kind, min(days) if days else None, bool(calls), len(notices))
    return tender, gone


_OPTIONAL = (
    "published", "title", "buyer", "buyer_name", "cpv", "procedure", "lots", "awarded_on",
    "starts", "ends", "term_years",
)  # fmt: skip


def _over(before: Notice, after: Notice) -> Notice:
    """Return the later notice, with what it leaves out taken from the one before."""
    changes: dict[str, object] = {
        name: getattr(before, name) for name in _OPTIONAL if getattr(after, name) is None
    }
    if not after.more_cpv:
        changes["more_cpv"] = before.more_cpv
    if after.buyer_kind is BuyerKind.UNKNOWN:
        changes["buyer_kind"] = before.buyer_kind
    if after.estimated.state is State.UNKNOWN:
        changes["estimated"] = before.estimated
    if after.awarded.state is State.UNKNOWN:
        changes.update(awarded=before.awarded, awarded_kind=before.awarded_kind)
    vague = (Outcome.UNKNOWN, Outcome.OPEN)
    if after.outcome in vague and before.outcome not in vague:
        changes["outcome"] = before.outcome
    return replace(after, **changes)  # type: ignore[arg-type]  # names and types of its own fields


def _value(known: Notice) -> tuple[Money, ValueKind | None]:
    if known.awarded.is_known:
        return known.awarded, known.awarded_kind
    if known.estimated.is_known:
        return known.estimated, ValueKind.ESTIMATED
    withheld = State.REFUSED in (known.awarded.state, known.estimated.state)
    return (WITHHELD if withheld else UNKNOWN_MONEY), None


def _lookalikes(tenders: Sequence[Tender]) -> list[Folded]:
    first: dict[tuple[str, str, float | None, str | None], Tender] = {}
    found: list[Folded] = []
    for tender in tenders:
        latest = tender.latest
        buyer, title = plain_name(latest.buyer_name), plain_name(latest.title)
        if not buyer or not title or not tender.has_call:
            continue
        key = (buyer, title, tender.value.amount, tender.value.currency)
        other = first.setdefault(key, tender)
        if other is not tender:
            found.append(
                Folded(
                    tender.id,
                    latest.notice,
                    latest.place,
                    other.id,
                    other.latest.place,
                    FoldReason.LOOKS_SAME,
                )
            )
    return found


def plain_name(text: str | None) -> str:
    """Return a name in small letters with single spaces, for comparing.

    >>> plain_name("  Gemeente  UTRECHT ")
    'gemeente utrecht'
    """
    return " ".join((text or "").casefold().split())
