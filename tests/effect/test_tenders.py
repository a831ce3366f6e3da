"""Notices read and folded: OCDS, eForms, tables; what is wrong is named with its place."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ketenkaart.core.errors import InputError
from ketenkaart.core.monitor.effect.groups import Grouping, ProductGroup
from ketenkaart.core.monitor.effect.tenders import (
    FoldReason,
    Money,
    Notice,
    Outcome,
    ValueKind,
    fold,
)
from ketenkaart.core.provenance import State, Text
from ketenkaart.services.effect.framing import FramePlan, LeftOut, make_frame, write_frame
from ketenkaart.services.effect.rates import FrameRates, parse_rates
from ketenkaart.sources.reference.product_groups import load_product_groups, read_product_groups
from ketenkaart.sources.tenders.eforms import read_eforms
from ketenkaart.sources.tenders.ocds import read_ocds
from ketenkaart.sources.tenders.reject import Reject
from ketenkaart.sources.tenders.table import read_tender_table
from made_tenders import HIDDEN, notice, release, write_lines

EUROS = FrameRates("EUR", {})
DATA = Path(__file__).parents[3] / "shared" / "data"


def read(path: Path) -> tuple[list[Notice], list[Reject]]:
    found = list(read_ocds(path))
    return (
        [item for item in found if isinstance(item, Notice)],
        [item for item in found if isinstance(item, Reject)],
    )


def test_a_release_says_what_it_says(tmp_path: Path) -> None:
    path = write_lines(tmp_path / "a.jsonl", [release(1, award=90_000)])
    (found,), rejects = read(path)
    assert rejects == []
    assert (found.tender, found.cpv, found.published) == (
        "ocds-made-0001", "72000000", date(2019, 5, 1)
    )  # fmt: skip
    assert (found.estimated.amount, found.awarded.amount) == (100_000, 90_000)
    assert found.outcome is Outcome.AWARDED
    assert found.term_years == pytest.approx(2, abs=0.01)
    assert found.place == "a.jsonl, line 1"


@pytest.mark.parametrize("shape", ["package", "records", "compiled", "list", "lines"])
def test_every_shape_of_ocds_gives_the_same_tenders(tmp_path: Path, shape: str) -> None:
    releases = [release(1), release(2)]
    content = {
        "package": {"uri": "x", "releases": releases},
        "records": {"records": [{"ocid": item["ocid"], "releases": [item]} for item in releases]},
        "compiled": {"records": [
            {"ocid": item["ocid"], "compiledRelease": {**item, "tag": ["compiled"]}}
            for item in releases
        ]},
        "list": releases,
    }.get(shape)  # fmt: skip
    path = tmp_path / ("a.jsonl" if content is None else "a.json")
    if content is None:
        write_lines(path, releases)
    else:
        path.write_text(json.dumps(content), encoding="utf-8")
    notices, rejects = read(path)
    assert rejects == []
    assert [item.tender for item in notices] == ["ocds-made-0001", "ocds-made-0002"]
    assert {item.estimated.amount for item in notices} == {100_000}


def test_a_tender_changed_and_awarded_is_one_row(tmp_path: Path) -> None:
    path = write_lines(
        tmp_path / "a.jsonl",
        [
            release(1, value=100_000, day="2018-12-30"),
            release(1, value=120_000, day="2019-02-01", tag="tenderAmendment"),
            release(1, value=None, day="2019-06-01", tag="award", award=110_000),
            release(1, value=None, day="2019-06-01", tag="award", award=110_000),
        ],
    )
    (tender,), folded = fold(read(path)[0])
    assert (tender.value.amount, tender.value_kind) == (110_000, ValueKind.AWARDED)
    assert tender.latest.estimated.amount == 120_000
    assert tender.called_on == date(2018, 12, 30)
    assert tender.notices == 4
    assert sorted(item.reason for item in folded) == [
        FoldReason.SAME_AGAIN, FoldReason.EARLIER, FoldReason.EARLIER,
    ]  # fmt: skip


def test_tenders_that_look_the_same_are_named_and_left_apart(tmp_path: Path) -> None:
    twin = {**release(1), "ocid": "ocds-made-9999"}
    tenders, folded = fold(read(write_lines(tmp_path / "a.jsonl", [release(1), twin]))[0])
    assert len(tenders) == 2
    assert [item.reason for item in folded] == [FoldReason.LOOKS_SAME]


@pytest.mark.parametrize(
    ("value", "amount", "state"),
    [
        ({"amount": 0, "currency": "EUR"}, 0.0, State.KNOWN),
        ({"currency": "EUR"}, None, State.UNKNOWN),
        ({"amount": None}, None, State.UNKNOWN),
        ({"amount": "100"}, None, State.UNKNOWN),
        ({"amount": True}, None, State.UNKNOWN),
        ({"amount": 10**400}, None, State.UNKNOWN),
        ({"amount": -5, "currency": "EUR"}, -5.0, State.KNOWN),
        (None, None, State.UNKNOWN),
        ([], None, State.UNKNOWN),
    ],
)
def test_a_value_is_an_amount_or_unknown_and_never_made_up(
    tmp_path: Path, value: object, amount: float | None, state: State
) -> None:
    made = release(1)
    made["tender"]["value"] = value
    (found,), _ = read(write_lines(tmp_path / "a.jsonl", [made]))
    assert (found.estimated.amount, found.estimated.state) == (amount, state)


def test_an_award_without_value_leaves_the_sum_unknown(tmp_path: Path) -> None:
    made = release(1, value=50_000, award=10_000)
    made["awards"].append({"id": "2", "status": "active"})
    (found,), _ = read(write_lines(tmp_path / "a.jsonl", [made]))
    assert found.awarded.state is State.UNKNOWN
    (tender,), _ = fold([found])
    assert (tender.value.amount, tender.value_kind) == (50_000, ValueKind.ESTIMATED)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("not json", "no JSON"),
        ("[1, 2]", "object is expected"),
        ('"text"', "object is expected"),
        ("{}", "no ocid"),
        ('{"ocid": "a", "tender": {"value": {"amount": NaN}}}', "NaN is no number"),
        ("[" * 5_000 + "]" * 5_000, "nested"),
        ('{"records": [{"ocid": "a", "releases": [{"url": "x"}]}]}', "only links"),
    ],
)
def test_what_is_no_release_is_named_with_its_line(tmp_path: Path, line: str, words: str) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps(release(1)) + "\n" + line + "\n", encoding="utf-8")
    notices, rejects = read(path)
    assert len(notices) == 1
    assert rejects
    assert rejects[0].place.startswith("a.jsonl, line 2")
    assert words in rejects[0].what
    with pytest.raises(InputError, match="line 2") as caught:
        make_frame([path], FramePlan(EUROS))
    assert caught.value.exit_code == 2
    frame = make_frame([path], FramePlan(EUROS, skip_unreadable=True))
    assert frame.reasons()[LeftOut.UNREADABLE.value] == len(rejects)


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(["tender", "value", "amount", "currency", "awards", "items", "tag", "date",
                         "classification", "scheme", "id", "lots", "parties", "buyer", "status",
                         "contractPeriod", "startDate", "durationInDays", "details"]), inner,
        max_size=4),
    max_leaves=12,
)  # fmt: skip


@settings(max_examples=40)
@given(st.dictionaries(st.sampled_from(["tender", "awards", "buyer", "parties", "tag", "date",
                                        "contracts", "id"]), anything, max_size=6))  # fmt: skip
def test_no_release_breaks_the_reader(tmp_path_factory: pytest.TempPathFactory, body: dict) -> None:
    path = write_lines(tmp_path_factory.mktemp("x") / "a.jsonl", [{"ocid": "a", **body}])
    notices, rejects = read(path)
    assert len(notices) + len(rejects) == 1
    for item in notices:
        assert item.estimated.is_known == (item.estimated.amount is not None)
        fold([item])


def test_an_eforms_notice_says_what_it_says(tmp_path: Path) -> None:
    path = tmp_path / "a.xml"
    path.write_text(notice(), encoding="utf-8")
    found = read_eforms(path)
    assert isinstance(found, Notice)
    assert (found.tender, found.cpv, found.awarded.amount) == ("made-folder", "39112000", 250_000)
    assert found.outcome is Outcome.AWARDED
    path.write_text(notice(amount="9.99", privacy=HIDDEN), encoding="utf-8")
    hidden = read_eforms(path)
    assert isinstance(hidden, Notice)
    assert hidden.awarded.state is State.REFUSED


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (notice(doctype='<!DOCTYPE a [<!ENTITY b "c">]>'), "document type"),
        ("<a><b></a>", "well-formed"),
        ("<Invoice/>", "root is Invoice"),
        ("", "well-formed"),
        (notice(folder="").replace("made-notice", ""), "no identifier"),
        ("<a>" * 300 + "</a>" * 300, "nested"),
    ],
)
def test_what_is_no_notice_is_refused_with_its_name(
    tmp_path: Path, content: str, words: str
) -> None:
    path = tmp_path / "bad.xml"
    path.write_text(content, encoding="utf-8")
    found = read_eforms(path)
    assert isinstance(found, Reject)
    assert found.place == "bad.xml"
    assert words in found.what


def test_a_dutch_table_is_read_by_its_headings(tmp_path: Path) -> None:
    path = tmp_path / "tenders.csv"
    path.write_text(
        "Kenmerk;Naam aanbestedende dienst;CPV-code;Publicatiedatum;Geraamde waarde;Gegund\n"
        "TN1;Gemeente A;72000000-5 IT;31-05-2019;1500000,50;ja\n"
        "TN2;Provincie B;39130000;2019-06-01;;nee\n"
        "TN3;C;45233000;01-07-2019;refused;\n",
        encoding="utf-8",
    )
    notices = read_tender_table(path, {}, "EUR")
    first, second, third = [item for item in notices if isinstance(item, Notice)]
    assert (first.estimated.amount, first.cpv) == (1_500_000.5, "72000000")
    assert first.published == date(2019, 5, 31)
    assert first.outcome is Outcome.AWARDED
    assert second.outcome is Outcome.NOT_AWARDED
    assert second.estimated.state is State.UNKNOWN
    assert third.estimated.state is State.REFUSED
    assert first.place == "tenders.csv, row 2"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a;b\n1;2\n", "no column that is recognised as tender"),
        ("tender;cpv;waarde;value\nA;72000000;1;2\n", "2 columns that could be estimated"),
        ("tender;cpv;value\nA;72000000;veel\n", "'veel' is no number"),
        ("tender;cpv;value\nA;72000000;1,5\nB;72000000;1.5\n", "decimal comma"),
    ],
)
def test_a_table_that_cannot_be_is_refused_with_row_and_column(
    tmp_path: Path, text: str, words: str
) -> None:
    path = tmp_path / "t.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=words):
        read_tender_table(path, {}, "EUR")


def test_a_wrong_day_is_named_by_row_and_column(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("tender;cpv;datumpublicatie\nA;72000000;gisteren\n", encoding="utf-8")
    (found,) = read_tender_table(path, {}, "EUR")
    assert isinstance(found, Reject)
    assert found.place == "t.csv, row 2, column datumpublicatie"


def test_groups_are_found_by_their_longest_beginning() -> None:
    grouping, source = load_product_groups()
    assert len(grouping.groups) == 16
    assert source.mapping_citation.grade.value == "assumed"
    assert grouping.of("09331200") == "solar_panels"
    assert grouping.of("09310000") == "electricity"
    assert grouping.of("34114200") is None
    assert grouping.of("34110000") == "company_cars"
    assert grouping.of("50232100") == "public_lighting"
    assert grouping.of("50230000") == "roads"
    assert grouping.of_tender("60000000", ["60130000", "60120000"]) == "contract_transport"
    assert grouping.of_tender("60000000", ["60130000", "60160000"]) is None
    assert grouping.counted_twice(["solar_panels", "electricity", "ict"]) == [
        ("electricity", "ict"), ("electricity", "solar_panels")
    ]  # fmt: skip


def test_one_code_in_two_groups_is_refused_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "groups.yml"
    path.write_text(
        "citation: {source: own, grade: assumed}\nmapping_citation: {source: own, grade: assumed}\n"
        'groups:\n  - {id: a, name: {nl: A, en: A}, codes: ["72"]}\n'
        '  - {id: b, name: {nl: B, en: B}, codes: ["72"]}\n',
        encoding="utf-8",
    )
    with pytest.raises(InputError, match="stands in a already") as caught:
        read_product_groups(path)
    assert "groups.yml:5" in str(caught.value)
    twice = [ProductGroup(name, Text(nl="x", en="x"), ("72",)) for name in "ab"]
    with pytest.raises(InputError, match="two product groups"):
        Grouping(twice)


@pytest.mark.data
def test_every_code_of_a_group_stands_in_the_official_list() -> None:
    lines = (DATA / "codes" / "cpv_nl.tsv").read_text(encoding="utf-8").splitlines()
    known = {line.split("\t")[0] for line in lines}
    codes = [c for g in load_product_groups()[0].groups for c in (*g.codes, *g.without)]
    assert {code for code in codes if code.ljust(8, "0") not in known} == set()


def test_who_is_left_out_is_named_with_the_reason(tmp_path: Path) -> None:
    path = write_lines(
        tmp_path / "a.jsonl",
        [
            release(1), release(2, tag="planning"), release(3, "85000000"),
            release(4, status="cancelled"), release(5, day="2030-01-01"),
            release(6, currency="GBP"), release(7, value=0), release(8, value=None),
            release(9, value=-1), {**release(10), "date": "soon"},
            {**release(11), "tender": {"title": "no code"}},
        ],
    )  # fmt: skip
    plan = FramePlan(EUROS, until=date(2029, 1, 1))
    frame = make_frame([path], plan)
    assert frame.reasons() == {
        "only_plans": 1, "no_product_group": 1, "cancelled": 1, "outside_the_days_asked": 1,
        "no_day": 1, "no_cpv": 1,
    }  # fmt: skip
    assert frame.without_size() == {
        "no_rate": 1,
        "value_zero": 1,
        "value_unknown": 1,
        "value_negative": 1,
    }
    assert len(frame.left_out) + frame.rows.height == 11
    priced = make_frame([path], FramePlan(parse_rates(["GBP:2019=1.2", "gbp=9"], "EUR")))
    sizes = dict(priced.rows.select("tender", "size").iter_rows())
    assert sizes["ocds-made-0006"] == 120_000
    assert "catering" in frame.empty_groups


@pytest.mark.parametrize("text", ["GBP", "GBP=0", "GBP=x", "G=1", "GBP:19x=1", "GBP=inf", "=1"])
def test_a_rate_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="no rate"):
        parse_rates([text], "EUR")


def test_nothing_is_written_where_a_frame_cannot_be_made(tmp_path: Path) -> None:
    path = write_lines(tmp_path / "a.jsonl", [release(3, "85000000")])
    with pytest.raises(InputError, match="No tender remains of 1 notices"):
        write_frame([path], FramePlan(EUROS), tmp_path / "f.parquet")
    with pytest.raises(InputError, match=r"no \.txt"):
        write_frame([path], FramePlan(EUROS), tmp_path / "f.txt")
    assert sorted(item.name for item in tmp_path.iterdir()) == ["a.jsonl"]


@pytest.mark.data
def test_the_real_releases_become_a_frame() -> None:
    path = DATA / "procurement" / "ocds_releases_dev.jsonl"
    frame = make_frame([path], FramePlan(FrameRates("GBP", {})))
    assert frame.notices == 160
    assert frame.rows.height + len(frame.left_out) == 160
    assert frame.rows.height >= 30
    assert {item.reason for item in frame.left_out} <= {LeftOut.NO_GROUP, LeftOut.ONLY_PLANS}
    assert sum(item.with_size for item in frame.coverage) == frame.rows["size"].count()


@pytest.mark.data
def test_every_example_notice_is_read_or_refused_with_a_reason() -> None:
    found = [read_eforms(path) for path in sorted((DATA / "procurement/eforms").glob("*.xml"))]
    rejects = [item for item in found if isinstance(item, Reject)]
    assert len(found) == 92
    assert all(item.place.startswith("INVALID") for item in rejects)
    by_place = {item.place: item for item in found if isinstance(item, Notice)}
    assert by_place["can_24_UKRI.xml"].awarded == Money.of(60_000_000, "GBP")
    assert by_place["can_25_withheld.xml"].awarded.state is State.REFUSED
    assert by_place["can_24_LSBU.xml"].awarded_kind in set(ValueKind)
    assert by_place["change-cn_24_void.xml"].outcome is Outcome.CANCELLED
    assert by_place["cn_24_maximal_100_lots.xml"].lots == 100
