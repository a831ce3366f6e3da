"""What every page needs: its language, the same page in the other one, the navigation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language, override

from ketenkaart.services.actors import Role
from ketenkaart.web.account import actor_of

SECTIONS = (
    "home", "gap", "chain", "facilities", "ledger", "instruments", "laws", "indicators",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class NavigationItem:
    """One link of the main navigation."""

    key: str
    url: str
    is_current: bool
    is_page: bool


def frame(request: HttpRequest) -> dict[str, Any]:
    """Return the language, the address in the other one, the navigation, the theme, the actor."""
    language = "nl" if get_language() == "nl" else "en"
    other = "en" if language == "nl" else "nl"
    section = getattr(request, "section", None)
    actor = actor_of(request)
    judges = actor is not None and actor.roles & {Role.CODER, Role.EDITOR}
    return {
        "language": language,
        "other_language": other,
        "other_url": _in_other_language(request, other),
        "navigation": [
            NavigationItem(
                key=f"frame.nav_{name}",
                url=(url := reverse(f"web:{name}")),
                is_current=name == section,
                is_page=url == request.path,
            )
            for name in (*SECTIONS, *(("letters",) if judges else ()))
        ],
        "actor": actor,
        "theme_sheet": settings.KETENKAART_THEME,
    }


def _in_other_language(request: HttpRequest, other: str) -> str:
    path = request.get_full_path()
    for code in ("nl", "en"):
        if path.startswith(f"/{code}/"):
            return f"/{other}/{path[4:]}"
    with override(other):
        return reverse("web:home")
