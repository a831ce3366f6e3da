"""Do 95 % intervals of effects hold? Contracts of made groups, drawn by value and estimated.

    python benchmarks/effect_coverage.py [POPULATIONS] [--seed 1] [--write docs/benchmarks.md]

Each population is made anew: values are log-normal, effects a thousandth of value times noise. It
is drawn as `ketenkaart effect draw` does and estimated as `effect estimate` does. Beside the share
of intervals that held stand two variances over the one seen: ours (Brewer's approximation of joint
chances), and that of drawing with replacement.
"""

from dataclasses import dataclass

import numpy as np
from populations import as_expected, run_studies

from ketenkaart.core.monitor.effect.effects import Answers, GroupSample, group_effects
from ketenkaart.core.monitor.effect.weighted import with_replacement_variance
from ketenkaart.core.monitor.sampling.drawing import draw_by_size, inclusion, numbers_of


@dataclass(frozen=True)
class Made:
    """A group: contracts, draws, the spread of values and of effects, and how many are silent."""

    name: str
    contracts: int
    drawn: int
    values: float
    noise: float
    none: float = 0.0
    silent: float = 0.0
    method: str = "brewer"


STUDIES = (
    Made("20 of 60, effects near value", 60, 20, 1.2, 0.2),
    Made("20 of 60", 60, 20, 1.2, 0.5),
    Made("20 of 60, Pareto", 60, 20, 1.2, 0.5, method="pareto"),
    Made("8 of 60", 60, 8, 1.2, 0.5),
    Made("20 of 300, very unequal values", 300, 20, 1.5, 0.5),
    Made("20 of 60, three in ten without effect", 60, 20, 1.2, 0.3, none=0.3),
    Made("20 of 60, a quarter silent", 60, 20, 1.2, 0.3, silent=0.25),
    Made("20 of 60, effects far from value", 60, 20, 1.2, 1.0),
)


def study(made: Made, populations: int, random: np.random.Generator) -> tuple[float, float, float]:
    """Return how often the interval held, and both variances over the mean squared error."""
    names = [f"c{k:04d}" for k in range(made.contracts)]
    held = known = 0
    ours, wide, errors = [], [], []
    for seed in range(populations):
        x = np.exp(random.normal(0, made.values, made.contracts)) * 1e5
        y = x * 1e-3 * np.exp(random.normal(0, made.noise, made.contracts))
        y *= random.random(made.contracts) >= made.none
        chances = inclusion(x, made.drawn)
        places = draw_by_size(chances, numbers_of(seed, names), names, seed, made.method)
        strata = np.unique(chances[places] >= 1, return_inverse=True)[1].astype(np.int64)
        heard = random.random(len(places)) >= made.silent
        sample = GroupSample(
            "made", "made", made.contracts, made.contracts, float(x.sum()), made.contracts,
            chances[places], strata, x[places],
        )  # fmt: skip
        none = np.zeros(len(places), dtype=bool)
        plain, _ = group_effects(
            sample, Answers("made", y[places], heard, none), "respondents", 0.95
        )
        row = plain.row
        if row.low is None or row.high is None:
            continue
        known += 1
        held += row.low <= y.sum() <= row.high
        # in units of the truth, so that no one population rules the means
        truth = float(y.sum())
        ours.append((row.se / truth) ** 2)
        errors.append((row.estimate / truth - 1) ** 2)
        replaced = with_replacement_variance(y[places], chances[places], strata)
        wide.append(replaced.variance / truth**2)
    seen = float(np.mean(errors))
    return held / known, float(np.mean(ours)) / seen, float(np.mean(wide)) / seen


def head(populations: int) -> list[str]:
    return [
        "# Do intervals of procurement effects hold?",
        "",
        f"Written by `benchmarks/effect_coverage.py`: {populations:,} made groups of",
        "contracts each, 95 % intervals. Expected are 94 to 96 %, and variances near 1.",
        "",
        "| contracts drawn by value | held | as expected | our variance | with replacement |",
        "|---|---|---|---|---|",
    ]


def line_of(made: Made, populations: int, random: np.random.Generator) -> str:
    share, ours, wide = study(made, populations, random)
    replaced = "-" if made.silent else f"{wide:.2f}"
    return f"| {made.name} | {100 * share:.1f} % | {as_expected(share)} | {ours:.2f} | {replaced} |"


if __name__ == "__main__":
    run_studies(__doc__, head, STUDIES, line_of)
