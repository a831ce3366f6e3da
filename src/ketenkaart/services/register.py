"""The reference facts that people look up: instruments, issues, sources, terms."""

from __future__ import annotations

from functools import lru_cache

from ketenkaart.core.errors import NotFoundError
from ketenkaart.core.governance.types import Instrument
from ketenkaart.core.provenance import GlossaryTerm, Source, Text
from ketenkaart.services.instruments.in_use import instruments_in_use
from ketenkaart.sources.reference import Reference, load_reference


@lru_cache(maxsize=1)
def _reference() -> Reference:
    return load_reference()


def list_instruments() -> tuple[Instrument, ...]:
    """Return every instrument of the register; those worked out stand first."""
    return instruments_in_use()


def find_instrument(instrument_id: str) -> Instrument:
    """Return one instrument, in capitals or not; raises `NotFoundError` for an unknown id."""
    for instrument in instruments_in_use():
        if instrument.id == instrument_id.lower():
            return instrument
    raise NotFoundError(
        f"No instrument {instrument_id!r} in the register",
        where="instrument",
        fix="`ketenkaart instruments list` and the site's list of instruments name them all.",
    )


def list_sources() -> tuple[Source, ...]:
    """Return every source that a value is cited from."""
    return _reference().sources


def source_titles() -> dict[str, Text]:
    """Return the title of every source by id."""
    return {source.id: source.title for source in _reference().sources}


def list_terms() -> tuple[GlossaryTerm, ...]:
    """Return every term of the glossary."""
    return _reference().glossary


def force_labels() -> dict[str, Text]:
    """Return the label of every class of binding force, by id."""
    return {force.id: force.label for force in _reference().depth_table.forces}


def names() -> dict[str, Text]:
    """Return the labels of issues, sectors, countries and themes (`theme.1` ...), by id or code."""
    reference = _reference()
    found = dict(reference.countries.names())
    found.update({issue.id: issue.name for issue in reference.issues})
    found.update({sector.id: sector.name for sector in reference.sectors})
    found.update({f"theme.{theme.number}": theme.name for theme in reference.themes})
    return found
