"""Facilities that do not exist, with the truth about which are one: for tests and benchmarks.

Names of invented words with real legal forms and words for what is made; cities of very unequal
size whose number grows with the list; 6 % sister firms (same words, another unit, product or
site), 6 % neighbours (same address, another name), 30 % without street or coordinates. New rows are
half of them known facilities written otherwise (typing errors, other legal form, words turned,
parts of the address left out or wrong), and half really new, sisters and neighbours among them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ketenkaart.core.chain.facilities.types import FacilityRecord

SISTERS, NEIGHBOURS = 0.06, 0.06
_HEADS = "ka ma sa ta na ra lu mo shi ba da ho ji al be ci du el fa gu ha in jo ke la mi".split()  # noqa: SIM905
_TAILS = "ran lim tex son dar vik mer nai pur gan tol bek rish dan lor van shan hui kam zen".split()  # noqa: SIM905
_MIDDLES = ["", "", "", "ni", "ro", "la", "ta", "mi", "su", "vo"]
_FORMS = {
    "CHN": [" Co., Ltd.", " Co Ltd", " Company Limited", " Co., Limited", ""],
    "BGD": [" Ltd.", " Limited", " (Pvt.) Ltd", ""],
    "IND": [" Pvt. Ltd.", " Private Limited", " Pvt Ltd", " Limited", ""],
    "TUR": [" San. ve Tic. A.S.", " Sanayi ve Ticaret Ltd. Sti.", " A.Ş.", " San Tic AS", ""],
    "VNM": [" Co., Ltd", " JSC", " Company Limited", ""],
}
_COUNTRIES = (("CHN", 0.4), ("BGD", 0.15), ("IND", 0.2), ("TUR", 0.15), ("VNM", 0.1))
_ACTIVITIES = {
    "garment": ["Garments", "Apparel", "Fashions", "Clothing"],
    "knit": ["Knitting", "Knitwear", "Sweaters"],
    "dye": ["Dyeing", "Finishing"],
    "shoe": ["Footwear", "Shoes"],
    "spin": ["Spinning", "Yarn"],
    "bag": ["Bags", "Luggage"],
}
_KINDS = ["", "", " Factory", " Mills", " Industries", " Group", " International", " Enterprise"]
_ROADS = [("Road", "Rd."), ("Street", "St"), ("Avenue", "Ave."), ("Industrial Zone", "Ind. Zone")]
_COPIED = 0.5


@dataclass(frozen=True, slots=True)
class MadeFacilities:
    """A registry, new rows, and for each new row the place of its facility in it, or -1."""

    registry: tuple[FacilityRecord, ...]
    rows: tuple[FacilityRecord, ...]
    truth: tuple[int, ...]


@dataclass(slots=True)
class _Made:
    country: str
    own: str
    activity: str
    kind: str
    unit: str
    form: str
    number: int
    street: str
    road: int
    city: str
    postcode: int
    north: float
    east: float


class _Maker:
    def __init__(self, size: int, seed: int) -> None:
        self.random = np.random.default_rng(seed)
        self.words = self._invented(max(400, int(14 * size**0.6)))
        self.streets = self._invented(max(300, int(6 * size**0.6)))
        count = max(30, size // 150)
        self.cities = [(word, k) for k, word in enumerate(self._invented(count))]
        sizes = 1 / np.arange(1, count + 1) ** 0.8
        self.sizes = np.cumsum(sizes / sizes.sum())
        self.shares = np.cumsum([share for _, share in _COUNTRIES])

    def _invented(self, count: int) -> list[str]:
        found: dict[str, None] = {}
        draw = self.random.integers
        while len(found) < count:
            word = _HEADS[draw(len(_HEADS))] + _MIDDLES[draw(len(_MIDDLES))]
            word += _TAILS[draw(len(_TAILS))]
            if len(found) > 3_000:
                word = _HEADS[draw(len(_HEADS))] + word
            found[word.capitalize()] = None
        return list(found)

    def facilities(self, count: int) -> list[_Made]:
        made: list[_Made] = []
        draws = self.random.random((count, 14))
        for draw in draws:
            fate = draw[0]
            if made and fate < SISTERS:
                made.append(self._sister(made[int(draw[1] * len(made))], draw))
            elif made and fate < SISTERS + NEIGHBOURS:
                made.append(self._neighbour(made[int(draw[1] * len(made))], draw))
            else:
                made.append(self._fresh(draw))
        return made

    def _fresh(self, draw: np.ndarray) -> _Made:
        country = _COUNTRIES[int(np.searchsorted(self.shares, draw[1] * 0.9999))][0]
        city, at = self.cities[int(np.searchsorted(self.sizes, draw[2] * 0.9999))]
        own = self._pick(self.words, draw[3])
        if draw[4] < 0.6:
            own += " " + self._pick(self.words, draw[5])
        activity = list(_ACTIVITIES)[int(draw[6] * len(_ACTIVITIES))]
        return _Made(
            country=country,
            own=own,
            activity=activity,
            kind=_KINDS[int(draw[7] * len(_KINDS))],
            unit="",
            form=self._pick(_FORMS[country], draw[8]),
            number=1 + int(draw[9] ** 2 * 900),
            street=self._pick(self.streets, draw[10]),
            road=int(draw[11] * len(_ROADS)),
            city=city,
            postcode=100_000 + at * 37 % 800_000 + int(draw[12] * 9),
            north=10 + (at * 7919 % 3000) / 100 + draw[12] / 20,
            east=70 + (at * 104729 % 5000) / 100 + draw[13] / 20,
        )

    def _sister(self, of: _Made, draw: np.ndarray) -> _Made:
        found = self._fresh(draw)
        found.country, found.own, found.form, found.kind = of.country, of.own, of.form, of.kind
        found.activity = of.activity
        if draw[2] < 0.5:
            found.unit = f" Unit {2 + int(draw[3] * 4)}"
            if draw[4] < 0.5:
                self._move(found, of)
        elif draw[2] < 0.8:
            others = [name for name in _ACTIVITIES if name != of.activity]
            found.activity = self._pick(others, draw[5])
            if draw[4] < 0.5:
                self._move(found, of)
        else:
            found.city, found.postcode = of.city, of.postcode
            found.north, found.east = of.north + 0.02, of.east
        return found

    def _neighbour(self, of: _Made, draw: np.ndarray) -> _Made:
        found = self._fresh(draw)
        found.country = of.country
        self._move(found, of)
        return found

    @staticmethod
    def _move(found: _Made, to: _Made) -> None:
        found.number, found.street, found.road = to.number, to.street, to.road
        found.city, found.postcode = to.city, to.postcode
        found.north, found.east = to.north, to.east

    @staticmethod
    def _pick(values: Sequence[str], draw: float) -> str:
        return values[int(draw * len(values))]

    def written(self, key: str, made: _Made, *, otherwise: bool) -> FacilityRecord:
        """Return a facility as a list has it; `otherwise` not as the registry has it."""
        draw = self.random.random(14)
        words = _ACTIVITIES[made.activity]
        activity = words[0] if not otherwise or draw[0] < 0.8 else words[1]
        form = made.form if not otherwise else self._pick(_FORMS[made.country], draw[1])
        own = made.own
        if otherwise and draw[2] < 0.1:
            own = " ".join(reversed(own.split()))
        name = f"{own} {activity}{made.kind}{form}{made.unit}"
        road = _ROADS[made.road][1 if otherwise and draw[3] < 0.5 else 0]
        street, number, postcode = made.street, made.number, made.postcode
        if otherwise and draw[12] < 0.06:
            street, number = self._pick(self.streets, draw[13]), 1 + int(draw[13] * 900)
        if otherwise and draw[12] > 0.9:
            postcode = postcode // 1000 * 1000 + int(draw[13] * 1000)
        parts = [f"{number} {street} {road}", made.city, str(postcode)]
        if otherwise and draw[4] < 0.25:
            parts.pop(2)
        if otherwise and draw[5] < 0.08:
            parts.pop(0)
        address = ", ".join(parts)
        if otherwise and draw[6] < 0.35:
            name = self._mistyped(name)
        if otherwise and draw[7] < 0.35:
            address = self._mistyped(address)
        if otherwise and draw[8] < 0.3:
            name = name.upper()
        if otherwise and draw[9] < 0.05:
            address = ""
        has_place = draw[10] < 0.7
        shift = 0.002 * (draw[11] - 0.5) if otherwise else 0.0
        return FacilityRecord(
            key,
            made.country,
            name,
            address,
            round(made.north + shift, 5) if has_place else None,
            round(made.east + shift, 5) if has_place else None,
        )

    def _mistyped(self, text: str) -> str:
        """Change, drop, double or turn one letter; digits stay."""
        places = [k for k, letter in enumerate(text) if letter.isalpha() and k]
        if not places:
            return text
        k = places[int(self.random.integers(len(places)))]
        kind = int(self.random.integers(4))
        letter = "abcdefghiklmnoprstuvyz"[int(self.random.integers(22))]
        if kind == 0:
            return text[:k] + letter + text[k + 1 :]
        if kind == 1:
            return text[:k] + text[k + 1 :]
        if kind == 2:
            return text[:k] + text[k] + text[k:]
        return text[: k - 1] + text[k] + text[k - 1] + text[k + 1 :]


def made_facilities(size: int, new_rows: int, *, seed: int = 4) -> MadeFacilities:
    """Return a registry of `size` facilities and `new_rows` rows, half of them already in it."""
    maker = _Maker(size, seed)
    copies = int(new_rows * _COPIED)
    made = maker.facilities(size + new_rows - copies)
    registry = [
        maker.written(f"R{k}", facility, otherwise=False) for k, facility in enumerate(made[:size])
    ]
    chosen = maker.random.choice(size, size=copies, replace=copies > size).tolist()
    wanted = [(made[k], k) for k in chosen] + [(facility, -1) for facility in made[size:]]
    order = maker.random.permutation(len(wanted)).tolist()
    rows = [
        maker.written(f"row:{n + 2}", wanted[k][0], otherwise=True) for n, k in enumerate(order)
    ]
    return MadeFacilities(tuple(registry), tuple(rows), tuple(wanted[k][1] for k in order))
