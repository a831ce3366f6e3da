"""Compute indicators from facts at hand: which sectors, schemes and risks measures reach."""

from __future__ import annotations

from datetime import date

from ketenkaart.core.governance.answers import GapQuery
from ketenkaart.core.governance.types import Instrument, Kind, Status
from ketenkaart.core.monitor.computed import ComputedFigure, Counted, Part, share_of_parts
from ketenkaart.core.monitor.indicators import Computed
from ketenkaart.core.provenance import Text
from ketenkaart.services.governance.gap import compute_gap
from ketenkaart.sources.reference.governance import load_instruments
from ketenkaart.sources.reference.norms import load_norms

PUBLIC_MONEY = (Kind.FUND, Kind.FINANCE)
HOW = {
    Computed.SECTOR_COVERAGE: Text(
        nl="sectoren met een convenant dat op de dag loopt, gedeeld door alle dertien; een "
        "convenant met een onbekende status laat zijn sector open",
        en="sectors with an agreement in force on the day, over all thirteen; an agreement of "
        "unknown status leaves its sector open",
    ),
    Computed.INSTRUMENT_COVERAGE: Text(
        nl="fondsen en financiers in het register die op de dag lopen; wie niet is uitgewerkt, "
        "blijft onbekend",
        en="funds and financiers in the register that run on the day; those not worked out stay "
        "unknown",
    ),
    Computed.GOVERNANCE_GAP: Text(
        nl="de berekening van het gat over de Nederlandse eindvraag, alle thema's samen: risico in "
        "landen met zwak bestuur waar geen instrument geldt, gedeeld door al het gewogen risico",
        en="the computation of the gap over Dutch final demand, all issues together: risk in "
        "countries of weak governance where no instrument applies, over all weighted risk",
    ),
    Computed.AGREEMENTS: Text(
        nl="convenanten in het register die op de dag gesloten waren, ook die daarna eindigden",
        en="agreements in the register that were concluded on the day, those that ended later too",
    ),
}


def compute_figure(which: Computed, *, on: date) -> ComputedFigure:
    """Return an indicator as the facts at hand give it on a day.

    Raises `InputError` for a day outside the facts of instruments, `EditionError` where the edition
    behind the gap cannot be read.
    """
    if which is Computed.GOVERNANCE_GAP:
        return _gap(on)
    parts = {
        Computed.SECTOR_COVERAGE: _sectors,
        Computed.INSTRUMENT_COVERAGE: _schemes,
        Computed.AGREEMENTS: _agreements,
    }[which](on)
    if which is Computed.AGREEMENTS:
        signed = sum(part.counted is Counted.YES for part in parts)
        unknown = sum(part.counted is Counted.UNKNOWN for part in parts)
        return ComputedFigure(
            on, float(signed), float(signed), float(signed + unknown), parts, HOW[which]
        )
    value, low, high = share_of_parts(parts)
    return ComputedFigure(on, value, low, high, parts, HOW[which])


def _gap(on: date) -> ComputedFigure:
    total = compute_gap(GapQuery(as_of=on)).total
    found = total.weak_at_home
    ends = (None, None, None) if found is None else (found.central, found.low, found.high)
    return ComputedFigure(on, *ends, (), HOW[Computed.GOVERNANCE_GAP], total.id)


def _status(instrument: Instrument, on: date) -> Status | None:
    """Return the status on a day; None where it began later, or nothing is known."""
    found = None
    for step in instrument.status:
        if step.start <= on:
            found = step.value
    return found


def _sectors(on: date) -> tuple[Part, ...]:
    known = {item.id: item for item in load_instruments()}
    parts = []
    for sector in load_norms().sectors:
        covenants = [known[name] for name in sector.covenants]
        running = [item for item in covenants if _status(item, on) is Status.IN_FORCE]
        hidden = [item for item in covenants if not item.status]
        if running:
            counted = Counted.YES
            why = _joined(running, "loopt: ", "in force: ")
        elif hidden:
            counted = Counted.UNKNOWN
            why = _joined(hidden, "status onbekend: ", "status unknown: ")
        elif covenants:
            counted = Counted.NO
            why = _joined(covenants, "loopt niet op deze dag: ", "not in force on this day: ")
        else:
            counted, why = Counted.NO, Text(nl="geen convenant", en="no agreement")
        parts.append(Part(sector.id, sector.name, counted, why))
    return tuple(parts)


def _joined(items: list[Instrument], nl: str, en: str) -> Text:
    return Text(
        nl=nl + ", ".join(item.name.nl for item in items),
        en=en + ", ".join(item.name.en for item in items),
    )


def _schemes(on: date) -> tuple[Part, ...]:
    parts = []
    for item in load_instruments():
        if item.kind not in PUBLIC_MONEY:
            continue
        if not item.worked_out:
            why = Text(nl="nog niet uitgewerkt", en="not worked out yet")
            parts.append(Part(item.id, item.name, Counted.UNKNOWN, why))
        elif _status(item, on) is Status.IN_FORCE:
            parts.append(_scheme(item, on))
    return tuple(parts)


def _scheme(item: Instrument, on: date) -> Part:
    asked = None
    for step in item.steps:
        if step.start <= on:
            asked = step
    if asked is None:
        why = Text(nl="welke stappen het vraagt is onbekend", en="which steps it asks is unknown")
        return Part(item.id, item.name, Counted.UNKNOWN, why)
    named = [
        name
        for name in ("embed", "identify", "act", "track", "communicate", "remedy")
        if getattr(asked, name).value > 0
    ]
    if item.rbc_role is not None and named:
        why = Text(
            nl=f"vraagt {len(named)} van de zes stappen", en=f"asks {len(named)} of the six steps"
        )
        return Part(item.id, item.name, Counted.YES, why)
    return Part(item.id, item.name, Counted.NO, Text(nl="vraagt geen stap", en="asks no step"))


def _agreements(on: date) -> tuple[Part, ...]:
    parts = []
    for item in load_instruments():
        if item.kind is not Kind.COVENANT:
            continue
        first = item.status[0].start if item.status else None
        if first is None:
            counted = Counted.UNKNOWN
            why = Text(nl="dag van sluiting onbekend", en="day of conclusion unknown")
        else:
            counted = Counted.YES if first <= on else Counted.NO
            why = Text(nl=f"loopt sinds {first.isoformat()}", en=f"since {first.isoformat()}")
        parts.append(Part(item.id, item.name, counted, why))
    return tuple(parts)
