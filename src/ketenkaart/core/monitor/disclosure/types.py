"""The nouns of disclosure control: contributions, a table of totals, rules, what is withheld."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from ketenkaart.core.errors import InputError

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

TOTAL = "total"
"""The code of everything together, in each dimension."""


class Reason(StrEnum):
    """Why a cell is withheld. For those who protect a table only: outside, withheld is withheld."""

    TOO_FEW_GROUPS = "too_few_groups"
    """Fewer groups of firms contribute than the rule asks for."""
    ESTIMABLE = "estimable"
    """Somebody who contributes could estimate another's figure too closely (the p % rule)."""
    DOMINATED = "dominated"
    """A few groups make up too much of the total (the dominance rule)."""
    ALL_ZERO = "all_zero"
    """Every contributor gave zero, so the total tells what each gave."""
    MEMBERS_CHANGED = "members_changed"
    """Beside an earlier release the total would tell what who joined or left gave."""
    PROTECTS_ANOTHER = "protects_another"
    """Safe by itself, but others could be computed from it."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What makes a total safe.

    `least_groups` groups of firms contribute; no group can be estimated within `percent` of its
    figure by another that subtracts its own; with `dominance` (n, k) the n largest are at most k
    per cent of the total. Source: Hundepool and others, Statistical Disclosure Control (2012),
    chapter 4. Raises `InputError` for rules that protect nothing.

    >>> Rules().percent
    10.0
    """

    least_groups: int = 3
    percent: float = 10.0
    dominance: tuple[int, float] | None = None

    def __post_init__(self) -> None:
        """Refuse what cannot be a rule."""
        if self.least_groups < 3:
            raise InputError(
                f"At least {self.least_groups} groups is too few: of two, each knows the other",
                where="least groups",
                fix="Use 3 or more.",
            )
        if not 0 < self.percent <= 100:
            raise InputError(
                f"{self.percent:g} % cannot be the closeness that is refused",
                where="percent",
                fix="Use more than 0 and at most 100; 10 is usual.",
            )
        if self.dominance is not None and not (
            self.dominance[0] >= 1 and 0 < self.dominance[1] < 100
        ):
            raise InputError(
                f"Dominance of {self.dominance[0]} groups over {self.dominance[1]:g} % is no rule",
                where="dominance",
                fix="Use a number of groups and a percentage, such as 3 and 75.",
            )


@dataclass(frozen=True, slots=True)
class Dimension:
    """A way in which a table is cut: its codes, and which code stands above which.

    `above` leads from a code to the one that holds it; a code without one stands right below the
    total. Raises `InputError` for a code that stands above itself.
    """

    name: str
    codes: tuple[str, ...]
    above: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse circles, and a code that is called total."""
        if TOTAL in self.codes:
            raise InputError(
                f"A code of {self.name} is called {TOTAL!r}, which is everything together",
                where=self.name,
                fix="Leave totals out of the data: they are computed.",
            )
        for code in {*self.codes, *self.above}:
            self.line(code)

    def line(self, code: str) -> tuple[str, ...]:
        """Return a code, what holds it, and so on up to the total."""
        found = [code]
        while found[-1] in self.above:
            found.append(self.above[found[-1]])
            if found.count(found[-1]) > 1:
                raise InputError(
                    f"In {self.name}, {found[-1]} stands above itself",
                    where=self.name,
                    fix="Mend the hierarchy.",
                )
        return (*found, TOTAL)

    def nodes(self) -> tuple[str, ...]:
        """Return every code that a cell can have: the given ones, those above them, the total."""
        found = {node for code in self.codes for node in self.line(code)}
        return (*sorted(found - {TOTAL}), TOTAL)

    def parts(self) -> dict[str, tuple[str, ...]]:
        """Return for each code that holds others which ones."""
        found: dict[str, list[str]] = {}
        for node in self.nodes():
            if node != TOTAL:
                found.setdefault(self.line(node)[1], []).append(node)
        return {node: tuple(parts) for node, parts in found.items()}


@dataclass(frozen=True, slots=True)
class Contributions:
    """What firms gave: a row each, with its group, its place in each dimension, its figure.

    `group` numbers the group of firms (0 ..); `places` is rows x dimensions, the place of the code
    in `Dimension.codes`; `value` is at least zero, in the unit of the table. Raises `InputError`
    for a negative or missing figure: the rules are for figures of at least zero.
    """

    group: Ints
    places: Ints
    value: Floats
    groups: tuple[str, ...]

    def __post_init__(self) -> None:
        """Refuse what the rules are not made for."""
        wrong = np.flatnonzero(~(np.isfinite(self.value) & (self.value >= 0)))
        if len(wrong):
            raise InputError(
                f"{self.value[wrong[0]]:g} cannot be protected: figures are at least zero",
                where=f"contribution {wrong[0] + 1}",
                fix="Give positive and negative parts as two tables; leave missing ones out.",
            )


@dataclass(frozen=True, slots=True)
class Table:
    """Totals by cell, what they add up to, and who contributes.

    `keys` names each cell by a code per dimension; `value` is its total. `relations` are rows of
    (cell, sign): the whole with 1, its parts with -1; each row adds up to zero. `member_cell`,
    `member_group` and `member_value` list what each group gives to each cell, by cell.
    """

    dimensions: tuple[Dimension, ...]
    keys: tuple[tuple[str, ...], ...]
    value: Floats
    relation_row: Ints
    relation_cell: Ints
    relation_sign: Floats
    member_cell: Ints
    member_group: Ints
    member_value: Floats
    groups: tuple[str, ...]

    def __len__(self) -> int:
        """Return the number of cells, totals with them."""
        return len(self.keys)

    @property
    def depth(self) -> Ints:
        """How many dimensions of each cell are a total: 0 for the finest."""
        return np.array([sum(code == TOTAL for code in key) for key in self.keys], dtype=np.int64)

    def members(self, cell: int) -> tuple[Ints, Floats]:
        """Return the groups that contribute to a cell, and what each gives."""
        low, high = np.searchsorted(self.member_cell, (cell, cell + 1))
        return self.member_group[low:high], self.member_value[low:high]

    def count(self) -> Ints:
        """Return how many groups contribute to each cell."""
        return np.bincount(self.member_cell, minlength=len(self)).astype(np.int64)

    def largest(self) -> Floats:
        """Return the largest contribution of a group to each cell, 0 for none."""
        found = np.zeros(len(self))
        np.maximum.at(found, self.member_cell, self.member_value)
        return found
