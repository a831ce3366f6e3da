"""See whether a column holds what names a person or a firm outright."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ketenkaart.core.monitor.types import STATES

MISSING = frozenset(("", "NA", "suppressed", *STATES[1:]))
MANY_DIFFERENT = 20
LONG_TEXT = 60

_IBAN_SIZES = {
    "NL": 18, "BE": 16, "DE": 22, "FR": 27, "GB": 22, "ES": 24, "IT": 27, "LU": 20, "AT": 20,
    "CH": 21, "DK": 18, "SE": 24, "NO": 15, "FI": 18, "PL": 28, "PT": 25, "IE": 22, "TR": 26,
}  # fmt: skip
_LETTERS = {chr(ord("A") + k): str(10 + k) for k in range(26)}


def has_eleven_test(digits: str) -> bool:
    """Return whether nine digits pass the eleven test of a BSN or RSIN.

    >>> has_eleven_test("111222333"), has_eleven_test("111222334")
    (True, False)
    """
    if len(digits) != 9 or not digits.isdigit() or digits == "000000000":
        return False
    signs = (9, 8, 7, 6, 5, 4, 3, 2, -1)
    return sum(k * int(digit) for k, digit in zip(signs, digits, strict=True)) % 11 == 0


def rest_of_97(text: str) -> int:
    """Return letters (A is 10) and digits as one number, modulo 97 (ISO 7064)."""
    return int("".join(_LETTERS.get(sign, sign) for sign in text)) % 97


def is_iban(text: str) -> bool:
    """Return whether a text is an IBAN with right check digits (ISO 13616).

    >>> is_iban("NL91 ABNA 0417 1643 00"), is_iban("NL92 ABNA 0417 1643 00")
    (True, False)
    """
    plain = text.replace(" ", "").upper()
    if not re.fullmatch(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}", plain):
        return False
    size = _IBAN_SIZES.get(plain[:2])
    return (size is None or len(plain) == size) and rest_of_97(plain[4:] + plain[:4]) == 1


def is_lei(text: str) -> bool:
    """Return whether a text is a Legal Entity Identifier with right check digits (ISO 17442).

    >>> is_lei("5493001KJTIIGC8Y1R12"), is_lei("5493001KJTIIGC8Y1R13")
    (True, False)
    """
    return bool(re.fullmatch(r"[0-9A-Z]{18}[0-9]{2}", text)) and rest_of_97(text) == 1


def is_dutch_vat(text: str) -> bool:
    """Return whether a text is a Dutch VAT number: the eleven test, or modulo 97 since 2020.

    >>> is_dutch_vat("NL111222333B01"), is_dutch_vat("NL111222334B01")
    (True, False)
    """
    plain = re.sub(r"[ .]", "", text).upper()
    if not re.fullmatch(r"NL[0-9]{9}B[0-9]{2}", plain):
        return False
    return has_eleven_test(plain[2:11]) or rest_of_97(plain) == 1


def _any(pattern: str, flags: int = 0) -> Callable[[str], bool]:
    compiled = re.compile(pattern, flags)
    return lambda text: compiled.search(text) is not None


def _part(pattern: str, test: Callable[[str], bool]) -> Callable[[str], bool]:
    compiled = re.compile(pattern)
    return lambda text: any(test(found) for found in compiled.findall(text))


_FORMS = (
    r"(?<![\w.])(?:B\.?V\.?|N\.?V\.?|V\.?O\.?F\.?|GmbH|Ltd\.?|LLC|Inc\.|PLC|plc|S\.A\.|S\.p\.A\.|"
    r"Stichting|Co[öo]peratie|Holding|Pvt\.?)(?![\w])"
)
_STREET = (
    r"\b[\w.'-]*(?:straat|laan|plein|gracht|kade|steeg|dijk|singel|hof|weg|street|road|avenue|lane)"
    r"\s+[0-9]{1,5}\b"
)
_PHONE = r"(?<![\w.])(?:\+[0-9]{1,3}|00[1-9][0-9]|0[1-9])(?:[ ()./-]?[0-9]){7,11}(?!\w)"
_TITLE = r"(?<!\w)(?:[Dd]hr|[Mm]evr|[Mm]w|[Mm]r|[Mm]rs|[Dd]rs|[Ii]r|[Ii]ng|[Dd]r|[Pp]rof)\.? [A-Z]"
ANYWHERE: tuple[tuple[str, Callable[[str], bool]], ...] = (
    ("an e-mail address", _any(r"[^\s@]+@[^\s@]+\.[A-Za-z]{2,}")),
    ("a web address", _any(r"(?i)\b(?:https?://|www\.)\S+|\b[\w-]+\.(?:nl|com|org|eu|net)\b")),
    ("an IBAN", _part(r"\b[A-Za-z]{2}[0-9]{2}(?: ?[A-Za-z0-9]{1,4}){3,8}\b", is_iban)),
    ("a VAT number", _part(r"\bNL ?[0-9][0-9. ]{8,13}B ?[0-9]{2}\b", is_dutch_vat)),
    ("an LEI", _part(r"\b[0-9A-Z]{20}\b", is_lei)),
    ("a phone number", _any(_PHONE)),
    ("coordinates", _any(r"(?<![\w.])-?[0-9]{1,2}\.[0-9]{3,}\s*[,; ]\s*-?[0-9]{1,3}\.[0-9]{3,}")),
    ("an address", _any(_STREET, re.IGNORECASE)),
    ("a Dutch postcode", _any(r"\b[1-9][0-9]{3} ?[A-Z]{2}\b")),
    ("the name of a firm", _any(_FORMS)),
    ("the name of a person", _any(_TITLE)),
    ("an IP address", _any(r"(?<![\w.])(?:[0-9]{1,3}\.){3}[0-9]{1,3}(?![\w.])")),
)  # fmt: skip
MOSTLY: tuple[tuple[str, Callable[[str], bool]], ...] = (
    ("a BSN or RSIN", lambda text: has_eleven_test(text.zfill(9) if len(text) == 8 else text)),
    ("a KvK number", lambda text: bool(re.fullmatch(r"[0-9]{8}", text))),
    ("a KvK branch number", lambda text: bool(re.fullmatch(r"0000[0-9]{8}", text))),
    ("a coordinate", lambda text: bool(re.fullmatch(r"-?[0-9]{1,3}\.[0-9]{5,}", text))),
)
ANY_WORD: tuple[tuple[str, str], ...] = (
    ("a name", r"naam|name|contactpersoon|contactperson"),
    ("an e-mail address", r"e?mail"),
    ("a phone number", r"telefoon|telephone|phone|mobiel|fax"),
    ("an address", r"adres|address|straat|street|huisnummer|postcode|zipcode"),
    ("a KvK number", r"kvk|kvknummer|kvknr"),
    ("a VAT number", r"btw|vat|btwnummer"),
    ("a BSN or RSIN", r"bsn|rsin|burgerservicenummer"),
    ("an IBAN", r"iban|rekeningnummer"),
    ("an LEI", r"lei"),
    ("coordinates", r"latitude|longitude|breedtegraad|lengtegraad|coordinates"),
    ("a web address", r"url|website|www"),
)
"""Words that tell of an identifier wherever they stand in a heading."""
WHOLE_HEADING: tuple[tuple[str, str], ...] = (
    ("a name", r"bedrijf|company|firma|firm|contact|respondent|director|bestuurder"),
    ("a phone number", r"tel|mobile"),
    ("coordinates", r"lat|lon|lng"),
)


@dataclass(frozen=True, slots=True)
class Looks:
    """What a column looks like, by its heading or its values, and the first such row (from 0)."""

    what: str
    row: int
    by_heading: bool


def looks_like(heading: str, values: Sequence[str], first_rows: Sequence[int]) -> Looks | None:
    """Return what direct identifier a column looks like, or None.

    `values` are its different values and `first_rows` the row of each. Numbers that anybody may
    have (KvK, BSN) count where most values look so; what cannot be chance counts once.

    >>> looks_like("remark", ["fine", "call 020-5551234"], [0, 7])
    Looks(what='a phone number', row=7, by_heading=False)
    """
    known = [(text.strip(), row) for text, row in zip(values, first_rows, strict=True)]
    known = [(text, row) for text, row in known if text not in MISSING]
    found = _by_values(known)
    if found is not None:
        return found
    what = _by_heading(heading)
    return None if what is None else Looks(what, known[0][1] if known else 0, by_heading=True)


def _by_heading(heading: str) -> str | None:
    words = [word for word in re.split(r"[^a-z]+", heading.casefold()) if word]
    whole = "".join(words)
    for what, pattern in ANY_WORD:
        if any(re.fullmatch(pattern, word) for word in (*words, whole)):
            return what
    return next((what for what, pattern in WHOLE_HEADING if re.fullmatch(pattern, whole)), None)


def _by_values(known: Sequence[tuple[str, int]]) -> Looks | None:
    best: Looks | None = None
    for what, test in ANYWHERE:
        row = next((row for text, row in known if test(text)), None)
        if row is not None and (best is None or row < best.row):
            best = Looks(what, row, by_heading=False)
    if best is not None:
        return best
    for what, test in MOSTLY:
        rows = [row for text, row in known if test(text)]
        if rows and len(rows) * 2 > len(known):
            return Looks(what, rows[0], by_heading=False)
    return None


def is_free_text(values: Sequence[str]) -> int | None:
    """Return the place of the first value that reads as free text, or None.

    Long, or of more than eight words, in a column of many different values.
    """
    known = [text for text in values if text.strip() not in MISSING]
    if len(known) < MANY_DIFFERENT and not any(len(text) > LONG_TEXT for text in known):
        return None
    return next(
        (k for k, text in enumerate(values) if len(text) > LONG_TEXT or text.count(" ") > 8), None
    )
