"""Words for figures of indicators."""

from __future__ import annotations

from django import template

from ketenkaart.core.monitor.indicators import Scale
from ketenkaart.core.monitor.targets import Projection
from ketenkaart.services.monitor.indicators import (
    IndicatorAnswer,
    SeenWave,
    TargetAnswer,
    in_words,
)
from ketenkaart.web.render import language
from ketenkaart.web.text import say

register = template.Library()


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
