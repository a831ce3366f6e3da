"""How far off the cells of a world table may be: errors by size class, and their reporter.

A cell is its published value times a log-normal factor of mean 1, so that positive cells stay
positive, negative ones negative, and zero stays zero. Errors of cells are independent, but for one
factor that all cells reported by a country share. The reporter of a purchase is the country that
buys. Log-normal cell errors: Bullard & Sebald (1988), Review of Economics and Statistics 70.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from ketenkaart.core.chain.types import Floats
from ketenkaart.core.chain.world import WorldTable
from ketenkaart.core.errors import InputError
from ketenkaart.core.provenance import Grade

Classes = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class SizeClass:
    """Cells of at least this share of their reporter's output, and their relative standard error.

    0.03 means that the published value is off by 3 % of itself, one standard deviation.
    """

    at_least: float
    relative_error: float


@dataclass(frozen=True, slots=True)
class ErrorModel:
    """Relative standard errors of cells by size class, from large to small, with a grade.

    `shared` is the relative standard error that all cells of one reporting country have together.
    Raises `InputError` where the classes do not go down to zero, or an error is negative.
    """

    id: str
    grade: Grade
    classes: tuple[SizeClass, ...]
    shared: float

    def __post_init__(self) -> None:
        sizes = [item.at_least for item in self.classes]
        falls = all(a > b for a, b in pairwise(sizes))
        if not sizes or sizes[-1] != 0 or not falls or len(sizes) > 255:
            raise InputError(
                "The size classes of an error model do not go down to zero",
                where=self.id,
                fix="List them from large to small, and end with zero.",
            )
        if min(self.shared, *(item.relative_error for item in self.classes)) < 0:
            raise InputError(
                "An error is below zero", where=self.id, fix="Give relative standard errors."
            )

    @property
    def relative(self) -> Floats:
        """Relative standard error per class, in the order of `classes`; shape (classes,)."""
        return np.array([item.relative_error for item in self.classes])

    def class_of(self, cells: Floats, scale: Floats) -> Classes:
        """Return the number of the class of every cell, by |cell| / scale; shape of `cells`.

        A reporter without output has no size to compare with: its cells are of the last class.

        >>> model = ErrorModel("two", Grade.ASSUMED, (SizeClass(.01, .1), SizeClass(0, .5)), 0)
        >>> model.class_of(np.array([-2.0, 0.5, 1.0]), np.array([100.0, 100.0, 0.0])).tolist()
        [0, 1, 1]
        """
        size = np.abs(cells)
        found = np.zeros(size.shape, dtype=np.uint8)
        for item in self.classes[:-1]:
            found += (size < item.at_least * scale) | (scale <= 0)
        return found

    def without_shared(self) -> ErrorModel:
        """Return the model with errors of cells alone, all independent."""
        return ErrorModel(self.id, self.grade, self.classes, 0.0)


@dataclass(frozen=True, slots=True)
class Spread:
    """A log-normal factor of mean 1 with this relative standard error: exp(sd g - sd^2 / 2)."""

    sd: Floats

    @classmethod
    def of(cls, relative: Floats) -> Spread:
        """Return the factor with these relative standard errors."""
        return cls(np.sqrt(np.log1p(np.square(relative))))

    def factor(self, normal: Floats) -> Floats:
        """Return the factors that standard normal numbers stand for; shape of `normal`."""
        return np.asarray(np.exp(self.sd * normal - np.square(self.sd) / 2))


@dataclass(frozen=True, slots=True)
class Reporters:
    """Who reports what in a table: a country number per node and per column of final demand.

    `scale[r]` is the output of country r, which the size of its cells is measured by.
    """

    nodes: NDArray[np.int64]
    buyers: NDArray[np.int64]
    scale: Floats

    @classmethod
    def of(cls, table: WorldTable) -> Reporters:
        """Return the reporters of a table: those who buy."""
        nodes = table.region_index()
        buyers = np.array([table.regions.index(c.region) for c in table.final_demand], dtype=int)
        return cls(nodes, buyers, per_reporter(np.asarray(table.x), nodes, len(table.regions)))


def row_remainder(table: WorldTable) -> Floats:
    """Return output minus all known sales, per node; shape (n,), in the table's unit.

    What rounding left, or buyers that the table leaves out. It counts as one more sale, reported
    by the seller's own country.
    """
    return np.asarray(table.x - table.A @ table.x - table.Y.sum(axis=1))


def per_reporter(values: Floats, reporters: NDArray[np.int64], size: int) -> Floats:
    """Return values added up per reporter; shape (size,)."""
    return np.bincount(reporters, weights=values, minlength=size).astype(np.float64)
