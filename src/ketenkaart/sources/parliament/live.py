"""Fetch pages from the Tweede Kamer's service, one after the other, and go on where it stopped.

Pages are kept as files until all are there, so a run that was cut short is resumed by the next
one and nothing half-done is ever imported. Only the service's own address is asked.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn
from urllib.parse import urljoin

import httpx

from ketenkaart.core.errors import InputError, StoreError
from ketenkaart.sources.parliament.reader import MAX_BYTES, read_page
from ketenkaart.sources.publications.network import check_url, checked_client

HOST = "gegevensmagazijn.tweedekamer.nl"
PATH = "/OData/v4/2.0/"
MAX_PAGES = 20_000
TIMEOUT_SECONDS = 30.0

Fetch = Callable[[str], bytes]
"""Returns the body of an address, or raises `InputError`."""


def is_service_address(target: str) -> bool:
    """Return whether `target` is written as an address rather than a file.

    >>> is_service_address("https://example.org/"), is_service_address("data/page.json")
    (True, False)
    """
    return target.casefold().startswith(("http://", "https://"))


def check_address(address: str) -> str:
    """Return `address` when it belongs to the service.

    Raises `AddressRefusedError` for another scheme, host or port, and `InputError` for another
    path.

    >>> check_address("https://gegevensmagazijn.tweedekamer.nl/OData/v4/2.0/Zaak?$top=1")
    'https://gegevensmagazijn.tweedekamer.nl/OData/v4/2.0/Zaak?$top=1'
    """
    url = check_url(address)
    if url.host != HOST or not url.path.startswith(PATH) or ".." in url.path:
        _refuse("The address is not the service's own", address)
    return str(url)


def fetch_page(address: str, make_client: Callable[[], httpx.Client] = checked_client) -> bytes:
    """Return the body of one page of the service; redirects are not followed.

    Raises `InputError` when it cannot be had: no connection, no answer in time, another status
    than 200, or a body that is too large.
    """
    headers = {"Accept": "application/json"}
    try:
        with (
            make_client() as client,
            client.stream(
                "GET", address, headers=headers, timeout=TIMEOUT_SECONDS, follow_redirects=False
            ) as answer,
        ):
            if answer.status_code != httpx.codes.OK:
                _refuse(f"The service answered with status {answer.status_code}", address)
            if answer.headers.get("content-encoding", "identity") != "identity":
                _refuse("The service sent a packed answer, and none was asked for", address)
            body = bytearray()
            for block in answer.iter_raw():
                body += block
                if len(body) > MAX_BYTES:
                    _refuse(f"The page is larger than {MAX_BYTES // 1_000_000} MB", address)
            return bytes(body)
    except httpx.HTTPError as error:
        _refuse(f"The service cannot be reached ({type(error).__name__})", address)


def fetch_pages(
    address: str, folder: Path, fetch: Fetch = fetch_page, report: Callable[[int], None] = print
) -> tuple[Path, ...]:
    """Return the files of all pages from `address` on, in order, fetching those not yet there.

    `report` is told how many pages are there. Raises `InputError` when a page cannot be had or
    names a page that was there already; what was fetched stays for the next run.
    """
    folder.mkdir(parents=True, exist_ok=True)
    files: list[Path] = []
    seen: set[str] = set()
    following: str | None = check_address(address)
    while following is not None:
        if following in seen or len(files) >= MAX_PAGES:
            _refuse("The pages do not end", following)
        seen.add(following)
        file = folder / f"page-{len(files) + 1:05d}.json"
        if not file.is_file():
            _keep(file, fetch(check_address(following)))
        files.append(file)
        try:
            link = read_page(file.read_bytes(), file.name).next_link
        except InputError:
            file.unlink()  # an error page must not stand in the way of the next run
            raise
        following = urljoin(following, link) if link else None
        report(len(files))
    return tuple(files)


def _keep(file: Path, body: bytes) -> None:
    part = file.with_suffix(f".part-{os.getpid()}")
    try:
        part.write_bytes(body)
        part.replace(file)
    except OSError as error:
        raise StoreError(
            f"The page cannot be kept: {error.strerror or error}",
            where=str(file),
            fix="Free some space in the data folder.",
        ) from error


def _refuse(what: str, address: str) -> NoReturn:
    raise InputError(
        what, where=address[:200], fix=f"Ask for a page under https://{HOST}{PATH} and try again."
    )
