"""What can be counted along a chain: value added, satellites, or output itself."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ketenkaart.core.chain.codes import SHOWN, matching_code
from ketenkaart.core.chain.leontief import per_output
from ketenkaart.core.chain.types import Extension, Floats
from ketenkaart.core.chain.world import WorldTable
from ketenkaart.core.errors import InputError

VALUE_ADDED = "value_added"
OUTPUT = "output"
WORK = ("person_years", "jobs", "employment", "employees", "work", "labour", "workers")
"""What people call the work in a chain; a table has one of these names, or none."""


def extension_names(table: WorldTable) -> tuple[str, ...]:
    """Return every name that `extension_of` knows, value added first."""
    first = (VALUE_ADDED,) if table.V else ()
    return tuple(dict.fromkeys((*first, *table.V, *table.satellites, OUTPUT)))


def extension_of(table: WorldTable, name: str) -> Extension:
    """Return what is counted under a name, per node, in its own unit a year.

    `value_added` is the row of that name or, where the table parts it, the sum of all its
    value-added rows; `output` is output itself (of which a chain holds more than its demand).
    Work goes by any of its names, where the table counts it under one. Raises `InputError` for a
    name that the table lacks.
    """
    found = matching_code("extension", _work(table, name), extension_names(table), "--extension")
    if found in table.satellites:
        return table.satellites[found]
    if found == OUTPUT and found not in table.V:
        values = table.x
    elif found in table.V:
        values = table.V[found]
    else:
        values = np.sum(list(table.V.values()), axis=0)
    return Extension(found, table.unit, values, values, values, is_estimate=False)


def _work(table: WorldTable, name: str) -> str:
    """Return the table's name for work where work is asked for, else the name as it is.

    Raises `InputError` where the table counts no work.
    """
    wanted, known = name.strip().casefold(), extension_names(table)
    if wanted not in WORK or wanted in {item.casefold() for item in known}:
        return name
    there = [item for item in known if item.casefold() in WORK]
    if len(there) == 1:
        return there[0]
    raise InputError(
        f"{table.edition} counts no {wanted}",
        where="--extension",
        fix="The starter edition does, as an estimate: --edition starter --extension person_years. "
        f"Here: {', '.join(known[:SHOWN])}.",
    )


def intensities(table: WorldTable, extensions: Sequence[Extension]) -> Floats:
    """Return extensions per unit of output, one row each; shape (extensions, n).

    A node without output has none: what is counted there cannot follow any product.
    """
    rows = [per_output(item.values, table.x) for item in extensions]
    return np.array(rows).reshape(len(rows), table.n)
