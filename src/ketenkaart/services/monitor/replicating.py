"""Turn what a design says of replicates into how they are made, or read the columns given."""

from __future__ import annotations

import numpy as np

from ketenkaart.core.errors import InputError
from ketenkaart.core.monitor.replicates import ReplicateMethod, Replication
from ketenkaart.core.monitor.types import Floats
from ketenkaart.services.monitor.designing import LaidDesign, listed, positive
from ketenkaart.sources.survey.design import DesignDocument, Replicates
from ketenkaart.sources.survey.table import SurveyTable

USUAL_COUNT = 500
FEW = 100
USUAL_SHARE = 0.5
RANK_TOLERANCE = 1e-10


def replication(
    table: SurveyTable, document: DesignDocument, laid: LaidDesign
) -> Replication | None:
    """Return how replicates are made for a design, None where it asks for none."""
    part = document.content.replicates
    if part is None:
        return None
    if part.columns is not None:
        return _given(table, document, part, laid)
    stage = laid.design.stages[0]
    if part.method == "other" or part.scale is not None or part.rscales is not None:
        raise InputError(
            "Scales and the method `other` belong to replicates that are given",
            where=document.where("replicates"),
            fix="Name their columns, or leave this out.",
        )
    method: ReplicateMethod = (
        ("jk1" if len(stage.sampled) == 1 else "jkn") if part.method == "jackknife" else part.method
    )
    if method in ("brr", "fay") and not np.isinf(stage.population).all():
        laid.notes.append(
            "Balanced replicates know no finite population correction: fpc is not used."
        )
    if method == "bootstrap" and (part.count or USUAL_COUNT) < FEW:
        laid.notes.append(
            f"{part.count} bootstrap replicates are few: standard errors are rough below {FEW}."
        )
    if len(laid.design.stages) > 1:
        laid.notes.append("Replicates are made of units of the first stage.")
    return Replication(
        method,
        count=part.count or USUAL_COUNT,
        seed=part.seed,
        share=_share(part),
        mse=part.mse,
    )


def _share(part: Replicates) -> float:
    if part.method != "fay":
        return 0.0
    return USUAL_SHARE if part.rho is None else part.rho


def _given(
    table: SurveyTable, document: DesignDocument, part: Replicates, laid: LaidDesign
) -> Replication:
    names = replicate_columns(table, document, part)
    if part.count is not None and part.count != len(names):
        raise InputError(
            f"There are {len(names)} columns of replicates, and {part.count} are said to be there",
            where=document.where("replicates", "count"),
            fix="Name all of them, or leave the count out.",
        )
    read = [_replicate(table, name) for name in names]
    weights = np.stack(read, axis=1)
    if not part.combined:
        weights *= laid.design.weights[:, None]
    count = len(names)
    rscales = _rscales(document, part, count)
    scale = part.scale
    if scale is None:
        scale = _usual_scale(document, part, count)
    gram = weights.T @ weights
    values = np.linalg.eigvalsh(gram)
    rank = int((values > values.max() * RANK_TOLERANCE).sum())
    return Replication(
        "given",
        count=rank,
        share=_share(part),
        mse=part.mse,
        scale=scale,
        rscales=rscales,
        weights=weights,
    )


def replicate_columns(table: SurveyTable, document: DesignDocument, part: Replicates) -> list[str]:
    """Return the columns that hold replicates: names, or a beginning followed by `*`."""
    found: list[str] = []
    for name in listed(part.columns):
        if name.endswith("*"):
            some = [column for column in table.columns if column.startswith(name[:-1])]
        else:
            some = [table.require(name, document.where("replicates", "columns"))]
        found.extend(column for column in some if column not in found)
    if len(found) < 2:
        raise InputError(
            f"{len(found)} column(s) of replicates are no replicates",
            where=document.where("replicates", "columns"),
            fix="Name all of them, or what they begin with, as in `rep*`.",
        )
    return found


def _replicate(table: SurveyTable, name: str) -> Floats:
    values, states = table.numbers(name)
    bad = (states != 0) | (values < 0)
    if bad.any():
        positive(table, name, "replicate weight") if not (values[bad] == 0).all() else None
    if not values.any():
        table.refuse(
            0, name, "The replicate has weight zero in every row", "Leave the column out, or "
            "name only the columns that hold replicates.",
        )  # fmt: skip
    return values


def _rscales(document: DesignDocument, part: Replicates, count: int) -> Floats:
    if part.rscales is None or isinstance(part.rscales, float):
        return np.full(count, 1.0 if part.rscales is None else part.rscales)
    if len(part.rscales) != count:
        raise InputError(
            f"There are {len(part.rscales)} rscales for {count} replicates",
            where=document.where("replicates", "rscales"),
            fix="Give one per replicate.",
        )
    return np.array(part.rscales)


def _usual_scale(document: DesignDocument, part: Replicates, count: int) -> float:
    """Return the scale of a method; raises `InputError` where only the publisher knows it."""
    if part.method == "brr":
        return 1 / count
    if part.method == "fay":
        return 1 / (count * (1 - _share(part)) ** 2)
    if part.method == "jk1":
        return (count - 1) / count
    if part.method == "bootstrap":
        return 1 / (count - 1)
    if part.method == "jkn" and part.rscales is not None:
        return 1.0
    raise InputError(
        f"The scale of {part.method} replicates cannot be known from the columns",
        where=document.where("replicates"),
        fix="Give `scale` or `rscales`, as the publisher of the file states them.",
    )
