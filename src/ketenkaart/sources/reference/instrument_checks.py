"""What no single value of an instrument can show to be wrong: dates that clash, unknown codes."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from ketenkaart.core.governance.dossier import Listing, Measure, Party, Segment
from ketenkaart.core.governance.types import Instrument, Kind, Status
from ketenkaart.core.provenance import State
from ketenkaart.sources.reference.document import Document, Trail
from ketenkaart.sources.reference.instrument_codes import (
    load_covenant_criteria,
    load_study_designs,
    load_units,
)
from ketenkaart.sources.reference.labels import load_countries

OVER = frozenset({Status.ENDED, Status.REPEALED})
GOODS = re.compile(r"(?:0[1-9]|[1-6]\d|7[0-689]|[89]\d)(?:\d{2}|\d{4})?")
"""A chapter, heading or subheading of the Harmonized System; chapter 77 is kept empty there."""


@dataclass(frozen=True, slots=True)
class _Page:
    """An instrument beside the place where it stands in its file."""

    document: Document
    place: Trail
    instrument: Instrument

    def fail(self, path: Trail, what: str, fix: str) -> None:
        self.document.fail((*self.place, *path), what, fix)


def check_dossier(document: Document, place: Trail, instrument: Instrument, root: Path) -> None:
    """Fail where dates contradict each other, or a code, unit, design or criterion is unknown.

    Raises `ReferenceDataError`, which names file, line and key.
    """
    page = _Page(document, place, instrument)
    _check_term(page)
    _check_uptake(page)
    _check_rising(page)
    _check_parties(page)
    _check_figures(page, root)
    _check_codes(page, root)


def check_initiatives(
    document: Document, place: Trail, instrument: Instrument, known: Collection[str]
) -> None:
    """Fail where a crosswalk names an instrument that is not one of `known`."""
    for index, walk in enumerate(instrument.crosswalks):
        path: Trail = (*place, "crosswalks", index)
        document.require_known((*path, "initiative"), walk.initiative, known, "instrument")
        document.require_unique((*path, "items"), [item.id for item in walk.items])


def _check_term(page: _Page) -> None:
    instrument, term = page.instrument, page.instrument.term
    over = [(index, item) for index, item in enumerate(instrument.status) if item.value in OVER]
    if over and over[0][0] == 0:
        page.fail(
            ("status", 0, "value"),
            f"It is {over[0][1].value} without having begun",
            "Put the status before it first.",
        )
    if term is None:
        return
    if term.end is not None and term.end < term.start:
        page.fail(
            ("term", "end"), f"The term ends before it starts on {term.start}", "Correct one day."
        )
    for index, item in over:
        if item.start <= term.start:
            page.fail(
                ("status", index, "start"),
                f"It is {item.value} before its term starts on {term.start}",
                "Correct the status or the term.",
            )
    if term.end is not None:
        after = instrument.status_on(term.end + timedelta(days=1))
        if after is not None and after.value is Status.IN_FORCE:
            page.fail(
                ("term", "end"),
                f"The term ends on {term.end}, yet the status stays in_force",
                "Add the status `ended` from the next day, or correct the term.",
            )


def _check_uptake(page: _Page) -> None:
    instrument = page.instrument
    if not instrument.status:
        return
    first = instrument.status[0].start
    last = next((item.start for item in instrument.status if item.value in OVER), None)
    for index, uptake in enumerate(instrument.uptake):
        if uptake.start < first:
            page.fail(
                ("uptake", index, "start"),
                f"The uptake starts before the first status, on {first}",
                "Correct one of the days.",
            )
        if last is not None and uptake.start >= last:
            page.fail(
                ("uptake", index, "start"),
                f"The uptake starts when the instrument is over, from {last}",
                "Correct one of the days, or remove this uptake.",
            )


def _check_rising(page: _Page) -> None:
    for name in ("secretariat", "bindingness", "enforcement", "remedy"):
        starts = [item.start for item in getattr(page.instrument, name)]
        _require_rising(page, (name,), starts, "start")
    page.document.require_unique(
        (*page.place, "measures"), [item.key for item in page.instrument.measures], "key"
    )
    for index, measure in enumerate(page.instrument.measures):
        days = [point.on for point in measure.points]
        _require_rising(page, ("measures", index, "points"), days, "on")


def _require_rising(page: _Page, path: Trail, days: Sequence[date], key: str) -> None:
    for index in range(1, len(days)):
        if days[index] <= days[index - 1]:
            page.fail(
                (*path, index, key),
                f"{days[index]} does not come after {days[index - 1]} above it",
                "Order by day, each day once.",
            )


def _check_parties(page: _Page) -> None:
    parties = page.instrument.parties
    for index, party in enumerate(parties):
        if party.joined and party.left and party.left < party.joined:
            page.fail(
                ("parties", index, "left"),
                f"It left before it joined on {party.joined}",
                "Correct one of the days.",
            )
        for other in parties[:index]:
            if _are_same(party, other) and _overlap(party, other):
                page.fail(
                    ("parties", index, "name"),
                    f"'{party.name.en}' takes part twice at once",
                    "Merge the two, or give the days between which each took part.",
                )


def _are_same(party: Party, other: Party) -> bool:
    return (party.name.en.casefold(), party.kind) == (other.name.en.casefold(), other.kind)


def _overlap(party: Party, other: Party) -> bool:
    starts = max(party.joined or date.min, other.joined or date.min)
    ends = min(party.left or date.max, other.left or date.max)
    return starts <= ends


def _check_figures(page: _Page, root: Path) -> None:
    units = {unit.id: unit for unit in load_units(root)}
    known = tuple(units)
    for index, fact in enumerate(page.instrument.facts):
        path: Trail = ("facts", index)
        if isinstance(fact.value, float) and fact.unit is None:
            page.fail((*path, "value"), "A figure without a unit", "Add the key `unit`.")
        if fact.unit is not None:
            page.document.require_known((*page.place, *path, "unit"), fact.unit, known, "unit")
    for index, baseline in enumerate(page.instrument.baselines):
        if baseline.unit is not None:
            page.document.require_known(
                (*page.place, "baselines", index, "unit"), baseline.unit, known, "unit"
            )
    for index, measure in enumerate(page.instrument.measures):
        path = ("measures", index)
        page.document.require_known((*page.place, *path, "unit"), measure.unit, known, "unit")
        _check_range(page, path, measure, is_share=units[measure.unit].is_share)


def _check_range(page: _Page, path: Trail, measure: Measure, *, is_share: bool) -> None:
    for index, point in enumerate(measure.points):
        if point.state is not State.KNOWN:
            continue
        low, high = point.ends
        if low < 0 or (is_share and high > 1):
            wanted = "between 0 and 1" if is_share else "not below 0"
            page.fail(
                (*path, "points", index, "value"),
                f"A value in {measure.unit} is {wanted}",
                "Correct the value or the unit.",
            )


def _check_codes(page: _Page, root: Path) -> None:
    instrument = page.instrument
    _check_listing(page, "segments", instrument.segments, {item.value for item in Segment})
    if instrument.countries is not None:
        countries = {country.alpha3 for country in load_countries(root).countries}
        _check_listing(page, "countries", instrument.countries, countries)
    if instrument.goods is not None:
        for index, code in enumerate(instrument.goods.values):
            if GOODS.fullmatch(code) is None:
                page.fail(
                    ("goods", "values", index),
                    f"Unknown code of goods '{code}'",
                    "Use 2, 4 or 6 digits of the Harmonized System, between quotes.",
                )
    designs = [design.id for design in load_study_designs(root)]
    page.document.require_unique(
        (*page.place, "evidence"), [item.id for item in instrument.evidence]
    )
    for index, study in enumerate(instrument.evidence):
        place: Trail = (*page.place, "evidence", index, "design")
        page.document.require_known(place, study.design, designs, "study design")
    _check_checklist(page, root)


def _check_listing(page: _Page, name: str, listing: Listing | None, known: Collection[str]) -> None:
    if listing is None:
        return
    place: Trail = (*page.place, name, "values")
    page.document.require_unique(place, listing.values, None)
    for index, value in enumerate(listing.values):
        noun = {"segments": "segment", "countries": "country code"}.get(name, name)
        page.document.require_known((*place, index), value, known, noun)


def _check_checklist(page: _Page, root: Path) -> None:
    instrument = page.instrument
    if instrument.checklist and instrument.kind is not Kind.COVENANT:
        page.fail(
            ("checklist",), f"A {instrument.kind} has no covenant checklist", "Remove the key."
        )
    criteria = [criterion.id for criterion in load_covenant_criteria(root)]
    place: Trail = (*page.place, "checklist")
    page.document.require_unique(
        place, [score.criterion for score in instrument.checklist], "criterion"
    )
    for index, score in enumerate(instrument.checklist):
        page.document.require_known(
            (*place, index, "criterion"), score.criterion, criteria, "criterion"
        )
