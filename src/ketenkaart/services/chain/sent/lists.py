"""A purchase list that is sent to a page, and that travels with the page from then on.

Nothing of it stays here: the page that answers holds the list, packed, and sends it along with the
next question about it. See docs/decisions/0015-lists-travel-with-the-page.md.
"""

from __future__ import annotations

import base64
import binascii
import json
import zlib
from dataclasses import replace
from pathlib import Path
from typing import Any

from ketenkaart.core.chain.money import Money
from ketenkaart.core.errors import InputError
from ketenkaart.services.chain.purchase_files import Listed, ListLimits, Row, read_list
from ketenkaart.services.chain.reference_rates import reference_rates
from ketenkaart.services.chain.sent.files import SentFile, placed
from ketenkaart.sources.documents.limits import MEBIBYTE, Limits

KINDS = (".csv", ".tsv", ".txt", ".xlsx", ".xlsm")
LIMITS = ListLimits(
    most_bytes=5 * MEBIBYTE,
    most_rows=20_000,
    workbook=Limits(max_bytes=5 * MEBIBYTE, max_unpacked_bytes=64 * MEBIBYTE, max_ratio=120),
)
"""What a page takes; the command line takes ten times as much."""
MOST_PACKED = 800_000
"""So many letters may travel with a page."""
MOST_UNPACKED = 16 * MEBIBYTE


def list_sent(file: SentFile) -> Listed:
    """Return the rows of a list that was sent.

    Raises `InputError` as `read_list` does, and for more than a page takes.
    """
    with placed(
        [file],
        kinds=KINDS,
        most_bytes=LIMITS.most_bytes,
        smaller="Add up the purchases by code and country first.",
    ) as (path,):
        listed = read_list(path, LIMITS)
    if not listed.rows:
        raise InputError(
            f"{path.name} has no purchases", where="file", fix="Give one row per purchase."
        )
    return replace(listed, path=Path(path.name))


def packed(listed: Listed) -> str:
    """Return a list as text that a page can hold; `unpacked` makes the same list of it.

    Raises `InputError` for a list with more text than a page can carry.
    """
    columns = sorted({column for row in listed.rows for column in row.cells})
    data = {
        "name": listed.path.name,
        "comma": listed.is_decimal_comma,
        "headings": listed.headings,
        "unused": listed.unused,
        "columns": columns,
        "rows": [[row.number, *(row[column] for column in columns)] for row in listed.rows],
    }
    plain = json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()
    text = base64.urlsafe_b64encode(zlib.compress(plain, 9)).decode("ascii")
    if len(text) > MOST_PACKED or len(plain) > MOST_UNPACKED:
        raise InputError(
            f"{listed.path.name} holds more text than a page can carry",
            where="file",
            fix="Leave the descriptions out, or add up the purchases by code and country first.",
        )
    return text


def unpacked(text: str) -> Listed:
    """Return the list that `packed` made a text of; raises `InputError` for any other text."""
    try:
        unpacking = zlib.decompressobj()
        plain = unpacking.decompress(base64.urlsafe_b64decode(text), MOST_UNPACKED)
        if unpacking.unconsumed_tail:
            raise ValueError("too long")
        return _made_of(json.loads(plain))
    except (
        AttributeError, binascii.Error, KeyError, RecursionError, TypeError, ValueError, zlib.error,
    ) as error:  # fmt: skip
        raise InputError(
            "The list that came with the page cannot be read", where="file", fix="Send it again."
        ) from error


def usual_rate(unit: str, year: int, currency: str = "EUR") -> float | None:
    """Return what a currency was worth in a table's money in the year of the table.

    None where no rate comes with the package, and where the table is in that currency itself or
    in something else than money.
    """
    try:
        money = Money.of(unit)
    except InputError:
        return None
    known = (rates.known(currency, year) for rates in reference_rates(money.currency))
    return next((rate for rate in known if rate is not None), None)


def _made_of(data: dict[str, Any]) -> Listed:
    columns: list[str] = data["columns"]
    rows = tuple(
        Row(int(number), {c: str(cell) for c, cell in zip(columns, cells, strict=True) if cell})
        for number, *cells in data["rows"]
    )
    if not rows or len(rows) > (LIMITS.most_rows or 0):
        raise ValueError("no list")
    return Listed(
        Path(str(data["name"])),
        rows,
        bool(data["comma"]),
        {str(column): str(name) for column, name in data["headings"].items()},
        tuple(map(str, data["unused"])),
    )
