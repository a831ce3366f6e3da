"""What holds for every page: errors in the design of the site, nothing private kept by others."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from ketenkaart.core.errors import KetenkaartError
from ketenkaart.web.account import actor_of
from ketenkaart.web.errors import error_page


class ErrorPages:
    """Shows a `KetenkaartError` with its HTTP status, in the design of the site."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Return the page of a known error; any other error goes its own way."""
        if isinstance(error, KetenkaartError):
            return error_page(request, error.http_status, error=error)
        return None


class PrivatePages:
    """Keeps what somebody sees who is logged in out of every cache."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on and mark the answer."""
        response = self.get_response(request)
        if actor_of(request) is not None:
            response["Cache-Control"] = "no-store, private"
        return response


class UploadLimit:
    """Answers a request whose body is too large before any of it is taken in."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on when it says that it is small enough."""
        length = str(request.META.get("CONTENT_LENGTH") or "0")
        if not length.isdigit() or int(length) > settings.FILE_UPLOAD_MAX_MEMORY_SIZE:
            return error_page(request, 413)
        return self.get_response(request)
