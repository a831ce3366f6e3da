"""Lists of facilities: any separator, encoding and language is read, and every flaw is named."""

from __future__ import annotations

import io
import json
import zipfile
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ketenkaart.core.chain.facilities.exact import plain
from ketenkaart.core.chain.facilities.listing.check import FILLERS, RowChecker
from ketenkaart.core.chain.facilities.listing.findings import Finding, ListReport, Severity
from ketenkaart.core.chain.facilities.listing.headings import read_headings
from ketenkaart.core.chain.facilities.listing.places import read_degrees, read_pair
from ketenkaart.core.chain.facilities.listing.workers import read_workers
from ketenkaart.core.chain.facilities.oshub import OS_HUB_COLUMNS, os_hub_row
from ketenkaart.core.chain.facilities.types import FacilityDraft, Workers
from ketenkaart.core.errors import InputError
from ketenkaart.services.exports import write_csv
from ketenkaart.services.facilities.exporting import guarded
from ketenkaart.sources.facility_lists import open_list
from ketenkaart.sources.reference.facilities import load_gazetteer
from ketenkaart.sources.reference.labels import load_countries

WORDS = load_gazetteer()
SAVAR = ("Anna Knit Ltd.", "12 Station Road, Savar, Dhaka", "Bangladesh")


def read(path: Path, **options) -> tuple[list[FacilityDraft], ListReport]:
    opened = open_list(path, WORDS, **options)
    checker = RowChecker(opened.headings, WORDS, options.get("country"))
    report, said = ListReport(reading=opened.reading), []
    for line, cells in opened.rows():
        draft, findings = checker.check(line, cells)
        report.count(findings, is_accepted=draft is not None)
        said += [draft] if draft else []
    return said, report


def written(tmp_path: Path, text: str, encoding: str = "utf-8") -> Path:
    path = tmp_path / "list.csv"
    path.write_bytes(text.encode(encoding))
    return path


def one(cells: dict[str, str], **options) -> tuple[FacilityDraft | None, list[Finding]]:
    """Check one row, given by heading; country, name and address are there unless named."""
    full = {"country": "Bangladesh", "name": SAVAR[0], "address": SAVAR[1]} | cells
    headings = read_headings(list(full), 1, WORDS)
    return RowChecker(headings, WORDS, **options).check(2, list(full.values()))


def codes(findings: list[Finding]) -> list[str]:
    return [finding.code for finding in findings]


HEADINGS = {
    "nl": "Naam fabriek;Adres;Land",
    "en": "Factory Name;Full Address;Country / Region",
    "fr": "Nom de l'usine;Adresse complète;Pays",
    "es": "Nombre de la fábrica;Dirección;País",
    "pt": "Nome da fábrica;Endereço;País",
    "de": "Name der Fabrik;Anschrift;Herkunftsland",
    "tr": "FABRİKA ADI;ADRES;ÜLKE",
    "zh": "工厂名称;地址;国家",
    "both": "工厂名称 Facility name*;Address (required);Country\nLand",
}


@pytest.mark.parametrize("language", HEADINGS)
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_headings_are_known_in_many_languages(tmp_path, language: str, separator: str) -> None:
    top = separator.join(f'"{cell}"' for cell in HEADINGS[language].split(";"))
    row = separator.join(f'"{cell}"' for cell in SAVAR)
    said, report = read(written(tmp_path, f"{top}\n{row}\n"))
    assert said == [FacilityDraft("BGD", SAVAR[0], SAVAR[1])]
    assert (report.accepted, report.warned, report.refused) == (1, 0, 0)


ENCODED = [
    ("utf-8", "Ege Örme A.Ş.", "utf-8"),
    ("utf-8-sig", "Ege Örme A.Ş.", "utf-8"),
    ("utf-16", "Ege Örme A.Ş.", "utf-16"),
    ("utf-16-le", "Ege Örme A.Ş.", "utf-16-le"),
    ("utf-16-be", "Ege Örme A.Ş.", "utf-16-be"),
    ("utf-32", "Ege Örme A.Ş.", "utf-32"),
    ("cp1252", "Société Générale de Tissage, façonné", "cp1252, a guess"),
    ("cp1254", "Işık Tekstil Sanayi ve Ticaret A.Ş., İzmir", "cp1254, a guess"),
    ("gb18030", "东莞市虎门镇制衣厂有限公司", "gb18030, a guess"),
]


@pytest.mark.parametrize(("encoding", "name", "reading"), ENCODED)
def test_encodings_are_found_out(tmp_path, encoding: str, name: str, reading: str) -> None:
    text = f'name;address;country\n"{name}";{name} 1;TUR\n' * 1
    said, report = read(written(tmp_path, text, encoding))
    assert [item.name for item in said] == [name]
    assert report.reading.startswith(reading)


def test_an_encoding_that_is_named_is_taken_and_a_wrong_one_refused(tmp_path) -> None:
    path = written(tmp_path, "name,address,country\nZażółć,Łódź 1,POL\n", "cp1250")
    said, _ = read(path, encoding="cp1250")
    assert said[0].name == "Zażółć"
    for encoding, problem in (("utf-8", "not in utf-8"), ("klingon", "is no encoding")):
        with pytest.raises(InputError, match=problem):
            open_list(path, WORDS, encoding=encoding)


def test_an_address_in_many_columns_becomes_one_line(tmp_path) -> None:
    text = (
        "Exported 2026-11-22;;;;;\n\n"
        "Straat;Huisnummer;Postcode;Plaats;Provincie;Bedrijfsnaam\n"
        "Weverstraat;4;7511 AB;Enschede;Overijssel;Twentse Weverij\n"
    )
    said, _ = read(written(tmp_path, text), country="NLD")
    assert said[0].address == "Weverstraat 4, 7511 AB Enschede, Overijssel"
    text = 'name,address,city,country\nA,"Main Road 1, Dhaka",Dhaka,BD\nB,Main Road 1,Dhaka,BD\n'
    said, _ = read(written(tmp_path, text))
    assert {item.address for item in said} == {"Main Road 1, Dhaka"}


def test_excel_says_its_separator_on_the_first_line(tmp_path) -> None:
    said, _ = read(written(tmp_path, "sep=;\r\nname;address;country\r\nA;B, C 1;NL\r\n"))
    assert said == [FacilityDraft("NLD", "A", "B, C 1")]


@pytest.mark.parametrize(
    ("text", "value"),
    [("23.85", 23.85), ("23,85", 23.85), ("-6,2", -6.2), ("23.85 N", 23.85), ("S 6.2", -6.2),
     ("23°51'0\"N", 23.85), ("90 15 36 E", 90.26), ("52° 5,5", None), ("1.234,5", None),
     ("O 4.3", None), ("abc", None), ("", None), ("23.85N S", None), ("N23.85S", None),
     ("23°75'", None), ("1e3", None), ("nan", None), ("٢٣", 23.0)],
)  # fmt: skip
def test_coordinates_are_read_as_people_write_them(text: str, value: float | None) -> None:
    found = read_degrees(text)
    assert (found.value if found else None) == value


@pytest.mark.parametrize(
    "text", ["23.85, 90.26", "23.85,90.26", "23,85; 90,26", "(23.85 90.26)", "23,85, 90,26",
             "23.85N 90.26E", "23.85 | 90.26"],
)  # fmt: skip
def test_two_coordinates_in_a_cell(text: str) -> None:
    found = read_pair(text)
    assert found is not None
    assert [item.value for item in found] == [23.85, 90.26]


@pytest.mark.parametrize(
    ("lat", "lon", "code", "fix"),
    [("90.26", "23.85", "place_swapped", "23.85, 90.26 would fit"),
     ("90,26 E", "23,85 N", "place_swapped", "23.85, 90.26 would fit"),
     ("-23.85", "90.26", "place_elsewhere", "23.85, 90.26 would fit"),
     ("52.1", "4.3", "place_elsewhere", "Correct the coordinates"),
     ("238.5", "902.6", "place_off_globe", "Correct the coordinates"),
     ("0", "0.0", "place_is_zero", "Correct"), ("23.85", "", "place_half", "both or neither"),
     ("north", "90.26", "place_unreadable", "Write it as")],
)  # fmt: skip
def test_a_doubtful_place_is_left_out_and_listed(lat, lon, code, fix) -> None:
    said, findings = one({"lat": lat, "lng": lon})
    assert said is not None
    assert (said.latitude, said.longitude) == (None, None)
    assert codes(findings) == [code]
    assert findings[0].severity is Severity.WARNED
    assert fix in findings[0].fix


def test_a_swapped_place_is_mended_when_asked_and_still_listed() -> None:
    said, findings = one({"lat": "90.26", "lng": "23.85"}, mend_places=True)
    assert said is not None
    assert (said.latitude, said.longitude) == (23.85, 90.26)
    assert codes(findings) == ["place_swapped"]


def test_a_good_place_passes_also_across_the_180th_meridian_and_overseas() -> None:
    for country, lat, lon in (
        ("Bangladesh", "23,85", "90,26"), ("Fiji", "-16.5", "-179.9"), ("Fiji", "-17.7", "178"),
        ("Russia", "64.7", "-172"), ("Netherlands", "12.15", "-68.3"), ("France", "48.8", "2.3"),
        ("Hong Kong", "22.3", "114.2"), ("US", "21.3", "-157.8"),
    ):  # fmt: skip
        said, findings = one({"country": country, "lat": lat, "lng": lon})
        assert said is not None
        assert said.latitude is not None, country
        assert findings == []


@pytest.mark.parametrize(
    ("cells", "code"),
    [({"country": ""}, "no_country"), ({"country": "Atlantis"}, "unknown_country"),
     ({"country": "Congo"}, "unknown_country"), ({"country": "Korea"}, "unknown_country"),
     ({"name": " - "}, "no_name"), ({"name": "N/A"}, "no_name"),
     ({"address": "n.v.t."}, "no_address"),
     ({"name": "x" * 501}, "unusable"), ({"address": "y" * 5000}, "unusable")],
)  # fmt: skip
def test_a_row_that_cannot_be_is_refused_with_its_reason(cells, code) -> None:
    said, findings = one(cells)
    assert said is None
    assert code in codes(findings)
    assert findings[0].severity is Severity.REFUSED


def test_an_ambiguous_or_misspelt_country_says_which_are_near() -> None:
    for name, near in (("Congo", "(COD)"), ("Korea", "(PRK)"), ("Bangladsh", "(BGD)")):
        assert near in one({"country": name})[1][0].fix


@pytest.mark.parametrize(
    ("cells", "code"),
    [({"name": "=HYPERLINK(1)"}, "formula"), ({"address": "Road 1□"}, "lost_signs"),
     ({"name": "SociÃ©tÃ© X"}, "lost_signs"), ({"name": "Anna\u202eKnit"}, "hidden_signs"),
     ({"workers": "many"}, "workers_unreadable"), ({"workers": "500-200"}, "workers_unreadable"),
     ({"os_id": "BD12"}, "id_unreadable"), ({"coordinates": "somewhere"}, "place_unreadable")],
)  # fmt: skip
def test_a_row_with_a_flaw_is_taken_and_listed(cells, code) -> None:
    said, findings = one(cells)
    assert said is not None
    assert codes(findings) == [code]
    assert all(finding.what and finding.fix for finding in findings)


def test_rows_that_say_the_same_are_listed_with_the_first() -> None:
    headings = read_headings(["country", "name", "address", "os_id"], 1, WORDS)
    checker = RowChecker(headings, WORDS)
    rows = (
        ("BGD", "Anna Knit Ltd.", "1 Road", "BD2019085AT4WB7"),
        ("Bangladesh", "ANNA KNIT LTD", "1, Road.", "BD2019085AT4WB7"),
        ("BGD", "Other", "2 Road", "BD2019085AT4WB7"),
    )
    found = [checker.check(line, row)[1] for line, row in enumerate(rows, start=2)]
    assert [codes(findings) for findings in found] == [[], ["duplicate_row"], ["duplicate_id"]]
    assert found[1][0].what == "Row 2 names the same facility"


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [("120", 120, 120), ("1,200", 1200, 1200), ("1.200", 1200, 1200), ("1 200", 1200, 1200),
     ("1001-5000", 1001, 5000), ("200 tot 500", 200, 500), (">5,000", 5000, None),
     ("More than 500", 500, None), ("5000+", 5000, None), ("< 50", 0, 50), ("0", 0, 0)],
)  # fmt: skip
def test_numbers_of_workers(text: str, low: int, high: int | None) -> None:
    assert read_workers(text) == Workers(low, high)


def test_sectors_lead_to_divisions_and_unknown_words_stay_unknown() -> None:
    said, findings = one({"sector": "Apparel | Space travel", "processing type": "Dyeing"})
    assert said is not None
    assert said.sectors_given == ("Apparel", "Space travel")
    assert said.isic4 == ("13", "14")
    assert codes(findings) == ["unknown_sector"]
    assert findings[0].severity is Severity.NOTED


BAD_FILES = {
    "empty": (b"", "is empty"),
    "binary": (bytes(range(256)) * 20, "no text"),
    "old workbook": (b"\xd0\xcf\x11\xe0" + b"x" * 100, "old workbook"),
    "pdf": (b"%PDF-1.7", "is a PDF"),
    "no headings": (b"1,2,3\n4,5,6\n", "no row of headings"),
    "no country": (b"name,address\nA,B 1\n", "no column for country"),
    "no address": (b"name,country\nA,NL\n", "no column for address"),
    "open quote": (b'name,address,country\n"A,B,NL\n' + b"C,D 1,NL\n" * 60, "left open"),
    "a cell without end": (b"name,address,country\n" + b"x" * 200_000, "left open"),
    "zip": (b"PK\x03\x04nonsense", "list.csv"),
}


@pytest.mark.parametrize("kind", BAD_FILES)
def test_a_file_that_is_no_list_is_refused_in_words(tmp_path, kind: str) -> None:
    data, problem = BAD_FILES[kind]
    path = tmp_path / "list.csv"
    path.write_bytes(data)
    with pytest.raises(InputError, match=problem):
        read(path)


def test_a_missing_file_and_a_missing_sheet_are_named(tmp_path) -> None:
    with pytest.raises(InputError, match="There is no file"):
        open_list(tmp_path / "nothing.csv", WORDS)
    with pytest.raises(InputError, match="no sheets"):
        open_list(written(tmp_path, "name,address,country\nA,B,NL\n"), WORDS, sheet="Blad1")
    with pytest.raises(InputError, match="'Blad9'"):
        open_list(workbook(tmp_path, [["name"]]), WORDS, sheet="Blad9")


def test_too_many_cells_are_refused_and_too_few_are_empty(tmp_path) -> None:
    text = "name,address,country,workers\nA,B 1,NL\nC,D, 2,NL,5\nE,F 3,NL,7,\n"
    said, report = read(written(tmp_path, text))
    assert [item.name for item in said] == ["A", "E"]
    assert dict(report.codes) == {"too_many_cells": 1}


def workbook(tmp_path: Path, rows: list[list[str]]) -> Path:
    """Write a workbook of two sheets by hand; the list is on the second."""
    path = tmp_path / "list.xlsx"
    spoken = "http://schemas.openxmlformats.org"
    main = f"{spoken}/spreadsheetml/2006/main"
    rel = f"{spoken}/officeDocument/2006/relationships"
    package = f"{spoken}/package/2006/relationships"
    cells = "".join(
        f'<row r="{line}">'
        + "".join(
            f'<c r="{chr(65 + place)}{line}" t="inlineStr"><is><t>{cell}</t></is></c>'
            for place, cell in enumerate(row)
        )
        + "</row>"
        for line, row in enumerate(rows, start=1)
    )

    def link(number: str, kind: str, target: str) -> str:
        return f'<Relationship Id="{number}" Type="{rel}/{kind}" Target="{target}"/>'

    def linked(*links: str) -> str:
        return f'<Relationships xmlns="{package}">{"".join(links)}</Relationships>'

    def sheet(rows: str) -> str:
        return f'<worksheet xmlns="{main}"><sheetData>{rows}</sheetData></worksheet>'

    parts = {
        "[Content_Types].xml": f'<Types xmlns="{spoken}/package/2006/content-types"/>',
        "_rels/.rels": linked(link("r", "officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{rel}"><sheets>'
        '<sheet name="Uitleg" sheetId="1" r:id="r1"/><sheet name="Lijst" sheetId="2" r:id="r2"/>'
        "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": linked(
            link("r1", "worksheet", "worksheets/sheet1.xml"),
            link("r2", "worksheet", "worksheets/sheet2.xml"),
        ),
        "xl/worksheets/sheet1.xml": sheet(""),
        "xl/worksheets/sheet2.xml": sheet(cells),
    }
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return path


def test_a_workbook_is_read_from_the_sheet_that_holds_a_list(tmp_path) -> None:
    rows = [["Leveranciers 2026"], [], ["Land", "Naam fabriek", "Adres"],
            ["Türkiye", "Ege Örme", "Ege Cd. 4"], ["Atlantis", "X", "Y 1"]]  # fmt: skip
    said, report = read(workbook(tmp_path, rows))
    assert said == [FacilityDraft("TUR", "Ege Örme", "Ege Cd. 4")]
    assert report.reading == "workbook, sheet 'Lijst'"
    assert [(finding.line, finding.column) for finding in report.findings] == [(5, "Land")]


PRINTED = st.text(
    st.characters(codec="utf-8", exclude_categories=("C", "Z"), include_characters=" "), max_size=30
).map(lambda text: " ".join(text.split()))
SPOKEN = PRINTED.filter(
    lambda text: any(sign.isalnum() for sign in text) and plain(text) not in FILLERS
)
TOKENS = SPOKEN.filter(lambda text: "|" not in text)
LISTED = st.lists(TOKENS, max_size=3, unique=True).map(tuple)


@st.composite
def drafts(draw) -> FacilityDraft:
    low = draw(st.integers(0, 9_000))
    place = draw(st.sampled_from([(None, None), (23.85, 90.26), (21.0000001, 90.0)]))
    return FacilityDraft(
        "BGD", draw(NAMES), draw(NAMES), *place, draw(LISTED), (), draw(LISTED), draw(LISTED),
        draw(LISTED), draw(st.sampled_from([None, Workers(low, low), Workers(low, low + 9),
                                            Workers(low, None)])),
        draw(st.none() | NAMES), draw(st.none() | NAMES),
        draw(st.sampled_from([None, "BD2019085AT4WB7"])),
    )  # fmt: skip


STARTS = st.sampled_from(["", "=", "+", "-", "@", "'=", "''+", "'"])
FILLED = st.builds(lambda start, text: f"{start}{text}", STARTS, SPOKEN)
NAMES = FILLED.filter(lambda text: one({"name": text})[0] is not None)


@settings(max_examples=30)
@given(st.lists(drafts(), min_size=1, max_size=3))
def test_what_goes_out_for_open_supply_hub_comes_back_the_same(tmp_path_factory, said) -> None:
    alpha2 = {code: item.alpha2 for code, item in load_countries().by_alpha3().items()}
    stream = io.StringIO()
    write_csv(
        stream,
        OS_HUB_COLUMNS,
        [[guarded(cell) for cell in os_hub_row(item, alpha2)] for item in said],
    )
    path = tmp_path_factory.mktemp("hub") / "list.csv"
    path.write_text(stream.getvalue(), encoding="utf-8", newline="")
    back, report = read(path)
    assert report.refused == 0, report.findings
    assert [replace(item, isic4=()) for item in back] == said


@settings(max_examples=40)
@given(st.binary(max_size=300))
def test_no_file_whatever_ends_in_anything_but_a_list_or_a_clear_error(
    tmp_path_factory, data
) -> None:
    path = tmp_path_factory.mktemp("any") / "list.csv"
    for start in (b"", b"name,address,country\n", b"PK\x03\x04"):
        path.write_bytes(start + data)
        with suppress(InputError):
            read(path)


@pytest.mark.data
def test_every_list_of_the_registry_before_is_taken_whole(shared_data: Path) -> None:
    counted = {}
    for path in sorted((shared_data / "facilities" / "lists").glob("*.csv")):
        _, report = read(path)
        assert report.refused == 0, report.findings
        counted[path.name] = (report.accepted, report.warned, dict(report.codes))
    assert counted == {
        "2.csv": (83, 11, {"lost_signs": 7, "duplicate_row": 4}),
        "3.csv": (19, 0, {}),
        "4.csv": (81, 0, {}),
        "5.csv": (64, 0, {}),
        "6.csv": (44, 0, {}),
        "7.csv": (30, 0, {}),
    }
    assert json.dumps(counted)
