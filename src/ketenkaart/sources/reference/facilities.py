"""What lists of facilities are read by: headings, countries with their boxes, sectors."""

from __future__ import annotations

import csv
from collections import defaultdict
from functools import lru_cache
from pathlib import Path

from ketenkaart.core.chain.facilities.exact import plain
from ketenkaart.core.chain.facilities.listing.gazetteer import Box, Gazetteer
from ketenkaart.core.errors import ReferenceDataError
from ketenkaart.core.provenance import Citation, Frozen
from ketenkaart.sources.reference.folder import (
    check_citations,
    known_sources,
    read_file,
    reference_root,
)
from ketenkaart.sources.reference.labels import load_countries

FOLDER = "facilities"


class HeadingsFile(Frozen):
    """The content of `facilities/headings.yml`."""

    citation: Citation
    fields: dict[str, tuple[str, ...]]


class CountryWordsFile(Frozen):
    """The content of `facilities/countries.yml`."""

    citation: Citation
    aliases: dict[str, tuple[str, ...]]
    ambiguous: dict[str, tuple[str, ...]]


class SectorWordsFile(Frozen):
    """The content of `facilities/sectors.yml`."""

    citation: Citation
    words: dict[str, tuple[str, ...]]


def load_gazetteer(root: Path | None = None) -> Gazetteer:
    """Return the words and boxes of the package, or those under `root`.

    Raises `ReferenceDataError` with file and line for a word that stands for two things, a code
    that is none, or a box that is none.
    """
    return _load(reference_root(root))


@lru_cache(maxsize=2)
def _load(root: Path) -> Gazetteer:
    known = load_countries(root).by_alpha3()
    countries, ambiguous = _countries(root, frozenset(known))
    return Gazetteer(
        headings=_headings(root),
        countries=countries,
        ambiguous=ambiguous,
        names={code: country.name.en for code, country in known.items()},
        boxes=_boxes(root / FOLDER / "country_boxes.csv", frozenset(known)),
        sectors=_sectors(root),
    )


def _headings(root: Path) -> dict[str, tuple[str, int]]:
    document, content = read_file(root, f"{FOLDER}/headings.yml", HeadingsFile)
    check_citations(document, known_sources(root))
    found: dict[str, tuple[str, int]] = {}
    for name, words in content.fields.items():
        for rank, word in enumerate(words):
            before = found.setdefault(plain(word), (name, rank))
            if before[0] != name:
                document.fail(
                    ("fields", name, rank),
                    f"{word!r} stands for {before[0]} too",
                    "A heading stands for one thing.",
                )
    return found


def _countries(
    root: Path, known: frozenset[str]
) -> tuple[dict[str, str], dict[str, tuple[str, ...]]]:
    document, content = read_file(root, f"{FOLDER}/countries.yml", CountryWordsFile)
    check_citations(document, known_sources(root))
    ambiguous = {plain(name): codes for name, codes in content.ambiguous.items()}
    found = {
        plain(code): alpha3
        for code, alpha3 in load_countries(root).alpha3_by_any_code().items()
        if alpha3 in known
    }
    for alpha3, names in content.aliases.items():
        document.require_known(("aliases", alpha3), alpha3, known, "country")
        found |= {plain(name): alpha3 for name in names}
    for _, (code, said) in _table(root / FOLDER / "country_names.csv"):
        for name in said.split("|"):
            # A name in the list of ambiguous ones says too little, whoever calls a country so.
            if name and plain(name) not in ambiguous:
                found.setdefault(plain(name), code)
    return found, ambiguous


def _boxes(path: Path, known: frozenset[str]) -> dict[str, tuple[Box, ...]]:
    found: dict[str, list[Box]] = defaultdict(list)
    for line, (code, *sides) in _table(path):
        try:
            south, north, west, east = (float(side) for side in sides)
        except ValueError:
            south, north, west, east = 1.0, 0.0, 0.0, 0.0
        if code not in known or not (-90 <= south < north <= 90 and -180 <= west < east <= 180):
            raise ReferenceDataError(
                f"{path.name} holds a box that is none",
                where=f"{path.name}, row {line}",
                fix="Derive it again: scripts/facility_places.py.",
            )
        found[code].append((south, north, west, east))
    return {code: tuple(boxes) for code, boxes in found.items()}


def _sectors(root: Path) -> dict[str, tuple[str, ...]]:
    document, content = read_file(root, f"{FOLDER}/sectors.yml", SectorWordsFile)
    check_citations(document, known_sources(root))
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for division, words in content.words.items():
        for word in words:
            found[plain(word)][division] = None
    return {word: tuple(divisions) for word, divisions in found.items()}


def _table(path: Path) -> list[tuple[int, list[str]]]:
    try:
        with path.open(encoding="utf-8", newline="") as stream:
            rows = list(csv.reader(stream))
    except OSError as error:
        raise ReferenceDataError(
            f"{path.name} cannot be read", where=str(path), fix="Install the package again."
        ) from error
    width = len(rows[0]) if rows else 0
    for line, row in enumerate(rows[1:], start=2):
        if len(row) != width:
            raise ReferenceDataError(
                f"{path.name} has {len(row)} cells in a row",
                where=f"{path.name}, row {line}",
                fix=f"Give {width}.",
            )
    return list(enumerate(rows[1:], start=2))
