"""Template tags of the registry: a name by its code, pay in words, and a wage gap as a range."""

from __future__ import annotations

from collections.abc import Mapping

from django import template

from ketenkaart.core.chain.wages import Pay, WageGap
from ketenkaart.core.provenance import Text
from ketenkaart.web import formats
from ketenkaart.web.render import language
from ketenkaart.web.text import say

register = template.Library()


@register.filter
def named(code: str, names: Mapping[str, Text | str]) -> str:
    """Return the name that belongs to a code in the language of the page, else the code."""
    found = names.get(code, code)
    return found if isinstance(found, str) else found.in_language(language())


@register.filter
def paid(pay: Pay) -> str:
    """Write an amount of pay with its currency, period and kind."""
    low, high = (formats.amount(value, language()) for value in (pay.low, pay.high))
    ends = low if low == high else f"{low}–{high}"
    period = say(f"facilities.per_{pay.per.value}", language())
    return f"{pay.currency} {ends} {period}, {say(f'facilities.pay_{pay.kind.value}', language())}"


@register.filter
def lacking(gap: WageGap) -> str:
    """Say what a wage lacks, as a range of per cents; above the benchmark is said as such."""
    if gap.low is None or gap.high is None:
        return say(f"facilities.gap_{gap.state.value}", language())
    if gap.high <= 0:
        return say("facilities.gap_none", language())
    low, high = max(gap.low, 0.0), gap.high
    ends = formats.between(low, high, language())
    return say("facilities.gap_range", language(), ends=ends)
