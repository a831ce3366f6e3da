"""Amounts, units and names of what is counted, as people write them in Dutch and in English."""

from __future__ import annotations

from ketenkaart.core.provenance import Text
from ketenkaart.services.chain.counting import RISK, is_risk
from ketenkaart.services.register import names
from ketenkaart.web.formats import number
from ketenkaart.web.text import say, texts

MILLIONS = {"MUSD": "USD", "M.EUR": "EUR", "MEUR": "EUR"}
INDEX = " x likelihood index"
BILLION = 1000.0


def extension_label(name: str, language: str, *, is_estimate: bool = False) -> str:
    """Name what is counted; a satellite of a table goes by its own name."""
    if is_risk(name):
        issue = name.removeprefix(RISK)
        known = names().get(issue, Text(nl=issue, en=issue))
        return say("chain.risk_of", language, issue=known.in_language(language).lower())
    words = texts().get(f"chain.extension_{name}")
    label = words.in_language(language) if words else name
    if is_estimate and words:
        return f"{label} ({say('gap.estimate', language)})"
    return label


def unit_words(unit: str, language: str) -> str:
    """Write a unit in words; one without words stays as it is.

    >>> unit_words("MUSD", "nl"), unit_words("kg", "en")
    ('mln. dollar', 'kg')
    """
    plain, is_weighed = unit.removesuffix(INDEX), unit.endswith(INDEX)
    key = {
        "MUSD": "musd",
        "person-years": "person_years",
        "persons": "persons",
        "USD": "usd",
        "EUR": "eur",
    }.get(plain)
    key = key or ("meur" if plain in MILLIONS else None)
    words = say(f"chain.unit_{key}", language) if key else plain
    return f"{words} {say('chain.unit_times_index', language)}" if is_weighed else words


def figure(value: float, language: str) -> str:
    """Write an amount to three digits, small ones too: nothing becomes nought by rounding.

    >>> figure(231947.4, "nl"), figure(0.8123, "en"), figure(0.00004, "nl"), figure(0.0, "nl")
    ('232.000', '0.81', '0,00004', '0')
    """
    if value == 0:
        return "0"
    size = abs(value)
    if size >= 100:
        return number(float(f"{value:.3g}"), language)
    if size >= 10:
        return number(value, language, 1)
    if size >= 0.1:
        return number(value, language, 2)
    digits = next((k for k in range(2, 12) if round(size, k) > 0), 12)
    return number(value, language, digits)


def spoken_amount(value: float, unit: str, language: str) -> str:
    """Write an amount with its unit as in a sentence; thousands of millions as billions.

    >>> spoken_amount(231947.4, "MUSD", "nl"), spoken_amount(0.8123, "MUSD", "en")
    ('232 miljard dollar', '0.81 million USD')
    """
    if unit in MILLIONS and abs(value) >= BILLION:
        words = say(f"chain.billion_{MILLIONS[unit].lower()}", language)
        billions = value / BILLION
        return f"{number(billions, language, 0 if abs(billions) >= 100 else 1)} {words}"
    if unit in MILLIONS:
        words = say(f"chain.million_{MILLIONS[unit].lower()}", language)
        return f"{figure(value, language)} {words}"
    return f"{figure(value, language)} {unit_words(unit, language)}"


def span(low: float, high: float, language: str) -> str:
    """Write an interval, each end to three digits; a dash would hide the sign of a negative end.

    >>> span(217009.2, 247632.9, "nl"), span(-2.0, 3.0, "en")
    ('217.000–248.000', '−2.00 to 3.00')
    """
    ends = figure(low, language), figure(high, language)
    if low < 0 or high < 0:
        return say("chain.span", language, low=ends[0], high=ends[1])
    return "–".join(ends)


def finer_percent(share: float, language: str) -> str:
    """Write a share with a decimal under ten per cent; what is there never reads as none.

    >>> finer_percent(0.0123, "nl"), finer_percent(0.31, "en"), finer_percent(0.0001, "en")
    ('1,2%', '31%', '<0.1%')
    """
    if 0 < abs(share) < 0.0005:
        return f"<{number(0.1, language, 1)}%"
    digits = 1 if 0 < abs(share) < 0.0995 else 0
    if 0.995 <= share < 1 - 1e-9:  # a sum of all parts differs from the whole by rounding alone
        return ">99%"
    return f"{number(share * 100, language, digits)}%"


def capital(text: str) -> str:
    """Begin a text with a capital; the rest stays as it is.

    >>> capital("alle andere EU-landen")
    'Alle andere EU-landen'
    """
    return text[:1].upper() + text[1:]
