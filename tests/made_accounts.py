"""People in the record: an administrator, and whoever a test needs."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from ketenkaart.services.accounts import add_account
from ketenkaart.services.actors import Actor, Role

PASSWORD = "een rustige middag in april"  # noqa: S105 - for tests and pictures
CHIEF = Actor("chief", frozenset({Role.ADMINISTRATOR}))


def add_accounts(at: datetime, people: Mapping[str, Collection[Role]]) -> None:
    """Add the chief, and an account of each name with its roles."""
    add_account(name=CHIEF.name, password=PASSWORD, roles=CHIEF.roles, actor=None, at=at)
    for name, roles in people.items():
        add_account(name=name, password=PASSWORD, roles=roles, actor=CHIEF, at=at)
