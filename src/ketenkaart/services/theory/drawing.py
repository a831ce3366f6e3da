"""A theory as a picture: boxes by stage from top to bottom, arrows drawn by their status."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from ketenkaart.core.governance.theory.layout import Layout, lay_out
from ketenkaart.core.governance.theory.types import Stage, TheoryArrow
from ketenkaart.core.provenance import Text
from ketenkaart.services.theory.reading import SeenTheory

BOX, LINE, PAD, BETWEEN = 196, 17, 10, 58
LEFT, TOP, RIGHT = 96, 14, 20
DOT = 0.4
LETTERS = 25
NARROWEST = 760
BACK = 26

STAGES = {
    Stage.INPUT: Text(nl="Inzet", en="Input"),
    Stage.ACTIVITY: Text(nl="Activiteit", en="Activity"),
    Stage.OUTPUT: Text(nl="Prestatie", en="Output"),
    Stage.OUTCOME: Text(nl="Uitkomst", en="Outcome"),
    Stage.IMPACT: Text(nl="Effect", en="Impact"),
}
STATUSES = {
    "untested": Text(nl="ongetoetst", en="untested"),
    "supported": Text(nl="gesteund", en="supported"),
    "contradicted": Text(nl="weersproken", en="contradicted"),
}
SHEET = """
.back{fill:#fdfdfb}.box{fill:#fff;stroke:#7d867f;stroke-width:1.5}
.impact .box{fill:#e3efeb;stroke:#17514a;stroke-width:2}.input .box{fill:#f3f4f0}
text{font:14px "Fira Sans","Segoe UI","Noto Sans",sans-serif;fill:#1a2420}
.stage{font-weight:600;fill:#55605a}.band{stroke:#d5d9d3}
.way{fill:none;stroke-width:2.25}.head{stroke:none}.dot{fill:#fdfdfb;stroke-width:1.75}
.number{font-size:12px;font-weight:600;text-anchor:middle}.key{font-size:13px}
.supported .way,.supported .dot{stroke:#17514a}.supported .head{fill:#17514a}
.untested .way,.untested .dot{stroke:#55605a}.untested .way{stroke-dasharray:6 5}
.untested .head{fill:#55605a}
.contradicted .way,.contradicted .dot{stroke:#b5482a}.contradicted .way{stroke-dasharray:1.5 4}
.contradicted .head{fill:#b5482a}
"""


@dataclass(frozen=True, slots=True)
class Box:
    """A node of the picture, in pixels, with its words in lines."""

    x: float
    y: float
    height: float
    stage: str
    lines: tuple[tuple[float, str], ...]

    @property
    def text_x(self) -> float:
        """Where its lines begin."""
        return self.x + PAD


@dataclass(frozen=True, slots=True)
class Way:
    """An arrow of the picture: its line, its head, and its number on a dot."""

    path: str
    head: str
    status: str
    number: int
    x: float
    y: float
    title: str


@dataclass(frozen=True, slots=True)
class Band:
    """The part of the picture that a stage takes: its name, and the line above it."""

    name: str
    y: float
    label_y: float


@dataclass(frozen=True, slots=True)
class Picture:
    """The whole picture of a theory."""

    width: int
    height: int
    box: int
    bands: tuple[Band, ...]
    boxes: tuple[Box, ...]
    ways: tuple[Way, ...]


def draw(seen: SeenTheory, language: str) -> Picture:
    """Return the picture of a theory, with its words in `language`."""
    return _Drawing(seen, language).picture()


def svg_file(seen: SeenTheory, language: str) -> str:
    """Return the picture as an SVG file of its own, with a legend and words for screen readers."""
    picture = draw(seen, language)
    theory = seen.theory
    tall = picture.height + 34
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{picture.width}" height="{tall}"',
        f' viewBox="0 0 {picture.width} {tall}" role="img" lang="{language}"',
        ' aria-labelledby="t d">',
        f'<title id="t">{escape(theory.title.in_language(language))}</title>',
        f'<desc id="d">{escape(" ".join(way.title for way in picture.ways))}</desc>',
        f"<style>{SHEET}</style>",
        f'<rect class="back" width="{picture.width}" height="{tall}"/>',
        *(
            f'<line class="band" x1="0" x2="{picture.width}" y1="{band.y}" y2="{band.y}"/>'
            f'<text class="stage" x="4" y="{band.label_y}">{escape(band.name)}</text>'
            for band in picture.bands
        ),
        *(_box(box) for box in picture.boxes),
        *(
            f'<g class="{way.status}"><title>{escape(way.title)}</title>'
            f'<path class="way" d="{way.path}"/><path class="head" d="{way.head}"/>'
            f'<circle class="dot" cx="{way.x:g}" cy="{way.y:g}" r="10"/>'
            f'<text class="number" x="{way.x:g}" y="{way.y + 4:g}">{way.number}</text></g>'
            for way in picture.ways
        ),
    ]
    x = 4.0
    for status, name in STATUSES.items():
        parts.append(
            f'<g class="{status}"><path class="way" d="M{x:g} {tall - 16}h34"/>'
            f'<text class="key" x="{x + 42:g}" y="{tall - 12}">{name.in_language(language)}</text>'
            "</g>"
        )
        x += 160
    return "\n".join([*parts, "</svg>"]) + "\n"


def _box(box: Box) -> str:
    lines = "".join(
        f'<text x="{box.text_x:g}" y="{y:g}">{escape(words)}</text>' for y, words in box.lines
    )
    return (
        f'<g class="{box.stage}"><rect class="box" x="{box.x:g}" y="{box.y:g}" '
        f'width="{BOX}" height="{box.height:g}" rx="6"/>{lines}</g>'
    )


def wrapped(words: str, letters: int = LETTERS) -> list[str]:
    """Return a text in lines of at most so many letters; a longer word is cut with a hyphen.

    >>> wrapped("Bedrijven zetten de zes stappen", 16)
    ['Bedrijven zetten', 'de zes stappen']
    """
    lines: list[str] = []
    for word in words.split():
        while len(word) > letters:
            lines.append(f"{word[: letters - 1]}-")
            word = word[letters - 1 :]  # noqa: PLW2901 - the rest of the same word
        if lines and len(lines[-1]) + 1 + len(word) <= letters and not lines[-1].endswith("-"):
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


class _Drawing:
    """Turns places of a layout into pixels."""

    def __init__(self, seen: SeenTheory, language: str) -> None:
        self._seen, self._language = seen, language
        self._layout: Layout = lay_out(seen.theory)
        self._lines = {n.id: wrapped(n.text.in_language(language)) for n in seen.theory.nodes}
        places = self._layout.places
        rows = 1 + max(place.layer for place in places)
        self._heights = [
            max(
                (len(self._lines[p.node]) * LINE + 2 * PAD for p in places if p.layer == row),
                default=0,
            )
            for row in range(rows)
        ]
        has_back = any(arrow.is_feedback for arrow in seen.theory.arrows)
        self._tops = [float(TOP + (20 if has_back else 0))]
        for height in self._heights[:-1]:
            self._tops.append(self._tops[-1] + height + BETWEEN)
        plain = LEFT + self._layout.width * BOX
        back = BACK * sum(arrow.is_feedback for arrow in seen.theory.arrows)
        self._wide = max(NARROWEST, round(plain + RIGHT + back))
        self._shift = LEFT + (self._wide - RIGHT - back - plain) / 2
        self._edge = self._shift + self._layout.width * BOX
        self._places = {place.node: place for place in places}

    def picture(self) -> Picture:
        """Return the picture."""
        bottom = self._tops[-1] + self._heights[-1] + TOP
        return Picture(self._wide, round(bottom), BOX, self._bands(), self._boxes(), self._ways())

    def _bands(self) -> tuple[Band, ...]:
        return tuple(
            Band(
                STAGES[stage].in_language(self._language),
                round(self._tops[first] - BETWEEN / 2, 1) if first else 0.0,
                round(self._tops[first] + 20, 1),
            )
            for stage, (first, _) in self._layout.stages.items()
        )

    def _boxes(self) -> tuple[Box, ...]:
        found = []
        for node in self._seen.theory.nodes:
            place = self._places[node.id]
            x, y = self._x(place.x) - BOX / 2, self._tops[place.layer]
            lines = self._lines[node.id]
            height = self._heights[place.layer]
            start = y + (height - len(lines) * LINE) / 2 + LINE - 4
            found.append(
                Box(
                    round(x, 1), round(y, 1), height, node.stage.value,
                    tuple((round(start + k * LINE, 1), line) for k, line in enumerate(lines)),
                )
            )  # fmt: skip
        return tuple(found)

    def _ways(self) -> tuple[Way, ...]:
        out, into = self._ports()
        back = 0
        found = []
        for arrow in self._seen.theory.arrows:
            if arrow.is_feedback:
                back += 1
                found.append(self._back(arrow, back))
            else:
                found.append(self._forward(arrow, out[arrow.id], into[arrow.id]))
        return tuple(found)

    def _ports(self) -> tuple[dict[str, float], dict[str, float]]:
        """Return where each arrow leaves its cause and enters its effect, spread over the box."""
        out: dict[str, float] = {}
        into: dict[str, float] = {}
        ways = self._layout.ways
        forward = [arrow for arrow in self._seen.theory.arrows if not arrow.is_feedback]
        for node in self._seen.theory.nodes:
            middle = self._x(self._places[node.id].x)
            for ends, mine, near in (
                (out, [a for a in forward if a.cause == node.id], 1),
                (into, [a for a in forward if a.effect == node.id], -2),
            ):
                mine.sort(key=lambda arrow: ways[arrow.id][near][0])
                for k, arrow in enumerate(mine):
                    ends[arrow.id] = middle + (k + 1 - (len(mine) + 1) / 2) * BOX / (len(mine) + 1)
        return out, into

    def _forward(self, arrow: TheoryArrow, start: float, end: float) -> Way:
        points = self._layout.ways[arrow.id]
        first, last = points[0][1], points[-1][1]
        stops = [(start, self._tops[first] + self._heights[first])]
        for x, layer in points[1:-1]:
            top = self._tops[layer]
            stops += [(self._x(x), top), (self._x(x), top + self._heights[layer])]
        stops.append((end, self._tops[last] - 8))
        path = f"M{stops[0][0]:.1f} {stops[0][1]:.1f}"
        for (x0, y0), (x1, y1) in zip(stops[::2], stops[1::2], strict=True):
            half = (y0 + y1) / 2
            path += f"C{x0:.1f} {half:.1f} {x1:.1f} {half:.1f} {x1:.1f} {y1:.1f}"
            following = stops.index((x1, y1)) + 1
            if following < len(stops):
                path += f"V{stops[following][1]:.1f}"
        dot = _on_curve(stops[0], stops[1], DOT)
        return self._way(arrow, path, _head(end, stops[-1][1] + 8), *dot)

    def _back(self, arrow: TheoryArrow, count: int) -> Way:
        cause, effect = self._places[arrow.cause], self._places[arrow.effect]
        x0, inner = self._x(cause.x) + BOX / 2, self._x(effect.x)
        y0 = self._tops[cause.layer] + self._heights[cause.layer] / 2
        y1 = self._tops[effect.layer] - 16
        side = self._edge + BACK * count
        path = f"M{x0:.1f} {y0:.1f}"
        if x0 + 1 < self._edge:
            path += f"h10V{self._tops[cause.layer] - 18:.1f}"
        path += f"H{side:.1f}V{y1 + 2:.1f}H{inner:.1f}V{y1 + 8:.1f}"
        return self._way(arrow, path, _head(inner, y1 + 16), side, (y0 + y1) / 2)

    def _way(self, arrow: TheoryArrow, path: str, head: str, x: float, y: float) -> Way:
        found = self._seen.found[arrow.id]
        number = self._seen.number(arrow.id)
        node, words = self._seen.theory.node, self._language
        status = STATUSES[found.status.value].in_language(words)
        title = (
            f"{number}. {node(arrow.cause).text.in_language(words)} → "
            f"{node(arrow.effect).text.in_language(words)}: {status}. "
            f"{arrow.assumption.in_language(words)}"
        )
        return Way(path, head, found.status.value, number, round(x, 1), round(y, 1), title)

    def _x(self, place: float) -> float:
        return self._shift + place * BOX


def _on_curve(
    start: tuple[float, float], end: tuple[float, float], t: float
) -> tuple[float, float]:
    """Return a point of the curve between two stops, a share `t` along its parameter."""
    (x0, y0), (x1, y1) = start, end
    a, b, c, d = (1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3
    half = (y0 + y1) / 2
    return (a + b) * x0 + (c + d) * x1, a * y0 + (b + c) * half + d * y1


def _head(x: float, y: float) -> str:
    return f"M{x:.1f} {y:.1f}l-5.5 -10h11Z"
