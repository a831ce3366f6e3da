"""Whose chain is meant, in the words of a user."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ketenkaart.services.chain.purchases import Pricing, PurchaseList

HOME = "NLD"


@dataclass(frozen=True, slots=True)
class Question:
    """Whose chain is meant, in the words of a user.

    `demand` is a region whose final demand is meant (by default the Netherlands), `buyers` the
    kinds of buyers there (default: all but changes in inventories); `sector` a `REGION.sector`
    whose whole output is meant; `purchases` a list of purchases, with `pricing` for amounts in
    money, or a list that was read and placed already. At most one of the three.
    `products` narrows final demand to products of these sectors, wherever they were made; a code
    with its classification, such as `hs:520100`, stands for the sectors behind it, each counted
    for its weight.
    `keep_good` goes on with the good lines of a list that has bad ones.
    """

    edition: str | None = None
    demand: str | None = None
    buyers: tuple[str, ...] = ()
    sector: str | None = None
    purchases: Path | PurchaseList | None = None
    keep_good: bool = False
    products: tuple[str, ...] = ()
    pricing: Pricing | None = None
