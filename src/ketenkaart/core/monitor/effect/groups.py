"""Product groups by CPV code, and the period that a tender counts in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from ketenkaart.core.errors import InputError
from ketenkaart.core.provenance import Text


@dataclass(frozen=True, slots=True)
class ProductGroup:
    """A group of products with the CPV codes that begin it; `without` takes parts out again.

    `overlaps` names groups in which the same effect may be counted once more.
    """

    id: str
    name: Text
    codes: tuple[str, ...]
    without: tuple[str, ...] = ()
    overlaps: tuple[str, ...] = ()


class Grouping:
    """Finds the product group of a CPV code: the longest beginning that a group declares.

    >>> ict = ProductGroup("ict", Text(nl="ICT", en="ICT"), ("48", "72"), ("7222",))
    >>> Grouping([ict]).of("72230000-6"), Grouping([ict]).of("72220000"), Grouping([ict]).of(None)
    ('ict', None, None)
    """

    def __init__(self, groups: Sequence[ProductGroup]) -> None:
        self.groups = tuple(groups)
        self.by_id = {group.id: group for group in groups}
        self._begins: dict[str, str | None] = {}
        for group in groups:
            for code in group.codes:
                self._put(code, group.id)
        for group in groups:
            for code in group.without:
                self._begins.setdefault(code, None)

    def _put(self, code: str, group: str) -> None:
        if code in self._begins:
            raise InputError(
                f"CPV {code} stands in two product groups: {self._begins[code]} and {group}",
                where="product groups", fix="Give each beginning to one group.",
            )  # fmt: skip
        self._begins[code] = group

    def of(self, cpv: str | None) -> str | None:
        """Return the id of the group that a code lies in, or None."""
        digits = cpv_digits(cpv)
        if digits is None:
            return None
        for length in range(len(digits), 1, -1):
            if digits[:length] in self._begins:
                return self._begins[digits[:length]]
        return None

    def of_tender(self, main: str | None, more: Iterable[str]) -> str | None:
        """Return the group of a tender: by its main code, else by further codes that lie under it.

        A main code as broad as 60000000 lies in no group; where all further codes under it that
        have a group agree, that is the group.
        """
        found = self.of(main)
        digits = cpv_digits(main)
        if found is not None or digits is None:
            return found
        start = digits.rstrip("0").ljust(2, "0")
        groups = {self.of(code) for code in more if code.startswith(start)} - {None}
        return groups.pop() if len(groups) == 1 else None

    def also(self, main: str | None, codes: Iterable[str]) -> tuple[str, ...]:
        """Return the other groups that further codes of a tender lie in, in order of name."""
        found = {self.of(code) for code in codes} - {None, main}
        return tuple(sorted(str(item) for item in found))

    def require(self, group: str, where: str) -> ProductGroup:
        """Return a group by id. Raises `InputError` saying which ones there are."""
        if group in self.by_id:
            return self.by_id[group]
        raise InputError(
            f"There is no product group {group[:40]!r}", where=where,
            fix=f"Use one of {', '.join(self.by_id)}.",
        )  # fmt: skip

    def counted_twice(self, groups: Iterable[str]) -> list[tuple[str, str]]:
        """Return the pairs among some groups in which one effect may be counted in both."""
        there = set(groups)
        pairs = {
            tuple(sorted((group.id, other)))
            for group in self.groups
            for other in group.overlaps
            if group.id in there and other in there
        }
        return sorted((a, b) for a, b in pairs)


def cpv_digits(code: str | None) -> str | None:
    """Return the eight digits of a CPV code without its check digit; None for what is none.

    >>> cpv_digits("45233000-9"), cpv_digits("4523"), cpv_digits("45 233 000")
    ('45233000', None, '45233000')
    """
    text = "".join((code or "").split()).partition("-")[0]
    return text if len(text) == 8 and text.isascii() and text.isdigit() else None


def period_of(day: date, years: int, first: int = 2015) -> str:
    """Return the period that a day lies in: so many whole years, counted from the first.

    >>> period_of(date(2019, 5, 1), 2), period_of(date(2014, 5, 1), 2)
    ('2019-2020', '2013-2014')
    """
    start = first + (day.year - first) // years * years
    return str(start) if years == 1 else f"{start}-{start + years - 1}"
