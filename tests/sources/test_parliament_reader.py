"""Parliament's open data: real files in full, made-up ones with every fault named."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, get_args
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from pydantic import AwareDatetime

from ketenkaart.core.errors import InputError
from ketenkaart.core.ledger.motions import Appreciation, VoteResult
from ketenkaart.core.ledger.papers import PaperKind
from ketenkaart.sources.parliament import lists, reader
from ketenkaart.sources.parliament.batch import batch_of
from ketenkaart.sources.parliament.files import files_in, read_file
from ketenkaart.sources.parliament.lists import read_motion_lines, read_register
from ketenkaart.sources.parliament.reader import NAVIGATION, read_page
from ketenkaart.sources.parliament.records import ENTITIES, Record, day

ID = "0d056c14-6832-4092-8521-f6f06e01c77e"
EDM: Mapping[str, tuple[type, ...]] = {
    "Edm.String": (str,),
    "Edm.Guid": (UUID,),
    "Edm.DateTimeOffset": (AwareDatetime,),
    "Edm.Boolean": (bool,),
    "Edm.Int32": (int,),
}


@pytest.fixture(scope="session")
def parliament(shared_data: Path) -> Path:
    """The folder with parliament's own data."""
    return shared_data / "parliament"


def schema(folder: Path) -> dict[str, dict[str, etree._Element]]:
    """Return the publisher's properties by entity and name."""
    tree = etree.parse(str(folder / "tk-odata-metadata.xml"))
    return {
        str(entity.get("Name")): {
            str(part.get("Name")): part for part in entity if part.get("Name")
        }
        for entity in tree.iter("{*}EntityType")
    }


def types_in(annotation: Any) -> set[Any]:
    """Return the plain types that an annotation is made of."""
    inside = get_args(annotation)
    if not inside:
        return {annotation}
    return set().union(*(types_in(part) for part in inside))


@pytest.mark.data
@pytest.mark.parametrize("model", ENTITIES, ids=lambda model: model.entity)
def test_every_declared_field_is_the_publishers(parliament: Path, model: type[Record]) -> None:
    properties = schema(parliament)[model.entity]
    for name, field in model.model_fields.items():
        assert field.alias in properties, f"{model.entity}.{name}"
        declared = str(properties[field.alias].get("Type"))
        below = NAVIGATION.get((model.entity, field.alias))
        if below is None:
            wanted = EDM[declared]
            assert set(wanted) <= types_in(field.annotation), f"{model.entity}.{name}: {declared}"
            is_required = properties[field.alias].get("Nullable") == "false"
            assert field.is_required() == is_required, f"{model.entity}.{name}"
        else:
            assert declared.removeprefix("Collection(").rstrip(")").endswith(f".{below.entity}")
            assert declared.startswith("Collection(") == ("tuple" in str(field.annotation))
    ours = {field.alias for field in model.model_fields.values()} | model.unused
    assert ours == set(properties), "a property is neither used nor listed as unused"
    for other in ENTITIES:
        if other is not model:
            assert not model.signature & set(schema(parliament)[other.entity])


@pytest.mark.data
def test_real_pages_are_read_whole(parliament: Path) -> None:
    (page_file,) = parliament.glob("zaak-zaak_page_136_*.json")
    batch = read_file(page_file)
    assert (batch.rejects, batch.unknown, dict(batch.unused)) == ([], set(), {})
    assert len(batch.papers) + len(batch.motions) >= 250
    assert sum(paper.kind is PaperKind.LETTER for paper in batch.papers) >= 50
    (case_file,) = parliament.glob("zaak-expand-document-*.json")
    (motion,) = read_file(case_file).motions
    assert motion.paper.id == "33552-125"
    assert motion.paper.dated == date(2024, 11, 6)
    assert motion.movers == ("Krul",)
    assert motion.appreciation is Appreciation.LEFT_TO_PARLIAMENT
    assert motion.vote is None, "no vote in the data is not a result"


@pytest.mark.data
def test_two_thousand_real_motions_are_read(parliament: Path) -> None:
    batch = read_motion_lines(parliament / "moties-dev.jsonl.gz")
    assert (batch.rejects, batch.unknown) == ([], set())
    assert len(batch.motions) >= 2000
    assert sum(bool(motion.requests) for motion in batch.motions) >= 1995
    assert sum(bool(motion.movers) for motion in batch.motions) >= 1995
    assert all(motion.paper.id for motion in batch.motions)
    changed = [m for m in batch.motions if "gewijzigde motie" in m.paper.subject.casefold()]
    assert sum(bool(motion.paper.replaces) for motion in changed) >= 0.95 * len(changed)
    assert not any(motion.appreciation is Appreciation.OTHER for motion in batch.motions)
    said = {motion.appreciation for motion in batch.motions}
    assert {Appreciation.NOT_AVAILABLE, Appreciation.NONE_EXPLICIT, None} <= said


@pytest.mark.data
def test_the_real_register_has_the_first_letter(parliament: Path) -> None:
    batch = read_register(parliament / "brieven-regering-imvo.csv")
    assert batch.rejects == []
    assert len(batch.papers) >= 403
    (letter,) = (p for p in batch.papers if p.number == 319 and p.dated == date(2019, 11, 22))
    assert letter.case == "2019Z23073"
    assert letter.id is None, "a register with titles alone gives no number of a dossier"


@pytest.mark.data
def test_real_publications_hold_one_motion_each(parliament: Path) -> None:
    files = [f for f in files_in(parliament / "op-xml") if re.match(r"[0-9a-f]{8}-", f.name)]
    assert len(files) >= 12
    for file in files:
        (motion,) = read_file(file).motions
        assert motion.paper.id
        assert motion.movers
        assert motion.requests
        assert motion.signatories


def page(entity: str, *rows: Any, **extra: Any) -> bytes:
    context = f"https://example.org/$metadata#{entity}"
    return json.dumps({"@odata.context": context, "value": list(rows), **extra}).encode()


def test_a_day_is_the_day_in_amsterdam() -> None:
    assert day(datetime(2019, 11, 21, 23, 30, tzinfo=UTC)) == date(2019, 11, 22)
    assert day(datetime(2019, 7, 1, 22, 30, tzinfo=UTC)) == date(2019, 7, 2)
    assert day(datetime(1, 1, 1, tzinfo=UTC)) is None


def test_what_the_publisher_added_is_tolerated_and_named_once() -> None:
    row = {"Id": ID, "Nummer": "2024Z1", "Kleur": "groen", "Alias": None, "@odata.etag": "x"}
    found = read_page(
        page("Zaak(Document())", row, {**row, "Document": [{"Id": ID, "Geur": 1}]}), "p"
    )
    assert found.unknown == ("Document.Geur", "Zaak.Kleur")
    assert len(found.records) == 2


@pytest.mark.parametrize(
    ("row", "field", "words"),
    [
        ({"Nummer": "2024Z1"}, "Id", "missing"),
        ({"Id": "x", "Nummer": "2024Z1"}, "Id", "UUID"),
        ({"Id": 5, "Nummer": "2024Z1"}, "Id", "text"),
        ({"Id": ID, "Nummer": 7}, "Nummer", "string"),
        ({"Id": ID, "Nummer": "2024Z1", "GestartOp": "gisteren"}, "GestartOp", "datetime"),
        ({"Id": ID, "Nummer": "2024Z1", "GestartOp": 1572912000}, "GestartOp", "text"),
        (
            {"Id": ID, "Nummer": "2024Z1", "GestartOp": "2024-11-06T00:00:00"},
            "GestartOp",
            "timezone",
        ),
        ({"Id": ID, "Nummer": "2024Z1", "Volgnummer": "125"}, "Volgnummer", "integer"),
        ({"Id": ID, "Nummer": "2024Z1", "Volgnummer": True}, "Volgnummer", "integer"),
        ({"Id": ID, "Nummer": "2024Z1", "Afgedaan": "ja"}, "Afgedaan", "boolean"),
        ({"Id": ID, "Nummer": "2024Z1", "Document": [{"Id": None}]}, "Document.0.Id", "UUID"),
        ({"Id": ID, "Nummer": "2024Z1", "Document": "x"}, "Document", "tuple"),
    ],
)
def test_a_wrong_type_is_named_with_file_record_and_field(
    row: dict[str, Any], field: str, words: str
) -> None:
    good = {"Id": ID, "Nummer": "2024Z2"}
    found = read_page(page("Zaak", good, row), "page.json")
    (reject,) = found.rejects
    assert len(found.records) == 1
    assert (reject.file, reject.record, reject.field) == ("page.json", 2, field)
    assert words in reject.what.replace("UUID", "UUID")
    assert reject.name == str(row.get("Nummer", ""))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "no JSON"),
        (b"\xff\xfe{", "not UTF-8"),
        (b"[NaN]", "NaN is no value"),
        (b"3", "neither a record"),
        (b'"x"', "neither a record"),
        (b"[" * 100_000, "nested"),
        (b'{"a":' * 500 + b"1" + b"}" * 500, "nested"),
        (b'{"value": 3, "@odata.context": "$metadata#Zaak"}', "no list"),
        (b'{"value": [], "@odata.nextLink": 3}', "no address"),
        (b'{"error": {"code": "", "message": "te veel"}}', "te veel"),
        (b'{"error": "uit"}', "uit"),
        (page("Persoon", {"Id": ID}), "Persoon"),
        (b'[{"Foo": 1}]', "unknown kind"),
        (b"[1" + b"0" * 5000 + b"]", "no JSON"),
    ],
)
def test_a_page_that_is_none_is_refused(data: bytes, words: str) -> None:
    with pytest.raises(InputError, match=words):
        read_page(data, "page.json")


def test_a_page_that_is_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "MAX_BYTES", 100)
    with pytest.raises(InputError, match="larger"):
        read_page(b"[" + b" " * 200 + b"]", "page.json")
    monkeypatch.setattr(reader, "MAX_BYTES", 10_000)
    monkeypatch.setattr(reader, "MAX_RECORDS", 2)
    with pytest.raises(InputError, match="3 records"):
        read_page(page("Zaak", {}, {}, {}), "page.json")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                ["Id", "Nummer", "value", "Document", "Verwijderd", "GestartOp", "error"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(JSON)
def test_any_json_is_read_or_refused(content: Any) -> None:
    try:
        found = read_page(json.dumps(content).encode(), "page.json")
    except InputError:
        return
    batch_of([found])


def test_one_record_a_list_and_a_page_are_the_same() -> None:
    row = {"Id": ID, "Nummer": "2024Z1", "Soort": "Brief regering", "GestartOp": None}
    forms = [json.dumps(row).encode(), json.dumps([row]).encode(), page("Zaak/$entity", row)]
    assert len({batch_of([read_page(form, "p")]).papers[0] for form in forms}) == 1
    (later,) = {read_page(page("Zaak", row, **{"@odata.nextLink": "https://x"}), "p").next_link}
    assert later == "https://x"


def test_votes_dossiers_and_replaced_cases_come_from_what_is_expanded() -> None:
    moved = "2024-11-06T00:00:00+01:00"
    row = {
        "Id": ID,
        "Nummer": "2024Z2",
        "Soort": "Motie",
        "Onderwerp": "Motie van de leden Een en Twee c.s. over kaarten",
        "GestartOp": moved,
        "Volgnummer": 34,
        "Kamerstukdossier": [
            {"Id": ID, "Nummer": 35000, "Toevoeging": "XVII", "Titel": "Begroting"}
        ],
        "Besluit": [
            {"Id": ID, "BesluitSoort": "Ingediend"},
            {
                "Id": ID,
                "BesluitSoort": "Stemmen - aangenomen",
                "Agendapunt": {"Id": ID, "Activiteit": {"Id": ID, "Datum": moved}},
            },
        ],
        "VervangenVanuit": [{"Id": ID, "Nummer": "2024Z1"}],
    }
    batch = batch_of([read_page(page("Zaak", row), "p")])
    (motion,) = batch.motions
    assert motion.paper.id == "35000-XVII-34"
    assert motion.movers == ("Een", "Twee")
    assert motion.and_others
    assert (motion.vote, motion.voted_on) == (VoteResult.ADOPTED, date(2024, 11, 6))
    assert motion.paper.replaces == ("2024Z1",)
    assert batch.dossiers[0].id == "35000-XVII"


def test_a_removed_record_needs_no_number_and_a_bare_one_is_counted() -> None:
    rows = [{"Id": ID, "Verwijderd": True}, {"Id": ID, "Nummer": None}]
    batch = batch_of([read_page(page("Zaak", *rows), "p")])
    assert [paper.is_removed for paper in batch.papers] == [True]
    assert dict(batch.unused) == {"Zaak": 1}


def test_a_commitment_without_its_day_is_a_reject() -> None:
    row = {
        "Id": ID,
        "Nummer": "TZ202001-001",
        "Aanmaakdatum": "2020-01-05T12:00:00+01:00",
        "DatumNakoming": "2020-06-30T23:00:00Z",
        "Tekst": "De minister stuurt een kaart.",
        "Initialen": "A.B.",
        "Tussenvoegsel": "van",
        "Achternaam": "Proef",
    }
    batch = batch_of([read_page(page("Toezegging", row, {**row, "DatumNakoming": None}), "p")])
    (commitment,) = batch.commitments
    assert commitment.item == "tk-toezegging/TZ202001-001"
    assert commitment.due == date(2020, 7, 1)
    assert commitment.minister == "A.B. van Proef"
    assert [reject.field for reject in batch.rejects] == ["DatumNakoming"]


LINE = {
    "zaak": "2024Z1",
    "dossiers": ["36600XVII"],
    "stuknr": "Nr. 5",
    "titel": "MOTIE VAN HET LID PROEF",
    "datum": "2024-11-20",
    "onderwerp": "Motie van het lid Proef over kaarten",
    "alineas": ["De Kamer,", "verzoekt de regering iets,"],
}


def test_a_wrong_line_is_a_reject_with_its_number(tmp_path: Path) -> None:
    wrong = [
        "geen json",
        json.dumps({**LINE, "datum": "20 november"}),
        json.dumps({**LINE, "alineas": "De Kamer,"}),
        json.dumps({**LINE, "stuknr": "Nr. V"}),
        "",
        json.dumps({**LINE, "kleur": "rood"}),
    ]
    file = tmp_path / "moties.jsonl"
    file.write_text("\n".join([json.dumps(LINE), *wrong]), encoding="utf-8")
    batch = read_motion_lines(file)
    assert [reject.record for reject in batch.rejects] == [2, 3, 4, 5]
    assert [reject.field for reject in batch.rejects] == ["", "datum", "alineas", "stuknr"]
    assert len(batch.motions) == 2
    assert batch.unknown == {"motion.kleur"}
    assert batch.motions[0].paper.id == "36600-XVII-5"


def test_packed_files_are_bounded_and_broken_ones_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bomb = tmp_path / "moties.jsonl.gz"
    bomb.write_bytes(gzip.compress((b" " * 1000 + b"\n") * 5000))
    monkeypatch.setattr(lists, "MAX_UNPACKED", 1_000_000)
    with pytest.raises(InputError, match="unpacks to more"):
        read_motion_lines(bomb)
    bomb.write_bytes(gzip.compress(json.dumps(LINE).encode() * 50)[:-20])
    with pytest.raises(InputError, match="unpacked"):
        read_motion_lines(bomb)
    bomb.write_bytes(b"not packed at all")
    with pytest.raises(InputError, match="unpacked"):
        read_motion_lines(bomb)
    packed = tmp_path / "page.json.gz"
    packed.write_bytes(b"nor this")
    with pytest.raises(InputError, match="unpacked"):
        read_file(packed)
    plain = tmp_path / "moties.jsonl"
    plain.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match="UTF-8"):
        read_motion_lines(plain)
    monkeypatch.setattr(lists, "MAX_LINE", 1000)
    plain.write_text("x" * 2000, encoding="utf-8")
    with pytest.raises(InputError, match="longer"):
        read_motion_lines(plain)


REGISTER = "zaaknummer,datum,dossiertitel,volgnummer,onderwerp\n"


def test_a_wrong_row_of_a_register_is_a_reject(tmp_path: Path) -> None:
    file = tmp_path / "register.csv"
    file.write_text(
        REGISTER
        + "2019Z1,2019-11-22,Ketens,319,Brief\n"
        + "2019Z2,gisteren,Ketens,320,Brief\n"
        + ",2019-11-22,Ketens,321,Brief\n"
        + "2019Z4,2019-11-22,Ketens,drie,Brief\n"
        + "2019Z5,2019-11-22,Ketens,-1,Brief\n"
        + "2019Z6,2019-11-22\n",
        encoding="utf-8",
    )
    batch = read_register(file)
    assert [reject.field for reject in batch.rejects] == ["datum", "zaaknummer", "volgnummer"]
    assert [paper.number for paper in batch.papers] == [319, None, None]
    file.write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(InputError, match="no column 'zaaknummer'"):
        read_register(file)
    file.write_bytes(REGISTER.encode() + b'"open\n')
    with pytest.raises(InputError, match="no CSV"):
        read_register(file)
    file.write_bytes(REGISTER.encode() + b"\xff,\n")
    with pytest.raises(InputError, match="UTF-8"):
        read_register(file)


def test_a_folder_gives_what_can_be_read(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds no file"):
        files_in(tmp_path)
    with pytest.raises(InputError, match="no file or folder"):
        files_in(tmp_path / "absent")
    for name in ("b.json", "a.jsonl.gz", "notes.txt"):
        (tmp_path / name).touch()
    assert [file.name for file in files_in(tmp_path)] == ["a.jsonl.gz", "b.json"]
    with pytest.raises(InputError, match="no file of parliament's data"):
        read_file(tmp_path / "notes.txt")
