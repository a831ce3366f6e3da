"""Which facts about instruments are in use: the package's, and what was published here over them.

What editors publish stands in the data folder as files of the same shape. Whatever is computed
from facts is kept only while they stand: a publication by any process is noticed by all.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps
from hashlib import sha256
from pathlib import Path
from typing import Literal, ParamSpec, TypeVar

from ketenkaart.core.governance.answers import FactsVersion
from ketenkaart.core.governance.types import Instrument
from ketenkaart.sources.reference import load_instruments
from ketenkaart.warehouse.folder import chosen_data_folder

Given = ParamSpec("Given")
Found = TypeVar("Found")
Facts = Literal["published", "shipped"]
Stamp = tuple[str, int, int] | None

FOLDER = "instruments"
_chosen: list[Facts] = ["published"]


def choose_facts(facts: Facts) -> None:
    """Use what was published here over the package's facts, or the package's alone.

    Holds for the whole process: a command line asks one question.
    """
    _chosen[0] = facts


def published_folder(data_folder: Path | None = None) -> Path:
    """Return where published facts stand, whether or not there are any."""
    return (data_folder or chosen_data_folder()) / FOLDER


def instruments_in_use() -> tuple[Instrument, ...]:
    """Return every instrument: those worked out by id, then the others of the register.

    Raises `ReferenceDataError` for a published file that breaks the rules, with its line.
    """
    return load_instruments(over=folder_over())


def folder_over() -> Path | None:
    """Return the folder of published facts that is laid over the package's, if one is in use."""
    if _chosen[0] == "shipped":
        return None
    folder = published_folder()
    return folder if folder.is_dir() else None


def kept_while_facts_stand(size: int) -> Callable[[Callable[Given, Found]], Callable[Given, Found]]:
    """Return a decorator that keeps the last `size` answers until the facts in use change.

    Arguments must be hashable. Two threads may compute the same answer twice, never a wrong one.
    """

    def keep(function: Callable[Given, Found]) -> Callable[Given, Found]:
        @lru_cache(maxsize=size)
        def kept(_stamp: Stamp, *args: Given.args, **kwargs: Given.kwargs) -> Found:
            return function(*args, **kwargs)

        @wraps(function)
        def answer(*args: Given.args, **kwargs: Given.kwargs) -> Found:
            return kept(_stamp(), *args, **kwargs)  # type: ignore[arg-type]

        return answer

    return keep


def _stamp() -> Stamp:
    """Return what changes when a file is put in the folder of published facts or replaced."""
    over = folder_over()
    if over is None:
        return None
    found = over.stat()
    return str(over), found.st_mtime_ns, found.st_ino


@kept_while_facts_stand(1)
def facts_version() -> FactsVersion:
    """Return the hash of all facts in use and the ids of those that were published here."""
    digest = sha256()
    for instrument in instruments_in_use():
        digest.update(instrument.model_dump_json().encode())
    over = folder_over()
    published = sorted(path.stem for path in over.glob("*.yml")) if over else []
    return FactsVersion(sha256=digest.hexdigest(), published=tuple(published))
