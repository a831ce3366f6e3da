"""Read answers about drawn contracts as groups of arrays, and say what had to be turned."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import numpy as np
import polars as pl

from ketenkaart.core.errors import InputError
from ketenkaart.core.monitor.effect.effects import Answers, GroupSample
from ketenkaart.core.monitor.types import NOT_APPLICABLE, STATES, Floats, Mask
from ketenkaart.core.provenance import Text
from ketenkaart.services.effect.importing import REST
from ketenkaart.services.effect.records import DrawRecord, read_record
from ketenkaart.sources.survey.table import SurveyTable, read_table

Per = Literal["term", "year"]
NEEDED = ("tender", "group", "stratum", "probability", "size", "mvi", "ambition", "effect_over")
RECORDED = ("basic", "significant", "ambitious")


@dataclass(slots=True)
class AnswerFile:
    """Answers about drawn contracts: samples by group, and rows of the table by group."""

    name: str
    table: SurveyTable
    record: DrawRecord
    samples: list[GroupSample]
    places: list[np.ndarray[tuple[int], np.dtype[np.int64]]]
    tenders: list[str]
    notes: list[Text] = field(default_factory=list)

    def share(self, column: str, positive: tuple[str, ...]) -> list[Answers]:
        """Return, per group, which contracts have one of some values in a column."""
        texts = self.texts(column)
        has = np.array([text in positive for text in texts])
        states = np.array([STATES.index(text) if text in STATES[1:] else 0 for text in texts])
        return [
            Answers(
                column, has[rows].astype(np.float64),
                (states[rows] == 0) | (states[rows] == NOT_APPLICABLE),
                states[rows] == NOT_APPLICABLE,
            )
            for rows in self.places
        ]  # fmt: skip

    def effect(self, name: str, per: Per) -> list[Answers]:
        """Return, per group, an effect over the term of each contract, or per year of it.

        A figure given per year is turned into one over the term by the contract's years, and the
        other way round; where these are not known either, the figure counts as missing.
        """
        values, states = self.table.numbers(self.table.require(name, "answers"))
        known = states == 0
        not_applicable = states == NOT_APPLICABLE
        turned, lost, silent = self._turned(values, known, per)
        if lost:
            span = {"term": "de looptijd", "year": "per jaar"}[per]
            self.note(
                en=f"{name}: {lost} figures could not be turned into figures per {per}, because "
                "the years of the contract are not known; they count as missing.",
                nl=f"{name}: {lost} cijfers konden niet naar {span} worden omgerekend, omdat de "
                "looptijd in jaren niet bekend is; ze tellen als ontbrekend.",
            )
        if silent:
            self.note(
                en=f"{name}: {silent} figures do not say whether they are over the term or per "
                "year; they count as missing.",
                nl=f"{name}: {silent} cijfers zeggen niet of ze over de looptijd of per jaar "
                "gelden; ze tellen als ontbrekend.",
            )
        known = known & np.isfinite(turned)
        return [
            Answers(
                name, np.where(known, turned, 0.0)[rows], (known | not_applicable)[rows],
                not_applicable[rows],
            )
            for rows in self.places
        ]  # fmt: skip

    def _turned(self, values: Floats, known: Mask, per: Per) -> tuple[Floats, int, int]:
        over = np.array(self.texts("effect_over"))
        years = self._years()
        zero = known & (values == 0)
        with np.errstate(invalid="ignore", divide="ignore"):
            other = values * years if per == "term" else values / years
        found = np.where(
            over == per, values, np.where(np.isin(over, ("term", "year")), other, np.nan)
        )
        found = np.where(zero, 0.0, found)
        lost = known & ~np.isfinite(found)
        said = np.isin(over, ("term", "year"))
        return found, int((lost & said).sum()), int((lost & ~said).sum())

    def _years(self) -> Floats:
        """Return the years of each contract: those of the sheet, else those of the notice."""
        found = np.full(self.table.rows, np.nan)
        for column in ("term_years", "contract_years"):
            if column in self.table.columns:
                values, states = self.table.numbers(column)
                found = np.where((states == 0) & (values > 0), values, found)
        return found

    def texts(self, column: str, absent: str = "unknown") -> list[str]:
        """Return a column as texts, `absent` where a cell is empty or the column is not there."""
        if column not in self.table.columns:
            return [absent] * self.table.rows
        series = self.table.frame[column].cast(pl.String).str.strip_chars().fill_null("")
        return [str(text) or absent for text in series.to_list()]

    def note(self, *, en: str, nl: str) -> None:
        """Keep a remark once."""
        text = Text(en=en, nl=nl)
        if text not in self.notes:
            self.notes.append(text)

    def unreferenced(self, name: str) -> int:
        """Return how many contracts give an effect and name nothing to compare it with."""
        if "reference" not in self.table.columns:
            return 0
        _, states = self.table.numbers(name)
        named = np.array([text not in STATES for text in self.texts("reference")])
        values = self.table.numbers(name)[0]
        return int(((states == 0) & ~named & (np.nan_to_num(values) != 0)).sum())


def read_answers(path: Path) -> AnswerFile:
    """Return answers that `effect import` wrote, checked against how they were drawn.

    Raises `InputError` for a column, a contract or a group that is missing or too many, and for
    chances outside 0 to 1.
    """
    table = read_table(path)
    record = read_record(path.with_suffix(REST))
    for column in NEEDED:
        table.require(column, path.name)
    tenders = [str(item) for item in table.frame["tender"].cast(pl.String).to_list()]
    _refuse_twice(table, tenders)
    chances = _chances(table)
    groups = [str(item) for item in table.frame["group"].cast(pl.String).to_list()]
    _refuse_unknown(table, groups, record)
    sizes, states = table.numbers("size")
    sizes = np.where(states == 0, sizes, np.nan)
    codes, _ = table.codes("stratum")
    samples, places = [], []
    for item in record.groups:
        rows = np.flatnonzero(np.array(groups) == item.group)
        strata = np.unique(codes[rows], return_inverse=True)[1].astype(np.int64)
        samples.append(
            GroupSample(
                item.group,
                record.period,
                item.tenders,
                item.with_size,
                item.total_size,
                item.reached,
                chances[rows],
                strata,
                sizes[rows],
            )
        )
        places.append(rows)
    return AnswerFile(path.name, table, record, samples, places, tenders)


def _refuse_twice(table: SurveyTable, tenders: list[str]) -> None:
    twice = [name for name, count in Counter(tenders).items() if count > 1]
    if twice:
        row = len(tenders) - 1 - tenders[::-1].index(twice[0])
        table.refuse(row, "tender", f"Contract {twice[0][:60]!r} stands there twice", "Keep one.")


def _chances(table: SurveyTable) -> Floats:
    values, states = table.numbers("probability")
    bad = (states != 0) | ~(values > 0) | (values > 1)
    if bad.any():
        row = int(np.flatnonzero(bad)[0])
        table.refuse(
            row, "probability", f"{table.cell(row, 'probability')!r} is no chance above 0, up to 1",
            "Keep the column as `ketenkaart effect draw` wrote it.", more=int(bad.sum()) - 1,
        )  # fmt: skip
    return values


def _refuse_unknown(table: SurveyTable, groups: list[str], record: DrawRecord) -> None:
    counts = Counter(groups)
    for group, count in counts.items():
        item = record.of(group)
        if item is None or item.drawn != count:
            drawn = 0 if item is None else item.drawn
            table.refuse(
                groups.index(group), "group",
                f"{count} contracts of {group[:40]} stand here, and {drawn} were drawn",
                "Keep a row for every drawn contract; say unknown where nothing came back.",
            )  # fmt: skip
    missing = [item.group for item in record.groups if item.drawn and item.group not in counts]
    if missing:
        raise InputError(
            f"The contracts of {missing[0]} are missing", where=table.name,
            fix="Keep a row for every drawn contract; say unknown where nothing came back.",
        )  # fmt: skip
