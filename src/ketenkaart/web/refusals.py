"""What a service says when it refuses something, in the language of the page."""

from __future__ import annotations

import re
from functools import lru_cache

from ketenkaart.web.text import dutch_sentences, say, texts

_FIELD = re.compile(r"\{(\w+)\}")
LONGEST = 2000


@lru_cache(maxsize=1)
def _known() -> tuple[dict[str, str], tuple[tuple[re.Pattern[str], str], ...]]:
    """Return the sentences without fields, and patterns for the others, the longest first."""
    found = dutch_sentences("refusals")
    plain = {english: dutch for english, dutch in found.items() if "{" not in english}
    fields = sorted((e for e in found if "{" in e), key=lambda e: (-len(_FIELD.sub("", e)), e))
    return plain, tuple((_pattern(english), found[english]) for english in fields)


def _pattern(english: str) -> re.Pattern[str]:
    parts = _FIELD.split(english)
    # Each field once, each as short as it can be: at most three in a sentence, of bounded length.
    words = [
        f"(?P<{part}>.{{1,300}}?)" if number % 2 else re.escape(part)
        for number, part in enumerate(parts)
    ]
    return re.compile("".join(words))


def in_dutch(message: str) -> str | None:
    """Return what a service said in Dutch, or `None` where no translation is known.

    >>> in_dutch("2030-01-01 is still to come")
    '2030-01-01 moet nog komen'
    >>> in_dutch("anna does not hold the role 'owner'")
    'anna heeft niet de rol eigenaar'
    """
    plain, patterns = _known()
    if message in plain:
        return plain[message]
    if len(message) > LONGEST:
        return None
    for pattern, dutch in patterns:
        match = pattern.fullmatch(message)
        if match is not None:
            fields = match.groupdict()
            if "roles" in fields:
                fields["roles"] = _roles(fields["roles"])
            return dutch.format(**fields)
    return None


def said(message: str, language: str) -> tuple[str, bool]:
    """Return what a service said, and whether that is English on a page in another language."""
    if language != "nl":
        return message, False
    found = in_dutch(message)
    return (message, True) if found is None else (found, False)


def _roles(words: str) -> str:
    """Return roles by their Dutch names, as the page about accounts calls them."""
    names = [name.strip("'") for name in words.split(" or ")]
    known = [
        say(f"account.role_{name}", "nl").partition(":")[0]
        if f"account.role_{name}" in texts()
        else name
        for name in names
    ]
    return " of ".join(known)
