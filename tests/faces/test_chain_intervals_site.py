"""Intervals on the pages of the chain: the same by page, file and command; a risk has its own."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path

import pytest
from django.test import Client
from typer.testing import CliRunner

from ketenkaart.cli.main import app
from ketenkaart.services.chain.question import Question
from ketenkaart.services.chain.seen_layers import see_layers
from ketenkaart.services.chain.starter import starter_id
from ketenkaart.services.world_tables import add_table
from ketenkaart.web.chain.wording import figure, finer_percent, span, spoken_amount
from made_tables import made_table, write_plain

pytestmark = pytest.mark.django_db
STARTER = ["--edition", "starter"]
AT_ONCE = ["--uncertainty", "--draws", "0"]
LAYERS = [*(f"layer_{t}" for t in range(6)), "deeper", "total"]
DIGITS = 2e-6
"""Ends are rounded to six digits everywhere."""


@pytest.fixture
def site() -> Client:
    return Client(raise_request_exception=False)


@pytest.fixture
def made(tmp_path: Path, data_folder: Path) -> str:
    """A table in which every region has final demand."""
    path = write_plain(made_table(), tmp_path / "made")
    return add_table("table", path, name="made-2020", data_folder=data_folder).manifest.id


def printed(*words: str) -> dict:
    found = CliRunner().invoke(app, ["chain", *words, "--format", "json"])
    assert found.exit_code == 0, found.output
    return json.loads(found.stdout)


def cells(page: str, table: str) -> list[list[str]]:
    """Return the rows of a table, each cell as the words in it; the id is that of its caption."""
    inside = page.partition(f'id="{table}"')[2].partition("</table>")[0]
    rows = [re.findall(r"<t[hd].*?</t[hd]>", row, re.S) for row in inside.split("<tr>")[1:]]
    return [
        [" ".join(html.unescape(re.sub(r"<[^>]+>", " ", cell)).split()) for cell in row]
        for row in rows
    ]


@pytest.mark.parametrize(("by", "arises"), [("country", "abroad"), ("sector", "anywhere")])
def test_layers_have_the_intervals_that_the_command_prints(
    site: Client, by: str, arises: str
) -> None:
    left_out = ["--outside", "NLD"] if arises == "abroad" else []
    answer = printed("tiers", *STARTER, "--layers", "5", "--by", by, *left_out, *AT_ONCE)
    seen = see_layers(
        Question(starter_id(), "NLD"), extension="value_added", by=by,  # type: ignore[arg-type]
        abroad=arises == "abroad",
    )  # fmt: skip
    assert seen.ends is not None
    rows = {row[by]: row for row in answer["rows"]}
    page = site.get(f"/en/chain/tiers/?by={by}&arises={arises}").content.decode()
    shown = cells(page, "layers-caption")
    for g, code in enumerate(seen.codes):
        if code is None or code not in rows:
            continue
        row, words = rows[code], shown[1 + g]
        for k, name in enumerate(LAYERS):
            low, high = seen.ends.made[:, g, k]
            assert seen.arises[g, k] == pytest.approx(row[name], rel=1e-9)
            assert (low, high) == pytest.approx(
                (row[f"{name}_low"], row[f"{name}_high"]), rel=DIGITS
            )
            assert words[1 + k] == f"{figure(row[name], 'en')} {span(low, high, 'en')}"
    facts = answer["uncertainty"]
    for k, name in enumerate(LAYERS):
        said = facts["total" if name == "total" else f"{name}_in_all"]
        ends = tuple(seen.ends.sums[:, k])
        assert ends == pytest.approx((said["low"], said["high"]), rel=DIGITS)
        assert shown[-2][1 + k].endswith(span(*ends, "en"))
    assert [cell for row in shown[1:] for cell in row if cell == "not counted here"] == (
        ["not counted here"] if left_out else []
    )


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_picture_says_that_its_whiskers_are_estimates(site: Client, language: str) -> None:
    page = html.unescape(site.get(f"/{language}/chain/tiers/").content.decode())
    titles = re.findall(r"<title>([^<]*)</title><path class=\"kk-flows__halo\"", page)
    assert len(titles) == 7
    word = "schatting, 95%" if language == "nl" else "estimate, 95%"
    assert all(word in title for title in titles)
    assert f'href="/{language}/sources/#chain-interval"' in page
    assert 'id="chain-interval"' in site.get(f"/{language}/sources/").content.decode()
    assert "size-classes-1" in page


def test_a_risk_has_no_interval_by_layer_and_what_is_unknown_is_not_nought(site: Client) -> None:
    address = "/en/chain/tiers/?extension=risk:child_labour&arises=anywhere"
    page = site.get(address).content.decode()
    shown = {row[0]: row[1:] for row in cells(page, "layers-caption")[1:]}
    assert shown["Netherlands"] == ["risk unknown"]
    assert "kk-ends" not in page
    assert "kk-flows__whisker" not in page
    assert "A risk has no interval by layer" in page
    answer = printed(
        "tiers", *STARTER, "--layers", "5", "--extension", "risk:child_labour", "--by", "country"
    )
    rows = {row["country"]: row for row in answer["rows"]}
    assert {rows["NLD"][name] for name in LAYERS} == {None}
    assert shown["China"][-1] == figure(rows["CHN"]["total"], "en")
    known = {code for code, row in rows.items() if row["total"] is not None}
    whole = printed("footprint", *STARTER, "--extension", "risk:child_labour", "--by", "country")
    assert known == {
        row["country"] for row in whole["rows"] if row["risk:child_labour"] is not None
    }
    assert "CHN" in known
    assert "SWE" not in known, "a sector that makes nothing tells nothing of a country's risk"


def test_what_an_interval_of_an_estimate_leaves_out_is_said(site: Client) -> None:
    page = site.get("/en/chain/tiers/?extension=person_years").content.decode()
    assert "The uncertainty of the estimate per industry itself is not in them." in page
    page = site.get("/en/chain/tiers/").content.decode()
    assert "The uncertainty of the estimate per industry" not in page


@pytest.mark.parametrize("by", ["country", "sector", "node"])
def test_places_have_the_intervals_that_the_command_prints(site: Client, by: str) -> None:
    answer = printed("footprint", *STARTER, "--by", by, *AT_ONCE)
    page = site.get(f"/en/chain/places/?by={by}").content.decode()
    shown = cells(page, "places-caption")[1:]
    amount = 2 if by == "node" else 1
    said = [
        f"{figure(row['value'], 'en')} {span(row['low'], row['high'], 'en')}"
        for row in answer["rows"]
    ]
    assert [row[amount] for row in shown] == said[: len(shown)]
    assert len(shown) == min(50, len(said))
    total = answer["uncertainty"]["total"]
    ends = (spoken_amount(total[end], "MUSD", "en") for end in ("low", "high"))
    assert "Estimate, 95%: {} to {}.".format(*ends) in page


def test_the_largest_abroad_have_the_intervals_that_the_command_prints(site: Client) -> None:
    page = site.get("/en/chain/").content.decode()
    for by in ("country", "sector"):
        answer = printed("footprint", *STARTER, "--by", by, "--outside", "NLD", *AT_ONCE)
        assert not any(row["country"] == "NLD" for row in answer["rows"])
        for row in answer["rows"][:10]:
            words = f'{figure(row["value"], "en")}<span class="kk-ends">'
            assert words + span(row["low"], row["high"], "en") in page


def test_a_risk_of_a_place_has_its_own_ends_and_an_unknown_one_too(site: Client) -> None:
    risk = "risk:child_labour"
    answer = printed("footprint", *STARTER, "--by", "country", "--extension", risk)
    page = site.get(f"/en/chain/places/?by=country&extension={risk}").content.decode()
    shown = sorted(row[1] for row in cells(page, "places-caption")[1:])
    assert shown == sorted(
        " ".join(
            (
                "unknown" if row[risk] is None else figure(row[risk], "en"),
                span(row[f"{risk}_low"], row[f"{risk}_high"], "en"),
            )
        )
        for row in answer["rows"]
    )
    assert "size-classes-1" not in page


def test_two_chains_have_the_intervals_that_the_command_prints(site: Client, made: str) -> None:
    answer = printed("compare", "--edition", made, "--with-demand", "CHN", *AT_ONCE)
    page = site.get(f"/en/chain/compare/?edition={made}&with_demand=CHN").content.decode()
    shown = cells(page, "compare-caption")[1:]
    assert len(shown) == len(answer["rows"]) > 1
    for row, words in zip(answer["rows"], shown, strict=True):
        for k, name in ((2, "first"), (3, "second"), (4, "difference")):
            assert words[k].startswith(figure(row[name], "en"))
            assert words[k].endswith(span(row[f"{name}_low"], row[f"{name}_high"], "en"))
    assert "size-classes-1" in page
    assert "Where zero lies outside the interval of a difference" in page
    total = answer["uncertainty"]["difference"]
    ends = (spoken_amount(total[end], answer["unit"], "en") for end in ("low", "high"))
    assert "the difference {} to {}.".format(*ends) in page


def test_what_paths_carry_together_is_an_estimate_too(site: Client) -> None:
    answer = printed("paths", *STARTER, "--outside", "NLD", "--top", "25", *AT_ONCE)
    page = html.unescape(site.get("/en/chain/paths/").content.decode())
    share, whole = answer["uncertainty"]["share"], answer["uncertainty"]["total"]
    ends = (spoken_amount(whole[end], "MUSD", "en") for end in ("low", "high"))
    said = " to ".join(finer_percent(share[end], "en") for end in ("low", "high"))
    assert f"together {said} of the whole, which is {next(ends)} to {next(ends)}." in page
    assert "other paths may be the largest" in page
    likely = site.get("/en/chain/paths/?extension=risk:child_labour").content.decode()
    assert "Estimate, 95%" not in likely
    assert "size-classes-1" not in likely
