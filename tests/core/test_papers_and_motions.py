"""How papers are named, what a motion asks, and what is known of its execution."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ketenkaart.core.ledger.execution import MotionNote, NoteKind, execution_state
from ketenkaart.core.ledger.motions import (
    Addressee,
    Appreciation,
    Motion,
    RequestKind,
    VoteResult,
    appreciation_of,
    motion_of,
    movers_in,
    read_motion,
    requests_in,
    vote_result,
)
from ketenkaart.core.ledger.papers import (
    Paper,
    PaperKind,
    dossier_id,
    joined,
    paper_id,
    paper_name,
    papers_in,
)
from ketenkaart.core.ledger.reading.source import DocumentFacts, Extract, Layout, Part, PartKind
from ketenkaart.core.ledger.types import VerdictValue
from ketenkaart.core.provenance import Citation, Grade, Text

NUMBERS = st.builds(
    joined,
    st.integers(10000, 99999).filter(lambda n: n != 21501).map(str),
    st.sampled_from([None, "XVII", "V", "A", "R2155", "07"]),
    st.integers(1, 9999),
)


@given(NUMBERS, st.sampled_from(["nl", "en"]))
def test_a_name_leads_back_to_its_paper(paper: str, language: str) -> None:
    name = paper_name(paper, language)
    assert paper_id(name) == paper
    assert paper_id(f"kst-{paper}") == paper
    assert [mention.paper for mention in papers_in(f"Zie ook Kamerstuk {name}.")] == [paper]


@given(st.text(max_size=300))
def test_any_text_can_be_searched_for_papers(text: str) -> None:
    for mention in papers_in(text):
        assert 0 <= mention.start < mention.end <= len(text)
        assert paper_id(mention.paper) == mention.paper
    dossier_id(text)
    movers_in(text)


@pytest.mark.parametrize(
    ("text", "papers"),
    [
        ("Kamerstuk 26 485, nr. 308", ["26485-308"]),
        ("(35 000 XVII, nr. 34)", ["35000-XVII-34"]),
        ("36600XVII-59", ["36600-XVII-59"]),
        ("21 501-32, nr. 5", ["21501-32-5"]),
        ("26 485, nrs. 7, 17 en 22", ["26485-7", "26485-17", "26485-22"]),
        ("Kamerstukken II 2022/23, 26 485, nr. 400", ["26485-400"]),
        ("36812-(R2213)-5 is iets anders dan 36812-R2213-5", ["36812-R2213-5"]),
        ("in 2019-2020 en op 06-11-2024, dossier 21501-20", []),
        ("telefoon 070-3484040, bedrag 26.485 euro, nr. 3 van de lijst", []),
    ],
)
def test_papers_are_found_in_running_text(text: str, papers: list[str]) -> None:
    assert [mention.paper for mention in papers_in(text)] == papers


def test_a_text_full_of_digits_is_searched_in_linear_time() -> None:
    assert papers_in("26 485 " * 20_000) == ()
    assert papers_in("1" * 200_000) == ()
    assert len(papers_in("26 485, nr. 1" + ", 2" * 50_000)) <= 20


TEXT = [
    "De Kamer,",
    "gehoord de beraadslaging,",
    "overwegende dat ketens lang zijn;",
    "verzoekt de regering voor de zomer:",
    "– een kaart van de keten te tekenen;",
    "– daarover te rapporteren;",
    "constaterende dat dit kan;",
    "verzoekt het Presidium een zaal te kiezen;",
    "spreekt uit dat kaarten helpen,",
    "en gaat over tot de orde van de dag.",
    "Van der Voorbeeld",
    "Ştefan-Proef",
]


def test_requests_have_an_addressee_and_keep_their_lists() -> None:
    first, second, third = requests_in(TEXT)
    assert (first.kind, first.addressee) == (RequestKind.REQUESTS, Addressee.GOVERNMENT)
    assert len(first.parts) == 2
    assert (second.addressee, second.parts) == (Addressee.PARLIAMENT, ())
    assert (third.kind, third.addressee) == (RequestKind.STATES, Addressee.NOBODY)


def test_a_printed_title_takes_the_case_and_accents_of_the_signatures() -> None:
    paper = Paper(key="x", id="12345-7", kind=PaperKind.MOTION)
    title = "GEWIJZIGDE MOTIE VAN DE LEDEN STEFAN-PROEF EN ANDERS C.S. TER VERVANGING VAN DIE"
    motion = read_motion(paper, f"{title} GEDRUKT ONDER NR. 5", TEXT)
    assert motion.movers == ("Ştefan-Proef", "Anders")
    assert motion.and_others
    assert motion.signatories == ("Van der Voorbeeld", "Ştefan-Proef")
    assert motion.paper.replaces == ("12345-5",)


def test_a_publication_with_a_motion_is_read() -> None:
    raw, parts = "", []
    for n, text in enumerate(["MOTIE VAN HET LID PROEF", *TEXT]):
        kind = PartKind.HEADING if n == 0 else PartKind.PARAGRAPH
        parts.append(Part(kind=kind, start=len(raw), end=len(raw) + len(text)))
        raw += text + "\n"
    facts = DocumentFacts(dossier="36410", suffix="XII", number="67", date=date(2024, 2, 1))
    extract = Extract(
        media_type="application/xml",
        sha256="0" * 64,
        raw=raw,
        layout=Layout.BLOCKS,
        parts=tuple(parts),
        facts=facts,
    )
    motion = motion_of(extract)
    assert motion is not None
    assert motion.paper.id == "36410-XII-67"
    assert motion.movers == ("Proef",)
    assert len(motion.requests) == 3
    letter = extract.model_copy(update={"parts": extract.parts[:1]})
    assert motion_of(letter) is None


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("Oordeel Kamer", Appreciation.LEFT_TO_PARLIAMENT),
        ("Overgenomen", Appreciation.TAKEN_OVER),
        (
            "Niet beschikbaar bij gewijzigde moties en/of amendementen",
            Appreciation.NOT_AVAILABLE,
        ),
        ("Geen (expliciete) appreciatie", Appreciation.NONE_EXPLICIT),
        ("Iets nieuws", Appreciation.OTHER),
        ("", None),
        (None, None),
    ],
)
def test_not_available_and_none_explicit_and_unknown_differ(
    words: str | None, kind: Appreciation | None
) -> None:
    assert appreciation_of(words) is kind


def test_only_words_of_a_result_are_one() -> None:
    assert vote_result("Stemmen - verworpen") is VoteResult.REJECTED
    assert vote_result("Stemmen - uitgesteld") is None


MOTION = Motion(paper=Paper(key="1", id="12345-1", kind=PaperKind.MOTION))
CITED = Citation(source="own", grade=Grade.LIKELY)


def note(
    kind: NoteKind, found_on: date | None = None, value: VerdictValue | None = None
) -> MotionNote:
    words = Text(nl="iets", en="something")
    return MotionNote(kind=kind, found_on=found_on, value=value, statement=words, citation=CITED)


DAY = date(2020, 6, 1)
LATER = date(2020, 7, 1)
REPORT = note(NoteKind.GOVERNMENT_REPORT, DAY)


@pytest.mark.parametrize(
    ("motion", "notes", "state"),
    [
        (MOTION, (), "no_execution_reported"),
        (MOTION.model_copy(update={"appreciation": Appreciation.TAKEN_OVER}), (),
         "no_execution_reported"),
        (MOTION, (note(NoteKind.LINK),), "no_execution_reported"),
        (MOTION, (REPORT,), "reported_by_government"),
        (MOTION, (note(NoteKind.GOVERNMENT_REPORT, LATER),), "no_execution_reported"),
        (MOTION, (REPORT, note(NoteKind.INDEPENDENT_VERDICT, DAY, VerdictValue.NOT_KEPT)),
         "not_kept"),
        (MOTION, (note(NoteKind.INDEPENDENT_VERDICT, DAY, VerdictValue.PARTLY_KEPT),
                  note(NoteKind.INDEPENDENT_VERDICT, LATER, VerdictValue.KEPT)), "partly_kept"),
        (MOTION.model_copy(update={"vote": VoteResult.REJECTED}), (), "not_applicable"),
        (MOTION.model_copy(update={"vote": VoteResult.HELD_OVER}), (), "no_execution_reported"),
    ],
)  # fmt: skip
def test_a_state_is_computed_from_notes_and_vote_alone(
    motion: Motion, notes: tuple[MotionNote, ...], state: str
) -> None:
    assert execution_state(motion, notes, DAY) == state
