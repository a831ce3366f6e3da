"""Template tags: texts, numbers and days in the language of the page."""

from __future__ import annotations

from datetime import date

from django import template
from django.template import Context
from django.urls import reverse
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from ketenkaart.core.governance.answers import Between, Interval
from ketenkaart.core.governance.types import LayerReach
from ketenkaart.core.ledger.types import Letter
from ketenkaart.core.provenance import Citation, Text
from ketenkaart.services.register import source_titles
from ketenkaart.web import formats
from ketenkaart.web.refusals import said
from ketenkaart.web.text import say, texts

register = template.Library()


def _language() -> str:
    return "nl" if get_language() == "nl" else "en"


@register.simple_tag
def t(key: str, **fields: object) -> SafeString:
    """Say the text of a key in the language of the page."""
    escaped = {name: conditional_escape(str(value)) for name, value in fields.items()}
    return SafeString(conditional_escape(say(key, _language())).format(**escaped))


@register.simple_tag
def t_in(group: str, name: object) -> SafeString:
    """Say the text that belongs to a stored value, as in group `ledger.class_`."""
    return t(f"{group}{name}")


@register.filter
def pick(text: Text | str | None) -> str:
    """Choose the language of the page from a bilingual text; a plain word stays as it is."""
    if text is None:
        return ""
    return text if isinstance(text, str) else text.in_language(_language())


@register.simple_tag
def refusal(message: str) -> SafeString:
    """Write what a service said; what it says in English only is marked as English."""
    words, is_english = said(message, _language())
    escaped = conditional_escape(words)
    return format_html('<span lang="en">{}</span>', escaped) if is_english else SafeString(escaped)


@register.simple_tag(takes_context=True)
def spoken(context: Context, text: Text) -> SafeString:
    """Write a bilingual text; words that stand in both languages alike are marked as the letter's.

    They come from the letter itself, or from a coder who wrote in one language only. The page
    gives the letter's language as `letter_language`; without it that is Dutch.
    """
    words = conditional_escape(text.in_language(_language()))
    own = context.get("letter_language") or "nl"
    alike = text.nl == text.en and " " in text.nl and _language() != own
    return format_html('<span lang="{}">{}</span>', own, words) if alike else SafeString(words)


@register.filter
def amount(value: float | None) -> str:
    """Write a quantity; an absent one is said, not left blank."""
    return (
        say("frame.not_given", _language()) if value is None else formats.amount(value, _language())
    )


@register.filter
def rough(value: float | None) -> str:
    """Write an estimate to three digits; say that an absent one is not given."""
    return (
        say("frame.not_given", _language()) if value is None else formats.rough(value, _language())
    )


@register.filter
def number(value: float | None, digits: int = 0) -> str:
    """Write a number with a fixed count of decimals."""
    if value is None:
        return say("frame.not_given", _language())
    return formats.number(value, _language(), digits)


@register.filter
def percent(share: float | None) -> str:
    """Write a share of one as per cents; an absent one is said, not left blank."""
    return (
        say("frame.not_given", _language())
        if share is None
        else formats.percent(share, _language())
    )


@register.filter
def day(value: date | None) -> str:
    """Write a day in words."""
    return say("frame.unknown", _language()) if value is None else formats.day(value, _language())


@register.simple_tag
def here(name: str, *parts: str) -> str:
    """Return the address of a page of the site in the language of the page."""
    return reverse(f"web:{name}", args=parts)


@register.inclusion_tag("ketenkaart/parts/cite.html")
def cite(citation: Citation) -> dict[str, object]:
    """Name the source of a value, the place in it and how sure it is.

    A source outside the register is a letter that was judged here; it leads to its own ledger.
    """
    title = source_titles().get(citation.source)
    return {"citation": citation, "title": title or citation.source, "is_letter": title is None}


@register.filter
def place(locator: str) -> str:
    """Write a place in a source; line and paper numbers in the language of the page."""
    return formats.place(locator, _language())


@register.filter
def ends(gap: Interval | Between) -> str:
    """Write the two ends of a gap; an undefined one is said."""
    if gap.low is None or gap.high is None:
        return say("home.not_applicable", _language())
    return formats.between(gap.low, gap.high, _language())


@register.filter
def paper(letter: Letter) -> str:
    """Name the parliamentary paper that a letter is; any other letter by its title."""
    if letter.dossier is None or letter.number is None:
        return letter.title.in_language(_language())
    return say("frame.paper", _language(), dossier=letter.dossier, number=letter.number)


@register.filter
def kilobytes(size: int) -> str:
    """Write a size in thousands of bytes."""
    return formats.amount(size / 1000, _language())


@register.simple_tag
def layer_range(layers: LayerReach) -> str:
    """Say how deep an instrument takes hold, with the narrowest and widest reading."""
    language = _language()
    names = {
        end: say("instruments.layer_rest", language) if layer == "rest" else layer
        for end, layer in (("value", layers.value), ("low", layers.low), ("high", layers.high))
    }
    return say("instruments.layers_range", language, **names)


@register.simple_tag
def fact_value(value: float | str, unit: str | None) -> str:
    """Write the value of a fact with its unit, in the language of the page where it has words."""
    language = _language()
    if unit == "share" and not isinstance(value, str):
        return formats.percent(value, language)
    words = _plain(value, language)
    if unit is None:
        return words
    named = texts().get(f"instruments.unit_{unit.replace('/', '_per_').lower()}")
    return f"{words} {named.in_language(language) if named else unit}"


def _plain(value: float | str, language: str) -> str:
    if isinstance(value, str):
        named = texts().get(f"instruments.value_{value}")
        return named.in_language(language) if named else value
    digits = 0 if float(value).is_integer() else 1
    is_year = digits == 0 and 1900 <= value <= 2100
    return str(int(value)) if is_year else formats.number(value, language, digits)
