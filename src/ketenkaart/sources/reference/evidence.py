"""Read what is known of effects: studies, searches, initiatives, and the rule of advice.

The same folder layout holds for the package (`reference/evidence`) and for a user's own folder:
`studies/*.yml`, `initiatives/*.yml`, `searches.yml`, `left_out.yml`, `advice.yml`, `sources.yml`
and `decisions.yml`, each of them optional in one's own folder.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel

from ketenkaart.core.governance.types import Kind
from ketenkaart.core.monitor.evidence.advising import AdviceRule
from ketenkaart.core.monitor.evidence.types import (
    Initiative,
    LeftOut,
    PortfolioDecision,
    Search,
    Study,
)
from ketenkaart.core.provenance import Frozen, Source
from ketenkaart.sources.reference.document import Document, Trail, read_document
from ketenkaart.sources.reference.folder import check_citations, known_sources, reference_root
from ketenkaart.sources.reference.governance import load_instruments
from ketenkaart.sources.reference.instrument_codes import load_study_designs
from ketenkaart.sources.reference.labels import load_countries, load_sectors

FOLDER = "evidence"
Model = TypeVar("Model", bound=BaseModel)
Named = TypeVar("Named", Study, Initiative)


class SearchesFile(Frozen):
    """The content of `searches.yml`."""

    searches: tuple[Search, ...]


class LeftOutFile(Frozen):
    """The content of `left_out.yml`."""

    left_out: tuple[LeftOut, ...]


class OwnSourcesFile(Frozen):
    """The content of a user's own `sources.yml`."""

    sources: tuple[Source, ...]


class DecisionsFile(Frozen):
    """The content of `decisions.yml`."""

    decisions: tuple[PortfolioDecision, ...]


@dataclass(frozen=True, slots=True)
class EvidenceFiles:
    """Everything in one folder of evidence; `own` holds the ids that stand in a user's folder."""

    studies: tuple[Study, ...] = ()
    searches: tuple[Search, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    initiatives: tuple[Initiative, ...] = ()
    decisions: tuple[PortfolioDecision, ...] = ()
    sources: tuple[Source, ...] = ()
    own: frozenset[str] = frozenset()


@lru_cache(maxsize=4)
def _shipped(root: Path) -> EvidenceFiles:
    return _read(root / FOLDER, f"{FOLDER}/", root, EvidenceFiles(), known_sources(root))


@lru_cache(maxsize=4)
def _rule(root: Path) -> AdviceRule:
    document = read_document(root / FOLDER / "advice.yml", f"{FOLDER}/advice.yml")
    check_citations(document, known_sources(root))
    return document.parse(AdviceRule)


def load_evidence(root: Path | None = None) -> EvidenceFiles:
    """Return the studies, searches and initiatives that come with the package.

    Raises `ReferenceDataError`, with file, line and key, for the first thing that is wrong.
    """
    return _shipped(reference_root(root))


def load_advice_rule(root: Path | None = None) -> AdviceRule:
    """Return the rule by which evidence becomes advice on an initiative."""
    return _rule(reference_root(root))


def read_own_rule(folder: Path, root: Path | None = None) -> AdviceRule | None:
    """Return the rule of advice in a user's own `advice.yml`, None where there is none.

    Raises `ReferenceDataError`, with file, line and key, for the first thing that is wrong.
    """
    if not (folder / "advice.yml").is_file():
        return None
    document = read_document(folder / "advice.yml", "advice.yml")
    rule = document.parse(AdviceRule)
    check_citations(document, known_sources(reference_root(root)))
    return rule


def read_own_evidence(folder: Path, root: Path | None = None) -> EvidenceFiles:
    """Return the evidence of the package with that of a user's own folder added.

    A study or initiative of the same id takes the place of the package's. Own files may cite the
    sources of the package and those of the folder's own `sources.yml`. Raises
    `ReferenceDataError`, with file, line and key, for the first thing that is wrong.
    """
    base = reference_root(root)
    shipped = _shipped(base)
    sources: tuple[Source, ...] = ()
    if (folder / "sources.yml").is_file():
        document = read_document(folder / "sources.yml", "sources.yml")
        sources = document.parse(OwnSourcesFile).sources
        document.require_unique(("sources",), [item.id for item in sources])
    known = known_sources(base) | {item.id for item in sources}
    own = _read(folder, "", base, shipped, known)
    return EvidenceFiles(
        _over(shipped.studies, own.studies),
        (*shipped.searches, *own.searches),
        (*shipped.left_out, *own.left_out),
        _over(shipped.initiatives, own.initiatives),
        own.decisions,
        sources,
        frozenset({s.id for s in own.studies} | {i.id for i in own.initiatives}),
    )


def _over(shipped: Iterable[Named], own: Iterable[Named]) -> tuple[Named, ...]:
    found = {item.id: item for item in shipped} | {item.id: item for item in own}
    return tuple(found[key] for key in sorted(found))


def _read(
    folder: Path, prefix: str, root: Path, under: EvidenceFiles, known: frozenset[str]
) -> EvidenceFiles:
    studies = _each(folder / "studies", f"{prefix}studies/", Study, known, _study_check(root))
    initiatives = _each(
        folder / "initiatives", f"{prefix}initiatives/", Initiative, known, _initiative_check(root)
    )
    names = {item.id for item in (*under.studies, *studies)}
    searches: tuple[Search, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    decisions: tuple[PortfolioDecision, ...] = ()
    if (found := _one(folder, prefix, "searches.yml", SearchesFile, known)) is not None:
        document, file = found
        searches = file.searches
        document.require_unique(("searches",), [item.id for item in searches])
        for index, search in enumerate(searches):
            _check_search(document, index, search, names, root)
    if (listed := _one(folder, prefix, "left_out.yml", LeftOutFile, known)) is not None:
        left_out = listed[1].left_out
        listed[0].require_unique(("left_out",), [item.id for item in left_out])
    if (decided := _one(folder, prefix, "decisions.yml", DecisionsFile, known)) is not None:
        decisions = decided[1].decisions
        every = {item.id for item in (*under.initiatives, *initiatives)}
        for index, decision in enumerate(decisions):
            path = ("decisions", index, "initiative")
            decided[0].require_known(path, decision.initiative, every, "initiative")
    return EvidenceFiles(studies, searches, left_out, initiatives, decisions)


Check = Callable[[Document, Model], None]


def _each(
    folder: Path, prefix: str, model: type[Named], known: frozenset[str], check: Check[Named]
) -> tuple[Named, ...]:
    found: list[Named] = []
    for path in sorted(folder.glob("*.yml")):
        document = read_document(path, f"{prefix}{path.name}")
        item = document.parse(model)
        if item.id != path.stem:
            document.fail(("id",), f"The file is called {path.name}", f"Write id: {path.stem}.")
        check_citations(document, known)
        check(document, item)
        found.append(item)
    return tuple(found)


def _one(
    folder: Path, prefix: str, name: str, model: type[Model], known: frozenset[str]
) -> tuple[Document, Model] | None:
    if not (folder / name).is_file():
        return None
    document = read_document(folder / name, f"{prefix}{name}")
    item = document.parse(model)
    check_citations(document, known)
    return document, item


def _study_check(root: Path) -> Check[Study]:
    designs = {item.id for item in load_study_designs(root)}
    instruments = {item.id for item in load_instruments(root)}
    sectors = {item.id for item in load_sectors(root)}
    countries = set(load_countries(root).names())
    kinds = {kind.value for kind in Kind}

    def places(document: Document, trail: Trail, item: object) -> None:
        for index, country in enumerate(getattr(item, "countries", None) or ()):
            document.require_known((*trail, "countries", index), country, countries, "country")
        for index, sector in enumerate(getattr(item, "sectors", None) or ()):
            document.require_known((*trail, "sectors", index), sector, sectors, "sector")

    def check(document: Document, study: Study) -> None:
        document.require_known(("design",), study.design, designs, "design of study")
        places(document, (), study)
        for index, finding in enumerate(study.findings):
            trail: Trail = ("findings", index)
            places(document, trail, finding)
            for k, kind in enumerate(finding.kinds):
                document.require_known((*trail, "kinds", k), kind, kinds, "kind of instrument")
            for k, name in enumerate(finding.instruments):
                document.require_known((*trail, "instruments", k), name, instruments, "instrument")
        for index, link in enumerate(study.dossiers):
            for k, name in enumerate(link.instruments):
                document.require_known(
                    ("dossiers", index, "instruments", k), name, instruments, "instrument"
                )

    return check


def _initiative_check(root: Path) -> Check[Initiative]:
    instruments = {item.id for item in load_instruments(root)}

    def check(document: Document, initiative: Initiative) -> None:
        document.require_known(("instrument",), initiative.instrument, instruments, "instrument")

    return check


def _check_search(
    document: Document, index: int, search: Search, studies: set[str], root: Path
) -> None:
    kinds = {kind.value for kind in Kind}
    instruments = {item.id for item in load_instruments(root)}
    for k, name in enumerate(search.instruments):
        path = ("searches", index, "instruments", k)
        document.require_known(path, name, instruments, "instrument")
    for k, kind in enumerate(search.kinds):
        document.require_known(("searches", index, "kinds", k), kind, kinds, "kind of instrument")
    for k, study in enumerate(search.found):
        document.require_known(("searches", index, "found", k), study, studies, "study")
