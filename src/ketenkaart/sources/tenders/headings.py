"""Which column of a user's table holds what: named by the user, else recognised by its heading."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from pydantic import Field

from ketenkaart.core.errors import InputError
from ketenkaart.core.provenance import Citation, Frozen
from ketenkaart.sources.reference.folder import read_file, reference_root
from ketenkaart.sources.survey.table import SurveyTable

FILE = "effect/table_columns.yml"
OPTION = "--column"


class ColumnsFile(Frozen):
    """The content of `table_columns.yml`: headings by field, for tenders and for self-reports."""

    citation: Citation
    tenders: dict[str, tuple[str, ...]] = Field(min_length=1)
    self_reports: dict[str, tuple[str, ...]] = Field(min_length=1)


@lru_cache(maxsize=4)
def _read(root: Path) -> ColumnsFile:
    return read_file(root, FILE, ColumnsFile)[1]


def load_headings(root: Path | None = None) -> ColumnsFile:
    """Return the headings by which columns are recognised."""
    return _read(reference_root(root))


def plain_heading(text: str) -> str:
    """Return a heading without capitals, spaces and signs.

    >>> plain_heading("CPV-code (hoofd)")
    'cpvcodehoofd'
    """
    return "".join(c for c in text.casefold() if c.isalnum())


def columns_of(
    table: SurveyTable, known: Mapping[str, Sequence[str]], given: Mapping[str, str]
) -> dict[str, str]:
    """Return the column of each field that the table has: those given, then those recognised.

    Raises `InputError` for a field or a column that is not there, and where two headings of the
    table could be the same field.
    """
    for field, column in given.items():
        if field not in known:
            raise InputError(
                f"There is no field {field[:40]!r}", where=OPTION,
                fix=f"Use one of {', '.join(known)}, as in {OPTION} cpv=HEADING.",
            )  # fmt: skip
        table.require(column, OPTION)
    found = dict(given)
    taken = set(found.values())
    plain = {column: plain_heading(column) for column in table.columns if column not in taken}
    for field, headings in known.items():
        if field in found:
            continue
        fits = [column for column, text in plain.items() if text in headings]
        if len(fits) > 1:
            raise InputError(
                f"{table.name} has {len(fits)} columns that could be {field}: {', '.join(fits)}",
                where=OPTION, fix=f"Say which, as in {OPTION} {field}={fits[0]}.",
            )  # fmt: skip
        if fits:
            found[field] = fits[0]
            del plain[fits[0]]
    return found


def require_fields(table: SurveyTable, found: Mapping[str, str], *fields: str) -> None:
    """Raise `InputError` naming the first field that no column holds."""
    for field in fields:
        if field not in found:
            raise InputError(
                f"{table.name} has no column that is recognised as {field}",
                where=f"{table.name}, row 1",
                fix=f"Say which, as in {OPTION} {field}=HEADING; its columns are "
                f"{', '.join(table.columns[:12])}.",
            )


def parse_columns(texts: Sequence[str]) -> dict[str, str]:
    """Return fields and columns as a user writes them, `cpv=CPV code`."""
    found: dict[str, str] = {}
    for text in texts:
        field, sign, column = text.partition("=")
        if not sign or not field.strip() or not column.strip():
            raise InputError(
                f"{text[:60]!r} names no column", where=OPTION, fix="Write FIELD=HEADING."
            )
        found[field.strip()] = column.strip()
    return found
