"""What a page of follow-up was asked: the day, and the parts that all of them share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from ketenkaart.core.errors import InputError
from ketenkaart.services.actors import Actor, Role
from ketenkaart.services.followup.noting import dutch_day
from ketenkaart.web.account import actor_of
from ketenkaart.web.render import page

PER_PAGE = 25
Row = TypeVar("Row")
PARTS = ("follow_up", "registers", "planning", "promises")


@dataclass(frozen=True, slots=True)
class Paged(Generic[Row]):
    """One page of a long list: its rows, which page, of how many, and the rest of the address."""

    rows: tuple[Row, ...]
    number: int
    pages: int
    address: str


def paged(request: HttpRequest, found: Sequence[Row]) -> Paged[Row]:
    """Return the page that is asked for, or the nearest there is; `?page=all` is one long page."""
    asked = request.GET.get("page", "")
    rest = request.GET.copy()
    for name in ("page", "saved"):
        rest.pop(name, None)
    pages = max(1, -(-len(found) // PER_PAGE))
    if asked == "all":
        return Paged(tuple(found), 1, 1, rest.urlencode())
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 7 else 1
    number = min(max(number, 1), pages)
    rows = tuple(found[(number - 1) * PER_PAGE : number * PER_PAGE])
    return Paged(rows, number, pages, rest.urlencode())


def today() -> date:
    """Return the day that it is in the Netherlands."""
    return dutch_day(timezone.now())


def day_asked(request: HttpRequest) -> date:
    """Return the day in the address, or today; raise `InputError` for one that is no day."""
    words = request.GET.get("as_of", "").strip()
    if not words:
        return today()
    try:
        return date.fromisoformat(words)
    except ValueError as error:
        raise InputError(
            f"{words[:40]!r} is not a date", where="as_of", fix="Write it as YYYY-MM-DD."
        ) from error


def part(
    request: HttpRequest, name: str, template: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    """Return a page of follow-up, under the ledger, with its own small navigation."""
    asked = request.GET.get("as_of", "").strip() if status == 200 else ""
    return page(
        request,
        "ledger",
        f"followup/{template}",
        {
            "parts": PARTS,
            "part": name,
            "keep_day": f"?as_of={asked}" if asked else "",
            "may_edit": may(request, Role.EDITOR),
            "is_saved": "saved" in request.GET,
            **context,
        },
        status=status,
    )


def may(request: HttpRequest, role: Role) -> bool:
    """Return whether somebody with a role is logged in."""
    actor: Actor | None = actor_of(request)
    return actor is not None and role in actor.roles
