"""Long lists that were read before, kept as columns: a registry is asked often and changes seldom.

A file stands for the rows themselves, the words that names are read by and the code that reads
them: when any of these changes, so does its name, and the old one is not found again.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import time
import zipfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import fields
from functools import cache
from operator import attrgetter
from pathlib import Path
from typing import Any

import numpy as np

import ketenkaart.core.chain.matching as reading_code
from ketenkaart.core.chain.facilities.types import FacilityRecord
from ketenkaart.core.chain.matching.flat import Flat
from ketenkaart.core.chain.matching.parts import Addresses, Names
from ketenkaart.core.chain.matching.prepared import Prepared
from ketenkaart.core.chain.matching.vocabulary import Vocabulary

FOLDER = "read_lists"
MOST_BYTES = 2_000_000_000
"""The most that kept lists may take together; the ones unused for longest go first."""
KEPT_SECONDS = 30 * 24 * 3600
"""How long a list is kept that nobody matches with."""
_TEXTS = ("key", "country", "name", "address", "os_id")
_GROUPS = {"names": Names, "addresses": Addresses}


class KeptLists:
    """The lists that were read before, in a folder of their own.

    Nothing depends on it: where a file cannot be written or read, the list is read again.
    """

    def __init__(self, work: Path, vocabulary: Vocabulary) -> None:
        self._folder = work / FOLDER
        self._stands_for = _code_digest() + _words_digest(vocabulary)

    def file(self, records: Sequence[FacilityRecord]) -> Path:
        """Return where these rows are kept, if they are."""
        digest = hashlib.blake2b(self._stands_for, digest_size=20)
        columns = {name: list(map(attrgetter(name), records)) for name in _TEXTS}
        columns["os_id"] = [text or "" for text in columns["os_id"]]
        for texts in columns.values():
            # The lengths say where each text ends, whatever it holds.
            digest.update(np.fromiter(map(len, texts), np.int32, len(texts)).tobytes())
            digest.update("".join(texts).encode("utf-8", "surrogatepass"))
        for name in ("latitude", "longitude"):
            # None becomes NaN.
            degrees = np.array(list(map(attrgetter(name), records)), dtype=np.float64)
            digest.update(degrees.tobytes())
        return self._folder / f"{digest.hexdigest()}.npz"

    def read(self, file: Path) -> Prepared | None:
        """Return a list as columns, or nothing where it is not kept whole."""
        try:
            with file.open("rb") as raw, np.load(raw, allow_pickle=False) as stored:
                found = _unpacked(dict(stored))
            os.utime(file)
        except (OSError, ValueError, KeyError, zipfile.BadZipFile, EOFError):
            return None
        return found

    def keep(self, file: Path, rows: Prepared) -> None:
        """Keep a list, whole or not at all."""
        staged = file.with_suffix(f".{os.getpid()}")
        try:
            file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            raw = io.BytesIO()
            np.savez(raw, allow_pickle=False, **_packed(rows))
            if raw.tell() > MOST_BYTES:
                return
            staged.write_bytes(raw.getbuffer())
            staged.chmod(0o600)
            staged.replace(file)
        except OSError:
            with suppress(OSError):
                staged.unlink()

    def clear(self) -> None:
        """Remove what was not used for long, and the oldest beyond what may be kept."""
        try:
            files = sorted(
                ((path.stat().st_mtime, path.stat().st_size, path) for path in
                 self._folder.iterdir()), reverse=True,
            )  # fmt: skip
        except OSError:
            return
        oldest, total = time.time() - KEPT_SECONDS, 0
        for used, size, path in files:
            total += size
            if used < oldest or total > MOST_BYTES:
                path.unlink(missing_ok=True)


@cache
def _code_digest() -> bytes:
    """Return what stands for the code that reads lists."""
    digest = hashlib.blake2b(digest_size=20)
    for folder in reading_code.__path__:
        for path in sorted(Path(folder).glob("*.py")):
            digest.update(path.read_bytes())
    digest.update(Path(__file__).read_bytes())
    return digest.digest()


def _words_digest(vocabulary: Vocabulary) -> bytes:
    said = {field.name: _ordered(getattr(vocabulary, field.name)) for field in fields(vocabulary)}
    return hashlib.blake2b(json.dumps(said).encode(), digest_size=20).digest()


def _ordered(words: Any) -> Any:
    if isinstance(words, tuple):
        return words
    return sorted(words.items() if hasattr(words, "items") else words)


def _packed(rows: Prepared) -> dict[str, Any]:
    """Return a list as arrays; books that several columns share are stored once."""
    found: dict[str, Any] = {}
    books: dict[int, str] = {}

    def add(name: str, value: Any) -> None:
        if isinstance(value, np.ndarray):
            found[name] = value
        elif isinstance(value, Flat):
            found[f"{name}:code"] = value.code.astype(np.int32)
            found[f"{name}:counts"] = np.diff(value.starts()).astype(np.int32)
            if id(value.book) not in books:
                books[id(value.book)] = name
                found[f"{name}:book"] = _as_array(value.book)
            found[f"{name}:of"] = np.array(books[id(value.book)])
        else:
            found[name] = _as_array(value)

    for field in fields(Prepared):
        value = getattr(rows, field.name)
        if field.name in _GROUPS:
            for part in fields(_GROUPS[field.name]):
                add(f"{field.name}.{part.name}", getattr(value, part.name))
        else:
            add(field.name, value)
    return found


def _unpacked(stored: dict[str, Any]) -> Prepared:
    """Return the list that these arrays are; raises `KeyError` where one is missing."""
    books: dict[str, tuple[str, ...]] = {}
    rows = len(stored["country_code"])

    def value(name: str, kind: str) -> Any:
        if kind == "Flat":
            of = str(stored[f"{name}:of"])
            if of not in books:
                books[of] = _as_texts(stored[f"{of}:book"])
            counts = stored[f"{name}:counts"]
            row = np.repeat(np.arange(rows), counts)
            return Flat(books[of], stored[f"{name}:code"].astype(np.int64), row, rows)
        return _as_texts(stored[name]) if kind.startswith("tuple") else stored[name]

    return Prepared(**{
        field.name: _GROUPS[field.name](**{
            part.name: value(f"{field.name}.{part.name}", str(part.type))
            for part in fields(_GROUPS[field.name])
        })
        if field.name in _GROUPS
        else value(field.name, str(field.type))
        for field in fields(Prepared)
    })  # fmt: skip


def _as_array(texts: Sequence[str]) -> Any:
    return np.frombuffer(json.dumps(texts).encode(), dtype=np.uint8)


def _as_texts(raw: Any) -> tuple[str, ...]:
    return tuple(json.loads(raw.tobytes()))
