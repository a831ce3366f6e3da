"""Judging in a real browser: accessible, usable on a phone and from the keyboard, no script."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect, sync_playwright
from test_site_browser import CHROMIUM, FLAGS, violations, wait_for

from judged_letters import LETTER, LONG
from ketenkaart.web.text import say

TESTS = Path(__file__).resolve().parent.parent
FILL = f"""
import json, os, sys
from pathlib import Path
sys.path.insert(0, {str(TESTS)!r})
from ketenkaart.services.stores import prepare_stores
prepare_stores(Path(os.environ["KETENKAART_DATA"]))
from judged_letters import fill_record, session_of
from made_reports import fill_reports
found = fill_record()
found["sample"] = fill_reports("anna", ("anna", "bram"))
sys.stdout.write(json.dumps(found | {{"session": session_of("anna")}}))
"""
PAGES = (
    "letters/", "letters/{letter}/", "letters/{long}/?page=2", "letters/{letter}/text/",
    "letters/{letter}/judge/{key}/", "letters/{letter}/judge/{promise}/",
    "letters/{letter}/judge/{paper}/", "letters/{letter}/split/{key}/",
    "letters/{letter}/merge/{key}/", "letters/{letter}/sentences/",
    "letters/{letter}/add/?kind=recommendation&sentence=9", "letters/{letter}/disagreements/",
    "letters/{letter}/resolve/{apart}/", "letters/{letter}/agreement/",
    "letters/{letter}/changes/", "letters/{long}/publish/", "account/", "ledger/?letter={long}",
    "ledger/R1/?letter={long}", "monitor/reports/", "monitor/reports/judge/",
    "monitor/reports/judge/{sample}/", "monitor/reports/judge/{sample}/2/",
    "monitor/reports/judge/{sample}/3/",
)  # fmt: skip

pytestmark = [
    pytest.mark.browser,
    pytest.mark.long,
    pytest.mark.skipif(
        CHROMIUM is None, reason="the browser tests: no Chromium here; install chromium"
    ),
]


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """A site with letters under judgement; returns its address, a session and some keys."""
    folder = tmp_path_factory.mktemp("judging")
    environment = {k: v for k, v in os.environ.items() if k != "DJANGO_SETTINGS_MODULE"}
    environment["KETENKAART_DATA"] = str(folder / "data")
    filled = subprocess.run(
        [sys.executable, "-c", FILL], env=environment, capture_output=True, text=True, check=True
    )
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    log = (folder / "log").open("wb")
    server = subprocess.Popen(
        [sys.executable, "-m", "ketenkaart", "up", "--port", str(port)],
        env=environment,
        stdout=log,
        stderr=log,
    )
    try:
        wait_for(f"{address}/health", server, folder / "log")
        yield json.loads(filled.stdout) | {"site": address, "letter": LETTER, "long": LONG}
    finally:
        server.terminate()
        server.wait(timeout=30)
        log.close()


@pytest.fixture(scope="module")
def context(record: dict[str, str]) -> Iterator[BrowserContext]:
    """A browser without JavaScript in which Anna is logged in."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        opened = browser.new_context(reduced_motion="reduce")
        opened.add_cookies(
            [{"name": "ketenkaart-session", "value": record["session"], "url": record["site"]}]
        )
        yield opened
        browser.close()


@pytest.fixture(scope="module")
def tab(context: BrowserContext) -> Page:
    return context.new_page()


@pytest.mark.parametrize("path", PAGES)
def test_every_page_is_accessible_and_fits(tab: Page, record: dict[str, str], path: str) -> None:
    for width, language in ((360, "nl"), (1280, "en")):
        tab.set_viewport_size({"width": width, "height": 900})
        answer = tab.goto(f"{record['site']}/{language}/{path.format(**record)}")
        assert answer is not None
        assert answer.status == 200
        assert violations(tab) == []
        wide = tab.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, f"{path} is {wide} px wide at {width} px"


def test_judging_from_the_keyboard_alone(tab: Page, record: dict[str, str]) -> None:
    tab.set_viewport_size({"width": 1280, "height": 900})
    tab.goto(f"{record['site']}/nl/letters/{LETTER}/judge/{record['promise']}/")
    expect(tab.locator("button[value=accept]")).to_be_focused()
    tab.keyboard.press("Enter")
    expect(tab.locator("h1")).to_contain_text("K2")
    expect(tab.locator("button[value=accept]")).to_be_focused()
    tab.locator("button[accesskey=u]").press("Enter")
    expect(tab.locator("h1")).to_contain_text("K1")
    expect(tab.get_by_text(say("judging.undone", "nl"))).to_be_visible()


def test_logging_in_and_out(record: dict[str, str], context: BrowserContext) -> None:
    assert context.browser is not None
    fresh = context.browser.new_context(java_script_enabled=False)
    page = fresh.new_page()
    page.goto(f"{record['site']}/nl/letters/")
    page.fill("#f-name", "anna")
    page.fill("#f-password", "een rustige middag in april")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text(say("judging.title", "nl"))
    page.get_by_role("button", name=say("account.logout", "nl")).click()
    expect(page.get_by_role("link", name=say("account.login", "nl"))).to_be_visible()
    assert not [c for c in fresh.cookies() if c["name"] == "ketenkaart-session"]
    fresh.close()
