"""From a code for a good, an activity or a purchase to the sectors of a table, with weights.

Everything goes by classes of ISIC Rev. 4; only HS to the sectors of WIOD 2013, which stand on
ISIC Rev. 3, goes by a list of its own. Where a code leads to several sectors its weight is shared
by the number of classes it leads to: an assumption, and graded as one.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from ketenkaart.core.errors import InputError
from ketenkaart.core.provenance import Grade

Weights = Mapping[str, float]
CLASSIFICATIONS = ("hs", "isic4", "nace", "sbi", "cpv")
WIOD_2013 = frozenset(f"c{k}" for k in range(1, 36))
SECTIONS: Mapping[str, tuple[int, int]] = {
    "A": (1, 3), "B": (5, 9), "C": (10, 33), "D": (35, 35), "E": (36, 39), "F": (41, 43),
    "G": (45, 47), "H": (49, 53), "I": (55, 56), "J": (58, 63), "K": (64, 66), "L": (68, 68),
    "M": (69, 75), "N": (77, 82), "O": (84, 84), "P": (85, 85), "Q": (86, 88), "R": (90, 93),
    "S": (94, 96), "T": (97, 98), "U": (99, 99),
}  # fmt: skip
"""Sections of ISIC Rev. 4, and of NACE Rev. 2, with their first and last division."""
SHOWN = 8
MOST_WITHOUT = 0.25
"""Where more of a code than this leads to no sector, the rest would not stand for the whole."""
# OECD's split of basic metals, which no digits tell: iron and steel, and other metals; castings
# of either go with them.
_SPLIT = {"C24A": ("241", "2431"), "C24B": ("242", "2432")}
_CODES = {
    "hs": re.compile(r"\d{2}|\d{4}|\d{6}|\d{8}|\d{10}"),
    "isic4": re.compile(r"[A-U]|\d{2,4}"),
    "nace": re.compile(r"[A-U]|\d{2,4}"),
    "sbi": re.compile(r"[A-U]|\d{2,6}"),
    "cpv": re.compile(r"\d{8}"),
}
_NOT_IN_CODE = re.compile(r"[\s.]")
_CHECK_DIGIT = re.compile(r"-\d$")
_RANGE = re.compile(r"(\d{2,3})(?:[T-][A-Z]?(\d{2,3}))?")


@dataclass(frozen=True, slots=True)
class Concordance:
    """The lists behind the conversion, as data.

    `classes` are the classes (four digits) of ISIC Rev. 4; `to_classes` the classes that a code of
    a classification leads to, as parts of classes (divisions, groups) with weights; `hs_to_wiod`
    the sectors of WIOD 2013 by HS code, `class_to_wiod` those by class. `by_name` are lists from
    parts of classes to the sectors of tables whose sectors go by names; the longest part that a
    class begins with counts. `hs_by_name` are lists from the beginnings of HS codes to the same
    sectors, where these are finer than classes.
    """

    classes: tuple[str, ...]
    to_classes: Mapping[str, Mapping[str, Weights]]
    hs_to_wiod: Mapping[str, Weights]
    class_to_wiod: Mapping[str, Weights]
    by_name: tuple[Mapping[str, Weights], ...] = ()
    hs_by_name: tuple[Mapping[str, Weights], ...] = ()


@dataclass(frozen=True, slots=True)
class Placed:
    """The sectors of a table that a code stands for: weights that sum to 1, largest first.

    `grade` is `likely` where one sector is left, `assumed` where weight was shared or the list was
    made here; `via` names the steps.
    """

    weights: Weights
    grade: Grade
    via: str


def sectors_for(
    code: str, classification: str, sectors: Sequence[str], lists: Concordance
) -> Placed:
    """Return the sectors of a table that a code stands for, with weights that sum to 1.

    `sectors` are the table's own codes: those of WIOD 2013 (c1 to c35), the names of EXIOBASE or of
    the starter edition, or codes made of divisions of ISIC Rev. 4 or NACE Rev. 2, as ICIO, FIGARO
    and WIOD 2016 have. Codes above the lowest level
    stand for all below them; finer ones (CN8, Dutch SBI) are cut off. Raises `InputError` for an
    unknown code, naming near ones, and for a table whose sectors have no such codes.
    """
    cleaned = _clean(code, classification)
    is_by_hand = False
    if set(sectors) <= WIOD_2013:
        if classification == "hs":
            found = _below(cleaned[:6], lists.hs_to_wiod)
            if found:
                return _placed(found, sectors, "HS, ISIC Rev. 3, WIOD 2013", made_here=False)
        parts = _parts(cleaned, classification, lists)
        found = _through(parts, lists.classes, lists.class_to_wiod)
        via = f"{classification.upper()}, ISIC Rev. 4, ISIC Rev. 3, WIOD 2013"
    else:
        direct = _longest(cleaned[:6], _named(sectors, lists.hs_by_name) or {})
        if classification == "hs" and direct:
            return _placed(direct, sectors, "HS, sectors of the table", made_here=True)
        parts = _parts(cleaned, classification, lists)
        named = _named(sectors, lists.by_name)
        owners = (
            _owners(tuple(sectors), lists.classes)
            if named is None
            else {name: _longest(name, named) for name in lists.classes}
        )
        is_by_hand = named is not None
        if is_by_hand and _without(parts, lists.classes, owners) > MOST_WITHOUT:
            raise InputError(
                f"What {classification} code {cleaned} stands for is parted otherwise in the table",
                where="code",
                fix="Use a sector of the table itself, or a finer code.",
            )
        found = _through(parts, lists.classes, owners)
        via = f"{classification.upper()}, ISIC Rev. 4, sectors of the table"
    if not found:
        raise InputError(
            f"The table has no sector for {classification} code {cleaned}",
            where="code",
            fix="Use a sector of the table itself.",
        )
    return _placed(found, sectors, via, made_here=is_by_hand or classification == "cpv")


def _named(
    sectors: Sequence[str], by_name: Iterable[Mapping[str, Weights]]
) -> Mapping[str, Weights] | None:
    """Return the list whose targets are all among a table's sectors, None where there is none."""
    there = set(sectors)
    for found in by_name:
        if all(target in there for weights in found.values() for target in weights):
            return found
    return None


def _longest(name: str, named: Mapping[str, Weights]) -> Weights:
    parts = (name[:length] for length in range(len(name), 1, -1))
    return next((named[part] for part in parts if part in named), {})


def _clean(code: str, classification: str) -> str:
    if classification not in CLASSIFICATIONS:
        raise InputError(
            f"There is no classification {classification[:20]!r}",
            where="classification",
            fix=f"Use one of {', '.join(CLASSIFICATIONS)}.",
        )
    plain = _CHECK_DIGIT.sub("", code.strip()) if classification == "cpv" else code
    plain = _NOT_IN_CODE.sub("", plain).upper()
    if not _CODES[classification].fullmatch(plain):
        raise InputError(
            f"{code[:30]!r} is no {classification.upper()} code",
            where="code",
            fix=f"Give one like {_EXAMPLES[classification]}.",
        )
    return plain


_EXAMPLES = {
    "hs": "520100 (2, 4, 6, 8 or 10 digits)",
    "isic4": "0116, 13 or C",
    "nace": "13.10, 13 or C",
    "sbi": "13.10, 46421 or C",
    "cpv": "18100000 or 18100000-0",
}


def _parts(code: str, classification: str, lists: Concordance) -> dict[str, float]:
    """Return the parts of ISIC Rev. 4 (two to four digits) behind a code, with weights."""
    if code in SECTIONS:
        first, last = SECTIONS[code]
        inside = [name for name in lists.classes if first <= int(name[:2]) <= last]
        return {name: 1 / len(inside) for name in inside}
    if classification == "isic4":
        inside = [name for name in lists.classes if name.startswith(code)]
        if not inside:
            raise _unknown(code, classification, lists.classes)
        return {name: 1 / len(inside) for name in inside}
    known = lists.to_classes[classification]
    cut = {"hs": code[:6], "cpv": code[:2], "sbi": code, "nace": code}[classification]
    found = _below(cut, known)
    if not found:
        raise _unknown(code, classification, known)
    return found


def _unknown(code: str, classification: str, known: Iterable[str]) -> InputError:
    names = sorted(known)
    near: list[str] = []
    for length in range(len(code) - 1, 0, -1):
        near = [name for name in names if name.startswith(code[:length])]
        if near:
            break
    return InputError(
        f"There is no {classification.upper()} code {code}",
        where="code",
        fix=f"Near it: {', '.join((near or names)[:SHOWN])}.",
    )


def _below(code: str, known: Mapping[str, Weights]) -> dict[str, float]:
    """Return the mean of all that is known under a code, the code itself included."""
    if code in known:
        return dict(known[code])
    inside = [name for name in known if name.startswith(code)]
    total: dict[str, float] = defaultdict(float)
    for name in inside:
        for target, weight in known[name].items():
            total[target] += weight / len(inside)
    return dict(total)


def _through(
    parts: Weights, classes: Sequence[str], owners: Mapping[str, Weights]
) -> dict[str, float]:
    """Return weights by sector: each part is shared by its classes, each class by its sectors.

    Classes that no sector holds drop out, and the rest makes up the whole.
    """
    total: dict[str, float] = defaultdict(float)
    for part, weight in parts.items():
        inside = [name for name in classes if name.startswith(part)]
        for name in inside:
            for sector, share in owners.get(name, {}).items():
                total[sector] += weight * share / len(inside)
    whole = sum(total.values())
    return {sector: weight / whole for sector, weight in total.items()} if whole > 0 else {}


def _without(parts: Weights, classes: Sequence[str], owners: Mapping[str, Weights]) -> float:
    """Return the share of a code's weight that is on classes which no sector holds."""
    total = 0.0
    for part, weight in parts.items():
        inside = [name for name in classes if name.startswith(part)]
        empty = sum(not owners.get(name) for name in inside)
        total += weight * (empty / len(inside) if inside else 1.0)
    return total


def _placed(found: Weights, sectors: Sequence[str], via: str, *, made_here: bool) -> Placed:
    kept = {name: weight for name, weight in found.items() if name in set(sectors)}
    whole = sum(kept.values())
    if whole <= 0:
        raise InputError(
            f"The table has none of the sectors {', '.join(sorted(found))}",
            where="sectors",
            fix="Use a sector of the table itself.",
        )
    order = sorted(kept, key=lambda name: (-kept[name], name))
    grade = Grade.ASSUMED if made_here or len(order) > 1 else Grade.LIKELY
    return Placed({name: kept[name] / whole for name in order}, grade, via)


@lru_cache(maxsize=8)
def _owners(sectors: tuple[str, ...], classes: tuple[str, ...]) -> dict[str, Weights]:
    """Return the sector or sectors that hold each class of ISIC Rev. 4.

    Raises `InputError` for sectors whose codes do not say which divisions they hold, or that leave
    out more than a tenth of the classes.
    """
    holders: dict[str, list[str]] = defaultdict(list)
    for sector in sectors:
        for name in divisions_of(sector, classes):
            holders[name].append(sector)
    if len(holders) < 0.9 * len(classes):
        raise InputError(
            "The codes of the table's sectors do not say which activities they hold",
            where="sectors",
            fix="Name sectors of the table itself: there is no list from codes to them.",
        )
    return {name: dict.fromkeys(held, 1 / len(held)) for name, held in holders.items()}


def divisions_of(sector: str, classes: Sequence[str]) -> tuple[str, ...]:
    """Return the classes of ISIC Rev. 4 that a table's sector holds, by the digits in its code.

    >>> divisions_of("C13T15", ("1311", "1520", "1610"))
    ('1311', '1520')
    >>> divisions_of("R_S", ("9000", "9601", "9700"))
    ('9000', '9601')
    """
    code = sector.removeprefix("CPA_").upper()
    if code in _SPLIT:
        return tuple(name for name in classes if name.startswith(_SPLIT[code]))
    ranges = [
        (first, last or first)
        for first, last in _RANGE.findall(code)
        if len(first) == len(last or first)
    ]
    if ranges:
        return tuple(
            name
            for name in classes
            if any(first <= name[: len(first)] <= last for first, last in ranges)
        )
    letters = [letter for letter in re.split(r"[_\-]", code) if letter in SECTIONS]
    return tuple(
        name
        for name in classes
        if any(SECTIONS[x][0] <= int(name[:2]) <= SECTIONS[x][1] for x in letters)
    )
