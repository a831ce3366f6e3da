"""Findings made up for tests."""

from __future__ import annotations

from typing import Any

from ketenkaart.core.monitor.evidence.grouping import SeenFinding
from ketenkaart.core.monitor.evidence.types import Compulsion, Effect, Reached, Way
from ketenkaart.core.provenance import Citation, Grade, State, Text


def finding(study: str, **changes: Any) -> SeenFinding:
    """Return a finding of a trial on the impact of an initiative, changed as asked."""
    grade = changes.pop("grade", Grade.SURE)
    facts: dict[str, Any] = {
        "finding": "x",
        "about": Text(nl="iets", en="something"),
        "step": Reached.IMPACT,
        "way": Way.POSITIVE,
        "kinds": ("initiative",),
        "instruments": ("better_work",),
        "compulsion": Compulsion.VOLUNTARY,
        "effect": None,
        "sample": study,
        "design": "randomised_trial",
        "level": 5,
        "countries": None,
        "sectors": None,
        "citation": Citation(source="own", grade=grade),
        **changes,
    }
    known = State.KNOWN if facts["effect"] is not None else State.NOT_RESEARCHED
    return SeenFinding(study=study, effect_state=known, **facts)


def sized(
    study: str, value: float, se: float, *, measures: str = "wages", **changes: Any
) -> SeenFinding:
    """Return a finding with an effect and its 95 % interval."""
    reach = 1.959963984540054 * se
    effect = Effect(
        measures=measures, measure="standardised_difference", value=value, low=value - reach,
        high=value + reach,
    )  # fmt: skip
    return finding(study, effect=effect, **changes)
