"""What one contributor can find out about the others, by asking, joining and leaving.

The attacker knows the rules, sees what it is shown at every release, knows its own moves, and
knows that at most one other organisation moves between two releases; only the blur is secret.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ketenkaart.core.chain.sharing import (
    BLURS,
    LEAST_CHANGE,
    OthersBand,
    Released,
    band_of,
    blur_of,
    next_release,
)

KEY = b"a secret of the site"
ME = "attacker"
HONEST = st.frozensets(st.sampled_from("abcdefghij"), max_size=10)
MOST_AT_FIRST = 16
COMES_AND_GOES = tuple(product((True, False), repeat=4))
STAYS = ((True,) * 5,)
STAYS_LONGER = ((True,) * 6, (True, True, False, True, True, True))
STEPS = ((0, 0), (1, 0), (-1, 0), (0, 1), (0, -1))
"""Nobody moves; somebody new joins or such a one leaves; somebody old leaves or returns."""


@dataclass(frozen=True, slots=True)
class Shown:
    """All that the attacker sees, release by release; None where it is shown nothing."""

    bands: tuple[OthersBand | None, ...]


def histories(mine: tuple[bool, ...], blurs: int, least_change: int) -> Iterator[tuple[Shown, int]]:
    """Every history of the others: what the attacker sees of it, and how many there are at last.

    Others are counted, not named: `joined` came since the last release that counted, `left` went.
    """
    for first, second in product(range(blurs), repeat=2):
        for start in range(MOST_AT_FIRST):
            for steps in product(STEPS, repeat=len(mine) - 1):
                found = _follow(start, steps, mine, (first, second), least_change)
                if found is not None:
                    yield found


def _follow(
    start: int,
    steps: tuple[tuple[int, int], ...],
    mine: tuple[bool, ...],
    blurs: tuple[int, int],
    least_change: int,
) -> tuple[Shown, int] | None:
    base, joined, left = start, 0, 0
    counted_me, blur, updates = mine[0], blurs[0], 0
    bands: list[OthersBand | None] = []
    for (new, old), is_in in zip(((0, 0), *steps), mine, strict=True):
        joined, left = joined + new, left + old
        if joined < 0 or not 0 <= left <= base:
            return None
        if joined + left + (is_in != counted_me) >= least_change:
            base, joined, left = base + joined - left, 0, 0
            counted_me, updates = is_in, updates + 1
            blur = blurs[updates % 2]
        bands.append(band_of(base, blur) if is_in and counted_me else None)
    return Shown(tuple(bands)), base + joined - left


def fewest_counts(blurs: int, least_change: int, presences: tuple[tuple[bool, ...], ...]) -> int:
    """How few numbers of others fit with what the attacker saw, in its best case."""
    fewest = MOST_AT_FIRST
    for mine in presences:
        fits: dict[Shown, set[int]] = defaultdict(set)
        for seen, others in histories(mine, blurs, least_change):
            fits[seen].add(others)
        fewest = min(
            fewest,
            # the highest numbers are cut off by this test, not by the rule
            *(len(found) for seen, found in fits.items() if OthersBand.FROM_11 not in seen.bands),
        )
    return fewest


@pytest.mark.parametrize(
    "presences",
    [COMES_AND_GOES, STAYS, pytest.param(STAYS_LONGER, marks=pytest.mark.long)],
    ids=["comes and goes", "stays", "stays longer"],
)
def test_what_was_shown_fits_at_least_three_numbers_of_others_whatever_the_attacker_does(
    presences: tuple[tuple[bool, ...], ...],
) -> None:
    assert fewest_counts(BLURS, LEAST_CHANGE, presences) >= 3


@pytest.mark.parametrize(("blurs", "least_change"), [(1, 1), (1, LEAST_CHANGE), (BLURS, 1)])
def test_each_rule_is_needed_for_that(blurs: int, least_change: int) -> None:
    assert fewest_counts(blurs, least_change, STAYS) < 3


@given(still=HONEST, toggles=st.lists(st.booleans(), max_size=8))
def test_coming_and_going_alone_changes_nothing_that_anybody_sees(
    still: frozenset[str], toggles: list[bool]
) -> None:
    first = next_release(None, still | {ME}, facility="F", key=KEY)
    now = first
    for is_in in toggles:
        members = still | ({ME} if is_in else frozenset())
        now = next_release(now, members, facility="F", key=KEY)
        assert now == first


@given(st.lists(HONEST, min_size=2, max_size=8))
def test_what_is_shown_changes_only_when_three_others_moved_whoever_asks(
    history: list[frozenset[str]],
) -> None:
    now = next_release(None, history[0], facility="F", key=KEY)
    for members in history[1:]:
        after = next_release(now, members, facility="F", key=KEY)
        if after != now:
            moved = members ^ now.members
            assert all(len(moved - {insider}) >= 3 for insider in "abcdefghij")
        now = after


@given(members=HONEST)
def test_a_number_is_never_named_for_fewer_than_three_others(members: frozenset[str]) -> None:
    released = next_release(None, members | {ME}, facility="F", key=KEY)
    if released.band is not OthersBand.FEWER_THAN_3:
        assert len(members) >= 3


def test_the_blur_is_even_fixed_and_secret() -> None:
    drawn = [blur_of(f"F{number}", {"a", "b"}, KEY) for number in range(3000)]
    assert all(900 < drawn.count(blur) < 1100 for blur in range(BLURS))
    assert drawn == [blur_of(f"F{number}", {"b", "a"}, KEY) for number in range(3000)]
    assert drawn != [blur_of(f"F{number}", {"a", "b"}, b"another") for number in range(3000)]


def test_a_release_remembers_who_was_counted() -> None:
    assert next_release(None, {"a"}, facility="F", key=KEY) == Released(
        frozenset("a"), blur_of("F", {"a"}, KEY)
    )
