"""Read the laws, their vocabulary of facts and their tables of goods, and check that they fit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path

from ketenkaart.core.errors import ReferenceDataError
from ketenkaart.core.governance.rules.book import LawBook
from ketenkaart.core.governance.rules.types import Law, LawStatus, LineTable
from ketenkaart.core.governance.rules.vocabulary import FactDefinition, GroupMember, Vocabulary
from ketenkaart.sources.reference.document import Document, Trail, read_document
from ketenkaart.sources.reference.folder import (
    check_citations,
    known_sources,
    read_file,
    reference_root,
)
from ketenkaart.sources.reference.labels import load_countries
from ketenkaart.sources.reference.law_conditions import check_conditions

UNION = "EU"
LAWS = "laws"
VOCABULARY = "vocabulary.yml"
COUNTRIES = "countries"


def load_laws(root: Path | None = None) -> LawBook:
    """Return all laws, by the order of their files' names, with vocabulary and tables.

    Raises `ReferenceDataError`, with file, line and key, for the first thing that cannot be: dates
    that contradict each other, a gap between versions, an unknown fact, code, table or rule, rules
    in a circle, a missing unit.
    """
    return _laws(reference_root(root))


def load_law_files(path: Path, root: Path | None = None) -> LawBook:
    """Return the laws in a file, or in every .yml file of a folder, that somebody wrote.

    They use the vocabulary, the tables of goods and the sources under `root`. Raises
    `ReferenceDataError` as `load_laws` does, and where there is no such file.
    """
    files = [one for one in sorted(path.glob("*.yml")) if one.name != VOCABULARY]
    if not path.is_dir():
        files = [path]
    if not files:
        raise ReferenceDataError(
            "There are no law files in the folder", where=str(path), fix="Put .yml files there."
        )
    folder = reference_root(root)
    found: list[tuple[Document, Law]] = []
    for file in files:
        document = read_document(file, file.name)
        law = document.parse(Law)
        check_citations(document, known_sources(folder))
        found.append((document, law))
    return _book(folder, found)


@lru_cache(maxsize=16)
def _laws(root: Path) -> LawBook:
    files = [path for path in sorted((root / LAWS).glob("*.yml")) if path.name != VOCABULARY]
    return _book(root, [read_file(root, f"{LAWS}/{path.name}", Law) for path in files])


def _book(root: Path, files: Sequence[tuple[Document, Law]]) -> LawBook:
    tables = _tables(root, f"{LAWS}/lines")
    vocabulary = _vocabulary(root, f"{LAWS}/{VOCABULARY}", tables)
    places = {UNION} | {country.alpha3 for country in load_countries(root).countries}
    names: dict[str, str] = {}
    for document, law in files:
        stem = Path(document.name).stem
        if law.id != stem:
            document.fail(("id",), f"The id is not {stem}", "Name file and id alike.")
        for name in (law.id, *law.aliases):
            if names.setdefault(name.casefold(), law.id) != law.id:
                owner = names[name.casefold()]
                document.fail(("aliases",), f"'{name}' stands for {owner}", "Choose another name.")
        document.require_known(("jurisdiction",), law.jurisdiction, places, "country code")
        _check_dates(document, law)
        check_conditions(document, law, vocabulary, tables)
    return LawBook(vocabulary, tables, tuple(law for _, law in files))


def _tables(root: Path, folder: str) -> Mapping[str, LineTable]:
    found: dict[str, LineTable] = {}
    for path in sorted((root / folder).glob("*.yml")):
        document, table = read_file(root, f"{folder}/{path.name}", LineTable)
        if table.id != path.stem:
            document.fail(("id",), f"The id is not {path.stem}", "Name file and id alike.")
        document.require_unique(("lines",), [line.id for line in table.lines])
        for index, line in enumerate(table.lines):
            starts = [item.start for item in line.thresholds]
            if starts != sorted(set(starts)):
                place: Trail = ("lines", index, "thresholds")
                document.fail(place, "The dates do not rise", "Give each once, oldest first.")
            if line.full_code is not None and not line.full_code.startswith(line.code):
                place = ("lines", index, "full_code")
                document.fail(place, f"It does not begin with {line.code}", "Correct the code.")
        found[table.id] = table
    return found


def _vocabulary(root: Path, name: str, tables: Mapping[str, LineTable]) -> Vocabulary:
    document, vocabulary = read_file(root, name, Vocabulary)
    ids = [fact.id for fact in vocabulary.facts]
    document.require_unique(("facts",), ids)
    countries = load_countries(root).countries
    facts: list[FactDefinition] = []
    for index, fact in enumerate(vocabulary.facts):
        place: Trail = ("facts", index)
        if fact.same_as is not None:
            document.require_known((*place, "same_as"), fact.same_as, ids, "fact")
        if fact.table is not None:
            document.require_known((*place, "table"), fact.table, tables, "table")
        if fact.choices == (COUNTRIES,):
            codes = tuple(country.alpha3 for country in countries)
            fact = fact.model_copy(update={"choices": codes})  # noqa: PLW2901 - filled in here
        facts.append(fact)
    _check_groups(document, vocabulary, [country.alpha3 for country in countries])
    groups = {**vocabulary.groups, UNION: _union(root) + vocabulary.groups.get(UNION, ())}
    spellings = {country.alpha2: country.alpha3 for country in countries}
    return vocabulary.model_copy(
        update={"facts": tuple(facts), "groups": groups, "spellings": spellings}
    )


def _check_groups(document: Document, vocabulary: Vocabulary, codes: Sequence[str]) -> None:
    for name, stated in vocabulary.groups.items():
        for index, item in enumerate(stated):
            place: Trail = ("groups", name, index)
            document.require_known((*place, "code"), item.code, codes, "country code")
            if item.end is not None and item.end < item.start:
                document.fail((*place, "end"), "It ends before it starts", "Correct a date.")


def _union(root: Path) -> tuple[GroupMember, ...]:
    """Return the member states of the Union with the days of their membership."""
    file = load_countries(root)
    return tuple(
        GroupMember(
            code=country.alpha3,
            start=country.eu.start or date.min,
            end=country.eu.end,
            citation=file.eu_citation,
        )
        for country in file.countries
        if country.eu is not None
    )


def _check_dates(document: Document, law: Law) -> None:
    starts = [item.start for item in law.status]
    if starts != sorted(set(starts)):
        document.fail(("status",), "The dates do not rise", "Give each once, oldest first.")
    document.require_unique(("versions",), [version.id for version in law.versions])
    for index, version in enumerate(law.versions[1:], start=1):
        _check_follows(document, index, law.versions[index - 1].end, version.start)
    first, last = law.versions[0], law.versions[-1]
    held = next((item for item in law.status if item.start >= first.start), law.status[0])
    if held.start > first.start:
        document.fail(
            ("status", 0, "start"),
            f"The first status begins on {law.status[0].start}, after the version of {first.start}",
            "Let the status begin with the text, or earlier.",
        )
    gone = [item.start for item in law.status if item.value is LawStatus.REPEALED]
    if last.end is not None and (not gone or gone[0] > last.end + timedelta(days=1)):
        document.fail(
            ("versions", len(law.versions) - 1, "end"),
            f"No version holds after {last.end}, and the law is not repealed by then",
            "Add the version that follows, or the status repealed.",
        )
    if gone and gone[0] != starts[-1]:
        document.fail(("status",), "A status follows after repealed", "Remove it.")
    _check_applications(document, law)


def _check_follows(document: Document, index: int, end: date | None, start: date) -> None:
    place: Trail = ("versions", index, "start")
    if end is None:
        document.fail(place, "The version before it has no end", "Give it its last day.")
    if start > end + timedelta(days=1):
        missing = f"{end + timedelta(days=1)} to {start - timedelta(days=1)}"
        document.fail(place, f"There is a gap: no version holds from {missing}", "Close the gap.")
    if start <= end:
        document.fail(
            place, f"Two versions hold on {start}: the one before ends on {end}", "Correct one."
        )


def _check_applications(document: Document, law: Law) -> None:
    for index, version in enumerate(law.versions):
        starts = [item.start for item in version.application]
        # The first financial year can begin up to a year after the law does.
        early = min((day for day in starts if day is not None), default=None)
        if None in starts:
            early = None
        forced = [
            (place, item)
            for place, item in enumerate(law.status)
            if item.value is LawStatus.IN_FORCE and version.start <= item.start
            and (version.end is None or item.start <= version.end)
        ]  # fmt: skip
        for place, item in forced:
            if early is not None and early > item.start:
                document.fail(
                    ("status", place, "start"),
                    f"In force on {item.start}, but version {version.id} applies to nobody "
                    f"before {early}",
                    "Correct one of the dates.",
                )
        last = [(k, a) for k, a in enumerate(version.application[:-1]) if a.when is None]
        for k, _ in last:
            document.fail(
                ("versions", index, "application", k + 1),
                "This is never reached: the one before it holds for everybody",
                "Give that one a condition, or put it last.",
            )
