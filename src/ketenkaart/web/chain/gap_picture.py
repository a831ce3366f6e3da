"""The gap as a map of countries and as a matrix of rows by instruments."""

from __future__ import annotations

from dataclasses import dataclass

from ketenkaart.core.governance.answers import GapAnswer, GapRow
from ketenkaart.services.chain.choices import chain_choices
from ketenkaart.web.chain.map_picture import MapPicture, MapSubject, drawn_map
from ketenkaart.web.chain.wording import finer_percent
from ketenkaart.web.formats import between
from ketenkaart.web.text import say

HOME = "NLD"
TINTS = (0.005, 0.02, 0.05, 0.15)


@dataclass(frozen=True, slots=True)
class MatrixCell:
    """What one instrument is credited with in one row: `state` is known, unknown or none."""

    state: str
    share: float | None
    tint: int


@dataclass(frozen=True, slots=True)
class Matrix:
    """Rows by instruments, those that reach most first."""

    instruments: tuple[tuple[str, str], ...]
    rows: tuple[tuple[str, str | None, tuple[MatrixCell, ...]], ...]


def gap_map(answer: GapAnswer, language: str) -> MapPicture | None:
    """Return where the risk weight lies that is not shown to be reached; None for other rows."""
    if answer.by != "country" or len(answer.rows) < 2:
        return None
    names = chain_choices().names
    open_weight = {row.key: _open(row) for row in answer.rows if row.key in names.regions}
    known = {key: value for key, value in open_weight.items() if value is not None}
    total = sum(known.values())
    if total <= 0:
        return None
    return drawn_map(
        MapSubject(
            names=names,
            amounts=known,
            known=frozenset(known),
            home=HOME if HOME in names.regions else None,
            total=total,
            said={
                row.key: _said(row, known.get(row.key), total, language)
                for row in answer.rows
                if row.key in open_weight
            },
        ),
        language,
    )


def gap_matrix(answer: GapAnswer, language: str, links: dict[str, str | None]) -> Matrix | None:
    """Return the credit of each instrument in each row; None where none may reach anything."""
    order = sorted(
        answer.total.instruments,
        key=lambda item: (-(item.credit.share or 0.0), not item.reach_is_known, item.id),
    )
    if not order or not answer.rows:
        return None
    rows = []
    for row in answer.rows:
        there = {item.id: item for item in row.instruments}
        cells = []
        for instrument in order:
            item = there.get(instrument.id)
            if item is None:
                cells.append(MatrixCell("none", None, 0))
            elif not item.reach_is_known or item.credit.share is None:
                cells.append(MatrixCell("unknown", None, 0))
            else:
                share = item.credit.share
                cells.append(MatrixCell("known", share, sum(share >= edge for edge in TINTS)))
        rows.append((row.label.in_language(language), links.get(row.key), tuple(cells)))
    return Matrix(tuple((item.id, item.label.in_language(language)) for item in order), tuple(rows))


def _open(row: GapRow) -> float | None:
    """Return the central risk weight that is not shown to be reached; None where undefined."""
    if row.gap.central is None or row.risk_weighted.central is None:
        return None
    return row.risk_weighted.central * row.gap.central


def _said(row: GapRow, weight: float | None, total: float, language: str) -> str:
    if row.gap.low is None or row.gap.high is None:
        return say("home.not_applicable", language)
    ends = between(row.gap.low, row.gap.high, language)
    if weight is None:
        return say("chain.gap_map_no_centre", language, ends=ends)
    share = finer_percent(weight / total, language)
    return say("chain.gap_map_said", language, share=share, ends=ends)
