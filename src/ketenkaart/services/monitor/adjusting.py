"""Turn what a design knows of the population, and of who answered, into adjustments of weights."""

from __future__ import annotations

import numpy as np

from ketenkaart.core.errors import InputError
from ketenkaart.core.monitor.calibration import Calibration, PostStrata, Raking
from ketenkaart.core.monitor.response import ResponseClasses, ResponsePropensity
from ketenkaart.core.monitor.types import STATES, Adjuster, Codes, Floats, Mask
from ketenkaart.services.monitor.designing import listed
from ketenkaart.sources.survey.design import DesignDocument, KnownSizes, KnownTotals, NonResponse
from ketenkaart.sources.survey.table import FIRST_ROW, SurveyTable, state_of

SIZE = "size"
YES = ("1", "yes", "true", "ja")
NO = ("0", "no", "false", "nee")
RAKE_TOLERANCE = 1.0


def adjusters(table: SurveyTable, document: DesignDocument) -> tuple[Adjuster, ...]:
    """Return the adjustments of a design, non-response first. Raises `InputError`."""
    content = document.content
    found: list[Adjuster] = []
    if content.nonresponse is not None:
        found.append(_response(table, document, content.nonresponse))
    if content.poststrata is not None:
        found.append(_groups(table, document, content.poststrata, ("poststrata",)))
    if content.rake is not None:
        margins = tuple(
            _groups(table, document, margin, ("rake", k)) for k, margin in enumerate(content.rake)
        )
        found.append(Raking(margins, _tolerance(margins, document)))
    if content.calibrate is not None:
        found.append(_calibration(table, document, content.calibrate))
    return tuple(found)


def _tolerance(margins: tuple[PostStrata, ...], document: DesignDocument) -> float:
    sums = [float(margin.totals.sum()) for margin in margins]
    if max(sums) - min(sums) > 1e-6 * max(sums):
        raise InputError(
            f"The margins add up to different populations, {min(sums):g} and {max(sums):g}",
            where=document.where("rake"),
            fix="Correct the totals.",
        )
    return min(RAKE_TOLERANCE, sums[0] / 1000)


def _groups(
    table: SurveyTable, document: DesignDocument, known: KnownSizes, keys: tuple[str | int, ...]
) -> PostStrata:
    columns = [table.require(name, document.where(*keys, "by")) for name in listed(known.by)]
    codes, parts = table.crossed(columns)
    names = [", ".join(part) for part in parts]
    for k, name in enumerate(names):
        if name not in known.totals:
            row = int(np.flatnonzero(codes == k)[0])
            raise InputError(
                f"Group {name or '(empty)'!r} is in the data and not among the known totals",
                where=table.place(row, columns[0]),
                fix=f"Add its size at {document.where(*keys, 'totals')}.",
            )
    for name, size in known.totals.items():
        if name not in names:
            raise InputError(
                f"Nobody in the data is in group {name!r}",
                where=document.where(*keys, "totals", name),
                fix="Join it with another group, in the data and in the totals.",
            )
        if not 0 < size < float("inf"):
            raise InputError(
                f"A group cannot have the size {size:g}",
                where=document.where(*keys, "totals", name),
                fix="Give its size in the population.",
            )
    return PostStrata(codes, np.array([known.totals[name] for name in names]), names)


def _calibration(table: SurveyTable, document: DesignDocument, known: KnownTotals) -> Calibration:
    columns: list[Floats] = []
    for key in known.totals:
        where = document.where("calibrate", "totals", key)
        name, equals, value = key.partition("=")
        if key == SIZE and key not in table.columns:
            columns.append(np.ones(table.rows))
        elif key in table.columns or not equals:
            columns.append(complete(table, table.require(key, where)))
        else:
            columns.append(_equal(table, table.require(name.strip(), where), value.strip(), where))
    bounds = known.bounds or (0.0, float("inf"))
    totals = np.array(list(known.totals.values()))
    return Calibration(np.stack(columns, axis=1), totals, tuple(known.totals), known.method, bounds)


def _equal(table: SurveyTable, column: str, value: str, where: str) -> Floats:
    codes, names = table.codes(column)
    if value not in names:
        raise InputError(
            f"No row has {value!r} in column {column}", where=where,
            fix=f"Use one of {', '.join(names[:12])}.",
        )  # fmt: skip
    return np.asarray(codes == names.index(value), dtype=np.float64)


def complete(table: SurveyTable, column: str) -> Floats:
    """Return a column of numbers in which none is missing; else raises `InputError`."""
    values, states = table.numbers(column)
    if (states != 0).any():
        first = int(np.flatnonzero(states)[0])
        table.refuse(
            first, column, "The value is missing", "Known totals need a value in every row.",
            more=int((states != 0).sum()) - 1,
        )  # fmt: skip
    return values


def _response(table: SurveyTable, document: DesignDocument, part: NonResponse) -> Adjuster:
    column = table.require(part.answered, document.where("nonresponse", "answered"))
    answered = yes_no(table, column)
    if part.classes is not None:
        names = [
            table.require(name, document.where("nonresponse", "classes"))
            for name in listed(part.classes)
        ]
        codes, parts = table.crossed(names)
        return ResponseClasses(codes, answered, [", ".join(item) for item in parts])
    columns: list[Floats] = [np.ones(table.rows)]
    for name in listed(part.propensity):
        found = table.require(name, document.where("nonresponse", "propensity"))
        columns.extend(_predictors(table, found))
    return ResponsePropensity(np.stack(columns, axis=1), answered)


def _predictors(table: SurveyTable, column: str) -> list[Floats]:
    """Return a number as itself, standardised, and text as one column per value but the first."""
    if table.is_number(column):
        values = complete(table, column)
        return [(values - values.mean()) / (values.std() or 1.0)]
    codes, names = table.codes(column)
    return [(codes == k).astype(np.float64) for k in range(1, len(names))]


def yes_no(table: SurveyTable, column: str) -> Mask:
    """Return a column of yes and no (1 and 0, true and false) as truths, or raise `InputError`."""
    codes, names = table.codes(column)
    said = [name.casefold() for name in names]
    for k, name in enumerate(said):
        if name not in (*YES, *NO):
            row = int(np.flatnonzero(codes == k)[0])
            table.refuse(
                row, column, f"{names[k]!r} is neither yes nor no",
                f"Write 1 or 0, yes or no, in every row (this is row {row + FIRST_ROW}).",
            )  # fmt: skip
    return np.array([name in YES for name in said])[codes]


def group_codes(table: SurveyTable, columns: list[str]) -> tuple[Codes, tuple[str, ...]]:
    """Return domains by row and what they are called.

    A cell that says why no value is there makes a domain of that word; an empty one is unknown.
    """
    codes, parts = table.crossed(columns)
    labels = [", ".join(_named(text) for text in part) for part in parts]
    once = list(dict.fromkeys(labels))
    if len(once) == len(labels):
        return codes, tuple(labels)
    place = np.array([once.index(label) for label in labels], dtype=np.int64)
    return place[codes], tuple(once)


def _named(text: str) -> str:
    return STATES[state_of(text)] if state_of(text) else text
