"""What a split is made from and what it leads to."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from ketenkaart.core.chain.types import Booleans, Floats
from ketenkaart.core.errors import InputError


class Prior(StrEnum):
    """What a split begins from; each next one knows all that the one before it knows.

    `proportional`: total value added alone, every country the region's own mix of sectors and
    trade. `accounts`: value added by activity, exports and imports. `trade`: mine output, who
    trades with whom, and Dutch imports by origin. `factories`: how many factories buyers name
    there, for the sectors they buy from. `employment`: within an activity, sectors that need much
    labour weigh more where a worker adds little.
    """

    PROPORTIONAL = "proportional"
    ACCOUNTS = "accounts"
    TRADE = "trade"
    FACTORIES = "factories"
    EMPLOYMENT = "employment"

    @property
    def has_trade(self) -> bool:
        """Whether mines, neighbours and imports by origin are used."""
        return self in (Prior.TRADE, Prior.FACTORIES, Prior.EMPLOYMENT)

    @property
    def has_factories(self) -> bool:
        """Whether factories named by buyers are used."""
        return self in (Prior.FACTORIES, Prior.EMPLOYMENT)


SPENDING = ("households", "government", "capital")
"""The kinds of final expenditure that national accounts tell apart, in the order of columns."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What sources outside the table say of countries, in one year; NaN where they say nothing.

    `value_added[c, a]` by activity, `spending[c, k]` by kind (see `SPENDING`), `exports` and
    `imports` of goods and services, `metals` (metal in ore, at a fixed price list) and
    `dutch_imports` (goods, by origin, of a year of its own) are in million USD; `workers` in
    persons; `factories` counts those that buyers name as their suppliers (zero where they name
    none, which says a little). `neighbours[c]` names the part of the world that a country lies in.

    Raises `InputError` where lengths differ.
    """

    countries: tuple[str, ...]
    activities: tuple[str, ...]
    value_added: Floats
    workers: Floats
    spending: Floats
    exports: Floats
    imports: Floats
    metals: Floats
    dutch_imports: Floats
    factories: Floats
    neighbours: tuple[str, ...]

    def __post_init__(self) -> None:
        count = len(self.countries)
        shapes = {
            "value_added": (count, len(self.activities)),
            "spending": (count, len(SPENDING)),
            **dict.fromkeys(
                ("workers", "exports", "imports", "metals", "dutch_imports", "factories"), (count,)
            ),
        }
        for name, wanted in shapes.items():
            if getattr(self, name).shape != wanted:
                raise InputError(
                    f"{name} has shape {getattr(self, name).shape}, where {wanted} belongs",
                    where=name,
                    fix="Give one entry per country.",
                )
        if len(self.neighbours) != count:
            raise InputError(
                "There is not one part of the world per country",
                where="neighbours",
                fix="Give one entry per country.",
            )

    @property
    def is_known(self) -> Booleans:
        """Whether a country has value added for every activity, and workers; shape (C,)."""
        return np.isfinite(self.value_added).all(axis=1) & np.isfinite(self.workers)

    def only(self, wanted: NDArray[np.int64]) -> Evidence:
        """Return the evidence on some of the countries, by number."""
        return Evidence(
            tuple(self.countries[k] for k in wanted),
            self.activities,
            self.value_added[wanted],
            self.workers[wanted],
            self.spending[wanted],
            self.exports[wanted],
            self.imports[wanted],
            self.metals[wanted],
            self.dutch_imports[wanted],
            self.factories[wanted],
            tuple(self.neighbours[k] for k in wanted),
        )


@dataclass(frozen=True, slots=True)
class Region:
    """One region of a table cut loose: what it sells outside, buys outside and sells to itself.

    S sectors, F columns of the region's own final demand, K = S + F. `exports[s, j]`: sector s to
    each column j outside (sectors first, then final demand of others). `imports[i, k]`: node i
    outside to column k of the region. `domestic[s, k]`: within the region. `output` and
    `value_added` per sector. `sellers[i]` and `buyers[j]` are region numbers, in `named`, of the
    nodes and columns outside. `activity[s]` is the activity of a sector; `is_good[s]` whether it
    makes goods; `kind[f]` the kind of spending (in `SPENDING`) of a column of final demand. `mine`
    is the sector that mines, `supplied[s]` whether buyers name factories of a sector, `home` the
    number in `named` of the country whose imports by origin the evidence has; `None` where there
    is none.
    """

    exports: Floats
    imports: Floats
    domestic: Floats
    output: Floats
    value_added: Floats
    named: tuple[str, ...]
    sellers: NDArray[np.int64]
    buyers: NDArray[np.int64]
    activity: NDArray[np.int64]
    is_good: Booleans
    kind: NDArray[np.int64]
    mine: int | None
    supplied: Booleans
    home: int | None

    @property
    def sectors(self) -> int:
        """Number of sectors, S."""
        return len(self.output)


@dataclass(frozen=True, slots=True)
class Shares:
    """What part of each total of the region every new country gets; columns sum to 1.

    `sectors[p, s]`: of value added, output and inputs of sector s; `spending[p, f]`: of what
    column f of final demand buys. P new countries, the remainder last.
    """

    sectors: Floats
    spending: Floats

    @property
    def columns(self) -> Floats:
        """Shares of all buying columns of the region, sectors first; shape (P, K)."""
        return np.hstack([self.sectors, self.spending])


@dataclass(frozen=True, slots=True)
class Openness:
    """What each new country should sell to and buy from all others in all, where that is known.

    In the unit of the table; NaN where it is not known, as it is of the remainder. `home_goods` is
    what the home country (see `Region.home`) buys of goods from each. Unlike cells, rows and
    columns, these need not be possible together: they steer the fit, and do not bind it.
    """

    exports: Floats
    imports: Floats
    home_goods: Floats

    @property
    def is_known(self) -> bool:
        """Whether anything at all is wanted."""
        return bool(
            np.isfinite(np.concatenate([self.exports, self.imports, self.home_goods])).any()
        )


@dataclass(frozen=True, slots=True)
class Flows:
    """The region's flows per new country. P countries, S sectors, K columns, J and I outside.

    `exports[s, p, j]`, `imports[k, p, i]`, `domestic[s, p, q, k]`: from sector s of country p to
    column k of country q.
    """

    exports: Floats
    imports: Floats
    domestic: Floats


@dataclass(frozen=True, slots=True)
class Balanced:
    """Flows that keep every cell of the old table; `miss` is what rows and columns still miss.

    `miss` is relative to the largest of a row's own total and one millionth of the region's mean
    row, the worst over all rows and columns; `cycles` how often the balance was gone round.
    """

    flows: Flows
    cycles: int
    miss: float
