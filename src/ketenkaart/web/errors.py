"""Error pages, in both languages and the design of the site."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from ketenkaart.core.errors import KetenkaartError

KINDS = {
    400: "bad_request",
    403: "forbidden",
    404: "not_found",
    409: "conflict",
    413: "too_large",
    422: "data",
    502: "upstream",
    503: "store",
}


def error_page(
    request: HttpRequest,
    status: int,
    error: KetenkaartError | None = None,
    kind: str | None = None,
) -> HttpResponse:
    """Return the error page for an HTTP status, with what a known error says."""
    kind = kind or KINDS.get(status, "server_error")
    return render(
        request,
        "ketenkaart/error.html",
        {
            "title_key": f"errors.{kind}_title",
            "body_key": f"errors.{kind}_body",
            "error": error,
            "status": status,
        },
        status=status,
    )


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django names it
    """Answer a request that cannot be understood."""
    return error_page(request, 400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django names it
    """Answer a request that the visitor's role does not allow."""
    return error_page(request, 403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 - Django names it
    """Answer a form that did not come from a page of this site, or is too old."""
    return error_page(request, 403, kind="form")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django names it
    """Answer a request for a page that does not exist."""
    return error_page(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer after a mistake of ours; the visitor sees no traceback."""
    return error_page(request, 500)
