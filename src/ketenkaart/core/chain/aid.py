"""Development aid as donors publish it: where an activity is, for which sector, what was spent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from ketenkaart.core.chain.programmes import Running

EVERY_SECTOR = "*"


@dataclass(frozen=True, slots=True)
class AidPart:
    """A country or a purpose code of an activity, with its share of the money.

    `share` is from 0 to 1, or None where the donor names several and no percentages.
    """

    code: str
    share: float | None


@dataclass(frozen=True, slots=True)
class AidPayment:
    """What was paid out or spent on a day, in a currency."""

    day: date
    amount: float
    currency: str


@dataclass(frozen=True, slots=True)
class AidActivity:
    """One activity of a donor.

    `countries` are alpha-2 codes; `purposes` are purpose codes of the DAC, five digits. `start` is
    the actual day, or else the planned one, and so is `end`; `is_going_on` says whether the donor
    calls it under way, None where it says nothing.
    """

    id: str
    donor: str
    title: str
    countries: tuple[AidPart, ...]
    purposes: tuple[AidPart, ...]
    start: date | None
    end: date | None
    is_going_on: bool | None
    payments: tuple[AidPayment, ...]

    def running_on(self, day: date) -> Running:
        """Return whether it runs on a day; without a start, or an end, that may be unknown.

        >>> nothing = AidActivity("x", "d", "t", (), (), date(2018, 1, 1), None, None, ())
        >>> [nothing.running_on(date(year, 1, 1)).value for year in (2017, 2019)]
        ['not_running', 'unknown']
        """
        if self.start is not None and day < self.start:
            return Running.NOT_RUNNING
        if self.end is not None and day > self.end:
            return Running.NOT_RUNNING
        if self.start is None:
            return Running.UNKNOWN
        is_known = self.end is not None or self.is_going_on
        return Running.RUNNING if is_known else Running.UNKNOWN


@dataclass(frozen=True, slots=True)
class AidHere:
    """Aid in a country for a sector, up to a day.

    `activities` counts those that are for it, `running` those of them that run on the day. `spent`
    holds what was paid by currency, by the shares that donors give; what is for several sectors
    counts whole at each. `unshared` counts activities whose money cannot be parted.
    """

    activities: int
    running: int
    donors: tuple[str, ...]
    spent: Mapping[str, float]
    unshared: int


def sectors_of(purpose: str, sectors: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """Return the sectors that a purpose code leads to, by its longest known beginning.

    >>> sectors_of("32163", {"321": ["food"], "32163": ["textiles"]}), sectors_of("15110", {})
    (('textiles',), ())
    """
    for length in range(len(purpose), 0, -1):
        if purpose[:length] in sectors:
            return tuple(sectors[purpose[:length]])
    return ()


def aid_at(
    activities: Iterable[AidActivity],
    *,
    country: str,
    wanted: frozenset[str],
    sectors: Mapping[str, Sequence[str]],
    day: date,
) -> AidHere:
    """Return the aid in a country (alpha-2) for any of our sectors in `wanted`, on a day."""
    donors: dict[str, None] = {}
    spent: dict[str, float] = {}
    count = running = unshared = 0
    for activity in activities:
        at = [part for part in activity.countries if part.code == country]
        purposes = [
            part
            for part in activity.purposes
            if not wanted.isdisjoint(found := sectors_of(part.code, sectors))
            or EVERY_SECTOR in found
        ]
        if not at or not purposes:
            continue
        count += 1
        running += activity.running_on(day) is Running.RUNNING
        donors[activity.donor] = None
        here, for_it = _share(at), _share(purposes)
        if here is None or for_it is None:
            unshared += 1
            continue
        for payment in activity.payments:
            if payment.day <= day:
                amount = payment.amount * here * for_it
                spent[payment.currency] = spent.get(payment.currency, 0.0) + amount
    return AidHere(count, running, tuple(sorted(donors)), spent, unshared)


def _share(parts: Sequence[AidPart]) -> float | None:
    shares = [part.share for part in parts if part.share is not None]
    return min(1.0, sum(shares)) if len(shares) == len(parts) else None
