"""What estimates are made of: designs, variables, statistics, and rows of results."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]
Mask = NDArray[np.bool_]

LonelyPolicy = Literal["fail", "certainty", "adjust", "average"]
StatisticKind = Literal["mean", "total", "ratio", "proportion", "quantile", "count"]
IntervalMethod = Literal["wilson", "clopper_pearson", "logit", "t"]

UNKNOWN, NOT_RESEARCHED, NOT_APPLICABLE, REFUSED = 1, 2, 3, 4
STATES = ("known", "unknown", "not_researched", "not_applicable", "refused")


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage of sampling, seen from its clusters.

    `stratum` holds the stratum of each cluster, shape (clusters,); of each stratum, `sampled` is
    the number of clusters drawn, `population` the number there are (infinite without a finite
    population correction) and `multiplier` the product of the sampling fractions of the stages
    before. `upward` is the cluster of the stage before in which each cluster lies; empty for the
    first stage. `names` are what strata are called.
    """

    stratum: Codes
    sampled: Floats
    population: Floats
    multiplier: Floats
    upward: Codes
    names: Sequence[str]

    @property
    def clusters(self) -> int:
        """Return how many clusters the stage has."""
        return len(self.stratum)


@dataclass(frozen=True, slots=True)
class SurveyDesign:
    """How a sample was drawn: a weight per row and, per stage, strata and clusters.

    `weights` has shape (rows,). `cell` is the cluster of the last stage in which each row lies;
    None where each row is a cluster of its own.
    """

    weights: Floats
    cell: Codes | None
    stages: tuple[Stage, ...]
    lonely: LonelyPolicy = "fail"

    @property
    def rows(self) -> int:
        """Return the number of rows of the sample."""
        return len(self.weights)

    @property
    def cells(self) -> int:
        """Return the number of clusters of the last stage."""
        return self.stages[-1].clusters

    def first_stage(self, cells: Floats) -> Floats:
        """Return totals by primary unit from totals by cluster of the last stage (axis 0)."""
        for stage in reversed(self.stages[1:]):
            cells = add_up(cells, stage.upward, int(stage.upward.max(initial=-1)) + 1)
        return cells

    def primary_of_rows(self) -> Codes:
        """Return the primary unit of each row, shape (rows,)."""
        found = np.arange(self.rows) if self.cell is None else self.cell
        for stage in reversed(self.stages[1:]):
            found = stage.upward[found]
        return found


@dataclass(frozen=True, slots=True)
class Variable:
    """Values by row, and where they are known; what is not known counts as outside the domain.

    `known` is None where every value is.
    """

    name: str
    values: Floats
    known: Mask | None = None


@dataclass(frozen=True, slots=True)
class Statistic:
    """One figure to estimate: its kind, its variable and what the kind needs besides."""

    label: str
    kind: StatisticKind
    variable: Variable
    denominator: Variable | None = None
    probability: float = 0.5


@dataclass(frozen=True, slots=True)
class Domains:
    """Parts of the population by row: `codes` in 0..len(labels)-1, and what each is called."""

    codes: Codes
    labels: tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class Fitted:
    """Weights after an adjustment, shape (rows,), and what it does to contributions.

    `spread` is linear in its columns. `again` makes the same adjustment of other weights, step for
    step; without it an adjustment is fitted anew.
    """

    weights: Floats
    spread: Spread
    again: Callable[[Floats], Floats] | None = None


class Spread(Protocol):
    """Turns contributions under adjusted weights into those whose variance is the estimate's."""

    def __call__(self, columns: Floats, /) -> Floats:
        """Return contributions, shape (rows, columns), as large as those given."""
        ...


class Adjuster(Protocol):
    """A step that changes weights: calibration to known totals, or for those who did not answer."""

    def fit(self, weights: Floats, /) -> Fitted:
        """Return the adjusted weights, each shape (rows,); raises `InputError` when it cannot."""
        ...


@dataclass(frozen=True, slots=True)
class EstimateRow:
    """One estimate: standard error, ends of its interval, rows it rests on, degrees of freedom.

    What cannot be said is None, never NaN: a ratio over nothing, an interval without degrees of
    freedom.
    """

    statistic: str
    domain: str | None
    estimate: float | None
    se: float | None
    low: float | None
    high: float | None
    n: int
    df: int


@dataclass(slots=True)
class EstimateTable:
    """Rows of estimates, and what a reader must know beside them.

    `missing` counts, per variable, the rows without a value by why there is none, in words of
    `STATES`; variables that are known in every row are not in it.
    """

    rows: list[EstimateRow] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    missing: dict[str, dict[str, int]] = field(default_factory=dict)


def add_up(values: Floats, codes: Codes, size: int) -> Floats:
    """Return sums of rows by code: shape (size,) or (size, columns) as `values` has.

    >>> add_up(np.array([1.0, 2.0, 3.0]), np.array([0, 1, 0]), 2).tolist()
    [4.0, 2.0]
    """
    if values.ndim == 1:
        return np.bincount(codes, weights=values, minlength=size).astype(np.float64, copy=False)
    columns = values.shape[1]
    flat = codes[:, None] * columns + np.arange(columns)
    sums = np.bincount(flat.ravel(), weights=values.ravel(), minlength=size * columns)
    return sums.astype(np.float64, copy=False).reshape(size, columns)
