"""Wages of facilities and the benchmarks beside them: state, load, withdraw, compare."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction

from ketenkaart.core.chain.facility_statements import WageStatement
from ketenkaart.core.chain.wages import (
    Pay,
    PayKind,
    PayPeriod,
    WageBenchmark,
    WageGap,
    a_month,
    wage_gap,
)
from ketenkaart.core.errors import ConflictError, InputError
from ketenkaart.db.record import models as rows
from ketenkaart.services.actors import Actor
from ketenkaart.services.facilities.noting import checked_text, dutch_day, note
from ketenkaart.services.facility_facts.stating import (
    added,
    ids_behind,
    stated_facility,
    withdraw_statement,
)
from ketenkaart.sources.wage_benchmarks import read_benchmarks

EARLIEST = date(1950, 1, 1)


def state_wage(
    *, facility: str, pay: Pay, source: str, area: str | None = None, actor: Actor, at: datetime
) -> WageStatement:
    """Put on record what is paid at a facility.

    Raises `InputError` for a day to come, or an hourly or daily wage without how many make a week
    (it could never be compared); `RefusedError` unless `actor` is editor or moderator.
    """
    columns = added(source, actor, at)
    if not EARLIEST <= pay.on <= dutch_day(at):
        raise InputError(
            f"{pay.on} is no day of a wage", where="on", fix="Give the day that it was paid."
        )
    a_month(pay)
    with transaction.atomic():
        found = stated_facility(facility)
        row = rows.FacilityWage.objects.create(
            facility_id=found.id,
            area=checked_text(area, where="area", longest=200) if area else None,
            **_columns(pay),
            **columns,
        )
        note(
            "state_wage",
            f"facility {found.id}",
            actor=actor.name,
            at=at,
            after={**pay.model_dump(mode="json"), "area": row.area, "source": row.source},
        )
    return _statement(row)


def withdraw_wage(*, number: int, reason: str, actor: Actor, at: datetime) -> None:
    """Take a wage back; it stays on record with the reason. Raises as `withdraw_statement` does."""
    with transaction.atomic():
        row = rows.FacilityWage.objects.select_for_update().filter(pk=number).first()
        withdraw_statement(row, noun="wage", reason=reason, actor=actor, at=at)


def wages_of(facility: str) -> tuple[WageStatement, ...]:
    """Return the wages that stand of a facility and of the ids merged into it, newest day first."""
    found = rows.FacilityWage.objects.filter(facility__in=ids_behind(facility), withdrawn_at=None)
    return tuple(map(_statement, found.order_by("-on", "-pk")))


def standing_wages() -> tuple[WageStatement, ...]:
    """Return every wage that stands, newest day first, by the ids that they were stated of."""
    found = rows.FacilityWage.objects.filter(withdrawn_at=None).order_by("-on", "-pk")
    return tuple(map(_statement, found.iterator(chunk_size=2000)))


def load_benchmarks(*, raw: bytes, name: str, source: str, actor: Actor, at: datetime) -> int:
    """Keep the benchmarks of a CSV, all or none, and return how many there are.

    Raises `InputError` with row and column for a file that will not do, `ConflictError` for one
    that is in use already, `RefusedError` unless `actor` is editor or moderator.
    """
    columns = added(source, actor, at)
    short = name[:200] or "benchmarks.csv"
    found = read_benchmarks(raw, short)
    sha256 = hashlib.sha256(raw).hexdigest()
    with transaction.atomic():
        if rows.WageBenchmarkFile.objects.filter(sha256=sha256, withdrawn_at=None).exists():
            raise ConflictError(f"{short} is in use already", where=short, fix="Nothing to do.")
        file = rows.WageBenchmarkFile.objects.create(name=short, sha256=sha256, **columns)
        rows.WageBenchmark.objects.bulk_create(
            [
                rows.WageBenchmark(
                    file=file,
                    line=line,
                    **item.model_dump(exclude={"pay"}),
                    **_columns(item.pay),
                )
                for line, item in found
            ],
            batch_size=200,
        )
        note(
            "load_wage_benchmarks",
            f"benchmark file {file.pk}",
            actor=actor.name,
            at=at,
            after={"sha256": sha256, "source": file.source},
            counts={"benchmarks": len(found)},
        )
    return len(found)


def withdraw_benchmarks(*, number: int, reason: str, actor: Actor, at: datetime) -> None:
    """Take a file of benchmarks out of use. Raises as `withdraw_statement` does."""
    with transaction.atomic():
        row = rows.WageBenchmarkFile.objects.select_for_update().filter(pk=number).first()
        withdraw_statement(row, noun="benchmark file", reason=reason, actor=actor, at=at)


def benchmark_files() -> tuple[tuple[int, str, str, int], ...]:
    """Return the files in use: number, name, source and how many benchmarks."""
    found = rows.WageBenchmarkFile.objects.filter(withdrawn_at=None)
    return tuple((row.pk, row.name, row.source, row.rows.count()) for row in found)


def benchmarks(country: str | None = None) -> tuple[WageBenchmark, ...]:
    """Return the benchmarks in use, of one country or of all."""
    found = rows.WageBenchmark.objects.filter(file__withdrawn_at=None)
    if country is not None:
        found = found.filter(country=country)
    return tuple(
        WageBenchmark(
            country=row.country,
            area=row.area,
            pay=_pay(row),
            title=row.title,
            publisher=row.publisher,
            licence=row.licence,
        )
        for row in found
    )


def gap_of(statements: Sequence[WageStatement], country: str) -> WageGap:
    """Return the gap of the newest of a facility's wages, by the benchmarks in use."""
    newest = statements[0] if statements else None
    return wage_gap(
        newest.pay if newest else None,
        benchmarks(country) if newest else (),
        country=country,
        area=newest.area if newest else None,
    )


def _columns(pay: Pay) -> dict[str, object]:
    return {**pay.model_dump(), "per": pay.per.value, "kind": pay.kind.value}


def _pay(row: rows.FacilityWage | rows.WageBenchmark) -> Pay:
    return Pay(
        low=row.low,
        high=row.high,
        currency=row.currency,
        per=PayPeriod(row.per),
        on=row.on,
        kind=PayKind(row.kind),
        hours_a_week=row.hours_a_week,
        days_a_week=row.days_a_week,
    )


def _statement(row: rows.FacilityWage) -> WageStatement:
    return WageStatement(row.pk, row.facility_id, _pay(row), row.area, row.source)
