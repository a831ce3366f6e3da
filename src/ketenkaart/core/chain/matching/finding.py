"""Matching two lists, or a list within itself: candidates, weights, rules, and a band per row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
import numpy.typing as npt

from ketenkaart.core.chain.matching.blocking import (
    EVERY_PAIR,
    Finder,
    Keys,
    block,
    every_pair,
)
from ketenkaart.core.chain.matching.cautions import FAR_KM, Caution
from ketenkaart.core.chain.matching.comparing import (
    COMPARISONS,
    FIELDS,
    NAME_OWN_SAME,
    NAME_SAME,
    Levels,
    compare,
    distance_km,
)
from ketenkaart.core.chain.matching.fellegi_sunter import (
    Floats,
    Model,
    probability,
    shares_of,
    term_bits,
    weights,
)
from ketenkaart.core.chain.matching.flat import Flags
from ketenkaart.core.chain.matching.numbering import Ints, Slots, mixed
from ketenkaart.core.chain.matching.prepared import Prepared
from ketenkaart.core.chain.matching.rules import JudgedPairs, PairRules, cautions_of

SHOWN = 5
"""The most candidates that a person is given for a row."""
WORTH_READING = 1e-4
"""Pairs with a lower probability are not read again by the rules, unless names or addresses are
much alike."""

EXACT = "same name and address, or same id"
"""What is said of a pair that needed no weighing."""


class Band(StrEnum):
    """What happens to a row."""

    AUTOMATIC = "automatic"
    HUMAN = "human"
    NEW = "new"


BANDS = tuple(Band)
AUTOMATIC, HUMAN, NEW = range(len(BANDS))
FOUND = np.dtype(
    [
        ("left", "<i8"), ("right", "<i8"), ("chance", "<f8"), ("term", "<f8"),
        ("cautions", "<i8"), ("band", "i1"), ("levels", "i1", (len(COMPARISONS),)),
    ]
)  # fmt: skip
"""A pair that is automatic or for people, as numbers: `band` is a place in `BANDS`, `cautions` are
the bits of `rules.ORDER`. Words are made of it only for who reads them."""
Found = npt.NDArray[Any]
"""An array of `FOUND`, by row of the left list and likeliest first."""


@dataclass(frozen=True, slots=True)
class Scored:
    """Candidate pairs with their levels and weights, before rules; rows count from 0."""

    left: Ints
    right: Ints
    levels: Levels
    weight: Floats
    terms: Floats

    def __len__(self) -> int:
        """Return the number of pairs."""
        return len(self.left)

    def between(self, low: int, high: int) -> Scored:
        """Return some of the pairs."""
        part = slice(low, high)
        return Scored(
            self.left[part], self.right[part], self.levels[part],
            self.weight[part], self.terms[part],
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Match:
    """Two records that may be one facility: how likely, in which band, and why.

    `reasons` name each field that was compared with its weight in bits; `cautions` say why a
    person is asked. `right` is the key of the record matched with.
    """

    left: str
    right: str
    band: Band
    probability: float
    reasons: tuple[tuple[str, float], ...]
    cautions: tuple[Caution, ...]


@dataclass(frozen=True, slots=True)
class RowResult:
    """What was found for one row of a list: its band, and the candidates, likeliest first.

    A new row has none. An automatic one has exactly one.
    """

    key: str
    band: Band
    matches: tuple[Match, ...]


class NameShares:
    """How common names are in the list that is matched against."""

    def __init__(self, prepared: Prepared) -> None:
        self._full = np.unique(prepared.name_code, return_counts=True)
        self._own = np.unique(prepared.own_code, return_counts=True)
        self._total = len(prepared)

    def of(self, left: Prepared, first: Ints, level: Levels, model: Model) -> Floats:
        """Return the share of the shared name of each pair; NaN where names are not the same."""
        found = np.full(len(first), np.nan)
        for at, (known, counts), codes in (
            (NAME_SAME, self._full, left.name_code),
            (NAME_OWN_SAME, self._own, left.own_code),
        ):
            rows = np.flatnonzero(level == at)
            wanted = codes[first[rows]]
            place = np.minimum(np.searchsorted(known, wanted), len(known) - 1)
            # The record matched with is one of them, and says nothing about others.
            seen = np.where(known[place] == wanted, counts[place] - 1, 0) if len(rows) else rows
            found[rows] = shares_of(seen, self._total, model.u["name"][at])
        return found


class Scorer:
    """Scores rows of a list against another, or within itself; what can be is computed once.

    `left_out` counts the keys that were left out because too many rows share them.
    """

    def __init__(self, left: Prepared, right: Prepared, model: Model) -> None:
        self._left, self._right, self._model = left, right, model
        self._shares = NameShares(right)
        self._finder: Finder | None = None
        self.keys: Keys | None = None
        self.left_out = 0
        if len(left) * len(right) > EVERY_PAIR:
            self.keys = block(left, right)
            self._finder = Finder(self.keys)
            self.left_out = self.keys.left_out

    def score(self, rows: Ints | None = None) -> Scored:
        """Return the candidate pairs of some rows of the left list, with levels and weights."""
        if self._finder is not None:
            first, second = self._finder.pairs(rows)
        else:
            first, second = every_pair(self._left, self._right)
            if rows is not None:
                kept = np.isin(first, rows)
                first, second = first[kept], second[kept]
        return self.of_pairs(first, second)

    def of_pairs(self, first: Ints, second: Ints) -> Scored:
        """Return the levels and weights of given pairs."""
        levels = compare(self._left, self._right, first, second)
        return self.with_terms(first, second, levels, weights(levels, self._model))

    def with_terms(self, first: Ints, second: Ints, levels: Levels, weight: Floats) -> Scored:
        """Return pairs whose levels are weighed, with how rare a shared name is added."""
        found = self._shares.of(self._left, first, levels[:, 0], self._model)
        terms = term_bits(levels[:, 0], found, self._model)
        return Scored(first, second, levels, weight + terms, terms)


def exact_matches(left: Prepared, right: Prepared) -> dict[int, int]:
    """Return the row of the right list by row of the left where all that is said is the same.

    Name, address, postcode and country without their forms and fillings, coordinates not far
    apart; or the id of Open Supply Hub, and the country. A row that fits several is not in it.
    """
    whole = [mixed(rows.country_code, rows.name_code, rows.address_code) for rows in (left, right)]
    given = [mixed(rows.country_code, rows.os_id_code) for rows in (left, right)]
    found: dict[int, int] = {}
    for (a, b), by_id in ((whole, False), (given, True)):
        others = np.flatnonzero(Slots(a).have(b))
        known, first, counts = np.unique(b[others], return_index=True, return_counts=True)
        place = np.minimum(np.searchsorted(known, a), max(0, len(known) - 1))
        fits = (a != 0) & (known[place] == a) & (counts[place] == 1) if len(known) else a < 0
        rows = np.flatnonzero(fits)
        others = others[first[place[rows]]]
        km = distance_km(
            left.latitude[rows], left.longitude[rows], right.latitude[others],
            right.longitude[others],
        )  # fmt: skip
        sound = ~(km > FAR_KM) & ~left.is_swapped[rows] & ~right.is_swapped[others]
        kept = sound | by_id
        found |= dict(zip(rows[kept].tolist(), others[kept].tolist(), strict=True))
    return found


def worth_reading(scored: Scored, model: Model) -> Ints:
    """Return which pairs the rules must read, by row and likeliest first.

    Likely ones, and those much alike in one respect, whatever their weight.
    """
    level = scored.levels
    name, address, numbers = level[:, 0], level[:, 2], level[:, 3]
    alike = (name >= NAME_OWN_SAME) | ((name >= 1) & (address >= 2))
    neighbour = (address >= 3) & (numbers == 1)
    likely = probability(scored.weight) >= min(WORTH_READING, model.human)
    ruled_out = (name == 0) & (address >= 0) & (address < 2)
    kept = np.flatnonzero((likely | alike | neighbour) & ~ruled_out)
    return kept[np.lexsort((-scored.weight[kept], scored.left[kept]))]


class Judging:
    """Puts scored pairs in bands, and says why."""

    def __init__(self, left: Prepared, right: Prepared, model: Model) -> None:
        self._left, self._right, self._model = left, right, model
        self._rules = PairRules(left, right)
        self._bits = model.bits()
        self._said: dict[tuple[bytes, float], tuple[tuple[str, float], ...]] = {}

    def found(self, scored: Scored) -> Found:
        """Return the pairs that are automatic or for people.

        Of a row the likeliest few; once one is automatic, only others that may be so too, for no
        other can change what becomes of the row.
        """
        order = worth_reading(scored, self._model)
        chance = probability(scored.weight[order])
        left, right = scored.left[order], scored.right[order]
        judged = self._rules.judge(left, right)
        is_sure = chance >= self._model.automatic
        automatic, asked = self._bands(chance, judged)
        fits = automatic | asked
        fits &= is_sure | (_before(automatic, left) == 0)
        fits &= _before(fits, left) < SHOWN
        found = np.zeros(int(fits.sum()), dtype=FOUND)
        found["left"], found["right"], found["chance"] = left[fits], right[fits], chance[fits]
        found["term"], found["levels"] = scored.terms[order][fits], scored.levels[order][fits]
        found["cautions"] = judged.cautions[fits]
        found["band"] = np.where(automatic[fits], AUTOMATIC, HUMAN)
        return found

    def results(self, scored: Scored, rows: Iterable[int]) -> Iterator[RowResult]:
        """Yield the result of each of `rows` of the left list, in their order."""
        return self.said(self.found(scored), rows, {})

    def said(
        self, found: Found, rows: Iterable[int], exact: Mapping[int, int]
    ) -> Iterator[RowResult]:
        """Yield the result of each of `rows` in words: of `exact` ones, and of what was found."""
        wanted = np.asarray(list(rows), dtype=np.int64)
        lows = np.searchsorted(found["left"], wanted).tolist()
        highs = np.searchsorted(found["left"], wanted + 1).tolist()
        matches = self._matches(found)
        keys = self._left.keys
        for row, low, high in zip(wanted.tolist(), lows, highs, strict=True):
            if row in exact:
                yield self._exact(row, exact[row])
            elif low == high:
                yield RowResult(keys[row], Band.NEW, ())
            else:
                yield decide(keys[row], matches[low:high])

    def _exact(self, row: int, other: int) -> RowResult:
        """Return the result of a row that is the same as one other in all that is said."""
        key = self._left.keys[row]
        match = Match(key, self._right.keys[other], Band.AUTOMATIC, 1.0, ((EXACT, 0.0),), ())
        return RowResult(key, Band.AUTOMATIC, (match,))

    def _matches(self, found: Found) -> list[Match]:
        lefts, rights, bands = self._left.keys, self._right.keys, BANDS
        cautions = {bits: cautions_of(bits) for bits in np.unique(found["cautions"]).tolist()}
        columns = (found[name].tolist() for name in ("left", "right", "band", "chance"))
        raw, size = found["levels"].tobytes(), len(COMPARISONS)
        levels = [raw[k : k + size] for k in range(0, len(raw), size)]
        terms, bits = found["term"].tolist(), found["cautions"].tolist()
        return [
            Match(lefts[a], rights[b], bands[band], chance, self._reasons(level, term),
                  cautions[why])
            for a, b, band, chance, level, term, why in zip(
                *columns, levels, terms, bits, strict=True
            )
        ]  # fmt: skip

    def pairs(self, scored: Scored) -> list[Match]:
        """Return each pair as if it were the only one of its row, new ones too."""
        chance = probability(scored.weight)
        judged = self._rules.judge(scored.left, scored.right)
        automatic, asked = self._bands(chance, judged)
        found = np.zeros(len(scored), dtype=FOUND)
        found["left"], found["right"], found["chance"] = scored.left, scored.right, chance
        found["term"], found["levels"], found["cautions"] = (
            scored.terms, scored.levels, judged.cautions,
        )  # fmt: skip
        found["band"] = np.where(automatic, AUTOMATIC, np.where(asked, HUMAN, NEW))
        return self._matches(found)

    def _bands(self, chance: Floats, judged: JudgedPairs) -> tuple[Flags, Flags]:
        """Return which pairs are automatic, and which a person may be asked about.

        Automatic needs both: a probability above the model's bound, and no rule against it.
        """
        automatic = (chance >= self._model.automatic) & (judged.cautions == 0)
        asked = (chance >= self._model.human) & ~judged.is_ruled_out
        return automatic, asked | judged.deserves_a_look

    def _reasons(self, level: bytes, term: float) -> tuple[tuple[str, float], ...]:
        known = self._said.get((level, term))
        if known is None:
            at = np.frombuffer(level, dtype=np.int8).tolist()
            known = self._said[level, term] = self._in_words(at, term)
        return known

    def _in_words(self, level: Sequence[int], term: float) -> tuple[tuple[str, float], ...]:
        found: list[tuple[str, float]] = []
        for k, comparison in enumerate(COMPARISONS):
            at = level[k]
            if at < 0:
                continue
            bits = float(self._bits[FIELDS[k]][at])
            found.append((comparison.levels[at], round(bits, 2)))
            if k == 0 and term:
                word = "rare name" if term > 0 else "common name"
                found.append((word, round(term, 2)))
        return tuple(found)


def _before(flags: Flags, rows: Ints) -> Ints:
    """Return how many flagged pairs stand before each in its row; pairs are by row."""
    total: Ints = np.cumsum(flags) - flags
    starts = np.searchsorted(rows, rows)
    return np.asarray(total - total[starts])


def decide(key: str, found: Sequence[Match]) -> RowResult:
    """Return what becomes of a row that has these candidates.

    Two facilities that fit without a doubt are a doubt: the row goes to a person.
    """
    if len(found) == 1:
        is_sure = found[0].band is Band.AUTOMATIC
        return RowResult(key, Band.AUTOMATIC if is_sure else Band.HUMAN, tuple(found))
    ranked = sorted(found, key=lambda match: (match.band is not Band.AUTOMATIC, -match.probability))
    sure = [match for match in ranked if match.band is Band.AUTOMATIC]
    if len(sure) == 1:
        return RowResult(key, Band.AUTOMATIC, tuple(sure))
    if not ranked:
        return RowResult(key, Band.NEW, ())
    if len(sure) > 1:
        ranked = [
            Match(m.left, m.right, Band.HUMAN, m.probability, m.reasons, (Caution.SEVERAL_FIT,))
            if m.band is Band.AUTOMATIC
            else m
            for m in ranked
        ]
    return RowResult(key, Band.HUMAN, tuple(ranked[:SHOWN]))
