"""A table fetched by https: listed hosts alone, whole or not at all, and the file is not kept."""

from __future__ import annotations

import httpx
import pytest

from ketenkaart.core.errors import InputError, KetenkaartError
from ketenkaart.services.world_tables import fetch_table
from ketenkaart.sources.bulk.download import HOSTS, DownloadError
from ketenkaart.sources.publications.network import AddressRefusedError, checked_client
from made_tables import made_table, plain_files, zipped

URL = "https://zenodo.org/api/records/1/files/made.zip/content"


@pytest.fixture
def fetch(tmp_path, data_folder):
    def run(answer, url=URL, public="188.184.1.1"):
        def client() -> httpx.Client:
            return checked_client(httpx.MockTransport(answer), lambda _: [public], HOSTS)

        return fetch_table("table", url, data_folder=data_folder, make_client=client)

    return run


def sent(content: bytes) -> httpx.Response:
    return httpx.Response(200, stream=httpx.ByteStream(content))


@pytest.fixture
def raw(tmp_path) -> bytes:
    return zipped(tmp_path / "made.zip", plain_files(made_table())).read_bytes()


def left(folder) -> list[str]:
    return [path.name for path in folder.rglob("*") if path.name != "tables"]


def test_a_table_is_fetched_added_and_not_kept(fetch, raw, data_folder):
    entry = fetch(lambda request: sent(raw))
    assert entry.manifest.sources[0].name == "made.zip"
    assert [path.name for path in (data_folder / "tables").iterdir()] == [entry.manifest.id]


@pytest.mark.parametrize(
    "url",
    [
        "http://zenodo.org/made.zip",
        "https://example.com/made.zip",
        "https://zenodo.org:8443/made.zip",
        "https://user@zenodo.org/made.zip",
        "file:///etc/passwd",
        "ftp://zenodo.org/made.zip",
        "https://zenodo.org.example.com/made.zip",
    ],
)
def test_other_addresses_are_refused(fetch, raw, data_folder, url):
    with pytest.raises(AddressRefusedError, match="zenodo"):
        fetch(lambda request: sent(raw), url)
    assert left(data_folder) == []


def test_an_address_inside_the_network_is_refused(fetch, raw, data_folder):
    with pytest.raises(AddressRefusedError, match="inside a network"):
        fetch(lambda request: sent(raw), public="10.0.0.1")
    assert left(data_folder) == []


def test_a_redirect_to_another_host_is_refused(fetch, data_folder):
    moved = httpx.Response(302, headers={"location": "https://example.com/made.zip"})
    with pytest.raises(AddressRefusedError):
        fetch(lambda request: moved)
    assert left(data_folder) == []


def broken_off(request: httpx.Request) -> httpx.Response:
    stream = httpx.ByteStream(b"PK")
    return httpx.Response(200, headers={"content-length": "1000"}, stream=stream)


def gone(request: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("no route", request=request)


@pytest.mark.parametrize(
    "answer",
    [
        broken_off,
        gone,
        lambda request: httpx.Response(404),
        lambda request: httpx.Response(302, headers={"location": URL}),
        lambda request: httpx.Response(200, headers={"content-encoding": "gzip"}, content=b""),
    ],
)
def test_what_does_not_come_whole_is_named(fetch, data_folder, answer):
    with pytest.raises(KetenkaartError) as caught:
        fetch(answer)
    assert isinstance(caught.value, DownloadError)
    assert left(data_folder) == []


def test_what_comes_and_is_no_table_leaves_nothing(fetch, data_folder):
    with pytest.raises(InputError, match=r"no table\.json"):
        fetch(lambda request: sent(b"<html>"))
    assert left(data_folder) == []
