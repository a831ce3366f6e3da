"""Programmes, wages, nodes and who else: stated with a source, withdrawn, never told too far."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest

from ketenkaart.core.chain.contact import ContactState
from ketenkaart.core.chain.facilities.types import Contributor, ContributorKind, FacilityDraft
from ketenkaart.core.chain.sharing import OthersBand
from ketenkaart.core.chain.wages import GapReason, Pay, PayKind, PayPeriod
from ketenkaart.core.errors import ConflictError, InputError, NotFoundError
from ketenkaart.core.provenance import State
from ketenkaart.db.record import models as rows
from ketenkaart.services.accounts import add_account
from ketenkaart.services.actors import Actor, RefusedError, Role
from ketenkaart.services.facilities.asking import do_at_once, propose_merge
from ketenkaart.services.facilities.registry import add_facilities, resolve
from ketenkaart.services.facility_facts.coverage import coverage_on
from ketenkaart.services.facility_facts.nodes import along, node_of, places_at_nodes
from ketenkaart.services.facility_facts.programmes import (
    link_programme,
    programme_links,
    withdraw_programme,
)
from ketenkaart.services.facility_facts.sharing import (
    LEAST_DAYS,
    answer_contact,
    ask_contact,
    contacts,
    give_voice,
    others_at,
    own_places,
    release_sharing,
)
from ketenkaart.services.facility_facts.wages import (
    benchmark_files,
    gap_of,
    load_benchmarks,
    state_wage,
    wages_of,
    withdraw_benchmarks,
    withdraw_wage,
)
from made_accounts import CHIEF, PASSWORD, add_accounts

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
DAY = date(2026, 11, 22)
MODERATOR = Actor("mo", frozenset({Role.MODERATOR, Role.EDITOR}))
READER = Actor("rea", frozenset({Role.CODER}))
VOICE = Actor("voice", frozenset({Role.CONTRIBUTOR}))
CSV = (
    b"country,area,low,high,currency,per,on,kind,title,publisher\n"
    b"BGD,Dhaka,20000,25000,BDT,month,2026-01-01,gross,Made,Example\n"
)

pytestmark = pytest.mark.django_db


def draft(name: str, country: str = "BGD", isic4: tuple[str, ...] = ("14",)) -> FacilityDraft:
    return FacilityDraft(country=country, name=name, address=f"1 {name} Road", isic4=isic4)


def contributor(key: str, *, named: bool = False) -> Contributor:
    return Contributor(key, f"Brand {key.upper()}", ContributorKind.BRAND, is_named=named)


def add(key: str, *drafts: FacilityDraft, named: bool = False, at: datetime = AT) -> list[str]:
    made = add_facilities(
        drafts=drafts, contributor=contributor(key, named=named), title=f"List of {key}",
        reason="made for a test", actor=MODERATOR, at=at,
    )  # fmt: skip
    return [item.id for item in made]


def name_also(key: str, facility: str, *, named: bool = False, at: datetime = AT) -> None:
    """Let another organisation name a facility that is there."""
    before = add(key, draft(f"{key} {facility}"), named=named, at=at)
    rows.FacilityRow.objects.filter(facility=before[0]).update(facility=facility)


def leave(key: str, facility: str) -> None:
    other = rows.Facility.objects.exclude(pk=facility).first()
    rows.FacilityRow.objects.filter(facility=facility, source__contributor=key).update(
        facility=other
    )


def pay(amount: float = 15000, **other: object) -> Pay:
    return Pay.model_validate({
        "low": amount, "high": amount, "currency": "BDT", "per": PayPeriod.MONTH,
        "on": date(2026, 3, 1), "kind": PayKind.GROSS, **other,
    })  # fmt: skip


# Programmes and wages


def test_a_programme_is_linked_read_and_taken_back() -> None:
    (key,) = add("a", draft("Alpha"))
    link = link_programme(
        facility=key, programme="better_work", source="its own page", start=date(2019, 1, 1),
        actor=MODERATOR, at=AT,
    )  # fmt: skip
    assert programme_links(key) == (link,)
    assert rows.AuditEntry.objects.filter(action="link_programme").count() == 1
    with pytest.raises(InputError, match="on record"):
        link_programme(
            facility=key, programme="better_work", source="again", start=date(2019, 1, 1),
            actor=MODERATOR, at=AT,
        )  # fmt: skip
    withdraw_programme(number=link.number, reason="another site", actor=MODERATOR, at=AT)
    assert programme_links(key) == ()
    with pytest.raises(ConflictError, match="withdrawn by mo"):
        withdraw_programme(number=link.number, reason="again", actor=MODERATOR, at=AT)


@pytest.mark.parametrize(
    ("programme", "words"),
    [("moonshine", "no programme"), ("ilo_wages", "takes in no sites")],
)
def test_a_programme_that_takes_in_no_sites_is_refused(programme: str, words: str) -> None:
    (key,) = add("a", draft("Alpha"))
    with pytest.raises(InputError, match=words):
        link_programme(facility=key, programme=programme, source="s", actor=MODERATOR, at=AT)


def test_only_editor_and_moderator_state_anything() -> None:
    (key,) = add("a", draft("Alpha"))
    for act in (
        lambda: link_programme(facility=key, programme="accord", source="s", actor=READER, at=AT),
        lambda: state_wage(facility=key, pay=pay(), source="s", actor=READER, at=AT),
        lambda: load_benchmarks(raw=CSV, name="b.csv", source="s", actor=READER, at=AT),
        lambda: release_sharing(actor=READER, at=AT),
        lambda: others_at(facility=key, actor=READER),
    ):
        with pytest.raises(RefusedError):
            act()
    assert not rows.FacilityProgramme.objects.exists()


def test_the_gap_needs_a_wage_and_a_benchmark_and_goes_with_either() -> None:
    (key,) = add("a", draft("Alpha"))
    assert gap_of(wages_of(key), "BGD").reasons == (GapReason.NO_WAGE,)
    made = state_wage(
        facility=key, pay=pay(), source="payroll", area="Dhaka", actor=MODERATOR, at=AT
    )
    assert gap_of(wages_of(key), "BGD").reasons == (GapReason.NO_BENCHMARK,)
    assert load_benchmarks(raw=CSV, name="b.csv", source="bought", actor=MODERATOR, at=AT) == 1
    gap = gap_of(wages_of(key), "BGD")
    assert (gap.state, gap.low, gap.high) == (State.KNOWN, pytest.approx(0.25), pytest.approx(0.4))
    with pytest.raises(ConflictError, match="in use"):
        load_benchmarks(raw=CSV, name="b.csv", source="bought", actor=MODERATOR, at=AT)
    withdraw_benchmarks(number=benchmark_files()[0][0], reason="old", actor=MODERATOR, at=AT)
    assert gap_of(wages_of(key), "BGD").state is State.UNKNOWN
    withdraw_wage(number=made.number, reason="wrong site", actor=MODERATOR, at=AT)
    assert wages_of(key) == ()


def test_a_wage_that_can_never_be_compared_is_refused_at_once() -> None:
    (key,) = add("a", draft("Alpha"))
    for wrong in (pay(per="hour"), pay(on=date(2027, 1, 1))):
        with pytest.raises(InputError):
            state_wage(facility=key, pay=wrong, source="s", actor=MODERATOR, at=AT)
    assert not rows.FacilityWage.objects.exists()


def test_a_bad_benchmark_file_leaves_nothing_and_says_where() -> None:
    bad = CSV + b"BGD,Dhaka,x,,BDT,month,2026-02-01,net,Made,Example\n"
    with pytest.raises(InputError, match="row 3, column low"):
        load_benchmarks(raw=bad, name="b.csv", source="s", actor=MODERATOR, at=AT)
    assert not rows.WageBenchmarkFile.objects.exists()


# Nodes and coverage


def test_a_facility_has_a_node_and_paths_end_in_known_places() -> None:
    keys = add("a", draft("Alpha"), draft("Beta"), draft("Gamma", "IND"), draft("Delta", isic4=()))
    (first,) = resolve(keys[0])
    edition, node = node_of(first)
    assert edition.startswith("starter")
    assert node.nodes == (("ROW", "textiles"),)
    known = places_at_nodes()
    here = along([("IND", "textiles"), ("ROW", "textiles"), ("CHN", "mining")], known)
    assert [places.count for places in here] == [1, 2, 0]
    assert [place.name for place in here[1].first] == ["Alpha", "Beta"]
    add("b", draft("Epsilon"))
    assert places_at_nodes()["ROW", "textiles"].count == 3, "the registry moved on"


def test_coverage_counts_what_is_known_and_calls_nothing_absent() -> None:
    one, two, other = add("a", draft("Alpha"), draft("Beta"), draft("Gamma", "KHM", ("14", "15")))
    link_programme(
        facility=one, programme="accord", source="s", start=date(2014, 1, 1), actor=MODERATOR, at=AT
    )
    link_programme(
        facility=other, programme="better_work", source="s", start=date(2001, 1, 1),
        end=date(2010, 1, 1), actor=MODERATOR, at=AT,
    )  # fmt: skip
    state_wage(facility=two, pay=pay(), source="s", area="Dhaka", actor=MODERATOR, at=AT)
    load_benchmarks(raw=CSV, name="b.csv", source="s", actor=MODERATOR, at=AT)
    found = coverage_on(DAY)
    total = found.total
    assert (total.facilities, total.in_programme, total.wage, total.gap) == (3, 1, 1, 1)
    cells = {(line.row.country, line.row.sector): line.row for line in found.cells}
    assert cells["BGD", "textiles"].in_programme == 1
    assert cells["KHM", "leather"].facilities == cells["KHM", "textiles"].facilities == 1
    assert cells["KHM", "leather"].in_programme == 0
    assert coverage_on(date(2009, 1, 1)).total.in_programme == 1, "then the other took part"
    empty = next(line.row for line in found.countries if line.row.country == "JOR")
    assert (empty.facilities, empty.programme_share) == (0, None)


def test_what_was_said_of_a_merged_id_holds_for_what_it_became() -> None:
    one, two = add("a", draft("Alpha"), draft("Beta"))
    link_programme(facility=one, programme="accord", source="s", actor=MODERATOR, at=AT)
    state_wage(facility=one, pay=pay(), source="s", actor=MODERATOR, at=AT)
    asked = propose_merge(gone=one, into=two, reason="one gate", actor=MODERATOR, at=AT)
    do_at_once(asked, reason="seen", actor=MODERATOR, at=AT)
    (end,) = resolve(one)
    assert [link.programme for link in programme_links(end.id)] == ["accord"]
    assert len(wages_of(end.id)) == 1
    found = coverage_on(DAY).total
    assert (found.facilities, found.in_programme, found.wage) == (1, 1, 1)


# Who else


@pytest.fixture
def voices() -> Callable[[str], Actor]:
    add_accounts(AT, {})

    def voice(key: str) -> Actor:
        name = f"voice.{key}"
        add_account(name=name, password=PASSWORD, roles=[Role.CONTRIBUTOR], actor=CHIEF, at=AT)
        give_voice(account=name, contributor=key, actor=MODERATOR, at=AT)
        return Actor(name, frozenset({Role.CONTRIBUTOR}))

    return voice


def test_a_band_is_shown_from_the_release_after_one_named_the_facility(
    voices: Callable[[str], Actor],
) -> None:
    (key,) = add("a", draft("Alpha"))
    for number in range(11):
        name_also(f"b{number}", key)
    anna = voices("a")
    assert own_places(actor=anna).places[0].band is None
    release_sharing(actor=MODERATOR, at=AT)
    shown = own_places(actor=anna)
    assert shown.places[0].band in {OthersBand.FROM_6, OthersBand.FROM_11}, "eleven, blurred"
    assert shown.released_on == DAY
    name_also("late", key, at=AT + timedelta(days=1))
    late = next(x for x in own_places(actor=voices("late")).places if x.id == key)
    assert late.band is None, "whoever joins sees nothing before the next release"


def test_a_release_does_not_follow_one_who_comes_or_goes(voices: Callable[[str], Actor]) -> None:
    (key, _) = add("a", draft("Alpha"), draft("Beta"))
    for number in range(5):
        name_also(f"b{number}", key)
    anna = voices("a")
    release_sharing(actor=MODERATOR, at=AT)
    before = [place.band for place in own_places(actor=anna).places]
    held = rows.SharingBand.objects.get(facility=key)
    for step, move in enumerate((name_also, leave, name_also), start=1):
        move("c", key)
        when = AT + timedelta(days=LEAST_DAYS * step)
        release_sharing(actor=MODERATOR, at=when)
        assert [place.band for place in own_places(actor=anna).places] == before
        assert rows.SharingBand.objects.get(facility=key).members == held.members
    for number in range(4):
        name_also(f"d{number}", key)
    release_sharing(actor=MODERATOR, at=AT + timedelta(days=LEAST_DAYS * 4))
    assert rows.SharingBand.objects.get(facility=key).members != held.members


def test_releases_lie_apart() -> None:
    release_sharing(actor=MODERATOR, at=AT)
    with pytest.raises(ConflictError, match="last release"):
        release_sharing(actor=MODERATOR, at=AT + timedelta(days=LEAST_DAYS - 1))


def test_the_named_stand_by_name_and_are_not_counted(voices: Callable[[str], Actor]) -> None:
    (key,) = add("open", draft("Alpha"), named=True)
    name_also("quiet", key)
    release_sharing(actor=MODERATOR, at=AT)
    quiet = next(x for x in own_places(actor=voices("quiet")).places if x.id == key)
    assert quiet.named == ("Brand OPEN",)
    assert quiet.band is OthersBand.FEWER_THAN_3
    seen = own_places(actor=voices("open"))
    assert "quiet" not in repr(seen).casefold()
    assert seen.places[0].band is OthersBand.FEWER_THAN_3


def test_one_that_is_alone_and_one_that_is_not_see_the_same(
    voices: Callable[[str], Actor],
) -> None:
    _, shared = add("open", draft("Alpha"), draft("Beta"), named=True)
    name_also("quiet", shared)
    release_sharing(actor=MODERATOR, at=AT)
    first, second = own_places(actor=voices("open")).places
    assert first.band is second.band is OthersBand.FEWER_THAN_3


def test_contact_goes_through_a_moderator_and_names_nobody(
    voices: Callable[[str], Actor],
) -> None:
    (key,) = add("a", draft("Alpha"))
    (foreign,) = add("z", draft("Zeta"))
    name_also("b", key)
    anna = voices("a")
    asked = ask_contact(facility=key, words="Shall we visit together?", actor=anna, at=AT)
    with pytest.raises(ConflictError):
        ask_contact(facility=key, words="Again", actor=anna, at=AT)
    with pytest.raises(NotFoundError):
        ask_contact(facility=foreign, words="Who buys here?", actor=anna, at=AT)
    assert others_at(facility=key, actor=MODERATOR) == ("Brand A", "Brand B")
    with pytest.raises(InputError, match="did not agree"):
        answer_contact(
            number=asked.number, passed_on=True, answer="I wrote to brand b.", actor=MODERATOR,
            at=AT,
        )  # fmt: skip
    done = answer_contact(
        number=asked.number, passed_on=True, answer="I wrote to whoever is there.",
        actor=MODERATOR, at=AT,
    )  # fmt: skip
    assert done.state is ContactState.PASSED_ON
    assert contacts(actor=anna) == (done,)
    assert contacts(actor=MODERATOR) == ()


def test_without_a_voice_nothing_is_shown() -> None:
    with pytest.raises(RefusedError, match="does not speak"):
        own_places(actor=VOICE)
    with pytest.raises(RefusedError):
        own_places(actor=READER)
