"""The largest countries and sectors behind a demand, each with its bar and interval."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from django.urls import reverse

from ketenkaart.services.chain.seen import SeenChain
from ketenkaart.services.chain.seen_ends import PlaceEnds
from ketenkaart.web.chain.form import ChainForm
from ketenkaart.web.chain.wording import capital, span

SHOWN = 10


@dataclass(frozen=True, slots=True)
class Largest:
    """One of the largest countries or sectors abroad: its part of what is made abroad.

    `ends` is its interval in words.
    """

    code: str
    name: str
    amount: float
    share: float
    width: str
    address: str
    ends: str = ""


def largest(form: ChainForm, chain: SeenChain, by: str) -> tuple[Largest, ...]:
    """Return the largest countries or sectors of what is made abroad, with what is left last."""
    values = chain.values.copy()
    values[chain.regions.index(chain.home)] = 0.0
    sums = values.sum(axis=1 if by == "country" else 0)
    codes = chain.regions if by == "country" else chain.sectors
    names = chain.names.regions if by == "country" else chain.names.sectors
    order = [int(k) for k in np.argsort(-sums, kind="stable") if sums[int(k)] > 0][:SHOWN]
    top = max((float(sums[k]) for k in order), default=0.0)
    return tuple(
        Largest(
            codes[k],
            capital(names[codes[k]].in_language(form.language)),
            float(sums[k]),
            float(sums[k]) / chain.abroad,
            f"{float(sums[k]) / top * 100:.2f}%",
            f"{reverse('web:chain_paths')}?{form.shared(**{by: codes[k]})}",
        )
        for k in order
    )


def with_ends(
    rows: tuple[Largest, ...], ends: PlaceEnds | None, first: int, language: str
) -> tuple[Largest, ...]:
    """Return rows with their intervals in words, which begin at `first`."""
    if ends is None:
        return rows
    pairs = list(zip(ends.low.tolist(), ends.high.tolist(), strict=True))[first:]
    return tuple(
        replace(row, ends=span(*pair, language)) for row, pair in zip(rows, pairs, strict=False)
    )
