"""Matching two lists, or a list within itself: candidates, weights, rules, and a band per row."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ketenkaart.core.chain.matching.blocking import (
    EVERY_PAIR,
    Finder,
    Keys,
    block,
    every_pair,
)
from ketenkaart.core.chain.matching.cautions import FAR_KM
from ketenkaart.core.chain.matching.comparing import (
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
from ketenkaart.core.chain.matching.outcomes import (
    AUTOMATIC,
    FOUND,
    HUMAN,
    NEW,
    SHOWN,
    Found,
    Match,
    Results,
    Wording,
)
from ketenkaart.core.chain.matching.prepared import Prepared
from ketenkaart.core.chain.matching.rules import JudgedPairs, PairRules, name_other_countries

WORTH_READING = 1e-4
"""Pairs with a lower probability are not read again by the rules, unless names or addresses are
much alike."""


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


def exact_matches(left: Prepared, right: Prepared) -> Ints:
    """Return for each row of the left list the row of the right that says all the same, or -1.

    Name, address, postcode and country without their forms and fillings, coordinates not far
    apart; or the id of Open Supply Hub, and the country. A row that fits several has none.
    """
    whole = [mixed(rows.country_code, rows.name_code, rows.address_code) for rows in (left, right)]
    given = [mixed(rows.country_code, rows.os_id_code) for rows in (left, right)]
    found = np.full(len(left), -1, dtype=np.int64)
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
        sound &= ~name_other_countries(left, right, rows, others)
        kept = sound | by_id
        found[rows[kept]] = others[kept]
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
        self.wording = Wording(left.keys, right.keys, model)

    def found(self, scored: Scored) -> Found:
        """Return the pairs that are automatic or for people.

        Of a row the likeliest few; once one is automatic, only others that may be so too, for no
        other can change what becomes of the row.
        """
        order = worth_reading(scored, self._model)
        chance = probability(scored.weight[order])
        left, right = scored.left[order], scored.right[order]
        automatic, asked = np.zeros((2, len(order)), dtype=np.bool_)
        cautions = np.zeros(len(order), dtype=np.int64)
        is_sure = chance >= self._model.automatic
        is_settled = np.zeros(len(self._left), dtype=np.bool_)
        for turn in (is_sure, ~is_sure):
            read = np.flatnonzero(turn & ~is_settled[left])
            judged = self._rules.judge(left[read], right[read])
            automatic[read], asked[read] = self._bands(chance[read], judged)
            cautions[read] = judged.cautions
            is_settled[left[automatic]] = True
        fits = automatic | asked
        fits &= _before(fits, left) < SHOWN
        found = np.zeros(int(fits.sum()), dtype=FOUND)
        found["left"], found["right"], found["chance"] = left[fits], right[fits], chance[fits]
        found["term"], found["levels"] = scored.terms[order][fits], scored.levels[order][fits]
        found["cautions"] = cautions[fits]
        found["band"] = np.where(automatic[fits], AUTOMATIC, HUMAN)
        return found

    def results(self, scored: Scored) -> Results:
        """Return what becomes of each row of the left list."""
        return Results(self.wording, self.found(scored), np.full(len(self._left), -1))

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
        return self.wording.matches(found)

    def _bands(self, chance: Floats, judged: JudgedPairs) -> tuple[Flags, Flags]:
        """Return which pairs are automatic, and which a person may be asked about.

        Automatic needs both: a probability above the model's bound, and no rule against it.
        """
        automatic = (chance >= self._model.automatic) & (judged.cautions == 0)
        asked = (chance >= self._model.human) & ~judged.is_ruled_out
        return automatic, asked | judged.deserves_a_look


def _before(flags: Flags, rows: Ints) -> Ints:
    """Return how many flagged pairs stand before each in its row; pairs are by row."""
    total: Ints = np.cumsum(flags) - flags
    starts = np.searchsorted(rows, rows)
    return np.asarray(total - total[starts])
