"""Runs every written question about the mix against the starter edition."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from pydantic import BaseModel, ConfigDict

from ketenkaart.core.errors import InputError
from ketenkaart.core.governance.mix.answers import MixQuery, Reason
from ketenkaart.services.mix.answering import compute_mix

Range = tuple[float, float]


class Situation(BaseModel):
    """A question, and what somebody expects of the answer."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    ask: MixQuery
    because: str
    has: tuple[str, ...] | None = None
    has_not: tuple[str, ...] = ()
    reason: dict[str, Reason] = {}
    spent: Range | None = None
    closes: Range = (0, 1)
    clash: tuple[str, ...] = ()
    long: bool = False


FILE = Path(__file__).parent / "mix" / "questions.yml"
SITUATIONS = [
    Situation.model_validate(item) for item in yaml.safe_load(FILE.read_text())["situations"]
]


@pytest.mark.parametrize(
    "situation",
    [
        pytest.param(item, id=item.because, marks=[pytest.mark.long] if item.long else [])
        for item in SITUATIONS
    ],
)
def test_situation(situation: Situation) -> None:
    if situation.clash:
        with pytest.raises(InputError) as error:
            compute_mix(situation.ask, regrets=False)
        told = str(error.value).replace("RBC as an award advantage", "award_advantage")
        assert all(word in told for word in situation.clash)
        return
    answer = compute_mix(situation.ask, regrets=False)
    names = {item.candidate for item in answer.chosen}
    if situation.has is not None:
        assert set(situation.has) <= names
        assert situation.has or not names
    assert not names & set(situation.has_not)
    reasons = {item.candidate: item.reason for item in answer.not_chosen}
    assert situation.reason.items() <= reasons.items()
    if situation.spent is not None:
        assert situation.spent[0] <= answer.spent.counted <= situation.spent[1]
    closed = answer.known_before - answer.known_after
    assert situation.closes[0] - 1e-9 <= closed <= situation.closes[1] + 1e-9
    assert answer.method == "proven_best"
