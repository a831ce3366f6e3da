"""A series as it is seen: a footprint year by year, what changed it, and where each year is from.

Answers are kept in the process as long as the tables they come from stand unchanged.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from ketenkaart.core.provenance import Text
from ketenkaart.services.chain.answer import ChainAnswer
from ketenkaart.services.chain.asking import home_region
from ketenkaart.services.chain.choices import table_stamp
from ketenkaart.services.chain.estimated import with_estimate_notes
from ketenkaart.services.chain.naming import Names, names_of
from ketenkaart.services.chain.over_time import ask_series
from ketenkaart.services.chain.question import Question
from ketenkaart.services.chain.series_tables import tables_of_series
from ketenkaart.services.chain.uncertainty import Errors
from ketenkaart.services.chain.whose import whose_demand
from ketenkaart.services.world_tables import TableEntry, open_world


@dataclass(frozen=True, slots=True)
class SeenSeries:
    """An answer of `chain series`, and what pages say around it.

    `home` is the region whose buyers are meant; `tables` lead from a year to the table it is from.
    """

    answer: ChainAnswer
    names: Names
    whose: Text
    home: str
    tables: Mapping[int, TableEntry]


def see_series(
    question: Question,
    *,
    at: Sequence[str] = (),
    outside: str | None = None,
    extension: str = "value_added",
    since: int | None = None,
    until: int | None = None,
    errors: Errors | None = None,
    data_folder: Path | None = None,
) -> SeenSeries:
    """Return a footprint over the years; arguments and errors are those of `ask_series`."""
    entries = tables_of_series(question.edition, data_folder)
    stamps = (table_stamp(entry.manifest.id, data_folder) for entry in entries)
    return _series(
        question, tuple(at), outside, extension, (since, until), errors, data_folder,
        "\n".join(stamps),
    )  # fmt: skip


@lru_cache(maxsize=64)
def _series(
    question: Question,
    at: tuple[str, ...],
    outside: str | None,
    extension: str,
    period: tuple[int | None, int | None],
    errors: Errors | None,
    data_folder: Path | None,
    _stamp: str,
) -> SeenSeries:
    answer = ask_series(
        question, at=at, outside=outside, extension=extension, since=period[0], until=period[1],
        errors=errors, data_folder=data_folder,
    )  # fmt: skip
    entries = tables_of_series(question.edition, data_folder)
    table = open_world(str(entries[-1].folder), data_folder)
    names = names_of(table, data_folder)
    years = {row[0] for row in answer.rows}
    return SeenSeries(
        answer=with_estimate_notes(answer, data_folder),
        names=names,
        whose=whose_demand(table, names, question),
        home=home_region(table, question.demand),
        tables={e.manifest.year: e for e in entries if e.manifest.year in years},
    )
