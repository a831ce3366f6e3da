"""Estimate from a sample in a file, by the design in another."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ketenkaart.core.errors import InputError
from ketenkaart.core.monitor.estimating import Survey, estimate
from ketenkaart.core.monitor.types import Domains, EstimateTable, IntervalMethod, Statistic
from ketenkaart.services.monitor.adjusting import adjusters, group_codes
from ketenkaart.services.monitor.asking import FORMS, WHERE, Asking, missing_notes
from ketenkaart.services.monitor.designing import lay_design
from ketenkaart.services.monitor.replicating import replication
from ketenkaart.sources.survey.design import DesignDocument, read_design
from ketenkaart.sources.survey.table import SurveyTable, read_table

MOST_DOMAINS = 100_000


def estimate_file(
    data: Path,
    design: Path,
    *,
    statistics: Sequence[str],
    by: Sequence[str] = (),
    missing: str | None = None,
    interval: IntervalMethod | None = None,
    level: float | None = None,
    sheet: str | None = None,
) -> EstimateTable:
    """Return estimates from the rows of `data`, drawn as `design` says, by domain if asked.

    Raises `InputError` with file, row and column for anything that cannot be right; nothing is
    dropped, and no figure is NaN.
    """
    document = read_design(design)
    table = read_table(data, sheet)
    survey, notes = prepare(table, document)
    asked, counts = ask(table, document, statistics, missing)
    domains = domains_of(table, by)
    found = estimate(
        survey,
        asked,
        domains,
        level=level or document.content.level,
        interval=interval or document.content.interval,
    )
    found.missing = counts
    found.notes = [*notes, *missing_notes(counts, table.rows), *empty_notes(found)]
    return found


def prepare(table: SurveyTable, document: DesignDocument) -> tuple[Survey, list[str]]:
    """Return a sample ready to be asked, and what to know about it."""
    laid = lay_design(table, document)
    made = replication(table, document, laid)
    return Survey(laid.design, adjusters(table, document), made), laid.notes


def ask(
    table: SurveyTable, document: DesignDocument, statistics: Sequence[str], missing: str | None
) -> tuple[list[Statistic], dict[str, dict[str, int]]]:
    """Return the statistics asked for, and why values of their variables are absent."""
    if not statistics:
        raise InputError("Nothing is asked", where=WHERE, fix=FORMS)
    asking = Asking(table, leave_out=(missing or document.content.missing) == "leave_out")
    return [item for text in statistics for item in asking.statistics(text)], asking.missing


def domains_of(table: SurveyTable, by: Sequence[str]) -> Domains | None:
    """Return the domains that columns make, None without columns."""
    names = [part.strip() for text in by for part in _split(text, table)]
    if not names:
        return None
    codes, labels = group_codes(table, [table.require(name, "--by") for name in names])
    if len(labels) > MOST_DOMAINS:
        raise InputError(
            f"That makes {len(labels)} domains", where="--by", fix="Use columns of fewer values."
        )
    return Domains(codes, labels)


def _split(text: str, table: SurveyTable) -> list[str]:
    return [text] if text in table.columns else text.split(",")


def empty_notes(found: EstimateTable) -> list[str]:
    """Return what must be said about figures that could not be given."""
    notes = []
    if any(row.estimate is None for row in found.rows):
        notes.append("An absent estimate is not applicable: there is nothing to divide by.")
    if any(row.se is not None and row.low is None and row.df <= 0 for row in found.rows):
        notes.append(
            "Without degrees of freedom (as many strata as sampled units) there is no interval."
        )
    return notes
