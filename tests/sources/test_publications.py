"""Fetching an official publication: what is asked for, what is kept, and what is never reached."""

from __future__ import annotations

import http.server
import json
import logging
import shutil
import socket
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from ketenkaart.core.errors import InputError, StoreError
from ketenkaart.sources.publications import (
    AddressRefusedError,
    PublicationUnavailableError,
    checked_client,
    fetch_publication,
    parse_identifier,
)
from ketenkaart.sources.publications.network import CheckedTransport, check_url, is_public

SITE = "https://zoek.officielebekendmakingen.nl"
AT = datetime(2031, 5, 2, 12, tzinfo=UTC)
PUBLIC = "145.21.1.1"
XML = b"<?xml version='1.0'?><officiele-publicatie><al>tekst</al></officiele-publicatie>"
HTML = b"<!DOCTYPE html><html><meta name=DC.identifier content=kst-99999-7><p>tekst</p></html>"
PDF = b"%PDF-1.7\n..."

Answer = Callable[[httpx.Request], httpx.Response]


class Site:
    """A site made of answers by address; `asked` lists what it was asked for, and where."""

    def __init__(self, answers: dict[str, Answer | httpx.Response | bytes]) -> None:
        self.answers = answers
        self.asked: list[str] = []
        self.connected: list[str] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        url = f"https://{request.headers['host']}{request.url.raw_path.decode()}"
        self.asked.append(url)
        self.connected.append(request.url.host)
        assert request.extensions["sni_hostname"] == request.headers["host"]
        answer = self.answers.get(url, httpx.Response(404))
        if isinstance(answer, bytes):
            return httpx.Response(200, stream=httpx.ByteStream(answer))
        return answer(request) if callable(answer) else answer

    def client(self, resolve: Callable[[str], Sequence[str]] = lambda _: [PUBLIC]) -> httpx.Client:
        return checked_client(httpx.MockTransport(self), resolve)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("kst-26485-319", "kst-26485-319"),
        ("KST-26485-319", "kst-26485-319"),
        ("26485-319", "kst-26485-319"),
        ("26 485, nr. 319", "kst-26485-319"),
        ("Kamerstukken II 26485, nr. 319", "kst-26485-319"),
        ("kst-35000-XVII-34", "kst-35000-XVII-34"),
        ("35 000 xvii, nr. 34", "kst-35000-XVII-34"),
        ("21501-02-3174", "kst-21501-02-3174"),
        ("kst-36200-A", "kst-36200-A"),
        ("kst-1268678", "kst-1268678"),
        ("blg-1184123", "blg-1184123"),
        ("ah-tk-20242025-1244", "ah-tk-20242025-1244"),
    ],
)
def test_the_ways_to_write_a_number(text: str, name: str) -> None:
    assert parse_identifier(text).name == name


@pytest.mark.parametrize(
    "text",
    ["", "26485", "letter.pdf", "kst-", "kst-1-2", "../etc/passwd", "kst-26485-319/../..",
     "26485-319" * 20, "٢٦٤٨٥-٣١٩"],
)  # fmt: skip
def test_what_is_no_number(text: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="not the number"):
        fetch_publication(text, cache=tmp_path, make_client=Site({}).client)


def test_xml_is_preferred_and_kept_with_its_origin(tmp_path: Path) -> None:
    site = Site({f"{SITE}/kst-99999-7.xml": XML, f"{SITE}/kst-99999-7.pdf": PDF})
    first = fetch_publication("99999-7", cache=tmp_path, make_client=site.client, now=lambda: AT)
    assert first.path.read_bytes() == XML
    assert first.media_type == "application/xml"
    assert not first.is_from_cache
    sidecar = json.loads((tmp_path / "kst-99999-7.xml.json").read_text())
    assert sidecar["url"] == f"{SITE}/kst-99999-7.xml"
    assert sidecar["fetched_at"].startswith("2031-05-02T12:00")
    assert sidecar["sha256"] == first.sha256
    again = fetch_publication("kst-99999-7", cache=tmp_path, make_client=site.client)
    assert again.is_from_cache
    assert again.fetched_at == AT
    assert site.asked == [f"{SITE}/kst-99999-7.xml"]
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "kst-99999-7.xml",
        "kst-99999-7.xml.json",
    ]


def test_html_and_then_pdf_come_next(tmp_path: Path) -> None:
    site = Site({f"{SITE}/kst-99999-7.html": HTML})
    assert (
        fetch_publication("99999-7", cache=tmp_path, make_client=site.client).path.suffix == ".html"
    )
    # Old papers have XML of another form, which is not read.
    old = Site(
        {
            f"{SITE}/kst-99999-6.xml": b'<!DOCTYPE kamerwrk SYSTEM "x.dtd"><kamerwrk/>',
            f"{SITE}/kst-99999-6.html": HTML.replace(b"-7", b"-6"),
        }
    )
    assert (
        fetch_publication("99999-6", cache=tmp_path, make_client=old.client).path.suffix == ".html"
    )
    # A page that says "not found" with a friendly face is not the document.
    other = Site(
        {
            f"{SITE}/kst-99999-8.xml": b"<html>niet gevonden</html>",
            f"{SITE}/kst-99999-8.html": b"<html>niet gevonden</html>",
            f"{SITE}/kst-99999-8.pdf": PDF,
        }
    )
    found = fetch_publication("99999-8", cache=tmp_path, make_client=other.client)
    assert found.path.name == "kst-99999-8.pdf"
    assert len(other.asked) == 3


def test_an_address_of_the_site_is_its_number(tmp_path: Path) -> None:
    site = Site({f"{SITE}/kst-99999-7.xml": XML})
    found = fetch_publication(
        f"{SITE}/kst-99999-7.html#noot1", cache=tmp_path, make_client=site.client
    )
    assert found.name == "kst-99999-7"
    assert found.path.suffix == ".xml"


def test_another_listed_site_is_asked_for_what_was_given(tmp_path: Path) -> None:
    url = "https://www.rijksoverheid.nl/documenten/2031/brief.pdf?download=1"
    site = Site({url: PDF})
    found = fetch_publication(url, cache=tmp_path, make_client=site.client)
    assert found.path.name.startswith("www.rijksoverheid.nl-")
    assert found.path.read_bytes() == PDF
    assert site.connected == [PUBLIC]


def test_a_kept_file_that_changed_is_fetched_again(tmp_path: Path) -> None:
    site = Site({f"{SITE}/kst-99999-7.xml": XML})
    path = fetch_publication("99999-7", cache=tmp_path, make_client=site.client).path
    path.write_bytes(b"changed")
    again = fetch_publication("99999-7", cache=tmp_path, make_client=site.client)
    assert not again.is_from_cache
    assert path.read_bytes() == XML


def test_nothing_by_that_name(tmp_path: Path) -> None:
    with pytest.raises(PublicationUnavailableError, match="no document by that name") as error:
        fetch_publication("99999-7", cache=tmp_path, make_client=Site({}).client)
    assert error.value.http_status == 502
    assert "give the file" in str(error.value)


def _raises(error: Exception) -> Answer:
    def answer(_request: httpx.Request) -> httpx.Response:
        raise error

    return answer


def _redirects(to: str) -> httpx.Response:
    return httpx.Response(302, headers={"location": to})


def _endless() -> Iterator[bytes]:
    while True:
        yield b"x" * 65536


FAULTS: dict[str, Answer | httpx.Response] = {
    "no network": _raises(httpx.ConnectError("no route")),
    "no answer": _raises(httpx.ReadTimeout("slow")),
    "half an answer": _raises(httpx.RemoteProtocolError("cut")),
    "a fault": httpx.Response(500),
    "a closed door": httpx.Response(403),
    "endless bytes": httpx.Response(200, content=_endless()),
    "a packed answer": httpx.Response(
        200, headers={"content-encoding": "gzip"}, stream=httpx.ByteStream(b"\x1f\x8b" * 99)
    ),
    "an endless circle": _redirects(f"{SITE}/kst-99999-7.xml"),
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_a_fault_of_the_site_is_said_and_leaves_nothing(
    fault: Answer | httpx.Response, tmp_path: Path
) -> None:
    site = Site({f"{SITE}/kst-99999-7.xml": fault})
    with pytest.raises(PublicationUnavailableError, match="kst-99999-7 was not fetched"):
        fetch_publication("99999-7", cache=tmp_path, make_client=site.client)
    assert list(tmp_path.iterdir()) == []


def test_drop_by_drop_is_too_slow(tmp_path: Path) -> None:
    ticks = iter(range(0, 10_000, 3))
    site = Site({f"{SITE}/kst-99999-7.xml": httpx.Response(200, content=iter([b"x"] * 1000))})
    with pytest.raises(PublicationUnavailableError, match="longer than 20 seconds"):
        fetch_publication(
            "99999-7", cache=tmp_path, make_client=site.client, clock=lambda: next(ticks)
        )


def test_a_full_disk_leaves_nothing_half(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("ketenkaart.sources.publications.cache.os.fsync", full)
    with pytest.raises(StoreError, match="No space left"):
        fetch_publication(
            "99999-7", cache=tmp_path, make_client=Site({f"{SITE}/kst-99999-7.xml": XML}).client
        )
    assert list(tmp_path.iterdir()) == []


def test_a_move_within_the_list_is_followed(tmp_path: Path) -> None:
    there = "https://repository.overheid.nl/frbr/kst-99999-7.xml"
    site = Site({f"{SITE}/kst-99999-7.xml": _redirects(there), there: XML})
    assert fetch_publication("99999-7", cache=tmp_path, make_client=site.client).path.exists()
    assert site.connected == [PUBLIC, PUBLIC]


ADDRESSES = [
    "http://zoek.officielebekendmakingen.nl/kst-1", "ftp://zoek.officielebekendmakingen.nl/kst-1",
    "file:///etc/passwd", "gopher://127.0.0.1:1/", "https://127.0.0.1/", "https://localhost/",
    "https://2130706433/", "https://0x7f000001/", "https://0177.0.0.1/", "https://127.1/",
    "https://0/", "https://[::1]/", "https://[::ffff:127.0.0.1]/", "https://[64:ff9b::7f00:1]/",
    "https://[2002:7f00:1::]/", "https://169.254.169.254/latest/meta-data",
    "https://metadata.google.internal/", "https://zoek.officielebekendmakingen.nl:22/",
    "https://zoek.officielebekendmakingen.nl:8443/kst-1",
    "https://a:b@zoek.officielebekendmakingen.nl/", "https://zoek.officielebekendmakingen.nl@evil.nl/",
    "https://evil.nl#@zoek.officielebekendmakingen.nl/", "https://evil.nl?zoek.officielebekendmakingen.nl",
    "https://zoek.officielebekendmakingen.nl.evil.nl/", "https://evil-officielebekendmakingen.nl/",
    "https://officielebekendmakingen.nl.evil.nl/", "https://zoek.officielebekendmakingen.nl./",
    "https://zoek。officielebekendmakingen。nl/", "https://zoek.officielebekendmakingen.nl%2eevil.nl/",
    "https://zоek.officielebekendmakingen.nl/", "https://ⓩoek.officielebekendmakingen.nl/",
    "https:\\\\zoek.officielebekendmakingen.nl\\", "https://evil.nl\\@zoek.officielebekendmakingen.nl/",
    "https://zoek.officielebekendmakingen.nl\t.evil.nl/",
    "https://zoek.officielebekendmakingen.nl \n/",
    "https:///zoek.officielebekendmakingen.nl/", "https://", "://", "https://[", "https://[v1.x]/",
    "javascript://zoek.officielebekendmakingen.nl/%0aalert(1)",
]  # fmt: skip


@pytest.mark.parametrize("address", ADDRESSES)
def test_no_other_address_is_reached(address: str, tmp_path: Path) -> None:
    def never(_host: str) -> Sequence[str]:
        raise AssertionError("a refused address was looked up")

    site = Site({})
    with pytest.raises(InputError):
        fetch_publication(address, cache=tmp_path, make_client=lambda: site.client(never))
    assert site.asked == []


def test_there_are_forty_forms() -> None:
    assert len(set(ADDRESSES)) >= 40


@pytest.mark.parametrize(
    "target",
    ["http://zoek.officielebekendmakingen.nl/a.xml", "https://evil.nl/a.xml",
     "https://127.0.0.1/a.xml", "//evil.nl/a.xml", "file:///etc/passwd",
     "https://zoek.officielebekendmakingen.nl:22/"],
)  # fmt: skip
def test_no_redirect_leads_out(target: str, tmp_path: Path) -> None:
    site = Site({f"{SITE}/kst-99999-7.xml": _redirects(target)})
    with pytest.raises(AddressRefusedError):
        fetch_publication("99999-7", cache=tmp_path, make_client=site.client)
    assert len(site.asked) == 1


INNER = [
    "0.0.0.0", "0.1.2.3",  # noqa: S104 - refused, not bound to
    "10.0.0.1", "100.64.0.1", "127.0.0.1", "127.9.9.9", "169.254.169.254",
    "172.16.0.1", "172.31.255.255", "192.0.0.1", "192.0.2.1", "192.88.99.1", "192.168.1.1",
    "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.250", "240.0.0.1",
    "255.255.255.255", "::", "::1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::127.0.0.1",
    "64:ff9b::7f00:1", "64:ff9b:1::1", "100::1", "2001::1", "2001:10::1", "2001:db8::1",
    "2002:7f00:1::", "3fff::1", "5f00::1", "fc00::1", "fd12:3456::1", "fe80::1", "fe80::1%eth0",
    "fec0::1", "ff02::1", "not an address", "", "127.1", "2130706433",
]  # fmt: skip


@pytest.mark.parametrize("address", INNER)
def test_an_inner_address_is_never_connected_to(address: str, tmp_path: Path) -> None:
    assert not is_public(address)
    for answer in ([address], [PUBLIC, address]):
        site = Site({f"{SITE}/kst-99999-7.xml": XML})
        with pytest.raises(AddressRefusedError):
            fetch_publication(
                "99999-7",
                cache=tmp_path,
                make_client=lambda site=site, answer=answer: site.client(lambda _: answer),
            )
        assert site.connected == []


@pytest.mark.parametrize("address", [PUBLIC, "8.8.8.8", "2a02:2e0::1", "2606:4700::1111"])
def test_an_ordinary_address_is(address: str) -> None:
    assert is_public(address)


def test_a_name_that_turns_around_after_the_check_gains_nothing(tmp_path: Path) -> None:
    """Every connection goes to the very address that was checked for it."""
    answers = iter([[PUBLIC], ["127.0.0.1"]])
    there = "https://repository.overheid.nl/kst-99999-7.xml"
    site = Site({f"{SITE}/kst-99999-7.xml": _redirects(there), there: XML})
    with pytest.raises(AddressRefusedError):
        fetch_publication(
            "99999-7", cache=tmp_path, make_client=lambda: site.client(lambda _: next(answers))
        )
    assert site.connected == [PUBLIC]


@pytest.fixture
def loopback() -> Iterator[tuple[int, list[str]]]:
    """A canary: a server on this machine that notes who knocks."""
    knocks: list[str] = []
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(0.1)
    stop = threading.Event()

    def listen() -> None:
        while not stop.is_set():
            try:
                connection, _ = listener.accept()
            except TimeoutError:
                continue
            knocks.append("knock")
            connection.close()

    thread = threading.Thread(target=listen)
    thread.start()
    yield listener.getsockname()[1], knocks
    stop.set()
    thread.join()
    listener.close()


class _ToThisMachine(httpx.BaseTransport):
    """Stands in for the network: whatever address is connected to, it is a port here."""

    def __init__(self, port: int, inner: httpx.BaseTransport) -> None:
        self.port, self.inner = port, inner

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.url = request.url.copy_with(host="127.0.0.1", port=self.port)
        return self.inner.handle_request(request)

    def close(self) -> None:
        self.inner.close()


def test_a_canary_on_this_machine_hears_nothing(
    loopback: tuple[int, list[str]], tmp_path: Path
) -> None:
    port, knocks = loopback

    def client(answer: str) -> httpx.Client:
        return checked_client(_ToThisMachine(port, httpx.HTTPTransport()), lambda _: [answer])

    for address in ("127.0.0.1", "::1", "10.0.0.1", "2002:7f00:1::"):
        with pytest.raises(AddressRefusedError):
            fetch_publication("99999-7", cache=tmp_path, make_client=lambda a=address: client(a))
    assert knocks == []
    # The canary is alive: without the check, by the same way, it is heard.
    with pytest.raises(PublicationUnavailableError):
        fetch_publication("99999-7", cache=tmp_path, make_client=lambda: client(PUBLIC))
    assert knocks


def _certificate(folder: Path, name: str) -> tuple[Path, Path]:
    key, certificate = folder / f"{name}.key", folder / f"{name}.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
         "-nodes", "-days", "2", "-subj", f"/CN={name}", "-addext", f"subjectAltName=DNS:{name}",
         "-keyout", str(key), "-out", str(certificate)],
        check=True, capture_output=True,
    )  # fmt: skip
    return key, certificate


@pytest.mark.skipif(shutil.which("openssl") is None, reason="NOT RUN: there is no openssl here")
@pytest.mark.parametrize("is_right", [True, False])
def test_the_certificate_must_be_for_the_name(is_right: bool, tmp_path: Path) -> None:
    """The connection goes to an address, and still the name is what must be proven."""
    right = "zoek.officielebekendmakingen.nl"
    name = right if is_right else "evil.nl"
    key, certificate = _certificate(tmp_path, name)

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            assert self.headers["Host"] == right
            self.send_response(200)
            self.send_header("Content-Length", str(len(XML)))
            self.end_headers()
            self.wfile.write(XML)

        def log_message(self, *_: object) -> None: ...

    server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    server.handle_error = lambda *_: None  # type: ignore[method-assign]
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    trust = ssl.create_default_context(cafile=str(certificate))
    inner = _ToThisMachine(server.server_port, httpx.HTTPTransport(verify=trust))
    try:
        if is_right:
            found = fetch_publication(
                "99999-7",
                cache=tmp_path / "cache",
                make_client=lambda: checked_client(inner, lambda _: [PUBLIC]),
            )
            assert found.path.read_bytes() == XML
        else:
            with pytest.raises(PublicationUnavailableError):
                fetch_publication(
                    "99999-7",
                    cache=tmp_path / "cache",
                    make_client=lambda: checked_client(inner, lambda _: [PUBLIC]),
                )
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_neither_proxy_nor_logs_learn_of_content(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    caplog.set_level(logging.DEBUG)
    site = Site({f"{SITE}/kst-99999-7.xml": XML.replace(b"tekst", b"kanariegeel")})
    fetch_publication("99999-7", cache=tmp_path, make_client=site.client)
    assert site.connected == [PUBLIC]
    assert "kanariegeel" not in caplog.text


def test_the_list_is_exact() -> None:
    assert check_url(f"{SITE}/kst-1#x").fragment == ""
    assert isinstance(checked_client()._transport, CheckedTransport)
