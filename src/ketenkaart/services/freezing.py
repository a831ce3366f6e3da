"""Freeze a baseline: signed by a person, with its day, method and hash, and never edited after."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import IntegrityError, transaction

from ketenkaart.core.errors import ConflictError, InputError
from ketenkaart.core.monitor.indicators import Indicator
from ketenkaart.core.provenance import Baseline, BaselineState
from ketenkaart.db.record import models as rows
from ketenkaart.services.actors import Actor, Role
from ketenkaart.services.followup.noting import checked_text, note

FREEZABLE = (BaselineState.MEASURED, BaselineState.NONE_EXISTS)


@dataclass(frozen=True, slots=True)
class Frozen:
    """A baseline as it was signed, by whom, when and why.

    `is_whole` says whether the record still has the hash that was signed.
    """

    indicator: str
    baseline: Baseline
    reason: str
    by: str
    at: datetime
    sha256: str
    content: str
    is_whole: bool

    def agrees_with(self, indicator: Indicator) -> bool:
        """Return whether an indicator still says what was signed; it may say more since."""
        signed, now = json.loads(self.content), json.loads(content_of(indicator))
        grows = ("definitions", "frames")
        return all(
            all(item in now[key] for item in signed[key])
            if key in grows
            else signed[key] == now[key]
            for key in signed
        )


def freeze_baseline(*, indicator: Indicator, reason: str, actor: Actor, at: datetime) -> Frozen:
    """Sign the baseline of an indicator as it stands; that none exists can be signed too.

    Raises `RefusedError` unless `actor` is an editor, `InputError` for a baseline that is neither
    measured nor known to be absent and for a missing reason, `ConflictError` where the indicator
    has one.
    """
    actor.require(Role.EDITOR)
    why = checked_text(reason, where="reason")
    state = indicator.baseline.state
    if state not in FREEZABLE:
        raise InputError(
            f"The baseline of {indicator.id} is {state.value.replace('_', ' ')}: there is nothing "
            "to sign",
            where="baseline",
            fix="Measure it, or find out that none exists.",
        )
    content = content_of(indicator)
    sha256 = _hash(indicator.id, content, why, actor.name, at)
    try:
        with transaction.atomic():
            row = rows.FrozenBaseline.objects.create(
                indicator=indicator.id,
                content=content,
                sha256=sha256,
                reason=why,
                by=actor.name,
                at=at,
            )
            note(
                "freeze_baseline",
                indicator.id,
                actor=actor.name,
                at=at,
                after={"sha256": sha256},
            )
    except IntegrityError as error:
        raise ConflictError(
            f"The baseline of {indicator.id} is frozen already",
            where=indicator.id,
            fix="See `ketenkaart indicator frozen`; a further measurement is a wave.",
        ) from error
    return _frozen(row)


def frozen_baselines() -> tuple[Frozen, ...]:
    """Return every frozen baseline, in the order in which they were signed."""
    return tuple(map(_frozen, rows.FrozenBaseline.objects.all()))


def content_of(indicator: Indicator) -> str:
    """Return what is signed: the baseline, what was counted, of whom, in which unit."""
    parts = {"baseline", "definitions", "frames", "scale", "unit"}
    data = indicator.model_dump(mode="json", include=parts)
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _frozen(row: rows.FrozenBaseline) -> Frozen:
    return Frozen(
        row.indicator,
        Baseline.model_validate(json.loads(row.content)["baseline"]),
        row.reason,
        row.by,
        row.at,
        row.sha256,
        row.content,
        row.sha256 == _hash(row.indicator, row.content, row.reason, row.by, row.at),
    )


def _hash(indicator: str, content: str, reason: str, by: str, at: datetime) -> str:
    signed = json.dumps(
        [indicator, content, reason, by, at.astimezone(UTC).isoformat()], ensure_ascii=False
    )
    return hashlib.sha256(signed.encode()).hexdigest()
