"""The site as `ketenkaart up` serves it: a real server, asked for pages that calculate."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

READY_SECONDS = 120


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DJANGO_")}
    kept.pop("RUST_MIN_STACK", None)
    folder: Path = tmp_path_factory.mktemp("served")
    process = subprocess.Popen(
        [sys.executable, "-m", "ketenkaart", "up", "--port", str(port)],
        env={**kept, "KETENKAART_DATA": str(folder)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        until = time.monotonic() + READY_SECONDS
        while True:
            try:
                with urlopen(f"{address}/health", timeout=5) as answer:  # noqa: S310
                    assert answer.status == 200
                break
            except (URLError, ConnectionError, TimeoutError):
                assert process.poll() is None, process.stdout.read() if process.stdout else ""
                assert time.monotonic() < until, "the site did not answer"
                time.sleep(0.3)
        yield address, process
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.communicate(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()


@pytest.mark.parametrize(
    "path",
    [
        "/nl/",
        "/en/gap/?by=country&kind=depth&measure=person_years",
        "/nl/gap/?country=BGD&by=sector&as_of=2019-11-22",
        "/nl/gap/data.json?by=layer&as_of=2018-12-31",
        "/en/why/gap:breadth:value_added:2019-11-22:total@starter-2026.1",
        "/nl/ledger/?theme=3",
        "/static/ketenkaart/site.css",
    ],
)
def test_the_server_lives_through_pages_that_calculate(served, path: str) -> None:
    address, process = served
    with urlopen(address + path, timeout=60) as answer:  # noqa: S310
        assert answer.status == 200
        assert answer.read()
    assert process.poll() is None


def test_two_servers_do_not_share_a_port(served) -> None:
    address, _ = served
    port = address.rsplit(":", 1)[1]
    found = subprocess.run(
        [sys.executable, "-m", "ketenkaart", "up", "--port", port],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert found.returncode == 1
    assert "in use" in found.stderr
