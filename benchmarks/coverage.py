"""Do 95 % intervals hold the truth 95 times in a hundred? Made populations, drawn and estimated.

    python benchmarks/coverage.py [POPULATIONS] [--seed 1] [--write docs/benchmarks.md]

Each population is made anew; a sample is drawn as the design says, estimated by the same code as
`ketenkaart estimate`, and its interval held against the population's own figure. With 10,000
populations a coverage is known to 0.4 points (two standard errors).
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from populations import as_expected, run_studies

from ketenkaart.core.monitor.calibration import PostStrata
from ketenkaart.core.monitor.estimating import Survey, estimate
from ketenkaart.core.monitor.replicates import Replication
from ketenkaart.core.monitor.sampling.drawing import draw_by_size, inclusion
from ketenkaart.core.monitor.stages import lay_out
from ketenkaart.core.monitor.types import Domains, Statistic, Variable

LEVEL = 0.95


@dataclass(frozen=True)
class Study:
    """A design and a figure; `meets` draws one population and says whether it was held."""

    name: str
    meets: Callable[[np.random.Generator], bool]


def held(
    survey: Survey, statistic: Statistic, truth: float, domains: Domains | None = None
) -> bool:
    """Return whether the (last) row's interval holds the truth."""
    row = estimate(survey, [statistic], domains).rows[-1]
    return row.low is not None and row.high is not None and row.low <= truth <= row.high


def mean(y: np.ndarray) -> Statistic:
    return Statistic("m", "mean", Variable("y", y))


def stratified(random: np.random.Generator) -> tuple[np.ndarray, np.ndarray, Survey, np.ndarray]:
    """Return population values and strata, and a stratified sample of 150 of 3,000 from it."""
    strata = np.repeat(np.arange(3), (2000, 700, 300))
    y = random.normal((50, 60, 90), 1)[strata] + random.normal(0, 12, 3000)
    picked = np.concatenate(
        [random.choice(np.flatnonzero(strata == h), 50, replace=False) for h in range(3)]
    )
    sizes = np.array([2000.0, 700.0, 300.0])[strata[picked]]
    return y, strata, Survey(lay_out(None, [strata[picked]], [None], [sizes])), picked


def by_strata(kind: str) -> Callable[[np.random.Generator], bool]:
    def meets(random: np.random.Generator) -> bool:
        y, _, survey, picked = stratified(random)
        if kind == "domain":
            inside = random.random(3000) < 0.3
            domains = Domains(inside[picked].astype(np.int64), ("rest", "it"))
            return held(survey, mean(y[picked]), float(y[inside].mean()), domains)
        if kind == "ratio":
            x = y * random.uniform(0.5, 1.5, 3000)
            ratio = Statistic("r", "ratio", Variable("y", y[picked]), Variable("x", x[picked]))
            return held(survey, ratio, float(y.sum() / x.sum()))
        if kind == "median":
            middle = Statistic("q", "quantile", Variable("y", y[picked]), probability=0.5)
            return held(survey, middle, float(np.sort(y)[1499]))
        if kind == "post-stratified":
            group = (y + random.normal(0, 10, 3000) > 60).astype(np.int64)
            known = np.bincount(group).astype(float)
            fitted = Survey(survey.design, (PostStrata(group[picked], known, "ab"),))
            return held(fitted, mean(y[picked]), float(y.mean()))
        if kind == "bootstrap":
            again = Survey(
                survey.design,
                replication=Replication("bootstrap", count=200, seed=int(random.integers(1 << 30))),
            )
            return held(again, mean(y[picked]), float(y.mean()))
        return held(survey, mean(y[picked]), float(y.mean()))

    return meets


def clustered(units: int, kind: str = "mean") -> Callable[[np.random.Generator], bool]:
    def meets(random: np.random.Generator) -> bool:
        psu = np.repeat(np.arange(400), 12)
        y = random.normal(0, 4, 400)[psu] + random.normal(50, 8, 4800)
        if kind == "proportion":
            y = (y > 58).astype(float)
        drawn = random.choice(400, units, replace=False)
        rows = np.concatenate(
            [random.choice(np.flatnonzero(psu == k), 6, replace=False) for k in drawn]
        )
        n = len(rows)
        design = lay_out(
            None, [None], [psu[rows], np.arange(n)], [np.full(n, 400.0), np.full(n, 12.0)]
        )
        asked = "proportion" if kind == "proportion" else "mean"
        statistic = Statistic("m", asked, Variable("y", y[rows]))
        return held(Survey(design), statistic, float(y.mean()))

    return meets


def simple(n: int, share: float | None = None, *, skew: float = 0.0) -> Callable[..., bool]:
    def meets(random: np.random.Generator) -> bool:
        size = 20_000
        if share is not None:
            y = np.zeros(size)
            y[: round(share * size)] = 1.0
        else:
            y = random.lognormal(0, skew, size)
        picked = random.choice(size, n, replace=False)
        survey = Survey(lay_out(None, [None], [None], [np.full(n, float(size))]))
        kind = "mean" if share is None else "proportion"
        return held(survey, Statistic("m", kind, Variable("y", y[picked])), float(y.mean()))

    return meets


def by_size(random: np.random.Generator) -> bool:
    """Contracts drawn in proportion to their value; the total of an effect that follows value."""
    value = random.lognormal(0, 1, 500)
    effect = value * random.normal(1, 0.3, 500)
    chances = inclusion(value, 60)
    names = [str(k) for k in range(500)]
    seed = int(random.integers(1 << 30))
    picked = draw_by_size(chances, random.random(500), names, seed, "pareto")
    certain = (chances[picked] >= 1).astype(np.int64)
    taken = float(certain.sum())
    sizes = np.where(certain == 1, taken, np.inf)
    strata = np.unique(certain, return_inverse=True)[1].astype(np.int64)
    design = lay_out(1 / chances[picked], [strata], [None], [sizes])
    total = Statistic("t", "total", Variable("effect", effect[picked]))
    return held(Survey(design), total, float(effect.sum()))


STUDIES = (
    Study("mean, 3 strata of 50", by_strata("mean")),
    Study("mean of a domain of three in ten", by_strata("domain")),
    Study("ratio of two variables", by_strata("ratio")),
    Study("median (Woodruff)", by_strata("median")),
    Study("mean, post-stratified", by_strata("post-stratified")),
    Study("mean, 200 bootstrap replicates", by_strata("bootstrap")),
    Study("mean, two stages, 40 units of 6", clustered(40)),
    Study("mean, two stages, 8 units of 6", clustered(8)),
    Study("share of 18 %, two stages, 40 units of 6 (Wilson)", clustered(40, "proportion")),
    Study("share of 30 %, 100 drawn (Wilson)", simple(100, 0.3)),
    Study("share of 2 %, 100 drawn (Wilson)", simple(100, 0.02)),
    Study("share of 1 %, 30 drawn (Wilson)", simple(30, 0.01)),
    Study("total, by size, 60 of 500 contracts", by_size),
    Study("mean of a skewed variable (log-normal, σ 1), 200 drawn", simple(200, skew=1.0)),
    Study("mean of a very skewed variable (log-normal, σ 1.5), 50 drawn", simple(50, skew=1.5)),
)


def head(populations: int) -> list[str]:
    return [
        "# Do intervals of estimates hold?",
        "",
        f"Written by `benchmarks/coverage.py`: {populations:,} made populations each, 95 %",
        "intervals. What is expected lies between 94 and 96 %.",
        "",
        "| figure and design | held | as expected |",
        "|---|---|---|",
    ]


def line_of(study: Study, populations: int, random: np.random.Generator) -> str:
    share = sum(study.meets(random) for _ in range(populations)) / populations
    return f"| {study.name} | {100 * share:.1f} % | {as_expected(share)} |"


if __name__ == "__main__":
    run_studies(__doc__, head, STUDIES, line_of)
