"""The same questions put to other libraries, where they are installed."""

from __future__ import annotations

import contextlib
import importlib
import io
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from chain_tables import Floats, Made

MISSING = "not installed: `make .venv/.installed-bench`"


def library(name: str) -> Any | None:
    """Return a library, or None where it is not installed."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return importlib.import_module(name)
    except ImportError:
        return None


def pymrio_system(pymrio: Any, table: Made) -> Any:
    """Return the table as pymrio wants it; nothing is calculated yet."""
    import pandas as pd  # noqa: PLC0415 - comes with pymrio

    x = np.linalg.solve(np.eye(table.n) - table.A, table.Y.sum(axis=1))
    size = table.n // table.regions
    regions = [f"R{k:03}" for k in range(table.regions)]
    nodes = pd.MultiIndex.from_product(
        [regions, [f"s{k:03}" for k in range(size)]], names=["region", "sector"]
    )
    buyers = pd.MultiIndex.from_product([regions, ["final"]], names=["region", "category"])
    F = pd.DataFrame(table.S * x, index=[f"risk {k}" for k in range(len(table.S))], columns=nodes)
    F.index.name = "stressor"
    return pymrio.IOSystem(
        Z=pd.DataFrame(table.A * x, index=nodes, columns=nodes),
        Y=pd.DataFrame(table.Y, index=nodes, columns=buyers),
        risks={"name": "risks", "F": F},
    )


def calc_all(system: Any) -> Any:
    """Let pymrio calculate everything, as its manual says to begin; return its inverse."""
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        system.calc_all()
    return system.L


def pyspa_paths(pyspa: Any, table: Made, product: int, least: float) -> Callable[[], Floats]:
    """Return pyspa's search for all paths of one product above a size, ready to run.

    `least` is per unit of demand. pyspa keeps partial paths by what all that lies upstream carries;
    what comes back are the values of those that carry as much by themselves.
    """
    import pandas as pd  # noqa: PLC0415 - comes with pyspa

    s: Floats = table.S[1]
    multipliers = s @ np.linalg.inv(np.eye(table.n) - table.A)
    sheet = pd.DataFrame(
        {
            "Sector ID": np.arange(table.n),
            "Name": [f"s{k}" for k in range(table.n)],
            "Unit": "MUSD",
            "Region": "R",
            "DR_risk_(MUSD)": s,
            "TR_risk_(MUSD)": multipliers,
        }
    )

    def run() -> Floats:
        with contextlib.redirect_stdout(io.StringIO()):
            found = pyspa.get_spa(
                product,
                20,
                table.A,
                sheet,
                {"risk": least},
                breakdown_remainder=False,
                zero_indexing=True,
            )
        carried = np.array([path.get_intensity("direct", "risk") for path in found.pathways_list])
        return np.asarray(carried[carried >= least])

    return run
