"""How often matching is right, with intervals: labelled pairs are few."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

from ketenkaart.core.chain.matching.outcomes import Band

Z_95 = 1.959963984540054


@dataclass(frozen=True, slots=True)
class Proportion:
    """A number of hits among a number of trials, with its 95 % interval by Wilson (1927).

    All three are None where there was nothing to count: not applicable, which is not zero.
    """

    hits: int
    of: int
    share: float | None
    low: float | None
    high: float | None


def proportion(hits: int, of: int) -> Proportion:
    """Return a share with its Wilson interval (Wilson 1927, JASA 22, p. 209-212).

    Brown, Cai & DasGupta (2001, Statistical Science 16, p. 101-133) recommend it for small numbers.

    >>> found = proportion(81, 263)  # Newcombe 1998, Statistics in Medicine 17, table I
    >>> round(found.low, 4), round(found.high, 4)
    (0.2553, 0.3662)
    >>> proportion(0, 0).share is None
    True
    """
    if of == 0:
        return Proportion(0, 0, None, None, None)
    share = hits / of
    spread = Z_95 * sqrt(share * (1 - share) / of + Z_95**2 / (4 * of**2))
    middle, scale = share + Z_95**2 / (2 * of), 1 + Z_95**2 / of
    low, high = (middle - spread) / scale, (middle + spread) / scale
    return Proportion(hits, of, share, max(0.0, low), min(1.0, high))


@dataclass(frozen=True, slots=True)
class PairScores:
    """How labelled pairs came out.

    `precision` counts, among automatic pairs, those that are one facility; `found` those among all
    true pairs that are automatic or for people; `automatic` those that are automatic; `spared` the
    pairs of two facilities that no person needs to look at.
    """

    pairs: int
    precision: Proportion
    found: Proportion
    automatic: Proportion
    spared: Proportion


def score_pairs(outcomes: Sequence[tuple[Band, bool]]) -> PairScores:
    """Return the scores of pairs, each with its band and whether it is one facility.

    >>> both = [(Band.AUTOMATIC, True), (Band.HUMAN, True), (Band.NEW, False)]
    >>> score_pairs(both).found.share, score_pairs(both).automatic.share
    (1.0, 0.5)
    """
    automatic = [is_match for band, is_match in outcomes if band is Band.AUTOMATIC]
    true = [band for band, is_match in outcomes if is_match]
    false = [band for band, is_match in outcomes if not is_match]
    return PairScores(
        len(outcomes),
        precision=proportion(sum(automatic), len(automatic)),
        found=proportion(sum(band is not Band.NEW for band in true), len(true)),
        automatic=proportion(sum(band is Band.AUTOMATIC for band in true), len(true)),
        spared=proportion(sum(band is Band.NEW for band in false), len(false)),
    )
