"""The one family of errors: each has a code, an HTTP status and an exit code.

Every message says what was wrong, where (file, line, row, column) and what to do.
"""

from __future__ import annotations

from typing import ClassVar


class KetenkaartError(Exception):
    """Something a user can act on; shown without a traceback.

    >>> str(InputError("Unknown country code 'XX'", where="--country", fix="Use three letters."))
    "Unknown country code 'XX' (at --country). Use three letters."
    """

    code: ClassVar[str] = "error"
    http_status: ClassVar[int] = 500
    exit_code: ClassVar[int] = 1

    def __init__(self, what: str, *, where: str | None = None, fix: str | None = None) -> None:
        self.what = what
        self.where = where
        self.fix = fix
        place = f" (at {where})" if where else ""
        advice = f" {fix}" if fix else ""
        super().__init__(f"{what}{place}.{advice}")


class InputError(KetenkaartError):
    """The caller asked for something that cannot be: an unknown code, a date that is none."""

    code = "input"
    http_status = 400
    exit_code = 2


class NotFoundError(InputError):
    """A well-formed name that nothing answers to."""

    code = "not_found"
    http_status = 404


class ConflictError(InputError):
    """Somebody else changed the same thing in between; nothing was overwritten."""

    code = "conflict"
    http_status = 409


class ReferenceDataError(KetenkaartError):
    """A reference file that breaks its own rules; `where` names file, line and key."""

    code = "reference_data"


class TableError(KetenkaartError):
    """An input-output table that cannot be right: NaN, negative output, a missing region."""

    code = "table"
    http_status = 422
    exit_code = 2


class EditionError(KetenkaartError):
    """An edition that is missing, altered, or built by a version this one cannot read."""

    code = "edition"


class StoreError(KetenkaartError):
    """The data folder or a port cannot be used: read-only, full, taken."""

    code = "store"
    http_status = 503
