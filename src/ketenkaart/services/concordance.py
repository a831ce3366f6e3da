"""Say which sectors of a table a code of a good, an activity or a purchase stands for."""

from __future__ import annotations

from ketenkaart.core.chain.concordance import CLASSIFICATIONS, Placed, sectors_for
from ketenkaart.core.chain.world import WorldTable
from ketenkaart.core.errors import InputError
from ketenkaart.sources.reference.concordance import load_concordance


def place_code(text: str, table: WorldTable) -> Placed:
    """Return the sectors of a table behind a code such as `hs:520100` or `cpv:18100000-0`.

    Weights sum to 1; the grade says how sure they are. Raises `InputError` for a classification
    or code that is unknown, naming near ones, and for a table whose sectors no list leads to.
    """
    classification, mark, code = text.strip().partition(":")
    if not mark or not code:
        raise InputError(
            f"{text[:40]!r} is no code with its classification",
            where="code",
            fix=f"Write it like hs:520100; classifications: {', '.join(CLASSIFICATIONS)}.",
        )
    return sectors_for(code, classification.lower(), table.sectors, load_concordance())
