"""Every assumption that the gap rests on and that can be taken at another value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from ketenkaart.core.governance.defence.pins import Assumption, Pin, PinKind
from ketenkaart.core.governance.defence.ranges import SensitivityRanges
from ketenkaart.core.governance.reach import GapKind, absence
from ketenkaart.core.governance.types import STEPS, DepthTable, Instrument
from ketenkaart.core.provenance import Citation, State, Text

UNKNOWN = Text(nl="onbekend", en="unknown")
STEP_NAMES = {
    "embed": Text(nl="verankeren", en="embed"),
    "identify": Text(nl="in kaart brengen", en="identify"),
    "act": Text(nl="aanpakken", en="act"),
    "track": Text(nl="volgen", en="track"),
    "communicate": Text(nl="verantwoorden", en="communicate"),
    "remedy": Text(nl="herstel", en="remedy"),
}


@dataclass(frozen=True, slots=True)
class IssueBasis:
    """What the index of one issue rests on: its weight, and the citation of its classes."""

    id: str
    label: Text
    weight: float
    weight_citation: Citation
    has_cut_points: bool
    classes: Citation


def instrument_assumptions(
    instruments: Sequence[Instrument],
    depth: DepthTable,
    ranges: SensitivityRanges,
    *,
    kind: GapKind,
    as_of: date,
) -> tuple[Assumption, ...]:
    """Return the assumptions about instruments that may reach somebody on `as_of`.

    Uptake and layers always; forces, obligations and step weights where depth is asked. A fact
    without any room between its ends is no assumption.
    """
    active = [item for item in instruments if absence(item, as_of) is None]
    found = [entry for item in active for entry in (*_uptake(item, as_of), *_layers(item))]
    known = [item for item in active if _is_known(item, as_of)]
    if len(known) > 1 or len(active) > 1:
        found.append(_overlap(ranges))
    if kind == "depth":
        found += _forces(active, depth)
        for item in active:
            found += _obligations(item, ranges, as_of)
        found += [_step_weight(step, depth, ranges) for step in STEPS]
    return tuple(found)


def risk_assumptions(
    issues: Sequence[IssueBasis],
    schemes: Mapping[str, Text],
    ranges: SensitivityRanges,
) -> tuple[Assumption, ...]:
    """Return the assumptions about risk: class values, cut points, issue weights, region weights.

    `schemes` are the rival ways to weight countries within a region, the central one first. With
    a single issue its weight is no assumption.
    """
    found: list[Assumption] = []
    for issue in issues:
        found.append(_intensity(issue))
        if issue.has_cut_points:
            found.append(_cuts(issue, ranges))
        if len(issues) > 1:
            found.append(_issue_weight(issue, ranges))
    found += _schemes(schemes, ranges)
    return tuple(found)


def _is_known(item: Instrument, as_of: date) -> bool:
    uptake = item.uptake_on(as_of)
    return uptake is not None and uptake.state is State.KNOWN


def _uptake(item: Instrument, as_of: date) -> Iterator[Assumption]:
    uptake = item.uptake_on(as_of)
    low, value, high = 0.0, None, 1.0
    if uptake is not None and uptake.state is State.KNOWN:
        low, value, high = (float(end or 0) for end in (uptake.low, uptake.value, uptake.high))
    if low == high:
        return
    citation = item.citation if uptake is None else uptake.citation
    yield Assumption(
        kind=PinKind.UPTAKE,
        subject=item.id,
        label=item.name,
        declared=UNKNOWN if value is None else share(value),
        low_value=share(low),
        high_value=share(high),
        low=Pin(PinKind.UPTAKE, item.id, low),
        high=Pin(PinKind.UPTAKE, item.id, high),
        citation=citation,
        ranged=citation,
    )


def _layers(item: Instrument) -> Iterator[Assumption]:
    if item.scope is None or item.scope.layers.low == item.scope.layers.high:
        return
    layers = item.scope.layers
    yield Assumption(
        kind=PinKind.LAYERS,
        subject=item.id,
        label=item.name,
        declared=layer(layers.value),
        low_value=layer(layers.low),
        high_value=layer(layers.high),
        low=Pin(PinKind.LAYERS, item.id, "low"),
        high=Pin(PinKind.LAYERS, item.id, "high"),
        citation=layers.citation,
        ranged=layers.citation,
    )


def _overlap(ranges: SensitivityRanges) -> Assumption:
    return Assumption(
        kind=PinKind.OVERLAP,
        subject="uptake",
        label=Text(
            nl="hoe de deelnemers aan instrumenten samenvallen",
            en="how those who take part in instruments coincide",
        ),
        declared=Text(nl="onafhankelijk", en="independent"),
        low_value=Text(nl="geheel samenvallend", en="wholly nested"),
        high_value=Text(nl="geheel gescheiden", en="wholly apart"),
        low=Pin(PinKind.OVERLAP, "uptake", "nested"),
        high=Pin(PinKind.OVERLAP, "uptake", "disjoint"),
        citation=ranges.overlap.citation,
        ranged=ranges.overlap.citation,
    )


def _forces(active: Sequence[Instrument], depth: DepthTable) -> Iterator[Assumption]:
    used = {item.force for item in active}
    for force in depth.forces:
        if force.id in used and force.low < force.high:
            yield Assumption(
                kind=PinKind.FORCE,
                subject=force.id,
                label=force.label,
                declared=figure(force.value),
                low_value=figure(force.low),
                high_value=figure(force.high),
                low=Pin(PinKind.FORCE, force.id, "low"),
                high=Pin(PinKind.FORCE, force.id, "high"),
                citation=force.citation,
                ranged=force.citation,
            )


def _obligations(item: Instrument, ranges: SensitivityRanges, as_of: date) -> Iterator[Assumption]:
    asked = item.steps_on(as_of)
    if asked is None:
        return
    for step in STEPS:
        obligation = getattr(asked, step)
        value = float(obligation.value)
        low, high = _notch(value, ranges.obligation.low), _notch(value, ranges.obligation.high)
        if low == high:
            continue
        subject = f"{item.id}/{step}"
        name = STEP_NAMES[step]
        yield Assumption(
            kind=PinKind.OBLIGATION,
            subject=subject,
            label=Text(nl=f"{item.name.nl}: {name.nl}", en=f"{item.name.en}: {name.en}"),
            declared=figure(value),
            low_value=figure(low),
            high_value=figure(high),
            low=Pin(PinKind.OBLIGATION, subject, low),
            high=Pin(PinKind.OBLIGATION, subject, high),
            citation=obligation.citation,
            ranged=ranges.obligation.citation,
        )


def _notch(value: float, move: float) -> float:
    """Return a duty moved within [0, 1], to the half steps in which duties are written."""
    return round(2 * min(1.0, max(0.0, value + move))) / 2


def _step_weight(step: str, depth: DepthTable, ranges: SensitivityRanges) -> Assumption:
    moved, name = ranges.step_weight, STEP_NAMES[step]
    return Assumption(
        kind=PinKind.STEP_WEIGHT,
        subject=step,
        label=name,
        declared=figure(depth.step_weights[step]),
        low_value=times(moved.low),
        high_value=times(moved.high),
        low=Pin(PinKind.STEP_WEIGHT, step, moved.low),
        high=Pin(PinKind.STEP_WEIGHT, step, moved.high),
        citation=depth.step_weights_citation,
        ranged=moved.citation,
    )


def _intensity(issue: IssueBasis) -> Assumption:
    return Assumption(
        kind=PinKind.INTENSITY,
        subject=issue.id,
        label=issue.label,
        declared=Text(nl="middelste waarde van elke klasse", en="central value of each class"),
        low_value=Text(nl="laagste waarde", en="lowest value"),
        high_value=Text(nl="hoogste waarde", en="highest value"),
        low=Pin(PinKind.INTENSITY, issue.id, "low"),
        high=Pin(PinKind.INTENSITY, issue.id, "high"),
        citation=issue.classes,
        ranged=issue.classes,
    )


def _cuts(issue: IssueBasis, ranges: SensitivityRanges) -> Assumption:
    moved = ranges.cut_points
    return Assumption(
        kind=PinKind.CUT_POINTS,
        subject=issue.id,
        label=issue.label,
        declared=Text(nl="zoals verklaard", en="as declared"),
        low_value=Text(
            nl=f"{abs(moved.low):.0%} lager: meer cellen riskant",
            en=f"{abs(moved.low):.0%} lower: more cells risky",
        ),
        high_value=Text(
            nl=f"{moved.high:.0%} hoger: minder cellen riskant",
            en=f"{moved.high:.0%} higher: fewer cells risky",
        ),
        low=Pin(PinKind.CUT_POINTS, issue.id, moved.low),
        high=Pin(PinKind.CUT_POINTS, issue.id, moved.high),
        citation=issue.classes,
        ranged=moved.citation,
    )


def _issue_weight(issue: IssueBasis, ranges: SensitivityRanges) -> Assumption:
    moved = ranges.issue_weight
    return Assumption(
        kind=PinKind.ISSUE_WEIGHT,
        subject=issue.id,
        label=issue.label,
        declared=share(issue.weight),
        low_value=times(moved.low),
        high_value=times(moved.high),
        low=Pin(PinKind.ISSUE_WEIGHT, issue.id, moved.low),
        high=Pin(PinKind.ISSUE_WEIGHT, issue.id, moved.high),
        citation=issue.weight_citation,
        ranged=moved.citation,
    )


def _schemes(schemes: Mapping[str, Text], ranges: SensitivityRanges) -> Iterator[Assumption]:
    """Yield the rival schemes two by two beside the central one; an odd one stands alone."""
    names = list(schemes)
    for first in range(1, len(names), 2):
        low, high = names[first], names[min(first + 1, len(names) - 1)]
        yield Assumption(
            kind=PinKind.REGION_WEIGHTING,
            subject=low if low == high else f"{low}/{high}",
            label=Text(
                nl="hoe landen binnen een regio wegen", en="how countries within a region weigh"
            ),
            declared=schemes[names[0]],
            low_value=schemes[low],
            high_value=schemes[high],
            low=Pin(PinKind.REGION_WEIGHTING, low, low),
            high=Pin(PinKind.REGION_WEIGHTING, high, high),
            citation=ranges.region_weighting.citation,
            ranged=ranges.region_weighting.citation,
        )


def share(value: float) -> Text:
    """Return a share of a whole in per cent, in both languages.

    >>> share(0.48).nl, share(0.125).nl
    ('48%', '12,5%')
    """
    english = f"{100 * value:.3g}%"
    return Text(nl=english.replace(".", ","), en=english)


def figure(value: float) -> Text:
    """Return a figure to three digits, in both languages."""
    english = f"{value:.3g}"
    return Text(nl=english.replace(".", ","), en=english)


def times(factor: float) -> Text:
    """Return a factor, in both languages.

    >>> times(0.5).nl
    '0,5 keer zo zwaar'
    """
    english = figure(factor)
    return Text(nl=f"{english.nl} keer zo zwaar", en=f"{english.en} times as heavy")


def layer(name: str) -> Text:
    """Return a production layer, in both languages."""
    if name == "rest":
        return Text(nl="de hele keten", en="the whole chain")
    return Text(nl=f"laag {name}", en=f"layer {name}")
