"""What is asked of the mix and what is answered: the shapes that every face shares."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field

from ketenkaart.core.governance.answers import Interval, Kind, Measure
from ketenkaart.core.governance.mix.segments import Incentive, SegmentScore
from ketenkaart.core.governance.mix.types import Lever, Objective, Rule
from ketenkaart.core.provenance import Citation, Frozen, Identifier, Text

Reason = Literal["left_out", "at_most_one", "budget", "cap", "adds_nothing", "less"]


class MixQuery(Frozen):
    """A question about the mix: the most that it may cost in euro a year, and what it must obey."""

    budget: float = Field(ge=0)
    objective: Objective = "gap"
    rule: Rule = "independent"
    kind: Kind = "depth"
    measure: Measure = "value_added"
    as_of: date | None = None
    chosen: tuple[Identifier, ...] = ()
    left_out: tuple[Identifier, ...] = ()


class Amount(Frozen):
    """Euro a year: low, counted in the budget, and high."""

    low: float
    counted: float
    high: float


class MixStep(Frozen):
    """One step in the order of what it adds per euro: the cost of it, and the gap after it.

    `closes` is the share of all weight that this step reaches beside the steps before; both are
    central values over cells of known intensity.
    """

    candidate: Identifier
    level: Identifier
    label: Text
    cost: float
    closes: float
    gap: float


class ChosenLevel(Frozen):
    """A candidate in the mix, at its highest level; `alone_less` is what leaving it out loses.

    `share_of_draws` is how often it is chosen, at any level, when what is uncertain is drawn.
    """

    candidate: Identifier
    level: Identifier
    label: Text
    level_label: Text
    lever: Lever
    extends: Identifier | None
    cost: Amount
    cost_is_range: bool
    cost_citation: Citation
    alone_less: float
    share_of_draws: float | None = None


class NotChosen(Frozen):
    """A candidate outside the mix and why; `closes` is what its first level would add to it."""

    candidate: Identifier
    label: Text
    lever: Lever
    reason: Reason
    of: tuple[Text, ...] = ()
    cost: Amount
    closes: float
    share_of_draws: float | None = None


class Regret(Frozen):
    """The mix in another world: what it covers there, what the best one would, and if it fits.

    Shares of that world's weight in [0, 1]; `over` is what it costs beyond the budget there.
    `best` names the candidates of the best mix there, with their levels.
    """

    world: str
    covered: float
    best_covered: float
    regret: float
    over: float
    best: tuple[str, ...]


class FrontierPoint(Frozen):
    """The best mix for one budget: gap after it, what is spent, and what the next euro closes.

    `per_million` is the share of all weight closed per million euro between the point before and
    this one; `optimality_gap` as in the answer.
    """

    budget: float
    spent: float
    gap: float
    per_million: float | None
    optimality_gap: float
    levels: tuple[str, ...]


class SectorGap(Frozen):
    """The gap of one producing sector before and after the mix, central, over known cells."""

    sector: Identifier
    label: Text
    before: float
    after: float
    weight: float


class MixAnswer(Frozen):
    """The mix for a budget. `before` and `after` are the whole gap with its ends.

    `known_before` and `known_after` are central values over the cells of known intensity, which the
    choice is made on. `optimality_gap` is how much more, as a share of the bound, any mix could
    reach at most; `method` says how that is known. `segments` and `incentives` are empty unless
    asked for.
    """

    edition: str
    as_of: date
    kind: Kind
    measure: Measure
    objective: Objective
    rule: Rule
    budget: float
    spent: Amount
    before: Interval
    after: Interval
    known_before: float
    known_after: float
    worst_before: SectorGap | None
    worst_after: SectorGap | None
    optimality_gap: float
    method: Literal["proven_best", "bounded"]
    chosen: tuple[ChosenLevel, ...]
    steps: tuple[MixStep, ...]
    not_chosen: tuple[NotChosen, ...]
    sectors: tuple[SectorGap, ...]
    regrets: tuple[Regret, ...]
    draws: int
    frontier: tuple[FrontierPoint, ...]
    segments: tuple[SegmentScore, ...] = ()
    incentives: tuple[Incentive, ...] = ()
    notes: tuple[Text, ...]
