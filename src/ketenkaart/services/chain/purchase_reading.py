"""A purchase list, read row by row: what is bought, for how much, and why a row has no place."""

from __future__ import annotations

import math
import re
from functools import reduce
from pathlib import Path

from ketenkaart.core.chain.demands import Purchase
from ketenkaart.core.chain.money import Money, Rates
from ketenkaart.core.chain.world import WorldTable
from ketenkaart.core.errors import InputError
from ketenkaart.services.chain.purchase_amounts import DecimalMark, number_of, unsigned
from ketenkaart.services.chain.purchase_files import CODED, EXTRA, Listed, Row, read_list
from ketenkaart.services.chain.purchase_places import Places
from ketenkaart.services.chain.purchases import (
    SHOWN,
    PlacedRow,
    Pricing,
    PurchaseList,
    Rejected,
    grouped_rows,
    rows_in_words,
)
from ketenkaart.services.chain.reference_rates import reference_rates

_YEAR = re.compile(r"(\d{4})(?:-\d{2}-\d{2}.*)?")


def read_purchases(
    path: Path,
    table: WorldTable,
    *,
    home: str,
    keep_good: bool = False,
    pricing: Pricing | None = None,
) -> PurchaseList:
    """Return the purchases in a CSV or workbook, placed in the codes of a table.

    As `place_purchases` does, which see.
    """
    return place_purchases(read_list(path), table, home=home, keep_good=keep_good, pricing=pricing)


def place_purchases(
    listed: Listed,
    table: WorldTable,
    *,
    home: str,
    keep_good: bool = False,
    pricing: Pricing | None = None,
) -> PurchaseList:
    """Return the purchases of a list that was read, placed in the codes of a table.

    A row has a sector of the table or a code (CPV, HS, CN, NACE, SBI, ISIC), a `value` in the
    table's unit or an `amount` in a currency, and may have a country, a year and a description.
    Raises `InputError` naming every row that cannot be placed, unless `keep_good`: then they come
    back as `rejected`, and the rest is used.
    """
    path, chosen = listed.path, pricing or Pricing()
    reader = _Reader(table, listed, chosen, Places(table, home))
    placed: list[PlacedRow] = []
    purchases: list[Purchase] = []
    rejected: list[Rejected] = []
    for row in listed.rows:
        try:
            line, nodes = reader.place(row)
        except InputError as error:
            rejected.append(reader.rejected(row, error))
            continue
        placed.append(line)
        purchases += nodes
    if rejected and not keep_good:
        _refuse(path, rejected)
    if not placed and not rejected:
        raise InputError(
            f"{path.name} has no purchases", where=str(path), fix="Give one row per purchase."
        )
    _check_size(path, table, math.fsum(item.value for item in placed))
    return PurchaseList(
        purchases=tuple(purchases),
        placed=tuple(placed),
        rejected=tuple(rejected),
        unused=listed.unused,
        rates=Rates(reader.used) if chosen.with_reference else chosen.rates,
        sources=tuple(sorted(reader.sources)),
        year=table.year,
        unit=table.unit,
        is_money="amount" in listed.headings,
        name=path.name,
        edition=table.edition,
    )


class _Reader:
    """Places rows one by one, and remembers where rates came from."""

    def __init__(self, table: WorldTable, listed: Listed, pricing: Pricing, places: Places) -> None:
        self._table = table
        self._listed = listed
        self._pricing = pricing
        self._places = places
        self.sources: set[str] = set()
        is_money = "amount" in listed.headings
        self._money = Money.of(table.unit) if is_money else None
        self._mark = DecimalMark.of(listed, "amount" if is_money else "value")
        self.used: dict[tuple[str, int | None], float] = {}
        self._rates: tuple[Rates, ...] = (pricing.rates,)
        if pricing.with_reference and self._money is not None:
            more = reference_rates(self._money.currency)
            if not more:
                raise InputError(
                    f"No rate that comes with the package leads to {table.unit}",
                    where="--rate",
                    fix="Give rates of your own: --rate BDT=0.0097 --rate-source TEXT.",
                )
            self._rates += more

    def place(self, row: Row) -> tuple[PlacedRow, list[Purchase]]:
        if row[EXTRA]:
            raise InputError(
                "There are more cells than columns",
                where=EXTRA,
                fix="Put quotes around a cell with commas.",
            )
        value, year = self._value(row), _year(row["year"])
        coded = self._places.coded(row)
        region, is_rest = self._places.region(row["region"])
        shares = self._places.nodes(coded, region)
        line = PlacedRow(row.number, row["description"], coded, region, is_rest, year, value)
        return line, [Purchase(node, value * share) for node, share in shares]

    def rejected(self, row: Row, error: InputError) -> Rejected:
        """Return a row that cannot be placed, with its value where that is known all the same."""
        try:
            value = self._value(row)
        except InputError:
            value = None
        column = self._listed.headings.get(error.where or "")
        given = next((row[name] for name in ("code", *CODED) if row[name]), "")
        what, fix = error.what, error.fix or ""
        is_code = error.where in {*CODED, "code", "scheme"}
        return Rejected(row.number, column, what, fix, value, given, row["description"], is_code)

    def _value(self, row: Row) -> float:
        if self._money is None:
            return self._in_unit(row)
        text, is_euro = unsigned(row["amount"])
        amount = number_of(text, self._mark, "amount")
        currency = row["currency"] or ("EUR" if is_euro else self._pricing.currency) or ""
        currency = currency.strip().upper()
        if not currency:
            raise InputError(
                "The amount has no currency",
                where="currency",
                fix="Give a column currency, or one currency for all rows (--currency EUR).",
            )
        if is_euro and currency != "EUR":
            raise InputError(
                f"The amount is in euros, and the currency is {currency}",
                where="currency",
                fix="Correct one of them.",
            )
        return amount * self._rate(row, currency) / self._money.factor

    def _in_unit(self, row: Row) -> float:
        if row["currency"] and row["currency"].upper() != Money.of(self._table.unit).currency:
            raise InputError(
                f"A value is in the table's unit ({self._table.unit}), not in {row['currency']}",
                where="currency",
                fix="Call the column amount, and give a rate.",
            )
        return number_of(unsigned(row["value"])[0], self._mark, "value")

    def _rate(self, row: Row, currency: str) -> float:
        if self._money is not None and currency == self._money.currency:
            return 1.0
        if row["rate"]:
            if not row["rate_source"] and not self._pricing.rates.source:
                raise InputError(
                    "The rate has no source",
                    where="rate",
                    fix="Add a column rate source, or one source for all rates "
                    "(--rate-source TEXT).",
                )
            self.sources.add(row["rate_source"] or self._pricing.rates.source or "")
            rate = number_of(row["rate"], DecimalMark(self._listed.is_decimal_comma), "rate")
            if rate > 0:
                return rate
            raise InputError("A rate is above zero", where="rate", fix="Correct it.")
        year = _year(row["year"])
        for rates in self._rates:
            found = rates.known(currency, year)
            if found is not None:
                self.used[currency, year] = found
                self.sources.add(rates.source or "")
                return found
        return reduce(Rates.joined, self._rates).of(currency, year)


def _year(text: str) -> int | None:
    if not text:
        return None
    found = _YEAR.fullmatch(text)
    if found is None or not 1900 <= int(found[1]) <= 2200:
        raise InputError(f"{text[:20]!r} is no year", where="year", fix="Write it like 2024.")
    return int(found[1])


def _refuse(path: Path, rejected: list[Rejected]) -> None:
    groups = grouped_rows(rejected)
    listed = "; ".join(
        f"{'row' if len(rows) == 1 else 'rows'} {rows_in_words(rows, 'and')}: {reason}"
        for reason, rows in groups[:SHOWN]
    )
    rest = sum(len(rows) for _, rows in groups[SHOWN:])
    more = f"; and {rest} more" if rest else ""
    count = f"{len(rejected)} rows that" if len(rejected) > 1 else "1 row that"
    raise InputError(
        f"{path.name} has {count} cannot be used: {listed}{more}",
        where=str(path),
        fix="Mend them, or add --keep-good to go on without them; `ketenkaart chain purchases` "
        "lists all.",
    )


def _check_size(path: Path, table: WorldTable, total: float) -> None:
    """Refuse a list of more than the whole world makes: its unit must be another."""
    if total > table.x.sum():
        raise InputError(
            f"{path.name} comes to {total:,.6g} {table.unit}, more than the world makes in a year",
            where=str(path),
            fix=f"Give values in {table.unit}, or call the column amount and name a currency.",
        )
