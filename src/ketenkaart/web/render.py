"""Render a page of one section of the site."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language


def page(
    request: HttpRequest, section: str, template: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    """Return `template` as a page of `section`, which the navigation marks as current."""
    request.section = section  # type: ignore[attr-defined]
    return render(request, f"ketenkaart/{template}", context, status=status)


def language() -> str:
    """Return the language of the page: `nl` or `en`."""
    return "nl" if get_language() == "nl" else "en"
