"""A chain as it is seen: what a demand embodies by place and layer, ready for pictures and tables.

Answers are kept in the process as long as the table they come from stands unchanged. Those about a
purchase list are kept with the list alone: it is the business of whoever gave it.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import numpy as np

from ketenkaart.core.chain.counted import extension_of
from ketenkaart.core.chain.footprint import footprints
from ketenkaart.core.chain.types import Booleans, Extension, Floats
from ketenkaart.core.chain.world import WorldTable
from ketenkaart.core.provenance import Text
from ketenkaart.services.chain.answer import ChainAnswer
from ketenkaart.services.chain.asking import home_region, make_out
from ketenkaart.services.chain.choices import table_stamp
from ketenkaart.services.chain.counting import counted_with_notes, is_risk
from ketenkaart.services.chain.drawn_paths import ask_paths_drawn
from ketenkaart.services.chain.intervals import Chances
from ketenkaart.services.chain.naming import Names, names_of
from ketenkaart.services.chain.paths import PathFilter, PathsAnswer, ask_paths
from ketenkaart.services.chain.question import Question
from ketenkaart.services.chain.tables import STARTER
from ketenkaart.services.chain.whose import whose_demand


@dataclass(frozen=True, slots=True)
class Ends:
    """The low and high end of a figure, and what makes it uncertain in words."""

    low: float
    high: float
    note: Text


@dataclass(frozen=True, slots=True)
class SeenChain:
    """What a demand embodies, per node (`values`, shape (regions, sectors), in `unit` a year).

    `unknown` is, for a risk, the value added of which nothing is known, per node and in
    `unknown_unit`; None for anything else. `is_known` tells at which nodes a value is known: it is
    0 in `values` elsewhere, which is not the same as nothing. `home` is the region whose buyers
    are meant, or of who bought what is on a list. `ends` hold for what is made abroad, and are None
    where nothing is known of the error. `own_ends` are the low and high end per node of a risk or
    an estimate, shape (2, regions, sectors); None for anything else.
    """

    edition: str
    year: int
    unit: str
    extension: str
    is_estimate: bool
    regions: tuple[str, ...]
    sectors: tuple[str, ...]
    names: Names
    whose: Text
    home: str
    values: Floats
    is_known: Booleans
    unknown: Floats | None
    unknown_unit: str
    ends: Ends | None
    own_ends: Floats | None
    notes: tuple[Text, ...]

    @property
    def total(self) -> float:
        """The whole footprint."""
        return float(self.values.sum())

    @property
    def unknown_abroad(self) -> float | None:
        """The value made abroad of which a risk is unknown; None for anything but a risk."""
        if self.unknown is None:
            return None
        return float(self.unknown.sum() - self.unknown[self.regions.index(self.home)].sum())

    @property
    def is_home_known(self) -> bool:
        """Whether anything is known of what is made in the region whose buyers are meant."""
        return self.knows(self.home)

    def knows(self, region: str) -> bool:
        """Tell whether anything is known of what is made in a region."""
        return bool(self.is_known[self.regions.index(region)].any())

    @property
    def abroad(self) -> float:
        """What is made outside the region whose buyers are meant."""
        return self.total - self.at_home

    @property
    def at_home(self) -> float:
        """What is made in the region whose buyers are meant."""
        return float(self.values[self.regions.index(self.home)].sum())


def see_chain(question: Question, *, extension: str, data_folder: Path | None = None) -> SeenChain:
    """Return what a demand embodies; raises `InputError` for an unknown code."""
    stamp = stamp_of(question, data_folder)
    listed = question.purchases
    if listed is None:
        return _chain(question, extension, data_folder, stamp)
    if isinstance(listed, Path):
        return _chain.__wrapped__(question, extension, data_folder, stamp)
    asked = "chain", extension, question.edition, question.demand, stamp
    if asked not in listed.worked_out:
        listed.worked_out[asked] = _chain.__wrapped__(question, extension, data_folder, stamp)
    found: SeenChain = listed.worked_out[asked]
    return found


def see_paths(
    question: Question,
    *,
    extension: str,
    top: int,
    chosen: PathFilter,
    data_folder: Path | None = None,
) -> PathsAnswer:
    """Return the largest paths, each with its first-order interval.

    A likelihood index has no errors of cells, and so no intervals.
    """
    ask = _paths if question.purchases is None else _paths.__wrapped__
    return ask(question, extension, top, chosen, data_folder, stamp_of(question, data_folder))


def kept(
    ask: Callable[..., ChainAnswer], table: str | None, /, **arguments: Hashable
) -> ChainAnswer:
    """Return what a question to a table answers, from memory while the table stands as it did.

    `arguments` are those of `ask`, by name; sequences as tuples. Raises what `ask` raises.
    """
    stamp = stamp_of(Question(table), None)
    return _kept(ask, stamp, tuple(sorted(arguments.items())))


@lru_cache(maxsize=64)
def _kept(
    ask: Callable[..., ChainAnswer], _stamp: str, arguments: tuple[tuple[str, Hashable], ...]
) -> ChainAnswer:
    return ask(**dict(arguments))


def stamp_of(question: Question, data_folder: Path | None) -> str:
    """Return the state of the table and of the starter edition, which holds the likelihoods."""
    return (
        f"{table_stamp(question.edition or STARTER, data_folder)} "
        f"{table_stamp(STARTER, data_folder)}"
    )


@lru_cache(maxsize=64)
def _paths(
    question: Question,
    extension: str,
    top: int,
    chosen: PathFilter,
    data_folder: Path | None,
    _stamp: str,
) -> PathsAnswer:
    if is_risk(extension):
        return ask_paths(
            question, extension=extension, top=top, chosen=chosen, data_folder=data_folder
        )
    return ask_paths_drawn(
        question, extension=extension, top=top, chosen=chosen, chances=Chances(draws=0),
        data_folder=data_folder,
    )  # fmt: skip


@lru_cache(maxsize=64)
def _chain(question: Question, extension: str, data_folder: Path | None, _stamp: str) -> SeenChain:
    asked = make_out(question, data_folder)
    table = asked.table
    columns, notes = _columns(table, extension)
    found = [item.values for item in footprints(table, asked.system, columns, asked.y)]
    names = names_of(table, data_folder)
    home = _home(table, question)
    shape = len(table.regions), len(table.sectors)
    abroad = table.region_index() != table.regions.index(home)
    return SeenChain(
        edition=table.edition,
        year=table.year,
        unit=columns[0].unit,
        extension=columns[0].id,
        is_estimate=columns[0].is_estimate,
        regions=table.regions,
        sectors=table.sectors,
        names=names,
        whose=whose_demand(table, names, question),
        home=home,
        values=np.nan_to_num(found[0]).reshape(shape),
        is_known=~np.isnan(columns[0].values).reshape(shape),
        unknown=found[3].reshape(shape) if len(found) > 3 else None,
        unknown_unit=table.unit,
        ends=_ends(found, abroad) or _interval(question, extension, data_folder),
        own_ends=np.stack(found[1:3]).reshape(2, *shape) if len(found) > 2 else None,
        notes=notes,
    )


CELL_ENDS = Text(
    nl="Schatting: een 95%-interval volgens een verklaard foutmodel. Geen uitgever zegt hoe groot "
    "de fouten in een tabel zijn.",
    en="Estimate: a 95% interval by a declared error model. No publisher says how large the errors "
    "in a table are.",
)
OWN_ESTIMATE = Text(
    nl="Dit cijfer is geen telling maar een schatting per bedrijfstak.",
    en="This figure is no count but an estimate per industry.",
)
OWN_ENDS = Text(
    nl="De ondergrens en bovengrens zijn die van de schatting per bedrijfstak.",
    en="The lower and upper end are those of the estimate per industry.",
)
RISK_ENDS = Text(
    nl="De grenzen zijn die van de index van kans; waar niets bekend is, kan hij alles zijn.",
    en="The ends are those of the index of likelihood; where nothing is known it can be anything.",
)


def _columns(table: WorldTable, extension: str) -> tuple[list[Extension], tuple[Text, ...]]:
    if not is_risk(extension):
        counted = extension_of(table, extension)
        if not counted.is_estimate:
            return [counted], ()
        ends = [replace(counted, values=end) for end in (counted.low, counted.high)]
        return [counted, *ends], (OWN_ESTIMATE,)
    from ketenkaart.services.chain.risks import risk_extensions  # noqa: PLC0415 - opens an edition

    _, notes = counted_with_notes(table, extension)
    return list(risk_extensions(table, extension.strip().casefold())), notes


def _ends(found: list[Floats], abroad: Booleans) -> Ends | None:
    """Return the ends that an estimate brings with it, for what is made abroad."""
    if len(found) < 3:
        return None
    low, high = (float(np.nansum(found[k][abroad])) for k in (1, 2))
    return Ends(low, high, RISK_ENDS if len(found) > 3 else OWN_ENDS)


def _interval(question: Question, extension: str, data_folder: Path | None) -> Ends | None:
    """Return the interval that errors of the table's cells bring, for what is made abroad."""
    from ketenkaart.services.chain.uncertainty import headline_interval  # noqa: PLC0415 - seldom

    found = headline_interval(question, extension=extension, part="abroad", data_folder=data_folder)
    return Ends(found.low, found.high, CELL_ENDS)


def _home(table: WorldTable, question: Question) -> str:
    if question.sector is not None:
        return home_region(table, question.sector.partition(".")[0])
    return home_region(table, question.demand)
