"""Assumptions taken at another value: which there are, and the facts as they would then read.

A pin fixes one assumption; everything else stays as declared. Pinned facts go through the same
calculation as the declared ones, so nothing is approximated.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

import numpy as np

from ketenkaart.core.chain.types import Floats
from ketenkaart.core.governance.coverage import Overlap
from ketenkaart.core.governance.types import (
    DepthTable,
    Instrument,
    LayerReach,
    StepObligation,
    Steps,
    Uptake,
)
from ketenkaart.core.provenance import Citation, State, Text
from ketenkaart.core.risk.types import CompositeRegion, CountryIntensity


class PinKind(StrEnum):
    """What sort of assumption is pinned."""

    UPTAKE = "uptake"
    LAYERS = "layers"
    OVERLAP = "overlap"
    INTENSITY = "intensity"
    CUT_POINTS = "cut_points"
    ISSUE_WEIGHT = "issue_weight"
    REGION_WEIGHTING = "region_weighting"
    FORCE = "force"
    OBLIGATION = "obligation"
    STEP_WEIGHT = "step_weight"


@dataclass(frozen=True, slots=True)
class Pin:
    """One assumption fixed at a value: a number, or a word such as `low`, `high`, `nested`.

    `subject` is what it is about: an instrument, an issue, a force, a step, `instrument/step` for
    an obligation, or a region-weighting scheme.
    """

    kind: PinKind
    subject: str
    to: float | str


Pins = tuple[Pin, ...]


def overlap_of(pins: Pins) -> Overlap:
    """Return how uptake overlaps under `pins`: independent unless one says otherwise."""
    for pin in pins:
        if pin.kind is PinKind.OVERLAP:
            return "nested" if pin.to == "nested" else "disjoint"
    return "independent"


def pinned_instruments(
    instruments: Sequence[Instrument], pins: Pins, as_of: date
) -> tuple[Instrument, ...]:
    """Return the instruments as they would read on `as_of` with some facts pinned."""
    by_subject: dict[str, list[Pin]] = {}
    for pin in pins:
        by_subject.setdefault(pin.subject.partition("/")[0], []).append(pin)
    return tuple(_pinned(item, by_subject.get(item.id, []), as_of) for item in instruments)


def _pinned(item: Instrument, pins: Sequence[Pin], as_of: date) -> Instrument:
    for pin in pins:
        if pin.kind is PinKind.UPTAKE:
            item = item.model_copy(update={"uptake": (_uptake(item, pin, as_of),)})
        elif pin.kind is PinKind.LAYERS and item.scope is not None:
            layers = _layers(item.scope.layers, str(pin.to))
            item = item.model_copy(
                update={"scope": item.scope.model_copy(update={"layers": layers})}
            )
        elif pin.kind is PinKind.OBLIGATION:
            item = item.model_copy(update={"steps": _steps(item, pin, as_of)})
    return item


def _uptake(item: Instrument, pin: Pin, as_of: date) -> Uptake:
    found = item.uptake_on(as_of)
    share = float(pin.to)
    words = Text(nl="vastgezet", en="pinned")
    return Uptake(
        start=as_of,
        state=State.KNOWN,
        low=share,
        value=share,
        high=share,
        measure=words,
        citation=item.citation if found is None else found.citation,
    )


def _layers(layers: LayerReach, end: str) -> LayerReach:
    deepest = layers.low if end == "low" else layers.high
    return layers.model_copy(update={"low": deepest, "value": deepest, "high": deepest})


def _steps(item: Instrument, pin: Pin, as_of: date) -> tuple[Steps, ...]:
    found = item.steps_on(as_of)
    if found is None:
        return item.steps
    step = pin.subject.partition("/")[2]
    before: StepObligation = getattr(found, step)
    return (found.model_copy(update={step: before.model_copy(update={"value": float(pin.to)})}),)


def pinned_depth(table: DepthTable, pins: Pins) -> DepthTable:
    """Return the depth table with pinned forces and step weights; the weights sum to one again.

    A step weight is pinned as a factor: the step weighs that many times as much beside the others.
    """
    ends = {pin.subject: str(pin.to) for pin in pins if pin.kind is PinKind.FORCE}
    factors = {pin.subject: float(pin.to) for pin in pins if pin.kind is PinKind.STEP_WEIGHT}
    if not ends and not factors:
        return table
    forces = tuple(
        force.model_copy(
            update=dict.fromkeys(("low", "value", "high"), getattr(force, ends[force.id]))
        )
        if force.id in ends
        else force
        for force in table.forces
    )
    raw = {step: weight * factors.get(step, 1.0) for step, weight in table.step_weights.items()}
    total = sum(raw.values())
    return table.model_copy(
        update={
            "forces": forces,
            "step_weights": {step: weight / total for step, weight in raw.items()},
        }
    )


def pinned_severity(issues: Sequence[str], severity: Floats, pins: Pins) -> Floats:
    """Return the weight of every issue with some multiplied; shape (issues,), summing to one."""
    factors = {pin.subject: float(pin.to) for pin in pins if pin.kind is PinKind.ISSUE_WEIGHT}
    raw = severity * np.array([factors.get(issue, 1.0) for issue in issues])
    return np.asarray(raw / raw.sum())


def pinned_intensity(countries: CountryIntensity, pins: Pins) -> CountryIntensity:
    """Return the index with every fully known cell of some issues at one end of its interval.

    What is unknown stays unknown. Shapes as in `CountryIntensity`.
    """
    ends = {pin.subject: str(pin.to) for pin in pins if pin.kind is PinKind.INTENSITY}
    if not ends:
        return countries
    low, central, high = countries.low.copy(), countries.central.copy(), countries.high.copy()
    for k, issue in enumerate(countries.issues):
        if issue not in ends:
            continue
        chosen = countries.low[k] if ends[issue] == "low" else countries.high[k]
        whole = countries.known[k] == 1
        for part in (low, central, high):
            part[k] = np.where(whole, chosen, part[k])
    return replace(countries, low=low, central=central, high=high)


def pinned_composites(
    composites: Sequence[CompositeRegion], pins: Pins
) -> tuple[CompositeRegion, ...]:
    """Return the composite regions with another weighting scheme first: the central one."""
    chosen = next((pin.subject for pin in pins if pin.kind is PinKind.REGION_WEIGHTING), None)
    if chosen is None:
        return tuple(composites)
    return tuple(_led_by(item, chosen) for item in composites)


def _led_by(composite: CompositeRegion, scheme: str) -> CompositeRegion:
    if scheme not in composite.schemes:
        return composite
    first = composite.schemes.index(scheme)
    order = [first, *(k for k in range(len(composite.schemes)) if k != first)]
    return replace(
        composite,
        schemes=tuple(composite.schemes[k] for k in order),
        weights=composite.weights[order],
    )


@dataclass(frozen=True, slots=True)
class Assumption:
    """Something taken for granted, with the two values it is taken at in its place.

    `declared`, `low_value` and `high_value` say in words or figures what they are; `citation`
    carries the grade of the declared value, and `ranged` cites who says how far it may lie.
    """

    kind: PinKind
    subject: str
    label: Text
    declared: Text
    low_value: Text
    high_value: Text
    low: Pin
    high: Pin
    citation: Citation
    ranged: Citation
