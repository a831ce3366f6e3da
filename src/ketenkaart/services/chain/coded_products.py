"""Products that are asked for by a code of a good, such as `hs:520100` or `cpv:18100000-0`."""

from __future__ import annotations

from collections.abc import Sequence

from ketenkaart.core.chain.world import WorldTable
from ketenkaart.core.errors import InputError
from ketenkaart.services.chain.called import sector_called
from ketenkaart.services.chain.purchase_places import Coded, placed_code, schemed


def is_code(product: str) -> bool:
    """Tell a code with its classification from a sector of a table."""
    return ":" in product


def place_product(text: str, table: WorldTable, where: str = "--product") -> Coded:
    """Return the sectors of a table behind a code with its classification, with weights.

    Weights say how sure the sector is, not how much of the sector's products the good is.
    Raises `InputError` for what is no code, is unknown, or leads to no sector of the table.
    """
    try:
        return placed_code(*schemed(text), table)
    except InputError as error:
        raise InputError(error.what, where=where, fix=error.fix) from error


def product_weights(
    products: Sequence[str], table: WorldTable, where: str = "--product"
) -> tuple[dict[str, float], str]:
    """Return how far products of each sector count, from 0 to 1, and the products in words.

    A sector counts whole; behind a code each sector counts for its weight. What is named more than
    once counts for the sum, and never more than whole. Raises `InputError` as `place_product` does,
    and for a sector that the table lacks.
    """
    found: dict[str, float] = {}
    words = []
    for product in dict.fromkeys(products):
        if is_code(product):
            coded = place_product(product, table, where)
            weights = dict(coded.weights)
            inside = ", ".join(f"{sector} {weight:.0%}" for sector, weight in weights.items())
            words.append(f"{coded.code} ({inside})")
        else:
            sector = sector_called(table, product, where)
            weights = {sector: 1.0}
            words.append(sector)
        for sector, weight in weights.items():
            found[sector] = min(1.0, found.get(sector, 0.0) + weight)
    return found, ", ".join(dict.fromkeys(words))
