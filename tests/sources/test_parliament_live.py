"""The service's pages: asked one by one, kept, resumed, and never from another address.

Nothing here reaches the service itself: the pages are made up in the form that it publishes.
"""

from __future__ import annotations

import json
from pathlib import Path

import httpx
import pytest

from ketenkaart.core.errors import InputError
from ketenkaart.sources.parliament import live
from ketenkaart.sources.parliament.live import check_address, fetch_page, fetch_pages
from ketenkaart.sources.publications.network import AddressRefusedError, checked_client

BASE = "https://gegevensmagazijn.tweedekamer.nl/OData/v4/2.0/"
ID = "0d056c14-6832-4092-8521-f6f06e01c77e"


def page(number: int, following: str | None) -> bytes:
    content: dict[str, object] = {
        "@odata.context": f"{BASE}$metadata#Zaak",
        "value": [{"Id": ID, "Nummer": f"2024Z{number}"}],
    }
    if following:
        content["@odata.nextLink"] = following
    return json.dumps(content).encode()


class Service:
    """A service of three pages that can fail, and that remembers what it was asked."""

    def __init__(self, *, fails_at: int | None = None) -> None:
        self.asked: list[str] = []
        self.fails_at = fails_at

    def __call__(self, address: str) -> bytes:
        self.asked.append(address)
        number = int(address.rpartition("=")[2])
        if number == self.fails_at:
            raise InputError("The service answered with status 503")
        return page(number, f"{BASE}Zaak?$skip={number + 1}" if number < 3 else None)


FIRST = f"{BASE}Zaak?$skip=1"


def test_all_pages_are_fetched_and_counted(tmp_path: Path) -> None:
    told: list[int] = []
    service = Service()
    files = fetch_pages(FIRST, tmp_path, service, told.append)
    assert len(files) == 3
    assert told == [1, 2, 3]
    assert len(service.asked) == 3


def test_a_run_that_was_cut_short_goes_on_where_it_stopped(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="503"):
        fetch_pages(FIRST, tmp_path, Service(fails_at=3), lambda _: None)
    again = Service()
    assert len(fetch_pages(FIRST, tmp_path, again, lambda _: None)) == 3
    assert again.asked == [f"{BASE}Zaak?$skip=3"]


@pytest.mark.parametrize(
    "following",
    [
        "https://example.org/OData/v4/2.0/Zaak",
        "http://gegevensmagazijn.tweedekamer.nl/OData/v4/2.0/Zaak",
        "https://gegevensmagazijn.tweedekamer.nl/elders",
        "https://gegevensmagazijn.tweedekamer.nl:8443/OData/v4/2.0/Zaak",
        "//127.0.0.1/OData/v4/2.0/Zaak",
        "file:///etc/hostname",
    ],
)
def test_a_next_page_elsewhere_is_not_asked(tmp_path: Path, following: str) -> None:
    asked: list[str] = []

    def service(address: str) -> bytes:
        asked.append(address)
        return page(1, following)

    with pytest.raises(InputError):
        fetch_pages(FIRST, tmp_path, service, lambda _: None)
    assert asked == [FIRST]


def test_a_relative_next_page_belongs_to_the_service(tmp_path: Path) -> None:
    pages = {FIRST: page(1, "Zaak?$skip=2"), f"{BASE}Zaak?$skip=2": page(2, None)}
    assert len(fetch_pages(FIRST, tmp_path, pages.__getitem__, lambda _: None)) == 2


def test_pages_that_go_round_are_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InputError, match="do not end"):
        fetch_pages(FIRST, tmp_path / "a", lambda _: page(1, FIRST), lambda _: None)
    monkeypatch.setattr(live, "MAX_PAGES", 2)
    with pytest.raises(InputError, match="do not end"):
        fetch_pages(FIRST, tmp_path / "b", Service(), lambda _: None)


def test_an_error_page_is_not_kept(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="te druk"):
        fetch_pages(FIRST, tmp_path, lambda _: b'{"error": "te druk"}', lambda _: None)
    assert list(tmp_path.iterdir()) == []


def client(answer: httpx.Response) -> httpx.Client:
    inner = httpx.MockTransport(lambda _: answer)
    return checked_client(inner, lambda _: ["145.21.1.1"])


def body(content: bytes) -> httpx.Response:
    return httpx.Response(200, stream=httpx.ByteStream(content))


def test_one_page_comes_through_the_checked_client() -> None:
    assert fetch_page(FIRST, lambda: client(body(b"[]"))) == b"[]"
    with pytest.raises(InputError, match="302"):
        fetch_page(FIRST, lambda: client(httpx.Response(302, headers={"location": "https://x"})))
    packed = httpx.Response(
        200, headers={"content-encoding": "gzip"}, stream=httpx.ByteStream(b"x")
    )
    with pytest.raises(InputError, match="packed"):
        fetch_page(FIRST, lambda: client(packed))


def test_a_page_without_end_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "MAX_BYTES", 1000)
    with pytest.raises(InputError, match="larger"):
        fetch_page(FIRST, lambda: client(body(b" " * 5000)))


def test_no_connection_is_said_plainly() -> None:
    def broken(_: str) -> list[str]:
        raise OSError

    with pytest.raises(InputError, match="cannot be reached"):
        fetch_page(FIRST, lambda: checked_client(httpx.MockTransport(lambda _: None), broken))


def test_an_address_elsewhere_is_refused_before_anything_is_sent() -> None:
    with pytest.raises(AddressRefusedError):
        check_address("https://example.org/OData/v4/2.0/Zaak")
    for path in ("../x", "%2e%2e/%2e%2e/x"):
        with pytest.raises(InputError, match="not the service's own"):
            check_address(f"{BASE}{path}")
