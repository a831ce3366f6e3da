"""Words of the facility commands: countries as people name them, values as people read them."""

from __future__ import annotations

from ketenkaart.core.errors import InputError


def country_code(text: str | None) -> str | None:
    """Return the alpha-3 code of a country named by code or name; raise `InputError` for none."""
    if text is None:
        return None
    from ketenkaart.sources.reference.facilities import load_gazetteer

    code = load_gazetteer().country(text)
    if code is None:
        raise InputError(
            f"{text[:40]!r} is no country that is known here", where="--country", fix="As BGD."
        )
    return code


def plain_value(value: object) -> str:
    """Return a value in words; what is not known says so.

    >>> plain_value({"rows": [1, 2], "was": None})
    'rows 1, 2; was unknown'
    """
    if value is None:
        return "unknown"
    if isinstance(value, list | tuple):
        return ", ".join(map(plain_value, value)) or "-"
    if isinstance(value, dict):
        return "; ".join(f"{name} {plain_value(part)}" for name, part in value.items()) or "-"
    return str(value)


def rows_said(count: int) -> str:
    """Return a number of rows in words.

    >>> rows_said(1), rows_said(1200)
    ('1 row', '1,200 rows')
    """
    return "1 row" if count == 1 else f"{count:,} rows"


def facilities(count: int) -> str:
    """Return a number of new facilities in words.

    >>> facilities(1), facilities(0)
    ('1 new facility', '0 new facilities')
    """
    return "1 new facility" if count == 1 else f"{count:,} new facilities"
