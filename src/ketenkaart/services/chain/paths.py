"""The largest structural paths behind a demand, with names, and the word on all that is left."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, astuple, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from ketenkaart.core.chain.counted import intensities
from ketenkaart.core.chain.paths import ChainPath, largest_paths
from ketenkaart.core.chain.types import Booleans, Floats
from ketenkaart.core.chain.world import WorldTable
from ketenkaart.core.provenance import Text
from ketenkaart.services.chain.asking import Asked, make_out
from ketenkaart.services.chain.called import region_called, sector_called
from ketenkaart.services.chain.counting import counted_with_notes
from ketenkaart.services.chain.demand_notes import demand_notes
from ketenkaart.services.chain.naming import names_of
from ketenkaart.services.chain.question import Question
from ketenkaart.services.chain.remembering import RememberingSystem
from ketenkaart.services.chain.whose import whose_demand
from ketenkaart.services.exports import Cell

PATH_COLUMNS = ("rank", "value", "share", "tier", "path", "sentence_nl", "sentence_en")
ENDS = ("low", "high", "standard_error")
TOP = 1000


@dataclass(frozen=True, slots=True)
class PathFilter:
    """Which paths are wanted: by where they begin, and by how many steps they have at least.

    `country` and `sector` are those of the source, where what is counted arises, in the table's
    codes; `outside` is a region whose own sources are left out.
    """

    country: str | None = None
    sector: str | None = None
    min_tier: int = 0
    outside: str | None = None


@dataclass(frozen=True, slots=True)
class PathEnds:
    """The 95 % interval of what a path carries, an estimate, in the answer's unit."""

    low: float
    high: float
    standard_error: float


@dataclass(frozen=True, slots=True)
class PathRow:
    """One path: nodes as (country, sector) codes, source first; `value` in the answer's unit.

    `share` is its part of the total, None where that is zero; `ends` its interval, where one was
    asked for.
    """

    rank: int
    nodes: tuple[tuple[str, str], ...]
    value: float
    share: float | None
    sentence: Text
    ends: PathEnds | None = None

    @property
    def tier(self) -> int:
        """How many purchases lie between source and demand."""
        return len(self.nodes) - 1

    @property
    def codes(self) -> str:
        """The path in codes, source first: `IND.c1 > CHN.c4 > NLD.c4`."""
        return " > ".join(f"{country}.{sector}" for country, sector in self.nodes)


@dataclass(frozen=True)
class PathsAnswer:
    """The largest paths and the rest, in `unit` a year.

    `covered` + `remainder` = `total`: what all paths of the chosen sources and tiers carry. No
    path that is not listed is larger than `largest_omitted`, by proof. `uncertainty` holds the
    intervals of these and how they were made, where they were asked for.
    """

    edition: str
    year: int
    unit: str
    extension: str
    demand: str
    chosen: PathFilter
    total: float
    covered: float
    remainder: float
    largest_omitted: float
    rows: tuple[PathRow, ...]
    purchases: Mapping[str, Any] | None = None
    notes: tuple[Text, ...] = ()
    uncertainty: Mapping[str, Any] | None = None

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """What the cells of a row are, for a spreadsheet: with ends where these were asked for."""
        return PATH_COLUMNS if self.uncertainty is None else (*PATH_COLUMNS, *ENDS)

    @cached_property
    def share(self) -> float | None:
        """The part of the total that the listed paths carry; None where the total is zero."""
        return self.covered / self.total if self.total else None

    @cached_property
    def headline(self) -> Text:
        """What the list covers and what it leaves out, in one sentence."""
        count, omitted = len(self.rows), self.largest_omitted
        if self.share is None:
            return Text(
                nl="Er zijn geen paden: hier ontstaat niets van wat geteld wordt.",
                en="There are no paths: nothing of what is counted arises here.",
            )
        covered, rest = f"{100 * self.share:.1f} %", f"{100 * (1 - self.share):.1f} %"
        if not omitted:
            return Text(
                nl=f"Er zijn {_dutch(f'{count:,}')} paden, en dit zijn ze alle.",
                en=f"There are {count:,} paths, and these are all.",
            )
        one = count == 1
        many_nl = "Eén pad draagt" if one else f"{_dutch(f'{count:,}')} paden dragen"
        many_en = "One path carries" if one else f"{count:,} paths carry"
        return Text(
            nl=f"{many_nl} {_dutch(covered)}, de rest {_dutch(rest)}; "
            f"geen weggelaten pad is groter dan {_dutch(figure(omitted))} {self.unit}.",
            en=f"{many_en} {covered}, the rest {rest}; no omitted path is larger "
            f"than {figure(omitted)} {self.unit}.",
        )

    def as_json(self) -> dict[str, Any]:
        """Return the answer as plain data, codes as in the table."""
        data: dict[str, Any] = {
            "edition": self.edition,
            "year": self.year,
            "unit": self.unit,
            "extension": self.extension,
            "demand": self.demand,
            "country": self.chosen.country,
            "sector": self.chosen.sector,
            "min_tier": self.chosen.min_tier,
            "outside": self.chosen.outside,
            "total": self.total,
            "covered": self.covered,
            "remainder": self.remainder,
            "share": self.share,
            "largest_omitted": self.largest_omitted,
            "headline": self.headline.model_dump(),
            "rows": [
                {
                    "rank": row.rank,
                    "nodes": [{"country": c, "sector": s} for c, s in row.nodes],
                    "tier": row.tier,
                    "value": row.value,
                    **({} if row.ends is None else asdict(row.ends)),
                    "share": row.share,
                    "sentence": row.sentence.model_dump(),
                }
                for row in self.rows
            ],
        }
        if self.purchases is not None:
            data["purchases"] = dict(self.purchases)
        if self.uncertainty is not None:
            data["uncertainty"] = dict(self.uncertainty)
        if self.notes:
            data["notes"] = [note.model_dump() for note in self.notes]
        return data

    def cells(self) -> list[list[Cell]]:
        """Return the rows under `columns`, for a spreadsheet."""
        return [
            [
                *(r.rank, r.value, r.share, r.tier, r.codes, r.sentence.nl, r.sentence.en),
                *(() if r.ends is None else astuple(r.ends)),
            ]
            for r in self.rows
        ]


def ask_paths(
    question: Question,
    *,
    extension: str,
    top: int = TOP,
    chosen: PathFilter | None = None,
    data_folder: Path | None = None,
) -> PathsAnswer:
    """Return the `top` largest paths of an extension behind a demand, exactly.

    Raises `InputError` for a code, extension or number that makes no sense, and `TableError` for
    a table without a solution.
    """
    asked = make_out(question, data_folder)
    table = asked.table
    wanted = spelled(table, chosen or PathFilter())
    counted, notes = counted_with_notes(table, extension)
    s = np.where(sources_of(table, wanted), intensities(table, [counted])[0], 0.0)
    found = largest_paths(
        table.A,
        s,
        asked.y,
        top,
        total=_total(asked, s, wanted.min_tier),
        min_tier=wanted.min_tier,
        bounds=asked.system.bounds(s) if isinstance(asked.system, RememberingSystem) else None,
    )
    said = _Said(table, question, data_folder)
    return PathsAnswer(
        edition=table.edition,
        year=table.year,
        unit=counted.unit,
        extension=extension,
        demand=asked.label,
        chosen=wanted,
        total=found.total,
        covered=found.covered,
        remainder=found.remainder,
        largest_omitted=found.largest_omitted,
        rows=tuple(
            said.row(rank, path, counted.unit, found.total)
            for rank, path in enumerate(found.paths, start=1)
        ),
        purchases=None if asked.purchases is None else asked.purchases.facts(),
        notes=(*notes, *demand_notes(asked)),
    )


def figure(value: float) -> str:
    """Return an amount to three digits, whole from a thousand up.

    >>> figure(12345.6), figure(0.81234), figure(-3.0), figure(0.0)
    ('12,346', '0.812', '-3', '0')
    """
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def _dutch(number: str) -> str:
    """Return a figure with the Dutch signs: points for thousands, a comma for decimals.

    >>> _dutch("12,345.6")
    '12.345,6'
    """
    return number.translate(str.maketrans(",.", ".,"))


def spelled(table: WorldTable, chosen: PathFilter) -> PathFilter:
    """Return a filter in the table's spelling; raises `InputError` for a code it lacks."""
    country, sector = chosen.country, chosen.sector
    return PathFilter(
        country and region_called(table, country, "--country"),
        sector and sector_called(table, sector, "--sector"),
        chosen.min_tier,
        chosen.outside and region_called(table, chosen.outside, "--outside"),
    )


def sources_of(table: WorldTable, chosen: PathFilter) -> Booleans:
    """Return the nodes where a wanted path may begin; shape (n,)."""
    kept = np.ones(table.n, dtype=np.bool_)
    if chosen.country is not None:
        kept &= table.region_index() == table.regions.index(chosen.country)
    if chosen.outside is not None:
        kept &= table.region_index() != table.regions.index(chosen.outside)
    if chosen.sector is not None:
        kept &= table.sector_index() == table.sectors.index(chosen.sector)
    return kept


def _total(asked: Asked, s: Floats, min_tier: int) -> float:
    """Return what all paths of at least `min_tier` steps carry: s L A^min_tier y."""
    onward = asked.system.layers(asked.y, max(min_tier, 0))[-1]
    return float(s @ asked.system.output_for(onward))


class _Said:
    """Paths of one answer in words."""

    def __init__(self, table: WorldTable, question: Question, data_folder: Path | None) -> None:
        self._table = table
        self._names = names_of(table, data_folder)
        self._end = whose_demand(table, self._names, question)

    def row(self, rank: int, path: ChainPath, unit: str, total: float) -> PathRow:
        """Return a path in codes and as a sentence."""
        size = len(self._table.sectors)
        nodes = tuple(
            (self._table.regions[k // size], self._table.sectors[k % size]) for k in path.nodes
        )
        words, chain = figure(path.value), self._names.chain(nodes)
        sentence = Text(
            nl=f"{chain.nl}, {self._end.nl}: {_dutch(words)} {unit}",
            en=f"{chain.en}, {self._end.en}: {words} {unit}",
        )
        return PathRow(rank, nodes, path.value, path.value / total if total else None, sentence)
