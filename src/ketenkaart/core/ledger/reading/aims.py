"""Whether a passive without a day answers something, or only tells how things are."""

from __future__ import annotations

import re

from ketenkaart.core.ledger.reading.source import Span

_WORD = r"[^ .,;:()]{1,25} "
_GOES_ON_FROM = re.compile(
    r"\b(?:dit|dat|deze|hier|hiertoe|hiervoor|daartoe|daarvoor|daarom|daarop|daarin|daarbij|hierbij"
    r"|hierin|hierop|hierover|daarover|ook|tevens|eveneens|verder|daarnaast|bovendien|nader|opnieuw"
    r"|nieuwe?|extra|aanvullende?|alsnog|voortaan|vervolgens|nog|ten slotte|tot slot|er|in overleg"
    rf"|samen met|met (?:{_WORD}){{1,3}}?(?:samen|overleg)|om (?:{_WORD}){{1,8}}?te|zodat"
    r"|aanbeveling(?:en)?|advies|adviezen|aandachtspunt(?:en)?|suggesties?|voornemen|voor de"
    r"|voor het|bij de|bij het|met het oog|aandacht|binnen (?:de|het)|in het kader van|kabinet"
    r"|ministerie|ik|mijn|wij|ons|uw Kamer)\b",
    re.IGNORECASE,
)
"""Looked up where a passive stands, as these words stand nearly everywhere else too."""


def goes_on_from(text: str, span: Span) -> bool:
    """Say whether a sentence goes on from what was asked, or names who it is for or by.

    >>> text = "De leidingen worden vervangen. Hiertoe worden de regels herzien."
    >>> goes_on_from(text, Span(0, 30)), goes_on_from(text, Span(31, len(text)))
    (False, True)
    """
    return _GOES_ON_FROM.search(text, span.start, span.end) is not None
