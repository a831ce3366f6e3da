"""The picture of layers: a column per production layer, and flows between them, to scale."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from ketenkaart.services.chain.seen_layers import SeenLayers
from ketenkaart.web.chain.wording import capital, finer_percent, spoken_amount
from ketenkaart.web.text import say

WIDTH, HEIGHT = 1080, 470
TOP, BOTTOM, LEFT, RIGHT = 34, 8, 4, 130
BLOCK = 14
SPACE = 7
THINNEST = 0.35
"""Thinner than this, in pixels, no band is drawn; the table holds it."""
CAP = 4.5
"""Half the width of the caps of a whisker."""
CAPPED = 5
"""From this height on a whisker has caps."""
LABELLED = 11
"""From this height on a block has room for its name."""
LETTERS = 20
"""So many letters of a name fit before the next column."""


@dataclass(frozen=True, slots=True)
class Block:
    """One group in one layer, in pixels; `made` is the height of what arises there."""

    x: float
    y: float
    height: float
    made_y: float
    made: float
    group: int
    title: str
    label: str

    @property
    def label_x(self) -> float:
        """Where its name begins."""
        return self.x + BLOCK + 5

    @property
    def label_y(self) -> float:
        """The base line of its name."""
        return round(self.y + min(self.height / 2, 40) + 4, 1)


@dataclass(frozen=True, slots=True)
class Band:
    """What one group has from another, a layer deeper; coloured as the group it comes from."""

    path: str
    group: int
    title: str


@dataclass(frozen=True, slots=True)
class Column:
    """The heading of a layer: its place, its name, and its share of the whole."""

    x: float
    name: str
    share: str


@dataclass(frozen=True, slots=True)
class Whisker:
    """The interval of what passes through a layer, at the foot of its column; in pixels."""

    x: float
    top: float
    bottom: float
    title: str

    @property
    def path(self) -> str:
        """The line, and its two caps where there is room for them."""
        line = f"M{self.x:g} {self.top:g}V{self.bottom:g}"
        if self.bottom - self.top < CAPPED:
            return line
        left, right = self.x - CAP, self.x + CAP
        return f"M{left:g} {self.top:g}H{right:g}{line}M{left:g} {self.bottom:g}H{right:g}"


@dataclass(frozen=True, slots=True)
class Flow:
    """One row of the table behind the bands."""

    layer: int
    buyer: str
    source: str
    amount: float
    share: float

    @property
    def deep(self) -> int:
        """The layer that it comes from."""
        return self.layer + 1


@dataclass(frozen=True, slots=True)
class FlowChart:
    """The whole picture, and the rows of the table of flows that says the same."""

    width: int
    height: int
    columns: tuple[Column, ...]
    blocks: tuple[Block, ...]
    bands: tuple[Band, ...]
    rest: Block | None
    rest_bands: tuple[Band, ...]
    whiskers: tuple[Whisker, ...]
    groups: tuple[tuple[int, str], ...]
    total: float
    flows: tuple[Flow, ...]
    deeper_share: float
    has_negative: bool


def flow_chart(seen: SeenLayers, language: str) -> FlowChart | None:
    """Return the picture of what passes from layer to layer; None where nothing does."""
    if seen.flows.total <= 0:
        return None
    return _Chart(seen, language).drawn()


class _Chart:
    """Places every block, then every band between two blocks."""

    def __init__(self, seen: SeenLayers, language: str) -> None:
        self._seen, self._language = seen, language
        found = seen.flows
        self._passing = found.passing.clip(min=0)
        self._made = found.made.clip(min=0)
        self._flows = found.flows.clip(min=0)
        self._T, self._G = found.passing.shape
        self._total = found.total
        self._labels = [capital(item.in_language(language)) for item in seen.labels]
        self._ends = None if seen.ends is None else seen.ends.passing
        highest = self._passing.sum(axis=1)
        if self._ends is not None:
            highest = np.maximum(highest, self._ends[1, : self._T])
        self._scale = min(
            (HEIGHT - TOP - BOTTOM - SPACE * (np.count_nonzero(column) - 1)) / float(high)
            for column, high in zip(self._passing, highest, strict=True)
            if column.sum() > 0
        )
        self._step: float = (WIDTH - LEFT - RIGHT - BLOCK) / self._T

    def drawn(self) -> FlowChart:
        """Return the picture and its tables."""
        blocks = {(block_t, g): self._block(block_t, g, y) for block_t, g, y in self._places()}
        rest_share = float(self._seen.flows.deeper.clip(min=0).sum()) / self._total
        rest = self._rest(rest_share)
        return FlowChart(
            width=WIDTH,
            height=HEIGHT,
            columns=tuple(self._column(t) for t in range(self._T + 1)),
            blocks=tuple(block for block in blocks.values() if block.height > 0),
            bands=tuple(self._bands(blocks)),
            rest=rest,
            rest_bands=tuple(self._rest_bands(blocks, rest)) if rest else (),
            whiskers=tuple(self._whiskers(blocks, rest)),
            groups=tuple(enumerate(self._labels)),
            total=self._total,
            flows=tuple(self._flow_rows()),
            deeper_share=rest_share,
            has_negative=bool((self._seen.flows.flows < 0).any()),
        )

    def _places(self) -> Iterator[tuple[int, int, float]]:
        for t in range(self._T):
            y = float(TOP)
            for g in range(self._G):
                yield t, g, y
                height = float(self._passing[t, g]) * self._scale
                y += height + (SPACE if height > 0 else 0)

    def _block(self, t: int, g: int, y: float) -> Block:
        value = float(self._passing[t, g])
        height, made = value * self._scale, float(self._made[t, g]) * self._scale
        made = min(made, height)
        return Block(
            x=round(self._x(t), 1),
            y=round(y, 2),
            height=round(height, 2),
            made_y=round(y + height - made, 2),
            made=round(made, 2),
            group=g,
            title=self._block_title(t, g, value),
            label=_shortened(self._labels[g]) if height >= LABELLED else "",
        )

    def _block_title(self, t: int, g: int, value: float) -> str:
        ends = self._seen.ends
        said = {
            "group": self._labels[g],
            "layer": t,
            "passing": self._amount(value),
            "made": self._amount(float(self._made[t, g])),
        }
        if ends is None or not self._made[t, g]:
            return say("chain.block_title", self._language, **said)
        low, high = (self._amount(float(end)) for end in ends.made[:, g, t])
        return say("chain.block_title_ends", self._language, **said, low=low, high=high)

    def _bands(self, blocks: dict[tuple[int, int], Block]) -> Iterator[Band]:
        for t in range(self._T - 1):
            into = {g: blocks[t + 1, g].y for g in range(self._G)}
            for j in range(self._G):
                out = blocks[t, j].y
                for i in range(self._G):
                    value = float(self._flows[t, i, j])
                    height = value * self._scale
                    if height >= THINNEST:
                        yield Band(
                            self._path(t, out, into[i], height), i, self._band_title(t, i, j, value)
                        )
                    out += height
                    into[i] += height

    def _rest(self, share: float) -> Block | None:
        height = share * self._total * self._scale
        if height < THINNEST:
            return None
        title = say(
            "chain.rest_title",
            self._language,
            layer=self._T,
            amount=self._amount(share * self._total),
            share=finer_percent(share, self._language),
        )
        x = round(self._x(self._T), 1)
        return Block(x, TOP, round(height, 2), TOP, 0.0, -1, title, "")

    def _rest_bands(self, blocks: dict[tuple[int, int], Block], rest: Block) -> Iterator[Band]:
        into = rest.y
        for g in range(self._G):
            height = max(0.0, float(self._seen.flows.deeper[g])) * self._scale
            if height >= THINNEST:
                yield Band(
                    self._path(self._T - 1, blocks[self._T - 1, g].y, into, height), -1, rest.title
                )
            into += height

    def _path(self, t: int, out: float, into: float, height: float) -> str:
        start, end = self._x(t) + BLOCK, self._x(t + 1)
        middle = (start + end) / 2
        return (
            f"M{start:.1f} {out:.2f}C{middle:.1f} {out:.2f} {middle:.1f} {into:.2f} "
            f"{end:.1f} {into:.2f}V{into + height:.2f}C{middle:.1f} {into + height:.2f} "
            f"{middle:.1f} {out + height:.2f} {start:.1f} {out + height:.2f}Z"
        )

    def _column(self, t: int) -> Column:
        if t == self._T:
            share = float(self._seen.flows.deeper.sum()) / self._total
            name = say("chain.layer_deeper", self._language)
        else:
            share = float(self._seen.flows.made[t].sum()) / self._total
            name = say("chain.layer_number", self._language, layer=t)
        return Column(round(self._x(t), 1), name, finer_percent(share, self._language))

    def _whiskers(
        self, blocks: dict[tuple[int, int], Block], rest: Block | None
    ) -> Iterator[Whisker]:
        if self._ends is None:
            return
        values = [*self._passing.sum(axis=1).tolist(), float(self._seen.flows.deeper.sum())]
        feet = [
            max((blocks[t, g].y + blocks[t, g].height for g in range(self._G)
                 if blocks[t, g].height > 0), default=None)
            for t in range(self._T)
        ]  # fmt: skip
        feet.append(None if rest is None else rest.y + rest.height)
        for t, (value, foot) in enumerate(zip(values, feet, strict=True)):
            low, high = (float(end) for end in self._ends[:, t])
            if foot is None or (high - low) * self._scale < THINNEST:
                continue
            yield Whisker(
                x=round(self._x(t) + BLOCK / 2, 1),
                top=round(foot - (value - low) * self._scale, 2),
                bottom=round(foot + (high - value) * self._scale, 2),
                title=self._whisker_title(t, value, low, high),
            )

    def _whisker_title(self, t: int, value: float, low: float, high: float) -> str:
        return say(
            "chain.whisker_deeper" if t == self._T else "chain.whisker_title",
            self._language,
            layer=t,
            amount=self._amount(value),
            low=self._amount(low),
            high=self._amount(high),
        )

    def _flow_rows(self) -> Iterator[Flow]:
        found = self._seen.flows.flows
        for t in range(self._T - 1):
            pairs = [(i, j) for i in range(self._G) for j in range(self._G)]
            for i, j in sorted(pairs, key=lambda pair: -float(found[t, pair[0], pair[1]])):
                value = float(found[t, i, j])
                if value < 0 or value * self._scale >= THINNEST:
                    yield Flow(t, self._labels[j], self._labels[i], value, value / self._total)

    def _band_title(self, t: int, i: int, j: int, value: float) -> str:
        return say(
            "chain.band_title",
            self._language,
            source=self._labels[i],
            buyer=self._labels[j],
            deep=t + 1,
            layer=t,
            amount=self._amount(value),
            share=finer_percent(value / self._total, self._language),
        )

    def _amount(self, value: float) -> str:
        return spoken_amount(value, self._seen.chain.unit, self._language)

    def _x(self, t: int) -> float:
        return float(LEFT + t * self._step)


def _shortened(label: str) -> str:
    """Return a name that ends before the next column; the legend holds it whole."""
    return label if len(label) <= LETTERS else f"{label[: LETTERS - 1].rstrip(' ,')}…"
