"""What if an instrument were off, wider or deeper: the gap, its ends, who wins and who loses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from pathlib import Path

from ketenkaart.core.errors import InputError, NotFoundError
from ketenkaart.core.governance.answers import By, Interval, Kind, Measure
from ketenkaart.core.governance.mix.changes import Change, Shift, WhatIfAnswer, WhatIfQuery, changed
from ketenkaart.core.governance.mix.patterns import Patterns, patterns_of
from ketenkaart.core.governance.reach import Reach
from ketenkaart.core.governance.types import ActsOn, Instrument
from ketenkaart.core.governance.types import Kind as InstrumentKind
from ketenkaart.core.provenance import State, Text
from ketenkaart.services.governance.inputs import load_inputs
from ketenkaart.services.governance.notes import APPLIES, CENTRE, DEPTH
from ketenkaart.services.governance.query import check_day
from ketenkaart.services.governance.rows import Rows
from ketenkaart.services.installed import edition_folder
from ketenkaart.services.instruments.in_use import kept_while_facts_stand
from ketenkaart.services.mix.figures import figures_with
from ketenkaart.services.mix.ground import Ground, ground_for
from ketenkaart.services.mix.options import as_instrument
from ketenkaart.sources.reference.mix import load_candidates, load_sizes

AXES: tuple[By, ...] = ("issue", "sector", "country")

SUPPOSITION = Text(
    nl="Dit is een veronderstelling, geen feit: niets ervan wordt bewaard.",
    en="This is a supposition, not a fact: nothing of it is stored.",
)
SIZES = Text(
    nl=(
        "Een drempel telt het deel van de omzet van bedrijven van die omvang; boven 250 werknemers "
        "is dat doorgetrokken (graad: aangenomen)."
    ),
    en=(
        "A threshold counts the share of turnover of firms of that size; above 250 employees that "
        "is extended (grade: assumed)."
    ),
)


@dataclass(frozen=True, slots=True)
class Knob:
    """An instrument that applies on the day, and what of it can be moved.

    `uptake` is its central share, `None` where unknown; `threshold` whether a size of firm can
    decide who falls under it.
    """

    instrument: Instrument
    uptake: float | None
    threshold: bool
    layer: str


def compute_what_if(query: WhatIfQuery, *, edition: Path | None = None) -> WhatIfAnswer:
    """Return the gap in a scenario beside the gap as it is, with rows by issue, sector, country.

    Shares in [0, 1]. Raises `NotFoundError` for an instrument or candidate that nothing answers
    to, `InputError` for a threshold where no size of firm decides, or a day out of range.
    """
    return _answer(query, edition or edition_folder())


@kept_while_facts_stand(64)
def _answer(query: WhatIfQuery, edition: Path) -> WhatIfAnswer:
    inputs = load_inputs(edition)
    day = check_day(query.as_of or inputs.manifest.edition_date)
    ground = _ground(edition, day)
    instruments = {item.id: item for item in inputs.instruments}
    _check(query, knobs(WhatIfQuery(as_of=day), edition=edition), instruments)
    before = _before(edition, query.kind, query.measure, day)
    wanted = [*_changed(query, inputs.instruments, day), *_added(query, instruments, day)]
    extended = _extended(query)
    reaches = [
        item
        for item in ground.reaches(wanted, query.kind, day)
        if isinstance(item, Reach) and not (item.is_known and item.instrument in extended)
    ]
    patterns = None
    if all(change.layer is None for change in query.changes):
        patterns = _patterns_of(edition, day, reaches)
    after = figures_with(
        ground,
        reaches,
        kind=query.kind,
        measure=query.measure,
        as_of=day,
        patterns=patterns,
    )
    notes = [SUPPOSITION, APPLIES, CENTRE]
    if query.kind == "depth":
        notes.append(DEPTH)
    if any(change.employees is not None for change in query.changes):
        notes.append(SIZES)
    return WhatIfAnswer(
        edition=inputs.manifest.id,
        as_of=day,
        kind=query.kind,
        measure=query.measure,
        before=before.whole,
        after=after.whole(),
        shifts={by: _shifts(after.rows(by), before.rows[by], before.weights[by]) for by in AXES},
        notes=tuple(notes),
    )


@dataclass(frozen=True, slots=True)
class _Before:
    """The gap as it is: whole, per key, and each key's part of all weight."""

    whole: Interval
    rows: Mapping[By, Mapping[str, Interval]]
    weights: Mapping[By, Mapping[str, float | None]]


@kept_while_facts_stand(16)
def _before(edition: Path, kind: Kind, measure: Measure, day: date) -> _Before:
    ground = _ground(edition, day)
    reaches = [
        item
        for item in ground.reaches(ground.inputs.instruments, kind, day)
        if isinstance(item, Reach)
    ]
    found = figures_with(
        ground,
        reaches,
        kind=kind,
        measure=measure,
        as_of=day,
        patterns=_patterns_of(edition, day, reaches),
    )
    rows = {by: found.rows(by) for by in AXES}
    return _Before(
        whole=found.whole(),
        rows={
            by: {key: item.gap(item.part(key)) for key in _keys(item)} for by, item in rows.items()
        },
        weights={by: _weights(item) for by, item in rows.items()},
    )


def _keys(rows: Rows) -> tuple[str, ...]:
    return rows.keys()


def _weights(rows: Rows) -> dict[str, float | None]:
    amounts = {key: rows.weight(rows.part(key)) for key in _keys(rows)}
    known = [value for value in amounts.values() if value is not None]
    total = sum(known)
    return {
        key: None if value is None or total <= 0 else value / total
        for key, value in amounts.items()
    }


def _patterns_of(edition: Path, day: date, reaches: Sequence[Reach]) -> Patterns:
    numbers, everything = _patterns(edition, day)
    return everything.under(reaches, [numbers[item.instrument] for item in reaches])


@kept_while_facts_stand(4)
def _patterns(edition: Path, day: date) -> tuple[dict[str, int], Patterns]:
    """Return the patterns under every instrument and candidate, and the row of each.

    An uptake or a depth changes no pattern, and neither do the levels of a candidate.
    """
    ground = _ground(edition, day)
    instruments = {item.id: item for item in ground.inputs.instruments}
    first = [
        as_instrument(item, item.levels[0], instruments, day)
        for item in load_candidates().content.candidates
    ]
    reaches = [
        item
        for item in ground.reaches([*instruments.values(), *first], "breadth", day)
        if isinstance(item, Reach)
    ]
    exposure = ground.exposure("value_added")
    numbers = {item.instrument: k for k, item in enumerate(reaches)}
    for item in load_candidates().content.candidates:
        own = numbers[f"{item.id}.{item.levels[0].id}"]
        numbers |= {f"{item.id}.{level.id}": own for level in item.levels}
    return numbers, patterns_of(exposure, reaches, ground.products)


@kept_while_facts_stand(8)
def _ground(edition: Path, day: date) -> Ground:
    scopes = [item.scope for item in load_candidates().content.candidates]
    return ground_for(edition, day, scopes)


def knobs(query: WhatIfQuery, *, edition: Path | None = None) -> tuple[Knob, ...]:
    """Return the instruments that apply on the day, each with what can be moved."""
    folder = edition or edition_folder()
    inputs = load_inputs(folder)
    day = check_day(query.as_of or inputs.manifest.edition_date)
    there = {
        item.instrument
        for item in _ground(folder, day).reaches(inputs.instruments, "breadth", day)
        if isinstance(item, Reach)
    }
    found = []
    for item in inputs.instruments:
        if item.id not in there or item.scope is None:
            continue
        uptake = item.uptake_on(day)
        found.append(
            Knob(
                instrument=item,
                uptake=uptake.value if uptake and uptake.state is State.KNOWN else None,
                threshold=item.kind is InstrumentKind.LAW
                and item.scope.acts_on in {ActsOn.PRODUCT_BOUGHT, ActsOn.BUYER},
                layer=item.scope.layers.value,
            )
        )
    return tuple(found)


def _check(
    query: WhatIfQuery, there: Sequence[Knob], instruments: Mapping[str, Instrument]
) -> None:
    known = {knob.instrument.id: knob for knob in there}
    for change in query.changes:
        knob = known.get(change.instrument)
        if knob is None:
            named = change.instrument in instruments
            raise NotFoundError(
                f"{change.instrument[:60]!r} "
                + ("reaches nobody on this day" if named else "is no instrument"),
                where=change.instrument,
                fix=f"Choose from: {_near(change.instrument, known)}.",
            )
        if change.employees is not None and not knob.threshold:
            raise InputError(
                f"No size of firm decides who falls under {knob.instrument.name.en}",
                where=change.instrument,
                fix="Give the share that takes part instead.",
            )
    levels = {
        f"{item.id}.{level.id}"
        for item in load_candidates().content.candidates
        for level in item.levels
    }
    for name in query.added:
        if name not in levels:
            raise NotFoundError(
                f"Unknown candidate {name[:80]!r}",
                where="add",
                fix=f"Choose from: {_near(name, levels)}.",
            )


def _near(name: str, known: Iterable[str]) -> str:
    options = sorted(known)
    return ", ".join(get_close_matches(name, options) or options[:8])


def _changed(query: WhatIfQuery, instruments: Sequence[Instrument], day: date) -> list[Instrument]:
    changes: dict[str, Change] = {item.instrument: item for item in query.changes}
    sizes = load_sizes()
    found = []
    for item in instruments:
        if item.id in changes:
            moved = changed(item, changes[item.id], day, sizes)
            if moved is not None:
                found.append(moved)
        else:
            found.append(item)
    return found


def _added(
    query: WhatIfQuery, instruments: Mapping[str, Instrument], day: date
) -> list[Instrument]:
    return [
        as_instrument(item, level, instruments, day)
        for item in load_candidates().content.candidates
        for level in item.levels
        if f"{item.id}.{level.id}" in query.added
    ]


def _extended(query: WhatIfQuery) -> frozenset[str]:
    """Return the instruments that an added candidate extends; known reach gives way to it."""
    chosen = {name.split(".")[0] for name in query.added}
    return frozenset(
        item.extends
        for item in load_candidates().content.candidates
        if item.id in chosen and item.extends is not None
    )


def _shifts(
    rows: Rows, before: Mapping[str, Interval], weights: Mapping[str, float | None]
) -> tuple[Shift, ...]:
    """Return one shift per key, the largest in risk-weighted exposure first."""
    labels = rows.inputs.labels[rows.query.by]
    found = []
    for key in _keys(rows):
        after = rows.gap(rows.part(key))
        was = before[key]
        moved = (
            None if after.central is None or was.central is None else after.central - was.central
        )
        found.append(
            Shift(
                key=key,
                label=labels[key],
                before=was,
                after=after,
                moved=moved,
                weight=weights[key],
            )
        )
    return tuple(sorted(found, key=lambda item: -abs((item.moved or 0.0) * (item.weight or 0.0))))
