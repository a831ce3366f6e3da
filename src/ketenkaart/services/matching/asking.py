"""What can be asked of matching: match a list, train a model, measure one on labelled pairs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ketenkaart.core.chain.facilities.types import FacilityRecord
from ketenkaart.core.chain.matching.evaluation import PairScores, score_pairs
from ketenkaart.core.chain.matching.fellegi_sunter import Model
from ketenkaart.core.chain.matching.outcomes import Band, Match
from ketenkaart.core.chain.matching.prepared import prepare
from ketenkaart.core.chain.matching.training import levels_of, refit, train
from ketenkaart.core.errors import InputError
from ketenkaart.services.matching.lists import LabelledPair
from ketenkaart.services.matching.models import load_model, save_model
from ketenkaart.services.matching.running import (
    Engine,
    Matched,
    Progress,
    bands_of_pairs,
    match_records,
)
from ketenkaart.sources.reference.matching import load_vocabulary
from ketenkaart.warehouse.folder import chosen_data_folder

WORK = "matching"
"""Folder in the data folder where parts of unfinished runs are kept."""


@dataclass(frozen=True, slots=True)
class Wrong:
    """A labelled pair that came out wrong: a false automatic match, or a true pair as new."""

    left: FacilityRecord
    right: FacilityRecord
    is_match: bool
    match: Match


@dataclass(frozen=True, slots=True)
class Evaluated:
    """The scores of labelled pairs, and the pairs that came out wrong."""

    scores: PairScores
    wrong: tuple[Wrong, ...]


def bands_named(name: str | None) -> frozenset[Band]:
    """Return the band of that name, or all; raises `InputError` for another name."""
    if name is None:
        return frozenset(Band)
    if name not in set(Band):
        raise InputError(
            f"There is no band {name[:20]!r}", where="--band", fix="Use automatic, human or new."
        )
    return frozenset({Band(name)})


def match_file(
    records: Sequence[FacilityRecord],
    against: Sequence[FacilityRecord] | None,
    *,
    engine: str = "auto",
    model: Path | None = None,
    learn: int | None = None,
    told: Progress | None = None,
) -> Matched:
    """Return what becomes of each row; parts are kept in the data folder until the run is done.

    With a seed `learn` a model is trained on these lists first. Raises `InputError` for an unknown
    engine, or one that lacks what it needs, for a model beside `learn`, and for lists too short to
    learn from.
    """
    if engine not in set(Engine):
        raise InputError(
            f"There is no engine {engine[:20]!r}",
            where="--engine",
            fix="Use auto, own, duckdb or spark.",
        )
    if learn is not None and model is not None:
        raise InputError(
            "A model is either given or learned", where="--learn", fix="Leave one of them out."
        )
    return match_records(
        records,
        against,
        model=load_model(model),
        learn=learn,
        engine=Engine(engine),
        work=chosen_data_folder() / WORK,
        told=told,
    )


def train_file(
    records: Sequence[FacilityRecord],
    against: Sequence[FacilityRecord] | None,
    *,
    pairs: Sequence[LabelledPair] = (),
    seed: int,
    trained_on: str,
    out: Path,
) -> Model:
    """Train a model on lists, with the labels there are, and write it to a file."""
    vocabulary = load_vocabulary()
    left = prepare(records, vocabulary)
    right = left if against is None else prepare(against, vocabulary)
    decided = None
    if pairs:
        levels = levels_of([(pair.left, pair.right) for pair in pairs], vocabulary)
        decided = (levels, [pair.is_match for pair in pairs])
    model = train(left, right, seed=seed, trained_on=trained_on, decided=decided)
    save_model(model, out)
    return model


def refit_on(
    pairs: Sequence[LabelledPair], *, model: Path | None, trained_on: str, out: Path
) -> Model:
    """Add what people decided about pairs to a model, and write it to a file.

    Raises `InputError` where there are no pairs.
    """
    if not pairs:
        raise InputError(
            "People have decided about no pair yet",
            where="queue",
            fix="Decide some: `ketenkaart facility queue`.",
        )
    before = load_model(model)
    levels = levels_of([(pair.left, pair.right) for pair in pairs], load_vocabulary())
    found = refit(before, levels, [pair.is_match for pair in pairs], trained_on=trained_on)
    save_model(found, out)
    return found


def evaluate_pairs(pairs: Sequence[LabelledPair], *, model: Path | None = None) -> Evaluated:
    """Return how labelled pairs come out, each by itself: one row against one facility."""
    used = load_model(model)
    found = list(bands_of_pairs([(pair.left, pair.right) for pair in pairs], used))
    outcomes = [(match.band, pair.is_match) for match, pair in zip(found, pairs, strict=True)]
    wrong = tuple(
        Wrong(pair.left, pair.right, pair.is_match, match)
        for match, pair in zip(found, pairs, strict=True)
        if (match.band is Band.AUTOMATIC and not pair.is_match)
        or (match.band is Band.NEW and pair.is_match)
    )
    return Evaluated(score_pairs(outcomes), wrong)
