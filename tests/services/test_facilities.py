"""The registry on the record: facilities get ids, rows get facilities, and nothing is lost."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import DatabaseError, transaction

from ketenkaart.core.chain.facilities.types import (
    Contributor,
    ContributorKind,
    FacilityDraft,
    FacilityStatus,
    Workers,
)
from ketenkaart.core.errors import ConflictError, InputError, NotFoundError
from ketenkaart.db.record import models as rows
from ketenkaart.services.actors import Actor, RefusedError, Role
from ketenkaart.services.facilities.registry import (
    FacilityQuery,
    add_facilities,
    contributions_of,
    find_facility,
    list_facilities,
    registry_records,
    resolve,
)

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
EDITOR = Actor("editor", frozenset({Role.EDITOR}))
BRAND = Contributor("merk", "Merk BV", ContributorKind.BRAND)
SAVAR = FacilityDraft(
    "BGD", "Anna Knit Ltd.", "12 Station Road, Savar, Dhaka", 23.85, 90.26,
    sectors_given=("Apparel",), isic4=("14",), workers=Workers(200, 500), os_id="BD2019085AT4WB7",
)  # fmt: skip
IZMIR = FacilityDraft("TUR", "Deniz Tekstil A.Ş.", "Ege Cd. 4, İzmir", isic4=("13", "14"))

pytestmark = pytest.mark.django_db


def add(*drafts: FacilityDraft, contributor: Contributor = BRAND, actor: Actor = EDITOR):
    return add_facilities(
        drafts=drafts, contributor=contributor, title="by hand", reason="seen", actor=actor, at=AT
    )


def test_a_facility_is_read_back_as_it_was_added() -> None:
    savar, izmir = add(SAVAR, IZMIR)
    assert savar.id.startswith("BGD-2026326-00001-")
    assert izmir.id.startswith("TUR-2026326-00001-")
    assert find_facility(savar.id.lower().replace("-", "")) == savar
    assert (savar.said, izmir.said) == (SAVAR, IZMIR)
    assert (savar.status, savar.contributors) == (FacilityStatus.ACTIVE, ("merk",))
    assert resolve(savar.id) == (savar,)
    (row,) = contributions_of(savar.id)
    assert (row.said, row.facility) == (SAVAR, savar.id)
    assert {item.key for item in registry_records()} == {savar.id, izmir.id}
    assert [item.key for item in registry_records("TUR")] == [izmir.id]


def test_numbers_go_on_where_the_day_left_off() -> None:
    first = add(SAVAR)[0]
    second = add(SAVAR)[0]
    assert first.id != second.id
    assert second.id.startswith("BGD-2026326-00002-")


def test_lists_are_asked_by_words_country_sector_and_page() -> None:
    savar, izmir = add(SAVAR, IZMIR)
    assert list_facilities().matching == 2
    for query, wanted in (
        (FacilityQuery(about="knit savar"), savar),
        (FacilityQuery(country="TUR"), izmir),
        (FacilityQuery(isic4="13"), izmir),
        (FacilityQuery(has_place=True), savar),
        (FacilityQuery(after=savar.id), izmir),
    ):
        assert list_facilities(query).facilities == (wanted,), query
    assert list_facilities(FacilityQuery(limit=1)).matching == 2
    assert list_facilities(FacilityQuery(contributor="nobody")).matching == 0


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(InputError, match="no facility to add"):
        add()
    with pytest.raises(RefusedError, match="neither editor nor moderator"):
        add(SAVAR, actor=Actor("coder", frozenset({Role.CODER})))
    with pytest.raises(InputError, match="cannot be the id of a contributor"):
        add(SAVAR, contributor=Contributor("Merk BV", "Merk BV", ContributorKind.BRAND))
    with pytest.raises(NotFoundError, match="was ever given"):
        find_facility("BGD-2026326-00001-PQ")
    add(SAVAR)
    with pytest.raises(ConflictError, match="on record as Merk BV"):
        add(SAVAR, contributor=Contributor("merk", "Ander BV", ContributorKind.BRAND))


def test_the_database_itself_keeps_history_and_ids() -> None:
    (savar,) = add(SAVAR)
    for attempt in (
        lambda: rows.FacilityEvent.objects.update(reason="other"),
        lambda: rows.FacilityTouch.objects.all().delete(),
        lambda: rows.Facility.objects.filter(pk=savar.id)._raw_delete("default"),
        lambda: rows.Facility.objects.update(latitude=None),
        lambda: rows.Facility.objects.update(longitude=190.0),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            attempt()
    assert find_facility(savar.id) == savar


@pytest.mark.parametrize("word", ["textiel", "1", "141", "1x"])
def test_what_is_no_division_is_refused_and_not_answered_with_none(word: str) -> None:
    with pytest.raises(InputError, match="no division of ISIC"):
        list_facilities(FacilityQuery(isic4=word))
