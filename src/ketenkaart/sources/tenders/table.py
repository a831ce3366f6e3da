"""Read notices from a table with a row each: CSV, Parquet or .xlsx, as portals export them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path

import polars as pl

from ketenkaart.core.errors import InputError
from ketenkaart.core.monitor.effect.groups import cpv_digits
from ketenkaart.core.monitor.effect.tenders import (
    UNKNOWN_MONEY,
    WITHHELD,
    BuyerKind,
    Money,
    Notice,
    NoticeKind,
    Outcome,
)
from ketenkaart.core.monitor.types import REFUSED
from ketenkaart.sources.survey.table import FIRST_ROW, SurveyTable, read_table
from ketenkaart.sources.tenders.headings import columns_of, load_headings, require_fields
from ketenkaart.sources.tenders.reject import Reject

_YES = {"yes": True, "ja": True, "true": True, "1": True, "awarded": True, "gegund": True}
_NO = {"no": False, "nee": False, "false": False, "0": False, "not_awarded": False,
       "niet gegund": False}  # fmt: skip
_STOPPED = ("cancelled", "ingetrokken", "stopgezet", "gestopt")
_KINDS = {
    "rijk": BuyerKind.CENTRAL, "rijksoverheid": BuyerKind.CENTRAL, "ministerie": BuyerKind.CENTRAL,
    "gemeente": BuyerKind.LOCAL, "provincie": BuyerKind.LOCAL, "waterschap": BuyerKind.LOCAL,
}  # fmt: skip
DAY_FORMS = ("%Y-%m-%d", "%d-%m-%Y", "%d/%m/%Y", "%Y%m%d")


def read_tender_table(
    path: Path, given: Mapping[str, str], currency: str | None
) -> list[Notice | Reject]:
    """Return a notice per row; a row without identifier or with a wrong day is a `Reject`.

    `given` names columns by field. Amounts are in the column `currency`, else in `currency`; one
    that nobody names stays without. Raises `InputError` for a table without identifiers and codes,
    and for text where a number belongs.
    """
    table = read_table(path)
    columns = columns_of(table, load_headings().tenders, given)
    require_fields(table, columns, "tender", "cpv")
    return _Rows(table, columns, currency).notices()


class _Rows:
    """One table, read by field."""

    def __init__(
        self, table: SurveyTable, columns: Mapping[str, str], currency: str | None
    ) -> None:
        self.table = table
        self.columns = columns
        self.currency = currency
        self.texts = {
            field: table.frame[column].cast(pl.String).str.strip_chars().fill_null("").to_list()
            for field, column in columns.items()
        }
        self.numbers = {
            field: table.numbers(columns[field])
            for field in ("awarded", "estimated", "lots", "term_years")
            if field in columns
        }

    def notices(self) -> list[Notice | Reject]:
        """Return a notice or a reject per row."""
        digests = [
            sha256(repr(row).encode()).hexdigest()[:16] for row in self.table.frame.iter_rows()
        ]
        return [self._notice(k, digests[k]) for k in range(self.table.rows)]

    def _notice(self, k: int, digest: str) -> Notice | Reject:
        name = self._text("tender", k)
        if name is None:
            return Reject(self._place(k, "tender"), "The tender has no identifier")
        days: dict[str, date | None] = {}
        for field in ("published", "awarded_on", "starts", "ends"):
            try:
                days[field] = as_day(self._text(field, k))
            except ValueError as error:
                return Reject(self._place(k, field), str(error))
        outcome = _outcome(self._text("outcome", k))
        awarded = self._money("awarded", k)
        start, end = days["starts"], days["ends"]
        years = self._number("term_years", k)
        if years is None and start and end and end >= start:
            years = ((end - start).days + 1) / 365.25
        codes = (self._text("cpv", k) or "").replace(";", ",").split(",")
        found = [code for code in (cpv_digits(item.split(" ")[0]) for item in
                 (part.strip() for part in codes)) if code]  # fmt: skip
        is_result = awarded.is_known or outcome is Outcome.AWARDED
        lots = self._number("lots", k)
        return Notice(
            tender=name,
            notice=self._text("notice", k) or name,
            place=f"{self.table.name}, row {k + FIRST_ROW}",
            kind=NoticeKind.RESULT if is_result else NoticeKind.CALL,
            digest=digest,
            published=days["published"],
            title=self._text("title", k),
            buyer=self._text("buyer", k),
            buyer_name=self._text("buyer_name", k),
            buyer_kind=_buyer_kind(self._text("buyer_kind", k)),
            cpv=found[0] if found else None,
            more_cpv=tuple(found[1:]),
            procedure=self._text("procedure", k),
            lots=None if lots is None else int(lots),
            estimated=self._money("estimated", k),
            awarded=awarded,
            awarded_on=days["awarded_on"],
            starts=start,
            ends=end,
            term_years=years,
            outcome=Outcome.AWARDED if outcome is Outcome.UNKNOWN and is_result else outcome,
        )

    def _place(self, k: int, field: str) -> str:
        return self.table.place(k, self.columns[field])

    def _text(self, field: str, k: int) -> str | None:
        return self.texts[field][k] or None if field in self.texts else None

    def _number(self, field: str, k: int) -> float | None:
        if field not in self.numbers:
            return None
        values, states = self.numbers[field]
        return float(values[k]) if states[k] == 0 else None

    def _money(self, field: str, k: int) -> Money:
        if field not in self.numbers:
            return UNKNOWN_MONEY
        values, states = self.numbers[field]
        if states[k] != 0:
            return WITHHELD if states[k] == REFUSED else UNKNOWN_MONEY
        written = self._text("currency", k)
        return Money.of(float(values[k]), (written or self.currency or "").upper()[:3] or None)


def as_day(text: str | None) -> date | None:
    """Return a day written as 2024-05-31 or 31-05-2024; None for nothing.

    Raises `ValueError` for what is no day.

    >>> as_day("31-05-2024"), as_day("2024-05-31T10:00:00"), as_day("unknown")
    (datetime.date(2024, 5, 31), datetime.date(2024, 5, 31), None)
    """
    if text is None or text.casefold() in ("", "unknown", "onbekend", "na", "not_researched"):
        return None
    for form in DAY_FORMS:
        try:
            return datetime.strptime(text[:10], form).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    raise ValueError(f"{text[:40]!r} is no day, as 2024-05-31 or 31-05-2024 is")


def _outcome(text: str | None) -> Outcome:
    word = (text or "").casefold()
    if word in _STOPPED:
        return Outcome.CANCELLED
    if word in _YES:
        return Outcome.AWARDED
    if word in _NO:
        return Outcome.NOT_AWARDED
    return next((item for item in Outcome if item.value == word), Outcome.UNKNOWN)


def _buyer_kind(text: str | None) -> BuyerKind:
    word = (text or "").casefold()
    for item in BuyerKind:
        if item.value == word:
            return item
    fits = [kind for start, kind in _KINDS.items() if word.startswith(start)]
    return fits[0] if fits else (BuyerKind.OTHER if word else BuyerKind.UNKNOWN)


def require_currency(text: str | None) -> str | None:
    """Return a currency as three capitals. Raises `InputError` for what is none."""
    if text is None:
        return None
    code = text.strip().upper()
    if len(code) != 3 or not (code.isascii() and code.isalpha()):
        raise InputError(
            f"{text[:20]!r} is no currency", where="--currency", fix="Use three letters, as EUR."
        )
    return code
