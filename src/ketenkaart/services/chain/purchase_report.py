"""Show how a purchase list was read: every row, with its place or the reason why it has none."""

from __future__ import annotations

from pathlib import Path

from ketenkaart.services.chain.answer import ChainAnswer
from ketenkaart.services.chain.asking import home_region
from ketenkaart.services.chain.purchase_reading import read_purchases
from ketenkaart.services.chain.purchases import PlacedRow, Pricing, PurchaseList, Rejected
from ketenkaart.services.chain.tables import chosen_table
from ketenkaart.services.exports import Cell

COLUMNS = (
    "row", "state", "code", "description", "region", "sectors", "grade", "value", "column", "why",
    "what_to_do",
)  # fmt: skip


def ask_purchases(
    path: Path,
    *,
    edition: str | None = None,
    home: str | None = None,
    pricing: Pricing | None = None,
    data_folder: Path | None = None,
) -> ChainAnswer:
    """Return every row of a purchase list, in its order, placed or not, and the list as a whole.

    `sectors` are those the code stands for, with weights; an empty region was spread as final
    demand of the home country is. Nothing is refused but a list that cannot be read at all.
    """
    table = chosen_table(edition, data_folder)
    found = read_purchases(
        path, table, home=home_region(table, home), keep_good=True, pricing=pricing
    )
    return placed_rows(found)


def placed_rows(found: PurchaseList) -> ChainAnswer:
    """Return every row of a list that was read, as `ask_purchases` does."""
    facts = {name: value for name, value in found.facts().items() if name != "unplaced"}
    return ChainAnswer(
        edition=found.edition,
        year=found.year,
        unit=found.unit,
        title=f"The rows of {found.name}, placed in the table of {found.year}",
        facts=facts,
        columns=COLUMNS,
        rows=_rows(found),
        notes=found.cautions(),
    )


def _rows(found: PurchaseList) -> tuple[tuple[Cell, ...], ...]:
    rows = [(item.row, _placed(item)) for item in found.placed]
    rows += [(item.row, _unplaced(item)) for item in found.rejected]
    return tuple(cells for _, cells in sorted(rows, key=lambda pair: pair[0]))


def _placed(item: PlacedRow) -> tuple[Cell, ...]:
    weights = item.coded.weights.items()
    sectors = "; ".join(f"{sector} {100 * weight:.1f}%" for sector, weight in weights)
    region = f"{item.region} (rest of the world)" if item.is_rest else item.region
    return (
        item.row, "placed", item.coded.code, item.description, region, sectors,
        item.coded.grade.value, item.value, None, None, None,
    )  # fmt: skip


def _unplaced(item: Rejected) -> tuple[Cell, ...]:
    return (
        item.row, "not placed", item.code, item.description, None, None, None, item.value,
        item.column, item.why, item.fix,
    )  # fmt: skip
