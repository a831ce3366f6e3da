"""Taking letters in on the site: files, official publications, refusals, no more than a few."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from threading import Event, Thread

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from ketenkaart.db.record import models as rows
from ketenkaart.services import letters as reading
from ketenkaart.services.accounts import add_account
from ketenkaart.services.actors import Role
from ketenkaart.services.reading_places import MOST_AT_ONCE, BusyError, reading_place
from ketenkaart.sources.documents.errors import RefusedDocumentError
from ketenkaart.sources.documents.limits import DEFAULT
from ketenkaart.sources.documents.reasons import Note, Reason
from ketenkaart.sources.documents.wording import note_of, note_text
from ketenkaart.sources.publications.fetch import PublicationUnavailableError
from ketenkaart.web.judging.refusals import notes_in, refusal
from ketenkaart.web.text import say
from made_letters import BODY, made_letter

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture
def site(db: None) -> Client:
    roles = [Role.ADMINISTRATOR, Role.CODER]
    add_account(name="anna", password="een rustige middag", roles=roles, actor=None, at=AT)  # noqa: S106
    return logged_in("anna")


def logged_in(name: str) -> Client:
    client = Client(raise_request_exception=False)
    user = User.objects.get(username=name)
    client.force_login(user, "django.contrib.auth.backends.ModelBackend")
    return client


def upload(client: Client, name: str, content: bytes, language: str = "nl", **more: str):
    given = {"file": SimpleUploadedFile(name, content), **more}
    return client.post(f"/{language}/letters/upload/", given)


def refuse(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def read(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(reading, "read_upload", read)
    monkeypatch.setattr(reading, "read_publication", read)


def test_an_upload_is_read_by_a_confined_process_and_kept(site: Client) -> None:
    text = BODY.replace("[", "").replace("# ", "")
    text = re.sub(r"(R|K|X|A)\d\|", "", text).replace("]", "")
    answer = upload(site, "havens.txt", text.encode(), date="2022-09-20")
    assert answer.status_code == 302, answer.content.decode()[:3000]
    assert site.get(answer["Location"]).status_code == 200
    kept = rows.Reading.objects.get()
    assert kept.content["document"]["date"] == "2022-09-20"


def test_a_broken_file_is_refused_and_what_was_kept_stays(site: Client) -> None:
    upload(site, "a.txt", b"Geachte voorzitter, het kabinet neemt dit over.\n" * 5)
    before = list(rows.Reading.objects.values_list("id", "content"))
    answer = upload(site, "brief.pdf", b"%PDF-1.4 broken")
    assert answer.status_code == 422
    assert say("judging.refused", "nl") in answer.content.decode()
    assert list(rows.Reading.objects.values_list("id", "content")) == before


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("reason", list(Reason))
def test_every_refusal_has_words_and_a_way_out(language: str, reason: Reason) -> None:
    words = refusal(RefusedDocumentError(reason, "brief.pdf", DEFAULT), language)
    assert words is not None
    assert "brief.pdf" in words.what
    assert words.fix
    assert "{" not in words.what + words.fix


@pytest.mark.parametrize(
    ("reason", "status"), [(Reason.NO_TEXT, 422), (Reason.TOO_LARGE, 413), (Reason.BOMB, 422)]
)
def test_a_refusal_is_said_in_the_language_of_the_page(
    site: Client, monkeypatch: pytest.MonkeyPatch, reason: Reason, status: int
) -> None:
    refuse(monkeypatch, RefusedDocumentError(reason, "<b>x.pdf", DEFAULT))
    for language in ("nl", "en"):
        answer = upload(site, "x.pdf", b"x", language)
        page = answer.content.decode()
        assert answer.status_code == status
        assert say(f"upload.fix_{reason}", language).replace("'", "&#x27;") in page
        assert "<b>x" not in page
    assert not rows.Reading.objects.exists()


def test_a_publication_is_read_by_its_number(site: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def read(identifier: str, **_: object) -> object:
        asked.append(identifier)
        return made_letter()

    monkeypatch.setattr(reading, "read_publication", read)
    answer = site.post("/nl/letters/upload/", {"target": " kst-31409-101 "})
    assert (answer.status_code, asked) == (302, ["kst-31409-101"])


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ("/etc/passwd", "no_publication"),
        ("../secret-key", "no_publication"),
        ("letter.txt", "no_publication"),
        ("http://zoek.officielebekendmakingen.nl/kst-1", "address_refused"),
        ("https://example.org/letter.pdf", "address_refused"),
        ("https://169.254.169.254/latest", "address_refused"),
        ("file:///etc/passwd", "address_refused"),
    ],
)
def test_only_official_publications_are_fetched(site: Client, target: str, words: str) -> None:
    answer = site.post("/en/letters/upload/", {"target": target})
    assert answer.status_code == 400
    assert say(f"upload.what_{words}", "en") in answer.content.decode()
    assert f'value="{target}"' in answer.content.decode(), "what was typed is not lost"


@pytest.mark.parametrize(
    ("is_absent", "words"), [(False, "publication_unavailable"), (True, "publication_absent")]
)
def test_a_site_that_does_not_answer_is_a_bad_gateway(
    site: Client, monkeypatch: pytest.MonkeyPatch, is_absent: bool, words: str
) -> None:
    refuse(monkeypatch, PublicationUnavailableError("kst-1-2", "it is down", is_absent=is_absent))
    answer = site.post("/nl/letters/upload/", {"target": "kst-26485-319"})
    assert answer.status_code == 502
    assert say(f"upload.what_{words}", "nl", name="kst-1-2") in answer.content.decode()


@pytest.mark.parametrize(
    ("given", "problem"),
    [({}, "missing"), ({"target": "kst-1-2", "date": "gisteren"}, "day")],
)
def test_what_is_missing_or_wrong_is_said(
    site: Client, given: dict[str, str], problem: str
) -> None:
    answer = site.post("/nl/letters/upload/", given)
    assert answer.status_code == 400
    assert say(f"judging.upload_problem_{problem}", "nl") in answer.content.decode()


def test_a_file_and_a_number_at_once_are_refused(site: Client) -> None:
    answer = upload(site, "x.txt", b"x", target="kst-1-2")
    assert answer.status_code == 400
    assert say("judging.upload_problem_both", "nl") in answer.content.decode()


def test_an_account_without_the_role_uploads_nothing(site: Client) -> None:
    from ketenkaart.services.accounts import actor_named

    add_account(
        name="olga", password="een rustige middag", roles=[Role.OWNER],  # noqa: S106
        actor=actor_named("anna"), at=AT,
    )  # fmt: skip
    assert logged_in("olga").post("/nl/letters/upload/", {"target": "kst-1-2"}).status_code == 403
    assert Client().post("/nl/letters/upload/", {"target": "kst-1-2"}).status_code == 302


def test_no_more_letters_are_read_at_once_than_there_are_places(
    site: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ketenkaart.services.reading_places.WAIT_SECONDS", 0.0)
    held, free = [Event() for _ in range(MOST_AT_ONCE)], Event()

    def hold(began: Event) -> None:
        with reading_place():
            began.set()
            free.wait(30)

    threads = [Thread(target=hold, args=(began,)) for began in held]
    for thread in threads:
        thread.start()
    try:
        assert all(began.wait(30) for began in held)
        with pytest.raises(BusyError), reading_place(0.01):
            pass
        monkeypatch.setattr(
            "ketenkaart.web.views.letter_upload.reading_place", lambda: reading_place(0.01)
        )
        answer = upload(site, "x.txt", b"x")
    finally:
        free.set()
        for thread in threads:
            thread.join()
    assert (answer.status_code, answer["Retry-After"]) == (503, "10")
    assert say("upload.what_busy", "nl") in answer.content.decode()
    with reading_place(0.01):
        pass


def test_a_refused_reading_gives_its_place_back(
    site: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    refuse(monkeypatch, RefusedDocumentError(Reason.BROKEN, "x.pdf", DEFAULT))
    for _ in range(MOST_AT_ONCE + 1):
        assert upload(site, "x.pdf", b"x").status_code == 422


def test_a_partial_letter_is_marked_wherever_it_is_judged(site: Client) -> None:
    read = made_letter()
    document = read.reading.document.model_copy(
        update={"is_partial": True, "notes": (note_text(Note.PAGES_BROKEN, (3, 4)),)}
    )
    partial = type(read)(
        read.reading.model_copy(update={"document": document}), read.text, read.extract
    )
    refused = "Bladzijden die niet te lezen zijn: 3, 4."
    from ketenkaart.services.accounts import actor_named
    from ketenkaart.services.judging.readings import keep_reading, open_letter

    keep_reading(read=partial, name="x.pdf", actor=actor_named("anna"), at=AT)
    letter = "kst-31409-101"
    assert say("judging.partly_read", "nl") in site.get("/nl/letters/").content.decode()
    for part in ("", "text/"):
        page = site.get(f"/nl/letters/{letter}/{part}").content.decode()
        assert say("judging.partial", "nl") in page
        assert refused in page
    key = open_letter(letter).candidates[0].key
    page = site.get(f"/nl/letters/{letter}/judge/{key}/").content.decode()
    assert say("judging.partial", "nl") in page


@pytest.mark.parametrize("note", list(Note))
def test_every_note_of_a_reader_is_known_again(note: Note) -> None:
    text = note_text(note, (3, 14))
    known = note_of(text)
    assert known is not None
    assert known[0] is note
    for language in ("nl", "en"):
        (words,) = notes_in([text], language)
        assert words.language == language
        assert "{" not in words.words
    assert note_of("Something else.") is None


def test_a_large_body_is_refused_before_it_is_read(site: Client, settings) -> None:
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 2_000
    answer = upload(site, "groot.txt", b"x" * 5_000)
    assert answer.status_code == 413
    assert say("errors.too_large_title", "nl") in answer.content.decode()
    assert Client().post("/nl/login/", CONTENT_LENGTH="nonsense").status_code == 413


def test_the_letters_are_cut_into_pages(site: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ketenkaart.web.judging.letters.LETTERS_SHOWN", 2)
    from ketenkaart.services.accounts import actor_named
    from ketenkaart.services.judging.readings import keep_reading

    for number in range(3):
        read = made_letter(letter=f"kst-31409-20{number}")
        keep_reading(read=read, name="x.txt", actor=actor_named("anna"), at=AT)
    first = site.get("/nl/letters/").content.decode()
    second = site.get("/nl/letters/?page=2").content.decode()
    assert [first.count("kst-31409-20"), second.count("kst-31409-20")] == [4, 2]
    assert "kst-31409-200" in second
    assert site.get("/nl/letters/?page=nonsense").status_code == 200
