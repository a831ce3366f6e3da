"""Where a stretch of the normalised text stands in the file that it came from."""

from __future__ import annotations

from bisect import bisect_right

from ketenkaart.core.ledger.reading.source import Extract, NormalText, Part, PartKind, Span
from ketenkaart.core.ledger.reading.types import OriginalPlace

_ELEMENTS = (PartKind.HEADING, PartKind.PARAGRAPH, PartKind.LIST_ITEM, PartKind.TABLE_CELL,
             PartKind.FOOTNOTE, PartKind.SIGNATURE)  # fmt: skip


class Places:
    """Finds lines, pages and elements; build it once for a letter.

    >>> from ketenkaart.core.ledger.reading.normal import normalise
    >>> from ketenkaart.core.ledger.reading.source import Layout
    >>> letter = Extract(media_type="text/plain", sha256="0" * 64, layout=Layout.LINES,
    ...                  raw="Den Haag, 3 maart 2021\\n\\nDaarna volgt een brief.\\n")
    >>> Places(letter, normalise(letter)).of(Span(23, 29)).line
    3
    """

    def __init__(self, extract: Extract, text: NormalText) -> None:
        self._text = text
        self._ends = [at for at, sign in enumerate(extract.raw) if sign == "\n"]
        ordered = sorted(extract.parts, key=lambda part: part.start)
        self._pages = [part for part in ordered if part.kind is PartKind.PAGE]
        self._elements = [part for part in ordered if part.kind in _ELEMENTS]

    def of(self, span: Span) -> OriginalPlace:
        """Return the place of `span`, a stretch of the normalised text."""
        return self.raw(self._text.original(span))

    def raw(self, span: Span) -> OriginalPlace:
        """Return the place of `span`, a stretch of the original."""
        page = _holding(self._pages, span.start)
        element = _holding(self._elements, span.start)
        number = page.page if page else element.page if element else None
        return OriginalPlace(
            start=span.start,
            end=span.end,
            line=bisect_right(self._ends, span.start - 1) + 1,
            page=number,
            element=element.element if element else None,
        )


def _holding(parts: list[Part], position: int) -> Part | None:
    at = bisect_right(parts, position, key=lambda part: part.start) - 1
    while at >= 0 and parts[at].end <= position and at > 0 and parts[at - 1].end > position:
        at -= 1
    return parts[at] if at >= 0 and parts[at].start <= position < parts[at].end else None
