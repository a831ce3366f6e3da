"""Template filters of the mix: euro in millions, and how far a gap moved."""

from __future__ import annotations

from django import template
from django.utils.translation import get_language

from ketenkaart.core.governance.mix.changes import WhatIfAnswer
from ketenkaart.web import formats
from ketenkaart.web.text import say

register = template.Library()


def _language() -> str:
    return "nl" if get_language() == "nl" else "en"


@register.filter
def mln(value: float) -> str:
    """Write euro in millions: whole ones without decimals, others with one."""
    millions = value / 1e6
    return formats.number(millions, _language(), 0 if float(millions).is_integer() else 1)


@register.filter
def moved(value: float | None) -> str:
    """Write a change of a share in percentage points, with its sign; a change of nothing as 0."""
    if value is None:
        return say("frame.not_given", _language())
    points = round(value * 100, 1)
    if points == 0:
        return "0" if abs(value) < 1e-12 else ("< +0,1" if value > 0 else "> −0,1")
    sign = "+" if points > 0 else "−"
    return f"{sign}{formats.number(abs(points), _language(), 1)}"


@register.filter
def least_zero(value: float) -> float:
    """Return a share, or zero where it is below: a mix may do better than the best it could pay."""
    return max(0.0, value)


@register.filter
def total_moved(answer: WhatIfAnswer) -> float | None:
    """Return how far the whole gap moved, or `None` where it has no centre."""
    before, after = answer.before.central, answer.after.central
    return None if before is None or after is None else after - before
