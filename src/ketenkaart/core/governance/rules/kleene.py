"""Three-valued logic (Kleene 1952, section 64): no, unknown, yes, ordered in that way.

The values are small whole numbers, so that one definition serves a firm and a million firms:
`and` is the minimum, `or` the maximum, `not x` is 2 - x. A statement that is yes or no stays so
whatever the unknown ones turn out to be; that is why a decided answer is never a guess.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

NO, UNKNOWN, YES = 0, 1, 2
Truth = Literal["no", "unknown", "yes"]
WORDS: tuple[Truth, Truth, Truth] = ("no", "unknown", "yes")


def opposite(value: int) -> int:
    """Return `not value`.

    >>> opposite(YES), opposite(UNKNOWN), opposite(NO)
    (0, 1, 2)
    """
    return YES - value


def at_least(needed: int, values: Sequence[int]) -> int:
    """Return whether at least `needed` of `values` hold.

    >>> at_least(2, [YES, NO, UNKNOWN]), at_least(2, [YES, NO, NO]), at_least(1, [YES, UNKNOWN])
    (1, 0, 2)
    """
    if sum(value == YES for value in values) >= needed:
        return YES
    return NO if sum(value != NO for value in values) < needed else UNKNOWN


def merged(values: Sequence[int]) -> int:
    """Return the value that all cases share, else unknown.

    >>> merged([YES, YES]), merged([YES, NO]), merged([UNKNOWN])
    (2, 1, 1)
    """
    return values[0] if all(value == values[0] for value in values) else UNKNOWN


def sustained(values: Sequence[int]) -> int:
    """Return whether a status that takes two years to gain and two to lose holds.

    `values` says per financial year, newest first, whether the condition was met. The status
    begins when it was met in two consecutive years, and ends when it was not met in two; after a
    mixed pair the status of the year before holds on. Before the oldest year given, everything is
    possible. The answer is yes or no only if every course of the unknown years agrees.

    >>> sustained([YES, YES, NO]), sustained([NO, NO, YES]), sustained([NO, YES, YES])
    (2, 0, 2)
    >>> sustained([YES, NO, UNKNOWN]), sustained([UNKNOWN, YES, YES])
    (1, 2)
    """
    # A state is (met in this year, status in this year); all four are possible before the oldest.
    states = {(met, holds) for met in (False, True) for holds in (False, True)}
    for value in reversed(values):
        courses = {NO: (False,), YES: (True,), UNKNOWN: (False, True)}[value]
        states = {
            (met, met if met == before else holds) for met in courses for before, holds in states
        }
    return merged([YES if holds else NO for _, holds in sorted(states)])
