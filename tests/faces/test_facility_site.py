"""The registry on the site: what anybody may see, what a role opens, and what never shows."""

from __future__ import annotations

import ast
import csv
import html
import io
import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from test_refusals import sentences

import ketenkaart
from ketenkaart.core.chain.facilities.proposals import PossibleMatch
from ketenkaart.core.chain.facilities.types import Contributor, ContributorKind, FacilityDraft
from ketenkaart.core.chain.matching.cautions import Caution
from ketenkaart.core.chain.matching.comparing import COMPARISONS
from ketenkaart.db.record import models as rows
from ketenkaart.services.actors import Actor, Role
from ketenkaart.services.facilities.asking import (
    do_at_once,
    propose_closure,
    propose_matches,
    propose_merge,
)
from ketenkaart.services.facilities.registry import add_facilities
from ketenkaart.services.facility_facts.coverage import coverage_on
from ketenkaart.services.facility_facts.listing import ListingQuery, listing
from ketenkaart.services.facility_facts.profile import profile_of
from ketenkaart.services.facility_facts.programmes import link_programme
from ketenkaart.services.facility_facts.sharing import ask_contact, give_voice, release_sharing
from ketenkaart.services.installed import edition_day
from ketenkaart.web.refusals import in_dutch
from ketenkaart.web.text import say
from made_accounts import add_accounts

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
MODERATOR = Actor("moder", frozenset({Role.MODERATOR}))
LANGUAGES = ("nl", "en")
SECRET = "Quiet Trousers BV"  # noqa: S105 - a name that never shows, no password
SECRET_LIST = "Where Quiet Trousers buys"  # noqa: S105

pytestmark = pytest.mark.django_db


def draft(name: str, country: str = "BGD", **other: object) -> FacilityDraft:
    given = {"address": f"1 {name} Road", "isic4": ("14",)} | other
    return FacilityDraft(country=country, name=name, **given)  # type: ignore[arg-type]


def add(contributor: Contributor, title: str, *drafts: FacilityDraft) -> list[str]:
    made = add_facilities(
        drafts=drafts, contributor=contributor, title=title, reason=f"from {title}",
        actor=MODERATOR, at=AT,
    )  # fmt: skip
    return [item.id for item in made]


KEYS: dict[str, str] = {}


@pytest.fixture(scope="module")
def filled(django_db_setup: None, django_db_blocker) -> Iterator[None]:
    """Fill the registry once; every test works on it in a transaction of its own."""
    with django_db_blocker.unblock(), transaction.atomic():
        add_accounts(AT, {role.value[:5]: [role] for role in Role})
        named = Contributor("agt", "Textile covenant", ContributorKind.COVENANT)
        quiet = Contributor("quiet", SECRET, ContributorKind.BRAND, is_named=False)
        ids = add(
            named, "Yearly list", draft("Alpha", latitude=23.8, longitude=90.4), draft("Beta"),
            draft("Gamma", "KHM", isic4=("15",)), draft("Delta", isic4=()), draft("Omega"),
        )  # fmt: skip
        KEYS.update(zip(("alpha", "beta", "gamma", "delta", "omega"), ids, strict=True))
        (own,) = add(quiet, SECRET_LIST, draft("Own"))
        KEYS["own"] = own
        rows.FacilityRow.objects.filter(facility=own).update(facility=KEYS["alpha"])
        link_programme(
            facility=KEYS["alpha"], programme="accord", source="its site",
            start=date(2014, 1, 1), actor=MODERATOR, at=AT,
        )  # fmt: skip
        asked = propose_merge(
            gone=KEYS["beta"], into=KEYS["alpha"], reason="one gate", actor=MODERATOR, at=AT
        )
        do_at_once(asked, reason="seen", actor=MODERATOR, at=AT)
        give_voice(account="contr", contributor="quiet", actor=MODERATOR, at=AT)
        yield
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def registry(filled: None, db: None) -> None:
    """Facilities, programmes, and somebody of every role."""


@pytest.fixture
def as_role(client: Client) -> Callable[[Role], Client]:
    def log_in(role: Role) -> Client:
        client.force_login(User.objects.get(username=role.value[:5]))
        return client

    return log_in


PUBLIC = ("facilities/", "facilities/coverage/", "facilities/programmes/")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", [*PUBLIC, "facilities/{alpha}/", "facilities/{delta}/"])
def test_pages_answer_in_their_language(client: Client, language: str, path: str) -> None:
    answer = client.get(f"/{language}/{path.format(**KEYS)}")
    page = answer.content.decode()
    assert answer.status_code == 200
    assert f'<html lang="{language}"' in page
    assert page.count("<h1") == 1
    assert not re.search(r"<script|<style|\sstyle=|\son[a-z]+=|javascript:", page)
    assert client.post(f"/{language}/{path.format(**KEYS)}").status_code == 405


def test_nobody_sees_who_buys_where(client: Client, as_role: Callable[[Role], Client]) -> None:
    release_sharing(actor=MODERATOR, at=AT)
    paths = [
        *(f"/{language}/{path}" for language in LANGUAGES for path in PUBLIC),
        *(f"/nl/facilities/{key}/" for key in KEYS.values()),
        *(f"/nl/facilities/{key}/data.json" for key in KEYS.values()),
        *(f"/nl/facilities/{part}" for part in (
            "data.csv", "data.json", "coverage/data.csv", "coverage/data.json",
            "?kind=brand", "?q=quiet",
        )),
    ]  # fmt: skip
    for browser in (client, as_role(Role.CODER)):
        for path in paths:
            text = browser.get(path, follow=True).content.decode()
            assert SECRET not in text, path
            assert SECRET_LIST not in text, path
            assert "joined" not in text.casefold(), f"{path}: a day that tells"
    assert "Textile covenant" in client.get(f"/nl/facilities/{KEYS['alpha']}/").content.decode()


def test_only_the_named_are_filtered_by_kind(client: Client) -> None:
    found = json.loads(client.get("/nl/facilities/data.json?kind=brand").content)
    assert found == []
    assert len(json.loads(client.get("/nl/facilities/data.json?kind=covenant").content)) == 4


# The list


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["Alpha", "Delta", "Gamma", "Omega", "Own"]),
        ("q=alp", ["Alpha"]),
        ("q=ROAD+alpha", ["Alpha"]),
        ("country=KHM", ["Gamma"]),
        ("sector=leather", ["Gamma"]),
        ("sector=textiles&country=BGD", ["Alpha", "Omega", "Own"]),
        ("status=merged", ["Beta"]),
        ("q=zzz", []),
    ],
)
def test_the_list_and_its_downloads_hold_the_same(
    client: Client, query: str, names: list[str]
) -> None:
    page = client.get(f"/en/facilities/?{query}").content.decode()
    shown = re.findall(r'facilities/[A-Z0-9-]+/">([^<]+)</a></h3>', page)
    assert sorted(shown) == names
    data = json.loads(client.get(f"/en/facilities/data.json?{query}").content)
    assert sorted(item["name"] for item in data) == names
    table = csv.DictReader(
        io.StringIO(client.get(f"/en/facilities/data.csv?{query}").content.decode())
    )
    assert sorted(row["name"] for row in table) == names


def test_pages_go_on_and_back_and_show_each_once() -> None:
    first = listing(ListingQuery(limit=2))
    second = listing(ListingQuery(limit=2, after=first.next))
    third = listing(ListingQuery(limit=2, after=second.next))
    seen = [item.id for found in (first, second, third) for item in found.facilities]
    assert len(seen) == len(set(seen)) == first.matching == 5
    assert (first.previous, third.next) == (None, None)
    assert second.previous == ""
    assert third.previous == first.next


@pytest.mark.parametrize("field", ["country", "sector", "kind", "status"])
def test_a_wrong_choice_is_said_at_the_field(client: Client, field: str) -> None:
    answer = client.get(f"/nl/facilities/?{field}=<b>moon")
    page = answer.content.decode()
    assert answer.status_code == 400
    assert f'id="e-{field}"' in page
    assert "<b>moon" not in page
    assert client.get(f"/nl/facilities/data.csv?{field}=moon").status_code == 400


def test_an_id_in_the_search_leads_to_its_page(client: Client) -> None:
    key = KEYS["alpha"]
    answer = client.get(f"/nl/facilities/?q={key.replace('-', '').lower()}")
    assert answer["Location"] == f"/nl/facilities/{key}/"


def test_an_empty_list_says_how_to_begin(client: Client) -> None:
    page = client.get("/nl/facilities/?q=zzz").content.decode()
    assert say("facilities.empty_heading", "nl") in page
    rows.Facility.objects.update(status="closed")
    rows.Facility.objects.update(status="split")
    page = client.get("/nl/facilities/").content.decode()
    assert say("facilities.none_heading", "nl") in page
    assert "ketenkaart facility import" in page


# One facility


def test_an_old_id_leads_on_for_good_and_says_so(client: Client) -> None:
    found = profile_of(KEYS["beta"], day=edition_day()).facility.id
    old = KEYS["beta"] if found != KEYS["beta"] else KEYS["alpha"]
    answer = client.get(f"/nl/facilities/{old}/")
    assert answer.status_code == 301
    assert answer["Location"] == f"/nl/facilities/{found}/?was={old}"
    page = client.get(answer["Location"]).content.decode()
    assert say("facilities.moved", "nl", id=old) in page
    faked = client.get(f"/nl/facilities/{found}/?was=<b>x").content.decode()
    assert "<b>x" not in faked


def test_the_page_is_the_service(client: Client) -> None:
    for name in ("alpha", "gamma", "delta"):
        answer = client.get(f"/en/facilities/{KEYS[name]}/data.json")
        assert json.loads(answer.content) == profile_of(KEYS[name], day=edition_day()).as_json()
    day = date(2019, 11, 22)
    answer = client.get(f"/en/facilities/coverage/data.json?as_of={day}")
    assert json.loads(answer.content) == coverage_on(day).as_json()
    page = client.get(f"/en/facilities/coverage/?as_of={day}").content.decode()
    assert "Better Work: runs" in page


@pytest.mark.parametrize("key", ["nothing", "BGD-2026326-00001-XX", "BGD-2020001-00001-00"])
def test_what_is_no_facility_is_not_found(client: Client, key: str) -> None:
    assert client.get(f"/nl/facilities/{key}/").status_code == 404
    assert client.get(f"/nl/facilities/{key}/data.json").status_code == 404


def test_a_facility_leads_to_the_paths_that_begin_at_its_node(client: Client) -> None:
    page = client.get(f"/en/facilities/{KEYS['gamma']}/").content.decode()
    address = re.search(r'href="(/en/chain/paths/[^"]+)"', page)
    assert address is not None
    assert address[1].replace("&amp;", "&") == "/en/chain/paths/?country=ROW&sector=leather"
    assert client.get(html.unescape(address[1])).status_code == 200


def test_unknown_is_said_and_never_none(client: Client) -> None:
    page = client.get(f"/en/facilities/{KEYS['delta']}/").content.decode()
    assert say("facilities.programmes_none", "en") in page
    assert say("facilities.reason_sector_unknown", "en") in page
    assert say("facilities.gap_no_wage", "en") in page


def test_a_day_that_is_none_is_said_at_the_field(client: Client) -> None:
    answer = client.get("/nl/facilities/coverage/?as_of=gisteren")
    assert answer.status_code == 400
    assert 'id="e-as_of"' in answer.content.decode()
    assert client.get("/nl/facilities/coverage/data.csv?as_of=gisteren").status_code == 400


# What roles open


def test_a_moderator_reads_in_dutch_why_a_machine_did_not_decide(
    as_role: Callable[[Role], Client],
) -> None:
    (number,) = propose_matches(
        pairs=[
            PossibleMatch(KEYS["alpha"], KEYS["omega"], 0.9, (), (Caution.OTHER_UNIT,)),
        ],
        reason="human band of matching",
        actor=Actor("edito", frozenset({Role.EDITOR})),
        at=AT,
    )
    site = as_role(Role.MODERATOR)
    page = site.get(f"/nl/facilities/queue/{number}/").content.decode()
    assert say("facilities.caution_other_unit", "nl") in page
    assert "een mens beslist" in page
    assert "een mens beslist" in site.get("/nl/facilities/queue/").content.decode()


def test_every_caution_is_said_in_both_languages() -> None:
    for caution in Caution:
        said = [say(f"facilities.caution_{caution}", language) for language in ("nl", "en")]
        assert all(said)
        assert said[0] != said[1]


def test_a_moderator_decides_on_the_site(as_role: Callable[[Role], Client]) -> None:
    asked = propose_closure(
        facility=KEYS["omega"], reason="a sign on the door",
        actor=Actor("edito", frozenset({Role.EDITOR})), at=AT,
    )  # fmt: skip
    site = as_role(Role.MODERATOR)
    assert "Omega" in site.get("/en/facilities/queue/").content.decode()
    address = f"/en/facilities/queue/{asked.id}/"
    assert site.get(address).status_code == 200
    assert site.post(address, {"act": "accept", "reason": ""}).status_code == 400
    stale = site.post(address, {"act": "accept", "reason": "seen", "version": "99"})
    assert stale.status_code == 409
    done = site.post(address, {"act": "accept", "reason": "seen", "version": str(asked.version)})
    assert done.status_code == 302
    assert rows.Facility.objects.get(pk=KEYS["omega"]).status == "closed"
    undone = site.post(address, {"act": "undo", "reason": "it is open"})
    assert undone.status_code == 302
    assert rows.Facility.objects.get(pk=KEYS["omega"]).status == "active"
    assert site.get("/nl/facilities/queue/?kind=moon").status_code == 400


def test_an_editor_states_and_withdraws(as_role: Callable[[Role], Client]) -> None:
    site = as_role(Role.EDITOR)
    address = f"/nl/facilities/{KEYS['gamma']}/state/"
    empty = site.post(address, {"act": "wage"})
    assert empty.status_code == 400
    assert 'id="e-low"' in empty.content.decode()
    wage = {
        "act": "wage", "low": "190,50", "currency": "usd", "per": "month", "on": "2026-03-01",
        "kind": "gross", "wage_source": "payroll",
    }  # fmt: skip
    assert site.post(address, wage).status_code == 302
    kept = rows.FacilityWage.objects.get()
    assert (kept.low, kept.currency) == (190.5, "USD")
    refused = site.post(address, wage | {"per": "hour"})
    assert refused.status_code == 400
    assert site.post(address, wage | {"currency": "guilders"}).status_code == 400
    gone = {"act": "withdraw_wage", "number": str(kept.pk), "reason": "another site"}
    assert site.post(address, gone).status_code == 302
    assert rows.FacilityWage.objects.get().withdrawn_reason == "another site"
    link = {"act": "programme", "programme": "better_work", "start": "2005-01-01", "source": "x"}
    assert site.post(address, link).status_code == 302
    assert "Better Work" in site.get(f"/nl/facilities/{KEYS['gamma']}/").content.decode()


def test_a_contributor_sees_its_own_and_asks(as_role: Callable[[Role], Client]) -> None:
    site = as_role(Role.CONTRIBUTOR)
    page = site.get("/en/facilities/own/").content.decode()
    assert "Alpha" in page
    assert "Gamma" not in page
    assert say("facilities.band_none", "en") in page
    asked = {"facility": KEYS["alpha"], "words": "Visit together?"}
    assert site.post("/en/facilities/own/", asked).status_code == 302
    assert site.post("/en/facilities/own/", asked).status_code == 409
    foreign = site.post("/en/facilities/own/", asked | {"facility": KEYS["gamma"]})
    assert foreign.status_code == 404
    assert "Visit together?" in site.get("/en/facilities/own/").content.decode()


def test_a_moderator_passes_a_request_on(as_role: Callable[[Role], Client]) -> None:
    voice = Actor("contr", frozenset({Role.CONTRIBUTOR}))
    made = ask_contact(facility=KEYS["alpha"], words="Visit?", actor=voice, at=AT)
    site = as_role(Role.MODERATOR)
    assert SECRET in site.get("/nl/facilities/contacts/").content.decode()
    address = "/nl/facilities/contacts/"
    assert site.post(address, {"act": "release"}).status_code == 302
    assert site.post(address, {"act": "release"}).status_code == 409
    answer = {"act": "pass_on", "number": str(made.number), "answer": "Asked them."}
    assert site.post(address, answer).status_code == 302
    assert site.post(address, answer).status_code == 409


LIST = (
    b"name;address;country\nSigma;1 New Road;Bangladesh\nTau;2 New Road;Vietnam\n"
    b";3 New Road;Vietnam\n"
)


def test_an_editor_looks_at_a_list_and_keeps_it(as_role: Callable[[Role], Client]) -> None:
    site, address = as_role(Role.EDITOR), "/en/facilities/lists/"
    before = rows.FacilityList.objects.count()

    def post(content: bytes = LIST, name: str = "list.csv", **fields: str) -> HttpResponse:
        file = SimpleUploadedFile(name, content)
        return site.post(address, {"file": file, "act": "look", **fields})  # type: ignore[return-value]

    looked = post()
    page = looked.content.decode()
    assert looked.status_code == 200
    assert say("facilities.report_looked", "en") in page
    assert '<th scope="row">4</th>' in page, "the row without a name"
    assert rows.FacilityList.objects.count() == before
    report = list(csv.DictReader(io.StringIO(post(act="report").content.decode())))
    assert any(row["row"] == "4" and row["result"] == "refused" for row in report)
    assert post(act="keep").status_code == 400, "nobody is named"
    new = {"act": "keep", "by": "merk", "by_name": "Merk BV", "by_kind": "brand"}
    assert post(**new).status_code == 400, "a row is refused"
    assert rows.FacilityList.objects.count() == before
    kept = post(**new, keep_good="1", register="1")
    assert kept.status_code == 200
    assert rows.Facility.objects.filter(name__in=["Sigma", "Tau"]).count() == 2
    assert not rows.FacilityContributor.objects.get(pk="merk").is_named, "never by default"
    again = post(**new, keep_good="1")
    assert "kept before" in again.content.decode()


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"act": "look"}, "file"),
        ({"act": "look", "file": "x.exe"}, "file"),
        ({"act": "look", "file": "x.csv", "dated": "gisteren"}, "dated"),
        ({"act": "look", "file": "x.csv", "country": "Utopia"}, "country"),
    ],
)
def test_a_wrong_list_is_said_at_the_field(
    as_role: Callable[[Role], Client], fields: dict[str, str], field: str
) -> None:
    sent: dict[str, object] = dict(fields)
    if "file" in fields:
        sent["file"] = SimpleUploadedFile(fields["file"], LIST)
    answer = as_role(Role.EDITOR).post("/nl/facilities/lists/", sent)
    assert answer.status_code == 400
    assert f'href="#f-{field}"' in answer.content.decode()


def test_a_list_is_narrowed_to_several_countries_and_widened_again(client: Client) -> None:
    every = json.loads(client.get("/en/facilities/data.json").content)
    there = sorted({item["country"] for item in every})
    assert len(there) > 1
    some = there[:1]
    narrow = json.loads(client.get(f"/en/facilities/data.json?within={some[0]},VAT").content)
    assert {item["country"] for item in narrow} == set(some)
    page = client.get(f"/en/facilities/?within={some[0]},VAT&sector=leather").content.decode()
    assert 'name="within"' in page, "a search keeps the countries"
    assert 'href="/en/facilities/?sector=leather"' in page
    wrong = client.get("/nl/facilities/?within=XX")
    assert wrong.status_code == 400
    assert "XX" in wrong.content.decode()


def test_whatever_the_matching_finds_has_its_words_in_both_languages() -> None:
    for comparison in COMPARISONS:
        for level in (*comparison.levels, "rare name", "common name"):
            key = f"facilities.reason_{level.replace(' ', '_')}"
            assert say(key, "en") == level
            assert say(key, "nl") != level


BENCHMARKS = (
    b"country,area,low,high,currency,per,on,kind,title,publisher,licence\n"
    b"BGD,Dhaka,23000,23987,BDT,month,2024-03-01,net,Living wage,Made Up Institute,\n"
    b"VNM,,7000000,,VND,month,2024-03-01,net,Living wage,Made Up Institute,CC BY\n"
)


def test_an_editor_loads_benchmarks_and_takes_them_out_of_use(
    as_role: Callable[[Role], Client],
) -> None:
    address, site = "/en/facilities/wages/", as_role(Role.EDITOR)

    def load(raw: bytes = BENCHMARKS, **other: object) -> HttpResponse:
        sent = {"act": "load", "source": "bought in 2026", **other}
        return site.post(address, sent | {"file": SimpleUploadedFile("mine.csv", raw)})  # type: ignore[return-value]

    for language in LANGUAGES:
        page = Client().get(f"/{language}/facilities/wages/").content.decode()
        assert say("facilities.wages_none", language) in page
        assert page.count("<h1") == 1
        assert not re.search(r"<script|<style|\sstyle=|\son[a-z]+=|javascript:", page)
    assert load(source="").status_code == 400
    assert site.post(address, {"act": "load", "source": "x"}).status_code == 400
    assert rows.WageBenchmarkFile.objects.count() == 0
    refused = load(b"country,low\nBGD,12\n")
    assert refused.status_code == 400
    assert 'role="alert"' in refused.content.decode()
    assert load().status_code == 302
    assert load().status_code == 409, "in use already"
    seen, kept = Client().get(address).content.decode(), site.get(address).content.decode()
    assert "Made Up Institute" in seen
    assert "Dhaka" in seen
    assert "23,000" not in seen, "most benchmarks may not be passed on"
    assert "23,000" in kept
    file = rows.WageBenchmarkFile.objects.get()
    gone = {"act": "withdraw", "number": str(file.pk), "reason": ""}
    assert site.post(address, gone).status_code == 400
    assert site.post(address, gone | {"number": "x", "reason": "old"}).status_code == 400
    assert site.post(address, gone | {"reason": "old"}).status_code == 302
    assert "Made Up Institute" not in Client().get(address).content.decode()


def test_only_editors_and_moderators_change_benchmarks(as_role: Callable[[Role], Client]) -> None:
    sent = {"act": "load", "source": "x", "file": SimpleUploadedFile("mine.csv", BENCHMARKS)}
    for site in (Client(), as_role(Role.CONTRIBUTOR)):
        assert site.post("/nl/facilities/wages/", sent).status_code in {302, 403}
    assert rows.WageBenchmarkFile.objects.count() == 0


DOUBTFUL = (
    ("Sigma,1 New Road,Bangladesh,,,,,", ""),
    ("Sigma,1 New Road,Bangladesh,,,,,", "duplicate_row"),
    ("Tau,1 New Road,Bangladesh,90.26,23.85,,,", "place_swapped"),
    ("Tau,2 New Road,Bangladesh,52.1,4.3,,,", "place_elsewhere"),
    ("Tau,3 New Road,Bangladesh,238.5,902.6,,,", "place_off_globe"),
    ("Tau,4 New Road,Bangladesh,0,0,,,", "place_is_zero"),
    ("Tau,5 New Road,Bangladesh,23.85,,,,", "place_half"),
    ("Tau,6 New Road,Bangladesh,north,90.2,,,", "place_unreadable"),
    ("Tau,7 New Road,Bangladesh,,,many,,", "workers_unreadable"),
    ("Tau,8 New Road,Bangladesh,,,,quxery,", "unknown_sector"),
    ("Tau,9 New Road,Bangladesh,,,,,BD12", "id_unreadable"),
    ("Rho,10 New Road,Bangladesh,,,,,BD2019085AT4WB7", ""),
    ("Phi,11 New Road,Bangladesh,,,,,BD2019085AT4WB7", "duplicate_id"),
    ("Tau\u200b,12 New Road,Bangladesh,,,,,", "hidden_signs"),
    ("=Tau,13 New Road,Bangladesh,,,,,", "formula"),
    ("Tau\ufffd,14 New Road,Bangladesh,,,,,", "lost_signs"),
    (",15 New Road,Bangladesh,,,,,", "no_name"),
    ("Tau,,Bangladesh,,,,,", "no_address"),
    ("Tau,17 New Road,,,,,,", "no_country"),
    ("Tau,18 New Road,Bangladsh,,,,,", "unknown_country"),
    ("Tau,19 New Road,Atlantis,,,,,", "unknown_country"),
    ("Tau,20 New Road,Bangladesh,,,,,,,x", "too_many_cells"),
    (f"{'x' * 501},21 New Road,Bangladesh,,,,,", "unusable"),
)


@pytest.mark.parametrize("language", LANGUAGES)
def test_findings_are_said_in_the_language_of_the_page(
    as_role: Callable[[Role], Client], language: str
) -> None:
    heading = "name,address,country,lat,lng,workers,sector,os_id"
    content = "\n".join([heading, *(line for line, _ in DOUBTFUL)]).encode()

    def post(act: str, raw: bytes = content) -> str:
        file = SimpleUploadedFile("list.csv", raw)
        site = as_role(Role.EDITOR)
        answer = site.post(f"/{language}/facilities/lists/", {"file": file, "act": act})
        assert answer.status_code == 200
        return answer.content.decode()

    report = list(csv.DictReader(io.StringIO(post("report"))))
    found = {(row["row"], row["code"]) for row in report}
    wanted = {(str(k), code) for k, (_, code) in enumerate(DOUBTFUL, start=2) if code}
    assert wanted <= found
    page = html.unescape(post("look"))
    for row in report:
        assert row["what"] in page
        assert row["fix"] in page
        assert not re.search(r"--\w|\{|\bNone\b", row["what"] + row["fix"])
    said = " ".join(row["what"] + row["fix"] for row in report)
    english, dutch = (
        ("Row 2 names", "Left out", "has 501"),
        ("Rij 2 noemt", "Weggelaten", "heeft 5"),
    )
    there, absent = (dutch, english) if language == "nl" else (english, dutch)
    assert all(words in said for words in there)
    assert not any(words in said for words in absent)
    assert "Bangladesh (BGD)" in said
    guessed = post("look", "name;address;country\nCaf\xe9;1 Road;France\n".encode("cp1252"))
    assert say("facilities.fix_guessed_encoding", language) in html.unescape(guessed)


@pytest.mark.parametrize("content", [b"", b"\x00\x01\x02", b"a,b\n1,2\n", b"PK\x03\x04 no zip"])
def test_what_is_no_list_is_refused(as_role: Callable[[Role], Client], content: bytes) -> None:
    for name in ("x.csv", "x.xlsx"):
        sent = {"file": SimpleUploadedFile(name, content), "act": "look"}
        answer = as_role(Role.EDITOR).post("/nl/facilities/lists/", sent)
        assert answer.status_code in {400, 422}, name
        assert "Traceback" not in answer.content.decode()


@pytest.mark.parametrize(
    ("english", "dutch"),
    [
        ("accord is no programme known here", "accord is hier geen bekend programma"),
        ("The last release was on 2026-11-22", "De vorige uitgave was op 2026-11-22"),
        ("Proposal 3 is accepted already", "Voorstel 3 is al beslist (accepted)"),
    ],
)
def test_refusals_are_dutch_on_a_dutch_page(english: str, dutch: str) -> None:
    assert in_dutch(english) == dutch


def test_every_refusal_about_programmes_wages_and_sharing_has_its_dutch() -> None:
    folder = Path(str(ketenkaart.__file__)).parent
    files = [
        folder / "services/facility_facts" / name
        for name in ("programmes.py", "sharing.py", "stating.py", "wages.py")
    ]
    files += [folder / "web/views/facilities" / name for name in ("queue.py", "stating.py")]
    spoken = [
        sentence
        for file in files
        for call in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call) and ast.unparse(call.func).endswith("Error")
        for part in (*call.args, *(k.value for k in call.keywords if k.arg == "fix"))
        for sentence in sentences(part, {})
    ]
    assert len(spoken) > 40
    only_for_commands = "See `ketenkaart facility lists`."
    assert {x for x in spoken if in_dutch(x) is None} <= {only_for_commands}
