"""What a validation answers: the shapes that every face shares."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from pydantic import Field

from ketenkaart.core.provenance import Frozen, Text

ScoreName = Literal["gap", "exposure", "risk_list"]
SCORES: tuple[ScoreName, ...] = ("gap", "exposure", "risk_list")
"""What is ranked: open weight W (1 - c), exposure E alone, and the index q alone."""

Compared = Literal["issues", "issues_and_countries", "issues_and_sectors"]
"""With which other cells the cases are compared: all of the same issues, or nearer ones."""

Unknown = Literal["left_out", "lowest"]
"""What becomes of cells whose risk is not known: left out, or below every known one."""


class Range(Frozen):
    """The two ends of a 95 % interval; `null` where too little is there for one."""

    low: float | None
    high: float | None


class ScoreResult(Frozen):
    """How well one score ranks the cases: the area under its curve, in [0, 1].

    0.5 is chance. `delong` takes cells as independent; `clustered` draws whole countries, and is
    the one to go by, since cells of a country are alike. `weighted` counts cases by their weight.
    """

    score: ScoreName
    auc: float
    delong: Range
    clustered: Range
    weighted: float | None


class Difference(Frozen):
    """The area of one score minus that of another over the same cells."""

    first: ScoreName
    second: ScoreName
    value: float
    delong: Range
    clustered: Range


class Ranked(Frozen):
    """One case with its place: the share of the other cells that it stands above, per score."""

    row: int
    country: str
    sector: str
    issue: str
    above: dict[ScoreName, float]


class FileFacts(Frozen):
    """What is known of a list of cases: its bytes, where it comes from, and what was left out."""

    name: str
    sha256: str
    origin: str | None = None
    independent: str | None = None
    rows: int = Field(ge=0)
    rejected: int = Field(ge=0)
    doubles: int = Field(ge=0)
    without_exposure: int = Field(ge=0)
    risk_unknown: int = Field(ge=0)
    not_after_data: int = Field(ge=0)
    undated: int = Field(ge=0)


class ValidationAnswer(Frozen):
    """Whether the gap, exposure alone or a plain risk list ranks a held-out list of cases best.

    `best` is the score that is above both others beyond doubt (by the clustered intervals of the
    differences), or `null`: then none is shown to be best. `highest` has the largest area.
    """

    edition: str
    as_of: date
    kind: str
    measure: str
    compared: Compared
    unknown: Unknown
    file: FileFacts
    cases: int
    others: int
    countries: int
    scores: tuple[ScoreResult, ...]
    differences: tuple[Difference, ...]
    highest: ScoreName
    best: ScoreName | None
    draws: int
    seed: int
    ranked: tuple[Ranked, ...]
    notes: tuple[Text, ...]

    @property
    def is_independent(self) -> bool:
        """Return whether somebody stated where the list comes from and why it is independent."""
        return bool(self.file.origin and self.file.independent)


class KeptValidation(Frozen):
    """A validation as it was kept: when, by whom, and its answer without the single cases."""

    kept_at: datetime
    actor: str
    answer: ValidationAnswer


class ValidationStanding(Frozen):
    """Whether the gap was validated with a list of independent origin, for the edition in use."""

    state: Literal["not_validated", "validated", "outdated"]
    text: Text
    kept: KeptValidation | None = None
