"""Read what the defence of the gap needs: how far assumptions move, instruments side by side."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from ketenkaart.core.governance.defence.ranges import SensitivityRanges
from ketenkaart.core.governance.defence.relations import TogetherFacts
from ketenkaart.sources.reference.folder import read_file, reference_root
from ketenkaart.sources.reference.governance import load_instruments
from ketenkaart.sources.reference.risk import load_issues


@lru_cache(maxsize=4)
def _ranges(root: Path) -> SensitivityRanges:
    return read_file(root, "sensitivity.yml", SensitivityRanges)[1]


def load_sensitivity_ranges(root: Path | None = None) -> SensitivityRanges:
    """Return how far assumptions without an interval of their own are moved.

    Raises `ReferenceDataError` naming file, line and key.
    """
    return _ranges(reference_root(root))


@lru_cache(maxsize=4)
def _together(root: Path) -> TogetherFacts:
    document, facts = read_file(root, "together.yml", TogetherFacts)
    instruments = {item.id for item in load_instruments(root)}
    issues = {item.id for item in load_issues(root)}
    for k, relation in enumerate(facts.relations):
        for j, name in enumerate(relation.between):
            path = ("relations", k, "between", j)
            document.require_known(path, name, instruments, "instrument")
    for k, single in enumerate(facts.single_issue):
        place = ("single_issue", k)
        document.require_known((*place, "instrument"), single.instrument, instruments, "instrument")
        document.require_known((*place, "issue"), single.issue, issues, "issue")
    document.require_unique(("enforcement",), [risk.id for risk in facts.enforcement])
    for k, risk in enumerate(facts.enforcement):
        for j, issue in enumerate(risk.issues):
            document.require_known(("enforcement", k, "issues", j), issue, issues, "issue")
        for j, enforcer in enumerate(risk.enforcers):
            if enforcer.instrument is not None:
                document.require_known(
                    ("enforcement", k, "enforcers", j, "instrument"),
                    enforcer.instrument,
                    instruments,
                    "instrument",
                )
    return facts


def load_together(root: Path | None = None) -> TogetherFacts:
    """Return what sources say of instruments beside each other, and of who enforces which risk.

    Raises `ReferenceDataError` naming file, line and key.
    """
    return _together(reference_root(root))
