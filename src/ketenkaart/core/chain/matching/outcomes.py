"""What becomes of the rows of a list: as columns of numbers, and in words for who reads them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, overload

import numpy as np
import numpy.typing as npt

from ketenkaart.core.chain.matching.cautions import Caution
from ketenkaart.core.chain.matching.comparing import COMPARISONS, FIELDS
from ketenkaart.core.chain.matching.fellegi_sunter import Model
from ketenkaart.core.chain.matching.numbering import Ints
from ketenkaart.core.chain.matching.rules import cautions_of

SHOWN = 5
"""The most candidates that a person is given for a row."""
EXACT = "same name and address, or same id"
"""What is said of a pair that needed no weighing."""
READ_AT_ONCE = 5_000
"""Rows that are put in words at a time where all are read."""


class Band(StrEnum):
    """What happens to a row."""

    AUTOMATIC = "automatic"
    HUMAN = "human"
    NEW = "new"


BANDS = tuple(Band)
AUTOMATIC, HUMAN, NEW = range(len(BANDS))
Bands = npt.NDArray[np.int8]
"""Places in `BANDS`."""
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


class Wording:
    """Puts pairs in words; `left` and `right` are the keys of both lists."""

    def __init__(self, left: Sequence[str], right: Sequence[str], model: Model) -> None:
        self.left, self.right = left, right
        self._bits = model.bits()
        self._said: dict[tuple[bytes, float], tuple[tuple[str, float], ...]] = {}

    def matches(self, found: Found) -> list[Match]:
        """Return pairs in words, in their order."""
        lefts, rights, bands = self.left, self.right, BANDS
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

    def exact(self, row: int, other: int) -> RowResult:
        """Return the result of a row that is the same as one other in all that is said."""
        key = self.left[row]
        match = Match(key, self.right[other], Band.AUTOMATIC, 1.0, ((EXACT, 0.0),), ())
        return RowResult(key, Band.AUTOMATIC, (match,))

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


class Results(Sequence[RowResult]):
    """What became of each row of a list, in its order; put in words only when it is read.

    `bands` has a place in `BANDS` for each row, `found` the pairs that are automatic or for
    people, `exact` the row of the other list that is the same in all that is said, -1 for none.
    """

    def __init__(self, wording: Wording, found: Found, exact: Ints) -> None:
        self.found, self.exact = found, exact
        self.bands = bands_of(found, exact)
        self._wording = wording

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.exact)

    @overload
    def __getitem__(self, at: int) -> RowResult: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[RowResult]: ...
    def __getitem__(self, at: int | slice) -> RowResult | Sequence[RowResult]:
        """Return what became of one row, or of some."""
        if isinstance(at, slice):
            return list(self._read(np.arange(len(self))[at]))
        return next(self._read(np.arange(len(self))[[at]]))

    def __iter__(self) -> Iterator[RowResult]:
        """Yield what became of each row."""
        return self._read(np.arange(len(self)))

    def __eq__(self, other: object) -> bool:
        """Return whether the same became of the same rows."""
        return isinstance(other, Results) and list(self) == list(other)

    __hash__ = None  # type: ignore[assignment] # equal by what it holds, which is long

    def count(self, value: object) -> int:
        """Return how many rows are in a band, or have just this result."""
        if isinstance(value, Band):
            return int((self.bands == BANDS.index(value)).sum())
        return super().count(value)

    def within(self, bands: Iterable[Band]) -> Iterator[RowResult]:
        """Yield what became of the rows in these bands."""
        wanted = [BANDS.index(band) for band in bands]
        return self._read(np.flatnonzero(np.isin(self.bands, wanted)))

    def _read(self, rows: Ints) -> Iterator[RowResult]:
        keys, exact = self._wording.left, self.exact
        for low in range(0, len(rows), READ_AT_ONCE):
            some = rows[low : low + READ_AT_ONCE]
            found = self.found
            first = np.searchsorted(found["left"], some.min())
            last = np.searchsorted(found["left"], some.max() + 1)
            part = found[first:last]
            lows = np.searchsorted(part["left"], some).tolist()
            highs = np.searchsorted(part["left"], some + 1).tolist()
            matches = self._wording.matches(part)
            columns = (some.tolist(), exact[some].tolist(), lows, highs)
            for row, other, begin, end in zip(*columns, strict=True):
                if other >= 0:
                    yield self._wording.exact(row, other)
                elif begin == end:
                    yield RowResult(keys[row], Band.NEW, ())
                else:
                    yield decide(keys[row], matches[begin:end])


def bands_of(found: Found, exact: Ints) -> Bands:
    """Return the band of each row, of the pairs that were found and of those that are exact.

    As `decide` says it: automatic if one pair is, for a person if none or several are.
    """
    rows = len(exact)
    pairs = np.bincount(found["left"], minlength=rows)
    sure = np.bincount(found["left"][found["band"] == AUTOMATIC], minlength=rows)
    is_sure = (exact >= 0) | (sure == 1)
    return np.where(is_sure, AUTOMATIC, np.where(pairs == 0, NEW, HUMAN)).astype(np.int8)


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
