"""Names and links that several pages of the registry need."""

from __future__ import annotations

from functools import lru_cache

from django.http import HttpRequest

from ketenkaart.services.actors import Role
from ketenkaart.sources.reference.labels import load_countries
from ketenkaart.web.account import actor_of


@lru_cache(maxsize=2)
def country_names(language: str) -> dict[str, str]:
    """Return the names of countries by alpha-3 code."""
    return {code: name.in_language(language) for code, name in load_countries().names().items()}


def role_links(request: HttpRequest) -> tuple[str, ...]:
    """Return the addresses of the pages that the visitor's roles open."""
    actor = actor_of(request)
    roles = actor.roles if actor is not None else frozenset()
    found = []
    if Role.CONTRIBUTOR in roles:
        found.append("facility_own")
    if roles & {Role.EDITOR, Role.MODERATOR}:
        found.append("facility_lists")
    if Role.MODERATOR in roles:
        found += ["facility_queue", "facility_contacts"]
    return tuple(found)
