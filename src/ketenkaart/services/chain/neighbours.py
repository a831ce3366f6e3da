"""One sector's neighbours, and who sits between a maker and a demand."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

import numpy as np

from ketenkaart.core.chain.counted import extension_of
from ketenkaart.core.chain.footprint import Grouping, grouped, places
from ketenkaart.core.chain.intermediaries import intermediaries, through
from ketenkaart.core.chain.sector import Downstream, downstream, upstream
from ketenkaart.core.chain.world import WorldTable
from ketenkaart.core.errors import InputError
from ketenkaart.core.provenance import Text
from ketenkaart.services.chain.answer import ChainAnswer, largest
from ketenkaart.services.chain.asking import make_out
from ketenkaart.services.chain.called import node_called, nodes_called
from ketenkaart.services.chain.counting import counted_with_notes
from ketenkaart.services.chain.demand_notes import demand_notes
from ketenkaart.services.chain.question import Question
from ketenkaart.services.chain.remembering import solver_of
from ketenkaart.services.chain.tables import chosen_table, require_all_demand
from ketenkaart.services.exports import Cell

End = Literal["country", "buyer", "product", "customer"]
MOST_BETWEEN = 200


def ask_upstream(
    sector: str,
    *,
    edition: str | None = None,
    extension: str = "value_added",
    by: Grouping = "node",
    top: int | None = None,
    data_folder: Path | None = None,
) -> ChainAnswer:
    """Return where a sector's inputs come from: bought directly, and made anywhere up its chain."""
    table = chosen_table(edition, data_folder)
    node = node_called(table, sector, "SECTOR")
    counted = extension_of(table, extension)
    found = upstream(table, solver_of(table, edition, data_folder), counted, node)
    bought, embodied = (grouped(table, row, by).tolist() for row in (found.bought, found.embodied))
    rows = [
        (place.country, place.sector, bought[k], embodied[k])
        for k, place in enumerate(places(table, by))
    ]
    kept, rest = largest(rows, embodied, top)
    facts: dict[str, Any] = {
        "total": float(found.embodied.sum()),
        "own": float(found.embodied[node]),
        "bought": float(found.bought.sum()),
        "bought_unit": table.unit,
    }
    if rest is not None:
        facts["rest"] = rest
    return ChainAnswer(
        edition=table.edition,
        year=table.year,
        unit=counted.unit,
        title=f"Where the inputs of {table.label(node)} come from, {table.year}: bought directly, "
        f"and {counted.id} up the whole chain",
        facts=facts,
        columns=("country", "sector", "bought", "embodied"),
        rows=kept,
    )


def ask_downstream(
    sector: str,
    *,
    edition: str | None = None,
    by: End = "country",
    top: int | None = None,
    data_folder: Path | None = None,
) -> ChainAnswer:
    """Return where a sector's output ends up: with whom, or in which products.

    By country and buyer, and by the product it is finally bought in, all output is followed to
    the end; by customer, only direct sales to production are shown.
    """
    table = chosen_table(edition, data_folder)
    require_all_demand(table)
    node = node_called(table, sector, "SECTOR")
    found = downstream(table, solver_of(table, edition, data_folder), node)
    columns, rows = _ends(table, found, by)
    kept, rest = largest(rows, [float(row[-1] or 0.0) for row in rows], top)
    output = float(table.x[node])
    followed = float(found.buyers.sum())
    facts: dict[str, Any] = {
        "output": output,
        "total": float(found.sold.sum()) if by == "customer" else followed,
        "unbalanced": output - followed,
        "forward_linkage": found.linkage,
    }
    if rest is not None:
        facts["rest"] = rest
    return ChainAnswer(
        edition=table.edition,
        year=table.year,
        unit=table.unit,
        title=f"Where the output of {table.label(node)} ends up, {table.year}",
        facts=facts,
        columns=columns,
        rows=kept,
        notes=(FORWARD,),
    )


def ask_between(
    question: Question,
    *,
    sources: Sequence[str] = (),
    extension: str = "value_added",
    tiers: int = 3,
    top: int = 20,
    data_folder: Path | None = None,
) -> ChainAnswer:
    """Return the nodes through which an embodied flow passes between its makers and a demand.

    `sources` names the makers (a country, a sector, or `REGION.sector`; default: all). Rows are
    the `top` nodes by betweenness; what the others add is stated. Raises `InputError` for an
    unknown code, and for more rows than are worth solving for.
    """
    if not 1 <= top <= MOST_BETWEEN:
        raise InputError(
            f"{top} is no number of rows here", where="--top", fix=f"Use 1 to {MOST_BETWEEN}."
        )
    asked = make_out(question, data_folder)
    table = asked.table
    counted, said = counted_with_notes(table, extension)
    nodes = [node for code in sources for node in nodes_called(table, code, "--source")]
    found = intermediaries(
        table, asked.system, counted, asked.y, sorted(set(nodes)) if nodes else None, tiers
    )
    chosen = np.argsort(-found.between, kind="stable")[:top]
    passing = through(asked.system, found, chosen.tolist()).tolist()
    names = (*(f"tier_{k + 1}" for k in range(tiers)), "deeper")
    all_places = places(table, "node")
    rows: list[tuple[Cell, ...]] = []
    for k, node in enumerate(chosen.tolist()):
        share = passing[k] / found.total if found.total else None
        sums = float(found.between[node]), passing[k], share
        place = all_places[node]
        rows.append((place.country, place.sector, *sums, *found.by_tier[node].tolist()))
    whole = float(found.between.sum())
    return ChainAnswer(
        edition=table.edition,
        year=table.year,
        unit=counted.unit,
        title=f"Who sits between {', '.join(sources) or 'all makers'} and {asked.label}, "
        f"{table.year} ({counted.id})",
        facts={
            "total": found.total,
            "between": whole,
            "mean_steps_between": whole / found.total if found.total else None,
            "rest": whole - float(found.between[chosen].sum()),
        },
        columns=("country", "sector", "between", "through", "through_share", *names),
        rows=tuple(rows),
        notes=(TWICE, *said, *demand_notes(asked)),
        shares=frozenset({"through_share"}),
    )


def _ends(
    table: WorldTable, found: Downstream, by: End
) -> tuple[tuple[str, ...], list[tuple[Cell, ...]]]:
    if by in ("product", "customer"):
        values = (found.products if by == "product" else found.sold).tolist()
        return ("country", "sector", "value"), [
            (place.country, place.sector, values[k])
            for k, place in enumerate(places(table, "node"))
        ]
    buyers = list(zip(found.users, found.buyers.tolist(), strict=True))
    if by == "buyer":
        return ("country", "buyer", "value"), [
            (user.region, user.category, value) for user, value in buyers
        ]
    per_country = dict.fromkeys(table.regions, 0.0)
    for user, value in buyers:
        per_country[user.region] += value
    return ("country", "value"), list(per_country.items())


FORWARD = Text(
    nl="Gevolgd met de inkoopcoëfficiënten van de kopers (Leontief), voorraadveranderingen "
    "inbegrepen; de voorwaartse koppeling is die van Ghosh, als beschrijving van waar de "
    "productie bleef.",
    en="Followed by the buyers' input coefficients (Leontief), changes in inventories included; "
    "the forward linkage is that of Ghosh, as a description of where output went.",
)
TWICE = Text(
    nl="`between` telt elke passage tussen maker en koper; `through` telt een stroom één keer, de "
    "uiteinden inbegrepen: wat zonder deze schakel zou ontbreken.",
    en="`between` counts every passage between maker and buyer; `through` counts a flow once, its "
    "ends included: what would be missing without this node.",
)
