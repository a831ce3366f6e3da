"""Words and figures on the pages about instruments."""

from __future__ import annotations

from django import template
from django.utils.translation import get_language

from ketenkaart.core.governance.dossier import Point
from ketenkaart.core.provenance import State
from ketenkaart.web.instruments.words import figure_words
from ketenkaart.web.text import say

register = template.Library()


def _language() -> str:
    return "nl" if get_language() == "nl" else "en"


@register.simple_tag
def point_words(point: Point, unit: str) -> str:
    """Write a known value with its unit, and its interval where the source gives one."""
    language = _language()
    value = figure_words(point.value or 0.0, unit, language)
    low, high = (figure_words(end, unit, language) for end in point.ends)
    if low == high:
        return value
    return say("instruments.share_range", language, value=value, low=low, high=high)


@register.simple_tag
def state_words(state: State) -> str:
    """Write a state in the words of the page."""
    return say(f"instruments.state_{state.value}", _language())


@register.filter
def outcome(code: str) -> str:
    """Write what became of a version."""
    return say(f"dossier.outcome_{code}", _language()).capitalize()


@register.filter
def unlocal(value: float) -> str:
    """Write a number for a picture: with a point, whatever the language."""
    return f"{value:g}"
