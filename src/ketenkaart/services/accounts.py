"""Accounts: add one, give it roles, change its password, close it. Every change is on the record.

The first account needs no actor and must be an administrator; every later change is made by one.
Whoever holds the data folder can act as anybody: the roles guard the site, not the disk.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractBaseUser, Group, User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from ketenkaart.core.errors import InputError, NotFoundError
from ketenkaart.db.record import models as rows
from ketenkaart.services.actors import Actor, RefusedError, Role

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

NAME = re.compile(r"[a-z][a-z0-9._-]{1,39}")
LONGEST_PASSWORD = 1_000
COMMAND_LINE = "command line"
"""Who made the first account, in the audit trail."""


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who can log in."""

    name: str
    roles: frozenset[Role]
    is_active: bool
    last_login: datetime | None


def add_account(
    *, name: str, password: str, roles: Iterable[Role], actor: Actor | None, at: datetime
) -> Account:
    """Make an account and return it.

    `actor` is an administrator, or `None` for the first account of all.

    Raises `InputError` for a name or password that will not do, a name in use, or roles that
    exclude each other, and `RefusedError` when `actor` may not do this.
    """
    wanted = _checked_roles(roles)
    if NAME.fullmatch(name) is None:
        raise InputError(
            f"{name[:40]!r} cannot be the name of an account",
            where="name",
            fix="Use 2 to 40 of a-z, 0-9, dot, hyphen and underscore, beginning with a letter.",
        )
    with transaction.atomic():
        _require_administrator(actor, wanted)
        if User.objects.filter(username=name).exists():
            raise InputError(
                f"There is already an account {name!r}", where="name", fix="Choose another name."
            )
        _check_password(password, User(username=name))
        user = User.objects.create_user(username=name, password=password)
        _give(user, wanted)
        _note("add_account", user, actor, at, before=None)
    return _account(user)


def set_roles(*, name: str, roles: Iterable[Role], actor: Actor, at: datetime) -> Account:
    """Give an account these roles instead of the ones it has.

    Raises `InputError` for roles that exclude each other or when no administrator would be left,
    `NotFoundError` for an unknown account, `RefusedError` when `actor` is no administrator.
    """
    actor.require(Role.ADMINISTRATOR)
    wanted = _checked_roles(roles)
    with transaction.atomic():
        user = _user(name)
        before = _state(user)
        _give(user, wanted)
        _require_one_administrator()
        _note("set_roles", user, actor, at, before=before)
    return _account(user)


def change_password(*, name: str, password: str, actor: Actor, at: datetime) -> Account:
    """Give an account a new password; its other sessions end.

    Raises `InputError` for a password that will not do, `NotFoundError` for an unknown account,
    `RefusedError` unless `actor` is an administrator or the account itself.
    """
    if actor.name != name:
        actor.require(Role.ADMINISTRATOR)
    with transaction.atomic():
        user = _user(name)
        _check_password(password, user)
        before = _state(user)
        user.set_password(password)
        user.save(update_fields=["password"])
        _note("change_password", user, actor, at, before=before)
    return _account(user)


def deactivate(*, name: str, actor: Actor, at: datetime) -> Account:
    """Close an account: it can no longer log in or act; what it did stays on the record.

    Raises `InputError` when no administrator would be left, `NotFoundError` for an unknown
    account, `RefusedError` when `actor` is no administrator.
    """
    actor.require(Role.ADMINISTRATOR)
    with transaction.atomic():
        user = _user(name)
        before = _state(user)
        user.is_active = False
        user.save(update_fields=["is_active"])
        _require_one_administrator()
        _note("deactivate_account", user, actor, at, before=before)
    return _account(user)


def actor_named(name: str) -> Actor:
    """Return who acts under the name of an active account.

    Raises `NotFoundError` for a name without an account and `RefusedError` for a closed one.
    """
    user = _user(name)
    if not user.is_active:
        raise RefusedError(
            f"The account {name!r} is closed", fix="Use another account: `ketenkaart account list`."
        )
    return actor_of_user(user)


def actor_of_user(user: AbstractBaseUser | AnonymousUser) -> Actor:
    """Return who acts when `user` is logged in."""
    if not isinstance(user, get_user_model()):
        raise RefusedError("Nobody is logged in", fix="Log in first.")
    return Actor(user.username, _roles(user))


def list_accounts() -> tuple[Account, ...]:
    """Return every account by name."""
    return tuple(
        _account(user) for user in User.objects.prefetch_related("groups").order_by("username")
    )


def has_accounts() -> bool:
    """Return whether anybody can log in at all."""
    return User.objects.exists()


def _checked_roles(roles: Iterable[Role]) -> frozenset[Role]:
    wanted = frozenset(roles)
    if not wanted:
        raise InputError(
            "An account needs at least one role",
            where="role",
            fix=f"Use one of {', '.join(role.value for role in Role)}.",
        )
    if {Role.OWNER, Role.VERIFIER} <= wanted:
        raise InputError(
            "Nobody is owner and verifier at once: a verdict must be independent",
            where="role",
            fix="Give the two roles to two people.",
        )
    return wanted


def _require_administrator(actor: Actor | None, wanted: frozenset[Role]) -> None:
    if actor is not None:
        actor.require(Role.ADMINISTRATOR)
        return
    if User.objects.exists():
        raise RefusedError(
            "Only an administrator adds an account",
            fix="Name one: `--as NAME`, or set KETENKAART_ACTOR.",
        )
    if Role.ADMINISTRATOR not in wanted:
        raise InputError(
            "The first account must be an administrator",
            where="role",
            fix="Add `--role administrator`.",
        )


def _require_one_administrator() -> None:
    if not User.objects.filter(is_active=True, groups__name=Role.ADMINISTRATOR.value).exists():
        raise InputError(
            "No administrator would be left",
            where="name",
            fix="Give another account the role administrator first.",
        )


def _check_password(password: str, user: User) -> None:
    if len(password) > LONGEST_PASSWORD:
        raise InputError(
            "The password is too long",
            where="password",
            fix=f"Use at most {LONGEST_PASSWORD} characters.",
        )
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise InputError(
            "This password will not do", where="password", fix=" ".join(error.messages)
        ) from error


def _give(user: User, roles: frozenset[Role]) -> None:
    # One group at a time goes first, so that an exchange of roles never holds both.
    user.groups.clear()
    for role in sorted(roles):
        user.groups.add(Group.objects.get_or_create(name=role.value)[0])


def _user(name: str) -> User:
    user = User.objects.filter(username=name).first()
    if user is None:
        raise NotFoundError(
            f"There is no account {name[:40]!r}",
            where="name",
            fix="See `ketenkaart account list`.",
        )
    return user


def _roles(user: User) -> frozenset[Role]:
    known = {role.value for role in Role}
    return frozenset(Role(group.name) for group in user.groups.all() if group.name in known)


def _account(user: User) -> Account:
    return Account(user.username, _roles(user), user.is_active, user.last_login)


def _state(user: User) -> str:
    """Return the hash of what the audit trail keeps of an account; no password goes into it."""
    facts = [user.username, sorted(role.value for role in _roles(user)), user.is_active]
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()


def _note(action: str, user: User, actor: Actor | None, at: datetime, before: str | None) -> None:
    if at.tzinfo is None:
        raise InputError("The time has no time zone", where="at", fix="Give a time in UTC.")
    rows.AuditEntry.objects.create(
        at=at,
        actor=actor.name if actor else COMMAND_LINE,
        action=action,
        subject=f"account {user.username}",
        before_sha256=before,
        after_sha256=_state(user),
        counts={"roles": len(_roles(user))},
    )
