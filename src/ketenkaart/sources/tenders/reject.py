"""What could not be read as a notice, and where it stands."""

from __future__ import annotations

from dataclasses import dataclass

from ketenkaart.core.errors import InputError


@dataclass(frozen=True, slots=True)
class Reject:
    """A line, a file or a row that is no notice: its place and what is wrong with it."""

    place: str
    what: str


class NoticeError(Exception):
    """Raised while one notice is read; becomes a `Reject` with the place of the notice."""

    def __init__(self, what: str) -> None:
        self.what = what
        super().__init__(what)


def refuse(rejects: list[Reject], fix: str) -> InputError:
    """Return an error about the first of some rejects, and how many more there are."""
    first = rejects[0]
    more = f"; {len(rejects) - 1} more could not be read" if len(rejects) > 1 else ""
    return InputError(f"{first.what}{more}", where=first.place, fix=fix)
