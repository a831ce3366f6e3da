"""The intensity tables of the package, and what they make of the sources."""

from __future__ import annotations

import hashlib
import shutil
from importlib.resources import files
from pathlib import Path

import polars as pl
import pytest
import yaml

from ketenkaart.core.errors import ReferenceDataError
from ketenkaart.core.provenance import Grade, State
from ketenkaart.sources import cahra, dol, inform, owid
from ketenkaart.sources.countries import country_keys
from ketenkaart.sources.intensity import build_intensity, load_scales
from ketenkaart.sources.intensity.evidence import FILES, GATHER
from ketenkaart.sources.reference import load_countries, load_issues, load_sectors, load_sources

REFERENCE = Path(str(files("ketenkaart") / "reference"))


def goods():
    return dol.read_goods_mapping(
        REFERENCE / "intensity" / "dol_goods.csv", [sector.id for sector in load_sectors()]
    )


@pytest.fixture(scope="module")
def cells(shared_data):
    codes, sectors = country_keys().codes, load_sectors()
    return build_intensity(shared_data, load_scales(), goods(), codes, sectors)


def one(cells, issue, country, sector):
    chosen = cells.filter(
        (pl.col("issue") == issue) & (pl.col("country") == country) & (pl.col("sector") == sector)
    )
    assert chosen.height == 1
    return chosen.row(0, named=True)


def test_every_known_issue_has_a_scale_and_every_scale_an_issue():
    known = {issue.id for issue in load_issues() if issue.state is State.KNOWN}
    assert set(load_scales()) == known == set(GATHER)


def test_every_source_is_declared():
    declared = {source.id for source in load_sources()}
    assert set(FILES) <= declared
    for scale in load_scales().values():
        assert {scale.source, *(item.source for item in scale.listings)} - {None} <= declared
        assert scale.cut_points.grade is Grade.ASSUMED


def test_the_country_keys_agree_with_the_countries():
    countries = load_countries().by_alpha3()
    keys = country_keys()
    assert set(countries) == set(keys.codes) - {"REU"}
    for number, code in keys.by_m49.items():
        numeric = countries[code].numeric if code in countries else None
        assert numeric is None or int(numeric) == number or code == "TZA"


def test_a_scale_with_an_unknown_sector_names_file_line_and_key(tmp_path):
    shutil.copytree(REFERENCE, tmp_path / "reference", ignore=shutil.ignore_patterns("editions"))
    path = tmp_path / "reference" / "intensity" / "corruption.yml"
    path.write_text(path.read_text().replace("sectors: [agriculture,", "sectors: [farming,"))
    with pytest.raises(ReferenceDataError, match=r"corruption\.yml:\d+ .*sectors.*") as caught:
        load_scales(tmp_path / "reference")
    assert "farming" in str(caught.value)


@pytest.mark.data
def test_every_good_of_the_list_is_mapped(shared_data):
    listed = set(dol.read_goods_list(shared_data / FILES["dol_tvpra_2022"])["good"])
    assert len(listed) == 169
    assert listed == set(goods())


@pytest.mark.data
def test_the_sidecar_of_the_goods_names_the_file_they_come_from(shared_data):
    (origin,) = yaml.safe_load((REFERENCE / "intensity" / "dol_goods.yml").read_text())[
        "derived_from"
    ]
    assert origin["file"] == FILES[origin["source"]]
    digest = hashlib.sha256((shared_data / origin["file"]).read_bytes()).hexdigest()
    assert origin["sha256"] == digest


@pytest.mark.parametrize("name", ["country_keys", "intensity/dol_goods"])
def test_every_csv_has_a_sidecar_that_names_its_columns(name):
    sidecar = yaml.safe_load((REFERENCE / f"{name}.yml").read_text())
    header = (REFERENCE / f"{name}.csv").read_text().splitlines()[0].split(",")
    assert list(sidecar["columns"]) == header
    assert all(
        sidecar[key] for key in ("title", "publisher", "licence", "licence_grade", "command")
    )


@pytest.mark.data
def test_an_unmapped_good_fails_the_build(shared_data):
    some = {name: item for name, item in goods().items() if name != "Tea"}
    with pytest.raises(ReferenceDataError, match="'Tea'"):
        build_intensity(shared_data, load_scales(), some, country_keys().codes, load_sectors())


@pytest.mark.data
def test_unknown_is_zero_to_one_and_nothing_is_silently_zero(cells):
    unknown = cells.filter(pl.col("known") == 0)
    assert unknown.height > 1000
    assert (unknown["low"] == 0).all()
    assert (unknown["high"] == 1).all()
    assert unknown["central"].null_count() == unknown.height
    assert set(unknown["class"]) == {"unknown"}
    zero = cells.filter(pl.col("high") == 0)
    assert set(zero["class"]) == {"not_applicable"}
    assert set(zero["issue"]) == {"deforestation"}


@pytest.mark.data
def test_listed_reaches_one_and_starts_at_its_class(cells):
    listed = cells.filter(pl.col("class").str.starts_with("listed"))
    assert listed.height > 500
    assert (listed["high"] == 1).all()
    goods_ = listed.filter(pl.col("class") == "listed_good")
    assert (goods_["low"] >= 0.3).all()
    assert (goods_["listed_goods"].str.len_chars() > 0).all()


@pytest.mark.data
def test_figures_that_can_be_looked_up(cells):
    # COD: cobalt, gold and others on the list; 17.4 % of children aged 5-14 work
    cobalt = one(cells, "child_labour", "COD", "mining")
    assert "Cobalt" in cobalt["listed_goods"]
    assert cobalt["source_value"] == 17.4
    # MEX: 4 % of children work, 30.3 % of them in farming, where 12.48 % of all workers are
    farm = one(cells, "child_labour", "MEX", "agriculture")
    assert farm["source_value"] == pytest.approx(4 * 0.303 / 0.1248, rel=0.01)
    # China has no percentage: a sector without a listed good is unknown, not safe
    assert one(cells, "child_labour", "CHN", "mining")["class"] == "unknown"
    # the Netherlands: corruption 2.00 ± 0.14 is far from the next class
    dutch = one(cells, "corruption", "NLD", "trade")
    assert (dutch["class"], dutch["low"], dutch["high"]) == ("very_low", 0, 0.1)
    # solar cells are listed for China only through an input: they list nothing themselves
    assert "(derived)" in one(cells, "forced_labour", "CHN", "electronics")["listed_goods"]
    assert one(cells, "forced_labour", "IDN", "food")["class"] == "unknown"
    # China stands at zero in the deforestation file because the model was not run there
    assert one(cells, "deforestation", "CHN", "agriculture")["class"] == "unknown"
    assert one(cells, "deforestation", "BRA", "agriculture")["class"] == "very_high"


@pytest.mark.data
def test_a_forecast_is_wider_than_a_running_conflict(cells):
    # the United States: no violent conflict in the index, a high forecast
    forecast = one(cells, "conflict", "USA", "trade")
    assert (forecast["class"], forecast["low"], forecast["high"]) == ("high", 0.3, 1.0)
    assert one(cells, "conflict", "TUR", "trade")["low"] == 0.85


@pytest.mark.data
def test_conflict_deaths_do_not_contradict_the_classes(cells, shared_data):
    """Cross-check with another publisher: many deaths, and yet a low class, would need a reason."""
    deaths = owid.read_conflict_deaths(
        shared_data / "owid/conflict_deaths_by_country_ucdp_2019/data.csv", range(2014, 2019)
    )
    many = deaths.filter(pl.col("deaths") >= 1000)["country"].to_list()
    assert len(many) > 20
    classes = {country: one(cells, "conflict", country, "trade")["class"] for country in many}
    assert not {c: k for c, k in classes.items() if k in {"very_low", "low", "unknown"}}


@pytest.mark.data
def test_listed_countries_are_those_of_the_list(cells, shared_data):
    listed = cahra.read_cahra(shared_data / FILES["cahra_2026_06"])
    assert (len(listed), sum(item.is_whole for item in listed.values())) == (29, 5)
    found = cells.filter(
        (pl.col("issue") == "conflict") & pl.col("class").str.starts_with("listed")
    )
    assert set(found["country"]) == set(listed)
    known = set(inform.read_inform(shared_data / FILES["inform_2021"])["country"])
    assert set(listed) <= known
