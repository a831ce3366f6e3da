"""One place where a letter names a paper, before its place in the original is looked up."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from ketenkaart.core.ledger.reading.scan import Hit
from ketenkaart.core.ledger.reading.source import Span
from ketenkaart.core.ledger.reading.types import ReferenceKind


@dataclass(frozen=True, slots=True)
class Mention:
    """A paper named at `span`; mentions of one paper share an `id`.

    A title keeps the `noun` before it ("evaluation") and the sentence `around` it.
    """

    id: str
    kind: ReferenceKind
    span: Span
    label: str
    dossier: str | None = None
    suffix: str | None = None
    number: str | None = None
    day: date | None = None
    noun: str | None = None
    around: Span | None = None


class Kinds:
    """The hits of a letter by kind of cue, in the order of the text."""

    def __init__(self, hits: Iterable[Hit]) -> None:
        self._hits: dict[str, list[Hit]] = {}
        for hit in hits:
            self._hits.setdefault(hit.cue.kind, []).append(hit)

    def of(self, *kinds: str) -> list[Hit]:
        """Return the hits of some kinds of cue, in the order of the text."""
        found = [hit for kind in kinds for hit in self._hits.get(kind, ())]
        return sorted(found, key=lambda hit: (hit.start, hit.end)) if len(kinds) > 1 else found

    def inside(self, kind: str, span: Span) -> list[Hit]:
        """Return the hits of one kind that lie in `span`."""
        hits = self._hits.get(kind, [])
        first = bisect_left(hits, span.start, key=lambda hit: hit.start)
        last = bisect_right(hits, span.end, key=lambda hit: hit.start)
        return [hit for hit in hits[first:last] if hit.end <= span.end]


class Taken:
    """Stretches of a text that are spoken for; asking costs no more than the stretch is long.

    >>> taken = Taken(10, [Span(2, 4)])
    >>> taken.meets(Span(3, 6)), taken.meets(Span(4, 6))
    (True, False)
    """

    def __init__(self, length: int, spans: Iterable[Span] = ()) -> None:
        self._marks = bytearray(length)
        for span in spans:
            self.add(span)

    def add(self, span: Span) -> None:
        """Take a stretch."""
        self._marks[span.start : span.end] = b"\x01" * (span.end - span.start)

    def meets(self, span: Span) -> bool:
        """Return whether a stretch shares a character with one that is taken."""
        return self._marks.find(1, span.start, span.end) >= 0


def holding(spans: Sequence[Span], position: int) -> Span:
    """Return which of `spans`, in order, holds `position`, or the last before it."""
    return spans[max(bisect_right(spans, position, key=lambda span: span.start) - 1, 0)]


def slug(words: str, limit: int = 60) -> str:
    """Return `words` as an identifier.

    >>> slug("«Financiën op orde» (2019)")
    'financien-op-orde-2019'
    """
    plain = (
        unicodedata.normalize("NFKD", words.lower().replace("–", "-"))
        .encode("ascii", "ignore")
        .decode()
    )
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:limit].strip("-")
