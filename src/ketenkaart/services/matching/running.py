"""Match a list: choose an engine, work in parts that outlive a killed process, tell how far."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from ketenkaart.core.chain.facilities.types import FacilityRecord
from ketenkaart.core.chain.matching.fellegi_sunter import Model, as_dict
from ketenkaart.core.chain.matching.finding import (
    Band,
    Judging,
    Match,
    RowResult,
    Scored,
    Scorer,
    exact_matches,
)
from ketenkaart.core.chain.matching.prepared import Prepared, prepare
from ketenkaart.core.chain.matching.rules import Caution
from ketenkaart.core.errors import InputError, StoreError
from ketenkaart.services.matching.models import load_model
from ketenkaart.services.matching.splinked import require, weigh
from ketenkaart.sources.reference.matching import load_vocabulary

OWN_UP_TO = 200_000
"""Rows of both lists together up to which our own engine is chosen."""
CHUNK = 10_000
"""Rows in a part: after each, a killed run can go on."""

Progress = Callable[[str, float], None]


class Engine(StrEnum):
    """What finds and weighs pairs; bands and rules are the same for all."""

    AUTO = "auto"
    OWN = "own"
    DUCKDB = "duckdb"
    SPARK = "spark"


@dataclass(frozen=True, slots=True)
class Matched:
    """What became of every row of a list, in its order.

    `left_out` counts keys that too many rows share, by which pairs were therefore not looked for;
    `resumed` the rows that an earlier run had done already.
    """

    results: tuple[RowResult, ...]
    engine: Engine
    left_out: int
    resumed: int

    def count(self, band: Band) -> int:
        """Return the number of rows in a band."""
        return sum(result.band is band for result in self.results)


def match_records(
    records: Sequence[FacilityRecord],
    against: Sequence[FacilityRecord] | None = None,
    *,
    model: Model | None = None,
    engine: Engine = Engine.AUTO,
    work: Path | None = None,
    told: Progress | None = None,
) -> Matched:
    """Return what becomes of each row of a list, matched with `against`, or within itself.

    Within itself a row is matched with the rows before it. With a folder `work`, finished parts
    are kept there: a run that was killed goes on where it was, with the same outcome, if the
    lists, the model and the engine are the same. Raises `InputError` for keys that stand twice and
    for an engine that is not installed.
    """
    told = told or _silent
    used = model or load_model()
    _require_keys(records, "the list")
    if against is not None:
        _require_keys(against, "the registry")
    total = len(records) + len(against or ())
    chosen = _engine(engine, total)
    told("reading names and addresses", 0.0)
    vocabulary = load_vocabulary()
    left = prepare(records, vocabulary)
    told("reading names and addresses", 0.1)
    right = left if against is None else prepare(against, vocabulary)
    told("looking for pairs", 0.25)
    parts = _Parts(work, _fingerprint(left, right, used, chosen) if work else "")
    return _matched(left, right, used, chosen, parts, told)


def _matched(
    left: Prepared,
    right: Prepared,
    model: Model,
    engine: Engine,
    parts: _Parts,
    told: Progress,
) -> Matched:
    starts = range(0, len(left), CHUNK)
    missing = [start for start in starts if not parts.has(start)]
    left_out = parts.left_out
    if missing:
        exact = {} if left is right else exact_matches(left, right)
        judging = Judging(left, right, model)
        wanted = np.concatenate(
            [np.arange(start, min(start + CHUNK, len(left))) for start in missing]
        )
        wanted = wanted[~np.isin(wanted, np.array(list(exact), dtype=np.int64))]
        source = _source(engine, left, right, model, wanted)
        left_out = parts.note_left_out(source.left_out)
        for start in missing:
            rows = np.arange(start, min(start + CHUNK, len(left)))
            inexact = np.array([row for row in rows.tolist() if row not in exact], dtype=np.int64)
            found = {
                result.key: result
                for result in judging.results(source.score(inexact), inexact.tolist())
            }
            parts.keep(
                start,
                [
                    judging.exact(row, exact[row]) if row in exact else found[left.keys[row]]
                    for row in rows.tolist()
                ],
            )
            told("weighing pairs", 0.3 + 0.7 * min(1.0, (start + CHUNK) / max(1, len(left))))
    resumed = len(left) - sum(min(CHUNK, len(left) - start) for start in missing)
    results = tuple(result for start in starts for result in parts.read(start))
    told("weighing pairs", 1.0)
    return Matched(results, engine, left_out, resumed)


def _source(
    engine: Engine, left: Prepared, right: Prepared, model: Model, rows: np.ndarray[Any, Any]
) -> Source:
    scorer = Scorer(left, right, model)
    if engine is Engine.OWN or scorer.keys is None or not len(rows):
        return Source(scorer.score, scorer.left_out)
    scored = weigh(left, right, scorer, model, rows=rows, on=engine.value)

    def of_rows(wanted: np.ndarray[Any, Any]) -> Scored:
        low, high = (
            np.searchsorted(scored.left, (wanted[0], wanted[-1] + 1)) if len(wanted) else (0, 0)
        )
        return scored.between(int(low), int(high))

    return Source(of_rows, scorer.left_out)


@dataclass(frozen=True, slots=True)
class Source:
    """Where the scored pairs of some rows come from."""

    score: Callable[[Any], Scored]
    left_out: int


def _silent(name: str, done: float) -> None:
    """Tell nobody."""


def _require_keys(records: Sequence[FacilityRecord], where: str) -> None:
    seen: set[str] = set()
    for record in records:
        if record.key in seen:
            raise InputError(
                f"The key {record.key[:40]} stands twice", where=where, fix="Give each row its own."
            )
        seen.add(record.key)


def _engine(asked: Engine, total: int) -> Engine:
    """Return the engine to use; raises `InputError` where it lacks what it needs."""
    if asked is Engine.AUTO:
        is_large = total > OWN_UP_TO and find_spec("splink") is not None
        return Engine.DUCKDB if is_large else Engine.OWN
    if asked is not Engine.OWN:
        require(asked.value)
    return asked


def _fingerprint(left: Prepared, right: Prepared, model: Model, engine: Engine) -> str:
    """Return what stands for lists, model and engine: equal where the outcome must be."""
    digest = hashlib.sha256(json.dumps([as_dict(model), engine.value]).encode())
    for rows in (left, right):
        digest.update("\x1f".join(rows.keys).encode())
        for column in (rows.name_code, rows.address_code, rows.country_code, rows.os_id_code):
            digest.update(column.tobytes())
        for degrees in (rows.latitude, rows.longitude):
            digest.update(degrees.tobytes())
    return digest.hexdigest()[:24]


class _Parts:
    """Finished parts of a run, in memory or in files that outlive it."""

    def __init__(self, work: Path | None, fingerprint: str) -> None:
        self._folder = work / fingerprint if work is not None else None
        self._held: dict[int, list[RowResult]] = {}
        self.left_out = 0
        if self._folder is not None:
            try:
                self._folder.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise StoreError(
                    f"Parts of the run cannot be kept: {error.strerror}",
                    where=str(self._folder),
                    fix="Free space, or choose another data folder with KETENKAART_DATA.",
                ) from error
            said = self._folder / "left_out"
            self.left_out = int(said.read_text()) if said.exists() else 0

    def note_left_out(self, count: int) -> int:
        """Keep how many keys were left out."""
        self.left_out = count
        if self._folder is not None:
            _write(self._folder / "left_out", str(count))
        return count

    def has(self, start: int) -> bool:
        """Return whether the part that begins at a row is done."""
        return start in self._held or (self._folder is not None and self._file(start).exists())

    def keep(self, start: int, results: list[RowResult]) -> None:
        """Keep a part, whole or not at all."""
        if self._folder is None:
            self._held[start] = results
        else:
            _write(self._file(start), json.dumps([_as_json(result) for result in results]))

    def read(self, start: int) -> Iterable[RowResult]:
        """Return a part."""
        if start in self._held:
            return self._held[start]
        return [_from_json(found) for found in json.loads(self._file(start).read_text())]

    def _file(self, start: int) -> Path:
        assert self._folder is not None  # noqa: S101 - files are asked for where there is a folder
        return self._folder / f"{start:09d}.json"


def _write(path: Path, text: str) -> None:
    staged = path.with_suffix(".part")
    try:
        with staged.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(staged, path)
    except OSError as error:
        raise StoreError(
            f"A part of the run cannot be kept: {error.strerror}",
            where=str(path.parent),
            fix="Free space, and run again: finished parts are kept.",
        ) from error


def forget(work: Path) -> None:
    """Remove the parts of finished runs."""
    shutil.rmtree(work, ignore_errors=True)


def _as_json(result: RowResult) -> list[Any]:
    return [
        result.key,
        result.band.value,
        [
            [m.left, m.right, m.band.value, m.probability, m.reasons, [c.value for c in m.cautions]]
            for m in result.matches
        ],
    ]


def _from_json(found: list[Any]) -> RowResult:
    key, band, matches = found
    return RowResult(
        key,
        Band(band),
        tuple(
            Match(a, b, Band(c), d, tuple((text, bits) for text, bits in e), tuple(map(Caution, f)))
            for a, b, c, d, e, f in matches
        ),
    )


def bands_of_pairs(
    pairs: Sequence[tuple[FacilityRecord, FacilityRecord]], model: Model
) -> Iterator[Match]:
    """Yield what would become of each pair by itself: as a list of one row against another."""
    vocabulary = load_vocabulary()
    left = prepare([a for a, _ in pairs], vocabulary)
    right = prepare([b for _, b in pairs], vocabulary)
    rows = np.arange(len(pairs), dtype=np.int64)
    scored = Scorer(left, right, model).of_pairs(rows, rows)
    judging = Judging(left, right, model)
    for row in rows.tolist():
        yield judging.pair(scored, row)
