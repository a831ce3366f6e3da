"""Words for how well the reading program reads."""

from __future__ import annotations

from django import template

from ketenkaart.core.ledger.agreement import Kappa
from ketenkaart.services.endorsement_judging.scoring import LineScore
from ketenkaart.web import formats
from ketenkaart.web.render import language
from ketenkaart.web.text import say

register = template.Library()


@register.simple_tag
def reads_well(item: LineScore) -> str:
    """Return sensitivity and specificity in words, or that too few were judged."""
    error = item.error
    if error is None:
        return say("endorsement.too_few", language(), line=item.line)
    found, left = error.ends("sensitivity"), error.ends("specificity")
    shares = {
        "sensitivity": error.sensitivity, "s_low": found[0], "s_high": found[1],
        "specificity": error.specificity, "p_low": left[0], "p_high": left[1],
    }  # fmt: skip
    words = {name: formats.percent(share, language()) for name, share in shares.items()}
    judged = error.judged_above + error.judged_below
    return say("endorsement.line", language(), line=item.line, judged=judged, **words)


@register.simple_tag
def agree(item: Kappa, *, named: bool) -> str:
    """Return how far two coders agree; their names are for those who judge."""
    one, _, other = item.variable.partition(" and ")
    fields = {
        "equal": item.equal,
        "items": item.items,
        "value": formats.number(item.value, language(), 2)
        if item.value is not None
        else say("frame.unknown", language()),
    }
    if named:
        return say("endorsement.kappa_named", language(), one=one, other=other, **fields)
    return say("endorsement.kappa_two", language(), **fields)
