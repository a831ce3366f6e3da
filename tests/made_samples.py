"""Small made samples for tests of estimates."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ketenkaart.core.monitor.estimating import Survey, estimate
from ketenkaart.core.monitor.replicates import Replication
from ketenkaart.core.monitor.stages import lay_out
from ketenkaart.core.monitor.types import (
    Adjuster,
    Domains,
    EstimateRow,
    LonelyPolicy,
    Statistic,
    SurveyDesign,
    Variable,
)


@dataclass(frozen=True)
class Made:
    """A made sample: strata, primary units, weights, two variables and a domain by row."""

    strata: np.ndarray
    units: np.ndarray
    weights: np.ndarray
    y: np.ndarray
    x: np.ndarray
    domain: np.ndarray
    sizes: np.ndarray

    def design(self, *, fpc: bool = False, lonely: LonelyPolicy = "fail") -> SurveyDesign:
        populations = [self.sizes] if fpc else []
        names = [f"s{h}" for h in range(int(self.strata.max()) + 1)]
        return lay_out(
            self.weights, [self.strata], [self.units], populations, names=names, lonely=lonely
        )

    def survey(
        self,
        *,
        fpc: bool = False,
        adjusters: tuple[Adjuster, ...] = (),
        replication: Replication | None = None,
    ) -> Survey:
        return Survey(self.design(fpc=fpc), adjusters, replication)

    @property
    def mean(self) -> Statistic:
        return Statistic("mean", "mean", Variable("y", self.y))

    @property
    def total(self) -> Statistic:
        return Statistic("total", "total", Variable("y", self.y))

    @property
    def ratio(self) -> Statistic:
        return Statistic("ratio", "ratio", Variable("y", self.y), Variable("x", self.x))

    @property
    def domains(self) -> Domains:
        return Domains(self.domain, tuple(f"d{k}" for k in range(int(self.domain.max()) + 1)))

    def rows(self, order: np.ndarray) -> Made:
        return Made(*(getattr(self, name)[order] for name in self.__dataclass_fields__))


def made(seed: int, strata: int = 3, units: int = 4, rows: int = 5, domains: int = 3) -> Made:
    """Return a sample of `rows` in each of `units` in each of `strata`, in random order."""
    draw = np.random.default_rng(seed)
    n = strata * units * rows
    unit = np.arange(n) // rows
    y = draw.normal(10, 3, strata * units)[unit] + draw.normal(0, 2, n)
    sample = Made(
        unit // units,
        unit,
        draw.uniform(1, 9, n),
        y,
        draw.uniform(5, 15, n),
        draw.integers(0, domains, n),
        (units * 3.0 + (unit // units)),
    )
    return sample.rows(draw.permutation(n))


def only(survey: Survey, statistic: Statistic) -> EstimateRow:
    """Return the one row of one statistic."""
    return estimate(survey, [statistic]).rows[0]
