"""Who and what is at a place already, in words: programmes on the spot, and instruments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ketenkaart.services.chain.donors import programmes_named
from ketenkaart.services.chain.own_sectors import NOT_RESEARCHED
from ketenkaart.services.exports import Cell
from ketenkaart.services.instruments.in_use import instruments_in_use
from ketenkaart.web.formats import number
from ketenkaart.web.text import say


@dataclass(frozen=True, slots=True)
class SaidAid:
    """What files of donors say of a place: how many activities, whose, and what was paid."""

    activities: str
    donors: tuple[str, ...]
    spent: tuple[str, ...]


def said_aid(cells: Sequence[Cell], language: str) -> SaidAid | None:
    """Return the cells of aid at a place in words; None where no files of donors were asked."""
    if not cells:
        return None
    activities, running, donors, spent = cells
    if activities == NOT_RESEARCHED:
        return SaidAid(say("chain.aid_not_researched", language), (), ())
    if not activities:
        return SaidAid(say("chain.aid_none", language), (), ())
    said = say("chain.aid_activities", language, count=activities, running=running)
    return SaidAid(said, _parts(donors), tuple(_money(part, language) for part in _parts(spent)))


def _parts(cell: Cell) -> tuple[str, ...]:
    return tuple(part for part in str(cell or "").split("; ") if part)


def _money(text: str, language: str) -> str:
    """Write a currency and an amount in the language of the page.

    >>> _money("EUR 1234567", "nl")
    'EUR 1.234.567'
    """
    currency, _, amount = text.partition(" ")
    return f"{currency} {number(float(amount), language)}"


def said_programmes(said: str, language: str) -> list[str]:
    """Return the programmes at a place in words, or why there are none."""
    named = programmes_named(said)
    if not named:
        return [say(f"chain.programmes_{said}", language)]
    return [
        f"{programme.name.in_language(language)}: {say('facilities.running_' + state, language)}"
        for programme, state in named
    ]


def said_instruments(said: str, language: str) -> list[str]:
    """Return the instruments about a place in words, or why there are none."""
    names = {item.id: item.name for item in instruments_in_use()}
    found = [names[one].in_language(language) for one in said.split() if one in names]
    return found or [say(f"chain.instruments_{said}", language)]
