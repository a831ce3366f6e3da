"""Fetch a table of gigabytes from its publisher: by https, from listed hosts, straight to disk."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote

import httpx

from ketenkaart.core.chain.incoming import Progress
from ketenkaart.core.errors import KetenkaartError
from ketenkaart.sources.publications.network import check_url, checked_client

HOSTS = frozenset(
    {
        "zenodo.org",
        "dataverse.nl",
        "www.wiod.org",
        "stats.oecd.org",
        "webfs.oecd.org",
        "www.oecd.org",
        "sti-data-download.oecd.org",
        "ec.europa.eu",
        "circabc.europa.eu",
    }
)
"""Hosts of the publishers of tables; which file stands where changes too often to be kept here."""
MOST_BYTES = 16 << 30
_MOST_REDIRECTS = 5
_MOVED = (301, 302, 303, 307, 308)
_ODD = re.compile(r"[^A-Za-z0-9._-]")


class DownloadError(KetenkaartError):
    """A table that could not be fetched: the site is out of reach, or what came is not whole."""

    code = "download"
    http_status = 502


def tables_client() -> httpx.Client:
    """Return a client that reaches the hosts of publishers of tables, at checked addresses."""
    return checked_client(hosts=HOSTS)


def download(
    url: str,
    folder: Path,
    progress: Progress,
    make_client: Callable[[], httpx.Client] = tables_client,
) -> Path:
    """Fetch a file into a folder, under the last part of its address, and return where it is.

    Raises `AddressRefusedError` for an address that is not https to a listed host, also where a
    redirect leads to; `DownloadError` for a site that cannot be reached or sends less or more
    than it says.
    """
    last = unquote(check_url(url, HOSTS).path).rpartition("/")[2]
    # Zenodo's addresses end in `/content`, behind the name.
    last = url.split("/")[-2] if last == "content" else last
    target = folder / (_ODD.sub("-", last).lstrip(".") or "table")
    address = url
    try:
        with make_client() as client:
            for _ in range(_MOST_REDIRECTS + 1):
                check_url(address, HOSTS)
                with client.stream("GET", address, timeout=60.0) as answer:
                    if answer.status_code in _MOVED and "location" in answer.headers:
                        address = str(httpx.URL(address).join(answer.headers["location"]))
                        continue
                    if answer.status_code != 200:
                        raise _failed(url, f"the site answers {answer.status_code}")
                    _keep(answer, target, url, progress)
                    return target
    except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as error:
        raise _failed(url, "the site cannot be reached, or broke off") from error
    raise _failed(url, "the site sends from one address to another")


def _keep(answer: httpx.Response, target: Path, url: str, progress: Progress) -> None:
    if answer.headers.get("content-encoding", "identity") != "identity":
        raise _failed(url, "the site sends a packed answer that was not asked for")
    told = answer.headers.get("content-length", "")
    whole = int(told) if told.isdigit() else 0
    done = 0
    with target.open("xb") as stream:
        for piece in answer.iter_raw():
            done += len(piece)
            if done > MOST_BYTES:
                raise _failed(url, f"it is larger than {MOST_BYTES >> 30} GB")
            stream.write(piece)
            progress("fetching", min(done / whole, 1.0) if whole else 0.0)
    if whole and done != whole:
        raise _failed(url, f"{done} of {whole} bytes came")


def _failed(url: str, why: str) -> DownloadError:
    return DownloadError(
        f"The table could not be fetched: {why}",
        where=url[:200],
        fix="Try again later, or fetch the file yourself and give its path.",
    )
