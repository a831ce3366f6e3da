"""Amounts as people write them in a list, read where they can mean one thing alone."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from ketenkaart.core.errors import InputError
from ketenkaart.services.chain.purchase_files import Listed

_EITHER = re.compile(r"\d{1,3}\.\d{3}")
# Marks that can mean one thing alone: several of them, or both kinds, the last one the decimal.
_BY_POINTS = re.compile(r"\d{1,3}(\.\d{3})+,\d+|\d{1,3}(\.\d{3}){2,}")
_BY_COMMAS = re.compile(r"\d{1,3}(,\d{3})+\.\d+|\d{1,3}(,\d{3}){2,}")
_POINT_DECIMALS = re.compile(r"\d+\.(\d{1,2}|\d{4,})")
# What people write around an amount: a sign for the euro, blanks, and a dash for no cents.
_SIGN = re.compile(r"^(?:€|EUR)\s*|\s*(?:€|EUR)$", re.IGNORECASE)
_NO_CENTS = re.compile(r"[.,](?:-{1,2}|=|–|—)$")
_BY_BLANKS = re.compile(r"\d{1,3}(?:\s\d{3})+(?:[.,]\d+)?")


@dataclass(frozen=True, slots=True)
class DecimalMark:
    """How a column writes decimals; `has_point_thousands` where its points can mean no decimals."""

    is_comma: bool
    has_point_thousands: bool = False

    @classmethod
    def of(cls, listed: Listed, column: str) -> DecimalMark:
        """Return how a column of a list writes them.

        Where one amount shows that points stand for thousands (1.250,50 or 1.000.000) and none
        speaks against it, they do so in 12.500 too.
        """
        texts = [unsigned(row[column])[0] for row in listed.rows]
        has_thousands = any(map(_BY_POINTS.fullmatch, texts))
        is_open = any(map(_POINT_DECIMALS.fullmatch, texts))
        return cls(listed.is_decimal_comma, listed.is_decimal_comma and has_thousands > is_open)


def unsigned(text: str) -> tuple[str, bool]:
    """Return an amount without what people write around it, and whether it says it is in euros.

    >>> unsigned("€ 1.250,-"), unsigned("1 250 000,50 EUR"), unsigned("12,5")
    (('1.250,00', True), ('1250000,50', True), ('12,5', False))
    """
    plain = _SIGN.sub("", text)
    # A dash stands for two noughts: what is before it is no decimal.
    number = _NO_CENTS.sub(lambda found: found[0][0] + "00", plain)
    if _BY_BLANKS.fullmatch(number):
        number = re.sub(r"\s", "", number)
    return number, plain != text


def number_of(text: str, mark: DecimalMark, column: str) -> float:
    """Return an amount from zero on.

    Raises `InputError`, whose `where` is the column, for what is none.
    """
    is_decimal_comma = mark.is_comma
    if not text:
        raise InputError(f"The {column} is empty", where=column, fix="Fill it in.")
    if mark.has_point_thousands and _EITHER.fullmatch(text):
        text = text.replace(".", "")
    if is_decimal_comma and _EITHER.fullmatch(text):
        raise InputError(
            f"{text[:40]!r} may be thousands or decimals",
            where=column,
            fix="Write it without thousands marks, with a comma for decimals.",
        )
    plain = _plain_number(text, is_decimal_comma)
    try:
        value = float(plain)
    except ValueError:
        value = math.nan
    if value < 0:
        raise InputError(
            f"{text[:40]!r} is below zero",
            where=column,
            fix="Write a number from 0: take refunds off their purchase.",
        )
    if not math.isfinite(value) or "_" in plain:
        sign = "comma" if is_decimal_comma else "point"
        raise InputError(
            f"{text[:40]!r} is no amount",
            where=column,
            fix=f"Write digits alone, with a {sign} for decimals.",
        )
    return value


def _plain_number(text: str, is_decimal_comma: bool) -> str:
    """Return a number with a point for decimals and no other marks, where it can mean one thing.

    >>> [_plain_number(text, True) for text in ("250.000,50", "1.000.000", "12,5")]
    ['250000.50', '1000000', '12.5']
    >>> [_plain_number(text, False) for text in ("250,000.50", "1,000,000", "12.5", "1,5")]
    ['250000.50', '1000000', '12.5', '1,5']
    """
    if _BY_POINTS.fullmatch(text):
        return text.replace(".", "").replace(",", ".")
    if _BY_COMMAS.fullmatch(text):
        return text.replace(",", "")
    return text.replace(",", ".") if is_decimal_comma else text
