"""Instruments beside each other: two on one day, or one on two days, row by row."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from ketenkaart.core.governance.dossier import Listing, Measure, Party
from ketenkaart.core.governance.types import STEPS, Instrument
from ketenkaart.core.provenance import Citation, State, Text

Value = Text | str | float
"""Words in two languages, a code that a face names, or a figure."""


@dataclass(frozen=True, slots=True)
class Cell:
    """What is known of one trait on a day: its state, its values, its unit and where from.

    `known` has values; a known empty tuple means that the trait holds for everything.
    """

    state: State
    values: tuple[Value, ...] = ()
    unit: str | None = None
    citation: Citation | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One trait of every instrument compared.

    `group` says what kind of trait it is (`step`, `measure`, `criterion`, or the trait itself) and
    `label` names it where the instruments do; `is_same` is `None` where nothing is known.
    """

    group: str
    key: str
    label: Text | None
    cells: tuple[Cell, ...]
    is_same: bool | None


@dataclass(frozen=True, slots=True)
class Seen:
    """An instrument on a day."""

    instrument: Instrument
    day: date


NOT_RESEARCHED = Cell(State.NOT_RESEARCHED)


def compare(seen: Sequence[Seen]) -> tuple[Row, ...]:
    """Return what is known of each instrument on its day, one row per trait, all in one order.

    Cells are the same where state, values and unit are; sources may differ.
    """
    rows = [*_fixed_rows(seen), *_step_rows(seen), *_measure_rows(seen), *_checklist_rows(seen)]
    return tuple(
        Row(group, key, label, cells, _is_same(cells)) for group, key, label, cells in rows
    )


Parts = tuple[str, str, Text | None, tuple[Cell, ...]]


def _is_same(cells: tuple[Cell, ...]) -> bool | None:
    if any(cell.state is not State.KNOWN for cell in cells):
        return None if all(cell.state is not State.KNOWN for cell in cells) else False
    return len({(cell.values, cell.unit) for cell in cells}) == 1


def _fixed_rows(seen: Sequence[Seen]) -> list[Parts]:
    makers: dict[str, Callable[[Seen], Cell]] = {
        "kind": _kind,
        "theme": _theme,
        "status": _status,
        "rbc_role": _role,
        "term": _term,
        "acts_on": lambda one: _scope(one, "acts_on"),
        "sectors": lambda one: _scope(one, "sectors"),
        "issues": lambda one: _scope(one, "issues"),
        "buyers": lambda one: _scope(one, "buyers"),
        "layers": _layers,
        "uptake": _uptake,
        "force": _force,
        "parties": _parties,
        "secretariat": _secretariat,
        "countries": lambda one: _listing(one.instrument.countries),
        "goods": lambda one: _listing(one.instrument.goods),
        "segments": lambda one: _listing(one.instrument.segments),
        "bindingness": lambda one: _trait(one, "bindingness"),
        "enforcement": lambda one: _trait(one, "enforcement"),
        "remedy": lambda one: _trait(one, "remedy"),
    }
    return [(key, key, None, tuple(make(one) for one in seen)) for key, make in makers.items()]


def _kind(one: Seen) -> Cell:
    item = one.instrument
    return Cell(State.KNOWN, (item.kind.value,), citation=item.citation)


def _theme(one: Seen) -> Cell:
    return Cell(State.KNOWN, (str(one.instrument.theme),), citation=one.instrument.citation)


def _role(one: Seen) -> Cell:
    role = one.instrument.rbc_role
    return NOT_RESEARCHED if role is None else Cell(State.KNOWN, (role,))


def _status(one: Seen) -> Cell:
    found = one.instrument.status_on(one.day)
    if found is None:
        return Cell(State.UNKNOWN)
    return Cell(State.KNOWN, (found.value.value,), citation=found.citation)


def _term(one: Seen) -> Cell:
    term = one.instrument.term
    if term is None:
        return NOT_RESEARCHED
    end = term.end_state.value if term.end is None else term.end.isoformat()
    return Cell(State.KNOWN, (term.start.isoformat(), end), citation=term.citation)


def _scope(one: Seen, name: str) -> Cell:
    scope = one.instrument.scope
    if scope is None:
        return NOT_RESEARCHED
    found = getattr(scope, name)
    values = (found.value,) if name == "acts_on" else tuple(found or ())
    return Cell(State.KNOWN, values, citation=scope.citation)


def _layers(one: Seen) -> Cell:
    scope = one.instrument.scope
    if scope is None:
        return NOT_RESEARCHED
    layers = scope.layers
    return Cell(State.KNOWN, (layers.low, layers.value, layers.high), citation=layers.citation)


def _uptake(one: Seen) -> Cell:
    found = one.instrument.uptake_on(one.day)
    if found is None:
        return NOT_RESEARCHED
    figures = tuple(part for part in (found.low, found.value, found.high) if part is not None)
    return Cell(found.state, figures, "share" if figures else None, found.citation)


def _force(one: Seen) -> Cell:
    force = one.instrument.force
    return NOT_RESEARCHED if force is None else Cell(State.KNOWN, (force,))


def parties_on(instrument: Instrument, day: date) -> tuple[Party, ...]:
    """Return the parties that take part on a day; one whose days are not known is kept."""
    return tuple(
        party
        for party in instrument.parties
        if (party.joined is None or party.joined <= day)
        and (party.left is None or day <= party.left)
    )


def _parties(one: Seen) -> Cell:
    if not one.instrument.parties:
        return NOT_RESEARCHED
    found = parties_on(one.instrument, one.day)
    names = tuple(
        party.name
        if party.count is None
        else Text(nl=f"{party.count} {party.name.nl}", en=f"{party.count} {party.name.en}")
        for party in found
    )
    return Cell(State.KNOWN, names, citation=found[0].citation if found else None)


def _secretariat(one: Seen) -> Cell:
    known = [item for item in one.instrument.secretariat if item.start <= one.day]
    if not known:
        return NOT_RESEARCHED
    last = known[-1]
    return Cell(last.state, () if last.name is None else (last.name,), citation=last.citation)


def _listing(listing: Listing | None) -> Cell:
    if listing is None:
        return NOT_RESEARCHED
    return Cell(listing.state, listing.values, citation=listing.citation)


def _trait(one: Seen, name: str) -> Cell:
    known = [item for item in getattr(one.instrument, name) if item.start <= one.day]
    if not known:
        return NOT_RESEARCHED
    last = known[-1]
    values = () if last.value is None else (last.value.value,)
    return Cell(last.state, values, citation=last.citation)


def _step_rows(seen: Sequence[Seen]) -> list[Parts]:
    return [("step", step, None, tuple(_step(one, step) for one in seen)) for step in STEPS]


def _step(one: Seen, step: str) -> Cell:
    steps = one.instrument.steps_on(one.day)
    if steps is None:
        return NOT_RESEARCHED
    duty = getattr(steps, step)
    return Cell(State.KNOWN, (float(duty.value),), citation=duty.citation)


def _measure_rows(seen: Sequence[Seen]) -> list[Parts]:
    found: dict[str, Measure] = {}
    for one in seen:
        for measure in one.instrument.measures:
            found.setdefault(measure.key, measure)
    return [
        ("measure", key, measure.label, tuple(_measured(one, key) for one in seen))
        for key, measure in found.items()
    ]


def _measured(one: Seen, key: str) -> Cell:
    measure = one.instrument.measure(key)
    point = None if measure is None else measure.on(one.day)
    if measure is None or point is None:
        return NOT_RESEARCHED
    if point.value is None:
        return Cell(point.state, (), measure.unit, point.citation)
    low, high = point.ends
    figures = (point.value,) if low == high else (low, point.value, high)
    return Cell(State.KNOWN, figures, measure.unit, point.citation)


def _checklist_rows(seen: Sequence[Seen]) -> list[Parts]:
    keys = _in_order(score.criterion for one in seen for score in one.instrument.checklist)
    return [("criterion", key, None, tuple(_verdict(one, key) for one in seen)) for key in keys]


def _in_order(keys: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(keys))


def _verdict(one: Seen, key: str) -> Cell:
    for score in one.instrument.checklist:
        if score.criterion == key:
            return Cell(State.KNOWN, (score.verdict.value,), citation=score.citation)
    return NOT_RESEARCHED
