"""Runs every written situation about policy theories, terms and alignment."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
import yaml
from pydantic import BaseModel, ConfigDict

from ketenkaart.core.governance.norms.scoring import verdict
from ketenkaart.core.governance.norms.types import Alignment
from ketenkaart.core.governance.theory.assess import assess
from ketenkaart.core.governance.theory.types import (
    AssumptionStatus,
    Direction,
    TheoryArrow,
    TheoryEvidence,
)
from ketenkaart.core.provenance import Citation, Grade, Text
from ketenkaart.core.terminology.checking import Remark
from ketenkaart.services.terms import check_words
from ketenkaart.services.theory import status_rule

WORDS = Text(nl="woorden", en="words")


class Case(BaseModel):
    """Why somebody expects this."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    because: str


class Finding(BaseModel):
    """A finding by its design and what it says."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    design: str
    direction: Direction
    grade: Grade = Grade.SURE


class StatusCase(Case):
    """Findings, and the status that should follow."""

    findings: tuple[Finding, ...]
    expect: AssumptionStatus


class TermCase(Case):
    """A text on a day, and the remarks that should be made."""

    text: str
    as_of: date
    expect: dict[str, Remark]


class AlignmentCase(Case):
    """Scores, and the verdict that should follow; `None` where there should be none."""

    scores: tuple[Alignment, ...]
    expect: Alignment | None
    share: float | None


CONTENT = yaml.safe_load((Path(__file__).parent / "policy.yml").read_text(encoding="utf-8"))
STATUSES = [StatusCase.model_validate(item) for item in CONTENT["statuses"]]
TERMS = [TermCase.model_validate(item) for item in CONTENT["terms"]]
ALIGNMENT = [AlignmentCase.model_validate(item) for item in CONTENT["alignment"]]


def why(case: Case) -> str:
    return case.because


@pytest.mark.parametrize("case", STATUSES, ids=why)
def test_status(case: StatusCase) -> None:
    arrow = TheoryArrow(
        id="a", cause="x", effect="y", assumption=WORDS,
        evidence=tuple(
            TheoryEvidence(
                finding=WORDS, direction=item.direction, design=item.design,
                citation=Citation(source="own", grade=item.grade),
            )
            for item in case.findings
        ),
        citation=Citation(source="own", grade=Grade.SURE),
    )  # fmt: skip
    assert assess(arrow, status_rule()).status is case.expect


@pytest.mark.parametrize("case", TERMS, ids=why)
def test_terms(case: TermCase) -> None:
    found = {item.word: item.remark for item in check_words(case.text, case.as_of)}
    assert found == case.expect


@pytest.mark.parametrize("case", ALIGNMENT, ids=why)
def test_alignment(case: AlignmentCase) -> None:
    found = verdict(case.scores)
    assert (found.alignment, found.share) == (case.expect, case.share)
