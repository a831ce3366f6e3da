"""Made answers to the questionnaire on motives: three kinds of firms, known beforehand."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np

from ketenkaart.sources.reference.motives import load_questionnaire

MISSING = ("unknown", "not_applicable", "refused")
CHANCES = {  # of answers 0, 1, 2 about what firms do
    "leaders": (0.02, 0.13, 0.85),
    "pack": (0.2, 0.55, 0.25),
    "laggards": (0.88, 0.1, 0.02),
}


def made_answers(
    count: int = 300, seed: int = 4, missing: float = 0.03
) -> tuple[list[dict[str, str]], list[str]]:
    """Return rows of answers, with strata, weights and turnover, and the kind of each firm."""
    rng = np.random.default_rng(seed)
    asked = load_questionnaire()
    kinds = rng.choice(list(CHANCES), count, p=[0.2, 0.55, 0.25])
    rows = []
    for k, kind in enumerate(kinds):
        stratum = "large" if rng.random() < 0.4 else "small"
        row = {
            "firm": f"f{k:04d}", "stratum": stratum, "weight": "2" if stratum == "large" else "9",
            "turnover": f"{rng.lognormal(3, 1):.1f}",
        }  # fmt: skip
        drive = {"leaders": 4.2, "pack": 3.2, "laggards": 2.2}[str(kind)]
        for scale in asked.scales:
            own = drive + rng.normal(0, 0.6)
            for item in scale.items:
                if scale.kind == "motive":
                    value = int(np.clip(round(own + rng.normal(0, 0.7)), 1, 5))
                    answer = str(6 - value if item.is_reversed else value)
                else:
                    answer = str(rng.choice(3, p=CHANCES[str(kind)]))
                row[item.id] = str(rng.choice(MISSING)) if rng.random() < missing else answer
        rows.append(row)
    return rows, [str(kind) for kind in kinds]


def write_answers(path: Path, rows: list[dict[str, str]]) -> Path:
    """Write answers as CSV."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path
