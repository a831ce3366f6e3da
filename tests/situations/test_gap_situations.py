"""Runs every written question about the gap against the starter edition."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import pytest
import yaml
from pydantic import BaseModel, ConfigDict

from ketenkaart.core.governance.answers import GapQuery
from ketenkaart.services.governance import compute_gap

Range = tuple[float, float]
Reason = Literal["not_yet", "not_in_force", "ended", "not_applicable"]


class Situation(BaseModel):
    """A question, and what somebody expects of the answer."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    ask: GapQuery
    because: str
    known: tuple[str, ...] | None = None
    unknown: tuple[str, ...] = ()
    nobody: dict[str, Reason] = {}
    nobody_is_named: tuple[str, ...] = ()
    centre: Range | None = (0, 1)
    low: Range = (0, 1)
    high: Range = (0, 1)
    estimate: bool | None = None


FILE = Path(__file__).parent / "gap" / "questions.yml"
SITUATIONS = [
    Situation.model_validate(item) for item in yaml.safe_load(FILE.read_text())["situations"]
]


def lies_in(value: float | None, ends: Range) -> bool:
    return value is not None and ends[0] - 1e-9 <= value <= ends[1] + 1e-9


@pytest.mark.parametrize("situation", SITUATIONS, ids=lambda item: item.because)
def test_situation(situation: Situation) -> None:
    answer = compute_gap(situation.ask)
    total = answer.total
    named = {item.id: item.reach_is_known for item in total.instruments}
    if situation.known is not None:
        assert tuple(sorted(n for n, known in named.items() if known)) == situation.known
    for name in situation.unknown:
        assert named[name] is False
    absent = {item.id: item.reason for item in answer.absent}
    assert situation.nobody.items() <= absent.items()
    assert not set(situation.nobody_is_named) & set(named)
    if "centre" in situation.model_fields_set:
        if situation.centre is None:
            assert total.gap.central is None
        else:
            assert lies_in(total.gap.central, situation.centre)
    assert lies_in(total.gap.low, situation.low)
    assert lies_in(total.gap.high, situation.high)
    if situation.estimate is not None:
        assert all(row.is_estimate is situation.estimate for row in (total, *answer.rows))


def test_there_are_situations_and_each_expects_something() -> None:
    assert len(SITUATIONS) >= 15
    for situation in SITUATIONS:
        assert situation.model_fields_set - {"ask", "because"}
