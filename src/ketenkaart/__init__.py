"""Ketenkaart: mind the governance gap, map the chain.

`import ketenkaart as kk` gives the pure functions and the questions one can ask; each is loaded
when it is first used.

>>> import ketenkaart as kk
>>> kk.cell_coverage([0.2], [0.5, 0.5], [0.6, 0.7])
(0.2, 0.75, 1.0)
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ketenkaart.core.chain.aggregate import aggregate
    from ketenkaart.core.chain.exposure import exposure
    from ketenkaart.core.chain.leontief import coefficients, footprint, layers, output_for
    from ketenkaart.core.chain.types import Demand, Exposure, Extension, Table
    from ketenkaart.core.errors import (
        EditionError,
        InputError,
        KetenkaartError,
        NotFoundError,
        ReferenceDataError,
        StoreError,
        TableError,
    )
    from ketenkaart.core.governance.answers import GapAnswer, GapQuery
    from ketenkaart.core.governance.coverage import cell_coverage, tally
    from ketenkaart.core.governance.credit import shapley_shares
    from ketenkaart.core.governance.extremes import largest_ratio, smallest_ratio
    from ketenkaart.core.governance.gap import figures
    from ketenkaart.core.governance.reach import reach
    from ketenkaart.core.risk.average import average
    from ketenkaart.core.risk.classify import classify
    from ketenkaart.services.governance import compute_gap, explain, gap_series

__version__ = "0.1.0"

_HOMES = {
    "core.chain.aggregate": ("aggregate",),
    "core.chain.exposure": ("exposure",),
    "core.chain.leontief": ("coefficients", "footprint", "layers", "output_for"),
    "core.chain.types": ("Demand", "Exposure", "Extension", "Table"),
    "core.errors": (
        "EditionError",
        "InputError",
        "KetenkaartError",
        "NotFoundError",
        "ReferenceDataError",
        "StoreError",
        "TableError",
    ),
    "core.governance.answers": ("GapAnswer", "GapQuery"),
    "core.governance.coverage": ("cell_coverage", "tally"),
    "core.governance.credit": ("shapley_shares",),
    "core.governance.extremes": ("largest_ratio", "smallest_ratio"),
    "core.governance.gap": ("figures",),
    "core.governance.reach": ("reach",),
    "core.risk.average": ("average",),
    "core.risk.classify": ("classify",),
    "services.governance": ("compute_gap", "explain", "gap_series"),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = [
    "Demand",
    "EditionError",
    "Exposure",
    "Extension",
    "GapAnswer",
    "GapQuery",
    "InputError",
    "KetenkaartError",
    "NotFoundError",
    "ReferenceDataError",
    "StoreError",
    "Table",
    "TableError",
    "aggregate",
    "average",
    "cell_coverage",
    "classify",
    "coefficients",
    "compute_gap",
    "explain",
    "exposure",
    "figures",
    "footprint",
    "gap_series",
    "largest_ratio",
    "layers",
    "output_for",
    "reach",
    "shapley_shares",
    "smallest_ratio",
    "tally",
]


def __getattr__(name: str) -> Any:
    """Load a public name from its home when it is first asked for."""
    if name not in _HOME_OF:
        raise AttributeError(f"module 'ketenkaart' has no attribute {name!r}")
    return getattr(import_module(f"ketenkaart.{_HOME_OF[name]}"), name)


def __dir__() -> list[str]:
    """List the public names."""
    return sorted(__all__)
