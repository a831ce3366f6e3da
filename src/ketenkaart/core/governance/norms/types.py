"""The nouns of norms: criteria of alignment, score sheets, clauses and what they meet."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Literal, Self

from pydantic import model_validator

from ketenkaart.core.provenance import Citation, Frozen, Identifier, Text

Step = Literal["embed", "identify", "act", "track", "communicate", "remedy"]


class AssessmentPart(StrEnum):
    """The three parts of an alignment assessment."""

    STANDARD = "standard"
    IMPLEMENTATION = "implementation"
    CREDIBILITY = "credibility"


class Alignment(StrEnum):
    """How far an initiative meets a criterion; the last two are no scores.

    `not_researched`: nobody looked; `not_applicable`: the criterion cannot hold here, and why.
    """

    FULLY = "fully"
    PARTLY = "partly"
    NOT = "not"
    NOT_RESEARCHED = "not_researched"
    NOT_APPLICABLE = "not_applicable"


class AlignmentCriterion(Frozen):
    """One question of the assessment; `norm` is the norm that it holds an initiative against."""

    id: Identifier
    part: AssessmentPart
    step: Step | None = None
    question: Text
    norm: Identifier | None = None
    citation: Citation


class NormGroup(StrEnum):
    """Where a norm stands."""

    GUIDANCE = "guidance"
    GUIDELINES = "guidelines"
    UNGP = "ungp"
    SER = "ser"


class Norm(Frozen):
    """Something that a covenant is expected to follow, in words of this project."""

    id: Identifier
    group: NormGroup
    text: Text
    citation: Citation


class AlignmentScore(Frozen):
    """The score of one criterion, with its evidence; without a score there is none."""

    criterion: Identifier
    alignment: Alignment
    evidence: Text | str | None = None
    citation: Citation | None = None

    @model_validator(mode="after")
    def _shown(self) -> Self:
        if self.alignment is Alignment.NOT_RESEARCHED:
            if self.evidence or self.citation:
                raise ValueError("a criterion that is not_researched has no evidence or citation")
        elif not self.evidence:
            raise ValueError(f"the score '{self.alignment}' needs evidence, or a reason")
        elif self.citation is None:
            raise ValueError(f"the score '{self.alignment}' needs a citation of its evidence")
        return self


class ScoreSheet(Frozen):
    """The scores of one standard or initiative; criteria without a row are not researched.

    The method judges initiatives of an industry, a government or many parties, never one company.
    `instrument` is its id in the register, where it stands there.
    """

    id: Identifier
    name: Text
    initiative_of: Literal["industry", "government", "many_parties"]
    instrument: Identifier | None = None
    assessed_on: date | None = None
    assessed_by: str | None = None
    note: Text | None = None
    scores: tuple[AlignmentScore, ...] = ()
    citation: Citation


class ClauseNorm(Frozen):
    """That a clause follows a norm, fully or partly."""

    norm: Identifier
    level: Literal["fully", "partly"]
    note: Text | None = None


class Clause(Frozen):
    """What an agreement says on one element; `article` is its number, `None` where not known."""

    id: Identifier
    element: Identifier
    article: str | None = None
    text: Text
    meets: tuple[ClauseNorm, ...] = ()
    citation: Citation


class Absence(Frozen):
    """An element that an agreement is known to lack, and the norms left unanswered by that."""

    element: Identifier
    text: Text
    norms: tuple[Identifier, ...] = ()
    citation: Citation


class Deviation(Frozen):
    """Why an agreement differs from the template on an element."""

    element: Identifier
    why: Text
    citation: Citation


class Agreement(Frozen):
    """An agreement as clauses.

    `is_read` says that its whole text was read: only then does an empty place mean that the
    agreement is silent. Otherwise nobody has looked, save for what stands under `absent`.
    """

    id: Identifier
    name: Text
    instrument: Identifier | None = None
    is_read: bool
    clauses: tuple[Clause, ...] = ()
    absent: tuple[Absence, ...] = ()
    deviations: tuple[Deviation, ...] = ()
    note: Text | None = None
    citation: Citation


class Element(Frozen):
    """A part that any covenant is expected to have: the template for tailoring.

    `norms` are those that ask for it.
    """

    id: Identifier
    title: Text
    expected: Text
    norms: tuple[Identifier, ...] = ()
    citation: Citation


class PolicySector(Frozen):
    """A sector of the risk analysis, with its covenants and what else is known to work there.

    `is_contrast`: the evaluation of 2020 took it as a sector without a covenant.
    """

    id: Identifier
    name: Text
    covenants: tuple[Identifier, ...] = ()
    standards: tuple[Identifier, ...] = ()
    is_contrast: bool = False
    citation: Citation
