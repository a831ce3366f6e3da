"""Factors of I - A, in single precision where the refinement of solutions makes up for it.

Factoring in float32 takes half the time and memory of float64; a solution is then corrected with
residuals in float64 until its proven error is small (Wilkinson; Higham, Accuracy and Stability of
Numerical Algorithms, 2nd ed., 2002, ch. 12). The caller judges each residual.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ketenkaart.core.chain.types import Floats


class Factors:
    """LU factors of I - A: 4 n^2 bytes, or 8 n^2 where they are `is_precise` (float64)."""

    def __init__(self, A: Floats, *, is_precise: bool) -> None:
        from scipy.linalg import lapack  # noqa: PLC0415 (half of a short process is imports)

        self.is_precise = is_precise
        self._lapack: Any = lapack
        kind = np.float64 if is_precise else np.float32
        factor = lapack.dgetrf if is_precise else lapack.sgetrf
        complement, self._is_turned = _complement(A, kind)
        self._lu, self._pivots, _ = factor(complement, overwrite_a=True)

    def solve(self, rows: Floats, *, transposed: bool) -> Floats:
        """Return about X with (I - A) X = rows, or X (I - A) = rows where `transposed`.

        Rows are scaled first, so that residuals near zero survive in float32.
        """
        kind = self._lu.dtype
        scale = np.abs(rows).max(axis=1, initial=0.0)
        scale[scale == 0] = 1.0
        right = np.asfortranarray((rows / scale[:, None]).T.astype(kind))
        solve = self._lapack.dgetrs if self.is_precise else self._lapack.sgetrs
        turned = int(transposed != self._is_turned)
        found, _ = solve(self._lu, self._pivots, right, trans=turned, overwrite_b=True)
        return np.asarray(found.T.astype(np.float64) * scale[:, None])

    @staticmethod
    def inverse(A: Floats) -> Floats:
        """Return (I - A)^-1 in float64, formed in the place of the factors."""
        from scipy.linalg import lapack  # noqa: PLC0415 (as above)

        complement, is_turned = _complement(A, np.float64)
        lu, pivots, _ = lapack.dgetrf(complement, overwrite_a=True)
        size = int(lapack.dgetri_lwork(len(A))[0].real)
        found, _ = lapack.dgetri(lu, pivots, lwork=size, overwrite_lu=True)
        return np.asarray(found.T if is_turned else found)


def product(rows: Floats, A: Floats, *, transposed: bool) -> Floats:
    """Return X A^T for rows X (k x n), or X A where `transposed`, by the library that factors.

    NumPy and SciPy each bring a BLAS of their own, whose threads stay busy for a while after their
    work in case there is more: taking turns between the two takes twice the time.

    >>> product(np.array([[1.0, 2.0]]), np.array([[0.1, 0.2], [0.3, 0.4]]), transposed=False)
    array([[0.5, 1.1]])
    """
    from scipy.linalg import blas  # noqa: PLC0415 (as above)

    is_turned = not A.flags.f_contiguous
    if is_turned and not A.flags.c_contiguous:
        return np.asarray(rows @ (A if transposed else A.T))
    matrix, turned = A.T if is_turned else A, int(transposed != is_turned)
    if len(rows) == 1:
        return np.asarray(blas.dgemv(1.0, matrix, rows[0], trans=turned))[None]
    return np.asarray(blas.dgemm(1.0, matrix, rows.T, trans_a=turned)).T


def _complement(
    A: Floats, kind: type[np.floating[Any]]
) -> tuple[np.ndarray[tuple[int, ...], Any], bool]:
    """Return I - A in column order, the one that factoring works in, and whether it is turned.

    A in row order is its transpose in column order: turning it costs more than a tenth of the
    factoring, and solving with the transpose costs nothing.
    """
    is_turned = not A.flags.f_contiguous
    found = np.empty(A.shape, dtype=kind, order="F")
    np.negative(A.T if is_turned else A, out=found, casting="same_kind")
    found[np.diag_indices(len(A))] += 1
    return found, is_turned
