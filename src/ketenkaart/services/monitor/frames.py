"""Count the units of a frame by stratum, for a sample that was drawn from it."""

from __future__ import annotations

import numpy as np

from ketenkaart.core.monitor.types import Codes, Floats
from ketenkaart.sources.survey.design import DesignDocument
from ketenkaart.sources.survey.table import SurveyTable, read_table


def frame_sizes(
    table: SurveyTable, document: DesignDocument, strata: Codes | None, names: tuple[str, ...]
) -> Floats:
    """Return, by row, how many units of the first stage the frame has in the row's stratum.

    The frame file is named from the folder of the design. Raises `InputError` naming the row whose
    stratum is not in the frame.
    """
    content = document.content
    frame = read_table(document.path.parent / str(content.frame))
    units = (
        content.clusters if isinstance(content.clusters, str) else (content.clusters or (None,))[0]
    )
    where = document.where("frame")
    by = content.strata if isinstance(content.strata, str) else (content.strata or (None,))[0]
    if units is not None:
        frame = frame.one_row_each(frame.require(units, where))
    if by is None or strata is None:
        return np.full(table.rows, float(frame.rows))
    parts = [by] if by in frame.columns else [part.strip() for part in by.split("*")]
    codes, labels = frame.crossed([frame.require(part, where) for part in parts])
    sizes = dict(
        zip((", ".join(label) for label in labels), np.bincount(codes).tolist(), strict=True)
    )
    for k, name in enumerate(names):
        if name not in sizes:
            row = int(np.flatnonzero(strata == k)[0])
            table.refuse(
                row, parts[0], f"Stratum {name!r} is in the data and not in the frame",
                f"Correct it, or add its units to {frame.name}.",
            )  # fmt: skip
    return np.array([float(sizes[name]) for name in names])[strata]
