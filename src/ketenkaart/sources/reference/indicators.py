"""Read the indicators: those that come with the package, and a user's own."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from ketenkaart.core.errors import InputError, NotFoundError, ReferenceDataError
from ketenkaart.core.monitor.indicators import Indicator
from ketenkaart.sources.reference.document import read_document
from ketenkaart.sources.reference.folder import check_citations, known_sources, reference_root


@lru_cache(maxsize=4)
def _indicators(root: Path) -> tuple[Indicator, ...]:
    found = []
    for path in sorted((root / "indicators").glob("*.yml")):
        document = read_document(path, f"indicators/{path.name}")
        indicator = document.parse(Indicator)
        if indicator.id != path.stem:
            document.fail(("id",), f"The file is called {path.name}", f"Write id: {path.stem}.")
        check_citations(document, known_sources(root))
        found.append(indicator)
    return tuple(found)


def load_indicators(root: Path | None = None) -> tuple[Indicator, ...]:
    """Return the indicators that come with the package, by id."""
    return _indicators(reference_root(root))


def find_indicator(name: str) -> Indicator:
    """Return an indicator by its id, or from a file of one's own (`.yml`).

    Raises `NotFoundError` for an unknown id, `InputError` with file, line and key for a wrong file.
    """
    if name.endswith((".yml", ".yaml")):
        path = Path(name)
        if not path.is_file():
            raise InputError(f"There is no file {path.name}", where=name, fix="Name a file.")
        try:
            return read_document(path, path.name).parse(Indicator)
        except ReferenceDataError as error:
            raise InputError(error.what, where=error.where, fix=error.fix) from error
    for indicator in load_indicators():
        if indicator.id == name:
            return indicator
    raise NotFoundError(
        f"There is no indicator {name[:40]!r}",
        where="indicator",
        fix="See `ketenkaart indicator list`, or name a .yml file.",
    )
