"""The largest paths by every face: they add up, they are named, and nonsense is refused."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from ketenkaart.cli.main import app
from ketenkaart.core.chain.leontief import output_for
from ketenkaart.core.errors import InputError
from ketenkaart.services.chain.footprints import ask_footprint, ask_tiers
from ketenkaart.services.chain.neighbours import ask_between
from ketenkaart.services.chain.paths import PathFilter, PathsAnswer, ask_paths
from ketenkaart.services.chain.question import Question
from ketenkaart.services.world_tables import add_table, open_world
from made_tables import made_table, plain_files, write_plain, zipped


@pytest.fixture
def edition(tmp_path: Path, data_folder: Path) -> str:
    path = write_plain(made_table(), tmp_path / "made")
    return add_table("table", path, name="made-2020", data_folder=data_folder).manifest.id


def ask(edition: str, top: int = 20, **chosen: object) -> PathsAnswer:
    return ask_paths(
        Question(edition, "NLD"),
        extension="value_added",
        top=top,
        chosen=PathFilter(**chosen),  # type: ignore[arg-type]
    )


def test_paths_and_remainder_are_the_footprint(edition: str) -> None:
    table = open_world(edition)
    x = output_for(np.asarray(table.A), table.demand_of("NLD"))
    s = sum(table.V.values()) / table.x
    answer = ask(edition)
    assert answer.total == pytest.approx(float(s @ x), rel=1e-9)
    assert sum(row.value for row in answer.rows) + answer.remainder == pytest.approx(
        answer.total, rel=1e-12
    )
    layers = table.A @ table.demand_of("NLD")
    deeper = ask(edition, min_tier=1)
    assert deeper.total == pytest.approx(float(s @ output_for(np.asarray(table.A), layers)))
    assert min(row.tier for row in deeper.rows) == 1


def test_what_is_bought_where_nothing_is_made_is_said(tmp_path: Path, data_folder: Path) -> None:
    world = made_table()
    Z, Y = world.Z.copy(), world.Y.copy()
    Z[4], Z[:, 4], Y[4] = 0.0, 0.0, 0.0
    files = plain_files(world.with_(Z=Z, Y=Y, added={}))
    rows = files["final_demand.csv"].splitlines()
    region, sector, _, *others = rows[5].split(",")
    rows[5] = ",".join([region, sector, "0.75", *others])
    path = zipped(tmp_path / "idle.zip", {**files, "final_demand.csv": "\n".join(rows)})
    entry = add_table("table", path, name="idle", data_folder=data_folder)
    node = open_world("idle", data_folder).label(4)
    listed = next(item for item in entry.manifest.findings if item.code == "zero_output")
    assert f"no maker: {node} (0.75)" in listed.text
    said = f"0.75 MUSD is bought where the table knows no output ({node})"
    question = Question("idle", "NLD")
    found = ask_footprint(question, extensions=["value_added"])
    assert [said in note.en for note in found.notes] == [True]
    assert any(said in note.en for note in ask_tiers(question, extension="value_added").notes)
    assert any(said in note.en for note in ask("idle").notes)
    assert any(said in note.en for note in ask_between(question).notes)
    assert not ask_footprint(Question("idle", "CHN"), extensions=["value_added"]).notes


def test_parts_by_source_add_up_to_the_whole(edition: str) -> None:
    table = open_world(edition)
    by_country = sum(ask(edition, country=code).total for code in table.regions)
    by_sector = sum(ask(edition, sector=code).total for code in table.sectors)
    assert by_country == pytest.approx(ask(edition).total, rel=1e-9)
    assert by_sector == pytest.approx(ask(edition).total, rel=1e-9)


def test_a_filter_gives_the_largest_of_those_it_names(edition: str) -> None:
    everything = ask(edition, top=400)
    some = ask(edition, top=10, country="chn", sector="t", min_tier=1)
    wanted = [row for row in everything.rows if row.nodes[0] == ("CHN", "T") and row.tier >= 1]
    assert [row.nodes for row in some.rows] == [row.nodes for row in wanted[:10]]
    assert some.largest_omitted == pytest.approx(wanted[10].value)
    assert all(row.value <= some.rows[-1].value for row in wanted[10:])


def test_the_sentence_on_top_says_what_is_left_out(edition: str) -> None:
    answer = ask(edition, top=5)
    assert answer.share is not None
    assert answer.headline.en.startswith(f"5 paths carry {100 * answer.share:.1f} %, the rest ")
    assert "no omitted path is larger than" in answer.headline.en
    assert answer.headline.nl.startswith("5 paden dragen ")
    first = answer.rows[0].sentence
    assert " in " in first.nl
    assert "kopers in Nederland: " in first.nl
    assert first.en.endswith("MUSD")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--country", "XXX"], "--country"),
        (["--sector", "XXX"], "--sector"),
        (["--extension", "joy"], "--extension"),
        (["--top", "0"], "top"),
        (["--min-tier", "-1"], "tier"),
        (["--demand", "NDL"], "Did you mean NLD?"),
    ],
)
def test_nonsense_is_refused_with_a_reason(edition: str, words: list[str], said: str) -> None:
    found = CliRunner().invoke(app, ["chain", "paths", "--edition", edition, *words])
    assert isinstance(found.exception, InputError)
    assert found.exception.exit_code == 2
    assert said in str(found.exception)


def test_the_command_prints_the_same_in_each_form(edition: str) -> None:
    command = ["chain", "paths", "--edition", edition, "--top", "7", "--format"]
    data = json.loads(CliRunner().invoke(app, [*command, "json"]).stdout)
    assert data["covered"] + data["remainder"] == pytest.approx(data["total"], rel=1e-12)
    rows = list(csv.DictReader(io.StringIO(CliRunner().invoke(app, [*command, "csv"]).stdout)))
    assert [float(row["value"]) for row in rows] == [row["value"] for row in data["rows"]]
    for row, other in zip(rows, data["rows"], strict=True):
        codes = [f"{node['country']}.{node['sector']}" for node in other["nodes"]]
        assert row["path"] == " > ".join(codes)
    printed = CliRunner().invoke(app, [*command, "table"]).stdout
    assert data["headline"]["en"] in printed
    assert rows[0]["path"] in printed


@pytest.mark.data
def test_the_real_table_has_names_for_every_node(tmp_path: Path, data_folder: Path) -> None:
    source = Path(__file__).resolve().parents[3] / "shared/data/wiod2013"
    if not source.is_dir():
        pytest.skip(f"{source} is absent: paths in the real table are NOT tested")
    name = add_table("wiod", source, year=2011, data_folder=data_folder).manifest.id
    answer = ask(name, top=1000)
    assert 0.7 < (answer.share or 0) < 0.75
    assert answer.rows[0].sentence.nl.startswith("zorg en welzijn in Nederland, ")
    assert answer.total == pytest.approx(open_world(name).demand_of("NLD").sum(), rel=1e-9)


def test_one_path_is_said_in_the_singular() -> None:
    said = ask_paths(Question("starter"), extension="value_added", top=1).headline
    assert said.en.startswith("One path carries ")
    assert said.nl.startswith("Eén pad draagt ")
