"""Measure how well units were coded: agreement of coders, and how often they err."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ketenkaart.core.errors import InputError
from ketenkaart.core.ledger.agreement import Kappa, cohens_kappa
from ketenkaart.core.monitor.agreement import (
    Alpha,
    Metric,
    can_be_told,
    krippendorff_alpha,
    latent_rates,
)
from ketenkaart.core.monitor.coding import CodingRates
from ketenkaart.core.monitor.indicators import CodingMethod
from ketenkaart.services.monitor.adjusting import NO, YES
from ketenkaart.services.monitor.writing import write_yaml
from ketenkaart.sources.survey.table import FIRST_ROW, SurveyTable, read_table, state_of

LEAST_CODED = 30
"""With fewer units, rates without settled truth are noise."""
Labels = list[list[str | None]]


@dataclass(frozen=True, slots=True)
class CodingFile:
    """A file of labels: a row per unit, a column per coder, and what else is known of units.

    `gold` is the column of settled truth, `group` that of a part of the population.
    """

    path: Path
    unit: str
    coders: tuple[str, ...]
    gold: str | None = None
    group: str | None = None


@dataclass(frozen=True, slots=True)
class CodingAnswer:
    """How well a file was coded.

    `kappas` are of each pair of coders. `rates` are those of the first coder, whose labels made the
    wave, and `every` of each; None where they cannot be told, with the reason in `cannot`.
    """

    units: int
    coders: tuple[str, ...]
    kappas: tuple[Kappa, ...]
    alpha: Alpha
    method: CodingMethod | None
    rates: CodingRates | None
    every: tuple[CodingRates, ...]
    cannot: str | None


def check_coding(
    file: CodingFile, *, positive: str | None = None, metric: Metric = "nominal",
    order: Sequence[str] = (),
) -> CodingAnswer:  # fmt: skip
    """Return how far coders agree and how often they err, from a file of labels.

    `positive` is the label that makes a unit a case; yes and no need none. Rates come of the gold
    column where there is one, else of the labels alone (latent classes), which needs three coders,
    or two and a group column. Raises `InputError` with file, row and column.
    """
    table = read_table(file.path)
    labels = _labels(table, file)
    alpha = krippendorff_alpha(labels, metric=metric, order=_ordered(labels, metric, order))
    kappas = tuple(
        cohens_kappa(f"{file.coders[a]}, {file.coders[b]}", _pairs(labels, a, b))
        for a in range(len(file.coders))
        for b in range(a + 1, len(file.coders))
    )
    truth = None if file.gold is None else _column(table, file.gold, "--gold")
    cases = [[_is_case(cell, positive) for cell in row] for row in labels]
    found: tuple[CodingRates, ...] = ()
    method, cannot = None, None
    if positive is None and not _is_yes_no(labels):
        cannot = "labels are neither yes nor no: say with --positive which makes a case"
    elif truth is not None:
        method = CodingMethod.GOLD
        found = tuple(
            _against_gold([row[k] for row in cases], [_is_case(c, positive) for c in truth], file)
            for k in range(len(file.coders))
        )
    else:
        groups = (
            ["" for _ in labels] if file.group is None else _column(table, file.group, "--group")
        )
        found, cannot = _latent(cases, groups, file)
        method = CodingMethod.LATENT_CLASSES if found else None
    return CodingAnswer(
        table.rows, file.coders, kappas, alpha, method, found[0] if found else None, found, cannot
    )


def keep_coding(answer: CodingAnswer, path: Path, *, force: bool = False) -> None:
    """Write a check as the key `coding` of a wave, to be put beside it in an indicator's file.

    Raises `InputError` where nothing can be told of errors, or the file is there.
    """
    if answer.rates is None or answer.method is None:
        raise InputError(
            f"There is nothing to keep: {answer.cannot}", where=str(path),
            fix="Give a gold column, a third coder, or a group column.",
        )  # fmt: skip
    content: dict[str, object] = {
        "method": answer.method.value,
        "units": answer.units,
        "coders": len(answer.coders),
        "sensitivity": _short(answer.rates.sensitivity),
        "sensitivity_se": _short(answer.rates.sensitivity_se),
        "specificity": _short(answer.rates.specificity),
        "specificity_se": _short(answer.rates.specificity_se),
    }
    if len(answer.kappas) == 1 and answer.kappas[0].value is not None:
        content["kappa"] = _short(answer.kappas[0].value)
    if answer.alpha.value is not None:
        content["alpha"] = _short(answer.alpha.value)
    content["citation"] = {"source": "own", "grade": "likely"}
    write_yaml(path, {"coding": content}, force=force)


def _short(value: float) -> float:
    return float(f"{value:.6g}")


def _labels(table: SurveyTable, file: CodingFile) -> Labels:
    if len(file.coders) < 2:
        raise InputError(
            "One coder agrees with nobody", where="--coders", fix="Name two columns or more."
        )
    if len({*file.coders, file.unit}) <= len(file.coders):
        raise InputError("A column is named twice", where="--coders", fix="Name each once.")
    units = _column(table, file.unit, "--unit")
    seen: dict[str, int] = {}
    for row, unit in enumerate(units):
        if unit is None:
            table.refuse(row, file.unit, "The unit has no name", "Name every unit.")
        if unit in seen:
            table.refuse(
                row, file.unit, f"Unit {unit!r} already stands in row {seen[unit] + FIRST_ROW}",
                "Keep one row per unit, a column per coder.",
            )  # fmt: skip
        seen[unit] = row
    columns = [_column(table, name, "--coders") for name in file.coders]
    return [list(row) for row in zip(*columns, strict=True)]


def _pairs(labels: Labels, first: int, second: int) -> list[tuple[str, str]]:
    found = ((row[first], row[second]) for row in labels)
    return [(one, other) for one, other in found if one is not None and other is not None]


def _column(table: SurveyTable, name: str, where: str) -> list[str | None]:
    """Return the labels of a column; None where a cell says that there is none."""
    codes, names = table.codes(table.require(name, where))
    kept = [None if state_of(text) else text for text in names]
    return [kept[code] for code in codes.tolist()]


def _is_yes_no(labels: Labels) -> bool:
    return all(c.casefold() in (*YES, *NO) for row in labels for c in row if c is not None)


def _is_case(cell: str | None, positive: str | None) -> bool | None:
    if cell is None:
        return None
    return cell == positive if positive is not None else cell.casefold() in YES


def _ordered(labels: Labels, metric: Metric, order: Sequence[str]) -> Sequence[str] | None:
    there = {c for row in labels for c in row if c is not None}
    if metric == "ordinal" and not there <= set(order):
        raise InputError(
            "The order of the labels is not given" if not order else
            f"{sorted(there - set(order))[0]!r} is not in the order", where="--order",
            fix="Name all labels from low to high: --order none,mention,frame.",
        )  # fmt: skip
    if metric == "interval":
        for label in sorted(there):
            try:
                float(label)
            except ValueError:
                raise InputError(
                    f"{label[:40]!r} is no number", where="--metric interval",
                    fix="Use nominal or ordinal.",
                ) from None  # fmt: skip
    return tuple(order) or None


def _against_gold(
    coded: list[bool | None], truth: list[bool | None], file: CodingFile
) -> CodingRates:
    pairs = [(c, t) for c, t in zip(coded, truth, strict=True) if c is not None and t is not None]
    cases, others = (sum(t is kind for _, t in pairs) for kind in (True, False))
    if not cases or not others:
        raise InputError(
            f"The truth holds no {'other' if cases else 'case'} that was coded",
            where=f"{file.path.name}, column {file.gold}",
            fix="Settle the truth of cases and of others both.",
        )
    rates = []
    for kind, size in ((True, cases), (False, others)):
        right = sum(c is kind and t is kind for c, t in pairs)
        # half an error is added, so that none seen is not taken for none possible
        softened = (right + 0.5) / (size + 1)
        rates.append((right / size, float(np.sqrt(softened * (1 - softened) / size))))
    return CodingRates(rates[0][0], rates[1][0], rates[0][1], rates[1][1])


def _latent(
    cases: list[list[bool | None]], groups: Sequence[str | None], file: CodingFile
) -> tuple[tuple[CodingRates, ...], str | None]:
    whole = [
        (row, group)
        for row, group in zip(cases, groups, strict=True)
        if group is not None and all(cell is not None for cell in row)
    ]
    parts = {group for _, group in whole}
    if not can_be_told(len(file.coders), len(parts)):
        return (), (
            f"{len(file.coders)} coders and {max(1, len(parts))} group cannot tell errors of "
            "coders from truth: give a gold column, a third coder, or a column of groups"
        )
    if len(whole) < LEAST_CODED:
        return (), (
            f"{len(whole)} units were coded by all: without settled truth it takes {LEAST_CODED}"
        )
    made = latent_rates(
        np.array([row for row, _ in whole], dtype=np.float64), [str(group) for _, group in whole]
    )
    return tuple(
        CodingRates(*values)
        for values in zip(
            made.sensitivity, made.specificity, made.sensitivity_se, made.specificity_se,
            strict=True,
        )
    ), None  # fmt: skip
