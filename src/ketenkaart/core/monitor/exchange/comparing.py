"""Whether two countries measure the same, and how one may be moved to the other."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from hashlib import sha256
from math import inf, isnan, sqrt

from ketenkaart.core.monitor.exchange.types import (
    Aspect,
    Comparability,
    Comparison,
    Difference,
    JoinedPoint,
    SeriesBridge,
    SharedPoint,
    SharedSeries,
)
from ketenkaart.core.monitor.indicators import Scale, Wave
from ketenkaart.core.monitor.intervals import t_quantile
from ketenkaart.core.monitor.targets import LEVEL, Observation, observed, scaled, unscaled
from ketenkaart.core.provenance import Citation, State, Text

DIRECTIONS = {
    True: Text(nl="meer is beter", en="more is better"),
    False: Text(nl="minder is beter", en="less is better"),
}


def definition_sha256(series: SharedSeries) -> str:
    """Return the hash of what a definition says: scale, direction, unit, text, unit of analysis.

    English is the joint language: spaces and capitals do not count, nor names and ids.
    """
    said = [
        series.scale.value, series.rises, _plain(series.unit), _plain(series.definition_text),
        _plain(series.unit_of_analysis),
    ]  # fmt: skip
    return sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()


def compare(
    ours: SharedSeries, theirs: SharedSeries, known: Iterable[SharedSeries] = ()
) -> Comparison:
    """Return how two series compare, and theirs moved to our definition and frame if it may be.

    Without differences they are comparable as they stand. With another scale or direction they
    are not. Otherwise a bridge is looked for among the `known` series: a day on which one area
    measured both ways. Without one the series are not joined.
    """
    differences = tuple(_differences(ours, theirs))
    if not differences:
        joined = tuple(JoinedPoint(p.on, p.state, p.value, p.low, p.high) for p in theirs.points)
        return Comparison(ours, theirs, (), Comparability.COMPARABLE, None, joined)
    aspects = {item.aspect for item in differences}
    bridge = None
    if not aspects & {Aspect.SCALE, Aspect.DIRECTION, Aspect.UNIT}:
        bridge = _bridge(ours, theirs, (ours, theirs, *known))
    if bridge is None:
        return Comparison(ours, theirs, differences, Comparability.NOT_COMPARABLE, None, ())
    joined = tuple(_moved(point, ours.scale, bridge) for point in theirs.points)
    return Comparison(ours, theirs, differences, Comparability.WITH_BRIDGE, bridge, joined)


def _plain(text: Text) -> str:
    return " ".join(text.en.casefold().split())


def _differences(ours: SharedSeries, theirs: SharedSeries) -> Iterator[Difference]:
    if ours.scale is not theirs.scale:
        yield Difference(Aspect.SCALE, _same(ours.scale.value), _same(theirs.scale.value))
    if ours.rises is not theirs.rises:
        yield Difference(Aspect.DIRECTION, DIRECTIONS[ours.rises], DIRECTIONS[theirs.rises])
    pairs = (
        (Aspect.UNIT, ours.unit, theirs.unit),
        (Aspect.DEFINITION, ours.definition_text, theirs.definition_text),
        (Aspect.UNIT_OF_ANALYSIS, ours.unit_of_analysis, theirs.unit_of_analysis),
        (Aspect.FRAME, ours.frame_text, theirs.frame_text),
    )
    for aspect, own, other in pairs:
        if _plain(own) != _plain(other):
            yield Difference(aspect, own, other)


def _same(word: str) -> Text:
    return Text(nl=word, en=word)


def _kind(series: SharedSeries) -> tuple[str, str]:
    return definition_sha256(series), _plain(series.frame_text)


def _bridge(
    ours: SharedSeries, theirs: SharedSeries, known: Iterable[SharedSeries]
) -> SeriesBridge | None:
    """Return the newest day on which one area measured in both ways; of more, the surest."""
    every = list(known)
    found: list[SeriesBridge] = []
    for new in (item for item in every if _kind(item) == _kind(ours)):
        for old in (item for item in every if _kind(item) == _kind(theirs)):
            if new.area == old.area and new.indicator == old.indicator:
                found += _twins(old, new)
    order = [(item.on, -(item.se if item.se is not None else inf)) for item in found]
    return found[order.index(max(order))] if found else None


def _twins(old: SharedSeries, new: SharedSeries) -> Iterator[SeriesBridge]:
    days = {point.on: point for point in new.points if point.value is not None}
    for point in old.points:
        twin = days.get(point.on)
        if point.value is None or twin is None:
            continue
        before, after = _seen(point, old.scale), _seen(twin, new.scale)
        se = sqrt(before.se**2 + after.se**2)
        shift = after.value - before.value
        yield SeriesBridge(old.area, point.on, shift, None if isnan(se) else se)


def _seen(point: SharedPoint, scale: Scale) -> Observation:
    citation = Citation(source="shared", grade=point.grade)
    wave = Wave(
        on=point.on, value=point.value, low=point.low, high=point.high, n=point.n,
        coverage=point.coverage, definition="shared", frame="shared", citation=citation,
    )  # fmt: skip
    return observed(wave, scale)


def _moved(point: SharedPoint, scale: Scale, bridge: SeriesBridge) -> JoinedPoint:
    if point.value is None:
        return JoinedPoint(point.on, point.state, None, None, None)
    seen = _seen(point, scale)
    middle = scaled(point.value, scale) + bridge.shift
    value = unscaled(middle, scale)
    if isnan(seen.se) or bridge.se is None:
        return JoinedPoint(point.on, State.KNOWN, value, None, None)
    reach = t_quantile(LEVEL, inf) * sqrt(seen.se**2 + bridge.se**2)
    low, high = unscaled(middle - reach, scale), unscaled(middle + reach, scale)
    return JoinedPoint(point.on, State.KNOWN, value, low, high)
