"""The law pages in a real browser: accessible, narrow enough for a phone, usable by keyboard."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page
from test_site_browser import (
    CHROMIUM,
    LANGUAGES,
    WIDTHS,
    chromium,
    open_whole,
    shared,
    sideways,
    site,
    tab,
    violations,
)

from ketenkaart.web.text import say

__all__ = ["chromium", "shared", "site", "tab"]
PAGES = (
    "laws/?as_of=yesterday", "laws/?q=zzzz", "laws/eu_2017_821/", "laws/csrd/?as_of=2024-06-01",
    "laws/wivo/", "laws/compare/", "laws/compare/?law=csddd.original_2024&law=csddd.omnibus_2026",
    "laws/compare/?law=french_vigilance&law=lksg&law=norwegian_transparency_act&law=csddd",
    "laws/changes/?law=csddd",
)  # fmt: skip

pytestmark = [
    pytest.mark.browser,
    pytest.mark.long,
    pytest.mark.skipif(
        CHROMIUM is None, reason="the browser tests: no Chromium here; install chromium"
    ),
]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", PAGES)
def test_page_is_accessible_and_fits(site: str, shared: Page, language: str, path: str) -> None:
    open_whole(shared, f"{site}/{language}/{path}")
    for width in WIDTHS:
        shared.set_viewport_size({"width": width, "height": 800})
        assert sideways(shared) <= 0, f"scrolls sideways at {width} px"
        assert not violations(shared), f"at {width} px"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_whole_check_by_keyboard_alone(site: str, tab: Page, language: str) -> None:
    """Space and Enter from the first tick to the last answer; every question is accessible."""
    tab.set_viewport_size({"width": 360, "height": 800})
    tab.goto(f"{site}/{language}/laws/check/")
    ticked = tab.locator("input[name=law]:checked").evaluate_all("all => all.map(one => one.value)")
    for law in {*ticked} ^ {"eu_2017_821", "csrd", "eudr"}:
        tab.locator(f"#l-{law}").focus()
        tab.keyboard.press("Space")
    tab.locator("button[value=start]").focus()
    with tab.expect_navigation():
        tab.keyboard.press("Enter")
    kinds: set[str] = set()
    for _ in range(40):
        if tab.locator("input[name=asked]").count() == 0:
            break
        kinds |= answer(tab)
        question = tab.locator("#question").inner_text()
        assert sideways(tab) <= 0, question
        assert not violations(tab), question
        with tab.expect_navigation():
            tab.keyboard.press("Enter")
    else:
        pytest.fail("the questions do not end")
    assert say("laws.done", language) in tab.content()
    assert {"yes_no", "number", "choice", "goods", "list", "day"} <= kinds
    assert tab.context.cookies() == []


def answer(tab: Page) -> set[str]:
    """Fill in the question on screen; the focus is then where Enter sends it."""
    go = tab.locator("section.kk-form button[name=act][value=answer]")
    if go.count() == 0:
        assert tab.evaluate("() => document.activeElement.value") == "yes", "the focus is ready"
        return {"yes_no"}
    if tab.locator("select#f-value").count():
        is_country = tab.locator("#f-value option[value=NLD]").count() > 0
        which = {"value": "NLD"} if is_country else {"index": 3}
        tab.locator("#f-value").select_option(**which)
        go.focus()
        return {"choice"}
    if tab.locator("#f-rest").count():
        tab.locator("#f-rest").focus()
        tab.keyboard.press("Space")
        go.focus()
        return {"goods"}
    if tab.locator("#f-month").count():
        tab.locator("#f-day").fill("31")
        tab.locator("#f-month").select_option("12")
        go.focus()
        return {"day"}
    if tab.locator("input[name=choice]").count():
        tab.locator("input[name=choice]").first.focus()
        tab.keyboard.press("Space")
        go.focus()
        return {"list"}
    assert re.fullmatch("f-value", tab.evaluate("() => document.activeElement.id"))
    tab.keyboard.type("60000000")
    return {"number"}
