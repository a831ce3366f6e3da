"""The nouns of risk: issues, classes of intensity, and what a source value means."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from ketenkaart.core.provenance import Citation, Frozen, Identifier, State, Text


class Issue(Frozen):
    """An RBC issue: something that can go wrong for people, environment or society.

    `chapters` are chapters of the OECD Guidelines (roman numerals). `state` is `known` where an
    intensity table exists, otherwise `not_researched`.
    """

    id: Identifier
    name: Text
    description: Text
    chapters: tuple[str, ...] = Field(min_length=1)
    sdg_targets: tuple[str, ...] = ()
    state: State
    citation: Citation


class IntensityClass(Frozen):
    """One class of likelihood: a declared index value with its interval, in [0, 1].

    `from_value` is the lowest source value of the class (inclusive); classes are listed from
    low to high risk. With `higher_is_worse` false on the table, it is the highest source value.
    """

    id: Identifier
    label: Text
    from_value: float | None
    low: float = Field(ge=0, le=1)
    central: float = Field(ge=0, le=1)
    high: float = Field(ge=0, le=1)

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if not self.low <= self.central <= self.high:
            raise ValueError("an intensity class needs low <= central <= high")
        return self


class IssueWeight(Frozen):
    """The fixed severity weight s of an issue in the composite; weights sum to one."""

    issue: Identifier
    value: float = Field(ge=0, le=1)
    citation: Citation


Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class CountryIntensity:
    """Likelihood index per issue, country and sector; shape (issues, countries, sectors), float64.

    `low` <= `central` <= `high`, all in [0, 1]. `known` in [0, 1] is the share of the cell for
    which a source says something: 0 means unknown, and then low = 0, high = 1 and `central` is
    NaN; a part between 0 and 1 comes from averaging finer sectors, and `central` is then the
    average over the known part only, while low and high hold [0, 1] for the rest.
    """

    issues: tuple[str, ...]
    countries: tuple[str, ...]
    sectors: tuple[str, ...]
    low: Floats
    central: Floats
    high: Floats
    known: Floats


@dataclass(frozen=True, slots=True)
class CompositeRegion:
    """A table region made of several countries, with rival ways to weight them.

    `weights[w, c, s]` is the weight of member c in sector s under scheme w; it sums to one over
    c. Shape (schemes, members, sectors), float64. The first scheme is the central one.
    """

    region: str
    members: tuple[str, ...]
    schemes: tuple[str, ...]
    weights: Floats


@dataclass(frozen=True, slots=True)
class NodeIntensity:
    """Likelihood index per scenario, issue and node; shape (scenarios, issues, n), float64.

    Scenario 0 is the central one. Scenarios differ only at nodes of composite regions, where all
    nodes follow one weighting scheme at a time. `low`, `central`, `high`, `known` as in
    `CountryIntensity`; `widest_low` and `widest_high`, shape (issues, n), run from the least to
    the most risky single country.
    """

    issues: tuple[str, ...]
    scenarios: tuple[str, ...]
    low: Floats
    central: Floats
    high: Floats
    known: Floats
    widest_low: Floats
    widest_high: Floats
