"""Training a model on two lists, or on a list itself: no labels are needed, decisions help."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ketenkaart.core.chain.facilities.types import FacilityRecord
from ketenkaart.core.chain.matching.blocking import (
    NAME_BLOCKS,
    PLACE_BLOCKS,
    Finder,
    block,
)
from ketenkaart.core.chain.matching.comparing import COMPARISONS, Levels, compare
from ketenkaart.core.chain.matching.fellegi_sunter import (
    DECIDED_COUNTS,
    Model,
    check,
    estimate_u,
    learn,
    weights,
    with_bands,
    with_prior,
)
from ketenkaart.core.chain.matching.flat import Flags
from ketenkaart.core.chain.matching.numbering import Ints
from ketenkaart.core.chain.matching.prepared import Prepared, prepare
from ketenkaart.core.chain.matching.vocabulary import Vocabulary
from ketenkaart.core.errors import InputError

RANDOM_PAIRS = 400_000
LEARNED_ROWS = 20_000
"""Rows of the left list from which more rows teach nothing: shares are known to a few thousandths.
"""
LEAST_PAIRS = 1_000
"""With fewer candidate pairs nothing can be learned, and the model that comes along is better."""
COUNTRY_M, COUNTRY_U = (0.002, 0.998), (0.6, 0.4)
"""Set by hand: nearly all candidate pairs lie in one country, so nothing can be learned of it."""
AUTOMATIC, HUMAN = 0.99, 0.05
"""Where the bands begin; chosen on pairs that people labelled (docs/methods/matching.md)."""
KNOWN_BEFORE = 1_000.0
NAME_FIELDS = ("name", "units")
PLACE_FIELDS = ("address", "numbers", "postcode", "place")


def start(u: dict[str, tuple[float, ...]]) -> Model:
    """Return the model that training starts from: each level twice as likely as the one below."""
    m = {}
    for comparison in COMPARISONS:
        rising = 2.0 ** np.arange(len(comparison.levels))
        m[comparison.field] = tuple((rising / rising.sum()).tolist())
    m["country"] = COUNTRY_M
    return Model(m, {**u, "country": COUNTRY_U}, 0.05, AUTOMATIC, HUMAN, "")


def train(
    left: Prepared,
    right: Prepared,
    *,
    seed: int,
    trained_on: str,
    decided: tuple[Levels, Sequence[bool]] | None = None,
) -> Model:
    """Return a model trained on two lists; give one list twice to train within it.

    `u` comes from pairs at random within a country; `m` of the fields of places from pairs that
    share words of a name, and `m` of those of names from pairs that share an address. Pairs that
    people `decided` (levels, and whether they are one facility) add to `m` and set the bands.
    Of a long list `LEARNED_ROWS` rows at random are learned from, with all their candidates.
    Raises `InputError` where the lists are too short to learn from.
    """
    random = np.random.default_rng(seed)
    u = estimate_u(compare(left, right, *_at_random(left, right, random)))
    finder = Finder(block(left, right))
    rows = np.arange(len(left))
    if len(left) > LEARNED_ROWS:
        rows = np.sort(random.choice(rows, LEARNED_ROWS, replace=False))
    first, second = finder.pairs(rows)
    every = compare(left, right, first, second)
    by_name, by_place = (
        every[_are_among(finder.pairs(rows, blocks), first, second, len(right))]
        for blocks in (NAME_BLOCKS, PLACE_BLOCKS)
    )
    if min(len(by_name), len(by_place)) < LEAST_PAIRS:
        raise InputError(
            f"The lists give {len(by_name)} pairs by name and {len(by_place)} by address to learn"
            f" from; {LEAST_PAIRS} of each are needed",
            where="lists",
            fix="Use the model that comes with Ketenkaart, or train on longer lists.",
        )
    model = replace(start(u), trained_on=trained_on)
    matches = None
    if decided is not None:
        matches = decided[0][np.asarray(decided[1], dtype=bool)]
    model = learn(by_name, model, fields=PLACE_FIELDS, matches=matches)
    model = learn(by_place, model, fields=NAME_FIELDS, matches=matches)
    model = with_prior(every, model)
    if decided is not None and len(decided[0]):
        model = with_bands(
            model, weights(decided[0], model), np.asarray(decided[1], dtype=np.bool_)
        )
    return check(model)


def refit(model: Model, levels: Levels, is_match: Sequence[bool], *, trained_on: str) -> Model:
    """Return a model with what people decided: their pairs add to `m`, and set the bands.

    What the model learned before counts as a thousand pairs beside theirs.
    """
    truth = np.asarray(is_match, dtype=np.bool_)
    m = {}
    for k, comparison in enumerate(COMPARISONS):
        level = levels[truth, k]
        seen = np.bincount(level[level >= 0], minlength=len(comparison.levels))
        mixed = np.array(model.m[comparison.field]) * KNOWN_BEFORE + DECIDED_COUNTS * seen
        m[comparison.field] = tuple((mixed / mixed.sum()).tolist())
    found = replace(model, m=m, trained_on=trained_on)
    return with_bands(found, weights(levels, found), truth)


def levels_of(
    pairs: Sequence[tuple[FacilityRecord, FacilityRecord]], vocabulary: Vocabulary
) -> Levels:
    """Return the levels of pairs of records that people decided about."""
    left = prepare([a for a, _ in pairs], vocabulary)
    right = prepare([b for _, b in pairs], vocabulary)
    rows = np.arange(len(pairs), dtype=np.int64)
    return compare(left, right, rows, rows)


def _are_among(pairs: tuple[Ints, Ints], first: Ints, second: Ints, size: int) -> Flags:
    """Return which of the pairs `first`, `second` are among others; all are by row."""
    wanted, every = pairs[0] * size + pairs[1], first * size + second
    found = np.zeros(len(every), dtype=np.bool_)
    found[np.searchsorted(every, wanted)] = True
    return found


def _at_random(left: Prepared, right: Prepared, random: np.random.Generator) -> tuple[Ints, Ints]:
    """Return pairs at random of facilities in one country, not of a facility with itself."""
    first = random.integers(len(left), size=RANDOM_PAIRS)
    second = random.integers(len(right), size=RANDOM_PAIRS)
    same = left.country_code[first] == right.country_code[second]
    if left is right:
        same &= first != second
    return first[same], second[same]
