"""Read a list of known cases: country, sector and issue, with what is wrong row by row."""

from __future__ import annotations

import csv
import hashlib
import io
import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from pathlib import Path

from ketenkaart.core.chain.concordance import CLASSIFICATIONS, sectors_for
from ketenkaart.core.errors import InputError
from ketenkaart.services.governance.inputs import Inputs
from ketenkaart.sources.reference.concordance import load_concordance

MOST_BYTES = 20_000_000
MOST_ROWS = 200_000
SHOWN = 5
ONE_SECTOR = 0.5
"""A code counts for the sector that it stands for by more than this; else it is refused."""

HEADINGS = {
    "country": ("country", "land", "country_code", "landcode", "iso3"),
    "sector": ("sector", "sector_code", "bedrijfstak", "isic", "nace", "sbi"),
    "issue": ("issue", "thema", "risk", "risico", "risicothema"),
    "weight": ("weight", "gewicht"),
    "date": ("date", "datum", "day"),
}
REQUIRED = ("country", "sector", "issue")


@dataclass(frozen=True, slots=True)
class Case:
    """One known case: the row it stands on, where it was found, how heavily it counts, when."""

    row: int
    country: str
    sector: str
    issue: str
    weight: float
    day: date | None


@dataclass(frozen=True, slots=True)
class Reject:
    """A row that could not be used: where, what stands there, what is wrong, what to do."""

    row: int
    column: str
    value: str
    problem: str
    fix: str


@dataclass(frozen=True, slots=True)
class CaseFile:
    """The cases of a file, the rows that could not be used, and the hash of its bytes."""

    name: str
    sha256: str
    cases: tuple[Case, ...]
    rejects: tuple[Reject, ...]


def read_case_file(path: Path, inputs: Inputs, *, keep_good: bool = False) -> CaseFile:
    """Read a list of cases from a file (see `read_cases`)."""
    try:
        with path.open("rb") as stream:
            raw = stream.read(MOST_BYTES + 1)
    except OSError as error:
        raise InputError(
            f"The file cannot be read ({error.strerror or error})",
            where=str(path),
            fix="Name a file with the columns country, sector and issue.",
        ) from error
    return read_cases(raw, path.name, inputs, keep_good=keep_good)


def read_cases(raw: bytes, name: str, inputs: Inputs, *, keep_good: bool = False) -> CaseFile:
    """Read a list of cases: CSV in UTF-8, with a comma, semicolon or tab between columns.

    Countries by ISO code or name, sectors by id, name, ISIC division or a code such as
    `nace:14.13` or `hs:6109`, issues by id or name. Weight and date may be left out. Raises
    `InputError` for a file that is no such list, and for rows that cannot be used unless
    `keep_good`: then they come back as rejects.
    """
    if len(raw) > MOST_BYTES:
        raise InputError(
            f"The file is larger than {MOST_BYTES // 1_000_000} MB", where=name, fix="Split it."
        )
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise InputError(
            "The file is not UTF-8", where=f"{name}, row {line}", fix="Save it as CSV UTF-8."
        ) from error
    if "\0" in text:
        raise InputError("The file holds a NUL byte", where=name, fix="Save it as CSV UTF-8.")
    cases, rejects = _rows(text, name, Names(inputs))
    if rejects and not keep_good:
        raise InputError(_summary(rejects), where=f"{name}, row {rejects[0].row}, column "
                         f"{rejects[0].column}", fix=rejects[0].fix)  # fmt: skip
    return CaseFile(name, hashlib.sha256(raw).hexdigest(), tuple(cases), tuple(rejects))


def _summary(rejects: list[Reject]) -> str:
    more = len(rejects) - 1
    others = ", ".join(f"{item.row} ({item.column})" for item in rejects[1:SHOWN])
    end = " and more" if more >= SHOWN else ""
    return rejects[0].problem + (
        f"; {more} more rows cannot be used: {others}{end}" if more else ""
    )


def _rows(text: str, name: str, names: Names) -> tuple[list[Case], list[Reject]]:
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text), delimiter=delimiter)
    cases: list[Case] = []
    rejects: list[Reject] = []
    try:
        columns = _columns(next(reader, []), name)
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            row = reader.line_num
            if len(cases) + len(rejects) >= MOST_ROWS:
                raise InputError(
                    f"The file has more than {MOST_ROWS} rows", where=name, fix="Split it."
                )
            values = {key: cells[k].strip() if k < len(cells) else "" for key, k in columns.items()}
            found = _case(row, values, names)
            if isinstance(found, Reject):
                rejects.append(found)
            else:
                cases.append(found)
    except csv.Error as error:
        raise InputError(
            f"Not valid CSV: {error}",
            where=f"{name}, row {reader.line_num}",
            fix="Check the quotes there.",
        ) from error
    if not cases and not rejects:
        raise InputError("The file has no rows", where=name, fix="Give one row per case.")
    return cases, rejects


def _columns(head: list[str], name: str) -> dict[str, int]:
    """Return the place of every column; raises `InputError` for one that is missing or double."""
    plain = [cell.strip().casefold().replace(" ", "_") for cell in head]
    found: dict[str, int] = {}
    for key, accepted in HEADINGS.items():
        places = [k for k, cell in enumerate(plain) if cell in accepted]
        if len(places) > 1:
            raise InputError(
                f"Two columns say {key}: {', '.join(head[k] for k in places)}",
                where=f"{name}, row 1",
                fix="Keep one of them.",
            )
        if places:
            found[key] = places[0]
        elif key in REQUIRED:
            raise InputError(
                f"There is no column {key!r}",
                where=f"{name}, row 1",
                fix="Give the columns country, sector and issue; weight and date if you like.",
            )
    return found


def _case(row: int, values: Mapping[str, str], names: Names) -> Case | Reject:
    place: dict[str, str] = {}
    for key in REQUIRED:
        try:
            place[key] = getattr(names, key)(values[key])
        except InputError as error:
            return Reject(row, key, values[key][:80], error.what, error.fix or "")
    try:
        weight = float(values.get("weight") or 1)
    except ValueError:
        weight = math.nan
    if not 0 < weight < math.inf:
        return Reject(
            row, "weight", values["weight"][:80],
            f"{values['weight'][:40]!r} is no weight", "Write a number above zero.",
        )  # fmt: skip
    given = values.get("date") or ""
    try:
        day = date.fromisoformat(given) if given else None
    except ValueError:
        return Reject(
            row, "date", given[:80], f"{given[:40]!r} is not a date", "Write it as YYYY-MM-DD."
        )
    return Case(row, place["country"], place["sector"], place["issue"], weight, day)


class Names:
    """From what people write to the ids of the edition; remembers what it has looked up."""

    def __init__(self, inputs: Inputs) -> None:
        labels = inputs.labels
        self._table = inputs.table
        places = inputs.reference_countries
        self._countries = {code.casefold(): alpha3 for code, alpha3 in
                           places.alpha3_by_any_code().items()}  # fmt: skip
        self._countries |= _by_name(labels["country"])
        members = {code for item in inputs.composites.values() for code in item.members}
        composites = set(inputs.composites)
        self._with_data = (members | set(inputs.table.regions)) - composites
        self._sectors = {code.casefold(): sector for code, sector in inputs.sector_codes.items()}
        self._sectors |= _by_name(labels["sector"])
        self._issues = {issue.casefold(): issue for issue in inputs.issues}
        self._issues |= _by_name(labels["issue"])
        self._assessed = set(inputs.nodes.issues)
        self._seen: dict[str, str] = {}

    def country(self, text: str) -> str:
        """Return the alpha-3 code of a country with a place in the chain abroad."""
        found = self._look(self._countries, text, "country", "an ISO 3166-1 code or a name")
        if found == self._table.home:
            raise InputError(
                "The gap is computed outside the Netherlands", fix="Leave the row out."
            )
        if found not in self._with_data:
            raise InputError(
                f"{found} has no place of its own in the edition",
                fix="Leave the row out, or name a country that the edition lists.",
            )
        return found

    def issue(self, text: str) -> str:
        """Return the id of an issue that the edition has data for."""
        found = self._look(self._issues, text, "issue", "the id or name of an issue")
        if found not in self._assessed:
            raise InputError(
                f"{found!r} is not researched: the edition holds no data for it",
                fix=f"With data: {', '.join(sorted(self._assessed))}.",
            )
        return found

    def sector(self, text: str) -> str:
        """Return the sector of an id, a name, a division, or a code with its classification."""
        classification, mark, code = text.partition(":")
        if not mark or classification.strip().casefold() not in CLASSIFICATIONS:
            return self._look(self._sectors, text, "sector", "an id, a name or e.g. nace:14.13")
        if text not in self._seen:
            placed = sectors_for(
                code.strip(), classification.strip().casefold(), self._table.sectors,
                load_concordance(),
            )  # fmt: skip
            sector, share = max(placed.weights.items(), key=lambda pair: pair[1])
            if share <= ONE_SECTOR:
                raise InputError(
                    f"{text[:40]!r} stands for several sectors: {', '.join(placed.weights)}",
                    fix="Name one of them.",
                )
            self._seen[text] = sector
        return self._seen[text]

    def _look(self, known: Mapping[str, str], text: str, what: str, wanted: str) -> str:
        if not text:
            raise InputError(f"The {what} is empty", fix=f"Write {wanted}.")
        found = known.get(text.casefold())
        if found is None:
            close = get_close_matches(text.casefold()[:60], known, n=3)
            near = f" Did you mean {' or '.join(close)}?" if close else ""
            raise InputError(f"Unknown {what} {text[:40]!r}", fix=f"Write {wanted}.{near}")
        return found


def _by_name(labels: Mapping[str, object]) -> dict[str, str]:
    found = {}
    for code, label in labels.items():
        for name in (getattr(label, "nl", ""), getattr(label, "en", "")):
            found[name.casefold()] = code
    return found
