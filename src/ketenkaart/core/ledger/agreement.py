"""How far two coders agree: Cohen's kappa with its large-sample interval, per coded variable."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

from ketenkaart.core.ledger.judgement import (
    Action,
    Candidate,
    CandidateKind,
    Coding,
    Entry,
    coded,
)

NORMAL_95 = 1.959963984540054
LEAST_ERROR = 1e-6
"""A smaller standard error is rounding, not knowledge."""


@dataclass(frozen=True, slots=True)
class Kappa:
    """Agreement on one variable.

    `items` were coded by both, `equal` of them alike. `value`, `low` and `high` are estimates:
    kappa and its 95 % interval; `None` where kappa cannot be computed, with the reason in
    `undefined` (`no_items` or `one_category`). The interval alone is `None` where the estimated
    variance is zero, as when all is coded alike: a few items would then seem certain. `table`
    counts pairs of categories, first coder first.
    """

    variable: str
    items: int
    equal: int
    value: float | None
    low: float | None
    high: float | None
    undefined: str | None
    table: Mapping[tuple[str, str], int]

    @property
    def share(self) -> float | None:
        """Return the share of items coded alike; `None` without items."""
        return self.equal / self.items if self.items else None


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far two coders agree on one letter.

    `compared` counts proposals that both judged; `only_first` and `only_second` what one of them
    added and the other did not.
    """

    first: str
    second: str
    compared: int
    only_first: int
    only_second: int
    kappas: tuple[Kappa, ...]


def cohens_kappa(variable: str, pairs: Sequence[tuple[str, str]]) -> Kappa:
    """Return Cohen's kappa over pairs of categories, one pair per item.

    The interval is kappa plus and minus 1.96 standard errors from the non-null large-sample
    variance of Fleiss, Cohen and Everitt (Psychological Bulletin 72, 1969), cut off at -1 and 1;
    with few items it is rough. Kappa is undefined without items, and when both coders use one
    and the same category throughout.

    >>> found = cohens_kappa("taken", [("yes", "yes")] * 9 + [("no", "no")] * 9 + [("yes", "no")])
    >>> f"{found.value:.3f} ({found.low:.3f} to {found.high:.3f})"
    '0.895 (0.696 to 1.000)'
    """
    table = Counter(pairs)
    items = len(pairs)
    equal = sum(one == other for one, other in pairs)
    if not items:
        return Kappa(variable, 0, 0, None, None, None, "no_items", table)
    rows = Counter(one for one, _ in pairs)
    columns = Counter(other for _, other in pairs)
    # Whole numbers until the last step: a chance agreement of exactly one must be seen as such.
    by_chance = sum(rows[name] * columns[name] for name in rows)
    if by_chance == items * items:
        return Kappa(variable, items, equal, None, None, None, "one_category", table)
    expected = by_chance / (items * items)
    value = (equal / items - expected) / (1 - expected)
    error = sqrt(_variance(table, rows, columns, items, expected, value))
    has_interval = error > LEAST_ERROR
    return Kappa(
        variable=variable,
        items=items,
        equal=equal,
        value=value,
        low=max(-1.0, value - NORMAL_95 * error) if has_interval else None,
        high=min(1.0, value + NORMAL_95 * error) if has_interval else None,
        undefined=None,
        table=table,
    )


def _variance(
    table: Mapping[tuple[str, str], int],
    rows: Mapping[str, int],
    columns: Mapping[str, int],
    items: int,
    expected: float,
    value: float,
) -> float:
    """Return equation 13 of Fleiss, Cohen and Everitt (1969), never below zero."""
    alike = apart = 0.0
    for (one, other), count in table.items():
        share = count / items
        if one == other:
            edge = (rows[one] + columns.get(one, 0)) / items
            alike += share * (1 - edge * (1 - value)) ** 2
        else:
            edge = (columns.get(one, 0) + rows.get(other, 0)) / items
            apart += share * edge**2
    last = (value - expected * (1 - value)) ** 2
    return max(0.0, (alike + (1 - value) ** 2 * apart - last) / ((1 - expected) ** 2 * items))


def agreement(candidates: Sequence[Candidate], first: Coding, second: Coding) -> Agreement:
    """Return how far two coders agree on the proposals of one letter that both judged.

    First whether a proposal was taken at all, per kind; then the coded variables of those that
    both took as one entry. Splits, merges and additions count as taken and are not compared on
    variables, since their parts need not be the same.
    """
    both = [item for item in candidates if item.key in first.by_key and item.key in second.by_key]
    known = {item.key for item in candidates}
    pairs: dict[str, list[tuple[str, str]]] = {}
    for kind in CandidateKind:
        pairs[f"{kind.value}_taken"] = [
            (_taken(first, item.key), _taken(second, item.key))
            for item in both
            if item.kind is kind
        ]
    for name in ("response_class", "position", "follow_up", "deadline"):
        pairs[name] = []
    ones, others = _single(first), _single(second)
    for item in both:
        one, other = ones.get(item.key), others.get(item.key)
        if one is None or other is None or one.fields.kind != other.fields.kind:
            continue
        values = coded(one.fields), coded(other.fields)
        for name in values[0].keys() & pairs.keys():
            pairs[name].append((values[0][name], values[1][name]))
    return Agreement(
        first=first.coder,
        second=second.coder,
        compared=len(both),
        only_first=len(_added(first, known) - _added(second, known)),
        only_second=len(_added(second, known) - _added(first, known)),
        kappas=tuple(cohens_kappa(name, found) for name, found in pairs.items()),
    )


def _taken(coding: Coding, key: str) -> str:
    return "rejected" if coding.by_key[key].action is Action.REJECT else "taken"


def _single(coding: Coding) -> dict[str, Entry]:
    plain = {Action.ACCEPT, Action.CORRECT}
    return {
        entry.key: entry
        for entry in coding.entries
        if coding.by_key[entry.origins[0]].action in plain
    }


def _added(coding: Coding, known: set[str]) -> set[str]:
    return {
        key
        for key, item in coding.by_key.items()
        if key not in known and item.action is not Action.REJECT
    }
