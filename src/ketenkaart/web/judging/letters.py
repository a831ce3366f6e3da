"""The page of letters, with what came of the last upload."""

from __future__ import annotations

from collections.abc import Mapping

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse

from ketenkaart.services.judging.listing import LETTERS_SHOWN, kept_letters, lines_of
from ketenkaart.web.judging.refusals import Refusal
from ketenkaart.web.render import page


def letters_page(
    request: HttpRequest,
    *,
    refused: Refusal | None = None,
    problem: str = "",
    given: Mapping[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    """Show a page of the letters that were read; `refused` and `problem` are about an upload.

    `problem` is `missing`, `both` or `day`; `given` is what was filled in.
    """
    shown = Paginator(kept_letters(), LETTERS_SHOWN).get_page(request.GET.get("page"))
    return page(
        request,
        "letters",
        "letters.html",
        {
            "shown": shown,
            "letters": lines_of(shown.object_list),
            "count": shown.paginator.count,
            "refused": refused,
            "problem": problem,
            "given": given or {},
            "megabytes": settings.KETENKAART_UPLOAD_BYTES // 1_000_000,
        },
        status=status,
    )
