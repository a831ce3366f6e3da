"""The site as people meet it, in a real browser: accessible, usable on a phone, without JavaScript.

The server is the one that `ketenkaart up` starts, with a data folder of its own.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from ketenkaart.core.governance.answers import GapQuery
from ketenkaart.services.chain.starter import starter_id
from ketenkaart.services.governance import compute_gap
from ketenkaart.services.register import list_instruments
from made_series import add_series

CHROMIUM = next(
    (
        path
        for name in ("chromium", "chromium-browser", "google-chrome")
        if (path := shutil.which(name))
    ),
    None,
)
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-extensions",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--no-first-run",
)  # fmt: skip
WIDTHS = (320, 360, 1280)
LANGUAGES = ("nl", "en")
AXE_WIDTH = {"nl": 320, "en": 1280}
WORKED = next(item.id for item in list_instruments() if item.worked_out)
OTHER = next(item.id for item in list_instruments() if not item.worked_out)
PAGES = (
    "",
    "gap/",
    "gap/?by=country&kind=depth&as_of=2018-12-31",
    "gap/?country=BGD&by=sector&measure=person_years",
    "gap/?country=XX&as_of=yesterday",
    "mix/",
    "mix/?budget=20&more=segments",
    "mix/what-if/?off_isv=1&add_helpdesk=desk",
    "mix/what-if/?uptake_rvo=x",
    f"why/{compute_gap(GapQuery()).total.id}",
    "gap/sensitivity/",
    "gap/sensitivity/?as_of=2014-06-30&sector=textiles&country=CHN&compute=yes",
    "gap/credit/?as_of=2019-11-22&sector=textiles&country=CHN",
    "gap/validation/",
    "instruments/together/?as_of=2019-11-22&sector=textiles&country=CHN",
    "chain/",
    "chain/?extension=risk:child_labour",
    "chain/?product=cheese&demand=XX",
    "chain/places/?by=country&extension=person_years",
    "chain/tiers/?by=sector&product=food",
    "chain/paths/?country=IND&min_tier=2",
    "chain/between/?country=CHN",
    "chain/compare/",
    "chain/series/",
    f"chain/series/?edition={starter_id()}",
    "chain/trade/",
    "chain/levers/",
    "chain/purchases/",
    "facilities/",
    "facilities/?country=XX",
    "facilities/coverage/?as_of=2019-11-22",
    "facilities/programmes/",
    "facilities/wages/",
    "ledger/",
    "ledger/?theme=3&q=convenant",
    "ledger/?q=zzzz",
    "ledger/R18/",
    "ledger/R36/",
    "ledger/commitments/",
    "ledger/follow-up/",
    "ledger/follow-up/?as_of=yesterday",
    "ledger/follow-up/kst-26485-319/K22/",
    "ledger/follow-up/registers/",
    "ledger/follow-up/planning/",
    "ledger/follow-up/planning/projects/measures_in_perspective/",
    "ledger/follow-up/planning/plans/outline_2020/",
    "ledger/follow-up/promises/",
    "parliament/motions/",
    "parliament/motions/?verdict=great",
    "parliament/motions/35000-XVII-34/",
    "parliament/papers/",
    "parliament/papers/?letter=99999-1",
    "instruments/",
    "instruments/?kind=pact&as_of=yesterday",
    "instruments/compare/?left=agt&right=trustone&day=2019-11-22",
    "instruments/floriculture/",
    "instruments/agt/versions/",
    f"instruments/{WORKED}/",
    f"instruments/{OTHER}/",
    "laws/",
    "laws/csddd/",
    "laws/check/",
    "monitor/",
    "monitor/endorsement/",
    "monitor/risk_sectors/",
    "monitor/sample-size/?margin=5%25&share=0.3&strata=food%3B400%3B12",
    "monitor/estimates/",
    "monitor/disclosure/",
    "monitor/reports/",
    "monitor/effect/",
    "evidence/",
    "evidence/?kind=law&step=impact&level=9",
    "evidence/kit_2020/",
    "evidence/initiatives/",
    "evidence/initiatives/better_work/",
    "theory/",
    "theory/overall/",
    "theory/conflicts/",
    "theory/sdg/",
    "norms/",
    "norms/agt/",
    "norms/sectors/?as_of=yesterday",
    "norms/agreements/agt/",
    "sources/",
    "glossary/",
    "glossary/?q=oar",
    "nothing-here/",
)
SEEN_ELSEWHERE = frozenset({
    "gap/?by=country&kind=depth&as_of=2018-12-31",
    "mix/what-if/?uptake_rvo=x",
    "mix/?budget=20&more=segments",
    "chain/?product=cheese&demand=XX",
    "facilities/?country=XX",
    "ledger/?theme=3&q=convenant",
    "ledger/R18/",
    "ledger/follow-up/?as_of=yesterday",
    "parliament/motions/?verdict=great",
    "parliament/papers/?letter=99999-1",
    "instruments/?kind=pact&as_of=yesterday",
    "evidence/?kind=law&step=impact&level=9",
    "norms/sectors/?as_of=yesterday",
    "glossary/?q=oar",
})  # fmt: skip
"""Pages whose parts other pages of the list show too: only looked at among the long tests."""
WRONG = ("XX", "nothing", "great", "99999", "yesterday", "=x")
"""What stands in addresses that ask for something that is not there."""
# A best practice that axe adds to WCAG: a table column without data may have an empty heading.
AXE_OPTIONS = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
START_SECONDS = 120

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        CHROMIUM is None, reason="the browser tests: no Chromium here; install chromium"
    ),
]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Start the site and return its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    folder = tmp_path_factory.mktemp("browser")
    add_series(folder, folder / "data")
    log = (folder / "log").open("wb")
    # The test run names settings of its own; the site must start with those that users get.
    environment = {k: v for k, v in os.environ.items() if k != "DJANGO_SETTINGS_MODULE"}
    environment["KETENKAART_DATA"] = str(folder / "data")
    server = subprocess.Popen(
        [sys.executable, "-m", "ketenkaart", "up", "--port", str(port)],
        env=environment,
        stdout=log,
        stderr=log,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        wait_for(f"{address}/health", server, folder / "log")
        yield address
    finally:
        server.terminate()
        server.wait(timeout=30)
        log.close()


def wait_for(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if server.poll() is not None:
            pytest.fail(f"`ketenkaart up` stopped:\n{log.read_text(errors='replace')}")
        try:
            with urlopen(address, timeout=5):  # noqa: S310 - our own server, on this machine
                return
        except (URLError, OSError):
            time.sleep(0.2)
    pytest.fail(f"`ketenkaart up` did not answer in {START_SECONDS} s")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A browser of this module's own, closed with it, so that no event loop outlives it."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def shared(chromium: Browser) -> Iterator[Page]:
    """One page for the tests that only look."""
    page = chromium.new_page(reduced_motion="reduce")
    yield page
    page.close()


@pytest.fixture
def tab(chromium: Browser) -> Iterator[Page]:
    """A fresh page in a context of its own."""
    context = chromium.new_context(reduced_motion="reduce")
    yield context.new_page()
    context.close()


def violations(tab: Page) -> list[str]:
    found = Axe().run(tab, options=AXE_OPTIONS).response["violations"]
    return [
        f"{item['id']}: {node['html'][:160]} | {node['failureSummary'][:300]}"
        for item in found
        for node in item["nodes"]
    ]


def sideways(tab: Page) -> int:
    """How many pixels the page itself can be scrolled to the side."""
    return int(
        tab.evaluate(
            "() => Math.max(document.documentElement.scrollWidth, document.body.scrollWidth)"
            " - window.innerWidth"
        )
    )


def follow(tab: Page, selector: str) -> None:
    """Click what leads to another page, and wait for that page: a click alone does not."""
    with tab.expect_navigation():
        tab.locator(selector).first.click()


def open_whole(tab: Page, address: str) -> None:
    """Go to a page and unfold everything that can be unfolded."""
    tab.goto(address)
    open_all(tab)


def open_all(tab: Page) -> None:
    """Unfold everything that can be unfolded."""
    tab.evaluate("() => document.querySelectorAll('details').forEach(d => { d.open = true })")


def in_turns() -> list[Any]:
    """Return each page in one language at once and in the other among the long tests.

    Which language comes first changes from page to page; a page in one language seldom fails alone.
    """
    assert set(PAGES) >= SEEN_ELSEWHERE
    return [
        pytest.param(
            path,
            language,
            marks=() if (at + turn) % 2 and path not in SEEN_ELSEWHERE else pytest.mark.long,
        )
        for at, path in enumerate(PAGES)
        for turn, language in enumerate(LANGUAGES)
    ]


@pytest.mark.parametrize(("path", "language"), in_turns())
def test_page_is_accessible_and_fits(site: str, shared: Page, language: str, path: str) -> None:
    """Every width must fit; axe looks at the phone in Dutch and at the desk in English."""
    open_whole(shared, f"{site}/{language}/{path}")
    for width in WIDTHS:
        shared.set_viewport_size({"width": width, "height": 800})
        assert sideways(shared) <= 0, f"scrolls sideways at {width} px"
    shared.set_viewport_size({"width": AXE_WIDTH[language], "height": 800})
    assert not violations(shared)


@pytest.mark.long
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", PAGES)
def test_page_is_accessible_at_every_width(
    site: str, shared: Page, language: str, path: str
) -> None:
    open_whole(shared, f"{site}/{language}/{path}")
    for width in WIDTHS:
        if width != AXE_WIDTH[language]:
            shared.set_viewport_size({"width": width, "height": 800})
            assert not violations(shared), f"at {width} px"


@pytest.mark.parametrize("path", ["", "gap/?by=country&as_of=2018-12-31", "ledger/", "sources/"])
def test_dark_colours_have_enough_contrast(site: str, chromium: Browser, path: str) -> None:
    context = chromium.new_context(color_scheme="dark", reduced_motion="reduce")
    page = context.new_page()
    page.goto(f"{site}/nl/{path}")
    assert (
        page.evaluate("() => getComputedStyle(document.body).backgroundColor") == "rgb(18, 24, 22)"
    )
    assert not violations(page)
    context.close()


OWN_LIST = """omschrijving;cpv;bedrag;land
Werkkleding;18100000;250.000,50;Bangladesh
Laptops;30200000;900.000;China
Meubels;3910000;300.000;Polen
"""


@pytest.mark.parametrize(
    "language", [LANGUAGES[0], pytest.param(LANGUAGES[1], marks=pytest.mark.long)]
)
def test_a_list_of_ones_own_goes_along_from_answer_to_answer(
    site: str, tab: Page, language: str
) -> None:
    tab.goto(f"{site}/{language}/chain/purchases/")
    file = {"name": "inkoop.csv", "mimeType": "text/csv", "buffer": OWN_LIST.encode()}
    tab.set_input_files("#f-file", file)
    follow(tab, "#own-list button[type=submit]")
    open_all(tab)
    for width in WIDTHS:
        tab.set_viewport_size({"width": width, "height": 800})
        assert sideways(tab) <= 0, f"scrolls sideways at {width} px"
    tab.set_viewport_size({"width": AXE_WIDTH[language], "height": 800})
    assert not violations(tab)
    with tab.expect_download() as handed:
        tab.click("button[formaction$='footprint.csv']")
    assert handed.value.suggested_filename == "ketenkaart-purchases-footprint.csv"
    tab.select_option("#f-country", "CHN")
    follow(tab, "button[formaction$='#paths']")
    assert tab.url.endswith("#paths")
    assert "China" in tab.inner_text(".kk-route__step >> nth=0")
    assert tab.context.cookies() == []
    follow(tab, "#own-list .kk-form__actions a")
    assert tab.locator("input[name=list]").count() == 0


def test_the_checks_see_planted_faults(site: str, tab: Page) -> None:
    tab.set_viewport_size({"width": 320, "height": 800})
    tab.goto(f"{site}/nl/gap/")
    assert sideways(tab) <= 0
    tab.evaluate(
        "() => { const wide = document.createElement('div'); wide.className = 'planted';"
        ' wide.innerHTML = \'<svg width="900" height="9"></svg>\';'
        " document.querySelector('main').append(wide) }"
    )
    assert sideways(tab) > 0
    tab.evaluate("() => document.querySelector('label[for=f-issue]').remove()")
    assert any(found.startswith("select-name") for found in violations(tab))


def test_no_page_breaks_its_own_policy(site: str, tab: Page) -> None:
    refused: list[str] = []
    failed: list[str] = []
    tab.on("console", lambda message: refused.append(message.text))
    tab.on("pageerror", lambda error: refused.append(str(error)))
    # What the next page cuts short has not failed.
    tab.on(
        "requestfailed",
        lambda r: (
            None if r.failure == "net::ERR_ABORTED" else failed.append(f"{r.url} {r.failure}")
        ),
    )
    tab.on("response", lambda answer: failed.append(answer.url) if answer.status >= 400 else None)
    outside: list[str] = []
    tab.on("request", lambda r: None if r.url.startswith(site) else outside.append(r.url))
    for path in PAGES:
        if not any(wrong in path for wrong in WRONG):
            tab.goto(f"{site}/nl/{path}", wait_until="load")
    assert (refused, failed, outside) == ([], [], [])


def test_the_font_and_the_design_system_are_there(site: str, tab: Page) -> None:
    tab.goto(f"{site}/nl/", wait_until="networkidle")
    assert tab.evaluate("() => document.fonts.check('16px \"Fira Sans\"')")
    loaded = tab.evaluate("() => [...document.fonts].filter(f => f.status == 'loaded').length")
    assert loaded >= 1
    skip = tab.locator("a.utrecht-skip-link").first
    assert skip.evaluate("node => getComputedStyle(node).position") == "fixed"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_skip_link_works_by_keyboard(site: str, tab: Page, language: str) -> None:
    tab.goto(f"{site}/{language}/ledger/")
    tab.keyboard.press("Tab")
    focused = tab.locator(":focus")
    assert focused.get_attribute("href") == "#content"
    box = focused.bounding_box()
    assert box is not None
    assert box["y"] >= 0
    tab.keyboard.press("Enter")
    assert tab.evaluate("() => document.activeElement.id") == "content"
    tab.keyboard.press("Tab")
    assert tab.evaluate("() => document.querySelector('main').contains(document.activeElement)")


def test_wide_tables_scroll_by_keyboard_inside_their_own_region(site: str, tab: Page) -> None:
    tab.set_viewport_size({"width": 360, "height": 800})
    tab.goto(f"{site}/nl/gap/?by=country")
    region = tab.locator(".kk-scroll").first
    region.focus()
    for _ in range(5):
        tab.keyboard.press("ArrowRight")
    tab.wait_for_function("() => document.querySelector('.kk-scroll').scrollLeft > 0")
    assert tab.evaluate("() => window.scrollX") == 0


def test_everything_that_takes_focus_shows_it(site: str, tab: Page) -> None:
    tab.goto(f"{site}/nl/gap/")
    seen = 0
    for _ in range(40):
        tab.keyboard.press("Tab")
        style = tab.evaluate(
            "() => { const s = getComputedStyle(document.activeElement);"
            " return [document.activeElement.tagName, s.outlineStyle, parseFloat(s.outlineWidth)] }"
        )
        if style[0] == "BODY":
            break
        assert style[1] != "none", style
        assert style[2] >= 2, style
        seen += 1
    assert seen > 20


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_explorer_works_without_javascript(site: str, chromium: Browser, language: str) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site}/{language}/gap/")
    page.locator("#f-by").select_option("sector")
    page.locator("#f-kind").select_option("depth")
    page.locator("#f-as_of").fill("2018-12-31")
    follow(page, "form.kk-form button")
    assert "by=sector" in page.url
    assert page.locator("table.kk-gaptable tbody tr").count() == len(
        compute_gap(GapQuery(by="sector")).rows
    )
    page.locator("#f-as_of").fill("yesterday")
    follow(page, "form.kk-form button")
    assert page.locator("#e-as_of").is_visible()
    assert page.locator("#f-as_of").input_value() == "yesterday"
    follow(page, "[role=alert] a")
    assert page.url.endswith("#f-as_of")
    context.close()


def test_the_language_switch_keeps_the_page(site: str, tab: Page) -> None:
    tab.goto(f"{site}/nl/ledger/?theme=3")
    follow(tab, ".kk-language")
    assert tab.url == f"{site}/en/ledger/?theme=3"
    assert tab.locator("html").get_attribute("lang") == "en"
    assert tab.locator("#f-theme").input_value() == "3"
    follow(tab, ".kk-language")
    assert tab.url == f"{site}/nl/ledger/?theme=3"


def test_from_headline_to_source_by_links_alone(site: str, tab: Page) -> None:
    tab.goto(f"{site}/nl/")
    follow(tab, ".kk-headline__why a")
    assert "/nl/why/" in tab.url
    for details in tab.locator("details").all():
        details.evaluate("node => { node.open = true }")
    follow(tab, ".kk-cite a")
    assert "/nl/sources/#s-" in tab.url
    place = tab.locator(f"#{tab.url.partition('#')[2]}")
    place.wait_for(state="attached")
    assert place.count() == 1


def test_it_prints_without_navigation(site: str, tab: Page) -> None:
    tab.goto(f"{site}/nl/gap/")
    tab.emulate_media(media="print")
    assert not tab.locator(".kk-nav").is_visible()
    assert tab.locator("table.kk-gaptable").is_visible()
    assert tab.locator(".kk-caveat").is_visible()
