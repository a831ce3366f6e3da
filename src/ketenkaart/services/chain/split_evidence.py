"""Gather from the publishers' files what is known of every country in one year."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ketenkaart.core.chain.split.types import SPENDING, Evidence
from ketenkaart.core.errors import InputError

if TYPE_CHECKING:
    from ketenkaart.sources.reference.exchange_rates import ExchangeRates
    from ketenkaart.sources.reference.splitting import SplitReference

FILES = {
    "una_2020": "unama_gva/gva_by_activity_ncu_1970_2020.csv.gz",
    "ilo_2024": "ilo_workforce/workforce_total_iso3.csv",
    "ilo_countries": "ilo_workforce/countries_en.csv",
    "icio_rates": "icio_labels/ReadMe_ICIO2021_CSV.xlsx",
    "owid_metals": "owid/metal_production_clio_infra_usgs/data.csv",
    "owid_minerals": "owid/mineral_production_bgs_2016/data.csv",
    "cepii_2006": "trade/nld_imports_by_origin_2006.csv",
}
"""Where each source stands in the folder of source data, by its id in `reference/sources.yml`."""
LISTS = "facilities/lists"
"""Where lists of suppliers stand, CSV with a column `country`; they may be absent."""


@dataclass(frozen=True, slots=True)
class Read:
    """The evidence, the countries without an exchange rate, and the files that it came from."""

    evidence: Evidence
    without_rate: tuple[str, ...]
    files: Mapping[str, Path]


def read_evidence(
    folder: Path,
    year: int,
    *,
    rates_file: Path | None = None,
    reference: SplitReference | None = None,
) -> Read:
    """Return what the sources in `folder` say of all countries in `year`, in million USD.

    Accounts in national currency become dollars by the rate in `rates_file` (CSV with columns
    `country` and `per_usd`), else the OECD's, else a peg, else the one in
    `reference/exchange_rates.yml`; a country without a rate is unknown. Raises `InputError` for a
    folder, file or year that is not there, `TableError` for bad content.
    """
    from ketenkaart.sources import cepii, icio, ilo, owid, una  # noqa: PLC0415 - loads Polars
    from ketenkaart.sources.countries import country_keys  # noqa: PLC0415 - as above
    from ketenkaart.sources.reference.exchange_rates import load_exchange_rates  # noqa: PLC0415
    from ketenkaart.sources.reference.splitting import load_split_reference  # noqa: PLC0415

    if not folder.is_dir():
        raise InputError(
            "There is no folder with source data",
            where=str(folder),
            fix="Give it with --from; docs/methods/split.md says which files it holds.",
        )
    reference = reference or load_split_reference()
    files = {name: folder / path for name, path in FILES.items()}
    accounts = {
        row["country"]: row for row in una.read_accounts(files["una_2020"], year).to_dicts()
    }
    rates = icio.read_exchange_rates(files["icio_rates"], year)
    worth = load_exchange_rates()
    own = {} if rates_file is None else _own_rates(rates_file)
    codes = tuple(code for code in country_keys().codes if code != "REU")
    in_dollars = {
        code: rate
        for code in codes
        if code in accounts
        and (rate := own.get(code) or _rate(code, accounts[code]["currency"], rates, worth, year))
    }
    metals: dict[str, float] = {}
    for kind, name in (("metal", "owid_metals"), ("mineral", "owid_minerals")):
        prices = {m.column: m.usd_per_unit for m in reference.metals if m.file == kind}
        for code, value in owid.read_mine_output(files[name], year, prices).items():
            metals[code] = metals.get(code, 0.0) + value
    persons = dict(ilo.read_employment(files["ilo_2024"], year).iter_rows())
    parts = ilo.read_parts_of_the_world(files["ilo_countries"])
    dutch = dict(cepii.read_imports(files["cepii_2006"]).iter_rows())

    def money(*names: str) -> Any:
        found = np.full((len(codes), len(names)), np.nan)
        for k, code in enumerate(codes):
            if code in in_dollars:
                row = accounts[code]
                found[k] = [np.nan if row[n] is None else row[n] for n in names]
                found[k] /= in_dollars[code] * 1e6
        return found

    def each(column: Mapping[str, float]) -> Any:
        return np.array([column.get(code, np.nan) for code in codes], dtype=np.float64)

    trade = money("exports", "imports")
    evidence = Evidence(
        countries=codes,
        activities=una.ACTIVITIES,
        value_added=money(*una.ACTIVITIES),
        workers=each(persons),
        spending=money(*SPENDING),
        exports=trade[:, 0],
        imports=trade[:, 1],
        metals=each(metals),
        dutch_imports=each(dutch),
        factories=np.nan_to_num(each(_factories(folder / LISTS)), nan=0.0),
        neighbours=tuple(parts.get(code, "") for code in codes),
    )
    missing = tuple(code for code in codes if code in accounts and code not in in_dollars)
    if rates_file is not None:
        files["own_rates"] = rates_file
    return Read(evidence, missing, files)


def _own_rates(path: Path) -> dict[str, float]:
    """Read exchange rates that a user gives; raises `TableError` naming row and column."""
    from ketenkaart.sources.countries import country_keys  # noqa: PLC0415 - loads Polars
    from ketenkaart.sources.tabular import (  # noqa: PLC0415 - as above
        check_between,
        check_countries,
        check_unique,
        read_csv,
    )

    frame = read_csv(path, ["country"], ["per_usd"])
    check_countries(frame, "country", country_keys().codes, path)
    check_unique(frame, ["country"], path)
    check_between(frame, "per_usd", 1e-9, math.inf, path)
    return dict(zip(frame["country"], frame["per_usd"], strict=True))


def _rate(
    code: str,
    currency: str,
    rates: Mapping[str, float],
    worth: ExchangeRates,
    year: int,
) -> float | None:
    if code in rates:
        return rates[code]
    for peg in worth.pegs:
        if peg.currency == currency:
            anchor = rates.get(peg.anchor)
            return None if anchor is None else anchor * peg.units
    return worth.of_country(code, year)


def _factories(folder: Path) -> dict[str, float]:
    """Count the factories that lists of suppliers name, by country; none without lists.

    A line whose country cannot be placed is not counted.
    """
    from ketenkaart.sources.reference.labels import load_countries  # noqa: PLC0415 - YAML
    from ketenkaart.sources.tabular import read_csv  # noqa: PLC0415 - loads Polars

    places = load_countries()
    names = {
        name.casefold(): code for code, text in places.names().items() for name in (code, text.en)
    }
    names |= {code.casefold(): alpha3 for code, alpha3 in places.alpha3_by_any_code().items()}
    found: dict[str, float] = {}
    for path in sorted(folder.glob("*.csv")):
        for country in read_csv(path, ["country"])["country"].to_list():
            code = names.get((country or "").strip().casefold())
            if code is not None:
                found[code] = found.get(code, 0.0) + 1.0
    return found
