"""Who does something, and what a role allows."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from ketenkaart.core.errors import KetenkaartError


class Role(StrEnum):
    """What somebody may do; nobody is owner and verifier at once."""

    CODER = "coder"
    """Judges what a machine read from a letter."""
    EDITOR = "editor"
    """Publishes judged letters, assigns owners, keeps registers, plans and decisions."""
    OWNER = "owner"
    """Says what was done about an item, and files evidence."""
    VERIFIER = "verifier"
    """Gives the independent verdict on an item that is not their own."""
    MODERATOR = "moderator"
    """Decides about the registry of facilities: what is one, what is two, what has closed."""
    CONTRIBUTOR = "contributor"
    """Speaks for an organisation that gave lists of facilities, about those alone."""
    ADMINISTRATOR = "administrator"
    """Keeps the accounts."""


class RefusedError(KetenkaartError):
    """Somebody asked for what their role does not allow."""

    code = "refused"
    http_status = 403
    exit_code = 2


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: the name of the account and its roles."""

    name: str
    roles: frozenset[Role] = frozenset()

    def require(self, role: Role) -> None:
        """Return when the actor holds `role`; raise `RefusedError` otherwise.

        >>> Actor("anna", frozenset({Role.CODER})).require(Role.CODER)
        """
        if role not in self.roles:
            raise RefusedError(
                f"{self.name} does not hold the role {role.value!r}",
                fix="Ask an administrator: `ketenkaart account add NAME --role ROLE`.",
            )
