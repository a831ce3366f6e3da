"""Trade of one country: with each partner, and what its imports carry over the border."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import numpy as np

from ketenkaart.core.chain.counted import extension_of
from ketenkaart.core.chain.footprint import grouped, places
from ketenkaart.core.chain.system import system_of
from ketenkaart.core.chain.trade import bilateral, border
from ketenkaart.core.provenance import Text
from ketenkaart.services.chain.answer import ChainAnswer, largest
from ketenkaart.services.chain.asking import home_region
from ketenkaart.services.chain.tables import chosen_table, require_all_demand

Side = Literal["use", "node", "country", "sector"]
KINDS = ("industry", "final_user", "re_export")


def ask_partners_in_trade(
    *,
    edition: str | None = None,
    region: str | None = None,
    extension: str = "value_added",
    top: int | None = None,
    data_folder: Path | None = None,
) -> ChainAnswer:
    """Return a country's trade with each partner, gross and embodied, the largest imports first.

    Gross flows count all that crosses the border, in the table's unit; embodied ones what is made
    in one country for final demand of the other, over whatever route, in the extension's unit.
    """
    table = chosen_table(edition, data_folder)
    require_all_demand(table)
    home = home_region(table, region)
    counted = extension_of(table, extension)
    found = bilateral(table, system_of(table), counted)
    h = table.regions.index(home)
    others = [r for r in range(len(table.regions)) if r != h]
    rows = [
        (
            table.regions[r],
            float(found.gross[h, r]),
            float(found.gross[r, h]),
            float(found.embodied[h, r]),
            float(found.embodied[r, h]),
        )
        for r in others
    ]
    kept, rest = largest(rows, [row[4] for row in rows], top)
    facts: dict[str, object] = {
        "gross_unit": table.unit,
        "gross_exports": float(found.gross[h].sum()),
        "gross_imports": float(found.gross[:, h].sum()),
        "embodied_exports": float(found.embodied[h, others].sum()),
        "embodied_imports": float(found.embodied[others, h].sum()),
        "at_home": float(found.embodied[h, h]),
    }
    if rest is not None:
        facts["rest"] = rest
    return ChainAnswer(
        edition=table.edition,
        year=table.year,
        unit=counted.unit,
        title=f"Trade of {home} and {counted.id} embodied in it, {table.year}",
        facts=facts,
        columns=(
            "partner", "gross_exports", "gross_imports", "embodied_exports", "embodied_imports",
        ),
        rows=kept,
        notes=(INVENTORIES,),
    )  # fmt: skip


def ask_border(
    *,
    edition: str | None = None,
    region: str | None = None,
    extension: str = "value_added",
    by: Side = "use",
    top: int | None = None,
    data_folder: Path | None = None,
) -> ChainAnswer:
    """Return what a country's imports embody at the border: the `trade` view.

    By use, a row is an importing industry (for use at home), a kind of final user, or an industry
    that sends its imports abroad again; otherwise a row is a place where it was made, with a
    column per kind of use. Never added to a footprint of demand.
    """
    table = chosen_table(edition, data_folder)
    home = home_region(table, region)
    counted = extension_of(table, extension)
    found = border(table, system_of(table), counted, home)
    h = table.regions.index(home)
    kinds = np.array([use.kind for use in found.uses])
    rows: list[tuple[str | float | None, ...]]
    if by == "use":
        embodied = found.embodied.sum(axis=0).tolist()
        rows = [
            (use.kind, use.code, gross, embodied[k])
            for k, (use, gross) in enumerate(zip(found.uses, found.gross.tolist(), strict=True))
        ]
        sizes = embodied
        columns: tuple[str, ...] = ("use", "code", "gross", "embodied")
    else:
        made = np.stack(
            [grouped(table, found.embodied[:, kinds == kind].sum(axis=1), by) for kind in KINDS], 1
        )
        sizes = made.sum(axis=1).tolist()
        rows = [
            (place.country, place.sector, sizes[k], *made[k].tolist())
            for k, place in enumerate(places(table, by))
        ]
        columns = ("country", "sector", "embodied", *KINDS)
    kept, rest = largest(rows, sizes, top)
    facts: dict[str, object] = {
        "gross_unit": table.unit,
        "gross": float(found.gross.sum()),
        "total": float(found.embodied.sum()),
        "made_at_home": float(found.embodied[table.region_index() == h].sum()),
        "uses": {kind: float(found.embodied[:, kinds == kind].sum()) for kind in KINDS},
    }
    if rest is not None:
        facts["rest"] = rest
    return ChainAnswer(
        edition=table.edition,
        year=table.year,
        unit=counted.unit,
        title=f"{counted.id} embodied in imports of {home} at its border, {table.year}",
        facts=facts,
        columns=columns,
        rows=kept,
        notes=(NEVER_ADDED, NO_TRANSIT, INVENTORIES),
    )


NEVER_ADDED = Text(
    nl="Nooit op te tellen bij de voetafdruk van vraag: wat heen en weer gaat, telt hier dubbel.",
    en="Never to be added to a footprint of demand: what crosses twice counts twice here.",
)
NO_TRANSIT = Text(
    nl="Re-export is wat een bedrijfstak invoert en in eigen producten weer uitvoert; zuivere "
    "doorvoer staat niet in de tabel.",
    en="Re-exports are what an industry takes in and sends abroad in its own products; goods that "
    "only pass through are not in the table.",
)
INVENTORIES = Text(
    nl="Veranderingen in voorraden tellen mee, met hun teken.",
    en="Changes in inventories count, with their sign.",
)
