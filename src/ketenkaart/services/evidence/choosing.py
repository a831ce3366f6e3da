"""What somebody asked to see of the evidence, from words to a choice."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from enum import StrEnum
from typing import TypeVar

from ketenkaart.core.errors import InputError
from ketenkaart.core.monitor.evidence.types import Compulsion, Reached
from ketenkaart.services.evidence.reading import KINDS, EvidenceChoice
from ketenkaart.services.register import list_instruments, names
from ketenkaart.sources.reference import load_sectors

Word = TypeVar("Word", bound=StrEnum)


def choose_evidence(
    *,
    kind: str | None = None,
    step: str | None = None,
    compulsion: str | None = None,
    country: str | None = None,
    sector: str | None = None,
    instrument: str | None = None,
    least_level: str | None = None,
) -> EvidenceChoice:
    """Return a choice of findings from what somebody typed; empty words are no condition.

    Raises `InputError` that names the word, where it stood, and the words that are known.
    """
    sectors = [item.id for item in load_sectors()]
    levels = [str(level) for level in range(6)]
    level = _known(least_level, levels, "level", "rung of design")
    return EvidenceChoice(
        kind=_known(kind, KINDS, "kind", "kind of measure"),
        step=_word(step, Reached, "step", "step"),
        compulsion=_word(compulsion, Compulsion, "force", "force"),
        country=_known(country and country.upper(), names(), "country", "country"),
        sector=_known(sector, sectors, "sector", "sector"),
        instrument=_known(
            instrument, [item.id for item in list_instruments()], "instrument", "instrument"
        ),
        least_level=None if level is None else int(level),
    )


def _word(text: str | None, words: type[Word], where: str, noun: str) -> Word | None:
    known = _known(text, [word.value for word in words], where, noun)
    return None if known is None else words(known)


def _known(text: str | None, known: Iterable[str], where: str, noun: str) -> str | None:
    if not text:
        return None
    every = list(known)
    if text in every:
        return text
    near = get_close_matches(text, every) or every[:6]
    raise InputError(
        f"Unknown {noun} {text[:40]!r}", where=where, fix=f"Use one such as {', '.join(near)}."
    )
