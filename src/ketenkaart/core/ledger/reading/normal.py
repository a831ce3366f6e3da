"""Make a letter's text fit for reading, whatever file it came in."""

from __future__ import annotations

from ketenkaart.core.ledger.reading.marked import marked_blocks
from ketenkaart.core.ledger.reading.printed import printed_blocks
from ketenkaart.core.ledger.reading.source import Extract, Layout, NormalText, PartKind, Span
from ketenkaart.core.ledger.reading.weave import weave


def normalise(extract: Extract) -> NormalText:
    """Return the letter without page furniture, line ends and hyphens at line ends.

    Footnotes stand last, and the numbers that call them are gone from their words. Every other
    word of the original is kept, in its order; `NormalText.original` gives the way back.

    >>> from ketenkaart.core.ledger.reading.source import Extract, Layout
    >>> raw = "Wij bezien de door-\\nlichting van\\nhet beleid.\\n\\nDaarna volgt een brief.\\n"
    >>> letter = Extract(media_type="text/plain", sha256="0" * 64, raw=raw, layout=Layout.LINES)
    >>> normalise(letter).text
    'Wij bezien de doorlichting van het beleid.\\nDaarna volgt een brief.'
    """
    if extract.layout is Layout.LINES:
        pages = tuple(part.start for part in extract.parts if part.kind is PartKind.PAGE)
        return weave(extract.raw, printed_blocks(extract.raw, pages))
    strong = tuple(
        Span(part.start, part.end)
        for part in sorted(extract.parts, key=lambda part: part.start)
        if part.kind is PartKind.STRONG
    )
    return weave(extract.raw, marked_blocks(extract.raw, extract.parts), strong)
