"""Paths as sentences: who does what where, up to the buyer, and how much it carries."""

from __future__ import annotations

from dataclasses import dataclass

from ketenkaart.services.chain.paths import PathRow, PathsAnswer
from ketenkaart.services.chain.seen import SeenChain
from ketenkaart.web.chain.wording import finer_percent, spoken_amount
from ketenkaart.web.text import say


@dataclass(frozen=True, slots=True)
class SaidPath:
    """One path in words: its steps from source to buyer, its amount, and its share as a bar.

    `ends` is the interval in words, empty where none is known.
    """

    rank: int
    steps: tuple[str, ...]
    buyer: str
    amount: str
    ends: str
    share: str
    width: str
    tier: int
    codes: str
    first: tuple[str, str]


def said_paths(answer: PathsAnswer, chain: SeenChain, language: str) -> tuple[SaidPath, ...]:
    """Return the paths of an answer as sentences; the longest bar is the largest path's."""
    top = max((abs(row.value) for row in answer.rows), default=0.0)
    return tuple(
        SaidPath(
            rank=row.rank,
            steps=_steps(
                [chain.names.at(*node).in_language(language) for node in row.nodes], language
            ),
            buyer=chain.whose.in_language(language),
            amount=spoken_amount(row.value, answer.unit, language),
            ends=_ends(row, answer.unit, language),
            share=finer_percent(row.share, language) if row.share is not None else "–",
            width=f"{abs(row.value) / top * 100:.2f}%" if top else "0%",
            tier=row.tier,
            codes=row.codes,
            first=row.nodes[0],
        )
        for row in answer.rows
    )


def _ends(row: PathRow, unit: str, language: str) -> str:
    if row.ends is None:
        return ""
    low, high = (spoken_amount(end, unit, language) for end in (row.ends.low, row.ends.high))
    return say("chain.path_ends", language, low=low, high=high)


def said_remainder(answer: PathsAnswer, language: str) -> str:
    """Say what the list carries, what it leaves out, and how large a path left out can be."""
    count = len(answer.rows)
    if answer.share is None or not count:
        return say("chain.paths_none", language)
    if not answer.largest_omitted:
        return say("chain.paths_all", language, count=count)
    return say(
        "chain.paths_remainder" if count > 1 else "chain.paths_remainder_one",
        language,
        count=count,
        covered=finer_percent(answer.share, language),
        rest=finer_percent(1 - answer.share, language),
        omitted=spoken_amount(answer.largest_omitted, answer.unit, language),
        total=spoken_amount(answer.total, answer.unit, language),
    )


def said_sums(answer: PathsAnswer, language: str) -> str:
    """Say how sure it is what the list carries, as a share and of what; empty where unknown."""
    facts = answer.uncertainty
    if facts is None or answer.share is None or not answer.rows:
        return ""
    whole = facts["total"]
    shares = {end: finer_percent(facts["share"][end], language) for end in ("low", "high")}
    ends = [spoken_amount(whole[end], answer.unit, language) for end in ("low", "high")]
    covered = say("chain.span", language, **shares)
    if ends[0] == ends[1]:
        return say("chain.paths_sums_sure", language, covered=covered, total=ends[0])
    return say(
        "chain.paths_sums",
        language,
        covered=covered,
        low=ends[0],
        high=ends[1],
    )


def _steps(said: list[str], language: str) -> tuple[str, ...]:
    """Return the steps, the same one twice in a row said as what it is: a sale within a sector.

    >>> _steps(["weaving in India", "weaving in India", "trade in India"], "en")
    ('Weaving in India', 'again weaving in India', 'trade in India')
    """
    again = [
        say("chain.again", language, step=step) if k and said[k - 1] == step else step
        for k, step in enumerate(said)
    ]
    return (again[0][:1].upper() + again[0][1:], *again[1:])
