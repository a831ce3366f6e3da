"""Read notices from whatever files a user has, each by its kind."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from ketenkaart.core.errors import InputError
from ketenkaart.core.monitor.effect.tenders import Notice
from ketenkaart.sources.tenders.eforms import read_eforms
from ketenkaart.sources.tenders.ocds import read_ocds
from ketenkaart.sources.tenders.reject import Reject
from ketenkaart.sources.tenders.table import read_tender_table

JSON = (".jsonl", ".ndjson", ".json")
EVERY = 2_000
TABLES = (".csv", ".tsv", ".parquet", ".pq", ".xlsx")
Told = Callable[[str, float], None]


def tender_files(paths: Sequence[Path]) -> list[Path]:
    """Return the files to read: those named, and those of the folders named, in order of name.

    Raises `InputError` for a path that is not there, a file of another kind, an empty folder.
    """
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            inside = sorted(p for p in path.iterdir() if p.suffix.casefold() in (*JSON, ".xml"))
            if not inside:
                raise InputError(
                    f"{path.name} holds no notices", where=str(path),
                    fix="Name a folder with .xml, .json or .jsonl files, or the tables themselves.",
                )  # fmt: skip
            found.extend(inside)
        elif not path.is_file():
            raise InputError(f"There is no file {path.name}", where=str(path), fix="Name another.")
        elif path.suffix.casefold() not in (*JSON, *TABLES, ".xml"):
            raise InputError(
                f"{path.name} is no file of notices", where=str(path),
                fix="Give OCDS (.json, .jsonl), eForms (.xml) or a table (.csv, .parquet, .xlsx).",
            )  # fmt: skip
        else:
            found.append(path)
    return list(dict.fromkeys(found))


def read_notices(
    files: Iterable[Path],
    columns: Mapping[str, str],
    currency: str | None,
    tell: Told = lambda _name, _done: None,
) -> tuple[list[Notice], list[Reject]]:
    """Return the notices of files, and what is none of them; `tell` hears how far it is."""
    notices: list[Notice] = []
    rejects: list[Reject] = []
    paths = list(files)
    for k, path in enumerate(paths):
        tell(f"reading {path.name}", k / len(paths))
        for number, item in enumerate(_read(path, columns, currency), start=1):
            if number % EVERY == 0:
                tell(f"reading {path.name}, {number:,} notices", k / len(paths))
            if isinstance(item, Reject):
                rejects.append(item)
            else:
                notices.append(item)
    return notices, rejects


def _read(
    path: Path, columns: Mapping[str, str], currency: str | None
) -> Iterable[Notice | Reject]:
    kind = path.suffix.casefold()
    if kind in JSON:
        return read_ocds(path)
    if kind == ".xml":
        return [read_eforms(path)]
    return read_tender_table(path, columns, currency)
