"""Shared series as a JSON document with definitions and hashes, and files of either form."""

from __future__ import annotations

import json
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from ketenkaart.core.errors import InputError, StoreError
from ketenkaart.core.monitor.exchange.comparing import definition_sha256
from ketenkaart.core.monitor.exchange.types import SharedSeries
from ketenkaart.services.series_exchange.sdmx_reading import SharedRead, read_sdmx
from ketenkaart.services.series_exchange.sharing import as_indicators

FORMAT = "ketenkaart-series"
VERSION = 1
MAX_BYTES = 50_000_000
SHOWN = 5


def write_json(series: Iterable[SharedSeries]) -> str:
    """Return series as a JSON document that keeps everything, signed with its SHA-256."""
    body = [
        {**item.model_dump(mode="json"), "definition_sha256": definition_sha256(item)}
        for item in series
    ]
    document = {"format": FORMAT, "version": VERSION, "sha256": _hash(body), "series": body}
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def read_json(text: str, name: str) -> tuple[SharedSeries, ...]:
    """Return the series of a JSON document, in its order.

    Raises `InputError`, with the place, for text that is no such document, was changed underway,
    or says what cannot be.
    """
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        place = f"{name}:{error.lineno}" if isinstance(error, json.JSONDecodeError) else name
        raise InputError("Not valid JSON", where=place, fix="Export it again.") from error
    body = document.get("series") if isinstance(document, dict) else None
    if not isinstance(body, list) or document.get("format") != FORMAT:
        raise InputError(
            f"This is no document of the form {FORMAT}", where=name,
            fix="Use what `ketenkaart indicator exchange export` writes.",
        )  # fmt: skip
    if document.get("version") != VERSION:
        raise InputError(
            f"Version {document.get('version')!r} cannot be read, only {VERSION}", where=name,
            fix="Use a newer Ketenkaart, or ask for the older version.",
        )  # fmt: skip
    if document.get("sha256") != _hash(body):
        raise InputError(
            "The hash is not that of the series: the file was changed", where=f"{name}, sha256",
            fix="Ask the sender for the file again.",
        )  # fmt: skip
    return tuple(_series(item, place, name) for place, item in enumerate(body))


def read_shared(path: Path, *, keep_good: bool = False) -> SharedRead:
    """Return the series of a .csv (SDMX-CSV) or .json file.

    Raises `InputError` for a file that cannot be read, and for faults in it unless the good series
    are to be kept; then the faults come with them.
    """
    text = _text(path)
    if path.suffix.lower() == ".json":
        series = read_json(text, path.name)
        return SharedRead(series, (), sum(len(item.points) for item in series))
    found = read_sdmx(text, path.name)
    if found.faults and not keep_good:
        shown = "; ".join(str(fault) for fault in found.faults[:SHOWN])
        more = len(found.faults) - SHOWN
        many = "1 fault" if len(found.faults) == 1 else f"{len(found.faults)} faults"
        raise InputError(
            f"{many}: {shown}{f'; and {more} more' if more > 0 else ''}",
            where=path.name, fix="Correct them, or ask to keep what is good.",
        )  # fmt: skip
    return found


def write_indicators(series: Iterable[SharedSeries], folder: Path) -> tuple[Path, ...]:
    """Write every shared series as an indicator file, and return the files.

    They are read by `ketenkaart indicator show FILE.yml`. Nothing that stands there is replaced.
    Raises `InputError` for a folder that is not there or a file that is.
    """
    made = as_indicators(tuple(series))
    if not folder.is_dir():
        raise InputError("There is no such folder", where=str(folder), fix="Make it first.")
    paths = [folder / f"{item.id}.yml" for item in made]
    for path in paths:
        if path.exists():
            raise InputError(
                f"{path.name} stands there already", where=str(folder),
                fix="Take it away first, or name another folder.",
            )  # fmt: skip
    for item, path in zip(made, paths, strict=True):
        data = item.model_dump(mode="json", exclude_none=True)
        text = json.dumps(data, ensure_ascii=False, indent=1)
        _write(path, f"# A series received from another country.\n{text}\n")
    return tuple(paths)


def write_text(path: Path, text: str) -> None:
    """Write a file whole or not at all; raises `StoreError`."""
    _write(path, text)


def _write(path: Path, text: str) -> None:
    part = path.with_name(f".{path.name}.part")
    try:
        part.write_text(text, encoding="utf-8", newline="")
        part.replace(path)
    except OSError as error:
        raise StoreError(
            f"The file cannot be written: {error.strerror or error}", where=str(path),
            fix="Name a file in a folder that exists and can be written.",
        ) from error  # fmt: skip


def _text(path: Path) -> str:
    try:
        with path.open("rb") as stream:
            raw = stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise InputError(
            f"The file cannot be read: {error.strerror or error}", where=str(path),
            fix="Name a file that exists.",
        ) from error  # fmt: skip
    if len(raw) > MAX_BYTES:
        raise InputError(
            f"The file is larger than {MAX_BYTES // 1_000_000} MB", where=str(path), fix="Split it."
        )
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = raw.count(b"\n", 0, error.start) + 1
        raise InputError(
            "The file is not UTF-8", where=f"{path.name}, row {row}", fix="Save it as UTF-8."
        ) from error


def _series(item: Any, place: int, name: str) -> SharedSeries:
    where = f"{name}, series {place + 1}"
    if not isinstance(item, dict):
        raise InputError("This is no series", where=where, fix="Export it again.")
    given = item.pop("definition_sha256", None)
    try:
        series = SharedSeries.model_validate_json(json.dumps(item), strict=True)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        key = ".".join(str(part) for part in first["loc"])
        what = first["msg"].removeprefix("Value error, ")
        raise InputError(what, where=f"{where} (key '{key}')", fix="Correct it.") from error
    if given != definition_sha256(series):
        raise InputError(
            "The hash is not that of the definition", where=f"{where} (key 'definition_sha256')",
            fix="Ask the sender for the file again.",
        )  # fmt: skip
    return series


def _hash(body: object) -> str:
    text = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()
