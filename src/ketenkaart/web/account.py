"""Who is asking, and which pages ask for a role."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from ketenkaart.services.accounts import actor_of_user
from ketenkaart.services.actors import Actor, RefusedError, Role

View = Callable[..., HttpResponse]


def actor_of(request: HttpRequest) -> Actor | None:
    """Return who is logged in, or `None`; asked once per request."""
    if not hasattr(request, "_actor"):
        user = getattr(request, "user", None)
        known = user if user is not None and user.is_authenticated else None
        request._actor = actor_of_user(known) if known else None  # type: ignore[attr-defined]
    found: Actor | None = request._actor  # type: ignore[attr-defined]
    return found


def signed_in(request: HttpRequest) -> Actor:
    """Return who is logged in; raise `RefusedError` when nobody is."""
    actor = actor_of(request)
    if actor is None:
        raise RefusedError("Nobody is logged in", fix="Log in first.")
    return actor


def needs_role(*roles: Role) -> Callable[[View], View]:
    """Guard a page: it opens for an account that holds one of `roles`, or any account if none.

    Whoever is not logged in is led to the login page and back; another role gets a page that
    says so, with status 403. The guarded view names its roles as `needs`.
    """

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *given: Any, **named: Any) -> HttpResponse:
            actor = actor_of(request)
            if actor is None:
                back = request.get_full_path() if request.method in {"GET", "HEAD"} else ""
                return redirect(f"{reverse('web:login')}?{urlencode({'next': back})}")
            if roles and not actor.roles & set(roles):
                wanted = " or ".join(role.value for role in roles)
                raise RefusedError(
                    f"{actor.name} does not hold the role {wanted}",
                    fix="Ask an administrator of the accounts.",
                )
            return view(request, *given, **named)

        guarded.needs = frozenset(roles)  # type: ignore[attr-defined]
        return guarded

    return guard


def safe_next(wanted: str) -> str:
    """Return `wanted` when it is a page of this site under a language, else the overview.

    A visitor is never sent to another site, whatever the address of the login page says.
    """
    own = url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    below = wanted.startswith(("/nl/", "/en/"))
    printable = wanted.isprintable() and "\\" not in wanted
    return wanted if own and below and printable else reverse("web:home")
