"""The map of where something comes from: classes of share, and regions that no map can place."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass

from ketenkaart.services.chain.naming import Names
from ketenkaart.services.chain.seen import SeenChain
from ketenkaart.web.chain.wording import capital, finer_percent, spoken_amount
from ketenkaart.web.chain.world_map import HEIGHT, WIDTH, shapes
from ketenkaart.web.text import say

BREAKS = (0.002, 0.01, 0.02, 0.05, 0.1)
"""Where classes part: shares of what is made abroad. The same for every question, to compare."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """One country on the map: its path, its class, and what it says."""

    path: str
    kind: str
    title: str


@dataclass(frozen=True, slots=True)
class Key:
    """One line of the legend."""

    kind: str
    label: str


@dataclass(frozen=True, slots=True)
class MapSubject:
    """What a map shows: an amount per region of a table, as a share of `total`.

    `known` are the regions of which it is known; `home` stands outside the scale; `said` says the
    amount of a region in words.
    """

    names: Names
    amounts: Mapping[str, float]
    known: frozenset[str]
    home: str | None
    total: float
    said: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class MapPicture:
    """The map and its legend; `wholes` say regions of many countries, `undrawn` small ones."""

    width: int
    height: int
    drawn: tuple[Drawn, ...]
    legend: tuple[Key, ...]
    wholes: tuple[str, ...]
    undrawn: tuple[str, ...]


def map_picture(chain: SeenChain, language: str) -> MapPicture:
    """Return the map of a chain; its links stand in the table beside it."""
    amounts = dict(zip(chain.regions, chain.values.sum(axis=1).tolist(), strict=True))
    return drawn_map(
        MapSubject(
            names=chain.names,
            amounts=amounts,
            known=frozenset(region for region in chain.regions if chain.knows(region)),
            home=chain.home,
            total=chain.abroad,
            said={
                region: _said(chain, region, amount, language) for region, amount in amounts.items()
            },
        ),
        language,
    )


def drawn_map(subject: MapSubject, language: str) -> MapPicture:
    """Return the map of any amount per region."""
    region_of = {alpha3: region for region, alpha3 in subject.names.alpha3.items()}
    picture = _Painter(subject, language)
    drawn = tuple(
        picture.drawn(region_of.get(shape.alpha3 or ""), shape.alpha3, shape.path)
        for shape in shapes()
        if shape.path
    )
    there = {shape.alpha3 for shape in shapes()}
    return MapPicture(
        width=WIDTH,
        height=HEIGHT,
        drawn=drawn,
        legend=picture.legend(drawn),
        wholes=tuple(picture.wholes()),
        undrawn=tuple(
            picture.said(region)
            for alpha3, region in sorted(region_of.items())
            if alpha3 not in there and region in subject.said
        ),
    )


def _said(chain: SeenChain, region: str, amount: float, language: str) -> str:
    """Say what is made in a region, and its share of what is made abroad."""
    words = spoken_amount(amount, chain.unit, language)
    if not chain.knows(region):
        return say("chain.risk_unknown", language)
    if region == chain.home or chain.abroad <= 0:
        return words
    return f"{words}, {finer_percent(amount / chain.abroad, language)}"


def class_of(share: float) -> int:
    """Return the number of the class that a share of what is made abroad lies in.

    >>> class_of(0.0), class_of(0.002), class_of(0.3)
    (0, 1, 5)
    """
    return bisect_right(BREAKS, share)


class _Painter:
    """What each region is coloured and called."""

    def __init__(self, subject: MapSubject, language: str) -> None:
        self._subject, self._language = subject, language
        self._many = [code for code in subject.names.regions if code not in subject.names.alpha3]

    def drawn(self, region: str | None, alpha3: str | None, path: str) -> Drawn:
        """Return one shape of the map."""
        whole = self._subject.names.members.get(alpha3 or "")
        if region is None and whole is None and len(self._many) == 1:
            whole = self._many[0]
        if region is None:
            return self._in_whole(whole, path)
        if region == self._subject.home:
            return Drawn(path, "home", self.said(region))
        if region not in self._subject.known:
            return Drawn(path, "unknown", self.said(region))
        amount = self._subject.amounts.get(region, 0.0)
        kind = "none" if amount <= 0 else f"c{class_of(amount / self._subject.total)}"
        return Drawn(path, kind, self.said(region))

    def said(self, region: str) -> str:
        """Name a region and say its amount."""
        name = self._subject.names.regions[region].in_language(self._language)
        return f"{name}: {self._subject.said[region]}" if region in self._subject.said else name

    def legend(self, drawn: tuple[Drawn, ...]) -> tuple[Key, ...]:
        """Return the classes that the map shows, and what else its colours mean."""
        ends = [None, *BREAKS, None]
        keys = [Key(f"c{k}", self._class_words(ends[k], ends[k + 1])) for k in range(len(ends) - 1)]
        shown = {item.kind for item in drawn}
        if "home" in shown and self._subject.home is not None:
            name = self._subject.names.itself(self._subject.home).in_language(self._language)
            home = say("chain.legend_home", self._language, place=capital(name))
            keys.append(Key("home", home))
        if "many" in shown:
            keys.append(Key("many", say("chain.legend_many", self._language)))
        if "unknown" in shown:
            keys.append(Key("unknown", say("chain.legend_unknown", self._language)))
        if "none" in shown:
            keys.append(Key("none", say("chain.legend_none", self._language)))
        if "absent" in shown:
            keys.append(Key("absent", say("chain.legend_absent", self._language)))
        return tuple(keys)

    def wholes(self) -> list[str]:
        """Say the regions of many countries, the largest first."""
        shown = [region for region in self._many if region in self._subject.said]
        order = sorted(shown, key=lambda region: -self._subject.amounts.get(region, 0.0))
        return [self.said(region) for region in order]

    def _in_whole(self, whole: str | None, path: str) -> Drawn:
        if whole is not None:
            part = self._subject.names.regions[whole].in_language(self._language)
            said = say("chain.map_counted_in", self._language, whole=part)
            return Drawn(path, "many", said)
        if self._many:
            return Drawn(path, "many", say("chain.map_in_some_whole", self._language))
        return Drawn(path, "absent", say("chain.map_not_in_table", self._language))

    def _class_words(self, low: float | None, high: float | None) -> str:
        first = None if low is None else finer_percent(low, self._language).removesuffix("%")
        last = None if high is None else finer_percent(high, self._language)
        if first is None:
            return say("chain.class_under", self._language, high=last)
        if last is None:
            return say("chain.class_over", self._language, low=first)
        return f"{first}–{last}"
