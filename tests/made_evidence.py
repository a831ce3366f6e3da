"""What is known of made countries, for splitting tables made for tests."""

from __future__ import annotations

import numpy as np

from ketenkaart.core.chain.split.cut import Classes
from ketenkaart.core.chain.split.estimate import Subject
from ketenkaart.core.chain.split.types import Evidence
from ketenkaart.core.chain.world import WorldTable

ACTIVITIES = ("agriculture", "mining_utilities")


def evidence(countries: tuple[str, ...], seed: int, unknown: tuple[str, ...] = ()) -> Evidence:
    """Return evidence on countries; those in `unknown` have workers, and nothing else."""
    rng = np.random.default_rng(seed)
    count = len(countries)
    missing = np.array([code in unknown for code in countries])

    def amounts(*shape: int) -> np.ndarray:
        found = 10 ** rng.uniform(0, 3, shape)
        found[missing] = np.nan
        return found

    return Evidence(
        countries=countries,
        activities=ACTIVITIES,
        value_added=amounts(count, len(ACTIVITIES)),
        workers=10 ** rng.uniform(3, 6, count),
        spending=amounts(count, 3),
        exports=amounts(count) / 3,
        imports=amounts(count) / 3,
        metals=np.where(rng.random(count) < 0.5, np.nan, amounts(count)),
        dutch_imports=np.where(rng.random(count) < 0.3, np.nan, amounts(count)),
        factories=np.floor(rng.random(count) * 10),
        neighbours=tuple(rng.choice(["north", "south", ""], count)),
    )


def subject(table: WorldTable, seed: int = 1, unknown: tuple[str, ...] = ("ZZZ",)) -> Subject:
    """Return a made table whose last region holds the countries AAA, BBB, CCC and ZZZ."""
    S = len(table.sectors)
    named = table.regions[:-1]
    return Subject(
        table=table,
        region=table.regions[-1],
        classes=Classes(
            activity=np.arange(S) % len(ACTIVITIES),
            is_good=np.arange(S) < max(1, S - 1),
            mine=1 if S > 1 else None,
            supplied=np.arange(S) == 0,
            kind={"households": "households", "stocks": "capital"},
        ),
        evidence=evidence((*named, "AAA", "BBB", "CCC", "ZZZ"), seed, unknown),
        other_codes={},
        home=named[0],
        missing_quantile=0.25,
    )
