"""Tries the split of the rest of the world where the truth is known, and writes what it finds.

    python scripts/split_backtest.py ../shared/data [--check]

Named countries of WIOD are added to its rest of the world, split off again from the same sources,
and compared. The method was chosen, and the intervals are set, on CHOOSING; TESTING is judged
afterwards. Writes reference/split_errors.yml, and the tables of docs/methods/split.md between its
marks. With --check nothing is written; the exit status is 1 when they are not up to date.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from ketenkaart.core.chain.split.backtest import Trial
from ketenkaart.core.chain.split.errors import (
    ErrorClass,
    absolute_error,
    bounds,
    covered,
    error_classes,
)
from ketenkaart.core.chain.split.types import Prior
from ketenkaart.services.chain.split_backtest import run_trials
from ketenkaart.services.chain.splitting import DEFAULT_PRIOR

ROOT = Path(__file__).resolve().parents[1]
ERRORS = ROOT / "src" / "ketenkaart" / "reference" / "split_errors.yml"
PAGE = ROOT / "docs" / "methods" / "split.md"
BEGIN, END = "<!-- back-test: begin -->", "<!-- back-test: end -->"
CHOOSING = (("IND", "CHN", "MEX"), ("RUS", "KOR", "AUS"))
TESTING = (("BRA", "TUR", "IDN"), ("CAN", "JPN", "POL"))
YEARS = (2005, 2009, 2011)
EDGES = {"output": (0.002, 0.0005, 0.0), "footprint": (0.002, 0.0005, 0.0)}
SUPPLIED = slice(3, 5)  # c4 and c5 of WIOD
NINETY = 1.645
KINDS = ("output", "cells", "footprint", "footprint_by_country", "clothing")


def pooled(trials: Sequence[Trial], what: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return estimates, truths and shares of the region's total, of all trials together."""
    estimates = np.concatenate([getattr(trial, what).ravel() for trial in trials])
    truths = np.concatenate([getattr(trial, f"true_{what}").ravel() for trial in trials])
    shares = np.concatenate(
        [getattr(t, what).ravel() / getattr(t, f"whole_{what}") for t in trials]
    )
    return estimates, truths, shares


def by_country(trials: Sequence[Trial], what: str) -> np.ndarray:
    """Return truth over estimate of every hidden country."""
    return np.concatenate(
        [getattr(t, f"true_{what}").sum(axis=1) / getattr(t, what).sum(axis=1) for t in trials]
    )


def country_ends(ratios: np.ndarray) -> tuple[float, float]:
    """Return 5 % and 95 % of a log-normal around 1 with the spread that was found."""
    spread = float(np.sqrt(np.mean(np.log(ratios) ** 2)))
    return float(np.exp(-NINETY * spread)), float(np.exp(NINETY * spread))


def errors_of(trial: Trial) -> dict[str, float]:
    """Return the errors of a trial, that of the sectors which buyers name factories of apart."""
    made, true = trial.footprint[:, SUPPLIED], trial.true_footprint[:, SUPPLIED]
    return trial.errors() | {"clothing": absolute_error(made, true)}


def classes_of(trials: Sequence[Trial], what: str) -> tuple[ErrorClass, ...]:
    """Return the widest classes over the groups: errors of countries hidden together are alike."""
    found = [
        error_classes(*pooled([t for t in trials if t.countries == group], what), EDGES[what])
        for group in dict.fromkeys(t.countries for t in trials)
    ]
    return tuple(
        ErrorClass(
            edge,
            min(of[k].low for of in found),
            max(of[k].high for of in found),
            sum(of[k].count for of in found),
        )
        for k, edge in enumerate(EDGES[what])
    )


def errors_file(chosen: Sequence[Trial]) -> str:
    """Return reference/split_errors.yml."""
    years = ", ".join(map(str, YEARS))
    where = f"back-test on {groups(CHOOSING)} of WIOD in {years}; prior {DEFAULT_PRIOR.value}"
    lines = [
        "# How far splits were from the truth, where it is known.",
        "# Written by scripts/split_backtest.py.",
        'command: "scripts/split_backtest.py ../shared/data"',
        f'citation: {{source: own, locator: "{where}", grade: assumed}}',
    ]
    for what in EDGES:
        lines.append(f"{what}:")
        lines += [
            f"  - {{at_least: {c.at_least}, low: {c.low:.3f}, high: {c.high:.3f}, "
            f"count: {c.count}}}"
            for c in classes_of(chosen, what)
        ]
    for what in EDGES:
        ratios = by_country(chosen, what)
        low, high = country_ends(ratios)
        lines.append(f"country_{what}: {{low: {low:.3f}, high: {high:.3f}, count: {len(ratios)}}}")
    return "\n".join(lines) + "\n"


def groups(of: Sequence[tuple[str, ...]]) -> str:
    return " and ".join(" + ".join(group) for group in of)


def error_table(trials: Sequence[Trial]) -> list[str]:
    """Return the errors per group, year and prior, as Markdown."""
    lines = [
        "| hidden | year | prior | output | flows | footprint, node | by country | of clothing |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for trial in trials:
        found = errors_of(trial)
        name = f"**{trial.prior.value}**" if trial.prior is DEFAULT_PRIOR else trial.prior.value
        lines.append(
            f"| {' '.join(trial.countries)} | {trial.year} | {name} | "
            + " | ".join(f"{found[kind]:.2f}" for kind in KINDS)
            + " |"
        )
    return lines


def mean_table(trials: Sequence[Trial]) -> list[str]:
    """Return the mean errors per prior, choosing and testing apart, as Markdown."""
    lines = [
        "| groups | prior | output | flows | footprint, by node | by country | of clothing |",
        "|---|---|---|---|---|---|---|",
    ]
    for label, of in (("choosing", CHOOSING), ("testing", TESTING)):
        for prior in Prior:
            mine = [errors_of(t) for t in trials if t.prior is prior and t.countries in of]
            lines.append(
                f"| {label} | {prior.value} | "
                + " | ".join(f"{np.mean([e[kind] for e in mine]):.2f}" for kind in KINDS)
                + " |"
            )
    return lines


def country_table(trials: Sequence[Trial]) -> list[str]:
    """Return estimate over truth per hidden country, for the chosen prior, as Markdown."""
    lines = ["| country | year | output | footprint |", "|---|---|---|---|"]
    for trial in trials:
        output, footprint = (1 / by_country([trial], what) for what in EDGES)
        lines += [
            f"| {country} | {trial.year} | {a:.2f} | {b:.2f} |"
            for country, a, b in zip(trial.countries, output, footprint, strict=True)
        ]
    return lines


def coverage(
    trials: Sequence[Trial], classes: dict[str, tuple[ErrorClass, ...]], ends: dict[str, tuple]
) -> list[str]:
    """Return the share of truths inside the stated intervals, as Markdown."""
    lines = []
    for what in EDGES:
        estimates, truths, shares = pooled(trials, what)
        low, high = bounds(estimates, shares, classes[what])
        ratios = by_country(trials, what)
        least, most = (np.full_like(ratios, end) for end in ends[what])
        weight = truths / truths.sum()
        held = float(weight[(truths >= low - 1e-9) & (truths <= high + 1e-9)].sum())
        lines.append(
            f"| {' '.join(trials[0].countries)} | {what} | "
            f"{100 * covered(truths, low, high):.0f} % of {len(truths)} | {100 * held:.0f} % | "
            f"{100 * covered(ratios, least, most):.0f} % of {len(ratios)} |"
        )
    return lines


def page(trials: Sequence[Trial]) -> str:
    """Return the part of docs/methods/split.md between the marks."""
    best = [t for t in trials if t.prior is DEFAULT_PRIOR]
    chosen = [t for t in best if t.countries in CHOOSING]
    tested = [t for t in best if t.countries in TESTING]
    classes = {what: classes_of(chosen, what) for what in EDGES}
    ends = {what: country_ends(by_country(chosen, what)) for what in EDGES}
    head = ["| hidden | | nodes | of the amount | countries |", "|---|---|---|---|---|"]
    parts = [
        "Mean absolute error, as a share of the true total; 0 is perfect:",
        *mean_table(trials),
        f"Estimate over truth per country, prior {DEFAULT_PRIOR.value}:",
        *country_table(best),
        "Stated 90 % intervals that hold the truth, on groups that they were not made from:",
        *head,
        *[
            line
            for group in TESTING
            for line in coverage([t for t in tested if t.countries == group], classes, ends)
        ],
        "Every trial:",
        *error_table(trials),
    ]
    lines: list[str] = []
    for part in parts:
        if lines and part.startswith("|") != lines[-1].startswith("|"):
            lines.append("")
        lines.append(part)
    return "\n".join([BEGIN, "", *lines, "", END])


def main() -> int:
    """Run the trials, and write or check what they say."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("source", type=Path)
    parser.add_argument("--check", action="store_true")
    given = parser.parse_args()
    trials = run_trials(
        given.source,
        (*CHOOSING, *TESTING),
        YEARS,
        progress=lambda name, done: print(f"[{done:4.0%}] {name}", file=sys.stderr),
    )
    chosen = [t for t in trials if t.prior is DEFAULT_PRIOR and t.countries in CHOOSING]
    errors = errors_file(chosen)
    old = PAGE.read_text(encoding="utf-8")
    before, rest = old.split(BEGIN)
    new = before + page(trials) + rest.split(END)[1]
    if given.check:
        return 0 if ERRORS.read_text(encoding="utf-8") == errors and old == new else 1
    ERRORS.write_text(errors, encoding="utf-8")
    PAGE.write_text(new, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
