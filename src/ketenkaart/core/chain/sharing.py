"""Who else names a facility: a band and never a name, guarded against whoever joins and leaves.

Only organisations that did not agree to be named are counted; the others stand on the page by
name. What is shown follows releases, and three rules hold:

1. At least three others stand behind every number. Below that the band is "fewer than 3".
2. A release replaces what is shown for a facility only when at least `LEAST_CHANGE` organisations
   joined or left since the release before that counted: whoever asks, three others moved.
3. The number is blurred downward by 0, 1 or 2 before it falls into a band, by a secret hash of
   who is counted. The same organisations give the same blur, so asking again adds nothing.

The first two are rules of statistical offices (Hundepool et al. 2012, Statistical Disclosure
Control, ch. 4), the third is the cell-key method of the Australian Bureau of Statistics, one-sided
so that rule 1 holds. Without the third, somebody who knows that one organisation moves at a time
counts exactly when a band changes: `tests/core/chain/test_sharing.py` plays that attacker.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import StrEnum

LEAST_OTHERS = 3
LEAST_CHANGE = LEAST_OTHERS + 1
BLURS = 3


class OthersBand(StrEnum):
    """How many other organisations name a facility, as far as may be said."""

    FEWER_THAN_3 = "fewer_than_3"
    """None, one or two, or little more; which of these is never said."""
    FROM_3 = "from_3"
    FROM_6 = "from_6"
    FROM_11 = "from_11"


@dataclass(frozen=True, slots=True)
class Released:
    """What was last released about a facility: who was counted, and the blur. Never shown."""

    members: frozenset[str]
    blur: int

    @property
    def band(self) -> OthersBand:
        """The band that every one of them is shown."""
        return band_of(len(self.members) - 1, self.blur)


def band_of(others: int, blur: int = 0) -> OthersBand:
    """Return the band of a number of others, blurred downward.

    >>> [band_of(n).value for n in (0, 2, 3, 6, 11)]
    ['fewer_than_3', 'fewer_than_3', 'from_3', 'from_6', 'from_11']
    >>> band_of(4, blur=2).value
    'fewer_than_3'
    """
    blurred = others - blur
    if blurred < LEAST_OTHERS:
        return OthersBand.FEWER_THAN_3
    if blurred < 6:
        return OthersBand.FROM_3
    return OthersBand.FROM_6 if blurred < 11 else OthersBand.FROM_11


def blur_of(facility: str, members: AbstractSet[str], key: bytes) -> int:
    """Return 0, 1 or 2: always the same for the same facility, organisations and secret key."""
    text = "\n".join((facility, *sorted(members))).encode()
    digest = hmac.new(key, text, hashlib.sha256).digest()
    return int.from_bytes(digest[:8], "big") % BLURS


def next_release(
    previous: Released | None, members: AbstractSet[str], *, facility: str, key: bytes
) -> Released:
    """Return what a release makes of a facility that `members` name now.

    >>> first = next_release(None, {"a", "b"}, facility="F", key=b"k")
    >>> next_release(first, {"a", "b", "c"}, facility="F", key=b"k") == first
    True
    >>> len(next_release(first, {"a", *"cdef"}, facility="F", key=b"k").members)
    5
    """
    if previous is not None and len(previous.members ^ members) < LEAST_CHANGE:
        return previous
    return Released(frozenset(members), blur_of(facility, members, key))
