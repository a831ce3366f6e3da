"""A purchase list as it was read: rows with their places, those without, what to say of it."""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from typing import Any

from ketenkaart.core.chain.demands import Purchase
from ketenkaart.core.chain.money import Rates
from ketenkaart.core.provenance import Grade, Text
from ketenkaart.services.chain.purchase_places import Coded

SHOWN = 10
NOTED = 20


@dataclass(frozen=True, slots=True)
class Pricing:
    """How amounts in money become the table's unit: a currency for rows without one, and rates.

    With `with_reference` the rates that come with the package are used for what these lack.
    """

    currency: str | None = None
    rates: Rates = field(default_factory=Rates)
    with_reference: bool = False


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row of a purchase list that cannot be placed: where, why, and what to do about it.

    `column` is the heading in the file, where it is one cell that is wrong; `value` what the row
    is worth in the table's unit, None where that is not known either; `is_code` whether it is the
    code, or the want of one, that leads nowhere.
    """

    row: int
    column: str | None
    why: str
    fix: str
    value: float | None
    code: str = ""
    description: str = ""
    is_code: bool = False

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
    country's final demand for that sector's products is: an estimate. `name` is that of the file,
    `edition` the table in whose codes it stands. `worked_out` holds what was worked out of it
    already, by what was asked; it is gone with the list.
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
    name: str
    edition: str
    worked_out: dict[Hashable, Any] = field(default_factory=dict, compare=False, repr=False)

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
                nl=f"{'Rij' if len(rows) == 1 else 'Rijen'} {rows_in_words(rows, 'en nog')} "
                f"weggelaten: {reason}",
                en=f"{'Row' if len(rows) == 1 else 'Rows'} {rows_in_words(rows, 'and')} left out: "
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
    "aanname, die per rij te zien is (`ketenkaart chain purchases`).",
    en="Codes that lead to several sectors were divided, and CPV was placed by division: an "
    "assumption, which can be seen row by row (`ketenkaart chain purchases`).",
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


def rows_in_words(rows: Sequence[int], more: str) -> str:
    """Return row numbers, the first ten of them.

    >>> rows_in_words([3, 4], "and"), rows_in_words(range(2, 14), "and")
    ('3, 4', '2, 3, 4, 5, 6, 7, 8, 9, 10, 11 and 2 more')
    """
    listed = ", ".join(map(str, rows[:SHOWN]))
    word = "" if more == "en nog" else " more"
    return f"{listed} {more} {len(rows) - SHOWN}{word}" if len(rows) > SHOWN else listed
