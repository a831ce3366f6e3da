"""Parts of a page that stands on its own: no script, nothing fetched, every word escaped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

STYLE = """
:root { color-scheme: light dark; --ink: #1d2733; --soft: #55606d; --line: #c9d1da;
  --paper: #fff; --mark: #0b5d57; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8edf2; --soft: #aab5c1; --line: #3b4652;
  --paper: #14191f; --mark: #6cc7bd; } }
body { margin: 0 auto; padding: 1.5rem 1rem 3rem; max-width: 60rem; color: var(--ink);
  background: var(--paper); font: 1rem/1.55 "Fira Sans", system-ui, sans-serif; }
h1 { font-size: 1.7rem; line-height: 1.2; margin: 0 0 .5rem; }
h2 { font-size: 1.2rem; margin: 2.2rem 0 .5rem; }
.soft { color: var(--soft); font-size: .9rem; overflow-wrap: anywhere; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .92rem; }
caption { text-align: left; color: var(--soft); padding: .3rem 0; }
th, td { text-align: left; padding: .35rem .7rem .35rem 0; border-bottom: 1px solid var(--line);
  vertical-align: top; }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
figure { margin: .5rem 0 1rem; }
svg text { fill: var(--ink); font-size: 13px; }
svg .grid { stroke: var(--line); } svg .reach { stroke: var(--mark); stroke-width: 2; }
svg .dot { fill: var(--mark); }
""".strip()


@dataclass(frozen=True, slots=True)
class Bar:
    """A line of the picture: its label, its estimate, the ends; bounds have no estimate (None)."""

    label: str
    value: float | None
    low: float
    high: float
    text: str


def whole_page(language: str, title: str, body: Sequence[str]) -> str:
    """Return a whole page."""
    return (
        f'<!doctype html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)} – Ketenkaart</title>\n<style>\n{STYLE}\n</style>\n</head>\n"
        f"<body>\n<main>\n<h1>{escape(title)}</h1>\n" + "\n".join(body) + "\n</main>\n</body>\n"
        "</html>\n"
    )


def paragraph(text: str, css: str = "") -> str:
    """Return a paragraph.

    >>> paragraph("a < b")
    '<p>a &lt; b</p>'
    """
    return f"<p{_css(css)}>{escape(text)}</p>"


def heading(text: str) -> str:
    """Return a heading of a part."""
    return f"<h2>{escape(text)}</h2>"


def items(texts: Sequence[str]) -> str:
    """Return a list."""
    return "<ul>\n" + "\n".join(f"<li>{escape(text)}</li>" for text in texts) + "\n</ul>"


def table(
    caption: str, headings: Sequence[str], rows: Sequence[Sequence[str]], numbers: Sequence[int]
) -> str:
    """Return a table whose first column names the rows; `numbers` are columns of numbers."""
    head = "".join(
        f'<th scope="col"{_css("n" if k in numbers else "")}>{escape(text)}</th>'
        for k, text in enumerate(headings)
    )
    lines = []
    for row in rows:
        cells = [f'<th scope="row">{escape(row[0])}</th>']
        cells += [
            f"<td{_css('n' if k in numbers else '')}>{escape(text)}</td>"
            for k, text in enumerate(row[1:], start=1)
        ]
        lines.append(f"<tr>{''.join(cells)}</tr>")
    # a region that scrolls can be reached by keyboard, and has a name
    return (
        f'<div class="scroll" role="region" tabindex="0" aria-label="{escape(caption)}"><table>'
        f"<caption>{escape(caption)}</caption>\n<thead><tr>{head}</tr></thead>\n<tbody>\n"
        + "\n".join(lines)
        + "\n</tbody></table></div>"
    )


def picture(label: str, bars: Sequence[Bar], reach: float = 0.0) -> str:
    """Return a picture of estimates, one below the other, from 0 to `reach` or more."""
    if not bars:
        return ""
    low = min(0.0, *(bar.low for bar in bars))
    high = max(reach, *(bar.high for bar in bars))
    width = high - low or 1.0
    step, top = 60, 4
    height = top + step * len(bars)

    def across(value: float) -> str:
        return f"{1 + 98 * (value - low) / width:.2f}%"

    parts = [f'<line class="grid" x1="{across(0)}" x2="{across(0)}" y1="0" y2="{height}"/>']
    for k, bar in enumerate(bars):
        first = top + k * step + 14
        y = first + 32
        parts.append(f'<text x="0" y="{first}">{escape(bar.label)}</text>')
        parts.append(f'<text x="0" y="{first + 17}">{escape(bar.text)}</text>')
        parts.append(
            f'<line class="reach" x1="{across(bar.low)}" x2="{across(bar.high)}" '
            f'y1="{y}" y2="{y}"/>'
        )
        if bar.value is not None:
            parts.append(f'<circle class="dot" cx="{across(bar.value)}" cy="{y}" r="5"/>')
    return (
        f'<figure><svg role="img" aria-label="{escape(label)}" width="100%" height="{height}">'
        + "".join(parts)
        + "</svg></figure>"
    )


def _css(name: str) -> str:
    return f' class="{name}"' if name else ""
