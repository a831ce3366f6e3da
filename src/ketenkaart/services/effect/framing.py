"""Make a frame of tenders from notices: who is in it, who is left out, and why."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from hashlib import sha256
from pathlib import Path

import polars as pl

from ketenkaart.core.errors import InputError
from ketenkaart.core.monitor.effect.groups import Grouping, period_of
from ketenkaart.core.monitor.effect.tenders import Folded, FoldReason, Outcome, Tender, fold
from ketenkaart.core.provenance import State
from ketenkaart.services.effect.rates import FrameRates
from ketenkaart.services.exports import safe
from ketenkaart.services.monitor.writing import require_free, write_bytes, write_rows, write_yaml
from ketenkaart.sources.reference.product_groups import load_product_groups, read_product_groups
from ketenkaart.sources.tenders.read import Told, read_notices, tender_files
from ketenkaart.sources.tenders.reject import Reject, refuse

SCHEMA: dict[str, type[pl.DataType]] = {
    "tender": pl.String, "group": pl.String, "period": pl.String, "title": pl.String,
    "buyer": pl.String, "buyer_name": pl.String, "buyer_kind": pl.String, "cpv": pl.String,
    "other_groups": pl.String, "called_on": pl.Date, "awarded_on": pl.Date, "outcome": pl.String,
    "procedure": pl.String, "lots": pl.Int64, "value": pl.Float64, "currency": pl.String,
    "value_kind": pl.String, "value_state": pl.String, "size": pl.Float64,
    "size_state": pl.String, "size_currency": pl.String, "starts": pl.Date, "ends": pl.Date,
    "term_years": pl.Float64, "notices": pl.Int64, "place": pl.String,
}  # fmt: skip


class LeftOut(StrEnum):
    """Why a tender, or a notice, has no row in the frame."""

    UNREADABLE = "unreadable"
    ONLY_PLANS = "only_plans"
    CANCELLED = "cancelled"
    NOT_AWARDED = "not_awarded"
    NOT_AWARDED_YET = "not_awarded_yet"
    NO_DAY = "no_day"
    OUTSIDE = "outside_the_days_asked"
    NO_CPV = "no_cpv"
    NO_GROUP = "no_product_group"


class SizeState(StrEnum):
    """Whether a tender of the frame has a size to be drawn by, or why not."""

    KNOWN = "known"
    UNKNOWN = "value_unknown"
    WITHHELD = "value_withheld"
    ZERO = "value_zero"
    NEGATIVE = "value_negative"
    NO_CURRENCY = "no_currency"
    NO_RATE = "no_rate"


@dataclass(frozen=True, slots=True)
class FramePlan:
    """What a frame is to hold: its currency and rates, its periods, its days, which tenders."""

    rates: FrameRates
    columns: dict[str, str] = field(default_factory=dict)
    table_currency: str | None = None
    period_years: int = 2
    since: date | None = None
    until: date | None = None
    awarded_only: bool = False
    groups: Path | None = None
    skip_unreadable: bool = False


@dataclass(frozen=True, slots=True)
class Gone:
    """A tender or notice that is left out: its name, its place, why, and a word more."""

    tender: str
    place: str
    reason: LeftOut
    detail: str


@dataclass(frozen=True, slots=True)
class Covered:
    """Tenders of one product group and period: how many, how many with a size, their total."""

    group: str
    period: str
    tenders: int
    with_size: int
    total_size: float
    awarded: int


@dataclass(slots=True)
class Frame:
    """A frame, and what is not in it."""

    rows: pl.DataFrame
    left_out: list[Gone]
    folded: list[Folded]
    coverage: list[Covered]
    notices: int
    grouping: Grouping
    empty_groups: list[str]

    def reasons(self) -> dict[str, int]:
        """Return how many tenders are left out, by reason."""
        return dict(Counter(item.reason.value for item in self.left_out).most_common())

    def without_size(self) -> dict[str, int]:
        """Return how many tenders of the frame have no size, by reason."""
        states = Counter(self.rows["size_state"].to_list())
        return {name: n for name, n in states.most_common() if name != SizeState.KNOWN.value}


def make_frame(
    paths: Sequence[Path], plan: FramePlan, tell: Told = lambda _name, _done: None
) -> Frame:
    """Return the frame of some files of notices.

    Raises `InputError` for files that are not there, for notices that cannot be read (unless
    `skip_unreadable`; then they are among the left out), and where no tender remains.
    """
    grouping = load_product_groups()[0] if plan.groups is None else read_product_groups(plan.groups)
    notices, rejects = read_notices(tender_files(paths), plan.columns, plan.table_currency, tell)
    if rejects and not plan.skip_unreadable:
        raise refuse(
            rejects, "Correct them, or say --skip-unreadable: then they are listed as left out."
        )
    tell("folding notices", 0.95)
    tenders, folded = fold(notices)
    gone = [_unreadable(item) for item in rejects]
    kept: list[dict[str, object]] = []
    for tender in tenders:
        row, reason = _row(tender, plan, grouping)
        if reason is None:
            kept.append(row)
        else:
            gone.append(Gone(tender.id, tender.latest.place, reason, _detail(tender, reason)))
    if not kept:
        raise InputError(
            f"No tender remains of {len(notices)} notices ({_why_none(gone)})",
            where=", ".join(path.name for path in paths)[:200],
            fix="Name other files, other days, or other product groups.",
        )
    rows = pl.DataFrame(kept, schema=SCHEMA).sort("group", "period", "tender")
    coverage = _coverage(rows)
    there = {item.group for item in coverage}
    empty = [group.id for group in grouping.groups if group.id not in there]
    return Frame(rows, gone, folded, coverage, len(notices), grouping, empty)


def _why_none(gone: Sequence[Gone]) -> str:
    counts = Counter(item.reason.value for item in gone).most_common(4)
    return ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in counts)


def _unreadable(item: Reject) -> Gone:
    return Gone("", item.place, LeftOut.UNREADABLE, item.what)


def _row(
    tender: Tender, plan: FramePlan, grouping: Grouping
) -> tuple[dict[str, object], LeftOut | None]:
    latest = tender.latest
    group = grouping.of_tender(latest.cpv, latest.more_cpv)
    reason = _left_out(tender, plan, group)
    if reason is not None or group is None or tender.called_on is None:
        return {}, reason
    size, state = _size(tender, plan.rates)
    return {
        "tender": tender.id, "group": group,
        "period": period_of(tender.called_on, plan.period_years), "title": latest.title,
        "buyer": latest.buyer, "buyer_name": latest.buyer_name,
        "buyer_kind": latest.buyer_kind.value, "cpv": latest.cpv,
        "other_groups": "|".join(grouping.also(group, latest.more_cpv)),
        "called_on": tender.called_on, "awarded_on": latest.awarded_on,
        "outcome": latest.outcome.value, "procedure": latest.procedure, "lots": latest.lots,
        "value": tender.value.amount, "currency": tender.value.currency,
        "value_kind": None if tender.value_kind is None else tender.value_kind.value,
        "value_state": tender.value.state.value, "size": size, "size_state": state.value,
        "size_currency": plan.rates.currency, "starts": latest.starts, "ends": latest.ends,
        "term_years": latest.term_years, "notices": tender.notices, "place": latest.place,
    }, None  # fmt: skip


def _left_out(tender: Tender, plan: FramePlan, group: str | None) -> LeftOut | None:
    day, outcome = tender.called_on, tender.latest.outcome
    ended = {Outcome.CANCELLED: LeftOut.CANCELLED, Outcome.NOT_AWARDED: LeftOut.NOT_AWARDED}
    outside = day is not None and (
        (plan.since is not None and day < plan.since)
        or (plan.until is not None and day > plan.until)
    )
    checks: tuple[tuple[bool, LeftOut], ...] = (
        (not tender.has_call, LeftOut.ONLY_PLANS),
        (outcome in ended, ended.get(outcome, LeftOut.CANCELLED)),
        (plan.awarded_only and outcome is not Outcome.AWARDED, LeftOut.NOT_AWARDED_YET),
        (day is None, LeftOut.NO_DAY),
        (outside, LeftOut.OUTSIDE),
        (tender.latest.cpv is None, LeftOut.NO_CPV),
        (group is None, LeftOut.NO_GROUP),
    )
    return next((reason for is_so, reason in checks if is_so), None)


def _size(tender: Tender, rates: FrameRates) -> tuple[float | None, SizeState]:
    value = tender.value
    if value.state is State.REFUSED:
        return None, SizeState.WITHHELD
    if value.amount is None:
        return None, SizeState.UNKNOWN
    if value.amount == 0:
        return None, SizeState.ZERO
    if value.amount < 0:
        return None, SizeState.NEGATIVE
    if value.currency is None:
        return None, SizeState.NO_CURRENCY
    rate = rates.of(value.currency, tender.called_on)
    return (None, SizeState.NO_RATE) if rate is None else (value.amount * rate, SizeState.KNOWN)


def _detail(tender: Tender, reason: LeftOut) -> str:
    latest = tender.latest
    said: dict[LeftOut, str] = {
        LeftOut.NO_GROUP: f"CPV {latest.cpv}",
        LeftOut.OUTSIDE: str(tender.called_on),
        LeftOut.NOT_AWARDED_YET: latest.outcome.value,
        LeftOut.ONLY_PLANS: latest.kind.value,
    }
    return said.get(reason, "")


def _coverage(rows: pl.DataFrame) -> list[Covered]:
    counted = (
        rows.group_by("group", "period")
        .agg(
            pl.len().alias("tenders"),
            pl.col("size").is_not_null().sum().alias("with_size"),
            pl.col("size").sum().alias("total_size"),
            (pl.col("outcome") == Outcome.AWARDED.value).sum().alias("awarded"),
        )
        .sort("group", "period")
    )
    return [Covered(**row) for row in counted.iter_rows(named=True)]


def write_frame(
    paths: Sequence[Path],
    plan: FramePlan,
    out: Path,
    *,
    force: bool = False,
    tell: Told = lambda _name, _done: None,
) -> Frame:
    """Make a frame and write it (.parquet or .csv), with what is left out and folded beside it.

    `OUT.left_out.csv` names each tender and notice that has no row and why, `OUT.folded.csv` the
    notices folded into later ones, `OUT.frame.yml` the files and choices. Nothing is written where
    the frame cannot be made.
    """
    if out.suffix.casefold() not in (".parquet", ".csv"):
        raise InputError(
            f"A frame is no {out.suffix or 'file without an ending'}", where="--output",
            fix="End its name in .parquet or .csv.",
        )  # fmt: skip
    beside = [out.with_suffix(end) for end in (".left_out.csv", ".folded.csv", ".frame.yml")]
    require_free(out, *beside, force=force)
    frame = make_frame(paths, plan, tell)
    write_bytes(out, _bytes(frame.rows, out), force=force)
    write_rows(
        beside[0], ("tender", "place", "reason", "detail"),
        [(item.tender, item.place, item.reason.value, item.detail) for item in frame.left_out],
        force=force,
    )  # fmt: skip
    write_rows(
        beside[1], ("tender", "notice", "place", "into", "into_place", "reason"),
        [
            (f.tender, f.notice, f.place, f.into, f.into_place, f.reason.value)
            for f in frame.folded
        ],
        force=force,
    )  # fmt: skip
    write_yaml(beside[2], _record(paths, plan, frame), force=force)
    return frame


def _bytes(rows: pl.DataFrame, out: Path) -> bytes:
    stream = io.BytesIO()
    if out.suffix.casefold() == ".parquet":
        rows.write_parquet(stream)
    else:
        texts = [name for name, kind in rows.schema.items() if kind == pl.String]
        rows.with_columns(
            pl.col(name).map_elements(safe, return_dtype=pl.String) for name in texts
        ).write_csv(stream)
    return stream.getvalue()


def _record(paths: Sequence[Path], plan: FramePlan, frame: Frame) -> dict[str, object]:
    files = tender_files(paths)
    looks = sum(item.reason is FoldReason.LOOKS_SAME for item in frame.folded)
    return {
        "files": [
            {"name": path.name, "sha256": sha256(path.read_bytes()).hexdigest()} for path in files
        ],
        "currency": plan.rates.currency,
        "rates": {
            code if year is None else f"{code}:{year}": value
            for (code, year), value in plan.rates.worth.items()
        },
        "period_years": plan.period_years,
        "since": None if plan.since is None else plan.since.isoformat(),
        "until": None if plan.until is None else plan.until.isoformat(),
        "awarded_only": plan.awarded_only,
        "product_groups": "own file" if plan.groups else "reference/effect/product_groups.yml",
        "notices": frame.notices,
        "tenders": frame.rows.height,
        "left_out": frame.reasons(),
        "without_size": frame.without_size(),
        "folded": len(frame.folded) - looks,
        "looks_the_same": looks,
        "groups_without_tenders": frame.empty_groups,
    }
