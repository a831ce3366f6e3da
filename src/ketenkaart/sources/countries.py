"""Country codes, and the other keys that sources use for the same countries."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

REFERENCE = Path(__file__).resolve().parent.parent / "reference"


@dataclass(frozen=True, slots=True)
class CountryKeys:
    """ISO 3166-1 alpha-3 codes (and XKX), in order, with UN M49 numbers and English names."""

    codes: tuple[str, ...]
    by_m49: Mapping[int, str]
    by_name: Mapping[str, str]


@cache
def country_keys(path: Path = REFERENCE / "country_keys.csv") -> CountryKeys:
    """Return the keys in reference/country_keys.csv.

    >>> country_keys().by_m49[528], country_keys().by_name["South Korea"]
    ('NLD', 'KOR')
    """
    by_m49: dict[int, str] = {}
    by_name: dict[str, str] = {}
    # Many short commands ask for a country; a library for tables would double their time.
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    for row in rows:
        by_m49 |= {int(number): row["country"] for number in row["m49"].split("|") if number}
        by_name |= {name: row["country"] for name in row["owid_names"].split("|") if name}
    return CountryKeys(tuple(row["country"] for row in rows), by_m49, by_name)
