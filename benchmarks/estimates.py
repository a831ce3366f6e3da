"""How fast estimates are made, beside svy (and R's survey where R is installed), in one run.

    python benchmarks/estimates.py [ROWS] [--write FILE]

A million made-up rows in 200 strata and 20,000 primary units. Every figure is compared first: a
faster wrong answer is no answer. What is printed are ratios within one run, of the middle of seven
times; the bootstrap of svy, which holds a weight per row and replicate, is given a twentieth of the
replicates, and its time is taken twenty times.
"""

import argparse
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl
import svy
from page import put

from ketenkaart.core.monitor.estimating import Survey, estimate
from ketenkaart.core.monitor.replicates import Replication
from ketenkaart.core.monitor.stages import lay_out
from ketenkaart.core.monitor.types import Domains, Statistic, SurveyDesign, Variable

STRATA, UNITS, DOMAINS, RUNS = 200, 20_000, 20, 7
REPLICATES, SVY_REPLICATES = 1_000, 50
R_SCRIPT = """
suppressPackageStartupMessages(library(survey)); d <- read.csv(commandArgs(TRUE)[1])
des <- svydesign(id=~unit, strata=~stratum, weights=~weight, data=d, fpc=~fpc)
m <- svymean(~y, des); t <- median(replicate(3, system.time(svymean(~y, des))[["elapsed"]]))
cat(t, coef(m), SE(m), "\\n")
"""


def made(rows: int) -> pl.DataFrame:
    """Return rows in random order: primary units nested in strata, values alike within a unit."""
    draw = np.random.default_rng(20261122)
    unit = draw.integers(0, UNITS, rows)
    unit[:UNITS] = np.arange(UNITS)
    y = 50 + draw.normal(0, 5, UNITS)[unit] + draw.normal(0, 10, rows)
    return pl.DataFrame(
        {
            "stratum": unit // (UNITS // STRATA),
            "unit": unit,
            "weight": draw.uniform(1, 20, rows),
            "y": y,
            "x": y * draw.uniform(0.5, 1.5, rows),
            "domain": draw.integers(0, DOMAINS, rows),
            "fpc": np.full(rows, 1_000.0),
        }
    )


def middle(ask: Callable[[], object], runs: int = RUNS) -> float:
    """Return the median of several times in seconds, after one that warms up."""
    ask()
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        ask()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def laid(data: pl.DataFrame) -> SurveyDesign:
    """Return our design of the rows."""
    names = [str(h) for h in range(STRATA)]
    return lay_out(
        data["weight"].to_numpy(),
        [data["stratum"].to_numpy()],
        [data["unit"].to_numpy()],
        [data["fpc"].to_numpy()],
        names=names,
    )


def ours(data: pl.DataFrame, name: str) -> Variable:
    return Variable(name, data[name].to_numpy())


def peers(data: pl.DataFrame) -> svy.Sample:
    """Return svy's sample of the rows."""
    return svy.Sample(data, svy.Design(stratum="stratum", psu="unit", wgt="weight", pop_size="fpc"))


def measure(rows: int) -> list[str]:
    """Return the lines of a table: what was asked, our time over svy's and R's."""
    data = made(rows)
    y, x = ours(data, "y"), ours(data, "x")
    mean, ratio = Statistic("mean", "mean", y), Statistic("ratio", "ratio", y, x)
    domains = Domains(data["domain"].to_numpy(), tuple(str(k) for k in range(DOMAINS)))
    design, sample = laid(data), peers(data)

    def fresh() -> Survey:
        return Survey(design)

    found = estimate(fresh(), [mean]).rows[0]
    theirs = sample.estimation.mean("y").estimates[0]
    assert np.isclose(found.estimate, theirs.est, rtol=1e-9, atol=0)
    assert np.isclose(found.se, theirs.se, rtol=1e-9, atol=0)
    both = {
        "the design": (middle(lambda: laid(data)), middle(lambda: peers(data))),
        "a mean with its standard error": (
            middle(lambda: estimate(fresh(), [mean])),
            middle(lambda: sample.estimation.mean("y")),
        ),
        "a ratio": (
            middle(lambda: estimate(fresh(), [ratio])),
            middle(lambda: sample.estimation.ratio("y", "x")),
        ),
        f"means of {DOMAINS} domains": (
            middle(lambda: estimate(fresh(), [mean], domains)),
            middle(lambda: sample.estimation.mean("y", by="domain"), 3),
        ),
    }
    lines = [
        f"| {name} | {1000 * own:.0f} ms | {peer / own:.1f} |" for name, (own, peer) in both.items()
    ]
    return [*lines, bootstrap(data), with_r(data, both["a mean with its standard error"][0])]


def bootstrap(data: pl.DataFrame) -> str:
    """Return the line of a mean by 1,000 replicates."""
    design = laid(data)
    y = ours(data, "y")
    taylor = estimate(Survey(design), [Statistic("mean", "mean", y)]).rows[0].se

    def own() -> float | None:
        survey = Survey(design, replication=Replication("bootstrap", count=REPLICATES, seed=1))
        return estimate(survey, [Statistic("mean", "mean", y)]).rows[0].se

    again = own()
    assert taylor is not None
    assert again is not None
    assert abs(again / taylor - 1) < 0.1

    def theirs() -> object:
        sample = peers(data).weighting.create_bs_wgts(n_reps=SVY_REPLICATES, rstate=1)
        return sample.estimation.mean("y", method="replication")

    scale = REPLICATES / SVY_REPLICATES
    took, peer = middle(own), scale * middle(theirs, 1)
    return (
        f"| a mean by {REPLICATES:,} bootstrap replicates | "
        f"{1000 * took:.0f} ms | {peer / took:.0f} |"
    )


def with_r(data: pl.DataFrame, own: float) -> str:
    """Return the line of R's survey, or say that it is not there."""
    if shutil.which("Rscript") is None:
        return "| the same mean in R's survey | – | R is not installed here |"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rows.csv"
        data.write_csv(path)
        asked = [str(shutil.which("Rscript")), "-e", R_SCRIPT, str(path)]
        done = subprocess.run(asked, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        return "| the same mean in R's survey | – | R has no survey package here |"
    seconds, _, error = (float(word) for word in done.stdout.split())
    found = estimate(Survey(laid(data)), [Statistic("mean", "mean", ours(data, "y"))]).rows[0].se
    assert np.isclose(found, error, rtol=1e-6)
    return f"| the same mean in R's survey | {1000 * own:.0f} ms | {seconds / own:.0f} |"


def main() -> None:
    """Measure and print; with --write put the table into a page."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("rows", nargs="?", type=int, default=1_000_000)
    parser.add_argument("--write", type=Path)
    given = parser.parse_args()
    page = "\n".join(
        [
            "# How fast estimates are made",
            "",
            "Written by `benchmarks/estimates.py`: svy (and R's survey, where R is installed) on",
            "the same rows, strata, units, weights and sizes, in one run, the same figures to nine",
            "digits. The bootstrap of svy holds a weight per row and replicate: it is given a",
            "twentieth of the replicates, and its time is taken twenty times.",
            "",
            f"| {given.rows:,} rows, {STRATA} strata, {UNITS:,} units | ours | times as fast |",
            "|---|---|---|",
            *measure(given.rows),
            "",
        ]
    )
    print(page)
    if given.write is not None:
        put(given.write, page)


if __name__ == "__main__":
    main()
