"""Take the filled sheets of a draw back in, all groups into one file of answers."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from ketenkaart.core.errors import InputError
from ketenkaart.services.effect.drawing import DRAW, RECORD, SHEET
from ketenkaart.services.effect.records import read_record, write_record
from ketenkaart.services.exports import safe
from ketenkaart.services.monitor.sheets import Returned, import_sheet
from ketenkaart.services.monitor.writing import require_free, write_rows, write_yaml
from ketenkaart.sources.survey.table import read_table

REST = ".effect.yml"


@dataclass(frozen=True, slots=True)
class EffectAnswers:
    """What came back, by product group."""

    groups: dict[str, Returned]

    @property
    def units(self) -> int:
        """Return how many contracts were drawn."""
        return sum(item.units for item in self.groups.values())

    @property
    def returned(self) -> int:
        """Return how many of them stand in the sheets."""
        return sum(item.returned for item in self.groups.values())


def import_effect(
    draws: Path, out: Path, *, empty: str | None = None, force: bool = False
) -> EffectAnswers:
    """Check the sheets of every group and write one file of answers, with how it was drawn.

    `OUT.csv` has a row per drawn contract, `OUT.effect.yml` the draw, `OUT.design.yml` what
    `ketenkaart estimate` needs. Raises `InputError` listing what is wrong in each sheet; then
    nothing is written.
    """
    if out.suffix.casefold() != ".csv":
        raise InputError("Answers are a .csv file", where="--output", fix="End its name in .csv.")
    if not draws.is_dir():
        raise InputError(
            f"There is no folder {draws.name}", where=str(draws),
            fix="Name the folder that `ketenkaart effect draw` wrote.",
        )  # fmt: skip
    rest, design = out.with_suffix(REST), out.with_suffix(".design.yml")
    require_free(out, rest, design, force=force)
    record = read_record(draws / RECORD)
    found: dict[str, Returned] = {}
    frames: list[pl.DataFrame] = []
    wrong: list[InputError] = []
    with tempfile.TemporaryDirectory() as folder:
        for item in record.groups:
            if not item.drawn:
                continue
            target = Path(folder) / f"{item.group}.csv"
            try:
                sheet = _sheet(draws / item.group)
                draw = draws / item.group / DRAW
                found[item.group] = import_sheet(sheet, draw, target, empty=empty)
                frames.append(read_table(target).frame.cast(pl.String))
            except InputError as error:
                wrong.append(_in_group(error, item.group))
    if wrong:
        raise _together(wrong)
    table = pl.concat(frames, how="diagonal").fill_null("")
    rows = [[safe(cell) for cell in row] for row in table.iter_rows()]
    write_rows(out, table.columns, rows, force=force)
    content = {"id": "tender", "strata": "stratum", "weights": "weight", "fpc": ["fpc_1"]}
    write_yaml(design, content, force=force)
    write_record(rest, record, force=force)
    return EffectAnswers(found)


def _sheet(folder: Path) -> Path:
    found = [folder / name for name in (SHEET, "sheet.csv") if (folder / name).is_file()]
    if len(found) != 1:
        what = "two sheets: .xlsx and .csv" if found else "no sheet"
        raise InputError(
            f"{folder.name} holds {what}", where=str(folder),
            fix="Keep one, sheet.xlsx or sheet.csv, in the folder of the group.",
        )  # fmt: skip
    return found[0]


def _in_group(error: InputError, group: str) -> InputError:
    return InputError(error.what, where=f"{group}/{error.where or ''}", fix=error.fix)


def _together(wrong: list[InputError]) -> InputError:
    first, *others = wrong
    more = "".join(f"\nAlso at {error.where}: {error.what}." for error in others)
    return InputError(first.what, where=first.where, fix=f"{first.fix or ''}{more}")
