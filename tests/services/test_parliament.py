"""Parliament's data in the record: imported once, followed by those who may, exported honestly."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from ketenkaart.core.errors import InputError, NotFoundError
from ketenkaart.core.ledger.followup.types import ClaimValue
from ketenkaart.core.ledger.graph import Holding
from ketenkaart.core.ledger.motions import Appreciation
from ketenkaart.core.ledger.types import VerdictValue
from ketenkaart.core.provenance import Citation, Grade, Text
from ketenkaart.db.record import models as rows
from ketenkaart.services.actors import Actor, RefusedError, Role
from ketenkaart.services.judging.readings import keep_reading
from ketenkaart.services.ledger import publish_ledger
from ketenkaart.services.parliament.commitments import find_commitment, list_commitments
from ketenkaart.services.parliament.exporting import STATUS, toezeggingen
from ketenkaart.services.parliament.following import (
    judge_execution,
    link_motion,
    report_execution,
    require_item,
    withdraw_note,
)
from ketenkaart.services.parliament.importing import Imported, import_target
from ketenkaart.services.parliament.items import find_commitment_item
from ketenkaart.services.parliament.motions import MotionQuery, find_motion, list_motions
from ketenkaart.services.parliament.papers import document_graph
from ketenkaart.sources.parliament.reader import read_page
from ketenkaart.sources.reference import load_ledger
from made_letters import made_letter

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
TODAY = AT.date()
ID = "0d056c14-6832-4092-8521-f6f06e01c77e"
OTHER = "1d056c14-6832-4092-8521-f6f06e01c77e"
EDITOR = Actor("anna", frozenset({Role.EDITOR}))
CODER = Actor("carla", frozenset({Role.CODER}))
VERIFIER = Actor("vera", frozenset({Role.VERIFIER}))
WORDS = Text(nl="Eigen woorden.", en="Own words.")
CITED = Citation(source="s01", locator="line 290", grade=Grade.SURE)
DIKS = "35000-XVII-34"
K31 = "kst-26485-319/K31"

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def filled(once_per_file: Callable[[Callable[[], object]], object]) -> None:
    once_per_file(lambda: publish_ledger(load_ledger(), actor="test", at=AT))


@pytest.fixture(autouse=True)
def published(filled: None, db: None) -> None:
    """The first letter is in the record."""


TEXT = [
    "De Kamer,",
    "verzoekt de regering iets te tekenen,",
    "en gaat over tot de orde van de dag.",
    "Proef",
]


def line(number: int, **changed: Any) -> dict[str, Any]:
    return {
        "zaak": f"2024Z{number:05d}",
        "dossiers": ["36600XVII"],
        "stuknr": f"Nr. {number}",
        "dossiertitel": "Begroting van kaarten",
        "titel": "MOTIE VAN HET LID PROEF",
        "datum": "2024-11-20",
        "onderwerp": f"Motie van het lid Proef over ketenkaart {number}",
        "kabinetsappreciatie": "Ontraden",
        "alineas": TEXT,
        **changed,
    }


def lines(folder: Path, *found: dict[str, Any] | str, name: str = "moties.jsonl") -> str:
    file = folder / name
    texts = [item if isinstance(item, str) else json.dumps(item) for item in found]
    file.write_text("\n".join(texts), encoding="utf-8")
    return str(file)


def records(folder: Path, *found: dict[str, Any], name: str = "page.json") -> str:
    file = folder / name
    file.write_text(json.dumps(list(found)), encoding="utf-8")
    return str(file)


def take(target: str, **options: Any) -> Imported:
    (result,) = import_target(target, actor="test", at=AT, **options)
    return result


def notes() -> int:
    return rows.AuditEntry.objects.filter(action="import_parliament").count()


def test_the_same_file_twice_changes_nothing(tmp_path: Path) -> None:
    file = lines(tmp_path, line(1), line(2))
    first = take(file)
    assert (first.added, first.changed, first.unchanged) == (2, 0, 0)
    before = list(rows.Motion.objects.values())
    second = take(file)
    assert (second.added, second.changed, second.unchanged) == (0, 0, 2)
    assert list(rows.Motion.objects.values()) == before
    assert notes() == 1


def test_a_file_with_rejects_is_left_out_whole_unless_the_good_are_wanted(tmp_path: Path) -> None:
    file = lines(tmp_path, line(1), "geen json", line(2))
    result = take(file)
    assert not result.is_kept
    assert [reject.record for reject in result.rejects] == [2]
    assert rows.Paper.objects.count() == 0
    kept = take(file, keep_good=True)
    assert (kept.is_kept, kept.added, len(kept.rejects)) == (True, 2, 1)


def test_a_file_that_fails_half_way_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise DatabaseError("full")

    monkeypatch.setattr("ketenkaart.services.parliament.importing.store_commitments", fails)
    with pytest.raises(DatabaseError):
        take(lines(tmp_path, line(1)))
    assert rows.Paper.objects.count() == rows.Dossier.objects.count() == notes() == 0


def test_two_sources_of_one_motion_complete_each_other(tmp_path: Path) -> None:
    case = {
        "Id": ID,
        "Nummer": "2024Z00001",
        "Soort": "Motie",
        "Onderwerp": "Motie van het lid Proef over ketenkaart 1",
        "GestartOp": "2024-11-20T00:00:00+01:00",
        "Kabinetsappreciatie": None,
        "Besluit": [{"Id": ID, "BesluitSoort": "Stemmen - aangenomen"}],
    }
    take(lines(tmp_path, line(1)))
    assert take(records(tmp_path, case)).changed == 1
    motion = find_motion("36 600 XVII, nr. 1", as_of=TODAY).motion
    assert str(motion.vote) == "adopted"
    assert motion.appreciation is Appreciation.ADVISED_AGAINST, "silence takes nothing away"
    assert motion.paragraphs
    assert motion.paper.uid == ID
    assert take(lines(tmp_path, line(1))).unchanged == 1


def test_what_the_publisher_took_back_is_marked(tmp_path: Path) -> None:
    case = {"Id": ID, "Nummer": "2024Z00001", "Soort": "Motie", "GestartOp": None, "Afgedaan": True}
    take(records(tmp_path, case))
    gone = {"Id": ID, "Verwijderd": True, "Nummer": None, "GestartOp": None}
    never_here = {"Id": OTHER, "Verwijderd": True, "GestartOp": None}
    result = take(records(tmp_path, gone, never_here))
    assert (result.added, result.changed, result.unchanged) == (0, 1, 1)
    assert find_motion("2024Z00001", as_of=TODAY).motion.paper.is_removed
    found = list_motions(MotionQuery(), as_of=TODAY)
    assert [item.id for item in found.motions] == [DIKS]


def test_motions_are_found_by_words_advice_and_state(tmp_path: Path) -> None:
    take(
        lines(
            tmp_path,
            line(1),
            line(2, kabinetsappreciatie="Oordeel Kamer", onderwerp="Motie over KINDERARBEID"),
            line(3, kabinetsappreciatie=None),
        )
    )

    def ids(**query: Any) -> list[str]:
        return [m.id for m in list_motions(MotionQuery(**query), as_of=TODAY).motions]

    assert ids() == [DIKS, "36600-XVII-1", "36600-XVII-2", "36600-XVII-3"]
    assert ids(about="kinderARBEID") == ["36600-XVII-2"]
    assert ids(appreciation=Appreciation.LEFT_TO_PARLIAMENT) == ["36600-XVII-2"]
    assert ids(state="reported_by_government") == [DIKS]
    assert ids(state="not_applicable") == []
    assert ids(followed=True) == [DIKS]
    assert ids(limit=2, offset=1) == ["36600-XVII-1", "36600-XVII-2"]
    found = list_motions(MotionQuery(limit=1), as_of=TODAY)
    assert (found.matching, found.imported) == (4, 3)
    assert found.appreciations[None] == 2
    with pytest.raises(NotFoundError):
        find_motion("99999-1", as_of=TODAY)


def test_the_motion_of_the_first_letter_leads_to_its_item() -> None:
    motion = find_motion("35 000 XVII, nr. 34", as_of=TODAY)
    assert motion.state == "reported_by_government"
    assert motion.items == (K31,)
    assert motion.motion.appreciation is None
    assert not motion.has_text
    before = find_motion(DIKS, as_of=date(2019, 1, 1))
    assert before.state == "no_execution_reported", "the report came later"


def test_only_an_editor_links_and_only_a_verifier_judges() -> None:
    with pytest.raises(RefusedError):
        link_motion(DIKS, K31, statement=WORDS, citation=CITED, actor=VERIFIER, at=AT)
    with pytest.raises(RefusedError):
        judge_execution(
            DIKS, VerdictValue.KEPT, found_on=None, statement=WORDS, citation=CITED,
            actor=EDITOR, at=AT,
        )  # fmt: skip
    link_motion(DIKS, "kst-26485-319/R31", statement=WORDS, citation=CITED, actor=EDITOR, at=AT)
    assert find_motion(DIKS, as_of=TODAY).items == (K31, "kst-26485-319/R31")
    note = judge_execution(
        DIKS, VerdictValue.PARTLY_KEPT, found_on=TODAY, statement=WORDS, citation=CITED,
        actor=VERIFIER, at=AT,
    )  # fmt: skip
    assert find_motion(DIKS, as_of=TODAY).state == "partly_kept"
    assert note.id is not None
    with pytest.raises(RefusedError):
        withdraw_note(note.id, reason=WORDS, actor=EDITOR, at=AT)
    withdraw_note(note.id, reason=WORDS, actor=VERIFIER, at=AT)
    assert find_motion(DIKS, as_of=TODAY).state == "reported_by_government"
    with pytest.raises(InputError, match="already"):
        withdraw_note(note.id, reason=WORDS, actor=VERIFIER, at=AT)
    actions = rows.AuditEntry.objects.filter(subject=DIKS).values_list("action", flat=True)
    assert list(actions) == [
        "motion_link", "motion_independent_verdict", "motion_withdrawal",
    ]  # fmt: skip


def test_notes_are_never_changed_or_removed() -> None:
    report_execution(DIKS, found_on=TODAY, statement=WORDS, citation=CITED, actor=EDITOR, at=AT)
    for change in (
        lambda: rows.MotionNote.objects.update(statement_nl="anders"),
        lambda: rows.MotionNote.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    assert rows.MotionNote.objects.get().statement_nl == WORDS.nl


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"motion": "99999-1"}, "No motion"),
        ({"item": "kst-26485-319/K99"}, "no item"),
        ({"item": "kst-1/K1"}, "no item"),
        ({"citation": Citation(source="nowhere", grade=Grade.SURE)}, "no declared source"),
        ({"found_on": date(2030, 1, 1)}, "still to come"),
        ({"at": datetime(2026, 1, 1)}, "no time zone"),  # noqa: DTZ001 - that is the fault
    ],
)
def test_a_note_about_nothing_is_refused(changed: dict[str, Any], words: str) -> None:
    given: dict[str, Any] = {
        "motion": DIKS, "item": K31, "found_on": None, "statement": WORDS, "citation": CITED,
        "actor": EDITOR, "at": AT, **changed,
    }  # fmt: skip
    with pytest.raises(InputError, match=words):
        report_execution(given.pop("motion"), **given)
    assert rows.MotionNote.objects.count() == 0


TOEZEGGING = {
    "Id": ID,
    "Nummer": "TZ202001-001",
    "Aanmaakdatum": "2020-01-05T12:00:00+01:00",
    "DatumNakoming": "2020-06-30T00:00:00+02:00",
    "Tekst": "De minister stuurt een ketenkaart.",
    "Status": "Openstaand",
}


def test_parliaments_own_commitments_become_items(tmp_path: Path) -> None:
    assert take(records(tmp_path, TOEZEGGING)).added == 1
    assert take(records(tmp_path, TOEZEGGING)).unchanged == 1
    done = {**TOEZEGGING, "Status": "Voldaan"}
    assert take(records(tmp_path, done)).changed == 1
    (found,), matching = list_commitments(about="KETENKAART")
    assert (found.item, found.status_words, matching) == (
        "tk-toezegging/TZ202001-001", "Voldaan", 1,
    )  # fmt: skip
    require_item(found.item)
    item = find_commitment_item("TZ202001-001")
    assert item is not None
    assert item.key == found.item
    assert item.said.deadlines[0].due == date(2020, 6, 30)
    assert item.said.claims[0].value is ClaimValue.DONE
    assert item.said.verdicts == (), "what the register says is a claim"
    link_motion(DIKS, found.item, statement=WORDS, citation=CITED, actor=EDITOR, at=AT)
    gone = {**TOEZEGGING, "Verwijderd": True}
    assert take(records(tmp_path, gone)).changed == 1
    assert list_commitments() == ((), 0)
    assert find_commitment("TZ202001-001") is not None


def test_an_import_fills_in_the_papers_of_the_letter(tmp_path: Path) -> None:
    before = document_graph("26485-319")
    assert len(before.missing()) == 13
    register = tmp_path / "register.csv"
    register.write_text(
        "zaaknummer,datum,dossiertitel,volgnummer,onderwerp\n"
        "2019Z1,2019-06-11,Maatschappelijk verantwoord ondernemen,308,Een brief\n"
        "2019Z2,2020-01-01,Maatschappelijk verantwoord ondernemen,330,Over 26 485, nr. 319\n"
        "2019Z3,2020-01-01,Iets heel anders,1,Nergens over\n".replace(
            "Over 26 485, nr. 319", '"Over 26 485, nr. 319"'
        ),
        encoding="utf-8",
    )
    take(str(register))
    graph = document_graph("26485-319")
    assert len(graph.missing()) == 12
    assert graph.by_id["26485-308"].holding is Holding.IMPORTED
    assert [edge.source for edge in graph.cited_by("26485-319")] == ["26485-330"]
    assert graph.by_id["26485-319"].holding is Holding.READ
    assert "2019Z3" not in document_graph().by_id, "what cites nothing is not drawn"
    with pytest.raises(NotFoundError):
        document_graph("11111-1")


def test_pages_of_the_service_are_one_import_and_leave_no_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KETENKAART_DATA", str(tmp_path / "data"))
    base = "https://gegevensmagazijn.tweedekamer.nl/OData/v4/2.0/Toezegging"
    second = {**TOEZEGGING, "Nummer": "TZ202001-002"}
    pages = {
        base: json.dumps({"value": [TOEZEGGING], "@odata.nextLink": f"{base}?$skip=1"}).encode(),
        f"{base}?$skip=1": json.dumps({"value": [second]}).encode(),
    }

    def broken(address: str) -> bytes:
        if address != base:
            raise InputError("The service answered with status 503")
        return pages[address]

    with pytest.raises(InputError, match="503"):
        take(base, fetch=broken)
    assert rows.ParliamentCommitment.objects.count() == 0, "half an import leaves nothing"
    del pages[base]  # it was kept: it must not be asked again
    result = take(base, fetch=pages.__getitem__)
    assert (result.added, notes()) == (2, 1)
    assert list((tmp_path / "data" / "parliament").iterdir()) == []


def test_the_export_is_parliaments_shape_and_gives_no_day_that_nobody_named() -> None:
    ledger = load_ledger()
    page = toezeggingen([ledger], as_of=TODAY)
    dated = {k.id for k in ledger.commitments if k.deadline}
    assert {row["Nummer"].rpartition("-")[2] for row in page["value"]} == dated
    omitted = {row["item"].partition("/")[2] for row in page["@ketenkaart.omitted"]}
    assert omitted == {k.id for k in ledger.commitments} - dated
    read = read_page(json.dumps(page).encode(), "export.json")
    assert (read.entity, read.rejects, read.unknown) == ("Toezegging", (), ())
    assert len(read.records) == len(dated)
    by_id = {k.id: k for k in ledger.commitments}
    for row, item in zip(page["value"], page["@ketenkaart.items"], strict=True):
        commitment = by_id[row["Nummer"].rpartition("-")[2]]
        assert commitment.deadline is not None
        assert row["DatumNakoming"].startswith(commitment.deadline.due.isoformat())
        assert row["Tekst"] == commitment.summary.nl
        assert row["Status"] == STATUS.get(item["state"])
        assert (row["Status"] is None) == (item["state"] == "not_researched")
    assert page == toezeggingen([ledger], as_of=TODAY), "the same every time"


def test_an_export_can_be_imported_again(tmp_path: Path) -> None:
    file = tmp_path / "toezeggingen.json"
    page = toezeggingen([load_ledger()], as_of=TODAY)
    file.write_text(json.dumps(page, ensure_ascii=False), encoding="utf-8")
    result = take(str(file))
    assert (result.added, result.rejects) == (result.commitments, ())
    assert take(str(file)).unchanged == result.added


def test_letters_that_a_machine_read_are_proposals_for_insiders() -> None:
    keep_reading(read=made_letter(), name="havens.txt", actor=CODER, at=AT)
    assert "31409-101" not in document_graph().by_id
    graph = document_graph("31409-101", with_readings=True)
    assert graph.by_id["31409-101"].holding is Holding.READ
    assert graph.edges
    assert all(edge.is_proposal for edge in graph.edges)
    whole = document_graph(with_readings=True)
    assert set(document_graph().edges) < set(whole.edges), "what was judged stays as it is"
