"""The chain on the site: the same figures as the command line, choices in the address, pictures."""

from __future__ import annotations

import csv
import html
import io
import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import polars as pl
import pytest
from django.test import Client
from typer.testing import CliRunner

from ketenkaart.cli.main import app
from ketenkaart.core.governance.answers import GapQuery
from ketenkaart.core.provenance import Grade
from ketenkaart.services.chain.choices import chain_choices
from ketenkaart.services.chain.question import Question
from ketenkaart.services.chain.seen import see_chain
from ketenkaart.services.chain.seen_layers import see_layers
from ketenkaart.services.chain.starter import starter_id, starter_world
from ketenkaart.services.concordance import place_code
from ketenkaart.services.governance import compute_gap
from ketenkaart.services.world_tables import add_table
from ketenkaart.web.chain.flow_chart import flow_chart
from ketenkaart.web.chain.gap_picture import gap_map, gap_matrix
from ketenkaart.web.chain.known_places import list_address
from ketenkaart.web.chain.layer_table import layer_passing, layer_rows, layer_sums
from ketenkaart.web.chain.map_picture import BREAKS, class_of, map_picture
from ketenkaart.web.chain.wording import finer_percent
from ketenkaart.web.chain.world_map import HEIGHT, WIDTH, shapes
from ketenkaart.web.text import say
from made_tables import made_table, write_plain

PARTS = (
    "", "places/", "tiers/", "paths/", "between/", "compare/", "trade/", "levers/",
    "series/",
)  # fmt: skip
STARTER = ["--edition", "starter"]
AT_ONCE = ["--uncertainty", "--draws", "0"]

pytestmark = pytest.mark.django_db


@pytest.fixture
def site() -> Client:
    return Client(raise_request_exception=False)


@pytest.fixture
def made(tmp_path: Path, data_folder: Path) -> str:
    """A table in which every region has final demand, two regions of which are countries."""
    path = write_plain(made_table(), tmp_path / "made")
    return add_table("table", path, name="made-2020", data_folder=data_folder).manifest.id


def printed(*words: str) -> dict:
    found = CliRunner().invoke(app, ["chain", *words, "--format", "json"])
    assert found.exit_code == 0, found.output
    return json.loads(found.stdout)


def handed(site: Client, address: str) -> dict:
    answer = site.get(f"/en/chain/data/{address}")
    assert answer.status_code == 200, answer.content.decode()[:2000]
    return json.loads(answer.content)


IN_TURN = [(part, ("nl", "en")[k % 2]) for k, part in enumerate(PARTS)]
OTHERWISE = [(part, ("en", "nl")[k % 2]) for k, part in enumerate(PARTS)]


@pytest.mark.parametrize(
    ("part", "language"),
    [*IN_TURN, *(pytest.param(*pair, marks=pytest.mark.long) for pair in OTHERWISE)],
)
def test_every_part_answers_without_a_choice(site: Client, part: str, language: str) -> None:
    answer = site.get(f"/{language}/chain/{part}")
    page = answer.content.decode()
    assert answer.status_code == 200
    assert page.count("<h1") == 1
    assert page.count('aria-current="page"') >= 1
    assert say("frame.caveat", language) in page
    assert not re.search(r"<script|<style|\sstyle=|\son[a-z]+=|javascript:", page)
    other = "en" if language == "nl" else "nl"
    assert f'href="/{other}/chain/{part}"' in page
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    assert not re.search(r"\bNone\b|\bnan\b", re.sub(r"<[^>]+>", " ", page))
    assert site.post(f"/{language}/chain/{part}").status_code == 405


def test_every_part_answers_on_a_full_table(site: Client, made: str) -> None:
    for part in PARTS:
        for tail in ("", "&product=T&demand=CHN&with_demand=NLD&partner=ROW"):
            answer = site.get(f"/nl/chain/{part}?edition={made}{tail}")
            assert answer.status_code == 200, part


# The same figures by every way out


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("footprint.json", ["footprint", *STARTER, "--by", "node", *AT_ONCE]),
        (
            "footprint.json?by=country&product=textiles&buyer=households",
            [
                "footprint",
                *STARTER,
                "--product",
                "textiles",
                "--buyer",
                "households",
                "--by",
                "country",
                *AT_ONCE,
            ],
        ),
        (
            "footprint.json?by=country&extension=person_years",
            ["footprint", *STARTER, "--by", "country", "--extension", "person_years"],
        ),
        (
            "footprint.json?by=sector&extension=risk:child_labour",
            ["footprint", *STARTER, "--by", "sector", "--extension", "risk:child_labour"],
        ),
        (
            "footprint.json?industry=food&by=country",
            ["footprint", *STARTER, "--demand-sector", "NLD.food", "--by", "country", *AT_ONCE],
        ),
        ("tiers.json", ["tiers", *STARTER, "--layers", "5", "--outside", "NLD", *AT_ONCE]),
        ("tiers.json?arises=anywhere", ["tiers", *STARTER, "--layers", "5", *AT_ONCE]),
        (
            "tiers.json?extension=risk:child_labour&arises=anywhere",
            ["tiers", *STARTER, "--layers", "5", "--extension", "risk:child_labour"],
        ),
        (
            "paths.json?country=IND&min_tier=2",
            ["paths", *STARTER, "--country", "IND", "--min-tier", "2", "--top", "25", *AT_ONCE],
        ),
        ("paths.json", ["paths", *STARTER, "--outside", "NLD", "--top", "25", *AT_ONCE]),
        ("between.json?country=CHN", ["between", *STARTER, "--source", "CHN"]),
        ("border.json", ["trade", *STARTER, "--view", "border"]),
    ],
)
def test_a_download_is_what_the_command_prints(
    site: Client, address: str, words: list[str]
) -> None:
    assert handed(site, address) == printed(*words)


def test_a_path_stands_with_its_interval_and_a_likelihood_without(site: Client) -> None:
    answer = handed(site, "paths.json")
    first = answer["rows"][0]
    assert first["low"] < first["value"] < first["high"]
    page = site.get("/en/chain/paths/").content.decode()
    assert page.count("estimate, 95%:") == len(answer["rows"])
    likely = site.get("/en/chain/paths/?extension=risk:child_labour").content.decode()
    assert "estimate, 95%:" not in likely


def test_a_download_of_a_full_table_is_what_the_command_prints(site: Client, made: str) -> None:
    for address, words in (
        ("trade.json?", ["trade", "--view", "partners"]),
        ("compare.json?with_demand=CHN&", ["compare", "--with-demand", "CHN", *AT_ONCE]),
        ("levers.json?partner=CHN&", ["levers", "--with", "CHN"]),
        ("partners.json?product=T&", ["partners", "T"]),
    ):
        assert handed(site, f"{address}edition={made}") == printed(*words, "--edition", made)


def test_all_forms_hold_the_same_rows(site: Client) -> None:
    data = handed(site, "footprint.json?by=country")
    answer = site.get("/nl/chain/data/footprint.csv?by=country")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode())))
    frame = pl.read_parquet(
        io.BytesIO(site.get("/nl/chain/data/footprint.parquet?by=country").content)
    )
    for form in (rows, frame.to_dicts()):
        assert [row["country"] for row in form] == [row["country"] for row in data["rows"]]
        assert [float(row["value"]) for row in form] == [row["value"] for row in data["rows"]]
    assert answer["Content-Disposition"].endswith('.csv"')


def test_what_cannot_be_handed_out_is_refused(site: Client) -> None:
    assert site.get("/nl/chain/data/footprint.xlsx").status_code == 404
    assert site.get("/nl/chain/data/secrets.json").status_code == 404
    for address in ("footprint.json?product=cheese", "compare.json", "trade.json"):
        answer = site.get(f"/nl/chain/data/{address}")
        assert answer.status_code == 400, address
    assert "edition add" in answer.content.decode()


# Wrong choices


WRONG = {
    "edition=nothing": "edition",
    "demand=DEU": "demand",
    "extension=joy": "extension",
    "product=cheese": "product",
    "product=%3Cscript%3E": "product",
    "buyer=me": "buyer",
    "industry=food&product=food": "industry",
}
ASKED_EVERYWHERE = ("edition=nothing", "demand=DEU", "extension=joy")


def test_a_page_takes_the_short_name_of_the_starter_edition_as_commands_do(site: Client) -> None:
    short, whole = (site.get(f"/nl/chain/?edition={e}") for e in ("starter", starter_id()))
    assert short.status_code == 200
    title = "<h2"
    assert short.content.decode().count(title) == whole.content.decode().count(title)
    assert f"edition={starter_id()}" in short.content.decode()


@pytest.mark.parametrize(
    ("part", "tail"),
    [(part, ASKED_EVERYWHERE[k % 3]) for k, part in enumerate(PARTS)]
    + [("", tail) for tail in WRONG]
    + [("paths/", "product=cheese"), ("levers/", "product=cheese")],
)
def test_a_wrong_choice_is_named_at_its_field(site: Client, part: str, tail: str) -> None:
    field = WRONG[tail]
    answer = site.get(f"/nl/chain/{part}?{tail}")
    page = answer.content.decode()
    assert answer.status_code == 400
    assert f'href="#f-{field}"' in page
    assert 'role="alert"' in page
    assert "<script" not in page


@pytest.mark.parametrize(
    "address",
    [
        "paths/?country=XX",
        "paths/?min_tier=99",
        "paths/?top=7",
        "places/?page=x",
        "places/?page=-1",
        "places/?sort=colour",
        "tiers/?by=moon",
        "compare/?with_edition=none",
        "compare/?with_demand=XX",
        "levers/?partner=XX",
    ],
)
def test_a_wrong_choice_of_one_part_is_refused(site: Client, address: str) -> None:
    answer = site.get(f"/en/chain/{address}")
    assert answer.status_code == 400
    assert 'role="alert"' in answer.content.decode()


def test_what_the_starter_does_not_hold_is_said_and_not_reckoned(site: Client, made: str) -> None:
    for part in ("trade/", "levers/", "compare/"):
        page = site.get(f"/en/chain/{part}").content.decode()
        assert "edition add" in page
        assert f"?edition={made}" in page, "the table that can answer is named"


# What stands on the pages


class Cells(HTMLParser):
    """The text of table cells, row by row."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self._open = False

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag == "tr":
            self.rows.append([])
        self._open = self._open or tag in {"td", "th"}
        if tag in {"td", "th"}:
            self.rows[-1].append("")

    def handle_endtag(self, tag: str) -> None:
        self._open = self._open and tag not in {"td", "th"}

    def handle_data(self, data: str) -> None:
        if self._open and self.rows and self.rows[-1]:
            self.rows[-1][-1] += data


def cells(page: str) -> list[list[str]]:
    parser = Cells()
    parser.feed(page)
    return [[" ".join(cell.split()) for cell in row] for row in parser.rows]


def every_row(site: Client, tail: str) -> Iterator[list[str]]:
    number = 1
    while True:
        page = site.get(f"/en/chain/places/?page={number}&{tail}").content.decode()
        yield from (row for row in cells(page)[1:] if row)
        if 'rel="next"' not in page:
            return
        number += 1


def test_paging_shows_every_row_once(site: Client) -> None:
    rows = list(every_row(site, "sort=country"))
    choices = chain_choices()
    assert len(rows) == len(choices.names.regions) * len(choices.names.sectors)
    assert len({tuple(row[:2]) for row in rows}) == len(rows)
    names = [row[0].replace(" buyer", "").casefold() for row in rows]
    assert names == sorted(names)


def test_the_headline_is_the_footprint_abroad(site: Client) -> None:
    page = site.get("/en/chain/").content.decode()
    found = see_chain(Question(starter_id(), "NLD"), extension="value_added")
    assert f"{found.abroad / 1000:.0f} billion USD" in page
    assert found.ends is not None
    assert found.ends.low < found.abroad < found.ends.high
    assert f"Between {found.ends.low / 1000:.0f} billion USD" in page
    assert found.total == pytest.approx(handed(site, "footprint.json")["total"], rel=1e-12)


def test_a_path_is_a_sentence_with_its_country(site: Client) -> None:
    page = site.get("/nl/chain/paths/?country=USA&product=food").content.decode()
    words = " ".join(re.sub(r"<[^>]+>", "", page).split())
    assert "in de Verenigde Staten, " in words
    assert "kopers in Nederland: " in words
    assert "dat is bewezen, niet geschat" in words
    english = site.get("/en/chain/paths/?country=USA&product=food").content.decode()
    words = " ".join(re.sub(r"<[^>]+>", "", english).split())
    assert "in the United States, " in words
    assert "buyers in the Netherlands: " in words


def test_unknown_risk_is_not_written_as_nothing(site: Client) -> None:
    page = site.get("/en/chain/places/?extension=risk:deforestation&sort=sector").content.decode()
    assert "unknown" in page
    assert "that is not the same as no risk" in page


def test_a_country_of_unknown_risk_is_neither_coloured_nor_nought(site: Client) -> None:
    chain = see_chain(Question(starter_id(), "NLD"), extension="risk:child_labour")
    picture = map_picture(chain, "en")
    titles = {item.title: item.kind for item in picture.drawn}
    assert titles["Russia: risk unknown"] == "unknown"
    assert not chain.knows("RUS")
    assert not chain.is_home_known
    assert chain.unknown_abroad is not None
    assert chain.unknown_abroad > 0
    page = site.get("/en/chain/?extension=risk:child_labour").content.decode()
    assert "this risk is not known; that is not the same as zero" in page
    assert "arises in the country itself" not in page
    assert "Rest of the EU: risk unknown" in page


@pytest.mark.parametrize("part", ["trade/", "levers/", "compare/"])
def test_a_part_without_risks_says_what_it_shows_instead(site: Client, part: str) -> None:
    answer = site.get(f"/nl/chain/{part}?extension=risk:child_labour")
    assert answer.status_code == 200
    assert "Hieronder staat toegevoegde waarde." in answer.content.decode()


def test_the_address_carries_the_choice_to_every_part(site: Client) -> None:
    page = site.get("/en/chain/?product=food&extension=person_years").content.decode()
    for part in PARTS:
        assert f'href="/en/chain/{part}?product=food&amp;extension=person_years"' in page


def test_the_gap_leads_to_the_chain_and_back(site: Client) -> None:
    page = site.get("/en/gap/?by=country&issue=child_labour").content.decode()
    there = "/en/chain/paths/?country=IND&extension=risk%3Achild_labour"
    assert there.replace("&", "&amp;") in page
    back = site.get(there)
    assert back.status_code == 200
    assert "/en/gap/?issue=child_labour&amp;country=IND" in back.content.decode()
    assert site.get("/en/gap/?issue=child_labour&country=IND").status_code == 200
    inside = site.get("/en/gap/?country=BGD").content.decode()
    assert "/chain/paths/?country=BGD" not in inside, "a country inside a region has no chain"


@pytest.mark.parametrize("issue", [None, "child_labour"])
def test_the_map_of_the_gap_holds_what_its_table_holds(issue: str | None) -> None:
    answer = compute_gap(GapQuery(by="country", issue=issue))
    picture = gap_map(answer, "en")
    weight = {
        row.key: row.risk_weighted.central * row.gap.central
        for row in answer.rows
        if row.gap.central is not None and row.risk_weighted.central is not None
    }
    assert picture is not None
    assert weight
    kinds = {item.title.partition(":")[0]: item.kind for item in picture.drawn}
    single = [row for row in answer.rows if row.label.en in kinds]
    assert len(single) > 15
    for row in single:
        share = weight[row.key] / sum(weight.values()) if row.key in weight else None
        wanted = {"unknown"} if share is None else {f"c{class_of(share)}", "none"}
        assert kinds[row.label.en] in wanted, row.key


def test_only_countries_are_mapped() -> None:
    assert gap_map(compute_gap(GapQuery(by="sector")), "en") is None


def test_the_matrix_holds_every_credit_and_keeps_unknown_apart(site: Client) -> None:
    answer = compute_gap(GapQuery(by="sector"))
    matrix = gap_matrix(answer, "en", {})
    assert matrix is not None
    ids = [identifier for identifier, _ in matrix.instruments]
    for row, (_, _, found) in zip(answer.rows, matrix.rows, strict=True):
        there = {item.id: item for item in row.instruments}
        for identifier, cell in zip(ids, found, strict=True):
            item = there.get(identifier)
            if item is None:
                assert cell.state == "none"
            elif item.reach_is_known and item.credit.share is not None:
                assert cell.share == item.credit.share
            else:
                assert (cell.state, cell.share) == ("unknown", None)
    page = site.get("/nl/gap/?by=sector").content.decode()
    assert "geldt hier, bereik onbekend" in page
    assert "/nl/chain/paths/?sector=mining" in page


# Codes of goods


def test_a_code_leads_to_its_sectors_with_their_weights(site: Client) -> None:
    table = starter_world()
    placed = place_code("hs:640399", table)
    whole = dict.fromkeys(placed.weights, 0.0)
    for sector in whole:
        whole[sector] = handed(site, f"footprint.json?product={sector}&by=country")["total"]
    wanted = sum(placed.weights[sector] * value for sector, value in whole.items())
    tail = "code=hs:640399"
    assert handed(site, f"footprint.json?{tail}&by=country")["total"] == pytest.approx(
        wanted, rel=1e-9
    )
    assert handed(site, f"paths.json?{tail}") == printed(
        "paths", *STARTER, "--product", "hs:640399", "--outside", "NLD", "--top", "25", *AT_ONCE
    )
    for part in ("", "places/", "tiers/", "paths/", "between/"):
        page = site.get(f"/en/chain/{part}?{tail}").content.decode()
        assert "hs:640399" in page
        assert say("chain.code_whole_sector", "en") in page
        assert "?code=hs%3A640399" in page, "the code stays in the address"


@pytest.mark.parametrize("code", ["cpv:18100000", "nace:C", "cn:64039900", "isic:2220", "sbi:1413"])
def test_what_is_assumed_about_a_code_is_said(site: Client, code: str) -> None:
    scheme, _, number = code.partition(":")
    known = {"cn": "hs", "isic": "isic4"}.get(scheme, scheme)
    placed = place_code(f"{known}:{number}", starter_world())
    page = site.get(f"/en/chain/?code={code}").content.decode()
    names = chain_choices().names.sectors
    for sector, weight in placed.weights.items():
        assert f"<strong>{html.escape(names[sector].en)}</strong>" in page, sector
        assert len(placed.weights) == 1 or f"({finer_percent(weight, 'en')})" in page
    assert (say("chain.code_shared", "en") in page) == (len(placed.weights) > 1)
    assert ("That is an assumption" in page) == (placed.grade is Grade.ASSUMED)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("520100", "hs:520100"),
        ("tarief:520100", "hs, cn"),
        ("hs:989898", "Dichtbij"),
        ("hs:5", "nul vooraan"),
        ("cpv:katoen", "zoals 18100000"),
        ("%3Cscript%3E", "hs:520100"),
        ("hs:640399&product=leather", "maar niet beide"),
        ("hs:640399&industry=leather", "maar niet beide"),
    ],
)
def test_a_wrong_code_says_what_to_do(site: Client, code: str, words: str) -> None:
    answer = site.get(f"/nl/chain/?code={code}")
    page = answer.content.decode()
    assert answer.status_code == 400
    assert words in page
    assert 'role="alert"' in page
    assert "<script" not in page
    assert site.get(f"/nl/chain/data/footprint.json?code={code}").status_code == 400


def test_a_code_leads_to_whom_to_bring_in(site: Client, made: str) -> None:
    tail = f"edition={made}&demand=NLD&code=sector:T"
    page = site.get(f"/en/chain/levers/?{tail}").content.decode()
    assert "Whom to bring in: sector:T" in page or "Whom to bring in: T" in page
    assert handed(site, f"partners.json?{tail}") == printed(
        "partners", "T", "--edition", made, "--country", "NLD"
    )
    wrong = site.get(f"/nl/chain/levers/?edition={made}&code=hs:989898")
    assert wrong.status_code == 400
    assert "Dichtbij" in wrong.content.decode()


def test_what_a_part_does_not_reckon_with_is_said(site: Client) -> None:
    said, keeps = (say(f"chain.{key}", "nl") for key in ("not_asked_here", "not_asked_keeps"))
    for part, tail, names in (
        ("trade/", "code=hs:640399&buyer=households", ("Wie daar koopt", "Of: een goederencode")),
        ("levers/", "industry=food", ("Of: alles wat een bedrijfstak daar maakt",)),
    ):
        page = site.get(f"/nl/chain/{part}?{tail}").content.decode()
        assert said in page
        assert keeps in page
        for name in names:
            assert f"<strong>{name}</strong>" in page
    assert said not in site.get("/nl/chain/trade/?demand=NLD").content.decode()
    assert said not in site.get("/nl/chain/?code=hs:640399").content.decode()


# Facilities


def test_a_region_of_many_countries_leads_to_those_with_facilities() -> None:
    names = chain_choices().names
    rest = list_address(("ROW", "textiles"), names, ("BGD", "VNM"))
    assert rest.endswith("/facilities/?within=BGD%2CVNM&sector=textiles")
    single = list_address(("IND", "textiles"), names, ("IND",))
    assert single.endswith("/facilities/?country=IND&sector=textiles")


@pytest.mark.parametrize("part", ["paths/", "between/"])
def test_an_empty_registry_is_one_quiet_line(site: Client, part: str) -> None:
    page = site.get(f"/en/chain/{part}").content.decode()
    assert page.count(say("chain.known_empty", "en")) == 1
    assert say("chain.known_heading", "en") not in page
    assert "paths-known" not in page


# Kept answers


def test_an_answer_is_not_sent_again_until_the_table_changes(
    site: Client, tmp_path: Path, made: str
) -> None:
    address = f"/nl/chain/?edition={made}"
    first = site.get(address)
    tag = first["ETag"]
    assert "no-cache" in first["Cache-Control"]
    assert site.get(address, headers={"if-none-match": tag}).status_code == 304
    assert site.get(f"{address}&product=T")["ETag"] != tag
    assert site.get(address.replace("/nl/", "/en/"))["ETag"] != tag
    table = made_table()
    write_plain(table, tmp_path / "again")
    add_table("table", tmp_path / "again", name=made)
    again = site.get(address, headers={"if-none-match": tag})
    assert again.status_code == 200
    assert again["ETag"] != tag


# Pictures


def test_the_map_draws_every_country_inside_its_box() -> None:
    found = shapes()
    assert len(found) > 170
    assert len({shape.alpha3 for shape in found if shape.alpha3}) > 165
    for shape in found:
        x = y = 0.0
        for command, numbers in re.findall(r"([Ml])([^Mlz]+)", shape.path):
            values = [float(n) for n in re.findall(r"-?\d+(?:\.\d+)?", numbers)]
            for dx, dy in zip(values[::2], values[1::2], strict=True):
                x, y = (dx, dy) if command == "M" else (x + dx, y + dy)
                assert -0.5 <= x <= WIDTH + 0.5
                assert -0.5 <= y <= HEIGHT + 0.5
        steps = re.findall(r"l([^z]+)z", shape.path)
        longest = max(abs(float(n)) for step in steps for n in re.findall(r"-?\d+(?:\.\d+)?", step))
        assert longest < WIDTH / 4, f"{shape.name} runs across the map"


def test_colours_are_classes_of_share_and_regions_of_many_are_not_coloured() -> None:
    chain = see_chain(Question(starter_id(), "NLD"), extension="value_added")
    picture = map_picture(chain, "en")
    kinds = {item.title.partition(":")[0]: item.kind for item in picture.drawn}
    assert kinds["Netherlands"] == "home"
    amounts = dict(zip(chain.regions, chain.values.sum(axis=1).tolist(), strict=True))
    for code, name in (("DEU", "Germany"), ("IND", "India"), ("AUS", "Australia")):
        share = amounts[code] / chain.abroad
        assert kinds[name] == f"c{class_of(share)}"
        ends = (0.0, *BREAKS, 1.0)
        assert ends[class_of(share)] <= share <= ends[class_of(share) + 1]
    assert "many" in kinds.values()
    whole = sum(amounts[code] for code in ("ROW", "REU"))
    assert len(picture.wholes) == 2
    assert picture.wholes[0].startswith("Rest of the world: ")
    assert whole > 0
    assert not any(item.title.startswith("Bangladesh") for item in picture.drawn)


@pytest.mark.parametrize("by", ["country", "sector"])
@pytest.mark.parametrize("abroad", [False, True])
def test_the_picture_of_layers_says_what_its_table_says(by: str, abroad: bool) -> None:
    question = Question(starter_id(), "NLD", products=("textiles",))
    seen = see_layers(question, extension="value_added", by=by, abroad=abroad)  # type: ignore[arg-type]
    chart = flow_chart(seen, "nl")
    assert chart is not None
    whole = see_chain(question, extension="value_added")
    assert chart.total == pytest.approx(whole.abroad if abroad else whole.total, rel=1e-9)
    sums, passing = layer_sums(seen, "nl"), layer_passing(seen, "nl")
    assert sum(cell.value for cell in sums[:-1]) == pytest.approx(chart.total, rel=1e-9)
    assert sums[-1].value == pytest.approx(chart.total, rel=1e-9)
    for row in layer_rows(seen, "nl"):
        *layers, whole = (cell.value for cell in row.cells)
        assert sum(layers) == pytest.approx(whole, rel=1e-9)
        is_buyer = by == "country" and row.name == "Nederland"
        assert row.state == ("not_counted" if is_buyer and abroad else "counted")
    heights = {}
    for block in chart.blocks:
        assert block.y + block.height <= chart.height
        heights.setdefault(block.x, 0.0)
        heights[block.x] += block.height
    columns = [heights[x] for x in sorted(heights)]
    assert columns == sorted(columns, reverse=True), "what passes becomes less with each layer"
    scale = columns[0] / chart.total
    assert columns[1] / scale == pytest.approx(float(seen.flows.passing[1].sum()), rel=0.01)
    assert chart.deeper_share == pytest.approx(sums[-2].value / chart.total)
    assert [cell.value for cell in passing] == pytest.approx(
        [chart.total - sum(cell.value for cell in sums[:t]) for t in range(len(sums) - 1)], rel=1e-6
    )
    assert len(chart.whiskers) == len(passing), "every column has a whisker"
    ends = seen.ends
    assert ends is not None
    for t, whisker in enumerate(chart.whiskers):
        low, high = ends.passing[:, t]
        assert whisker.bottom - whisker.top == pytest.approx((high - low) * scale, abs=0.03)
        assert 0 <= whisker.top < whisker.bottom <= chart.height
