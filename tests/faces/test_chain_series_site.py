"""Series on the site: the figures of the command, years left out left empty, causes that add up."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
from pathlib import Path

import pytest
from django.test import Client
from typer.testing import CliRunner

from ketenkaart.cli.main import app
from ketenkaart.core.chain.change import CAUSES
from ketenkaart.core.errors import InputError
from ketenkaart.services.chain.over_time import IN_ALL, ask_series
from ketenkaart.services.chain.question import Question
from ketenkaart.services.chain.series_tables import all_series, in_period, tables_of_series
from ketenkaart.services.chain.starter import starter_id
from ketenkaart.services.world_tables import add_table
from ketenkaart.web.chain.axis import axis_of
from ketenkaart.web.chain.series_chart import HEIGHT, SeriesChart, series_chart
from ketenkaart.web.text import say
from made_series import YEARS, add_series, add_year
from made_tables import made_table, write_plain

pytestmark = pytest.mark.django_db
LAST = f"made-{YEARS[-1]}"


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the same world in three years, of which two are missing between."""
    folder = tmp_path_factory.mktemp("series")
    add_series(folder, folder / "data")
    return folder / "data"


@pytest.fixture
def series(kept: Path, data_folder: Path) -> Path:
    """A copy of that folder, which a test may add to."""
    shutil.copytree(kept, data_folder)
    return data_folder


@pytest.fixture
def site() -> Client:
    return Client(raise_request_exception=False)


def printed(*words: str) -> dict:
    found = CliRunner().invoke(app, ["chain", "series", *words, "--format", "json"])
    assert found.exit_code == 0, found.output
    return json.loads(found.stdout)


def page_of(site: Client, tail: str = "", language: str = "en", status: int = 200) -> str:
    answer = site.get(f"/{language}/chain/series/{tail}")
    assert answer.status_code == status, answer.content.decode()[:2000]
    page = answer.content.decode()
    assert page.count("<h1") == 1
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    words = re.sub(r"<[^>]+>", " ", page)
    assert not re.search(r"\bNone\b|\bnan\b|\binf\b", words)
    return page


def words_of(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


@pytest.mark.parametrize(
    ("tail", "words"),
    [
        ("", ["--edition", LAST]),
        (
            "?product=T&demand=CHN&buyer=HFCE&since=2016",
            ["--product", "T", "--demand", "CHN", "--buyer", "HFCE", "--since", "2016"],
        ),
        ("?country=CHN&sector=A01&until=2016", ["--at", "CHN.A01", "--until", "2016"]),
        ("?sector=A01&edition=made-2015", ["--at", "A01", "--outside", "NLD"]),
        ("?extension=jobs", ["--extension", "jobs"]),
    ],
)
def test_a_download_is_what_the_command_prints(
    series: Path, site: Client, tail: str, words: list[str]
) -> None:
    answer = site.get(f"/en/chain/data/series.json{tail}")
    assert answer.status_code == 200, answer.content.decode()
    found = json.loads(answer.content)
    assert found == printed(*words, "--uncertainty")
    rows = csv.DictReader(
        io.StringIO(site.get(f"/nl/chain/data/series.csv{tail}").content.decode())
    )
    assert [float(row["total"]) for row in rows] == [row["total"] for row in found["rows"]]
    page = page_of(site, tail)
    for row in found["rows"]:
        assert row["edition"] in page
    assert say("chain.series_not_deflated", "en") in page


def test_the_page_says_what_changed_and_links_to_the_same_question(
    series: Path, site: Client
) -> None:
    found = printed("--edition", LAST, "--uncertainty")
    words = words_of(page_of(site))
    assert "rose between 2015 and 2019" in words or "fell between 2015 and 2019" in words
    assert "outside the Netherlands" in words
    assert "There is no table here of 2017–2018." in words
    assert "No table of 2017–2018" in words
    assert "Estimate, 95%: the difference lies between" in words
    for cause in CAUSES:
        assert say(f"chain.cause_{cause}", "en") in words
    change = found[IN_ALL]
    assert sum(change[cause] for cause in CAUSES) == pytest.approx(change["change"])
    rows = found["rows"]
    assert change["change"] == pytest.approx(rows[-1]["at_places"] - rows[0]["at_places"])
    assert change["change"] == pytest.approx(sum(row["change"] or 0 for row in rows))
    ends = found["uncertainty"][IN_ALL]
    assert ends["low"] < change["change"] < ends["high"]
    assert found["missing_years"] == [2017, 2018]
    dutch = words_of(page_of(site, language="nl"))
    assert "buiten Nederland" in dutch
    assert "onbekend, niet nul" in dutch
    assert 'href="/en/chain/places/?edition=made-2019"' in page_of(site)
    home = site.get("/en/chain/?product=food").content.decode()
    assert 'href="/en/chain/series/?product=food"' in home


def test_one_year_alone_says_what_to_do(site: Client, data_folder: Path, tmp_path: Path) -> None:
    page = page_of(site, language="nl")
    assert "ketenkaart edition add wiod PATH --year 2010" in page
    assert "<figure" not in page
    add_year(tmp_path, data_folder, 2015)
    page = page_of(site, "?edition=made-2015")
    assert "ketenkaart edition add table PATH --year 2014" in page
    add_year(tmp_path, data_folder, 2016)
    assert "<figure" in page_of(site, "?edition=made-2015")
    alone = page_of(site, f"?edition={starter_id()}")
    assert 'href="?edition=made-2016"' in alone


@pytest.mark.parametrize(
    ("tail", "field"),
    [
        ("?since=2017", "since"),
        ("?since=2019&until=2015", "until"),
        ("?since=2015&until=2015", "until"),
        ("?edition=nothing", "edition"),
        ("?country=XX", "country"),
        ("?product=cheese", "product"),
        ("?extension=joy", "extension"),
    ],
)
def test_a_wrong_choice_is_named_at_its_field(
    series: Path, site: Client, tail: str, field: str
) -> None:
    page = page_of(site, tail, "nl", 400)
    assert f'href="#f-{field}"' in page
    assert "<figure" not in page
    assert site.get(f"/nl/chain/data/series.json{tail}").status_code == 400


def test_two_tables_of_one_year_and_a_year_that_counts_less_are_refused(
    series: Path, site: Client, tmp_path: Path
) -> None:
    add_year(tmp_path, series, 2017, counts=False)
    page = page_of(site, "?extension=jobs", "nl", 400)
    assert "made-2017 telt geen jobs" in page
    assert "2015, 2016, 2019" in page
    assert "<figure" in page_of(site, "?extension=jobs&until=2016")
    with pytest.raises(InputError, match="made-2017 does not count jobs"):
        ask_series(Question(LAST), extension="jobs")
    add_year(tmp_path, series, 2016, name="again")
    assert "zijn allebei van 2016" in page_of(site, f"?edition={LAST}", "nl", 400)


def test_a_new_table_makes_a_page_anew(series: Path, site: Client, tmp_path: Path) -> None:
    first = site.get("/en/chain/series/")
    tag = {"HTTP_IF_NONE_MATCH": first["ETag"]}
    assert site.get("/en/chain/series/", **tag).status_code == 304
    add_year(tmp_path, series, 2021)
    again = site.get("/en/chain/series/", **tag)
    assert again.status_code == 200
    assert "made-2021" in again.content.decode()


def test_tables_of_another_release_are_another_series(series: Path, tmp_path: Path) -> None:
    path = write_plain(made_table(regions=("NLD", "IND", "ROW")), tmp_path / "other")
    add_table("table", path, name="other-2020", data_folder=series)
    found = [[entry.manifest.id for entry in entries] for entries in all_series()]
    assert found == [[f"made-{year}" for year in YEARS], ["other-2020"]]
    assert [e.manifest.id for e in in_period(tables_of_series(LAST), 2016, None)] == found[0][1:]
    for since, until in ((2014, None), (None, 2020), (2019, 2016), (2016, 2016)):
        with pytest.raises(InputError):
            in_period(tables_of_series(LAST), since, until)
    with pytest.raises(InputError, match="final demand"):
        ask_series(Question(LAST, sector="NLD.T"))


# The picture


def chart_of(rows: list[dict], unit: str = "MUSD") -> SeriesChart:
    return series_chart(rows, unit, "abroad", frozenset({2003}), "en")


def row(year: int, total: float, part: float, wide: float = 0.0) -> dict:
    ends = {
        f"{name}_{end}": value + side * wide
        for name, value in (("total", total), ("at_places", part))
        for end, side in (("low", -1), ("high", 1))
    }
    return {"year": year, "total": total, "at_places": part, **(ends if wide else {})}


def test_bars_are_to_scale_from_zero_and_a_missing_year_has_none() -> None:
    chart = chart_of([row(2000, 400, 100), row(2001, 200, 50), row(2003, 0, 0)])
    assert [bar.whole for bar in chart.bars] == pytest.approx(
        [chart.bars[0].whole, chart.bars[0].whole / 2, 0], abs=0.2
    )
    assert chart.bars[0].part == pytest.approx(chart.bars[0].whole / 4, abs=0.2)
    assert chart.levels[0] == (chart.zero, "0")
    (gap,) = chart.gaps
    assert gap.title == "No table of 2002"
    assert (gap.x, gap.width) == ("50.00%", "25.00%")
    assert [bar.is_estimate for bar in chart.bars] == [False, False, True]
    assert not chart.has_whiskers
    assert chart.bars[2].whole == 0


def test_what_lies_below_zero_hangs_from_it() -> None:
    chart = chart_of([row(2000, 100, -40, wide=20), row(2001, 120, 30, wide=5)])
    bar = chart.bars[0]
    assert bar.part_y == chart.zero
    assert bar.part > 0
    assert chart.levels[0][0] > chart.zero
    assert all(0 <= whisker.top < whisker.bottom <= HEIGHT for whisker in bar.whiskers)


def test_years_keep_apart_on_a_narrow_screen() -> None:
    chart = chart_of([row(year, 1.0, 0.5) for year in range(1995, 2012)])
    narrow = [name.year for name in chart.years if not name.is_wide]
    assert (narrow[0], max(narrow)) == (1995, 2011)
    assert len(narrow) <= 6
    assert len({name.year for name in chart.years}) == len(chart.years)


@pytest.mark.parametrize(
    ("values", "unit", "labels", "said"),
    [
        ([231947.0], "MUSD", ["0", "100", "200", "300"], "billion USD"),
        ([0.0], "MUSD", ["0", "1"], "million USD"),
        ([0.9, -0.2], "MUSD", ["−0.5", "0.0", "0.5", "1.0"], "million USD"),
        ([8.0], "kg", ["0", "2", "4", "6", "8"], "kg"),
        ([9.1], "kg", ["0.0", "2.5", "5.0", "7.5", "10.0"], "kg"),
    ],
)
def test_a_scale_holds_zero_and_round_marks(
    values: list[float], unit: str, labels: list[str], said: str
) -> None:
    axis = axis_of(values, unit, "en")
    assert [label for _, label in axis.marks] == labels
    assert axis.unit == said
    assert axis.low <= 0 <= axis.high
    assert all(axis.low <= value <= axis.high for value in values)
