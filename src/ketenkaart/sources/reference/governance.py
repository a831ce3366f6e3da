"""Read the instruments, worked out or not, and the declared tables behind depth."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from ketenkaart.core.governance.types import DepthTable, Instrument, Scope
from ketenkaart.core.provenance import Frozen
from ketenkaart.sources.reference.document import Document, Trail
from ketenkaart.sources.reference.folder import read_file, reference_root
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
def _instruments(root: Path) -> tuple[Instrument, ...]:
    found: list[Instrument] = []
    for path in sorted((root / "instruments").glob("*.yml")):
        document, instrument = read_file(root, f"instruments/{path.name}", Instrument)
        if instrument.id != path.stem:
            document.fail(("id",), f"The id is not {path.stem}", "Name file and id alike.")
        if not instrument.worked_out:
            document.fail(
                ("worked_out",), "This file is for worked-out instruments", "Use register.yml."
            )
        _check(document, (), instrument, root)
        found.append(instrument)
    taken = {instrument.id for instrument in found}
    document, register = read_file(root, "register.yml", RegisterFile)
    document.require_unique(("instruments",), [item.id for item in register.instruments])
    for index, instrument in enumerate(register.instruments):
        place: Trail = ("instruments", index)
        if instrument.id in taken:
            document.fail(
                (*place, "id"), f"'{instrument.id}' has a file of its own", "Remove it here."
            )
        if instrument.worked_out:
            document.fail(
                (*place, "worked_out"), "The register is for the others", "Give it a file."
            )
        _check(document, place, instrument, root)
    return (*found, *register.instruments)


def _check(document: Document, place: Trail, instrument: Instrument, root: Path) -> None:
    themes = [theme.number for theme in load_themes(root)]
    document.require_known((*place, "theme"), instrument.theme, themes, "theme")
    if instrument.force is not None:
        forces = [force.id for force in _depth(root).forces]
        document.require_known((*place, "force"), instrument.force, forces, "force")
    if instrument.scope is not None:
        _check_scope(document, (*place, "scope"), instrument.scope, root)


def _check_scope(document: Document, place: Trail, scope: Scope, root: Path) -> None:
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


def load_instruments(root: Path | None = None) -> tuple[Instrument, ...]:
    """Return the worked-out instruments by id, then those of the register in its order."""
    return _instruments(reference_root(root))
