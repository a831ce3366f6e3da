"""What sensitivity and credit answer: the shapes that every face shares."""

from __future__ import annotations

from datetime import date
from typing import Literal

from ketenkaart.core.governance.answers import (
    Between,
    By,
    GapQuery,
    Interval,
    Kind,
    Measure,
    View,
)
from ketenkaart.core.governance.defence.pins import PinKind
from ketenkaart.core.provenance import Citation, Frozen, Grade, Identifier, Text

Figure = Literal["central", "low", "high"]
"""Which figure of the gap an assumption is judged by."""


class SensitivityQuery(Frozen):
    """A question about the gap, and the figure of it whose assumptions are moved.

    With `is_split` every row of the breakdown gets its own, else only the total.
    """

    gap: GapQuery = GapQuery()
    figure: Figure = "central"
    is_split: bool = False


class Standing(Frozen):
    """The gap under one setting of the assumptions; every end as in `GapAnswer`."""

    gap: Interval
    gap_known_reach: Between


class Swing(Frozen):
    """One assumption, and the gap with it at either value; all others stay as declared.

    `swing` is how far the chosen figure goes between its least and its most, the declared setting
    included, in [0, 1]; `null` where the figure is undefined in one of the settings. `carried` is
    the number of cells whose interval could not be rated anew (see docs/methods/sensitivity.md).
    """

    kind: PinKind
    subject: str
    label: Text
    declared: Text
    low_value: Text
    high_value: Text
    at_low: Standing
    at_high: Standing
    swing: float | None
    carried: int
    citation: Citation
    ranged: Citation


class GradeShare(Frozen):
    """One ingredient of the gap, and which part of it rests on each grade; parts sum to one.

    `not_known` is the part for which nothing is known, so that no grade applies. `basis` says of
    what the parts are shares.
    """

    ingredient: Text
    basis: Text
    weakest: Grade | None
    shares: dict[Grade, float]
    not_known: float


class RowSensitivity(Frozen):
    """One row of the breakdown: the gap as declared, at its best and worst, and what moves it."""

    key: str
    label: Text
    declared: Standing
    best: Standing
    worst: Standing
    largest: tuple[Swing, ...]


class SensitivityAnswer(Frozen):
    """What moves the gap most, and what it is with every assumption at its best and its worst.

    `swings` stand with the largest first. `best` and `worst` take each assumption at the value
    which alone gives the smallest and the largest gap, all together.
    """

    edition: str
    as_of: date
    view: View
    kind: Kind
    measure: Measure
    figure: Figure
    by: By | None
    declared: Standing
    best: Standing
    worst: Standing
    swings: tuple[Swing, ...]
    unmoved: int
    weakest: Grade | None
    grades: tuple[GradeShare, ...]
    rows: tuple[RowSensitivity, ...]
    notes: tuple[Text, ...]


class CreditShare(Frozen):
    """What one instrument is credited with in one part of the chain, as shares of its weight.

    `amount` and `share` are the Shapley value over instruments of known reach, `null` where its
    reach is not known or too little risk is. `known` are its ends beside those of known reach,
    `possible` beside all that may apply; both assume independent uptake.
    """

    id: Identifier
    label: Text
    reach_is_known: bool
    amount: float | None
    share: float | None
    known: Between
    possible: Between


class CreditRow(Frozen):
    """One part of the chain: its gap, and the credit of every instrument that may reach it."""

    key: str
    label: Text
    risk_weighted: Interval
    gap: Interval
    instruments: tuple[CreditShare, ...]


class CreditAnswer(Frozen):
    """Which instrument is owed which part of what is reached: in all, and row by row."""

    edition: str
    as_of: date
    view: View
    kind: Kind
    measure: Measure
    by: By
    unit: str
    total: CreditRow
    rows: tuple[CreditRow, ...]
    notes: tuple[Text, ...]
