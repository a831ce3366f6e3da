"""What is counted along a chain, a risk among it, with what must be said beside it."""

from __future__ import annotations

import numpy as np

from ketenkaart.core.chain.counted import extension_of
from ketenkaart.core.chain.types import Booleans, Extension
from ketenkaart.core.chain.world import WorldTable
from ketenkaart.core.provenance import Text

RISK = "risk:"


def is_risk(name: str) -> bool:
    """Tell whether the name of an extension means the risk of an issue: `risk:ISSUE`."""
    return name.strip().casefold().startswith(RISK)


def counted_with_notes(table: WorldTable, name: str) -> tuple[Extension, tuple[Text, ...]]:
    """Return one extension that chains can be followed by, and what to say beside it.

    A risk counts where it is known alone, and the note says so: what is unknown is left out, not
    counted as nothing. Raises `InputError` for a name that the table lacks.
    """
    if not is_risk(name):
        return extension_of(table, name), ()
    from ketenkaart.services.chain.risks import known_risk  # noqa: PLC0415 - opens an edition

    counted, unknown = known_risk(table, name.strip().casefold())
    made = float(extension_of(table, "value_added").values.sum())
    share = 100 * unknown / made if made else 0.0
    return counted, (
        Text(
            nl="Schatting: toegevoegde waarde maal een index van kans. Waar het risico onbekend is "
            f"({share:.0f} % van alle toegevoegde waarde in de tabel), telt hier niets mee: dat is "
            "iets anders dan geen risico.",
            en="Estimate: value added times an index of likelihood. Where the risk is unknown "
            f"({share:.0f} % of all value added in the table) nothing counts here: that is not the "
            "same as no risk.",
        ),
    )


def known_nodes(table: WorldTable, name: str) -> Booleans:
    """Return at which nodes anything is known of what is counted; shape (n,).

    All of them but for a risk: where that is unknown, it is not zero.
    """
    if not is_risk(name):
        return np.ones(table.n, dtype=np.bool_)
    from ketenkaart.services.chain.risks import risk_extensions  # noqa: PLC0415 - opens an edition

    return np.asarray(~np.isnan(risk_extensions(table, name.strip().casefold())[0].values))
