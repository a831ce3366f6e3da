"""Days as they are typed: year-month-day, and nothing else."""

from __future__ import annotations

from datetime import date

from ketenkaart.core.errors import InputError


def day(text: str | None, where: str = "--as-of") -> date | None:
    """Return the day that an option names, None where it was not given.

    Raises `InputError` that names the option for a date that is none.

    >>> day("2019-11-22"), day(None)
    (datetime.date(2019, 11, 22), None)
    """
    return None if text is None else needed_day(text, where)


def needed_day(text: str, where: str) -> date:
    """Return the day that a text names; raise `InputError` for one that is none."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InputError(
            f"{text[:40]!r} is not a date", where=where, fix="Write it as YYYY-MM-DD."
        ) from error
