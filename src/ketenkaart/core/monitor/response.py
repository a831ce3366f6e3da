"""Adjust weights for those who did not answer, and carry that into the variance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ketenkaart.core.errors import InputError
from ketenkaart.core.monitor.types import Codes, Fitted, Floats, Mask, add_up

ROUNDS = 50
SMALLEST = 1e-4
SETTLED = 1e-9


@dataclass(frozen=True, slots=True)
class ResponseClasses:
    """Within a class, those who answered stand for those who did not.

    `codes` and `answered` have shape (rows,). A contribution becomes its own part, times the
    class's factor, plus what its membership moves the factor. Source: Särndal, Swensson & Wretman
    (1992), section 15.6 (response homogeneity groups), in linearised form.
    """

    codes: Codes
    answered: Mask
    names: Sequence[str]

    def fit(self, weights: Floats) -> Fitted:
        """Return weights, zero for who did not answer; `InputError` for a class without answers."""
        size = len(self.names)
        everyone = add_up(weights, self.codes, size)
        there = add_up(weights * self.answered, self.codes, size)
        silent = (there <= 0) & (everyone > 0)
        if silent.any():
            raise InputError(
                f"Nobody of class {self.names[int(np.flatnonzero(silent)[0])]!r} answered",
                where="design, key 'nonresponse'",
                fix="Join it with another class.",
            )
        factor = np.divide(everyone, there, out=np.zeros(size), where=there > 0)
        final = weights * self.answered * factor[self.codes]

        def spread(columns: Floats) -> Floats:
            sums = add_up(columns, self.codes, size)
            mean = np.divide(
                sums, everyone[:, None], out=np.zeros_like(sums), where=everyone[:, None] > 0
            )[self.codes]
            return np.asarray(columns + mean * (weights - final)[:, None])

        return Fitted(final, spread)


@dataclass(frozen=True, slots=True)
class ResponsePropensity:
    """Who answered is weighted by one over the chance of answering, from a logistic regression.

    `columns` (rows, k) includes a column of ones. Contributions carry the estimation of the
    regression. Source: Kim & Kim (2007), Can. J. Stat. 35; Binder (1983), Int. Stat. Rev. 51.
    """

    columns: Floats
    answered: Mask

    def fit(self, weights: Floats) -> Fitted:
        """Return weights, zero for who did not answer; `InputError` where no fit exists."""
        X, r = self.columns, self.answered.astype(np.float64)
        beta = np.zeros(X.shape[1])
        chance = np.full(len(r), 0.5)
        for _ in range(ROUNDS):
            information = X.T @ (X * (weights * chance * (1 - chance))[:, None])
            step = np.linalg.lstsq(information, X.T @ (weights * (r - chance)), rcond=None)[0]
            beta = beta + step
            before, chance = chance, 1 / (1 + np.exp(-np.clip(X @ beta, -30, 30)))
            # where all of a group answered their chance goes to 1, and beta never settles
            if np.abs(chance - before).max() < SETTLED:
                break
        else:
            raise _without_fit("The chance of answering cannot be estimated from these columns")
        if chance[self.answered].min(initial=1.0) < SMALLEST:
            raise _without_fit("Somebody answered whose chance of answering is below 0.01 %")
        information = X.T @ (X * (weights * chance * (1 - chance))[:, None])
        final = weights * r / chance

        def spread(columns: Floats) -> Floats:
            pull = np.linalg.lstsq(
                information, X.T @ (columns * (1 - chance)[:, None]), rcond=None
            )[0]
            return np.asarray(columns - (weights * (r - chance))[:, None] * (X @ pull))

        return Fitted(final, spread)


def _without_fit(what: str) -> InputError:
    return InputError(what, where="design, key 'nonresponse'", fix="Use classes, or fewer columns.")
