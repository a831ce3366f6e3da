"""Read a purchase list: what is bought, of which sector, where, and for how much."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ketenkaart.core.chain.demands import Purchase
from ketenkaart.core.chain.money import Money, Rates
from ketenkaart.core.chain.world import WorldTable
from ketenkaart.core.errors import InputError
from ketenkaart.core.provenance import Grade, Text
from ketenkaart.services.chain.purchase_files import CODED, EXTRA, Listed, Row, read_list
from ketenkaart.services.chain.purchase_places import Coded, Places

SHOWN = 10
NOTED = 20
_THOUSANDS = re.compile(r"\d{1,3}(\.\d{3})+")
_YEAR = re.compile(r"(\d{4})(?:-\d{2}-\d{2}.*)?")


@dataclass(frozen=True, slots=True)
class Pricing:
    """How amounts in money become the table's unit: a currency for rows without one, and rates.

    With `in_dollars` some rates are those that come with the package, to the US dollar alone.
    """

    currency: str | None = None
    rates: Rates = field(default_factory=Rates)
    in_dollars: bool = False


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row of a purchase list that cannot be placed: where, why, and what to do about it.

    `column` is the heading in the file, where it is one cell that is wrong; `value` what the row
    is worth in the table's unit, None where that is not known either.
    """

    row: int
    column: str | None
    why: str
    fix: str
    value: float | None
    code: str = ""
    description: str = ""

    @property
    def reason(self) -> str:
        """Why, and what to do, as one text."""
        return f"{self.why}. {self.fix}".strip()


@dataclass(frozen=True, slots=True)
class PlacedRow:
    """A row that was placed: the sectors its code stands for, with weights, and its region.

    `region` is the table's code, None where the row names no country and was spread; `is_rest`
    that the country has no region of its own. `value` is in the table's unit.
    """

    row: int
    description: str
    coded: Coded
    region: str | None
    is_rest: bool
    year: int | None
    value: float


@dataclass(frozen=True, slots=True)
class PurchaseList:
    """A purchase list in the codes of a table.

    `spread` is the value, in the table's unit, that named no region and was divided as the home
    country's final demand for that sector's products is: an estimate.
    """

    purchases: tuple[Purchase, ...]
    placed: tuple[PlacedRow, ...]
    rejected: tuple[Rejected, ...]
    unused: tuple[str, ...]
    rates: Rates
    sources: tuple[str, ...]
    year: int
    unit: str
    is_money: bool

    @property
    def lines(self) -> int:
        """How many rows were placed."""
        return len(self.placed)

    @property
    def value(self) -> float:
        """What the placed rows come to, in the table's unit."""
        return math.fsum(item.value for item in self.placed)

    @property
    def spread(self) -> float:
        """What named no region, in the table's unit."""
        return math.fsum(item.value for item in self.placed if item.region is None)

    def facts(self) -> dict[str, Any]:
        """Return what is known of the list as a whole, as plain data.

        `placed_share` is a share of the value of all rows whose value is known, None where that is
        zero; `unplaced` lists every row that was left out.
        """
        known = [item.value for item in self.rejected if item.value is not None]
        whole = self.value + math.fsum(known)
        return {
            "rows": self.lines + len(self.rejected),
            "placed_rows": self.lines,
            "placed_rows_share": self.lines / (self.lines + len(self.rejected)),
            "placed_value": self.value,
            "placed_share": self.value / whole if whole > 0 else None,
            "unplaced_without_value": len(self.rejected) - len(known),
            "assumed_share": self._share(lambda item: item.coded.grade is Grade.ASSUMED),
            "spread_share": self._share(lambda item: item.region is None),
            "rest_of_world_share": self._share(lambda item: item.is_rest),
            "other_years_share": self._share(lambda item: item.year not in {None, self.year}),
            "prices": "taken_as_basic_prices",
            "rates": {_rate_name(key): rate for key, rate in self.rates.by_year.items()},
            "rate_sources": list(self.sources),
            "unplaced": [
                {
                    "row": item.row,
                    "column": item.column,
                    "why": item.why,
                    "what_to_do": item.fix,
                    "value": item.value,
                }
                for item in self.rejected
            ],
        }

    def _share(self, holds: Callable[[PlacedRow], bool]) -> float | None:
        part = math.fsum(item.value for item in self.placed if holds(item))
        return part / self.value if self.value > 0 else None

    def notes(self) -> tuple[Text, ...]:
        """Return what must be said of the list, above all of what was left out."""
        groups = grouped_rows(self.rejected)
        notes = [
            Text(
                nl=f"{'Rij' if len(rows) == 1 else 'Rijen'} {_shown(rows, 'en nog')} weggelaten: "
                f"{reason}",
                en=f"{'Row' if len(rows) == 1 else 'Rows'} {_shown(rows, 'and')} left out: "
                f"{reason}",
            )
            for reason, rows in groups[:NOTED]
        ]
        if len(groups) > NOTED:
            more = sum(len(rows) for _, rows in groups[NOTED:])
            notes.append(
                Text(
                    nl=f"En nog {more} rijen weggelaten; `ketenkaart chain purchases` noemt ze "
                    "alle.",
                    en=f"And {more} more rows left out; `ketenkaart chain purchases` lists all.",
                )
            )
        return (*notes, *self.cautions())

    def cautions(self) -> tuple[Text, ...]:
        """Return what must be kept in mind of the rows that were placed."""
        facts = self.facts()
        notes: list[Text] = []
        if self.spread:
            notes.append(
                Text(
                    nl=f"Schatting: {self.spread:,.6g} zonder land is verdeeld zoals de finale "
                    "vraag.",
                    en=f"Estimate: {self.spread:,.6g} without a region was spread as final "
                    "demand is.",
                )
            )
        if facts["assumed_share"]:
            notes.append(ASSUMED)
        if facts["rest_of_world_share"]:
            notes.append(REST)
        if facts["other_years_share"]:
            notes.append(_other_years(self.year))
        if self.is_money:
            notes.append(PRICES)
        if self.unused:
            names = ", ".join(self.unused[:NOTED])
            notes.append(Text(nl=f"Niet gebruikte kolommen: {names}.", en=f"Not used: {names}."))
        return tuple(notes)


ASSUMED = Text(
    nl="Codes die naar meer sectoren leiden zijn verdeeld, en CPV is per afdeling geplaatst: een "
    "aanname. `ketenkaart chain purchases` toont haar per rij.",
    en="Codes that lead to several sectors were divided, and CPV was placed by division: an "
    "assumption. `ketenkaart chain purchases` shows it row by row.",
)
REST = Text(
    nl="Landen zonder eigen regio in de tabel zijn in de rest van de wereld gelegd: een schatting.",
    en="Countries without a region of their own were put in the rest of the world: an estimate.",
)
PRICES = Text(
    nl="Bedragen gelden als basisprijzen. Btw, handels- en vervoersmarges die erin zitten, tellen "
    "zo bij de maker: geef bedragen zonder btw.",
    en="Amounts count as basic prices. VAT, trade and transport margins in them are so reckoned to "
    "the maker: give amounts without VAT.",
)


def read_purchases(
    path: Path,
    table: WorldTable,
    *,
    home: str,
    keep_good: bool = False,
    pricing: Pricing | None = None,
) -> PurchaseList:
    """Return the purchases in a CSV or workbook, placed in the codes of a table.

    A row has a sector of the table or a code (CPV, HS, CN, NACE, SBI, ISIC), a `value` in the
    table's unit or an `amount` in a currency, and may have a country, a year and a description.
    Raises `InputError` naming every row that cannot be placed, unless `keep_good`: then they come
    back as `rejected`, and the rest is used.
    """
    listed, chosen = read_list(path), pricing or Pricing()
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
        rates=Rates(reader.used, chosen.rates.source) if chosen.in_dollars else chosen.rates,
        sources=tuple(sorted(reader.sources)),
        year=table.year,
        unit=table.unit,
        is_money="amount" in listed.headings,
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
        self.used: dict[tuple[str, int | None], float] = {}
        if pricing.in_dollars and self._money is not None and self._money.currency != "USD":
            raise InputError(
                f"The rates that come with the package are to the US dollar, not {table.unit}",
                where="--rate",
                fix="Give rates of your own: --rate BDT=0.0097 --rate-source TEXT.",
            )

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
        return Rejected(row.number, column, what, fix, value, given, row["description"])

    def _value(self, row: Row) -> float:
        if self._money is None:
            return self._in_unit(row)
        amount = _number(row["amount"], self._listed.is_decimal_comma, "amount")
        currency = (row["currency"] or self._pricing.currency or "").strip().upper()
        if not currency:
            raise InputError(
                "The amount has no currency",
                where="currency",
                fix="Give a column currency, or --currency EUR for all rows.",
            )
        return amount * self._rate(row, currency) / self._money.factor

    def _in_unit(self, row: Row) -> float:
        if row["currency"] and row["currency"].upper() != Money.of(self._table.unit).currency:
            raise InputError(
                f"A value is in the table's unit ({self._table.unit}), not in {row['currency']}",
                where="currency",
                fix="Call the column amount, and give a rate.",
            )
        return _number(row["value"], self._listed.is_decimal_comma, "value")

    def _rate(self, row: Row, currency: str) -> float:
        if self._money is not None and currency == self._money.currency:
            return 1.0
        if row["rate"]:
            if not row["rate_source"] and not self._pricing.rates.source:
                raise InputError(
                    "The rate has no source",
                    where="rate",
                    fix="Add a column rate source, or --rate-source TEXT.",
                )
            self.sources.add(row["rate_source"] or self._pricing.rates.source or "")
            rate = _number(row["rate"], self._listed.is_decimal_comma, "rate")
            if rate > 0:
                return rate
            raise InputError("A rate is above zero", where="rate", fix="Correct it.")
        year = _year(row["year"])
        found = self._pricing.rates.of(currency, year)
        self.used[currency, year] = found
        self.sources.add(self._pricing.rates.source or "")
        return found


def _number(text: str, is_decimal_comma: bool, column: str) -> float:
    if not text:
        raise InputError(f"The {column} is empty", where=column, fix="Fill it in.")
    if is_decimal_comma and _THOUSANDS.fullmatch(text):
        raise InputError(
            f"{text[:40]!r} may be thousands or decimals",
            where=column,
            fix="Write it without thousands marks, with a comma for decimals.",
        )
    plain = text.replace(",", ".") if is_decimal_comma else text
    try:
        value = float(plain)
    except ValueError:
        value = math.nan
    if not math.isfinite(value) or value < 0 or "_" in plain:
        raise InputError(
            f"{text[:40]!r} is no amount",
            where=column,
            fix="Write a number from 0, without thousands marks; take refunds off their purchase.",
        )
    return value


def _year(text: str) -> int | None:
    if not text:
        return None
    found = _YEAR.fullmatch(text)
    if found is None or not 1900 <= int(found[1]) <= 2200:
        raise InputError(f"{text[:20]!r} is no year", where="year", fix="Write it like 2024.")
    return int(found[1])


def _rate_name(key: tuple[str, int | None]) -> str:
    return key[0] if key[1] is None else f"{key[0]}@{key[1]}"


def _other_years(year: int) -> Text:
    return Text(
        nl=f"Bedragen van andere jaren liggen over de tabel van {year} zoals ze zijn: prijzen zijn "
        "sindsdien veranderd, en er is niets gedefleerd.",
        en=f"Amounts of other years are laid over the table of {year} as they are: prices have "
        "changed since, and nothing was deflated.",
    )


def grouped_rows(rejected: Sequence[Rejected]) -> list[tuple[str, list[int]]]:
    """Return the reasons why rows were left out, in order of appearance, with their rows."""
    found: dict[str, list[int]] = {}
    for item in rejected:
        found.setdefault(item.reason, []).append(item.row)
    return list(found.items())


def _shown(rows: Sequence[int], more: str) -> str:
    """Return row numbers, the first ten of them.

    >>> _shown([3, 4], "and"), _shown(range(2, 14), "and")
    ('3, 4', '2, 3, 4, 5, 6, 7, 8, 9, 10, 11 and 2 more')
    """
    listed = ", ".join(map(str, rows[:SHOWN]))
    word = "" if more == "en nog" else " more"
    return f"{listed} {more} {len(rows) - SHOWN}{word}" if len(rows) > SHOWN else listed


def _refuse(path: Path, rejected: list[Rejected]) -> None:
    groups = grouped_rows(rejected)
    listed = "; ".join(
        f"{'row' if len(rows) == 1 else 'rows'} {_shown(rows, 'and')}: {reason}"
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
