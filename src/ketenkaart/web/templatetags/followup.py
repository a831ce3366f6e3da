"""Template tags of follow-up: the words of a state, and how far off a day is."""

from __future__ import annotations

from datetime import date

from django import template
from django.urls import reverse

from ketenkaart.services.followup.wording import distance, phrase
from ketenkaart.web.render import language

register = template.Library()


@register.filter
def state_words(state: str) -> str:
    """Say a state in the language of the page."""
    return phrase(f"state_{state}", language())


@register.simple_tag
def how_far(day: date, as_of: date) -> str:
    """Say how many days a day is off."""
    return distance((day - as_of).days, language())


@register.filter
def item_page(key: str) -> str:
    """Return the address of an item's page."""
    return reverse("web:follow_item", args=key.split("/", 1))


@register.filter
def code_of(key: str) -> str:
    """Return the code in a key."""
    return key.rpartition("/")[2]


@register.filter
def is_item(about: str) -> bool:
    """Return whether a decision is about an item, and not about a plan or a project."""
    return "/" in about
