"""Pair gold phrases with proposed passages, one to one, as many as can be."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from scipy.optimize import linear_sum_assignment

from ketenkaart.core.ledger.reading.source import Span

HALF = 0.5
NEARNESS = 1e-3
"""What being near counts for against covering: it decides between equals only."""


class Place(NamedTuple):
    """A proposed passage in the raw text: its sentence, and the phrase that carries the matter."""

    passage: Span
    quote: Span


def covered(phrase: Span, by: Span) -> float:
    """Return which share of `phrase` lies within `by`.

    >>> covered(Span(10, 20), Span(15, 40))
    0.5
    """
    together = min(phrase.end, by.end) - max(phrase.start, by.start)
    return max(0, together) / (phrase.end - phrase.start)


def pair_up(
    phrases: Sequence[Span],
    places: Sequence[Place],
    allowed: Callable[[int, int], bool] = lambda _phrase, _place: True,
) -> list[tuple[int, int]]:
    """Return pairs of indices (phrase, place), each index once, as many pairs as possible.

    A pair is possible when the passage covers at least half of the phrase and `allowed` says so.
    Among the largest pairings the one is taken whose quotes cover most of their phrases, so that
    two recommendations in one sentence pair with their own words; then the one that lies nearest.

    >>> one = Place(Span(0, 100), Span(60, 80))
    >>> other = Place(Span(0, 100), Span(10, 30))
    >>> pair_up([Span(10, 30), Span(60, 80)], [one, other])
    [(0, 1), (1, 0)]
    """
    if not phrases or not places:
        return []
    order = sorted(range(len(places)), key=lambda k: (*places[k].passage, *places[k].quote, k))
    gain = np.zeros((len(phrases), len(places)))
    most = min(len(phrases), len(places)) + 1.0
    for i, phrase in enumerate(phrases):
        for column, k in enumerate(order):
            if covered(phrase, places[k].passage) >= HALF and allowed(i, k):
                gain[i, column] = most + _fit(phrase, places[k])
    rows, columns = linear_sum_assignment(gain, maximize=True)
    return sorted(
        (int(i), order[int(column)])
        for i, column in zip(rows, columns, strict=True)
        if gain[i, column] > 0
    )


def _fit(phrase: Span, place: Place) -> float:
    apart = abs(phrase.start + phrase.end - place.quote.start - place.quote.end)
    length = max(1, place.passage.end - place.passage.start)
    return covered(phrase, place.quote) * (1 - NEARNESS) + NEARNESS / (1 + apart / length)
