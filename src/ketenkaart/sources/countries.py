"""Country codes, and the other keys that sources use for the same countries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ketenkaart.sources.tabular import read_csv

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
    frame = read_csv(path, ["country", "m49", "owid_names"])
    by_m49: dict[int, str] = {}
    by_name: dict[str, str] = {}
    for _, country, numbers, names in frame.iter_rows():
        by_m49 |= {int(number): country for number in (numbers or "").split("|") if number}
        by_name |= {name: country for name in (names or "").split("|") if name}
    return CountryKeys(tuple(frame["country"]), by_m49, by_name)
