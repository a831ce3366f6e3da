"""Who else names one's own facilities: bands by release, and contact through a moderator.

Nothing here gives a name of another organisation, nor a number below three others. What is shown
comes from the last release; `core.chain.sharing` says why.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.db import transaction
from django.utils.crypto import salted_hmac

from ketenkaart.core.chain.contact import Contact, ContactState
from ketenkaart.core.chain.facilities.types import Contributor, ListState
from ketenkaart.core.chain.sharing import OthersBand, Released, next_release
from ketenkaart.core.errors import ConflictError, InputError, NotFoundError
from ketenkaart.db.record import models as rows
from ketenkaart.services.actors import Actor, RefusedError, Role
from ketenkaart.services.facilities.noting import checked_text, dutch_day, note
from ketenkaart.services.facilities.registry import LIVING
from ketenkaart.services.facilities.rows import contributor_of, in_chunks
from ketenkaart.services.facility_facts.stating import stated_facility

LEAST_DAYS = 28
"""Releases lie at least so many days apart: each one tells something, and few tell little."""


@dataclass(frozen=True, slots=True)
class SharedPlace:
    """One of a contributor's own facilities, and how many others name it.

    `band` is `None` until a release has counted this contributor there. `named` are those who
    agreed to be named; they are not in the band.
    """

    id: str
    name: str
    country: str
    band: OthersBand | None
    named: tuple[str, ...]
    has_open_request: bool


@dataclass(frozen=True, slots=True)
class OwnPlaces:
    """A page of a contributor's own facilities, of `matching` in all, as on the last release."""

    contributor: Contributor
    released_on: date | None
    matching: int
    places: tuple[SharedPlace, ...]


def give_voice(*, account: str, contributor: str, actor: Actor, at: datetime) -> None:
    """Let an account speak for a contributor, instead of any other it spoke for.

    Raises `RefusedError` unless `actor` is a moderator, `NotFoundError` for a contributor or
    account that is not there, `InputError` for an account without the role.
    """
    from ketenkaart.services.accounts import actor_named  # noqa: PLC0415 - only here

    actor.require(Role.MODERATOR)
    dutch_day(at)
    if Role.CONTRIBUTOR not in actor_named(account).roles:
        raise InputError(
            f"{account} does not hold the role contributor",
            where="account",
            fix="Ask an administrator: `ketenkaart account roles`.",
        )
    with transaction.atomic():
        known = rows.FacilityContributor.objects.filter(pk=contributor).first()
        if known is None:
            raise NotFoundError(
                f"There is no contributor {contributor[:40]!r}",
                where="contributor",
                fix="See `ketenkaart facility lists`.",
            )
        rows.ContributorVoice.objects.update_or_create(
            account=account,
            defaults={"contributor": known, "added_by": actor.name, "added_at": at},
        )
        note(
            "give_voice",
            f"contributor {known.pk}",
            actor=actor.name,
            at=at,
            after={"account": account, "contributor": known.pk},
        )


def voice_of(actor: Actor) -> Contributor:
    """Return the contributor that an account speaks for.

    Raises `RefusedError` for an account without the role, or that speaks for nobody.
    """
    actor.require(Role.CONTRIBUTOR)
    voice = (
        rows.ContributorVoice.objects.select_related("contributor")
        .filter(account=actor.name)
        .first()
    )
    if voice is None:
        raise RefusedError(
            f"{actor.name} does not speak for an organisation yet",
            fix="Ask a moderator: `ketenkaart facility sharing voice ACCOUNT CONTRIBUTOR`.",
        )
    return contributor_of(voice.contributor)


def release_sharing(*, actor: Actor, at: datetime) -> tuple[int, int]:
    """Work out anew how many others name each facility; return how many there are and changed.

    Raises `RefusedError` unless `actor` is a moderator, `ConflictError` within `LEAST_DAYS` of the
    release before.
    """
    actor.require(Role.MODERATOR)
    today = dutch_day(at)
    key = salted_hmac("ketenkaart.sharing", "blur", settings.SECRET_KEY).digest()
    with transaction.atomic():
        before = rows.SharingRelease.objects.order_by("pk").last()
        if before is not None and (today - dutch_day(before.at)).days < LEAST_DAYS:
            raise ConflictError(
                f"The last release was on {dutch_day(before.at)}",
                where="release",
                fix=f"Releases lie at least {LEAST_DAYS} days apart: each one tells something.",
            )
        members = _counted()
        held = {
            row.facility_id: Released(frozenset(row.members), row.blur)
            for row in rows.SharingBand.objects.all()
        }
        # A facility that all have left stays where it was: its leaving is a change like another.
        facilities = sorted(members.keys() | held.keys())
        release = rows.SharingRelease.objects.create(
            by=actor.name, at=at, facilities=len(facilities), changed=0
        )
        changed = []
        for facility in facilities:
            old = held.get(facility)
            new = next_release(old, members.get(facility, frozenset()), facility=facility, key=key)
            if new != old:
                changed.append(
                    rows.SharingBand(
                        facility_id=facility,
                        release=release,
                        members=sorted(new.members),
                        blur=new.blur,
                    )
                )
        rows.SharingBand.objects.bulk_create(
            changed,
            batch_size=200,
            update_conflicts=True,
            unique_fields=["facility"],
            update_fields=["release", "members", "blur"],
        )
        rows.SharingRelease.objects.filter(pk=release.pk).update(changed=len(changed))
        note(
            "release_sharing",
            f"release {release.pk}",
            actor=actor.name,
            at=at,
            after={"release": release.pk},
            counts={"facilities": len(facilities), "changed": len(changed)},
        )
    return len(facilities), len(changed)


def own_places(*, actor: Actor, after: str | None = None, limit: int = 50) -> OwnPlaces:
    """Return a page of the facilities that the actor's organisation itself named.

    Raises as `voice_of` does.
    """
    contributor = voice_of(actor)
    own = rows.Facility.objects.filter(
        status__in=LIVING,
        pk__in=rows.FacilityRow.objects.filter(
            source__contributor=contributor.id,
            source__state=ListState.KEPT.value,
            facility__isnull=False,
        ).values("facility"),
    )
    matching = own.count()
    if after is not None:
        own = own.filter(pk__gt=after)
    shown = list(own.order_by("pk")[:limit])
    keys = [row.pk for row in shown]
    bands = {row.facility_id: row for row in rows.SharingBand.objects.filter(facility__in=keys)}
    named = named_at(keys)
    waiting = set(
        rows.ContactRequest.objects.filter(
            facility__in=keys, contributor=contributor.id, state=ContactState.OPEN.value
        ).values_list("facility_id", flat=True)
    )
    last = rows.SharingRelease.objects.order_by("pk").last()
    seen = _named_before(last, contributor, keys)
    return OwnPlaces(
        contributor,
        dutch_day(last.at) if last else None,
        matching,
        tuple(
            SharedPlace(
                row.pk,
                row.name,
                row.country,
                _band(bands.get(row.pk), contributor, is_seen=row.pk in seen),
                tuple(name for key, name in named.get(row.pk, ()) if key != contributor.id),
                row.pk in waiting,
            )
            for row in shown
        ),
    )


def named_at(facilities: list[str]) -> Mapping[str, tuple[tuple[str, str], ...]]:
    """Return the organisations that agreed to be named, by facility: their ids and names."""
    found: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for part in in_chunks(facilities):
        named = rows.FacilityRow.objects.filter(
            facility__in=part,
            source__state=ListState.KEPT.value,
            source__contributor__is_named=True,
        ).values_list("facility", "source__contributor", "source__contributor__name")
        for facility, key, name in named:
            found[str(facility)].add((key, name))
    return {
        facility: tuple(sorted(names, key=lambda item: item[1].casefold()))
        for facility, names in found.items()
    }


def ask_contact(*, facility: str, words: str, actor: Actor, at: datetime) -> Contact:
    """Ask a moderator to put one in touch with the others at one of one's own facilities.

    Raises as `voice_of`; `NotFoundError` for a facility that one's organisation does not name,
    with the same words as for one that is not there; `ConflictError` while a request is open.
    """
    contributor = voice_of(actor)
    dutch_day(at)
    text = checked_text(words, where="words", longest=2000)
    with transaction.atomic():
        found = stated_facility(facility)
        is_own = rows.FacilityRow.objects.filter(
            facility=found.id, source__contributor=contributor.id
        ).exists()
        if not is_own:
            raise NotFoundError(
                f"{found.id} is none of the facilities that {contributor.name} named",
                where="facility",
                fix="Contact is asked at one's own facilities.",
            )
        same = rows.ContactRequest.objects.filter(
            facility=found.id, contributor=contributor.id, state=ContactState.OPEN.value
        )
        if same.exists():
            raise ConflictError(
                f"A request at {found.id} is open", where="facility", fix="Wait for its answer."
            )
        row = rows.ContactRequest.objects.create(
            facility_id=found.id,
            contributor_id=contributor.id,
            words=text,
            state=ContactState.OPEN.value,
            asked_by=actor.name,
            asked_at=at,
        )
        note(
            "ask_contact",
            f"contact {row.pk}",
            actor=actor.name,
            at=at,
            after={"facility": found.id, "contributor": contributor.id},
        )
    return _contact(row)


def answer_contact(
    *, number: int, passed_on: bool, answer: str, actor: Actor, at: datetime
) -> Contact:
    """Say that a request was passed on, or declined, with a reason that names nobody.

    Raises `RefusedError` unless `actor` is a moderator, `NotFoundError` for a number that is none,
    `ConflictError` for a request that has its answer, `InputError` for an answer that names
    somebody who is there.
    """
    actor.require(Role.MODERATOR)
    dutch_day(at)
    text = checked_text(answer, where="answer", longest=2000)
    with transaction.atomic():
        row = rows.ContactRequest.objects.select_for_update().filter(pk=number).first()
        if row is None:
            raise NotFoundError(
                f"There is no request {number}",
                where="number",
                fix="See `ketenkaart facility contact list`.",
            )
        if row.state != ContactState.OPEN.value:
            raise ConflictError(
                f"Request {number} was answered by {row.answered_by}",
                where="number",
                fix="Nothing is left to do.",
            )
        _name_nobody(row, text)
        state = ContactState.PASSED_ON if passed_on else ContactState.DECLINED
        row.state, row.answer = state.value, text
        row.answered_by, row.answered_at = actor.name, at
        row.save(update_fields=["state", "answer", "answered_by", "answered_at"])
        note(
            "answer_contact",
            f"contact {row.pk}",
            actor=actor.name,
            at=at,
            after={"state": state.value},
        )
    return _contact(row)


def contacts(*, actor: Actor) -> tuple[Contact, ...]:
    """Return requests for contact: to a moderator all that are open, to a contributor its own."""
    found = rows.ContactRequest.objects.order_by("pk")
    if Role.MODERATOR in actor.roles:
        return tuple(map(_contact, found.filter(state=ContactState.OPEN.value)))
    return tuple(map(_contact, found.filter(contributor=voice_of(actor).id)))


def others_at(*, facility: str, actor: Actor) -> tuple[str, ...]:
    """Return the names of all who name a facility, to a moderator who passes a request on."""
    actor.require(Role.MODERATOR)
    found = stated_facility(facility)
    names = rows.FacilityRow.objects.filter(
        facility=found.id, source__state=ListState.KEPT.value
    ).values_list("source__contributor__name", flat=True)
    return tuple(sorted(set(names)))


def _counted() -> dict[str, frozenset[str]]:
    """Return the organisations that are counted and never named, by living facility."""
    found: dict[str, set[str]] = defaultdict(set)
    named = rows.FacilityRow.objects.filter(
        facility__isnull=False,
        facility__status__in=LIVING,
        source__state=ListState.KEPT.value,
        source__contributor__is_named=False,
    ).values_list("facility", "source__contributor")
    for facility, contributor in named.distinct().iterator(chunk_size=5000):
        found[str(facility)].add(contributor)
    return {facility: frozenset(members) for facility, members in found.items()}


def _named_before(
    release: rows.SharingRelease | None, asker: Contributor, keys: list[str]
) -> frozenset[str]:
    """Return those of the facilities that a contributor named before the last release."""
    if release is None:
        return frozenset()
    named = rows.FacilityRow.objects.filter(
        facility__in=keys,
        source__contributor=asker.id,
        source__state=ListState.KEPT.value,
        source__added_at__lte=release.at,
    )
    return frozenset(str(key) for key in named.values_list("facility", flat=True))


def _band(row: rows.SharingBand | None, asker: Contributor, *, is_seen: bool) -> OthersBand | None:
    """Return what this contributor is shown: nothing before a release found it there.

    One that agreed to be named is not counted itself, and is shown what the others are; where
    nobody is counted that is the lowest band, or its absence would tell.
    """
    if not is_seen:
        return None
    if row is None:
        return OthersBand.FEWER_THAN_3 if asker.is_named else None
    if not asker.is_named and asker.id not in row.members:
        return None
    return Released(frozenset(row.members), row.blur).band


def _name_nobody(row: rows.ContactRequest, text: str) -> None:
    there = rows.FacilityContributor.objects.filter(
        facilitylist__rows__facility=row.facility_id, is_named=False
    ).exclude(pk=row.contributor_id)
    for other in there.distinct():
        if other.name.casefold() in text.casefold():
            raise InputError(
                "The answer names an organisation that did not agree to be named",
                where="answer",
                fix="Say it without the name; the others answer for themselves.",
            )


def _contact(row: rows.ContactRequest) -> Contact:
    return Contact(
        row.pk, row.facility_id, row.contributor_id, row.words, ContactState(row.state),
        row.asked_at, row.answer,
    )  # fmt: skip
