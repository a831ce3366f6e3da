"""The map of where something comes from: classes of share, and regions that no map can place."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass

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
class Whole:
    """A region of many countries: what it holds, and its share of what is made abroad."""

    name: str
    amount: str
    share: str
    is_known: bool


@dataclass(frozen=True, slots=True)
class MapPicture:
    """The map, its legend, the regions of many countries, and the countries too small to draw."""

    width: int
    height: int
    drawn: tuple[Drawn, ...]
    legend: tuple[Key, ...]
    wholes: tuple[Whole, ...]
    undrawn: tuple[str, ...]


def map_picture(chain: SeenChain, language: str) -> MapPicture:
    """Return the map of a chain; its links stand in the table beside it."""
    region_of = {alpha3: region for region, alpha3 in chain.names.alpha3.items()}
    amounts = dict(zip(chain.regions, chain.values.sum(axis=1).tolist(), strict=True))
    picture = _Painter(chain, amounts, language)
    drawn = tuple(
        picture.drawn(region_of.get(shape.alpha3 or ""), shape.alpha3, shape.path)
        for shape in shapes()
        if shape.path
    )
    there = {shape.alpha3 for shape in shapes()}
    undrawn = [
        picture.said(region) for alpha3, region in sorted(region_of.items()) if alpha3 not in there
    ]
    return MapPicture(
        width=WIDTH,
        height=HEIGHT,
        drawn=drawn,
        legend=picture.legend(drawn),
        wholes=tuple(picture.wholes()),
        undrawn=tuple(undrawn),
    )


def class_of(share: float) -> int:
    """Return the number of the class that a share of what is made abroad lies in.

    >>> class_of(0.0), class_of(0.002), class_of(0.3)
    (0, 1, 5)
    """
    return bisect_right(BREAKS, share)


class _Painter:
    """What each region is coloured and called."""

    def __init__(
        self,
        chain: SeenChain,
        amounts: dict[str, float],
        language: str,
    ) -> None:
        self._chain, self._amounts, self._language = chain, amounts, language
        self._many = [region for region in chain.regions if region not in chain.names.alpha3]

    def drawn(self, region: str | None, alpha3: str | None, path: str) -> Drawn:
        """Return one shape of the map."""
        whole = self._chain.names.members.get(alpha3 or "")
        if region is None and whole is None and len(self._many) == 1:
            whole = self._many[0]
        if region is None:
            return self._in_whole(whole, path)
        if region == self._chain.home:
            return Drawn(path, "home", self.said(region))
        if not self._chain.knows(region):
            return Drawn(path, "unknown", self.said(region))
        share = self._share(region)
        kind = "none" if self._amounts[region] <= 0 else f"c{class_of(share)}"
        return Drawn(path, kind, self.said(region))

    def said(self, region: str) -> str:
        """Say what is made in a region, and its share of what is made abroad."""
        name = self._chain.names.regions[region].in_language(self._language)
        amount = spoken_amount(self._amounts[region], self._chain.unit, self._language)
        if not self._chain.knows(region):
            return f"{name}: {say('chain.risk_unknown', self._language)}"
        if region == self._chain.home:
            return f"{name}: {amount}"
        return f"{name}: {amount}, {finer_percent(self._share(region), self._language)}"

    def legend(self, drawn: tuple[Drawn, ...]) -> tuple[Key, ...]:
        """Return the classes that the map shows, and what else its colours mean."""
        ends = [None, *BREAKS, None]
        keys = [Key(f"c{k}", self._class_words(ends[k], ends[k + 1])) for k in range(len(ends) - 1)]
        shown = {item.kind for item in drawn}
        if "home" in shown and self._chain.home is not None:
            name = self._chain.names.itself(self._chain.home).in_language(self._language)
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

    def wholes(self) -> list[Whole]:
        """Return the regions of many countries, the largest first."""
        order = sorted(self._many, key=lambda region: -self._amounts[region])
        return [
            Whole(
                self._chain.names.regions[region].in_language(self._language),
                spoken_amount(self._amounts[region], self._chain.unit, self._language),
                finer_percent(self._share(region), self._language),
                self._chain.knows(region),
            )
            for region in order
        ]

    def _in_whole(self, whole: str | None, path: str) -> Drawn:
        if whole is not None:
            part = self._chain.names.regions[whole].in_language(self._language)
            said = say("chain.map_counted_in", self._language, whole=part)
            return Drawn(path, "many", said)
        if self._many:
            return Drawn(path, "many", say("chain.map_in_some_whole", self._language))
        return Drawn(path, "absent", say("chain.map_not_in_table", self._language))

    def _share(self, region: str) -> float:
        return self._amounts[region] / self._chain.abroad if self._chain.abroad > 0 else 0.0

    def _class_words(self, low: float | None, high: float | None) -> str:
        first = None if low is None else finer_percent(low, self._language).removesuffix("%")
        last = None if high is None else finer_percent(high, self._language)
        if first is None:
            return say("chain.class_under", self._language, high=last)
        if last is None:
            return say("chain.class_over", self._language, low=first)
        return f"{first}–{last}"
