"""Run studies of made populations from the command line, a line of a table for each."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

import numpy as np
from page import put

WITHIN = (0.94, 0.96)
Study = TypeVar("Study")


def as_expected(share: float) -> str:
    """Say whether 95 % intervals held as often as they should."""
    return "yes" if WITHIN[0] <= share <= WITHIN[1] else "no"


def run_studies(
    about: str,
    head: Callable[[int], list[str]],
    studies: Sequence[Study],
    line_of: Callable[[Study, int, np.random.Generator], str],
) -> None:
    """Run every study and print its line; with --write put heading and table into a page.

    `head` makes the lines above the table's rows from the number of populations; `line_of` makes a
    study's row. Each study has random numbers of its own, so that one more changes no other.
    """
    parser = argparse.ArgumentParser(description=about.split("\n", maxsplit=1)[0])
    parser.add_argument("populations", nargs="?", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--write", type=Path)
    given = parser.parse_args()
    lines = head(given.populations)
    for place, study in enumerate(studies):
        random = np.random.default_rng([given.seed, place])
        lines.append(line_of(study, given.populations, random))
        print(lines[-1], flush=True)
    if given.write is not None:
        put(given.write, "\n".join([*lines, ""]))
