"""Runs every written situation: an instrument and a day, and what must be known that day."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Literal

import pytest
import yaml
from pydantic import BaseModel, ConfigDict

from ketenkaart.core.governance.reach import absence
from ketenkaart.core.governance.types import Status, Uptake
from ketenkaart.core.provenance import State
from ketenkaart.sources.reference import load_instruments

FOLDER = Path(__file__).parent / "instruments"
Shares = tuple[float, float, float]


class Situation(BaseModel):
    """What somebody expects to be known of one instrument on one day."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    instrument: str
    as_of: date
    status: Status | Literal["none"]
    reach: Literal[
        "possible", "not_yet", "not_in_force", "ended", "not_applicable", "not_worked_out"
    ]
    uptake: Shares | Literal["none", "unknown", "not_researched", "not_applicable"]
    because: str


def read_situations() -> list[Situation]:
    found = []
    for path in sorted(FOLDER.glob("*.yml")):
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        found += [Situation.model_validate(item) for item in content["situations"]]
    return found


SITUATIONS = read_situations()
INSTRUMENTS = {instrument.id: instrument for instrument in load_instruments()}


def seen_uptake(uptake: Uptake | None) -> Shares | str:
    if uptake is None:
        return "none"
    if uptake.state is not State.KNOWN:
        return uptake.state.value
    assert uptake.low is not None
    assert uptake.value is not None
    assert uptake.high is not None
    return uptake.low, uptake.value, uptake.high


@pytest.mark.parametrize("expected", SITUATIONS, ids=lambda s: f"{s.instrument}-{s.as_of}")
def test_situation(expected: Situation) -> None:
    instrument = INSTRUMENTS[expected.instrument]
    status = instrument.status_on(expected.as_of)
    absent = absence(instrument, expected.as_of)
    seen = (
        "none" if status is None else status.value,
        "possible" if absent is None else absent.reason,
        seen_uptake(instrument.uptake_on(expected.as_of)),
    )
    assert seen == (expected.status, expected.reach, expected.uptake), expected.because


def test_every_worked_out_instrument_has_situations() -> None:
    worked_out = {instrument.id for instrument in INSTRUMENTS.values() if instrument.worked_out}
    assert worked_out <= {situation.instrument for situation in SITUATIONS}


def test_no_situation_stands_twice() -> None:
    keys = [(situation.instrument, situation.as_of) for situation in SITUATIONS]
    assert len(keys) == len(set(keys))
