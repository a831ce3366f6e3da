"""Fetch an official publication: XML where there is one, else HTML, else PDF; once."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import NamedTuple

import httpx

from ketenkaart.core.errors import InputError, KetenkaartError
from ketenkaart.core.provenance import Frozen
from ketenkaart.sources.documents.limits import DEFAULT, MEBIBYTE
from ketenkaart.sources.documents.media import MEDIA_TYPES, Form, form_of
from ketenkaart.sources.documents.reasons import Refusal
from ketenkaart.sources.publications.cache import Sidecar, keep, kept
from ketenkaart.sources.publications.identifiers import parse_identifier
from ketenkaart.sources.publications.network import (
    AddressRefusedError,
    check_url,
    checked_client,
)

_SITE = "https://zoek.officielebekendmakingen.nl"
_ENDINGS = {Form.XML: ".xml", Form.HTML: ".html", Form.PDF: ".pdf", Form.DOCX: ".docx"}
_PREFERRED = (Form.XML, Form.HTML, Form.PDF)
_MOST_REDIRECTS = 3
_MOST_SECONDS = 20.0
_HEAD = 4096
_MOVED = {301, 302, 303, 307, 308}
_ABSENT = {404, 410}


class PublicationUnavailableError(KetenkaartError):
    """The site does not answer, answers with a fault, or does not have the publication.

    `name` is the publication's; `is_absent` says that the site has nothing by that name.
    """

    code = "publication_unavailable"
    http_status = 502
    exit_code = 2

    def __init__(self, name: str, why: str, *, is_absent: bool = False) -> None:
        self.name = name
        self.is_absent = is_absent
        super().__init__(
            f"{name} was not fetched: {why}",
            fix="Download it yourself as XML, HTML or PDF and give the file instead.",
        )


class Publication(Frozen):
    """A fetched publication: its name, the kept file, and where and when it came from."""

    name: str
    path: Path
    url: str
    fetched_at: datetime
    media_type: str
    sha256: str
    is_from_cache: bool


class _Wanted(NamedTuple):
    """What to ask for: under which name it is kept, and the addresses to try in order."""

    name: str
    urls: tuple[tuple[Form | None, str], ...]


def _now() -> datetime:
    return datetime.now(UTC)


def fetch_publication(
    identifier_or_url: str,
    *,
    cache: Path,
    make_client: Callable[[], httpx.Client] = checked_client,
    now: Callable[[], datetime] = _now,
    clock: Callable[[], float] = time.monotonic,
) -> Publication:
    """Return a publication's file in the folder `cache`, fetched unless it is there already.

    A number ("kst-26485-319", "26485-319", "35 000 XVII, nr. 34") is looked for as XML, then HTML,
    then PDF; an address must be https to a listed official site. Raises `InputError` for what is
    neither, `AddressRefusedError` for other addresses, `PublicationUnavailableError` when the site
    cannot be reached, takes longer than 20 seconds, sends more than a document may measure, or
    has nothing by that name.
    """
    wanted = _wanted(identifier_or_url)
    for ending in _ENDINGS.values():
        file = cache / f"{wanted.name}{ending}"
        if sidecar := kept(file):
            return _publication(file, sidecar, is_from_cache=True)
    deadline = clock() + _MOST_SECONDS
    with make_client() as client:
        for form, url in wanted.urls:
            content = _get(client, url, wanted.name, lambda: deadline - clock())
            found = _form(content) if content else None
            if content and found and _is_wanted(form, found, wanted, content):
                file = cache / f"{wanted.name}{_ENDINGS[found]}"
                sidecar = Sidecar(
                    name=wanted.name,
                    url=url,
                    fetched_at=now(),
                    media_type=MEDIA_TYPES[found],
                    bytes=len(content),
                    sha256=hashlib.sha256(content).hexdigest(),
                )
                keep(file, content, sidecar)
                return _publication(file, sidecar, is_from_cache=False)
    raise PublicationUnavailableError(
        wanted.name, "the official site has no document by that name", is_absent=True
    )


def _wanted(text: str) -> _Wanted:
    if "://" not in text:
        name = parse_identifier(text).name
        return _Wanted(
            name, tuple((form, f"{_SITE}/{name}{_ENDINGS[form]}") for form in _PREFERRED)
        )
    url = check_url(text.strip())
    last = PurePosixPath(url.path)
    try:
        name = parse_identifier(last.stem).name
    except InputError:
        digest = hashlib.sha256(str(url).encode()).hexdigest()[:16]
        return _Wanted(f"{url.host}-{digest}", ((None, str(url)),))
    if f"https://{url.host}" == _SITE:
        return _wanted(name)
    return _Wanted(name, ((None, str(url)),))


def _is_wanted(form: Form | None, found: Form, wanted: _Wanted, content: bytes) -> bool:
    """Return whether an answer is the document, and not a page that says that there is none."""
    if form is not None and found is not form:
        return False
    if form is Form.XML:
        # Before 2010 or so papers have another form, with a document type; their HTML is read.
        head = content[:_HEAD]
        return b"<officiele-publicatie" in head and b"<!DOCTYPE" not in head
    return form is not Form.HTML or wanted.name.encode() in content


def _form(content: bytes) -> Form | None:
    try:
        form, _ = form_of(content, "")
    except Refusal:
        return None
    return form if form in _ENDINGS else None


def _get(
    client: httpx.Client, url: str, name: str, seconds_left: Callable[[], float]
) -> bytes | None:
    """Return what stands at an address; `None` when the site says that there is nothing."""
    for _ in range(_MOST_REDIRECTS + 1):
        check_url(url)
        try:
            with client.stream("GET", url) as answer:
                if answer.status_code in _MOVED and "location" in answer.headers:
                    url = str(httpx.URL(url).join(answer.headers["location"]))
                    continue
                if answer.status_code in _ABSENT:
                    return None
                if answer.status_code != 200:
                    raise _unavailable(name, f"the site answers {answer.status_code}")
                return _body(answer, name, seconds_left)
        except AddressRefusedError:
            raise
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError):
            raise _unavailable(name, "the official site cannot be reached from here") from None
    raise _unavailable(name, "the site sends from one address to another")


def _body(answer: httpx.Response, name: str, seconds_left: Callable[[], float]) -> bytes:
    # A packed answer could be a bomb; none was asked for.
    if answer.headers.get("content-encoding", "identity") != "identity":
        raise _unavailable(name, "the site sends a packed answer")
    pieces: list[bytes] = []
    size = 0
    for piece in answer.iter_raw():
        size += len(piece)
        if size > DEFAULT.max_bytes:
            raise _unavailable(
                name, f"the document is larger than {DEFAULT.max_bytes // MEBIBYTE} MB"
            )
        if seconds_left() <= 0:
            raise _unavailable(name, f"the site took longer than {_MOST_SECONDS:.0f} seconds")
        pieces.append(piece)
    return b"".join(pieces)


def _unavailable(name: str, why: str) -> PublicationUnavailableError:
    return PublicationUnavailableError(name, why)


def _publication(file: Path, sidecar: Sidecar, *, is_from_cache: bool) -> Publication:
    return Publication(
        name=sidecar.name,
        path=file,
        url=sidecar.url,
        fetched_at=sidecar.fetched_at,
        media_type=sidecar.media_type,
        sha256=sidecar.sha256,
        is_from_cache=is_from_cache,
    )
