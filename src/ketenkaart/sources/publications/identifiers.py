"""The names of official publications, in the ways that people write them."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import Field

from ketenkaart.core.errors import InputError
from ketenkaart.core.provenance import Frozen

_DASHED = re.compile(
    r"(?:kst-)?(\d{5})(?:-([A-Za-z]{1,6}|\d{1,3}))?-(\d{1,5}|[A-Z]{1,3})", re.ASCII
)
_WRITTEN = re.compile(
    r"(?:kamerstuk(?:ken)?\s+(?:ii\s+|i\s+)?)?(\d{2})[ .]?(\d{3})"
    r"(?:[ -]+([IVXLCivxlc]{1,6}|[A-Z]|\d{1,3}))?\s*,?\s*nr\.?\s*(\d{1,5})",
    re.IGNORECASE | re.ASCII,
)
_BARE = re.compile(
    r"kst-\d{6,8}|(?:blg|ah|h|stb|stcrt|trb)-[a-z0-9]{1,12}(?:-[a-z0-9]{1,12}){0,4}", re.ASCII
)


class PublicationId(Frozen):
    """An official publication's name, as in "kst-35000-XVII-34", and the numbers in it.

    `dossier`, `suffix` and `number` are `None` for names that do not hold them, as "blg-123456".
    """

    name: Annotated[str, Field(pattern=r"^[a-z]{1,6}-[A-Za-z0-9-]{1,40}$")]
    dossier: str | None = None
    suffix: str | None = None
    number: str | None = None


def parse_identifier(text: str) -> PublicationId:
    """Return the publication that `text` names.

    Raises `InputError` when it is no name of a publication.

    >>> parse_identifier("35 000 XVII, nr. 34").name
    'kst-35000-XVII-34'
    >>> parse_identifier("26485-319").name
    'kst-26485-319'
    """
    plain = " ".join(text.split())
    if len(plain) <= 80:
        lowered = plain[:4].lower() + plain[4:]
        if dashed := _DASHED.fullmatch(lowered):
            return _parliamentary(dashed[1], dashed[2], dashed[3])
        if written := _WRITTEN.fullmatch(plain):
            return _parliamentary(written[1] + written[2], written[3], written[4])
        if _BARE.fullmatch(plain.lower()):
            return PublicationId(name=plain.lower())
    raise InputError(
        f"{plain[:60]!r} is not the number of an official publication",
        fix="Write it as kst-26485-319, 26485-319 or '35 000 XVII, nr. 34', or give a file.",
    )


def _parliamentary(dossier: str, suffix: str | None, number: str) -> PublicationId:
    suffix = suffix.upper() if suffix else None
    number = number.lstrip("0") or "0" if number.isdigit() else number
    name = "-".join(part for part in ("kst", dossier, suffix, number) if part)
    return PublicationId(name=name, dossier=dossier, suffix=suffix, number=number)
