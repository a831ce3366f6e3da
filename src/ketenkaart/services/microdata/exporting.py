"""Write an export, whole or not at all."""

from __future__ import annotations

import io
import json
import os
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

import polars as pl
import yaml

from ketenkaart.core.errors import InputError, StoreError
from ketenkaart.core.monitor.microdata.types import STATE_SUFFIX
from ketenkaart.core.monitor.types import STATES
from ketenkaart.services.exports import safe, write_csv
from ketenkaart.services.microdata.columns import STATE_WORDS, ExportColumn
from ketenkaart.services.microdata.ddi import ddi
from ketenkaart.services.microdata.describing import describe, record, weighted_design
from ketenkaart.services.microdata.keys import make_key, new_secret, read_key
from ketenkaart.services.microdata.pages import html, markdown
from ketenkaart.services.microdata.preparing import Prepared, prepare_export

MANIFEST = "MANIFEST.sha256"
RECORD = "record.json"
CODEBOOK = "codebook.json"
FORMATS = ("csv", "parquet")


@dataclass(slots=True)
class Exported:
    """An export that was written: where, its files, and all that the record says."""

    folder: Path
    files: list[str]
    record: dict[str, Any]
    variables: list[dict[str, Any]]


def export(
    data: Path,
    codebook: Path,
    folder: Path,
    *,
    day: date,
    key: Path | None = None,
    new_key: Path | None = None,
    formats: tuple[str, ...] = FORMATS,
    sheet: str | None = None,
    told: Callable[[str, float], None] | None = None,
) -> Exported:
    """Write a pseudonymised data set with its codebook, record and manifest to a new folder.

    One of `key` (links to earlier exports) and `new_key` (does not) is given. Raises `InputError`
    for anything that may not leave; then no folder is made, nor a key.
    """
    _require_places(folder, key, new_key)
    # a key is made last, when all that can be refused was, so pseudonyms come from a draft of it
    secret = read_key(key) if key is not None else new_secret()
    prepared = prepare_export(data, codebook, secret, day=day, sheet=sheet, told=told)
    made = record(prepared, secret, day, is_linked=key is not None)
    variables = describe(prepared)
    if told is not None:
        told("writing", 0.9)
    contents = _contents(prepared, made, variables, formats)
    if new_key is not None:
        make_key(new_key, secret)
    try:
        _write(folder, contents)
    except BaseException:
        if new_key is not None:
            new_key.unlink(missing_ok=True)
        raise
    return Exported(folder, sorted([*contents, MANIFEST]), made, variables)


def check(
    data: Path,
    codebook: Path,
    *,
    day: date,
    sheet: str | None = None,
    told: Callable[[str, float], None] | None = None,
) -> Exported:
    """Return what an export would say, with nothing written and a key that is thrown away."""
    secret = new_secret()
    prepared = prepare_export(data, codebook, secret, day=day, sheet=sheet, told=told)
    made = record(prepared, secret, day, is_linked=False)
    return Exported(Path(), [], made, describe(prepared))


def _require_places(folder: Path, key: Path | None, new_key: Path | None) -> None:
    if (key is None) == (new_key is None):
        raise InputError(
            "An export needs one key for its pseudonyms", where="--key, --new-key",
            fix="Say --new-key FILE for an export that cannot be linked, or --key FILE with the "
            "key of an earlier one to link them.",
        )  # fmt: skip
    if folder.exists():
        raise InputError(
            f"{folder.name} is there already", where="--output",
            fix="Name a folder that is not there: an export is never written over another.",
        )  # fmt: skip
    if not folder.parent.is_dir():
        raise InputError(f"There is no folder {folder.parent}", where="--output", fix="Make it.")
    secret = (key or new_key or Path()).resolve()
    if folder.resolve() in secret.parents:
        raise InputError(
            "The key would lie in the export", where="--new-key", fix="Keep it somewhere else."
        )
    if new_key is not None and new_key.exists():
        raise InputError(
            f"{new_key.name} is there already", where="--new-key",
            fix="To link this export to earlier ones say --key FILE; else name another file.",
        )  # fmt: skip


def _contents(
    prepared: Prepared,
    made: dict[str, Any],
    variables: list[dict[str, Any]],
    formats: tuple[str, ...],
) -> dict[str, bytes]:
    """Return every file of an export by its name, but for the manifest."""
    files = {f"data.{kind}": (_csv if kind == "csv" else _parquet)(prepared) for kind in formats}
    names = list(files)
    files["codebook.xml"] = ddi(made, variables, names)
    files[CODEBOOK] = _json({"variables": variables})
    files["codebook.md"] = markdown(made, variables).encode()
    for language in ("nl", "en"):
        files[f"codebook.{language}.html"] = html(made, variables, language).encode()
    files[RECORD] = _json({**made, "formats": list(formats)})
    design = weighted_design(prepared)
    if design is not None:
        files["design.yml"] = yaml.safe_dump(design, sort_keys=False).encode()
    return files


def _json(data: dict[str, Any]) -> bytes:
    return (json.dumps(data, ensure_ascii=False, indent=2) + "\n").encode()


def _csv(prepared: Prepared) -> bytes:
    stream = io.StringIO()
    names = [column.entry.name for column in prepared.columns]
    # a negative number begins as a formula does, and is none
    cells = [[_cell(column, text) for text in column.texts] for column in prepared.columns]
    write_csv(stream, names, zip(*cells, strict=True))
    return stream.getvalue().encode()


def _cell(column: ExportColumn, text: str) -> str | float:
    if column.numbers is None or text in STATE_WORDS:
        return text
    return int(text) if text.lstrip("-").isdigit() else float(text)


def _parquet(prepared: Prepared) -> bytes:
    """Return the data as Parquet: a number has a column beside it that says why it is absent."""
    made: dict[str, pl.Series] = {}
    for column in prepared.columns:
        name = column.entry.name
        if column.numbers is None:
            made[name] = pl.Series([str(safe(text)) for text in column.texts], dtype=pl.String)
            continue
        made[name] = pl.Series(column.numbers).fill_nan(None)
        words = [text if text in STATE_WORDS else STATES[0] for text in column.texts]
        if any(word != STATES[0] for word in words):
            made[name + STATE_SUFFIX] = pl.Series(words, dtype=pl.String)
    stream = io.BytesIO()
    pl.DataFrame(made).write_parquet(stream)
    return stream.getvalue()


def _write(folder: Path, contents: dict[str, bytes]) -> None:
    """Write files to a folder beside the place, and move it there when it is whole."""
    parent = folder.parent.resolve()
    part = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", suffix=".part", dir=parent))
    try:
        lines = []
        for name, content in sorted(contents.items()):
            _write_one(part / name, content)
            lines.append(f"{sha256(content).hexdigest()}  {name}\n")
        _write_one(part / MANIFEST, "".join(lines).encode())
        part.chmod(0o700)
        part.rename(folder)
    except OSError as error:
        raise StoreError(
            f"The export cannot be written: {error.strerror or error}", where=str(folder),
            fix="Make room, or name another folder.",
        ) from error  # fmt: skip
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _write_one(path: Path, content: bytes) -> None:
    with path.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
