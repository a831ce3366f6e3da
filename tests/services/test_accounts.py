"""Accounts: who may do what, and every change on the record."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import combinations, pairwise

import pytest
from django.contrib.auth.models import Group, User
from django.db import IntegrityError, transaction

from ketenkaart.config import settings as real_settings
from ketenkaart.core.errors import InputError, NotFoundError
from ketenkaart.db.record import models as rows
from ketenkaart.services.accounts import (
    actor_named,
    add_account,
    change_password,
    deactivate,
    list_accounts,
    set_roles,
)
from ketenkaart.services.actors import Actor, RefusedError, Role
from made_accounts import CHIEF, PASSWORD, add_accounts

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
OTHER = "nog een rustige middag"

pytestmark = pytest.mark.django_db


@pytest.fixture
def chief(db: None) -> Actor:
    add_accounts(AT, {})
    return actor_named("chief")


def add(name: str, *roles: Role, actor: Actor | None = CHIEF, password: str = PASSWORD) -> Actor:
    add_account(name=name, password=password, roles=roles, actor=actor, at=AT)
    return actor_named(name)


def test_the_first_account_is_an_administrator_and_needs_nobody() -> None:
    with pytest.raises(InputError, match="first account must be an administrator"):
        add("anna", Role.CODER, actor=None)
    assert add("anna", Role.ADMINISTRATOR, actor=None).roles == {Role.ADMINISTRATOR}
    with pytest.raises(RefusedError, match="Only an administrator"):
        add("bram", Role.ADMINISTRATOR, actor=None)
    assert [account.name for account in list_accounts()] == ["anna"]


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMINISTRATOR])
def test_only_an_administrator_keeps_accounts(chief: Actor, role: Role) -> None:
    other = add("other", role)
    for attempt in (
        lambda: add("third", Role.CODER, actor=other),
        lambda: set_roles(name="other", roles=[Role.ADMINISTRATOR], actor=other, at=AT),
        lambda: change_password(name="chief", password=PASSWORD, actor=other, at=AT),
        lambda: deactivate(name="chief", actor=other, at=AT),
    ):
        before = list_accounts()
        with pytest.raises(RefusedError):
            attempt()
        assert list_accounts() == before


@pytest.mark.parametrize(
    "pair", list(combinations(Role, 2)), ids=lambda pair: "+".join(sorted(pair))
)
def test_only_owner_and_verifier_exclude_each_other(chief: Actor, pair: tuple[Role, Role]) -> None:
    if set(pair) == {Role.OWNER, Role.VERIFIER}:
        with pytest.raises(InputError, match="owner and verifier at once"):
            add("both", *pair)
        assert not User.objects.filter(username="both").exists()
    else:
        assert add("both", *pair).roles == set(pair)


@pytest.mark.parametrize(("held", "given"), [("owner", "verifier"), ("verifier", "owner")])
def test_the_database_itself_refuses_owner_and_verifier(
    chief: Actor, held: str, given: str
) -> None:
    add("jan", Role(held))
    user = User.objects.get(username="jan")
    group, _ = Group.objects.get_or_create(name=given)
    with pytest.raises(IntegrityError, match="owner and verifier at once"), transaction.atomic():
        user.groups.add(group)
    coder, _ = Group.objects.get_or_create(name="coder")
    user.groups.add(coder)
    link = User.groups.through.objects.get(user=user, group=coder)
    link.group = group
    with pytest.raises(IntegrityError, match="owner and verifier at once"), transaction.atomic():
        link.save()


def test_an_owner_becomes_verifier_by_exchange(chief: Actor) -> None:
    add("jan", Role.OWNER)
    changed = set_roles(name="jan", roles=[Role.VERIFIER, Role.CODER], actor=CHIEF, at=AT)
    assert changed.roles == {Role.VERIFIER, Role.CODER} == actor_named("jan").roles


@pytest.mark.parametrize(
    "name", ["", "a", "Anna", "1st", "anna b", "anna\n", "a" * 41, "é", "../x", "<b>"]
)
def test_a_name_that_will_not_do_is_refused(chief: Actor, name: str) -> None:
    with pytest.raises(InputError, match="cannot be the name"):
        add(name, Role.CODER)


@pytest.mark.parametrize(
    "password", ["", "kort", "123456789012345", "password1234", "bernadette12", "x" * 1001]
)
def test_a_weak_password_is_refused_with_advice(chief: Actor, password: str) -> None:
    with pytest.raises(InputError) as caught:
        add("bernadette", Role.CODER, password=password)
    assert caught.value.fix
    assert password == "" or password not in str(caught.value)
    assert not User.objects.filter(username="bernadette").exists()


def test_a_name_is_used_once(chief: Actor) -> None:
    with pytest.raises(InputError, match="already an account"):
        add("chief", Role.CODER)


def test_somebody_changes_their_own_password(chief: Actor) -> None:
    anna = add("anna", Role.CODER)
    change_password(name="anna", password=OTHER, actor=anna, at=AT)
    assert User.objects.get(username="anna").check_password(OTHER)


def test_a_closed_account_does_not_act(chief: Actor) -> None:
    add("anna", Role.CODER)
    assert deactivate(name="anna", actor=CHIEF, at=AT).is_active is False
    with pytest.raises(RefusedError, match="closed"):
        actor_named("anna")
    with pytest.raises(NotFoundError, match="no account"):
        actor_named("nobody")


def test_one_administrator_always_remains(chief: Actor) -> None:
    for attempt in (
        lambda: deactivate(name="chief", actor=CHIEF, at=AT),
        lambda: set_roles(name="chief", roles=[Role.CODER], actor=CHIEF, at=AT),
    ):
        with pytest.raises(InputError, match="No administrator would be left"):
            attempt()
        assert actor_named("chief").roles == {Role.ADMINISTRATOR}
    add("second", Role.ADMINISTRATOR)
    deactivate(name="chief", actor=CHIEF, at=AT)


def test_every_change_is_on_the_record_and_no_password_is(chief: Actor) -> None:
    add("anna", Role.CODER)
    set_roles(name="anna", roles=[Role.EDITOR], actor=CHIEF, at=AT)
    change_password(name="anna", password=OTHER, actor=CHIEF, at=AT)
    deactivate(name="anna", actor=CHIEF, at=AT)
    entries = list(rows.AuditEntry.objects.values_list("actor", "action", "subject"))
    assert entries == [
        ("command line", "add_account", "account chief"),
        ("chief", "add_account", "account anna"),
        ("chief", "set_roles", "account anna"),
        ("chief", "change_password", "account anna"),
        ("chief", "deactivate_account", "account anna"),
    ]
    trail = list(rows.AuditEntry.objects.order_by("id"))
    for before, after in pairwise(trail[1:]):
        assert before.after_sha256 == after.before_sha256


def test_a_time_without_zone_is_refused(chief: Actor) -> None:
    with pytest.raises(InputError, match="time zone"):
        add_account(
            name="anna",
            password=PASSWORD,
            roles=[Role.CODER],
            actor=CHIEF,
            at=AT.replace(tzinfo=None),
        )
    assert not User.objects.filter(username="anna").exists()


def test_passwords_are_kept_with_argon2() -> None:
    assert real_settings.PASSWORD_HASHERS == ["django.contrib.auth.hashers.Argon2PasswordHasher"]
