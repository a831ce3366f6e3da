"""What is stated of a facility beside the lists: programmes it takes part in, and its wages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ketenkaart.core.chain.wages import Pay


@dataclass(frozen=True, slots=True)
class ProgrammeLink:
    """That a facility takes part in a programme, as somebody stated with a source.

    `start` and `end` are `None` where they are not known. `facility` is the id that it was stated
    of, which may have been merged into another since.
    """

    number: int
    facility: str
    programme: str
    start: date | None
    end: date | None
    source: str

    def takes_part_on(self, day: date) -> bool | None:
        """Return whether it takes part on a day; `None` where the days given do not tell.

        >>> ProgrammeLink(1, "X", "better_work", date(2019, 1, 1), None, "s").takes_part_on(
        ...     date(2018, 6, 1)
        ... )
        False
        """
        if self.start is not None and day < self.start:
            return False
        if self.end is not None:
            if day > self.end:
                return False
            return True if self.start is not None else None
        return True if self.start is not None else None


@dataclass(frozen=True, slots=True)
class WageStatement:
    """What is paid at a facility, as somebody stated with a source.

    `area` is the part of the country in which it lies, in the words of the benchmarks.
    """

    number: int
    facility: str
    pay: Pay
    area: str | None
    source: str
