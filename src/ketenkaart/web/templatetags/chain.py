"""Template filters for chains: amounts and shares in the language of the page."""

from __future__ import annotations

from django import template
from django.utils.translation import get_language

from ketenkaart.web.chain import wording
from ketenkaart.web.text import say

register = template.Library()


def _language() -> str:
    return "nl" if get_language() == "nl" else "en"


@register.filter
def figure(value: float | None) -> str:
    """Write an amount to three digits; say that an absent one is not given."""
    language = _language()
    return say("frame.not_given", language) if value is None else wording.figure(value, language)


@register.filter
def fine(share: float | None) -> str:
    """Write a share with a decimal where it is small; say that an absent one is not given."""
    language = _language()
    if share is None:
        return say("frame.not_given", language)
    return wording.finer_percent(share, language)


@register.filter
def spoken(value: float | None, unit: str) -> str:
    """Write an amount with its unit as in a sentence."""
    language = _language()
    if value is None:
        return say("frame.not_given", language)
    return wording.spoken_amount(value, unit, language)


@register.filter
def plain(value: float) -> str:
    """Write a length for a picture: a point for the decimals, whatever the language."""
    return f"{value:g}"


@register.filter
def words(text: str) -> list[str]:
    """Part a text at its blanks.

    >>> words("csv json")
    ['csv', 'json']
    """
    return text.split()
