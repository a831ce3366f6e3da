"""What the combination of instruments answers: the shapes that every face shares."""

from __future__ import annotations

from datetime import date
from typing import Literal

from ketenkaart.core.governance.answers import Interval
from ketenkaart.core.governance.defence.relations import Enforcer, RelationFact
from ketenkaart.core.provenance import Citation, Frozen, Grade, Identifier, State, Text

Columns = Literal["issue", "sector", "country"]
Bearing = Literal["complementary", "overlapping", "conflicting", "succeeding", "apart"]
"""How two instruments stand to each other. `apart`: both apply here, to different parts."""

Binding = Literal["regulating", "condition", "voluntary"]
"""A law; a condition of money or of a contract; or something that companies join freely."""


class TogetherQuery(Frozen):
    """Which part of the chain to look at, and along which axis the columns of the matrix run."""

    issue: str | None = None
    sector: str | None = None
    country: str | None = None
    columns: Columns = "issue"
    as_of: date | None = None


class MatrixCell(Frozen):
    """One instrument in one column: the share of the column's weight that is in its scope.

    `scope` disregards who takes part; `credit` is its share of the weight where its reach is
    known. Both are `null` where no weight is known.
    """

    column: str
    scope: float | None
    credit: float | None


class MatrixRow(Frozen):
    """One instrument of the matrix."""

    id: Identifier
    label: Text
    binding: Binding
    reach_is_known: bool
    scope: float | None
    cells: tuple[MatrixCell, ...]


class MatrixColumn(Frozen):
    """One column: an issue, sector or country, and how many instruments its weight meets.

    `none`, `one` and `more` are shares of the column's weight in scope of so many instruments.
    """

    key: str
    label: Text
    weight: float | None
    gap: Interval
    none: float | None
    one: float | None
    more: float | None


class Pair(Frozen):
    """Two instruments beside each other, as shares of the weight looked at.

    `conflict` is `known` where a source says that they conflict, otherwise `not_researched`:
    never "no conflict". `facts` are what sources say of the two.
    """

    a: Identifier
    b: Identifier
    label_a: Text
    label_b: Text
    bearings: tuple[Bearing, ...]
    both: float | None
    only_a: float | None
    only_b: float | None
    steps_both: tuple[str, ...]
    steps_only_a: tuple[str, ...]
    steps_only_b: tuple[str, ...]
    binding_a: Binding
    binding_b: Binding
    conflict: State
    facts: tuple[RelationFact, ...]


class OtherRisk(Frozen):
    """A risk beside the one that is looked at: its share of the weight there."""

    issue: Identifier
    label: Text
    share: float


class SingleIssueWarning(Frozen):
    """An instrument that looks at one risk only, and the other risks where it applies.

    `others` is the share of all known weight in its scope that belongs to other issues; `null`
    for an instrument that is not worked out, whose scope nobody laid over the chain.
    """

    id: Identifier
    label: Text
    issue: Text
    others: float | None
    largest: tuple[OtherRisk, ...]
    citation: Citation


class EmptyCell(Frozen):
    """A part of the chain of high risk that no instrument is shown to reach.

    `intensity` is the central index; `weight` its share of the weight looked at; `unscoped` the
    part of the cell to which nothing applies at all, `unreached` the part which no instrument of
    known reach reaches.
    """

    issue: str
    sector: str
    country: str
    issue_label: Text
    sector_label: Text
    country_label: Text
    intensity: float
    weight: float
    unscoped: float
    unreached: float


class EnforcementRow(Frozen):
    """A risk, its share of the weight, and who enforces.

    `applying` are the known enforcers whose rule holds on the day, `foreseen` those whose rule
    does not hold yet. `weight` and `gap` are `null` where the risk has no data: not researched.
    """

    id: Identifier
    label: Text
    state: State
    weight: float | None
    gap: Interval
    applying: tuple[Enforcer, ...]
    foreseen: tuple[Enforcer, ...]
    missing: tuple[Enforcer, ...]
    answered: Text
    answered_citation: Citation
    help_abroad: Text | None
    help_abroad_citation: Citation | None


class TogetherAnswer(Frozen):
    """How the instruments that may apply on a day go together over a part of the chain."""

    edition: str
    as_of: date
    columns: Columns
    weight_is_known: bool
    matrix: tuple[MatrixRow, ...]
    heads: tuple[MatrixColumn, ...]
    whole: MatrixColumn
    pairs: tuple[Pair, ...]
    single_issue: tuple[SingleIssueWarning, ...]
    empty: tuple[EmptyCell, ...]
    empty_count: int
    high_from: float
    high_grade: Grade
    enforcement: tuple[EnforcementRow, ...]
    notes: tuple[Text, ...]


class NarrowLook(Frozen):
    """A place where an analysis looks at one risk only, with the other risks that are high there.

    `others` holds the label and the central index of each, the highest first.
    """

    row: int
    country_label: Text
    sector_label: Text
    issue_label: Text
    others: tuple[tuple[Text, float], ...]


class AnalysisWarnings(Frozen):
    """What an analysis of risks leaves out: places looked at for a single risk."""

    name: str
    looked_at: int
    narrow: tuple[NarrowLook, ...]
