"""What a service says when it refuses something, in the language of the page."""

from __future__ import annotations

import re
from functools import lru_cache

from ketenkaart.core.errors import KetenkaartError
from ketenkaart.web.text import dutch_sentences, say, texts

_FIELD = re.compile(r"\{(\w+)\}")
_ROW = re.compile(r", row (\d+)")
_COMMAND = re.compile(r" \((?:--|`ketenkaart )[^()]*\)")
LONGEST = 2000


@lru_cache(maxsize=1)
def _known() -> tuple[dict[str, str], tuple[tuple[re.Pattern[str], str], ...]]:
    """Return the sentences without fields, and patterns for the others, the longest first."""
    found = {**dutch_sentences("refusals"), **dutch_sentences("lists")}
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
    """Return what a service said, and whether that is English on a page in another language.

    What stands in parentheses for the command line alone is left out.

    >>> said("Give a currency for all rows (--currency EUR).", "en")
    ('Give a currency for all rows.', False)
    """
    if language != "nl":
        return _COMMAND.sub("", message), False
    found = in_dutch(message)
    return (_COMMAND.sub("", message), True) if found is None else (found, False)


def told(error: KetenkaartError, language: str) -> str:
    """Return what a service refused, in which row of a file, and what to do."""
    what = said(error.what, language)[0].rstrip(".")
    row = _ROW.search(error.where or "")
    at = say("errors.at_row", language, row=row[1]) if row else ""
    fix = said(error.fix, language)[0] if error.fix else ""
    return f"{what}{at}. {fix}".strip()


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
