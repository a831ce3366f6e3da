"""Read parliament's data as lists: motions as JSON lines, a register of letters as CSV."""

from __future__ import annotations

import csv
import gzip
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import IO, Any, NoReturn

from pydantic import BaseModel, ConfigDict, StrictStr, ValidationError

from ketenkaart.core.errors import InputError
from ketenkaart.core.ledger.motions import appreciation_of, read_motion
from ketenkaart.core.ledger.papers import Dossier, Paper, PaperKind, dossier_id
from ketenkaart.sources.parliament.batch import Batch, paper_kind
from ketenkaart.sources.parliament.reader import Reject

MAX_UNPACKED = 1_000_000_000
MAX_LINE = 2_000_000
MAX_LINES = 500_000
REGISTER_COLUMNS = ("zaaknummer", "datum", "dossiertitel", "volgnummer", "onderwerp")


class MotionLine(BaseModel):
    """One motion in a file of JSON lines."""

    model_config = ConfigDict(frozen=True, extra="allow")

    zaak: StrictStr
    document_nummer: StrictStr | None = None
    vergaderjaar: StrictStr | None = None
    dossiers: tuple[StrictStr, ...]
    stuknr: StrictStr
    dossiertitel: StrictStr = ""
    titel: StrictStr
    datum: date
    onderwerp: StrictStr
    kabinetsappreciatie: StrictStr | None = None
    alineas: tuple[StrictStr, ...]


_UNUSED = frozenset({"publication_id", "begrotingshoofdstuk", "verzoekt"})


def read_motion_lines(file: Path) -> Batch:
    """Return the motions of a file of JSON lines, packed or not.

    A line that does not fit is a reject. Raises `InputError` for a file that cannot be unpacked,
    is no UTF-8, or is too large.
    """
    batch = Batch()
    titles: set[tuple[str, str]] = set()
    for number, line in _lines(file):
        if not line.strip():
            continue
        try:
            row = MotionLine.model_validate_json(line)
            _add_motion(batch, row, titles)
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            place = ".".join(str(part) for part in first["loc"])
            batch.rejects.append(_reject(file, number, "", place, first["msg"]))
        except ValueError as error:
            batch.rejects.append(_reject(file, number, row.zaak, "stuknr", str(error)))
        else:
            extra = (row.model_extra or {}).keys() - _UNUSED
            batch.unknown.update(f"motion.{name[:60]}" for name in extra)
    batch.dossiers.extend(Dossier(id=key, title=title) for key, title in sorted(titles))
    return batch


def _add_motion(batch: Batch, row: MotionLine, titles: set[tuple[str, str]]) -> None:
    digits = "".join(char for char in row.stuknr if char in "0123456789")
    if not 1 <= len(digits) <= 4:
        raise ValueError(f"is no number of a paper: {row.stuknr[:40]!r}")
    dossiers = [dossier_id(text) for text in row.dossiers]
    known = [dossier for dossier in dossiers if dossier]
    ids = tuple(f"{dossier}-{int(digits)}" for dossier in known)
    titles.update((dossier, row.dossiertitel) for dossier in known if row.dossiertitel)
    paper = Paper(
        key=row.zaak,
        id=ids[0] if ids else None,
        kind=PaperKind.MOTION,
        kind_words="Motie",
        dossier_title=row.dossiertitel,
        subject=row.onderwerp.strip(),
        number=int(digits) or None,
        dated=row.datum,
        session_year=(row.vergaderjaar or "").removeprefix("Vergaderjaar ") or None,
        case=row.zaak,
        document=row.document_nummer,
        also=ids[1:],
    )
    batch.motions.append(
        read_motion(
            paper,
            row.titel,
            row.alineas,
            appreciation=appreciation_of(row.kabinetsappreciatie),
            appreciation_words=row.kabinetsappreciatie,
        )
    )


def read_register(file: Path) -> Batch:
    """Return the letters of a register in CSV, packed or not; a row that does not fit is a reject.

    The register has no dossier numbers, so its papers have no id of their own until the title of
    the dossier gives one. Raises `InputError` for a file without the columns of a register.
    """
    batch = Batch()
    with _unpacked(file), _text(file) as stream:
        rows = csv.DictReader(stream, strict=True)
        missing = [name for name in REGISTER_COLUMNS if name not in (rows.fieldnames or ())]
        if missing:
            raise InputError(
                f"The register has no column {missing[0]!r}",
                where=f"{file.name}, row 1",
                fix=f"It needs {', '.join(REGISTER_COLUMNS)}.",
            )
        for row in rows:
            if len(batch.papers) >= MAX_LINES:
                _refuse(f"The register has more than {MAX_LINES} rows", file, "Split it.")
            _add_letter(batch, file, rows.line_num, row)
    return batch


def _add_letter(batch: Batch, file: Path, number: int, row: dict[str, str]) -> None:
    name = (row["zaaknummer"] or "").strip()
    try:
        dated = date.fromisoformat((row["datum"] or "").strip())
    except ValueError:
        batch.rejects.append(_reject(file, number, name, "datum", "is no date (YYYY-MM-DD)"))
        return
    sequence = (row["volgnummer"] or "").strip()
    if not name or len(name) > 80:
        batch.rejects.append(_reject(file, number, name, "zaaknummer", "is missing or too long"))
        return
    if (sequence and not sequence.removeprefix("-").isascii()) or (
        sequence and not sequence.removeprefix("-").isdigit()
    ):
        batch.rejects.append(_reject(file, number, name, "volgnummer", "is no whole number"))
        return
    place = int(sequence) if sequence and len(sequence) < 6 else 0
    words = row.get("soort") or "Brief regering"
    batch.papers.append(
        Paper(
            key=name,
            kind=paper_kind(words),
            kind_words=words,
            dossier_title=(row["dossiertitel"] or "").strip(),
            subject=(row["onderwerp"] or "").strip(),
            number=place if place > 0 else None,
            dated=dated,
            session_year=row.get("vergaderjaar") or None,
            case=name,
        )
    )


def _text(file: Path) -> IO[str]:
    """Open a text file, packed or not, as UTF-8; what it unpacks to is bounded."""
    return io.TextIOWrapper(io.BufferedReader(_Bounded(file)), encoding="utf-8-sig", newline="")


def _lines(file: Path) -> Iterator[tuple[int, str]]:
    """Yield each line with its number, from 1."""
    with _unpacked(file), _text(file) as stream:
        number = 0
        while line := stream.readline(MAX_LINE):
            number += 1
            if number > MAX_LINES:
                _refuse(f"The file has more than {MAX_LINES} lines", file, "Split it.")
            if len(line) >= MAX_LINE:
                _refuse(f"Line {number} is longer than {MAX_LINE} characters", file, "Check it.")
            yield number, line


@contextmanager
def _unpacked(file: Path) -> Iterator[None]:
    """Say plainly why the text of a file cannot be had."""
    try:
        yield
    except UnicodeDecodeError:
        _refuse("The file is not UTF-8", file, "Save it as UTF-8.")
    except csv.Error as error:
        _refuse(f"The file is no CSV ({error})", file, "Save it as CSV again.")
    except (OSError, EOFError, zlib.error) as error:
        _refuse(f"The file cannot be unpacked ({error})", file, "Fetch it again.")


class _Bounded(io.RawIOBase):
    """The bytes of a file, unpacked when its name ends in .gz, up to a limit."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._left = MAX_UNPACKED
        plain = file.open("rb")
        self._stream: IO[bytes] | gzip.GzipFile = plain
        if file.suffix == ".gz":
            self._stream = gzip.GzipFile(fileobj=plain)
        self._plain = plain

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        room = memoryview(buffer)
        found = self._stream.read(len(room))
        self._left -= len(found)
        if self._left < 0:
            size = MAX_UNPACKED // 1_000_000
            _refuse(f"The file unpacks to more than {size} MB", self._file, "Split it.")
        room[: len(found)] = found
        return len(found)

    def close(self) -> None:
        self._stream.close()
        self._plain.close()
        super().close()


def _reject(file: Path, record: int, name: str, field: str, what: str) -> Reject:
    return Reject(file=file.name, record=record, name=name[:60], field=field, what=what)


def _refuse(what: str, file: Path, fix: str) -> NoReturn:
    raise InputError(what, where=file.name, fix=fix)
