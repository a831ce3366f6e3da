"""Judging through the site and the command line: the same judgements, the same refusals."""

from __future__ import annotations

import csv
import io
import json
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.db import transaction
from django.test import Client

from calling import Call
from judged_letters import LETTER, LONG, PASSWORD, fill_record
from ketenkaart.cli import acting as cli_acting
from ketenkaart.core.ledger.folding import GroupState
from ketenkaart.core.ledger.judgement import Action
from ketenkaart.db.record import models as rows
from ketenkaart.services.accounts import actor_named
from ketenkaart.services.judging.judge import Decision, judge
from ketenkaart.services.judging.listing import language_of_letter
from ketenkaart.services.judging.readings import keep_reading, open_letter
from ketenkaart.services.ledger import publish_ledger
from ketenkaart.sources.reference import load_ledger
from ketenkaart.web.text import say
from made_letters import BODY, CODING, made_letter

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def filled(django_db_setup: None, django_db_blocker) -> Iterator[dict[str, str]]:
    """Fill the record once; every test works on it in a transaction of its own."""
    with django_db_blocker.unblock(), transaction.atomic():
        fill_record()
        yield {item.code: item.key for item in open_letter(LETTER).candidates}
        transaction.set_rollback(True)


@pytest.fixture
def keys(filled: dict[str, str], db: None) -> dict[str, str]:
    return filled


@pytest.fixture
def anna(keys: dict[str, str]) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(
        User.objects.get(username="anna"), "django.contrib.auth.backends.ModelBackend"
    )
    return client


def address(part: str = "", letter: str = LETTER, language: str = "nl") -> str:
    return f"/{language}/letters/{letter}/{part}"


def form_of(client: Client, path: str) -> dict[str, str]:
    """The fields of the first post form that holds any, as a browser would send them back."""
    page = client.get(path).content.decode()
    inputs = re.findall(r'<input[^>]*name="([\w-]+)"[^>]*value="([^"]*)"', page)
    areas = re.findall(r'<textarea[^>]*name="([\w-]+)"[^>]*>([^<]*)</textarea>', page)
    found = dict(inputs) | dict(areas)
    for name, options in re.findall(r'<select[^>]*name="([\w-]+)"[^>]*>(.*?)</select>', page):
        chosen = re.search(r'value="([^"]*)" selected', options)
        found[name] = chosen[1] if chosen else ""
    found.pop("csrfmiddlewaretoken", None)
    return found


def last() -> rows.Judgement:
    return rows.Judgement.objects.latest("id")


# The site


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_page_of_judging_answers(anna: Client, keys: dict[str, str], language: str) -> None:
    paths = [
        "", "?show=low", "?show=unjudged", "?show=gone", "?show=commitment", "text/",
        "disagreements/", "agreement/", "changes/", "publish/", "sentences/?q=raad",
        "add/?kind=reference&sentence=3", f"judge/{keys['R1']}/", f"judge/{keys['K1']}/",
        f"judge/{keys['D1']}/", f"split/{keys['R1']}/?parts=4", f"merge/{keys['R1']}/",
        f"resolve/{keys['R2']}/",
    ]  # fmt: skip
    for path in paths:
        answer = anna.get(address(path, language=language))
        page = answer.content.decode()
        assert answer.status_code == 200, path
        assert page.count("<h1") == 1, path
        assert not re.search(r"<script|<style|\sstyle=|\son[a-z]+=", page), path
        ids = re.findall(r'\sid="([^"]+)"', page)
        assert len(ids) == len(set(ids)), path


def test_accepting_goes_on_to_the_next_that_is_not_judged(
    anna: Client, keys: dict[str, str]
) -> None:
    path = address(f"judge/{keys['K1']}/")
    answer = anna.post(path, form_of(anna, path) | {"action": "accept"})
    assert answer["Location"] == address(f"judge/{keys['K2']}/")
    assert (last().action, last().keys, last().coder) == ("accept", [keys["K1"]], "anna")
    path = address(f"judge/{keys['K2']}/")
    assert anna.post(path, form_of(anna, path) | {"action": "accept"})["Location"] == address()
    assert say("judging.all_judged", "nl") in anna.get(address()).content.decode()


def test_a_changed_field_is_a_correction_whichever_button_is_pressed(
    anna: Client, keys: dict[str, str]
) -> None:
    path = address(f"judge/{keys['K1']}/")
    sent = form_of(anna, path) | {"action": "accept", "deadline_end": "2023-08-01"}
    anna.post(path, sent | {"deadline_start": ""})
    assert last().action == "correct"
    assert last().value[0]["deadline"]["end"] == "2023-08-01"
    assert 'value="2023-08-01"' in anna.get(path).content.decode(), "what was made of it is shown"


@pytest.mark.parametrize(
    ("code", "change", "field", "problem"),
    [
        ("R1", {"quote": "zulke woorden niet"}, "quote", "phrase"),
        ("R1", {"quote": ""}, "quote", "needed"),
        ("R1", {"response_class": "perhaps"}, "response_class", "choice"),
        ("R1", {"commitments": "K1 K99"}, "commitments", "codes"),
        ("R1", {"response": "geen antwoord"}, "response", "phrase"),
        ("R1", {"adviser": "x" * 201}, "adviser", "value"),
        ("K1", {"deadline_start": "gisteren"}, "deadline_start", "day"),
        ("K1", {"deadline_start": "2023-02-30"}, "deadline_start", "day"),
        ("K1", {"deadline_start": "2024-01-01"}, "deadline_end", "order"),
        ("K1", {"tense": ""}, "tense", "choice"),
        ("D1", {"label": ""}, "label", "needed"),
        ("D1", {"dated": "31-12-2022"}, "dated", "day"),
    ],
)
def test_what_cannot_be_is_said_at_its_field_and_nothing_is_kept(
    anna: Client, keys: dict[str, str], code: str, change: dict[str, str], field: str, problem: str
) -> None:
    path = address(f"judge/{keys[code]}/")
    before = last().pk
    answer = anna.post(path, form_of(anna, path) | {"action": "correct"} | change)
    page = answer.content.decode()
    assert answer.status_code == 400
    assert f'id="e-{field}"' in page
    assert f'href="#f-{field}"' in page
    assert say(f"judging.error_{problem}", "nl") in page
    assert last().pk == before


def test_rejecting_keeps_the_note(anna: Client, keys: dict[str, str]) -> None:
    path = address(f"judge/{keys['K1']}/")
    anna.post(path, form_of(anna, path) | {"action": "reject", "note": "een voornemen"})
    assert (last().action, last().note, last().value) == ("reject", "een voornemen", [])


def test_an_old_window_gets_a_conflict(anna: Client, keys: dict[str, str]) -> None:
    path = address(f"judge/{keys['K1']}/")
    old = form_of(anna, path)
    anna.post(path, old | {"action": "accept"})
    answer = anna.post(path, old | {"action": "reject"})
    assert answer.status_code == 409
    assert say("errors.conflict_title", "nl") in answer.content.decode()
    assert last().action == "accept"


def test_split_merge_and_undo(anna: Client, keys: dict[str, str]) -> None:
    path = address(f"split/{keys['R1']}/")
    sent = form_of(anna, path) | {"p1-quote": "het toezicht", "p2-quote": "de kades te verdubbelen"}
    anna.post(path, sent)
    assert [item["quote"] for item in last().value] == ["het toezicht", "de kades te verdubbelen"]
    path = address(f"merge/{keys['R1']}/")
    form = form_of(anna, path)
    form.pop("with")
    assert anna.post(path, form).status_code == 400
    anna.post(path, form | {"with": [keys["R2"]]})
    assert (last().action, last().keys) == ("merge", [keys["R1"], keys["R2"]])
    answer = anna.post(address("undo/"))
    assert answer["Location"] == address(f"judge/{keys['R1']}/?undone=1")
    standing = open_letter(LETTER).coding("anna").by_key
    assert standing[keys["R1"]].action is Action.SPLIT
    assert standing[keys["R2"]].action is Action.ACCEPT


def test_adding_what_was_missed(anna: Client, keys: dict[str, str]) -> None:
    found = open_letter(LETTER)
    number = next(
        n for n, (a, b) in enumerate(found.sentences) if "meetgegevens" in found.text[a:b]
    )
    path = address(f"add/?kind=commitment&sentence={number}")
    form = form_of(anna, path)
    assert "meetgegevens" in form["quote"]
    refused = anna.post(address("add/"), form | {"kind": "commitment"})
    assert refused.status_code == 400, "nothing is chosen for somebody"
    answer = anna.post(
        address("add/"), form | {"kind": "commitment", "deadline_kind": "none", "tense": "promised"}
    )
    assert answer["Location"] == address("?show=gone")
    assert last().action == "add"
    assert "meetgegevens" in anna.get(address("?show=gone")).content.decode()
    assert anna.get(address("add/?kind=mood")).status_code == 400


def test_a_disagreement_is_resolved_with_a_reason(anna: Client, keys: dict[str, str]) -> None:
    path = address(f"resolve/{keys['R2']}/")
    form = form_of(anna, path) | {"note": ""}
    form.pop("consensus")
    for sent in ({"choice": "coder-bram"}, {"choice": "", "note": "x"}, {"choice": "coder-eve"}):
        assert anna.post(path, form | sent).status_code == 400
    answer = anna.post(path, form | {"choice": "coder-bram", "note": "De wet sluit het uit."})
    assert answer["Location"] == address("disagreements/")
    assert (last().action, last().by_consensus) == ("resolve", False)
    own = address(f"resolve/{keys['R3']}/")
    anna.post(own, form_of(anna, own) | {"choice": "none", "note": "Geen advies."})
    assert open_letter(LETTER).folded.count(GroupState.DISAGREED) == 0
    assert "De wet sluit het uit." in anna.get(address("disagreements/")).content.decode()


def test_publishing_leads_to_the_ledger_of_the_letter(anna: Client) -> None:
    waiting = anna.get(address("publish/")).content.decode()
    assert say("judging.publish_wait", "nl") in waiting
    assert anna.post(address("publish/"), {"sender": "x", "date": "2022-01-01"}).status_code == 400
    ready = form_of(anna, address("publish/", LONG))
    for change in ({"date": "2022-20-09"}, {"sender": ""}, {"dossier": "31 409"}):
        assert anna.post(address("publish/", LONG), ready | change).status_code == 400, change
    answer = anna.post(address("publish/", LONG), ready)
    assert answer["Location"] == f"/nl/ledger/?letter={LONG}"
    reader = Client()
    page = reader.get(f"/nl/ledger/?letter={LONG}").content.decode()
    assert f'href="/nl/ledger/R60/?letter={LONG}"' in page
    one = reader.get(f"/en/ledger/R1/?letter={LONG}").content.decode()
    assert '<span lang="nl">' in one, "words that exist in Dutch alone are marked so"
    promised = reader.get(f"/nl/ledger/commitments/?letter={LONG}")
    assert promised.content.decode().count('class="kk-record kk-record') == 40
    data = json.loads(reader.get(f"/nl/ledger/data.json?letter={LONG}").content)
    assert len(data) == 60
    assert reader.get("/nl/ledger/?letter=kst-0-0").status_code == 404


def test_without_a_choice_the_ledger_is_that_of_the_first_letter(keys: dict[str, str]) -> None:
    publish_ledger(load_ledger(), actor="test", at=AT)
    assert len(json.loads(Client().get("/nl/ledger/data.json").content)) == 55
    assert Client().get("/nl/").status_code == 200


@pytest.mark.parametrize(
    "path", ["judge/rec-000000000000/", "resolve/rec-0/", "split/x/", "merge/x/"]
)
def test_a_passage_that_is_not_there_is_not_found(anna: Client, path: str) -> None:
    assert anna.get(address(path)).status_code == 404
    assert anna.get(address("", "nothing-1")).status_code == 404


def test_hostile_text_is_shown_and_not_run(anna: Client) -> None:
    evil = "<script>alert(1)</script><img src=x onerror=alert(2)>"
    body = BODY.replace("de luchtkwaliteit", f"de {evil} lucht").replace("Toezicht", evil)
    read = made_letter(body, CODING, letter="kst-31409-666", title=f'"{evil}')
    keep_reading(read=read, name=evil, actor=actor_named("anna"), at=AT)
    found = open_letter("kst-31409-666")
    for item in found.candidates:
        judge(
            letter=found.id,
            decision=Decision(action=Action.ACCEPT, keys=(item.key,), note=None),
            actor=actor_named("bram"),
            at=AT,
        )
    key = next(item.key for item in found.candidates if evil in item.fields.quote)
    for part in ("", "text/", f"judge/{key}/", f"split/{key}/", f"merge/{key}/", "sentences/",
                 "add/?kind=reference&sentence=2", "publish/", "disagreements/"):  # fmt: skip
        page = anna.get(address(part, "kst-31409-666")).content.decode()
        assert "<script" not in page, part
        assert "<img" not in page, part
    assert "<script" not in anna.get("/nl/letters/").content.decode()


def test_the_list_of_passages_is_cut_into_pages(anna: Client) -> None:
    first = anna.get(address("", LONG)).content.decode()
    assert first.count('class="kk-record ') == 40
    assert anna.get(address("?show=all&page=3", LONG)).content.decode().count("kk-record ") == 40
    assert anna.get(address("?page=nonsense", LONG)).status_code == 200
    assert anna.get(address("?show=nonsense")).status_code == 400


def test_judgements_are_handed_out_on_the_site(anna: Client, keys: dict[str, str]) -> None:
    answer = anna.get(address("judgements.csv"))
    table = list(csv.DictReader(io.StringIO(answer.content.decode())))
    assert [row["coder"] for row in table].count("anna") == 4
    assert {row["codes"] for row in table if not row["action"]} == {"K1", "K2"}
    data = json.loads(anna.get(address("judgements.json")).content)
    assert [row["codes"] for row in data] == [row["codes"] for row in table]
    assert anna.get(address("judgements.xml")).status_code == 404
    assert Client().get(address("judgements.csv")).status_code == 302


@pytest.mark.parametrize(("said", "page"), [("en", "nl"), ("nl", "en")])
def test_words_of_a_letter_are_marked_by_its_own_language(
    anna: Client, monkeypatch: pytest.MonkeyPatch, said: str, page: str
) -> None:
    views = import_module("ketenkaart.web.views.ledger")
    monkeypatch.setattr(views, "language_of_letter", lambda _: said)
    body = Client().get(f"/{page}/ledger/?letter={LONG}").content.decode()
    assert f'<span lang="{said}">' in body
    body = Client().get(f"/{said}/ledger/?letter={LONG}").content.decode()
    assert f'<span lang="{page}">' not in body


def test_the_language_of_a_letter_is_that_of_its_latest_reading(keys: dict[str, str]) -> None:
    assert [language_of_letter(name) for name in (LETTER, "never-read")] == ["nl", "nl"]
    read = made_letter(letter="kst-31409-103")
    document = read.reading.document.model_copy(update={"language": "en"})
    english = type(read)(
        read.reading.model_copy(update={"document": document}), read.text, read.extract
    )
    keep_reading(read=english, name="x.txt", actor=actor_named("anna"), at=AT)
    assert language_of_letter("kst-31409-103") == "en"


# The command line


def test_a_disagreement_is_resolved_on_the_command_line(command, keys: dict[str, str]) -> None:
    code, out, _ = command("letter", "resolve", LETTER, "--format", "json")
    listed = json.loads(out)
    assert code == 0
    assert {row["codes"] for row in listed} == {"R2", "R3"}
    told = {(row["coder"], row["field"], row["value"]) for row in listed if row["codes"] == "R2"}
    assert ("bram", "response_class", "outside_scope") in told
    why = ("--reason", "Zo staat het er.")
    for words in (
        ("--follow", "bram"), ("--follow", "carla", *why), why,
        ("--none", "--follow", "anna", *why), ("--set", "mood=good", *why),
        ("--set", "tense", *why),
        ("--set", "response_class=perhaps", *why),
    ):  # fmt: skip
        code, _, complaint = command(
            "letter", "resolve", LETTER, "--code", "R2", "--as", "anna", *words
        )
        assert (code, complaint.startswith("ketenkaart: ")) == (2, True), words
    follow = ("letter", "resolve", LETTER, "--code", "R2", "--follow", "bram", *why)
    assert command(*follow, "--as", "bram")[0] == 2, "only an editor decides alone"
    assert command(*follow, "--as", "bram", "--consensus")[0] == 0
    assert (last().action, last().by_consensus, last().note) == (
        "resolve",
        True,
        "Zo staat het er.",
    )
    answer = ("--set", "response_class=adopted", *why, "--as", "anna")
    assert command("letter", "resolve", LETTER, "--code", "r3", *answer)[0] == 0
    assert last().value[0]["response_class"] == "adopted"
    assert open_letter(LETTER).folded.count(GroupState.DISAGREED) == 0
    assert command("letter", "resolve", LETTER, "--code", "R1", "--none", *why)[0] == 2


@pytest.fixture
def command(keys: dict[str, str], call: Call, monkeypatch: pytest.MonkeyPatch):
    """Run a command on the record of the test; returns exit code, output and complaints."""
    monkeypatch.setattr(cli_acting, "open_record", lambda: None)
    for name in ("letter_judge", "letter_resolve", "account"):
        monkeypatch.setattr(f"ketenkaart.cli.{name}.open_record", lambda: None)

    def ran(*words: str, given: str = "") -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "stdin", io.StringIO(given))
        return call(*words)

    return ran


def test_a_session_takes_answers_and_resumes(command, keys: dict[str, str]) -> None:
    answers = "x\na\n" + "s\n1\n" + "c\n" + "\n" * 3 + "2025-01-01\n" + "\n" * 6
    code, out, complaints = command("letter", "judge", LETTER, "--as", "bram", given=answers)
    assert code == 0
    assert "krijgt voor 1 juli 2023" in out
    assert "no number of parts" in complaints
    assert "6 of 6 proposals" in out
    standing = open_letter(LETTER).coding("bram").by_key
    assert standing[keys["K1"]].action is Action.ACCEPT
    assert standing[keys["K2"]].action is Action.CORRECT
    code, out, _ = command(
        "letter", "judge", LETTER, "--as", "bram", "--code", "K2", given="u\nq\n"
    )
    assert open_letter(LETTER).coding("bram").by_key.get(keys["K2"]) is None
    assert "5 of 6" in out


def test_a_session_needs_a_coder(command) -> None:
    command("account", "add", "ed", "--role", "editor", "--as", "anna", "--password-stdin",
            given=f"{PASSWORD}\n")  # fmt: skip
    code, _, complaint = command("letter", "judge", LETTER, "--as", "ed")
    assert (code, "does not hold the role" in complaint) == (2, True)
    code, _, complaint = command("letter", "judge", LETTER)
    assert (code, "Nobody is named" in complaint) == (2, True)


def test_site_and_command_line_make_the_same_judgement(
    command, anna: Client, keys: dict[str, str]
) -> None:
    path = address(f"judge/{keys['K1']}/")
    anna.post(path, form_of(anna, path) | {"action": "correct", "responsible": "de haven"})
    on_site = last()
    answers = "c\n" + "\n" * 5 + "de haven\n" + "\n" * 4 + "q\n"
    command("letter", "judge", LETTER, "--as", "bram", "--code", "K1", given=answers)
    on_line = last()
    assert on_line.pk != on_site.pk
    assert (on_line.action, on_line.keys, on_line.value) == (
        on_site.action, on_site.keys, on_site.value,
    )  # fmt: skip


@pytest.mark.parametrize("form", ["csv", "json"])
def test_judgements_go_out_and_come_back(command, tmp_path: Path, form: str) -> None:
    _, out, _ = command(
        "letter", "judgements", "export", LETTER, "--coder", "bram", "--format", form
    )
    file = tmp_path / f"bram.{form}"
    file.write_text(out, encoding="utf-8")
    code, said, _ = command("letter", "judgements", "import", LETTER, str(file), "--as", "bram")
    assert (code, said) == (0, "0 judgements added, 4 stood already.\n")
    code, said, _ = command("letter", "judgements", "import", LETTER, str(file), "--as", "carla")
    assert (code, said) == (0, "4 judgements added, 0 stood already.\n")
    found = open_letter(LETTER)
    one, other = (found.coding(name).entries for name in ("bram", "carla"))
    assert [entry.fields for entry in one] == [entry.fields for entry in other]


def test_a_batch_is_taken_whole_or_not_at_all(command, tmp_path: Path) -> None:
    _, out, _ = command("letter", "judgements", "export", LETTER, "--coder", "carla")
    table = list(csv.DictReader(io.StringIO(out)))
    assert {row["action"] for row in table} == {""}, "everything is still to judge"
    for row in table:
        row["action"] = "accept"
    table[-1]["action"] = "correct"
    table[-1]["deadline_end"] = "ooit"
    file = tmp_path / "carla.json"
    file.write_text(json.dumps(table), encoding="utf-8")
    before = rows.Judgement.objects.count()
    code, _, complaint = command(
        "letter", "judgements", "import", LETTER, str(file), "--as", "carla"
    )
    assert code == 2
    assert "row 7, deadline_end" in complaint
    assert rows.Judgement.objects.count() == before
    table[-1]["deadline_end"] = ""
    table[-1]["deadline_start"] = ""
    file.write_text(json.dumps(table), encoding="utf-8")
    code, said, _ = command("letter", "judgements", "import", LETTER, str(file), "--as", "carla")
    assert said == "6 judgements added, 0 stood already.\n"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("x.csv", b"\xff\xfe"),
        ("x.csv", b"action,mood\naccept,good\n"),
        ("x.csv", b"action,codes\naccept\n"),
        ("x.csv", b"action,codes\naccept,R99\n"),
        ("x.csv", b"action,codes\nwithdraw,R1\n"),
        ("x.csv", b"action,codes,kind\ncorrect,,mood\n"),
        ("x.json", b"{}"),
        ("x.json", b"[1]"),
        ("x.json", b"not json"),
    ],
)
def test_a_file_that_will_not_do_is_refused(
    command, tmp_path: Path, name: str, content: bytes
) -> None:
    file = tmp_path / name
    file.write_bytes(content)
    code, _, complaint = command(
        "letter", "judgements", "import", LETTER, str(file), "--as", "carla"
    )
    assert code == 2
    assert complaint.startswith("ketenkaart: ")


def test_agreement_is_the_same_on_both_faces(command, anna: Client) -> None:
    code, out, _ = command("letter", "agreement", LETTER, "--format", "json")
    assert code == 0
    found = json.loads(out)
    assert (found["first"], found["second"], found["compared"]) == ("anna", "bram", 4)
    page = anna.get(address("agreement/")).content.decode()
    for row in found["rows"]:
        assert f"{row['equal']} / {row['items']}" in page
    assert command("letter", "agreement", LETTER, "--coder", "anna")[0] == 2


def test_publish_asks_for_what_is_missing(command) -> None:
    code, _, complaint = command("letter", "publish", LETTER, "--as", "anna")
    assert (code, "disagree on 2" in complaint) == (2, True)
    code, out, _ = command("letter", "publish", LONG, "--as", "anna", "--title-en", "A long answer")
    assert (code, "60 recommendations" in out) == (0, True)
    code, _, complaint = command("letter", "publish", LONG, "--as", "anna", "--sender", "")
    assert (code, "--sender" in complaint) == (2, True)


def test_the_list_of_letters(command) -> None:
    _, out, _ = command("letter", "list", "--format", "json")
    assert [(line["id"], line["proposals"], line["is_published"]) for line in json.loads(out)] == [
        (LONG, 120, True), (LETTER, 6, False),
    ]  # fmt: skip
    assert "anna 4/6, bram 4/6" in command("letter", "list")[1]


def test_undo_takes_back_one_judgement(command, keys: dict[str, str]) -> None:
    assert command("letter", "undo", LETTER, "--as", "anna")[0] == 0
    assert keys["R3"] not in open_letter(LETTER).coding("anna").by_key
    assert command("letter", "undo", LETTER, "--as", "carla")[0] == 2


def test_accounts_are_kept_on_the_command_line(command) -> None:
    code, out, _ = command("account", "list", "--format", "json")
    assert [row["name"] for row in json.loads(out)] == ["anna", "bram", "carla"]
    code, _, complaint = command("account", "add", "dirk", "--role", "coder", "--as", "anna",
                                 "--password-stdin", given="kort\n")  # fmt: skip
    assert (code, "will not do" in complaint) == (2, True)
    code, _, complaint = command("account", "add", "dirk", "--role", "coder", "--as", "bram",
                                 "--password-stdin", given=f"{PASSWORD}\n")  # fmt: skip
    assert (code, "role" in complaint) == (2, True)
    command("account", "roles", "bram", "--role", "verifier", "--as", "anna")
    command("account", "password", "bram", "--as", "bram", "--password-stdin",
            given="nog een rustige middag\n")  # fmt: skip
    assert User.objects.get(username="bram").check_password("nog een rustige middag")
    command("account", "deactivate", "bram", "--as", "anna")
    code, _, complaint = command("letter", "undo", LETTER, "--as", "bram")
    assert (code, "closed" in complaint) == (2, True)
