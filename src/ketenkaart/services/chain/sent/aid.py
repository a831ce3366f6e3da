"""Files of donors that are sent to a page, beside the weight of a country's demand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from ketenkaart.core.errors import InputError
from ketenkaart.services.chain.answer import ChainAnswer
from ketenkaart.services.chain.leverage import ask_levers
from ketenkaart.services.chain.sent.files import SentFile, placed
from ketenkaart.sources.documents.limits import MEBIBYTE

KINDS = (".xml",)
MOST_BYTES = 8 * MEBIBYTE
MOST_FILES = 10
MOST_TAGS = 800_000
"""In all files together; a donor's own have a tag in twenty letters or more."""


def ask_levers_with_aid(
    files: Sequence[SentFile],
    *,
    edition: str | None = None,
    region: str | None = None,
    partners: Sequence[str] = (),
    at: Sequence[str] = (),
    extension: str = "value_added",
    top: int | None = None,
    day: date | None = None,
) -> ChainAnswer:
    """Return what `ask_levers` does with files of aid (IATI) that were sent; none is kept.

    Raises `InputError` as it does, and for more than a page takes.
    """
    if not files:
        raise InputError("No file was sent", where="file", fix="Choose one or more files first.")
    if len(files) > MOST_FILES:
        raise InputError(
            f"{len(files)} files were sent", where="file", fix=f"Send at most {MOST_FILES}."
        )
    if sum(file.content.count(b"<") for file in files) > MOST_TAGS:
        raise InputError(
            "The XML is nested too deeply, or too large",
            where="file",
            fix="Send fewer files (or use `ketenkaart chain levers --aid`).",
        )
    with placed(
        files,
        kinds=KINDS,
        most_bytes=MOST_BYTES,
        smaller="Send fewer files (or use `ketenkaart chain levers --aid`).",
    ) as paths:
        return ask_levers(
            edition=edition, region=region, partners=partners, at=at, extension=extension,
            top=top, day=day, aid=paths,
        )  # fmt: skip
