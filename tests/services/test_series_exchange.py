"""Exchange of series: nothing is lost on the way, and nothing is joined that may not be."""

from __future__ import annotations

import csv
import io
import json
from contextlib import suppress
from datetime import date
from math import log
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calling import printed
from ketenkaart.cli.main import app
from ketenkaart.core.errors import InputError, NotFoundError
from ketenkaart.core.monitor.exchange.comparing import compare, definition_sha256
from ketenkaart.core.monitor.exchange.status import state_of, status_code
from ketenkaart.core.monitor.exchange.types import (
    Aspect,
    Comparability,
    SharedPoint,
    SharedSeries,
)
from ketenkaart.core.monitor.indicators import Coverage, Scale
from ketenkaart.core.provenance import Grade, State, Text
from ketenkaart.services.series_exchange.documents import read_json, read_shared, write_json
from ketenkaart.services.series_exchange.sdmx import SdmxVersion, write_sdmx
from ketenkaart.services.series_exchange.sdmx_reading import read_sdmx
from ketenkaart.services.series_exchange.sharing import (
    chosen_indicators,
    compare_all,
    joint_definitions,
    shared_series,
)
from ketenkaart.sources.reference.indicators import find_indicator

SIGNS = st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs"))
WORDS = (
    st.text(SIGNS, min_size=1, max_size=30)
    .map(lambda text: " ".join(text.split()))
    .filter(lambda text: text and not text.startswith("'"))
)
TEXTS = st.builds(Text, nl=WORDS, en=WORDS)
DAYS = st.dates(date(1990, 1, 1), date(2060, 12, 31))


@st.composite
def points(draw, scale: Scale) -> SharedPoint:
    state = draw(st.sampled_from(State))
    top = 1.0 if scale is Scale.SHARE else 1e9
    figures = sorted(draw(st.lists(st.floats(0, top), min_size=3, max_size=3)))
    has_ends = draw(st.booleans())
    known = state is State.KNOWN
    return SharedPoint(
        on=draw(DAYS), state=state, value=figures[1] if known else None,
        low=figures[0] if known and has_ends else None,
        high=figures[2] if known and has_ends else None,
        n=draw(st.none() | st.integers(1, 10**6)), coverage=draw(st.sampled_from(Coverage)),
        grade=draw(st.sampled_from(Grade)), source="s01",
    )  # fmt: skip


@st.composite
def series(draw) -> SharedSeries:
    scale = draw(st.sampled_from(Scale))
    found = {point.on: point for point in draw(st.lists(points(scale), min_size=1, max_size=5))}
    size = draw(st.none() | st.integers(1, 10**9))
    return SharedSeries(
        sender=draw(WORDS), area=draw(st.sampled_from(["NLD", "DEU", "BEL"])), indicator="made",
        name=draw(TEXTS), scale=scale, rises=draw(st.booleans()), unit=draw(TEXTS),
        definition="one", definition_start=draw(DAYS), definition_text=draw(TEXTS),
        unit_of_analysis=draw(TEXTS), frame="all", frame_text=draw(TEXTS), frame_size=size,
        frame_size_state=State.KNOWN if size else State.UNKNOWN,
        points=tuple(found[day] for day in sorted(found)),
    )  # fmt: skip


def _series(area: str = "NLD", **changes) -> SharedSeries:
    facts = {
        "sender": "Us", "area": area, "indicator": "made", "name": Text(nl="naam", en="name"),
        "scale": Scale.SHARE, "rises": True, "unit": Text(nl="deel", en="share"),
        "definition": "one", "definition_start": date(2000, 1, 1),
        "definition_text": Text(nl="zegt het", en="Says so"),
        "unit_of_analysis": Text(nl="bedrijf", en="company"), "frame": "all",
        "frame_text": Text(nl="alle", en="All large companies"), "frame_size": 100,
        "points": (_point(2018, 0.4, n=400),),
    }  # fmt: skip
    return SharedSeries(**{**facts, **changes})


def _point(year: int, value: float | None, **changes) -> SharedPoint:
    facts = {
        "on": date(year, 12, 31), "value": value, "coverage": Coverage.SAMPLE,
        "grade": Grade.SURE, "source": "s01",
    }  # fmt: skip
    return SharedPoint(**{**facts, **changes})


@given(series(), st.sampled_from(SdmxVersion))
def test_what_is_written_is_read_back_alike(item, version) -> None:
    read = read_sdmx(write_sdmx([item], version), "x.csv")
    assert read.faults == ()
    assert read.series == (item,)
    assert read_json(write_json([item]), "x.json") == (item,)


def test_our_own_series_go_there_and_back() -> None:
    ours = shared_series(chosen_indicators(()), sender="Us")
    for version in SdmxVersion:
        assert set(read_sdmx(write_sdmx(ours, version), "x.csv").series) == set(ours)
    assert read_json(write_json(ours), "x.json") == ours


def test_the_layout_is_that_of_sdmx_csv() -> None:
    ours = shared_series(chosen_indicators(["endorsement"]), sender="Us")
    old = list(csv.reader(io.StringIO(write_sdmx(ours))))
    new = list(csv.reader(io.StringIO(write_sdmx(ours, SdmxVersion.V30))))
    assert old[0][:4] == ["DATAFLOW", "FREQ", "REF_AREA", "INDICATOR"]
    assert new[0][:4] == ["STRUCTURE", "STRUCTURE_ID", "ACTION", "FREQ"]
    assert {row[0] for row in old[1:]} == {"KETENKAART:RBC_INDICATORS(1.0)"}
    assert {tuple(row[:3]) for row in new[1:]} == {
        ("dataflow", "KETENKAART:RBC_INDICATORS(1.0)", "I")
    }
    assert all(len(row) == len(old[0]) for row in old)


def test_five_states_are_kept_apart_though_sdmx_has_fewer_codes() -> None:
    item = _series(
        points=tuple(
            _point(2010 + k, 0.0 if state is State.KNOWN else None, state=state)
            for k, state in enumerate(State)
        )
    )
    text = write_sdmx([item])
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["OBS_STATUS"] for row in rows] == ["E", "O", "L", "M", "O"]
    assert rows[0]["OBS_VALUE"] == "0"
    assert read_sdmx(text, "x.csv").series == (item,)
    # Without our column a refusal becomes what SDMX can say: missing, and no more.
    bare = text.replace(",refused,", ",,")
    assert read_sdmx(bare, "x.csv").series[0].points[-1].state is State.UNKNOWN


@pytest.mark.parametrize(
    ("code", "has_value", "words"),
    [
        ("F", True, "a forecast"), ("I", True, "imputed"), ("A", False, "the cell is empty"),
        ("L", True, "there is one"), ("X", True, "no code"),
    ],
)  # fmt: skip
def test_a_code_that_clashes_is_refused(code, has_value, words) -> None:
    with pytest.raises(ValueError, match=words):
        state_of(code, has_value)
    assert state_of("Q", has_value=False) is State.UNKNOWN
    assert status_code(State.KNOWN, Coverage.CENSUS) == "A"


LINES = write_sdmx([_series(points=(_point(2017, 0.3, low=0.2, high=0.4), _point(2018, 0.4)))])


@pytest.mark.parametrize(
    ("old", "new", "row", "column", "words"),
    [
        (",2018,", ",soon,", 3, "TIME_PERIOD", "'soon' is no period"),
        (",2018,", ",2018-13,", 3, "TIME_PERIOD", "no period"),
        (",2018,", ",2018-02-30,", 3, "TIME_PERIOD", "day is out of range"),
        (",0.3,E", ',"0,3",E', 2, "OBS_VALUE", "write a decimal point"),
        (",0.3,E", ",many,E", 2, "OBS_VALUE", "'many' is no number"),
        (",0.3,E", ",NaN,E", 2, "OBS_VALUE", "'NaN' is no number"),
        (",0.3,E", ",,E", 2, "OBS_STATUS", "the cell is empty"),
        (",0.3,E", ",0.3,L", 2, "OBS_STATUS", "there is one"),
        (",0.3,E", ",0.5,E", 2, "OBS_VALUE", "low <= value <= high"),
        (",0.2,0.4,", ",0.2,,", 2, "OBS_VALUE", "both low and high"),
        (",0.4,E", ",40,E", 2, "TIME_PERIOD", "a share lies between 0 and 1"),
        (",,sample,", ",-5,sample,", 2, "N", "no whole number above zero"),
        (",sample,", ",some,", 2, "COVERAGE", "'some' is none of"),
        (",known,", ",lost,", 2, "STATE", "'lost' is none of"),
        (",known,", ",refused,", 2, "STATE", "goes with no status E"),
        (",sure,", ",certain,", 2, "GRADE", "'certain' is none of"),
        (",true,", ",up,", 2, "RISES", "neither true nor false"),
        (",Says so,", ",,", 2, "DEFINITION_EN", "is empty"),
        (",Says so,", ",Says more,", 2, "DEFINITION_HASH", "one of them was changed"),
        (",NLD,", ",Holland,", 2, "REF_AREA", "match pattern"),
    ],
)
def test_a_fault_is_named_by_row_and_column(old, new, row, column, words) -> None:
    assert old in LINES
    wide = column in ("DEFINITION_EN", "DEFINITION_HASH", "REF_AREA")
    found = read_sdmx(LINES.replace(old, new, 99 if wide else 1), "x.csv")
    assert found.faults
    first = found.faults[0]
    assert (first.row, first.column) == (row, column)
    assert words in first.what


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no SDMX-CSV"),
        ("a,b\n1,2\n", "no SDMX-CSV"),
        (LINES.replace("OBS_STATUS", "STATUS"), "There is no column OBS_STATUS"),
        (LINES.replace("NAME_NL", "NAME_EN"), "stands twice"),
        (LINES + "one,two\n", "2 cells, the heading has"),
        (LINES + '"open', "Not valid CSV"),
    ],
)
def test_a_file_that_is_no_such_file_is_refused(text, words) -> None:
    with pytest.raises(InputError, match=words):
        read_sdmx(text, "x.csv")


def test_a_foreign_file_may_be_bare() -> None:
    text = (
        "DATAFLOW,REF_AREA,INDICATOR,TIME_PERIOD,OBS_VALUE,OBS_STATUS,UNIT_MEASURE,DEFINITION_EN,"
        "UNIT_OF_ANALYSIS_EN,FRAME_EN\nX:Y(1.0),DEU,made,2018-Q2,40,E,PT,Says so,company,Firms\n"
    )
    (item,) = read_sdmx(text, "x.csv").series
    assert item.scale is Scale.SHARE
    assert item.points[0].value == 0.4
    assert item.points[0].on == date(2018, 6, 30)
    assert item.points[0].coverage is Coverage.SAMPLE
    assert item.frame_size_state is State.UNKNOWN
    assert item.points[0].grade is Grade.CHECK


@given(st.text(max_size=300))
def test_any_text_is_read_or_refused(text) -> None:
    for given_text in (text, f"{LINES}{text}"):
        with suppress(InputError):
            read_sdmx(given_text, "x.csv")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda data: data.update(format="x"), "no document of the form"),
        (lambda data: data.update(version=2), "Version 2 cannot be read"),
        (lambda data: data["series"][0].update(area="BEL"), "the file was changed"),
        (lambda data: data.pop("series"), "no document of the form"),
    ],
)
def test_a_json_document_that_was_changed_is_refused(change, words) -> None:
    data = json.loads(write_json([_series()]))
    change(data)
    with pytest.raises(InputError, match=words):
        read_json(json.dumps(data), "x.json")
    with pytest.raises(InputError, match="Not valid JSON"):
        read_json("{", "x.json")


def test_the_hash_is_of_what_is_said_and_not_of_how() -> None:
    one = definition_sha256(_series())
    assert definition_sha256(_series(definition_text=Text(nl="x", en="says  SO"))) == one
    assert definition_sha256(_series(name=Text(nl="x", en="x"), frame="other")) == one
    assert definition_sha256(_series(definition_text=Text(nl="zegt het", en="Means so"))) != one
    assert definition_sha256(_series(rises=False)) != one


def test_the_same_definition_and_frame_are_comparable_as_they_stand() -> None:
    found = compare(_series(), _series("DEU"))
    assert found.comparability is Comparability.COMPARABLE
    assert found.joined[0].value == 0.4


def test_other_definitions_stand_side_by_side_and_are_not_joined() -> None:
    other = _series(
        "DEU", definition_text=Text(nl="meent", en="Means so"), unit=Text(nl="%", en="%")
    )
    found = compare(_series(), other)
    assert found.comparability is Comparability.NOT_COMPARABLE
    assert [one.aspect for one in found.differences] == [Aspect.UNIT, Aspect.DEFINITION]
    assert found.differences[1].theirs.en == "Means so"
    assert found.joined == ()


def test_a_day_measured_both_ways_is_the_bridge_and_carries_its_error() -> None:
    says = Text(nl="meent", en="Means so")
    theirs = _series("DEU", definition_text=says, points=(_point(2018, 0.4, n=400),))
    twin = [
        _series("BEL", points=(_point(2016, 0.5, n=100),)),
        _series("BEL", definition_text=says, points=(_point(2016, 0.6, n=100),)),
    ]
    found = compare(_series(), theirs, twin)
    assert found.comparability is Comparability.WITH_BRIDGE
    assert found.bridge is not None
    assert found.bridge.area == "BEL"
    assert found.bridge.shift == pytest.approx(log(1) - log(0.6 / 0.4))
    (point,) = found.joined
    odds = 0.4 / 0.6 / 1.5
    assert point.value == pytest.approx(odds / (1 + odds))
    alone = compare(theirs, theirs).joined[0]
    assert point.low is not None
    assert point.high is not None
    assert alone.low is None
    # The error of the bridge (two samples of 100) adds to that of the wave (a sample of 400).
    assert point.high - point.low > 2 * 1.96 * (0.4 * 0.6 / 400) ** 0.5


def test_another_scale_or_direction_is_never_bridged() -> None:
    twin = _series("BEL")
    for changes in ({"rises": False}, {"scale": Scale.AMOUNT}):
        other = _series("DEU", **changes)
        again = _series("BEL", **changes)
        found = compare(_series(), other, [twin, again])
        assert found.comparability is Comparability.NOT_COMPARABLE


def test_nothing_in_common_is_said() -> None:
    with pytest.raises(InputError, match="No indicator stands in both"):
        compare_all([_series()], [_series(indicator="else")])


def test_the_joint_definitions_hold() -> None:
    changed = [item.indicator for item in joint_definitions() if not item.holds]
    assert changed == [], "raise the version in exchange/joint.yml and put the new hash there"


def run(capsys, *words: str) -> str:
    return printed(capsys, "indicator", "exchange", *words)


def test_the_commands_go_round(capsys, tmp_path: Path) -> None:
    for name in ("nld.csv", "nld.json"):
        run(capsys, "export", "endorsement", "--out", str(tmp_path / name))
    assert read_shared(tmp_path / "nld.csv").series == read_shared(tmp_path / "nld.json").series
    text = (tmp_path / "nld.csv").read_text(encoding="utf-8")
    theirs = tmp_path / "deu.csv"
    theirs.write_text(text.replace(",NLD,", ",DEU,"), encoding="utf-8")
    printed = run(capsys, "import", str(theirs), "--out", str(tmp_path))
    assert "DEU" in printed
    received = find_indicator(str(tmp_path / "endorsement_deu.yml"))
    assert [wave.value for wave in received.waves] == [0.3, 0.3, None, None]
    assert received.baseline.state.value == "not_researched"
    with pytest.raises(InputError, match="stands there already"):
        app(["indicator", "exchange", "import", str(theirs), "--out", str(tmp_path)])
    printed = run(capsys, "compare", str(theirs), "--ours", "endorsement")
    assert "not comparable" in printed
    assert "Differs in" in printed
    for words in (["compare", str(theirs)], ["definitions"], ["import", str(theirs)]):
        rows = list(csv.reader(io.StringIO(run(capsys, *words, "--format", "csv"))))
        assert len({len(row) for row in rows}) == 1
        assert json.loads(run(capsys, *words, "--format", "json"))
    assert "version 1" in run(capsys, "definitions")


def test_faults_stop_an_import_unless_the_good_are_kept(capsys, tmp_path: Path) -> None:
    file = tmp_path / "bad.csv"
    file.write_text(LINES.replace(",2018,", ",soon,"), encoding="utf-8")
    with pytest.raises(InputError, match="1 fault: row 3, column TIME_PERIOD"):
        app(["indicator", "exchange", "import", str(file)])
    data = json.loads(run(capsys, "import", str(file), "--keep-good", "--format", "json"))
    assert data["series"][0]["measurements"] == 1
    assert data["faults"] == [data["faults"][0]]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["export", "nothing"], "no indicator 'nothing'"),
        (["export", "--sdmx", "4"], "SDMX '4' is not written"),
        (["export", "--area", "XXX"], "'XXX' is no country"),
        (["import", "/nowhere.csv"], "cannot be read"),
    ],
)
def test_what_cannot_be_is_said(words, said) -> None:
    with pytest.raises((InputError, NotFoundError), match=said):
        app(["indicator", "exchange", *words])
