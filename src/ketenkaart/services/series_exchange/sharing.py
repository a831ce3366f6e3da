"""Our indicators as series to share, and shared series as indicators of one's own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ketenkaart.core.errors import InputError
from ketenkaart.core.monitor.exchange.comparing import (
    compare,
    definition_sha256,
)
from ketenkaart.core.monitor.exchange.types import (
    AREA,
    Comparison,
    JointDocument,
    SharedPoint,
    SharedSeries,
)
from ketenkaart.core.monitor.indicators import (
    Definition,
    Indicator,
    Population,
    Wave,
)
from ketenkaart.core.provenance import Baseline, BaselineState, Citation, Grade, Text
from ketenkaart.services.register import names
from ketenkaart.sources.reference.exchange import load_joint_document
from ketenkaart.sources.reference.indicators import find_indicator, load_indicators

HOME = "NLD"


@dataclass(frozen=True, slots=True)
class SeenDefinition:
    """A joint definition as an indicator says it today; `holds` tells whether the hash agrees.

    `series` is None where the indicator or its definition is gone.
    """

    indicator: str
    definition: str
    sha256: str
    series: SharedSeries | None
    holds: bool


def shared_series(
    indicators: Iterable[Indicator], *, sender: str, area: str = HOME
) -> tuple[SharedSeries, ...]:
    """Return every indicator as series: one per definition and frame that a wave was measured by.

    Raises `InputError` for an area that is no country.
    """
    code = _area(area)
    found = []
    for indicator in indicators:
        kinds = dict.fromkeys((wave.definition, wave.frame) for wave in indicator.waves)
        if not kinds:
            kinds = {(indicator.definitions[-1].id, indicator.frames[-1].id): None}
        found += [
            _series(indicator, definition, frame, sender, code) for definition, frame in kinds
        ]
    return tuple(found)


def chosen_indicators(chosen: Sequence[str]) -> tuple[Indicator, ...]:
    """Return the indicators named by id or file, all of the package where none is named."""
    return tuple(find_indicator(name) for name in chosen) or load_indicators()


def as_indicators(series: Sequence[SharedSeries]) -> tuple[Indicator, ...]:
    """Return shared series as indicators: one per indicator and area, named ID_area.

    What an exchange does not carry is said: the baseline is not researched.
    """
    groups: dict[tuple[str, str], list[SharedSeries]] = {}
    for item in series:
        groups.setdefault((item.indicator, item.area), []).append(item)
    return tuple(_indicator(group) for group in groups.values())


def compare_all(
    ours: Sequence[SharedSeries], theirs: Sequence[SharedSeries]
) -> tuple[Comparison, ...]:
    """Return every series of theirs beside every series of ours of the same indicator.

    Raises `InputError` where no indicator stands in both.
    """
    known = (*ours, *theirs)
    found = tuple(
        compare(own, other, known)
        for own in ours
        for other in theirs
        if own.indicator == other.indicator
    )
    if not found:
        mine = sorted({item.indicator for item in ours})
        others = sorted({item.indicator for item in theirs})
        raise InputError(
            f"No indicator stands in both: {', '.join(mine) or 'none'} here, "
            f"{', '.join(others) or 'none'} there",
            where="INDICATOR",
            fix="The ids must be alike; the joint definitions list them.",
        )
    return found


def joint_document() -> JointDocument:
    """Return the joint definitions of this version of the package."""
    return load_joint_document()


def joint_definitions() -> tuple[SeenDefinition, ...]:
    """Return every joint definition beside what the indicator says today."""
    indicators = {item.id: item for item in load_indicators()}
    found = []
    for item in load_joint_document().definitions:
        indicator = indicators.get(item.indicator)
        series = None if indicator is None else _defined(indicator, item.definition)
        holds = series is not None and definition_sha256(series) == item.sha256
        found.append(SeenDefinition(item.indicator, item.definition, item.sha256, series, holds))
    return tuple(found)


def _area(area: str) -> str:
    code = area.upper()
    if not re.match(AREA, code) or code not in names():
        raise InputError(
            f"{area[:10]!r} is no country", where="--area", fix="Write three letters, as NLD."
        )
    return code


def _defined(indicator: Indicator, definition: str) -> SharedSeries | None:
    if definition not in {item.id for item in indicator.definitions}:
        return None
    return _series(indicator, definition, indicator.frames[-1].id, "Ketenkaart", HOME)


def _series(
    indicator: Indicator, definition: str, frame: str, sender: str, area: str
) -> SharedSeries:
    said = next(item for item in indicator.definitions if item.id == definition)
    of = next(item for item in indicator.frames if item.id == frame)
    return SharedSeries(
        sender=sender,
        area=area,
        indicator=indicator.id,
        name=indicator.name,
        scale=indicator.scale,
        rises=indicator.rises,
        unit=indicator.unit,
        definition=said.id,
        definition_start=said.start,
        definition_text=said.text,
        unit_of_analysis=said.unit_of_analysis,
        frame=of.id,
        frame_text=of.text,
        frame_size=of.size,
        frame_size_state=of.size_state,
        points=tuple(
            SharedPoint(
                on=wave.on, state=wave.state, value=wave.value, low=wave.low, high=wave.high,
                n=wave.n, coverage=wave.coverage, grade=wave.citation.grade,
                source=wave.citation.source,
            )
            for wave in indicator.waves
            if (wave.definition, wave.frame) == (definition, frame)
        ),
    )  # fmt: skip


def _indicator(group: Sequence[SharedSeries]) -> Indicator:
    first = group[0]
    own = Citation(
        source="shared", locator=first.sender, grade=Grade.CHECK,
        note=Text(nl="Ontvangen reeks.", en="A series received."),
    )  # fmt: skip
    definitions = {
        item.definition: Definition(
            id=item.definition, start=item.definition_start, text=item.definition_text,
            unit_of_analysis=item.unit_of_analysis, citation=own,
        )
        for item in group
    }  # fmt: skip
    frames = {
        item.frame: Population(
            id=item.frame, text=item.frame_text, size=item.frame_size,
            size_state=item.frame_size_state, citation=own,
        )
        for item in group
    }  # fmt: skip
    waves = [
        Wave(
            on=point.on, state=point.state, value=point.value, low=point.low, high=point.high,
            n=point.n, coverage=point.coverage, definition=item.definition, frame=item.frame,
            citation=Citation(source=_source(point.source), grade=point.grade),
        )
        for item in group
        for point in item.points
    ]  # fmt: skip
    waves.sort(key=lambda wave: (wave.on, wave.frame, wave.definition))
    return Indicator(
        id=f"{first.indicator}_{first.area.lower()}",
        name=first.name,
        scale=first.scale,
        unit=first.unit,
        rises=first.rises,
        definitions=tuple(sorted(definitions.values(), key=lambda item: item.start)),
        frames=tuple(frames.values()),
        baseline=Baseline(state=BaselineState.NOT_RESEARCHED, citation=own),
        waves=tuple(waves),
        citation=own,
    )


def _source(text: str) -> str:
    """Return a source as an identifier: other senders name theirs in words."""
    plain = re.sub(r"[^a-z0-9_.-]+", "_", text.casefold()).strip("_.-")[:80]
    return plain or "shared"
