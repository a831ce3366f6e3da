"""What was once solved for a stored table, kept beside it so that asking again costs no solving.

Each answer is one file in `derived/answers`: a line that says what it is and from which table,
then the numbers. It is written beside its place, forced to disk and renamed. It counts only where
the table's manifest is still the one it was made from and every byte is as it was written; a file
that is not is as good as none.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import tempfile
from pathlib import Path

import numpy as np

from ketenkaart.core.chain.types import Floats
from ketenkaart.warehouse.table_manifest import DERIVED, TABLE_MANIFEST

ANSWERS = "answers"
FORMAT = 1
MOST_KEPT = 200
MOST_BYTES = 256 << 20
_LONGEST_LINE = 4096


class TableAnswers:
    """The answers kept for one stored table, by the question they belong to.

    `kind` says what was asked of the table, `asked` with which numbers; both make the name. What
    cannot be kept (a full disk, a folder that may not be written) is not kept, and that is all.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder / DERIVED / ANSWERS
        self._table = hashlib.sha256((folder / TABLE_MANIFEST).read_bytes()).hexdigest()

    def get(self, kind: str, asked: Floats) -> Floats | None:
        """Return the answer to a question, or None where none is kept that can be trusted."""
        name = self._name(kind, asked)
        try:
            with (self._folder / name).open("rb") as stream:
                line = stream.readline(_LONGEST_LINE)
                content = stream.read(MOST_BYTES + 1)
            told = json.loads(line)
            wanted = self._told(kind, name, tuple(told["shape"]), content)
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return None
        if told != wanted or len(content) != 8 * int(np.prod(told["shape"])):
            return None
        with contextlib.suppress(OSError):
            os.utime(self._folder / name)
        found = np.frombuffer(content, dtype="<f8").reshape(told["shape"])
        return np.array(found, dtype=np.float64)

    def put(self, kind: str, asked: Floats, answer: Floats) -> None:
        """Keep an answer; those not used for longest go where there are too many."""
        name = self._name(kind, asked)
        content = np.ascontiguousarray(answer, dtype="<f8").tobytes()
        if len(content) > MOST_BYTES // 4:
            return
        told = self._told(kind, name, answer.shape, content)
        with contextlib.suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
            self._write(name, json.dumps(told).encode() + b"\n" + content)
            self._make_room()

    def _write(self, name: str, content: bytes) -> None:
        with tempfile.NamedTemporaryFile(dir=self._folder, prefix=".", delete=False) as file:
            path = Path(file.name)
            try:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
                path.replace(self._folder / name)
            except BaseException:
                path.unlink(missing_ok=True)
                raise

    def _make_room(self) -> None:
        kept = sorted(
            (
                (path.stat().st_mtime_ns, path.stat().st_size, path)
                for path in self._folder.iterdir()
            ),
            reverse=True,
        )
        total = 0
        for k, (_, size, path) in enumerate(kept):
            total += size
            if k >= MOST_KEPT or total > MOST_BYTES:
                path.unlink(missing_ok=True)

    def _name(self, kind: str, asked: Floats) -> str:
        shape = np.array(asked.shape, dtype="<i8").tobytes()
        content = np.ascontiguousarray(asked, dtype="<f8").tobytes()
        found = hashlib.sha256(b"\0".join((kind.encode(), shape, content)))
        return f"{found.hexdigest()[:40]}.bin"

    def _told(
        self, kind: str, name: str, shape: tuple[int, ...], content: bytes
    ) -> dict[str, object]:
        return {
            "format": FORMAT,
            "table": self._table,
            "kind": kind,
            "name": name,
            "shape": list(shape),
            "sha256": hashlib.sha256(content).hexdigest(),
        }
