"""How much of each sector and of each kind of spending of a region belongs to each country."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ketenkaart.core.chain.split.types import Evidence, Prior, Region, Shares
from ketenkaart.core.chain.types import Booleans, Floats
from ketenkaart.core.errors import InputError

FIT_TOLERANCE = 1e-13
FIT_CYCLES = 500
TAXES = (0.5, 1.5)
"""Bounds on spending in basic prices per unit in purchasers' prices: beyond them sources clash."""
METAL_IN_VALUE_ADDED = 0.6
"""Part of the price of metal in ore that is value added of the mine; grade assumed."""
MINING_AT_MOST = 0.98
DOUBT = 3.0
"""Factories that must be expected and named before names count as much as size; grade assumed."""
SURE = 2.0
"""Standard errors that a slope must be from zero before any of it is used."""


@dataclass(frozen=True, slots=True)
class Parts:
    """The new countries, the remainder last, with what is known of them added up.

    `evidence` has one entry per new country; `members[p]` are the countries that it stands for
    (one, but for the remainder); `countries` is the evidence on each country by itself, unknown
    ones filled as `filled` says.
    """

    evidence: Evidence
    countries: Evidence
    members: tuple[tuple[int, ...], ...]


def filled(evidence: Evidence, quantile: float) -> Evidence:
    """Return the evidence with countries of unknown accounts given an amount, for the remainder.

    A country without accounts gets value added per worker at a low `quantile` of the others and
    their mean mix of activities; workers unknown: nothing, which is stated and not hidden. Exports,
    imports and spending that are missing get the mean ratio to value added. Metals and Dutch
    imports that are missing stay NaN. Spending is brought from purchasers' to basic prices: its
    total is value added less exports plus imports, so that a country's trade balance is kept.
    """
    known = evidence.is_known
    if not known.any():
        raise InputError(
            "No country has value added by activity and workers",
            where="evidence",
            fix="Use a year for which exchange rates are given.",
        )
    total = evidence.value_added.sum(axis=1)
    per_worker = float(np.quantile(total[known] / evidence.workers[known], quantile))
    mix = evidence.value_added[known].sum(axis=0) / total[known].sum()
    workers = np.nan_to_num(evidence.workers, nan=0.0)
    value_added = np.where(
        known[:, None], evidence.value_added, (workers * per_worker)[:, None] * mix
    )
    size = value_added.sum(axis=1)
    whole = np.column_stack([evidence.exports, evidence.imports, evidence.spending])
    has = np.isfinite(whole) & known[:, None]
    told = np.where(has, whole, 0.0).sum(axis=0)
    ratio = told / np.maximum((has * size[:, None]).sum(axis=0), 1e-300)
    whole = np.where(has, whole, size[:, None] * ratio)
    spending = np.maximum(whole[:, 2:], 0.0)
    spent = size - whole[:, 0] + whole[:, 1]
    basic = np.divide(spent, spending.sum(axis=1), out=np.ones_like(spent), where=size > 0)
    return replace(
        evidence,
        value_added=value_added,
        workers=workers,
        exports=whole[:, 0],
        imports=whole[:, 1],
        spending=spending * np.clip(basic, *TAXES)[:, None],
    )


def gather(evidence: Evidence, chosen: Sequence[str], quantile: float) -> Parts:
    """Return the new countries: the chosen ones by themselves, every other one in the remainder.

    `evidence` is on all countries of the region. Raises `InputError` for a country that is not
    among them or has no accounts: it cannot be told from the remainder.
    """
    known = dict(zip(evidence.countries, evidence.is_known, strict=True))
    for country in chosen:
        if not known.get(country, False):
            why = "has no accounts" if country in known else "is not part of the region"
            raise InputError(
                f"{country} {why}, so it cannot be split off",
                where="countries",
                fix="Leave it out: what is unknown stays in the remainder.",
            )
    complete = filled(evidence, quantile)
    number = {country: k for k, country in enumerate(evidence.countries)}
    rest = tuple(k for k, country in enumerate(evidence.countries) if country not in set(chosen))
    members = (*((number[country],) for country in chosen), rest)
    return Parts(_summed(complete, members, chosen), complete, members)


def _summed(
    complete: Evidence, members: tuple[tuple[int, ...], ...], chosen: Sequence[str]
) -> Evidence:
    def add(values: Floats) -> Floats:
        return np.stack([values[list(part)].sum(axis=0) for part in members])

    return Evidence(
        countries=(*chosen, ""),
        activities=complete.activities,
        value_added=add(complete.value_added),
        workers=add(complete.workers),
        spending=add(complete.spending),
        exports=add(complete.exports),
        imports=add(complete.imports),
        metals=add(np.nan_to_num(complete.metals, nan=0.0)),
        dutch_imports=add(np.nan_to_num(complete.dutch_imports, nan=0.0)),
        factories=add(complete.factories),
        neighbours=(*(complete.neighbours[part[0]] for part in members[:-1]), ""),
    )


def labour_slopes(value_added: Floats, per_worker: Floats, activity: NDArray[np.int64]) -> Floats:
    """Return how the weight of a sector in its activity changes with value added per worker.

    `value_added[r, s]` of countries that the table names, `per_worker[r]` of each. Per sector the
    slope b of log(share in the activity) on log(value added per worker), shrunk towards zero by
    its standard error, b max(0, 1 - 4 se^2 / b^2) (positive-part James-Stein): a pattern that the
    named countries do not clearly show is not used. A share of zero tells nothing.

    >>> slopes = labour_slopes(np.array([[8.0, 2.0], [5.0, 5.0], [2.0, 8.0]]),
    ...                        np.array([1.0, 2.0, 4.0]), np.array([0, 0]))
    >>> bool(slopes[0] < 0 < slopes[1])
    True
    """
    z = np.log(per_worker)
    slopes = np.zeros(value_added.shape[1])
    for s, group in enumerate(activity):
        whole = np.maximum(value_added[:, activity == group], 0.0).sum(axis=1)
        usable = (value_added[:, s] > 0) & (whole > 0) & np.isfinite(z)
        if usable.sum() > 2:
            share = np.log(value_added[usable, s] / whole[usable])
            slopes[s] = _shrunk_slope(z[usable], share)
    return slopes


def _shrunk_slope(z: Floats, y: Floats) -> float:
    z, y = z - z.mean(), y - y.mean()
    spread = float(z @ z)
    if spread == 0:
        return 0.0
    slope = float(z @ y) / spread
    error = float(((y - slope * z) ** 2).sum()) / (len(z) - 2) / spread
    return slope * max(0.0, 1 - SURE**2 * error / slope**2) if slope else 0.0


def make_shares(region: Region, parts: Parts, prior: Prior, slopes: Floats) -> Shares:
    """Return each country's share of every sector and of every column of final demand.

    Within an activity, shares meet two sums at once: each country's part of the activity is its
    part of the value added in the accounts, and each sector keeps the region's total
    (biproportional). `slopes` come from `labour_slopes`.
    """
    evidence = parts.evidence
    total = evidence.value_added.sum(axis=1)
    if prior is Prior.PROPORTIONAL:
        sectors = np.repeat((total / total.sum())[:, None], region.sectors, axis=1)
        spending = np.repeat((total / total.sum())[:, None], len(region.kind), axis=1)
        return Shares(sectors, spending)
    weight = np.maximum(region.value_added, 0.0)
    z = np.log(total / np.maximum(evidence.workers, 1.0))
    pattern = slopes if prior is Prior.EMPLOYMENT else np.zeros(len(slopes))
    sectors = np.empty((len(total), region.sectors))
    for group in range(len(evidence.activities)):
        inside = region.activity == group
        amounts = np.maximum(evidence.value_added[:, group], 0.0)
        amounts = (amounts if amounts.sum() > 0 else total) / max(amounts.sum(), 1e-300)
        first = np.exp(np.outer(z - z.mean(), pattern[inside]))
        if prior.has_trade and region.mine is not None and inside[region.mine]:
            first = _with_mines(region, evidence, inside, first)
        if prior.has_factories:
            named = np.flatnonzero(inside & region.supplied)
            first[:, np.searchsorted(np.flatnonzero(inside), named)] *= named_more(evidence, group)[
                :, None
            ]
        sectors[:, inside] = _fit(first, amounts, weight[inside])
    return Shares(sectors, _spending(region, evidence))


def _spending(region: Region, evidence: Evidence) -> Floats:
    """Return shares of final demand: what the accounts say, and the remainder what is left.

    A region that a table makes as its own rest holds what the named countries' trade statistics
    miss, so what it spends is not what its accounts say. That difference stays in the remainder,
    however small that is: it is no one country's. Where accounts say more than the table has, the
    remainder keeps at least half of its own, and all countries bear what is beyond.
    """
    scale = region.value_added.sum() / evidence.value_added.sum()
    spent = np.maximum(region.imports, 0.0).sum(axis=0) + np.maximum(region.domestic, 0.0).sum(0)
    kinds = region.kind
    whole = np.array([spent[region.sectors :][kinds == kind].sum() for kind in kinds])
    amounts = evidence.spending[:, kinds] * scale
    even = amounts / amounts.sum(axis=0)
    told = np.divide(amounts, whole, out=even.copy(), where=whole > 0)
    rest = np.maximum(1 - told[:-1].sum(axis=0), even[-1] / 2)
    members = np.maximum(told[:-1], 1e-300)
    return np.vstack([members * (1 - rest) / members.sum(axis=0), rest])


def named_more(evidence: Evidence, group: int) -> Floats:
    """Return how many times more factories buyers name in each country than its size explains.

    Expected are as many of all that are named as the country has of the activity's value added;
    both counts are raised by `DOUBT` (a gamma prior with mean 1), so that few or no names move
    little. Never below 1: not being on a list is no evidence.
    """
    size = np.maximum(evidence.value_added[:, group], 0.0)
    expected = evidence.factories.sum() * size / max(size.sum(), 1e-300)
    more = (evidence.factories + DOUBT) / (expected + DOUBT)
    return np.asarray(np.maximum(more, 1.0))


def _with_mines(region: Region, evidence: Evidence, inside: Booleans, first: Floats) -> Floats:
    """Raise mining where the metal in ore says that it is more than the pattern has it."""
    weight = np.maximum(region.value_added[inside], 0.0)
    mine = np.flatnonzero(inside) == region.mine
    if not weight[mine].sum() > 0 or not weight[~mine].sum() > 0:
        return first
    usual = first * weight / (first * weight).sum(axis=1, keepdims=True)
    group = region.activity[region.mine]
    accounts = np.maximum(evidence.value_added[:, group], 1e-300)
    least = np.minimum(METAL_IN_VALUE_ADDED * evidence.metals / accounts, MINING_AT_MOST)
    before = usual[:, mine].sum(axis=1)
    share = np.maximum(before, least)
    raised = np.where(mine, (share / before)[:, None], ((1 - share) / (1 - before))[:, None])
    return np.asarray(first * raised)


def _fit(first: Floats, rows: Floats, weight: Floats) -> Floats:
    """Return shares near `first` whose columns sum to 1 and whose weighted rows to `rows`.

    `rows` sums to 1; `weight` is the value added of the sectors. Without value added in any sector
    of the activity, every sector is split as the activity is.
    """
    shares = np.where(rows[:, None] > 0, first, 0.0)
    if weight.sum() <= 0:
        return np.repeat((rows / rows.sum())[:, None], len(weight), axis=1)
    part = weight / weight.sum()
    for _ in range(FIT_CYCLES):
        shares = shares / shares.sum(axis=0)
        found = shares @ part
        if np.abs(found - rows).max() <= FIT_TOLERANCE:
            break
        shares = shares * np.divide(rows, found, out=np.zeros_like(rows), where=found > 0)[:, None]
    return np.asarray(shares / shares.sum(axis=0))
