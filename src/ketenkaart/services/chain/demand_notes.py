"""What must be said of a demand before its figures are read: what of it was counted, and how."""

from __future__ import annotations

import numpy as np

from ketenkaart.core.provenance import Text
from ketenkaart.services.chain.asking import Asked

SHOWN = 3


def demand_notes(asked: Asked) -> tuple[Text, ...]:
    """Return notes on what a demand leaves out: of a purchase list, and where nothing is made."""
    listed = () if asked.purchases is None else asked.purchases.notes()
    return (*listed, *_unmade(asked))


def _unmade(asked: Asked) -> tuple[Text, ...]:
    """Return a note where a demand buys of nodes that the table gives no output.

    A node without output has no inputs and no intensity either: whoever made what was bought, the
    table does not know them, so nothing is counted for it, and that is not zero.
    """
    table = asked.table
    idle = np.flatnonzero((table.x == 0) & (asked.y != 0))
    if not idle.size:
        return ()
    amount = f"{float(asked.y[idle].sum()):,.6g}"
    order = idle[np.argsort(-np.abs(asked.y[idle]), kind="stable")]
    names = ", ".join(table.label(int(k)) for k in order[:SHOWN])
    places = f"{names} + {len(idle) - SHOWN}" if len(idle) > SHOWN else names
    dutch = amount.translate(str.maketrans(",.", ".,"))
    return (
        Text(
            nl=f"Van deze vraag wordt {dutch} {table.unit} gekocht waar de tabel geen productie "
            f"kent ({places}): wie het maakte is onbekend, en het telt nergens mee.",
            en=f"Of this demand {amount} {table.unit} is bought where the table knows no output "
            f"({places}): who made it is unknown, and it is counted nowhere.",
        ),
    )
