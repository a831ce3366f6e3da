"""Put what was sent where a reader can find it, for as long as reading takes, and no longer."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from ketenkaart.core.errors import InputError
from ketenkaart.sources.documents.limits import MEBIBYTE

LONGEST_NAME = 80
_ODD = re.compile(r"[^\w .()+-]")


@dataclass(frozen=True, slots=True)
class SentFile:
    """A file as it was sent: the name that it had there, and what it holds."""

    name: str
    content: bytes


@contextmanager
def placed(
    files: Sequence[SentFile], *, kinds: Sequence[str], most_bytes: int, smaller: str
) -> Iterator[tuple[Path, ...]]:
    """Yield where the files stand, in a folder that is gone afterwards.

    Each keeps its name, without what a name of a file may not hold. `kinds` are the endings that
    are read and `smaller` says what to do about more than `most_bytes` in all. Raises `InputError`
    for another ending, for too much and for nothing; one that is raised inside names the file
    without the folder.
    """
    for file in files:
        _check(file, kinds)
    if sum(len(file.content) for file in files) > most_bytes:
        what = "The files are" if len(files) > 1 else f"{safe_name(files[0].name)} is"
        raise InputError(
            f"{what} larger than {most_bytes // MEBIBYTE} MB", where="file", fix=smaller
        )
    with TemporaryDirectory() as folder:
        paths = []
        for number, file in enumerate(files):
            # A folder each: two files may have one name.
            home = Path(folder) / str(number)
            home.mkdir()
            path = home / safe_name(file.name)
            path.write_bytes(file.content)
            paths.append(path)
        try:
            yield tuple(paths)
        except InputError as error:
            raise _without(folder, error) from error


def safe_name(name: str) -> str:
    r"""Return the last part of a name, with nothing in it that a folder would mind.

    >>> safe_name("C:\\lists\\Inkoop 2024 (1).xlsx"), safe_name("../../etc/passwd"), safe_name("..")
    ('Inkoop 2024 (1).xlsx', 'passwd', 'list')
    """
    last = re.split(r"[\\/]", name)[-1]
    plain = _ODD.sub("_", last).strip(" .")
    return plain[-LONGEST_NAME:].strip(" .") or "list"


def _check(file: SentFile, kinds: Sequence[str]) -> None:
    name = safe_name(file.name)
    if Path(name).suffix.casefold() not in kinds:
        raise InputError(
            f"{name} is of a kind that is not read here",
            where="file",
            fix=f"Save it as one of {', '.join(kinds)} and send that.",
        )
    if not file.content:
        raise InputError(f"{name} is empty", where="file", fix="Choose another file.")


def _without(folder: str, error: InputError) -> InputError:
    """Return an error that does not tell where on this machine a file stood."""
    where = error.where and re.sub(rf"{re.escape(folder)}/\d+/", "", error.where)
    return InputError(error.what, where=where, fix=error.fix)
