"""What-if: instruments as they would be after somebody turned a knob."""

from __future__ import annotations

from datetime import date
from typing import Self

from pydantic import Field, model_validator

from ketenkaart.core.governance.answers import By, Interval, Kind, Measure
from ketenkaart.core.governance.mix.sizes import SizeShares
from ketenkaart.core.governance.types import (
    Instrument,
    Layer,
    LayerReach,
    Uptake,
)
from ketenkaart.core.provenance import Citation, Frozen, Grade, Identifier, State, Text

SUPPOSED = Citation(source="own", locator="what-if", grade=Grade.ASSUMED)


class Change(Frozen):
    """What is supposed of one instrument: off, another uptake, a threshold of size, a layer.

    `uptake` is a share in [0, 1]; `employees` takes that share from the turnover of firms of at
    least that size; `layer` is the layer down to which it then reaches.
    """

    instrument: Identifier
    off: bool = False
    uptake: float | None = Field(default=None, ge=0, le=1)
    employees: int | None = Field(default=None, ge=1, le=10_000_000)
    layer: Layer | None = None

    @model_validator(mode="after")
    def _one_share(self) -> Self:
        if self.uptake is not None and self.employees is not None:
            raise ValueError("give an uptake or a threshold, not both: a threshold is an uptake")
        return self


class WhatIfQuery(Frozen):
    """A scenario: changes of instruments, and candidates added, each as `candidate.level`."""

    changes: tuple[Change, ...] = ()
    added: tuple[Identifier, ...] = ()
    kind: Kind = "depth"
    measure: Measure = "value_added"
    as_of: date | None = None


class Shift(Frozen):
    """One row of a comparison: the gap before and after, and how the central gap moved.

    `moved` is after minus before, as a share of the row's weight: negative is a smaller gap.
    `weight` is the row's part of all risk-weighted exposure, central; `null` where unknown.
    """

    key: str
    label: Text
    before: Interval
    after: Interval
    moved: float | None
    weight: float | None


class WhatIfAnswer(Frozen):
    """A scenario beside things as they are: the whole gap, and rows per issue, sector, country."""

    edition: str
    as_of: date
    kind: Kind
    measure: Measure
    before: Interval
    after: Interval
    shifts: dict[By, tuple[Shift, ...]]
    notes: tuple[Text, ...]


def changed(
    instrument: Instrument, change: Change, as_of: date, sizes: SizeShares
) -> Instrument | None:
    """Return an instrument as the change supposes it, or `None` where it is switched off."""
    if change.off:
        return None
    update: dict[str, object] = {}
    ends: tuple[float, float, float] | None = None
    if change.uptake is not None:
        ends = (change.uptake, change.uptake, change.uptake)
    elif change.employees is not None:
        ends = sizes.share_above(change.employees)
    if ends is not None:
        update["uptake"] = (
            Uptake(
                start=as_of,
                state=State.KNOWN,
                low=ends[0],
                value=ends[1],
                high=ends[2],
                measure=Text(nl="verondersteld", en="supposed"),
                citation=SUPPOSED,
            ),
        )
    if change.layer is not None and instrument.scope is not None:
        depth = LayerReach(
            low=change.layer, value=change.layer, high=change.layer, citation=SUPPOSED
        )
        update["scope"] = instrument.scope.model_copy(update={"layers": depth})
    return instrument.model_copy(update=update)
