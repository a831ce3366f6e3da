"""The confined process: `python -I -m ketenkaart.sources.documents.inside FORM LIMITS`.

Reads one document from standard input, and writes lines to standard output. It is started by
`process.run` alone.
"""

from __future__ import annotations

import codecs
import gc
import json
import os
import sys
import time
from collections.abc import Callable
from importlib import import_module
from typing import cast

from ketenkaart.sources.documents.inside.confine import confine, set_limits, stopwatch
from ketenkaart.sources.documents.inside.output import Output
from ketenkaart.sources.documents.limits import Limits
from ketenkaart.sources.documents.reasons import Reason, Refusal

_STDIN = 0
# Codecs are modules; they must be there before the files are out of reach.
CODECS: tuple[str, ...] = ("ascii", "utf-8", "latin-1", "iso8859-15", "cp1252")
CODECS += ("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be")
FORMS = ("text", "pdf", "xml", "html", "docx")

Reader = Callable[[bytes, Output], None]


def main(form: str, limits: Limits) -> None:
    """Confine this process, read the document, and say what it holds or why it is refused."""
    if form not in FORMS:
        raise SystemExit(2)
    reader = cast("Reader", import_module(f"ketenkaart.sources.documents.inside.{form}").read)
    for name in CODECS:
        codecs.lookup(name)
    set_limits(limits)
    data = _receive(limits)
    walls = confine()
    gc.disable()
    output = Output(limits, stopwatch(limits))
    output.ready(walls)
    try:
        reader(data, output)
    except Refusal as refusal:
        output.refuse(refusal.reason)
    except MemoryError:
        output.refuse(Reason.MEMORY)
    except RecursionError:
        output.refuse(Reason.TOO_DEEP)


def _receive(limits: Limits) -> bytes:
    pieces = []
    size = 0
    while piece := os.read(_STDIN, 1 << 20):
        size += len(piece)
        if size > limits.max_bytes:
            raise SystemExit(2)
        pieces.append(piece)
    return b"".join(pieces)


if __name__ == "__main__":
    main(sys.argv[1], Limits(**json.loads(sys.argv[2])))
    # The parent ends this process; until then its memory can be asked. Libraries' own tidying up
    # is of no use now, and a way to crash after a good answer.
    time.sleep(1)
    os._exit(0)
