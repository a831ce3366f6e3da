"""Hold self-evaluations against a frame of tenders: who reported, and what that can bound."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl

from ketenkaart.core.errors import InputError
from ketenkaart.core.monitor.effect.reporters import (
    Bounds,
    Leaning,
    LeaningTest,
    bounds,
    leaning_test,
    leanings,
    mean_leaning,
)
from ketenkaart.core.monitor.effect.tenders import plain_name
from ketenkaart.core.monitor.types import Codes, Floats, Mask
from ketenkaart.core.provenance import Text
from ketenkaart.services.effect.frame_file import SIZE, FrameFile, read_frame
from ketenkaart.sources.tenders.self_reports import SelfReport, SelfReportFile, read_self_reports

NEAR_VALUE, NEAR_DAYS, CLASSES = 0.01, 90, 4
NO_SAMPLE = Text(
    en="Organisations that report of themselves are no sample: who reports is their choice. So no "
    "interval for the frame follows from these reports, only bounds: what the share is if none of "
    "the others has it, and what it is if all of them have it.",
    nl="Organisaties die over zichzelf melden zijn geen steekproef: wie meldt, kiest dat zelf. Uit "
    "deze meldingen volgt dus geen interval voor de populatie, alleen grenzen: hoe groot het "
    "aandeel is als geen van de anderen het heeft, en als zij het allemaal hebben.",
)
AS_IF = Text(
    en="Differences, their intervals and the tests say how unlike reporters are to the rest, as if "
    "reporting were chance. Likeness in these columns does not make them a sample.",
    nl="Verschillen, hun intervallen en de toetsen zeggen hoe anders melders zijn dan de rest, "
    "alsof melden toeval was. Dat zij hierin op de rest lijken, maakt hen nog geen steekproef.",
)
NO_ANSWER = Text(
    en="The file does not say whether sustainability features were used, so there are no bounds "
    "(--column mvi=HEADING, or themes=HEADING).",
    nl="Het bestand zegt niet of duurzaamheidskenmerken zijn gebruikt, dus er zijn geen grenzen "
    "(--column mvi=KOLOM, of themes=KOLOM).",
)
DIMENSIONS = ("group", "period", "buyer_kind", "value_class")


@dataclass(frozen=True, slots=True)
class Joined:
    """One row of the file: the tender of the frame that it is about, and how that was found.

    `how` is one of tender_id, buyer_value_date, ambiguous, not_in_frame, same_again.
    """

    row: int
    tender: str | None
    how: str
    detail: str


@dataclass(slots=True)
class SelfReportAnswer:
    """A file of self-evaluations beside a frame."""

    name: str
    frame: str
    currency: str
    level: float
    tenders: int
    joined: list[Joined]
    reported: int
    value_frame: float
    value_reported: float
    sized: int
    sized_reported: int
    leanings: list[Leaning]
    tests: list[LeaningTest]
    bounds: list[Bounds]
    notes: list[Text] = field(default_factory=list)

    def ways(self) -> dict[str, int]:
        """Return how many rows were joined, by how."""
        return dict(Counter(item.how for item in self.joined).most_common())


def hold_self_reports(
    path: Path,
    frame: Path,
    *,
    columns: Mapping[str, str] | None = None,
    period: str | None = None,
    level: float = 0.95,
    seed: int = 1,
) -> SelfReportAnswer:
    """Return who reported, held against the frame, and the bounds that follow.

    No interval is given for the frame: organisations that choose to report are no sample. `seed`
    is for tests by shuffling. Raises `InputError` for files that cannot be read as such.
    """
    source = read_frame(frame)
    rows = source.rows if period is None else source.rows.filter(pl.col("period") == period)
    if not rows.height:
        periods = ", ".join(sorted(source.rows["period"].unique().to_list()))
        raise InputError(
            f"There is no period {period!r} in {source.name}", where="--period",
            fix=f"Use one of {periods}.",
        )  # fmt: skip
    file = read_self_reports(path, columns or {})
    joined, by_tender = join(file.reports, rows)
    return _held(file, source, rows, joined, by_tender, level, seed)


def join(
    reports: Sequence[SelfReport], rows: pl.DataFrame
) -> tuple[list[Joined], dict[str, SelfReport]]:
    """Return how each report was joined to the frame, and the report that counts per tender.

    By identifier; else by buyer with a value within 1 % and, where both have one, a day within 90
    days: only where one tender fits. Of reports about one tender the last filled in counts.
    """
    ids = set(rows["tender"].to_list())
    near = _by_buyer(rows)
    found: list[Joined] = []
    kept: dict[str, tuple[SelfReport, int]] = {}
    for report in sorted(reports, key=lambda r: (r.filled_on or date.min, r.row)):
        tender, how, detail = _find(report, ids, near)
        if tender is not None:
            before = kept.get(tender)
            if before is not None:
                same = before[0].digest == report.digest
                words = "the same row" if same else "an earlier report"
                found[before[1]] = Joined(
                    before[0].row, tender, "same_again", f"{words} as in row {report.row}"
                )
            kept[tender] = (report, len(found))
        found.append(Joined(report.row, tender, how, detail))
    found.sort(key=lambda item: item.row)
    return found, {tender: report for tender, (report, _) in kept.items()}


_Near = dict[str, list[tuple[str, float | None, date | None]]]


def _by_buyer(rows: pl.DataFrame) -> _Near:
    found: _Near = {}
    for tender, name, size, day in rows.select(
        "tender", "buyer_name", SIZE, "called_on"
    ).iter_rows():
        found.setdefault(plain_name(name), []).append((tender, size, day))
    return found


def _find(report: SelfReport, ids: set[str], near: _Near) -> tuple[str | None, str, str]:
    if report.tender is not None and report.tender in ids:
        return report.tender, "tender_id", ""
    buyer = plain_name(report.buyer_name)
    if not buyer or report.value is None:
        return None, "not_in_frame", report.tender or ""
    fits = [
        tender
        for tender, size, day in near.get(buyer, [])
        if size is not None
        and abs(size - report.value) <= NEAR_VALUE * size
        and (day is None or report.published is None
             or abs((day - report.published).days) <= NEAR_DAYS)
    ]  # fmt: skip
    if len(fits) == 1:
        return fits[0], "buyer_value_date", ""
    if fits:
        return None, "ambiguous", f"{len(fits)} tenders fit: {', '.join(fits[:3])}"
    return None, "not_in_frame", report.tender or ""


def _held(
    file: SelfReportFile,
    source: FrameFile,
    rows: pl.DataFrame,
    joined: list[Joined],
    by_tender: Mapping[str, SelfReport],
    level: float,
    seed: int,
) -> SelfReportAnswer:
    tenders = rows["tender"].to_list()
    reported = np.array([name in by_tender for name in tenders])
    sizes = rows[SIZE].cast(pl.Float64).fill_null(float("nan")).to_numpy().astype(np.float64)
    values = np.where(np.isfinite(sizes), sizes, 0.0)
    classes, labels = value_classes(sizes)
    found: list[Leaning] = []
    tests: list[LeaningTest] = []
    for name in DIMENSIONS:
        codes, names = (classes, labels) if name == "value_class" else _codes(rows[name])
        found += leanings(name, codes, names, reported, level)
        tests.append(leaning_test(name, codes, reported, level=level, seed=seed))
    found.append(mean_leaning("value", "logarithm of value", sizes, reported, level))
    said, has = _said(tenders, by_tender)
    groups, _ = _codes(rows["group"])
    crossed = np.unique(groups * (len(labels) + 1) + classes, return_inverse=True)[1]
    answer = SelfReportAnswer(
        name=file.name, frame=source.name, currency=source.currency, level=level,
        tenders=rows.height, joined=joined, reported=int(reported.sum()),
        value_frame=float(values.sum()), value_reported=float(values[reported].sum()),
        sized=int(np.isfinite(sizes).sum()), sized_reported=int(np.isfinite(sizes[reported]).sum()),
        leanings=found, tests=tests, bounds=[],
    )  # fmt: skip
    if file.mvi_from is not None:
        answer.bounds = [
            bounds("number", np.ones(rows.height), said, has, crossed),
            bounds("value", values, said, has, crossed),
        ]
    answer.notes = _notes(file, answer)
    return answer


def _codes(column: pl.Series) -> tuple[Codes, list[str]]:
    names, codes = np.unique(np.array(column.to_list(), dtype=str), return_inverse=True)
    return codes.astype(np.int64), [str(name) for name in names]


def value_classes(sizes: Floats) -> tuple[Codes, list[str]]:
    """Return quarters of the known values of a frame, and a class for those not known."""
    known = np.isfinite(sizes)
    edges = np.unique(np.quantile(sizes[known], [k / CLASSES for k in range(1, CLASSES)])) if (
        known.any()
    ) else np.zeros(0)  # fmt: skip
    codes = np.searchsorted(edges, np.where(known, sizes, 0.0), side="left").astype(np.int64)
    codes[~known] = len(edges) + 1
    labels = [f"to {edge:,.0f}" for edge in edges]
    labels.append(f"above {edges[-1]:,.0f}" if len(edges) else "known")
    return codes, [*labels, "value not known"]


def _said(tenders: Sequence[str], by_tender: Mapping[str, SelfReport]) -> tuple[Mask, Mask]:
    answers = [by_tender[name].mvi if name in by_tender else "" for name in tenders]
    return np.isin(answers, ("yes", "no")), np.array(answers) == "yes"


def _notes(file: SelfReportFile, found: SelfReportAnswer) -> list[Text]:
    notes = [NO_SAMPLE, AS_IF]
    if file.mvi_from is None:
        notes.append(NO_ANSWER)
    elif found.bounds:
        notes.append(
            Text(
                en=f"Yes and no are taken from column {file.mvi_from}. The what-if weighs reports "
                "to the frame by product group and quarter of value: it holds only if others in a "
                "class do as those who reported, which nothing here shows.",
                nl=f"Ja en nee komen uit kolom {file.mvi_from}. Het wat-als weegt de opgaven naar "
                "de populatie, per productgroep en kwart van de waarde: het klopt alleen als "
                "anderen in een klasse doen wat de melders doen, en dat blijkt hier nergens uit.",
            )
        )
    outside = sum(item.how == "not_in_frame" for item in found.joined)
    if outside:
        notes.append(
            Text(
                en=f"Rows about tenders outside the frame: {outside}. Below its threshold, in "
                "another group or period, or written otherwise.",
                nl=f"Rijen over aanbestedingen buiten de populatie: {outside}. Onder de drempel, "
                "in een andere groep of periode, of anders geschreven.",
            )
        )
    return notes
