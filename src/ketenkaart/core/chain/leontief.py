"""Input-output algebra: coefficients, output behind a demand, and production layers.

Symbols as in Miller & Blair, Input-Output Analysis (2nd ed., 2009), ch. 2 and 6: Z transactions,
A coefficients, x output, y final demand, L = (I - A)^-1. The inverse is never formed: what is
asked for is a linear system with a few right-hand sides.
"""

from __future__ import annotations

import numpy as np

from ketenkaart.core.chain.types import Floats, Table
from ketenkaart.core.errors import TableError


def coefficients(Z: Floats, x: Floats) -> Floats:
    """Return the technical coefficients A = Z x^-1 (Miller & Blair 2009, eq. 2.3).

    A[i, j] is what is bought from node i for one unit of output of node j; shape (n, n), no unit.
    A node without output buys nothing: its column is zero.

    >>> Z = np.array([[150.0, 500.0], [200.0, 100.0]])
    >>> coefficients(Z, np.array([1000.0, 2000.0])).tolist()
    [[0.15, 0.25], [0.2, 0.05]]
    """
    return np.divide(Z, x[None, :], out=np.zeros_like(Z, dtype=np.float64), where=x[None, :] > 0)


def output_for(A: Floats, Y: Floats) -> Floats:
    """Return the output X that final demand needs, directly and indirectly: (I - A) X = Y.

    X[i, k] is output of node i for the demand in column k, in the unit of Y; shape of Y, (n,) or
    (n, k). Miller & Blair (2009), eq. 2.9. Raises `TableError` where the table makes no sense as
    an economy: a column that buys more than it makes.

    >>> A = np.array([[0.15, 0.25], [0.2, 0.05]])
    >>> output_for(A, np.array([600.0, 1500.0])).round(2).tolist()
    [1247.52, 1841.58]
    """
    try:
        X = np.linalg.solve(np.eye(len(A)) - A, Y)
    except np.linalg.LinAlgError as error:
        raise TableError(
            "The table has no solution: I - A is singular",
            fix="Look for a sector that buys as much as it makes.",
        ) from error
    return np.asarray(X, dtype=np.float64)


def layers(A: Floats, Y: Floats, separate: int = 4) -> Floats:
    """Return output by production layer: Y, AY, A^2 Y, ..., and one last layer with all the rest.

    X[i, k, t] is output of node i in layer t for the demand in column k, in the unit of Y; shape
    (n, k, separate + 1). Layer 0 makes what is bought, layer 1 its direct inputs, and so on; the
    last entry is layer `separate` and deeper, A^separate Y solved for at once. The layers sum to
    `output_for(A, Y)`. Power series: Miller & Blair (2009), section 2.4.

    >>> A = np.array([[0.15, 0.25], [0.2, 0.05]])
    >>> layers(A, np.array([[600.0], [1500.0]]), separate=2)[:, 0, :].round(2).tolist()
    [[600.0, 465.0, 182.52], [1500.0, 195.0, 146.58]]
    """
    found = np.empty((*Y.shape, separate + 1))
    current = np.asarray(Y, dtype=np.float64)
    for t in range(separate):
        found[:, :, t] = current
        current = A @ current
    found[:, :, separate] = output_for(A, current)
    return found


def per_output(values: Floats, x: Floats) -> Floats:
    """Return an extension per unit of output; a node without output has none (zero).

    >>> per_output(np.array([650.0, 5.0]), np.array([1000.0, 0.0])).tolist()
    [0.65, 0.0]
    """
    return np.divide(values, x, out=np.zeros(len(x)), where=x > 0)


def footprint(table: Table, extension: str, Y: Floats) -> Floats:
    """Return the extension embodied in a final demand, per source node.

    F[i, k] is what node i contributes to the demand in column k, in the extension's unit; shape
    of Y. Miller & Blair (2009), section 6.2 (output multipliers times final demand).
    """
    A = coefficients(table.Z, table.output)
    intensity = per_output(table.extensions[extension].values, table.output)
    X = output_for(A, Y)
    return np.asarray(intensity.reshape((-1,) + (1,) * (X.ndim - 1)) * X)
