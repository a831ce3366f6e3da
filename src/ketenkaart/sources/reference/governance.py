"""Read the instruments, worked out or not, and the declared tables behind depth."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from ketenkaart.core.governance.types import DepthTable, Instrument, Scope
from ketenkaart.core.provenance import Frozen
from ketenkaart.sources.reference.document import Document, Trail, parse_text, read_document
from ketenkaart.sources.reference.folder import (
    check_citations,
    known_sources,
    read_file,
    reference_root,
)
from ketenkaart.sources.reference.instrument_checks import check_dossier, check_initiatives
from ketenkaart.sources.reference.labels import load_countries, load_sectors
from ketenkaart.sources.reference.ledger import load_themes
from ketenkaart.sources.reference.risk import load_issues

UNION = "EU"


class RegisterFile(Frozen):
    """The content of `register.yml`: instruments that are not worked out."""

    instruments: tuple[Instrument, ...]


@lru_cache(maxsize=16)
def _depth(root: Path) -> DepthTable:
    document, content = read_file(root, "depth.yml", DepthTable)
    document.require_unique(("forces",), [force.id for force in content.forces])
    return content


@lru_cache(maxsize=16)
def _instruments(root: Path, over: Path | None, _stamp: str) -> tuple[Instrument, ...]:
    pages = [_page(root, path, f"instruments/{path.name}") for path in _files(root / "instruments")]
    pages = _laid_over(pages, root, over)
    taken = {page.instrument.id for page in pages}
    document, register = read_file(root, "register.yml", RegisterFile)
    document.require_unique(("instruments",), [item.id for item in register.instruments])
    rest = []
    for index, instrument in enumerate(register.instruments):
        place: Trail = ("instruments", index)
        if instrument.id in taken and over is None:
            document.fail(
                (*place, "id"), f"'{instrument.id}' has a file of its own", "Remove it here."
            )
        if instrument.worked_out:
            document.fail(
                (*place, "worked_out"), "The register is for the others", "Give it a file."
            )
        _check(document, place, instrument, root)
        if instrument.id not in taken:
            rest.append(_Page(document, place, instrument))
    known = {page.instrument.id for page in (*pages, *rest)}
    for page in (*pages, *rest):
        check_initiatives(page.document, page.place, page.instrument, known)
    return tuple(page.instrument for page in (*pages, *rest))


@dataclass(frozen=True, slots=True)
class _Page:
    """An instrument and where it stands."""

    document: Document
    place: Trail
    instrument: Instrument


def _files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.yml"))


def _laid_over(pages: list[_Page], root: Path, over: Path | None) -> list[_Page]:
    if over is None:
        return pages
    own = [_page(root, path, f"{over.name}/{path.name}") for path in _files(over)]
    found = {page.instrument.id: page for page in (*pages, *own)}
    return [found[key] for key in sorted(found)]


def _page(root: Path, path: Path, name: str) -> _Page:
    document = read_document(path, name)
    instrument = _read(document, root)
    if instrument.id != path.stem:
        document.fail(("id",), f"The id is not {path.stem}", "Name file and id alike.")
    return _Page(document, (), instrument)


def _read(document: Document, root: Path) -> Instrument:
    instrument = document.parse(Instrument)
    check_citations(document, known_sources(root))
    if not instrument.worked_out:
        document.fail(
            ("worked_out",), "This file is for worked-out instruments", "Use register.yml."
        )
    _check(document, (), instrument, root)
    return instrument


def read_instrument(text: str, name: str, root: Path | None = None) -> Instrument:
    """Return the worked-out instrument that `text` describes; messages call the text `name`.

    The same rules hold as for the files of the package. Raises `ReferenceDataError`, which names
    line and key, for the first thing that is wrong.
    """
    folder = reference_root(root)
    document = parse_text(text, name)
    instrument = _read(document, folder)
    known = {item.id for item in load_instruments(folder)} | {instrument.id}
    check_initiatives(document, (), instrument, known)
    return instrument


def _check(document: Document, place: Trail, instrument: Instrument, root: Path) -> None:
    themes = [theme.number for theme in load_themes(root)]
    document.require_known((*place, "theme"), instrument.theme, themes, "theme")
    if instrument.force is not None:
        forces = [force.id for force in _depth(root).forces]
        document.require_known((*place, "force"), instrument.force, forces, "force")
    if instrument.scope is not None:
        check_scope(document, (*place, "scope"), instrument.scope, root)
    check_dossier(document, place, instrument, root)


def check_scope(document: Document, place: Trail, scope: Scope, root: Path) -> None:
    """Fail on the first sector, issue or country of a scope at `place` that is not declared."""
    countries = load_countries(root)
    known = {
        "sectors": {sector.id for sector in load_sectors(root)},
        "issues": {issue.id for issue in load_issues(root)},
        "outside": {UNION} | {country.alpha3 for country in countries.countries},
    }
    for key, ids in known.items():
        values: tuple[str, ...] = getattr(scope, key) or ()
        document.require_unique((*place, key), values, None)
        for index, value in enumerate(values):
            noun = {"outside": "country code"}.get(key, key.removesuffix("s"))
            document.require_known((*place, key, index), value, ids, noun)


def load_depth(root: Path | None = None) -> DepthTable:
    """Return the forces and the weights of the six due-diligence steps."""
    return _depth(reference_root(root))


def load_instruments(root: Path | None = None, over: Path | None = None) -> tuple[Instrument, ...]:
    """Return the worked-out instruments by id, then those of the register in its order.

    Files in the folder `over` take the place of the ones with the same id under `root`. Raises
    `ReferenceDataError` for the first thing that is wrong, with file, line and key.
    """
    if over is None or not _files(over):
        return _instruments(reference_root(root), None, "")
    return _instruments(reference_root(root), over, _stamp(over))


def _stamp(folder: Path) -> str:
    digest = sha256()
    for path in _files(folder):
        digest.update(f"{path.name}\n".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()
