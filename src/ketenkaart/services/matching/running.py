"""Match a list: choose an engine, work in parts that outlive a killed process, tell how far."""

from __future__ import annotations

import gc
import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from ketenkaart.core.chain.facilities.types import FacilityRecord
from ketenkaart.core.chain.matching.fellegi_sunter import Model, as_dict
from ketenkaart.core.chain.matching.finding import Judging, Scored, Scorer, exact_matches
from ketenkaart.core.chain.matching.outcomes import FOUND, Band, Match, Results
from ketenkaart.core.chain.matching.prepared import Prepared, prepare
from ketenkaart.core.chain.matching.training import train
from ketenkaart.core.errors import InputError
from ketenkaart.services.matching.kept_lists import KeptLists
from ketenkaart.services.matching.models import load_model
from ketenkaart.services.matching.parts import Parts, in_parts
from ketenkaart.services.matching.reading import read_lists
from ketenkaart.services.matching.splinked import require, weigh
from ketenkaart.sources.reference.matching import load_vocabulary

OWN_UP_TO = 2_000_000
"""Rows of both lists together up to which our own engine is chosen."""
CHUNK = 5_000
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

    results: Results
    engine: Engine
    left_out: int
    resumed: int

    def count(self, band: Band) -> int:
        """Return the number of rows in a band."""
        return self.results.count(band)


def match_records(
    records: Sequence[FacilityRecord],
    against: Sequence[FacilityRecord] | None = None,
    *,
    model: Model | None = None,
    learn: int | None = None,
    engine: Engine = Engine.AUTO,
    work: Path | None = None,
    told: Progress | None = None,
) -> Matched:
    """Return what becomes of each row of a list, matched with `against`, or within itself.

    Within itself a row is matched with the rows before it. With a seed `learn` a model is first
    trained on these lists, which must be long enough for it. With a folder `work`, finished parts
    are kept there: a run that was killed goes on where it was, with the same outcome, if the
    lists, the model and the engine are the same; and so are the columns of a long list that is
    matched against, which need not be read again. Raises `InputError` for keys that stand twice and
    for an engine that is not installed.
    """
    told = told or _silent
    known = model or load_model()
    _require_keys(records, "the list")
    if against is not None:
        _require_keys(against, "the registry")
    total = len(records) + len(against or ())
    chosen = _engine(engine, total)
    with _uncollected():
        told("reading names and addresses", 0.0)
        vocabulary = load_vocabulary()
        left, right = read_lists(
            records,
            against,
            vocabulary,
            kept=KeptLists(work, vocabulary) if work is not None else None,
            told=lambda share: told("reading names and addresses", 0.25 * share),
        )
        if learn is not None:
            told("learning what each field is worth", 0.25)
            on = f"{len(left)} rows matched with {len(right)}, seed {learn}"
            known = train(left, right, seed=learn, trained_on=on)
        told("looking for pairs", 0.28)
        with Parts(work, _fingerprint(left, right, known, chosen)) as parts:
            return _matched(left, right, known, chosen, parts, told)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Look for no rubbish in circles meanwhile: there is none, and looking takes a third longer."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _matched(
    left: Prepared,
    right: Prepared,
    model: Model,
    engine: Engine,
    parts: Parts,
    told: Progress,
) -> Matched:
    starts = range(0, len(left), CHUNK)
    missing = [start for start in starts if not parts.has(start)]
    left_out = parts.left_out
    exact = np.full(len(left), -1) if left is right else exact_matches(left, right)
    judging = Judging(left, right, model)
    if missing:
        wanted = np.concatenate(
            [np.arange(start, min(start + CHUNK, len(left))) for start in missing]
        )
        is_exact = exact >= 0
        source = _source(engine, left, right, model, wanted[~is_exact[wanted]])
        left_out = parts.note_left_out(source.left_out)

        def do(start: int) -> None:
            rows = np.arange(start, min(start + CHUNK, len(left)))
            parts.keep(start, judging.found(source.score(rows[~is_exact[rows]])))

        def say(done: int) -> None:
            told("weighing pairs", 0.3 + 0.7 * done / len(missing))

        in_parts(missing, do, told=say)
    resumed = len(left) - sum(min(CHUNK, len(left) - start) for start in missing)
    found = np.concatenate([np.zeros(0, dtype=FOUND), *map(parts.read, starts)])
    told("weighing pairs", 1.0)
    return Matched(Results(judging.wording, found, exact), engine, left_out, resumed)


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
    keys = [record.key for record in records]
    if len(set(keys)) == len(keys):
        return
    seen: set[str] = set()
    for key in keys:
        if key in seen:
            raise InputError(
                f"The key {key[:40]} stands twice", where=where, fix="Give each row its own."
            )
        seen.add(key)


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


def bands_of_pairs(
    pairs: Sequence[tuple[FacilityRecord, FacilityRecord]], model: Model
) -> Iterator[Match]:
    """Yield what would become of each pair by itself: as a list of one row against another."""
    vocabulary = load_vocabulary()
    left = prepare([a for a, _ in pairs], vocabulary)
    right = prepare([b for _, b in pairs], vocabulary)
    rows = np.arange(len(pairs), dtype=np.int64)
    scored = Scorer(left, right, model).of_pairs(rows, rows)
    yield from Judging(left, right, model).pairs(scored)
