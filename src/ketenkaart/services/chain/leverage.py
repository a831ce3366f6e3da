"""Where leverage lies: partners that would scale a covenant up, and Dutch weight abroad."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from ketenkaart.core.chain.counted import extension_of
from ketenkaart.core.chain.footprint import places
from ketenkaart.core.chain.levers import scale_up, trade_lever
from ketenkaart.core.errors import InputError
from ketenkaart.core.provenance import Text
from ketenkaart.services.chain.aid import COLUMNS as AID_COLUMNS
from ketenkaart.services.chain.aid import Aid
from ketenkaart.services.chain.answer import ChainAnswer, largest
from ketenkaart.services.chain.asking import home_region
from ketenkaart.services.chain.called import nodes_called, region_called
from ketenkaart.services.chain.coded_products import product_weights
from ketenkaart.services.chain.donors import Donors
from ketenkaart.services.chain.instruments_here import InstrumentsHere
from ketenkaart.services.chain.remembering import solver_of
from ketenkaart.services.chain.tables import chosen_table, require_all_demand
from ketenkaart.services.exports import Cell
from ketenkaart.services.installed import edition_day


def ask_scale_up(
    sectors: Sequence[str],
    *,
    edition: str | None = None,
    region: str | None = None,
    extension: str = "value_added",
    top: int | None = None,
    data_folder: Path | None = None,
) -> ChainAnswer:
    """Return the sectors abroad whose demand reaches where a covenant's chain runs, best first.

    `sectors` are the products that the covenant is about, in the table's codes, or codes of goods
    with their classification (`hs:520100`), each sector behind which counts for its weight. Shares
    are of the work at those places, weighed by the covenant's own exposure.
    """
    table = chosen_table(edition, data_folder)
    require_all_demand(table)
    home = home_region(table, region, "--country")
    weights, words = product_weights(sectors, table, "SECTOR")
    if not weights:
        raise InputError("No sector is named", where="SECTOR", fix="Name one or more sectors.")
    counted = extension_of(table, extension)
    found = scale_up(table, solver_of(table, edition, data_folder), counted, home, weights)
    rows = [
        (item.place.country, item.place.sector, item.added, item.at_home, item.embodied)
        for item in found.partners
    ]
    kept, rest = largest(rows, [item.added for item in found.partners], top)
    facts: dict[str, Any] = {"own_share": found.own}
    if rest is not None:
        facts["rest_share"] = rest
    return ChainAnswer(
        edition=table.edition,
        year=table.year,
        unit=counted.unit,
        title=f"Partners abroad for {home} in {words}, {table.year}: the share of the "
        f"work in its chain that each would add ({counted.id})",
        facts=facts,
        columns=("country", "sector", "added_share", "at_home_share", "embodied_abroad"),
        rows=kept,
        notes=(PARTNERS,),
        shares=frozenset({"added_share", "at_home_share"}),
    )


def ask_levers(
    *,
    edition: str | None = None,
    region: str | None = None,
    partners: Sequence[str] = (),
    at: Sequence[str] = (),
    extension: str = "value_added",
    top: int | None = None,
    day: date | None = None,
    aid: Sequence[Path] = (),
    data_folder: Path | None = None,
) -> ChainAnswer:
    """Return, per country and sector abroad, the weight of a country's demand, the largest first.

    `partners` are regions whose weight is shown beside it; `at` narrows the places. Beside them
    stand the programmes that are known there on a day (default: that of the starter edition), as
    `services.chain.donors` says them, the instruments that are about the sector
    (`services.chain.instruments_here`), and what files of `aid` (IATI) say.
    """
    table = chosen_table(edition, data_folder)
    require_all_demand(table)
    home = home_region(table, region, "--country")
    others = list(dict.fromkeys(region_called(table, code, "--with") for code in partners))
    counted, system = extension_of(table, extension), solver_of(table, edition, data_folder)
    own = trade_lever(table, system, counted, [home])
    theirs = trade_lever(table, system, counted, others) if others else None
    abroad = table.region_index() != table.regions.index(home)
    if at:
        wanted = {node for code in at for node in nodes_called(table, code, "--at")}
        abroad &= np.isin(np.arange(table.n), sorted(wanted))
    all_places = places(table, "node")
    when = day or edition_day()
    donors, instruments = Donors(table, when), InstrumentsHere(table, when)
    aided = Aid(table, aid, when) if aid else None
    rows: list[tuple[Cell, ...]] = []
    for node in np.flatnonzero(abroad).tolist():
        place = all_places[node]
        rows.append(
            (
                place.country,
                place.sector,
                float(counted.values[node]),
                _share(own.of_value, node),
                _share(own.of_exports, node),
                None if theirs is None else _share(theirs.of_value, node),
                donors.at(place.country, place.sector),
                instruments.at(place.country, place.sector),
                *(() if aided is None else aided.at(place.country, place.sector)),
            )
        )
    shares = [float(row[3]) if isinstance(row[3], float) else -1.0 for row in rows]
    kept, _ = largest(rows, shares, top)
    return ChainAnswer(
        edition=table.edition,
        year=table.year,
        unit=counted.unit,
        title=f"Weight of {home} in what is made abroad, {table.year} ({counted.id})",
        facts={"places": len(rows)},
        columns=(
            "country", "sector", "made", "share_of_value", "share_of_exports",
            "partners_share_of_value", "donor_programmes", "instruments",
            *(() if aided is None else AID_COLUMNS),
        ),
        rows=kept,
        notes=(donors.note(), instruments.note(), *(() if aided is None else aided.notes())),
        shares=frozenset({"share_of_value", "share_of_exports", "partners_share_of_value"}),
    )  # fmt: skip


def _share(values: np.typing.NDArray[np.float64], node: int) -> float | None:
    value = float(values[node])
    return None if np.isnan(value) else value


PARTNERS = Text(
    nl="Buiten het eigen land van de partner; wat daarbinnen wordt gemaakt, kan zijn eigen wet "
    "bereiken en staat apart. Een regio van vele landen is geen partner om mee te praten.",
    en="Outside the partner's own country; what is made inside it its own law can reach, and "
    "stands apart. A region of many countries is no partner to talk to.",
)
