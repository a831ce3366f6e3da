"""Numbers and days as people write them in Dutch and in English."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from ketenkaart.web.text import dutch_sentences

MONTHS = {
    "nl": (
        "januari", "februari", "maart", "april", "mei", "juni",
        "juli", "augustus", "september", "oktober", "november", "december",
    ),
    "en": (
        "January", "February", "March", "April", "May", "June",
        "July", "August", "September", "October", "November", "December",
    ),
}  # fmt: skip


def number(value: float, language: str, digits: int = 0) -> str:
    """Return `value` with the thousands and decimal marks of the language.

    >>> number(1234.5, "nl", 1), number(1234.5, "en", 1)
    ('1.234,5', '1,234.5')
    """
    english = f"{value:,.{digits}f}"
    if float(english.replace(",", "")) == 0:
        english = english.removeprefix("-")
    english = english.replace("-", "−")
    return english.translate(str.maketrans(",.", ".,")) if language == "nl" else english


def amount(value: float, language: str) -> str:
    """Return a quantity with a precision that suits its size; small is never shown as nothing.

    >>> amount(12345.6, "nl"), amount(3.21, "nl"), amount(0.004, "nl"), amount(0, "nl")
    ('12.346', '3,2', '< 0,1', '0')
    """
    size = abs(value)
    if size == 0:
        return "0"
    if size < 0.05:
        return "< " + number(0.1, language, 1) if value > 0 else "> −" + number(0.1, language, 1)
    return number(value, language, 0 if size >= 100 else 1)


def rough(value: float, language: str) -> str:
    """Return an estimate to three digits: more would pretend to know more.

    >>> rough(9_141_906, "nl"), rough(123.4, "en"), rough(0, "en")
    ('9.140.000', '123', '0')
    """
    return amount(float(f"{value:.3g}"), language)


def percent(share: float, language: str) -> str:
    """Return a share of one as whole per cents; not quite none and not quite all stay visible.

    >>> percent(0.614, "nl"), percent(0.0004, "en"), percent(0.9992, "nl"), percent(1.0, "nl")
    ('61%', '<1%', '>99%', '100%')
    """
    if 0 < share < 0.005:
        return "<1%"
    if 0.995 <= share < 1:
        return ">99%"
    return number(share * 100, language) + "%"


def between(low: float, high: float, language: str) -> str:
    """Return a range of shares; ends that read alike are written once.

    >>> between(0.25, 0.5, "en"), between(1.0, 1.0, "en")
    ('25–50%', '100%')
    """
    first, last = percent(low, language), percent(high, language)
    if first == last:
        return first
    return f"{first.removesuffix('%') if first[0].isdigit() else first}–{last}"


def place(locator: str, language: str) -> str:
    """Return a place in a source, with the words for lines and numbers in the language.

    >>> place("no source found", "nl")
    'geen bron gevonden'
    >>> place("lines 209-210", "nl"), place("30 196 no. 679", "nl"), place("line 14", "en")
    ('regels 209-210', '30 196 nr. 679', 'line 14')
    """
    if language != "nl":
        return locator
    words = dutch_sentences("places").get(locator, locator)
    words = re.sub(r"\bline(s?) (?=\d)", r"regel\1 ", words)
    return re.sub(r"\bno\. (?=\d)", "nr. ", words)


def day(value: date, language: str) -> str:
    """Return a day in words.

    >>> day(date(2019, 11, 22), "nl")
    '22 november 2019'
    """
    return f"{value.day} {MONTHS['nl' if language == 'nl' else 'en'][value.month - 1]} {value.year}"


def year_range(years: Iterable[int]) -> str:
    """Return one year, or the first and last of several; a dash where there is none.

    >>> year_range([2020]), year_range([2021, 2013, 2017]), year_range([])
    ('2020', '2013–2021', '–')
    """
    found = sorted(set(years))
    if not found:
        return "–"
    return str(found[0]) if len(found) == 1 else f"{found[0]}–{found[-1]}"
