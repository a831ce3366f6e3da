"""How fast laws are answered for many firms, beside the same firms one by one.

    python benchmarks/laws.py [FIRMS]

A million made-up firms are put to each version of the CSDDD and the CSRD at once; the peer answers
a sample of them one at a time, with the same trees. What is printed is a ratio within one run.
"""

import sys
import time
from datetime import date

import numpy as np

from ketenkaart.core.governance.rules.evaluate import evaluate
from ketenkaart.core.governance.rules.moving import scope_of_all
from ketenkaart.core.governance.rules.sweep import Population, evaluate_all
from ketenkaart.core.governance.rules.tree import Setting, prepare
from ketenkaart.core.governance.rules.values import Cell, Facts
from ketenkaart.sources.reference.laws import load_laws

SAMPLE = 500
DAYS = (date(2025, 1, 1), date(2026, 11, 22))


def made(size: int, seats: list[int]) -> Population:
    """Return made-up firms, of which one in fifty did not say how many employees it has."""
    draw = np.random.default_rng(20261122)
    employees = np.floor(draw.lognormal(6, 1.6, size))
    employees[draw.random(size) < 0.02] = np.nan
    turnover = np.floor(draw.lognormal(18, 2, size))
    return Population(
        size,
        {
            Cell("seat"): draw.choice(np.array(seats, dtype=np.float64), size),
            Cell("financial_year_end"): np.full(size, 1231.0),
            Cell("employees"): employees,
            Cell("turnover", "EUR"): turnover,
            Cell("turnover_eu", "EUR"): turnover / 3,
            Cell("is_ultimate_parent"): np.zeros(size),
            Cell("franchise_or_licence"): np.zeros(size),
        },
    )


def main(size: int) -> None:
    """Print, per law and day, seconds per million firms and how much faster than one by one."""
    book = load_laws()
    seat = book.vocabulary.find("seat")
    assert seat is not None
    firms = made(size, [seat.choices.index(code) for code in ("NLD", "DEU", "USA", "CHN")])
    print(f"{size} firms; {'law':<8}{'day':<12}{'s per million':>14}{'times one by one':>18}")
    for name in ("csddd", "csrd"):
        law = book.find(name)
        assert law is not None
        for day in DAYS:
            start = time.perf_counter()
            scope_of_all(law, firms, book, day)
            at_once = (time.perf_counter() - start) / size
            version = law.version_on(day)
            assert version is not None
            assert version.scope is not None
            node = prepare(version.scope, version.rules, Setting(book.vocabulary, {}, day))
            start = time.perf_counter()
            one_by_one = [
                evaluate(
                    node,
                    Facts(
                        {c: (float(v[k]),) * 2 for c, v in firms.columns.items() if v[k] == v[k]}
                    ),
                )
                for k in range(SAMPLE)
            ]
            single = (time.perf_counter() - start) / SAMPLE
            assert evaluate_all(node, firms)[:SAMPLE].tolist() == one_by_one
            print(f"{'':<14}{name:<8}{day!s:<12}{1e6 * at_once:14.2f}{single / at_once:18.0f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
