"""Standards scored, sectors without a covenant, clauses beside norms; works without Django."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

from ketenkaart.core.errors import InputError, NotFoundError, ReferenceDataError
from ketenkaart.core.governance.norms.clauses import (
    ElementRow,
    NormRow,
    clause_matrix,
    compare,
    template_agreement,
)
from ketenkaart.core.governance.norms.scoring import Scored, score
from ketenkaart.core.governance.norms.types import (
    Agreement,
    AlignmentCriterion,
    PolicySector,
)
from ketenkaart.core.governance.types import Instrument, Status
from ketenkaart.services.register import find_instrument
from ketenkaart.sources.reference.norms import (
    SHEET_COLUMNS,
    load_norms,
    read_agreement,
    read_sheet,
)

__all__ = [
    "SHEET_COLUMNS",
    "Benchmarked",
    "CovenantState",
    "benchmark",
    "criteria",
    "diff",
    "find_agreement",
    "find_scored",
    "list_agreements",
    "list_scored",
    "matrix",
    "score_file",
]

TEMPLATE = "template"
AGREED = {Status.SIGNED, Status.IN_FORCE}
OVER = {Status.ENDED, Status.REPEALED}


class CovenantState(StrEnum):
    """Whether a covenant stands in a sector on a day.

    `none_known` is what the register says, not proof that there is none.
    """

    IN_FORCE = "in_force"
    ENDED = "ended"
    NOT_YET = "not_yet"
    NONE_KNOWN = "none_known"


@dataclass(frozen=True, slots=True)
class Benchmarked:
    """A sector on a day: its covenants, and the standards known there with their scores."""

    sector: PolicySector
    state: CovenantState
    covenants: tuple[tuple[Instrument, CovenantState], ...]
    standards: tuple[Scored, ...]


def criteria() -> tuple[AlignmentCriterion, ...]:
    """Return the criteria of the assessment, in their order."""
    return load_norms().criteria


@lru_cache(maxsize=1)
def list_scored() -> tuple[Scored, ...]:
    """Return every score sheet of the package with its verdicts."""
    found = load_norms()
    return tuple(score(sheet, found.criteria) for sheet in found.sheets)


def score_file(path: Path) -> Scored:
    """Return somebody's own score sheet (YAML or CSV) with its verdicts.

    Raises `InputError` with file, line and key or column.
    """
    try:
        return score(read_sheet(path), criteria())
    except ReferenceDataError as error:
        raise InputError(error.what, where=error.where, fix=error.fix) from None


def find_scored(name: str) -> Scored:
    """Return a score sheet by its id, or from a file; raises `NotFoundError` for neither."""
    for scored in list_scored():
        if scored.sheet.id == name.lower():
            return scored
    if _is_file(name):
        return score_file(Path(name))
    known = ", ".join(scored.sheet.id for scored in list_scored())
    raise NotFoundError(
        f"No standard {name!r}", where="standard", fix=f"Use {known}, or name a file."
    )


def list_agreements() -> tuple[Agreement, ...]:
    """Return every agreement of the package, in the order of their ids."""
    return load_norms().agreements


def find_agreement(name: str) -> Agreement:
    """Return an agreement by its id, the template, or one from a file.

    Raises `NotFoundError` for an unknown name, `InputError` for a file that is wrong.
    """
    found = load_norms()
    if name.lower() == TEMPLATE:
        return template_agreement(found.elements, found.template)
    for agreement in found.agreements:
        if agreement.id == name.lower():
            return agreement
    if _is_file(name):
        try:
            return read_agreement(Path(name))
        except ReferenceDataError as error:
            raise InputError(error.what, where=error.where, fix=error.fix) from None
    known = ", ".join([TEMPLATE, *(agreement.id for agreement in found.agreements)])
    raise NotFoundError(
        f"No agreement {name!r}", where="agreement", fix=f"Use {known}, or name a file."
    )


def matrix(agreement: Agreement) -> tuple[NormRow, ...]:
    """Return every norm with the clauses of an agreement that follow it."""
    return clause_matrix(agreement, load_norms().norms)


def diff(left: Agreement, right: Agreement) -> tuple[ElementRow, ...]:
    """Return every element of the template with what two agreements say of it."""
    return compare(left, right, load_norms().elements)


def benchmark(day: date) -> tuple[Benchmarked, ...]:
    """Return the policy sectors with their covenants on a day and the standards known there."""
    scored = {item.sheet.id: item for item in list_scored()}
    rows = []
    for sector in load_norms().sectors:
        covenants = tuple(
            (item, _state(item, day)) for item in map(find_instrument, sector.covenants)
        )
        states = [state for _, state in covenants]
        best = next((state for state in CovenantState if state in states), CovenantState.NONE_KNOWN)
        standards = tuple(scored[name] for name in sector.standards)
        rows.append(Benchmarked(sector, best, covenants, standards))
    return tuple(rows)


def _state(instrument: Instrument, day: date) -> CovenantState:
    status = instrument.status_on(day)
    if status is None or status.value not in AGREED | OVER:
        return CovenantState.NOT_YET
    return CovenantState.IN_FORCE if status.value in AGREED else CovenantState.ENDED


def _is_file(name: str) -> bool:
    return Path(name).suffix.lower() in {".yml", ".yaml", ".csv"} or Path(name).is_file()
