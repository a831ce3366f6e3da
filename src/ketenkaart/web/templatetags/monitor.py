"""Words for figures of indicators."""

from __future__ import annotations

from django import template

from ketenkaart.core.monitor.computed import ComputedFigure
from ketenkaart.core.monitor.indicators import Scale
from ketenkaart.core.monitor.sampling.sizes import Need
from ketenkaart.core.monitor.targets import Projection
from ketenkaart.services.monitor.disclosure import Cell, Safe
from ketenkaart.services.monitor.indicators import (
    IndicatorAnswer,
    SeenWave,
    TargetAnswer,
    in_words,
)
from ketenkaart.web.render import language
from ketenkaart.web.text import say

register = template.Library()
MANY = 100_000


@register.simple_tag
def measured(value: float, scale: Scale) -> str:
    """Return a value as people of the page's language write it."""
    text = in_words(value, scale)
    if language() == "en":
        return text
    return text.translate(str.maketrans(",.", ".,"))


@register.filter
def latest(answer: IndicatorAnswer) -> SeenWave | None:
    """Return the newest wave with a value."""
    return next((wave for wave in reversed(answer.waves) if wave.value is not None), None)


@register.simple_tag
def expected_words(ahead: Projection, scale: Scale) -> str:
    """Return what is expected on the day of a target, and the chance to reach it."""
    return say(
        "monitor.expected",
        language(),
        value=measured(ahead.value, scale),
        low=measured(ahead.low, scale),
        high=measured(ahead.high, scale),
        chance=f"{100 * ahead.probability:.0f}%",
    )


@register.simple_tag
def back_tested(item: TargetAnswer) -> str:
    """Return how forecasts from earlier waves fared."""
    inside = sum(test.is_inside for test in item.back_tests)
    return say("monitor.back_test", language(), inside=inside, all=len(item.back_tests))


@register.simple_tag
def figure(value: float) -> str:
    """Return a number to six digits, as people of the page's language write it."""
    text = f"{value:,.0f}" if abs(value) >= MANY else f"{value:,.6g}"
    return text if language() == "en" else text.translate(str.maketrans(",.", ".,"))


@register.simple_tag
def need_words(need: Need) -> str:
    """Return how many answers are needed, and how many units to draw."""
    return say(
        "samples.answers_needed",
        language(),
        answers=figure(need.answers),
        draw=figure(need.draw),
        response=figure(100 * need.response) + "%",
    )


@register.simple_tag
def margin_words(need: Need, kind: str) -> str:
    """Return the margin that a draw will have; of a share in per cent."""
    size = 100 * need.margin if kind == "proportion" else need.margin
    margin = figure(float(f"{size:.3g}")) + "%" * (kind == "proportion")
    return say("samples.margin_had", language(), margin=margin)


@register.simple_tag
def safe_words(safe: Safe) -> str:
    """Return how many cells can appear, and how many are withheld."""
    withheld = sum(cell.state == "withheld" for cell in safe.cells)
    return say(
        "samples.safe_summary", language(), kept=safe.kept, safe=safe.safe, withheld=withheld
    )


@register.simple_tag
def absent_words(safe: Safe) -> str:
    """Return how many rows have no figure, by why."""
    counts = ", ".join(
        f"{say(f'monitor.state_{state}', language())} {count}"
        for state, count in safe.absent.items()
    )
    return say("samples.absent", language(), counts=counts)


@register.filter
def keyed(cell: Cell, names: tuple[str, ...]) -> list[tuple[str, str]]:
    """Return the codes of a cell beside the columns that they belong to."""
    return list(zip(names, cell.key, strict=True))


@register.simple_tag
def computed_words(found: ComputedFigure, scale: Scale, on: str) -> str:
    """Return a computed figure in words, with its ends where not all is known."""
    value = say("samples.no_value", language())
    if found.value is not None:
        value = measured(found.value, scale)
    if found.low is None or found.high is None or found.low == found.high:
        return say("samples.computed_on", language(), day=on, value=value)
    return say(
        "samples.computed_between",
        language(),
        day=on,
        value=value,
        low=measured(found.low, scale),
        high=measured(found.high, scale),
    )


@register.simple_tag
def coded_words(wave: SeenWave, scale: Scale) -> str:
    """Return what was coded of a wave that was put right for errors of coding."""
    return say("samples.coded", language(), value=measured(wave.coded or 0.0, scale))
