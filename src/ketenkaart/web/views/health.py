"""Whether the site can answer."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from ketenkaart.services.ledger import published_letters


@never_cache
@require_safe
def health(_request: HttpRequest) -> HttpResponse:
    """Answer 200 when the record can be read and holds a letter, 503 otherwise."""
    is_ready = bool(published_letters())
    return HttpResponse(
        "ok\n" if is_ready else "empty\n",
        status=200 if is_ready else 503,
        content_type="text/plain",
    )
